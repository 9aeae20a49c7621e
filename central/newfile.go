package central

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// WriteNew makes a private file with its contents, or fails with fs.ErrExist where there is
// one already. It comes into sight whole, so that nobody reads half a key, and stays: a
// power cut after the first thing that was made with a key must not take the key.
func WriteNew(path string, data []byte) error {
	f, err := draft(path)
	if err != nil {
		return err
	}
	defer f.Close() // after its name is gone: see SweepNew
	defer os.Remove(f.Name())
	_, err = f.Write(data)
	if err := errors.Join(err, f.Sync()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil {
		return err
	}
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// drafts is what the names begin with under which a file is written.
func drafts(path string) string { return ".new-" + filepath.Base(path) + "-" }

// draft makes a file that is to become path. Its lock says that somebody works on it.
func draft(path string) (*os.File, error) {
	for {
		f, err := os.CreateTemp(filepath.Dir(path), drafts(path)+"*") // mode 0600
		if err != nil {
			return nil, err
		}
		err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			_, err = os.Lstat(f.Name())
		}
		if err == nil {
			return f, nil
		}
		f.Close()
		if !errors.Is(err, unix.EWOULDBLOCK) && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		} // else it was swept before it had its lock
	}
}

// SweepNew removes what writers of path left that were killed: it may hold a key. What
// another process is writing stays.
func SweepNew(path string) {
	dir := filepath.Dir(path)
	all, _ := os.ReadDir(dir) // a folder that cannot be read is told of by whoever needs it
	for _, f := range all {
		if !strings.HasPrefix(f.Name(), drafts(path)) {
			continue
		}
		if err := sweep(filepath.Join(dir, f.Name())); err != nil && !errors.Is(err, os.ErrNotExist) {
			slog.Warn("a draft of a key file was not removed; remove it by hand", "file", f.Name(), "error", err.Error())
		}
	}
}

func sweep(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil
		}
		return err
	}
	return os.Remove(name)
}
