package order

import (
	"errors"
	"testing"
	"time"
)

// Law 7: a wrong scan changes nothing and needs no dismissal; questions are
// answered by the same scan again, by a badge or by the YES code, never by Enter.

// askedLot has the question about another lot open since a moment ago.
func askedLot(t *testing.T) *world {
	t.Helper()
	w := picking(t, line("mango", 3, "L1", reserved("LOT1")))
	w.want(w.read(Reading{Key: "MANGO", Lot: "LOT2"}), ConfirmAgain, MsgOtherLot)
	return w
}

func TestTheSameScanBefore700MillisecondsIsNotYes(t *testing.T) {
	w := askedLot(t)
	again := func() Decision { return w.read(Reading{Key: "MANGO", Lot: "LOT2"}) }
	w.wait(RepeatAfter - 2*time.Millisecond)
	w.want(again(), ConfirmAgain, MsgOtherLot)
	w.wantPicked("S-A", 0)
	w.want(again(), OK, MsgUnitPicked) // 700 ms after it was shown, not after the repeat
	w.wantPicked("S-A", 1)
}

func TestAQuestionThatAClockShowedInTheFutureIsShownAnew(t *testing.T) {
	w := askedLot(t)
	again := func() Decision { return w.read(Reading{Key: "MANGO", Lot: "LOT2"}) }
	w.wait(-96 * time.Hour)
	w.want(again(), ConfirmAgain, MsgOtherLot)
	w.wait(RepeatAfter)
	w.want(again(), OK, MsgUnitPicked)
}

func TestTimeThatRunsBackwardsIsNotYes(t *testing.T) {
	w := askedLot(t)
	w.wait(-time.Hour)
	w.want(w.read(Reading{Key: "MANGO", Lot: "LOT2"}), ConfirmAgain, MsgOtherLot)
	w.wantPicked("S-A", 0)
}

func TestTheSameScanOnAnotherDeviceIsNotYes(t *testing.T) {
	w := askedLot(t)
	w.wait(time.Second)
	w.device = gun2
	w.want(w.read(Reading{Key: "MANGO", Lot: "LOT2"}), ConfirmAgain, MsgOtherLot) // asks the second gun anew
	w.wantPicked("S-A", 0)
	w.wait(time.Second)
	w.want(w.read(Reading{Key: "MANGO", Lot: "LOT2"}), OK, MsgUnitPicked)
}

func TestAnotherScanClearsTheQuestion(t *testing.T) {
	w := askedLot(t)
	w.wait(time.Second)
	w.want(w.scan("NONSENSE"), Unknown, MsgUnknownCode)
	w.want(w.read(Reading{Key: "MANGO", Lot: "LOT2"}), ConfirmAgain, MsgOtherLot)
	w.want(w.read(Reading{Key: "MANGO", Lot: "LOT1"}), OK, MsgUnitPicked)
	if w.bench.Question != nil {
		t.Fatal("the question still stands")
	}
}

func TestNoClosesTheQuestion(t *testing.T) {
	w := askedLot(t)
	w.want(w.key(CmdNo), OK, MsgDropped)
	w.want(w.key(CmdNo), WrongKind, MsgNoQuestion)
	w.wantPicked("S-A", 0)
}

func TestNoDropsTheHalfKnownUnit(t *testing.T) {
	w := picking(t, line("mango", 3, "L1", byLot))
	w.scan("MANGO")
	w.want(w.key(CmdNo), OK, MsgDropped)
	w.want(w.scan("LOT1"), Unknown, MsgUnknownCode)
}

func TestYesByKeyNeverClosesALineShort(t *testing.T) {
	w := picking(t, line("mango", 3, "L1"))
	w.key(CmdShort)
	w.wait(time.Minute)
	w.wantDo(w.want(w.key(CmdYes), Needs, MsgYesByScan), DoScanYes)
	w.want(w.do(Input{Text: "PS:YES", Source: Keyed}), Needs, MsgYesByScan)
	if w.ship("S-A").Lines[0].Short != 0 {
		t.Fatal("closed short by key")
	}
	w.want(w.card(CmdYes), OrderDone, MsgAllShort)
}

func TestShortScannedTwiceIsNotYes(t *testing.T) {
	w := picking(t, line("mango", 3, "L1"))
	w.card(CmdShort)
	w.wait(time.Minute)
	w.want(w.card(CmdShort), ConfirmAgain, MsgAskShort)
	if w.ship("S-A").Lines[0].Short != 0 {
		t.Fatal("closed short by a second SHORT")
	}
}

func TestWhatCannotBeConfirmedStaysRefused(t *testing.T) {
	today := Reading{Key: "MILK", Expiry: "2026-01-01"}
	for name, scan := range map[string]func(w *world) Decision{
		"over-pick": func(w *world) Decision { return w.scan("MILK-12") },
		"expired":   func(w *world) Decision { return w.read(today) },
		"wrong":     func(w *world) Decision { return w.scan("FIG") },
		"cancelled": func(w *world) Decision {
			w.change("S-A", func(s *Shipment) { s.Cancelled = true })
			return w.scan("MILK")
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, ship1("A", line("milk", 3, "L1")), ship1("B", line("fig", 1, "L2")))
			w.scan("A")
			first := scan(w)
			w.wait(time.Second)
			second := scan(w)
			if first.Verdict.Good() || second.Verdict != first.Verdict || w.bench.Question != nil {
				t.Fatalf("%s, then %s; question %+v", first.Verdict, second.Verdict, w.bench.Question)
			}
			w.want(w.card(CmdYes), WrongKind, MsgNoQuestion)
			w.wantPicked("S-A", 0)
		})
	}
}

func TestAWeightDoesNotAnswerOrCloseAQuestion(t *testing.T) {
	w := labelling(t)
	w.card(CmdPrint)
	w.want(w.do(Input{Source: Weighed, WeightG: 812, Stable: true, Device: "scale"}), OK, MsgWeighed)
	if w.bench.Question == nil || w.ship("S-A").Parcels[0].WeightG != 812 {
		t.Fatalf("bench %+v", w.bench)
	}
	w.want(w.do(Input{Source: Weighed, WeightG: 900, Device: "scale"}), Needs, MsgUnstable)
	w.want(w.do(Input{Source: Weighed, WeightG: 0, Stable: true, Device: "scale"}), Needs, MsgUnstable)
	w.change("S-A", func(s *Shipment) { s.Cancelled = true })
	w.want(w.do(Input{Source: Weighed, WeightG: 900, Stable: true}), Blocked, MsgCancelled)
}

func TestAWeightWithoutAParcelIsRefused(t *testing.T) {
	w := picking(t, line("mango", 1, "L1"))
	w.want(w.do(Input{Source: Weighed, WeightG: 812, Stable: true}), WrongKind, MsgNoParcelToWeigh)
}

// Unsure scans: the gun may have sent this before a restart.

func TestAnUnsureScanIsAskedAndTheSameScanCountsIt(t *testing.T) {
	w := picking(t, line("mango", 3, "L1"))
	unsure := func(text string) Decision {
		return w.do(Input{Text: text, Source: Scanned, Readings: []Reading{{Key: CodeKey(text)}}, Unsure: true})
	}
	w.want(unsure("MANGO"), ConfirmAgain, MsgMaybeTwice)
	w.wantPicked("S-A", 0)
	w.wait(time.Second)
	w.want(w.scan("MANGO"), OK, MsgUnitPicked)
	w.wantPicked("S-A", 1)
	w.want(unsure("PS:UNDO"), ConfirmAgain, MsgMaybeTwice) // a command may be sent twice too
	w.wantPicked("S-A", 1)
	w.wait(time.Second)
	w.want(w.card(CmdUndo), OK, MsgUndone)
	w.wantPicked("S-A", 0)
	w.want(unsure("B-MEI"), ConfirmAgain, MsgMaybeTwice)
	w.wait(time.Second)
	w.want(w.scan("B-MEI"), ConfirmAgain, MsgAskHandOver)
}

func TestAnUnsureScanAnswersNoOlderQuestion(t *testing.T) {
	s := ship1("A", line("mango", 3, "L1"))
	s.Owner = "mei"
	w := newWorld(t, s)
	w.want(w.scan("A"), Taken, MsgBelongsTo)
	w.wait(time.Hour)
	w.want(w.do(Input{Text: "A", Source: Scanned, Readings: []Reading{{Key: "A"}}, Unsure: true}), ConfirmAgain, MsgMaybeTwice)
	if w.ship("S-A").Owner != "mei" {
		t.Fatal("a repeated frame took the work over")
	}
}

// The bench and the centre: plans change under the operator's hands.

func TestWorkStoppedOnTheBenchIsBlockedAtEveryStep(t *testing.T) {
	stops := map[string]struct {
		do   func(*Shipment)
		what MsgCode
		next MsgCode
	}{
		"cancelled": {func(s *Shipment) { s.Cancelled = true }, MsgCancelled, DoSetAside},
		"held":      {func(s *Shipment) { s.SetHold(Hold{Code: Intercepted, Stops: true}) }, MsgHeld, DoCallLead},
	}
	for name, stop := range stops {
		steps := map[string]struct {
			at    *world
			codes []string
		}{
			"pick":  {picking(t, line("mango", 3, "L1"), line("fig", 1, "L2")), []string{"MANGO", "L1", "NONSENSE", "PS:SHORT", "PS:SKIP", "PS:PRINT"}},
			"pack":  {packing(t, line("mango", 3, "L1")), []string{"MANGO", "L1", "PS:PRINT"}},
			"label": {labelling(t), []string{"SF-A-1", "SF-B-1", "PS:PRINT"}},
		}
		for step, c := range steps {
			t.Run(name+" "+step, func(t *testing.T) {
				c.at.change("S-A", stop.do)
				for _, code := range c.codes {
					c.at.wantDo(c.at.want(c.at.scan(code), Blocked, stop.what), stop.next)
				}
				c.at.want(c.at.scan("B-MEI"), ConfirmAgain, MsgAskHandOver)
				c.at.want(c.at.card(CmdRelease), OK, MsgReleased)
			})
		}
		t.Run(name+" dispatch", func(t *testing.T) {
			w := outbound(t)
			w.change("S-A", stop.do)
			w.wantDo(w.want(w.scan("SF-A-1"), Blocked, stop.what), stop.next)
		})
	}
}

func TestAnswersToStoppedWorkAreBlocked(t *testing.T) {
	cancel := func(s *Shipment) { s.Cancelled = true }
	t.Run("lot", func(t *testing.T) {
		w := askedLot(t)
		w.wait(time.Second)
		w.change("S-A", cancel)
		w.want(w.read(Reading{Key: "MANGO", Lot: "LOT2"}), Blocked, MsgCancelled)
	})
	t.Run("short", func(t *testing.T) {
		w := picking(t, line("mango", 3, "L1"))
		w.card(CmdShort)
		w.change("S-A", cancel)
		w.want(w.card(CmdYes), Blocked, MsgCancelled)
	})
	t.Run("reprint", func(t *testing.T) {
		w := labelling(t)
		w.card(CmdPrint)
		w.change("S-A", cancel)
		w.want(w.card(CmdYes), Blocked, MsgCancelled)
	})
	t.Run("reprint at a gate closed since", func(t *testing.T) {
		w := labelling(t)
		w.card(CmdPrint)
		w.env.WordAge = 48 * time.Hour
		w.want(w.card(CmdYes), Blocked, MsgPrintGate)
		w.want(w.card(CmdPrint), Blocked, MsgPrintGate)
	})
}

func TestAPlanThatShrankUnderAQuestionIsNotOverPicked(t *testing.T) {
	w := askedLot(t)
	w.wait(time.Second)
	w.change("S-A", func(s *Shipment) { s.Lines[0].Qty = 0; s.Lines = append(s.Lines, Line{No: 2, Qty: 1, SKU: "x"}) })
	w.want(w.read(Reading{Key: "MANGO", Lot: "LOT2"}), OverQty, MsgTooMany)
	w = picking(t, line("mango", 3, "L1"), line("fig", 1, "L2"))
	w.card(CmdShort)
	w.change("S-A", func(s *Shipment) { s.Lines[0].Qty = 1 })
	w.want(w.card(CmdYes), WrongKind, MsgNoQuestion)
	w.card(CmdShort)
	w.change("S-A", func(s *Shipment) { s.Lines = s.Lines[1:] })
	w.want(w.card(CmdYes), WrongKind, MsgNoQuestion)
}

func TestTheBenchFollowsItsChangedPlan(t *testing.T) {
	t.Run("less to pick", func(t *testing.T) {
		w := picking(t, line("mango", 3, "L1"))
		w.scan("MANGO")
		w.change("S-A", func(s *Shipment) { s.Lines[0].Qty, s.State = 1, "picked" })
		w.want(w.card(CmdShort), WrongKind, MsgNotNow)
		w.want(w.scan("MANGO"), DoneAlready, MsgWantLabel)
		w.wantScreen(ScreenLabel)
	})
	t.Run("more to pick", func(t *testing.T) {
		w := labelling(t)
		w.change("S-A", func(s *Shipment) { s.Lines[0].Qty = 2 })
		if d := w.scan("SF-A-1"); d.Verdict.Good() {
			t.Fatal("a label goes on a box that is not full")
		}
		w.want(w.scan("MANGO"), OrderDone, MsgOrderPicked)
	})
	t.Run("withdrawn", func(t *testing.T) {
		for _, code := range []string{"MANGO", "PS:SHORT", "PS:SKIP", "PS:PRINT", "PS:HOLD", "PS:UNDO", "PS:YES", "B"} {
			w := newWorld(t, ship1("A", line("mango", 1, "L1")), ship1("B", line("fig", 1, "L2")))
			w.scan("A")
			w.card(CmdShort)
			w.ships = w.ships[1:]
			d := w.scan(code)
			if w.bench.Shipment == "S-A" || code == "B" && d.Verdict != OK {
				t.Fatalf("%s: %s, bench %+v", code, d.Verdict, w.bench)
			}
		}
	})
	t.Run("finished elsewhere", func(t *testing.T) {
		w := labelling(t)
		w.change("S-A", func(s *Shipment) { s.Parcels[0].Labelled, s.State = true, "awaiting_dispatch" })
		w.want(w.scan("SF-A-1"), DoneAlready, MsgFinished)
	})
}

func TestAnInstructionComesBeforeTheWork(t *testing.T) {
	w := picking(t, line("mango", 3, "L1"))
	w.scan("MANGO")
	w.change("S-A", func(s *Shipment) { s.Cancelled = true })
	w.orders["S-A"] = &Instruction{ID: "I1", Kind: InstructPutBack, Shipment: "S-A", Ref: "A", Goods: []PutBack{{SKU: "mango", Qty: 1}}}
	w.want(w.scan("MANGO"), Needs, MsgInstruction)
	w.want(w.key(CmdYes), Needs, MsgYesByScan)
	d := w.want(w.card(CmdYes), OK, MsgBackUnseen)
	if d.Events[0].Type != EventInstructed || d.Events[0].Reason != "I1" || d.Events[0].Shipment != "S-A" {
		t.Fatalf("events %+v", d.Events)
	}
	w.wantScreen(ScreenQueue)
	w.want(w.scan("A"), Blocked, MsgCancelled)
}

func TestAnOrderWithAnInstructionIsNotOpenedBeforeItIsDone(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 3, "L1")))
	w.orders["S-A"] = &Instruction{ID: "I1", Kind: InstructPutBack, Shipment: "S-A", Ref: "A"}
	w.want(w.scan("A"), Needs, MsgInstruction)
	w.wantScreen(ScreenQueue)
	w.wantDo(w.want(w.card(CmdYes), OK, MsgInstructed), DoScanWork)
	w.want(w.scan("A"), OK, MsgOpened)
}

func TestAnInstructionStopsTheHandOver(t *testing.T) {
	w := outbound(t)
	w.orders["S-A"] = &Instruction{ID: "I1", Kind: InstructStop, Shipment: "S-A", Ref: "A"}
	w.want(w.scan("SF-A-1"), Needs, MsgInstruction)
	w.want(w.card(CmdYes), OK, MsgInstructed)
	w.wantState("S-A", "awaiting_dispatch")
}

func TestTheErrorOfTheBookIsTheAnswer(t *testing.T) {
	w := picking(t, line("mango", 3, "L1"))
	w.failing = errors.New("disk")
	d, err := Decide(w.bench, w.ship("S-A"), Input{Text: "X", At: w.now, Readings: []Reading{{Key: "X"}}}, w.env)
	if err == nil || d.Verdict != "" || len(d.Events) > 0 {
		t.Fatalf("decided %+v, %v", d, err)
	}
}
