package central

import (
	"context"
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

	keeping sync.Mutex    // guards below
	kept    time.Duration // the step that the database knows
}

// startSteps begins to watch the clock, and recalls a step from before the start. One that the
// wall clock has not come to was followed by another one while no centre ran: now, at the
// latest. So is a note that cannot be read.
func (s *Service) startSteps(r Reader) error {
	c := &s.steps
	c.began = s.cfg.Mono()
	c.drift = s.drift(c.began)
	text, err := r.Meta(metaStepped)
	if err != nil || text == "" {
		return err
	}
	c.any, c.at = true, c.began
	if ms, err := strconv.ParseInt(text, 10, 64); err == nil {
		c.at -= max(s.now().Sub(time.UnixMilli(ms)), 0)
	}
	c.kept = c.at
	return nil
}

// keepStep notes in the database that the clock was set, for a centre that is started anew
// does not know, and returns when it is there. Of several beside one database the last one's
// note stands.
func (s *Service) keepStep(ctx context.Context) error {
	mono, at, any := s.watchClock()
	c := &s.steps
	c.keeping.Lock()
	defer c.keeping.Unlock()
	if !any || at == c.kept {
		return nil
	}
	when := s.now().Add(at - mono)
	err := s.store.Write(ctx, func(tx Tx) error {
		return tx.SetMeta(metaStepped, strconv.FormatInt(when.UnixMilli(), 10))
	})
	if err == nil {
		c.kept = at
	}
	return err
}

// drift is the wall clock less the monotonic clock, from an arbitrary zero.
func (s *Service) drift(mono time.Duration) time.Duration {
	return time.Duration(s.now().UnixMilli())*time.Millisecond - mono
}

// watchClock compares the clocks, notes a step, and returns the monotonic clock and where it
// stood at the last step, if there was any. A step of less than half the grace does no harm:
// the grace covers it.
func (s *Service) watchClock() (mono, at time.Duration, any bool) {
	c := &s.steps
	c.mu.Lock()
	defer c.mu.Unlock()
	mono = s.cfg.Mono()
	if drift := s.drift(mono); (drift - c.drift).Abs() > s.cfg.Grace/2 {
		c.drift, c.at, c.any = drift, mono, true
	}
	return mono, c.at, c.any
}

// unsure says whether the clock cannot be trusted to have ended a lease of that
// length. After a step, a holder that has not been heard of may hold its lease for
// its whole length by its own clock; after a start, when nobody knows what the clock
// did while no centre ran, a holder that lives says so within the grace.
func (s *Service) unsure(length time.Duration) bool {
	mono, at, any := s.watchClock()
	return mono-s.steps.began < s.cfg.Grace || any && mono-at <= length+s.cfg.Grace
}
