package central

import (
	"strconv"
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

// step returns when the clock was set last, by what it shows since then; false: not in this run.
func (s *Service) step() (time.Time, bool) {
	mono := s.watchClock()
	c := &s.steps
	c.mu.Lock()
	defer c.mu.Unlock()
	return s.now().Add(c.at - mono), c.any
}

// keepStep notes in the database that the clock was set, for a centre that is started anew
// does not know. Of several beside one database the latest step stands.
func (s *Service) keepStep(tx Tx) error {
	at, any := s.step()
	if !any {
		return nil
	}
	kept, err := steppedAt(tx)
	if err != nil || at.Before(kept.Add(s.cfg.Grace/2)) && !kept.After(s.now()) {
		return err
	}
	return tx.SetMeta(metaStepped, strconv.FormatInt(at.UnixMilli(), 10))
}

func steppedAt(r Reader) (time.Time, error) {
	text, err := r.Meta(metaStepped)
	if err != nil || text == "" {
		return time.Time{}, err
	}
	ms, err := strconv.ParseInt(text, 10, 64)
	return time.UnixMilli(ms), err
}

// unsure returns whether the clock cannot be trusted to have ended a lease of a length. After
// a step, also one before the start, a holder that has not been heard of may hold its lease for
// its whole length by its own clock; after a start, when nobody knows what the clock did
// while nothing ran, a holder that lives says so within the grace.
func (s *Service) unsure(r Reader) (func(length time.Duration) bool, error) {
	kept, err := steppedAt(r)
	if err != nil {
		return nil, err
	}
	mono, now := s.watchClock(), s.now()
	at, any := s.step()
	return func(length time.Duration) bool {
		within := func(at time.Time) bool { return !at.After(now) && now.Sub(at) <= length+s.cfg.Grace }
		return mono-s.steps.began < s.cfg.Grace || any && within(at) || within(kept)
	}, nil
}
