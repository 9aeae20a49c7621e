package station

import (
	"context"

	"pickstation/order"
)

// Run owns the bench until ctx ends or a commit fails. After a failed commit
// nothing of the batch has happened; the error has code not_saved, and the caller
// opens the database again and starts a new loop. Scans that were taken are decided
// before a regular end; those that a failure leaves behind are answered NOT SAVED.
func (l *Loop) Run(ctx context.Context) error {
	err := l.run(ctx)
	if err != nil {
		l.endedBy.Store(&err)
	}
	close(l.done)
	l.refuse(l.rest(), err)
	return err
}

// rest returns the messages that nobody has decided, once no sender can add another:
// each has seen the end by then, or its message is in the mailbox.
func (l *Loop) rest() []message {
	l.sending.Lock()
	defer l.sending.Unlock()
	left := l.held
	if l.next != nil {
		left = append(left, l.next)
	}
	for m, ok := l.poll(); ok; m, ok = l.poll() {
		left = append(left, m)
	}
	return left
}

func (l *Loop) run(ctx context.Context) error {
	if err := l.load(); err != nil {
		return err
	}
	if l.opt.Verify != nil {
		l.checking = true
		ctx, cancel := context.WithCancel(ctx)
		verified := make(chan struct{})
		defer func() { cancel(); <-verified }()
		go func() {
			defer close(verified)
			if err := l.opt.Verify(ctx); ctx.Err() == nil {
				_ = l.send(ctx, verifiedMsg{err}) // fails only when the loop ends
			}
		}()
	} else if err := l.recount(); err != nil {
		return err
	}
	l.page = pageAt(l.now(), &l.policy, l.zone)
	l.publish()
	for {
		m := l.take(ctx)
		if m == nil {
			return l.finish()
		}
		if err := l.batch(m); err != nil {
			return err
		}
		if len(l.mail) == 0 {
			l.opt.Store.Ready()
		}
	}
}

// take waits for the next message; nil when ctx has ended.
func (l *Loop) take(ctx context.Context) message {
	if m := l.next; m != nil {
		l.next = nil
		return m
	}
	select {
	case <-ctx.Done():
		return nil
	case m := <-l.mail:
		return m
	}
}

// finish decides what is in the mailbox at a regular end.
func (l *Loop) finish() error {
	for n := len(l.mail); n > 0; n = min(n-1, len(l.mail)) {
		m, ok := l.poll()
		if !ok {
			return nil
		}
		if err := l.batch(m); err != nil {
			return err
		}
		for l.next != nil {
			m, l.next = l.next, nil
			if err := l.batch(m); err != nil {
				return err
			}
		}
	}
	return nil
}

// refuse tells the scanners whose scans nobody has decided that they are not saved.
func (l *Loop) refuse(left []message, err error) {
	if err == nil {
		err = errStopped
	}
	for _, m := range left {
		s, ok := m.(scanMsg)
		if !ok {
			continue
		}
		l.lose(s.s.Device, s.s.Frame, s.s.Waits)
		if l.opt.OnVerdict != nil {
			l.opt.OnVerdict(Outcome{Input: order.Input{At: l.now(), Device: s.s.Device, Frame: s.s.Frame, Source: order.Scanned, Text: s.s.Text}, Err: err})
		}
	}
}
