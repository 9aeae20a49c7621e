package world

import (
	"maps"
	"slices"

	"pickstation/central"
	"pickstation/order"
)

// hands is a model of who has which goods of a shipment in hand, by station and line, and who
// has handed a box of it over.
type hands struct {
	units map[order.StationID]map[int]int
	back  map[int]int // units by line that lie at their places again
	sent  map[order.StationID]bool
	box   map[int]int  // of a line
	left  map[int]bool // boxes that were handed over

	several bool // more than one had some at once
}

func (h *hands) copied() *hands {
	n := &hands{map[order.StationID]map[int]int{}, maps.Clone(h.back), maps.Clone(h.sent), maps.Clone(h.box), maps.Clone(h.left), h.several}
	for st, m := range h.units {
		n.units[st] = maps.Clone(m)
	}
	return n
}

// gone says whether a station has handed the goods of a line over.
func (h *hands) gone(st order.StationID, line int) bool { return h.left[h.box[line]] && h.sent[st] }

// holders are the stations that have goods in hand.
func (h *hands) holders() (all []order.StationID) {
	for st, lines := range h.units {
		for _, n := range lines {
			if n > 0 && !slices.Contains(all, st) {
				all = append(all, st)
			}
		}
	}
	slices.Sort(all)
	return all
}

// handsOf returns the model of a shipment.
func (l *ledger) handsOf(id order.ShipmentID) *hands {
	if l.hands[id] == nil {
		l.hands[id] = &hands{map[order.StationID]map[int]int{}, map[int]int{}, map[order.StationID]bool{}, map[int]int{}, map[int]bool{}, false}
	}
	return l.hands[id]
}

// moved books what an event does to the goods in the hands of a station.
func (l *ledger) moved(st order.StationID, e *order.Event, why string) {
	h := l.handsOf(e.Shipment)
	switch {
	case e.Type == order.EventPicked:
		if h.units[st] == nil {
			h.units[st] = map[int]int{}
		}
		h.units[st][e.Line] += e.Qty
		h.box[e.Line] = max(e.Parcel, 1)
	case e.Type == order.EventDispatched && why != string(order.AnomalyNoParcel):
		h.sent[st], h.left[e.Parcel] = true, true
	case e.Type == order.EventInstructed:
		if l.confirmed[e.Reason] {
			return
		}
		l.confirmed[e.Reason] = l.asked[e.Reason] != nil // else of a state that was lost
		for _, g := range e.Back {
			if n := min(g.Qty, h.units[st][g.Line]); n > 0 && !h.gone(st, g.Line) {
				h.back[g.Line] += n
				h.units[st][g.Line] -= n
			}
		}
	}
}

// putBacks wants each bench asked for the goods that it has in hand and that do not go out,
// no more and no less: all of a cancelled shipment; else of those that handed nothing over
// while another one did, or that do not hold the shipment.
func (l *ledger) putBacks(s *central.Shipment) {
	if l.w.centre.lost > 0 && l.raised[s.ID][string(order.AnomalyNotAllowed)] > 0 {
		return // handed over, and picked in a state that was lost: a person has been told
	}
	asked := map[order.StationID]map[int]int{}
	for _, in := range l.asked {
		if in.Shipment != s.ID || in.Kind != order.InstructPutBack || in.Done {
			continue
		}
		if asked[in.Station] == nil {
			asked[in.Station] = map[int]int{}
		}
		for _, g := range in.Goods {
			asked[in.Station][g.Line] += g.Qty
		}
	}
	h := l.handsOf(s.ID)
	for _, b := range l.w.benches {
		keeps := s.LeaseStation == b.id
		if len(h.sent) > 0 {
			keeps = h.sent[b.id]
		}
		for i := range s.Lines {
			no := s.Lines[i].No
			want := h.units[b.id][no]
			if keeps && !s.Cancelled || h.gone(b.id, no) {
				want = 0
			}
			if got := asked[b.id][no]; got != want {
				l.w.fail("%s line %d: %s is asked to put back %d, it has %d to put back (of %v; handed over by %v; held by %q)",
					s.ID, no, b.id, got, want, h.units, slices.Sorted(maps.Keys(h.sent)), s.LeaseStation)
			}
		}
	}
}

// Exceptions hides what was raised of a conflict before.
func (t brokenTx) Exceptions(f central.ExceptionFilter) ([]central.Exception, error) {
	if t.b.eachConflict && f.Key != "" {
		return nil, nil
	}
	return t.Tx.Exceptions(f)
}

// InstructionsOf hides what a bench was asked for before.
func (t brokenTx) InstructionsOf(id order.ShipmentID) ([]*central.Instruction, error) {
	if t.b.newGoodsOnly {
		return nil, nil
	}
	return t.Tx.InstructionsOf(id)
}

// PutInstruction asks for one unit too many.
func (t brokenTx) PutInstruction(in *central.Instruction) error {
	if t.b.oneTooMany && len(in.Goods) > 0 && !in.Done {
		in.Goods = slices.Clone(in.Goods)
		in.Goods[0].Qty++
	}
	return t.Tx.PutInstruction(in)
}
