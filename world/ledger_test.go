package world

import (
	"context"
	"maps"
	"slices"

	"pickstation/central"
	"pickstation/order"
)

// ledger is what the centre has made durable, kept beside it. Each commit of the centre
// and each mark that a bench moves is checked against it at once, so that a world stops
// at the step that breaks a rule. What needs both ends at rest is checked in the end.
type ledger struct {
	w       *world
	logs    map[int64]order.LogID
	booked  map[order.LogID]*booked
	counted map[string]int                   // facts, how often applied
	picked  map[order.ShipmentID]map[int]int // by line
	hands   map[order.ShipmentID]*hands
	raised  map[order.ShipmentID]map[string]int // exceptions by code
	box     map[string]numbered                 // box of a waybill number
	state   map[order.ShipmentID]order.StateCode
	parked  map[order.LogID]map[string]bool // exceptions about events of a log, by code
	// Instructions by id, as they are stored, and which were confirmed.
	asked     map[string]*central.Instruction
	confirmed map[string]bool
}

// booked is a log at the centre; entry i is event i+1.
type booked struct {
	station order.StationID
	hashes  []order.Hash
	facts   []string
}

func newLedger(w *world) *ledger {
	return &ledger{w: w, logs: map[int64]order.LogID{}, booked: map[order.LogID]*booked{}, counted: map[string]int{},
		picked: map[order.ShipmentID]map[int]int{}, hands: map[order.ShipmentID]*hands{},
		asked: map[string]*central.Instruction{}, confirmed: map[string]bool{}, raised: map[order.ShipmentID]map[string]int{}, box: map[string]numbered{}, state: map[order.ShipmentID]order.StateCode{},
		parked: map[order.LogID]map[string]bool{}}
}

// copied is the ledger of a backup.
func (l *ledger) copied() *ledger {
	n := newLedger(l.w)
	n.logs, n.counted, n.box, n.state = maps.Clone(l.logs), maps.Clone(l.counted), maps.Clone(l.box), maps.Clone(l.state)
	for id, b := range l.booked {
		n.booked[id] = &booked{b.station, slices.Clip(b.hashes), slices.Clip(b.facts)}
	}
	for id, m := range l.picked {
		n.picked[id] = maps.Clone(m)
	}
	for id, h := range l.hands {
		n.hands[id] = h.copied()
	}
	n.asked, n.confirmed = maps.Clone(l.asked), maps.Clone(l.confirmed)
	for id, m := range l.raised {
		n.raised[id] = maps.Clone(m)
	}
	for id, m := range l.parked {
		n.parked[id] = maps.Clone(m)
	}
	return n
}

// entries are what one transaction of the centre stores.
type entries struct {
	logs       []central.Log
	events     []central.EventRow
	timeline   []central.TimelineRow
	exceptions []central.Exception
	shipments  []*central.Shipment
	asked      []*central.Instruction
}

// commit books a transaction that is durable.
func (l *ledger) commit(e *entries) {
	for i := range e.logs {
		log := &e.logs[i]
		l.logs[log.No] = log.ID
		if l.booked[log.ID] == nil {
			l.booked[log.ID] = &booked{station: log.Station}
		}
	}
	for i := range e.exceptions {
		x := &e.exceptions[i]
		if l.raised[x.Shipment] == nil {
			l.raised[x.Shipment] = map[string]int{}
		}
		l.raised[x.Shipment][x.Code]++
		if conflict := x.Code == string(order.AnomalyCancelled) || x.Code == central.ExcTwoStations; conflict && l.raised[x.Shipment][x.Code] > 1 {
			l.w.fail("%s: %s was raised twice", x.Shipment, x.Code) // I9
		}
		if l.parked[x.Log] == nil {
			l.parked[x.Log] = map[string]bool{}
		}
		l.parked[x.Log][x.Code] = true
	}
	for i := range e.events {
		l.event(&e.events[i])
	}
	for i := range e.timeline {
		l.move(&e.timeline[i])
	}
	for _, in := range e.asked {
		l.asked[in.ID] = in
	}
	for _, s := range e.shipments {
		l.shipment(s)
	}
}

// event books an event: next in its log (I2), each fact once (I2), each number on one
// box (I8), and somebody is told where two benches moved the same goods (I9).
func (l *ledger) event(row *central.EventRow) {
	id := l.logs[row.LogNo]
	b := l.booked[id]
	if b == nil || row.Seq != uint64(len(b.hashes))+1 {
		l.w.fail("the centre stores %d of log %s, which does not follow", row.Seq, id)
		return
	}
	e, err := order.ParseEvent(row.Body)
	l.w.must(err)
	b.hashes, b.facts = append(b.hashes, row.Hash), append(b.facts, e.Code)
	if row.Outcome == "duplicate" {
		return
	}
	if l.counted[e.Code]++; l.counted[e.Code] > 1 {
		l.w.fail("%s counts %d times", e.Code, l.counted[e.Code])
	}
	l.w.came(e.Code)
	if quarantine[row.Why] && !l.parked[id][row.Why] {
		l.w.fail("%s is %s, and nobody is told", e.Code, row.Why)
	}
	if e.Waybill != "" && !l.w.forgiven(row.Why) {
		l.number(e.Waybill, &e, row.Why)
	}
	if e.V != order.EventVersion || e.Shipment == "" || row.Why == central.ExcNoShipment || row.Why == central.ExcOtherWaybill {
		return
	}
	l.moved(b.station, &e, row.Why)
	if e.Type != order.EventPicked {
		return
	}
	if l.picked[e.Shipment] == nil {
		l.picked[e.Shipment] = map[int]int{}
	}
	l.picked[e.Shipment][e.Line] += e.Qty
	told, holders := l.raised[e.Shipment], l.hands[e.Shipment].holders()
	if len(holders) < 2 {
		return
	}
	l.hands[e.Shipment].several = true
	if told[central.ExcTwoStations]+told[string(order.AnomalyCancelled)] == 0 {
		l.w.fail("%s was picked at %v, and nobody is told", e.Shipment, holders)
	}
}

// forgiven says which numbers may be on two boxes: two copies of a disk that cannot tell
// which of them they are take the same ones, and so does a disk that was put back and does
// not know it; the second is parked, and a person is told. A restored centre may have lost the
// shipment or the box instead.
func (w *world) forgiven(why string) bool {
	return w.counts["cloned unnoticed"]+w.counts["restored unnoticed"] > 0 &&
		(why == central.ExcOtherWaybill || why == central.ExcNoShipment || why == string(order.AnomalyNoParcel))
}

// numbered is a box, and why the event that said so was parked, "" it was not.
type numbered struct{ box, why string }

func (l *ledger) number(waybill string, e *order.Event, why string) {
	box := string(e.Shipment) + " " + string(rune('0'+e.Parcel))
	if other := l.box[waybill]; other.box != "" && other.box != box && !l.w.forgiven(other.why) {
		l.w.fail("waybill %s is on %s and on %s", waybill, other.box, box)
	}
	l.box[waybill] = numbered{box, why}
}

// move wants every change of state to be an edge of the flow (I7). A cancellation that
// is taken back is none: the box had left.
func (l *ledger) move(row *central.TimelineRow) {
	if row.Kind != central.KindState || row.Shipment == "" {
		return
	}
	from, known := l.state[row.Shipment]
	l.state[row.Shipment] = row.State
	if !known || from == row.State || row.Note != "" {
		return
	}
	for _, e := range order.StandardFlow().Edges {
		if e.From == from && e.To == row.State {
			return
		}
	}
	l.w.fail("%s went from %s to %s", row.Shipment, from, row.State)
}

// shipment wants the sums of events in a shipment that is stored (I5), and that benches are
// asked to put back what has to go back.
func (l *ledger) shipment(s *central.Shipment) {
	l.putBacks(s)
	for no, n := range l.picked[s.ID] {
		n -= l.hands[s.ID].back[no]
		switch line := s.Line(no); {
		case line == nil || line.Picked < n || line.Picked > n+l.hands[s.ID].odd[no]:
			l.w.fail("%s line %d: %d were picked, the centre has %+v", s.ID, no, n, line)
		case n > line.Qty && l.raised[s.ID][string(order.AnomalyOverPick)] == 0:
			l.w.fail("%s line %d: %d of %d picked, and nobody is told", s.ID, no, n, line.Qty)
		}
	}
	if s.Cancelled && s.AllDispatched() && len(l.handsOf(s.ID).back) == 0 {
		l.w.fail("%s is cancelled and has left", s.ID) // I7
	}
	for i := range s.Parcels {
		p := &s.Parcels[i]
		if p.Dispatched && p.PrintedVersion > 0 && p.PrintedVersion < s.AddressVersion && l.raised[s.ID][central.ExcOldAddress] == 0 {
			l.w.fail("%s parcel %d left with the address of version %d, it has %d, and nobody is told", s.ID, p.No, p.PrintedVersion, s.AddressVersion) // I9
		}
	}
}

// made is the machine and disk on which a fact was written, and which fact it was.
type made struct {
	on string
	n  int
}

// came checks that the facts of a disk come in the order in which they happened (C7),
// unless a copy of it sends them, too. What a restored centre is sent again is no news.
func (w *world) came(fact string) {
	m := w.made[fact]
	if w.heard[fact] || w.counts["cloned"]+w.counts["cloned unnoticed"] > 0 {
		return
	}
	if m.n < w.newest[m.on] {
		w.fail("%s came before an older fact of its bench", fact)
	}
	w.heard[fact], w.newest[m.on] = true, m.n
}

// told checks what a bench believes of its log at the centre the moment it begins to: the
// facts are there (I1), with the hashes they have here (I3), and marks are in order (I4).
// What was said before the centre went back in time is settled by the next answer.
func (l *ledger) told(b *bench, log order.LogID, from, acked, stable uint64, timeline int64) {
	at := l.booked[log]
	switch {
	case stable > acked:
		l.w.fail("%s: %d acknowledged, %d stable", b.id, acked, stable)
	case timeline != l.w.centre.timeline() || acked <= from:
	case at == nil || acked > uint64(len(at.hashes)):
		l.w.fail("%s: %d acknowledged, the centre does not have them", b.id, acked)
	default:
		for seq := from + 1; seq <= acked; seq++ {
			hash, known, err := b.db.HashAt(log, seq)
			l.w.must(err)
			if known && hash != at.hashes[seq-1] || l.counted[at.facts[seq-1]] == 0 {
				l.w.fail("%s: %d acknowledged, the centre has another event", b.id, seq)
				return
			}
		}
	}
}

// noted is a store that books what it made durable.
type noted struct {
	central.Store
	w *world
}

func (s noted) Write(ctx context.Context, fn func(tx central.Tx) error) error {
	var e entries
	err := s.Store.Write(ctx, func(tx central.Tx) error {
		e = entries{}
		return fn(notedTx{tx, &e, s.w})
	})
	if err == nil {
		s.w.centre.ledger.commit(&e)
	}
	return err
}

type notedTx struct {
	central.Tx
	e *entries
	w *world
}

func (t notedTx) PutLog(l *central.Log) error {
	err := t.Tx.PutLog(l)
	t.e.logs = append(t.e.logs, *l)
	return err
}

func (t notedTx) AddEvents(rows []central.EventRow) error {
	t.e.events = append(t.e.events, rows...)
	return t.Tx.AddEvents(rows)
}

func (t notedTx) AddTimeline(row central.TimelineRow) error {
	t.e.timeline = append(t.e.timeline, row)
	return t.Tx.AddTimeline(row)
}

func (t notedTx) AddException(x central.Exception) (bool, error) {
	fresh, err := t.Tx.AddException(x)
	if fresh {
		t.e.exceptions = append(t.e.exceptions, x)
	}
	return fresh, err
}

func (t notedTx) PutShipment(s *central.Shipment) error {
	copied := *s
	copied.Lines, copied.Parcels = slices.Clone(s.Lines), slices.Clone(s.Parcels)
	t.e.shipments = append(t.e.shipments, &copied)
	return t.Tx.PutShipment(s)
}

func (t notedTx) PutInstruction(in *central.Instruction) error {
	copied := *in
	t.e.asked = append(t.e.asked, &copied)
	return t.Tx.PutInstruction(in)
}

// Emit wakes the benches that wait for news.
func (t notedTx) Emit(warehouse string, station order.StationID, kind, id string) error {
	t.w.centre.news++
	return t.Tx.Emit(warehouse, station, kind, id)
}
