package station

import (
	"errors"
	"time"

	"pickstation/order"
)

// batch is the transaction that the messages at hand share.
type batch struct {
	l       *Loop
	tx      Tx
	bench   order.Bench // as stored
	verdict *Shown      // as it was
	answers []answer
	reports []chan error // who wait until their report is stored
}

// batch decides the messages that are there, commits once, then answers. A write
// from outside runs in a batch of its own, so that its failure takes no scan along.
func (l *Loop) batch(m message) error {
	b := &batch{l: l, bench: l.bench, verdict: l.verdict, answers: l.answers[:0]}
	defer func() { l.answers = b.answers }()
	l.forget()
	l.fresh = l.fresh[:0]
	l.outcomes, l.arrived, l.printsNew, l.eventsNew = l.outcomes[:0], l.arrived[:0], false, false
	switch m := m.(type) {
	case writeMsg:
		return b.outside(m)
	case readMsg:
		return m.handle(l, b)
	}
	err := m.handle(l, b)
	for n := 1; err == nil && n < batchMax; n++ {
		next, ok := l.poll()
		if !ok {
			break
		}
		if alone(next) {
			l.next = next
			break
		}
		err = next.handle(l, b)
	}
	if err == nil {
		err = b.weighParcel()
	}
	return b.end(err)
}

// alone says whether a message has a batch of its own: a write from outside may
// fail alone, and a read sees only what is durable.
func alone(m message) bool {
	switch m.(type) {
	case writeMsg, readMsg:
		return true
	}
	return false
}

// poll takes a message that is there already.
func (l *Loop) poll() (message, bool) {
	select {
	case m := <-l.mail:
		return m, true
	default:
		return nil, false
	}
}

// outside runs a write that came from the sync agent. Its own error goes back to
// the agent; only a failed commit ends the loop.
func (b *batch) outside(m writeMsg) error {
	err := m.handle(b.l, b)
	var e *order.Error
	if err != nil && !(errors.As(err, &e) && e.Code == "not_saved") {
		if b.tx != nil {
			_ = b.tx.Rollback() // nothing else was in it
			b.tx = nil
		}
		m.done <- err
		return b.reload()
	}
	err = b.end(err)
	m.done <- err
	return err
}

// reload puts the bench back to what is stored, after a write that was undone.
func (b *batch) reload() error {
	l := b.l
	l.bench, l.verdict = b.bench, b.verdict
	clear(l.flows)
	clear(l.touched)
	if err := l.loadPolicy(); err != nil {
		return err
	}
	s, err := l.loadShipment(l.bench.Shipment)
	l.ship = s
	return err
}

// end commits, answers and publishes.
func (b *batch) end(err error) error {
	l := b.l
	if err == nil {
		err = b.commit()
	}
	if err != nil {
		err = b.fail(errNotSaved(err))
	} else {
		stored := time.Now()
		b.answer()
		l.committed(stored)
	}
	for _, done := range b.reports {
		done <- err
	}
	l.publish()
	l.tell(err)
	return err
}

// committed counts what is durable, and notes how long each scan of the batch waited until
// it was stored. The scanners have their answers by then.
func (l *Loop) committed(stored time.Time) {
	for i := range l.fresh {
		l.seen.today.count(&l.fresh[i], l.zone)
		l.shift.add(&l.fresh[i], l.policy.ShiftStart(l.fresh[i].Time(), l.zone))
	}
	for i, at := range l.arrived {
		if !at.IsZero() {
			l.outcomes[i].Waited = stored.Sub(at)
			l.lat.add(l.outcomes[i].Waited)
			l.shift.waits.add(l.outcomes[i].Waited, l.shift.now.End)
		}
	}
}

// report keeps an outcome until the batch is over; arrived is when the last byte of
// its scan came, zero for others.
func (l *Loop) report(o Outcome, arrived time.Time) {
	l.outcomes, l.arrived = append(l.outcomes, o), append(l.arrived, arrived)
}

// begin opens the transaction at the first message that writes.
func (b *batch) begin() (Tx, error) {
	if b.tx != nil {
		return b.tx, nil
	}
	tx, err := b.l.opt.Store.Begin()
	if err != nil {
		return nil, err
	}
	b.tx = tx
	return tx, nil
}

func (b *batch) commit() error {
	l := b.l
	if !l.bench.Same(&b.bench) {
		tx, err := b.begin()
		if err != nil {
			return err
		}
		if err := tx.PutBench(l.bench); err != nil {
			return err
		}
	}
	if b.tx == nil {
		return nil
	}
	tx := b.tx
	b.tx = nil
	return tx.Commit()
}

// fail forgets what was decided: the scanners hear NOT SAVED, the screen says so.
func (b *batch) fail(err error) error {
	l := b.l
	if b.tx != nil {
		_ = b.tx.Rollback() // the commit's error is the one to tell
	}
	l.bench, l.seen.notSaved = b.bench, true
	clear(l.touched)
	if ship, rerr := l.loadShipment(l.bench.Shipment); rerr == nil {
		l.ship = ship
	}
	at := l.now()
	l.verdict = &Shown{Verdict: order.NotSaved, What: order.Message{Code: order.MsgNotSaved, Args: order.Args{N: len(b.answers)}},
		Do: order.Message{Code: order.DoRestart}, At: at, Shown: time.Now()}
	for _, a := range b.answers {
		l.lose(a.device, a.frame, a.waits)
	}
	return err
}

// tell reports outcomes to whoever listens.
func (l *Loop) tell(err error) {
	if l.opt.OnVerdict != nil {
		for i := range l.outcomes {
			l.outcomes[i].Err = err
			l.opt.OnVerdict(l.outcomes[i])
		}
	}
	if err != nil {
		return
	}
	if l.printsNew && l.opt.OnPrint != nil {
		l.opt.OnPrint()
	}
	if l.eventsNew && l.opt.OnEvents != nil {
		l.opt.OnEvents()
	}
}

// input decides one scan or key and stores what it decided. On an error nothing of
// the batch will be stored; the outcome says so for this input too.
func (b *batch) input(in order.Input, lastByte time.Time) (order.Verdict, error) {
	l := b.l
	d, err := b.decide(in)
	if err != nil {
		l.report(Outcome{Input: in, Decision: d, Work: l.ship}, lastByte)
		return order.NotSaved, err
	}
	l.verdict = &Shown{Verdict: d.Verdict, What: d.What, Do: d.Do, Device: in.Device, Frame: in.Frame, At: in.At, Shown: time.Now()}
	l.report(Outcome{Input: in, Decision: d, Work: l.ship}, lastByte)
	return d.Verdict, nil
}

// judge asks the rules; nothing changes.
func (l *Loop) judge(in order.Input) (order.Decision, error) {
	env := order.Env{Book: book{l.opt.Store, l}, Policy: l.policy, Zone: l.zone, WordAge: l.wordAge(in.At), Flows: l.flowOf, Recall: l.recall, Langs: l.opt.Langs}
	l.paperEnv(&env, in.At)
	if l.ship != nil {
		f, err := l.flow(l.ship)
		if err != nil {
			return order.Decision{}, err
		}
		env.Flow = f
	}
	return order.Decide(l.bench, l.ship, in, env)
}

// decide asks the rules and brings database, bench and shipment to what they say.
func (b *batch) decide(in order.Input) (order.Decision, error) {
	l := b.l
	d, err := l.judge(in)
	if err != nil {
		return d, err
	}
	if err := b.store(&d); err != nil {
		return d, err
	}
	if !d.Verdict.Good() && d.Bench.Screen == order.ScreenQueue {
		l.lists.stale = true // somebody acted on what the list shows, and it was not so
	}
	l.bench = d.Bench
	return d, b.seat()
}

// store appends the decision's events and folds each into its shipment.
func (b *batch) store(d *order.Decision) error {
	tx, err := b.begin()
	if err != nil {
		return err
	}
	for i := range d.Events {
		if err := b.append(tx, &d.Events[i]); err != nil {
			return err
		}
		if d.Events[i].Type == order.EventSignedIn {
			b.l.printsNew = true // the worker looks how the printer is
		}
	}
	for _, p := range d.Prints {
		b.l.printsNew, b.l.papers = true, papers{}
		if err := tx.AddPrint(p, time.UnixMilli(d.Events[0].At)); err != nil {
			return err
		}
	}
	return nil
}

// append stamps, stores and applies one event.
func (b *batch) append(tx Tx, e *order.Event) error {
	l := b.l
	e.Station, e.Boot, e.Mono = l.opt.Station, l.opt.Clock.Boot(), l.opt.Clock.Mono().Milliseconds()
	if wall := l.opt.Clock.Wall().UnixMilli(); wall != e.At {
		e.Wall = wall
	}
	if err := l.takeNumber(tx, e); err != nil {
		return err
	}
	if err := tx.Append(e); err != nil {
		return err
	}
	l.eventsNew = true
	l.sense.note(e.Time())
	l.remember(e)
	l.fresh = append(l.fresh, *e)
	if e.TaskChanges() {
		return b.foldTask(tx, e)
	}
	if e.Shipment == "" || e.Task != "" || !folds(e.Type) {
		return nil
	}
	s, err := l.work(e.Shipment)
	if err != nil || s == nil {
		return err
	}
	f, err := l.flow(s)
	if err != nil {
		return err
	}
	order.Apply(s, f, e)
	l.lists.stale = true
	l.walked[s.ID] = walk(l.walked[s.ID], e)
	return tx.PutProgress(s, e)
}

// folds says whether an event changes the shipment it names.
func folds(t order.EventType) bool {
	switch t {
	case order.EventRefused, order.EventNoted, order.EventWanted, order.EventAsked, order.EventLocated, order.EventSkipped,
		order.EventSignedIn, order.EventSignedOut, order.EventPrintFailed, order.EventZero, order.EventWeightOff, order.EventCalled, order.EventCallEnded, order.EventInHand:
		return false
	}
	return true
}

// work returns the shipment to fold an event into: the one on the bench, or one
// read for this batch.
func (l *Loop) work(id order.ShipmentID) (*order.Shipment, error) {
	if l.ship != nil && l.ship.ID == id {
		return l.ship, nil
	}
	if s := l.touched[id]; s != nil {
		return s, nil
	}
	s, err := l.loadShipment(id)
	if err == nil && s != nil {
		l.touched[id] = s
	}
	return s, err
}

// seat puts the shipment that the bench names on it.
func (b *batch) seat() error {
	l := b.l
	id := l.bench.Shipment
	if l.ship != nil && l.ship.ID == id || l.ship == nil && id == "" {
		return nil
	}
	l.lists.stale = true
	if id != "" {
		l.seen.newWork()
	}
	if l.ship != nil {
		l.touched[l.ship.ID] = l.ship
	}
	if s := l.touched[id]; s != nil {
		l.ship = s
		return nil
	}
	s, err := l.loadShipment(id)
	l.ship = s
	return err
}
