package station

import (
	"os"
	"strings"
	"sync/atomic"
	"time"
)

// Clock is the station's sense of time. The system clock is never set; what the
// centre says only shifts business time.
type Clock interface {
	// Now is the business time, UTC: the wall clock with the centre's offset, not
	// before the program was built.
	Now() time.Time
	// Wall is the raw wall clock, UTC.
	Wall() time.Time
	// Mono is the time since the machine started; it never jumps.
	Mono() time.Duration
	// Boot names this run of the machine.
	Boot() string
	// SetOffset says how far the centre's clock is ahead of Wall.
	SetOffset(d time.Duration)
}

// Built is the day the program was built, set by the linker; business time is
// never before it. Empty in a development build.
var Built string

// SystemClock is the machine's clock.
type SystemClock struct {
	start  time.Time // carries Go's monotonic reading
	mono0  time.Duration
	boot   string
	least  time.Time
	offset atomic.Int64
}

// NewSystemClock reads the boot id and the uptime of the machine (proc(5)).
func NewSystemClock() *SystemClock {
	c := &SystemClock{start: time.Now(), boot: "unknown"}
	if b, err := os.ReadFile("/proc/sys/kernel/random/boot_id"); err == nil {
		c.boot = strings.TrimSpace(string(b))
	}
	c.mono0 = uptime()
	if t, err := time.Parse(time.DateOnly, Built); err == nil {
		c.least = t
	}
	return c
}

// Now implements [Clock].
func (c *SystemClock) Now() time.Time {
	t := c.Wall().Add(time.Duration(c.offset.Load()))
	if t.Before(c.least) {
		return c.least
	}
	return t
}

// Wall implements [Clock].
func (c *SystemClock) Wall() time.Time { return time.Now().UTC().Round(0) }

// Mono implements [Clock].
func (c *SystemClock) Mono() time.Duration { return c.mono0 + time.Since(c.start) }

// Boot implements [Clock].
func (c *SystemClock) Boot() string { return c.boot }

// SetOffset implements [Clock].
func (c *SystemClock) SetOffset(d time.Duration) { c.offset.Store(int64(d)) }
