package order

// elsewhere says what a scan is that this shipment does not want.
func (t *turn) elsewhere() {
	refs := t.findWork()
	if t.err != nil {
		return
	}
	if t.boxCode() || t.insert() {
		return
	}
	for _, r := range refs {
		if r.Shipment == t.s.ID && r.Kind != RefItem && r.Kind != RefLocation {
			t.say(DoneAlready, msg(MsgOpenAlready, Args{Ref: t.s.Ref()}), t.next(t.s.now()))
			return
		}
	}
	if t.otherZone(refs) || t.foreign(refs) {
		return
	}
	if op := t.badge(); op != nil {
		t.otherBadge(op)
		return
	}
	if t.codeOfTask() || t.otherPickup() {
		return
	}
	do := msg(DoWanted, t.wanted())
	if t.b.Screen != ScreenPick {
		do = t.next(t.s.now())
	}
	t.say(Unknown, msg(MsgUnknownCode, Args{Code: shown(t.in.Text)}), do)
}

// foreign names what belongs to other work, a place, or only to the catalogue.
func (t *turn) foreign(refs []Ref) bool {
	for _, r := range refs {
		a := Args{Name: r.Name, SKU: r.SKU, Ref: r.Order, Location: r.Location, N: len(workOf(refs))}
		switch r.Kind {
		case RefShipment, RefWaybill, RefTote:
			if s := t.shipment(r.Shipment); r.Kind == RefTote && s != nil && t.reservedTote(s, msg(DoFinishFirst, Args{Ref: t.s.Ref()})) {
				return true
			}
			t.say(OtherOrder, msg(MsgIsOther, a), msg(DoFinishFirst, Args{Ref: t.s.Ref()}))
		case RefItem:
			if t.otherPack(r, a) {
				return true
			}
			t.mixed(r.SKU)
			t.say(OtherOrder, msg(MsgForOther, a), msg(putBackTo(r.Location), a))
		case RefLocation:
			t.otherPlace(a)
		case RefProduct:
			t.mixed(r.SKU)
			t.say(WrongItem, msg(MsgNotInOrder, a), msg(putBackTo(r.Location), a))
		default:
			continue
		}
		return true
	}
	return false
}

// otherPlace answers the scan of a location that has nothing to pick: the wrong
// one where a location is asked for, the wrong kind of code where goods are.
func (t *turn) otherPlace(a Args) {
	w := t.wanted()
	switch {
	case t.b.Screen != ScreenPick && t.b.Screen != ScreenBatch:
		t.say(WrongKind, msg(MsgLocation, a), t.next(t.s.now()))
	case t.env.Policy.LocationFirst && w.Location != t.b.Located:
		t.say(WrongItem, msg(MsgLocationWrong, a), msg(DoScanLocation, w))
	default:
		t.say(WrongKind, msg(MsgLocationWrong, a), msg(DoWanted, w))
	}
}
