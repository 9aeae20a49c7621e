package order

import (
	"cmp"
	"slices"
)

// atTasks says whether a screen is one of tasks: no shipment lies on the bench there.
func atTasks(s Screen) bool { return s == ScreenTasks || s == ScreenReturn || s == ScreenStock }

// toTasks shows the tasks.
func (t *turn) toTasks() {
	switch {
	case t.s != nil || t.b.Batch != nil:
		t.notNow(CmdTasks)
	case atTasks(t.b.Screen):
		t.say(DoneAlready, msg(MsgInTasks, Args{}), t.nextHere())
	default:
		t.clear()
		t.b.Screen = ScreenTasks
		t.say(OK, msg(MsgInTasks, Args{}), msg(DoScanTask, Args{}))
	}
}

// task handles a scan on a screen of tasks.
func (t *turn) task() {
	if op := t.badge(); op != nil {
		t.otherBadge(op)
		return
	}
	k := t.taskOnBench()
	switch {
	case t.err != nil:
	case k == nil:
		if !t.openTaskBy() {
			t.notTask()
		}
	case k.Kind == TaskReturn:
		t.returned(k)
	case k.Kind == TaskCount:
		t.counting(k)
	default:
		t.moving(k)
	}
}

// taskOnBench returns the task that the operator works on, or nil.
func (t *turn) taskOnBench() *Task {
	if t.b.Task.ID == "" {
		return nil
	}
	if t.k == nil || t.k.ID != t.b.Task.ID {
		t.k = t.taskOf(t.b.Task.ID)
	}
	return t.k
}

func (t *turn) taskOf(id TaskID) *Task {
	k, err := t.env.Book.Task(id)
	t.keep(err)
	return k
}

// settleTask brings the bench in line with its task, which the centre may have ended or
// planned anew.
func (t *turn) settleTask() {
	if t.b.Task.ID == "" {
		t.b.Screen = ScreenTasks
		return
	}
	k, b := t.taskOnBench(), &t.b.Task
	switch {
	case t.err != nil:
		return
	case k == nil || k.Closed():
		if k != nil && b.Units > 0 {
			t.emptyHand(k, b.Line, "task_over")
		}
		t.b.Task, t.b.Pending, t.b.Screen = TaskBench{}, nil, ScreenTasks
	case b.Units > 0 && k.Line(b.Line) == nil:
		t.emptyHand(k, b.Line, "line_gone")
	default:
		return
	}
	if q := t.b.Question; q != nil && q.Task != "" {
		t.b.Question = nil
	}
}

// emptyHand records that the units in the hand count for nothing, and why.
func (t *turn) emptyHand(k *Task, line int, why string) {
	e := t.taskEvent(EventInHand, k)
	e.Line, e.Qty, e.Reason = line, -t.b.Task.Units, why
	t.b.Task.empty()
}

// openTaskBy opens the task that the scan names; it reports false where it names none.
func (t *turn) openTaskBy() bool {
	named := t.tasksNamed()
	switch {
	case t.err != nil:
		return true
	case len(named) == 0:
		return false
	}
	k, do := t.chooseTask(named)
	switch {
	case k != nil:
		t.openTask(k, false)
	case len(named) > 1:
		t.say(Ambiguous, msg(MsgSeveralTasks, Args{N: len(named)}), msg(do, Args{}))
	}
	return k != nil || len(named) > 1
}

// chooseTask returns the task to open of those that the scan names, the most urgent first,
// or nil and what is scanned to choose one. Nothing that is scanned at a shelf tells stock
// tasks about the same goods apart: the most urgent is done first, the others after it.
func (t *turn) chooseTask(named []TaskID) (best *Task, do MsgCode) {
	var goods SKU
	for _, id := range named {
		k := t.taskOf(id)
		if k == nil {
			continue
		}
		if len(named) > 1 && k.Kind == TaskReturn {
			return nil, DoNarrowTask
		}
		if t.placeScanned(k) != "" {
			if goods = cmp.Or(goods, k.Lines[0].SKU); goods != k.Lines[0].SKU {
				return nil, DoScanGoods
			}
		}
		if best == nil || !best.freeFor(t.b.Operator) && k.freeFor(t.b.Operator) {
			best = k
		}
	}
	return best, ""
}

// freeFor says whether nobody else works on the task.
func (t *Task) freeFor(op OperatorID) bool { return t.Owner == "" || t.Owner == op }

// tasksNamed returns the tasks that the scan names: those with that number before those
// with such goods, and those that are over only where there is no other.
func (t *turn) tasksNamed() (best []TaskID) {
	rank := 4
	for _, f := range t.taskRefs() {
		mine := 0
		if f.Over {
			mine += 2
		}
		if !f.Direct {
			mine++
		}
		if mine < rank {
			best, rank = nil, mine
		}
		if mine == rank && !slices.Contains(best, f.ID) {
			best = append(best, f.ID)
		}
	}
	return best
}

// taskRefs returns all tasks that the scan names, by whatever it does so.
func (t *turn) taskRefs() (all []TaskRef) {
	for _, r := range t.in.Readings {
		if r.Key == "" {
			continue
		}
		refs, err := t.env.Book.Tasks(r.Key, findLimit)
		t.keep(err)
		all = append(all, refs...)
	}
	return all
}

// numbered returns the task that the scan names by a number of its own, or nil.
func (t *turn) numbered() *Task {
	refs := t.taskRefs()
	i := slices.IndexFunc(refs, func(f TaskRef) bool { return f.Direct })
	if i < 0 {
		return nil
	}
	return t.taskOf(refs[i].ID)
}

// taskByNumber opens, from the queue, the task whose number was scanned: the waybill of a
// parcel that came back, say.
func (t *turn) taskByNumber() bool {
	k := t.numbered()
	if k == nil || t.err != nil {
		return t.err != nil
	}
	t.openTask(k, false)
	return true
}

// codeOfTask says of a code that is scanned at other work which task it belongs to.
func (t *turn) codeOfTask() bool {
	k := t.numbered()
	if k == nil {
		return t.err != nil
	}
	a := Args{Ref: k.Ref, Reason: string(k.Kind), Code: shown(t.in.Text)}
	what := MsgOtherTask
	if t.isTote() {
		what = MsgToteReserved
	}
	t.say(OtherOrder, msg(what, a), msg(DoFinishFirst, Args{Ref: t.s.Ref()}))
	return true
}

// toteOfTask refuses a tote that stands for a task where one for orders is meant.
func (t *turn) toteOfTask(do Message) bool {
	if !t.isTote() {
		return false
	}
	k := t.numbered()
	if k == nil || k.Closed() {
		return t.err != nil
	}
	t.say(OtherOrder, msg(MsgToteReserved, Args{Ref: k.Ref, Reason: string(k.Kind), Code: shown(t.in.Text)}), do)
	return true
}

// openTask puts a task on the bench, or says why not. taking says that the question
// whether to take it over was answered.
func (t *turn) openTask(k *Task, taking bool) {
	a := Args{Ref: k.Ref, Reason: string(k.Kind), Who: t.env.Book.OperatorName(k.Owner)}
	a.Need, a.N = k.Units()
	at := ScreenStock
	if k.Kind == TaskReturn {
		at = ScreenReturn
	}
	switch {
	case k.Closed():
		t.say(DoneAlready, msg(MsgTaskOver, a), msg(DoScanTask, Args{}))
	case t.refuseRole(at):
	case k.Kind == TaskReturn && k.State == ReturnsFlow().Initial:
		t.say(Blocked, msg(MsgReturnNotAgreed, a), msg(DoSetAside, Args{}))
	case k.Kind == TaskReturn && a.Need == 0:
		t.say(Blocked, msg(MsgNeverShipped, Args{Ref: k.Order}), msg(DoSetAside, Args{}))
	case k.Owner != "" && k.Owner != t.b.Operator && !taking:
		t.ask(Taken, Question{Kind: AskTakeTask, Repeatable: true, Task: k.ID, Reason: string(k.Owner)}, msg(MsgTaskTaken, a), msg(DoScanAgain, a))
	default:
		t.enterTask(k, a)
	}
}

func (t *turn) enterTask(k *Task, a Args) {
	t.clear()
	e := t.event(EventTaskOpened)
	e.Task, e.Shipment = k.ID, k.Shipment
	t.b.Task, t.b.Screen = TaskBench{ID: k.ID, Kind: k.Kind}, ScreenStock
	if k.Kind == TaskReturn {
		t.b.Screen = ScreenReturn
	} else if at := t.placeScanned(k); at != "" { // the place that opened the task is where the operator stands
		t.b.Task.Place = at
	}
	t.say(OK, msg(MsgTaskOpened, a), t.taskStep(k))
}

// placeScanned returns the place of the task that the scan names, or "".
func (t *turn) placeScanned(k *Task) LocationID {
	for _, r := range t.in.Readings {
		for i := range k.Lines {
			if at := k.Lines[i].From; at != "" && r.Key == CodeKey(string(at)) {
				return at
			}
		}
	}
	return ""
}

// notTask answers a scan on the list of tasks that names none: what it is, and why
// nothing can come back of it.
func (t *turn) notTask() {
	refs := t.findAll()
	for _, r := range refs {
		s := (*Shipment)(nil)
		if r.Kind == RefShipment || r.Kind == RefWaybill {
			s = t.shipment(r.Shipment)
		}
		switch {
		case t.err != nil:
			return
		case s == nil:
		case s.Cancelled:
			t.say(Blocked, msg(MsgNeverShipped, Args{Ref: s.Ref()}), msg(DoSetAside, Args{}))
			return
		case !s.AllDispatched():
			t.say(Blocked, msg(MsgNeverShipped, Args{Ref: s.Ref()}), msg(DoToQueue, Args{Ref: s.Ref()}))
			return
		default:
			t.openTask(ReturnOf(s, t.in.At), false)
			return
		}
	}
	for _, r := range refs {
		if r.SKU != "" {
			t.say(WrongItem, msg(MsgNoTaskFor, Args{Name: r.Name, SKU: r.SKU}), msg(DoSetAside, Args{}))
			return
		}
	}
	if !t.askCentre() {
		t.say(Unknown, msg(MsgUnknownCode, Args{Code: t.shownCode()}), msg(DoScanTask, Args{}))
	}
}

// taskStep is the "do" line of a task.
func (t *turn) taskStep(k *Task) Message { return TaskStepOf(k, &t.b, &t.env.Policy.Returns) }

// TaskStepOf is the next step of a task on the bench.
func TaskStepOf(k *Task, bench *Bench, rules *ReturnPolicy) Message {
	b := &bench.Task
	if k == nil {
		return msg(DoScanTask, Args{})
	}
	if p := bench.Pending; p != nil && k.Line(p.Line) != nil {
		if what := p.lacks(k.Line(p.Line)); what != "" {
			return msg(what, Args{})
		}
	}
	if k.Kind == TaskReturn {
		return returnStep(k, b, rules)
	}
	l := TaskLineNow(k, b)
	if l == nil {
		return msg(DoScanTask, Args{})
	}
	a := Args{Name: l.Name, SKU: l.SKU, N: l.Open() - b.Units, Location: l.From, Lot: l.Lot}
	switch {
	case b.Place != l.From && b.Units == 0:
		return msg(DoScanLocation, a)
	case k.Kind == TaskCount:
		a.N = b.Units
		return msg(DoCountOn, a)
	case b.Units == 0:
		return msg(DoTakeUnits, a)
	}
	a.Location, a.N, a.Need = l.To, b.Units, max(l.Open()-b.Units, 0)
	return msg(DoBringUnits, a)
}

// TaskLineNow is the line of a stock task that the operator is at, or nil. Goods in the
// hand are those of the line at hand, also where another bench has finished it meanwhile.
func TaskLineNow(k *Task, b *TaskBench) *TaskLine {
	if l := k.Line(b.Line); l != nil && (b.Units > 0 || !l.over(k.Kind)) {
		return l
	}
	for i := range k.Lines {
		if l := &k.Lines[i]; !l.over(k.Kind) {
			return l
		}
	}
	return nil
}

// over says whether nothing is left to do on the line.
func (l *TaskLine) over(k TaskKind) bool {
	switch k {
	case TaskReturn:
		return false
	case TaskCount:
		return l.Counted
	}
	return l.Open() <= 0
}

// taskEvent is a draft for the task on the bench.
func (t *turn) taskEvent(typ EventType, k *Task) *Event {
	e := t.event(typ)
	e.Task, e.Shipment = k.ID, k.Shipment
	return e
}

// endTask closes a task of which nothing is left to do.
func (t *turn) endTask(k *Task, what Message) {
	e := t.taskEvent(EventTaskDone, k)
	_, e.Qty = k.Units()
	t.clear()
	t.b.Task, t.b.Screen = TaskBench{}, ScreenTasks
	t.say(OrderDone, what, msg(DoScanTask, Args{}))
}
