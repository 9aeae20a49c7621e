// Package sqlite keeps the centre's records in one SQLite file: WAL, synchronous
// FULL (set in the DSN, for the driver's own default is NORMAL and loses confirmed
// transactions at a power cut, and read back at the start), one writer that commits
// what is waiting together, and a pool of read-only connections.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	sqlite3 "github.com/mattn/go-sqlite3" // database/sql driver "sqlite3"
	"github.com/pressly/goose/v3"

	"pickstation/central"
	"pickstation/central/records"
	"pickstation/order"
)

const dataVersion = "PRAGMA data_version"

// Limits of one store.
const (
	readers     = 4
	busyTimeout = 10 * time.Second // wait for another process, such as an import beside serve
	watchEvery  = 500 * time.Millisecond
)

// types are the engine's words; all events are in one table.
var types = records.Types{"EVENTKEY": "log_no, seq", "BYDAY": ""}

// Store is a [central.Store] in one SQLite file.
type Store struct {
	*records.Signal
	path  string
	write *sql.DB
	read  *sql.DB
	queue *records.Queue
	pool  chan *handle

	stop func()
	done sync.WaitGroup
}

var _ central.Store = (*Store)(nil)

// Open opens or creates the store file and brings its tables up to date. It refuses
// a file of a newer version (code newer_database).
func Open(ctx context.Context, path string) (*Store, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, openError(path, err)
	}
	if err := errors.Join(setStrangeLogAside(path), createPrivate(path)); err != nil {
		return nil, openError(path, err)
	}
	w, err := sql.Open("sqlite3", dsn(path, "_journal_mode=WAL&_synchronous=FULL&_txlock=immediate&_foreign_keys=1"))
	if err != nil {
		return nil, openError(path, err)
	}
	w.SetMaxOpenConns(1)
	if err := records.Migrate(ctx, goose.DialectSQLite3, w, types); err != nil {
		w.Close()
		return nil, openError(path, err)
	}
	if err := readBack(ctx, w); err != nil {
		w.Close()
		return nil, openError(path, err)
	}
	r, err := sql.Open("sqlite3", dsn(path, "mode=ro&_query_only=1"))
	if err != nil {
		w.Close()
		return nil, openError(path, err)
	}
	s := &Store{Signal: records.NewSignal(), path: path, write: w, read: r, queue: records.NewQueue(),
		pool: make(chan *handle, readers)}
	if err := s.start(); err != nil {
		w.Close()
		r.Close()
		return nil, openError(path, err)
	}
	return s, nil
}

func openError(path string, err error) error {
	var known *order.Error
	if errors.As(err, &known) {
		return err
	}
	e := &order.Error{Code: "store_open", Op: "open store " + path, Msg: "cannot use the file", Err: err}
	var damaged sqlite3.Error
	if errors.As(err, &damaged) && (damaged.Code == sqlite3.ErrCorrupt || damaged.Code == sqlite3.ErrNotADB) {
		return e.WithHint("keep the file, and put the newest backup in its place; stations send again what the backup lacks")
	}
	return e.WithHint("check that the folder exists, is writable and has space left")
}

// createPrivate makes the file with mode 0600, for it holds sealed personal data and
// key hashes.
func createPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

func dsn(path, options string) string {
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath()}
	return u.String() + "?_busy_timeout=" + strconv.FormatInt(busyTimeout.Milliseconds(), 10) + "&" + options
}

// readBack refuses a connection on which the pragmas did not take.
func readBack(ctx context.Context, db *sql.DB) error {
	var mode string
	var level int
	if err := db.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
		return err
	}
	if err := db.QueryRowContext(ctx, "PRAGMA synchronous").Scan(&level); err != nil {
		return err
	}
	if mode != "wal" || level != 2 {
		return order.Errorf("not_durable", "the store runs with journal_mode=%s synchronous=%d, wanted wal and 2", mode, level).
			WithHint("put the store on a local disk that supports shared memory files")
	}
	return nil
}

func (s *Store) start() error {
	ctx, cancel := context.WithCancel(context.Background())
	s.stop = cancel
	conn, err := s.write.Conn(ctx)
	if err != nil {
		cancel()
		return err
	}
	for range readers {
		c, err := s.read.Conn(ctx)
		if err != nil {
			cancel()
			return err
		}
		s.pool <- newHandle(c)
	}
	watch, err := s.read.Conn(ctx)
	if err != nil {
		cancel()
		return err
	}
	var version int64 // read before anybody can ask Changed, so that no commit is missed
	if err := watch.QueryRowContext(ctx, dataVersion).Scan(&version); err != nil {
		cancel()
		return err
	}
	look, heads := newHandle(watch), &records.Heads{}
	if _, err := heads.Look(look); err != nil {
		cancel()
		return err
	}
	s.done.Add(2)
	go s.writer(ctx, newHandle(conn))
	go s.watch(ctx, look, heads, version)
	return nil
}

// WhenReplaced does nothing: a file does not tell that it was put back to an earlier
// moment by other means than a backup, so a person tells it (pickcentral restored).
func (s *Store) WhenReplaced(func(), func(central.Tx) error) {}

// Close ends the writer and closes all connections.
func (s *Store) Close() error {
	s.stop()
	s.done.Wait()
	for range readers {
		h := <-s.pool
		h.conn.close()
	}
	return errors.Join(s.read.Close(), s.write.Close())
}

// Read runs fn on a snapshot.
func (s *Store) Read(ctx context.Context, fn func(r central.Reader) error) error {
	var h *handle
	select {
	case h = <-s.pool:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { s.pool <- h }()
	if err := h.Exec("BEGIN"); err != nil {
		return fmt.Errorf("begin read: %w", err)
	}
	defer func() { _ = h.Exec("ROLLBACK") }() // nothing was written; the snapshot ends
	return fn(h)
}

func (s *Store) writer(ctx context.Context, h *handle) {
	defer s.done.Done()
	defer h.conn.close()
	defer s.queue.Close()
	s.queue.Serve(ctx, func(batch []records.Job) { s.commit(h, batch) })
}

// watch tells of commits by other processes. data_version changes on a connection
// when another connection has committed.
func (s *Store) watch(ctx context.Context, h *handle, heads *records.Heads, last int64) {
	defer s.done.Done()
	defer h.conn.close()
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		var v int64
		if _, err := h.One(dataVersion, nil, &v); err != nil || v == last {
			continue
		}
		if news, err := heads.Look(h); err == nil {
			s.Announce(news...)
			last = v
		}
	}
}
