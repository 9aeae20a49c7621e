// Package boot names this run of the machine and measures the time since it began, on a
// clock that nobody sets.
package boot

import (
	"os"
	"strings"
	"sync"
	"time"
)

var began = time.Now() // carries Go's monotonic reading

// Name is the random name of this boot (proc(5), random/boot_id). Where the machine has
// none it names the process, whose time since its start ends with it.
var Name = sync.OnceValue(func() string {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	name := strings.TrimSpace(string(id))
	if err != nil || name == "" {
		return "process-" + began.UTC().Format(time.RFC3339Nano)
	}
	return name
})

// Time is the time since the machine started, suspended time included; where the machine
// does not tell it, since the program started.
func Time() time.Duration {
	if up := uptime(); up > 0 {
		return up
	}
	return time.Since(began)
}
