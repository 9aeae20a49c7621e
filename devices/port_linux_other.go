//go:build !linux

package devices

import (
	"context"
	"errors"
)

// OpenLinux exists on Linux only.
func OpenLinux(_ context.Context, path string, _ Line) (Port, error) {
	return nil, &Fault{Op: "open " + path, Status: Failed, Err: errors.New("the linux back end runs on Linux only"), Hint: `set backend = "serial"`}
}
