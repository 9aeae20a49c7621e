package order

// commandInTask does what a bench card code orders on a screen of tasks.
func (t *turn) commandInTask(c Command) {
	k := t.taskOnBench()
	switch {
	case t.err != nil:
	case (c == CmdSignOut || c == CmdQueue || c == CmdTasks || c == CmdRelease) && t.keepsCold(k):
	case c == CmdSignOut:
		t.freeTask(k)
		t.signOut(false)
	case c == CmdQueue:
		t.freeTask(k)
		t.clear()
		t.b.Screen = ScreenQueue
		t.say(OK, msg(MsgInQueue, Args{}), msg(DoScanWork, Args{}))
	case c == CmdTasks && k == nil:
		t.toTasks()
	case k == nil:
		t.notNow(c)
	case c == CmdTasks || c == CmdRelease:
		t.leaveTask(k)
	case c == CmdUndo:
		t.undoTask(k)
	case k.Kind == TaskReturn:
		t.commandInReturn(k, c)
	case c == CmdCold && k.Kind != TaskCount:
		t.chillStock(k)
	case (c == CmdShort || c == CmdDamaged) && k.Kind != TaskCount:
		t.askTaskShort(k, c)
	default:
		t.notNow(c)
	}
}

// freeTask gives the task at hand back, where there is one; what was done stays.
func (t *turn) freeTask(k *Task) {
	if k != nil {
		t.taskEvent(EventTaskLeft, k)
	}
	t.b.Task = TaskBench{}
}

func (t *turn) leaveTask(k *Task) {
	t.freeTask(k)
	t.clear()
	t.b.Screen = ScreenTasks
	t.say(OK, msg(MsgTaskReleased, Args{Ref: k.Ref, Reason: string(k.Kind)}), msg(DoScanTask, Args{}))
}

// undoTask takes the last counted scan of a task back.
func (t *turn) undoTask(k *Task) {
	b := &t.b.Task
	if b.Units > 0 {
		l := TaskLineNow(k, b)
		took, ok := b.giveBack()
		if l == nil || !ok {
			t.say(WrongKind, msg(MsgNothingToUndo, Args{}), t.taskStep(k))
			return
		}
		e := t.taskEvent(EventInHand, k)
		e.Line, e.Qty, e.Lot, e.Reason = l.No, -took.Qty, took.Lot, "undone"
		t.say(OK, msg(MsgUndone, Args{Name: l.Name, SKU: l.SKU, N: l.N + b.Units, Need: max(l.Qty, l.N+b.Units)}), t.taskStep(k))
		return
	}
	if len(k.Steps) == 0 {
		t.say(WrongKind, msg(MsgNothingToUndo, Args{}), t.taskStep(k))
		return
	}
	st := k.Steps[len(k.Steps)-1]
	l := k.Line(st.Line)
	if l == nil {
		t.say(WrongKind, msg(MsgNothingToUndo, Args{}), t.taskStep(k))
		return
	}
	e := t.taskEvent(EventTaskUndone, k)
	e.Of, e.Reason, e.Line, e.Qty, e.Lot, e.Serial = st.Seq, string(st.Type), st.Line, st.Qty, st.Lot, st.Serial
	e.Grade, e.Fate, e.Was, e.Photo = st.Grade, st.Fate, st.Was, st.Photo
	after := k.after(e)
	l = after.Line(st.Line)
	b.Line = l.No
	t.say(OK, msg(MsgUndone, Args{Name: l.Name, SKU: l.SKU, N: l.N, Need: l.Qty}), t.taskStep(after))
}
