package localdb

import (
	"fmt"
	"math"
	"slices"

	"pickstation/order"
)

// reissueChunk is how many events one transaction issues again on the machine's own disk:
// about 2 ms, for a scan may wait behind it.
const reissueChunk = 64

// reissueGap is left between the open log and the copies that are being made of it, for
// scans go on meanwhile. Row numbers have 63 bits.
const reissueGap = 1 << 32

// reissue is a log whose first events are copies of others'. It is stored, so that the
// work goes on after a crash. While the copies are made they count nowhere: no row of
// logs names them. After that its runs tell where rows have gone that others name.
type reissue struct {
	no   int64       // of the new log
	id   order.LogID // its name
	hash order.Hash  // of the last copy
	runs []run
	// Copies that are given up go by and by. They stand as one run.
	givenUp bool
}

// run is events of one log that are issued again: row first is row firstLSN now, and so on.
type run struct {
	of       int64 // log
	first    int64
	firstLSN int64
	n        int64 // copies so far
}

func (x *reissue) firstLSN() int64 { return x.runs[0].firstLSN }

// n is how many copies there are.
func (x *reissue) n() (n int64) {
	for i := range x.runs {
		n += x.runs[i].n
	}
	return n
}

// run returns the run that copies a log, nil if none does yet.
func (x *reissue) run(of int64) *run {
	for i := range x.runs {
		if x.runs[i].of == of && !x.givenUp {
			return &x.runs[i]
		}
	}
	return nil
}

func (x *reissue) clone() *reissue {
	c := *x
	c.runs = slices.Clone(x.runs)
	return &c
}

// schemaReissues is the version of the schema that has the table.
const schemaReissues = 8

// readReissues reads what was issued again, and what is being issued again.
func (b *logbook) readReissues(c *conn) error {
	v, err := c.one("PRAGMA user_version")
	if err != nil || v.int(0) < schemaReissues { // a database of an older program, read as it is
		return err
	}
	return c.query("SELECT of, first, first_lsn, n, no, id, hash, done FROM reissues ORDER BY no, of", func(r row) error {
		p := run{of: r.int(0), first: r.int(1), firstLSN: r.int(2), n: r.int(3)}
		switch {
		case r.int(7) == 1:
			b.moved = append(b.moved, p)
			return nil
		case b.staged == nil:
			b.staged = &reissue{no: r.int(4), id: order.LogID(r.text(5)), givenUp: p.first == 0}
		}
		b.staged.runs = append(b.staged.runs, p)
		copy(b.staged.hash[:], r.blob(6)) // the last one's counts
		return nil
	})
}

// end is the row before which all rows belong to logs.
func (b *logbook) end() int64 {
	if b.staged != nil {
		return b.staged.firstLSN()
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
// on again in it, each with its first identity, and behind them those of later logs, so
// that the order in which it happened is kept. Nothing is renumbered in place.
// at past the end closes the log as it is. Each call does a part that a scan can wait for;
// done says that the new log is open. Until then everything is as before, scans go to the
// log that is open, and a call after a crash goes on where the last one was.
func (tx *Tx) NewLog(id order.LogID, at uint64, why StartedReason) (done bool, err error) {
	b := &tx.db.logs
	l := b.byID(id)
	if l == nil {
		return false, fmt.Errorf("close log: no log %s", id)
	}
	at = min(max(at, l.Base+1), l.Last+1)
	if x := b.staged; x != nil && (x.runs[0].of != l.No || x.runs[0].first != l.lsn(at)) {
		return false, tx.unstage(tx.db.on.reissue) // of another fork, which is overtaken
	}
	if b.staged == nil {
		if err := tx.stage(l, at, why); err != nil {
			return false, err
		}
	}
	if done, err = tx.copyEvents(); err != nil || !done {
		return false, err
	}
	return true, tx.switchLog(why)
}

// stage begins to issue events again.
func (tx *Tx) stage(l *Log, at uint64, why StartedReason) error {
	b := &tx.db.logs
	acked := min(l.Acked, at-1)
	if why == StartedFork || why == StartedFenced {
		acked = at - 1 // what the centre has of this log is what we have of it
	}
	if err := tx.setAcked(l, acked, min(l.Stable, acked)); err != nil {
		return err
	}
	p := run{of: l.No, first: l.lsn(at), firstLSN: b.lsn + 1}
	if b.lsn-p.first >= tx.db.on.reissue {
		p.firstLSN += reissueGap
	}
	x := &reissue{no: b.cur().No + 1, id: tx.db.newLogID(), runs: []run{p}}
	x.hash = order.LogStart(x.id)
	b.staged = x
	return tx.putRun(x, &p)
}

func (tx *Tx) putRun(x *reissue, p *run) error {
	return tx.exec("INSERT OR REPLACE INTO reissues(no, of, id, first, first_lsn, n, hash, done) VALUES(?,?,?,?,?,?,?,0)",
		x.no, p.of, string(x.id), p.first, p.firstLSN, p.n, x.hash[:])
}

// copyEvents makes the next copies, and says whether they were the last ones.
func (tx *Tx) copyEvents() (done bool, err error) {
	b := &tx.db.logs
	x := b.staged.clone() // a rolled back transaction keeps the one before
	b.staged = x
	for room := tx.db.on.reissue; ; {
		p, l := b.nextRun(x)
		switch {
		case p == nil:
			return true, nil
		case room == 0:
			return false, nil
		}
		n := min(room, l.lsn(l.Last)+1-p.first-p.n)
		if err := tx.copyRun(x, p, l, n); err != nil {
			return false, err
		}
		room -= n
	}
}

// nextRun returns the run that has events to copy, and their log; nil when none has.
func (b *logbook) nextRun(x *reissue) (*run, *Log) {
	p := &x.runs[len(x.runs)-1]
	for i := range b.all {
		l := &b.all[i]
		switch {
		case l.No == p.of && p.first+p.n <= l.lsn(l.Last):
			return p, l
		case l.No > p.of && l.Last > l.Base:
			x.runs = append(x.runs, run{of: l.No, first: l.lsn(l.Base + 1), firstLSN: p.firstLSN + p.n})
			return &x.runs[len(x.runs)-1], l
		}
	}
	return nil, nil
}

// copyRun adds the next n events of a log to its run.
func (tx *Tx) copyRun(x *reissue, p *run, l *Log, n int64) error {
	var list []order.Event
	err := tx.db.w.query("SELECT body, hash FROM events WHERE lsn BETWEEN ? AND ? AND log = ? ORDER BY lsn", func(r row) error {
		e, err := storedEvent(r.blob(0), r.blob(1))
		list = append(list, e)
		return err
	}, p.first+p.n, p.first+p.n+n-1, l.No)
	if err != nil {
		return fmt.Errorf("issue events again: %w", err)
	}
	if int64(len(list)) != n {
		return damaged("issue events again", "of %d events of log %s %d are there", n, l.ID, len(list))
	}
	at := uint64(p.first-l.FirstLSN) + 1 // number of the run's first event, in its log and in the new one
	to := uint64(p.firstLSN-x.firstLSN()) + 1
	for i := range list {
		e := &list[i]
		if e.Orig == nil {
			e.Orig = &order.FactID{Log: l.ID, Seq: e.Seq, Hash: e.Hash}
		}
		if e.Of >= at {
			e.Of += to - at // what it undoes has a new number too
		}
		if err := e.Seal(to+uint64(p.n), x.hash); err != nil {
			return err
		}
		err := tx.exec("INSERT INTO events(lsn, log, seq, type, shipment, at, body, hash) VALUES(?,?,?,?,?,?,?,?)",
			p.firstLSN+p.n, x.no, e.Seq, string(e.Type), string(e.Shipment), e.At, e.Body, e.Hash[:])
		if err != nil {
			return fmt.Errorf("issue event %d again: %w", e.Seq, err)
		}
		p.n, x.hash = p.n+1, e.Hash
	}
	return tx.putRun(x, p)
}

// switchLog makes the copies count, in place of what they were made of.
func (tx *Tx) switchLog(why StartedReason) error {
	b := &tx.db.logs
	x := b.staged
	for i := range x.runs {
		if err := tx.closeBefore(x.runs[i].of, x.runs[i].first); err != nil {
			return err
		}
	}
	b.staged, b.oldest = nil, -1
	if err := tx.openLog(x.id, x.firstLSN(), why); err != nil {
		return err
	}
	n := x.n()
	if n == 0 {
		return tx.exec("DELETE FROM reissues WHERE no=?", x.no)
	}
	cur := b.cur()
	cur.Last, cur.Reissued = uint64(n), uint64(n)
	b.lsn, b.hash = x.firstLSN()+n-1, x.hash
	b.moved = append(b.moved, x.runs...)
	if err := tx.exec("UPDATE logs SET reissued=? WHERE no=?", cur.Reissued, cur.No); err != nil {
		return err
	}
	return tx.exec("UPDATE reissues SET done=1 WHERE no=?", x.no)
}

// closeBefore ends a log before a row.
func (tx *Tx) closeBefore(no, lsn int64) error {
	for i := range tx.db.logs.all {
		l := &tx.db.logs.all[i]
		if l.No != no {
			continue
		}
		l.Closed, l.Last = true, uint64(lsn-l.FirstLSN)
		if err := tx.exec("UPDATE logs SET closed=? WHERE no=?", l.Last, l.No); err != nil {
			return err
		}
		return tx.setAcked(l, min(l.Acked, l.Last), min(l.Stable, l.Last))
	}
	return fmt.Errorf("close log: no log %d", no)
}

// giveUp lets the open log go on as it is, though copies of it were being made: a centre
// that lost its state may not know of the fork any more, and asks again if it does.
func (tx *Tx) giveUp() error { return tx.unstage(0) }

// unstage gives up copies that do not count yet and deletes at most so many, the last
// ones first.
func (tx *Tx) unstage(most int64) error {
	if tx.db.logs.staged == nil {
		return nil
	}
	x := *tx.db.logs.staged
	keep := max(x.n()-most, 0)
	if err := tx.exec("DELETE FROM events WHERE lsn >= ?", x.firstLSN()+keep); err != nil {
		return err
	}
	if err := tx.exec("DELETE FROM reissues WHERE no=?", x.no); err != nil {
		return err
	}
	if keep == 0 {
		tx.db.logs.staged = nil
		return nil
	}
	x.givenUp, x.runs = true, []run{{of: x.runs[0].of, firstLSN: x.firstLSN(), n: keep}}
	tx.db.logs.staged = &x
	return tx.putRun(&x, &x.runs[0])
}
