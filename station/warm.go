package station

import (
	"context"
	"slices"
	"time"

	"pickstation/order"
)

// OutView is cold goods of one tote or parcel that are out of the cold, or were; or those in
// the hand of a stock task.
type OutView struct {
	Shipment order.ShipmentID // "" a task
	Ref      string
	order.OutClock
	WarnS  int // limits of the class, seconds; 0 none
	HoldS  int
	Packed bool // every label is on its box
	Over   bool // cancelled: they go back to their places
}

// outMax bounds how many shipments with cold goods a view looks at.
const outMax = 200

// warming reads which cold goods of the station's open work are out of the cold.
func (l *Loop) warming() (list []OutView) {
	rows, err := l.opt.Store.OutOfCold(outMax)
	if err != nil {
		return nil
	}
	for _, r := range rows {
		list = l.clocks(list, r)
	}
	return list
}

// clocks adds the clocks of a shipment.
func (l *Loop) clocks(list []OutView, of order.OutRow) []OutView {
	for _, c := range of.Clocks {
		v := OutView{Shipment: of.Shipment, Ref: of.Ref, OutClock: c, Packed: of.Packed, Over: of.Over}
		if r := l.policy.ColdRule(c.Temp); r != nil {
			v.WarnS, v.HoldS = r.WarnS, r.HoldS
		}
		list = append(list, v)
	}
	return list
}

// Tick does what the clock alone brings about, without waiting for a scan: views are of the
// day and shift that it is, and goods that are out of the cold for too long by now are told
// to the centre.
func (l *Loop) Tick(ctx context.Context) error { return l.send(ctx, tickMsg{}) }

type tickMsg struct{}

// tickMax bounds how many shipments with cold goods one tick looks at.
const tickMax = 1000

func (tickMsg) handle(l *Loop, b *batch) error {
	l.page = pageAt(l.now(), &l.policy, l.zone)
	if len(l.policy.Cold) == 0 {
		return nil
	}
	rows, err := l.opt.Store.OutOfCold(tickMax)
	if err != nil {
		return err
	}
	now := l.now()
	for _, r := range rows {
		if slices.ContainsFunc(r.Clocks, func(c order.OutClock) bool { return c.DueToTell(&l.policy, now) }) {
			if err := b.tellWarm(r.Shipment, now); err != nil {
				return err
			}
		}
	}
	return b.tellStockWarm(now)
}

// tellStockWarm writes that goods in the hand of a move are out of the cold for too long.
func (b *batch) tellStockWarm(now time.Time) error {
	l := b.l
	e := l.bench.Task.WarmEvent(&l.policy, now)
	if e == nil {
		return nil
	}
	tx, err := b.begin()
	if err != nil {
		return err
	}
	if err := b.append(tx, e); err != nil {
		return err
	}
	l.bench.Task.Out.Told = true
	l.report(Outcome{Decision: order.Decision{Events: []order.Event{*e}, Bench: l.bench}, Work: l.ship, Async: true}, time.Time{})
	return nil
}

// tellWarm writes that goods of a shipment are out of the cold for too long.
func (b *batch) tellWarm(id order.ShipmentID, now time.Time) error {
	l := b.l
	s, err := l.work(id)
	if err != nil || s == nil {
		return err
	}
	tx, err := b.begin()
	if err != nil {
		return err
	}
	drafts := s.WarmEvents(&l.policy, now)
	for i := range drafts {
		if err := b.append(tx, &drafts[i]); err != nil {
			return err
		}
	}
	if len(drafts) > 0 {
		l.report(Outcome{Decision: order.Decision{Events: drafts, Bench: l.bench}, Work: l.ship, Async: true}, time.Time{})
	}
	return nil
}

// outView is what the screen shows of goods out of the cold: those on the bench first, as
// they are now; k is the task at hand, or nil.
func (l *Loop) outView(k *order.Task) []OutView {
	s := l.ship
	if b := &l.bench.Task; k != nil && b.Units > 0 && b.Out.Temp.Cold() {
		return append(l.clocks(nil, order.OutRow{Ref: k.Ref, Clocks: []order.OutClock{b.Out}}), l.lists.out...)
	}
	if s == nil {
		return l.lists.out
	}
	list := l.clocks(make([]OutView, 0, len(s.Out)+len(l.lists.out)),
		order.OutRow{Shipment: s.ID, Ref: s.Ref(), Clocks: s.Out, Packed: s.AllLabelled(), Over: s.Cancelled})
	for _, o := range l.lists.out {
		if o.Shipment != s.ID {
			list = append(list, o)
		}
	}
	return list
}

// Left returns how long the goods may stay out; ok is false where there is no limit, or
// they are in the cold.
func (v *OutView) Left(now time.Time) (left time.Duration, ok bool) {
	if v.HoldS == 0 || v.Since.IsZero() {
		return 0, false
	}
	if v.Unknown(now) {
		return 0, true
	}
	return time.Duration(v.HoldS)*time.Second - v.OutFor(now), true
}

// warmGoods finds cold goods near their limit, or past it.
func warmGoods(past bool) func(*View, time.Time) []Alert {
	return func(v *View, now time.Time) (list []Alert) {
		now = v.Business(now)
		for i := range v.Out {
			o := &v.Out[i]
			left, ok := o.Left(now)
			out := o.OutFor(now)
			if !ok || past != (left <= 0) || !past && (o.WarnS == 0 || out < time.Duration(o.WarnS)*time.Second) {
				continue
			}
			a := order.Args{Ref: o.Ref, Reason: string(o.Temp), AgeS: int(out / time.Second), N: int((max(left, 0) + time.Minute - 1) / time.Minute)}
			what := order.MsgAlertWarming
			if past {
				what = order.MsgAlertTooWarm
			}
			list = append(list, when(true, o.Ref, time.Time{}, say(what, o.doCool(past), a))...)
		}
		return list
	}
}

// doCool is what to do about goods near their limit, or past it, where they are by now.
func (v *OutView) doCool(past bool) order.MsgCode {
	switch {
	case v.Over && !past:
		return order.DoAlertWarmPut
	case v.Packed && !v.Over && past:
		return order.DoAlertHotBox
	case v.Packed && !v.Over:
		return order.DoAlertWarmBox
	case past:
		return order.DoAlertTooWarm
	}
	return order.DoAlertWarming
}

// probeOf returns the newest reading of a place for goods of a class, for the record of
// parcels.
func (l *Loop) probeOf(t order.Temp, at time.Time) (order.ProbeReading, bool) {
	for i := range l.seen.probes {
		p := &l.seen.probes[i]
		if p.Class == t && !p.At.IsZero() && p.State == "measured" && at.Sub(p.At) < probeFresh {
			return order.ProbeReading{Probe: order.DeviceID(p.Name), MilliC: p.MilliC}, true
		}
	}
	return order.ProbeReading{}, false
}

// probeFresh is how old a reading may be that stands on the record of a parcel.
const probeFresh = 15 * time.Minute
