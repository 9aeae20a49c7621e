package order

import (
	"testing"
)

// sowing has three orders at the put wall: BIG lacks five units, MID three, ONE one.
func sowing(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, ship1("BIG", line("mango", 4, "L1"), line("tea", 1, "L2")), ship1("MID", line("mango", 2, "L1"), line("fig", 1, "L3")),
		ship1("ONE", line("mango", 1, "L1")), ship1("LATER", line("nut", 1, "L9")))
	w.change("S-LATER", func(s *Shipment) { s.Priority = -1 })
	w.wantDo(w.want(w.card(CmdWall), OK, MsgBatch), DoScanGoods)
	w.wantScreen(ScreenWall)
	return w
}

func TestAtThePutWallTheOrderThatLacksLeastComesFirst(t *testing.T) {
	w := sowing(t)
	var got []string
	for range 7 {
		d := w.wantDo(w.want(w.scan("MANGO"), OK, MsgInHand), DoPutSlot)
		got = append(got, d.Do.Args.Ref)
		if d = w.scan(d.Do.Args.Code); !d.Verdict.Good() {
			t.Fatalf("put: %s %s", d.Verdict, d.What.Code)
		}
	}
	want := []string{"ONE", "MID", "MID", "BIG", "BIG", "BIG", "BIG"}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("sown to %v, want %v", got, want)
		}
	}
	w.want(w.scan("MANGO"), OverQty, MsgWaveFull) // nobody wants more
}

func TestAFullSlotIsPackedAndTheWallGoesOn(t *testing.T) {
	w := sowing(t)
	d := w.scan("MANGO")
	if d.Do.Args.Code != "SLOT-1" {
		t.Fatalf("proposes %+v", d.Do.Args)
	}
	w.want(w.scan("SLOT-1"), OrderDone, MsgSlotDone)
	w.wantState("S-ONE", "picked")
	w.scan("MANGO")
	w.want(w.scan("SLOT-1"), OtherOrder, MsgToteTaken)
	w.want(w.scan("SLOT-5"), OK, MsgPut) // a slot of the packer's own choice is learnt
	w.want(w.scan("SLOT-5"), Needs, MsgSlotOpen)
	w.want(w.scan("SLOT-1"), OK, MsgResumed)
	w.wantScreen(ScreenLabel)
	if len(w.prints) != 1 || w.prints[0].Shipment != "S-ONE" {
		t.Fatalf("prints %+v", w.prints)
	}
	w.want(w.scan("MANGO"), DoneAlready, MsgWantLabel)
	w.want(w.scan("SF-ONE-1"), OK, MsgPackedAll)
	w.wantScreen(ScreenWall)
	d = w.want(w.scan("MANGO"), OK, MsgInHand)
	if d.Do.Args.Code != "SLOT-5" || d.Do.Args.Ref != "MID" {
		t.Fatalf("proposes %+v", d.Do.Args)
	}
	w.scan("SLOT-5")
	w.scan("FIG")
	w.want(w.scan("SLOT-5"), OrderDone, MsgSlotDone)
	w.scan("SLOT-5")
	w.want(w.scan("SF-MID-1"), OK, MsgPackedAll)
	w.want(w.scan("NUT"), OtherOrder, MsgForOther)
}

func TestAFullSlotIsNamedUntilItIsPacked(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 1, "L1")), ship1("B", line("fig", 1, "L2")))
	w.card(CmdWall)
	w.scan("MANGO")
	d := w.wantDo(w.want(w.scan("SLOT-3"), OrderDone, MsgSlotDone), DoPackSlot)
	if d.Do.Args.Code != "SLOT-3" || d.Do.Args.N != 1 {
		t.Errorf("with goods to go: %+v", d.Do.Args)
	}
	w.scan("FIG")
	if d = w.wantDo(w.scan("SLOT-1"), DoPackSlot); d.Do.Args.Code != "SLOT-3" || d.Do.Args.N != 0 {
		t.Errorf("with all in: %+v", d.Do.Args)
	}
	w.scan("SLOT-3")
	if d = w.wantDo(w.want(w.scan("SF-A-1"), OK, MsgPackedAll), DoPackSlot); d.Do.Args.Code != "SLOT-1" {
		t.Errorf("then: %+v", d.Do.Args)
	}
}

func TestSlotsAreProposedOnlyAsTheWarehouseWritesThem(t *testing.T) {
	w := sowing(t)
	w.env.Policy.Totes = []string{"W-"}
	if d := w.wantDo(w.want(w.scan("MANGO"), OK, MsgInHand), DoPutSlot); d.Do.Args.Code != "" {
		t.Errorf("proposes %s, which is no slot here", d.Do.Args.Code)
	}
	w.want(w.scan("W-1"), OrderDone, MsgSlotDone)
}

func TestThePutWallEndsWhenEveryOrderIsPacked(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 1, "L1")), ship1("B", line("fig", 1, "L2")))
	w.card(CmdWall)
	for _, x := range [][2]string{{"MANGO", "SF-A-1"}, {"FIG", "SF-B-1"}} {
		d := w.scan(x[0])
		w.scan(d.Do.Args.Code)
		w.scan(d.Do.Args.Code)
		d = w.scan(x[1])
		if x[0] == "FIG" {
			w.want(d, OrderDone, MsgBatchPicked)
		}
	}
	w.wantScreen(ScreenQueue)
	if w.bench.Batch != nil || w.ship("S-A").Slot != "" {
		t.Fatal("the wave is not over")
	}
}

func TestOtherGoodsAreNotMixedIntoTheHandAtTheWall(t *testing.T) {
	w := sowing(t)
	w.scan("TEA")
	d := w.wantDo(w.want(w.scan("MANGO"), Needs, MsgHandFull), DoPutSlot)
	if _, _, mixed := d.Events[0].Mixup(); mixed {
		t.Error("the next goods of the pile are no mix-up")
	}
	w.want(w.scan("TEA"), OverQty, MsgAllCounted)
	w.want(w.card(CmdUndo), OK, MsgLaidBack)
	w.want(w.scan("MANGO"), OK, MsgInHand)
}

func TestCancelledOrdersGetNothingAtTheWall(t *testing.T) {
	w := sowing(t)
	w.change("S-ONE", func(s *Shipment) { s.Cancelled = true })
	if d := w.want(w.scan("MANGO"), OK, MsgInHand); d.Do.Args.Ref != "MID" {
		t.Fatalf("sown to %s", d.Do.Args.Ref)
	}
	w.change("S-MID", func(s *Shipment) { s.Cancelled = true })
	w.wantDo(w.want(w.scan("SLOT-1"), Blocked, MsgCancelled), DoSetAside)
	w.wantPicked("S-MID", 0, 0)
	if d := w.want(w.scan("MANGO"), OK, MsgInHand); d.Do.Args.Ref != "BIG" {
		t.Fatalf("sown to %s", d.Do.Args.Ref)
	}
}

func TestACaseThatNoOrderOfTheWaveTakesWholeIsScannedSingly(t *testing.T) {
	w := sowing(t)
	d := w.wantDo(w.want(w.scan("MANGO-12"), OverQty, MsgTooMany), DoScanSingly)
	if d.What.Args.N != 12 || d.What.Args.Need != 4 {
		t.Errorf("says %+v", d.What.Args)
	}
}
