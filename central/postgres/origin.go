package postgres

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5/pgconn"

	"pickstation/central"
	"pickstation/order"
)

// metaOrigin is where the records tell the origin that they were written under.
const metaOrigin = "origin"

// originQuery asks a server for its origin: its cluster, and the timeline that its writes
// are on, which grows with each promotion of a standby and each recovery to a moment
// (PostgreSQL's manual, 26.3.6 "Timelines"). A standby writes nothing and answers nothing.
// It also asks whether what this server confirms is kept: one that takes over has settings
// of its own.
const originQuery = `SELECT CASE WHEN pg_is_in_recovery() THEN '' ELSE
	(SELECT system_identifier FROM pg_control_system()) || '/' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) END,
	current_setting('fsync'), current_setting('synchronous_commit')`

// succession is what a store knows of the server under it.
type succession struct {
	mu     sync.Mutex // guards below; one connection at a time finds out
	known  string     // the origin worked with, "" before the first
	noted  string     // the one that processes here worked with last, "" not known
	note   string     // the file that tells it, "" none
	forget func()
	renew  func(tx central.Tx) error
}

// WhenReplaced says what to do with a database that another server took over.
func (s *Store) WhenReplaced(forget func(), renew func(tx central.Tx) error) {
	s.succession.mu.Lock()
	defer s.succession.mu.Unlock()
	s.succession.forget, s.succession.renew = forget, renew
}

// primary is asked of each server of the URL in turn whether it is the one to work with.
func (s *Store) primary(ask pgconn.ValidateConnectFunc) pgconn.ValidateConnectFunc {
	return func(ctx context.Context, c *pgconn.PgConn) error {
		if ask != nil { // what the URL asks for, as target_session_attrs
			if err := ask(ctx, c); err != nil {
				return err
			}
		}
		answer := c.ExecParams(ctx, originQuery, nil, nil, nil, nil).Read()
		if answer.Err != nil {
			return answer.Err
		}
		row := answer.Rows[0]
		origin, fsync, commit := string(row[0]), string(row[1]), string(row[2])
		s.succession.mu.Lock()
		known := cmp.Or(s.succession.known, s.succession.noted)
		s.succession.mu.Unlock()
		switch {
		case origin == "":
			return readOnly(errors.New("it is a standby"))
		case behind(origin, known):
			return leftBehind(origin, known)
		case fsync != "on" || commit == "off":
			return order.Errorf(codeNotDurable, "the server does not keep what it confirms: fsync=%s synchronous_commit=%s, wanted both on", fsync, commit).
				WithHint("set both to on in postgresql.conf, or for the database and the user")
		}
		c.CustomData()[metaOrigin] = origin
		return nil
	}
}

// codeNotDurable is of a server that is not opened; while the store works it is one that is
// away, see unavailable.
const codeNotDurable = "not_durable"

// behind says whether one origin is an earlier timeline of the other's cluster.
func behind(origin, known string) bool {
	cluster, line, _ := strings.Cut(origin, "/")
	same, newest, _ := strings.Cut(known, "/")
	return cluster == same && line < newest // eight digits each
}

func leftBehind(origin, known string) error {
	return (&order.Error{Code: central.CodeStoreAway, Op: "choose the database", Msg: "this server was the primary until a standby was promoted: it is on " +
		origin + ", the centre has worked on " + known}).
		WithHint("name the server that was promoted in --store, and let this one follow it; where this one was put back on purpose, say so: pickcentral restored")
}

// remember notes the origin in a file, so that a process that starts later does not go back
// to a primary that was left behind meanwhile.
func (n *succession) remember() {
	if n.note == "" || n.noted == n.known {
		return
	}
	n.noted = n.known
	if err := replaceFile(n.note, n.known+"\n"); err != nil {
		slog.Warn("the server that is worked with cannot be noted; a pickcentral that starts here later does not know an old primary", "error", err.Error())
	}
}

// notedOrigin reads such a file, "" where it tells nothing.
func notedOrigin(file string) (string, error) {
	if file == "" {
		return "", nil
	}
	b, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	origin := strings.TrimSpace(string(b))
	if _, line, _ := strings.Cut(origin, "/"); len(line) != 8 {
		return "", err
	}
	return origin, err
}

func replaceFile(path, text string) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// settle looks, before anything is done over a connection, whether its server goes on
// where the records were written. A standby that was promoted, or a copy that was brought
// up by other means than a backup, may lack what was confirmed: then the centre is asked
// what follows from that, in a transaction before any other.
func (s *Store) settle(c *conn) error {
	n := &s.succession
	n.mu.Lock()
	defer n.mu.Unlock()
	origin, _ := c.pg.PgConn().CustomData()[metaOrigin].(string)
	if n.renew == nil || origin == n.known {
		return nil
	}
	var written string
	if _, err := c.One("SELECT value FROM meta WHERE name = ?", []any{metaOrigin}, &written); err != nil {
		return err
	}
	if written != origin {
		if err := s.takeOver(c, origin); err != nil {
			return err
		}
	}
	if n.known != "" {
		n.forget()
		s.Announce("")
	}
	n.known = origin
	n.remember()
	return nil
}

// takeOver writes a new origin; of several processes that find it, the first one. Where
// there was none, they all write the same.
func (s *Store) takeOver(c *conn, origin string) error {
	if _, err := c.direct("BEGIN"); err != nil {
		return err
	}
	t := newTx(c, s.numbers)
	var written string
	known, err := t.One("SELECT value FROM meta WHERE name = ? FOR UPDATE", []any{metaOrigin}, &written)
	if known && err == nil && written != origin {
		slog.Warn("another server took the database over; what it lacks is asked for again", "before", written, "now", origin)
		err = s.succession.renew(t)
	}
	if err == nil {
		err = t.SetMeta(metaOrigin, origin)
	}
	if err == nil {
		err = t.end()
	}
	if err != nil && !c.pg.IsClosed() {
		c.forget(0)
		_, _ = c.direct("ROLLBACK") // nothing was stored either way
	}
	return err
}
