package localdb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"pickstation/order"
)

// Backup writes a copy of the database to a file, while the station works. The file
// is there as a whole or not at all; it holds what was committed when it began. The
// station's keys are not in it.
func (r *Reader) Backup(ctx context.Context, file string) error {
	if _, err := os.Stat(file); err == nil {
		return order.Errorf("file_exists", "%s is there already", file).WithHint("name another file")
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	tmp := file + ".part"
	if err := os.Remove(tmp); err != nil && !os.IsNotExist(err) {
		return backupError(err)
	}
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return backupError(err)
	}
	f.Close()
	r.mu.Lock()
	err = copyPages(r.c, tmp)
	r.mu.Unlock()
	if err == nil {
		err = checkFile(tmp)
	}
	if err == nil {
		err = unmark(tmp)
	}
	if err == nil {
		err = syncFile(tmp)
	}
	if err == nil {
		err = os.Rename(tmp, file)
	}
	if err != nil {
		os.Remove(tmp)
		os.Remove(tmp + "-journal")
		return backupError(err)
	}
	return syncDir(filepath.Dir(file))
}

// unmark makes a copy known as one, should somebody put it in the place of the database
// by hand.
func unmark(file string) error {
	c, err := openConn(ownDisk.dsn(file, "_synchronous=OFF"))
	if err != nil {
		return err
	}
	v, err := c.one("SELECT 1 FROM sqlite_schema WHERE name = 'session'")
	if err == nil && v != nil { // an older program's has none
		err = c.exec("UPDATE session SET mark=?1, before=?1", noSession)
	}
	return errors.Join(err, c.close())
}

func backupError(err error) error {
	var e *order.Error
	if errors.As(err, &e) {
		return e
	}
	return (&order.Error{Code: "backup_failed", Op: "back up", Msg: "the backup was not written", Err: err}).
		WithHint("check the folder and the free space of its disk")
}

// copyPages copies all pages in one step: a backup in several steps starts over with
// every commit in between and never ends on a busy bench.
func copyPages(from *conn, file string) error {
	to, err := openConn(ownDisk.dsn(file, "_synchronous=OFF")) // synced once, at the end
	if err != nil {
		return err
	}
	b, err := to.c.Backup("main", from.c, "main")
	if err != nil {
		return errors.Join(err, to.close())
	}
	done, err := b.Step(-1)
	if err == nil && !done {
		err = errors.New("the database stayed busy")
	}
	err = errors.Join(err, b.Finish())
	if err == nil {
		err = to.script("PRAGMA journal_mode=DELETE") // one file, without a log beside it
	}
	return errors.Join(err, to.close())
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// readable refuses a file that is not there or cannot be read, with code no_file.
func readable(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return (&order.Error{Code: "no_file", Op: "open", Msg: "the file cannot be read", Err: err}).
			WithHint("check the name and the rights of the file")
	}
	return f.Close()
}

// checkFile makes sure that a file is a sound database of a station that this program
// can read.
func checkFile(file string) error {
	notOne := func(err error) error {
		return (&order.Error{Code: "not_a_backup", Op: "check backup", Msg: file + " is not a sound database of a station", Err: err}).
			WithHint("take another backup")
	}
	if err := readable(file); err != nil {
		return err
	}
	c, err := openConn(ownDisk.dsn(file, "mode=ro&_query_only=1"))
	if err != nil {
		return notOne(err)
	}
	defer c.close()
	v, err := c.one("PRAGMA user_version")
	if err != nil {
		return notOne(err)
	}
	if v.int(0) > schemaVersion {
		return order.Errorf("newer_database", "%s has schema version %d, this program knows %d", file, v.int(0), schemaVersion).
			WithHint("use the newer pickstation")
	}
	if v, err = c.one("SELECT count(*) FROM sqlite_master WHERE name IN ('events', 'logs', 'identity')"); err != nil || v.int(0) != 3 {
		return notOne(err)
	}
	if v, err = c.one("PRAGMA quick_check(1)"); err != nil || v.text(0) != "ok" {
		return notOne(err)
	}
	return nil
}

// Restore puts a backup in the place of a data folder's database. The old one is kept
// beside it; its name is returned. The next Open starts a new event log, for the
// centre may know more of the old one than the backup. Without discard it is refused
// (code unsent_events) while the old database has events that the centre lacks. The
// folder must not be in use.
func Restore(dir, file string, discard bool, now time.Time) (kept string, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", openError("restore", err)
	}
	lk, err := lock(dir)
	if err != nil {
		return "", openError("restore", err)
	}
	defer lk.Close()
	switch found, err := ownDisk.look(file); {
	case err != nil:
		return "", openError("restore", err)
	case found.mixed():
		return "", found.refuse(file)
	}
	if err := checkFile(file); err != nil {
		return "", err
	}
	path := filepath.Join(dir, dbFile)
	if n := unsentOf(dir); n > 0 && !discard {
		return "", order.Errorf("unsent_events", "the database in %s has %d events that the centre has not got", dir, n).
			WithHint("run 'pickstation sync --once' first; --discard restores without them and keeps the old file")
	}
	next := path + ".restore"
	if err := copyRaw(file, next); err != nil {
		return "", backupError(err)
	}
	if err := fence(next); err != nil {
		return "", backupError(err)
	}
	if kept, err = setAside(path, path+".before-"+now.UTC().Format("20060102T150405")); err != nil {
		return "", backupError(err)
	}
	if err := ownDisk.forgetSession(dir); err != nil {
		return kept, backupError(err)
	}
	if err := os.Rename(next, path); err != nil {
		return kept, backupError(err)
	}
	return kept, syncDir(dir)
}

// copyRaw copies a database with the write-ahead log beside it, as a dead machine leaves them;
// the fence folds that in.
func copyRaw(file, to string) error {
	for _, end := range []string{"-wal", "-shm", "-journal"} {
		if err := os.Remove(to + end); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return copyStill(file, to)
}

// setAside gives a database another name, and returns that, "" where there was nothing.
// One that can still be read keeps its old name too, with all of its write-ahead log in
// it, until the next takes its place: a power cut in between leaves a whole database, the
// old one or the new one, and never a new one beside the old one's log. SQLite would play
// a log over whatever database has its name, so one whose database is gone goes as well.
func setAside(path, as string) (kept string, err error) {
	found, err := ownDisk.look(path)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(path); err == nil && !found.mixed() && folded(path) == nil {
		return as, errors.Join(os.Link(path, as), syncDir(filepath.Dir(path)))
	}
	for _, end := range []string{"-wal", "-journal", ""} {
		switch err := os.Rename(path+end, as+end); {
		case err == nil:
			kept = as
		case !os.IsNotExist(err):
			return kept, err
		}
	}
	if err := os.Remove(path + "-shm"); err != nil && !os.IsNotExist(err) {
		return kept, err
	}
	return kept, syncDir(filepath.Dir(path))
}

// folded makes a database one file, without a write-ahead log beside it.
func folded(path string) error {
	c, err := openConn(ownDisk.dsn(path, "_synchronous=FULL"))
	if err != nil {
		return err
	}
	r, err := c.one("PRAGMA journal_mode=DELETE")
	if err == nil && r.text(0) != "delete" {
		err = errors.New("the database is in use")
	}
	return errors.Join(err, c.close())
}

// unsentOf returns how many events of a folder the centre has not got; 0 where that
// cannot be read any more.
func unsentOf(dir string) int {
	if found, err := ownDisk.look(filepath.Join(dir, dbFile)); err != nil || found.mixed() {
		return 0 // nobody knows; all of it is set aside
	}
	r, err := OpenReader(dir)
	if err != nil {
		return 0
	}
	defer r.Close()
	st, err := r.SyncState(context.Background())
	if err != nil {
		return 0
	}
	return st.Unsent
}

// fence makes the next Open start a new log: it no longer knows where it lives.
func fence(path string) error {
	c, err := openConn(ownDisk.dsn(path, "_synchronous=FULL"))
	if err != nil {
		return err
	}
	return errors.Join(c.script("DELETE FROM identity"), c.close(), syncFile(path))
}

func copyOf(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

// CopyTo copies a station's database, its write-ahead log and its keys into an
// empty folder without writing beside the original. The copy goes on with the same
// event log, for it is meant to be looked at and played with: a station must never
// run on it. file is a station.db or a backup; it may be in use.
func CopyTo(file, dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return backupError(err)
	}
	path := filepath.Join(dir, dbFile)
	err := copyStill(file, path)
	if err != nil {
		return backupError(err)
	}
	if err := copyKeys(filepath.Dir(file), dir); err != nil {
		return backupError(err)
	}
	c, err := openConn(ownDisk.writerDSN(path))
	if err != nil {
		return openError("copy", err)
	}
	here := identify(path)
	err = migrate(c)
	if err == nil {
		err = c.exec("UPDATE identity SET machine=?, disk=?, file=?", here.machine, here.disk, here.file)
	}
	if err = errors.Join(err, c.close()); err != nil {
		return openError("copy", err)
	}
	return nil
}

// copyKeys copies the keys of a data folder. Keys that cannot be read here, as those of a
// station whose seal key is a credential, are left out: the copy does without receivers.
func copyKeys(from, to string) error {
	k := keysToRead(machine{}, from)
	if k.broken != nil {
		return nil //nolint:nilerr // said above
	}
	names, err := k.keyFiles()
	if err != nil {
		return err
	}
	for _, name := range append(names, sealKeyFile) {
		if name == stationKey {
			continue // a copy does not speak for the station
		}
		if err := copyOf(filepath.Join(from, name), filepath.Join(to, name)); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return nil
}

// copyStill copies a database that nobody writes meanwhile: as files where no station
// runs on it, else page by page through SQLite.
func copyStill(file, to string) error {
	lk, err := os.Open(filepath.Join(filepath.Dir(file), lockFile))
	if err == nil {
		defer lk.Close()
		if err := unix.Flock(int(lk.Fd()), unix.LOCK_SH|unix.LOCK_NB); err != nil {
			c, err := openConn(ownDisk.dsn(file, "mode=ro&_query_only=1&_busy_timeout=5000"))
			if err != nil {
				return err
			}
			return errors.Join(copyPages(c, to), c.close())
		}
	}
	if err := copyOf(file, to); err != nil {
		return err
	}
	if err := copyOf(file+"-wal", to+"-wal"); err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("copy the write-ahead log: %w", err)
	}
	return nil
}
