package main

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"pickstation/localdb"
)

func TestDoctorKeepsTheNextStepThatAnErrorNames(t *testing.T) {
	dir := t.TempDir()
	db, err := localdb.Open(t.Context(), localdb.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := sql.Open("sqlite3", filepath.Join(dir, "station.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if _, err := raw.Exec("PRAGMA user_version = 9999"); err != nil {
		t.Fatal(err)
	}
	out, code, _ := cli(t, "doctor", "--dir", dir)
	if code != exitNo || !strings.Contains(out, "use the newer pickstation") || strings.Contains(out, "db check") {
		t.Errorf("exit %d:\n%s", code, out)
	}
}
