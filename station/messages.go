package station

import (
	"time"

	"pickstation/order"
)

type scanMsg struct{ s Scan }

func (m scanMsg) handle(l *Loop, b *batch) error {
	if l.checking {
		l.held = append(l.held, m)
		return nil
	}
	in := order.Input{At: l.now(), Device: m.s.Device, Frame: m.s.Frame, Source: order.Scanned, Noise: m.s.Noise, Unsure: m.s.Unsure}
	if m.s.Noise == 0 {
		in.Text, in.Readings = l.readings(m.s.Text, in.At)
		switch r, last := l.again(&m.s, in.Text); r {
		case order.ResendSame:
			b.answers = append(b.answers, answer{m.s.Device, m.s.Frame, last.Verdict.Tone(), last.Event, m.s.Waits})
			return nil
		case order.ResendUnsure:
			in.Unsure = true
		}
	}
	if q := l.bench.Question; q != nil && q.Kind == order.AskPIN {
		m.s.Packet = nil // so few digits could be found again from a fingerprint
	}
	v, err := b.input(in, m.s.LastByte)
	l.outcomes[len(l.outcomes)-1].Raw = m.s.Text
	a := answer{device: m.s.Device, frame: m.s.Frame, tone: v.Tone(), waits: m.s.Waits}
	if err == nil {
		e := &l.outcomes[len(l.outcomes)-1].Decision.Events[0]
		a.event, err = e.Hash, b.keepPacket(&m.s, e)
	}
	if err != nil {
		a.tone = order.ToneNotSaved
	}
	if m.s.Device != "" {
		b.answers = append(b.answers, a)
	}
	return err
}

type keyMsg struct{ cmd order.Command }

func (m keyMsg) handle(l *Loop, b *batch) error {
	if l.checking {
		l.held = append(l.held, m)
		return nil
	}
	_, err := b.input(order.Input{At: l.now(), Source: order.Keyed, Command: m.cmd}, time.Time{})
	return err
}

type pinMsg struct{ digits string }

func (m pinMsg) handle(l *Loop, b *batch) error {
	if q := l.bench.Question; l.checking || q == nil || q.Kind != order.AskPIN {
		return nil // typed into nothing
	}
	_, err := b.input(order.Input{At: l.now(), Source: order.Keyed, Text: m.digits}, time.Time{})
	return err
}

type weighMsg struct{ w Weight }

func (m weighMsg) handle(l *Loop, b *batch) error {
	if l.checking { // a weight must not overtake the scan before it
		l.held = append(l.held, m)
		return nil
	}
	_, err := b.input(order.Input{At: l.now(), Device: m.w.Device, Source: order.Weighed, WeightG: m.w.Grams, Stable: m.w.Stable}, time.Time{})
	return err
}

type writeMsg struct {
	fn   func(Tx) (Change, error)
	done chan error
}

func (m writeMsg) handle(l *Loop, b *batch) error {
	tx, err := b.begin()
	if err != nil {
		return err
	}
	c, err := m.fn(tx)
	if err != nil || c.LogOnly {
		return err
	}
	if c.Renumbered {
		clear(l.touched)
		if l.ship, err = l.loadShipment(l.bench.Shipment); err != nil {
			return err
		}
	}
	if err := l.changed(c.Shipments); err != nil {
		return err
	}
	if err := b.voidPapers(c.Shipments); err != nil {
		return err
	}
	if err := b.numbersCame(); err != nil {
		return err
	}
	return b.slips()
}

type readMsg struct {
	fn   func(Store) error
	done chan error
}

func (m readMsg) handle(l *Loop, _ *batch) error {
	m.done <- m.fn(l.opt.Store)
	return nil
}

// changed reads again what a pull has changed.
func (l *Loop) changed(ids []order.ShipmentID) error {
	l.lists.stale, l.lists.pulled = true, true
	clear(l.flows)
	clear(l.alike) // names come from the catalogue
	if err := l.loadPolicy(); err != nil {
		return err
	}
	for _, id := range ids {
		delete(l.touched, id)
		if l.ship == nil || l.ship.ID != id {
			continue
		}
		s, err := l.loadShipment(id)
		if err != nil {
			return err
		}
		stopped := s == nil || s.Cancelled || s.Stopped() != nil
		if stopped || s.Version != l.ship.Version {
			l.verdict = workChanged(l.ship, s, l.now())
		}
		l.ship = s
		if s == nil {
			l.clearBench()
		}
	}
	return nil
}

// clearBench takes work that is not here any more off the bench; who works at it stays.
func (l *Loop) clearBench() {
	b := l.bench
	if b.Batch != nil && !b.Batch.Packing { // the others go on
		l.bench.Shipment, l.bench.Focus, l.bench.Hand = "", 0, nil
		return
	}
	l.bench = order.Bench{Screen: order.ScreenQueue, Operator: b.Operator, OperatorName: b.OperatorName, Lead: b.Lead, Roles: b.Roles, Lang: b.Lang, Called: b.Called}
	if b.Operator == "" {
		l.bench.Screen = order.ScreenSignIn
	}
}

// workChanged is what the screen says when the centre changes the open work.
func workChanged(was, is *order.Shipment, at time.Time) *Shown {
	cancelled, holds := is == nil, []order.Hold(nil)
	if is != nil {
		cancelled, holds = is.Cancelled, is.Holds
	}
	s := &Shown{Verdict: order.Blocked, At: at, Shown: time.Now(), Async: true}
	var stopped bool
	if s.What, s.Do, stopped = order.WhyStopped(was.Ref(), cancelled, holds); !stopped {
		s.Verdict, s.What, s.Do = order.OK, order.Message{Code: order.MsgWorkChanged, Args: order.Args{Ref: was.Ref()}}, order.Message{Code: order.DoNothing}
	}
	return s
}

// statusMsg changes what the screen shows and nothing else.
type statusMsg struct{ set func(*status) }

func (m statusMsg) handle(l *Loop, _ *batch) error {
	m.set(&l.seen)
	return nil
}

// verifiedMsg ends the wait for the check of the log.
type verifiedMsg struct{ err error }

func (m verifiedMsg) handle(l *Loop, b *batch) error {
	l.checking = false
	if m.err != nil {
		l.seen.damaged = m.err.Error()
	}
	if err := l.recount(); err != nil {
		return err
	}
	held := l.held
	l.held = nil
	for i, h := range held {
		if err := h.handle(l, b); err != nil {
			l.held = held[i+1:] // told NOT SAVED with what the mailbox holds
			return err
		}
	}
	return nil
}
