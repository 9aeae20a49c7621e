package central

import (
	"sync"
	"time"
)

// clockSteps notices that the wall clock was set. Leases end by the wall clock, for
// they outlive the program; a clock that was set ends them all at once, or none.
type clockSteps struct {
	mu    sync.Mutex    // guards below
	began time.Duration // monotonic clock at the start
	drift time.Duration // wall clock less monotonic clock, since the last step
	at    time.Duration // monotonic clock when the last step was noticed
	any   bool          // there was a step
}

func (s *Service) startSteps() {
	s.steps.began = s.cfg.Mono()
	s.steps.drift = s.drift(s.steps.began)
}

// drift is the wall clock less the monotonic clock, from an arbitrary zero.
func (s *Service) drift(mono time.Duration) time.Duration {
	return time.Duration(s.now().UnixMilli())*time.Millisecond - mono
}

// watchClock compares the clocks, notes a step, and returns the monotonic clock. A
// step of less than half the grace does no harm: the grace covers it.
func (s *Service) watchClock() time.Duration {
	c := &s.steps
	c.mu.Lock()
	defer c.mu.Unlock()
	mono := s.cfg.Mono()
	if drift := s.drift(mono); (drift - c.drift).Abs() > s.cfg.Grace/2 {
		c.drift, c.at, c.any = drift, mono, true
	}
	return mono
}

// unsure says whether the clock cannot be trusted to have ended a lease of that
// length. After a step, a holder that has not been heard of may hold its lease for
// its whole length by its own clock; after a start, when nobody knows what the clock
// did before, a holder that lives says so within the grace.
func (s *Service) unsure(length time.Duration) bool {
	mono := s.watchClock()
	c := &s.steps
	c.mu.Lock()
	defer c.mu.Unlock()
	return mono-c.began < s.cfg.Grace || c.any && mono-c.at <= length+s.cfg.Grace
}
