package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"os"

	"pickstation/central"
	"pickstation/central/records"
	"pickstation/order"
)

// Backup copies the store with VACUUM INTO from a snapshot and checks the copy. It comes
// into sight whole, marked and on the disk, or not at all.
func (s *Store) Backup(ctx context.Context, path string) (map[order.LogID]uint64, error) {
	fail := func(err error) error {
		return (&order.Error{Code: "backup", Op: "back up to " + path, Msg: "the copy was not made", Err: err}).
			WithHint("choose a new file name in a folder with space; nothing of the store was changed")
	}
	if _, err := os.Lstat(path); err == nil {
		return nil, fail(os.ErrExist)
	}
	f, err := central.DraftBackup(path) // VACUUM takes an empty file
	if err != nil {
		return nil, fail(err)
	}
	defer f.Close()
	defer os.Remove(f.Name())
	marks, err := s.copyInto(ctx, f.Name())
	if err != nil {
		return nil, fail(err)
	}
	if err := central.Place(f, path); err != nil {
		return nil, fail(err)
	}
	return marks, nil
}

func (s *Store) copyInto(ctx context.Context, path string) (map[order.LogID]uint64, error) {
	// A connection of its own: the pool's are query_only, and the writer must go on.
	db, err := sql.Open("sqlite3", dsn(s.path, "mode=rw"))
	if err != nil {
		return nil, err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", path); err != nil {
		return nil, err
	}
	return inspect(ctx, path)
}

// inspect checks a copy and marks it as one.
func inspect(ctx context.Context, path string) (map[order.LogID]uint64, error) {
	db, err := sql.Open("sqlite3", dsn(path, "_journal_mode=DELETE&_synchronous=EXTRA"))
	if err != nil {
		return nil, err
	}
	defer db.Close()
	var verdict string
	if err := db.QueryRowContext(ctx, "PRAGMA quick_check").Scan(&verdict); err != nil {
		return nil, err
	}
	if verdict != "ok" {
		return nil, fmt.Errorf("the copy is damaged: %s", verdict)
	}
	// A centre started from the copy must take a new timeline; see central.Service.
	_, err = db.ExecContext(ctx, `INSERT INTO meta (name, value) VALUES ('copy', '1')
		ON CONFLICT (name) DO UPDATE SET value = '1'`)
	if err != nil {
		return nil, err
	}
	c, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	h := newHandle(c)
	defer h.conn.close()
	return records.Marks(h)
}
