package order

import (
	"slices"
	"strings"
)

// Events of tasks; their field Task names the task.
const (
	EventTaskOpened EventType = "task_opened"
	EventTaskLeft   EventType = "task_left"    // the task is free again
	EventTaken      EventType = "taken_back"   // returned units were counted
	EventGraded     EventType = "graded"       // Qty units were judged: Grade and Fate, before that Was
	EventPhoto      EventType = "photographed" // Photo refers to a picture of the goods
	EventMoved      EventType = "stock_moved"  // Qty units now lie at Place
	EventTaskShort  EventType = "task_short"   // Qty units are not where stock says, Reason says why
	EventCounted    EventType = "stock_counted"
	EventTaskUndone EventType = "task_undone" // takes back an event of type Reason
	EventTaskDone   EventType = "task_done"
)

var taskEvents = []EventType{EventTaskOpened, EventTaskLeft, EventTaken, EventGraded, EventPhoto, EventMoved, EventTaskShort, EventCounted,
	EventTaskUndone, EventTaskDone}

// TaskEvents returns the types of the events that change the task they name.
func TaskEvents() []EventType { return slices.Clone(taskEvents) }

func ofTask(t EventType) bool { return slices.Contains(taskEvents, t) }

// Anomalies of tasks.
const (
	AnomalyOverReturn Anomaly = "over_return" // more units came back than were sent
	AnomalyNoTask     Anomaly = "no_such_task"
)

// TaskChanges says whether an event changes the task that it names.
func (e *Event) TaskChanges() bool { return e.Task != "" && ofTask(e.Type) }

// ApplyTask folds an event into a task. Station and centre call it on the same events.
// It never fails: what does not fit is applied as far as it happened and reported.
func ApplyTask(t *Task, e *Event) Anomaly {
	switch e.Type {
	case EventTaskOpened:
		t.Owner = e.By
		return AnomalyNone
	case EventTaskLeft:
		if t.Owner == e.By || e.By == "" {
			t.Owner = ""
		}
		return AnomalyNone
	case EventTaskDone:
		t.Done, t.Owner, t.Steps = true, "", nil
		return AnomalyNone
	}
	l := t.Line(e.Line)
	if l == nil {
		return AnomalyNoLine
	}
	was := l.N
	if e.Type == EventTaskUndone {
		t.takeBack(l, e)
		return lineFits(t, l, was)
	}
	l.book(e)
	if e.Type == EventTaken {
		t.receive()
	}
	t.Steps = append(t.Steps, TaskStep{Type: e.Type, Seq: e.Seq, Line: e.Line, Qty: e.Qty, Lot: e.Lot, Serial: e.Serial, Grade: e.Grade,
		Fate: e.Fate, Was: e.Was, Photo: e.Photo})
	t.Steps = t.Steps[max(len(t.Steps)-maxTaskSteps, 0):]
	return lineFits(t, l, was)
}

// after is the task as the event leaves it.
func (t *Task) after(e *Event) *Task {
	c := t.Copy()
	ApplyTask(c, e)
	return c
}

// receive moves a return on when its first unit is here.
func (t *Task) receive() {
	f := ReturnsFlow()
	for _, on := range []Trigger{TriggerApprove, TriggerReceive} { // goods that are here need no consent any more
		if to, ok := f.Move(t.State, on); ok {
			t.State = to
		}
	}
}

func lineFits(t *Task, l *TaskLine, was int) Anomaly {
	switch {
	case l.N < 0 || l.Short < 0:
		return AnomalyUnderPick
	case t.Kind == TaskReturn && l.N > l.Qty && l.N > was:
		return AnomalyOverReturn
	case t.Kind != TaskReturn && t.Kind != TaskCount && l.N+l.Short > l.Qty:
		return AnomalyOverPick
	}
	return AnomalyNone
}

// book counts what the event says on its line.
func (l *TaskLine) book(e *Event) {
	switch e.Type {
	case EventTaken:
		l.N += e.Qty
		l.judge(Judged{Qty: e.Qty, Lot: e.Lot, Serial: e.Serial})
	case EventGraded:
		grade, fate := splitWas(e.Was)
		l.judge(Judged{Qty: -e.Qty, Lot: e.Lot, Serial: e.Serial, Grade: grade, Fate: fate})
		l.judge(Judged{Qty: e.Qty, Lot: e.Lot, Serial: e.Serial, Grade: e.Grade, Fate: e.Fate})
	case EventPhoto:
		l.Photos = append(slices.Clip(l.Photos), e.Photo)
	case EventMoved:
		l.N += e.Qty
	case EventTaskShort:
		l.Short += e.Qty
	case EventCounted:
		l.N, l.Counted, l.Goods = e.Qty, true, nil
		for _, x := range e.Lots {
			l.judge(Judged{Qty: x.Qty, Lot: x.Lot})
		}
	}
}

// takeBack undoes what the event names.
func (t *Task) takeBack(l *TaskLine, e *Event) {
	switch EventType(e.Reason) {
	case EventTaken:
		l.N -= e.Qty
		l.judge(Judged{Qty: -e.Qty, Lot: e.Lot, Serial: e.Serial})
	case EventGraded:
		grade, fate := splitWas(e.Was)
		l.judge(Judged{Qty: -e.Qty, Lot: e.Lot, Serial: e.Serial, Grade: e.Grade, Fate: e.Fate})
		l.judge(Judged{Qty: e.Qty, Lot: e.Lot, Serial: e.Serial, Grade: grade, Fate: fate})
	case EventPhoto:
		l.Photos = without(l.Photos, e.Photo)
	case EventMoved:
		l.N -= e.Qty
	case EventTaskShort:
		l.Short -= e.Qty
	case EventCounted:
		l.N, l.Counted, l.Goods = 0, false, nil
	}
	for i := len(t.Steps) - 1; i >= 0; i-- {
		if t.Steps[i].Seq == e.Of {
			t.Steps = append(t.Steps[:i:i], t.Steps[i+1:]...)
			break
		}
	}
}

// judge adds units to those of which the same was said, or takes some away.
func (l *TaskLine) judge(j Judged) {
	l.Goods = slices.Clone(l.Goods)
	i := slices.IndexFunc(l.Goods, func(o Judged) bool {
		return o.Lot == j.Lot && o.Serial == j.Serial && o.Grade == j.Grade && o.Fate == j.Fate
	})
	if i < 0 {
		l.Goods = append(l.Goods, j)
		return
	}
	if l.Goods[i].Qty += j.Qty; l.Goods[i].Qty == 0 {
		l.Goods = slices.Delete(l.Goods, i, i+1)
	}
}

// was is what was said of units before; splitWas reads it back.
func was(g Grade, f Fate) string {
	if g == "" {
		return ""
	}
	return string(g) + "/" + string(f)
}

func splitWas(s string) (Grade, Fate) {
	g, f, _ := strings.Cut(s, "/")
	return Grade(g), Fate(f)
}
