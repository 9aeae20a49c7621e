//go:build !linux

package devices

import (
	"time"

	"go.bug.st/serial"
)

// guard has nothing to hold on to where descriptors cannot be listed.
type guard struct{}

func (guard) waitWritable(d time.Duration) { time.Sleep(d) }

// openGuarded opens the port as the library does.
func openGuarded(path string, mode *serial.Mode) (serial.Port, guard, error) {
	p, err := serial.Open(path, mode)
	return p, guard{}, err
}
