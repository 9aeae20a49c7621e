package station_test

import (
	"time"

	"pickstation/order"
)

// How long frozen goods may be out of the cold in a shift.
const (
	coldWarn = 60 * time.Second
	coldHold = 240 * time.Second
)

// coldRules sets the warehouse's limits.
func (s *shift) coldRules() {
	s.decide(func(p *order.Policy) {
		p.Cold = []order.ColdRule{{Temp: order.Frozen, WarnS: int(coldWarn.Seconds()), HoldS: int(coldHold.Seconds())}}
	})
}

// outside is how long the frozen goods of one order have been out, told from its events
// alone.
type outside struct {
	units   int
	since   time.Time // zero: in the cold
	spent   time.Duration
	passed  time.Duration
	known   bool // some are out, or were
	skipped bool // several boxes, or other goods: a clock each
	done    bool // its label is on
}

func (o *outside) total(at time.Time) time.Duration {
	if o.since.IsZero() {
		return o.spent
	}
	return o.spent + max(at.Sub(o.since), 0)
}

// goOut lets the clock of goods that were in the cold run again.
func (o *outside) goOut(at time.Time) {
	if o.known && o.since.IsZero() && !o.done {
		o.since = at
	}
}

// take is what a scan does that takes units out.
func (o *outside) take(e *order.Event) {
	o.units += e.Qty
	from := e.Time()
	if e.Since != 0 {
		from = time.UnixMilli(e.Since).UTC()
	}
	if !o.known || o.total(e.Time())-o.passed < e.Time().Sub(from) {
		*o = outside{units: o.units, since: from, known: true, skipped: o.skipped, done: o.done}
	}
}

// follow folds one event of the order.
func (o *outside) follow(e *order.Event, cold bool) {
	at := e.Time()
	switch e.Type {
	case order.EventPicked:
		if cold && e.Qty > 0 {
			o.take(e)
		}
		o.goOut(at)
	case order.EventOpened, order.EventTakenOver:
		o.goOut(at)
	case order.EventUndone:
		if cold && e.Reason == string(order.EventPicked) {
			if o.units -= e.Qty; o.units == 0 {
				*o = outside{skipped: o.skipped}
			}
		}
	case order.EventBoxed, order.EventSubstituted:
		o.skipped = true
	case order.EventChilled:
		if !o.since.IsZero() {
			o.spent, o.since = o.total(at).Truncate(time.Second), time.Time{}
		}
	case order.EventWarmPassed:
		o.passed = o.total(at).Truncate(time.Second)
	case order.EventLabelled:
		o.done = true
	case order.EventDispatched:
		*o = outside{skipped: o.skipped}
	}
}

// addUpCold compares the clocks of orders in one box with what their events say, and
// wants nothing of goods that were out for too long to have gone on without a lead.
func (s *shift) addUpCold(log []order.Event) {
	s.Helper()
	all := map[order.ShipmentID]*outside{}
	for i := range log {
		e := &log[i]
		g := s.made[e.Shipment]
		if g == nil || g.PackCheck == order.PackEach || len(g.Parcels) > 1 {
			continue
		}
		o := all[g.ID]
		if o == nil {
			o = &outside{}
			all[g.ID] = o
		}
		l := g.Line(e.Line)
		warm := o.known && o.total(e.Time())-o.passed >= coldHold
		switch goesOn := e.Type == order.EventPicked && e.Slot == "" || e.Type == order.EventLabelled || e.Type == order.EventDispatched; {
		case warm && goesOn && !o.skipped:
			s.Errorf("order %s: %s though frozen goods were out for %v", g.ID, e.Type, o.total(e.Time()))
		case warm && e.Type == order.EventWarmPassed:
			s.counts.warm++
		}
		frozen := l != nil && l.Temp == order.Frozen
		if frozen && e.Type == order.EventPicked {
			s.counts.cold += e.Qty
		}
		o.follow(e, frozen)
	}
	for id, o := range all {
		g := s.stored(id)
		if o.skipped || len(g.Parcels) > 1 {
			continue
		}
		now := s.clock.Now()
		switch got := g.OutTotal(0, now); {
		case (len(g.Out) > 0) != o.known:
			s.Errorf("order %s has clocks %+v, its events say %+v", id, g.Out, o)
		case o.known && (time.Duration(got)*time.Second-o.total(now)).Abs() > 2*time.Second:
			s.Errorf("order %s was out for %d s, its events say %v", id, got, o.total(now))
		}
	}
}
