package order

import "testing"

// switches are the commands that turn to other work, as far as they have a use at the queue.
var switches = []Command{CmdBatch, CmdWall, CmdTasks, CmdDispatch}

func TestOtherWorkWaitsAndSaysForWhat(t *testing.T) {
	for _, c := range []struct {
		name   string
		open   func(w *world)
		do     MsgCode
		ref    string
		n      int
		frees  MsgCode
		ignore Command
	}{
		{"an order", func(w *world) { w.scan("A") }, DoFinishFirst, "A", 0, MsgReleased, ""},
		{"a batch", func(w *world) { w.want(w.card(CmdBatch), OK, MsgBatch) }, DoFinishAll, "", 2, MsgBatchFreed, ""},
		{"a put wall", func(w *world) { w.want(w.card(CmdWall), OK, MsgBatch) }, DoFinishAll, "", 2, MsgBatchFreed, ""},
		{"a count", func(w *world) { w.card(CmdTasks); w.scan("T-1") }, DoFinishTask, "T-1", 0, MsgTaskReleased, CmdTasks}, // that leaves it
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, ship1("A", line("mango", 2, "L1")), ship1("B", line("fig", 2, "L2")))
			w.tasks = []*Task{stockTask(TaskCount, goods("tea", 2, "L3", ""))}
			c.open(w)
			at := w.bench.Screen
			for _, cmd := range switches {
				if cmd == c.ignore {
					continue
				}
				d := w.wantDo(w.want(w.card(cmd), Needs, MsgNotNow), c.do)
				if a := d.Do.Args; a.Ref != c.ref || a.N != c.n || d.What.Args.Code != string(cmd) {
					t.Fatalf("%s says %+v, then %+v", cmd, d.What.Args, a)
				}
				if d.Verdict.Look() == LookStop { // by which a shift counts wrong scans
					t.Fatalf("%s counts as a wrong scan", cmd)
				}
				w.wantScreen(at)
			}
			w.want(w.card(CmdRelease), OK, c.frees)
			if w.bench.Screen == ScreenTasks {
				w.wantDo(w.want(w.card(CmdBatch), Needs, MsgNotNow), DoQueueFirst)
				w.card(CmdQueue)
			}
			w.want(w.card(CmdBatch), OK, MsgBatch)
		})
	}
}

func TestOtherWorkWaitsForTheGoodsInTheHand(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 2, "L1")), ship1("B", line("fig", 2, "L2")))
	w.card(CmdBatch)
	w.scan("MANGO")
	w.wantDo(w.want(w.card(CmdTasks), Needs, MsgNotNow), DoPutInto)
}
