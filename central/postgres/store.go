// Package postgres keeps the centre's records in a PostgreSQL database, for a centre
// that has outgrown one machine: several pickcentral may run beside one database.
// Each has a few writers that commit what is waiting together, as the one of SQLite
// does; between them rows are locked in a fixed order, and what loses against another
// one runs again. The statements are those of central/records; there are no enumerations,
// sequences, notifications or stored procedures.
package postgres

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"pickstation/central"
	"pickstation/central/records"
	"pickstation/order"
)

// Limits of one process.
const (
	readers      = 8
	writers      = 4
	patients     = 3 // of the readers
	connectLimit = 10 * time.Second
	readLimit    = 30 * time.Second
	writeLimit   = 60 * time.Second
	watchEvery   = 500 * time.Millisecond
	oldest       = 130000 // PostgreSQL 13, the first with pg_current_snapshot
)

// types are the engine's words for the types of the portable subset. Texts compare by
// bytes, so that lists have the same order as on SQLite, whatever the database's own.
// The key of a partitioned table must hold what divides it; that a number is used once
// is kept by the log's row, which every append locks.
var types = records.Types{"TEXT": `TEXT COLLATE "C"`, "BLOB": "BYTEA",
	"EVENTKEY": "log_no, seq, received_ms", "BYDAY": "PARTITION BY RANGE (received_ms)"}

// Store is a [central.Store] in a PostgreSQL database.
type Store struct {
	*records.Signal
	url     string
	cfg     *pgx.ConnConfig
	queue   *records.Queue
	numbers *numbers
	pool    chan *conn    // nil stands for a connection that is to be made
	patient chan struct{} // holds one for each reader that serves who may wait

	succession succession

	stop func()
	done sync.WaitGroup
}

var _ central.Store = (*Store)(nil)

// Open connects to the database of a URL as libpq reads it and brings its tables up to
// date. It refuses a database of a newer version (code newer_database) and one that
// does not keep what it confirms (code not_durable).
func Open(ctx context.Context, url string) (*Store, error) { return OpenAfter(ctx, url, "") }

// OpenAfter is Open that does not go back: note is a file, which need not exist, in which
// the store tells the server that it works with. Of the same cluster an earlier one, as a
// primary that was left behind by a promotion, is not opened.
func OpenAfter(ctx context.Context, url, note string) (*Store, error) {
	noted, err := notedOrigin(note)
	if err != nil {
		return nil, openError(err)
	}
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, openError(err) // pgx leaves passwords out of this error
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = connectLimit
	}
	if cfg.RuntimeParams["application_name"] == "" {
		cfg.RuntimeParams["application_name"] = "pickcentral"
	}
	s := &Store{Signal: records.NewSignal(), url: url, cfg: cfg, queue: records.NewQueue(), pool: make(chan *conn, readers), patient: make(chan struct{}, patients)}
	s.succession.noted, s.succession.note = noted, note
	s.numbers = newNumbers(s.connect)
	cfg.ValidateConnect = s.primary(cfg.ValidateConnect)
	if err := s.migrate(ctx); err != nil {
		return nil, openError(err)
	}
	for range readers {
		s.pool <- nil
	}
	watch, err := connect(ctx, cfg)
	if err != nil {
		return nil, openError(err)
	}
	heads := &records.Heads{}
	if _, err := heads.Look(watch); err != nil { // before anybody can ask Changed, so that no commit is missed
		s.hangUp(watch)
		return nil, openError(err)
	}
	running, stop := context.WithCancel(context.Background())
	s.stop = stop
	s.done.Go(func() { s.serve(running) })
	s.done.Go(func() { s.keepDays(running) })
	s.done.Go(func() { s.watch(running, watch, heads) })
	return s, nil
}

// serve runs the writers until the store closes.
func (s *Store) serve(ctx context.Context) {
	defer s.queue.Close()
	var all sync.WaitGroup
	for range writers {
		all.Go(func() { s.write(ctx) })
	}
	all.Wait()
}

func openError(err error) error {
	var known *order.Error
	if errors.As(err, &known) {
		return err
	}
	return (&order.Error{Code: "store_open", Op: "open the PostgreSQL store", Msg: "cannot use the database", Err: err}).
		WithHint("check that the server runs, that the database of --store exists and that its user may create tables in it")
}

func (s *Store) migrate(ctx context.Context) error {
	c, err := connect(ctx, s.cfg)
	if err != nil {
		return err
	}
	defer s.hangUp(c)
	if err := c.readBack(); err != nil {
		return err
	}
	db := stdlib.OpenDB(*s.cfg)
	defer db.Close()
	// Two processes that start at once must not both make the tables.
	once, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
	if err != nil {
		return err
	}
	if err := records.Migrate(ctx, goose.DialectPostgres, db, types, goose.WithSessionLocker(once)); err != nil {
		return err
	}
	return c.makeRest()
}

// readBack refuses a server that is too old, or does not keep every text.
func (c *conn) readBack() error {
	var version int
	var encoding string
	_, err := c.One("SELECT current_setting('server_version_num')::int, current_setting('server_encoding')", nil, &version, &encoding)
	switch {
	case err != nil:
		return err
	case version < oldest:
		return order.Errorf("store_open", "the server has version %d, wanted %d or newer", version, oldest).
			WithHint("update PostgreSQL")
	case encoding != "UTF8":
		return order.Errorf("store_open", "the database has the encoding %s, wanted UTF8", encoding).
			WithHint("create it with: createdb --template=template0 --encoding=UTF8 NAME")
	}
	return nil
}

// begin starts a transaction on a connection, on a new one if that is nil or gone.
func (s *Store) begin(ctx context.Context, c *conn, start string) (*conn, error) {
	if c != nil {
		c.ctx = ctx
		c.forget(0)
		err := s.settle(c)
		if err == nil {
			_, err = c.direct(start)
		}
		if err == nil {
			return c, nil
		}
		s.hangUp(c) // the server was started again, perhaps
		s.numbers.forget()
	}
	c, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := c.direct(start); err != nil {
		s.hangUp(c)
		return nil, err
	}
	return c, nil
}

// connect makes a connection over which the records may be used.
func (s *Store) connect(ctx context.Context) (*conn, error) {
	c, err := connect(ctx, s.cfg)
	if err != nil {
		return nil, err
	}
	if err := s.settle(c); err != nil {
		s.hangUp(c)
		return nil, err
	}
	return c, nil
}

func (s *Store) hangUp(c *conn) {
	if c == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), connectLimit)
	defer cancel()
	_ = c.pg.Close(ctx) // a connection that is gone needs no goodbye
}

// Close ends the writer and closes all connections.
func (s *Store) Close() error {
	s.stop()
	s.done.Wait()
	for range readers {
		s.hangUp(<-s.pool)
	}
	s.numbers.close(s.hangUp)
	return nil
}

// Read runs fn on a snapshot.
func (s *Store) Read(ctx context.Context, fn func(r central.Reader) error) error {
	return s.read(ctx, func(c *conn) error { return fn(&records.Handle{DB: c}) })
}

func (s *Store) read(ctx context.Context, fn func(c *conn) error) error {
	if central.IsPatient(ctx) {
		select {
		case s.patient <- struct{}{}:
			defer func() { <-s.patient }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	var c *conn
	select {
	case c = <-s.pool:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { s.pool <- c }()
	// A caller that leaves does not cost the connection; the statements are short.
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), readLimit)
	defer cancel()
	for known := c != nil; ; known = false {
		if !known {
			s.hangUp(c)
			var err error
			if c, err = s.connect(limit); err != nil {
				return unavailable(err)
			}
		}
		c.ctx = limit
		c.forget(0)
		sent := c.sent
		err := s.settle(c)
		if err == nil {
			err = c.reading(fn)
		}
		// The server was started again, perhaps: nothing was answered yet.
		if known && err != nil && c.pg.IsClosed() && c.sent <= sent+1 {
			s.numbers.forget()
			continue
		}
		return unavailable(err)
	}
}

// reading runs fn on a snapshot. The transaction begins with fn's first statement, in
// one round trip.
func (c *conn) reading(fn func(c *conn) error) error {
	c.queue("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", nil)
	sent := c.sent
	err := fn(c)
	c.forget(0)
	if c.sent > sent && !c.pg.IsClosed() {
		_, _ = c.direct("ROLLBACK") // nothing was written; the snapshot ends
	}
	return err
}

// watch tells of commits by other processes.
func (s *Store) watch(ctx context.Context, c *conn, heads *records.Heads) {
	defer func() { s.hangUp(c) }()
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if news, err := s.look(ctx, &c, heads); err == nil { // else it looks again at the next tick
			s.Announce(news...)
		}
	}
}

func (s *Store) look(ctx context.Context, c **conn, heads *records.Heads) ([]order.StationID, error) {
	limit, cancel := context.WithTimeout(ctx, connectLimit)
	defer cancel()
	if *c == nil || (*c).pg.IsClosed() {
		fresh, err := s.connect(limit)
		if err != nil {
			return nil, err
		}
		*c = fresh
	}
	(*c).ctx = limit
	return heads.Look(*c)
}
