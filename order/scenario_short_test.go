package order

import "testing"

// fiveOfOne has an order of five lines of mango from one shelf, two of them picked, and
// somebody else's order that wants mango from that shelf too.
func fiveOfOne(t *testing.T, with ...func(*Line)) *world {
	t.Helper()
	lines := []Line{line("mango", 1, "L1"), line("mango", 1, "L1"), line("mango", 2, "L1"), line("mango", 1, "L1"), line("mango", 3, "L1"),
		line("mango", 1, "L7"), line("fig", 1, "L1")}
	for i := range with {
		with[i](&lines[i])
	}
	w := newWorld(t, ship1("A", lines...), ship1("B", line("mango", 4, "L1")))
	w.change("S-B", func(s *Shipment) { s.Owner, s.Batch = "mei", "cluster-mei-1" })
	w.scan("A")
	return w
}

func (w *world) wantShort(id ShipmentID, want ...int) {
	w.Helper()
	for i, l := range w.ship(id).Lines {
		if i < len(want) && l.Short != want[i] {
			w.Fatalf("line %d of %s is short by %d, want %v", l.No, id, l.Short, want)
		}
	}
}

func TestScenario26AShortageReleasesTheOpenLinesOfThatShelfAndNothingElse(t *testing.T) {
	w := fiveOfOne(t)
	times(2, func() { w.scan("MANGO") })
	d := w.want(w.card(CmdShort), ConfirmAgain, MsgAskShortAll)
	if d.What.Args.N != 3 || d.What.Args.Need != 6 || d.What.Args.Location != "L1" {
		t.Fatalf("asks %+v", d.What.Args)
	}
	d = w.want(w.card(CmdYes), LineDone, MsgShortedAll)
	w.wantPicked("S-A", 1, 1, 0, 0, 0, 0, 0)
	w.wantShort("S-A", 0, 0, 2, 1, 3, 0, 0)
	w.wantShort("S-B", 0)
	if s := w.ship("S-B"); s.Owner != "mei" || s.Lines[0].Open() != 4 {
		t.Fatalf("the other's work was touched: %+v", s)
	}
	for i, e := range d.Events { // what the centre needs to reserve again
		if e.Type != EventShorted || e.Shipment != "S-A" || e.Line != i+3 || e.Place != "L1" || e.Reason != "out_of_stock" || e.Qty != []int{2, 1, 3}[i] {
			t.Fatalf("event %d says %+v", i, e)
		}
	}
	w.wantDo(w.want(w.card(CmdUndo), OK, MsgUndone), DoGoTo) // one shortage is one step
	w.wantShort("S-A", 0, 0, 0, 0, 0, 0, 0)
	if len(w.ship("S-A").Holds) != 0 {
		t.Fatal("the back-order stays")
	}
}

func TestScenario26DamagedGoodsAreThatLinesAlone(t *testing.T) {
	w := fiveOfOne(t)
	times(2, func() { w.scan("MANGO") })
	w.want(w.card(CmdDamaged), ConfirmAgain, MsgAskShort)
	w.want(w.card(CmdYes), LineDone, MsgShorted)
	w.wantShort("S-A", 0, 0, 2, 0, 0)
}

func TestScenario27AShortageOfALotReleasesThatLotOnly(t *testing.T) {
	w := fiveOfOne(t, reserved("a"), reserved("a"), reserved("b"), reserved("a"), reserved("b"))
	mango := func(lot string) Decision { return w.read(Reading{Key: "MANGO", Lot: lot}) }
	w.want(mango("a"), LineDone, MsgLineDone)
	w.want(mango("a"), LineDone, MsgLineDone)
	w.wantDo(w.card(CmdShort), DoScanYes)
	d := w.want(w.card(CmdYes), LineDone, MsgShortedAll)
	w.wantShort("S-A", 0, 0, 2, 0, 3)
	for _, e := range d.Events {
		if e.Lot != "b" {
			t.Fatalf("the event names lot %q", e.Lot)
		}
	}
}

func TestScenario26InABatchTheShortageIsThatOfAllItsOrders(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 2, "L1"), line("fig", 1, "L2")), ship1("B", line("mango", 3, "L1")), ship1("C", line("mango", 1, "L1")))
	w.change("S-C", func(s *Shipment) { s.Owner = "mei" })
	w.card(CmdBatch)
	w.scan("MANGO")
	w.scan("TOTE-1")
	d := w.want(w.card(CmdShort), ConfirmAgain, MsgAskShortAll)
	if d.What.Args.N != 2 || d.What.Args.Need != 4 {
		t.Fatalf("asks %+v", d.What.Args)
	}
	d = w.want(w.card(CmdYes), LineDone, MsgShortedAll)
	w.wantPicked("S-A", 1, 0)
	w.wantShort("S-A", 1, 0)
	w.wantShort("S-B", 3)
	w.wantShort("S-C", 0)
	if d.Do.Args.Location != "L2" {
		t.Fatalf("goes on with %+v", d.Do)
	}
}

func TestAShortageLeavesOutWhatWasPickedOrStoppedMeanwhile(t *testing.T) {
	w := fiveOfOne(t)
	w.card(CmdShort)
	w.change("S-A", func(s *Shipment) { s.Lines[4].Qty = 1 }) // the centre took two units out
	w.want(w.card(CmdYes), LineDone, MsgShortedAll)
	w.wantShort("S-A", 1, 1, 2, 1, 0)
}
