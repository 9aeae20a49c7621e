package order

import (
	"testing"
	"time"
)

// twoLots has order A with lot L1 reserved on the bench, and B with lot L2.
func twoLots(t *testing.T, b Line) *world {
	t.Helper()
	w := newWorld(t, ship1("A", line("mango", 2, "P1", reserved("L1"))), ship1("B", b))
	w.scan("A")
	return w
}

func mango(w *world, lot string) Decision { return w.read(Reading{Key: "MANGO", Lot: lot}) }

// takeLot takes a unit of another lot than the reserved one, and confirms it.
func takeLot(w *world, lot string) Decision {
	w.want(mango(w, lot), ConfirmAgain, MsgOtherLot)
	w.wait(time.Second)
	return mango(w, lot)
}

func TestScenario29AnUnpickedReservationIsGivenUp(t *testing.T) {
	w := twoLots(t, line("mango", 3, "P1", reserved("L2")))
	d := w.want(takeLot(w, "L2"), OK, MsgUnitPicked)
	w.wantPicked("S-A", 1)
	w.wantPicked("S-B", 0)
	if l := w.ship("S-B").Lines[0]; l.Lot != "" || l.Open() != 3 {
		t.Fatalf("B still has lot %q, open %d", l.Lot, l.Open())
	}
	e := d.Events[1]
	if e.Type != EventRelotted || e.Shipment != "S-B" || e.Line != 1 || e.Qty != 1 || e.Reason != "S-A" || e.Place != "P1" {
		t.Fatalf("the centre is told %+v", e)
	}
	w.want(mango(w, "L2"), OrderDone, MsgOrderPicked)
}

func TestScenario29TwoReservationsAreExchangedWhereTheyFit(t *testing.T) {
	w := twoLots(t, line("mango", 1, "P1", reserved("L2")))
	w.want(takeLot(w, "L2"), OK, MsgUnitPicked)
	if lot := w.ship("S-B").Lines[0].Lot; lot != "L1" {
		t.Fatalf("B got lot %q, want L1", lot)
	}
}

func TestScenario29APickedReservationIsNotTaken(t *testing.T) {
	w := twoLots(t, line("mango", 1, "P1", reserved("L2"), func(l *Line) { l.Picked, l.Lots = 1, []string{"L2"} }))
	d := w.wantDo(w.want(takeLot(w, "L2"), Blocked, MsgLotPicked), DoTakeLot)
	if d.What.Args.Ref != "B" || d.Do.Args.Lot != "L1" {
		t.Fatalf("says %+v %+v", d.What.Args, d.Do.Args)
	}
	w.wantPicked("S-A", 0)
	w.wantPicked("S-B", 1)
	if lot := w.ship("S-B").Lines[0].Lot; lot != "L2" {
		t.Fatalf("B's lot is %q", lot)
	}
	w.want(mango(w, "L1"), OK, MsgUnitPicked) // the reserved lot goes on
}

func TestScenario29InABatchTheReservationIsGivenUpToo(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 1, "P1", reserved("L1"))), ship1("B", line("mango", 2, "P1", reserved("L2"))))
	w.card(CmdBatch)
	w.want(takeLot(w, "L2"), OK, MsgInHand)
	w.want(w.scan("TOTE-1"), LineDone, MsgSlotDone)
	if lot := w.ship("S-B").Lines[0].Lot; lot != "" {
		t.Fatalf("B still has lot %q", lot)
	}
	w.want(mango(w, "L1"), OK, MsgInHand) // any lot will do
}

func TestUndoGivesTheLotBackThatWasTaken(t *testing.T) {
	for name, b := range map[string]Line{"freed": line("mango", 3, "P1", reserved("L2")), "exchanged": line("mango", 1, "P1", reserved("L2"))} {
		t.Run(name, func(t *testing.T) {
			w := twoLots(t, b)
			takeLot(w, "L2")
			w.restart()
			d := w.want(w.card(CmdUndo), OK, MsgUndone)
			w.wantPicked("S-A", 0)
			if lot := w.ship("S-B").Lines[0].Lot; lot != "L2" {
				t.Fatalf("B has lot %q, want L2", lot)
			}
			if e := d.Events[1]; e.Type != EventRelotted || e.Shipment != "S-B" || e.Lot != "L2" || e.Qty != 1 || e.Reason != "S-A" || !e.Over {
				t.Fatalf("the centre is told %+v", e)
			}
			w.want(mango(w, "L2"), ConfirmAgain, MsgOtherLot) // asked as before
		})
	}
}

func TestUndoLeavesALotThatWasPlannedAnewOrPicked(t *testing.T) {
	w := twoLots(t, line("mango", 1, "P1", reserved("L2")))
	takeLot(w, "L2")
	w.change("S-B", func(s *Shipment) { s.Lines[0].Lot = "L9" })
	w.want(w.card(CmdUndo), OK, MsgUndone)
	if lot := w.ship("S-B").Lines[0].Lot; lot != "L9" {
		t.Fatalf("B has lot %q, want L9", lot)
	}
	w = twoLots(t, line("mango", 1, "P1", reserved("L2")))
	takeLot(w, "L2")
	w.change("S-B", func(s *Shipment) { s.Lines[0].Picked, s.Lines[0].Lots = 1, []string{"L1"} })
	w.want(w.card(CmdUndo), OK, MsgUndone)
	if lot := w.ship("S-B").Lines[0].Lot; lot != "L1" {
		t.Fatalf("B has lot %q, want L1", lot)
	}
}

func TestInABatchUndoGivesTheLotBackToo(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 2, "P1", reserved("L1"))), ship1("B", line("mango", 1, "P1", reserved("L2"))))
	lot := func(want string) {
		t.Helper()
		if lot := w.ship("S-B").Lines[0].Lot; lot != want {
			t.Fatalf("B has lot %q, want %q", lot, want)
		}
	}
	w.card(CmdBatch)
	takeLot(w, "L2")
	lot("L1")
	w.want(w.card(CmdUndo), OK, MsgLaidBack)
	lot("L2")
	takeLot(w, "L2")
	mango(w, "L1")
	w.want(w.scan("TOTE-1"), LineDone, MsgSlotDone)
	lot("L1")
	w.want(w.card(CmdUndo), OK, MsgUndone)
	lot("L2")
	w.wantPicked("S-A", 0)
}

func TestAnEmptiedBoxGivesItsLotsBack(t *testing.T) {
	w := twoLots(t, line("mango", 3, "P1", reserved("L2")))
	takeLot(w, "L2")
	w.want(w.card(CmdUnbox), ConfirmAgain, MsgAskUnbox)
	w.want(w.card(CmdYes), OK, MsgBoxEmptied)
	if lot := w.ship("S-B").Lines[0].Lot; lot != "L2" {
		t.Fatalf("B has lot %q, want L2", lot)
	}
}
