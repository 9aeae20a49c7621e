package localdb

import (
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
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
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	name := strings.TrimSpace(string(boot))
	if err != nil || name == "" {
		name = "process " + time.Now().UTC().Format(time.RFC3339Nano) // no boot id: monotonic time ends with this process
	}
	return Clock{Wall: time.Now, Mono: bootTime, Boot: name}
}

// bootTime returns CLOCK_BOOTTIME in milliseconds.
func bootTime() int64 {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &ts); err != nil {
		return time.Now().UnixMilli()
	}
	return ts.Nano() / int64(time.Millisecond)
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
