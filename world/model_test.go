package world

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"pickstation/localdb"
	"pickstation/order"
)

// disk is what a model of a station's database keeps over a crash: the same records, in
// values that nobody changes once they are there. TestModelsLiveAsTheRealParts holds it
// to the real one.
type disk struct {
	start            localdb.StartedReason // of a log, at the next start; "" goes on
	logs             []diskLog
	timeline, cursor int64
	offset           time.Duration // of the centre's clock
	reading, swept   int
	work             map[order.ShipmentID]*diskWork
	ids              []order.ShipmentID // in the order in which work came
	instructions     map[string]diskInstruction
	blocks           []diskBlock
	parked           map[parkedRow]bool
	held             map[parkedRow]diskHeld // what the feed brought
}

type diskLog struct {
	id       order.LogID
	follows  *order.FactID
	base     uint64
	baseHash order.Hash
	evs      []order.Event // numbers base+1 and up
	acked    uint64
	stable   uint64
	closed   bool
}

func (l *diskLog) last() uint64 { return l.base + uint64(len(l.evs)) }

func (l *diskLog) hashAt(seq uint64) (order.Hash, bool) {
	switch {
	case seq == l.base:
		return l.baseHash, true
	case seq < l.base || seq > l.last():
		return order.Hash{}, false
	}
	return l.evs[seq-l.base-1].Hash, true
}

type diskWork struct {
	*order.Shipment
	gone        bool
	token       int64
	until, mono int64  // end of the lease on both clocks, ms
	boot        string // of mono
}

type diskInstruction struct {
	order.Instruction
	confirmed bool // here; for good
}

type diskBlock struct {
	order.NumberBlock
	next int64
}

type parkedRow struct{ kind, id string }

func newDisk() *disk {
	return &disk{start: localdb.StartedFirst, work: map[order.ShipmentID]*diskWork{}, instructions: map[string]diskInstruction{}, parked: map[parkedRow]bool{}, held: map[parkedRow]diskHeld{}}
}

// copied is a copy. Events are shared until either of the two appends.
func (d *disk) copied() *disk {
	n := *d
	n.logs, n.ids, n.blocks = slices.Clone(d.logs), slices.Clip(d.ids), slices.Clone(d.blocks)
	for i := range n.logs {
		n.logs[i].evs = slices.Clip(n.logs[i].evs)
	}
	n.work, n.instructions, n.parked, n.held = maps.Clone(d.work), maps.Clone(d.instructions), maps.Clone(d.parked), maps.Clone(d.held)
	return &n
}

func (d *disk) cur() *diskLog { return &d.logs[len(d.logs)-1] }

func (d *disk) log(id order.LogID) *diskLog {
	for i := range d.logs {
		if d.logs[i].id == id {
			return &d.logs[i]
		}
	}
	return nil
}

// modelDB is an open disk: what is forgotten with the end of the program stands here.
type modelDB struct {
	*disk
	clock  localdb.Clock
	centre localdb.CentreTime
	newLog func() order.LogID
	broken *broken
}

func (d *disk) open(c localdb.Clock, log func() order.LogID, b *broken) *modelDB {
	db := &modelDB{disk: d, clock: c, centre: localdb.NewCentreTime(c, d.offset), newLog: log, broken: b}
	if why := d.start; why != "" {
		d.start = ""
		db.startLog(why)
	}
	return db
}

func (db *modelDB) close() error { return nil }

// isOpen says whether the queue shows some work.
func (db *modelDB) isOpen(w *diskWork) bool {
	if w.gone || w.AllLabelled() || w.Cancelled && !w.Started() {
		return false
	}
	r := order.StandardFlow().Stage(w.State).Rank()
	return r >= order.StageAwaitingPick.Rank() && r <= order.StageAwaitingDispatch.Rank() // a box may have lost its label
}

// Queue lists open work as it came: no order of a world is more urgent than another one.
func (db *modelDB) Queue(_ order.OperatorID, limit int) (rows []order.QueueRow, n int, err error) {
	for _, id := range db.ids {
		if w := db.work[id]; db.isOpen(w) {
			if n++; n <= limit {
				rows = append(rows, order.QueueRow{ID: id})
			}
		}
	}
	return rows, n, nil
}

func (db *modelDB) Shipment(id order.ShipmentID) (*order.Shipment, error) {
	if w := db.work[id]; w != nil {
		return w.Copy(), nil
	}
	return nil, nil
}

func (db *modelDB) Flow(id string, version int) (*order.Flow, error) {
	if f := order.StandardFlow(); f.ID == id && f.Version == version {
		return f, nil
	}
	return nil, fmt.Errorf("flow %s version %d is not one of a world", id, version)
}

// leaseMargin is what a lease is shorter by after a new start of the machine.
const leaseMargin = 2 * time.Minute

func (db *modelDB) LeaseValid(id order.ShipmentID, at time.Time) bool {
	w := db.work[id]
	switch {
	case w == nil || w.gone || w.until == 0:
		return false
	case w.boot == db.clock.Boot:
		return db.clock.Mono() < w.mono
	}
	return at.Before(time.UnixMilli(w.until).Add(-leaseMargin))
}

func (db *modelDB) Instructions(limit int) ([]order.Instruction, error) {
	var all []order.Instruction
	for _, in := range db.instructions {
		if !in.Done && !in.confirmed {
			all = append(all, in.Instruction)
		}
	}
	slices.SortFunc(all, func(a, b order.Instruction) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	return all[:min(len(all), limit)], nil
}

func (db *modelDB) Instruction(id order.ShipmentID) (*order.Instruction, error) {
	all, err := db.Instructions(len(db.instructions))
	if i := slices.IndexFunc(all, func(in order.Instruction) bool { return in.Shipment == id }); i >= 0 {
		return &all[i], err
	}
	return nil, err
}

func (db *modelDB) NumbersLeft(carrier order.CarrierID) (n int, err error) {
	for _, b := range db.blocks {
		if b.Log == db.cur().id && b.Carrier == carrier {
			n += int(b.To - b.next + 1)
		}
	}
	return n, nil
}

func (db *modelDB) LastEvent() (*order.Event, error) {
	if evs := db.cur().evs; len(evs) > 0 {
		return &evs[len(evs)-1], nil
	}
	return nil, nil
}

func (db *modelDB) Log() order.LogID { return db.cur().id }

func (db *modelDB) CentreHeard() bool { return db.centre.Heard() }

func (db *modelDB) ClockOffset() time.Duration { return db.centre.Offset() }

func (db *modelDB) SyncState(context.Context) (localdb.SyncState, error) {
	st := localdb.SyncState{Timeline: db.timeline, Cursor: db.cursor, Used: map[order.CarrierID]int64{}}
	for i := range db.logs {
		l := localdb.Log{ID: db.logs[i].id, Base: db.logs[i].base, Last: db.logs[i].last(), Acked: db.logs[i].acked,
			Stable: db.logs[i].stable, Closed: db.logs[i].closed, Follows: db.logs[i].follows}
		st.Logs, st.Unsent = append(st.Logs, l), st.Unsent+l.Unsent()
	}
	for _, w := range db.work {
		if db.isOpen(w) {
			st.Held++
		}
	}
	for _, b := range db.blocks {
		if b.Log == db.cur().id {
			st.Used[b.Carrier] += b.next - b.From
		}
	}
	return st, nil
}

func (db *modelDB) Events(_ context.Context, id order.LogID, after uint64, limit, _ int) (bodies [][]byte, base, end order.Hash, ok bool, err error) {
	l := db.log(id)
	if l == nil {
		return nil, base, end, false, nil
	}
	if base, ok = l.hashAt(after); !ok {
		return nil, base, end, false, nil
	}
	end = base
	for seq := after + 1; seq <= min(l.last(), after+uint64(limit)); seq++ {
		e := &l.evs[seq-l.base-1]
		bodies, end = append(bodies, e.Body), e.Hash
	}
	return bodies, base, end, true, nil
}

func (db *modelDB) HashAt(id order.LogID, seq uint64) (h order.Hash, ok bool, err error) {
	if l := db.log(id); l != nil {
		h, ok = l.hashAt(seq)
	}
	return h, ok, nil
}
