package order

import (
	"testing"
	"time"
)

// batching has a batch of orders A and B under way, at A's ten mangos on L1.
func batching(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, ship1("A", line("mango", 10, "L1"), line("tea", 2, "L3")), ship1("B", line("fig", 2, "L2"), line("milk", 1, "L4", reserved("LOT1"))))
	for _, s := range w.ships {
		for i := range s.Lines {
			s.Lines[i].Walk = int(s.Lines[i].Location[1])
		}
		w.centre[s.ID] = clone(s)
	}
	w.places = []LocationID{"L1", "L2", "L9"}
	w.products = []Product{{SKU: "durian", Codes: []ItemCode{{Key: "DURIAN"}}}}
	w.wantDo(w.want(w.card(CmdBatch), OK, MsgBatch), DoGoTo)
	w.wantScreen(ScreenBatch)
	return w
}

func TestScenario9GoodsInTheHandCountOnceTheyArePut(t *testing.T) {
	w := batching(t)
	d := w.wantDo(w.want(w.scan("MANGO"), OK, MsgInHand), DoPutInto)
	if d.What.Args.N != 1 || d.What.Args.Need != 10 {
		t.Fatalf("says %+v", d.What.Args)
	}
	w.wantPicked("S-A", 0, 0)
	w.restart() // the hand survives
	w.scan("MANGO-3")
	w.wantPicked("S-A", 0, 0)
	w.want(w.scan("SLOT-1"), OK, MsgPut)
	w.wantPicked("S-A", 4, 0)
	if s := w.ship("S-A"); s.Slot != "SLOT-1" || s.Batch == "" {
		t.Fatalf("slot %q, batch %q", s.Slot, s.Batch)
	}
}

func TestScenario10WrongScansInABatchDifferByKindAndChangeNothing(t *testing.T) {
	w := batching(t)
	for code, v := range map[string]Verdict{"FIG": WrongItem, "DURIAN": WrongItem, "L2": WrongKind, "NONSENSE": Unknown} {
		if d := w.scan(code); d.Verdict != v {
			t.Errorf("%s: %s %s, want %s", code, d.Verdict, d.What.Code, v)
		}
		if w.bench.Shipment != "S-A" || w.bench.Focus != 1 || len(w.bench.Hand) > 0 {
			t.Fatalf("after %s the bench is at %s line %d with %v", code, w.bench.Shipment, w.bench.Focus, w.bench.Hand)
		}
	}
	w.wantDo(w.want(w.scan("L2"), WrongKind, MsgLocationWrong), DoGoTo)
	times(10, func() { w.scan("MANGO") })
	w.scan("SLOT-1")
	w.want(w.scan("FIG"), OK, MsgInHand)
	w.want(w.scan("FIG"), OK, MsgInHand)
	w.want(w.scan("SLOT-2"), LineDone, MsgPut)
	times(2, func() { w.scan("TEA") })
	w.want(w.scan("SLOT-1"), LineDone, MsgSlotDone) // now at B's milk on L4
	w.want(w.read(Reading{Key: "MILK", Lot: "LOT2"}), ConfirmAgain, MsgOtherLot)
	w.wait(time.Second)
	w.want(w.read(Reading{Key: "MILK", Lot: "LOT2"}), OK, MsgInHand)
	w.want(w.scan("SLOT-2"), OrderDone, MsgBatchPicked)
	w.wantState("S-A", "picked")
	w.wantState("S-B", "picked")
	if w.bench.Batch != nil || w.ship("S-A").Owner != "" {
		t.Fatal("the batch is not over")
	}
	w.want(w.scan("SLOT-1"), OK, MsgResumed) // the packer opens the order by its tote
	w.wantScreen(ScreenLabel)
	w.scan("SF-A-1")
	if w.ship("S-A").Slot != "" {
		t.Fatal("a packed order keeps its tote")
	}
}

func TestScenario20APartIsPutAndTheRestFollows(t *testing.T) {
	w := batching(t)
	times(7, func() { w.scan("MANGO") })
	d := w.wantDo(w.want(w.scan("TOTE-X"), OK, MsgPut), DoPickMore)
	if d.Do.Args.N != 3 || w.bench.Focus != 1 {
		t.Fatalf("next %+v", d.Do.Args)
	}
	w.wantPicked("S-A", 7, 0)
}

func TestScenario21And22AToteIsLearntProposedAndKept(t *testing.T) {
	w := batching(t)
	times(10, func() { w.scan("MANGO") })
	w.want(w.scan("SLOT-1"), LineDone, MsgPut)
	w.scan("FIG") // B on L2
	d := w.want(w.scan("SLOT-1"), OtherOrder, MsgToteTaken)
	if d.What.Args.Ref != "A" || len(w.bench.Hand) != 1 {
		t.Fatalf("says %+v, in the hand %v", d.What.Args, w.bench.Hand)
	}
	w.want(w.scan("TOTE-A"), OtherOrder, MsgToteTaken) // A's planned tote
	w.wantPicked("S-B", 0, 0)
	w.scan("FIG")
	w.want(w.scan("SLOT-2"), LineDone, MsgPut)
	d = w.wantDo(w.want(w.scan("TEA"), OK, MsgInHand), DoPutInto) // A again, on L3
	if d.Do.Args.Code != "SLOT-1" {
		t.Fatalf("proposes %+v", d.Do.Args)
	}
	w.want(w.scan("SLOT-3"), WrongItem, MsgToteWrong)
	w.want(w.scan("SLOT-1"), OK, MsgPut)
}

func TestScenario23AnUnknownToteIsNamedAndTheHandKept(t *testing.T) {
	w := batching(t)
	w.scan("MANGO")
	for _, code := range []string{"箱子七号", "KISTE\u0301", "9999"} {
		if d := w.want(w.scan(code), Unknown, MsgNoTote); d.What.Args.Code != code {
			t.Fatalf("says %+v", d.What.Args)
		}
	}
	if len(w.bench.Hand) != 1 {
		t.Fatal("the hand is empty")
	}
	w.want(w.scan("SLOT-1"), OK, MsgPut)
	w.want(w.scan("SLOT-1"), Needs, MsgHandEmpty)
}

func TestScenario24SkippedLinesComeLastInTheirOrder(t *testing.T) {
	w := batching(t)
	for range 3 {
		w.want(w.card(CmdSkip), OK, MsgSkippedLine)
	}
	var at []LocationID
	for range 4 {
		s := w.ship(w.bench.Shipment)
		l := s.Line(w.bench.Focus)
		at = append(at, l.Location)
		for range l.Qty {
			w.read(Reading{Key: CodeKey(string(l.SKU)), Lot: l.Lot})
		}
		w.scan("SLOT-" + string(s.ID[2:]))
	}
	if at[0] != "L4" || at[1] != "L1" || at[2] != "L2" || at[3] != "L3" {
		t.Fatalf("walked %v", at)
	}
	if w.bench.Batch != nil {
		t.Fatal("something is left")
	}
}

func TestScenario16InABatchTheLocationComesFirstWhereTheWarehouseSaysSo(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 1, "L1")), ship1("B", line("fig", 1, "L2")))
	w.env.Policy.LocationFirst = true
	w.card(CmdBatch)
	w.wantDo(w.want(w.scan("MANGO"), Needs, MsgNeedLocation), DoScanLocation)
	w.want(w.scan("L1"), OK, MsgLocation)
	w.want(w.scan("MANGO"), OK, MsgInHand)
}

func TestMoreThanTheOrderWantsIsNotTakenIntoTheHand(t *testing.T) {
	w := batching(t)
	times(10, func() { w.want(w.scan("MANGO"), OK, MsgInHand) })
	w.wantDo(w.want(w.scan("MANGO"), OverQty, MsgAllCounted), DoPutInto)
	w.want(w.card(CmdUndo), OK, MsgLaidBack)
	w.scan("SLOT-1")
	w.wantPicked("S-A", 9, 0)
}

func TestUndoInABatchSaysHowManyAreToBeTakenNow(t *testing.T) {
	w := batching(t)
	times(3, func() { w.scan("MANGO") })
	times(2, func() { w.wantDo(w.want(w.card(CmdUndo), OK, MsgLaidBack), DoPutInto) })
	d := w.want(w.card(CmdUndo), OK, MsgLaidBack)
	w.wantDo(d, DoPickMore)
	if d.Do.Args.N != 10 {
		t.Fatalf("nothing is in the hand, and %d of 10 are to be taken", d.Do.Args.N)
	}
}

func TestUndoInABatchTakesThePutBack(t *testing.T) {
	w := batching(t)
	before := progress(w.ship("S-A"))
	times(10, func() { w.scan("MANGO") })
	w.scan("SLOT-1")
	w.want(w.card(CmdUndo), OK, MsgUndone)
	if got := progress(w.ship("S-A")); got != before || w.ship("S-A").Slot != "" {
		t.Fatalf("undone: %s", got)
	}
	if w.bench.Shipment != "S-A" || w.bench.Focus != 1 {
		t.Fatalf("at %s line %d", w.bench.Shipment, w.bench.Focus)
	}
	w.want(w.card(CmdUndo), WrongKind, MsgNothingToUndo)
}

func TestUndoInABatchTakesASkipBackBeforeThePut(t *testing.T) {
	w := batching(t)
	times(10, func() { w.scan("MANGO") })
	w.scan("SLOT-1")
	put, ship, at := progress(w.ship("S-A")), w.bench.Shipment, w.bench.Focus
	times(2, func() { w.want(w.card(CmdSkip), OK, MsgSkippedLine) })
	times(2, func() { w.want(w.card(CmdUndo), OK, MsgUndone) })
	if got := progress(w.ship("S-A")); got != put {
		t.Fatalf("undone: %s", got)
	}
	if w.bench.Shipment != ship || w.bench.Focus != at {
		t.Fatalf("at %s line %d", w.bench.Shipment, w.bench.Focus)
	}
	d := w.want(w.card(CmdUndo), OK, MsgUndone)
	if d.What.Args.Code != "SLOT-1" {
		t.Fatalf("the goods are to be taken out of %q", d.What.Args.Code)
	}
}

func TestACancelledOrderLeavesTheBatch(t *testing.T) {
	w := batching(t)
	w.scan("MANGO")
	w.change("S-A", func(s *Shipment) { s.Cancelled = true })
	w.wantDo(w.want(w.scan("MANGO"), Blocked, MsgCancelled), DoSetAside)
	w.wantPicked("S-A", 0, 0)
	if w.bench.Shipment != "S-B" || len(w.bench.Hand) != 0 {
		t.Fatalf("at %s with %v", w.bench.Shipment, w.bench.Hand)
	}
	w.want(w.scan("FIG"), OK, MsgInHand)
}

func TestAShortLineOfABatchIsAskedAndTheOthersGoOn(t *testing.T) {
	w := batching(t)
	w.scan("MANGO")
	w.want(w.card(CmdShort), Needs, MsgHandFull)
	w.scan("SLOT-1")
	w.want(w.card(CmdShort), ConfirmAgain, MsgAskShort)
	w.want(w.card(CmdYes), LineDone, MsgShorted)
	if s := w.ship("S-A"); s.Lines[0].Short != 9 || w.bench.Shipment != "S-B" {
		t.Fatalf("line %+v, at %s", s.Lines[0], w.bench.Shipment)
	}
}

func TestABatchIsKeptAtSignOutAndComesBack(t *testing.T) {
	w := batching(t)
	times(3, func() { w.scan("MANGO") })
	w.want(w.card(CmdSignOut), Needs, MsgHandFull)
	w.scan("SLOT-1")
	w.want(w.scan("B-MEI"), ConfirmAgain, MsgAskBatchOver)
	if d := w.want(w.card(CmdSignOut), Needs, MsgAskSignOutAll); d.What.Args.N != len(w.bench.Batch.Members) || d.What.Args.Ref != "" {
		t.Fatalf("asks about %+v", d.What.Args)
	}
	w.want(w.card(CmdKeep), OK, MsgSignedOut)
	w.scan("B-MEI")
	w.want(w.card(CmdBatch), DoneAlready, MsgNoWork)
	w.want(w.scan("B-LI"), ConfirmAgain, MsgAskHandOver)
	w.wait(time.Second)
	w.scan("B-LI")
	w.want(w.card(CmdBatch), OK, MsgBatch)
	d := w.wantDo(w.want(w.scan("MANGO"), OK, MsgInHand), DoPutInto)
	if d.Do.Args.Code != "SLOT-1" || d.What.Args.Need != 7 {
		t.Fatalf("do %+v, what %+v", d.Do.Args, d.What.Args)
	}
	w.scan("SLOT-1")
	w.want(w.card(CmdQueue), OK, MsgBatchFreed)
	if w.ship("S-A").Owner != "" || w.ship("S-B").Batch != "" {
		t.Fatal("the batch is not free")
	}
}

func TestScenario6WorkIsOfferedMineFirstThenFreeAndNothingIsNoError(t *testing.T) {
	low, high := ship1("LOW", line("mango", 1, "L1")), ship1("HIGH", line("fig", 1, "L2"))
	high.Priority = 1
	held := ship1("HELD", line("fig", 1, "L2"))
	held.SetHold(Hold{Code: Backordered, Stops: true})
	w := newWorld(t, low, high, held)
	w.want(w.card(CmdBatch), OK, MsgBatch)
	if b := w.bench.Batch; len(b.Members) != 1 || b.Members[0].Shipment != "S-HIGH" {
		t.Fatalf("priorities are mixed: %+v", b.Members)
	}
	w.card(CmdSignOut)
	w.card(CmdKeep)
	w.want(w.scan("B-LI"), OK, MsgBatch) // mine comes back
	w.scan("FIG")
	w.want(w.scan("SLOT-1"), OrderDone, MsgBatchPicked)
	w.want(w.card(CmdBatch), OK, MsgBatch)
	w.scan("MANGO")
	w.scan("SLOT-2")
	w.want(w.card(CmdBatch), DoneAlready, MsgNoWork)
}

func dropping(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, ship1("A", line("mango", 1, "L1")), ship1("B", line("fig", 1, "L2")))
	w.env.Policy.Drops = []DropRule{{Place: "DOCK-A"}, {Place: "DOCK-B"}, {Place: "DOCK-C"}}
	w.card(CmdBatch)
	w.scan("MANGO")
	w.scan("SLOT-1")
	w.scan("FIG")
	w.wantDo(w.want(w.scan("SLOT-2"), OrderDone, MsgBatchPicked), DoScanTote)
	w.wantScreen(ScreenDrop)
	return w
}

func TestScenario40AnotherToteThanTheOneAskedForIsWrong(t *testing.T) {
	w := dropping(t)
	w.wantDo(w.want(w.scan("SLOT-2"), WrongItem, MsgToteOther), DoScanTote)
	w.want(w.scan("DOCK-A"), WrongItem, MsgToteOther)
	w.wantDo(w.want(w.scan("SLOT-1"), OK, MsgToteRight), DoScanLocation)
}

func TestScenario39AnotherPlaceIsAskedTwiceAndAForbiddenOneRefused(t *testing.T) {
	w := dropping(t)
	w.scan("SLOT-1")
	w.want(w.scan("DOCK-B"), ConfirmAgain, MsgOtherPlace)
	w.wait(time.Second)
	d := w.want(w.scan("DOCK-C"), ConfirmAgain, MsgOtherPlace)
	if d.What.Args.Location != "DOCK-C" {
		t.Fatalf("asks for %+v", d.What.Args)
	}
	w.want(w.scan("L1"), WrongKind, MsgLocationWrong)
	w.scan("DOCK-B")
	w.wait(time.Second)
	d = w.want(w.scan("DOCK-B"), OK, MsgDroppedAt)
	if e := d.Events[0]; e.Type != EventDropped || e.Place != "DOCK-B" || e.Shipment != "S-A" {
		t.Fatalf("event %+v", e)
	}
	w.scan("SLOT-2")
	w.want(w.scan("DOCK-A"), OrderDone, MsgDroppedAt)
	w.wantScreen(ScreenQueue)
}

func TestUndoInABatchWalksBackOverAllOrdersInExactOrder(t *testing.T) {
	w := batching(t)
	var was []string
	state := func() string { return progress(w.ship("S-A")) + progress(w.ship("S-B")) }
	done := func(do func()) {
		was = append(was, state())
		do()
	}
	done(func() { times(7, func() { w.scan("MANGO") }); w.want(w.scan("SLOT-1"), OK, MsgPut) })
	done(func() { times(3, func() { w.scan("MANGO") }); w.want(w.scan("SLOT-1"), LineDone, MsgPut) })
	done(func() { w.scan("FIG"); w.want(w.scan("SLOT-2"), OK, MsgPut) })
	done(func() { w.card(CmdShort); w.want(w.card(CmdYes), LineDone, MsgShorted) }) // the other fig of B
	done(func() { times(2, func() { w.scan("TEA") }); w.want(w.scan("SLOT-1"), LineDone, MsgSlotDone) })
	w.restart()
	for i := len(was) - 1; i >= 0; i-- {
		w.want(w.card(CmdUndo), OK, MsgUndone)
		if got := state(); got != was[i] {
			t.Fatalf("after UNDO %d:\n got %s\nwant %s", len(was)-i, got, was[i])
		}
		w.restart()
	}
	w.want(w.card(CmdUndo), WrongKind, MsgNothingToUndo)
	if w.bench.Shipment != "S-A" || w.bench.Focus != 1 {
		t.Fatalf("at %s line %d", w.bench.Shipment, w.bench.Focus)
	}
}

func TestUndoOfAShortageTakesItBackForEveryOrderOfTheBatch(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 2, "L1"), line("fig", 1, "L2")), ship1("B", line("mango", 3, "L1")), ship1("C", line("mango", 1, "L1"), line("tea", 1, "L3")))
	w.card(CmdBatch)
	w.scan("MANGO")
	w.scan("SLOT-1")
	before := w.snapshot()
	w.want(w.card(CmdShort), ConfirmAgain, MsgAskShortAll)
	w.want(w.card(CmdYes), LineDone, MsgShortedAll)
	if w.ship("S-B").Lines[0].Short != 3 || w.ship("S-C").Lines[0].Short != 1 {
		t.Fatal("not short")
	}
	w.want(w.card(CmdUndo), OK, MsgUndone)
	for i, s := range w.snapshot() {
		if s != before[i] {
			t.Fatalf("UNDO leaves\n%s\nwas\n%s", s, before[i])
		}
	}
	w.want(w.card(CmdUndo), OK, MsgUndone)
	w.wantPicked("S-A", 0, 0)
}

func TestUndoReachesBackFromTheTotesThatAreBroughtAway(t *testing.T) {
	w := dropping(t)
	w.want(w.card(CmdUndo), OK, MsgUndone)
	w.wantScreen(ScreenBatch)
	w.wantPicked("S-B", 0)
	w.scan("FIG")
	w.want(w.scan("SLOT-2"), OrderDone, MsgBatchPicked)
	w.scan("SLOT-1")
	w.want(w.card(CmdUndo), WrongKind, MsgNothingToUndo) // one of them is on its way
}

func TestUndoInABatchLeavesWhatAnOrderHasThatLeftIt(t *testing.T) {
	w := batching(t)
	times(10, func() { w.scan("MANGO") })
	w.scan("SLOT-1")
	w.scan("FIG")
	w.scan("SLOT-2")
	w.change("S-B", func(s *Shipment) { s.Cancelled = true })
	w.scan("FIG")
	w.want(w.card(CmdUndo), OK, MsgUndone)
	w.wantPicked("S-A", 0, 0)
	w.wantPicked("S-B", 1, 0)
}
