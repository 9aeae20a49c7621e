package station

import (
	"context"
	"slices"
	"time"

	"pickstation/order"
)

// Temperature is a sample of a cold place.
type Temperature struct {
	Probe  order.DeviceID
	Class  order.Temp // of the goods that stand there, "" not known
	State  string     // "measured", or why there is none: "silent", "refused", "garbled"
	MilliC int        // thousandths of a degree Celsius, when measured
	At     time.Time
}

// ProbeView is a cold place on the screen.
type ProbeView struct {
	Name   string
	Class  order.Temp     // of the goods that stand there
	State  string         // of the latest sample
	MilliC int            // of the latest measured one
	At     time.Time      // when that was, zero never
	Alert  order.ColdKind // "" all is well
	Since  time.Time      // of the alert
	Worst  int            // since then, thousandths of a degree Celsius; not with NoSamples
}

// SetTemperature tells the loop of a sample, for the screen.
func (l *Loop) SetTemperature(ctx context.Context, t Temperature) error {
	return l.send(ctx, statusMsg{func(st *status) {
		p := st.probe(t.Probe)
		p.Class = t.Class
		if p.State = t.State; t.State == "measured" {
			p.MilliC, p.At = t.MilliC, t.At
		}
	}})
}

// Cold records that a cold place has an alert, or that it is over.
func (l *Loop) Cold(ctx context.Context, a order.ColdAlert) error { return l.send(ctx, coldMsg{a}) }

type coldMsg struct{ a order.ColdAlert }

func (m coldMsg) handle(l *Loop, b *batch) error {
	tx, err := b.begin()
	if err != nil {
		return err
	}
	e := m.a.Event(l.now())
	if err := b.append(tx, &e); err != nil {
		return err
	}
	if err := tx.PutCold(m.a); err != nil {
		return err
	}
	l.seen.alert(m.a)
	l.report(Outcome{Decision: order.Decision{Events: []order.Event{e}, Bench: l.bench}, Work: l.ship, Async: true}, time.Time{})
	return nil
}

// loadCold shows the alerts that had begun and were not over when the station ended.
func (l *Loop) loadCold() error {
	open, err := l.opt.Store.Cold()
	for _, a := range open {
		l.seen.alert(a)
	}
	return err
}

// probe returns the view of a cold place for a change: views that are out hold the
// list as it was.
func (st *status) probe(name order.DeviceID) *ProbeView {
	st.probes = slices.Clone(st.probes)
	i := slices.IndexFunc(st.probes, func(p ProbeView) bool { return p.Name == string(name) })
	if i < 0 {
		i, st.probes = len(st.probes), append(st.probes, ProbeView{Name: string(name)})
	}
	return &st.probes[i]
}

// alert notes that an alert began or is over. A place that is too warm and silent shows
// the one that came last.
func (st *status) alert(a order.ColdAlert) {
	p := st.probe(a.Probe)
	st.cold = slices.DeleteFunc(st.cold, func(b order.ColdAlert) bool { return b.Probe == a.Probe && b.Kind == a.Kind })
	if !a.Over {
		st.cold = append(st.cold, a)
	}
	p.Alert, p.Since, p.Worst = "", time.Time{}, 0
	for _, b := range st.cold {
		if b.Probe == a.Probe {
			p.Alert, p.Since, p.Worst = b.Kind, b.Since, b.MilliC
		}
	}
}
