//go:build !linux

package devices

import (
	"context"
	"errors"
)

// OpenKeyboard exists on Linux only.
func OpenKeyboard(_ context.Context, address string, _ Line) (Port, error) {
	return nil, &Fault{Op: "open " + address, Status: Failed, Err: errors.New("input devices can be grabbed on Linux only"), Hint: "use the scanner as a serial device"}
}
