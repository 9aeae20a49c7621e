package order

import "slices"

// lotOwner is somebody else's line whose reserved lot is being taken.
type lotOwner struct {
	s    *Shipment
	line *Line
}

// ownerOfLot looks for the work here that another lot than the line's own is reserved
// for: work that still lacks units of it gives some up, and is returned. Where all of
// that lot was picked for others, the unit in the hand is out of somebody's tote: that is
// refused.
func (t *turn) ownerOfLot(l *Line, p Pending) (give *lotOwner, refused bool) {
	if otherLot(l, p.Lot) == 0 || len(l.Codes) == 0 {
		return nil, false
	}
	ids, err := t.env.Book.WithGoods(l.Codes[0].Key, findLimit)
	t.keep(err)
	var has *Shipment
	for _, id := range ids {
		if id == t.s.ID {
			continue
		}
		s := t.after(id)
		if s == nil || s.Cancelled {
			continue
		}
		for i := range s.Lines {
			switch o := &s.Lines[i]; {
			case o.SKU != l.SKU || o.Lot != p.Lot:
			case o.Open() > 0 && (give == nil || o.Open() < give.line.Open()):
				give = &lotOwner{s, o}
			case o.Picked > 0:
				has = s
			}
		}
	}
	if give != nil || has == nil {
		return give, false
	}
	a := Args{Name: l.Name, SKU: l.SKU, Lot: p.Lot, Ref: has.Ref(), Location: l.Location}
	t.say(Blocked, msg(MsgLotPicked, a), msg(DoTakeLot, Args{Name: l.Name, SKU: l.SKU, Lot: l.Lot}))
	t.spent = true
	return nil, true
}

// giveLot records that other work gives a reserved lot up for units that were taken: it
// gets the lot in exchange where that suits both, else any lot does until the centre has
// reserved again.
func (t *turn) giveLot(from *lotOwner, l *Line, p Pending) {
	if from == nil {
		return
	}
	// UNDO of the units gives it back: [turn.returnLot].
	on := t.s
	lot := ""
	if from.line.Open() == p.Units && from.line.Picked == 0 {
		lot = l.Lot
	}
	t.s = from.s
	e := t.event(EventRelotted)
	e.Line, e.Qty, e.Lot, e.Reason, e.Place = from.line.No, p.Units, lot, string(on.ID), from.line.Location
	t.s = on
}

// returnLot gives a lot back to the work that gave it up for units which are taken back
// now, unless that was planned anew or picked meanwhile.
func (t *turn) returnLot(line int, lot string, qty int, gave *LineRef) {
	if gave == nil {
		return
	}
	on := t.s
	s, mine := t.after(gave.Shipment), on.Line(line)
	if s == nil || s.Cancelled || mine == nil {
		return
	}
	l := s.Line(gave.Line)
	if l == nil || l.Open() < qty || l.Lot != "" && l.Lot != mine.Lot {
		return
	}
	t.s = s
	e := t.event(EventRelotted)
	e.Line, e.Qty, e.Lot, e.Reason, e.Place, e.Over = l.No, qty, lot, string(on.ID), l.Location, true
	t.s = on
}

// relot changes the lot that is reserved for a line.
func (s *Shipment) relot(e *Event) Anomaly {
	l := s.Line(e.Line)
	if l == nil {
		return AnomalyNoLine
	}
	s.Lines = slices.Clone(s.Lines)
	s.Line(e.Line).Lot = e.Lot
	return AnomalyNone
}
