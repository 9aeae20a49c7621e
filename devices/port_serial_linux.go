package devices

import (
	"fmt"
	"os"
	"strconv"
	"sync"
	"syscall"
	"time"

	"go.bug.st/serial"
	"golang.org/x/sys/unix"
)

// selectLimit keeps a margin under FD_SETSIZE (1024): the library watches descriptors with select(2), which cannot hold
// higher ones and panics.
const selectLimit = 1000

// openMu makes sure that the descriptors found new after an open belong to that open.
var openMu sync.Mutex

// guard knows the descriptor under a library port.
type guard struct{ fd int }

// waitWritable waits until the line takes bytes again, or for d.
func (g guard) waitWritable(d time.Duration) {
	fds := []unix.PollFd{{Fd: int32(g.fd), Events: unix.POLLOUT}}
	_, _ = unix.Poll(fds, int(d.Milliseconds()))
}

// openGuarded opens the port while no child process can be started, marks its descriptors close-on-exec, refuses those
// that select(2) cannot watch, takes the lock that keeps a second station out, and makes writing non-blocking.
func openGuarded(path string, mode *serial.Mode) (serial.Port, guard, error) {
	// Opening a FIFO or a regular file would block or succeed and mean nothing.
	st, err := os.Stat(path)
	if err != nil {
		return nil, guard{}, err
	}
	if st.Mode()&os.ModeCharDevice == 0 {
		return nil, guard{}, fmt.Errorf("not a character device: %w", syscall.ENOTTY)
	}
	openMu.Lock()
	defer openMu.Unlock()
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	before, err := inheritable()
	if err != nil {
		return nil, guard{}, err
	}
	p, err := serial.Open(path, mode)
	if err != nil {
		return nil, guard{}, err
	}
	g, err := adopt(path, before)
	if err != nil {
		_ = p.Close()
		return nil, guard{}, err
	}
	return p, g, nil
}

// adopt finds the descriptors that the library has just made and puts them in order.
func adopt(path string, before map[int]bool) (guard, error) {
	after, err := inheritable()
	if err != nil {
		return guard{}, err
	}
	var want unix.Stat_t
	if err := unix.Stat(path, &want); err != nil {
		return guard{}, err
	}
	g, highest := guard{fd: -1}, 0
	for fd := range after {
		if before[fd] {
			continue
		}
		unix.CloseOnExec(fd)
		highest = max(highest, fd)
		var st unix.Stat_t
		if unix.Fstat(fd, &st) == nil && st.Mode&unix.S_IFMT == unix.S_IFCHR && st.Rdev == want.Rdev {
			g.fd = fd
		}
	}
	switch {
	case g.fd < 0:
		return g, fmt.Errorf("the port changed while it was opened: %w", syscall.ENXIO)
	case highest >= selectLimit:
		return g, &Fault{Op: "open " + path, Status: Failed,
			Err:  fmt.Errorf("descriptor %d is beyond what the serial library can watch (%d)", highest, selectLimit),
			Hint: `use a profile with backend = "linux": a [[profile]] table in the configuration`}
	}
	return g, secure(g.fd, want.Rdev)
}

// secure locks the port against other stations and makes it non-blocking. A pseudo-terminal is taken out of exclusive
// mode again: it would stay "busy" after a crash for as long as its other end lives, and the lock does that work better.
func secure(fd int, rdev uint64) error {
	if err := unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return fmt.Errorf("lock: %w", err)
	}
	if isPty(rdev) {
		_ = unix.IoctlSetInt(fd, unix.TIOCNXCL, 0)
	}
	return unix.SetNonblock(fd, true)
}

// isPty says that a device number is the slave of a pseudo-terminal (majors 136–143, Linux devices.txt).
func isPty(rdev uint64) bool {
	m := unix.Major(rdev)
	return m >= 136 && m <= 143
}

// inheritable lists the descriptors a child process would get.
func inheritable() (map[int]bool, error) {
	d, err := os.Open("/proc/self/fd")
	if err != nil {
		return nil, err
	}
	defer d.Close()
	names, err := d.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	m := make(map[int]bool, 8)
	for _, name := range names {
		fd, err := strconv.Atoi(name)
		if err != nil {
			continue
		}
		if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err == nil && flags&unix.FD_CLOEXEC == 0 {
			m[fd] = true
		}
	}
	return m, nil
}
