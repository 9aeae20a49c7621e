package localdb

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pickstation/order"
	"pickstation/sync/wire"
)

func testTask(id string) order.Task {
	t := order.Task{ID: order.TaskID(id), Kind: order.TaskReturn, Ref: "RET-" + id, Order: "4711", Codes: []string{"SF-" + id}, State: "awaiting_return", At: testTime}
	t.Add(order.TaskLine{SKU: "MANGO", Codes: []order.ItemCode{{Key: "MANGO"}}, Qty: 20, To: "A-01"})
	return t
}

func taskRow(t testing.TB, fs int64, k order.Task, marks ...wire.Mark) wire.FeedRow {
	return rowOf(t, fs, wire.RowTask, string(k.ID), wire.Task{Task: k, Marks: marks})
}

// happens appends an event of a task and folds it, as the loop does.
func happens(t testing.TB, db *DB, e order.Event) order.Event {
	t.Helper()
	inTx(t, db, func(tx *Tx) error {
		if err := tx.Append(&e); err != nil {
			return err
		}
		k, err := db.Task(e.Task)
		if err != nil {
			return err
		}
		order.ApplyTask(k, &e)
		return tx.PutTask(k)
	})
	return e
}

func mustTask(t testing.TB, db *DB, id order.TaskID) *order.Task {
	t.Helper()
	k, err := db.Task(id)
	if err != nil || k == nil {
		t.Fatalf("task %s: %v, %v", id, k, err)
	}
	return k
}

// What a task that was read is used for must not show in the next one that is read.
func TestATaskIsReadAsItIsStoredWhoeverHasReadItBefore(t *testing.T) {
	db, _ := openNew(t)
	apply(t, db, 2, taskRow(t, 1, testTask("R1")), taskRow(t, 2, testTask("R2")))
	first := mustTask(t, db, "R1")
	before := mustTask(t, db, "R1")
	first.Lines[0].N, first.Lines[0].Goods, first.State = 7, []order.Judged{{Qty: 7}}, "closed"
	if diff := cmp.Diff(before, mustTask(t, db, "R1")); diff != "" {
		t.Error(diff)
	}
	if id := mustTask(t, db, "R2").ID; id != "R2" {
		t.Error(id)
	}
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if err := tx.PutTask(first); err != nil {
		t.Fatal(err)
	}
	if n := mustTask(t, db, "R1").Lines[0].N; n != 7 {
		t.Errorf("%d units, after the write", n)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, mustTask(t, db, "R1")); diff != "" {
		t.Error("after it was taken back:", diff)
	}
}

func TestATaskIsFoundByItsNumbersAndGoodsUntilItIsOver(t *testing.T) {
	db, _ := openNew(t)
	asked := testTask("R2")
	asked.State = "return_requested"
	apply(t, db, 2, taskRow(t, 1, testTask("R1")), taskRow(t, 2, asked))
	for key, want := range map[string][]order.TaskRef{
		"SF-R1": {{ID: "R1", Direct: true}}, "4711": {{ID: "R1", Direct: true}, {ID: "R2", Direct: true}}, "RET-R2": {{ID: "R2", Direct: true}},
		"MANGO": {{ID: "R1"}}, "NONE": nil,
	} {
		got, err := db.Tasks(key, 20)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", key, err, diff)
		}
	}
	list, n, err := db.OpenTasks(10)
	if err != nil || n != 1 || len(list) != 1 || list[0].ID != "R1" {
		t.Fatalf("open tasks %+v of %d, %v", list, n, err)
	}
	happens(t, db, order.Event{Type: order.EventTaskDone, Task: "R1"})
	if got, err := db.Tasks("SF-R1", 20); err != nil || len(got) != 1 || !got[0].Over {
		t.Errorf("refs %+v, %v", got, err)
	}
	if got, _ := db.Tasks("MANGO", 20); len(got) != 0 {
		t.Errorf("its goods still lead to it: %+v", got)
	}
}

func TestOwnWorkOnATaskComesOnTopOfWhatTheCentreTells(t *testing.T) {
	db, _ := openNew(t)
	apply(t, db, 1, taskRow(t, 1, testTask("R1")))
	first := happens(t, db, order.Event{Type: order.EventTaken, Task: "R1", Line: 1, Qty: 2})
	happens(t, db, order.Event{Type: order.EventTaken, Task: "R1", Line: 1, Qty: 3})
	// The centre has heard of the first, and of five that another bench took.
	there := testTask("R1")
	there.Lines[0].N, there.Lines[0].Goods, there.State = 7, []order.Judged{{Qty: 7}}, "inspecting"
	logs := db.logs.cur()
	row := taskRow(t, 2, there, wire.Mark{Log: logs.ID, Seq: first.Seq, Hash: first.Hash})
	for range 2 {
		apply(t, db, 2, row)
		k := mustTask(t, db, "R1")
		if l := k.Lines[0]; l.N != 10 || len(l.Goods) != 1 || l.Goods[0].Qty != 10 {
			t.Fatalf("line %+v, want 10 units", l)
		}
		if len(k.Steps) != 2 {
			t.Fatalf("UNDO knows %d steps", len(k.Steps))
		}
	}
}

// Hundreds of tasks in one feed each get their own events, which are read once for all.
func TestManyTasksOfOneFeedKeepTheirOwnWork(t *testing.T) {
	const tasks = 300
	db, _ := openNew(t)
	rows := make([]wire.FeedRow, tasks)
	for i := range rows {
		rows[i] = taskRow(t, int64(i+1), testTask(fmt.Sprintf("R%d", i)))
	}
	apply(t, db, tasks, rows...)
	inTx(t, db, func(tx *Tx) error {
		for i := range tasks {
			for n := range i%4 + 1 {
				e := order.Event{Type: order.EventTaken, Task: order.TaskID(fmt.Sprintf("R%d", i)), Line: 1, Qty: n + 1}
				if err := tx.Append(&e); err != nil {
					return err
				}
			}
		}
		return nil
	})
	inTx(t, db, func(tx *Tx) error {
		_, err := tx.ApplyFeed(rows, tasks, 1)
		if err == nil && (tx.ofTasks == nil || len(tx.ofTasks.events) != tasks) {
			t.Errorf("read %+v", tx.ofTasks)
		}
		return err
	})
	for i := range tasks {
		n := i%4 + 1
		if got := mustTask(t, db, order.TaskID(fmt.Sprintf("R%d", i))).Lines[0].N; got != n*(n+1)/2 {
			t.Fatalf("task %d holds %d units, want %d", i, got, n*(n+1)/2)
		}
	}
}

// One transaction holds many messages of the loop: a scan may come between two parts of a feed.
func TestAScanBetweenTwoPartsOfAFeedStaysOnItsTask(t *testing.T) {
	db, _ := openNew(t)
	rows := []wire.FeedRow{taskRow(t, 1, testTask("R1")), taskRow(t, 2, testTask("R2"))}
	apply(t, db, 2, rows...)
	happens(t, db, order.Event{Type: order.EventTaken, Task: "R1", Line: 1, Qty: 1})
	inTx(t, db, func(tx *Tx) error {
		if _, err := tx.ApplyFeed(rows[:1], 1, 1); err != nil {
			return err
		}
		if err := tx.Append(&order.Event{Type: order.EventTaken, Task: "R2", Line: 1, Qty: 3}); err != nil {
			return err
		}
		_, err := tx.ApplyFeed(rows[1:], 2, 1)
		return err
	})
	if n := mustTask(t, db, "R2").Lines[0].N; n != 3 {
		t.Errorf("%d units are left of 3", n)
	}
}

// Where too much happened here since for it to be read again, a task keeps its progress.
func TestATaskBehindALongBacklogKeepsItsProgress(t *testing.T) {
	db, _ := openNew(t)
	own := testTask("R1")
	own.Owner, own.State = "li", "inspecting"
	own.Lines[0].N, own.Lines[0].Photos = 3, []string{"P1"}
	plan := testTask("R1")
	plan.Lines[0].Qty = 17
	inTx(t, db, func(tx *Tx) error { return tx.rebaseTask(&plan, &own, -1) })
	want := testTask("R1")
	want.Owner, want.State = "li", "inspecting"
	want.Lines[0].Qty, want.Lines[0].N, want.Lines[0].Photos = 17, 3, []string{"P1"}
	if d := cmp.Diff(want, plan); d != "" {
		t.Error(d)
	}
}

func TestATaskThatIsOverAtTheCentreEndsWhenTheFeedIsReadAgain(t *testing.T) {
	db, _ := openNew(t)
	apply(t, db, 2, taskRow(t, 1, testTask("R1")), taskRow(t, 2, testTask("R2")))
	inTx(t, db, func(tx *Tx) error { return tx.Repull(2) })
	apply(t, db, 1, taskRow(t, 1, testTask("R2")))
	e := happens(t, db, order.Event{Type: order.EventTaken, Task: "R1", Line: 1, Qty: 2})
	read := func() {
		inTx(t, db, func(tx *Tx) error {
			_, err := tx.FeedRead()
			return err
		})
	}
	read()
	if k := mustTask(t, db, "R1"); k.Closed() {
		t.Fatal("it ended before the centre heard what was done")
	}
	inTx(t, db, func(tx *Tx) error { return tx.Acked(db.logs.cur().ID, e.Seq, 0) })
	read()
	if !mustTask(t, db, "R1").Closed() || mustTask(t, db, "R2").Closed() {
		t.Fatal("not the one that is over has ended")
	}
	inTx(t, db, func(tx *Tx) error {
		_, err := tx.Purge(testTime.Add(time.Hour), 10)
		return err
	})
	if k, err := db.Task("R1"); k != nil || err != nil {
		t.Fatalf("not purged: %+v, %v", k, err)
	}
	mustTask(t, db, "R2")
}

func TestTasksThatNobodyCouldWorkOnAreParked(t *testing.T) {
	db, _ := openNew(t)
	twice, negative, unnamed := testTask("R1"), testTask("R2"), testTask("R3")
	twice.Lines = append(twice.Lines, twice.Lines[0])
	negative.Lines[0].Qty = -1
	unnamed.Kind = ""
	apply(t, db, 3, taskRow(t, 1, twice), taskRow(t, 2, negative), taskRow(t, 3, unnamed))
	parked, err := parkedRows(db.w, db.keyring, nil, 10)
	if err != nil || len(parked) != 3 {
		t.Fatalf("parked %+v, %v", parked, err)
	}
}

func FuzzTaskRow(f *testing.F) {
	f.Add(`{"task":{"id":"R1","kind":"return","lines":[{"no":1,"sku":"A","qty":3,"codes":[{"key":"A"}]}]},"marks":[{"log":"x","s":9}]}`)
	f.Add(`{"task":{"id":"R1","kind":"count","at":"2026-01-01T00:00:00Z","lines":[{"no":1,"goods":[{"qty":-1}]}],"steps":[{}]}}`)
	f.Add(`{"task":null}`)
	db, _ := openNew(f)
	f.Fuzz(func(t *testing.T, body string) {
		inTx(t, db, func(tx *Tx) error {
			_, err := tx.ApplyFeed([]wire.FeedRow{{FS: 1, Kind: wire.RowTask, ID: "R1", Body: []byte(body)}}, 1, 1)
			return err
		})
		if _, _, err := db.OpenTasks(100); err != nil {
			t.Fatal(err)
		}
	})
}

// TestATaskDoneTodayStaysThoughItIsOld was announced long before it came.
func TestATaskDoneTodayStaysThoughItIsOld(t *testing.T) {
	db, h := openNew(t)
	k := testTask("R1")
	k.At = h.wall.Add(-10 * 24 * time.Hour)
	apply(t, db, 1, taskRow(t, 1, k))
	happens(t, db, order.Event{Type: order.EventTaken, Task: "R1", Line: 1, Qty: 20, At: h.wall.UnixMilli()})
	happens(t, db, order.Event{Type: order.EventTaskDone, Task: "R1", At: h.wall.UnixMilli()})
	purge := func(before time.Time) {
		t.Helper()
		inTx(t, db, func(tx *Tx) error { _, err := tx.Purge(before, 500); return err })
	}
	here := func(want bool) {
		t.Helper()
		if k, err := db.Task("R1"); err != nil || (k != nil) != want {
			t.Errorf("here: %v, want %v: %v", k != nil, want, err)
		}
	}
	purge(h.wall.Add(time.Hour)) // the centre has not heard of it
	here(true)
	inTx(t, db, func(tx *Tx) error { return tx.Acked(db.Log(), db.LastSeq(), 0) })
	purge(h.wall.Add(-time.Hour)) // over since less than that
	here(true)
	inTx(t, db, func(tx *Tx) error { // unsent, and later
		return tx.Append(&order.Event{Type: order.EventNoted, At: h.wall.Add(2 * time.Hour).UnixMilli()})
	})
	purge(h.wall.Add(time.Hour))
	here(false)
	apply(t, db, 1, taskRow(t, 9, k)) // the centre does not show yet what it has got
	if k := mustTask(t, db, "R1"); !k.Closed() || k.Lines[0].N != 20 {
		t.Errorf("the return is open again, with %d taken", k.Lines[0].N)
	}
}
