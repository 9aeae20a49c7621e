package order

import (
	"strings"
	"testing"
)

// Lots, serials and days: what must be known of a unit beside its item.

func TestScenario52ALotOfAnotherLineIsBookedThere(t *testing.T) {
	w := picking(t, line("mango", 2, "L1", reserved("LOT1")), line("mango", 2, "L2", reserved("LOT2")))
	w.want(w.read(Reading{Key: "MANGO", Lot: "LOT2"}), OK, MsgUnitPicked)
	w.wantPicked("S-A", 0, 1)
	w.scan("L1")
	w.want(w.scan("MANGO"), Needs, MsgNeedLot)
	w.want(w.scan("LOT2"), LineDone, MsgLineDone)
	w.wantPicked("S-A", 0, 2)
}

func TestALotOfAnotherLineWantsThatLinesLocationFirst(t *testing.T) {
	w := picking(t, line("mango", 2, "L1", reserved("LOT1")), line("mango", 2, "L2", reserved("LOT2")))
	w.env.Policy.LocationFirst = true
	w.scan("L1")
	d := w.want(w.read(Reading{Key: "MANGO", Lot: "LOT2"}), Needs, MsgNeedLocation)
	if d.Do.Args.Location != "L2" {
		t.Fatalf("wants %s", d.Do.Args.Location)
	}
	w.scan("L2")
	w.want(w.read(Reading{Key: "MANGO", Lot: "LOT2"}), OK, MsgUnitPicked)
	w.wantPicked("S-A", 0, 1)
}

func TestScenario52TwoItemsMayShareALot(t *testing.T) {
	w := picking(t, line("mango", 1, "L1", byLot), line("lychee", 1, "L2", byLot))
	w.scan("LYCHEE")
	w.want(w.scan("SHARED"), LineDone, MsgLineDone)
	w.wantPicked("S-A", 0, 1)
	w.scan("MANGO")
	w.want(w.scan("SHARED"), OrderDone, MsgOrderPicked)
}

func TestScenario53SerialsAreComparedWhole(t *testing.T) {
	w := picking(t, line("mango", 3, "L1", bySerial))
	w.want(w.read(Reading{Key: "MANGO", Serial: "SN10"}), OK, MsgUnitPicked)
	w.want(w.read(Reading{Key: "MANGO", Serial: "SN1"}), OK, MsgUnitPicked)
	w.want(w.read(Reading{Key: "MANGO", Serial: "SN10"}), DoneAlready, MsgSerialTwice)
	w.want(w.scan("MANGO"), Needs, MsgNeedSerial)
	w.want(w.scan("SN1"), DoneAlready, MsgSerialTwice)
	w.want(w.scan("SN2"), OrderDone, MsgOrderPicked) // the unit still waited for its serial
}

func TestASerialIsCountedOnceOverAllLinesOfItsItem(t *testing.T) {
	w := picking(t, line("mango", 1, "L1", bySerial), line("mango", 1, "L2", bySerial))
	w.want(w.read(Reading{Key: "MANGO", Serial: "SN1"}), LineDone, MsgLineDone)
	w.want(w.read(Reading{Key: "MANGO", Serial: "SN1"}), DoneAlready, MsgSerialTwice)
	w.wantPicked("S-A", 1, 0)
}

func TestASerialScannedAgainOnAFullLineIsDoneAlready(t *testing.T) {
	w := picking(t, line("mango", 1, "L1", bySerial), line("fig", 1, "L2"))
	w.want(w.read(Reading{Key: "MANGO", Serial: "SN1"}), LineDone, MsgLineDone)
	w.want(w.read(Reading{Key: "MANGO", Serial: "SN1"}), DoneAlready, MsgSerialTwice)
	w.want(w.read(Reading{Key: "MANGO", Serial: "SN2"}), OverQty, MsgAllCounted)
}

func TestACaseHasNoSerialOfAUnit(t *testing.T) {
	w := picking(t, line("mango", 12, "L1", bySerial))
	w.wantDo(w.want(w.scan("MANGO-12"), OverQty, MsgTooMany), DoScanSerial)
	w.want(w.read(Reading{Key: "MANGO-3", Serial: "SN1"}), OverQty, MsgTooMany)
}

func TestTwoCodesOfOnePackCompleteEachOther(t *testing.T) {
	w := picking(t, line("pill", 2, "L1", byLot, bySerial))
	w.want(w.read(Reading{Key: "PILL", Lot: "LOT1"}), Needs, MsgNeedSerial)
	w.want(w.read(Reading{Key: "PILL", Serial: "SN1"}), OK, MsgUnitPicked)
	w.wantPicked("S-A", 1)
	w.want(w.read(Reading{Key: "PILL", Lot: "LOT1"}), Needs, MsgNeedSerial)
	w.want(w.read(Reading{Key: "PILL", Lot: "LOT2", Serial: "SN2"}), OrderDone, MsgOrderPicked) // another pack
	if e := w.events[len(w.events)-1]; w.ship("S-A").Lines[0].Lots[1] != "LOT2" {
		t.Fatalf("the lot of the put-back pack was booked: %+v", e)
	}
}

func TestAWrongScanKeepsTheHalfKnownUnit(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 2, "L1", byLot)), ship1("B", line("lychee", 1, "L2")))
	w.scan("A")
	for _, wrong := range []string{"LYCHEE", "TOTE-B", "L2", "一个太长的、不是批号的文字", "PS:SHIP", "PS:NOSUCH", "B-GONE"} {
		w.scan("MANGO")
		if d := w.scan(wrong); d.Verdict.Good() {
			t.Fatalf("%q is %s", wrong, d.Verdict)
		}
		if w.bench.Pending == nil {
			t.Fatalf("%q lost the unit that waits for its lot", wrong)
		}
	}
	w.wantDo(w.want(w.scan("NOTHING, A TEXT THAT IS NO LOT"), Unknown, MsgUnknownCode), DoScanLot)
	w.wantDo(w.want(w.scan("L1"), OK, MsgLocation), DoScanLot) // its own place: the unit still waits
	w.want(w.scan("LOT1"), OK, MsgUnitPicked)
	if w.bench.Pending != nil {
		t.Fatal("the unit still waits")
	}
}

func TestWhatNamesSomethingIsNoLotOrSerial(t *testing.T) {
	for _, code := range []string{"LYCHEE", "TOTE-B", "B", "L2", "B-MEI"} {
		w := newWorld(t, ship1("A", line("mango", 2, "L1", byLot)), ship1("B", line("lychee", 1, "L2")))
		w.scan("A")
		w.scan("MANGO")
		if d := w.scan(code); d.Verdict.Good() {
			t.Fatalf("%q was taken as a lot", code)
		}
		w.wantPicked("S-A", 0)
	}
	w := picking(t, line("mango", 2, "L1", byLot))
	w.scan("MANGO")
	w.want(w.read(Reading{Key: CodeKey("4006381333931"), Lot: "LOT1"}), Unknown, MsgUnknownCode) // lot of other goods
	w.wantPicked("S-A", 0)
}

func TestNoNameGetsIntoAnEventAsALot(t *testing.T) {
	w := picking(t, line("mango", 2, "L1", byLot))
	w.scan("MANGO")
	w.want(w.scan("张三"), Unknown, MsgUnknownCode)
	w.want(w.read(Reading{Key: "MANGO", Lot: "张三 13800138000"}), Needs, MsgNeedLot)
	w.want(w.read(Reading{Lot: "bad\xff"}), Unknown, MsgUnknownCode)
	for _, e := range w.events {
		if strings.Contains(string(e.Body), "张三") {
			t.Fatalf("event %s", e.Body)
		}
	}
}

func TestNoLocationIsNotALocation(t *testing.T) {
	w := picking(t, line("mango", 2, ""))
	w.want(w.scan("x", Reading{}), Unknown, MsgUnknownCode)
	w.want(w.scan("x", Reading{Lot: "L"}), Unknown, MsgUnknownCode)
	w.wantDo(w.scan("MANGO"), DoPickMore)
}
