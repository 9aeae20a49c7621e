//go:build !linux

package station

import "time"

// uptime is unknown here; the monotonic time counts from the program's start.
func uptime() time.Duration { return 0 }
