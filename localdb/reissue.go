package localdb

import (
	"fmt"
	"math"

	"pickstation/order"
)

// reissueChunk is how many events one transaction issues again on the machine's own disk:
// about 2 ms, for a scan may wait behind it.
const reissueChunk = 64

// reissueGap is left between the open log and the copies that are being made of it, for
// scans go on meanwhile. Row numbers have 63 bits.
const reissueGap = 1 << 32

// reissue is a log whose first events are copies of another one's. It is stored, so that
// the work goes on after a crash. While the copies are made they count nowhere: no row of
// logs names them. After that it tells where rows have gone that others name.
type reissue struct {
	no       int64       // of the new log
	id       order.LogID // its name
	of       int64       // log whose events are issued again
	first    int64       // row of the first of them; 0: the copies are given up, and go by and by
	firstLSN int64       // row of its copy
	n        int64       // copies so far
	hash     order.Hash  // of the last copy
	done     bool        // the copies count, and what they were made of no longer does
}

// schemaReissues is the version of the schema that has the table.
const schemaReissues = 8

// readReissues reads what was issued again, and what is being issued again.
func (b *logbook) readReissues(c *conn) error {
	v, err := c.one("PRAGMA user_version")
	if err != nil || v.int(0) < schemaReissues { // a database of an older program, read as it is
		return err
	}
	return c.query("SELECT no, id, of, first, first_lsn, n, hash, done FROM reissues ORDER BY no", func(r row) error {
		x := reissue{no: r.int(0), id: order.LogID(r.text(1)), of: r.int(2), first: r.int(3), firstLSN: r.int(4), n: r.int(5), done: r.int(7) == 1}
		copy(x.hash[:], r.blob(6))
		if x.done {
			b.moved = append(b.moved, x)
		} else {
			b.staged = &x
		}
		return nil
	})
}

// end is the row before which all rows belong to logs.
func (b *logbook) end() int64 {
	if b.staged != nil {
		return b.staged.firstLSN
	}
	return math.MaxInt64
}

// follow returns where the event of a row stands now.
func (b *logbook) follow(lsn int64) int64 {
	for i := range b.moved { // in the order in which it happened
		if m := &b.moved[i]; lsn >= m.first && lsn < m.first+m.n {
			lsn += m.firstLSN - m.first
		}
	}
	return lsn
}

// lastOwn returns the row of the last own event that changed a shipment, 0 for none.
func (tx *Tx) lastOwn(sid int64) (last int64, err error) {
	err = tx.db.w.query("SELECT last FROM shipments WHERE sid=?1 UNION ALL SELECT last FROM lines WHERE sid=?1 UNION ALL SELECT last FROM parcels WHERE sid=?1",
		func(r row) error {
			last = max(last, tx.db.logs.follow(r.int(0)))
			return nil
		}, sid)
	return last, err
}

// back returns the row of the event that is n before the end, of those that count.
func (b *logbook) back(n int64) int64 {
	for i := len(b.all) - 1; i >= 0; i-- {
		l := &b.all[i]
		have := int64(l.Last - l.Base)
		if n <= have {
			return l.lsn(l.Last) - n + 1
		}
		n -= have
	}
	return 0
}

// NewLog closes a log before the event at, starts a new one and issues the events from at
// on again in it, each with its first identity. Nothing is renumbered in place. at past
// the end closes the log as it is. Each call does a part that a scan can wait for; done
// says that the new log is open. Until then everything is as before, scans go to the log
// that is open, and a call after a crash goes on where the last one was.
func (tx *Tx) NewLog(id order.LogID, at uint64, why StartedReason) (done bool, err error) {
	b := &tx.db.logs
	l := b.byID(id)
	if l == nil {
		return false, fmt.Errorf("close log: no log %s", id)
	}
	at = min(max(at, l.Base+1), l.Last+1)
	if b.staged != nil && (b.staged.of != l.No || b.staged.first != l.lsn(at)) {
		return false, tx.unstage(tx.db.on.reissue) // of another fork, which is overtaken
	}
	if b.staged == nil {
		if err := tx.stage(l, at, why); err != nil {
			return false, err
		}
	}
	if err := tx.copyEvents(l, at); err != nil {
		return false, err
	}
	if at+uint64(b.staged.n) <= l.Last {
		return false, nil
	}
	return true, tx.switchLog(l, at, why)
}

// stage begins to issue events again.
func (tx *Tx) stage(l *Log, at uint64, why StartedReason) error {
	b := &tx.db.logs
	acked := min(l.Acked, at-1)
	if why == StartedFork || why == StartedFenced {
		acked = at - 1 // what the centre has of this log is what we have of it
	}
	stable := min(l.Stable, acked)
	if err := tx.exec("UPDATE logs SET acked=?, stable=? WHERE no=?", acked, stable, l.No); err != nil {
		return err
	}
	l.Acked, l.Stable, b.oldest = acked, stable, -1
	x := &reissue{no: b.cur().No + 1, id: tx.db.newLogID(), of: l.No, first: l.lsn(at), firstLSN: b.lsn + 1}
	if int64(l.Last+1-at) > tx.db.on.reissue {
		x.firstLSN += reissueGap
	}
	x.hash = order.LogStart(x.id)
	b.staged = x
	return tx.exec("INSERT INTO reissues(no, id, of, first, first_lsn, n, hash, done) VALUES(?,?,?,?,?,0,?,0)",
		x.no, string(x.id), x.of, x.first, x.firstLSN, x.hash[:])
}

// copyEvents makes the next copies.
func (tx *Tx) copyEvents(l *Log, at uint64) error {
	x := *tx.db.logs.staged // a rolled back transaction keeps the one before
	from := x.first + x.n
	last := min(from+tx.db.on.reissue-1, l.lsn(l.Last))
	var list []order.Event
	err := tx.db.w.query("SELECT body, hash FROM events WHERE lsn BETWEEN ? AND ? AND log = ? ORDER BY lsn", func(r row) error {
		e, err := storedEvent(r.blob(0), r.blob(1))
		list = append(list, e)
		return err
	}, from, last, l.No)
	if err != nil {
		return fmt.Errorf("issue events again: %w", err)
	}
	if want := last - from + 1; int64(len(list)) != want {
		return damaged("issue events again", "of %d events of log %s %d are there", want, l.ID, len(list))
	}
	for i := range list {
		e := &list[i]
		if e.Orig == nil {
			e.Orig = &order.FactID{Log: l.ID, Seq: e.Seq, Hash: e.Hash}
		}
		if e.Of >= at {
			e.Of -= at - 1 // what it undoes has a new number too
		}
		if err := e.Seal(uint64(x.n)+1, x.hash); err != nil {
			return err
		}
		err := tx.exec("INSERT INTO events(lsn, log, seq, type, shipment, at, body, hash) VALUES(?,?,?,?,?,?,?,?)",
			x.firstLSN+x.n, x.no, e.Seq, string(e.Type), string(e.Shipment), e.At, e.Body, e.Hash[:])
		if err != nil {
			return fmt.Errorf("issue event %d again: %w", e.Seq, err)
		}
		x.n, x.hash = x.n+1, e.Hash
	}
	tx.db.logs.staged = &x
	return tx.exec("UPDATE reissues SET n=?, hash=? WHERE no=?", x.n, x.hash[:], x.no)
}

// switchLog makes the copies count, in place of what they were made of.
func (tx *Tx) switchLog(l *Log, at uint64, why StartedReason) error {
	b := &tx.db.logs
	x := b.staged
	if err := tx.exec("UPDATE logs SET closed=? WHERE no=?", at-1, l.No); err != nil {
		return err
	}
	l.Closed, l.Last = true, at-1
	b.staged, b.oldest = nil, -1
	if err := tx.openLog(x.id, x.firstLSN, why); err != nil {
		return err
	}
	if x.n == 0 {
		return tx.exec("DELETE FROM reissues WHERE no=?", x.no)
	}
	cur := b.cur()
	cur.Last, cur.Reissued = uint64(x.n), uint64(x.n)
	b.lsn, b.hash = x.firstLSN+x.n-1, x.hash
	b.moved = append(b.moved, *x)
	if err := tx.exec("UPDATE logs SET reissued=? WHERE no=?", cur.Reissued, cur.No); err != nil {
		return err
	}
	return tx.exec("UPDATE reissues SET done=1 WHERE no=?", x.no)
}

// giveUp lets the open log go on as it is, though copies of it were being made: a centre
// that lost its state may not know of the fork any more, and asks again if it does.
func (tx *Tx) giveUp() error {
	if tx.db.logs.staged == nil {
		return nil
	}
	x := *tx.db.logs.staged
	x.first = 0
	tx.db.logs.staged = &x
	return tx.exec("UPDATE reissues SET first=0 WHERE no=?", x.no)
}

// unstage gives up copies that do not count yet, at most so many, the last ones first.
func (tx *Tx) unstage(most int64) error {
	x := *tx.db.logs.staged
	keep := max(x.n-most, 0)
	if err := tx.exec("DELETE FROM events WHERE lsn >= ?", x.firstLSN+keep); err != nil {
		return err
	}
	if keep == 0 {
		tx.db.logs.staged = nil
		return tx.exec("DELETE FROM reissues WHERE no=?", x.no)
	}
	x.n, x.first = keep, 0 // nothing is added to it any more
	tx.db.logs.staged = &x
	return tx.exec("UPDATE reissues SET n=?, first=0 WHERE no=?", keep, x.no)
}
