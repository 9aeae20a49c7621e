package world

import (
	"encoding/json"
	"slices"
	"time"

	"pickstation/localdb"
	"pickstation/order"
	"pickstation/sync/wire"
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
	now := tx.now()
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

// A centre's clock that disagrees by more than this is believed after so many answers.
const (
	offsetJump  = 2 * 60 * 1000
	offsetAgree = 3
)

func (tx *modelTx) Heard(serverAt time.Time) error {
	if !serverAt.IsZero() {
		tx.learn(serverAt.UnixMilli() - tx.clock.Mono())
	}
	tx.offset = tx.ClockOffset().Milliseconds()
	return nil
}

func (db *modelDB) learn(ahead int64) {
	near := func(a, b int64) bool { return max(a-b, b-a) <= offsetJump }
	switch {
	case near(ahead, db.ahead()):
	case db.jumps > 0 && near(ahead, db.jumpTo):
		if db.jumps++; db.jumps < offsetAgree {
			return
		}
	default:
		db.jumpTo, db.jumps = ahead, 1
		return
	}
	db.learnt, db.heard, db.jumps = ahead, true, 0
}

func (tx *modelTx) Prune(before time.Time, most int) (n int, err error) {
	for i := range tx.logs {
		l := &tx.logs[i]
		upTo := l.stable
		if !l.closed && upTo == l.last() && upTo > 0 {
			upTo--
		}
		for l.base < upTo && n < most && l.evs[0].At < before.UnixMilli() {
			l.base, l.baseHash, l.evs = l.base+1, l.evs[0].Hash, l.evs[1:]
			n++
		}
		if l.base < l.last() {
			break
		}
	}
	return n, nil
}
