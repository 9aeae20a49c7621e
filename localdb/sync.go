package localdb

import (
	"fmt"
	"strings"
	"time"

	"pickstation/order"
	"pickstation/sync/wire"
)

// Acked stores up to where the centre has a log, and up to where it cannot lose it.
// acked may go back: a centre restored from a backup wants events again.
func (tx *Tx) Acked(id order.LogID, acked, stable uint64) error {
	b := &tx.db.logs
	l := b.byID(id)
	if l == nil {
		return fmt.Errorf("acknowledge: no log %s", id)
	}
	acked = min(max(acked, l.Base), l.Last)
	stable = min(max(stable, l.Stable), acked)
	if acked == l.Acked && stable == l.Stable {
		return nil
	}
	if err := tx.exec("UPDATE logs SET acked=?, stable=? WHERE no=?", acked, stable, l.No); err != nil {
		return err
	}
	l.Acked, l.Stable = acked, stable
	b.oldest = -1
	return nil
}

// Rewind notes a new timeline of the centre: it was restored, so all that is still
// here counts as unsent, and its feed starts again.
func (tx *Tx) Rewind(timeline int64) error {
	b := &tx.db.logs
	if err := tx.exec("UPDATE logs SET acked=base, stable=base"); err != nil {
		return err
	}
	for i := range b.all {
		b.all[i].Acked, b.all[i].Stable = b.all[i].Base, b.all[i].Base
	}
	b.oldest = -1
	return tx.Repull(timeline)
}

// Renew prolongs leases.
func (tx *Tx) Renew(list []wire.Renewal) error {
	for _, r := range list {
		until, mono := tx.leaseEnd(&r.Lease)
		err := tx.exec("UPDATE shipments SET lease_token=?, lease_until=?, lease_mono=?, lease_boot=? WHERE id=? AND gone=0 AND lease_token<=?",
			r.Lease.Token, until, mono, tx.db.clock.Boot, string(r.Shipment), r.Lease.Token)
		if err != nil {
			return err
		}
	}
	return nil
}

// NewLog closes a log before the event at, starts a new one and issues the events
// from at on again in it, each with its first identity. Nothing is renumbered in
// place. at past the end closes the log as it is.
func (tx *Tx) NewLog(id order.LogID, at uint64, why StartedReason) error {
	b := &tx.db.logs
	l := b.byID(id)
	if l == nil {
		return fmt.Errorf("close log: no log %s", id)
	}
	at = min(max(at, l.Base+1), l.Last+1)
	first, last, no := l.lsn(at), l.lsn(l.Last), l.No
	acked := min(l.Acked, at-1)
	if why == StartedFork || why == StartedFenced {
		acked = at - 1 // what the centre has of this log is what we have of it
	}
	if err := tx.exec("UPDATE logs SET closed=?, acked=?, stable=min(stable, ?) WHERE no=?", at-1, acked, acked, no); err != nil {
		return err
	}
	l.Closed, l.Last, l.Acked, l.Stable = true, at-1, acked, min(l.Stable, acked)
	b.oldest = -1
	if err := tx.startLog(why); err != nil {
		return err
	}
	if first > last {
		return nil
	}
	return tx.reissue(id, no, first, last)
}

// reissue appends the events of rows first to last of a closed log to the open one.
func (tx *Tx) reissue(from order.LogID, no, first, last int64) error {
	const chunk = 500
	b := &tx.db.logs
	start, n := b.lsn+1, 0
	renumbered := map[uint64]uint64{}
	for lsn := first; lsn <= last; lsn += chunk {
		var list []order.Event
		err := tx.db.w.query("SELECT body, hash FROM events WHERE lsn BETWEEN ? AND ? AND log = ? ORDER BY lsn", func(r row) error {
			e, err := storedEvent(r.blob(0), r.blob(1))
			list = append(list, e)
			return err
		}, lsn, min(lsn+chunk-1, last), no)
		if err != nil {
			return fmt.Errorf("issue events again: %w", err)
		}
		for i := range list {
			e := &list[i]
			if e.Orig == nil {
				e.Orig = &order.FactID{Log: from, Seq: e.Seq, Hash: e.Hash}
			}
			if of, ok := renumbered[e.Of]; ok && e.Of != 0 {
				e.Of = of // what it undoes has a new number too
			}
			old := e.Seq
			if err := tx.Append(e); err != nil {
				return err
			}
			renumbered[old] = e.Seq
			n++
		}
	}
	cur := b.cur()
	cur.Reissued = uint64(n)
	if err := tx.exec("UPDATE logs SET reissued=? WHERE no=?", n, cur.No); err != nil {
		return err
	}
	for _, at := range []string{"shipments SET last=last", "lines SET last=last", "parcels SET last=last", "packets SET lsn=lsn"} {
		column := at[strings.LastIndexByte(at, '=')+1:]
		if err := tx.exec("UPDATE "+at+"+? WHERE "+column+" BETWEEN ? AND ?", start-first, first, last); err != nil {
			return err
		}
	}
	return nil
}

// Prune deletes events that the centre cannot lose and that are older than before, at
// most max of them, oldest first. It returns how many. The open log keeps its newest
// event. Events that a later log issued again go once those copies are safe too.
func (tx *Tx) Prune(before time.Time, max int) (int, error) {
	b := &tx.db.logs
	n := 0
	for i := range b.all {
		l := &b.all[i]
		upTo := l.Stable
		if !l.Closed && upTo == l.Last && upTo > 0 {
			upTo--
		}
		if l.Base >= upTo {
			if l.Base < l.Last {
				break // later logs wait: rows are deleted in order
			}
			continue
		}
		k, err := tx.pruneLog(l, upTo, millis(before), max-n)
		if err != nil {
			return n, err
		}
		if n += k; n >= max || l.Base < l.Last {
			break
		}
	}
	k, err := tx.pruneReissued(millis(before), max-n)
	return n + k, err
}

// pruneReissued deletes what stands behind the end of closed logs.
func (tx *Tx) pruneReissued(before int64, max int) (n int, err error) {
	b := &tx.db.logs
	for i := len(b.all) - 1; i > 0 && n < max && b.all[i].Stable >= b.all[i].Reissued; i-- {
		l, next := &b.all[i-1], &b.all[i]
		if l.lsn(l.Last+1) == next.FirstLSN {
			continue
		}
		err := tx.db.w.query("DELETE FROM events WHERE lsn IN (SELECT lsn FROM events WHERE lsn BETWEEN ? AND ? AND at < ? LIMIT ?) RETURNING 1",
			func(row) error { n++; return nil }, l.lsn(l.Last+1), next.FirstLSN-1, before, int64(max-n))
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

func (tx *Tx) pruneLog(l *Log, upTo uint64, before int64, max int) (int, error) {
	end := min(upTo, l.Base+uint64(max))
	r, err := tx.db.w.one("SELECT min(lsn) FROM events WHERE lsn BETWEEN ? AND ? AND at >= ?", l.lsn(l.Base+1), l.lsn(end), before)
	if err != nil {
		return 0, err
	}
	if r != nil && r[0] != nil {
		end = l.Base + uint64(r.int(0)-l.lsn(l.Base+1)) // the one before the first that is too young
	}
	if end == l.Base {
		return 0, nil
	}
	hash, ok, err := hashAt(tx.db.w, l, end)
	if err != nil || !ok {
		return 0, err
	}
	n := int(end - l.Base)
	if err := tx.keepMixups(l.No, l.lsn(l.Base+1), l.lsn(end)); err != nil {
		return 0, err
	}
	if err := tx.exec("DELETE FROM events WHERE lsn BETWEEN ? AND ?", l.lsn(l.Base+1), l.lsn(end)); err != nil {
		return 0, err
	}
	if err := tx.exec("UPDATE logs SET base=?, base_hash=? WHERE no=?", end, hash[:], l.No); err != nil {
		return 0, err
	}
	l.Base, l.BaseHash = end, hash
	return n, nil
}
