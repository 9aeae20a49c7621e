package order

// maxCount bounds what one count may come to, units.
const maxCount = 1_000_000

// moving handles a scan of a move: the place it leaves, its goods, the place it goes to.
func (t *turn) moving(k *Task) {
	b := &t.b.Task
	l := TaskLineNow(k, b)
	if l == nil {
		t.endTask(k, msg(MsgTaskDone, Args{Ref: k.Ref}))
		return
	}
	if b.Units > max(l.Open(), 0) {
		t.layBack(k, l)
		return
	}
	switch {
	case t.stockTooWarm(k, l):
	case b.Units > 0 && t.scannedPlace(l.To) && t.warmPlace(l, l.To):
		t.askPlace(k, l, l.To, MsgWarmPlace)
	case b.Units > 0 && t.scannedPlace(l.To):
		t.putTask(k, l, l.To)
	default:
		t.takeStock(k, l)
	}
}

// askPlace asks whether the goods in the hand are put at a place that is not right for them;
// the same scan again puts them there.
func (t *turn) askPlace(k *Task, l *TaskLine, at LocationID, what MsgCode) {
	a := Args{Name: l.Name, SKU: l.SKU, Location: at, N: t.b.Task.Units, Reason: string(l.Temp)}
	t.ask(ConfirmAgain, Question{Kind: AskTaskPlace, Repeatable: true, Task: k.ID, Line: l.No, Reason: string(at)}, msg(what, a), msg(DoScanAgain, a))
}

// takeStock handles a scan of a place or of goods of a stock task.
func (t *turn) takeStock(k *Task, l *TaskLine) {
	t.b.Pending = nil
	if t.source(k) {
		return
	}
	for _, r := range t.in.Readings {
		if t.takeUnits(k, r) {
			return
		}
	}
	if t.half != nil {
		of := k.Line(t.half.Line)
		if p, ok := t.fillTask(of, *t.half); ok && !of.over(k.Kind) {
			t.takeOf(k, of, p)
			return
		}
	}
	t.b.Pending = t.half
	t.notStock(k, l)
}

// layBack refuses goods in the hand that nobody wants any more, since another bench moved
// enough: where they lay they go back to, and UNDO lets go of them, too.
func (t *turn) layBack(k *Task, l *TaskLine) {
	b := &t.b.Task
	a := Args{Name: l.Name, SKU: l.SKU, N: b.Units, Need: max(l.Open(), 0), Location: l.From}
	if t.scannedPlace(l.From) {
		t.emptyHand(k, l.No, "undone")
		t.say(OK, msg(MsgLaidBack, a), t.taskStep(k))
		return
	}
	t.say(OverQty, msg(MsgTooMany, a), msg(putBackTo(l.From), a))
}

// scannedPlace says whether the scan names the place.
func (t *turn) scannedPlace(at LocationID) bool {
	return t.anyKey(func(key string) bool { return key == CodeKey(string(at)) })
}

// source takes the scan of a place where goods of the task lie.
func (t *turn) source(k *Task) bool {
	at := t.placeScanned(k)
	b := &t.b.Task
	if at == "" || b.Units > 0 {
		return false
	}
	for i := range k.Lines {
		if l := &k.Lines[i]; l.From == at && !l.over(k.Kind) {
			b.Place, b.Line = at, l.No
			t.taskEvent(EventLocated, k).Place = at
			t.say(OK, msg(MsgLocation, Args{Location: at}), t.taskStep(k))
			return true
		}
	}
	return false
}

// takeUnits takes goods of the task into the hand, or counts them where they lie.
func (t *turn) takeUnits(k *Task, r Reading) bool {
	for i := range k.Lines {
		l := &k.Lines[i]
		if n := l.counts(r); n > 0 && !l.over(k.Kind) {
			t.takeOf(k, l, Pending{Line: l.No, Units: n, Lot: r.Lot, Device: t.in.Device})
			return true
		}
	}
	return false
}

// takeOf takes units of a line once everything that is asked of them is known.
func (t *turn) takeOf(k *Task, l *TaskLine, p Pending) {
	b := &t.b.Task
	a := Args{Name: l.Name, SKU: l.SKU, N: p.Units, Need: l.Open(), Location: l.From, Lot: l.Lot}
	switch {
	case b.Units > 0 && l.No != b.Line && k.Kind == TaskCount:
		t.say(WrongItem, msg(MsgNotOfTask, a), t.taskStep(k))
	case b.Units > 0 && l.No != b.Line:
		t.say(WrongItem, msg(MsgHandFull, a), t.taskStep(k))
	case l.From != "" && b.Place != l.From:
		t.say(Needs, msg(MsgNeedLocation, a), msg(DoScanLocation, a))
	case l.Lot != "" && p.Lot != "" && p.Lot != l.Lot:
		a.Lot = p.Lot
		t.spent = true
		t.say(WrongItem, msg(MsgOtherLot, a), msg(DoPutBackHere, a))
	case k.Kind != TaskCount && b.Units+p.Units > l.Open():
		a.Need = l.Open() - b.Units
		t.say(OverQty, msg(MsgTooMany, a), t.taskStep(k))
	case b.Units+p.Units > maxCount:
		t.say(OverQty, msg(MsgTooMany, a), msg(DoCallLead, a))
	case p.Lot == "" && l.wantsLot(k.Kind):
		b.Line, t.b.Pending = l.No, &p
		t.say(Needs, msg(MsgNeedLot, a), msg(DoScanLot, a))
	default:
		t.taken(k, l, p)
	}
}

// taken records units in the hand, or counted.
func (t *turn) taken(k *Task, l *TaskLine, p Pending) {
	b := &t.b.Task
	b.Line = l.No
	lot := ""
	if k.Kind == TaskCount && l.wantsLot(k.Kind) {
		lot = p.Lot
	}
	b.take(p.Units, lot)
	e := t.taskEvent(EventInHand, k)
	e.Line, e.Qty, e.Place, e.Lot = l.No, p.Units, b.Place, p.Lot
	a := Args{Name: l.Name, SKU: l.SKU, N: b.Units, Need: l.Open(), Location: l.From, Lot: p.Lot}
	what := MsgInHand
	if k.Kind == TaskCount {
		what = MsgCountedSoFar
	} else {
		b.takeOut(l.Temp, t.in.At)
	}
	t.say(OK, msg(what, a), t.taskStep(k))
}

// putTask books what is in the hand at a place.
func (t *turn) putTask(k *Task, l *TaskLine, at LocationID) {
	b := &t.b.Task
	e := t.taskEvent(EventMoved, k)
	e.Line, e.Qty, e.Place, e.Lot = l.No, b.Units, at, l.Lot
	t.noteStock(e, l)
	a := Args{Name: l.Name, SKU: l.SKU, N: b.Units, Need: max(l.Open()-b.Units, 0), Location: at}
	after := k.after(e)
	b.empty()
	t.goOn(after, msg(MsgMoved, a))
}

// goOn names the next line of a task, or what is left of this one, or ends it.
func (t *turn) goOn(after *Task, what Message) {
	b := &t.b.Task
	l, v := TaskLineNow(after, b), LineDone
	switch {
	case l == nil:
		t.endTask(after, what)
		return
	case l.No == b.Line:
		v = OK
	}
	if l.No != b.Line {
		b.Line = l.No
		if l.From != b.Place {
			b.Place = ""
		}
	}
	t.say(v, what, t.taskStep(after))
}

// notStock answers a scan that a stock task does not want. Another place for goods in
// the hand is asked about; the same scan again puts them there.
func (t *turn) notStock(k *Task, l *TaskLine) {
	for _, r := range t.findAll() {
		a := Args{Name: r.Name, SKU: r.SKU, Location: r.Location}
		switch {
		case r.Kind == RefLocation && t.b.Task.Units > 0 && k.Kind != TaskCount:
			what := MsgPutElsewhere
			if t.warmPlace(l, r.Location) {
				what = MsgWarmPlace
			}
			t.askPlace(k, l, r.Location, what)
			return
		case r.Kind == RefLocation:
			t.say(WrongKind, msg(MsgLocationWrong, a), t.taskStep(k))
			return
		case r.SKU != "":
			t.say(WrongItem, msg(MsgNotOfTask, a), msg(putBackTo(r.Location), a))
			return
		}
	}
	t.say(Unknown, msg(MsgUnknownCode, Args{Code: t.shownCode()}), t.taskStep(k))
}

// askTaskShort asks whether fewer units are there to be moved.
func (t *turn) askTaskShort(k *Task, c Command) {
	b := &t.b.Task
	l := TaskLineNow(k, b)
	if l == nil || b.Units > 0 {
		t.notNow(c)
		return
	}
	a := Args{Name: l.Name, SKU: l.SKU, N: l.N, Need: l.Qty, Reason: shortReason(c)}
	t.askLeftOut(Question{Kind: AskTaskShort, Gate: shortGate(c), Task: k.ID, Line: l.No, Qty: l.Open(), Reason: a.Reason}, msg(MsgAskShort, a))
}

// counting handles a scan of a count: its place, then its goods, each unit or case.
func (t *turn) counting(k *Task) {
	l := TaskLineNow(k, &t.b.Task)
	if l == nil {
		t.endTask(k, msg(MsgTaskDone, Args{Ref: k.Ref}))
		return
	}
	t.takeStock(k, l)
}

// closeCount ends the count of a line on the YES of the bench card. A count that differs
// from what stock says is asked about once more, without saying by how much.
func (t *turn) closeCount(k *Task) {
	b := &t.b.Task
	l := TaskLineNow(k, b)
	if l == nil {
		t.endTask(k, msg(MsgTaskDone, Args{Ref: k.Ref}))
		return
	}
	a := Args{Name: l.Name, SKU: l.SKU, N: b.Units, Location: l.From}
	switch {
	case l.From != "" && b.Place != l.From:
		t.say(Needs, msg(MsgNeedLocation, a), msg(DoScanLocation, a))
	case t.b.Pending != nil:
		t.say(Needs, msg(MsgNeedLot, a), msg(DoScanLot, a))
	case b.Units != l.Qty:
		t.ask(ConfirmAgain, Question{Kind: AskCount, Task: k.ID, Line: l.No, Qty: b.Units}, msg(MsgCountDiffers, a), msg(DoCountAgain, a))
	default:
		t.counted(k, l)
	}
}

// counted records what lies at a place, with what stock says.
func (t *turn) counted(k *Task, l *TaskLine) {
	b := &t.b.Task
	e := t.taskEvent(EventCounted, k)
	e.Line, e.Qty, e.Expect, e.Place, e.Lot, e.Lots = l.No, b.Units, l.Qty, l.From, l.Lot, b.Lots
	a := Args{Name: l.Name, SKU: l.SKU, N: b.Units, Location: l.From}
	after := k.after(e)
	b.Line = 0
	b.empty()
	t.goOn(after, msg(MsgCounted, a))
}

// yesInTask is the YES of the bench card where nothing was asked: the task is over.
func (t *turn) yesInTask(k *Task) {
	switch k.Kind {
	case TaskReturn:
		t.closeReturn(k)
	case TaskCount:
		t.closeCount(k)
	default:
		t.say(WrongKind, msg(MsgNoQuestion, Args{}), t.taskStep(k))
	}
}

// yesToTask does what was asked about a task.
func (t *turn) yesToTask(q *Question) {
	k := t.taskOf(q.Task)
	on := t.b.Task.ID == q.Task
	l := (*TaskLine)(nil)
	if k != nil {
		l = k.Line(q.Line)
	}
	switch {
	case t.err != nil:
	case k != nil && q.Kind == AskTakeTask:
		t.openTask(k, true)
	case k != nil && on && q.Kind == AskTaskPlace && l != nil && t.b.Task.Units > 0:
		if t.b.Task.Units > max(l.Open(), 0) {
			t.layBack(k, l)
			return
		}
		if !t.stockTooWarm(k, l) {
			t.putTask(k, l, LocationID(q.Reason))
		}
	case l != nil && on && q.Kind == AskCount && !l.Counted && t.b.Task.Units == q.Qty:
		t.counted(k, l)
	case l != nil && on && q.Kind == AskTaskShort && l.Open() >= q.Qty:
		e := t.taskEvent(EventTaskShort, k)
		e.Line, e.Qty, e.Reason, e.Why, e.Place = l.No, q.Qty, q.Reason, q.Why, l.From
		after := k.after(e)
		t.goOn(after, msg(MsgShorted, Args{Name: l.Name, SKU: l.SKU, N: l.N, Need: l.Qty, Reason: q.Reason}))
	default:
		t.say(WrongKind, msg(MsgNoQuestion, Args{}), t.nextHere())
	}
}

// recount begins a count again that was not believed.
func (t *turn) recount(q *Question) {
	t.b.Question = nil
	k := t.taskOnBench()
	if k == nil {
		t.say(OK, msg(MsgDropped, Args{}), t.nextHere())
		return
	}
	t.emptyHand(k, q.Line, "recount")
	t.say(OK, msg(MsgDropped, Args{}), t.taskStep(k))
}
