package order

import (
	"cmp"
	"slices"
)

// take puts a unit into the hand: it is known and good, and counted nowhere until it
// is put into its tote.
func (t *turn) take(l *Line, p Pending) {
	e := t.event(EventInHand)
	e.Line, e.Qty, e.Lot, e.Serial, e.Expiry, e.WeightG, e.Pack, e.Over = l.No, p.Units, p.Lot, p.Serial, p.Expiry, p.NetG, p.Pack, p.Whole
	p.Device, p.Confirmed, t.b.Pending = "", false, nil
	if l.Temp.Cold() {
		p.Taken = t.in.At.UnixMilli()
	}
	if k := len(t.b.Hand) - 1; k >= 0 && sameGoods(t.b.Hand[k], p) {
		t.b.Hand = slices.Clone(t.b.Hand)
		t.b.Hand[k].Times = t.b.Hand[k].times() + 1
	} else {
		t.b.Hand = append(slices.Clone(t.b.Hand), p)
	}
	n := t.b.inHand()
	if !t.env.Policy.LocationFirst {
		t.b.Located = l.Location
	}
	t.b.Focus = l.No
	t.say(OK, msg(MsgInHand, Args{Name: l.Name, SKU: l.SKU, N: n, Need: l.Open() - p.Units + n}), t.batchStep())
}

// times is how many scans alike the goods are.
func (p *Pending) times() int { return max(p.Times, 1) }

// inHand returns how many units are in the hand.
func (b *Bench) inHand() (n int) {
	for i := range b.Hand {
		n += b.Hand[i].Units * b.Hand[i].times()
	}
	return n
}

func sameGoods(a, b Pending) bool {
	return a.Line == b.Line && a.Units == b.Units && a.Lot == b.Lot && a.Expiry == b.Expiry && a.Serial == "" && b.Serial == "" && a.NetG == 0 && b.NetG == 0 && a.Gave == nil && b.Gave == nil &&
		a.Pack == b.Pack && !a.Whole && !b.Whole
}

// toteScan handles the scan of a tote or slot.
func (t *turn) toteScan() bool {
	for _, r := range t.in.Readings {
		if r.Key == "" {
			continue
		}
		owner, known := t.toteOf(r.Key)
		if t.err != nil {
			return true
		}
		if known || t.env.Policy.IsTote(r.Key) && t.badge() == nil {
			t.put(r.Key, owner)
			return true
		}
	}
	if len(t.b.Hand) == 0 || len(t.findWork()) > 0 || t.badge() != nil {
		return false
	}
	t.say(Unknown, msg(MsgNoTote, Args{Code: shown(t.in.Text)}), t.batchStep())
	return true
}

// isTote says whether the scan is a tote by the way the warehouse writes them: no lot or
// serial of the goods in the hand.
func (t *turn) isTote() bool { return t.anyKey(t.env.Policy.IsTote) }

// toteOf is toteRef in a batch, which knows of totes that are not booked yet.
func (t *turn) toteOf(key string) (Ref, bool) {
	if m := t.b.Batch.bySlot(key); m != nil {
		return Ref{Shipment: m.Shipment, Order: m.Ref}, true
	}
	return t.toteRef(key)
}

// put books the goods in the hand into a tote: the order's own, or a free one that it
// learns by this.
func (t *turn) put(key string, owner Ref) {
	m := t.b.Batch.member(t.b.Shipment)
	a := Args{Code: key, Ref: owner.Order}
	switch {
	case len(t.b.Hand) == 0 || m == nil:
		t.say(Needs, msg(MsgHandEmpty, a), t.batchStep())
	case owner.Shipment != "" && owner.Shipment != m.Shipment:
		t.say(OtherOrder, msg(MsgToteTaken, a), t.batchStep())
	case m.Slot != "" && CodeKey(m.Slot) != key:
		a.Ref = m.Ref
		t.say(WrongItem, msg(MsgToteWrong, a), t.batchStep())
	case m.Slot == "" && owner.Shipment == "" && t.toteOfTask(t.batchStep()):
	case t.refuseLease(t.real):
	default:
		t.book(m, key)
	}
}

func (t *turn) book(m *Member, key string) {
	t.s = t.real
	line := t.b.Hand[0].Line
	for i, p := range t.b.Hand {
		e := t.event(EventPicked)
		e.No = i
		e.Line, e.Qty, e.Lot, e.Serial, e.Expiry, e.WeightG, e.Slot = p.Line, p.Units*p.times(), p.Lot, p.Serial, p.Expiry, p.NetG, key
		e.Gave, e.Since, e.Pack, e.Over = p.Gave, p.Taken, p.Pack, p.Whole
	}
	s := t.after(m.Shipment)
	l := s.Line(line)
	t.b.Hand, m.Offer = nil, ""
	t.b.Batch.Skipped = withoutRef(t.b.Batch.Skipped, LineRef{m.Shipment, line})
	m.update(s)
	a := Args{Name: l.Name, SKU: l.SKU, N: l.Picked, Need: l.Qty, Code: cmp.Or(m.Slot, key), Ref: m.Ref}
	done := *l
	t.putDone(s, l, a)
	t.askZero(s, &done)
}

// putDone says what a put has finished: nothing, the line, the order, or the batch.
func (t *turn) putDone(s *Shipment, l *Line, a Args) {
	v, what := OK, MsgPut
	switch {
	case s.PickDone():
		v, what = LineDone, MsgSlotDone
		if t.b.Batch.Mode == BatchWall {
			v = OrderDone
		}
	case l.Open() == 0:
		v = LineDone
	}
	if l.Open() > 0 && t.b.Batch.Mode == BatchCluster {
		t.s, t.bench, t.real = s, s, s
		t.say(v, msg(what, a), t.goTo(l, l.Open()))
		return
	}
	t.onward()
	if t.b.Batch != nil && t.b.Batch.Drop == nil {
		t.say(v, msg(what, a), t.batchStep())
	}
}

func withoutRef(list []LineRef, x LineRef) (out []LineRef) {
	for _, r := range list {
		if r != x {
			out = append(out, r)
		}
	}
	return out
}

// undoBatch lays the latest unit back out of the hand; with an empty hand it takes the
// latest put back.
func (t *turn) undoBatch() {
	b := t.b.Batch
	if k := len(t.b.Hand) - 1; k >= 0 {
		p := t.b.Hand[k]
		l := t.s.Line(p.Line)
		t.b.Hand = slices.Clone(t.b.Hand)
		if t.b.Hand[k].Times = p.times() - 1; t.b.Hand[k].Times == 0 {
			t.b.Hand = t.b.Hand[:k]
		}
		e := t.event(EventInHand)
		e.Line, e.Qty, e.Lot, e.Serial, e.Pack, e.Over = p.Line, -p.Units, p.Lot, p.Serial, p.Pack, p.Whole
		t.returnLot(p.Line, p.Lot, p.Units, p.Gave)
		if b.Mode == BatchWall && len(t.b.Hand) == 0 {
			t.onward()
		}
		if t.s != nil { // as it is with what is still in the hand
			t.s = t.real
			t.inHand()
		}
		t.say(OK, msg(MsgLaidBack, Args{Name: l.Name, SKU: l.SKU, N: p.Units}), t.batchStep())
		return
	}
	if t.undoSkip() {
		return
	}
	t.undoLast()
}

// undoLast takes back what was done last in the batch: a put, a shortage with all the lines
// that it closed, a substitution.
func (t *turn) undoLast() {
	b := t.b.Batch
	ships := t.lastDone()
	if len(ships) == 0 || b.Bringing() || slices.ContainsFunc(ships, func(s *Shipment) bool { return !t.canUndo(s) }) {
		var st step
		if len(ships) > 0 {
			st = ships[0].steps[len(ships[0].steps)-1]
		}
		t.say(WrongKind, msg(st.inVain(), Args{}), t.batchStep())
		return
	}
	b.Drop = nil
	var a Args
	for _, s := range ships {
		st, tote := s.steps[len(s.steps)-1], s.Slot
		changed := t.undoPut(s)
		m := b.member(s.ID)
		if m.Out = false; changed.Slot == "" {
			m.Slot = ""
		}
		l := changed.Line(st.line)
		a = Args{Name: l.Name, SKU: l.SKU, N: l.Picked, Need: l.Qty, Location: l.Location, Code: tote}
	}
	t.onward()
	t.say(OK, msg(MsgUndone, a), t.batchStep())
}

// inVain says why nothing is undone where the step is the latest one, the zero one for none.
func (st *step) inVain() MsgCode {
	if st.typ == EventInstructed {
		return MsgUndoGoneBack
	}
	return MsgNothingToUndo
}

// canUndo says whether the latest scan of a shipment of the batch can be taken back.
func (t *turn) canUndo(s *Shipment) bool {
	st := s.steps[len(s.steps)-1]
	return st.fits(s) && st.typ != EventBoxed && (!s.PickDone() || t.allows(s, TriggerReopened, StageAwaitingPick))
}

// Bringing says whether totes of the batch are on their way to their places already.
func (b *Batch) Bringing() bool {
	return b.Drop != nil && b.Drop.Shown || slices.ContainsFunc(b.Members, func(m Member) bool { return m.Brought })
}

// lastDone returns the shipments of the batch of which something was done last, the latest
// first: one, or those of a shortage at a place. What left the batch keeps what was done.
func (t *turn) lastDone() (ships []*Shipment) {
	latest := uint64(0)
	for i := range t.b.Batch.Members {
		m := &t.b.Batch.Members[i]
		s := t.recalled(m.Shipment)
		if s == nil || len(s.steps) == 0 || s.Cancelled || s.AllLabelled() || (m.Out || s.Stopped() != nil) && !s.stoppedByShortage() {
			continue
		}
		switch a := s.steps[len(s.steps)-1].action(); {
		case a > latest:
			latest, ships = a, []*Shipment{s}
		case a == latest:
			ships = append(ships, s)
		}
	}
	slices.SortFunc(ships, func(a, b *Shipment) int { return cmp.Compare(latestStep(b), latestStep(a)) })
	return ships
}

// stoppedByShortage says whether nothing but the shortage that was said last stops the
// shipment.
func (s *Shipment) stoppedByShortage() bool {
	k := len(s.steps) - 1
	return k >= 0 && s.steps[k].typ == EventShorted && s.Stopped() != nil &&
		!slices.ContainsFunc(s.Holds, func(h Hold) bool { return h.Stops && h.Code != Backordered })
}

// lastPut is the shipment of the batch whose counted scan is the latest, or nil.
func (t *turn) lastPut() *Shipment {
	ships := t.lastDone()
	if len(ships) == 0 {
		return nil
	}
	return ships[0]
}

// recalled returns a shipment of the batch with what UNDO may take back of it, or nil.
func (t *turn) recalled(id ShipmentID) *Shipment {
	switch {
	case t.real != nil && t.real.ID == id:
		return t.real
	case t.env.Recall == nil:
		return t.shipment(id)
	}
	s, err := t.env.Recall(id)
	t.keep(err)
	return s
}

// undoPut takes back every unit of the latest put, or every line of the latest shortage,
// the last one first, and returns the shipment as it will stand.
func (t *turn) undoPut(s *Shipment) *Shipment {
	c, f := s.copied(), t.flowOf(s)
	for k := len(s.steps) - 1; k >= 0; k-- {
		st := s.steps[k]
		if st.action() != s.steps[len(s.steps)-1].action() {
			break
		}
		t.s = c
		e := t.draftUndo(st)
		Apply(c, f, &e)
		t.events = append(t.events, e)
		t.returnLot(st.line, st.lot, st.qty, st.gave)
	}
	t.s = s
	return c
}
