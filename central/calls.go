package central

import (
	"fmt"
	"strconv"
	"strings"

	"pickstation/central/ingest"
	"pickstation/order"
)

// ExcCalled is an exception that stands while somebody at a bench waits for the lead.
const ExcCalled = "lead_called"

// ExcCount is an exception that asks for goods to be counted: a picker found some where
// stock says that none are left.
const ExcCount = "count_task"

// counted raises a count task for a place that is not empty after its last unit.
func (f *fold) counted(r *ingest.Row, sh *folded, e *order.Event) error {
	if e.Reason != "count" {
		return nil
	}
	what := fmt.Sprintf("line %d at %s", e.Line, clip(string(e.Place)))
	l := sh.Line(e.Line)
	if l != nil {
		what = fmt.Sprintf("%s at %s", clip(string(l.SKU)), clip(string(e.Place)))
	}
	if e.Lot != "" {
		what += ", lot " + clip(e.Lot)
	}
	if l == nil || l.Location == "" { // no bench can be asked
		return f.raiseOnce(r, ExcCount, sh, what)
	}
	key := exceptionKey(ExcCount, f.log.ID, r.Seq)
	if made, err := f.count(sh, e, "zero_check", key); err != nil || !made {
		return err
	}
	return f.raiseAs(key, r, ExcCount, sh, what)
}

// count asks the benches to count the goods of a line where they stand, unless that is on
// their list. The end of the task closes the exception with that key.
func (f *fold) count(sh *folded, e *order.Event, why, exception string) (made bool, err error) {
	l := sh.Line(e.Line)
	if l == nil {
		return false, nil
	}
	there := order.TaskLine{SKU: l.SKU, Name: l.Name, Codes: l.Codes, From: l.Location, Lot: e.Lot, Track: l.Track, Temp: l.Temp}
	if e.Type == order.EventShorted { // stock says that at least the missing units are there
		there.Qty = e.Qty
	}
	return f.s.countTask(f.tx, sh.Warehouse, why, exception, there, e.Time())
}

// countOver closes the exception of a count task that is done. Tasks of older programs name
// it by its text, which several logs may have raised.
func (f *fold) countOver(t *Task, by string) error {
	if t.Exception == "" || strings.HasPrefix(t.Exception, ExcCount+":") {
		return f.tx.CloseExceptionOf(t.Exception, by, f.s.now())
	}
	for from := (ExceptionFilter{Key: ExcCount + ":", Limit: 500}); ; {
		open, err := f.tx.Exceptions(from)
		for i := range open {
			if err == nil && open[i].Detail == t.Exception {
				err = f.tx.CloseException(open[i].ID, by, f.s.now())
			}
		}
		if err != nil || len(open) < from.Limit {
			return err
		}
		from.After = open[len(open)-1].ID
	}
}

// called raises a call for the lead, and closes it when one has come. One bench has at
// most one call; a late copy of an old one raises nothing new.
func (f *fold) called(r *ingest.Row, sh *folded) error {
	e := &r.Event
	calls := fmt.Sprintf("%s:%s:", ExcCalled, f.station.ID)
	if e.Type == order.EventCallEnded {
		open, err := f.tx.Exceptions(ExceptionFilter{Key: calls, Limit: 500})
		for i := range open {
			x, over := &open[i], false
			if err == nil {
				over, err = f.follows(r, x)
			}
			if over && err == nil {
				err = f.tx.CloseException(x.ID, clip(e.Auth), f.s.now())
			}
		}
		return err
	}
	what := fmt.Sprintf("%s calls for the lead at %s", clip(string(e.By)), f.station.ID)
	return f.raiseAs(calls+strconv.FormatInt(e.At, 10), r, ExcCalled, sh, what)
}

// follows says whether an event came after the one of the same station that raised an
// exception. Numbers and the order of logs tell that; clocks are set back.
func (f *fold) follows(r *ingest.Row, x *Exception) (bool, error) {
	if x.Log == f.log.ID {
		return x.Seq < r.Seq, nil
	}
	log, err := f.tx.Log(x.Log)
	return log == nil || log.Epoch < f.log.Epoch, err
}
