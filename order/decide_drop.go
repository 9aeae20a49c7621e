package order

import "slices"

// nextDrop asks for the next tote that is to be brought away; it reports false where
// none is left, or totes stay where they are.
func (t *turn) nextDrop() bool {
	b := t.b.Batch
	b.Drop = nil
	for i := range b.Members {
		m := &b.Members[i]
		if s := t.after(m.Shipment); s != nil && m.Slot != "" && !m.Out && s.NextZone(t.b.Zones) == "" {
			if place := t.env.Policy.dropPlace(s); place != "" && !m.Brought {
				b.Drop = &Drop{Slot: m.Slot, Place: place}
				t.b.Screen, t.b.Shipment, t.s, t.bench, t.real = ScreenDrop, "", nil, nil, nil
				return true
			}
		}
	}
	return false
}

// drop brings the totes of a picked batch to their places: first the tote that is asked
// for, then its place.
func (t *turn) drop() bool {
	d := t.b.Batch.Drop
	if d == nil {
		return false
	}
	if op := t.badge(); op != nil {
		t.badgeInBatch(op)
		return true
	}
	key := ""
	for _, r := range t.in.Readings {
		if key == "" {
			key = r.Key
		}
	}
	a := Args{Code: d.Slot, Location: d.Place}
	switch m := t.b.Batch.bySlot(key); {
	case !d.Shown && m != nil && CodeKey(d.Slot) == key:
		d.Shown = true
		t.say(OK, msg(MsgToteRight, a), t.batchStep())
	case m != nil && CodeKey(d.Slot) == key:
		t.say(DoneAlready, msg(MsgToteRight, a), t.batchStep())
	case !d.Shown || m != nil || t.env.Policy.IsTote(key):
		a.Code = shown(t.in.Text)
		t.say(WrongItem, msg(MsgToteOther, a), t.batchStep())
	default:
		t.dropAt(key)
	}
	return true
}

// dropAt puts the tote down: at its place, after a second scan at another one. A place
// whose rules take neither its carrier nor its class is refused.
func (t *turn) dropAt(key string) {
	d := t.b.Batch.Drop
	i := slices.IndexFunc(t.env.Policy.Drops, func(r DropRule) bool { return CodeKey(string(r.Place)) == key })
	switch {
	case key != "" && CodeKey(string(d.Place)) == key:
		t.dropped(d.Place)
	case i >= 0:
		place := t.env.Policy.Drops[i].Place
		a := Args{Location: place, Code: d.Slot}
		if s := t.shipment(t.b.Batch.bySlot(CodeKey(d.Slot)).Shipment); s != nil && !t.env.Policy.mayStand(s, place) {
			a.Name, a.SKU, a.Reason = s.Carrier.Name, SKU(s.Carrier.ID), string(s.coldest())
			t.say(Blocked, msg(MsgMustNotStand, a), t.batchStep())
			return
		}
		t.ask(ConfirmAgain, Question{Kind: AskDrop, Repeatable: true, Reason: string(place)}, msg(MsgOtherPlace, a), msg(DoScanAgain, a))
	default:
		t.say(WrongKind, msg(MsgLocationWrong, Args{Location: LocationID(shown(t.in.Text))}), t.batchStep())
	}
}

// dropped records where the tote stands.
func (t *turn) dropped(place LocationID) {
	d := t.b.Batch.Drop
	if d == nil || !d.Shown {
		t.say(WrongKind, msg(MsgNoQuestion, Args{}), t.batchStep())
		return
	}
	m := t.b.Batch.bySlot(CodeKey(d.Slot))
	s := t.shipment(m.Shipment)
	if s == nil {
		m.Out = true
	} else {
		t.s = s
		t.event(EventDropped).Place = place
		m.Brought = true
	}
	a := Args{Code: d.Slot, Location: place}
	if t.nextDrop() {
		t.say(OK, msg(MsgDroppedAt, a), t.batchStep())
		return
	}
	t.freeBatch()
	t.say(OrderDone, msg(MsgDroppedAt, a), msg(DoScanWork, Args{}))
}
