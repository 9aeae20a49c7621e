package order

import (
	"cmp"
	"slices"
)

// InZone says whether a line is picked by people of these zones; no zones are all zones.
func InZone(l *Line, zones []string) bool {
	return len(zones) == 0 || l.Zone == "" || slices.Contains(zones, l.Zone)
}

// nextZone is the zone in which the picking goes on for those who are not in it: of the
// next open line along the walk. It is "" while something is open in these zones, or
// nothing at all.
func (o outlook) nextZone(zones []string) string {
	if len(zones) == 0 || o.nextLine(nil, zones) != nil {
		return ""
	}
	if l := o.nextLine(nil, nil); l != nil {
		return l.Zone
	}
	return ""
}

// OpenZones are the zones of what is open, as the walk comes to them; none where something
// open is in no zone, which anybody picks.
func (s *Shipment) OpenZones() (zones []string) {
	var open []*Line
	o := s.now()
	for i := range s.Lines {
		switch l := &s.Lines[i]; {
		case l.Open() <= 0 || o.kitWaits(l, PackByPick):
		case l.Zone == "":
			return nil
		default:
			open = append(open, l)
		}
	}
	slices.SortStableFunc(open, func(a, b *Line) int { return CompareWalk(a, b, nil) })
	for _, l := range open {
		if !slices.Contains(zones, l.Zone) {
			zones = append(zones, l.Zone)
		}
	}
	return zones
}

// NextZone returns to which zone a shipment goes on from these, "" while it stays.
func (s *Shipment) NextZone(zones []string) string { return s.now().nextZone(zones) }

// tote is what the goods of a shipment lie in, as far as that is known.
func (s *Shipment) tote() string { return cmp.Or(s.Slot, s.Tote) }

// passStep is the "do" line of an order whose goods of this zone are all picked.
func (t *turn) passStep(o outlook, zone string) Message {
	return msg(DoPassOn, Args{Code: o.tote(), Location: LocationID(zone), Ref: o.Ref()})
}

// zoneDone ends the picking in this zone: the tote is scanned, and goes on to the next.
func (t *turn) zoneDone(after outlook, zone string) {
	t.b.Focus, t.b.Located = 0, ""
	a := Args{Ref: t.s.Ref(), N: after.picked(), Need: after.ordered(), Location: LocationID(zone)}
	t.say(LineDone, msg(MsgZoneDone, a), t.passStep(after, zone))
}

// passOn gives an order on to the next zone by the scan of its tote, which is learnt here
// where nobody knew it. What is picked stays counted. It reports whether the scan is dealt
// with.
func (t *turn) passOn() bool {
	zone := t.s.NextZone(t.b.Zones)
	if zone == "" {
		return false
	}
	for _, r := range t.in.Readings {
		if r.Key == "" || t.badge() != nil {
			continue
		}
		owner, known := t.toteRef(r.Key)
		own := t.s.tote()
		a := Args{Code: r.Key, Ref: owner.Order, Location: LocationID(zone)}
		switch {
		case known && owner.Shipment != t.s.ID:
			t.say(OtherOrder, msg(MsgToteTaken, a), t.passStep(t.s.now(), zone))
		case known || own == "" && t.env.Policy.IsTote(r.Key):
			t.pass(r.Key, zone)
		case t.env.Policy.IsTote(r.Key):
			a.Ref = t.s.Ref()
			t.say(WrongItem, msg(MsgToteWrong, a), t.passStep(t.s.now(), zone))
		default:
			continue
		}
		return true
	}
	return false
}

// toteRef returns which shipment a tote holds the goods of, if any.
func (t *turn) toteRef(key string) (Ref, bool) {
	for _, r := range t.find(key, findLimit) {
		if r.Kind == RefTote {
			return r, true
		}
	}
	return Ref{}, false
}

func (t *turn) pass(tote, zone string) {
	if t.refuseLease(t.s) {
		return
	}
	need, picked, _ := t.s.Units()
	a := Args{Ref: t.s.Ref(), Code: tote, Location: LocationID(zone), N: picked, Need: need}
	e := t.event(EventPassed)
	e.Slot, e.Reason = tote, zone
	t.leave()
	t.say(OK, msg(MsgPassed, a), msg(DoBringZone, a))
}

// passed lets an order wait for the next zone in its tote.
func (s *Shipment) passed(e *Event) {
	s.Owner, s.Batch = "", ""
	if s.Slot == "" && CodeKey(s.Tote) != CodeKey(e.Slot) {
		s.Slot = e.Slot
	}
}

// refuseZone refuses work of which nothing was begun here and nothing is in this zone.
func (t *turn) refuseZone(s *Shipment) bool {
	zones := t.env.Policy.Zones
	zone := s.NextZone(zones)
	if zone == "" || s.Owner == t.b.Operator || s.pickedIn(zones) {
		return false // picked here, and perhaps not passed on yet
	}
	a := Args{Ref: s.Ref(), Code: s.tote(), Location: LocationID(zone)}
	t.say(OtherOrder, msg(MsgOtherZone, a), msg(DoBringZone, a))
	return true
}

// pickedIn says whether units of these zones are picked.
func (s *Shipment) pickedIn(zones []string) bool {
	return slices.ContainsFunc(s.Lines, func(l Line) bool { return l.Picked > 0 && InZone(&l, zones) })
}

// otherZone says that goods of the order at hand are picked in another zone.
func (t *turn) otherZone(refs []Ref) bool {
	for _, r := range refs {
		if r.Kind != RefItem || r.Shipment != t.s.ID {
			continue
		}
		l := t.s.Line(r.Line)
		if l == nil || InZone(l, t.b.Zones) {
			continue
		}
		a := Args{Name: l.Name, SKU: l.SKU, Location: l.Location, Ref: l.Zone}
		t.say(WrongItem, msg(MsgZoneLater, a), msg(putBackTo(l.Location), a))
		return true
	}
	return false
}
