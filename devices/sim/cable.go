// Package sim simulates scanners, scales, temperature probes and printers on pseudo-terminals and sockets, so that the
// program's real drivers can be tried without hardware. A simulated device is published as a symbolic link in a folder
// that is treated like /dev/serial/by-id; any process on the machine can open it there.
package sim

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// ErrUnplugged is what a device says while no cable is plugged in.
var ErrUnplugged = errors.New("the simulated device is not plugged in")

// Cable is the pseudo-terminal between a simulated device and the station. The zero value is unplugged. Safe for
// concurrent use.
type Cable struct {
	mu     sync.Mutex // guards below
	device *os.File   // our end
	far    *os.File   // keeps the station's end alive while the station is not there
	link   string
}

// Plug makes a new pseudo-terminal and publishes it as dir/name. The link appears in one step.
func (c *Cable) Plug(dir, name string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.device != nil {
		return errors.New("plug in: already plugged in")
	}
	if name == "" || name != filepath.Base(name) || strings.HasPrefix(name, ".") {
		return fmt.Errorf("plug in: %q is no file name", name)
	}
	device, far, err := openPty()
	if err != nil {
		return fmt.Errorf("plug in: %w", err)
	}
	path := filepath.Join(dir, name)
	if err := publish(dir, far.Name(), path); err != nil {
		_ = device.Close()
		_ = far.Close()
		return fmt.Errorf("plug in: %w", err)
	}
	c.device, c.far, c.link = device, far, path
	return nil
}

// publish puts a symbolic link at path by renaming it there, replacing what a killed simulator left.
func publish(dir, target, path string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if st, err := os.Lstat(path); err == nil && st.Mode()&os.ModeSymlink == 0 {
		return fmt.Errorf("%s exists and is no link", path)
	}
	tmp := filepath.Join(dir, fmt.Sprintf(".%s.%d", filepath.Base(path), os.Getpid()))
	_ = os.Remove(tmp)
	if err := os.Symlink(target, tmp); err != nil {
		return err
	}
	return os.Rename(tmp, path)
}

// openPty opens a pseudo-terminal in raw mode. The device's end has working deadlines.
func openPty() (device, far *os.File, err error) {
	m, s, err := pty.Open()
	if err != nil {
		return nil, nil, err
	}
	defer m.Close()
	fail := func(err error) (*os.File, *os.File, error) {
		_ = s.Close()
		return nil, nil, err
	}
	t, err := unix.IoctlGetTermios(int(s.Fd()), unix.TCGETS)
	if err != nil {
		return fail(err)
	}
	t.Iflag, t.Oflag, t.Lflag = 0, 0, 0
	t.Cflag = unix.CS8 | unix.CREAD | unix.CLOCAL | unix.B9600
	if err := unix.IoctlSetTermios(int(s.Fd()), unix.TCSETS, t); err != nil {
		return fail(err)
	}
	fd, err := unix.FcntlInt(m.Fd(), unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return fail(err)
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		_ = unix.Close(fd)
		return fail(err)
	}
	return os.NewFile(uintptr(fd), m.Name()), s, nil
}

// Unplug pulls the cable: the link goes, and whoever has the port open sees the line hang up. Unplugging twice is fine.
func (c *Cable) Unplug() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.device == nil {
		return nil
	}
	err := os.Remove(c.link)
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	_ = c.far.Close()
	_ = c.device.Close()
	c.device, c.far, c.link = nil, nil, ""
	return err
}

// Link is the path of the published link, empty while unplugged.
func (c *Cable) Link() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.link
}

// end gives the device's end of the cable.
func (c *Cable) end() (*os.File, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.device == nil {
		return nil, ErrUnplugged
	}
	return c.device, nil
}

// Read reads what the station has sent.
func (c *Cable) Read(p []byte) (int, error) {
	f, err := c.end()
	if err != nil {
		return 0, err
	}
	return f.Read(p)
}

// Drain waits until the station has read everything that was sent, at most until ctx ends. What a cable still holds when
// it is pulled is lost, as on a real one.
func (c *Cable) Drain(ctx context.Context) error {
	for quiet := 0; quiet < 3; {
		c.mu.Lock()
		far := c.far
		if far == nil {
			c.mu.Unlock()
			return ErrUnplugged
		}
		n, err := unix.IoctlGetInt(int(far.Fd()), unix.TIOCINQ)
		c.mu.Unlock()
		if err != nil {
			return err
		}
		if quiet++; n > 0 {
			quiet = 0
		}
		if err := pause(ctx, 5*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}
