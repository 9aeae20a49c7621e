package sqlite_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pickstation/central"
	"pickstation/central/sqlite"
	"pickstation/central/storetest"
	"pickstation/order"
)

func open(t *testing.T, path string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestTheStoreKeepsTheContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) central.Store { return open(t, filepath.Join(t.TempDir(), "a b?c#d.db")) })
}

func TestANewerStoreIsRefusedWithTheNextStep(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.db")
	s, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)"); err != nil {
		t.Fatal(err)
	}
	db.Close()
	_, err = sqlite.Open(t.Context(), path)
	var known *order.Error
	if !errors.As(err, &known) || known.Code != "newer_database" || known.Hint == "" {
		t.Errorf("got %v", err)
	}
}

func TestAFileThatCannotBeUsedIsRefusedWithTheNextStep(t *testing.T) {
	garbage := filepath.Join(t.TempDir(), "c.db")
	if err := os.WriteFile(garbage, []byte(strings.Repeat("garbage ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{garbage, t.TempDir(), "/nowhere/at/all/c.db"} {
		_, err := sqlite.Open(t.Context(), path)
		var known *order.Error
		if !errors.As(err, &known) || known.Code != "store_open" || known.Hint == "" {
			t.Errorf("%s: %v", path, err)
		}
		if known != nil && strings.Contains(known.Hint, "newest backup") != (path == garbage) {
			t.Errorf("%s: %s", path, known.Hint)
		}
	}
}

// SQLite would delete the log, and the centre begin anew.
func TestAStoreIsNotBegunAnewBesideTheLogOfAnother(t *testing.T) {
	from := filepath.Join(t.TempDir(), "c.db")
	s := open(t, from)
	if err := s.Write(t.Context(), func(tx central.Tx) error {
		_, err := tx.Next("n", 1)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(from + "-wal")
	if err != nil || len(log) == 0 {
		t.Fatal(len(log), err)
	}
	for _, emptied := range []bool{true, false} {
		path := filepath.Join(t.TempDir(), "c.db")
		err := os.WriteFile(path+"-wal", log, 0o600)
		if emptied {
			err = errors.Join(err, os.WriteFile(path, nil, 0o600))
		}
		if err != nil {
			t.Fatal(err)
		}
		var known *order.Error
		if _, err := sqlite.Open(t.Context(), path); !errors.As(err, &known) || known.Code != "store_lost" || known.Hint == "" {
			t.Errorf("emptied %v: %v", emptied, err)
		}
		if b, err := os.ReadFile(path + "-wal"); err != nil || !bytes.Equal(b, log) {
			t.Errorf("emptied %v: the log was touched: %v", emptied, err)
		}
	}
}

func TestWritesOfTwoProcessesDoNotLoseEachOther(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.db")
	a, b := open(t, path), open(t, path)
	for range 50 {
		for _, s := range []*sqlite.Store{a, b} {
			if err := s.Write(t.Context(), func(tx central.Tx) error {
				_, err := tx.Next("n", 1)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
	}
	woken := a.Changed("s1")
	if err := b.Write(t.Context(), func(tx central.Tx) error {
		if err := tx.Emit("main", "s1", "work", "1"); err != nil {
			return err
		}
		n, err := tx.Next("n", 1)
		if n != 101 {
			t.Errorf("counter at %d", n)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	<-woken
}

// SQLite plays a write-ahead log over whatever database has its name: a backup put in the
// place of a centre that was killed would get the killed one's last pages.
func TestABackupIsNotMixedWithTheLogOfTheStoreItReplaces(t *testing.T) {
	dir := t.TempDir()
	path, copied := filepath.Join(dir, "c.db"), filepath.Join(dir, "copy.db")
	next := func(s *sqlite.Store) (n int64) {
		t.Helper()
		if err := s.Write(t.Context(), func(tx central.Tx) (err error) {
			n, err = tx.Next("n", 1)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	s := open(t, path)
	next(s)
	if _, err := s.Backup(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	next(s)
	log, err := os.ReadFile(path + "-wal") // as a kill leaves it
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(copied+"-wal", log, 0o600); err != nil {
		t.Fatal(err)
	}
	again := open(t, copied)
	if n := next(again); n != 2 {
		t.Errorf("the counter of the restored store went on at %d", n)
	}
	if kept, err := filepath.Glob(copied + "-wal.before-*"); len(kept) != 1 || err != nil {
		t.Errorf("the log of the other store was not kept: %v %v", kept, err)
	}
	// The log of a store in use is its own.
	if third := open(t, copied); next(third) != 3 {
		t.Error("the log of a store in use was taken away")
	}
}

// Half a copy under the name of a whole one would be restored some day.
func TestABackupThatFailsLeavesNothing(t *testing.T) {
	dir, path := t.TempDir(), filepath.Join(t.TempDir(), "c.db")
	s := open(t, path)
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := s.Backup(ended, filepath.Join(dir, "copy.db")); err == nil {
		t.Error("it did not fail")
	}
	raw, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if _, err := raw.Exec("ALTER TABLE meta RENAME COLUMN value TO worth"); err != nil { // the copy cannot be marked
		t.Fatal(err)
	}
	if _, err := s.Backup(t.Context(), filepath.Join(dir, "copy.db")); err == nil {
		t.Error("it did not fail")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestAWriteAfterTheEndIsRefused(t *testing.T) {
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "c.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	err = s.Write(t.Context(), func(central.Tx) error { return nil })
	var known *order.Error
	if !errors.As(err, &known) || known.Code != "store_closed" {
		t.Errorf("got %v", err)
	}
}

func TestWhatAnOlderProgramHasLeasedIsHeld(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.db")
	s := open(t, path)
	sh := &central.Shipment{Order: "O1", Stage: order.StageAwaitingPick, LeaseStation: "bench-1", LeaseUntil: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC), ColdLeaseS: 60,
		Shipment: order.Shipment{ID: "S1", Carrier: order.Carrier{ID: "SF"}, Lines: []order.Line{{No: 1, Temp: order.Frozen}}}}
	if err := s.Write(t.Context(), func(tx central.Tx) error {
		return errors.Join(tx.PutOrder(&central.Order{ID: "O1", Channel: "shop", External: "1"}), tx.PutShipment(sh))
	}); err != nil {
		t.Fatal(err)
	}
	raw, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if _, err := raw.Exec("UPDATE shipments SET brief = ''"); err != nil {
		t.Fatal(err)
	}
	if err := s.Read(t.Context(), func(r central.Reader) error {
		held, err := r.Held("bench-1")
		if len(held) != 1 || held[0] != central.HeldOf(sh) {
			t.Errorf("held %+v, want %+v", held, central.HeldOf(sh))
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
