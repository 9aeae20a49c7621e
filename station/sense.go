package station

import (
	"time"

	"pickstation/order"
)

// How much a clock may be off before it matters, and what shows that it was ahead.
const (
	// clockSlack is how far time may lie before the newest event without going back: the
	// clock was put right by a little, and the log need not show it.
	clockSlack = 2 * time.Minute
	// aheadLeast is how far ahead a clock must have been to be believed when it comes back
	// without the centre. A clock that was set back by hours must not let expired goods pass.
	aheadLeast = 24 * time.Hour
	// leapOver is a pause between two events that is longer than a weekend: there the clock
	// may have leapt ahead.
	leapOver = 72 * time.Hour
	// leapBack is in how many of the newest events the leap is looked for.
	leapBack = 10_000
)

// sense is the business time: what the centre says where it was heard, else the wall clock,
// but not before the newest event unless the log shows that the clock was ahead by then.
type sense struct {
	clock Clock
	tail  func(back int) ([]order.Event, error) // the newest events, oldest first
	last  time.Time                             // business time of the newest event, zero: none
	mono  time.Duration                         // when last was stored or read
	drift time.Time                             // the clock's time at Mono 0 when leapt was judged, which holds for that; zero: never
	leapt bool
}

// note takes the time of the newest event.
func (s *sense) note(at time.Time) {
	s.last, s.mono = at, s.clock.Mono()
}

// now returns the business time.
func (s *sense) now() time.Time {
	t := s.clock.Now()
	if s.last.IsZero() || s.clock.Heard() {
		return s.steady(t)
	}
	wall := s.clock.Wall()
	switch far := wall.Sub(t).Abs() > clockSlack; {
	case far && wall.Before(t) && !wall.Before(s.last):
		return wall // the offset is of a clock that was put right since
	case !t.Before(s.last) || s.wasAhead(t):
		return t
	case far && !wall.Before(s.last):
		return wall
	}
	return s.onward()
}

// steady is a time that is believed; one that lies before the newest event by a little
// only stands still in the log, not on the clock.
func (s *sense) steady(t time.Time) time.Time {
	if back := s.last.Sub(t); back > 0 && back <= clockSlack {
		return s.onward()
	}
	return t
}

// onward is the time since the newest event by the machine's own.
func (s *sense) onward() time.Time { return s.last.Add(max(s.clock.Mono()-s.mono, 0)) }

// ahead is how far the newest event, or the time that goes on from it, lies after what the
// clock says; zero where that is little.
func (s *sense) ahead() time.Duration {
	at := s.now()
	if at.Before(s.last) {
		at = s.last
	}
	if d := at.Sub(s.clock.Now()); d > clockSlack {
		return d
	}
	return 0
}

// wasAhead says whether the clock was ahead when the newest events were stored, and the
// time is right that lies before them: the log leaps over it.
func (s *sense) wasAhead(t time.Time) bool {
	if s.last.Sub(t) <= aheadLeast {
		return false
	}
	drift := t.Add(-s.clock.Mono())
	if s.drift.IsZero() || drift.Sub(s.drift).Abs() > clockSlack {
		s.drift, s.leapt = drift, s.leapsOver(t)
	}
	return s.leapt
}

// leapsOver says whether the events that are later than a time follow one before it after
// a leap.
func (s *sense) leapsOver(t time.Time) bool {
	events, err := s.tail(leapBack)
	if err != nil {
		return false
	}
	for i := len(events) - 2; i >= 0; i-- {
		if e, next := &events[i], &events[i+1]; !e.Time().After(t) {
			pause := next.Time().Sub(e.Time())
			if e.Boot == next.Boot { // the machine's own time tells how long it was
				pause -= time.Duration(next.Mono-e.Mono) * time.Millisecond
			}
			return pause > leapOver
		}
	}
	return false
}
