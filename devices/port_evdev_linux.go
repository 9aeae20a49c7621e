package devices

import (
	"context"
	"errors"
	"os"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// eviocgrab takes a keyboard for one program alone (linux/input.h, _IOW('E', 0x90, int)).
const eviocgrab = 0x40044590

// OpenKeyboard opens a keyboard-wedge scanner as the input device it is, evdev:/dev/input/by-id/…-event-kbd, and grabs it:
// what it types reaches nobody else, whatever window or field has the focus. It only reads.
func OpenKeyboard(_ context.Context, address string, _ Line) (Port, error) {
	path := strings.TrimPrefix(address, evdevPrefix)
	f, err := os.OpenFile(path, unix.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		fault := openFault(address, err)
		if fault.Status == Denied {
			fault.Hint = "add the user to group input and sign in again"
		}
		return nil, fault
	}
	conn, err := f.SyscallConn()
	if err == nil {
		var grab error
		err = conn.Control(func(fd uintptr) { grab = unix.IoctlSetInt(int(fd), eviocgrab, 1) })
		if err == nil {
			err = grab
		}
	}
	if err != nil {
		_ = f.Close()
		return nil, openFault(address, err)
	}
	return &keyboardPort{f: f}, nil
}

// keyboardPort is a Port over key events.
type keyboardPort struct {
	f    *os.File
	keys keyboard
	out  []byte
}

// errKeysLost ends the connection, so that half a scan is noise and no other code.
var errKeysLost = errors.New("the system lost key presses")

// Read gives the bytes typed; it waits while there are only releases and modifiers.
func (k *keyboardPort) Read(p []byte) (int, error) {
	buf := make([]byte, 64*keyEvent)
	for len(k.out) == 0 {
		if k.keys.dropped {
			return 0, errKeysLost
		}
		n, err := k.f.Read(buf)
		if n > 0 {
			k.out = append(k.out, k.keys.push(buf[:n])...)
		}
		if err != nil {
			return 0, err
		}
	}
	n := copy(p, k.out)
	k.out = append(k.out[:0], k.out[n:]...)
	return n, nil
}

// Write refuses: a keyboard takes no answers.
func (k *keyboardPort) Write([]byte) (int, error) {
	return 0, errors.Join(errors.New("a keyboard takes no answers"), syscall.ENOTSUP)
}

func (k *keyboardPort) SetReadDeadline(t time.Time) error { return k.f.SetReadDeadline(t) }

func (k *keyboardPort) SetWriteDeadline(time.Time) error { return nil }

// Close gives the keyboard back.
func (k *keyboardPort) Close() error { return k.f.Close() }
