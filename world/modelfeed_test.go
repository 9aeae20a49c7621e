package world

import (
	"encoding/json"
	"slices"

	"pickstation/order"
	"pickstation/sync/wire"
)

func (tx *modelTx) ApplyFeed(rows []wire.FeedRow, next, timeline int64) ([]order.ShipmentID, error) {
	for _, r := range rows {
		row := parkedRow{string(r.Kind), r.ID}
		if delete(tx.parked, row); !tx.apply(r) {
			tx.parked[row] = true
		}
		tx.hold(&r)
	}
	tx.cursor, tx.timeline = next, timeline
	return nil, nil
}

// apply stores a row; false where it is to be parked.
func (tx *modelTx) apply(r wire.FeedRow) bool {
	switch r.Kind {
	case wire.RowWork:
		var w wire.Work
		if json.Unmarshal(r.Body, &w) != nil || w.Shipment.ID == "" {
			return false
		}
		return tx.applyWork(&w)
	case wire.RowWorkGone:
		var g wire.Gone
		if json.Unmarshal(r.Body, &g) != nil || g.Shipment == "" {
			return false
		}
		tx.applyGone(g.Shipment)
	case wire.RowBlock:
		var b order.NumberBlock
		if json.Unmarshal(r.Body, &b) != nil || b.ID == "" || b.Number(b.From) == "" {
			return false
		}
		if !slices.ContainsFunc(tx.blocks, func(x diskBlock) bool { return x.ID == b.ID }) {
			tx.blocks = append(tx.blocks, diskBlock{b, b.From})
		}
	case wire.RowInstruction:
		var in order.Instruction
		if json.Unmarshal(r.Body, &in) != nil || in.ID == "" {
			return false
		}
		tx.instructions[in.ID] = diskInstruction{in, tx.instructions[in.ID].confirmed}
	case wire.RowFlow, wire.RowPolicy:
	default:
		return false
	}
	return true
}

// applyWork puts own events that the centre had not seen on top of its word.
func (tx *modelTx) applyWork(w *wire.Work) bool {
	s := &w.Shipment
	f, err := tx.Flow(s.Flow, s.FlowVersion)
	if err != nil {
		return false
	}
	old := tx.work[s.ID]
	if old == nil {
		tx.ids = append(tx.ids, s.ID)
	}
	if old != nil || tx.wasHere(s.ID) {
		tx.eachOwn(tx.seen(w), s.ID, func(e *order.Event) { order.Apply(s, f, e) })
	}
	n := &diskWork{Shipment: s, token: w.Lease.Token, boot: tx.clock.Boot}
	n.until, n.mono = tx.leaseEnd(&w.Lease)
	tx.work[s.ID] = n
	return true
}

// spot is an event by log and number; the zero spot comes before all.
type spot struct {
	log int
	seq uint64
}

// eachOwn goes through the events of a shipment that come after a spot.
func (db *modelDB) eachOwn(after spot, id order.ShipmentID, do func(e *order.Event)) {
	for i := after.log; i < len(db.logs); i++ {
		l := &db.logs[i]
		from := uint64(0)
		if i == after.log && after.seq > l.base {
			from = after.seq - l.base
		}
		for k := from; k < uint64(len(l.evs)); k++ {
			if e := &l.evs[k]; e.Shipment == id {
				do(e)
			}
		}
	}
}

// seen is the last own event that a row of work includes: logs are pushed in order, so the
// first one of which something is missing there ends it.
func (db *modelDB) seen(w *wire.Work) (seen spot) {
	if len(w.Marks) == 0 {
		return db.seenNewest(w)
	}
	for i := range db.logs {
		l := &db.logs[i]
		if l.last() == 0 {
			continue
		}
		k := slices.IndexFunc(w.Marks, func(m wire.Mark) bool { return m.Log == l.id })
		if k < 0 && db.laterKnown(w.Marks, i) {
			seen = spot{i, l.last()}
			continue
		}
		if k < 0 {
			break
		}
		upTo := min(w.Marks[k].Seq, l.last())
		if hash, known := l.hashAt(w.Marks[k].Seq); known && hash != w.Marks[k].Hash {
			upTo = min(upTo, l.acked)
		}
		if seen = (spot{i, max(upTo, l.base)}); upTo < l.last() {
			break
		}
	}
	return seen
}

// seenNewest is what a centre one version back tells: of the newest log that it has.
func (db *modelDB) seenNewest(w *wire.Work) (seen spot) {
	for i := range db.logs {
		switch l := &db.logs[i]; {
		case l.id == w.SeenLog:
			return spot{i, min(w.Seen, l.last())}
		case w.SeenLog != "" && (l.acked > l.base || l.base > 0):
			seen = spot{i, max(min(l.acked, l.last()), l.base)}
		}
	}
	return seen
}

func (db *modelDB) laterKnown(marks []wire.Mark, i int) bool {
	return slices.ContainsFunc(marks, func(m wire.Mark) bool {
		return m.Seq > 0 && slices.ContainsFunc(db.logs[i+1:], func(l diskLog) bool { return l.id == m.Log })
	})
}

func (tx *modelTx) applyGone(id order.ShipmentID) {
	if old := tx.work[id]; old != nil {
		w := *old
		w.gone, w.until, w.mono = true, 0, 0
		tx.work[id] = &w
	}
}

// FeedRead takes work away that did not come with a feed read again, and of which the
// centre has heard all.
func (tx *modelTx) FeedRead() ([]order.ShipmentID, error) {
	if tx.swept == tx.reading {
		return nil, nil
	}
	heard := spot{len(tx.logs), 0}
	for i := range tx.logs {
		if l := &tx.logs[i]; l.acked < l.last() {
			heard = spot{i, l.acked}
			break
		}
	}
	waits := false
	for id, w := range tx.work {
		if w.gone || tx.readNow(id) {
			continue
		}
		own := false
		tx.eachOwn(heard, id, func(e *order.Event) { own = own || e.Type != order.EventInstructed })
		if own {
			waits = true
		} else {
			tx.applyGone(id)
		}
	}
	if !waits {
		tx.swept = tx.reading
		tx.forgetOlder()
	}
	return nil, nil
}

// leaseEnd returns when a lease ends, on the centre's clock and on the monotonic one here.
func (tx *modelTx) leaseEnd(l *order.Lease) (until, mono int64) {
	now := tx.centre.Now()
	left := min(l.Until.UnixMilli()-now, int64(l.GrantS)*1000)
	if l.GrantS <= 0 {
		left = l.Until.UnixMilli() - now
	}
	if left <= 0 {
		return 0, 0
	}
	return now + left, tx.clock.Mono() + left
}

func (tx *modelTx) Renew(list []wire.Renewal) error {
	for _, r := range list {
		if old := tx.work[r.Shipment]; old != nil && !old.gone && old.token <= r.Lease.Token {
			w := *old
			w.token, w.boot = r.Lease.Token, tx.clock.Boot
			w.until, w.mono = tx.leaseEnd(&r.Lease)
			tx.work[r.Shipment] = &w
		}
	}
	return nil
}
