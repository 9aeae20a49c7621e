package localdb

import (
	"database/sql"
	"path/filepath"
	"testing"
)

// A status question may come between the tables and the first log.
func TestAReaderOfADatabaseThatIsBeingMadeSaysThatItIsEmpty(t *testing.T) {
	dir := t.TempDir()
	db, err := Open(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := sql.Open("sqlite3", "file:"+filepath.Join(dir, dbFile))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := raw.Exec("DELETE FROM logs"); err != nil {
		t.Fatal(err)
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := OpenReader(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if st, err := r.SyncState(t.Context()); err != nil || len(st.Logs) != 0 || st.Unsent != 0 {
		t.Errorf("%+v %v", st, err)
	}
}
