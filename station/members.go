package station

import (
	"maps"

	"pickstation/order"
)

// book is the store as the rules see it. The shipments of a batch are kept in memory, as
// folded: the next line of a batch is looked for in all of them.
type book struct {
	Store
	l *Loop
}

// Shipment implements order.Book.
func (b book) Shipment(id order.ShipmentID) (*order.Shipment, error) {
	if !b.l.inBatch(id) {
		return b.Store.Shipment(id)
	}
	s := b.l.touched[id]
	switch {
	case b.l.ship != nil && b.l.ship.ID == id:
		s = b.l.ship
	case s == nil:
		return b.Store.Shipment(id)
	}
	if s == nil {
		return nil, nil
	}
	return s.Copy(), nil
}

// recall returns a copy of a shipment with what UNDO may take back of it, or nil.
func (l *Loop) recall(id order.ShipmentID) (*order.Shipment, error) {
	s, err := l.work(id)
	if err != nil || s == nil {
		return nil, err
	}
	return s.Copy(), nil
}

// inBatch says whether a shipment is one of several on the bench.
func (l *Loop) inBatch(id order.ShipmentID) bool {
	if l.bench.Batch == nil {
		return false
	}
	for i := range l.bench.Batch.Members {
		if l.bench.Batch.Members[i].Shipment == id {
			return true
		}
	}
	return false
}

// forget drops the shipments that were read for the batch of messages before, but those
// of the bench's own batch.
func (l *Loop) forget() {
	if l.bench.Batch == nil {
		clear(l.touched)
		return
	}
	maps.DeleteFunc(l.touched, func(id order.ShipmentID, _ *order.Shipment) bool { return !l.inBatch(id) })
}
