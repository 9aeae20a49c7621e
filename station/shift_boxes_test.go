package station_test

import (
	"fmt"

	"pickstation/order"
)

// kit makes the first two lines of an order parts of kits.
func (s *shift) kit(g *order.Shipment) {
	kits := 1 + s.rng.IntN(3)
	for i := range g.Lines[:2] {
		l := &g.Lines[i]
		l.Kit, l.PerKit = "K", 1+s.rng.IntN(2)
		l.Qty = kits * l.PerKit
	}
}

// seeKit fails where a second kit is begun before the one before it is complete.
func (s *shift) seeKit(e *order.Event) {
	s.Helper()
	g := s.stored(e.Shipment)
	l := g.Line(e.Line)
	in, at := func(l *order.Line) int { return l.Picked }, order.EventPicked
	if g.PackCheck == order.PackEach {
		in, at = func(l *order.Line) int { return l.Packed }, order.EventPacked
	}
	if l == nil || l.Kit == "" || e.Type != at || e.Slot != "" {
		return
	}
	s.counts.kits++
	began := (in(l) + l.PerKit - 1) / l.PerKit
	for i := range g.Lines {
		m := &g.Lines[i]
		if m.Kit == l.Kit && m.No != l.No && in(m) < min((began-1)*m.PerKit, m.Qty-m.Short) {
			s.Fatalf("%q begins kit %d of order %s, line %d has %d of %d in each", s.last, began, g.ID, m.No, in(m), m.PerKit)
		}
	}
}

// addUpBoxes compares what lies in which box with the events that put it there.
func (s *shift) addUpBoxes(log []order.Event) {
	s.Helper()
	type place struct {
		id        order.ShipmentID
		line, box int
	}
	in := map[place]int{}
	for i := range log {
		e := &log[i]
		of, n := e.Type, e.Qty
		if of == order.EventUndone {
			of, n = order.EventType(e.Reason), -e.Qty
		}
		if of == order.EventPicked || of == order.EventPacked {
			in[place{e.Shipment, e.Line, e.Parcel}] += n
		}
	}
	for id := range s.made {
		g := s.stored(id)
		boxed, all := 0, 0
		for i := range g.Parcels {
			boxed += g.UnitsIn(g.Parcels[i].No)
			s.counts.boxes += min(max(g.Parcels[i].No-1, 0), g.UnitsIn(g.Parcels[i].No))
		}
		for i := range g.Lines {
			l := &g.Lines[i]
			if all += l.Picked; g.PackCheck == order.PackEach {
				all += l.Packed - l.Picked
			}
			for _, b := range l.Boxes {
				if b.Qty != in[place{id, l.No, b.Parcel}] || b.Qty < 0 || g.Parcel(b.Parcel) == nil {
					s.Errorf("order %s line %d has %d in box %d, its events say %d", id, l.No, b.Qty, b.Parcel, in[place{id, l.No, b.Parcel}])
				}
			}
		}
		if boxed != all {
			s.Errorf("order %s: %d units lie in boxes, %d were put into some", id, boxed, all)
		}
	}
}

// buyers are those who fetch their parcels themselves.
type buyers struct {
	code map[order.ShipmentID]string
	of   map[string]order.ShipmentID // by code
	at   order.ShipmentID            // whose code was taken last
}

// fetches lets a buyer fetch the order.
func (s *shift) fetches(g *order.Shipment) {
	if s.buyers.code == nil {
		s.buyers.code, s.buyers.of = map[order.ShipmentID]string{}, map[string]order.ShipmentID{}
	}
	code := fmt.Sprintf("8%05d", s.orders)
	g.Pickup = order.PickupHash(badgeKey, code)
	s.buyers.code[g.ID], s.buyers.of[code] = code, g.ID
}

// seeFetch fails where a parcel leaves without its buyer's code or a lead, or a code opens twice.
func (s *shift) seeFetch(text string, good bool, events []order.Event) {
	s.Helper()
	if id, ok := s.buyers.of[text]; ok && good {
		if s.buyers.at = id; s.stored(id).AllDispatched() {
			s.Fatalf("%q opens order %s, which was fetched", text, id)
		}
	}
	for i := range events {
		e := &events[i]
		if e.Type != order.EventDispatched || s.buyers.code[e.Shipment] == "" {
			continue
		}
		if s.counts.fetched++; e.Auth == "" && s.buyers.at != e.Shipment {
			s.Fatalf("%q gives a parcel of order %s away, the code was that of %q", text, e.Shipment, s.buyers.at)
		}
	}
}
