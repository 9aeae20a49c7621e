package order

import "testing"

// packing has order A picked whole, its units to be checked again.
func packing(t *testing.T, lines ...Line) *world {
	t.Helper()
	w := newWorld(t, packEach(ship1("A", lines...)), ship1("B", line("fig", 1, "L9")))
	w.scan("A")
	s := w.ship("S-A")
	for i := range s.Lines {
		l := &s.Lines[i]
		times(l.Qty, func() { w.scan(string(l.SKU)) })
	}
	w.wantScreen(ScreenPack)
	return w
}

// labelling has order A picked and its waybill printed.
func labelling(t *testing.T, lines ...Line) *world {
	t.Helper()
	if len(lines) == 0 {
		lines = []Line{line("mango", 1, "L1")}
	}
	w := newWorld(t, ship1("A", lines...), ship1("B", line("fig", 1, "L9")))
	pickAll(w, "A")
	w.wantScreen(ScreenLabel)
	return w
}

func pickAll(w *world, name string) {
	w.scan(name)
	s := w.ship(ShipmentID("S-" + name))
	for i := range s.Lines {
		l := &s.Lines[i]
		times(l.Open(), func() { w.scan(string(l.SKU)) })
	}
}

// outbound has order A packed, and shows the hand-over screen.
func outbound(t *testing.T) *world {
	t.Helper()
	w := labelling(t)
	w.want(w.scan("SF-A-1"), OK, MsgPackedAll)
	w.want(w.card(CmdDispatch), OK, MsgInDispatch)
	return w
}

func TestScenario31AnItemOfAnotherOrderIsNamedAtThePackBench(t *testing.T) {
	w := packing(t, line("mango", 2, "L1"))
	d := w.want(w.scan("FIG"), OtherOrder, MsgForOther)
	if d.What.Args.Ref != "B" {
		t.Fatalf("says %+v", d.What.Args)
	}
	if w.ship("S-A").Lines[0].Packed != 0 {
		t.Fatal("it was counted")
	}
}

func TestThePackCheckCountsEachUnitOnce(t *testing.T) {
	w := packing(t, line("mango", 3, "L1"), line("lychee", 1, "L2"))
	w.places = []LocationID{"L2"}
	w.want(w.scan("MANGO"), OK, MsgUnitPacked)
	w.want(w.scan("MANGO-3"), OverQty, MsgTooMany)
	w.want(w.scan("MANGO"), OK, MsgUnitPacked)
	w.want(w.scan("MANGO"), LineDone, MsgUnitPacked)
	w.want(w.scan("MANGO"), OverQty, MsgAllCounted)
	w.want(w.scan("L2"), WrongKind, MsgLocation)
	w.wantState("S-A", "picked")
	w.wantDo(w.want(w.scan("LYCHEE"), OrderDone, MsgOrderPacked), DoWaitLabel)
	w.wantScreen(ScreenLabel)
	if len(w.prints) != 1 {
		t.Fatalf("%d prints", len(w.prints))
	}
}

func TestThePackCheckFillsTheLineWithRoom(t *testing.T) {
	w := packing(t, line("mango", 1, "L1"), line("mango", 3, "L2"))
	w.want(w.scan("MANGO-3"), LineDone, MsgUnitPacked)
	w.want(w.scan("MANGO"), OrderDone, MsgOrderPacked)
}

func TestThePackCheckKnowsSerialsAndLots(t *testing.T) {
	w := newWorld(t, packEach(ship1("A", line("mango", 2, "L1", bySerial), line("milk", 1, "L2", byLot))))
	w.scan("A")
	w.read(Reading{Key: "MANGO", Serial: "SN1"})
	w.read(Reading{Key: "MANGO", Serial: "SN2"})
	w.read(Reading{Key: "MILK", Lot: "LOT1"})
	w.wantScreen(ScreenPack)
	w.want(w.read(Reading{Key: "MANGO", Serial: "SN3"}), WrongItem, MsgNotInOrder)
	w.want(w.read(Reading{Key: "MANGO", Serial: "SN1"}), OK, MsgUnitPacked)
	w.want(w.read(Reading{Key: "MANGO", Serial: "SN1"}), DoneAlready, MsgSerialTwice)
	w.restart()
	w.want(w.read(Reading{Key: "MANGO", Serial: "SN1"}), DoneAlready, MsgSerialTwice)
	w.want(w.read(Reading{Key: "MANGO", Serial: "SN2"}), LineDone, MsgUnitPacked)
	w.want(w.read(Reading{Key: "MILK", Lot: "LOT2"}), WrongItem, MsgNotInOrder)
	w.want(w.read(Reading{Key: "MILK", Lot: "LOT1"}), OrderDone, MsgOrderPacked)
}

func TestScenario32OnlyAWaybillOfTheOrderIsItsLabel(t *testing.T) {
	w := labelling(t)
	w.want(w.scan("TOTE-A"), DoneAlready, MsgOpenAlready)
	w.want(w.scan("SF-B-1"), OtherOrder, MsgWrongLabel)
	w.want(w.scan("TOTE-B"), OtherOrder, MsgIsOther)
	w.want(w.scan("MANGO"), DoneAlready, MsgWantLabel)
	if w.ship("S-A").Parcels[0].Labelled {
		t.Fatal("labelled")
	}
	w.wantDo(w.want(w.scan("SF-A-1"), OK, MsgPackedAll), DoNextOrder)
	w.wantState("S-A", "awaiting_dispatch")
	w.wantScreen(ScreenQueue)
	if w.ship("S-A").Owner != "" {
		t.Fatal("a packed order still has an owner")
	}
}

func TestScenario35UndoCrossesTheScreensBackwards(t *testing.T) {
	w := packing(t, line("mango", 1, "L1"), line("lychee", 1, "L2"))
	w.scan("LYCHEE")
	w.scan("MANGO")
	w.wantScreen(ScreenLabel)
	for _, want := range []struct {
		sku    SKU
		screen Screen
	}{{"mango", ScreenPack}, {"lychee", ScreenPack}, {"lychee", ScreenPick}, {"mango", ScreenPick}} {
		d := w.want(w.card(CmdUndo), OK, MsgUndone)
		if d.What.Args.SKU != want.sku {
			t.Fatalf("undid %s, want %s", d.What.Args.SKU, want.sku)
		}
		w.wantScreen(want.screen)
	}
	w.wantPicked("S-A", 0, 0)
	w.wantState("S-A", "awaiting_pick")
	w.want(w.card(CmdUndo), WrongKind, MsgNothingToUndo)
}

func TestScenario35UndoOfAVanishedLineChangesNothing(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 2, "L1"), line("lychee", 1, "L2")))
	w.scan("A")
	w.scan("LYCHEE")
	w.change("S-A", func(s *Shipment) { s.Lines = s.Lines[:1] })
	w.want(w.card(CmdUndo), WrongKind, MsgNothingToUndo)
	w.scan("MANGO")
	w.change("S-A", func(s *Shipment) { s.Lines[0].Picked = 0 })
	w.want(w.card(CmdUndo), WrongKind, MsgNothingToUndo)
}

func TestUndoTakesBackWhatTheScanCounted(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 20, "L1", byLot)))
	w.scan("A")
	w.read(Reading{Key: "MANGO", Lot: "LOT1"})
	w.read(Reading{Key: "MANGO-12", Lot: "LOT2", Serial: "SN"})
	w.wantPicked("S-A", 13)
	w.card(CmdUndo)
	w.wantPicked("S-A", 1)
	if l := w.ship("S-A").Lines[0]; len(l.Lots) != 1 || l.Lots[0] != "LOT1" || len(l.Serials) != 0 {
		t.Fatalf("lots %v, serials %v", l.Lots, l.Serials)
	}
	w.read(Reading{Key: "MANGO", Lot: "LOT1"})
	w.card(CmdUndo)
	if l := w.ship("S-A").Lines[0]; len(l.Lots) != 1 {
		t.Fatalf("lots %v after one of two was undone", l.Lots)
	}
}

func TestUndoIsOverOnceALabelIsOn(t *testing.T) {
	s := ship1("A", line("mango", 1, "L1"))
	s.Parcels = append(s.Parcels, parcel("A", 2))
	w := newWorld(t, s)
	pickAll(w, "A")
	w.want(w.scan("SF-A-1"), OK, MsgLabelled)
	w.want(w.card(CmdUndo), WrongKind, MsgNothingToUndo)
}

func TestScenario36AShortLineIsAskedOnceAndTheRestShips(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 3, "L1"), line("lychee", 2, "L2")))
	w.scan("A")
	w.scan("MANGO")
	w.wantDo(w.want(w.card(CmdShort), ConfirmAgain, MsgAskShort), DoScanYes)
	w.want(w.card(CmdYes), LineDone, MsgShorted)
	w.want(w.card(CmdYes), WrongKind, MsgNoQuestion)
	w.scan("LYCHEE")
	w.key(CmdShort)
	w.want(w.card(CmdYes), OrderDone, MsgOrderPicked) // the last line
	w.wantScreen(ScreenLabel)
	w.wantState("S-A", "picked")
	s := w.ship("S-A")
	if s.Lines[0].Short != 2 || s.Lines[1].Short != 1 || s.Lines[0].ShortReason != "out_of_stock" {
		t.Fatalf("lines %+v", s.Lines)
	}
	if len(s.Holds) != 1 || s.Holds[0].Code != Backordered || s.Holds[0].Stops {
		t.Fatalf("holds %+v", s.Holds)
	}
}

func TestScenario36NothingPickedDoesNotShip(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 3, "L1")))
	w.scan("A")
	w.card(CmdDamaged)
	w.want(w.card(CmdYes), OrderDone, MsgAllShort)
	w.wantState("S-A", "awaiting_pick")
	w.wantScreen(ScreenQueue)
	w.want(w.scan("A"), Blocked, MsgHeld)
	if len(w.prints) > 0 || w.ship("S-A").Lines[0].ShortReason != "damaged" {
		t.Fatalf("prints %v, lines %+v", w.prints, w.ship("S-A").Lines)
	}
	w.change("S-A", func(s *Shipment) { s.Holds = nil }) // the centre lets it go on
	w.want(w.scan("A"), Blocked, MsgNotAllowed)          // there is nothing to ship
}

func TestAnOrderThatMustShipCompleteStopsAtAShortLine(t *testing.T) {
	s := ship1("A", line("mango", 3, "L1"), line("lychee", 1, "L2"))
	s.Complete = true
	w := newWorld(t, s)
	w.scan("A")
	w.scan("MANGO")
	w.card(CmdShort)
	w.card(CmdYes)
	w.want(w.scan("LYCHEE"), Blocked, MsgHeld)
	w.wantPicked("S-A", 1, 0)
}

func TestAShortCanBeTakenBack(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 3, "L1"), line("lychee", 1, "L2")))
	w.scan("A")
	w.scan("LYCHEE")
	w.scan("MANGO")
	w.card(CmdShort)
	w.card(CmdYes)
	w.wantScreen(ScreenLabel)
	w.want(w.card(CmdUndo), OK, MsgUndone)
	w.wantScreen(ScreenPick)
	w.wantState("S-A", "awaiting_pick")
	s := w.ship("S-A")
	if l := s.Lines[0]; l.Short != 0 || l.ShortReason != "" || l.Picked != 1 || len(s.Holds) > 0 {
		t.Fatalf("line %+v, holds %v", l, s.Holds)
	}
}

func TestScenario38WhenAllIsDoneItsNumberShowsTheNextStep(t *testing.T) {
	w := labelling(t)
	w.wantDo(w.want(w.scan("A"), DoneAlready, MsgOpenAlready), DoWaitLabel)
	w.scan("SF-A-1")
	for _, code := range []string{"A", "TOTE-A", "SF-A-1"} {
		w.want(w.scan(code), DoneAlready, MsgFinished)
	}
}

func TestScenario41AParcelHandedOverTwiceIsTold(t *testing.T) {
	w := outbound(t)
	w.wantDo(w.want(w.scan("SF-A-1"), OK, MsgDispatched), DoScanParcel)
	w.wantState("S-A", "dispatched")
	n := len(w.events)
	w.want(w.scan("SF-A-1"), DoneAlready, MsgDispatchedYet)
	if e := w.events[n]; e.Type != EventRefused || e.Shipment != "S-A" {
		t.Fatalf("event %+v", e)
	}
	w.want(w.scan("SF-B-1"), Blocked, MsgNotPacked)
	w.want(w.scan("MANGO"), WrongKind, MsgNotParcel)
	w.want(w.scan("NONSENSE"), WrongKind, MsgNotParcel)
	w.want(w.card(CmdDispatch), DoneAlready, MsgInDispatch)
	w.want(w.card(CmdQueue), OK, MsgInQueue)
	w.want(w.card(CmdQueue), DoneAlready, MsgInQueue)
}

func TestTwoParcelsAreEachPrintedLabelledAndHandedOver(t *testing.T) {
	s := ship1("A", line("mango", 1, "L1"))
	s.Parcels = append(s.Parcels, parcel("A", 2))
	w := newWorld(t, s)
	pickAll(w, "A")
	if len(w.prints) != 2 {
		t.Fatalf("%d prints", len(w.prints))
	}
	w.wantDo(w.want(w.scan("SF-A-2"), OK, MsgLabelled), DoWaitLabel)
	w.want(w.scan("SF-A-2"), DoneAlready, MsgLabelledYet)
	w.wantState("S-A", "picked")
	w.card(CmdRelease)
	w.card(CmdDispatch)
	w.want(w.scan("SF-A-2"), Blocked, MsgNotPacked) // its sister has no label yet
	w.card(CmdQueue)
	w.scan("A")
	w.want(w.scan("SF-A-1"), OK, MsgPackedAll)
	w.card(CmdDispatch)
	w.want(w.scan("SF-A-2"), OK, MsgDispatched)
	w.wantState("S-A", "awaiting_dispatch")
	w.want(w.scan("SF-A-1"), OK, MsgDispatched)
	w.wantState("S-A", "dispatched")
}

func TestAParcelWithoutANumberWaitsAndItsSisterIsPrinted(t *testing.T) {
	s := ship1("A", line("mango", 1, "L1"))
	s.Parcels = append(s.Parcels, parcel("A", 2))
	s.Parcels[0].Waybill.Number = ""
	w := newWorld(t, s)
	w.scan("A")
	w.wantDo(w.want(w.scan("MANGO"), OrderDone, MsgOrderPicked), DoWaitNumber)
	if len(w.prints) != 1 || w.prints[0].Parcel != 2 {
		t.Fatalf("prints %+v", w.prints)
	}
	w.want(w.scan("x", Reading{}), Unknown, MsgUnknownCode) // no number is nobody's number
	w.scan("SF-A-2")
	w.want(w.card(CmdPrint), Blocked, MsgNoWaybill)
}

func TestAnOrderWithoutParcelsCallsTheLead(t *testing.T) {
	s := ship1("A", line("mango", 1, "L1"))
	s.Parcels = nil
	w := newWorld(t, s)
	w.scan("A")
	w.wantDo(w.want(w.scan("MANGO"), OrderDone, MsgOrderPicked), DoCallLead)
	w.want(w.card(CmdPrint), Blocked, MsgNoWaybill)
}

func TestALabelThatWasNeverPrintedIsRefused(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 1, "L1")))
	w.env.Policy.AutoPrint = false
	w.scan("A")
	w.wantDo(w.want(w.scan("MANGO"), OrderDone, MsgOrderPicked), DoPrint)
	w.wantDo(w.want(w.scan("SF-A-1"), Blocked, MsgNotPrinted), DoPrint)
	w.want(w.card(CmdPrint), OK, MsgPrinting)
	w.want(w.scan("SF-A-1"), OK, MsgPackedAll)
}

func TestALabelIsNotStuckOnBeforeItCameOut(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 1, "L1")))
	w.jammed = true
	w.scan("A")
	w.want(w.scan("MANGO"), OrderDone, MsgOrderPicked)
	w.wantDo(w.want(w.scan("SF-A-1"), Blocked, MsgNotPrinted), DoCheckPrinter)
	d := w.want(w.card(CmdPrint), OK, MsgPrinting)
	if len(d.Prints) != 1 || !d.Prints[0].Again || d.Prints[0].No != 1 {
		t.Fatalf("PRINT while the first print is still to come asks for %+v", d.Prints)
	}
	w.jammed = false
	w.printAll(d.Prints)
	w.want(w.scan("SF-A-1"), OK, MsgPackedAll)
}

func TestALeadLiftsWhatABenchPutAside(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 1, "L1")))
	w.scan("A")
	w.want(w.card(CmdHold), OK, MsgHeldNow)
	w.want(w.scan("A"), Blocked, MsgHeld)
	w.bench.Lead = true
	w.wantDo(w.want(w.scan("A"), ConfirmAgain, MsgAskUnhold), DoScanYes)
	w.want(w.key(CmdYes), Needs, MsgYesByScan)
	d := w.want(w.card(CmdYes), OK, MsgUnheld)
	if e := d.Events[0]; e.Type != EventUnheld || e.Auth == "" || e.Shipment != "S-A" {
		t.Fatalf("the trace is %+v", e)
	}
	w.want(w.scan("A"), OK, MsgOpened)
}
