package localdb

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pickstation/order"
)

// killedBench leaves a data folder as a killed process does: scans stand in the write-ahead
// log. backup was made by db backup in the same session, raw is a copy of the file from
// the session before.
func killedBench(t *testing.T) (dir, backup, raw string, facts int) {
	t.Helper()
	db, h := openNew(t)
	scans(t, db, 300)
	from := db.Dir()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	beside := t.TempDir()
	backup, raw = filepath.Join(beside, "backup"), filepath.Join(beside, "raw")
	copyFile(t, filepath.Join(from, dbFile), raw)
	db = openAt(t, from, h)
	defer db.Close()
	scans(t, db, 5)
	r := reader(t, db)
	if err := r.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	scans(t, db, 200)
	dir = filepath.Join(t.TempDir(), "bench")
	list, err := os.ReadDir(from)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		if f.Name() != lockFile && f.Name() != dbFile+"-shm" {
			copyFile(t, filepath.Join(from, f.Name()), filepath.Join(dir, f.Name()))
		}
	}
	return dir, backup, raw, 505
}

func TestABenchThatWasKilledFindsItsOwnLog(t *testing.T) {
	dir, _, _, facts := killedBench(t)
	for range 2 {
		db := openAt(t, dir, newHands())
		if n := len(tell(t, db)); n != facts {
			t.Errorf("%d facts, not %d", n, facts)
		}
		db.Close()
	}
}

func TestADatabaseCopiedByHandBesideAnotherLogIsRefused(t *testing.T) {
	for _, name := range []string{"backup", "raw"} {
		dir, backup, raw, _ := killedBench(t)
		file := map[string]string{"backup": backup, "raw": raw}[name]
		path := filepath.Join(dir, dbFile)
		copyFile(t, file, path)
		log, err := os.ReadFile(path + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		var e *order.Error
		if _, err := Open(context.Background(), Options{Dir: dir}); codeOf(err) != "other_database" || !asError(err, &e) || e.Hint == "" {
			t.Fatalf("%s: open: %v", name, err)
		}
		if _, err := Salvage(t.Context(), path, filepath.Join(t.TempDir(), "saved")); codeOf(err) != "other_database" {
			t.Errorf("%s: salvage: %v", name, err)
		}
		if b, err := os.ReadFile(path + "-wal"); err != nil || !bytes.Equal(b, log) {
			t.Errorf("%s: the log was touched: %v", name, err)
		}
		// What the message says to do.
		moved := filepath.Join(t.TempDir(), "copy")
		if err := os.Rename(path, moved); err != nil {
			t.Fatal(err)
		}
		kept, err := Restore(dir, moved, false, testTime)
		if err != nil {
			t.Fatal(name, err)
		}
		if b, err := os.ReadFile(kept + "-wal"); err != nil || !bytes.Equal(b, log) {
			t.Errorf("%s: the log was not kept: %v", name, err)
		}
		db := openAt(t, dir, newHands())
		if db.Started() != StartedRestored {
			t.Errorf("%s: started %q", name, db.Started())
		}
		if rep, err := reader(t, db).CheckAll(t.Context()); err != nil || len(rep.Findings) > 0 {
			t.Errorf("%s: %+v %v", name, rep, err)
		}
		scans(t, db, 1)
		db.Close()
		openAt(t, dir, newHands()).Close()
	}
}

func TestRestoreOverAMixedPairKeepsBothApart(t *testing.T) {
	dir, backup, raw, _ := killedBench(t)
	path := filepath.Join(dir, dbFile)
	copyFile(t, raw, path)
	log, err := os.ReadFile(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	was, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := Restore(dir, backup, true, testTime)
	if err != nil {
		t.Fatal(err)
	}
	for end, want := range map[string][]byte{"": was, "-wal": log} {
		if b, err := os.ReadFile(kept + end); err != nil || !bytes.Equal(b, want) {
			t.Errorf("%s is not what it was: %v", kept+end, err)
		}
	}
	openAt(t, dir, newHands()).Close()
}

func TestADatabaseCopiedByHandOverAnEmptyLogStartsANewLog(t *testing.T) {
	dir, backup, _, _ := killedBench(t)
	path := filepath.Join(dir, dbFile)
	openAt(t, dir, newHands()).Close()
	if err := os.Truncate(path+"-wal", 0); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil { // the same inode, born at the same time
		t.Fatal(err)
	}
	for _, want := range []StartedReason{StartedRestored, ""} {
		db := openAt(t, dir, newHands())
		if db.Started() != want {
			t.Errorf("started %q, not %q", db.Started(), want)
		}
		db.Close()
	}
}

// Whatever stands in the files beside the database, a start either finds all that was
// stored or says what is wrong; it never panics and never loses an event.
func FuzzFilesBesideTheDatabase(f *testing.F) {
	db, err := Open(f.Context(), Options{Dir: f.TempDir()})
	if err != nil {
		f.Fatal(err)
	}
	dir := db.Dir()
	inTx(f, db, func(tx *Tx) error { return tx.Append(&order.Event{Type: order.EventNoted, At: 1}) })
	shm, err := os.ReadFile(filepath.Join(dir, dbFile+"-shm"))
	if err != nil {
		f.Fatal(err)
	}
	if _, err := db.w.one("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		f.Fatal(err)
	}
	note, err := os.ReadFile(filepath.Join(dir, sessionFile))
	if err != nil {
		f.Fatal(err)
	}
	sound, err := os.ReadFile(filepath.Join(dir, dbFile))
	if err != nil {
		f.Fatal(err)
	}
	db.Close()
	f.Add(note, shm[:200], []byte{})
	f.Add([]byte("x"), []byte{}, bytes.Repeat([]byte{0x37, 0x7f, 0x06, 0x82}, 2000))
	f.Add([]byte{}, bytes.Repeat([]byte{0xff}, 140), []byte{0x37, 0x7f, 0x06, 0x83, 0, 0x2d, 0xe2, 0x18, 0, 0, 0x10, 0})
	f.Fuzz(func(t *testing.T, note, shm, wal []byte) {
		dir := t.TempDir()
		for name, b := range map[string][]byte{dbFile: sound, sessionFile: note, dbFile + "-shm": shm, dbFile + "-wal": wal} {
			if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		db, err := Open(t.Context(), Options{Dir: dir})
		if err != nil {
			if codeOf(err) == "" {
				t.Error(err)
			}
			return
		}
		defer db.Close()
		if r, err := db.w.one("SELECT count(*) FROM events"); err != nil || r.int(0) != 1 {
			t.Errorf("%v events, %v", r, err)
		}
	})
}

// A page that cannot be read says nothing of whose file it is: the salvage that it needs
// must have the log, in which the newest scans stand.
func TestADamagedFileIsNotTakenForAnotherOne(t *testing.T) {
	for name, table := range map[string]string{"the mark's page": "session", "the list of tables": "sqlite_schema"} {
		dir, _, _, facts := killedBench(t)
		path := filepath.Join(dir, dbFile)
		damage(t, path, table)
		if _, err := Open(context.Background(), Options{Dir: dir}); codeOf(err) == "other_database" {
			t.Errorf("%s: open: %v", name, err)
		}
		out := filepath.Join(t.TempDir(), "saved")
		if rep, err := Salvage(t.Context(), path, out); err != nil || rep.Events+rep.Reissued+rep.Unplaced < facts {
			t.Errorf("%s: %d events, %d issued again, %d unplaced of %d, %v", name, rep.Events, rep.Reissued, rep.Unplaced, facts, err)
		}
	}
}

// damage writes nonsense over the page where a table begins.
func damage(t *testing.T, path, table string) {
	t.Helper()
	at, root := int64(100), int64(1) // behind the head of the file
	c, err := openConn("file:" + path + "?mode=ro&immutable=1")
	if err != nil {
		t.Fatal(err)
	}
	if table != "sqlite_schema" {
		r, err := c.one("SELECT rootpage FROM sqlite_schema WHERE name = ?", table)
		if err != nil {
			t.Fatal(err)
		}
		at, root = 0, r.int(0)
	}
	if err := c.close(); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(bytes.Repeat([]byte{0xa5}, int(4096-at)), (root-1)*4096+at); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestAReaderDoesNotMixFilesEither(t *testing.T) {
	dir, backup, _, _ := killedBench(t)
	path := filepath.Join(dir, dbFile)
	copyFile(t, backup, path)
	if _, err := OpenReader(dir); codeOf(err) != "other_database" {
		t.Errorf("open for reading: %v", err)
	}
}

// SQLite deletes the log beside an empty file, even for who only reads.
func TestNobodyDeletesTheLogBesideAnEmptyFile(t *testing.T) {
	for _, noted := range []bool{true, false} {
		dir, _, _, _ := killedBench(t)
		path := filepath.Join(dir, dbFile)
		log, err := os.ReadFile(path + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(path, 0); err != nil {
			t.Fatal(err)
		}
		if !noted {
			if err := os.Remove(filepath.Join(dir, sessionFile)); err != nil {
				t.Fatal(err)
			}
		}
		var e *order.Error
		if r, err := OpenReader(dir); err == nil {
			r.Close()
			t.Error("an empty file was opened")
		} else if !asError(err, &e) || noted && !strings.Contains(e.Hint, "salvage") {
			t.Errorf("noted %v: %v", noted, err)
		}
		if rep, err := Salvage(t.Context(), path, filepath.Join(t.TempDir(), "saved")); err != nil || rep.Events+rep.Reissued+rep.Unplaced < 200 {
			t.Errorf("salvage: %d events, %v", rep.Events+rep.Reissued+rep.Unplaced, err)
		}
		if b, err := os.ReadFile(path + "-wal"); err != nil || !bytes.Equal(b, log) {
			t.Errorf("noted %v: the log was touched: %v", noted, err)
		}
	}
}
