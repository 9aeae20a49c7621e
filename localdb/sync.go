package localdb

import (
	"fmt"
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
	if x := b.staged; x != nil {
		if p := x.run(l.No); p != nil { // what is being issued again it will have as another log's
			acked = min(acked, uint64(p.first-l.FirstLSN))
		}
	}
	return tx.setAcked(l, acked, min(max(stable, l.Stable), acked))
}

func (tx *Tx) setAcked(l *Log, acked, stable uint64) error {
	if acked == l.Acked && stable == l.Stable {
		return nil
	}
	if err := tx.exec("UPDATE logs SET acked=?, stable=? WHERE no=?", acked, stable, l.No); err != nil {
		return err
	}
	l.Acked, l.Stable, tx.db.logs.oldest = acked, stable, -1
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
	if err := tx.giveUp(); err != nil {
		return err
	}
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
	if n += k; err != nil || n >= max || b.staged == nil || !b.staged.givenUp {
		return n, err
	}
	k = int(min(b.staged.n(), int64(max-n)))
	return n + k, tx.unstage(int64(k))
}

// pruneReissued deletes what stands behind the end of closed logs.
func (tx *Tx) pruneReissued(before int64, max int) (n int, err error) {
	b := &tx.db.logs
	for i := len(b.all) - 1; i > 0 && n < max && b.all[i].Stable >= min(b.all[i].Reissued, b.all[i].Last); i-- {
		l, next := &b.all[i-1], &b.all[i]
		if l.lsn(l.Last+1) == next.FirstLSN {
			continue
		}
		err := tx.db.w.query("DELETE FROM events WHERE lsn IN (SELECT lsn FROM events WHERE lsn BETWEEN ? AND ? AND (at < ? OR at > ?) LIMIT ?) RETURNING 1",
			func(row) error { n++; return nil }, l.lsn(l.Last+1), next.FirstLSN-1, before, tx.db.latest(), int64(max-n))
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

func (tx *Tx) pruneLog(l *Log, upTo uint64, before int64, max int) (int, error) {
	first := l.lsn(l.Base + 1)
	last, err := tx.lastOld(first, l.lsn(min(upTo, l.Base+uint64(max))), l.lsn(upTo), before)
	if err != nil || last == 0 {
		return 0, err
	}
	end := l.Base + uint64(last-first) + 1
	hash, ok, err := hashAt(tx.db.w, l, end)
	if err != nil || !ok {
		return 0, err
	}
	n := int(end - l.Base)
	if err := tx.keepMixups(l.No, first, last); err != nil {
		return 0, err
	}
	if err := tx.exec("DELETE FROM events WHERE lsn BETWEEN ? AND ?", first, last); err != nil {
		return 0, err
	}
	if err := tx.exec("UPDATE logs SET base=?, base_hash=? WHERE no=?", end, hash[:], l.No); err != nil {
		return 0, err
	}
	l.Base, l.BaseHash = end, hash
	return n, nil
}
