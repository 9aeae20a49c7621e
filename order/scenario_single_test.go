package order

import (
	"slices"
	"testing"
	"time"
)

// singles has three orders that want one mango each, C the most urgent, and a bigger one.
func singles(t *testing.T) *world {
	t.Helper()
	c := ship1("C", line("mango", 1, "L1"))
	c.Priority = 2
	b := ship1("B", line("mango", 1, "L1"))
	b.Promise = time.Date(2026, 5, 20, 12, 0, 0, 0, time.UTC)
	a := ship1("A", line("mango", 1, "L1"))
	a.Promise = b.Promise.Add(time.Hour)
	return newWorld(t, ship1("BIG", line("mango", 5, "L1"), line("tea", 1, "L2")), a, b, c)
}

func TestOneItemOpensTheMostUrgentOrderOfOneItemCountsAndPrints(t *testing.T) {
	w := singles(t)
	for _, want := range []string{"C", "B", "A"} {
		d := w.wantDo(w.want(w.scan("MANGO"), OrderDone, MsgOrderPicked), DoWaitLabel)
		if d.What.Args.Ref != want || len(d.Prints) != 1 || d.Prints[0].Shipment != ShipmentID("S-"+want) {
			t.Fatalf("opened %s and printed %+v, want %s", d.What.Args.Ref, d.Prints, want)
		}
		w.wantScreen(ScreenLabel)
		w.want(w.scan("SF-"+want+"-1"), OK, MsgPackedAll)
	}
	w.want(w.scan("MANGO"), OK, MsgOpened) // the bigger order is the only one left
	w.wantPicked("S-BIG", 0, 0)
}

func TestAnOrderThatCannotGoOnIsPassedOver(t *testing.T) {
	for name, stop := range map[string]func(*world, *Shipment){
		"cancelled":   func(_ *world, s *Shipment) { s.Cancelled = true },
		"held":        func(_ *world, s *Shipment) { s.SetHold(Hold{Code: Intercepted, Stops: true}) },
		"owned":       func(_ *world, s *Shipment) { s.Owner = "mei" },
		"unleased":    func(w *world, s *Shipment) { w.unleased[s.ID] = true },
		"instruction": func(w *world, s *Shipment) { w.orders[s.ID] = &Instruction{ID: "I", Shipment: s.ID} },
		"state":       func(_ *world, s *Shipment) { s.State = "paid" },
	} {
		t.Run(name, func(t *testing.T) {
			w := singles(t)
			w.change("S-C", func(s *Shipment) { stop(w, s) })
			if d := w.want(w.scan("MANGO"), OrderDone, MsgOrderPicked); d.What.Args.Ref != "B" {
				t.Fatalf("opened %s", d.What.Args.Ref)
			}
		})
	}
}

func TestGoodsThatAreRefusedOpenNothing(t *testing.T) {
	w := newWorld(t, ship1("A", line("milk", 1, "L1", byExpiry)), ship1("B", line("milk", 1, "L1", byExpiry)))
	w.want(w.read(Reading{Key: "MILK", Expiry: "2020-01-01"}), Blocked, MsgExpired)
	w.wantScreen(ScreenQueue)
	if w.ship("S-A").Owner != "" {
		t.Fatal("the order was opened")
	}
	w.wantDo(w.want(w.scan("MILK"), OK, MsgOpened), DoScanExpiry)
	w.want(w.scan("2030-01-01"), OrderDone, MsgOrderPicked)
}

func TestTheLocationComesFirstForOneItemToo(t *testing.T) {
	w := singles(t)
	w.env.Policy.LocationFirst = true
	w.wantDo(w.want(w.scan("MANGO"), OK, MsgOpened), DoScanLocation)
	w.wantPicked("S-C", 0)
	w.scan("L1")
	w.want(w.scan("MANGO"), OrderDone, MsgOrderPicked)
}

func TestGoodsPickedInAWaveAreCheckedOneOrderAtATime(t *testing.T) {
	a, b := packEach(ship1("A", line("mango", 1, "L1"))), packEach(ship1("B", line("mango", 2, "L1")))
	for _, s := range []*Shipment{a, b} {
		s.State, s.Lines[0].Picked = "picked", s.Lines[0].Qty
	}
	w := newWorld(t, a, b)
	w.want(w.scan("MANGO"), OrderDone, MsgOrderPacked)
	w.want(w.scan("SF-A-1"), OK, MsgPackedAll)
	w.want(w.scan("MANGO"), OK, MsgUnitPacked)
	w.want(w.scan("MANGO"), OrderDone, MsgOrderPacked)
	if w.ship("S-B").Lines[0].Packed != 2 {
		t.Fatalf("line %+v", w.ship("S-B").Lines[0])
	}
}

func TestTheWaybillFirstOrLastByFlowElseByWarehouse(t *testing.T) {
	for _, c := range []struct {
		policy bool
		flow   LabelTime
		first  bool
	}{{false, "", false}, {true, "", true}, {true, LabelLast, false}, {false, LabelFirst, true}} {
		w := newWorld(t, ship1("A", line("mango", 1, "L1"), line("tea", 1, "L2")))
		w.env.Policy.LabelFirst = c.policy
		f := *StandardFlow()
		f.Label = c.flow
		w.flow = &f
		w.env.Flows = func(string, int) (*Flow, error) { return &f, nil }
		d := w.want(w.scan("A"), OK, MsgOpened)
		if got := len(d.Prints) == 1; got != c.first {
			t.Fatalf("%+v: prints at opening %v", c, d.Prints)
		}
		w.scan("MANGO")
		d = w.want(w.scan("TEA"), OrderDone, MsgOrderPicked)
		if got := len(d.Prints) == 1; got == c.first {
			t.Fatalf("%+v: prints at the end %v", c, d.Prints)
		}
		w.want(w.scan("SF-A-1"), OK, MsgPackedAll)
	}
	bad := *StandardFlow()
	bad.Label = "sometimes"
	if bad.Validate() == nil {
		t.Fatal("a flow with a label time nobody knows is taken")
	}
}

func TestSeveralBiggerOrdersStillAskForANarrowerScan(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 1, "L1"), line("tea", 1, "L2")), ship1("B", line("mango", 1, "L1"), line("fig", 1, "L2")))
	w.want(w.scan("MANGO"), Ambiguous, MsgSeveral)
	if slices.ContainsFunc(w.ships, func(s *Shipment) bool { return s.Owner != "" }) {
		t.Fatal("one was opened")
	}
}
