package order

import (
	"testing"
	"time"
)

func TestAReprintIsNumberedAndWantsYes(t *testing.T) {
	w := labelling(t)
	w.wantDo(w.want(w.card(CmdPrint), ConfirmAgain, MsgAskReprint), DoScanYes)
	w.want(w.key(CmdYes), Needs, MsgYesByScan)
	d := w.want(w.card(CmdYes), OK, MsgPrinting)
	if len(d.Prints) != 1 || d.Prints[0].No != 2 || d.Events[0].No != 2 {
		t.Fatalf("prints %+v", d.Prints)
	}
}

func TestReprintsReachEveryBoxAndVoidPaperFirst(t *testing.T) {
	s := ship1("A", line("mango", 1, "L1"))
	s.Parcels = append(s.Parcels, parcel("A", 2), parcel("A", 3))
	w := newWorld(t, s)
	pickAll(w, "A")
	var got []int
	again := func() { w.card(CmdPrint); got = append(got, w.card(CmdYes).Prints[0].Parcel) }
	times(2, again)
	w.change("S-A", func(s *Shipment) {
		s.Version, s.Parcels[0].PrintedVersion, s.Parcels[1].PrintedVersion, s.Parcels[2].PrintedVersion = 2, 2, 1, 2
	})
	w.wantDo(w.want(w.scan("SF-A-2"), Blocked, MsgPaperVoid), DoReprint)
	again()
	if got[0] != 1 || got[1] != 2 || got[2] != 2 {
		t.Fatalf("printed %v again", got)
	}
}

func TestPaperFromBeforeAChangeIsVoid(t *testing.T) {
	w := outbound(t)
	w.change("S-A", func(s *Shipment) { s.Version, s.Parcels[0].PrintedVersion = 2, 1 })
	w.wantDo(w.want(w.scan("SF-A-1"), Blocked, MsgPaperVoid), DoCallLead)
	w.orders["S-A"] = &Instruction{ID: "I1", Kind: InstructReprint, Shipment: "S-A", Ref: "A"}
	w.want(w.scan("SF-A-1"), Needs, MsgInstruction)
	w.env.WordAge = -1
	w.want(w.card(CmdYes), Blocked, MsgPrintGate)
	w.env.WordAge = time.Second
	d := w.want(w.card(CmdYes), OK, MsgInstructed)
	if len(d.Prints) != 1 || d.Prints[0].Version != 2 {
		t.Fatalf("prints %+v", d.Prints)
	}
	w.change("S-A", func(s *Shipment) { s.Parcels[0].PrintedVersion = 2 })
	w.want(w.scan("SF-A-1"), OK, MsgDispatched)
}

// The address of a packed order changes: its box wants the new label before anything else.
func TestANewLabelThatTheCentreAskedForIsStuckOnAtOnce(t *testing.T) {
	w := labelling(t)
	w.want(w.scan("SF-A-1"), OK, MsgPackedAll)
	w.change("S-A", func(s *Shipment) {
		s.Version++
		p := &s.Parcels[0]
		p.VoidWaybills, p.Waybill.Number, p.Labelled = []string{"SF-A-1"}, "SF-NEW-1", false
	})
	w.orders["S-A"] = &Instruction{ID: "I1", Kind: InstructReprint, Shipment: "S-A", Ref: "A"}
	w.want(w.scan("A"), Needs, MsgInstruction)
	d := w.wantDo(w.want(w.card(CmdYes), OK, MsgInstructed), DoWaitLabel)
	if len(d.Prints) != 1 || d.Do.Args.Waybill != "SF-NEW-1" {
		t.Fatalf("prints %+v, then %+v", d.Prints, d.Do)
	}
	w.wantScreen(ScreenLabel)
	w.want(w.scan("SF-NEW-1"), OK, MsgPackedAll)
	w.wantScreen(ScreenQueue)
}

func TestAnOldLabelOnTheBoxBringsUpTheInstructionToPrintAgain(t *testing.T) {
	w := labelling(t)
	w.orders["S-A"] = &Instruction{ID: "I1", Kind: InstructReprint, Shipment: "S-A", Ref: "A"}
	w.change("S-A", func(s *Shipment) {
		s.Version++
		s.Parcels[0].Waybill.Number = "SF-NEW-1" // the old number is void
	})
	d := w.want(w.scan("SF-A-1"), Needs, MsgInstruction)
	if d.Bench.Question == nil || d.Bench.Question.Kind != AskPutBack {
		t.Fatalf("question %+v", d.Bench.Question)
	}
}
