package central

import (
	"fmt"

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
	if l := sh.Line(e.Line); l != nil {
		what = fmt.Sprintf("%s at %s", clip(string(l.SKU)), clip(string(e.Place)))
	}
	if e.Lot != "" {
		what += ", lot " + clip(e.Lot)
	}
	key := ExcCount + ":" + string(f.log.ID) + ":" + what
	if err := f.raiseAs(key, r, ExcCount, sh, what); err != nil {
		return err
	}
	return f.count(sh, e, "zero_check", what)
}

// count asks the benches to count the goods of a line where they stand.
func (f *fold) count(sh *folded, e *order.Event, why, exception string) error {
	l := sh.Line(e.Line)
	if l == nil {
		return nil
	}
	there := order.TaskLine{SKU: l.SKU, Name: l.Name, Codes: l.Codes, From: l.Location, Lot: e.Lot, Track: l.Track, Temp: l.Temp}
	if e.Type == order.EventShorted { // stock says that at least the missing units are there
		there.Qty = e.Qty
	}
	return f.s.countTask(f.tx, sh.Warehouse, why, exception, there, e.Time())
}

// called raises a call for the lead, and closes it when one has come. One bench has at
// most one call; a late copy of an old one raises nothing new.
func (f *fold) called(r *ingest.Row, sh *folded) error {
	e := &r.Event
	key := fmt.Sprintf("%s:%s:%d", ExcCalled, f.station.ID, e.At)
	if e.Type == order.EventCallEnded {
		open, err := f.tx.Exceptions(ExceptionFilter{Limit: 500})
		for i := range open {
			if x := &open[i]; err == nil && x.Code == ExcCalled && x.Station == f.station.ID && !x.At.After(e.Time()) {
				err = f.tx.CloseException(x.ID, clip(e.Auth), f.s.now())
			}
		}
		return err
	}
	what := fmt.Sprintf("%s calls for the lead at %s", clip(string(e.By)), f.station.ID)
	return f.raiseAs(key, r, ExcCalled, sh, what)
}
