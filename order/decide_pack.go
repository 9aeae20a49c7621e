package order

import "slices"

// pack verifies each picked unit once more.
func (t *turn) pack() {
	if t.barred() {
		return
	}
	m := t.matchPack()
	if m.line == nil {
		t.elsewhere()
		return
	}
	m.units = m.line.checked(m.units, m.line.Unverified())
	t.packUnits(m, false)
}

// packUnits verifies units of one line; told says that their number was said.
func (t *turn) packUnits(m match, told bool) {
	l := m.line
	a := Args{Name: l.Name, SKU: l.SKU, N: m.units, Need: l.Unverified(), Lot: m.r.Lot, Serial: m.r.Serial}
	more := msg(DoPackMore, Args{N: t.s.now().unverified()})
	switch {
	case notPicked(l.Track.Serial, t.serials(l.SKU), m.r.Serial) || notPicked(true, l.Lots, m.r.Lot):
		t.say(WrongItem, msg(MsgNotInOrder, a), msg(DoSetAside, Args{}))
	case l.Track.Serial && t.s.verifiedSerial(l.SKU, m.r.Serial):
		t.say(DoneAlready, msg(MsgSerialTwice, a), more)
	case t.s.verifiedPack(m.r.Pack):
		t.say(DoneAlready, msg(MsgPackTwice, Args{Name: l.Name, SKU: l.SKU, Code: m.r.Pack}), more)
	case l.Unverified() <= 0 && t.repeats(l, more):
	case t.refuseKit(l, m.units, PackEach):
	case l.Unverified() <= 0:
		a.Need = l.Picked
		t.say(OverQty, msg(MsgAllCounted, a), more)
	case m.units > l.Unverified():
		t.say(OverQty, msg(MsgTooMany, a), more)
	case t.askQty(l, Pending{Line: l.No, Units: m.units, Lot: m.r.Lot, Device: t.in.Device, Told: told}, l.Unverified()):
	default:
		t.verified(m)
	}
}

// matchPack returns the line that the scan verifies, among all its readings: one
// with room, the one whose lot it is, the line at hand, else the first.
func (t *turn) matchPack() match {
	var best match
	for _, r := range t.in.Readings {
		for i := range t.s.Lines {
			l := &t.s.Lines[i]
			units, r := goodsOn(l, r)
			if units == 0 || r.Pack != "" && !slices.Contains(l.Packs, r.Pack) { // units of an open pack are verified one by one
				continue
			}
			m := match{line: l, units: units, r: r, rank: [3]int{noRoom(l.Unverified(), units), 0, 1}}
			if notPicked(true, l.Lots, r.Lot) || notPicked(l.Track.Serial, l.Serials, r.Serial) {
				m.rank[1] = 1
			}
			if l.No == t.b.Focus {
				m.rank[2] = 0
			}
			if best.line == nil || slices.Compare(m.rank[:], best.rank[:]) < 0 {
				best = m
			}
		}
	}
	return best
}

// notPicked says whether a unit's own mark is none of those that were picked.
func notPicked(tracked bool, marks []string, mark string) bool {
	return tracked && mark != "" && len(marks) > 0 && !slices.Contains(marks, mark)
}

// serials returns the serials picked of one SKU.
func (t *turn) serials(sku SKU) (all []string) {
	for i := range t.s.Lines {
		if l := &t.s.Lines[i]; l.SKU == sku {
			all = append(all, l.Serials...)
		}
	}
	return all
}

// verifiedSerial says whether the unit passed the pack check before.
func (s *Shipment) verifiedSerial(sku SKU, serial string) bool {
	return serial != "" && slices.ContainsFunc(s.steps, func(st step) bool {
		l := s.Line(st.line)
		return st.typ == EventPacked && st.serial == serial && l != nil && l.SKU == sku
	})
}

// verifiedPack says whether a whole pack passed the pack check before.
func (s *Shipment) verifiedPack(pack string) bool {
	return pack != "" && slices.ContainsFunc(s.steps, func(st step) bool { return st.typ == EventPacked && st.pack == pack })
}

func (t *turn) verified(m match) {
	l := m.line
	e := t.event(EventPacked)
	e.Line, e.Qty, e.Pack, e.Over = l.No, m.units, m.r.Pack, m.r.Pack != ""
	if l.Track.Serial {
		e.Serial = m.r.Serial
	}
	changed := *l
	changed.Packed += m.units
	after := t.into(e, changed, PackEach)
	a := Args{Name: l.Name, SKU: l.SKU, N: changed.Packed, Need: l.Picked}
	t.b.Focus = l.No
	switch {
	case after.packDone():
		t.b.Screen, t.b.Focus = ScreenLabel, 0
		t.say(OrderDone, msg(MsgOrderPacked, Args{Ref: t.s.Ref()}), Message{})
		t.proceed(after)
	case changed.Unverified() == 0:
		t.b.Focus = 0
		t.say(LineDone, msg(MsgUnitPacked, a), msg(DoPackMore, Args{N: after.unverified()}))
	default:
		t.say(OK, msg(MsgUnitPacked, a), msg(DoPackMore, Args{N: after.unverified()}))
	}
}
