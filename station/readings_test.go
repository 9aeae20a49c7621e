package station_test

import (
	"testing"

	"pickstation/order"
)

// GTINs of the GS1 General Specifications' own examples and a case of the first.
const (
	gtinItem = "09506000134352"
	gtinCase = "19506000134359"
	ean13    = "9506000134352"
	upce     = "01234505" // stands for the UPC-A 012000003455
)

// fruit is a shipment whose only line is known by its GTIN and its case's.
func fruit(qty int, track order.Tracking, lot string) order.Shipment {
	s := goods("1", 2, qty)
	l := &s.Lines[0]
	l.Codes = []order.ItemCode{{Key: gtinItem}, {Key: gtinCase, Mult: 6}, {Key: "00012000003455"}, {Key: "MANGO-5"}}
	l.Track, l.Lot = track, lot
	return s
}

// picked returns the pick events of the log.
func (b *bench) picked() (list []order.Event) {
	for _, e := range b.log() {
		if e.Type == order.EventPicked {
			list = append(list, e)
		}
	}
	return list
}

func TestSymbolsOfAnItemCountIt(t *testing.T) {
	all := order.Tracking{Lot: true, Expiry: true, Serial: true}
	for name, c := range map[string]struct {
		raw   string
		track order.Tracking
		qty   int
		lot   string
		exp   order.Date
		sn    string
	}{
		"GS1-128 with lot, expiry and serial": {"]C101" + gtinItem + "17270531" + "10LOT7\x1d21S1", all, 1, "LOT7", "2027-05-31", "S1"},
		"GS1 DataMatrix, other order":         {"]d201" + gtinItem + "21S2\x1d10LOT7\x1d17270500", all, 1, "LOT7", "2027-05-31", "S2"},
		"element strings without identifier":  {"01" + gtinItem + "17270531" + "10LOT7\x1d21S3", all, 1, "LOT7", "2027-05-31", "S3"},
		"a leading separator":                 {"\x1d01" + gtinItem + "10LOT7\x1d17270531" + "21S4", all, 1, "LOT7", "2027-05-31", "S4"},
		"Digital Link": {"]Q1https://id.gs1.org/01/" + gtinItem + "/10/LOT7/21/S5?17=270531", all, 1, "LOT7",
			"2027-05-31", "S5"},
		"best before where no expiry": {"]C101" + gtinItem + "15270531" + "10LOT7", order.Tracking{Expiry: true}, 1, "LOT7", "2027-05-31", ""},
		"EAN-13 with identifier":      {"]E0" + ean13, order.Tracking{}, 1, "", "", ""},
		"EAN-13 without identifier":   {ean13, order.Tracking{}, 1, "", "", ""},
		"ITF-14 of the case":          {"]I1" + gtinCase, order.Tracking{}, 6, "", "", ""},
		"ITF-14 without identifier":   {gtinCase, order.Tracking{}, 6, "", "", ""},
		"case in GS1-128":             {"]C101" + gtinCase, order.Tracking{}, 6, "", "", ""},
		"a short UPC-E":               {upce, order.Tracking{}, 1, "", "", ""},
		"a supplier's label":          {"]d1[)>\x1e06\x1dPMANGO-5\x1d1TLOT7\x1dQ3\x1e\x04", order.Tracking{Lot: true}, 3, "LOT7", "", ""},
		"contents of a logistic unit": {"]C102" + gtinItem + "3704", order.Tracking{}, 4, "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, fruit(10, c.track, ""))
			b.want(order.OK, badgeLi, "X1", c.raw)
			b.settle()
			list := b.picked()
			if len(list) != 1 {
				t.Fatalf("picks %+v", list)
			}
			if e := list[0]; e.Qty != c.qty || e.Line != 1 || c.track.Lot && e.Lot != c.lot || e.Expiry != c.exp || e.Serial != c.sn {
				t.Errorf("event %+v", e)
			}
		})
	}
}

func TestACaseMayNotOverfillALine(t *testing.T) {
	b := newBench(t, fruit(5, order.Tracking{}, ""))
	b.want(order.OK, badgeLi, "X1")
	b.want(order.OverQty, "]I1"+gtinCase)
	b.want(order.OK, "]E0"+ean13)
}

func TestACarriersNumberOpensItsWork(t *testing.T) {
	s := goods("1", 1, 1)
	s.Parcels[0].Waybill.Number = "RR473124829GB" // the example of UPU S10
	b := newBench(t, s, goods("2", 1, 1))
	b.want(order.OK, badgeLi, "]C0RR473124829GB")
	if w := b.settle().Work; w == nil || w.ID != "1" {
		t.Errorf("work %+v", w)
	}
}

func TestALostSeparatorIsPutBackOnlyWhereOneWayFitsTheWork(t *testing.T) {
	lotAndExpiry := order.Tracking{Lot: true, Expiry: true}
	for name, c := range map[string]struct {
		track order.Tracking
		lot   string
		raw   string
		want  order.Verdict
		event order.Event
	}{
		"lot and expiry are asked for": {lotAndExpiry, "", "10LOT7" + "17270531", order.OK,
			order.Event{Lot: "LOT7", Expiry: "2027-05-31", Mended: true}},
		"the reserved lot decides": {order.Tracking{}, "LOT7", "10LOT7" + "17270531", order.OK,
			order.Event{Lot: "LOT7", Expiry: "2027-05-31", Mended: true}},
		"the reserved lot is the printed one": {order.Tracking{}, "LOT717270531", "10LOT7" + "17270531", order.OK,
			order.Event{Lot: "LOT717270531"}},
		"nothing is asked for": {order.Tracking{}, "", "10LOT7" + "17270531", order.OK, order.Event{}},
		"both ways give a lot": {order.Tracking{Lot: true}, "", "10LOT7" + "17270531", order.Needs, order.Event{}},
		"lot, expiry and serial are asked for": {order.Tracking{Lot: true, Expiry: true, Serial: true}, "", "10LOT7" + "17270531" + "21S1", order.OK,
			order.Event{Lot: "LOT7", Expiry: "2027-05-31", Serial: "S1", Mended: true}},
		"the ways that fit agree on the serial": {order.Tracking{Serial: true}, "", "10LOT7" + "17270531" + "21S1", order.OK,
			order.Event{Serial: "S1", Mended: true}},
		"the ways that fit agree on the lot": {order.Tracking{Lot: true}, "", "21S1" + "17270531" + "10LOT7", order.OK, order.Event{Lot: "LOT7", Mended: true}},
		"several places for the serial": {order.Tracking{Lot: true, Expiry: true, Serial: true}, "", "10AB21C21D" + "17270531", order.Needs,
			order.Event{}},
		"too long to be read as printed": {lotAndExpiry, "", "10LOT7721" + "17270531" + "91" + "001234567890", order.OK,
			order.Event{Lot: "LOT7721", Expiry: "2027-05-31", Mended: true}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, fruit(10, c.track, c.lot))
			b.want(order.OK, badgeLi, "X1")
			b.want(c.want, "]C101"+gtinItem+c.raw)
			b.settle()
			list := b.picked()
			if c.want != order.OK {
				if len(list) != 0 {
					t.Errorf("a guess was counted: %+v", list)
				}
				return
			}
			if len(list) != 1 || list[0].Lot != c.event.Lot || list[0].Expiry != c.event.Expiry || list[0].Serial != c.event.Serial || list[0].Mended != c.event.Mended {
				t.Errorf("events %+v, want %+v", list, c.event)
			}
		})
	}
}

func TestALostSeparatorOfOtherGoodsIsNotCounted(t *testing.T) {
	b := newBench(t, goods("1", 1, 5), func() order.Shipment { s := fruit(5, order.Tracking{}, ""); s.ID = "2"; return renamed(s) }())
	b.want(order.OK, badgeLi, "X1")
	b.want(order.OtherOrder, "]C101"+gtinItem+"10LOT7"+"17270531")
}

// renamed gives a shipment the numbers that belong to its id.
func renamed(s order.Shipment) order.Shipment {
	n := goods(string(s.ID), 0, 0)
	s.Orders, s.Tote, s.Parcels = n.Orders, n.Tote, n.Parcels
	return s
}

func TestALostSeparatorOfASerialIsFoundByWhatWasPicked(t *testing.T) {
	s := fruit(2, order.Tracking{Serial: true}, "")
	s.Lines, s.PackCheck = s.Lines[:1], order.PackEach
	b := newBench(t, s)
	b.want(order.OK, badgeLi, "X1", "]C101"+gtinItem+"21S1")
	b.want(order.OrderDone, "]C101"+gtinItem+"21S2")
	b.want(order.OK, "]C101"+gtinItem+"21S1"+"17270531")
	b.settle()
	list := b.log()
	if e := list[len(list)-1]; e.Type != order.EventPacked || e.Serial != "S1" {
		t.Errorf("%+v", e)
	}
}

func TestAHalfKnownUnitIsNotCompletedByAGuess(t *testing.T) {
	lot := order.Tracking{Lot: true}
	for name, c := range map[string]struct {
		track order.Tracking
		raw   string
		want  order.Verdict
	}{
		"both ways give a lot":     {lot, "]C110LOT7" + "17270531", order.Unknown},
		"the same, no identifier":  {lot, "10LOT7" + "17270531", order.Unknown},
		"only one gives an expiry": {order.Tracking{Lot: true, Expiry: true}, "]C110LOT7" + "17270531", order.OK},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, fruit(5, c.track, ""))
			b.want(order.OK, badgeLi, "X1")
			b.want(order.Needs, "]E0"+ean13)
			b.want(c.want, c.raw)
			b.settle()
			list := b.picked()
			if c.want == order.Unknown && len(list) != 0 || c.want == order.OK && (len(list) != 1 || list[0].Lot != "LOT7" || list[0].Expiry != "2027-05-31") {
				t.Errorf("picks %+v", list)
			}
		})
	}
}

func TestALostSeparatorAtThePackCheckIsFoundByWhatWasPicked(t *testing.T) {
	s := fruit(2, order.Tracking{Lot: true}, "")
	s.Lines, s.PackCheck = s.Lines[:1], order.PackEach
	b := newBench(t, s)
	b.want(order.OK, badgeLi, "X1", "]C101"+gtinItem+"10LOT7")
	b.want(order.OrderDone, "]C101"+gtinItem+"10LOT7")
	b.want(order.OK, "]C101"+gtinItem+"10LOT7"+"17270531")
	b.want(order.WrongItem, "]C101"+gtinItem+"10LOT8")
}
