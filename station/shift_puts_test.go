package station_test

import (
	"pickstation/order"
)

// slots is what somebody with eyes knows at totes and slots: whose goods lie in which, and
// what is in the hand.
type slots struct {
	of   map[string]order.ShipmentID // the order whose goods were put there last
	at   map[order.ShipmentID]string
	hand order.SKU // the goods taken into the hand last, "" where no scan of goods said it
}

// seePut fails where units are put on goods of another order, into a second tote, or on
// a line of other goods than those in the hand.
func (s *shift) seePut(e *order.Event, units int) {
	s.Helper()
	if s.slots.of == nil {
		s.slots.of, s.slots.at = map[string]order.ShipmentID{}, map[order.ShipmentID]string{}
	}
	mine := s.stored(e.Shipment)
	if l := mine.Line(e.Line); s.slots.hand != "" && l.SKU != s.slots.hand {
		s.Fatalf("%s was in the hand, %q booked %s of order %s", s.slots.hand, s.last, l.SKU, e.Shipment)
	}
	if owner := s.slots.of[e.Slot]; owner != "" && owner != e.Shipment && lies(s.stored(owner), 0) {
		s.Fatalf("units of order %s were put into %s, where those of %s lie", e.Shipment, e.Slot, owner)
	}
	if own := s.slots.at[e.Shipment]; own != "" && own != e.Slot && lies(mine, units) {
		s.Fatalf("units of order %s were put into %s, others lie in %s", e.Shipment, e.Slot, own)
	}
	s.slots.of[e.Slot], s.slots.at[e.Shipment] = e.Shipment, e.Slot
}

// lies says whether an order has goods, beside some units, that no label has closed in a box.
func lies(s *order.Shipment, beside int) bool {
	_, picked, _ := s.Units()
	return picked > beside && !s.AllLabelled()
}
