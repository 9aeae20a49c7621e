package devices

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"

	"go.bug.st/serial"
)

// OpenSerial opens a port with go.bug.st/serial, the default back end, behind the guards it needs in a program that runs
// for months: its descriptors are kept from child processes and refused when select(2) cannot watch them, its writes obey
// a deadline, and only the reader closes. Ports are opened by name alone: the library's port listing opens every ttyS and
// resets its speed (bugst/go-serial issue 210), so it is never called.
func OpenSerial(_ context.Context, path string, line Line) (Port, error) {
	line, err := line.orDefault()
	if err != nil {
		return nil, &Fault{Op: "open " + path, Status: Failed, Err: err, Hint: "correct the profile"}
	}
	mode := &serial.Mode{BaudRate: line.Baud, DataBits: line.DataBits}
	switch line.Parity {
	case "even":
		mode.Parity = serial.EvenParity
	case "odd":
		mode.Parity = serial.OddParity
	}
	if line.StopBits == 2 {
		mode.StopBits = serial.TwoStopBits
	}
	p, g, err := openGuarded(path, mode)
	if err != nil {
		return nil, serialFault(path, err)
	}
	return &serialPort{port: p, guard: g}, nil
}

// serialFault gives the library's own error codes the meaning of the system errors behind them.
func serialFault(path string, err error) *Fault {
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	var pe *serial.PortError
	if errors.As(err, &pe) {
		switch pe.Code() {
		case serial.PortBusy:
			err = fmt.Errorf("%w: %w", syscall.EBUSY, err)
		case serial.PermissionDenied:
			err = fmt.Errorf("%w: %w", syscall.EACCES, err)
		case serial.PortNotFound:
			err = fmt.Errorf("%w: %w", os.ErrNotExist, err)
		}
	}
	return openFault(path, err)
}

// serialPort makes a library port keep the promises of Port.
type serialPort struct {
	port  serial.Port
	guard guard

	readBy  time.Time  // the reader's own
	mu      sync.Mutex // guards below; held across a write slice, so that Close never frees a descriptor in use
	writeBy time.Time
	closed  bool
}

// SetReadDeadline takes effect at the next Read.
func (s *serialPort) SetReadDeadline(t time.Time) error { s.readBy = t; return nil }

// SetWriteDeadline takes effect at the next Write.
func (s *serialPort) SetWriteDeadline(t time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writeBy = t
	return nil
}

// Read maps the library's (0, nil) on timeout to os.ErrDeadlineExceeded, and its panic for a descriptor that select(2)
// cannot hold to an error.
func (s *serialPort) Read(p []byte) (n int, err error) {
	defer func() {
		if r := recover(); r != nil {
			n, err = 0, fmt.Errorf("serial library: %v", r)
		}
	}()
	timeout := serial.NoTimeout
	if !s.readBy.IsZero() {
		timeout = max(time.Until(s.readBy), 0)
	}
	if err := s.port.SetReadTimeout(timeout); err != nil {
		return 0, err
	}
	n, err = s.port.Read(p)
	switch {
	case n > 0:
		return n, nil
	case err == nil, errors.Is(err, syscall.EAGAIN), errors.Is(err, syscall.EINTR):
		return 0, os.ErrDeadlineExceeded
	}
	return 0, err
}

// writeSlice is how long one wait for room in the line may hold the lock that Close needs.
const writeSlice = 20 * time.Millisecond

// Write writes p in pieces; the descriptor does not block, so a full line ends in os.ErrDeadlineExceeded.
func (s *serialPort) Write(p []byte) (int, error) {
	done := 0
	for done < len(p) {
		n, err := s.writeSome(p[done:])
		done += n
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

func (s *serialPort) writeSome(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return 0, os.ErrClosed
	}
	if !s.writeBy.IsZero() && !time.Now().Before(s.writeBy) {
		return 0, os.ErrDeadlineExceeded
	}
	n, err := s.port.Write(p)
	if errors.Is(err, syscall.EAGAIN) {
		s.guard.waitWritable(writeSlice)
		return max(n, 0), nil
	}
	if errors.Is(err, syscall.EINTR) {
		return max(n, 0), nil
	}
	return n, err
}

// Close frees the descriptors. Only the reading goroutine calls it: the library closes the descriptor before it wakes its
// readers, so a close from elsewhere would let a reader see another file.
func (s *serialPort) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return s.port.Close()
}
