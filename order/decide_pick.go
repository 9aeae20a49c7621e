package order

import (
	"cmp"
	"slices"
)

// pick counts a scan of expected goods, or says what it is and where it belongs:
// expected line, then this shipment, then all open work, then the catalogue.
func (t *turn) pick() {
	t.b.Pending = nil
	if t.barred() {
		return
	}
	if t.passOn() {
		return
	}
	if m := t.matchLine(); m.line != nil {
		t.item(m)
		return
	}
	if t.half != nil && t.fill(t.half) {
		return
	}
	if t.location() || t.markAlone() {
		return
	}
	t.elsewhere()
}

// match is a line that a reading counts for.
type match struct {
	line  *Line
	units int // that one scan of it counts
	r     Reading
	rank  [3]int // room for the units, the reserved lot, turned to; less is better
}

func (m *match) compare(o *match, skipped []int) int {
	return cmp.Or(slices.Compare(m.rank[:], o.rank[:]), CompareWalk(m.line, o.line, skipped))
}

// matchLine returns the line that the scan counts for, among all its readings: one
// with room for all units before others, the one whose reserved lot was scanned,
// the line turned to, else the first in walking order. Its line is nil for other goods.
func (t *turn) matchLine() match {
	if m := t.matchCurrent(); m.line != nil {
		return m
	}
	var best match
	for _, r := range t.in.Readings {
		for i := range t.s.Lines {
			l := &t.s.Lines[i]
			units, r := goodsOn(l, r)
			if units == 0 || l.Open() > 0 && !InZone(l, t.b.Zones) {
				continue
			}
			m := match{line: l, units: units, r: r, rank: [3]int{noRoom(l.Open(), units), otherLot(l, r.Lot), 1}}
			if l.No == t.b.Focus {
				m.rank[2] = 0
			}
			if best.line == nil || m.compare(&best, t.b.Skipped) < 0 {
				best = m
			}
		}
	}
	return best
}

// matchCurrent is matchLine where the line at hand takes the scan: nothing is
// better, and a shipment of a thousand lines need not be searched.
func (t *turn) matchCurrent() match {
	l := t.current(t.s)
	if l == nil || t.b.Screen != ScreenPick {
		return match{}
	}
	for _, r := range t.in.Readings {
		if units, r := goodsOn(l, r); units > 0 && noRoom(l.Open(), units) == 0 && otherLot(l, r.Lot) == 0 {
			return match{line: l, units: units, r: r}
		}
	}
	return match{}
}

// noRoom is 0 where open units take all of a scan, 1 where some, 2 where none.
func noRoom(open, units int) int {
	switch {
	case open >= units:
		return 0
	case open > 0:
		return 1
	}
	return 2
}

// otherLot is 1 where another lot than the scanned one is reserved.
func otherLot(l *Line, lot string) int {
	if lot != "" && l.Lot != "" && l.Lot != lot {
		return 1
	}
	return 0
}

// maxUnits bounds what one code may count, so that no product overflows.
const maxUnits = 1 << 30

// unitsOn returns how many units of the line a reading counts, 0 for other goods.
func unitsOn(l *Line, r Reading) int {
	if r.Key == "" {
		return 0
	}
	for i := range l.Codes {
		if c := &l.Codes[i]; c.Key == r.Key {
			return min(c.Units(), maxUnits) * min(max(r.Units, 1), maxUnits)
		}
	}
	return 0
}

// item handles a scan of goods that are on the shipment.
func (t *turn) item(m match) {
	l, r := m.line, m.r
	a := Args{Name: l.Name, SKU: l.SKU, N: m.units, Need: l.Open(), Serial: r.Serial, Location: l.Location}
	switch {
	case t.refuseTwice(l, r.Serial) || t.refusePackTwice(l, r.Pack):
	case l.Open() <= 0 && t.repeats(l, t.nextHere()):
	case l.Open() <= 0:
		a.Need = l.Qty
		t.say(OverQty, msg(MsgAllCounted, a), msg(DoPutBackHere, t.wanted()))
	case t.refuseLease(t.s):
	case t.env.Policy.LocationFirst && l.Location != "" && t.b.Located != l.Location && !l.standsThere(r.Pack) && !t.lenient(l, MsgNeedLocation):
		t.b.Focus = l.No
		t.say(Needs, msg(MsgNeedLocation, a), msg(DoScanLocation, a))
	case t.askPack(l, r):
	default:
		t.b.Focus = l.No
		if len(t.shadowed) > 0 || l.standsThere(r.Pack) { // who scans the goods stands before them
			t.b.Located = l.Location
		}
		if !t.openPack(m) {
			t.count(l, t.unit(m))
		}
	}
}

// unit is the scanned unit with what is known of it. A second code of the same
// unit, as on packs that carry lot and serial in two codes, completes the first.
func (t *turn) unit(m match) Pending {
	p := Pending{Line: m.line.No, Units: m.units, Lot: m.r.Lot, Serial: m.r.Serial, Expiry: m.r.Expiry, NetG: m.line.net(m.r.NetG), Device: t.in.Device}
	if h := t.half; h != nil && h.Line == p.Line && h.Units == p.Units {
		if q, ok := h.filled(m.line, m.r); ok && h.agrees(m.r) {
			return q
		}
	}
	p.fromStock(m.line, m.r.Pack, t.b.Opened, t.loose(m.line))
	return p
}

// count books units on a line once everything that is tracked is known and good.
func (t *turn) count(l *Line, p Pending) {
	l = t.reservedLine(l, p)
	p.Line = l.No
	if !p.Whole {
		p.Units = l.checked(p.Units, l.Open())
	}
	a := Args{Name: l.Name, SKU: l.SKU, N: p.Units, Need: l.Open(), Location: l.Location}
	switch {
	case p.Units > l.Open():
		t.say(OverQty, msg(MsgTooMany, a), t.goTo(l, l.Open()))
		return
	case t.b.Batch != nil && t.tooWarm(0):
		return
	case t.refuseTwice(l, p.Serial) || t.refuseElsewhere(l, p.Serial) || t.refusePackElsewhere(l, p) || t.refuseLife(l, p) || t.askMissing(l, p) || t.askQty(l, p, l.Open()) || t.refuseKit(l, p.Units, PackByPick):
		return
	}
	from, refused := t.ownerOfLot(l, p)
	if refused {
		return
	}
	if from != nil {
		p.Gave = &LineRef{from.s.ID, from.line.No}
	}
	if t.b.Batch != nil {
		t.take(l, p)
		t.giveLot(from, l, p)
		return
	}
	e := t.event(EventPicked)
	e.Gave, e.Pack, e.Over = p.Gave, p.Pack, p.Whole
	e.Line, e.Qty, e.Lot, e.Serial, e.Expiry, e.WeightG = l.No, p.Units, p.Lot, p.Serial, p.Expiry, p.NetG
	if !t.env.Policy.LocationFirst {
		t.b.Located = l.Location // who scans the goods stands before them
	}
	changed := *l
	changed.take(e)
	after := t.into(e, changed, PackByPick)
	t.giveLot(from, l, p)
	a.N, a.Need = changed.Picked, l.Qty
	if changed.Open() > 0 {
		t.b.Focus = l.No
		do := t.goTo(&changed, changed.Open())
		if after.kitWaits(&changed, PackByPick) {
			t.b.Focus, do = 0, t.nextAfter(after)
		}
		t.say(OK, msg(MsgUnitPicked, a), do)
		return
	}
	t.b.Focus = 0
	s := t.s
	if after.pickDone() {
		t.picked(after)
	} else if zone := after.nextZone(t.b.Zones); zone != "" {
		t.zoneDone(after, zone)
	} else {
		t.say(LineDone, msg(MsgLineDone, a), t.nextAfter(after))
	}
	t.askZero(s, &changed)
}

// nextAfter is the "do" line for the line that follows; its location is new.
func (t *turn) nextAfter(after outlook) Message {
	l := after.nextLine(t.b.Skipped, t.b.Zones)
	if l.Location != t.b.Located {
		t.b.Located = ""
	}
	return t.goTo(l, l.Open())
}

// picked ends the picking of a shipment: on to the pack check or the waybill.
func (t *turn) picked(after outlook) {
	t.b.Focus, t.b.Located, t.b.Skipped, t.b.Skips = 0, "", nil, nil
	t.b.Screen = screenFor(after)
	if !t.may(RolePacker) {
		t.event(EventReleased)
		a := Args{Ref: t.s.Ref(), N: after.picked(), Need: after.ordered()}
		t.leave()
		t.say(OrderDone, msg(MsgOrderPicked, a), msg(DoBringTotes, Args{}))
		return
	}
	t.say(OrderDone, msg(MsgOrderPicked, Args{Ref: t.s.Ref(), N: after.picked(), Need: after.ordered()}), Message{})
	t.proceed(after)
}

// location handles a scan of a place that has lines of this shipment: the current
// line's before others.
func (t *turn) location() bool {
	cur := t.current(t.s)
	for _, r := range t.in.Readings {
		if at(cur, r.Key) {
			t.locate(cur)
			return true
		}
		for i := range t.s.Lines {
			if l := &t.s.Lines[i]; l.Open() > 0 && at(l, r.Key) {
				t.locate(l)
				return true
			}
		}
	}
	return false
}

// at says whether the line stands at the location with that key.
func at(l *Line, key string) bool {
	return key != "" && l != nil && CodeKey(string(l.Location)) == key
}

func (t *turn) locate(l *Line) {
	t.b.Focus, t.b.Located = l.No, l.Location
	if t.placeConfirms(l) {
		t.item(match{line: l, units: t.placeUnits(l)})
		return
	}
	t.event(EventLocated).Line = l.No
	what := msg(MsgLocation, Args{Location: l.Location})
	if n := t.kindsAt(l.Location); n > 1 && t.b.Screen == ScreenPick {
		what = msg(MsgSeveralHere, Args{Location: l.Location, N: n})
	}
	t.say(OK, what, t.goTo(l, l.Open()))
}

// kindsAt counts the goods, and the lots and packs of them, that the shipment still wants
// from a place.
func (t *turn) kindsAt(place LocationID) int {
	type kind struct {
		sku       SKU
		lot, pack string
	}
	kinds := map[kind]bool{}
	for i := range t.s.Lines {
		l := &t.s.Lines[i]
		if l.Location != place || l.Open() <= 0 {
			continue
		}
		all := l.there()
		for _, st := range all {
			kinds[kind{l.SKU, st.Lot, st.Pack}] = true
		}
		if len(all) == 0 {
			kinds[kind{l.SKU, l.Lot, ""}] = true
		}
	}
	return len(kinds)
}
