package order

import (
	"testing"
	"time"
)

// picking opens order A.
func picking(t *testing.T, lines ...Line) *world {
	t.Helper()
	w := newWorld(t, ship1("A", lines...))
	w.want(w.scan("A"), OK, MsgOpened)
	return w
}

func TestScenario9TheExpectedItemIsCounted(t *testing.T) {
	w := picking(t, line("mango", 3, "L1", reserved("L7")))
	w.want(w.read(Reading{Key: "MANGO", Lot: "L7"}), OK, MsgUnitPicked)
	w.want(w.scan("MANGO"), Needs, MsgNeedLot)
	w.want(w.scan("L7"), OK, MsgUnitPicked)
	w.wantPicked("S-A", 2)
}

func TestScenario10EachKindOfWrongScanHasItsVerdict(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 3, "L1", reserved("L7"))), ship1("B", line("lychee", 1, "L2")))
	w.products = []Product{{SKU: "durian", Codes: []ItemCode{{Key: "DURIAN"}}}}
	w.scan("A")
	seen := map[Verdict]bool{}
	for _, d := range []Decision{
		w.want(w.scan("DURIAN"), WrongItem, MsgNotInOrder),
		w.want(w.read(Reading{Key: "MANGO", Lot: "L8"}), ConfirmAgain, MsgOtherLot),
		w.want(w.scan("TOTE-B"), OtherOrder, MsgIsOther),
		w.want(w.scan("L2"), WrongKind, MsgLocationWrong),
		w.want(w.scan("NONSENSE"), Unknown, MsgUnknownCode),
	} {
		seen[d.Verdict] = true
		w.wantPicked("S-A", 0)
	}
	if len(seen) != 5 {
		t.Fatalf("only %d verdicts: %v", len(seen), seen)
	}
	w.want(w.read(Reading{Key: "MANGO", Lot: "L7"}), OK, MsgUnitPicked)
}

func TestScenario11TheLocationAloneConfirmsTheLocation(t *testing.T) {
	w := picking(t, line("mango", 3, "L1"))
	w.wantDo(w.want(w.scan("L1"), OK, MsgLocation), DoPickMore)
	w.wantPicked("S-A", 0)
}

func TestScenario12ALocationWithTwoItemsStaysAsContext(t *testing.T) {
	w := picking(t, line("mango", 1, "L1"), line("lychee", 1, "L1"))
	w.env.Policy.LocationFirst = true
	w.want(w.scan("L1"), OK, MsgSeveralHere)
	w.wantPicked("S-A", 0, 0)
	w.want(w.scan("LYCHEE"), LineDone, MsgLineDone)
	w.want(w.scan("MANGO"), OrderDone, MsgOrderPicked)
}

func TestScenario13ATrackedLotIsAskedFor(t *testing.T) {
	w := picking(t, line("mango", 2, "L1", byLot), line("lychee", 1, "L2"))
	w.wantDo(w.want(w.scan("MANGO"), Needs, MsgNeedLot), DoScanLot)
	w.wantPicked("S-A", 0, 0)
	w.want(w.scan("LOT-9"), OK, MsgUnitPicked)
	w.wantPicked("S-A", 1, 0)
	if got := w.ship("S-A").Lines[0].Lots; len(got) != 1 || got[0] != "LOT-9" {
		t.Fatalf("lots %v", got)
	}
}

func TestScenario14ASerialIsThatOfTheExpectedItem(t *testing.T) {
	w := picking(t, line("mango", 1, "L1", bySerial), line("lychee", 1, "L2", bySerial))
	w.want(w.scan("MANGO"), Needs, MsgNeedSerial)
	w.want(w.scan("S1"), LineDone, MsgLineDone)
	w.want(w.scan("LYCHEE"), Needs, MsgNeedSerial)
	w.want(w.scan("S1"), OrderDone, MsgOrderPicked)
}

func TestScenario15TheSameItemElsewhereDoesNotDisturb(t *testing.T) {
	w := picking(t, line("mango", 2, "L1"), line("mango", 2, "L2"))
	w.scan("L2")
	w.want(w.scan("MANGO"), OK, MsgUnitPicked)
	w.wantPicked("S-A", 0, 1)
}

func TestScenario16LocationFirstAsksForTheLocation(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 2, "L1"), line("lychee", 1, "L2")), ship1("B", line("fig", 1, "L9")))
	w.env.Policy.LocationFirst = true
	w.scan("A")
	w.wantDo(w.want(w.scan("MANGO"), Needs, MsgNeedLocation), DoScanLocation)
	w.wantPicked("S-A", 0, 0)
	w.wantDo(w.want(w.scan("L9"), WrongItem, MsgLocationWrong), DoScanLocation)
	w.want(w.scan("L1"), OK, MsgLocation)
	w.want(w.scan("MANGO"), OK, MsgUnitPicked)
	w.want(w.scan("LYCHEE"), Needs, MsgNeedLocation)
	w.wantPicked("S-A", 1, 0)
}

func TestScenario17UnitsAndBoxesCountAndWrongItemsDoNot(t *testing.T) {
	w := picking(t, line("mango", 10, "L1"))
	w.products = []Product{{SKU: "durian", Codes: []ItemCode{{Key: "DURIAN"}}}}
	for i, code := range []string{"MANGO", "MANGO", "MANGO-3"} {
		w.want(w.scan(code), OK, MsgUnitPicked)
		w.wantPicked("S-A", []int{1, 2, 5}[i])
	}
	w.want(w.scan("DURIAN"), WrongItem, MsgNotInOrder)
	w.wantPicked("S-A", 5)
}

func TestScenario18TheFirstLineOfAnItemFillsFirst(t *testing.T) {
	w := picking(t, line("mango", 3, "L1"), line("mango", 1, "L1"))
	for i, want := range [][]int{{1, 0}, {2, 0}, {3, 0}, {3, 1}} {
		d := w.scan("MANGO")
		w.wantPicked("S-A", want...)
		if v := []Verdict{OK, OK, LineDone, OrderDone}[i]; d.Verdict != v {
			t.Fatalf("scan %d: %s, want %s", i+1, d.Verdict, v)
		}
	}
}

func TestACaseGoesWhereAllOfItFits(t *testing.T) {
	w := picking(t, line("mango", 2, "L1"), line("mango", 4, "L2"))
	w.want(w.scan("MANGO-3"), OK, MsgUnitPicked)
	w.wantPicked("S-A", 0, 3)
	w.want(w.scan("MANGO-3"), OverQty, MsgTooMany) // 2 + 1 open, never on both lines at one scan
	w.wantPicked("S-A", 0, 3)
}

func TestTheExpectedLineDecidesBetweenReadings(t *testing.T) {
	w := picking(t, line("mango", 2, "L1"), line("lychee", 2, "L2"))
	both := []Reading{{Key: "MANGO"}, {Key: "LYCHEE"}}
	w.scan("L2")
	w.want(w.scan("x", both...), OK, MsgUnitPicked)
	w.wantPicked("S-A", 0, 1)
	w.want(w.scan("x", both...), LineDone, MsgLineDone)
	w.want(w.scan("x", both...), OK, MsgUnitPicked) // the lychees are full
	w.wantPicked("S-A", 1, 2)
}

func TestScenario19MoreThanOrderedIsRefused(t *testing.T) {
	w := picking(t, line("mango", 10, "L1"))
	d := w.want(w.scan("x", Reading{Key: "MANGO", Units: 11}), OverQty, MsgTooMany)
	if d.What.Args.N != 11 || d.What.Args.Need != 10 {
		t.Fatalf("says %+v", d.What.Args)
	}
	w.want(w.scan("x", Reading{Key: "MANGO", Units: -1}), Unknown, MsgUnknownCode)
	w.want(w.scan("MANGO-12"), OverQty, MsgTooMany)
	w.want(w.scan("x", Reading{Key: "MANGO-12", Units: 1 << 62}), OverQty, MsgTooMany)
	w.want(w.scan("x", Reading{Key: "MANGO", Units: 10}), OrderDone, MsgOrderPicked)
}

func TestAFullLineTakesNoMore(t *testing.T) {
	w := picking(t, line("mango", 1, "L1"), line("lychee", 1, "L2"))
	w.scan("MANGO")
	d := w.wantDo(w.want(w.scan("MANGO"), OverQty, MsgAllCounted), DoPutBackHere)
	if d.Do.Args.SKU != "lychee" {
		t.Fatalf("wants %+v", d.Do.Args)
	}
	w.wantPicked("S-A", 1, 0)
}

func TestScenario24SkippedLinesGoBehindTheEarlierSkipped(t *testing.T) {
	w := picking(t, line("a", 1, "L1"), line("b", 1, "L2"), line("c", 1, "L3"))
	for _, want := range []SKU{"b", "c", "a", "b"} {
		w.want(w.card(CmdSkip), OK, MsgSkippedLine)
		if l := CurrentLine(w.ship("S-A"), w.bench); l.SKU != want {
			t.Fatalf("after the skip at %s, want %s", l.SKU, want)
		}
	}
	w.scan("B")
	w.scan("C")
	w.want(w.card(CmdSkip), WrongKind, MsgNothingToSkip)
	w.want(w.scan("A-"), Unknown, MsgUnknownCode)
	if l := CurrentLine(w.ship("S-A"), w.bench); l == nil || l.SKU != "a" {
		t.Fatal("a skipped line is lost")
	}
}

func TestUndoTakesASkipBackAndNoUnitThatWasCountedBeforeIt(t *testing.T) {
	w := picking(t, line("a", 1, "L1"), line("b", 2, "L2"), line("c", 1, "L3"), line("d", 1, "L4"))
	w.scan("B")
	w.want(w.card(CmdSkip), OK, MsgSkippedLine)
	w.want(w.card(CmdSkip), OK, MsgSkippedLine)
	w.scan("D")
	for _, want := range []struct {
		sku    SKU
		picked []int
	}{{"d", []int{0, 1, 0, 0}}, {"a", []int{0, 1, 0, 0}}, {"b", []int{0, 1, 0, 0}}, {"b", []int{0, 0, 0, 0}}} {
		w.want(w.card(CmdUndo), OK, MsgUndone)
		if l := CurrentLine(w.ship("S-A"), w.bench); l.SKU != want.sku {
			t.Fatalf("undone, at %s, want %s", l.SKU, want.sku)
		}
		w.wantPicked("S-A", want.picked...)
	}
	if len(w.bench.Skipped) != 0 {
		t.Fatalf("still behind: %v", w.bench.Skipped)
	}
}

func TestFrozenGoodsAreWalkedLast(t *testing.T) {
	w := picking(t, line("ice", 1, "F1", frozen), line("mango", 1, "L1"))
	if l := CurrentLine(w.ship("S-A"), w.bench); l.SKU != "mango" {
		t.Fatalf("starts at %s", l.SKU)
	}
}

func TestScenario28AnotherLotIsConfirmedByTheSameScan(t *testing.T) {
	w := picking(t, line("mango", 3, "L1", reserved("LOT1")))
	w.want(w.scan("MANGO"), Needs, MsgNeedLot)
	w.want(w.scan("LOT2"), ConfirmAgain, MsgOtherLot)
	w.wait(time.Second)
	d := w.want(w.scan("LOT3"), ConfirmAgain, MsgOtherLot) // differs: asks again
	if d.What.Args.Lot != "LOT3" {
		t.Fatalf("asks about %q", d.What.Args.Lot)
	}
	w.wait(time.Second)
	w.want(w.scan("LOT3"), OK, MsgUnitPicked)
	w.wantPicked("S-A", 1)
	w.scan("MANGO")
	w.want(w.scan("LOT3"), OK, MsgUnitPicked) // confirmed once for this line
	w.scan("MANGO")
	w.want(w.scan("LOT2"), ConfirmAgain, MsgOtherLot)
	w.want(w.scan("LOT1"), OrderDone, MsgOrderPicked) // the right one clears the question
}

func TestScenario30ExpiredGoodsAreRefused(t *testing.T) {
	w := picking(t, line("milk", 3, "L1", byExpiry))
	yesterday, today, later := Date("2026-05-19"), Date("2026-05-20"), Date("2026-05-27")
	d := w.wantDo(w.want(w.read(Reading{Key: "MILK", Expiry: yesterday}), Blocked, MsgExpired), DoOtherStock)
	if d.What.Args.Date != yesterday {
		t.Fatalf("says %+v", d.What.Args)
	}
	w.want(w.read(Reading{Key: "MILK", Expiry: today}), OK, MsgUnitPicked)
	w.env.Policy.MinLifeDays = 7
	w.want(w.read(Reading{Key: "MILK", Expiry: "2026-05-26"}), Blocked, MsgShortLife)
	w.want(w.read(Reading{Key: "MILK", Expiry: later}), OK, MsgUnitPicked)
}

func TestTodayIsThatOfTheWarehouse(t *testing.T) {
	w := picking(t, line("milk", 3, "L1"))
	w.now = time.Date(2026, 5, 20, 16, 30, 0, 0, time.UTC) // 00:30 on the 21st in Haikou
	w.want(w.read(Reading{Key: "MILK", Expiry: "2026-05-20"}), Blocked, MsgExpired)
	w.env.Zone = nil
	w.want(w.read(Reading{Key: "MILK", Expiry: "2026-05-20"}), OK, MsgUnitPicked)
}

func TestExpiredGoodsAreScannedAnewFromTheStart(t *testing.T) {
	w := picking(t, line("milk", 3, "L1", byExpiry))
	w.want(w.scan("MILK"), Needs, MsgNeedExpiry)
	w.want(w.scan("2026-05-01"), Blocked, MsgExpired)
	w.want(w.scan("2026-12-31"), Unknown, MsgUnknownCode)
	w.wantPicked("S-A", 0)
}

func TestScenario47WhatIsTrackedCannotBeLeftOut(t *testing.T) {
	w := picking(t, line("milk", 2, "L1", byLot, byExpiry, bySerial))
	w.want(w.scan("MILK"), Needs, MsgNeedLot)
	w.want(w.card(CmdYes), WrongKind, MsgNoQuestion)
	w.want(w.scan("LOT1"), Needs, MsgNeedExpiry)
	w.want(w.scan("NO-DAY"), Unknown, MsgUnknownCode)
	w.want(w.scan("2026-12-31"), Needs, MsgNeedSerial)
	w.want(w.scan("SN1"), OK, MsgUnitPicked)
	e := w.events[len(w.events)-1]
	if e.Lot != "LOT1" || e.Expiry != "2026-12-31" || e.Serial != "SN1" {
		t.Fatalf("event %+v", e)
	}
}

func TestScenario48ElementStringsGiveItemDayAndLot(t *testing.T) {
	gtin := Reading{Key: CodeKey("9506000134352"), Lot: "ABC123", Expiry: "2027-01-31"}
	l := line("tea", 3, "L1", byLot, byExpiry)
	l.Codes = append(l.Codes, ItemCode{Key: CodeKey("9506000134352")})
	w := picking(t, l)
	w.want(w.read(gtin), OK, MsgUnitPicked)
	w.want(w.scan("TEA"), Needs, MsgNeedLot) // a plain code still works
	w.want(w.read(Reading{Lot: "ABC124", Expiry: "2027-01-31"}), OK, MsgUnitPicked)
	w.wantPicked("S-A", 2)
}

func TestScenario50TenScansInASecondAreTen(t *testing.T) {
	w := picking(t, line("mango", 60, "L1"))
	start := w.now
	times(10, func() { w.want(w.scan("MANGO"), OK, MsgUnitPicked) })
	if w.now.Sub(start) > time.Second {
		t.Fatal("the test is slow in its own time")
	}
	w.wantPicked("S-A", 10)
	times(49, func() { w.want(w.scan("MANGO"), OK, MsgUnitPicked) })
	w.want(w.scan("MANGO"), OrderDone, MsgOrderPicked)
	n := 0
	for _, e := range w.events {
		if e.Type == EventPicked {
			n++
		}
	}
	if n != 60 {
		t.Fatalf("%d events for 60 scans", n)
	}
}

func TestScenario51EnterAnswersNothing(t *testing.T) {
	if c := KeyCommand("enter"); c != "" {
		t.Fatalf("enter is %s", c)
	}
	w := picking(t, line("mango", 3, "L1"))
	w.card(CmdShort)
	asked := *w.bench.Question
	for _, text := range []string{"", "\r", "\r\n", " "} {
		w.want(w.do(Input{Text: text, Source: Keyed}), Unknown, MsgNoise)
		if w.bench.Question == nil || w.bench.Question.Kind != asked.Kind {
			t.Fatal("the suffix of a scan answered or closed the question")
		}
	}
	w.want(w.scan("MANGO"), OK, MsgUnitPicked)
	if w.bench.Question != nil || w.ship("S-A").Lines[0].Short != 0 {
		t.Fatal("the scan answered the question")
	}
}
