package order

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// puttingBack has an instruction that asks for mango and tea back.
func puttingBack(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, ship1("A", line("mango", 3, "L1"), line("tea", 2, "L2")), ship1("B", line("fig", 1, "L3")))
	w.scan("A")
	times(3, func() { w.scan("MANGO") })
	times(2, func() { w.scan("TEA") })
	w.change("S-A", func(s *Shipment) { s.Cancelled = true })
	w.orders["S-A"] = &Instruction{ID: "I1", Kind: InstructPutBack, Shipment: "S-A", Ref: "A",
		Goods: []PutBack{{Line: 1, SKU: "mango", Qty: 3, Location: "L1"}, {SKU: "tea", Qty: 2, Location: "L2"}}}
	w.want(w.scan("MANGO"), Needs, MsgInstruction)
	return w
}

func (w *world) wantPutBack(d Decision, unseen int, want ...PutBackQty) {
	w.Helper()
	e := d.Events[0]
	if diff := cmp.Diff(want, e.Back); e.Type != EventInstructed || e.Qty != unseen || diff != "" {
		w.Fatalf("%s says %d unseen and %s", e.Type, e.Qty, diff)
	}
}

func TestAPlaceDoesNotStandForGoodsThatNobodyScanned(t *testing.T) {
	w := puttingBack(t)
	w.scan("MANGO")
	d := w.wantDo(w.want(w.scan("L1"), OK, MsgBackThere), DoPutBackAll)
	if a := d.What.Args; a.N != 1 || a.Need != 3 || d.Do.Args.N != 2 {
		t.Fatalf("says %+v, goes on with %+v", a, d.Do.Args)
	}
	if d := w.wantDo(w.want(w.scan("L1"), Needs, MsgBackScan), DoPutBackAll); d.What.Args.N != 2 {
		t.Fatalf("asks for %+v", d.What.Args)
	}
	w.want(w.scan("L2"), Needs, MsgBackScan)
	w.restart()
	times(2, func() { w.want(w.scan("MANGO"), OK, MsgBackPiece) })
	w.want(w.scan("L1"), OK, MsgBackThere)
	w.want(w.scan("L1"), DoneAlready, MsgBackThere)
	times(2, func() { w.want(w.scan("TEA"), OK, MsgBackPiece) })
	w.wantPutBack(w.want(w.scan("L2"), OK, MsgInstructed), 0, PutBackQty{Line: 1, SKU: "mango", Qty: 3}, PutBackQty{Line: 2, SKU: "tea", Qty: 2})
}

func TestYesRecordsWhatNobodyScannedOfAPutBack(t *testing.T) {
	w := puttingBack(t)
	w.scan("MANGO")
	w.scan("L1")
	w.wantPutBack(w.want(w.card(CmdYes), OK, MsgBackUnseen), 4,
		PutBackQty{Line: 1, SKU: "mango", Qty: 3, Unseen: 2}, PutBackQty{Line: 2, SKU: "tea", Qty: 2, Unseen: 2})
}

func TestWhatWentBackIsTakenBackByNoUndo(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 3, "L1"), line("fig", 2, "L3")))
	w.scan("A")
	times(3, func() { w.scan("MANGO") })
	w.change("S-A", func(s *Shipment) { s.SetHold(Hold{Code: ToVerify, Stops: true}) })
	w.orders["S-A"] = &Instruction{ID: "I1", Kind: InstructPutBack, Shipment: "S-A", Ref: "A", Goods: []PutBack{{Line: 1, SKU: "mango", Qty: 2, Location: "L1"}}}
	w.scan("MANGO")
	times(2, func() { w.scan("MANGO") })
	w.want(w.scan("L1"), OK, MsgInstructed)
	delete(w.orders, "S-A")
	w.change("S-A", func(s *Shipment) { s.DropHold(ToVerify) })
	for range 2 {
		w.want(w.card(CmdUndo), WrongKind, MsgUndoGoneBack)
		w.restart()
	}
	w.want(w.scan("FIG"), OK, MsgUnitPicked)
	w.card(CmdUnbox) // nobody knows which of its units went back
	w.wantDo(w.want(w.card(CmdYes), Blocked, MsgNothingToUndo), DoCallLead)
	w.want(w.card(CmdUndo), OK, MsgUndone)
	w.want(w.card(CmdUndo), WrongKind, MsgUndoGoneBack)
	w.wantPicked("S-A", 3, 0)
}

func TestTwoKindsOfGoodsThatGoBackAreNamedInTheLanguageOfTheScreen(t *testing.T) {
	i := &Instruction{Kind: InstructPutBack, Goods: []PutBack{
		{SKU: "mango", Name: Names{ZH: "芒果", EN: "Mango"}, Qty: 1, Location: "L1"}, {SKU: "tea", Name: Names{ZH: "茶", EN: "Tea"}, Qty: 2, Location: "L2"}}}
	if a := i.Do().Args; a.Name != (Names{ZH: "芒果（到 L1）、2 件 茶", EN: "Mango (L1), 2 x Tea"}) || a.Location != "L2" || a.N != 1 {
		t.Errorf("%+v", a)
	}
}
