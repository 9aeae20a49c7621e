package central

import (
	"fmt"
	"strings"
	"time"

	"pickstation/central/ingest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// Exceptions of tasks.
const (
	ExcReturnDiffers = "return_differs" // other goods came back than were announced
	ExcCountDiffers  = "count_differs"  // a count and stock say different things
	ExcStockShort    = "stock_short"    // goods to be moved are not where stock says
)

// task folds an event of a task. What happened is never refused.
func (f *fold) task(r *ingest.Row, e *order.Event) (wire.Outcome, string, error) {
	t, err := f.tx.Task(e.Task)
	if err != nil {
		return "", "", err
	}
	if t == nil {
		if t, err = f.unannounced(e); err != nil {
			return "", "", err
		}
	}
	what, why := "task "+order.EventCode(string(e.Task)), string(order.AnomalyNoTask)
	switch {
	case t == nil:
		return wire.Parked, why, f.raiseOnce(r, why, nil, what)
	case t.Warehouse != f.station.Warehouse && t.Station != f.station.ID: // as with shipments, see strange
		return wire.Parked, why, f.raiseOnce(r, why, nil, what+" is of warehouse "+t.Warehouse)
	}
	state, over := t.State, t.Closed()
	a := order.ApplyTask(&t.Task, e)
	t.Station, t.Steps = f.station.ID, nil
	if t.State != state {
		if err := f.received(t, e); err != nil {
			return "", "", err
		}
	}
	if err := f.taskEffects(r, t, e, over); err != nil {
		return "", "", err
	}
	if err := f.s.putTask(f.tx, t); err != nil {
		return "", "", err
	}
	if t.Kind == order.TaskReturn && (e.Type == order.EventTaken || e.Type == order.EventTaskUndone) {
		if err := f.s.refreshReturns(f.tx, t.OrderID, t.ID); err != nil {
			return "", "", err
		}
	}
	if a == order.AnomalyNone {
		return wire.Applied, "", nil
	}
	return wire.Parked, string(a), f.s.raise(f.tx, Exception{Key: exceptionKey(string(a), f.log.ID, r.Seq), Code: string(a), Order: t.OrderID,
		Station: f.station.ID, Log: f.log.ID, Seq: r.Seq, At: e.Time(), Detail: fmt.Sprintf("task %s, %s line %d quantity %d", t.Ref, e.Type, e.Line, e.Qty)})
}

// unannounced makes the return of a shipment whose goods came back without a word of the
// shop.
func (f *fold) unannounced(e *order.Event) (*Task, error) {
	if e.Type != order.EventTaskOpened || e.Shipment == "" {
		return nil, nil
	}
	sh, err := f.tx.Shipment(e.Shipment)
	if err != nil || sh == nil || sh.Warehouse != f.station.Warehouse {
		return nil, err
	}
	made := order.ReturnOf(&sh.Shipment, e.Time())
	if made.ID != e.Task {
		return nil, nil
	}
	o, err := f.tx.Order(sh.Order)
	if err != nil || o == nil {
		return nil, err
	}
	n, err := f.tx.Take(counterReturn, 1)
	if err != nil {
		return nil, err
	}
	flow := order.ReturnsFlow()
	ret := &Return{ID: idNumber("R", n), Channel: o.Channel, External: string(made.ID), Order: o.ID, State: made.State,
		Stage: flow.Stage(made.State), Flow: flow.ID, FlowVersion: flow.Version, Reason: made.Why, CreatedAt: e.Time(), ReceivedAt: f.s.now()}
	if err := f.tx.PutReturn(ret); err != nil {
		return nil, err
	}
	err = f.tx.AddTimeline(TimelineRow{Subject: ret.ID, Kind: KindState, State: ret.State, At: e.Time(), ReceivedAt: f.s.now(), By: string(e.By),
		Station: f.station.ID, Source: string(e.Source), Note: f.timed(e, made.Why)})
	return &Task{Task: *made, Warehouse: sh.Warehouse, OrderID: o.ID, Return: ret.ID}, err
}

// wanted makes the return of a parcel that came back to another bench than the one that
// sent it, so that every bench can take it in.
func (f *fold) wanted(e *order.Event) error {
	n, err := f.tx.Number(e.Waybill)
	if err != nil || n == nil || n.Shipment == "" {
		return err
	}
	sh, err := f.load(n.Shipment)
	if err != nil || sh == nil || sh.Warehouse != f.station.Warehouse || !sh.AllDispatched() {
		return err
	}
	opened := *e
	opened.Type, opened.Shipment, opened.Task = order.EventTaskOpened, sh.ID, order.ReturnOf(&sh.Shipment.Shipment, e.Time()).ID
	if t, err := f.tx.Task(opened.Task); err != nil || t != nil {
		return err
	}
	t, err := f.unannounced(&opened)
	if err != nil || t == nil {
		return err
	}
	if err := f.s.returnable(f.tx, t, nil); err != nil {
		return err
	}
	return f.s.putTask(f.tx, t)
}

// received moves the return on whose first goods are here.
func (f *fold) received(t *Task, e *order.Event) error {
	ret, err := f.tx.Return(t.Return)
	if err != nil || ret == nil || ret.State == t.State {
		return err
	}
	flow, err := f.s.flow(f.tx, ret.Flow, ret.FlowVersion)
	if err != nil {
		return err
	}
	if _, ok := flow.State(t.State); !ok || flow.Stage(ret.State).Rank() >= flow.Stage(t.State).Rank() {
		return nil // the shop has gone on meanwhile
	}
	ret.State, ret.Stage = t.State, flow.Stage(t.State)
	if err := f.tx.PutReturn(ret); err != nil {
		return err
	}
	return f.tellReturn(t, e, KindState, t.State, "")
}

func (f *fold) tellReturn(t *Task, e *order.Event, kind string, state order.StateCode, note string) error {
	return f.tx.AddTimeline(TimelineRow{Subject: t.Return, Kind: kind, State: state, At: e.Time(), ReceivedAt: f.s.now(), By: string(e.By),
		Station: f.station.ID, Source: string(e.Source), Note: f.timed(e, note)})
}

// taskEffects does what an event causes beside the fold of the task; over says that the
// task was over before.
func (f *fold) taskEffects(r *ingest.Row, t *Task, e *order.Event, over bool) error {
	raise := func(code, detail string) error {
		return f.s.raise(f.tx, Exception{Key: exceptionKey(code, f.log.ID, r.Seq), Code: code, Order: t.OrderID,
			Station: f.station.ID, Log: f.log.ID, Seq: r.Seq, At: e.Time(), Detail: detail})
	}
	switch e.Type {
	case order.EventMoved:
		l := t.Line(e.Line)
		if l == nil || e.Since == 0 { // since when it is out of the cold, and goes on being
			return nil
		}
		return raise(ExcWarmPlace, fmt.Sprintf("%s: %d of %s, %s, were put at %s, which is warmer; out of the cold for %s before", t.Ref, e.Qty, l.SKU,
			l.Temp, clip(string(e.Place)), time.Duration(e.OutS)*time.Second))
	case order.EventTaskShort:
		l := t.Line(e.Line)
		if l == nil {
			return nil
		}
		what := fmt.Sprintf("%s: %d of %s are not at %s, %s", t.Ref, e.Qty, l.SKU, clip(string(l.From)), shortWhy(e))
		if err := raise(ExcStockShort, what); err != nil {
			return err
		}
		there := *l
		there.Qty, there.N, there.Short, there.To = 0, 0, 0, ""
		_, err := f.s.countTask(f.tx, t.Warehouse, "short", "", there, e.Time())
		return err
	case order.EventCounted:
		if e.Qty == e.Expect {
			return nil
		}
		l := t.Line(e.Line)
		if l == nil {
			return nil
		}
		return raise(ExcCountDiffers, fmt.Sprintf("%s: %d of %s counted at %s, stock says %d%s", t.Ref, e.Qty, l.SKU, clip(string(e.Place)), e.Expect, lotsOf(e)))
	case order.EventTaskDone:
		if over {
			return nil
		}
		t.DoneBy, t.DoneAt = string(e.By), e.Time()
		return f.taskDone(t, e, raise)
	}
	return nil
}

// maxLotsTold bounds how many lots an exception names.
const maxLotsTold = 20

// lotsOf says how many units of each lot were counted, "" where nobody asked for lots.
func lotsOf(e *order.Event) string {
	list := e.Lots
	if len(list) == 0 && e.Lot != "" {
		list = []order.LotQty{{Lot: e.Lot, Qty: e.Qty}}
	}
	var all []string
	for _, x := range list[:min(len(list), maxLotsTold)] {
		all = append(all, fmt.Sprintf("%d of lot %s", x.Qty, clip(x.Lot)))
	}
	if len(all) == 0 {
		return ""
	}
	return "; " + strings.Join(all, ", ")
}

// taskDone tells what a task came to.
func (f *fold) taskDone(t *Task, e *order.Event, raise func(code, detail string) error) error {
	if err := f.countOver(t, clip(string(e.By))); err != nil {
		return err
	}
	if t.Kind != order.TaskReturn {
		return nil
	}
	if err := f.tellReturn(t, e, KindChange, "", "inspected: "+judged(&t.Task)); err != nil {
		return err
	}
	var off []string
	for i := range t.Lines {
		if l := &t.Lines[i]; t.Why == "announced" && l.Announced != l.N {
			off = append(off, fmt.Sprintf("%s %d, announced %d", l.SKU, l.N, l.Announced))
		}
	}
	if len(off) == 0 || f.nothingAnnounced(t) {
		return nil
	}
	return raise(ExcReturnDiffers, "return "+t.Ref+": "+strings.Join(off, "; "))
}

// nothingAnnounced says whether the shop named no goods: then any are right.
func (f *fold) nothingAnnounced(t *Task) bool {
	for i := range t.Lines {
		if t.Lines[i].Announced > 0 {
			return false
		}
	}
	return true
}
