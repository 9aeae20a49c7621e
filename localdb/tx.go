package localdb

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	sqlite3 "github.com/mattn/go-sqlite3"

	"pickstation/order"
)

// Tx is one batch of decisions. It is durable when Commit returns nil. Like its DB
// it is for the loop's goroutine only, and there is one at a time.
type Tx struct {
	db   *DB
	was  kept // to go back to
	done bool
	feed bool // rows of the centre were applied: what is kept of them is looked up again

	ofTasks *taskEvents // as read for an earlier row of the feed, nil not read
	tidied  bool        // what lost shipments had left behind was deleted
}

// Begin starts the write transaction of one batch. After a failed commit it
// refuses with code not_saved until the database was opened again.
func (db *DB) Begin() (*Tx, error) {
	if db.poison != nil {
		return nil, notSaved("begin", db.poison)
	}
	if db.inTx {
		return nil, errors.New("begin: a transaction is open")
	}
	if err := db.begin(); err != nil {
		return nil, err
	}
	db.begun, db.inTx = false, true
	return &Tx{db: db, was: db.keep()}, nil
}

// Ready does what the next transaction needs beforehand: for the pause between two scans.
// Nobody else writes to the database, so nobody waits for the lock that it takes. Whatever
// fails is told by Begin.
func (db *DB) Ready() {
	if db.poison == nil && !db.inTx {
		_ = db.begin()
	}
}

func (db *DB) begin() error {
	if db.begun {
		return nil
	}
	db.checkpoint()
	if db.poison != nil {
		return notSaved("begin", db.poison)
	}
	if err := db.w.exec("BEGIN IMMEDIATE"); err != nil {
		return db.failed("begin", err)
	}
	db.begun = true
	return nil
}

// Commit makes the batch durable. An error has code not_saved: nothing of the batch
// is stored, and unless the database was only busy nothing can be written before it
// is opened again.
func (tx *Tx) Commit() error {
	if tx.done {
		return errors.New("commit: the transaction is over")
	}
	if tx.db.poison != nil {
		return errors.Join(notSaved("commit", tx.db.poison), tx.Rollback())
	}
	err := tx.db.w.exec("COMMIT")
	if err == nil {
		tx.done, tx.db.inTx = true, false
		tx.db.uncounted++
		return nil
	}
	if isCode(err, sqlite3.ErrBusy) {
		return errors.Join(tx.db.failed("commit", err), tx.Rollback())
	}
	tx.db.poison = err
	err = errors.Join(tx.db.failed("commit", err), tx.Rollback())
	if uerr := tx.db.unsay(); uerr != nil {
		return errors.Join(err, fmt.Errorf("take the failed commit out of the write-ahead log: %w", uerr))
	}
	tx.db.unsaid = true
	return err
}

// checkpoint copies the write-ahead log into the database when it has grown long enough.
// SQLite would do that by itself, and would say nothing when it fails: pages that an
// earlier, partial copy had written and that this one's failed sync gave up are lost as
// soon as the log is begun again. So a failure ends the work on this connection; the next
// start copies everything once more.
func (db *DB) checkpoint() {
	if db.session == "" || db.uncounted < db.on.checkpoint/100 { // a start copies it by itself
		return
	}
	db.uncounted = 0
	r, err := db.w.one("PRAGMA wal_checkpoint(NOOP)")
	if err == nil && r.int(1) >= int64(db.on.checkpoint) {
		err = db.copyOn()
	}
	// On a full disk nothing is lost: the log holds it all, has room of its own, and is copied
	// later. The ballast is for when a commit finds no room.
	if err != nil && !noRoom(err) {
		db.poison = fmt.Errorf("copy the write-ahead log into the database: %w", err)
	}
}

// Rollback forgets the batch. After Commit it does nothing.
func (tx *Tx) Rollback() error {
	if tx.done {
		return nil
	}
	db := tx.db
	tx.done, db.inTx = true, false
	db.kept = tx.was
	clear(db.heads)
	if tx.feed {
		db.forget()
	}
	if db.w.c.AutoCommit() {
		return nil // SQLite has rolled back by itself
	}
	if err := db.w.exec("ROLLBACK"); err != nil {
		db.poison = err
		return db.failed("rollback", err)
	}
	return nil
}

// failed notes an error of the write path. Errors of the disk poison the database:
// what a later sync says can no longer be believed.
func (db *DB) failed(op string, err error) error {
	if fatal(err) {
		db.poison = err
	}
	if isCode(err, sqlite3.ErrFull) {
		// Room for the next start; without it not even the end of the shift can be stored.
		if rerr := db.on.fs.Remove(filepath.Join(db.dir, ballastFile)); rerr != nil && !os.IsNotExist(rerr) {
			err = errors.Join(err, rerr)
		}
	}
	return notSaved(op, err)
}

func notSaved(op string, err error) error {
	e := &order.Error{Code: "not_saved", Op: op, Msg: "nothing was saved", Err: err,
		Hint: "restart the station; what it said was saved is safe"}
	if isCode(err, sqlite3.ErrFull) {
		e.Msg, e.Hint = "nothing was saved, the disk is full", "free disk space, then restart the station"
	}
	return e
}

// exec runs a statement of the transaction.
func (tx *Tx) exec(text string, args ...any) error {
	if tx.done {
		return errors.New("the transaction is over")
	}
	for i, a := range args {
		args[i] = value(a)
	}
	if err := tx.db.w.query(text, nil, drivers(args)...); err != nil {
		if fatal(err) {
			return tx.db.failed("store", err)
		}
		return err
	}
	return nil
}

// Append seals the event as the next of the log and stores it.
func (tx *Tx) Append(e *order.Event) error {
	b := &tx.db.logs
	cur := b.cur()
	if err := e.Seal(cur.Last+1, b.hash); err != nil {
		return err
	}
	err := tx.exec("INSERT INTO events(lsn, log, seq, type, shipment, at, body, hash) VALUES(?,?,?,?,?,?,?,?)",
		b.lsn+1, cur.No, e.Seq, string(e.Type), string(e.Shipment), e.At, e.Body, e.Hash[:])
	if err != nil {
		return fmt.Errorf("append event %d: %w", e.Seq, err)
	}
	tx.ofTasks = nil
	if err := tx.countMixup(e); err != nil {
		return err
	}
	if b.unsent() == 0 {
		b.oldest = e.At
	}
	cur.Last, b.lsn, b.hash, b.lastAt = e.Seq, b.lsn+1, e.Hash, e.At
	return nil
}

// Bench returns the bench as it stood at the last commit, or the zero value.
func (db *DB) Bench() (order.Bench, error) {
	var b order.Bench
	r, err := db.w.one("SELECT body FROM bench")
	if err != nil || r == nil {
		return b, err
	}
	if err := json.Unmarshal(r.blob(0), &b); err != nil {
		return order.Bench{}, fmt.Errorf("read bench: %w", err)
	}
	db.bench = r.blob(0)
	return b, nil
}

// PutBench stores the bench; one that did not change costs nothing.
func (tx *Tx) PutBench(b order.Bench) error {
	body, err := json.Marshal(b)
	if err != nil {
		return fmt.Errorf("write bench: %w", err)
	}
	if bytes.Equal(body, tx.db.bench) {
		return nil
	}
	if err := tx.exec("INSERT INTO bench VALUES(1,?) ON CONFLICT DO UPDATE SET body=excluded.body", body); err != nil {
		return err
	}
	tx.db.bench = body
	return nil
}

// startLog closes the open log, if there is one, and opens the next. What was being
// issued again is begun anew when the centre asks for it.
func (tx *Tx) startLog(why StartedReason) error {
	b := &tx.db.logs
	if b.staged != nil {
		if err := tx.unstage(b.staged.n()); err != nil {
			return err
		}
	}
	return tx.openLog(tx.db.newLogID(), b.lsn+1, why)
}

// openLog is startLog with a name and the row of the first event.
func (tx *Tx) openLog(id order.LogID, firstLSN int64, why StartedReason) error {
	b := &tx.db.logs
	l := Log{No: 1, ID: id, FirstLSN: firstLSN}
	var fLog, fSeq, fHash any
	if len(b.all) > 0 {
		old := b.cur()
		if !old.Closed {
			old.Closed = true
			if err := tx.exec("UPDATE logs SET closed=? WHERE no=?", old.Last, old.No); err != nil {
				return err
			}
		}
		l.No = old.No + 1
		if hash, ok, err := hashAt(tx.db.w, old, old.Last); err != nil {
			return err
		} else if ok && hash != (order.Hash{}) { // of a salvaged log the end may not be known
			l.Follows = &order.FactID{Log: old.ID, Seq: old.Last, Hash: hash}
			fLog, fSeq, fHash = string(old.ID), old.Last, hash[:]
		}
	}
	l.BaseHash = order.LogStart(l.ID)
	err := tx.exec(`INSERT INTO logs(no, id, first_lsn, base_hash, reason, follows_log, follows_seq, follows_hash, started)
		VALUES(?,?,?,?,?,?,?,?,?)`, l.No, string(l.ID), l.FirstLSN, l.BaseHash[:], why, fLog, fSeq, fHash,
		millis(tx.db.clock.Wall()))
	if err != nil {
		return err
	}
	b.all = append(b.all, l)
	b.hash = l.BaseHash
	switch why {
	case StartedMoved, StartedRestored, StartedAmnesia:
		// What the centre told since is not known here.
		tx.db.reading++
		return tx.exec("UPDATE sync SET cursor=0, reading=?", tx.db.reading)
	}
	return nil
}

// hashAt returns the hash of an event of a log, and whether it is known here.
func hashAt(c *conn, l *Log, seq uint64) (order.Hash, bool, error) {
	if seq == l.Base {
		return l.BaseHash, true, nil
	}
	var h order.Hash
	if seq < l.Base || seq > l.Last {
		return h, false, nil
	}
	r, err := c.one("SELECT hash FROM events WHERE lsn = ? AND log = ?", l.lsn(seq), l.No)
	if err != nil || r == nil {
		return h, false, err
	}
	copy(h[:], r.blob(0))
	return h, true, nil
}
