package localdb

import (
	"path/filepath"
	"testing"
)

// TestARawCopyOfADeadMachineIsRestoredWithItsLog puts back a station.db that somebody copied
// with the log beside it, in which the newest scans are.
func TestARawCopyOfADeadMachineIsRestoredWithItsLog(t *testing.T) {
	db, h := openNew(t)
	scans(t, db, 20)
	stick, dir := t.TempDir(), t.TempDir()
	for _, name := range []string{dbFile, dbFile + "-wal"} {
		if err := copyOf(filepath.Join(db.Dir(), name), filepath.Join(stick, name)); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(stick, dbFile)
	if _, err := Restore(dir, file, false, testTime); err != nil {
		t.Fatal(err)
	}
	back := openAt(t, dir, h)
	defer back.Close()
	if n := back.logs.all[0].Last; n != db.LastSeq() || back.Started() != StartedRestored {
		t.Errorf("%d events of %d, started %q", n, db.LastSeq(), back.Started())
	}
}

// TestARawCopyWithTheLogOfAnotherIsRefused has an older database beside the log.
func TestARawCopyWithTheLogOfAnotherIsRefused(t *testing.T) {
	db, h := openNew(t)
	scans(t, db, 20)
	stick := t.TempDir()
	file := filepath.Join(stick, dbFile)
	if err := reader(t, db).Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	db.Close()
	db = openAt(t, db.Dir(), h)
	defer db.Close()
	scans(t, db, 20)
	for _, name := range []string{dbFile + "-wal", sessionFile} {
		if err := copyOf(filepath.Join(db.Dir(), name), filepath.Join(stick, name)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Restore(t.TempDir(), file, false, testTime); codeOf(err) != "other_database" {
		t.Errorf("restored: %v", err)
	}
}
