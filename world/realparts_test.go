package world

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	_ "github.com/mattn/go-sqlite3" // database/sql driver "sqlite3"

	"pickstation/central"
	"pickstation/central/sqlite"
	"pickstation/localdb"
	"pickstation/order"
)

// realParts are databases in a folder.
type realParts struct{ dir string }

func real(dir string, _ *broken) parts { return realParts{dir} }

func (p realParts) machine(no int) (machine, error) {
	m := &realMachine{dir: filepath.Join(p.dir, fmt.Sprintf("bench-%d", no))}
	return m, os.MkdirAll(m.dir, 0o700)
}

func (p realParts) archive() (archive, error) {
	return &realArchive{dir: p.dir, path: filepath.Join(p.dir, "central.db")}, nil
}

type realMachine struct {
	dir    string
	db     *realDatabase // open
	copied string        // newest backup, "" none
}

// realDatabase is both of its connections.
type realDatabase struct {
	*localdb.DB
	*localdb.Reader
}

func (d *realDatabase) begin() (transaction, error) { return d.DB.Begin() }

func (d *realDatabase) close() error { return errors.Join(d.Reader.Close(), d.DB.Close()) }

func (m *realMachine) boxKey() ([]byte, error) {
	key, err := localdb.EnsureBoxKey(m.dir)
	if err != nil {
		return nil, err
	}
	return key.Public[:], nil
}

func (m *realMachine) open(c localdb.Clock, log func() order.LogID) (database, error) {
	if _, err := m.boxKey(); err != nil {
		return nil, err
	}
	db, err := localdb.Open(context.Background(), localdb.Options{Dir: m.dir, Clock: c, LogID: log})
	if err != nil {
		return nil, err
	}
	reader, err := db.NewReader()
	m.db = &realDatabase{db, reader}
	return m.db, err
}

func (m *realMachine) backup(name string) error {
	path := filepath.Join(filepath.Dir(m.dir), name)
	if err := m.db.Reader.Backup(context.Background(), path); err != nil {
		return err
	}
	old := m.copied
	if m.copied = path; old != "" {
		return os.Remove(old)
	}
	return nil
}

func (m *realMachine) restore(now time.Time) error {
	kept, err := localdb.Restore(m.dir, m.copied, true, now)
	if err != nil || kept == "" {
		return err
	}
	return os.RemoveAll(kept)
}

func (m *realMachine) clone(no int) (machine, error) {
	c := &realMachine{dir: filepath.Join(filepath.Dir(m.dir), fmt.Sprintf("bench-%d", no))}
	return c, copyFolder(m.dir, c.dir)
}

func (m *realMachine) forget() error {
	return m.change("INSERT INTO identity VALUES(1, '', '', '') ON CONFLICT DO UPDATE SET machine = '', disk = '', file = ''")
}

func (m *realMachine) reuseBlocks(log order.LogID) error {
	return m.change("UPDATE blocks SET log = ?", string(log))
}

// change writes to a station's database behind its back.
func (m *realMachine) change(statement string, args ...any) error {
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(m.dir, "station.db")+"?_busy_timeout=5000")
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.Exec(statement, args...)
	return err
}

type realArchive struct {
	dir  string
	path string // of the store in use
	n    int    // stores so far
}

func (a *realArchive) open() (central.Store, error) {
	return sqlite.Open(context.Background(), a.path)
}

func (a *realArchive) vault() (*central.Vault, error) {
	return central.OpenVault(filepath.Join(a.dir, "vault"), true)
}

func (a *realArchive) seal() func(boxKey, plain []byte) ([]byte, error) { return nil }

func (a *realArchive) drop(copied string) error { return os.Remove(copied) }

func (a *realArchive) restore(copied string) error {
	a.n++
	a.path = filepath.Join(a.dir, fmt.Sprintf("central-%d.db", a.n))
	return copyFile(copied, a.path)
}

func (a *realArchive) events() (all []stored, err error) {
	db, err := sql.Open("sqlite3", "file:"+a.path+"?mode=ro")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	rows, err := db.Query("SELECT e.log_no, l.station, e.seq, e.outcome, e.why, e.body FROM events e JOIN logs l ON l.no = e.log_no ORDER BY e.log_no, e.seq")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s stored
		var body []byte
		if err := rows.Scan(&s.log, &s.station, &s.seq, &s.outcome, &s.why, &body); err != nil {
			return nil, err
		}
		s.e, _ = order.ParseEvent(body) // what is no event is stored, too
		all = append(all, s)
	}
	return all, rows.Err()
}

// copyFolder copies files with their modes; a station's folder has no others.
func copyFolder(from, to string) error {
	if err := os.Mkdir(to, 0o700); err != nil {
		return err
	}
	files, err := os.ReadDir(from)
	for _, f := range files {
		if f.Type().IsRegular() && err == nil {
			err = copyFile(filepath.Join(from, f.Name()), filepath.Join(to, f.Name()))
		}
	}
	return err
}

func copyFile(from, to string) error {
	b, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, b, 0o600)
	}
	return err
}
