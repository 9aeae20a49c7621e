package order

import (
	"slices"
	"testing"
)

// papersOf are the kinds and numbers of the jobs that a decision put into the queue.
func papersOf(d Decision) (list []string) {
	for _, p := range d.Prints {
		s := p.Kind.Word()
		switch {
		case p.Again:
			s += " again"
		case p.Drop:
			s += " dropped"
		case p.Out:
			s += " out"
		}
		list = append(list, s)
	}
	return list
}

func wantPapers(t *testing.T, d Decision, want ...string) {
	t.Helper()
	if got := papersOf(d); !slices.Equal(got, want) {
		t.Fatalf("queue gets %v, want %v", got, want)
	}
}

func voided(d Decision) (list []string) {
	for _, e := range d.Events {
		if e.Type == EventPaperVoided {
			list = append(list, e.Paper.Word()+" "+e.Reason)
		}
	}
	return list
}

func TestPaperThatNamesOtherGoodsIsVoid(t *testing.T) {
	w := labelling(t, line("mango", 1, "L1"), line("lychee", 1, "L2"))
	w.want(w.card(CmdUndo), OK, MsgUndone) // the lychee comes out of the box again
	w.want(w.card(CmdShort), ConfirmAgain, MsgAskShort)
	d := w.want(w.card(CmdYes), OrderDone, MsgOrderPicked)
	if got := voided(d); !slices.Equal(got, []string{"waybill contents_changed"}) {
		t.Fatalf("voided %v", got)
	}
	w.wantDo(d, DoReprint)
	d = w.wantDo(w.want(w.scan("SF-A-1"), Blocked, MsgPaperVoid), DoReprint)
	if d.What.Args.Reason != VoidContents {
		t.Fatalf("says %+v", d.What.Args)
	}
	w.want(w.card(CmdPrint), ConfirmAgain, MsgAskReprint)
	d = w.want(w.card(CmdYes), OK, MsgPrinting)
	if len(d.Prints) != 1 || d.Prints[0].No != 2 {
		t.Fatalf("prints %+v", d.Prints)
	}
	w.want(w.scan("SF-A-1"), OK, MsgPackedAll)
}

func TestPaperStaysGoodWhenTheSameGoodsComeBack(t *testing.T) {
	w := labelling(t, line("mango", 1, "L1"), line("lychee", 1, "L2"))
	w.want(w.card(CmdUndo), OK, MsgUndone)
	d := w.want(w.scan("LYCHEE"), OrderDone, MsgOrderPicked)
	if got := voided(d); len(got) > 0 {
		t.Fatalf("voided %v", got)
	}
	w.want(w.scan("SF-A-1"), OK, MsgPackedAll)
}

func TestVoidPaperStaysVoidUntilItIsPrintedAgain(t *testing.T) {
	w := labelling(t, line("mango", 1, "L1"), line("lychee", 1, "L2"))
	w.card(CmdUndo)
	w.card(CmdShort)
	w.card(CmdYes)
	w.card(CmdUndo) // the short
	d := w.want(w.scan("LYCHEE"), OrderDone, MsgOrderPicked)
	if got := voided(d); len(got) > 0 {
		t.Fatalf("told twice: %v", got)
	}
	w.want(w.scan("SF-A-1"), Blocked, MsgPaperVoid)
	w.restart()
	w.want(w.scan("SF-A-1"), Blocked, MsgPaperVoid)
}

func TestALotIsOnThePackingListAndNotOnTheWaybill(t *testing.T) {
	w := newWorld(t, ship1("A", line("milk", 2, "L1", byLot)))
	w.env.Policy.Papers = []PaperRule{{Kind: PaperPackingList}}
	w.scan("A")
	w.read(Reading{Key: "MILK", Lot: "L-1"})
	wantPapers(t, w.read(Reading{Key: "MILK", Lot: "L-1"}), "waybill", "packing-list")
	w.want(w.card(CmdUndo), OK, MsgUndone)
	d := w.read(Reading{Key: "MILK", Lot: "L-2"})
	if got := voided(d); !slices.Equal(got, []string{"packing-list contents_changed"}) {
		t.Fatalf("voided %v", got)
	}
	wantPapers(t, w.want(w.card(CmdPrint), OK, MsgPrinting), "packing-list")
	w.want(w.scan("SF-A-1"), OK, MsgPackedAll)
}

func TestAnOldNumberIsRefusedWithWhatToDo(t *testing.T) {
	w := labelling(t)
	w.change("S-A", func(s *Shipment) {
		s.Version++
		s.Parcels[0].VoidWaybills, s.Parcels[0].Waybill.Number = []string{"SF-A-1"}, "SF-NEW-1"
	})
	w.wantDo(w.want(w.scan("SF-A-1"), Blocked, MsgPaperVoid), DoReprint)
	w.orders["S-A"] = &Instruction{ID: "I1", Kind: InstructReprint, Shipment: "S-A", Ref: "A"}
	w.want(w.scan("SF-A-1"), Needs, MsgInstruction)
	d := w.want(w.card(CmdYes), OK, MsgInstructed)
	if len(d.Prints) != 1 || d.Prints[0].No != 2 || d.Prints[0].Version != 2 {
		t.Fatalf("prints %+v", d.Prints)
	}
	w.wantDo(w.want(w.scan("SF-A-1"), Blocked, MsgPaperVoid), DoWaitLabel)
	w.want(w.scan("SF-NEW-1"), OK, MsgPackedAll)
	w.card(CmdDispatch)
	w.places = nil
	w.want(w.scan("SF-NEW-1"), OK, MsgDispatched)
}

func export(name string, lines ...Line) *Shipment {
	s := ship1(name, lines...)
	s.Customs = CustomsExport
	return s
}

func TestPapersFollowTheRulesOfTheWarehouse(t *testing.T) {
	rules := []PaperRule{{Kind: PaperPackingList, Carriers: []CarrierID{"SF"}}, {Kind: PaperCustoms, Customs: []CustomsMode{CustomsExport}},
		{Kind: PaperInvoice, Customs: []CustomsMode{CustomsExport}}}
	p := Policy{Papers: rules}
	home, abroad := ship1("A", line("mango", 1, "L1")), export("B", line("mango", 1, "L1"))
	home.Carrier.ID = "SF"
	abroad.Parcels = append(abroad.Parcels, parcel("B", 2))
	for _, c := range []struct {
		s    *Shipment
		no   int
		want []PaperKind
	}{{home, 0, []PaperKind{PaperPackingList}}, {abroad, 0, []PaperKind{PaperCustoms, PaperInvoice}}, {abroad, 1, []PaperKind{PaperCustoms}}} {
		if got := p.PapersFor(c.s, &c.s.Parcels[c.no]); !slices.Equal(got, c.want) {
			t.Errorf("%s parcel %d: %v, want %v", c.s.ID, c.no+1, got, c.want)
		}
	}
	bad := Policy{Papers: []PaperRule{{Kind: "poster"}}}
	if bad.CheckPapers() == nil || p.CheckPapers() != nil {
		t.Error("a policy with an unknown paper passes, or a good one does not")
	}
}

func TestAParcelDoesNotLeaveWithoutItsCustomsPapers(t *testing.T) {
	w := newWorld(t, export("A", line("mango", 1, "L1")))
	pickAll(w, "A")
	w.want(w.scan("SF-A-1"), OK, MsgPackedAll)
	w.env.Policy.Papers = []PaperRule{{Kind: PaperPackingList}, {Kind: PaperCustoms}}
	w.card(CmdDispatch)
	d := w.wantDo(w.want(w.scan("SF-A-1"), Blocked, MsgPaperMissing), DoScanYes)
	if d.What.Args.Reason != "customs-form" {
		t.Fatalf("says %+v", d.What.Args)
	}
	wantPapers(t, w.want(w.card(CmdYes), OK, MsgPrinting), "packing-list", "customs-form")
	w.want(w.scan("SF-A-1"), OK, MsgDispatched)
}

func TestPaperInHandProvesThatItCameOut(t *testing.T) {
	for state, came := range map[PrintState]bool{PrintQueued: false, PrintFailed: false, PrintSending: true, PrintTaken: true, PrintParked: true} {
		w := newWorld(t, ship1("A", line("mango", 1, "L1")))
		w.jammed = true
		pickAll(w, "A")
		s := w.ship("S-A")
		job := &PrintResult{JobID: 1, Shipment: "S-A", Parcel: 1, No: 1, Version: 1, State: state,
			Contents: s.ContentsMark(&s.Parcels[0], PaperWaybill)}
		if state == PrintParked {
			job.Code = PrintUncertain
		}
		w.env.PrintJob = func(ShipmentID, int, PaperKind) (*PrintResult, error) { return job, nil }
		if !came {
			w.wantDo(w.want(w.scan("SF-A-1"), Blocked, MsgNotPrinted), DoCheckPrinter)
			continue
		}
		wantPapers(t, w.want(w.scan("SF-A-1"), OK, MsgPackedAll), "waybill out")
		if p := w.ship("S-A").Parcels[0]; p.Prints != 1 || !p.Labelled {
			t.Fatalf("%s: %+v", state, p)
		}
	}
}

func TestAPrintThatMayBeOutIsPrintedAgainUnderAnotherNumberAndOnlyAfterYes(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 1, "L1")))
	w.jammed = true
	pickAll(w, "A")
	job := &PrintResult{JobID: 1, Shipment: "S-A", Parcel: 1, No: 1, Version: 1, State: PrintParked, Code: PrintUncertain, Contents: "other goods"}
	w.env.PrintJob = func(ShipmentID, int, PaperKind) (*PrintResult, error) { return job, nil }
	w.wantDo(w.want(w.scan("SF-A-1"), Blocked, MsgPaperVoid), DoReprint) // it names other goods
	w.wantDo(w.want(w.card(CmdPrint), ConfirmAgain, MsgMayBeOut), DoScanYes)
	d := w.want(w.card(CmdYes), OK, MsgPrinting)
	wantPapers(t, d, "waybill dropped", "waybill")
	if d.Prints[1].No != 2 {
		t.Fatalf("prints %+v", d.Prints)
	}
}

func TestAFailedPaperIsTriedAgainAndTheWaybillIsNot(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 1, "L1")))
	w.env.Policy.Papers = []PaperRule{{Kind: PaperPackingList}}
	pickAll(w, "A")
	w.change("S-A", func(s *Shipment) { s.Parcels[0].Papers[0].Prints = 0 })
	wantPapers(t, w.want(w.card(CmdPrint), OK, MsgPrinting), "packing-list again")
}

func TestAnEmptyBenchTriesParkedPrintsAgain(t *testing.T) {
	w := newWorld(t)
	w.want(w.key(CmdPrint), WrongKind, MsgNotNow)
	w.env.Parked = 3
	d := w.want(w.key(CmdPrint), OK, MsgRetryParked)
	if len(d.Prints) != 1 || !d.Prints[0].Again || d.Prints[0].No != 0 {
		t.Fatalf("%+v", d.Prints)
	}
}

func TestScenario58WhoSignsInIsToldThatThePrinterCannotPrint(t *testing.T) {
	w := unmanned(t, ship1("A", line("mango", 1, "L1")))
	w.env.Printer = "media_empty"
	d := w.wantDo(w.want(w.scan("B-LI"), OK, MsgSignedIn), DoMendPrinter)
	if d.Do.Args.Reason != "media_empty" {
		t.Fatalf("says %+v", d.Do.Args)
	}
	w.env.Printer = ""
	w.scan("A")
	w.card(CmdSignOut)
	w.card(CmdKeep)
	w.wantDo(w.want(w.scan("B-LI"), OK, MsgResumed), DoGoTo)
}

func TestEachCarrierGetsItsHandOverList(t *testing.T) {
	w := outbound(t)
	parts := []Handed{{Carrier: Carrier{ID: "SF"}, Parcels: 3, Number: "MF-1"}, {Carrier: Carrier{ID: "YT"}, Parcels: 1, Number: "MF-2"}}
	w.env.Handed = func() ([]Handed, error) { return parts, nil }
	d := w.wantDo(w.want(w.card(CmdManifest), OK, MsgManifested), DoSignList)
	wantPapers(t, d, "manifest", "manifest")
	if d.Prints[1].Carrier != "YT" || d.Prints[1].Key != "MF-2" || d.Events[0].Reason != "MF-1" || d.Events[0].Qty != 3 {
		t.Fatalf("%+v %+v", d.Prints, d.Events)
	}
	parts = nil
	w.want(w.card(CmdManifest), DoneAlready, MsgNoManifest)
	w.env.LastLists = func() ([]Handed, error) { return []Handed{{Number: "MF-1", Parcels: 3, Prints: 1}}, nil }
	w.wantDo(w.want(w.card(CmdManifest), ConfirmAgain, MsgAskLists), DoScanYes)
	d = w.want(w.card(CmdYes), OK, MsgManifested)
	if wantPapers(t, d, "manifest"); d.Prints[0].No != 2 || d.Prints[0].Key != "MF-1" {
		t.Fatalf("%+v", d.Prints)
	}
	w.card(CmdQueue)
	w.want(w.card(CmdManifest), WrongKind, MsgNotNow)
}

func TestACancelledOrderTakesItsPrintsOutOfTheQueue(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 1, "L1")))
	w.jammed = true
	pickAll(w, "A")
	w.change("S-A", func(s *Shipment) { s.Cancelled = true })
	w.orders["S-A"] = &Instruction{ID: "I1", Kind: InstructPutBack, Shipment: "S-A", Ref: "A"}
	w.want(w.scan("MANGO"), Needs, MsgInstruction)
	wantPapers(t, w.want(w.card(CmdYes), OK, MsgInstructed), "waybill dropped")
}

func TestPapersComeWhenTheBoxIsFullAndTheInvoiceWhenAllAre(t *testing.T) {
	w := newWorld(t, export("A", line("mango", 1, "L1"), line("lychee", 1, "L2")))
	w.env.Policy.LabelFirst = true
	w.env.Policy.Papers = []PaperRule{{Kind: PaperPackingList}, {Kind: PaperInvoice}}
	wantPapers(t, w.want(w.scan("A"), OK, MsgOpened), "waybill")
	w.scan("MANGO")
	wantPapers(t, w.want(w.scan("LYCHEE"), OrderDone, MsgOrderPicked), "packing-list", "invoice")
	w.want(w.scan("SF-A-1"), OK, MsgPackedAll)

	w = newWorld(t, export("A", line("mango", 1, "L1"), line("lychee", 1, "L2")))
	w.env.Policy.Papers = []PaperRule{{Kind: PaperPackingList}, {Kind: PaperInvoice}}
	w.change("S-A", func(s *Shipment) { s.Parcels = append(s.Parcels, parcel("A", 2)) })
	w.scan("A")
	w.scan("MANGO")
	wantPapers(t, w.want(w.card(CmdNextBox), OK, MsgBoxClosed), "waybill", "packing-list")
	w.scan("SF-A-1")
	wantPapers(t, w.want(w.scan("LYCHEE"), OrderDone, MsgOrderPicked), "invoice", "waybill", "packing-list")
}

func TestPapersThatNameTheGrossWeightComeWhenTheBoxIsWeighed(t *testing.T) {
	start := func() *world {
		w := newWorld(t, export("A", line("mango", 1, "L1")))
		w.env.Scale = true
		w.env.Policy.AutoPrint = true
		w.env.Policy.Papers = []PaperRule{{Kind: PaperPackingList}, {Kind: PaperCustoms}, {Kind: PaperInvoice}}
		w.scan("A")
		wantPapers(t, w.want(w.scan("MANGO"), OrderDone, MsgOrderPicked), "waybill", "packing-list")
		return w
	}
	w := start()
	wantPapers(t, w.want(w.weighs(620), OK, MsgWeighed), "customs-form", "invoice")
	wantPapers(t, w.want(w.scan("SF-A-1"), OK, MsgPackedAll))

	w = start() // nobody weighs it: with the label on it, nobody will
	wantPapers(t, w.want(w.scan("SF-A-1"), OK, MsgPackedAll), "customs-form", "invoice")
}

func TestAReprintWhileGoodsAreMissingSendsThePickerToThem(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 1, "L1"), line("lychee", 1, "L2")))
	pickAll(w, "A")
	w.card(CmdUndo)
	w.wantScreen(ScreenPick)
	w.want(w.card(CmdPrint), ConfirmAgain, MsgAskReprint)
	w.wantDo(w.want(w.card(CmdYes), OK, MsgPrinting), DoGoTo)
}
