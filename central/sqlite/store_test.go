package sqlite_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
