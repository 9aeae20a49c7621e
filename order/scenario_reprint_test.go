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
