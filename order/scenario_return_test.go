package order

import (
	"testing"
	"time"
)

// sentBack is a return of order A, of which these goods were sent.
func sentBack(lines ...Line) *Task {
	k := &Task{ID: "R1", Kind: TaskReturn, Ref: "RET-1", Order: "A", Codes: []string{"SF-BACK-1", "SF-A-1"}, State: "awaiting_return",
		At: time.Date(2026, 5, 19, 0, 0, 0, 0, time.UTC)}
	for _, l := range lines {
		k.Add(TaskLine{SKU: l.SKU, Name: l.Name, Codes: l.Codes, Qty: l.Qty, Announced: l.Qty, To: l.Location, Track: l.Track})
	}
	return k
}

// box10 is a box of ten of a SKU.
func box10(l *Line) {
	l.Codes = append(l.Codes, ItemCode{Key: CodeKey(string(l.SKU)) + "-10", Mult: 10})
}

// atReturns is a world whose tasks are on the screen.
func atReturns(t tb, tasks ...*Task) *world {
	t.Helper()
	w := newWorld(t)
	w.tasks = tasks
	w.want(w.card(CmdTasks), OK, MsgInTasks)
	return w
}

func (w *world) wantBack(id TaskID, want ...int) {
	w.Helper()
	for i, n := range want {
		if got := w.task(id).Lines[i].N; got != n {
			w.Fatalf("line %d of %s: %d came back, want %d", i+1, id, got, n)
		}
	}
}

func TestScenario46NoMoreComesBackThanWasSent(t *testing.T) {
	w := atReturns(t, sentBack(line("mango", 20, "L1", box10), line("fig", 1, "L2")))
	w.wantDo(w.want(w.scan("SF-BACK-1"), OK, MsgTaskOpened), DoScanReturned)
	w.wantScreen(ScreenReturn)
	w.want(w.scan("MANGO"), OK, MsgReturnedUnit)
	w.want(w.scan("MANGO-10"), OK, MsgReturnedUnit)
	d := w.wantDo(w.want(w.scan("MANGO-10"), OverQty, MsgReturnTooMany), DoScanSingly)
	if d.What.Args.N != 10 || d.What.Args.Need != 9 {
		t.Fatalf("says %+v", d.What.Args)
	}
	w.wantBack("R1", 11, 0)
	w.want(w.scan("FIG"), OK, MsgReturnedUnit)
	w.want(w.scan("FIG"), DoneAlready, MsgReturnedAll)
	w.wantBack("R1", 11, 1)
}

func TestScenario46AnOrderThatWasNeverShippedDoesNotComeBack(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 2, "L1")))
	none := sentBack()
	none.Order, none.Codes = "B", []string{"SF-BACK-2"}
	w.tasks = []*Task{none}
	w.card(CmdTasks)
	w.wantDo(w.want(w.scan("A"), Blocked, MsgNeverShipped), DoToQueue)
	w.want(w.scan("SF-A-1"), Blocked, MsgNeverShipped)
	w.want(w.scan("SF-BACK-2"), Blocked, MsgNeverShipped)
	w.wantScreen(ScreenTasks)
}

func TestReturnedGoodsAreJudgedBeforeTheReturnEnds(t *testing.T) {
	w := atReturns(t, sentBack(line("mango", 3, "L1")))
	w.scan("RET-1")
	if w.task("R1").State != "awaiting_return" {
		t.Fatal("the return is received before any goods are")
	}
	w.wantDo(w.want(w.scan("MANGO"), OK, MsgReturnedUnit), DoGrade)
	if w.task("R1").State != "inspecting" {
		t.Fatalf("state %s with goods here", w.task("R1").State)
	}
	w.want(w.card(CmdYes), Needs, MsgUngraded)
	w.want(w.card(CmdScrap), WrongKind, MsgGradeFirst)
	d := w.want(w.card(CmdGradeA), LineDone, MsgGraded)
	if d.What.Args.Reason != string(FateRestock) || d.What.Args.Location != "L1" {
		t.Fatalf("says %+v", d.What.Args)
	}
	w.want(w.card(CmdGradeB), WrongKind, MsgNothingToGrade)
	w.scan("MANGO")
	w.want(w.card(CmdGradeB), LineDone, MsgGraded)
	w.want(w.card(CmdScrap), LineDone, MsgGraded)
	w.want(w.key(CmdYes), WrongKind, MsgNoQuestion) // never a key
	w.want(w.card(CmdYes), OrderDone, MsgReturnDiffers)
	w.wantScreen(ScreenTasks)
	got := w.task("R1").Lines[0].Goods
	want := []Judged{{Qty: 1, Grade: "A", Fate: FateRestock}, {Qty: 1, Grade: "B", Fate: FateScrap}}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Fatalf("goods %+v, want %+v", got, want)
	}
	w.want(w.scan("RET-1"), DoneAlready, MsgTaskOver)
}

func TestUndoTakesBackGradeAndUnitExactly(t *testing.T) {
	w := atReturns(t, sentBack(line("mango", 3, "L1"), line("fig", 1, "L2", bySerial)))
	w.scan("RET-1")
	w.scan("MANGO")
	w.card(CmdGradeA)
	w.scan("MANGO")
	w.card(CmdGradeC)
	w.card(CmdHold)
	w.scan("PS:PHOTO-IMG0042")
	w.scan("FIG")
	w.scan("SN1")
	w.want(w.scan("FIG"), DoneAlready, MsgReturnedAll)
	steps := len(w.task("R1").Steps)
	for range steps {
		w.restart()
		w.want(w.card(CmdUndo), OK, MsgUndone)
	}
	w.want(w.card(CmdUndo), WrongKind, MsgNothingToUndo)
	w.wantBack("R1", 0, 0)
	for _, l := range w.task("R1").Lines {
		if len(l.Goods) > 0 || len(l.Photos) > 0 {
			t.Fatalf("left over: %+v", l)
		}
	}
}

func TestScenario47AReturnedUnitLacksNothingThatIsTracked(t *testing.T) {
	w := atReturns(t, sentBack(line("milk", 2, "L1", byLot, byExpiry)))
	w.scan("RET-1")
	w.wantDo(w.want(w.scan("MILK"), Needs, MsgNeedLot), DoScanLot)
	w.wantBack("R1", 0)
	w.want(w.card(CmdYes), WrongKind, MsgNothingReturned)
	w.scan("MILK")
	w.wantDo(w.want(w.scan("LOT1"), Needs, MsgNeedExpiry), DoScanExpiry)
	w.want(w.scan("2026-12-31"), OK, MsgReturnedUnit)
	w.want(w.read(Reading{Key: "MILK", Lot: "LOT2", Expiry: "2026-12-31"}), OK, MsgReturnedUnit)
	w.wantBack("R1", 2)
	if g := w.task("R1").Lines[0].Goods; len(g) != 2 || g[0].Lot != "LOT1" || g[1].Lot != "LOT2" {
		t.Fatalf("goods %+v", g)
	}
}

func TestAPhotoIsWantedWhereTheWarehouseSaysSo(t *testing.T) {
	w := atReturns(t, sentBack(line("mango", 3, "L1")))
	w.env.Policy.Returns = ReturnPolicy{Grades: []GradeRule{{Grade: "A", Fate: FateRestock}, {Grade: "C", Fate: FateScrap, Photo: true, Place: "BIN"}}}
	w.scan("RET-1")
	w.want(w.scan("PS:PHOTO-1"), WrongKind, MsgPhotoOfWhat)
	d := w.wantDo(w.scan("MANGO"), DoGrade)
	if d.Do.Args.Code != "A / C" {
		t.Fatalf("asks for the grades %q", d.Do.Args.Code)
	}
	d = w.want(w.card(CmdGradeB), WrongKind, MsgNoGrade)
	if d.What.Args.Ref != "A / C" || d.Do.Code != DoGrade {
		t.Fatalf("the refusal says %+v, then %s", d.What.Args, d.Do.Code)
	}
	d = w.wantDo(w.want(w.card(CmdGradeC), LineDone, MsgGraded), DoPhoto)
	if d.What.Args.Location != "BIN" {
		t.Fatalf("says %+v", d.What.Args)
	}
	w.want(w.card(CmdYes), Needs, MsgNoPhoto)
	w.want(w.scan("ps:photo-IMG_7"), OK, MsgPhoto)
	w.want(w.card(CmdYes), OrderDone, MsgReturnDiffers)
	if p := w.task("R1").Lines[0].Photos; len(p) != 1 || p[0] != "IMG_7" {
		t.Fatalf("photos %q", p)
	}
}

func TestEachUnitOfAPhotographedGradeWantsItsOwnPhoto(t *testing.T) {
	w := atReturns(t, sentBack(line("mango", 3, "L1"), line("fig", 1, "L2")))
	w.env.Policy.Returns = ReturnPolicy{Grades: []GradeRule{{Grade: "A", Fate: FateRestock}, {Grade: "C", Fate: FateScrap, Photo: true}}}
	w.scan("RET-1")
	w.scan("MANGO")
	w.scan("MANGO")
	d := w.wantDo(w.want(w.card(CmdGradeC), LineDone, MsgGraded), DoPhoto)
	if d.Do.Args.N != 2 {
		t.Fatalf("asks for %d photos of 2 units", d.Do.Args.N)
	}
	w.want(w.scan("FIG"), OK, MsgReturnedUnit) // the photo waits while more is counted
	d = w.wantDo(w.want(w.card(CmdGradeA), LineDone, MsgGraded), DoPhoto)
	if d.Do.Args.SKU != "mango" || d.Do.Args.N != 2 {
		t.Fatalf("asks for a photo of %+v", d.Do.Args)
	}
	w.wantDo(w.want(w.scan("PS:PHOTO-1"), OK, MsgPhoto), DoPhoto)
	w.want(w.scan("PS:PHOTO-1"), DoneAlready, MsgPhotoTwice)
	d = w.wantDo(w.want(w.card(CmdYes), Needs, MsgNoPhoto), DoPhoto)
	if d.What.Args.N != 1 || d.What.Args.Need != 2 || d.Do.Args.N != 1 {
		t.Fatalf("says %+v, then %+v", d.What.Args, d.Do.Args)
	}
	w.wantDo(w.want(w.scan("PS:PHOTO-2"), OK, MsgPhoto), DoCloseReturn)
	if p := w.task("R1").Lines; len(p[0].Photos) != 2 || len(p[1].Photos) != 0 {
		t.Fatalf("photos %q and %q", p[0].Photos, p[1].Photos)
	}
	w.want(w.card(CmdUndo), OK, MsgUndone)
	w.want(w.card(CmdYes), Needs, MsgNoPhoto)
	w.scan("PS:PHOTO-2")
	w.want(w.card(CmdYes), OrderDone, MsgReturnDiffers)
}

func TestAReturnIsFoundByItsGoodsAndSeveralAreAsked(t *testing.T) {
	a, b := sentBack(line("mango", 3, "L1")), sentBack(line("mango", 1, "L1"), line("fig", 1, "L2"))
	b.ID, b.Ref, b.Order, b.Codes = "R2", "RET-2", "B", []string{"SF-BACK-2"}
	w := atReturns(t, a, b)
	w.wantDo(w.want(w.scan("MANGO"), Ambiguous, MsgSeveralTasks), DoNarrowTask)
	w.want(w.scan("FIG"), OK, MsgTaskOpened)
	w.want(w.scan("SF-BACK-1"), OtherOrder, MsgOtherTask)
	w.want(w.scan("RET-2"), DoneAlready, MsgTaskHere)
	w.want(w.card(CmdTasks), OK, MsgTaskReleased)
	w.want(w.scan("A"), OK, MsgTaskOpened) // by the order's own number
}

func TestAReturnTheShopHasNotAgreedToIsSetAside(t *testing.T) {
	k := sentBack(line("mango", 3, "L1"))
	k.State = ReturnsFlow().Initial
	w := atReturns(t, k)
	w.wantDo(w.want(w.scan("RET-1"), Blocked, MsgReturnNotAgreed), DoSetAside)
}

func TestGoodsOfAnOtherOrderAreNotOfTheReturn(t *testing.T) {
	w := newWorld(t, ship1("B", line("fig", 1, "L2")))
	w.products = []Product{{SKU: "durian", Codes: []ItemCode{{Key: "DURIAN"}}}}
	w.tasks = []*Task{sentBack(line("mango", 3, "L1"))}
	w.card(CmdTasks)
	w.scan("RET-1")
	w.want(w.scan("DURIAN"), WrongItem, MsgNotOfReturn)
	w.want(w.scan("FIG"), WrongItem, MsgNotOfReturn)
	w.want(w.scan("TOTE-B"), OtherOrder, MsgIsOther)
	w.want(w.scan("NONSENSE"), Unknown, MsgUnknownCode)
	w.wantBack("R1", 0)
}

func TestSomebodyElsesTaskIsTakenOverByTheSameScan(t *testing.T) {
	w := atReturns(t, sentBack(line("mango", 3, "L1")))
	w.scan("RET-1")
	w.scan("MANGO")
	w.task("R1").Owner = "mei"
	w.bench.Task, w.bench.Screen = TaskBench{}, ScreenTasks
	w.want(w.scan("RET-1"), Taken, MsgTaskTaken)
	w.wait(time.Second)
	w.want(w.scan("RET-1"), OK, MsgTaskOpened)
	w.wantBack("R1", 1)
	if w.task("R1").Owner != "li" {
		t.Fatalf("owner %s", w.task("R1").Owner)
	}
}

func TestAnUnannouncedReturnIsMadeOfTheShipmentThatLeft(t *testing.T) {
	s := ship1("A", line("mango", 2, "L1"))
	s.Lines[0].Picked, s.State = 2, "dispatched"
	s.Parcels[0].Labelled, s.Parcels[0].Dispatched = true, true
	w := newWorld(t, s)
	w.card(CmdTasks)
	w.want(w.scan("SF-A-1"), OK, MsgTaskOpened)
	w.want(w.scan("MANGO-3"), OverQty, MsgReturnTooMany)
	w.want(w.scan("MANGO"), OK, MsgReturnedUnit)
	w.card(CmdGradeA)
	w.want(w.card(CmdYes), OrderDone, MsgReturnClosed)
	if k := w.task("U-S-A"); k == nil || !k.Done || k.State != "inspecting" {
		t.Fatalf("task %+v", k)
	}
	w.want(w.scan("SF-A-1"), DoneAlready, MsgTaskOver)
}

func TestReturnsAreForThoseWhoTakeThem(t *testing.T) {
	w := atReturns(t, sentBack(line("mango", 3, "L1")))
	w.env.Policy.StrictRoles = true
	w.want(w.scan("RET-1"), Blocked, MsgNotYourRole)
	w.bench.Roles = []Role{RoleReturns}
	w.want(w.scan("RET-1"), OK, MsgTaskOpened)
	w.want(w.card(CmdSignOut), OK, MsgSignedOut)
	if w.task("R1").Owner != "" {
		t.Fatal("the task is still owned")
	}
}

func TestATaskThatTheCentreEndedLeavesTheBench(t *testing.T) {
	w := atReturns(t, sentBack(line("mango", 3, "L1")))
	w.scan("RET-1")
	w.task("R1").Gone = "cancelled"
	w.want(w.scan("MANGO"), Unknown, MsgUnknownCode)
	w.wantScreen(ScreenTasks)
}

func TestScenario4TheCodeOfAReturnIsSaidAtOtherWorkAndOpensItFromTheQueue(t *testing.T) {
	w := newWorld(t, ship1("B", line("fig", 1, "L2")))
	w.tasks = []*Task{sentBack(line("mango", 3, "L1"))}
	w.scan("B")
	d := w.wantDo(w.want(w.scan("SF-BACK-1"), OtherOrder, MsgOtherTask), DoFinishFirst)
	if d.What.Args.Ref != "RET-1" || d.What.Args.Reason != string(TaskReturn) {
		t.Fatalf("says %+v", d.What.Args)
	}
	w.want(w.card(CmdRelease), OK, MsgReleased)
	w.want(w.scan("SF-BACK-1"), OK, MsgTaskOpened)
	w.wantScreen(ScreenReturn)
	w.want(w.card(CmdQueue), OK, MsgInQueue)
	w.want(w.scan("MANGO"), Unknown, MsgUnknownCode) // goods alone open no return at the queue
}
