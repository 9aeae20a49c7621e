package central

import (
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strings"

	"pickstation/order"
)

// numberFormat is how a carrier's waybill numbers look. The stub carrier issues them
// from a counter of its own: well formed and never twice. No carrier knows of them; a
// real carrier's interface takes its place behind carrierFor and issue.
type numberFormat struct {
	name   order.Names
	prefix string
	digits int // after the prefix, check digits included
	check  func(prefix, serial string) string
	suffix string
	start  int64
}

var carriers = map[order.CarrierID]numberFormat{
	"SF":    {name: order.Names{ZH: "顺丰速运", EN: "SF Express"}, prefix: "SF", digits: 13, start: 1_400_000_000_000},
	"YTO":   {name: order.Names{ZH: "圆通速递", EN: "YTO Express"}, prefix: "YT", digits: 13, start: 7_400_000_000_000},
	"ZTO":   {name: order.Names{ZH: "中通快递", EN: "ZTO Express"}, prefix: "78", digits: 12, start: 500_000_000_000},
	"STO":   {name: order.Names{ZH: "申通快递", EN: "STO Express"}, prefix: "77", digits: 13, start: 3_000_000_000_000},
	"YUNDA": {name: order.Names{ZH: "韵达速递", EN: "Yunda Express"}, prefix: "43", digits: 13, start: 1_000_000_000_000},
	"JD":    {name: order.Names{ZH: "京东物流", EN: "JD Logistics"}, prefix: "JDVA", digits: 11, start: 10_000_000_000},
	"EMS":   {name: order.Names{ZH: "邮政特快专递", EN: "EMS"}, prefix: "EA", digits: 9, check: s10, suffix: "CN", start: 10_000_000},
	"RM":    {name: order.Names{ZH: "英国皇家邮政", EN: "Royal Mail"}, prefix: "RA", digits: 9, check: s10, suffix: "GB", start: 20_000_000},
	"DHL":   {name: order.Names{ZH: "敦豪", EN: "DHL Express"}, digits: 10, check: mod7, start: 300_000_000},
}

// carrierIDs lists the carriers in a fixed order.
func carrierIDs() []order.CarrierID { return slices.Sorted(maps.Keys(carriers)) }

// s10 returns the check digit of UPU standard S10: weights 8 6 4 2 3 5 9 7,
// 11 − (sum mod 11), 10 becomes 0 and 11 becomes 5.
func s10(_, serial string) string {
	weights := [8]int{8, 6, 4, 2, 3, 5, 9, 7}
	sum := 0
	for i := range weights {
		sum += int(serial[i]-'0') * weights[i]
	}
	c := 11 - sum%11
	switch c {
	case 10:
		c = 0
	case 11:
		c = 5
	}
	return string(rune('0' + c))
}

// mod7 returns the check digit of an air waybill: the serial modulo 7.
func mod7(_, serial string) string {
	n := 0
	for i := range len(serial) {
		n = (n*10 + int(serial[i]-'0')) % 7
	}
	return string(rune('0' + n))
}

// number formats the n-th number, n from 1; "" when the range is used up.
func (f numberFormat) number(n int64) string {
	width := f.digits
	if f.check != nil {
		width--
	}
	serial := fmt.Sprintf("%0*d", width, f.start+n)
	if len(serial) > width {
		return ""
	}
	if f.check != nil {
		serial += f.check(f.prefix, serial)
	}
	return f.prefix + serial + f.suffix
}

// carrierFor returns the carrier by code; for "" the one that serves the country.
func carrierFor(id order.CarrierID, service, country string) (order.Carrier, error) {
	if id == "" {
		switch strings.ToUpper(country) {
		case "CN", "":
			id = "SF"
		case "GB":
			id = "RM"
		default:
			id = "DHL"
		}
	}
	f, ok := carriers[id]
	if !ok {
		return order.Carrier{}, order.Errorf("unknown_carrier", "carrier %q is not known", id).
			WithHint("use one of SF, YTO, ZTO, STO, YUNDA, JD, EMS, RM, DHL")
	}
	return order.Carrier{ID: id, Name: f.name, Service: service}, nil
}

// issue takes a new waybill number for a parcel and stores it.
func (s *Service) issue(tx Tx, ship *order.Shipment, parcel int, rc *order.Receiver) (order.Waybill, error) {
	n, err := tx.Next(counterNumbers(ship.Carrier.ID), 1)
	if err != nil {
		return order.Waybill{}, err
	}
	number := carriers[ship.Carrier.ID].number(n)
	if number == "" {
		return order.Waybill{}, order.Errorf("numbers_exhausted", "carrier %s has no numbers left", ship.Carrier.ID).
			WithHint("ask the carrier for a new range")
	}
	w := order.Waybill{Number: number}
	w.Routing, w.Sort = route(rc)
	return w, tx.AddNumber(Number{Number: number, Carrier: ship.Carrier.ID, State: NumberIssued,
		Shipment: ship.ID, Parcel: parcel, At: s.now()})
}

// route makes up a routing code 三段码 (hub, branch, courier) and the sorting word 大头笔
// from the address: the same address always gives the same code.
func route(rc *order.Receiver) (routing, sort string) {
	if !strings.EqualFold(rc.Country, "CN") {
		out, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(rc.Postcode)), " ")
		return strings.Trim(strings.ToUpper(rc.Country)+"-"+out, "-"), strings.TrimSpace(rc.City)
	}
	hub := digest(rc.Province, rc.City)
	branch := digest(rc.Province, rc.City, rc.District)
	courier := digest(rc.Province, rc.City, rc.District, rc.Street)
	routing = fmt.Sprintf("%03d%c-%02d%02d-%03d", 100+hub%900, 'A'+rune(hub/900%26), branch%100, branch/100%100, courier%1000)
	return routing, strings.TrimSpace(rc.City + " " + rc.District)
}

func digest(parts ...string) uint32 {
	h := fnv.New32a()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return h.Sum32()
}
