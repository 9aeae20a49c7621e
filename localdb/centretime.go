package localdb

import "time"

// A centre's clock that disagrees with what was learnt by more than offsetJump ms is
// believed only after offsetAgree answers that agree with each other: one wrong answer
// must not date the events of a shift.
const (
	offsetJump  = 2 * 60 * 1000
	offsetAgree = 3
)

// CentreTime is the centre's clock as a station knows it: as its answers in this run told
// it, and before one was believed as far from the wall clock as in an earlier run.
type CentreTime struct {
	clock  Clock
	before int64 // ms, centre's clock less the wall clock in an earlier run
	heard  bool  // an answer of this run was believed
	learnt int64 // ms, centre's clock less the monotonic one; holds only while heard
	jumpTo int64 // ms, another such difference that answers speak of
	jumps  int   // how many did so in a row
}

// NewCentreTime begins a run. The offset is what Offset gave in an earlier one.
func NewCentreTime(c Clock, offset time.Duration) CentreTime {
	return CentreTime{clock: c, before: offset.Milliseconds()}
}

// Learn takes what the centre's clock said in an answer that came just now. The wall clock
// may jump between two answers; the monotonic one does not.
func (c *CentreTime) Learn(at time.Time) {
	near := func(a, b int64) bool { return max(a-b, b-a) <= offsetJump }
	ahead := at.UnixMilli() - c.clock.Mono()
	switch {
	case near(ahead, c.ahead()):
	case c.jumps > 0 && near(ahead, c.jumpTo):
		if c.jumps++; c.jumps < offsetAgree {
			return
		}
	default:
		c.jumpTo, c.jumps = ahead, 1
		return
	}
	c.learnt, c.heard, c.jumps = ahead, true, 0
}

// Heard says whether Offset was heard in this run and holds whatever the wall clock does.
func (c *CentreTime) Heard() bool { return c.heard }

// Offset returns the centre's clock less the wall clock here.
func (c *CentreTime) Offset() time.Duration {
	if !c.heard {
		return time.Duration(c.before) * time.Millisecond
	}
	return time.Duration(c.Now()-c.clock.Wall().UnixMilli()) * time.Millisecond
}

// Now is the centre's time, Unix ms.
func (c *CentreTime) Now() int64 { return c.clock.Mono() + c.ahead() }

// Latest is the latest moment that can be, Unix ms: any, before the centre was heard. What
// was stored while the computer's clock was ahead is later.
func (c *CentreTime) Latest() int64 {
	if !c.heard {
		return farFuture
	}
	return c.Now() + offsetJump
}

// ahead is the centre's clock less the monotonic one here, ms.
func (c *CentreTime) ahead() int64 {
	if c.heard {
		return c.learnt
	}
	return c.clock.Wall().UnixMilli() + c.before - c.clock.Mono()
}
