package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"pickstation/order"
	"pickstation/sync/wire"
)

// parseSnapshot reads a feed snapshot, as replay's --work takes one.
func parseSnapshot(data []byte) ([]wire.FeedRow, error) {
	var snap workSnapshot
	err := json.Unmarshal(data, &snap)
	if err == nil && snap.Rows == nil {
		err = errors.New("it has no rows")
	}
	return snap.Rows, err
}

// worldPeople are there in every world that is written in words.
var worldPeople = []string{
	"operator li B-LI picker,packer 李雷",
	"operator mei B-MEI picker,packer 韩梅梅",
	"operator boss B-BOSS picker,packer,lead 王组长",
}

// worldReader reads a world in words, one thing a line:
//
//	order NAME [tote=T] [state=S] [owner=OP] [carrier=C] [hold=CODE] [pack=each] [parcels=N] [priority=N] [complete] [cancelled] …
//	  QTY SKU @PLACE [lot=L] [track=lot,expiry,serial,weight] [code=GTIN] [scan=check] [kit=K/2] [weight=500~5] [picked=N] [frozen] [last] …
//	  QTY SKU … pack=SSCC:QTY:LOT:EXPIRY@PLACE loose=QTY:LOT serials=S1+S2 alone    (what stock says of them)
//	task KIND NAME [order=A] [codes=WAYBILL] …   (its goods: QTY SKU @FROM [to=PLACE] …)
//	product SKU @PLACE [code=GTIN] [track=…]
//	place ID… [frozen]
//	operator ID BADGE ROLES NAME [pin=1234]
//	policy {"location_first":true}
//	instruction put_back NAME [QTY SKU @PLACE]…
//	numbers CARRIER PREFIX FROM TO
//	gone NAME
//	catalogue SKUS PLACES     (so many more: SKU-0…, PLACE-0…)
//
// A line's goods have their SKU in capitals as barcode, SKU-12 is a case of twelve and
// SKU-3 a box of three. The first parcel of order A has the waybill SF-A-1.
type worldReader struct {
	rows    []wire.FeedRow
	order   *wire.Work
	task    *order.Task
	version int
}

// parseWorld reads a world in words; people says whether those of every world are in it.
func parseWorld(text string, people bool) ([]wire.FeedRow, error) {
	r := &worldReader{version: 1}
	if people {
		text = strings.Join(worldPeople, "\n") + "\n" + text
	} else {
		r.version = 2 // sent later: a newer plan
	}
	for i, l := range strings.Split(text, "\n") {
		if t := strings.TrimSpace(l); t == "" || strings.HasPrefix(t, "#") {
			continue
		}
		if err := r.line(l); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	return r.rows, r.flush()
}

func (r *worldReader) line(l string) error {
	if strings.HasPrefix(l, " ") || strings.HasPrefix(l, "\t") {
		if r.task != nil {
			return r.taskGoods(strings.Fields(l))
		}
		if r.order == nil {
			return errors.New("goods without an order")
		}
		return r.goods(strings.Fields(l))
	}
	if err := r.flush(); err != nil {
		return err
	}
	word, rest := cutWord(l)
	f := strings.Fields(rest)
	switch word {
	case "order":
		return r.open(f)
	case "task":
		return r.openTask(f)
	case "product":
		return r.product(f)
	case "place":
		class := order.Ambient
		if n := len(f) - 1; n > 0 && order.Temp(f[n]).Cold() {
			class, f = order.Temp(f[n]), f[:n]
		}
		for _, id := range f {
			r.add(wire.RowLocation, id, order.Location{ID: order.LocationID(id), Temp: class})
		}
		return nil
	case "operator":
		return r.operator(f)
	case "policy":
		p, err := policyOver([]byte(rest))
		if err != nil {
			return err
		}
		r.add(wire.RowPolicy, "policy", p)
		return nil
	case "instruction":
		return r.instruction(f)
	case "gone":
		r.add(wire.RowWorkGone, "S-"+rest, wire.Gone{Shipment: order.ShipmentID("S-" + rest), Why: "released"})
		return nil
	case "pickup":
		return r.pickup(f)
	case "numbers":
		return r.numbers(f)
	case "catalogue":
		return r.catalogue(f)
	}
	return fmt.Errorf("%q is nothing a world has", word)
}

func (r *worldReader) add(kind wire.RowKind, id string, body any) {
	b, err := json.Marshal(body)
	if err != nil {
		panic("world row: " + err.Error()) // of our own types
	}
	r.rows = append(r.rows, wire.FeedRow{Kind: kind, ID: id, Body: b})
}

// flush adds the order at hand.
func (r *worldReader) flush() error {
	r.flushTask()
	if r.order == nil {
		return nil
	}
	sent(&r.order.Shipment)
	r.add(wire.RowWork, string(r.order.Shipment.ID), struct {
		*wire.Work
		Receiver order.Receiver `json:"receiver"`
	}{r.order, worldReceiver})
	r.order = nil
	return nil
}

// worldReceiver is made up.
var worldReceiver = order.Receiver{Name: "张三", Phone: "13800001234", Country: "CN", Province: "海南省", City: "海口市", District: "龙华区",
	Street: "滨海大道1号"}

// open begins an order.
func (r *worldReader) open(f []string) error {
	if len(f) == 0 {
		return errors.New("an order needs a name")
	}
	name := f[0]
	s := order.Shipment{ID: order.ShipmentID("S-" + name), Version: r.version, Flow: "standard", FlowVersion: 1, State: "awaiting_pick",
		Warehouse: "main", Tote: "TOTE-" + name, Carrier: order.Carrier{ID: "SF", Name: order.Names{ZH: "顺丰", EN: "SF Express"}},
		Orders: []order.OrderRef{{ID: order.OrderID("O-" + name), Channel: "shop", External: name}}}
	parcels := 1
	for _, opt := range f[1:] {
		key, value, _ := strings.Cut(opt, "=")
		if err := orderOption(&s, &parcels, key, value); err != nil {
			return err
		}
	}
	for no := 1; no <= parcels; no++ {
		n := fmt.Sprintf("%s-%s-%d", s.Carrier.ID, name, no)
		s.Parcels = append(s.Parcels, order.Parcel{No: no, ID: order.ParcelID("P-" + n), Waybill: order.Waybill{Number: n}})
	}
	r.order = &wire.Work{Shipment: s}
	return nil
}

func orderOption(s *order.Shipment, parcels *int, key, value string) (err error) {
	switch key {
	case "tote":
		s.Tote = value
	case "state":
		s.State = order.StateCode(value)
	case "flow":
		s.Flow = value
	case "owner":
		s.Owner = order.OperatorID(value)
	case "batch":
		s.Batch = value
	case "wave":
		f := append(strings.Split(value, ":"), "", "")
		s.Wave = &order.Wave{ID: f[0], Mode: order.BatchMode(f[1]), For: order.OperatorID(f[2])}
	case "slot":
		s.Slot = value
	case "carrier":
		s.Carrier = order.Carrier{ID: order.CarrierID(value), Name: order.Names{ZH: value, EN: value}}
	case "customs":
		s.Customs = order.CustomsMode(value)
	case "transit":
		s.Transit = &order.Transit{}
		s.Transit.Hours, err = strconv.Atoi(value)
	case "pickup":
		s.Pickup = order.PickupHash(replayBadgeKey, value)
	case "pack":
		s.PackCheck = order.PackCheck(value)
	case "complete":
		s.Complete = true
	case "cancelled":
		s.Cancelled, s.State = true, "cancelled"
	case "hold":
		s.SetHold(order.Hold{Code: order.HoldCode(value), At: replayStart, Stops: true})
	case "mark":
		s.SetHold(order.Hold{Code: order.HoldCode(value), At: replayStart})
	case "waybill":
		state, number, _ := strings.Cut(value, ":")
		s.Parcels = []order.Parcel{{No: 1, ID: order.ParcelID("P-" + number), Waybill: order.Waybill{Number: number}}}
		if state != "" {
			s.Parcels[0].Waybill.Fields = map[string]string{"state": state}
		}
		*parcels = 0
	case "parcels":
		*parcels, err = strconv.Atoi(value)
	case "priority":
		s.Priority, err = strconv.Atoi(value)
	case "version":
		s.Version, err = strconv.Atoi(value)
	default:
		return fmt.Errorf("%q is nothing an order has", key)
	}
	return err
}

// goods adds a line to the order at hand.
func (r *worldReader) goods(f []string) error {
	s := &r.order.Shipment
	qty, err := strconv.Atoi(f[0])
	if err != nil || len(f) < 2 {
		return fmt.Errorf("%q: a line is QTY SKU @PLACE", strings.Join(f, " "))
	}
	no := len(s.Lines) + 1
	l := order.Line{No: no, Walk: no, SKU: order.SKU(f[1]), Qty: qty, Name: order.Names{ZH: "货" + f[1], EN: f[1]}, Codes: codesOf(f[1])}
	for _, opt := range f[2:] {
		key, value, _ := strings.Cut(opt, "=")
		if at, ok := strings.CutPrefix(opt, "@"); ok {
			l.Location = order.LocationID(at)
		} else if err := lineOption(&l, key, value); err != nil {
			return err
		}
	}
	s.Lines = append(s.Lines, l)
	return nil
}

// codesOf are the barcodes of goods in a world: single, case of twelve, box of three.
func codesOf(sku string) []order.ItemCode {
	key := order.CodeKey(sku)
	return []order.ItemCode{{Key: key}, {Key: key + "-12", Mult: 12}, {Key: key + "-3", Mult: 3}}
}

func lineOption(l *order.Line, key, value string) (err error) {
	switch key {
	case "lot":
		l.Lot = value
	case "track":
		l.Track, err = order.ParseTracking(strings.Split(value, ","))
	case "code":
		l.Codes = append(l.Codes, order.ItemCode{Key: order.CodeKey(value)})
	case "walk":
		l.Walk, err = strconv.Atoi(value)
	case "picked":
		l.Picked, err = strconv.Atoi(value)
	case "packed":
		l.Packed, err = strconv.Atoi(value)
	case "scan":
		l.Scan = order.ScanClass(value)
	case "frozen", "chilled":
		l.Temp = order.Temp(key)
	case "last":
		l.LastThere = true
	case "alone":
		l.Alone = true
	case "pack", "loose", "serials":
		return stockOption(l, key, value)
	case "kit":
		kit, per, _ := strings.Cut(value, "/")
		l.Kit = kit
		l.PerKit, err = strconv.Atoi(per)
	case "weight":
		g, spread, _ := strings.Cut(value, "~")
		if l.WeightG, err = strconv.Atoi(g); err == nil && spread != "" {
			l.SpreadG, err = strconv.Atoi(spread)
		}
	default:
		return fmt.Errorf("%q is nothing a line has", key)
	}
	return err
}

func (r *worldReader) product(f []string) error {
	if len(f) == 0 {
		return errors.New("a product needs a SKU")
	}
	p := order.Product{SKU: order.SKU(f[0]), Name: order.Names{ZH: "货" + f[0], EN: f[0]}, Codes: codesOf(f[0])}
	for _, opt := range f[1:] {
		key, value, _ := strings.Cut(opt, "=")
		if at, ok := strings.CutPrefix(opt, "@"); ok {
			p.Home = order.LocationID(at)
			continue
		}
		var err error
		switch key {
		case "code":
			p.Codes = append(p.Codes, order.ItemCode{Key: order.CodeKey(value)})
		case "track":
			p.Track, err = order.ParseTracking(strings.Split(value, ","))
		case "weight":
			p.WeightG, err = strconv.Atoi(value)
		default:
			err = fmt.Errorf("%q is nothing a product has", opt)
		}
		if err != nil {
			return err
		}
	}
	r.add(wire.RowProduct, f[0], p)
	return nil
}

// worldSalt is the salt of PINs in worlds.
var worldSalt = []byte("salt of a world!")

func (r *worldReader) operator(f []string) error {
	if len(f) < 4 {
		return errors.New("an operator is ID BADGE ROLES NAME")
	}
	o := order.Operator{ID: order.OperatorID(f[0]), Name: f[3], Lang: "en"}
	for _, role := range strings.Split(f[2], ",") {
		o.Roles = append(o.Roles, order.Role(role))
	}
	for _, opt := range f[4:] {
		key, value, _ := strings.Cut(opt, "=")
		switch key {
		case "pin":
			o.PIN, o.PINDigits = order.HashPIN(value, worldSalt), len(value)
		case "lang":
			o.Lang = value
		default:
			return fmt.Errorf("%q is nothing an operator has", opt)
		}
	}
	r.add(wire.RowOperator, f[0], struct {
		order.Operator
		Badge string `json:"badge"`
	}{o, f[1]})
	return nil
}
