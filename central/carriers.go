package central

import (
	"fmt"
	"hash/fnv"
	"strings"

	"pickstation/order"
)

// carrier is a carrier that the centre knows, with the form of its waybill numbers
// and the serial before its first one. The stub carrier issues them from a counter of
// its own: well formed and never twice. No carrier knows of them; a real carrier's
// interface takes its place behind carrierFor and issue.
type carrier struct {
	name  order.Names
	form  order.NumberForm
	start int64
}

var carriers = map[order.CarrierID]carrier{
	"SF":    {order.Names{ZH: "顺丰速运", EN: "SF Express"}, order.NumberForm{Prefix: "SF", Width: 13}, 1_400_000_000_000},
	"YTO":   {order.Names{ZH: "圆通速递", EN: "YTO Express"}, order.NumberForm{Prefix: "YT", Width: 13}, 7_400_000_000_000},
	"ZTO":   {order.Names{ZH: "中通快递", EN: "ZTO Express"}, order.NumberForm{Prefix: "78", Width: 12}, 500_000_000_000},
	"STO":   {order.Names{ZH: "申通快递", EN: "STO Express"}, order.NumberForm{Prefix: "77", Width: 13}, 3_000_000_000_000},
	"YUNDA": {order.Names{ZH: "韵达速递", EN: "Yunda Express"}, order.NumberForm{Prefix: "43", Width: 13}, 1_000_000_000_000},
	"JD":    {order.Names{ZH: "京东物流", EN: "JD Logistics"}, order.NumberForm{Prefix: "JDVA", Width: 11}, 10_000_000_000},
	"EMS":   {order.Names{ZH: "邮政特快专递", EN: "EMS"}, order.NumberForm{Prefix: "EA", Width: 8, Check: order.CheckS10, Suffix: "CN"}, 10_000_000},
	"RM":    {order.Names{ZH: "英国皇家邮政", EN: "Royal Mail"}, order.NumberForm{Prefix: "RA", Width: 8, Check: order.CheckS10, Suffix: "GB"}, 20_000_000},
	// No carrier: the buyer comes. The number on the label still tells parcels apart.
	carrierPickup: {order.Names{ZH: "自提", EN: "Pick-up"}, order.NumberForm{Prefix: "PU", Width: 10}, 0},
	"DHL":         {order.Names{ZH: "敦豪", EN: "DHL Express"}, order.NumberForm{Width: 9, Check: order.CheckMod7}, 300_000_000},
}

// room returns how many numbers a carrier has.
func (c carrier) room() int64 {
	n := int64(1)
	for range c.form.Width {
		n *= 10
	}
	return n - c.start
}

// carrierPickup is that of parcels which buyers fetch.
const carrierPickup order.CarrierID = "PICKUP"

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
			WithHint("use one of SF, YTO, ZTO, STO, YUNDA, JD, EMS, RM, DHL, PICKUP")
	}
	return order.Carrier{ID: id, Name: f.name, Service: service}, nil
}

// issue takes a new waybill number for a parcel and stores it.
func (s *Service) issue(tx Tx, ship *order.Shipment, parcel int, rc *order.Receiver) (order.Waybill, error) {
	n, err := tx.Take(counterNumbers(ship.Carrier.ID), 1)
	if err != nil {
		return order.Waybill{}, err
	}
	c := carriers[ship.Carrier.ID]
	number := c.form.Number(c.start + n)
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
