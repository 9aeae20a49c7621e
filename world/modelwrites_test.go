package world

import (
	"slices"
	"time"

	"pickstation/localdb"
	"pickstation/order"
)

// begin starts a transaction. A model writes at once, and goes back to its copy where the
// transaction is taken back.
func (db *modelDB) begin() (transaction, error) {
	tx := &modelTx{modelDB: db}
	if db.broken.ackEarly { // else nothing is ever taken back
		tx.was = db.copied()
	}
	return tx, nil
}

type modelTx struct {
	*modelDB
	was *disk
}

func (tx *modelTx) Commit() error { return nil }

func (tx *modelTx) Rollback() error {
	*tx.disk = *tx.was
	return nil
}

// startLog closes the open log and opens the next.
func (db *modelDB) startLog(why localdb.StartedReason) {
	l := diskLog{id: db.newLog()}
	if len(db.logs) > 0 {
		old := db.cur()
		old.closed = true
		hash, _ := old.hashAt(old.last())
		l.follows = &order.FactID{Log: old.id, Seq: old.last(), Hash: hash}
	}
	l.baseHash = order.LogStart(l.id)
	db.logs = append(db.logs, l)
	switch why {
	case localdb.StartedMoved, localdb.StartedRestored, localdb.StartedAmnesia:
		db.cursor = 0
		db.reading++
	}
}

func (tx *modelTx) Append(e *order.Event) error {
	l := tx.cur()
	prev, _ := l.hashAt(l.last())
	if err := e.Seal(l.last()+1, prev); err != nil {
		return err
	}
	l.evs = append(l.evs, *e)
	return nil
}

func (tx *modelTx) PutProgress(s *order.Shipment, e *order.Event) error {
	if e.Type == order.EventInstructed {
		if in, ok := tx.instructions[e.Reason]; ok {
			in.confirmed = true
			tx.instructions[e.Reason] = in
		}
		return nil
	}
	w := *tx.work[s.ID]
	w.Shipment = s.Copy()
	tx.work[s.ID] = &w
	return nil
}

func (tx *modelTx) NextNumber(carrier order.CarrierID) (string, bool, error) {
	for i := range tx.blocks {
		b := &tx.blocks[i]
		if b.Log == tx.cur().id && b.Carrier == carrier && b.next <= b.To {
			b.next++
			return b.Number(b.next - 1), true, nil
		}
	}
	return "", false, nil
}

func (tx *modelTx) Acked(id order.LogID, acked, stable uint64) error {
	l := tx.log(id)
	l.acked = min(max(acked, l.base), l.last())
	l.stable = min(max(stable, l.stable), l.acked)
	return nil
}

// NewLog closes a log before an event, and issues the rest of it and of later logs again in
// a new one, each event with its first identity.
func (tx *modelTx) NewLog(id order.LogID, at uint64, why localdb.StartedReason) (done bool, err error) {
	i := slices.IndexFunc(tx.logs, func(l diskLog) bool { return l.id == id })
	l := &tx.logs[i]
	at = min(max(at, l.base+1), l.last()+1)
	if l.acked = min(l.acked, at-1); why == localdb.StartedFork || why == localdb.StartedFenced {
		l.acked = at - 1
	}
	again := l.cutOff(at)
	for k := i + 1; k < len(tx.logs) && !tx.broken.forkOne; k++ {
		again = append(again, tx.logs[k].cutOff(tx.logs[k].base+1)...)
	}
	tx.startLog(why)
	if tx.broken.noReissue {
		return true, nil
	}
	for i := range again {
		if err := tx.Append(&again[i]); err != nil {
			return false, err
		}
	}
	return true, nil
}

// cutOff closes the log before an event and returns the rest.
func (l *diskLog) cutOff(at uint64) []order.Event {
	rest := slices.Clone(l.evs[at-l.base-1:])
	l.evs, l.closed = l.evs[:at-l.base-1:at-l.base-1], true
	l.acked, l.stable = min(l.acked, l.last()), min(l.stable, l.last())
	for i := range rest {
		if e := &rest[i]; e.Orig == nil {
			e.Orig = &order.FactID{Log: l.id, Seq: e.Seq, Hash: e.Hash}
		}
	}
	return rest
}

func (tx *modelTx) Rewind(timeline int64) error {
	for i := range tx.logs {
		l := &tx.logs[i]
		l.acked, l.stable = l.base, l.base
	}
	if tx.timeline = timeline; tx.broken.keepCursor {
		return nil
	}
	return tx.Repull(timeline)
}

func (tx *modelTx) Repull(timeline int64) error {
	tx.cursor, tx.timeline = 0, timeline
	tx.reading++
	return nil
}

func (tx *modelTx) Heard(serverAt time.Time) error {
	if !serverAt.IsZero() {
		tx.centre.Learn(serverAt)
	}
	tx.offset = tx.ClockOffset()
	return nil
}

func (tx *modelTx) Prune(before time.Time, most int) (n int, err error) {
	for i := range tx.logs {
		l := &tx.logs[i]
		upTo := l.stable
		if !l.closed && upTo == l.last() && upTo > 0 {
			upTo--
		}
		all := int(max(upTo, l.base) - l.base)
		if k := l.old(min(all, most-n), all, before.UnixMilli(), tx.centre.Latest()); k > 0 {
			l.base, l.baseHash, l.evs = l.base+uint64(k), l.evs[k-1].Hash, l.evs[k:]
			n += k
		}
		if n >= most || l.base < l.last() {
			break
		}
	}
	return n, nil
}

// old is how many of the first end events may be deleted, of all that the centre cannot lose:
// those older than before, and those of the future that one of them comes after.
func (l *diskLog) old(end, all int, before, latest int64) int {
	if end <= 0 {
		return 0
	}
	known := func(e order.Event) bool { return e.At <= latest }
	if i := slices.IndexFunc(l.evs[:end], func(e order.Event) bool { return known(e) && e.At >= before }); i >= 0 {
		end = i
	} else if i := slices.IndexFunc(l.evs[end-1:all], known); i >= 0 && l.evs[end-1+i].At < before {
		return end
	}
	for end > 0 && l.evs[end-1].At >= before {
		end--
	}
	return end
}
