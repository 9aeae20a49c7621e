package station

import (
	"sync/atomic"
	"time"

	"pickstation/internal/boot"
)

// Clock is the station's sense of time. The system clock is never set; what the
// centre says only shifts business time.
type Clock interface {
	// Now is the time as far as clocks tell, UTC: once the centre was heard its time, carried
	// on by Mono; until then the wall clock with the offset it had before. Not before the
	// program was built.
	Now() time.Time
	// Heard says whether the centre was heard, so that Now follows no step of the wall clock.
	Heard() bool
	// Wall is the raw wall clock, UTC.
	Wall() time.Time
	// Mono is the time since the machine started; it never jumps.
	Mono() time.Duration
	// Boot names this run of the machine.
	Boot() string
	// SetOffset says how far the centre's clock is ahead of Wall, and whether it was heard
	// just now or before this run.
	SetOffset(d time.Duration, heard bool)
}

// Built is the day the program was built, set by the linker; business time is
// never before it. Empty in a development build.
var Built string

// SystemClock is the machine's clock.
type SystemClock struct {
	least time.Time
	told  atomic.Pointer[told]
}

// told is what the centre said of the time.
type told struct {
	offset time.Duration // its clock less Wall, before this run
	at     time.Time     // its clock at the machine's start, zero: not heard in this run
}

// NewSystemClock returns the machine's clock.
func NewSystemClock() *SystemClock {
	c := &SystemClock{}
	if t, err := time.Parse(time.DateOnly, Built); err == nil {
		c.least = t
	}
	return c
}

// Now implements [Clock].
func (c *SystemClock) Now() time.Time {
	t := c.Wall()
	switch told := c.told.Load(); {
	case told == nil:
	case told.at.IsZero():
		t = t.Add(told.offset)
	default:
		t = told.at.Add(c.Mono())
	}
	if t.Before(c.least) {
		return c.least
	}
	return t
}

// Heard implements [Clock].
func (c *SystemClock) Heard() bool {
	told := c.told.Load()
	return told != nil && !told.at.IsZero()
}

// Wall implements [Clock].
func (c *SystemClock) Wall() time.Time { return time.Now().UTC().Round(0) }

// Mono implements [Clock].
func (c *SystemClock) Mono() time.Duration { return boot.Time() }

// Boot implements [Clock].
func (c *SystemClock) Boot() string { return boot.Name() }

// SetOffset implements [Clock].
func (c *SystemClock) SetOffset(d time.Duration, heard bool) {
	t := &told{offset: d}
	if heard {
		t.at = c.Wall().Add(d - c.Mono())
	}
	c.told.Store(t)
}
