package order

import (
	"slices"
	"testing"
)

// boxing has order A on the bench, picked straight into its boxes.
func boxing(t *testing.T, lines ...Line) *world {
	t.Helper()
	w := newWorld(t, ship1("A", lines...), ship1("B", line("fig", 1, "L9")))
	w.numbers = []string{"SF-X-1", "SF-X-2"}
	w.want(w.scan("A"), OK, MsgOpened)
	return w
}

func (w *world) wantContents(id ShipmentID, no int, want map[int]int) {
	w.Helper()
	got := w.ship(id).Contents(no)
	if len(got) != len(want) {
		w.Fatalf("box %d of %s holds %v, want %v", no, id, got, want)
	}
	for line, n := range want {
		if got[line] != n {
			w.Fatalf("box %d of %s holds %v, want %v", no, id, got, want)
		}
	}
}

func TestADutyFreeOrderStaysInOneBox(t *testing.T) {
	for _, mode := range []CustomsMode{CustomsDutyFree, CustomsBonded, CustomsExport} {
		w := boxing(t, line("cream", 2, "L1"), line("serum", 1, "L2"))
		w.change("S-A", func(s *Shipment) { s.Customs = mode })
		w.scan("CREAM")
		if mode == CustomsExport { // a list for each box
			w.want(w.scan("PS:BOX-M"), OK, MsgBoxClosed)
			continue
		}
		if d := w.want(w.scan("PS:BOX-M"), Blocked, MsgOneBox); d.What.Args.N != 2 {
			t.Errorf("%d units to go", d.What.Args.N)
		}
		w.want(w.scan("PS:NEXTBOX"), Blocked, MsgOneBox)
		w.scan("CREAM")
		w.want(w.scan("SERUM"), OrderDone, MsgOrderPicked)
		w.want(w.scan("PS:BOX-M"), OK, MsgBoxKind)
	}
}

func TestScenario33AKindOfBoxTakesTheCountedGoodsAndNoOthers(t *testing.T) {
	for _, check := range []PackCheck{PackByPick, PackEach} {
		w := boxing(t, line("mango", 3, "L1"), line("lychee", 2, "L2"))
		w.change("S-A", func(s *Shipment) { s.PackCheck = check })
		if check == PackEach {
			pickAll(w, "A")
		}
		w.scan("MANGO")
		w.scan("MANGO")
		d := w.want(w.scan("PS:BOX-M"), OK, MsgBoxClosed)
		w.wantContents("S-A", 1, map[int]int{1: 2})
		if p := w.ship("S-A").Parcels[0]; p.Box != "M" || !p.Closed {
			t.Fatalf("parcel %+v", p)
		}
		if len(d.Prints) != 1 || d.Prints[0].Parcel != 1 {
			t.Fatalf("prints %+v", d.Prints)
		}
		w.wantScreen(ScreenLabel)
		w.want(w.scan("MANGO"), DoneAlready, MsgWantLabel) // the label comes first
		w.want(w.scan("SF-A-1"), OK, MsgLabelled)
		w.scan("MANGO")
		w.scan("LYCHEE")
		last := w.want(w.scan("LYCHEE"), OrderDone, map[PackCheck]MsgCode{PackByPick: MsgOrderPicked, PackEach: MsgOrderPacked}[check])
		if n := w.wantDo(last, DoWaitLabel).Do.Args.Waybill; n != "SF-X-1" {
			t.Fatalf("waybill %q is to be stuck on", n)
		}
		w.wantContents("S-A", 1, map[int]int{1: 2})
		w.wantContents("S-A", 2, map[int]int{1: 1, 2: 2})
		p := w.ship("S-A").Parcel(2)
		if !p.Extra || p.Waybill.Number != "SF-X-1" {
			t.Fatalf("parcel %+v", p)
		}
		w.wantState("S-A", "picked")
		w.want(w.scan("PS:BOX-S"), OK, MsgBoxKind)
		w.want(w.scan("SF-X-1"), OK, MsgPackedAll)
		w.wantState("S-A", "awaiting_dispatch")
		if p := w.ship("S-A").Parcel(2); p.Box != "S" {
			t.Fatalf("parcel %+v", p)
		}
		w.card(CmdDispatch)
		w.want(w.scan("SF-X-1"), OK, MsgDispatched)
		w.want(w.scan("SF-A-1"), OK, MsgDispatched)
		w.wantState("S-A", "dispatched")
	}
}

func TestScenario33ABoxThatDoesNotFitIsRefused(t *testing.T) {
	heavy := line("mango", 3, "L1")
	heavy.WeightG = 600
	w := boxing(t, heavy)
	w.env.Policy.Packagings = []Packaging{{Code: "S", Key: "CARTON-S", MaxG: 1000}, {Code: "L", Carriers: []CarrierID{"ZTO"}}}
	w.change("S-A", func(s *Shipment) { s.Carrier.ID = "SF" })
	w.scan("MANGO")
	w.want(w.scan("PS:BOX-L"), Blocked, MsgBoxUnfit)
	w.want(w.scan("PS:BOX-M"), Blocked, MsgNoSuchBox)
	w.scan("MANGO")
	w.want(w.scan("CARTON-S"), Blocked, MsgBoxTooHeavy)
	w.want(w.card(CmdUndo), OK, MsgUndone)
	w.want(w.scan("CARTON-S"), OK, MsgBoxClosed)
	w.wantContents("S-A", 1, map[int]int{1: 1})
}

func TestScenario34ABoxWithNothingCountedAsksForGoods(t *testing.T) {
	w := boxing(t, line("mango", 3, "L1"))
	w.wantDo(w.want(w.scan("PS:BOX-S"), Needs, MsgBoxEmpty), DoGoTo)
	w.want(w.card(CmdNextBox), Needs, MsgBoxEmpty)
	w.scan("MANGO")
	w.want(w.card(CmdNextBox), OK, MsgBoxClosed)
	w.scan("SF-A-1")
	w.want(w.card(CmdNextBox), Needs, MsgBoxEmpty)
	if n := len(w.ship("S-A").Parcels); n != 1 {
		t.Fatalf("%d parcels", n)
	}
}

func TestScenario32AParcelOfTheOrderIsUsedAndAForeignOneIsNot(t *testing.T) {
	s := ship1("A", line("mango", 4, "L1"))
	s.Parcels = append(s.Parcels, parcel("A", 2))
	w := newWorld(t, s, ship1("B", line("fig", 1, "L9")))
	w.scan("A")
	w.scan("MANGO")
	w.want(w.scan("SF-B-1"), OtherOrder, MsgIsOther)
	w.want(w.scan("TOTE-A"), DoneAlready, MsgOpenAlready)
	w.want(w.scan("SF-A-2"), OK, MsgBoxTurned)
	w.scan("MANGO")
	w.wantContents("S-A", 1, map[int]int{1: 1})
	w.wantContents("S-A", 2, map[int]int{1: 1})
	w.want(w.scan("SF-A-1"), OK, MsgBoxTurned)
	w.scan("MANGO")
	w.wantContents("S-A", 1, map[int]int{1: 2})
	w.want(w.scan("MANGO"), OrderDone, MsgOrderPicked)
	w.scan("SF-A-1")
	w.want(w.scan("SF-A-2"), OK, MsgPackedAll)
}

func TestScenario35OneBoxIsEmptiedAndTheOtherStays(t *testing.T) {
	for _, check := range []PackCheck{PackByPick, PackEach} {
		w := boxing(t, line("mango", 2, "L1"), line("lychee", 3, "L2"), line("tea", 1, "L3"))
		w.change("S-A", func(s *Shipment) {
			s.PackCheck, s.Parcels[0].Waybill.Number = check, "" // no label comes between
		})
		w.numbers = nil
		if check == PackEach {
			pickAll(w, "A")
		}
		before := progress(w.ship("S-A"))
		for _, sku := range []string{"MANGO", "LYCHEE", "MANGO"} {
			w.scan(sku)
		}
		w.want(w.card(CmdNextBox), OK, MsgBoxClosed)
		w.scan("LYCHEE")
		w.wantContents("S-A", 2, map[int]int{2: 1})
		w.numbers = []string{"SF-X-1", "SF-X-2"}
		w.want(w.card(CmdUnbox), ConfirmAgain, MsgAskUnbox)
		w.change("S-A", func(s *Shipment) { s.Parcels[0].Waybill.Number = "SF-A-1" })
		w.want(w.scan("SF-A-1"), OK, MsgBoxEmptied)
		w.wantContents("S-A", 1, map[int]int{})
		w.wantContents("S-A", 2, map[int]int{2: 1})
		if w.ship("S-A").Parcels[0].Closed {
			t.Fatal("the empty box is still closed")
		}
		w.want(w.card(CmdUnbox), ConfirmAgain, MsgAskUnbox)
		w.want(w.card(CmdYes), OK, MsgBoxEmptied)
		if got := progress(w.ship("S-A")); got != before {
			t.Fatalf("emptied:\ngot  %s\nwant %s", got, before)
		}
		w.want(w.card(CmdUnbox), WrongKind, MsgNothingToUndo)
	}
}

func TestABoxBeyondThePlanIsPrintedWhenItIsClosed(t *testing.T) {
	w := boxing(t, line("mango", 3, "L1"))
	for _, label := range []string{"SF-A-1", "SF-X-1"} {
		w.scan("MANGO")
		if d := w.want(w.card(CmdNextBox), OK, MsgBoxClosed); len(d.Prints) != 1 {
			t.Fatalf("prints %+v", d.Prints)
		}
		w.wantScreen(ScreenLabel)
		w.want(w.scan(label), OK, MsgLabelled)
	}
	w.scan("MANGO")
	w.want(w.scan("SF-X-2"), OK, MsgPackedAll)
}

func TestHowManyBoxesThereAreIsSaidOnceItIsKnown(t *testing.T) {
	w := boxing(t, line("mango", 2, "L1"))
	count := func(want int) {
		t.Helper()
		if n := w.ship("S-A").ParcelCount(); n != want {
			t.Fatalf("%d boxes, want %d", n, want)
		}
	}
	count(1)
	w.scan("MANGO")
	w.card(CmdNextBox)
	count(0)
	w.scan("SF-A-1")
	w.scan("MANGO")
	count(2)
	w.card(CmdUndo)
	w.card(CmdShort)
	w.card(CmdYes)
	count(1) // the second box was never filled
	w.wantState("S-A", "awaiting_dispatch")
}

func TestABoxWithItsLabelOnIsNotEmptied(t *testing.T) {
	w := boxing(t, line("mango", 2, "L1"))
	w.scan("MANGO")
	w.card(CmdNextBox)
	w.scan("SF-A-1")
	w.want(w.card(CmdUndo), WrongKind, MsgNothingToUndo)
	w.want(w.card(CmdUnbox), WrongKind, MsgNothingToUndo)
	w.scan("MANGO")
	w.want(w.card(CmdUndo), OK, MsgUndone) // the second box has none yet
	w.wantContents("S-A", 1, map[int]int{1: 1})
	w.wantContents("S-A", 2, map[int]int{})
}

func TestUndoOpensAClosedBoxAgain(t *testing.T) {
	w := boxing(t, line("mango", 3, "L1"))
	w.scan("MANGO")
	before := stored(w.ship("S-A").Lines)
	w.scan("PS:BOX-M")
	w.restart()
	w.want(w.card(CmdUndo), OK, MsgBoxTurned)
	if p := w.ship("S-A").Parcels[0]; p.Closed || p.Box != "" {
		t.Fatalf("parcel %+v", p)
	}
	if got := stored(w.ship("S-A").Lines); got != before {
		t.Fatalf("lines %s", got)
	}
	w.wantScreen(ScreenPick)
	w.scan("MANGO")
	w.wantContents("S-A", 1, map[int]int{1: 2})
}

func TestABoxWithoutANumberWaitsAndTheWorkGoesOn(t *testing.T) {
	w := boxing(t, line("mango", 3, "L1"))
	w.numbers = nil
	w.scan("MANGO")
	w.card(CmdNextBox)
	w.scan("SF-A-1")
	w.scan("MANGO")
	d := w.want(w.card(CmdNextBox), OK, MsgBoxClosed)
	i := slices.IndexFunc(d.Events, func(e Event) bool { return e.Type == EventPrintFailed })
	if i < 0 || d.Events[i].Reason != NoNumber || d.Events[i].Parcel != 2 {
		t.Fatalf("the centre is not told: %+v", d.Events)
	}
	w.wantScreen(ScreenPick)
	w.wantDo(w.want(w.scan("MANGO"), OrderDone, MsgOrderPicked), DoWaitNumber)
	w.wantContents("S-A", 3, map[int]int{1: 1})
	w.wantState("S-A", "picked")
	w.numbers = []string{"SF-X-7", "SF-X-8"}
	d = w.want(w.card(CmdPrint), OK, MsgPrinting)
	if len(d.Prints) != 2 {
		t.Fatalf("prints %+v", d.Prints)
	}
	w.want(w.scan("SF-X-8"), OK, MsgLabelled)
	w.want(w.scan("SF-X-7"), OK, MsgPackedAll)
}

func TestACloseBoxCommandWithoutAnOrderHasNoUse(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 1, "L1")))
	for _, c := range []Command{CmdNextBox, CmdBoxS, CmdUnbox} {
		w.want(w.card(c), WrongKind, MsgNotNow)
	}
	w.scan("A")
	w.scan("MANGO")
	w.want(w.card(CmdNextBox), WrongKind, MsgNothingToBox)
}
