package main

import (
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// disk is the limit of every durable commit: an overwrite of 4 KiB in a file that
// has its size already, and fdatasync.
type disk struct {
	f   *os.File
	buf [4096]byte
	n   int64
}

const diskPages = 1024

func newDisk(dir string) (*disk, error) {
	f, err := os.Create(filepath.Join(dir, "limit"))
	if err != nil {
		return nil, err
	}
	d := &disk{f: f}
	if _, err := f.Write(make([]byte, diskPages*len(d.buf))); err != nil {
		f.Close()
		return nil, err
	}
	return d, f.Sync()
}

// write makes 4 KiB durable and returns how long that took.
func (d *disk) write() (time.Duration, error) {
	d.n++
	d.buf[0]++
	began := time.Now()
	if _, err := d.f.WriteAt(d.buf[:], d.n%diskPages*int64(len(d.buf))); err != nil {
		return 0, err
	}
	if err := unix.Fdatasync(int(d.f.Fd())); err != nil {
		return 0, err
	}
	return time.Since(began), nil
}

// block returns how long n writes took.
func (d *disk) block(n int) ([]time.Duration, error) {
	list := make([]time.Duration, n)
	for i := range list {
		var err error
		if list[i], err = d.write(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (d *disk) close() { d.f.Close() }
