package localdb

import (
	"time"

	"pickstation/internal/boot"
)

// Clock is the time as a station can know it. It never jumps in replays, and in
// real life only Wall does.
type Clock struct {
	Wall func() time.Time // wall clock
	Mono func() int64     // milliseconds since boot, suspended time included
	Boot string           // random name of this boot
}

// SystemClock returns the clock of this machine.
func SystemClock() Clock {
	return Clock{Wall: time.Now, Mono: func() int64 { return boot.Time().Milliseconds() }, Boot: boot.Name()}
}

// millis returns Unix milliseconds, 0 for the zero time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// fromMillis is the inverse of millis, in UTC.
func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
