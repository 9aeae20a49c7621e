package order

import (
	"slices"
	"testing"
	"time"
)

// coldMove has a move of frozen goods with three of them in the hand.
func coldMove(t *testing.T) *world {
	t.Helper()
	l := goods("ice", 5, "R1", "F1")
	l.Temp = Frozen
	w := atReturns(t, stockTask(TaskMove, l))
	w.env.Policy.Cold = []ColdRule{{Frozen, 600, 1200}}
	w.places, w.classes = []LocationID{"R1", "F1", "L9"}, map[LocationID]Temp{"R1": Frozen, "F1": Frozen}
	w.env.Probe = func(c Temp) (ProbeReading, bool) { return ProbeReading{"freezer", -19500}, c == Frozen }
	w.scan("R1")
	w.scan("ICE-3")
	return w
}

func TestFrozenGoodsOfAMoveWaitForALeadOnceTheyWereOutForTooLong(t *testing.T) {
	w := coldMove(t)
	w.wait(20 * time.Minute)
	if e := w.bench.Task.WarmEvent(&w.env.Policy, w.now); e == nil || e.Task != "T1" || e.OutS != 1200 {
		t.Fatalf("told %+v", e)
	}
	w.want(w.scan("F1"), Blocked, MsgStockTooWarm)
	w.want(w.scan("ICE"), Blocked, MsgStockTooWarm)
	w.wantBack("T1", 0)
	w.want(w.card(CmdQueue), Needs, MsgHandFull)
	w.env.Policy.Reasons = []ReasonRule{{Code: "core-cold", Name: Names{EN: "core still cold"}, For: []Gate{GateCold}}}
	w.scan("F1")
	w.want(w.scan("B-BOSS"), Needs, MsgAskReason)
	w.restart()
	w.wantWhy(w.want(w.card(Choice(1)), OK, MsgOverridden), EventWarmPassed, "boss", "core-cold")
	if w.bench.Task.WarmEvent(&w.env.Policy, w.now) != nil {
		t.Fatal("told again what a lead let pass")
	}
	w.want(w.scan("F1"), OK, MsgMoved)
	e := w.events[len(w.events)-1]
	if e.Type != EventMoved || e.OutS < 1200 || e.Since != 0 || e.Probe != "freezer" {
		t.Fatalf("event %+v", e)
	}
	if w.bench.Task.Out != (OutClock{}) {
		t.Fatalf("the clock runs on: %+v", w.bench.Task.Out)
	}
}

func TestFrozenGoodsThatGoBackWhereTheyCameFromHaveNoClock(t *testing.T) {
	w := coldMove(t)
	w.wait(time.Hour)
	w.want(w.card(CmdUndo), OK, MsgUndone)
	w.want(w.scan("ICE"), OK, MsgInHand)
	w.want(w.scan("F1"), OK, MsgMoved)
}

func TestAPlaceTooWarmForTheGoodsIsAskedAboutAndTold(t *testing.T) {
	w := coldMove(t)
	w.wait(time.Minute)
	d := w.want(w.scan("L9"), ConfirmAgain, MsgWarmPlace)
	if d.What.Args.Reason != string(Frozen) {
		t.Fatalf("says %+v", d.What.Args)
	}
	w.wait(20 * time.Minute) // a lead comes first then
	w.want(w.scan("L9"), Blocked, MsgStockTooWarm)
	w.scan("B-BOSS")
	w.want(w.scan("L9"), ConfirmAgain, MsgWarmPlace)
	w.wait(time.Second)
	w.want(w.scan("L9"), OK, MsgMoved)
	if e := w.events[len(w.events)-1]; e.Since == 0 || e.Probe != "" {
		t.Fatalf("event %+v", e)
	}
	w.scan("ICE")
	w.want(w.scan("NO-PLACE"), Unknown, MsgUnknownCode)
}

func TestWithoutALimitNoPlaceIsTooWarm(t *testing.T) {
	w := coldMove(t)
	w.env.Policy.Cold = nil
	w.wait(time.Hour)
	w.want(w.scan("L9"), ConfirmAgain, MsgPutElsewhere)
	w.want(w.scan("F1"), OK, MsgMoved)
}

func TestColdGoodsOfATaskThatEndsMeanwhileLeaveATrace(t *testing.T) {
	w := coldMove(t)
	w.task("T1").Gone = "cancelled"
	w.scan("F1")
	if i := slices.IndexFunc(w.events, func(e Event) bool { return e.Type == EventInHand && e.Reason == "task_over" && e.Qty == -3 }); i < 0 || w.bench.Task.ID != "" {
		t.Fatalf("events %+v", w.events)
	}
}

func TestFrozenGoodsThatWereOutForTooLongAreNotPutBackWithoutALead(t *testing.T) {
	w := coldWorld(t, ship1("A", line("ice", 2, "F1", frozen)))
	w.scan("A")
	w.scan("ICE")
	w.change("S-A", func(s *Shipment) { s.Cancelled = true })
	w.orders["S-A"] = &Instruction{ID: "I1", Kind: InstructPutBack, Shipment: "S-A", Ref: "A", Goods: []PutBack{{SKU: "ice", Qty: 1, Location: "F1"}}}
	w.wait(21 * time.Minute)
	w.want(w.scan("ICE"), Needs, MsgInstruction)
	w.want(w.scan("ICE"), OK, MsgBackPiece)
	w.want(w.scan("F1"), Blocked, MsgTooWarm)
	w.restart()
	w.want(w.scan("B-MEI"), Blocked, MsgNotLead)
	d := w.want(w.scan("B-BOSS"), OK, MsgInstructed)
	if d.Events[0].Type != EventWarmPassed || d.Events[0].Auth != "boss" || d.Events[1].Type != EventInstructed {
		t.Fatalf("events %+v", d.Events)
	}
	if len(w.ship("S-A").Out) > 0 {
		t.Fatalf("clocks %+v", w.ship("S-A").Out)
	}
}
