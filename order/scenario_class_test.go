package order

import (
	"slices"
	"strings"
	"testing"
)

func checkOnly(l *Line) { l.Scan = ScanCheck }

func TestScenario61CheckTakesOneScanALineAndToleratesRepeats(t *testing.T) {
	w := newWorld(t, ship1("A", line("sticker", 5, "L1", checkOnly), line("mango", 2, "L2"), line("watch", 2, "L3", checkOnly, bySerial)))
	w.scan("A")
	w.want(w.scan("STICKER"), LineDone, MsgLineDone)
	w.wantPicked("S-A", 5, 0, 0)
	w.want(w.scan("STICKER"), DoneAlready, MsgCheckedYet)
	w.scan("MANGO")
	w.want(w.scan("MANGO"), LineDone, MsgLineDone)
	w.want(w.scan("MANGO"), OverQty, MsgAllCounted) // COUNT alarms above
	w.want(w.read(Reading{Key: "WATCH", Serial: "SN1"}), OK, MsgUnitPicked)
	w.want(w.card(CmdUndo), OK, MsgUndone)
	w.wantPicked("S-A", 5, 2, 0)
	w.want(w.card(CmdRelease), OK, MsgReleased) // cancelled half-way: the counts stay
	w.restart()
	w.want(w.scan("A"), OK, MsgResumed)
	w.wantPicked("S-A", 5, 2, 0)
}

func TestScenario61TheUndoOfACheckTakesTheWholeLineBack(t *testing.T) {
	w := newWorld(t, packEach(ship1("A", line("sticker", 5, "L1", checkOnly))))
	w.scan("A")
	w.want(w.scan("STICKER"), OrderDone, MsgOrderPicked)
	w.want(w.scan("STICKER"), OrderDone, MsgOrderPacked)
	w.want(w.card(CmdUndo), OK, MsgUndone)
	if l := w.ship("S-A").Lines[0]; l.Packed != 0 || l.Picked != 5 {
		t.Fatalf("line %+v", l)
	}
}

func kit(per int) func(*Line) { return func(l *Line) { l.Kit, l.PerKit = "K", per } }

// toCheck makes it a shipment whose units are verified at that step, where it stands now.
func toCheck(at PackCheck) func(*Shipment) {
	return func(s *Shipment) {
		if s.PackCheck = at; at == PackEach {
			s.State = "picked"
			for i := range s.Lines {
				s.Lines[i].Picked = s.Lines[i].Qty
			}
		}
	}
}

func TestScenario59NoSecondKitBeforeTheFirstIsComplete(t *testing.T) {
	for _, check := range []PackCheck{PackByPick, PackEach} {
		w := newWorld(t, ship1("A", line("a", 10, "L1", kit(1)), line("b", 20, "L1", kit(2)), line("c", 10, "L1", kit(1)), line("tea", 1, "L1")))
		w.change("S-A", toCheck(check))
		w.scan("S-A")
		done := func(line int) int { l := w.ship("S-A").Lines[line]; return w.ship("S-A").boxed(&l) }
		w.scan("A")
		d := w.want(w.scan("A"), Needs, MsgKitFirst)
		if d.What.Args.SKU != "b" || done(0) != 1 {
			t.Fatalf("asks for %+v, %d counted", d.What.Args, done(0))
		}
		w.scan("TEA") // what is of no kit goes in at any time
		w.scan("B")
		w.scan("C")
		w.want(w.scan("A"), Needs, MsgKitFirst) // one more b is missing
		w.scan("B")
		if d := w.scan("A"); !d.Verdict.Good() || done(0) != 2 {
			t.Fatalf("the second kit: %s %s", d.Verdict, d.What.Code)
		}
	}
}

func TestTheNextStepIsNeverAUnitThatTheKitRefuses(t *testing.T) {
	for _, check := range []PackCheck{PackByPick, PackEach} {
		w := newWorld(t, ship1("A", line("a", 2, "L1", kit(1)), line("b", 4, "L2", kit(2)), line("tea", 1, "L3")))
		w.change("S-A", toCheck(check))
		w.scan("S-A")
		for range 7 {
			d := w.scan(strings.ToUpper(string(CurrentLine(w.ship("S-A"), w.bench).SKU)))
			if !d.Verdict.Good() {
				t.Fatalf("%s: told to scan it, refused: %s %s", check, d.Verdict, d.What.Code)
			}
			if l := CurrentLine(w.ship("S-A"), w.bench); l != nil && check == PackByPick && d.Do.Args.SKU != l.SKU {
				t.Fatalf("says %s, shows %s", d.Do.Args.SKU, l.SKU)
			}
		}
	}
}

func TestOneLineOfAKitIsSkippedOnlyForWhatTheKitTakes(t *testing.T) {
	w := newWorld(t, ship1("A", line("a", 2, "L1", kit(1)), line("b", 2, "L2", kit(1)), line("tea", 1, "L3")))
	w.scan("S-A")
	w.scan("A")
	w.want(w.card(CmdSkip), OK, MsgSkippedLine)
	if l := CurrentLine(w.ship("S-A"), w.bench); l.SKU != "tea" {
		t.Fatalf("after the skip at %s", l.SKU)
	}
}

func lastThere(l *Line) { l.LastThere = true }

func zeroing(t *testing.T, on bool) *world {
	t.Helper()
	w := newWorld(t, ship1("A", line("mango", 2, "L1", lastThere), line("tea", 1, "L2"), line("fig", 1, "L3", lastThere)))
	w.env.Policy.ZeroCheck = on
	w.scan("A")
	w.scan("MANGO")
	if w.bench.Question != nil {
		t.Fatal("asked before the line is done")
	}
	w.want(w.scan("MANGO"), LineDone, MsgLineDone)
	return w
}

func TestScenario25AnEmptyPlaceIsAskedAboutAndTheWorkGoesOn(t *testing.T) {
	w := zeroing(t, true)
	if q := w.bench.Question; q == nil || q.Kind != AskZero || q.What.Args.Location != "L1" {
		t.Fatalf("asks %+v", q)
	}
	w.want(w.key(CmdYes), Needs, MsgYesByScan)
	d := w.want(w.card(CmdYes), OK, MsgZero)
	if e := d.Events[0]; e.Type != EventZero || e.Reason != "empty" || e.Place != "L1" || e.Line != 1 {
		t.Fatalf("event %+v", e)
	}
	w.want(w.scan("TEA"), LineDone, MsgLineDone)
	if w.bench.Question != nil {
		t.Fatal("asked where stock is left")
	}
	w.want(w.scan("FIG"), OrderDone, MsgOrderPicked) // the last line is asked about on the label screen
	d = w.want(w.card(CmdNo), OK, MsgCountTask)
	if e := d.Events[0]; e.Reason != "count" || e.Place != "L3" || e.Shipment != "S-A" {
		t.Fatalf("event %+v", e)
	}
	w.want(w.scan("SF-A-1"), OK, MsgPackedAll)
}

func TestScenario25WhoScansOnHasNotAnswered(t *testing.T) {
	w := zeroing(t, true)
	w.want(w.scan("TEA"), LineDone, MsgLineDone)
	w.want(w.card(CmdYes), WrongKind, MsgNoQuestion)
	if slices.ContainsFunc(w.events, func(e Event) bool { return e.Type == EventZero }) {
		t.Fatal("an answer was made up")
	}
}

func TestScenario25WithoutTheOptionNothingIsAsked(t *testing.T) {
	if w := zeroing(t, false); w.bench.Question != nil {
		t.Fatalf("asks %+v", w.bench.Question)
	}
}

func TestAKitSaysHowManyOfAPartComeBeforeTheNextPart(t *testing.T) {
	kit := func(n int) func(*Line) { return func(l *Line) { l.Kit, l.PerKit = "K", n } }
	w := newWorld(t, ship1("A", line("leg", 8, "L1", kit(4)), line("top", 2, "L2", kit(1))))
	if d := w.wantDo(w.want(w.scan("A"), OK, MsgOpened), DoGoTo); d.Do.Args.N != 4 {
		t.Fatalf("sends for %d legs at the start", d.Do.Args.N)
	}
	if d := w.scan("LEG"); d.Do.Args.N != 3 {
		t.Fatalf("then for %d", d.Do.Args.N)
	}
	times(3, func() { w.scan("LEG") })
	if d := w.scan("TOP"); d.Do.Args.N != 1 || d.Do.Args.SKU != "top" { // begins the next kit
		t.Fatalf("sends for %d of %s", d.Do.Args.N, d.Do.Args.SKU)
	}
	if n := w.ship("S-A").TakeNow(1); n != 4 {
		t.Fatalf("takes %d now", n)
	}
}
