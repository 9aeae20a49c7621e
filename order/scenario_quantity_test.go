package order

import (
	"strings"
	"testing"
)

func onceOnly(l *Line) { l.Scan = ScanOnce }

func (w *world) qty(code string) Decision { w.Helper(); return w.scan(CommandPrefix + code) }

func TestScenario19OfGoodsScannedOnceTheNumberIsAskedAndBounded(t *testing.T) {
	w := newWorld(t, ship1("A", line("screw", 10, "L1", onceOnly), line("mango", 2, "L2")))
	w.scan("A")
	w.wantDo(w.want(w.scan("SCREW"), Needs, MsgAskQty), DoQty)
	w.wantPicked("S-A", 0, 0)
	for _, bad := range []string{"QTY-11", "QTY-0", "QTY-99999", "QTY-000000000000000007", "QTY--1", "QTY-", "QTY-1.5"} {
		if d := w.qty(bad); d.Verdict.Good() {
			t.Errorf("%s is taken: %s", bad, d.What.Code)
		}
		if w.bench.Question == nil || w.bench.Question.Kind != AskQty {
			t.Fatalf("after %s nothing is asked any more", bad)
		}
	}
	w.want(w.qty("QTY-7"), OK, MsgUnitPicked)
	w.wantPicked("S-A", 7, 0)
	w.want(w.card(CmdUndo), OK, MsgUndone) // one word, one step back
	w.wantPicked("S-A", 0, 0)
	w.scan("SCREW")
	w.want(w.card(CmdYes), LineDone, MsgLineDone) // all that are wanted
	w.wantPicked("S-A", 10, 0)
	w.want(w.qty("QTY-2"), WrongKind, MsgNoQty)
	w.want(w.scan("MANGO"), OK, MsgUnitPicked) // every unit of COUNT goods is scanned
	w.wantPicked("S-A", 10, 1)
}

func TestTheKeyEnterDoesNotSayHowMany(t *testing.T) {
	w := newWorld(t, ship1("A", line("screw", 10, "L1", onceOnly)))
	w.scan("A")
	w.scan("SCREW")
	w.want(w.key(CmdYes), Needs, MsgYesByScan)
	w.want(w.key(Quantity(4)), OK, MsgUnitPicked) // typed digits are a number
	w.wantPicked("S-A", 4)
}

func TestAWrongScanLeavesTheQuestionHowMany(t *testing.T) {
	w := newWorld(t, ship1("A", line("screw", 10, "L1", onceOnly)), ship1("B", line("tea", 1, "L9")))
	w.scan("A")
	w.scan("SCREW")
	w.want(w.scan("TEA"), OtherOrder, MsgForOther)
	w.want(w.qty("QTY-3"), OK, MsgUnitPicked)
	w.wantPicked("S-A", 3)
	w.scan("SCREW")
	w.want(w.card(CmdNo), OK, MsgDropped)
	w.want(w.qty("QTY-3"), WrongKind, MsgNoQty)
	w.wantPicked("S-A", 3)
}

func TestTheNumberMultipliesACaseAndNeverASerial(t *testing.T) {
	w := newWorld(t, ship1("A", line("screw", 30, "L1", onceOnly), line("watch", 3, "L2", onceOnly, bySerial)))
	w.scan("A")
	w.want(w.scan("SCREW-12"), Needs, MsgAskQty)
	w.want(w.qty("QTY-3"), OverQty, MsgTooMany)
	w.want(w.qty("QTY-2"), OK, MsgUnitPicked)
	w.wantPicked("S-A", 24, 0)
	w.want(w.read(Reading{Key: "WATCH", Serial: "SN1"}), OK, MsgUnitPicked)
	w.wantPicked("S-A", 24, 1)
}

func TestTheLastUnitOfGoodsScannedOnceNeedsNoNumber(t *testing.T) {
	w := newWorld(t, ship1("A", line("screw", 1, "L1", onceOnly), line("tea", 1, "L2")))
	w.scan("A")
	w.want(w.scan("SCREW"), LineDone, MsgLineDone)
}

func TestThePackCheckAsksHowManyAsWell(t *testing.T) {
	w := newWorld(t, packEach(ship1("A", line("screw", 5, "L1", onceOnly))))
	w.scan("A")
	w.scan("SCREW")
	w.want(w.qty("QTY-5"), OrderDone, MsgOrderPicked)
	w.want(w.scan("SCREW"), Needs, MsgAskQty)
	w.want(w.qty("QTY-6"), OverQty, MsgBadQty)
	w.want(w.qty("QTY-4"), OK, MsgUnitPacked)
	w.want(w.scan("SCREW"), OrderDone, MsgOrderPacked)
}

func TestANumberOutlivesNoChangeOfTheWork(t *testing.T) {
	w := newWorld(t, ship1("A", line("screw", 10, "L1", onceOnly)))
	w.scan("A")
	w.scan("SCREW")
	w.change("S-A", func(s *Shipment) { s.Lines[0].Qty = 3 })
	w.want(w.qty("QTY-4"), OverQty, MsgBadQty)
	w.want(w.card(CmdYes), OrderDone, MsgOrderPicked)
	w.wantPicked("S-A", 3)
}

func TestQuantityCodesAreReadInAnyCase(t *testing.T) {
	for _, text := range []string{"ps:qty-12", " PS:QTY-12 "} {
		if c, ok := ParseCommand(text); !ok || c != Quantity(12) {
			t.Errorf("%q: %q %v", text, c, ok)
		}
	}
	if c, ok := ParseCommand("PS:QTY-" + strings.Repeat("9", 40)); !ok || c != "" {
		t.Errorf("%q %v", c, ok)
	}
}

func TestAnUnknownCodeLeavesTheQuestionAndItsNextStep(t *testing.T) {
	w := newWorld(t, ship1("A", line("screw", 10, "L1", onceOnly)))
	w.scan("A")
	w.wantDo(w.want(w.scan("SCREW"), Needs, MsgAskQty), DoQty)
	w.wantDo(w.want(w.scan("NOBODY-KNOWS"), Unknown, MsgUnknownCode), DoQty)
	w.wantDo(w.want(w.scan("PS:FLY"), Unknown, MsgUnknownCommand), DoQty)
	w.want(w.qty("QTY-10"), OrderDone, MsgOrderPicked)
}
