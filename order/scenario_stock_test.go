package order

import (
	"testing"
	"time"
)

func stockTask(kind TaskKind, lines ...TaskLine) *Task {
	k := &Task{ID: "T1", Kind: kind, Ref: "T-1", At: time.Date(2026, 5, 19, 0, 0, 0, 0, time.UTC)}
	for _, l := range lines {
		k.Add(l)
	}
	return k
}

// goods is a line of a stock task; a case of 12 is "<SKU>-12".
func goods(sku SKU, qty int, from, to LocationID) TaskLine {
	l := line(sku, qty, from)
	return TaskLine{SKU: sku, Name: l.Name, Codes: l.Codes, Qty: qty, From: from, To: to}
}

func TestAMoveLeavesOnePlaceAndEndsAtAnother(t *testing.T) {
	w := atReturns(t, stockTask(TaskMove, goods("mango", 14, "R1", "L1"), goods("fig", 1, "R1", "L2")))
	w.places = []LocationID{"R1", "L1", "L2", "L9"}
	w.wantDo(w.want(w.scan("T-1"), OK, MsgTaskOpened), DoScanLocation)
	w.want(w.scan("MANGO"), Needs, MsgNeedLocation)
	w.want(w.scan("L1"), WrongKind, MsgLocationWrong)
	w.wantDo(w.want(w.scan("R1"), OK, MsgLocation), DoTakeUnits)
	d := w.wantDo(w.want(w.scan("MANGO-12"), OK, MsgInHand), DoBringUnits)
	if a := d.Do.Args; a.N != 12 || a.Need != 2 {
		t.Fatalf("bring %d, %d more to take; of 14", a.N, a.Need)
	}
	w.want(w.scan("MANGO-3"), OverQty, MsgTooMany)
	w.want(w.scan("FIG"), WrongItem, MsgHandFull) // one kind at a time in the hand
	w.wantBack("T1", 0, 0)
	d = w.wantDo(w.want(w.scan("L1"), OK, MsgMoved), DoTakeUnits)
	if a := d.What.Args; a.N != 12 || a.Need != 2 {
		t.Fatalf("%d moved, %d to go; of 14", a.N, a.Need)
	}
	w.wantBack("T1", 12, 0)
	times(2, func() { w.want(w.scan("MANGO"), OK, MsgInHand) })
	w.want(w.card(CmdUndo), OK, MsgUndone) // out of the hand
	w.want(w.scan("L1"), OK, MsgMoved)
	w.want(w.card(CmdUndo), OK, MsgUndone) // and what was put
	w.wantBack("T1", 12, 0)
	w.scan("MANGO")
	w.scan("MANGO")
	w.want(w.scan("L1"), LineDone, MsgMoved)
	w.want(w.scan("FIG"), OK, MsgInHand)
	w.want(w.scan("L2"), OrderDone, MsgMoved)
	w.wantScreen(ScreenTasks)
	if !w.task("T1").Done {
		t.Fatal("not done")
	}
}

func TestAnotherPlaceThanTheTaskSaysIsConfirmedByTheSameScan(t *testing.T) {
	w := atReturns(t, stockTask(TaskReplenish, goods("mango", 1, "R1", "L1")))
	w.places = []LocationID{"R1", "L1", "L9"}
	w.scan("R1") // the place opens the task, too
	w.wantScreen(ScreenStock)
	w.scan("MANGO")
	w.want(w.scan("L9"), ConfirmAgain, MsgPutElsewhere)
	w.want(w.card(CmdYes), ConfirmAgain, MsgPutElsewhere)
	w.wait(time.Second)
	w.want(w.scan("L9"), OrderDone, MsgMoved)
	e := w.events[len(w.events)-2]
	if e.Type != EventMoved || e.Place != "L9" {
		t.Fatalf("event %+v", e)
	}
}

func TestGoodsThatAreNotThereAreSaidAndNeverSilent(t *testing.T) {
	w := atReturns(t, stockTask(TaskMove, goods("mango", 5, "R1", "L1")))
	w.scan("R1")
	times(3, func() { w.scan("MANGO") })
	w.want(w.card(CmdShort), WrongKind, MsgNotNow) // first what is in the hand
	w.scan("L1")
	w.wantDo(w.want(w.card(CmdShort), ConfirmAgain, MsgAskShort), DoScanYes)
	w.want(w.card(CmdYes), OrderDone, MsgShorted)
	l := w.task("T1").Lines[0]
	if l.N != 3 || l.Short != 2 || !w.task("T1").Done {
		t.Fatalf("line %+v", l)
	}
}

func TestACountThatFitsNeedsOneYes(t *testing.T) {
	w := atReturns(t, stockTask(TaskCount, goods("mango", 13, "L1", "")))
	w.scan("L1")
	w.want(w.scan("MANGO-12"), OK, MsgCountedSoFar)
	w.restart() // counts survive
	w.want(w.scan("MANGO"), OK, MsgCountedSoFar)
	w.want(w.card(CmdYes), OrderDone, MsgCounted)
	e := w.events[len(w.events)-2]
	if e.Type != EventCounted || e.Qty != 13 || e.Expect != 13 || e.Place != "L1" {
		t.Fatalf("event %+v", e)
	}
}

func TestACountThatDiffersIsAskedAboutAndRecordedWithBothNumbers(t *testing.T) {
	w := atReturns(t, stockTask(TaskCount, goods("mango", 5, "L1", ""), goods("fig", 0, "L1", "")))
	w.scan("L1")
	times(4, func() { w.scan("MANGO") })
	d := w.wantDo(w.want(w.card(CmdYes), ConfirmAgain, MsgCountDiffers), DoCountAgain)
	if d.What.Args.Need != 0 {
		t.Fatalf("the count is not blind: %+v", d.What.Args)
	}
	w.want(w.card(CmdNo), OK, MsgDropped) // once more from nothing
	times(6, func() { w.scan("MANGO") })
	w.want(w.card(CmdYes), ConfirmAgain, MsgCountDiffers)
	w.want(w.scan("MANGO"), OK, MsgCountedSoFar) // one more was found: the question is gone
	w.want(w.card(CmdYes), ConfirmAgain, MsgCountDiffers)
	w.want(w.card(CmdYes), LineDone, MsgCounted)
	e := w.events[len(w.events)-1]
	if e.Type != EventCounted || e.Qty != 7 || e.Expect != 5 {
		t.Fatalf("event %+v", e)
	}
	w.want(w.card(CmdYes), OrderDone, MsgCounted) // nothing of the figs, as stock says
}

func TestUndoTakesTheLastScanOutOfTheHand(t *testing.T) {
	for _, kind := range []TaskKind{TaskMove, TaskCount} {
		w := atReturns(t, stockTask(kind, goods("mango", 30, "R1", "L1")))
		w.scan("R1")
		w.scan("MANGO")
		w.scan("MANGO-12")
		w.restart()
		w.want(w.card(CmdUndo), OK, MsgUndone) // a case was one scan
		if e := w.events[len(w.events)-1]; e.Qty != -12 || w.bench.Task.Units != 1 {
			t.Fatalf("%s: %d units went, %d are left", kind, e.Qty, w.bench.Task.Units)
		}
		w.want(w.card(CmdUndo), OK, MsgUndone)
		w.want(w.card(CmdUndo), WrongKind, MsgNothingToUndo)
	}
}

// Two counts of one place, and a move from it: no label at the shelf names a task.
func TestOfSeveralStockTasksAboutTheSameGoodsTheFirstIsDoneFirst(t *testing.T) {
	count := func(id TaskID, sku SKU) *Task {
		k := stockTask(TaskCount, goods(sku, 5, "R1", ""))
		k.ID, k.Ref = id, string(id)
		return k
	}
	a, b, fig := count("C1", "mango"), count("C2", "mango"), count("C3", "fig")
	a.Owner = "mei"
	w := atReturns(t, a, b, fig)
	w.places = []LocationID{"R1"}
	w.wantDo(w.want(w.scan("R1"), Ambiguous, MsgSeveralTasks), DoScanGoods)
	w.want(w.scan("MANGO"), OK, MsgTaskOpened)
	if w.bench.Task.ID != "C2" {
		t.Fatalf("opens %s; C1 is Mei's", w.bench.Task.ID)
	}
	w.card(CmdTasks)
	w.task("C3").Done = true
	w.want(w.scan("R1"), OK, MsgTaskOpened)
}

func TestGoodsInTheHandAreNeverBookedAsThoseOfAnotherLine(t *testing.T) {
	held := func() *world {
		w := atReturns(t, stockTask(TaskMove, goods("mango", 2, "R1", "L1"), goods("fig", 1, "R1", "L2")))
		w.places = []LocationID{"R1", "L1", "L2"}
		w.scan("R1")
		w.scan("MANGO")
		w.task("T1").Lines[0].N = 2 // another bench moved them all
		return w
	}
	w := held()
	w.wantDo(w.want(w.scan("L2"), OverQty, MsgTooMany), DoPutBack)
	w.want(w.scan("L1"), OverQty, MsgTooMany)
	w.want(w.card(CmdUndo), OK, MsgUndone)
	if e := w.events[len(w.events)-1]; e.Line != 1 || e.Qty != -1 {
		t.Fatalf("event %+v", e)
	}
	w = held()
	w.want(w.scan("R1"), OK, MsgLaidBack)
	if e := w.events[len(w.events)-1]; e.Type != EventInHand || e.Line != 1 || e.Qty != -1 || w.bench.Task.Units != 0 {
		t.Fatalf("event %+v, bench %+v", e, w.bench.Task)
	}
	w = held()
	w.task("T1").Lines[0].N = 0
	w.want(w.scan("L2"), ConfirmAgain, MsgPutElsewhere)
	w.task("T1").Lines[0].N = 2 // while the question stood
	w.wait(time.Second)
	w.want(w.scan("L2"), OverQty, MsgTooMany)
	w = held()
	w.task("T1").Lines[1].N = 1 // and the figs
	w.want(w.card(CmdUndo), OK, MsgUndone)
	w = held()
	w.task("T1").Lines = w.task("T1").Lines[1:] // the line is no part of the plan any more
	w.want(w.scan("L2"), WrongKind, MsgLocationWrong)
	if e := w.events[len(w.events)-1]; e.Type != EventInHand || e.Line != 1 || e.Qty != -1 || w.bench.Task.Units != 0 {
		t.Fatalf("event %+v, bench %+v", e, w.bench.Task)
	}
}

func lotGoods(sku SKU, qty int, from, to LocationID) TaskLine {
	l := goods(sku, qty, from, to)
	l.Track.Lot = true
	return l
}

func TestACountOfGoodsThatHaveLotsSaysHowManyThereAreOfEach(t *testing.T) {
	w := atReturns(t, stockTask(TaskCount, lotGoods("milk", 5, "L1", ""), goods("fig", 0, "L1", "")))
	w.scan("L1")
	w.wantDo(w.want(w.scan("MILK"), Needs, MsgNeedLot), DoScanLot)
	w.wantDo(w.want(w.scan("张三"), Unknown, MsgUnknownCode), DoScanLot)
	w.wantDo(w.want(w.card(CmdYes), Needs, MsgNeedLot), DoScanLot)
	w.restart()
	w.wantDo(w.want(w.scan("LOT1"), OK, MsgCountedSoFar), DoCountOn)
	w.want(w.read(Reading{Key: "MILK", Lot: "LOT2"}), OK, MsgCountedSoFar)
	w.scan("MILK-12")
	w.want(w.scan("LOT1"), OK, MsgCountedSoFar)
	w.want(w.card(CmdUndo), OK, MsgUndone)
	if e := w.events[len(w.events)-1]; e.Qty != -12 || e.Lot != "LOT1" {
		t.Fatalf("event %+v", e)
	}
	w.card(CmdYes)
	w.want(w.card(CmdYes), LineDone, MsgCounted)
	e := w.events[len(w.events)-1]
	if e.Qty != 2 || len(e.Lots) != 2 || e.Lots[0] != (LotQty{"LOT1", 1}) || e.Lots[1] != (LotQty{"LOT2", 1}) {
		t.Fatalf("event %+v", e)
	}
	if l := w.task("T1").Lines[0]; !l.Counted || len(l.Goods) != 2 || l.Goods[1] != (Judged{Qty: 1, Lot: "LOT2"}) {
		t.Fatalf("line %+v", l)
	}
	w.want(w.card(CmdUndo), OK, MsgUndone)
	if l := w.task("T1").Lines[0]; l.Counted || l.Goods != nil {
		t.Fatalf("line %+v", l)
	}
}

func TestACountOfOneLotTakesThatLotAlone(t *testing.T) {
	l := lotGoods("milk", 0, "L1", "")
	l.Lot = "LOT1"
	w := atReturns(t, stockTask(TaskCount, l))
	w.scan("L1")
	w.want(w.scan("MILK"), Needs, MsgNeedLot)
	w.want(w.scan("LOT2"), WrongItem, MsgOtherLot)
	if w.bench.Pending != nil {
		t.Fatal("a unit of another lot waits for its lot")
	}
	w.want(w.read(Reading{Key: "MILK", Lot: "LOT1"}), OK, MsgCountedSoFar)
	w.card(CmdYes)
	w.want(w.card(CmdYes), OrderDone, MsgCounted)
	if e := w.events[len(w.events)-2]; e.Type != EventCounted || e.Lot != "LOT1" || e.Qty != 1 {
		t.Fatalf("event %+v", e)
	}
}

func TestAMoveOfOneLotAsksForIt(t *testing.T) {
	l := lotGoods("milk", 2, "R1", "L1")
	l.Lot = "LOT1"
	w := atReturns(t, stockTask(TaskMove, l))
	w.scan("R1")
	w.wantDo(w.want(w.scan("MILK"), Needs, MsgNeedLot), DoScanLot)
	w.want(w.scan("LOT1"), OK, MsgInHand)
	w.want(w.read(Reading{Key: "MILK", Lot: "LOT2"}), WrongItem, MsgOtherLot)
	w.want(w.scan("L1"), OK, MsgMoved)
}
