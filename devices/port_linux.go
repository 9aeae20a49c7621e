package devices

import (
	"context"
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// OpenLinux opens a port as an os.File in raw mode (termios(3)). It has real deadlines, takes any descriptor number, is
// never inherited by child processes, and Close from anywhere wakes the reader.
func OpenLinux(_ context.Context, path string, line Line) (Port, error) {
	line, err := line.orDefault()
	if err != nil {
		return nil, &Fault{Op: "open " + path, Status: Failed, Err: err, Hint: "correct the profile"}
	}
	st, err := os.Stat(path)
	if err != nil {
		return nil, openFault(path, err)
	}
	if st.Mode()&os.ModeCharDevice == 0 {
		return nil, openFault(path, fmt.Errorf("not a character device: %w", syscall.ENOTTY))
	}
	f, err := os.OpenFile(path, unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, openFault(path, err)
	}
	if err := setUp(f, line); err != nil {
		_ = f.Close()
		return nil, openFault(path, err)
	}
	return f, nil
}

// setUp locks the port and puts it into raw mode at the line's settings.
func setUp(f *os.File, line Line) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var inner error
	err = conn.Control(func(raw uintptr) {
		fd := int(raw)
		var st unix.Stat_t
		if inner = unix.Fstat(fd, &st); inner != nil {
			return
		}
		if inner = unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB); inner != nil {
			return
		}
		if !isPty(st.Rdev) {
			_ = unix.IoctlSetInt(fd, unix.TIOCEXCL, 0)
		}
		inner = setRaw(fd, line)
	})
	if err != nil {
		return err
	}
	return inner
}

var baudBits = map[int]uint32{
	300: unix.B300, 1200: unix.B1200, 2400: unix.B2400, 4800: unix.B4800, 9600: unix.B9600, 19200: unix.B19200,
	38400: unix.B38400, 57600: unix.B57600, 115200: unix.B115200, 230400: unix.B230400, 460800: unix.B460800, 921600: unix.B921600,
}

func setRaw(fd int, line Line) error {
	t, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return err
	}
	speed, ok := baudBits[line.Baud]
	if !ok {
		return fmt.Errorf("baud %d is not a standard speed", line.Baud)
	}
	t.Iflag = 0
	t.Oflag = 0
	t.Lflag = 0
	t.Cflag = unix.CREAD | unix.CLOCAL | speed
	t.Cflag |= map[int]uint32{7: unix.CS7, 8: unix.CS8}[line.DataBits]
	if line.StopBits == 2 {
		t.Cflag |= unix.CSTOPB
	}
	switch line.Parity {
	case "even":
		t.Cflag |= unix.PARENB
		t.Iflag |= unix.INPCK
	case "odd":
		t.Cflag |= unix.PARENB | unix.PARODD
		t.Iflag |= unix.INPCK
	}
	t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 1, 0
	t.Ispeed, t.Ospeed = speed, speed
	return unix.IoctlSetTermios(fd, unix.TCSETS, t)
}
