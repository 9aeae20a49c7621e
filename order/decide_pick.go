package order

import (
	"slices"
	"strings"
)

// pick counts a scan of expected goods, or says what it is and where it belongs:
// expected line, then this shipment, then all open work, then the catalogue.
func (t *turn) pick() {
	pending := t.b.Pending
	t.b.Pending = nil
	for _, r := range t.in.Readings {
		if l, units := t.matchLine(r); l != nil {
			t.item(l, units, r)
			return
		}
	}
	if pending != nil && t.fill(pending) {
		return
	}
	if t.location() {
		return
	}
	t.elsewhere()
}

// matchLine returns the line that a reading counts for and how many units: the
// line turned to, else the first in walking order with room for all units, else
// any line of that item.
func (t *turn) matchLine(r Reading) (*Line, int) {
	var best, any *Line
	units, anyUnits := 0, 0
	focus := t.current(t.s)
	for i := range t.s.Lines {
		l := &t.s.Lines[i]
		u := unitsOn(l, r)
		if u == 0 {
			continue
		}
		if any == nil || any.Open() <= 0 && l.Open() > 0 {
			any, anyUnits = l, u
		}
		if l.Open() < u {
			continue
		}
		if l == focus {
			return l, u
		}
		if best == nil || less(walkRank(l), walkRank(best)) {
			best, units = l, u
		}
	}
	if best != nil {
		return best, units
	}
	return any, anyUnits
}

func walkRank(l *Line) [4]int { return [4]int{coldRank(l.Temp), l.Walk, l.No} }

// unitsOn returns how many units of the line a reading counts, 0 for other goods.
func unitsOn(l *Line, r Reading) int {
	for _, c := range l.Codes {
		if c.Key == r.Key {
			return c.Units() * max(r.Units, 1)
		}
	}
	return 0
}

// item handles a scan of goods that are on the shipment.
func (t *turn) item(l *Line, units int, r Reading) {
	a := Args{Name: l.Name, SKU: l.SKU, N: units, Need: l.Open(), Serial: r.Serial, Location: l.Location}
	switch {
	case l.Track.Serial && r.Serial != "" && slices.Contains(l.Serials, r.Serial):
		t.say(DoneAlready, msg(MsgSerialTwice, a), t.next(t.s))
		return
	case l.Open() <= 0:
		a.Need = l.Qty
		t.say(OverQty, msg(MsgAllCounted, a), msg(DoPutBackHere, t.wanted()))
		return
	case units > l.Open():
		t.say(OverQty, msg(MsgTooMany, a), t.goTo(l, l.Open()))
		return
	}
	if t.env.Policy.LocationFirst && l.Location != "" && t.b.Located != l.Location {
		t.b.Focus = l.No
		t.say(Needs, msg(MsgNeedLocation, a), msg(DoScanLocation, a))
		return
	}
	t.b.Focus = l.No
	t.count(l, Pending{Line: l.No, Units: units, Lot: r.Lot, Serial: r.Serial, Expiry: r.Expiry, Device: t.in.Device})
}

// count books units on a line once everything that is tracked is known and good.
func (t *turn) count(l *Line, p Pending) {
	if t.refuseLife(l, p) || t.askMissing(l, p) {
		return
	}
	e := t.event(EventPicked)
	e.Line, e.Qty, e.Lot, e.Serial, e.Expiry = l.No, p.Units, p.Lot, p.Serial, p.Expiry
	left := l.Open() - p.Units
	picked := l.Qty - l.Short - left
	a := Args{Name: l.Name, SKU: l.SKU, N: picked, Need: l.Qty, Location: l.Location}
	if left > 0 {
		t.say(OK, msg(MsgUnitPicked, a), t.goTo(l, left))
		return
	}
	after := t.after(l.No, func(l *Line) { l.Picked += p.Units })
	t.b.Focus = 0
	if !after.PickDone() {
		t.say(LineDone, msg(MsgLineDone, a), t.nextAfter(after))
		return
	}
	t.picked(after)
}

// after returns the shipment as it will be once one line has changed; only the
// lines are copied.
func (t *turn) after(line int, change func(*Line)) *Shipment {
	s := *t.s
	s.Lines = append([]Line(nil), t.s.Lines...)
	change(s.Line(line))
	return &s
}

// nextAfter is the "do" line for the line that follows; its location is new.
func (t *turn) nextAfter(after *Shipment) Message {
	l := after.NextLine(t.b.Skipped)
	if l != nil && l.Location != t.b.Located {
		t.b.Located = ""
	}
	return t.next(after)
}

// picked ends the picking of a shipment: on to the pack check or the waybill.
func (t *turn) picked(after *Shipment) {
	_, n, _ := after.Units()
	t.b.Focus, t.b.Located, t.b.Skipped = 0, "", nil
	t.b.Screen = screenFor(after)
	t.say(OrderDone, msg(MsgOrderPicked, Args{Ref: ref(after), N: n}), Message{})
	t.proceed(after)
}

// refuseLife refuses expired goods and goods with too little life left; neither
// can be confirmed.
func (t *turn) refuseLife(l *Line, p Pending) bool {
	if p.Expiry == "" {
		return false
	}
	a := Args{Name: l.Name, SKU: l.SKU, Date: p.Expiry, N: t.env.Policy.MinLifeDays, Lot: p.Lot}
	switch today := t.today(); {
	case p.Expiry < today:
		t.say(Blocked, msg(MsgExpired, a), msg(DoOtherStock, a))
	case p.Expiry < today.AddDays(t.env.Policy.MinLifeDays):
		t.say(Blocked, msg(MsgShortLife, a), msg(DoOtherStock, a))
	default:
		return false
	}
	return true
}

// askMissing asks for what the line tracks and the scan lacks, or for a second
// scan where the lot is not the reserved one.
func (t *turn) askMissing(l *Line, p Pending) bool {
	a := Args{Name: l.Name, SKU: l.SKU, Lot: p.Lot}
	switch {
	case (l.Track.Lot || l.Lot != "") && p.Lot == "":
		t.say(Needs, msg(MsgNeedLot, a), msg(DoScanLot, a))
	case l.Track.Expiry && p.Expiry == "":
		t.say(Needs, msg(MsgNeedExpiry, a), msg(DoScanExpiry, a))
	case l.Track.Serial && p.Serial == "":
		t.say(Needs, msg(MsgNeedSerial, a), msg(DoScanSerial, a))
	case l.Track.Serial && p.Units > 1:
		a.N, a.Need = p.Units, 1
		t.say(OverQty, msg(MsgTooMany, a), msg(DoScanSerial, a))
		return true
	case l.Lot != "" && p.Lot != l.Lot && !slices.Contains(l.Lots, p.Lot) && !p.Confirmed:
		a.Need = 0
		t.b.Pending = &p
		t.ask(ConfirmAgain, Question{Kind: AskLot, Repeatable: true, Shipment: t.s.ID, Line: l.No, Reason: p.Lot},
			msg(MsgOtherLot, a), msg(DoScanAgain, a))
		return true
	default:
		return false
	}
	t.b.Pending = &p
	return true
}

// fill completes a pending item with the lot, expiry or serial just scanned.
func (t *turn) fill(p *Pending) bool {
	l := t.s.Line(p.Line)
	if l == nil || l.Open() < p.Units {
		return false
	}
	q := *p
	for _, r := range t.in.Readings {
		q.Lot, q.Serial = first(q.Lot, r.Lot), first(q.Serial, r.Serial)
		if q.Expiry == "" {
			q.Expiry = r.Expiry
		}
	}
	if q == *p && !t.fillPlain(l, &q) {
		return false
	}
	if l.Track.Serial && slices.Contains(l.Serials, q.Serial) {
		t.say(DoneAlready, msg(MsgSerialTwice, Args{Name: l.Name, Serial: q.Serial}), msg(DoScanSerial, Args{}))
		t.b.Pending = p
		return true
	}
	t.count(l, q)
	return true
}

// fillPlain takes a code without identifiers as the one value that is missing. A
// code that names something the station knows is never a lot or serial.
func (t *turn) fillPlain(l *Line, p *Pending) bool {
	text := strings.TrimSpace(t.in.Text)
	if text == "" || len(text) > 20 || len(t.findAny()) > 0 || t.err != nil {
		return false
	}
	switch {
	case (l.Track.Lot || l.Lot != "") && p.Lot == "":
		p.Lot = text
	case l.Track.Expiry && p.Expiry == "":
		d := Date(text)
		if d.AddDays(0) == "" {
			return false
		}
		p.Expiry = d
	case l.Track.Serial && p.Serial == "":
		p.Serial = text
	default:
		return false
	}
	return true
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// location handles a scan of a place that has lines of this shipment.
func (t *turn) location() bool {
	for _, r := range t.in.Readings {
		cur := t.current(t.s)
		if cur != nil && CodeKey(string(cur.Location)) == r.Key {
			t.locate(cur)
			return true
		}
		for i := range t.s.Lines {
			if l := &t.s.Lines[i]; l.Open() > 0 && CodeKey(string(l.Location)) == r.Key {
				t.locate(l)
				return true
			}
		}
	}
	return false
}

func (t *turn) locate(l *Line) {
	t.b.Focus, t.b.Located = l.No, l.Location
	t.event(EventLocated).Line = l.No
	t.say(OK, msg(MsgLocation, Args{Location: l.Location}), t.goTo(l, l.Open()))
}

// wanted is what the operator should be at.
func (t *turn) wanted() Args {
	if t.s != nil {
		if l := t.current(t.s); l != nil {
			return Args{Name: l.Name, SKU: l.SKU, Location: l.Location, N: l.Open()}
		}
	}
	return Args{}
}

// elsewhere says what a scan is that this shipment does not want.
func (t *turn) elsewhere() {
	refs := t.findAny()
	if t.err != nil {
		return
	}
	own := false
	for _, r := range refs {
		own = own || r.Shipment == t.s.ID && r.Kind != RefItem && r.Kind != RefLocation
	}
	switch {
	case own:
		t.say(DoneAlready, msg(MsgOpenAlready, Args{Ref: ref(t.s)}), t.next(t.s))
	case len(refs) > 0:
		t.foreign(refs)
	default:
		if op := t.badge(); op != nil {
			t.otherBadge(op)
			return
		}
		t.say(Unknown, msg(MsgUnknownCode, Args{Code: shown(t.in.Text)}), msg(DoWanted, t.wanted()))
	}
}

// foreign names what belongs to other work, a place, or only to the catalogue.
func (t *turn) foreign(refs []Ref) {
	w := t.wanted()
	for _, r := range refs {
		a := Args{Name: r.Name, SKU: r.SKU, Ref: r.Order, Location: r.Location, N: len(workOf(refs))}
		switch r.Kind {
		case RefShipment, RefWaybill, RefTote:
			t.say(OtherOrder, msg(MsgIsOther, a), msg(DoFinishFirst, Args{Ref: ref(t.s)}))
			return
		case RefItem:
			t.say(OtherOrder, msg(MsgForOther, a), msg(putBackTo(r.Location), a))
			return
		case RefLocation:
			t.say(WrongItem, msg(MsgLocationWrong, a), msg(DoScanLocation, w))
			return
		case RefProduct:
			t.say(WrongItem, msg(MsgNotInOrder, a), msg(putBackTo(r.Location), a))
			return
		}
	}
}
