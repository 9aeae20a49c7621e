package postgres

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"pickstation/central"
	"pickstation/central/records"
	"pickstation/order"
)

// How often a transaction that lost against another one runs.
const (
	attempts      = 10
	attemptsOnKey = 6 // a key that is taken stays taken, unless some made it at once
	firstPause    = 2 * time.Millisecond
	longestPause  = 200 * time.Millisecond
)

// Write queues fn for the writer and waits until its commit is durable. What lost
// against a transaction of another process runs again.
func (s *Store) Write(ctx context.Context, fn func(tx central.Tx) error) error {
	for n := 1; ; n++ {
		err := s.queue.Write(ctx, fn)
		if !again(err, n) {
			if again(err, 1) { // it lost too often
				return lost(err)
			}
			return err
		}
		// Spread, so that two that met once do not meet again.
		pause := min(firstPause<<n, longestPause)
		timer := time.NewTimer(rand.N(pause))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}

// again says whether a transaction may succeed when it runs once more. The codes are
// of PostgreSQL's manual, appendix A.
func again(err error, n int) bool {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code {
	case "40001", "40P01", lockTimeout: // serialization_failure, deadlock_detected
		return n < attempts
	case "23505": // unique_violation: the row came up after this one looked; events have their log's lock
		return n < attemptsOnKey && !strings.HasPrefix(e.TableName, "events")
	case "23514": // check_violation: the day's own partition came up meanwhile
		return e.TableName == restTable && n < attempts
	}
	return false
}

// lockTimeout is the code of a statement that gave up waiting for a lock.
const lockTimeout = "55P03"

func gaveUp(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && e.Code == lockTimeout
}

// write is one of the writers of a process.
func (s *Store) write(ctx context.Context) {
	var c *conn
	defer func() { s.hangUp(c) }()
	s.queue.Serve(ctx, func(batch []records.Job) {
		for len(batch) > 0 {
			// A batch is committed whole even while the store closes.
			limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeLimit)
			done, results, news, err := s.commit(limit, &c, batch)
			cancel()
			s.Announce(news...)
			var late []records.Job
			for i, j := range batch[:done] {
				switch {
				case err != nil:
					j.Done(err)
				case i > 0 && gaveUp(results[i]):
					late = append(late, j)
				default:
					j.Done(results[i])
				}
			}
			batch = append(late, batch[done:]...) // the first of them may wait now
		}
	})
}

// Ready says whether a transaction can begin that may write.
func (s *Store) Ready(ctx context.Context) error {
	return s.queue.Probe(ctx, func(any central.Tx) error {
		var only string
		if _, err := any.(*tx).One("SELECT current_setting('transaction_read_only')", nil, &only); err != nil || only != "on" {
			return err
		}
		return readOnly(errors.New("transaction_read_only is on"))
	})
}

// commit runs jobs in one transaction, each in a savepoint of its own, and tells how
// many it took, and which stations have news by it. It stops behind one that holds a
// feed, so that no other lock is ever waited for with that, and behind one that gave up
// waiting, so that those before it wait for a short time once. An error is one of the
// commit: nothing was stored.
func (s *Store) commit(ctx context.Context, c **conn, batch []records.Job) (done int, results []error, news []order.StationID, err error) {
	if *c, err = s.begin(ctx, *c, "BEGIN"); err != nil {
		return len(batch), nil, nil, unavailable(err)
	}
	t := newTx(*c, s.numbers)
	for stuck := false; done < len(batch) && t.written == 0 && !stuck && !t.c.pg.IsClosed(); done++ {
		if err := t.wait(done == 0); err != nil {
			return max(done, 1), nil, nil, unavailable(err)
		}
		err := t.savepoint(batch[done])
		results, stuck = append(results, err), gaveUp(err)
	}
	if alone := len(results) == 1 && results[0] != nil; alone {
		_, _ = t.c.direct("ROLLBACK") // where it fails the connection is gone, and the transaction too
		return done, results, nil, nil
	}
	if err = t.end(); err == nil {
		for _, r := range t.feed {
			news = append(news, r.station)
		}
		return done, results, news, nil
	}
	if !t.c.pg.IsClosed() {
		_, _ = t.c.direct("ROLLBACK")
	}
	if again(err, 1) {
		return done, nil, nil, err
	}
	return done, nil, nil, unavailable(err)
}

// end writes the feed and commits.
func (t *tx) end() error {
	if err := t.writeFeed(); err != nil {
		return err
	}
	if err := t.c.flush(); err != nil {
		return err
	}
	tag, err := t.c.direct("COMMIT")
	if err == nil && tag != "COMMIT" { // a transaction that failed answers ROLLBACK, without an error
		err = fmt.Errorf("the database answered %s", tag)
	}
	return err
}

// savepoint runs one caller's transaction inside the shared one. It ends with all its
// statements sent, so that their errors are its own.
func (t *tx) savepoint(j records.Job) error {
	waiting, sent := t.c.waiting.Len(), t.c.sent
	feed, written := len(t.feed), t.written
	gates, hasty := maps.Clone(t.gates), t.hasty
	if err := t.Exec("SAVEPOINT one"); err != nil {
		return err
	}
	t.ahead = nil // of the caller before
	err := j.Run(t)
	own := t.c.waiting.Len() // statements that wait, of this caller
	if t.c.sent == sent {
		own -= waiting + 1
	}
	if err == nil && own > 0 {
		err = t.c.flush()
	}
	if err == nil {
		return t.Exec("RELEASE one")
	}
	t.feed, t.written, t.gates, t.hasty = t.feed[:feed], written, gates, hasty
	if err = unavailable(err); t.c.pg.IsClosed() {
		return err
	}
	if t.c.sent == sent { // it came to nothing before anything was sent
		t.c.forget(waiting)
		return err
	}
	t.c.forget(0)
	if _, e := t.c.direct("ROLLBACK TO one; RELEASE one"); e != nil {
		err = fmt.Errorf("%w (roll back: %w)", err, e)
	}
	return err
}
