package sqlite

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"pickstation/order"
)

// A database file begins with these bytes, and byte 18 tells how it is written ("Database
// File Format", section 1.3).
const (
	fileMagic    = "SQLite format 3\x00"
	fileWrite    = 18
	writeNotWAL  = 1
	strangeStamp = "20060102T150405"
	walSuffix    = "-wal"
)

// setStrangeLogAside takes a write-ahead log away that belongs to another file: SQLite
// plays a log over whatever database has its name, so a copy put in the place of a store
// that was killed would get the killed one's last pages. A copy ([Store.Backup]) says that
// it is written without a log, and one that was opened once says otherwise before it has
// one. The lock keeps two processes that open the same copy apart.
func setStrangeLogAside(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return lostStore(path)
	}
	if err != nil {
		return err
	}
	defer f.Close()
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX); err != nil {
		return err
	}
	log := path + walSuffix
	if info, err := os.Stat(log); err != nil || info.Size() == 0 { // before the head: see above
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		return err
	}
	head := make([]byte, fileWrite+1)
	switch _, err := f.ReadAt(head, 0); {
	case errors.Is(err, io.EOF):
		return lostStore(path)
	case err != nil:
		return err
	case !bytes.HasPrefix(head, []byte(fileMagic)) || head[fileWrite] != writeNotWAL:
		return nil
	}
	kept := log + ".before-" + time.Now().UTC().Format(strangeStamp)
	if err := os.Rename(log, kept); err != nil {
		return err
	}
	if err := os.Remove(path + "-shm"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	slog.Warn("a write-ahead log of another store lay beside the copy; it was put aside", "kept", kept)
	return nil
}

// lostStore refuses to begin anew over what is left of a store: SQLite deletes the log
// beside an empty file. Commits stand in a log only after the file has its head.
func lostStore(path string) error {
	log := path + walSuffix
	switch info, err := os.Stat(log); {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Size() == 0:
		return nil
	}
	if info, err := os.Stat(path); err == nil && info.Size() > 0 { // made meanwhile
		return nil
	}
	return order.Errorf("store_lost", "%s is empty or gone, and %s is left of the store that was there", path, log).
		WithHint("put the newest backup in its place; to begin anew, move %s away first", log)
}
