package devices

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Port is an open line to a device.
//
// One goroutine reads and closes it; one other may write at the same time. Read returns os.ErrDeadlineExceeded when
// nothing came before the read deadline, and any other error when the line is gone. Write writes all of p or returns an
// error; it never blocks past the write deadline. Deadlines are set by the goroutine that they are for.
type Port interface {
	Read(p []byte) (int, error)
	Write(p []byte) (int, error)
	SetReadDeadline(t time.Time) error
	SetWriteDeadline(t time.Time) error
	Close() error
}

// Line holds the electrical settings of a serial line. USB scanners (CDC-ACM) ignore them.
type Line struct {
	Baud     int    `toml:"baud"`      // bits per second; 0 means 9600
	DataBits int    `toml:"data_bits"` // 7 or 8; 0 means 8
	Parity   string `toml:"parity"`    // "none", "even", "odd"; "" means none
	StopBits int    `toml:"stop_bits"` // 1 or 2; 0 means 1
}

// Opener opens the port named by path. A failure is a *Fault whose Status is Absent, Denied, Busy or Failed.
type Opener func(ctx context.Context, path string, line Line) (Port, error)

// The back ends a profile can name.
const (
	BackendSerial = "serial" // go.bug.st/serial, the default
	BackendLinux  = "linux"  // os.File and termios: any descriptor number, real deadlines
	BackendTCP    = "tcp"    // a serial server or an RF base; chosen by an address tcp://host:port
)

// The addresses that are no paths.
const (
	tcpPrefix   = "tcp://"
	evdevPrefix = "evdev:"
)

// openerFor chooses the back end: an address decides for TCP and keyboards, the profile between the serial ones.
func openerFor(backend, path string) (Opener, error) {
	switch {
	case strings.HasPrefix(path, tcpPrefix):
		return OpenTCP, nil
	case strings.HasPrefix(path, evdevPrefix):
		return OpenKeyboard, nil
	}
	switch backend {
	case "", BackendSerial:
		return OpenSerial, nil
	case BackendLinux:
		return OpenLinux, nil
	case BackendTCP:
		return nil, fmt.Errorf("back end tcp needs an address tcp://host:port, not %q", path)
	}
	return nil, fmt.Errorf("unknown back end %q: use serial, linux or tcp", backend)
}

// resolvePort turns a configured port into a path: an address and an absolute path stay, a name is looked up in devDir.
func resolvePort(devDir, port string) (string, error) {
	if strings.HasPrefix(port, tcpPrefix) || filepath.IsAbs(port) {
		return port, nil
	}
	if path, ok := strings.CutPrefix(port, evdevPrefix); ok {
		if !filepath.IsAbs(path) {
			return "", fmt.Errorf("port %q: write evdev:/dev/input/by-id/…", port)
		}
		return port, nil
	}
	if port == "" || port == "." || port == ".." || strings.ContainsAny(port, "/\x00") {
		return "", fmt.Errorf("port %q: give a name in %s, an absolute path, tcp://host:port or evdev:/dev/input/by-id/…", port, devDir)
	}
	return filepath.Join(devDir, port), nil
}

// openFault classifies an error of opening path.
func openFault(path string, err error) *Fault {
	f := &Fault{Op: "open " + path, Status: Failed, Err: err, Hint: "unplug the device and plug it in again; see pickstation devices list"}
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENXIO), errors.Is(err, syscall.ENODEV), errors.Is(err, syscall.EIO):
		f.Status, f.Hint = Absent, "plug the device in, or assign another port: pickstation devices list"
	case errors.Is(err, fs.ErrPermission):
		f.Status, f.Hint = Denied, "add the user to group dialout and sign in again, or install the udev rule of the package"
	case errors.Is(err, syscall.EBUSY), errors.Is(err, syscall.EWOULDBLOCK):
		f.Status, f.Hint = Busy, "another program holds the port (ModemManager, a second station?): close it"
	case errors.Is(err, syscall.ENOTTY):
		f.Hint = "this is no serial port; name one of pickstation devices list"
	}
	return f
}

// isQuiet says that a read or write ended because of its deadline and the port is well.
func isQuiet(err error) bool { return errors.Is(err, os.ErrDeadlineExceeded) }

func (l Line) orDefault() (Line, error) {
	if l.Baud == 0 {
		l.Baud = 9600
	}
	if l.DataBits == 0 {
		l.DataBits = 8
	}
	if l.StopBits == 0 {
		l.StopBits = 1
	}
	if l.Parity == "" {
		l.Parity = "none"
	}
	switch {
	case l.Baud < 0:
		return l, fmt.Errorf("baud %d is not above zero", l.Baud)
	case l.DataBits != 7 && l.DataBits != 8:
		return l, fmt.Errorf("data_bits %d: use 7 or 8", l.DataBits)
	case l.StopBits != 1 && l.StopBits != 2:
		return l, fmt.Errorf("stop_bits %d: use 1 or 2", l.StopBits)
	case l.Parity != "none" && l.Parity != "even" && l.Parity != "odd":
		return l, fmt.Errorf("parity %q: use none, even or odd", l.Parity)
	}
	return l, nil
}
