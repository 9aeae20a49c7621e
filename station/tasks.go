package station

import (
	"time"

	"pickstation/order"
)

// foldTask applies an event to the task it names. A return that nobody announced is made
// of its shipment by the event that opens it.
func (b *batch) foldTask(tx Tx, e *order.Event) error {
	l := b.l
	switch e.Type {
	case order.EventTaskOpened, order.EventTaskLeft, order.EventTaskDone: // else the list stays as it is
		l.lists.stale = true
	}
	t, err := l.opt.Store.Task(e.Task)
	if err != nil {
		return err
	}
	if t == nil && e.Type == order.EventTaskOpened && e.Shipment != "" {
		s, err := l.work(e.Shipment)
		if err != nil || s == nil {
			return err
		}
		t = order.ReturnOf(s, time.UnixMilli(e.At).UTC())
	}
	if t == nil {
		return nil
	}
	order.ApplyTask(t, e)
	return tx.PutTask(t)
}

// taskView copies the task on the bench for the screen.
func (l *Loop) taskView() *order.Task {
	if l.bench.Task.ID == "" {
		return nil
	}
	t, err := l.opt.Store.Task(l.bench.Task.ID)
	if err != nil {
		return nil
	}
	return t
}
