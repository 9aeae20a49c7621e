package localdb

import (
	"database/sql/driver"
	"fmt"
	"time"

	"pickstation/order"
)

// Log is one event log of the station. Logs follow each other; only the last one
// is written to.
type Log struct {
	No       int64
	ID       order.LogID
	FirstLSN int64 // row of seq 1
	Base     uint64
	BaseHash order.Hash // hash of the event at Base, which may be pruned
	Acked    uint64     // the centre has the events up to here
	Stable   uint64     // the centre cannot lose the events up to here
	Closed   bool
	Last     uint64        // last event that counts
	Reissued uint64        // the first events that stood in another log before
	Follows  *order.FactID // last event of the log this one replaces, nil for the first
}

// Unsent returns how many events of the log the centre has not acknowledged.
func (l *Log) Unsent() int { return int(l.Last - min(l.Acked, l.Last)) }

func (l *Log) lsn(seq uint64) int64 { return l.FirstLSN + int64(seq) - 1 }

// logbook is what is kept in memory of the event logs: a value, copied at the start
// of a transaction and put back when it fails.
type logbook struct {
	all    []Log      // in order; the last one is open
	hash   order.Hash // of the newest event of the last log
	lsn    int64      // of the newest event of all
	lastAt int64      // ms, business time of the newest event
	oldest int64      // ms, business time of the oldest unsent event; -1 not looked up
	moved  []run      // rows that were issued again in a later log, in that order
	staged *reissue   // what is being issued again, nil nothing; replaced, never changed
}

func (b *logbook) cur() *Log { return &b.all[len(b.all)-1] }

func (b *logbook) unsent() (n int) {
	for i := range b.all {
		n += b.all[i].Unsent()
	}
	return n
}

func (b *logbook) byID(id order.LogID) *Log {
	for i := range b.all {
		if b.all[i].ID == id {
			return &b.all[i]
		}
	}
	return nil
}

// at returns the log whose row an lsn is, or nil.
func (b *logbook) at(lsn int64) *Log {
	for i := len(b.all) - 1; i >= 0; i-- {
		if b.all[i].FirstLSN <= lsn {
			return &b.all[i]
		}
	}
	return nil
}

func (b logbook) clone() logbook {
	b.all = append([]Log(nil), b.all...)
	b.moved = b.moved[:len(b.moved):len(b.moved)]
	return b
}

const selectLogs = `SELECT no, id, first_lsn, base, base_hash, acked, stable, closed, reissued, follows_log, follows_seq, follows_hash
	FROM logs ORDER BY no`

func scanLog(r row) Log {
	l := Log{No: r.int(0), ID: order.LogID(r.text(1)), FirstLSN: r.int(2), Base: uint64(r.int(3)),
		Acked: uint64(r.int(5)), Stable: uint64(r.int(6)), Closed: r[7] != nil, Last: uint64(r.int(7)),
		Reissued: uint64(r.int(8))}
	copy(l.BaseHash[:], r.blob(4))
	if r[9] != nil {
		l.Follows = &order.FactID{Log: order.LogID(r.text(9)), Seq: uint64(r.int(10))}
		copy(l.Follows.Hash[:], r.blob(11))
	}
	return l
}

// readLogs reads all logs and fills in where the open one ends.
func readLogs(c *conn) (logbook, error) {
	b := logbook{oldest: -1}
	err := c.query(selectLogs, func(r row) error {
		b.all = append(b.all, scanLog(r))
		return nil
	})
	if err != nil || len(b.all) == 0 {
		return b, err
	}
	if err := b.readReissues(c); err != nil {
		return b, err
	}
	cur := b.cur()
	cur.Last, b.hash, b.lsn = cur.Base, cur.BaseHash, cur.lsn(cur.Base)
	r, err := c.one("SELECT lsn, log, seq, hash, at FROM events WHERE lsn < ? ORDER BY lsn DESC LIMIT 1", b.end())
	if err != nil || r == nil {
		return b, err
	}
	b.lastAt = r.int(4)
	if r.int(1) == cur.No {
		cur.Last, b.lsn = uint64(r.int(2)), r.int(0)
		copy(b.hash[:], r.blob(3))
	}
	return b, nil
}

func (db *DB) loadLogs() (err error) {
	db.logs, err = readLogs(db.w)
	return err
}

// Log returns the id of the log that is written to.
func (db *DB) Log() order.LogID { return db.logs.cur().ID }

// LastSeq returns the number of its newest event, 0 for none.
func (db *DB) LastSeq() uint64 { return db.logs.cur().Last }

// Unsent returns how many events the centre has not acknowledged, and the business
// time of the oldest of them.
func (db *DB) Unsent() (n int, oldest time.Time, err error) {
	n = db.logs.unsent()
	if n == 0 {
		return 0, time.Time{}, nil
	}
	if db.logs.oldest < 0 {
		for i := range db.logs.all {
			l := &db.logs.all[i]
			if l.Unsent() == 0 {
				continue
			}
			r, err := db.w.one("SELECT at FROM events WHERE lsn = ?", l.lsn(l.Acked+1))
			if err != nil {
				return n, time.Time{}, fmt.Errorf("oldest unsent event: %w", err)
			}
			if r != nil {
				db.logs.oldest = r.int(0)
			}
			break
		}
	}
	return n, fromMillis(max(db.logs.oldest, 0)), nil
}

// LastEvent returns the newest event of the log, or nil.
func (db *DB) LastEvent() (*order.Event, error) {
	cur := db.logs.cur()
	if cur.Last == cur.Base {
		return nil, nil
	}
	r, err := db.w.one("SELECT body, hash FROM events WHERE lsn = ?", cur.lsn(cur.Last))
	if err != nil || r == nil {
		return nil, err
	}
	e, err := storedEvent(r.blob(0), r.blob(1))
	return &e, err
}

// Recent returns the shipment's events among the last back events of the open log,
// oldest first.
func (db *DB) Recent(id order.ShipmentID, back int) ([]order.Event, error) {
	cur := db.logs.cur()
	from := max(cur.lsn(cur.Base+1), db.logs.lsn-int64(back)+1)
	return db.eventsOf(id, from)
}

// Tail returns the last back events that count, oldest first.
func (db *DB) Tail(back int) ([]order.Event, error) {
	return db.logs.tail(db.w, back)
}

func (b *logbook) tail(c *conn, back int) ([]order.Event, error) {
	return b.events(c, "SELECT body, hash, lsn FROM events WHERE lsn >= ? AND lsn < ? ORDER BY lsn", b.back(int64(back)), b.end())
}

// eventsOf returns the shipment's events that count, from a row on, oldest first.
func (db *DB) eventsOf(id order.ShipmentID, fromLSN int64) ([]order.Event, error) {
	return db.logs.events(db.w, "SELECT body, hash, lsn FROM events WHERE lsn >= ? AND lsn < ? AND shipment = ? ORDER BY lsn", fromLSN, db.logs.end(), string(id))
}

// events returns the events of a query that count, in its order.
func (b *logbook) events(c *conn, query string, args ...driver.Value) ([]order.Event, error) {
	var list []order.Event
	err := c.query(query, func(r row) error {
		l := b.at(r.int(2))
		if l == nil || r.int(2) > l.lsn(l.Last) {
			return nil // issued again in a later log
		}
		e, err := storedEvent(r.blob(0), r.blob(1))
		if err != nil {
			return err
		}
		list = append(list, e)
		return nil
	}, args...)
	return list, err
}

func storedEvent(body, hash []byte) (order.Event, error) {
	e, err := order.ParseEvent(body)
	copy(e.Hash[:], hash)
	return e, err
}
