package order

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Whatever is scanned at tasks: no more comes back than was sent, goods are judged as
// often as they are counted, UNDO leaves nothing, and the events alone give the task.
func TestTasksHoldWhateverIsScanned(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		w.places = []LocationID{"R1", "L1", "L9"}
		w.products = []Product{{SKU: "durian", Codes: []ItemCode{{Key: "DURIAN"}}}}
		fresh := func() []*Task {
			back := sentBack(line("mango", 5, "L1"), line("milk", 3, "L2", byLot), line("fig", 2, "L3", bySerial))
			move := stockTask(TaskMove, goods("mango", 4, "R1", "L1"), goods("fig", 2, "L9", "L1"))
			move.ID, move.Ref = "M1", "M-1"
			count := stockTask(TaskCount, goods("mango", 3, "L9", ""), goods("fig", 0, "L9", ""), lotGoods("milk", 2, "L9", ""))
			count.ID, count.Ref = "C1", "C-1"
			return []*Task{back, move, count}
		}
		w.tasks = fresh()
		w.card(CmdTasks)
		codes := []string{"RET-1", "M-1", "C-1", "R1", "L1", "L9", "MANGO", "MANGO-3", "MILK", "FIG", "DURIAN", "LOT1", "LOT2", "SN1", "SN2", "NONSENSE",
			"B-LI", "B-MEI", "PS:PHOTO-1", "PS:TASKS", "PS:YES", "PS:NO", "PS:UNDO", "PS:GRADE-A", "PS:GRADE-B", "PS:GRADE-C", "PS:SCRAP", "PS:RESTOCK", "PS:HOLD",
			"PS:SHORT", "PS:RELEASE", "PS:CALL", "PS:LANG"}
		last := ""
		for range rapid.IntRange(1, 60).Draw(t, "scans") {
			code := rapid.SampledFrom(codes).Draw(t, "code")
			if last != "" && rapid.IntRange(0, 4).Draw(t, "again") == 0 {
				code = last
			}
			last = code
			w.wait(rapid.SampledFrom([]time.Duration{0, time.Second}).Draw(t, "wait"))
			w.scan(code)
			if rapid.IntRange(0, 9).Draw(t, "restart") == 0 {
				w.restart()
			}
			checkTasks(w)
		}
		replayed := fresh()
		for i := range w.events {
			if e := &w.events[i]; e.TaskChanges() {
				for _, k := range replayed {
					if k.ID == e.Task {
						ApplyTask(k, e)
					}
				}
			}
		}
		if diff := cmp.Diff(stored(w.tasks), stored(replayed)); diff != "" {
			t.Fatalf("the events give other tasks:\n%s", diff)
		}
		undoAll(w)
	})
}

func checkTasks(w *world) {
	w.Helper()
	for _, k := range w.tasks {
		for i := range k.Lines {
			l := &k.Lines[i]
			sum := 0
			for _, j := range l.Goods {
				if j.Qty <= 0 || k.Kind == TaskCount && j.Lot == "" || (j.Grade == "") != (j.Fate == "") {
					w.Fatalf("%s line %d: %+v", k.ID, l.No, j)
				}
				sum += j.Qty
			}
			if k.Kind == TaskCount && l.Track.Lot && sum != l.N || k.Kind == TaskReturn && sum != l.N || k.Kind != TaskCount && (l.N < 0 || l.N+l.Short > l.Qty) {
				w.Fatalf("%s line %d: %d judged of %d counted of %d", k.ID, l.No, sum, l.N, l.Qty)
			}
		}
	}
}

// undoAll takes everything back that is not over.
func undoAll(w *world) {
	w.Helper()
	for _, k := range w.tasks {
		if k.Done {
			continue
		}
		w.bench.Task, w.bench.Question, w.bench.Pending, w.bench.Screen = TaskBench{ID: k.ID, Kind: k.Kind}, nil, nil, ScreenStock
		if k.Kind == TaskReturn {
			w.bench.Screen = ScreenReturn
		}
		for range k.Steps {
			w.want(w.card(CmdUndo), OK, MsgUndone)
		}
		for _, l := range k.Lines {
			if l.N != 0 || l.Short != 0 || l.Counted || len(l.Goods) > 0 || len(l.Photos) > 0 {
				w.Fatalf("%s: UNDO leaves %+v", k.ID, l)
			}
		}
	}
}

// Events from other programs may say anything: nothing panics, and what does not fit is told.
func FuzzApplyTask(f *testing.F) {
	f.Add(`{"s":1,"k":"taken_back","l":1,"q":3}`)
	f.Add(`{"s":2,"k":"graded","l":1,"q":-3,"was":"A/","gr":"","ft":"scrap"}`)
	f.Add(`{"s":3,"k":"task_undone","l":1,"q":9,"why":"graded","of":2}`)
	f.Add(`{"s":4,"k":"stock_counted","l":9,"q":1}`)
	f.Fuzz(func(t *testing.T, body string) {
		e, err := ParseEvent([]byte(body))
		if err != nil {
			return
		}
		for _, kind := range []TaskKind{TaskReturn, TaskMove, TaskCount, "other"} {
			k := stockTask(kind, goods("mango", 3, "L1", "L2"))
			before := stored(k)
			c := k.Copy()
			ApplyTask(c, &e)
			ApplyTask(c, &e)
			if stored(k) != before {
				t.Fatal("a copy shares lists with its original")
			}
			TaskStepOf(c, &Bench{Task: TaskBench{ID: c.ID, Line: e.Line, Units: e.Qty}, Pending: &Pending{Line: e.No}}, &ReturnPolicy{Grades: []GradeRule{{Grade: e.Grade, Photo: true}}})
		}
	})
}
