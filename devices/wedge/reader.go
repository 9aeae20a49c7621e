//go:build unix

package wedge

import (
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// Reader is a terminal without the scans: it reads as the file does, but bursts that are scans go to the callback. It
// embeds the file, so that a program that wants to set the terminal's mode or wait for it by descriptor still can.
//
// Read is for one goroutine, as with any terminal; it calls the callback.
type Reader struct {
	*os.File
	burst *Burst

	mu  sync.Mutex // guards below: one Read at a time
	out []byte     // typing that did not fit the caller's buffer
}

// NewReader makes a reader of a terminal in raw mode. scan must not block for long: keys wait behind it. lost is told of
// bursts that were too long to be scans; nil drops that news.
func NewReader(f *os.File, o Options, scan func(Scan), lost func(n int)) *Reader {
	if lost == nil {
		lost = func(int) {}
	}
	return &Reader{File: f, burst: NewBurst(o, scan, lost)}
}

// Read gives what a person typed. It returns 0 bytes and no error when all that came was a scan.
func (r *Reader) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(p) == 0 {
		return 0, nil
	}
	buf := make([]byte, max(1, len(p)-maxTyped)) // what is held may come on top
	for len(r.out) == 0 {
		if due, ok := r.burst.Waiting(); ok && !r.readable(time.Until(due)) {
			r.out = append(r.out, r.burst.Idle(time.Now())...)
			break
		}
		n, err := r.File.Read(buf)
		r.out = append(r.out, r.burst.Push(buf[:n], time.Now())...)
		if err != nil {
			if len(r.out) == 0 {
				return 0, err
			}
			break
		}
		if _, ok := r.burst.Waiting(); !ok {
			break
		}
	}
	n := copy(p, r.out)
	r.out = append(r.out[:0], r.out[n:]...)
	return n, nil
}

// readable waits until the terminal has bytes, or for d.
func (r *Reader) readable(d time.Duration) bool {
	if d < 0 {
		d = 0
	}
	conn, err := r.SyscallConn()
	if err != nil {
		return true // Read will say what is wrong
	}
	ready := true
	err = conn.Control(func(fd uintptr) {
		fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
		end := time.Now().Add(d)
		for {
			n, err := unix.Poll(fds, int((time.Until(end)+time.Millisecond-1)/time.Millisecond))
			if err == unix.EINTR && time.Now().Before(end) {
				continue
			}
			ready = n > 0 || err != nil && err != unix.EINTR
			return
		}
	})
	return ready || err != nil
}
