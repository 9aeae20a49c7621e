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
	f, err := draft(path, drafts(path))
	if err != nil {
		return err
	}
	defer f.Close() // after its name is gone: see SweepNew
	defer os.Remove(f.Name())
	if _, err = f.Write(data); err != nil {
		return err
	}
	return Place(f, path)
}

// Place gives a file that was written its name, unless that came up meanwhile (fs.ErrExist).
// Both are on the disk then.
func Place(f *os.File, path string) error {
	if err := errors.Join(f.Sync(), os.Link(f.Name(), path)); err != nil {
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

const backupDrafts = ".backup-"

// DraftBackup makes the private, empty file that is to become a backup, and removes what
// backups that were killed left beside it. The caller removes its name and then closes it.
func DraftBackup(path string) (*os.File, error) {
	sweepAll(filepath.Dir(path), backupDrafts)
	return draft(path, backupDrafts)
}

// draft makes a file that is to become path. Its lock says that somebody works on it; where
// the file system has no locks, nobody sweeps either.
func draft(path, prefix string) (*os.File, error) {
	for {
		f, err := os.CreateTemp(filepath.Dir(path), prefix+"*") // mode 0600
		if err != nil {
			return nil, err
		}
		err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			_, err = os.Lstat(f.Name())
		}
		if err == nil || errors.Is(err, errors.ErrUnsupported) || errors.Is(err, unix.ENOLCK) {
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
func SweepNew(path string) { sweepAll(filepath.Dir(path), drafts(path)) }

func sweepAll(dir, prefix string) {
	all, _ := os.ReadDir(dir) // a folder that cannot be read is told of by whoever needs it
	for _, f := range all {
		if !strings.HasPrefix(f.Name(), prefix) || strings.HasSuffix(f.Name(), journal) {
			continue
		}
		if err := sweep(filepath.Join(dir, f.Name())); err != nil && !errors.Is(err, os.ErrNotExist) {
			slog.Warn("a file that a killed program did not finish was not removed; remove it by hand", "file", f.Name(), "error", err.Error())
		}
	}
}

// journal ends the name of what SQLite keeps beside a file that it changes.
const journal = "-journal"

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
	if err := os.Remove(name + journal); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.Remove(name)
}
