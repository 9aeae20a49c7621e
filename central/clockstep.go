package central

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"
)

// clockSteps notices that the wall clock was set. Leases end by the wall clock, for
// they outlive the program; a clock that was set ends them all at once, or none.
type clockSteps struct {
	mu    sync.Mutex    // guards below
	began time.Duration // monotonic clock at the start
	drift time.Duration // wall clock less monotonic clock, since the last step
	last  clockStep

	keeping sync.Mutex // guards below
	kept    int        // number of the step that the database knows
}

// clockStep is when the wall clock was set last.
type clockStep struct {
	no int           // how often it was noticed
	at time.Duration // monotonic clock when it was noticed; any time where no is 0
}

// startSteps begins to watch the clock, and recalls a step from before the start. One that the
// wall clock has not come to was followed by another one while no centre ran: now, at the
// latest. So is a note that cannot be read, and a clock that the same run of the machine had
// set otherwise.
func (s *Service) startSteps(r Reader) error {
	c := &s.steps
	c.began = s.cfg.Mono()
	c.drift = s.drift(c.began)
	text, err := r.Meta(metaStepped)
	if err != nil {
		return err
	}
	if text != "" {
		c.last = clockStep{no: 1, at: c.began}
		if ms, err := strconv.ParseInt(text, 10, 64); err == nil {
			c.last.at -= max(s.now().Sub(time.UnixMilli(ms)), 0)
		}
	}
	c.kept = c.last.no
	if s.cfg.Boot == "" {
		return nil
	}
	if text, err = r.Meta(metaDrift); err != nil {
		return err
	}
	name, rest, _ := strings.Cut(text, " ")
	if name != s.cfg.Boot {
		c.kept-- // how the clock is set in this run of the machine has to be noted
		return nil
	}
	if ms, err := strconv.ParseInt(rest, 10, 64); err == nil {
		if drift := time.Duration(ms) * time.Millisecond; !s.apart(drift, c.drift) {
			c.drift = drift
			return nil
		}
	}
	c.last.no++
	c.last.at = c.began
	return nil
}

// keepStep notes in the database that the clock was set, and how, for a centre that is started
// anew does not know, and returns when it is there. Of several beside one database the last
// one's note stands.
func (s *Service) keepStep(ctx context.Context) error {
	c := &s.steps
	mono, last, drift := s.watchClock()
	c.keeping.Lock()
	defer c.keeping.Unlock()
	if last.no == c.kept {
		return nil
	}
	when := s.now().Add(last.at - mono)
	err := s.store.Write(ctx, func(tx Tx) error {
		if last.no > 0 {
			if err := tx.SetMeta(metaStepped, strconv.FormatInt(when.UnixMilli(), 10)); err != nil {
				return err
			}
		}
		if s.cfg.Boot == "" {
			return nil
		}
		return tx.SetMeta(metaDrift, fmt.Sprint(s.cfg.Boot, " ", drift.Milliseconds()))
	})
	if err != nil {
		return err
	}
	if c.kept = last.no; last.no > 0 && last.at >= c.began {
		slog.Warn("the clock was set; see that it is right. Work of silent benches waits until their leases are over by any clock", "now", s.now())
	}
	return nil
}

// drift is the wall clock less the monotonic clock, from an arbitrary zero.
func (s *Service) drift(mono time.Duration) time.Duration {
	return time.Duration(s.now().UnixMilli())*time.Millisecond - mono
}

// apart says whether the clock was set between two drifts. A step of less than half the grace
// does no harm: the grace covers it.
func (s *Service) apart(a, b time.Duration) bool { return (a - b).Abs() > s.cfg.Grace/2 }

// watchClock compares the clocks, notes a step, and returns the monotonic clock, the last step
// and how the wall clock is set since then.
func (s *Service) watchClock() (mono time.Duration, last clockStep, drift time.Duration) {
	c := &s.steps
	c.mu.Lock()
	defer c.mu.Unlock()
	mono = s.cfg.Mono()
	if now := s.drift(mono); s.apart(now, c.drift) {
		c.drift, c.last = now, clockStep{no: c.last.no + 1, at: mono}
	}
	return mono, c.last, c.drift
}

// unsure says whether the clock cannot be trusted to have ended a lease of that
// length. After a step, a holder that has not been heard of may hold its lease for
// its whole length by its own clock; after a start, when nobody knows what the clock
// did while no centre ran, a holder that lives says so within the grace.
func (s *Service) unsure(length time.Duration) bool {
	mono, last, _ := s.watchClock()
	return mono-s.steps.began < s.cfg.Grace || last.no > 0 && mono-last.at <= length+s.cfg.Grace
}
