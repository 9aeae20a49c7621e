package world

import (
	"maps"
	"slices"

	"pickstation/central"
	"pickstation/order"
)

// hands is a model of who has which goods of a shipment in hand, and who has handed a box of
// it over.
type hands struct {
	at   map[spell]held
	back map[int]int // units by line that lie at their places again
	sent map[order.StationID]bool
	box  map[int]int  // of a line
	left map[int]bool // boxes that were handed over
	odd  map[int]int  // units by line of which nobody knows whether they lay in a box that left

	several bool // more than one had some at once
}

// spell is a line at a station.
type spell struct {
	at   order.StationID
	line int
}

// held are units of a line at a station.
type held struct {
	units int
	late  int // of those, picked for a box that had left
	told  int // that the station said it has put back, as it was asked to
}

func (h *hands) copied() *hands {
	return &hands{maps.Clone(h.at), maps.Clone(h.back), maps.Clone(h.sent), maps.Clone(h.box), maps.Clone(h.left), maps.Clone(h.odd), h.several}
}

// gone says whether a station has handed the goods of a line over.
func (h *hands) gone(st order.StationID, line int) bool { return h.left[h.box[line]] && h.sent[st] }

// here is how many units of a line lie at a station and did not leave it in a box.
func (h *hands) here(st order.StationID, line int) int {
	g := h.at[spell{st, line}]
	if h.gone(st, line) {
		return g.late
	}
	return g.units
}

// away takes up to n units of a line out of the hands of a station.
func (h *hands) away(st order.StationID, line, n int) {
	k := spell{st, line}
	g := h.at[k]
	n = min(n, h.here(st, line))
	if h.gone(st, line) {
		h.odd[line] += n
	}
	g.units, g.late = g.units-n, max(g.late-n, 0)
	h.at[k], h.back[line] = g, h.back[line]+n
}

// holders are the stations that have goods in hand.
func (h *hands) holders() (all []order.StationID) {
	for k, g := range h.at {
		if g.units > 0 && !slices.Contains(all, k.at) {
			all = append(all, k.at)
		}
	}
	slices.Sort(all)
	return all
}

// handsOf returns the model of a shipment.
func (l *ledger) handsOf(id order.ShipmentID) *hands {
	if l.hands[id] == nil {
		l.hands[id] = &hands{map[spell]held{}, map[int]int{}, map[order.StationID]bool{}, map[int]int{}, map[int]bool{}, map[int]int{}, false}
	}
	return l.hands[id]
}

// moved books what an event does to the goods in the hands of a station.
func (l *ledger) moved(st order.StationID, e *order.Event, why string) {
	h := l.handsOf(e.Shipment)
	k := spell{st, e.Line}
	g := h.at[k]
	switch {
	case e.Type == order.EventPicked:
		if h.gone(st, e.Line) {
			g.late += e.Qty
		}
		g.units += e.Qty
		h.at[k], h.box[e.Line] = g, max(e.Parcel, 1)
	case e.Type == order.EventUndone && e.Reason == string(order.EventPicked):
		if has := h.here(st, e.Line); e.Qty > has+g.told && l.raised[e.Shipment][why] == 0 {
			l.w.fail("%s line %d: %s takes back %d, it has %d and put back %d, and nobody is told", e.Shipment, e.Line, st, e.Qty, has, g.told)
		}
		h.away(st, e.Line, e.Qty)
	case e.Type == order.EventDispatched && why != string(order.AnomalyNoParcel):
		h.sent[st], h.left[e.Parcel] = true, true
	case e.Type == order.EventInstructed:
		l.wentBack(h, st, e)
	}
}

// wentBack books what a station says that it has put back, once.
func (l *ledger) wentBack(h *hands, st order.StationID, e *order.Event) {
	if l.confirmed[e.Reason] {
		return
	}
	l.confirmed[e.Reason] = l.asked[e.Reason] != nil // else of a state that was lost
	for _, b := range e.Back {
		k := spell{st, b.Line}
		g := h.at[k]
		g.told += b.Qty
		h.at[k] = g
		h.away(st, b.Line, b.Qty)
	}
}

// putBacks wants each bench asked for the goods that it has in hand and that do not go out,
// no more and no less: all of a cancelled shipment; else of those that handed nothing over
// while another one did, or that do not hold the shipment. Who was given the work of an
// empty box that had left, with nobody's goods in question, goes on with it.
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
		again := s.SentFrom != "" && s.SentFrom != b.id && len(s.Hands) == 0
		if len(h.sent) > 0 && !(keeps && again) {
			keeps = h.sent[b.id]
		}
		for i := range s.Lines {
			no := s.Lines[i].No
			in := h.at[spell{b.id, no}]
			want := in.units
			if keeps && !s.Cancelled || h.gone(b.id, no) {
				want = 0
			}
			if got := asked[b.id][no]; got != want && (want > 0 || got > in.late) {
				l.w.fail("%s line %d: %s is asked to put back %d, it has %d to put back (of %v; handed over by %v; held by %q)",
					s.ID, no, b.id, got, want, h.at, slices.Sorted(maps.Keys(h.sent)), s.LeaseStation)
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
