package order

import "time"

// takeOut starts the clock of cold goods that a move takes into the hand, or lets it go on.
func (b *TaskBench) takeOut(t Temp, at time.Time) {
	if t.Cold() && b.Out.Since.IsZero() {
		b.Out.Temp, b.Out.Since = t, at
	}
}

// WarmEvent returns the draft that tells of goods of a move which are out of the cold for
// too long, once until a lead has decided; nil where there is nothing to tell.
func (b *TaskBench) WarmEvent(p *Policy, at time.Time) *Event {
	if b.Units == 0 || !b.Out.DueToTell(p, at) {
		return nil
	}
	return &Event{Type: EventTooWarm, V: EventVersion, At: at.UnixMilli(), Source: System, Task: b.ID, Line: b.Line, Qty: b.Units,
		Reason: string(b.Out.Temp), OutS: int(b.Out.total(at) / time.Second), Since: b.Out.Since.UnixMilli()}
}

// stockTooWarm stops a move while the goods in the hand have been out of the cold for too
// long, until a lead has decided. Where they came from they may go back to at any time.
func (t *turn) stockTooWarm(k *Task, l *TaskLine) bool {
	b := &t.b.Task
	if b.Units == 0 || !b.Out.tooWarm(&t.env.Policy, t.in.At) {
		return false
	}
	a := Args{Name: l.Name, SKU: l.SKU, Reason: string(b.Out.Temp), AgeS: int(b.Out.total(t.in.At) / time.Second)}
	t.ask(Blocked, Question{Kind: AskOverride, Gate: GateCold, Task: k.ID}, msg(MsgStockTooWarm, a), msg(DoScanLead, a))
	return true
}

// letStockPass lets goods of a move go on that were out of the cold for too long.
func (t *turn) letStockPass(q *Question, op *Operator) {
	k, b := t.taskOnBench(), &t.b.Task
	if k == nil || k.ID != q.Task || b.Units == 0 {
		t.say(WrongKind, msg(MsgNoQuestion, Args{}), t.nextHere())
		return
	}
	if b.Out.Unknown(t.in.At) {
		b.Out.Since = t.in.At
	}
	b.Out.PassS, b.Out.Told = int(b.Out.total(t.in.At)/time.Second), false
	e := t.taskEvent(EventWarmPassed, k)
	e.Line, e.Auth, e.OutS = b.Line, string(op.ID), b.Out.PassS
	t.say(OK, msg(MsgOverridden, Args{Who: op.Name}), t.taskStep(k))
}

// chillStock is the COLD code of the bench card at a move: what is in the hand stands in
// the cold until more is taken, or it is put.
func (t *turn) chillStock(k *Task) {
	b := &t.b.Task
	if b.Units == 0 || b.Out.Since.IsZero() {
		t.say(WrongKind, msg(MsgNothingCold, Args{Ref: k.Ref}), t.taskStep(k))
		return
	}
	e := t.taskEvent(EventChilled, k)
	e.Line, e.OutS = b.Line, int(b.Out.total(t.in.At)/time.Second)
	b.Out.SpentS, b.Out.Since = e.OutS, time.Time{}
	t.say(OK, msg(MsgChilled, Args{Ref: k.Ref}), t.taskStep(k))
}

// warmPlace says whether a place is known to be warmer than the goods in the hand may stand,
// where the warehouse limits how long they may be out of the cold.
func (t *turn) warmPlace(l *TaskLine, at LocationID) bool {
	if !l.Temp.Cold() || t.env.Policy.ColdRule(l.Temp) == nil {
		return false
	}
	p, err := t.env.Book.Place(at)
	t.keep(err)
	return p != nil && coldRank(p.Temp) < coldRank(l.Temp)
}

// noteStock puts on the event of cold goods that were put how long they were out, how cold
// their new place is, and, where that is too warm for them, since when they are out.
func (t *turn) noteStock(e *Event, l *TaskLine) {
	c := &t.b.Task.Out
	if !c.Temp.Cold() {
		return
	}
	e.OutS = int(c.total(t.in.At) / time.Second)
	if t.warmPlace(l, e.Place) {
		e.Since = t.in.At.Add(-time.Duration(e.OutS) * time.Second).UnixMilli()
		return
	}
	t.noteProbe(e, c.Temp)
}

// keepsCold refuses to leave a move with cold goods in the hand: their time would be lost.
func (t *turn) keepsCold(k *Task) bool {
	b := &t.b.Task
	if k == nil || b.Units == 0 || !b.Out.Temp.Cold() {
		return false
	}
	t.say(Needs, msg(MsgHandFull, Args{N: b.Units}), t.taskStep(k))
	return true
}
