package order

import (
	"cmp"
	"slices"
	"strconv"
)

// wall handles a scan at a put wall 播种: goods of the wave go to the order that lacks
// the fewest units, so that slots become free early; a full slot is packed by its code.
func (t *turn) wall() {
	if t.s != nil && len(t.b.Hand) > 0 {
		l := t.s.Line(t.b.Hand[0].Line)
		switch {
		case l != nil && t.itemOf(l):
		case t.half != nil && !t.isTote() && t.fill(t.half) || t.toteScan() || t.nextOfPile():
		default:
			t.notInHand()
		}
		return
	}
	if t.half != nil && t.s != nil && t.fill(t.half) {
		return
	}
	if m := t.wallMember(); m != nil {
		t.packSlot(m)
		return
	}
	if t.b.Shipment = ""; t.sow() {
		return
	}
	t.s, t.bench = nil, nil
	t.unwanted()
}

// nextOfPile keeps goods that the wave wants waiting until those in the hand are in their slot.
func (t *turn) nextOfPile() bool {
	for _, r := range t.findWork() {
		if r.Kind == RefItem && t.b.Batch.member(r.Shipment) != nil {
			t.say(Needs, msg(MsgHandFull, Args{N: len(t.b.Hand)}), t.batchStep())
			return true
		}
	}
	return false
}

// wallMember returns the member whose slot was scanned, or nil.
func (t *turn) wallMember() *Member {
	for _, r := range t.in.Readings {
		if m := t.b.Batch.bySlot(r.Key); m != nil {
			return m
		}
	}
	return nil
}

// sow chooses the order for goods of the wave: the one that lacks the fewest units over
// all its lines, then the most urgent.
func (t *turn) sow() bool {
	var best *Shipment
	var to match
	full, part := false, match{} // part: a code that counts more than any order lacks
	here := t.stillHere()
	for i := range t.b.Batch.Members {
		m := &t.b.Batch.Members[i]
		s := t.shipment(m.Shipment)
		if t.err != nil {
			return true
		}
		if m.Out = m.Out || t.isOut(s, here); m.Out {
			continue
		}
		m.update(s)
		for _, r := range t.in.Readings {
			for j := range s.Lines {
				l := &s.Lines[j]
				n, r := goodsOn(l, r)
				full = full || n > 0
				if o := l.Open(); n > o && o > 0 && (part.line == nil || o > part.line.Open()) {
					part = match{line: l, units: n}
				}
				if n == 0 || l.Open() < n || otherLot(l, r.Lot) == 1 {
					continue
				}
				if best == nil || cmp.Or(m.Open-t.b.Batch.member(best.ID).Open, best.Priority-s.Priority) < 0 {
					best, to = s, match{line: l, units: n, r: r}
				}
			}
		}
	}
	if best == nil {
		if l := part.line; l != nil {
			a := Args{Name: l.Name, SKU: l.SKU, N: part.units, Need: l.Open()}
			t.say(OverQty, msg(MsgTooMany, a), msg(DoScanSingly, a))
		} else if full {
			t.say(OverQty, msg(MsgWaveFull, Args{Code: shown(t.in.Text)}), msg(DoSetAside, Args{}))
		}
		return full
	}
	t.s, t.bench, t.real, t.b.Shipment, t.env.Flow = best, best, best, best.ID, nil
	t.offerSlot(t.b.Batch.member(best.ID))
	t.item(to)
	if !t.verdict.Good() && t.b.Pending == nil && t.b.Question == nil {
		t.note()
		t.b.Shipment, t.b.Focus, t.s, t.bench, t.real = "", 0, nil, nil, nil
	}
	return true
}

// offerSlot proposes the first free slot to an order that has none, where the warehouse's
// slots are called so.
func (t *turn) offerSlot(m *Member) {
	if m.Slot != "" || m.Offer != "" || !t.env.Policy.IsTote(slotCode(1)) {
		return
	}
	for n := 1; n <= maxBatch; n++ {
		code := slotCode(n)
		if _, taken := t.toteOf(CodeKey(code)); !taken && !slices.ContainsFunc(t.b.Batch.Members, func(o Member) bool { return o.Offer == code }) {
			m.Offer = code
			return
		}
	}
}

func slotCode(n int) string { return "SLOT-" + strconv.Itoa(n) }

// WallStep says what a put wall with nothing in the hand waits for: goods of the wave, or
// that a full slot is packed.
func (b *Batch) WallStep() Message {
	a := Args{N: b.units()}
	for i := range b.Members {
		if m := &b.Members[i]; !m.Out && m.Open == 0 && m.Slot != "" {
			a.Code, a.Ref = m.Slot, m.Ref
			return msg(DoPackSlot, a)
		}
	}
	return msg(DoScanGoods, a)
}

// unwanted says what a scan is that no order of the wave wants.
func (t *turn) unwanted() {
	refs := t.findAll()
	if op := t.badge(); op != nil {
		t.badgeInBatch(op)
		return
	}
	if t.openInBatch(refs) {
		return
	}
	if len(refs) > 0 {
		r := refs[0]
		a := Args{Name: r.Name, SKU: r.SKU, Ref: r.Order, Location: r.Location}
		switch r.Kind {
		case RefItem:
			t.mixed(r.SKU)
			t.say(OtherOrder, msg(MsgForOther, a), msg(putBackTo(r.Location), a))
		case RefProduct:
			t.mixed(r.SKU)
			t.say(WrongItem, msg(MsgNotInOrder, a), msg(putBackTo(r.Location), a))
		case RefLocation:
			t.say(WrongKind, msg(MsgLocation, a), t.batchStep())
		default:
			t.say(OtherOrder, msg(MsgIsOther, a), t.batchStep())
		}
		return
	}
	if t.anyKey(t.env.Policy.IsTote) {
		t.say(Needs, msg(MsgHandEmpty, Args{Code: shown(t.in.Text)}), t.batchStep())
		return
	}
	t.say(Unknown, msg(MsgUnknownCode, Args{Code: shown(t.in.Text)}), t.batchStep())
}

// openInBatch says that a code names an order that is worked on here with the others.
func (t *turn) openInBatch(refs []Ref) bool {
	for _, r := range refs {
		if m := t.b.Batch.member(r.Shipment); m != nil && (r.Kind == RefShipment || r.Kind == RefWaybill) {
			t.say(DoneAlready, msg(MsgOpenAlready, Args{Ref: m.Ref}), t.batchStep())
			return true
		}
	}
	return false
}

// packSlot opens the order of a full slot for packing; the wall waits meanwhile.
func (t *turn) packSlot(m *Member) {
	s := t.shipment(m.Shipment)
	a := Args{Code: m.Slot, Ref: m.Ref, N: m.Open}
	switch {
	case s == nil:
		t.say(Unknown, msg(MsgUnknownCode, a), t.batchStep())
	case !s.PickDone():
		t.say(Needs, msg(MsgSlotOpen, a), t.batchStep())
	default:
		batch := t.b.Batch
		t.open(s.ID, false)
		if t.s != nil {
			t.b.Batch = batch
			batch.Packing = true
		}
	}
}

// onwardWall waits for the next goods of the wave, or ends it once every slot is packed.
func (t *turn) onwardWall() {
	b := t.b.Batch
	t.b.Screen, t.real = ScreenWall, nil
	live, here := false, t.stillHere()
	for i := range b.Members {
		m := &b.Members[i]
		s := t.after(m.Shipment)
		if m.Out = m.Out || t.isOut(s, here) || s.AllLabelled(); !m.Out {
			m.update(s)
			live = true
		}
	}
	if !live {
		t.batchDone()
		return
	}
	t.do = t.batchStep()
}
