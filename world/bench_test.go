package world

import (
	"fmt"
	"hash/fnv"
	"maps"
	"time"

	"pickstation/localdb"
	"pickstation/order"
	"pickstation/sync/agent"
)

// bench is one station: its database, the state of its agent, and an operator.
type bench struct {
	w            *world
	id           order.StationID
	no           int
	at           machine
	db           database
	state        agent.State
	up           bool
	gen          int           // grows when the disk is replaced: answers to the old one are void
	cut          bool          // no network
	skew         time.Duration // of the wall clock
	boots        int
	booted       int64           // virtual ms
	age          int             // version of its program: -1 older, 0, 1 newer
	inCopy       map[string]bool // facts that the copy has
	facts        map[string]bool // facts on this disk
	lastAt       int64
	copyOf       *bench                    // a second machine with the same disk, nil none
	retired, off bool                      // of a copy: it works no more, it is switched off
	asked        agent.SendPush            // the newest push
	known        *agent.Local              // what the agent is told, nil after a write
	may          map[order.ShipmentID]bool // what it could start when it was last told of leases
}

func newBench(w *world, no int) *bench {
	b := &bench{w: w, no: no, id: order.StationID(fmt.Sprintf("bench-%d", no)), facts: map[string]bool{}, age: w.r.Intn(3) - 1}
	var err error
	b.at, err = w.parts.machine(no)
	w.must(err)
	b.open()
	return b
}

func (b *bench) clock() localdb.Clock {
	boot := fmt.Sprintf("boot-%d-%d", b.no, b.boots)
	return localdb.Clock{Wall: func() time.Time { return b.w.time().Add(b.skew) },
		Mono: func() int64 { return b.w.now - b.booted + 1 }, Boot: boot}
}

func (b *bench) open() {
	var err error
	b.db, err = b.at.open(b.clock(), func() order.LogID { return order.LogID(fmt.Sprintf("%016x%016x", b.w.r.Uint64(), b.w.r.Uint64())) })
	b.w.must(err)
	b.up, b.state, b.known = true, agent.State{}, nil
	if e, err := b.db.LastEvent(); err == nil && e != nil {
		b.lastAt = e.At
	}
}

func (b *bench) close() {
	b.w.must(b.db.close())
	b.up = false
}

// crash ends the program; the machine may start anew with it.
func (b *bench) crash() {
	b.close()
	if b.w.r.Intn(3) == 0 {
		b.boots, b.booted = b.boots+1, b.w.now
	}
	b.w.after(b.w.pace.bootIn.by(b.w.r), func() {
		if !b.up && !b.off && b.w.pace.shut(b.w) == 0 {
			b.open()
		}
	})
}

func (b *bench) backup() {
	b.w.must(b.at.backup(fmt.Sprintf("copy-%d-%d.db", b.no, b.w.next())))
	b.inCopy = maps.Clone(b.facts)
}

// restore replaces the disk by the copy. What was only on the old one is lost with it.
func (b *bench) restore() {
	if b.up {
		b.close()
	}
	for f := range b.facts {
		if !b.inCopy[f] {
			b.w.facts[f] = false
		}
	}
	b.w.must(b.at.restore(b.w.time()))
	if b.w.r.Intn(3) == 0 { // an image of the disk was put back: it goes on in a log that has ended elsewhere
		b.w.happens("restored unnoticed", b.no)
		b.w.must(b.at.forget())
	}
	b.facts = maps.Clone(b.inCopy)
	b.gen++
	b.open()
	if b.w.broken.oldBlocks {
		b.w.must(b.at.reuseBlocks(b.db.Log()))
	}
}

// offAtMost is how far a bench's time may be from the centre's once it was heard: what
// one answer is believed by, and as long as a message is on its way.
const offAtMost = 3 * time.Minute

// stamp is the business time of an event that happens now. Once the centre was heard it is the
// centre's, whatever was done to the wall clock; time then goes back in a log whose newest
// events lie in the future.
func (b *bench) stamp() int64 {
	now := b.clock().Wall().Add(b.db.ClockOffset())
	if !b.db.CentreHeard() {
		b.lastAt = max(b.lastAt, now.UnixMilli())
		return b.lastAt
	}
	if off := now.Sub(b.w.time()); !b.w.centre.showed(off) {
		b.w.fail("bench %d heard the centre, and its time is off by %v", b.no, off)
	}
	if b.lastAt > now.Add(offAtMost).UnixMilli() {
		b.w.happens("time back", b.no)
	}
	b.lastAt = now.UnixMilli()
	return b.lastAt
}

// write runs one transaction.
func (b *bench) write(do func(tx transaction) error) {
	tx, err := b.db.begin()
	b.w.must(err)
	b.w.must(do(tx))
	if b.w.broken.ackEarly && b.w.r.Intn(50) == 0 {
		b.w.must(tx.Rollback()) // the power failed after the green screen
		b.known = nil
		return
	}
	b.w.must(tx.Commit())
	b.known = nil
}

// book stores events of a shipment, each with its effect, in one transaction.
func (b *bench) book(s *order.Shipment, events ...order.Event) {
	b.write(func(tx transaction) error {
		f, err := b.db.Flow(s.Flow, s.FlowVersion)
		if err != nil {
			return err
		}
		for i := range events {
			e := &events[i]
			if err := b.number(tx, s, e); err != nil {
				return err
			}
			fact := b.w.fact(b)
			e.V, e.Shipment, e.At, e.Boot, e.Station, e.Source, e.By = order.EventVersion, s.ID, b.stamp(), "b", b.id, order.Scanned, "li"
			e.Code = fact
			b.w.diary = append(b.w.diary, fmt.Sprintf("%d %d %s %s %d", b.w.now, b.no, e.Type, s.Ref(), e.Line))
			if err := tx.Append(e); err != nil {
				return err
			}
			order.Apply(s, f, e)
			if err := tx.PutProgress(s, e); err != nil {
				return err
			}
		}
		return nil
	})
}

// number takes a number for a box that has none; without one the print is parked.
func (b *bench) number(tx transaction, s *order.Shipment, e *order.Event) error {
	if e.Type != order.EventPrintRequested || e.Waybill != "" {
		return nil
	}
	n, ok, err := tx.NextNumber(s.Carrier.ID)
	if ok {
		b.w.happens("number of a block", b.no)
		e.Waybill = n
	}
	return err
}

// operate lets the operator do one thing.
func (b *bench) operate() {
	rows, _, err := b.db.Queue("", 30)
	b.w.must(err)
	if b.w.r.Intn(20) == 0 {
		b.poison()
	}
	switch b.w.r.Intn(12) {
	case 0, 1, 2:
		if b.putBack() {
			return
		}
	case 3:
		if b.undo("") {
			return
		}
	}
	for range min(len(rows), 4) {
		s, err := b.db.Shipment(rows[b.w.r.Intn(min(len(rows), 6))].ID)
		b.w.must(err)
		if s != nil && b.handle(s) {
			return
		}
	}
}

// putBack puts the goods of a cancelled shipment back, if the bench was told to.
func (b *bench) putBack() bool {
	all, err := b.db.Instructions(20)
	b.w.must(err)
	for _, in := range all {
		s, err := b.db.Shipment(in.Shipment)
		b.w.must(err)
		if in.Kind != order.InstructPutBack || s == nil {
			continue
		}
		if b.w.r.Intn(4) == 0 && b.undo(s.ID) { // the other way to put goods back
			return true
		}
		e := order.Event{Type: order.EventInstructed, Reason: in.ID}
		for _, g := range in.Goods {
			e.Back = append(e.Back, order.PutBackQty{Line: g.Line, SKU: g.SKU, Qty: g.Qty})
		}
		b.book(s, e)
		b.w.happens("put back", b.no)
		if b.age < 0 && b.w.r.Intn(3) == 0 && b.undo(s.ID) {
			b.w.happens("undone, put back", b.no)
		}
		return true
	}
	return false
}

// handle does the next step of a shipment; false where there is none.
func (b *bench) handle(s *order.Shipment) bool {
	if s.Cancelled || s.Stopped() != nil {
		return false
	}
	if !s.Started() && !b.db.LeaseValid(s.ID, time.UnixMilli(b.stamp())) {
		return false
	}
	for i := range s.Lines {
		l := &s.Lines[i]
		if l.Open() <= 0 {
			continue
		}
		e := order.Event{Type: order.EventPicked, Line: l.No, Qty: 1, Verdict: order.OK}
		if twoBoxes(s) && l.No == 2 {
			if p := s.Parcel(1); p != nil && !p.Closed {
				b.book(s, order.Event{Type: order.EventBoxed, Parcel: 1, Over: true})
			}
			e.Parcel = 2
		}
		b.book(s, e)
		return true
	}
	return b.ship(s)
}

// twoBoxes says of which shipments the second article gets a box of its own.
func twoBoxes(s *order.Shipment) bool {
	h := fnv.New32a()
	h.Write([]byte(s.Orders[0].External))
	return h.Sum32()%3 == 0
}

// ship prints, labels and hands over the first box that waits for it.
func (b *bench) ship(s *order.Shipment) bool {
	for i := range s.Parcels {
		p := s.Parcels[i]
		switch {
		case p.Dispatched || !s.NeedsBox(&p):
			continue
		case p.Waybill.Number == "":
			if n, err := b.db.NumbersLeft(s.Carrier.ID); err != nil || n == 0 {
				return false // parked
			}
			b.book(s, order.Event{Type: order.EventPrintRequested, Parcel: p.No, No: p.PrintRequests + 1, OrderVersion: s.Version})
		case p.PrintedVersion == 0 || p.PrintedVersion < s.Version:
			b.book(s, order.Event{Type: order.EventPrintRequested, Parcel: p.No, No: p.PrintRequests + 1, Waybill: p.Waybill.Number, OrderVersion: s.Version},
				order.Event{Type: order.EventPrinted, Parcel: p.No, No: p.PrintRequests + 1, Waybill: p.Waybill.Number, OrderVersion: s.Version})
		case !p.Labelled:
			b.book(s, order.Event{Type: order.EventLabelled, Parcel: p.No, Waybill: p.Waybill.Number, OrderVersion: s.Version})
		default:
			b.book(s, order.Event{Type: order.EventDispatched, Parcel: p.No, Waybill: p.Waybill.Number, OrderVersion: s.Version})
			b.w.happens("handed over", b.no)
		}
		return true
	}
	return false
}
