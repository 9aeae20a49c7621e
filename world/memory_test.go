package world

import (
	"context"
	"maps"
	"slices"
	"time"

	"pickstation/central"
	"pickstation/order"
)

// memory is a store of the centre without a disk, so that many worlds can be lived through:
// values in maps, none of which is changed once it is there. It has what a world asks for;
// whatever else is asked for panics. TestModelsLiveAsTheRealParts holds it to the SQLite
// store.
type memory struct {
	records
	copies map[string]*records // backups by path
	undo   []func()            // of the transaction that runs
}

// records are what a store holds.
type records struct {
	meta            map[string]string
	counters        map[string]int64
	orders          map[order.OrderID]*central.Order
	keys            map[central.OrderKey]order.OrderID
	shipments       map[order.ShipmentID]*central.Shipment
	shipmentIDs     []order.ShipmentID // ascending, as they are given out
	numbers         map[string]central.Number
	timeline        map[string][]central.TimelineRow
	exceptions      []central.Exception
	exceptionOfKey  map[string]int // place in exceptions
	stations        map[order.StationID]*central.Station
	logs            map[order.LogID]*central.Log
	events          map[int64][]central.EventRow // by log
	reissued        map[order.LogID][]order.FactID
	facts           map[order.FactID]bool // that came in re-issued
	feed            []central.FeedRef     // ascending; one counts if it stands in place
	place           map[reference]int64
	warehouses      map[string]*central.Warehouse
	flows           map[string]*order.Flow
	instructions    map[string]*central.Instruction
	instructionsFor map[order.ShipmentID][]string
}

// reference is what stands in a feed once.
type reference struct {
	station  order.StationID
	kind, id string
}

func newMemory() *memory {
	return &memory{copies: map[string]*records{}, records: records{
		meta: map[string]string{}, counters: map[string]int64{}, orders: map[order.OrderID]*central.Order{},
		keys: map[central.OrderKey]order.OrderID{}, shipments: map[order.ShipmentID]*central.Shipment{}, numbers: map[string]central.Number{},
		timeline: map[string][]central.TimelineRow{}, exceptionOfKey: map[string]int{}, stations: map[order.StationID]*central.Station{},
		logs: map[order.LogID]*central.Log{}, events: map[int64][]central.EventRow{}, reissued: map[order.LogID][]order.FactID{},
		facts: map[order.FactID]bool{}, place: map[reference]int64{}, warehouses: map[string]*central.Warehouse{},
		flows: map[string]*order.Flow{}, instructions: map[string]*central.Instruction{}, instructionsFor: map[order.ShipmentID][]string{}}}
}

// copied is a copy of all records. The values are shared, for nobody changes them, and
// lists end where they end, so that neither side writes behind the other's end.
func (d *records) copied() *records {
	n := *d
	n.meta, n.counters, n.orders, n.keys = maps.Clone(d.meta), maps.Clone(d.counters), maps.Clone(d.orders), maps.Clone(d.keys)
	n.shipments, n.shipmentIDs, n.numbers = maps.Clone(d.shipments), slices.Clip(d.shipmentIDs), maps.Clone(d.numbers)
	n.timeline, n.exceptions, n.exceptionOfKey = clipped(d.timeline), slices.Clone(d.exceptions), maps.Clone(d.exceptionOfKey)
	n.stations, n.logs, n.events = maps.Clone(d.stations), maps.Clone(d.logs), clipped(d.events)
	n.facts, n.feed, n.place = maps.Clone(d.facts), slices.Clip(d.feed), maps.Clone(d.place)
	n.warehouses, n.flows, n.instructions = maps.Clone(d.warehouses), maps.Clone(d.flows), maps.Clone(d.instructions)
	n.instructionsFor = clipped(d.instructionsFor)
	n.reissued = clipped(d.reissued)
	return &n
}

func clipped[K comparable, V any](lists map[K][]V) map[K][]V {
	n := make(map[K][]V, len(lists))
	for k, list := range lists {
		n[k] = slices.Clip(list)
	}
	return n
}

// Write runs fn, and takes back what it did where it fails.
func (m *memory) Write(_ context.Context, fn func(tx central.Tx) error) error {
	m.undo = m.undo[:0]
	err := fn(memoryTx{m: m})
	if err != nil {
		for _, undo := range slices.Backward(m.undo) {
			undo()
		}
	}
	return err
}

// Read runs fn.
func (m *memory) Read(_ context.Context, fn func(r central.Reader) error) error {
	return fn(memoryTx{m: m})
}

// Backup keeps a copy, marked as one.
func (m *memory) Backup(_ context.Context, path string) (map[order.LogID]uint64, error) {
	c := m.copied()
	c.meta["copy"] = "1"
	m.copies[path] = c
	marks := map[order.LogID]uint64{}
	for id, l := range m.logs {
		marks[id] = l.HWM
	}
	return marks, nil
}

// restored is a store that begins with a backup.
func (m *memory) restored(path string) *memory {
	return &memory{records: *m.copies[path].copied(), copies: m.copies}
}

// Ready says that it takes changes.
func (m *memory) Ready(context.Context) error { return nil }

// Changed is never called: the worlds ask the feed again by their own clock.
func (m *memory) Changed(order.StationID) <-chan struct{} { return nil }

// WhenReplaced does nothing: nobody puts another database in its place.
func (m *memory) WhenReplaced(func(), func(central.Tx) error) {}

// Close does nothing: what is stored stays, as on a disk.
func (m *memory) Close() error { return nil }

// memoryTx asks and changes a memory.
type memoryTx struct {
	central.Tx // nil: what no world asks for
	m          *memory
}

// put stores a value under a key.
func put[K comparable, V any](m *memory, in map[K]V, k K, v V) {
	was, had := in[k]
	m.undo = append(m.undo, func() {
		if had {
			in[k] = was
		} else {
			delete(in, k)
		}
	})
	in[k] = v
}

// add puts a value at the end of a list.
func add[V any](m *memory, list *[]V, v V) {
	n := len(*list)
	m.undo = append(m.undo, func() { *list = (*list)[:n] })
	*list = append(*list, v)
}

// Private lists old orders that have a receiver.
func (t memoryTx) Private(before time.Time, after order.OrderID, limit int) (all []*central.Order, err error) {
	for _, id := range slices.Sorted(maps.Keys(t.m.orders)) {
		o := t.m.orders[id]
		if id > after && len(o.Receiver) > 0 && o.ReceivedAt.Before(before) && len(all) < limit {
			all = append(all, copyOrder(o))
		}
	}
	return all, nil
}

// PutBuyer keeps nothing: nobody asks for a buyer in a model.
func (memoryTx) PutBuyer(order.OrderID, []byte) error { return nil }
