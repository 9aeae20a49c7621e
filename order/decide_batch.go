package order

import (
	"cmp"
	"slices"
)

// startBatch gets work: the batch that the operator left, else the most urgent orders
// that are free and of one priority.
func (t *turn) startBatch(mode BatchMode) {
	if t.s != nil || t.b.Screen != ScreenQueue {
		t.notNow(batchCommand(mode))
		return
	}
	if t.refuseRole(ScreenBatch) {
		return
	}
	if id, err := t.env.Book.OwnedBy(t.b.Operator); err == nil && id != "" {
		if s := t.shipment(id); s != nil && s.Batch != "" && t.resumeBatch(s) {
			return
		}
	} else {
		t.keep(err)
	}
	b := t.waveBatch(mode)
	if b == nil {
		b = t.freeBatchOf(mode)
	}
	if len(b.Members) == 0 {
		t.say(DoneAlready, msg(MsgNoWork, Args{}), msg(DoScanWork, Args{}))
		return
	}
	t.clear()
	t.b.Batch = b
	t.say(OK, msg(MsgBatch, Args{N: len(b.Members), Need: b.units()}), Message{})
	t.onward()
}

func batchCommand(m BatchMode) Command {
	if m == BatchWall {
		return CmdWall
	}
	return CmdBatch
}

// fitsBatch says whether a shipment may be picked together with others.
func (t *turn) fitsBatch(s *Shipment) bool {
	i, err := t.env.Book.Instruction(s.ID)
	t.keep(err)
	return err == nil && i == nil && s.Owner == "" && !s.Cancelled && s.Stopped() == nil && !s.PickDone() &&
		s.NextZone(t.env.Policy.Zones) == "" && (s.Started() || t.env.Book.LeaseValid(s.ID, t.in.At)) && t.allows(s, TriggerPickDone, StagePicked)
}

func (t *turn) join(b *Batch, s *Shipment) {
	on := t.s
	t.s = s
	e := t.event(EventOpened)
	e.Batch = b.ID
	t.s = on
	m := Member{Shipment: s.ID}
	m.update(s)
	b.Members = append(b.Members, m)
}

func (b *Batch) units() (n int) {
	for i := range b.Members {
		if m := &b.Members[i]; !m.Out {
			n += m.Open
		}
	}
	return n
}

// resumeBatch goes on with the batch that a shipment is of.
func (t *turn) resumeBatch(s *Shipment) bool {
	ids, err := t.env.Book.BatchOf(s.Batch)
	t.keep(err)
	b := &Batch{ID: s.Batch, Mode: batchMode(s.Batch)}
	if s.Wave != nil {
		b.Wave = s.Wave.ID
	}
	for _, id := range ids {
		if x := t.after(id); x != nil && x.Owner == t.b.Operator {
			m := Member{Shipment: x.ID, Out: x.Cancelled || x.Stopped() != nil || x.AllLabelled()}
			m.update(x)
			b.Members = append(b.Members, m)
		}
	}
	if len(b.Members) == 0 {
		return false
	}
	t.clear()
	t.b.Batch = b
	t.say(OK, msg(MsgBatch, Args{N: len(b.Members), Need: b.units()}), Message{})
	t.onward()
	return true
}

// settleBatch brings the bench in line with a batch: the goods in the hand count on a
// copy of their shipment, so that every rule sees them and nothing is booked.
func (t *turn) settleBatch() {
	b := t.b.Batch
	if b.Packing {
		if t.s != nil && t.s.Owner == t.b.Operator && screenFor(t.s.now()) != ScreenQueue {
			t.turnTo(screenFor(t.s.now()))
			return
		}
		t.leave()
	}
	if t.s != nil && t.b.Shipment != "" {
		if m := b.member(t.s.ID); m != nil {
			m.update(t.s)
		}
		t.inHand()
	} else if len(t.b.Hand) > 0 {
		t.b.Hand = nil // its shipment is not here any more
	}
	t.b.Screen = batchScreen(b)
}

func batchScreen(b *Batch) Screen {
	switch {
	case b.Drop != nil:
		return ScreenDrop
	case b.Mode == BatchWall:
		return ScreenWall
	}
	return ScreenBatch
}

// inHand puts a copy on the bench on which the goods in the hand are picked.
func (t *turn) inHand() {
	t.real = t.s
	if len(t.b.Hand) == 0 {
		return
	}
	c := t.s.copied()
	for _, p := range t.b.Hand {
		Apply(c, nil, &Event{Type: EventPicked, At: t.in.At.UnixMilli(), Since: p.Taken, Line: p.Line, Qty: p.Units * p.times(), Lot: p.Lot, Serial: p.Serial, Expiry: p.Expiry,
			Pack: p.Pack, Over: p.Whole})
	}
	if t.bench == t.s {
		t.bench = c
	}
	t.s = c
}

// batch handles a scan while several shipments are worked on.
func (t *turn) batch() {
	if t.stoppedMember() || t.b.Screen == ScreenDrop && t.drop() {
		return
	}
	if t.b.Screen == ScreenWall {
		t.wall()
		return
	}
	if t.s == nil || t.s.Line(t.b.Focus) == nil { // the centre took it away
		if op := t.badge(); op != nil {
			t.badgeInBatch(op)
			return
		}
		t.b.Hand = nil
		t.onward()
		if t.b.Batch != nil && t.b.Batch.Drop == nil {
			t.say(Needs, msg(MsgBatchChanged, Args{}), t.nextHere())
		}
		return
	}
	l := t.s.Line(t.b.Focus)
	switch {
	case t.itemOf(l) || !t.isTote() && (t.half != nil && t.fill(t.half) || t.markOf(l)) || t.toteScan():
	case t.anyKey(func(k string) bool { return at(l, k) }):
		t.locate(l)
	default:
		t.notInHand()
	}
}

// itemOf takes a scan of the line's goods into the hand.
func (t *turn) itemOf(l *Line) bool {
	for _, r := range t.in.Readings {
		if n, r := goodsOn(l, r); n > 0 {
			if t.item(match{line: l, units: n, r: r}); t.verdict == OverQty {
				t.do = t.batchStep()
			}
			return true
		}
	}
	return false
}

func (t *turn) anyKey(is func(string) bool) bool {
	return slices.ContainsFunc(t.in.Readings, func(r Reading) bool { return r.Key != "" && is(r.Key) })
}

// notInHand says what a scan is that the line at hand does not want.
func (t *turn) notInHand() {
	refs := t.findWork()
	if t.err != nil {
		return
	}
	for _, r := range refs {
		m := t.b.Batch.member(r.Shipment)
		if r.Kind != RefItem || m == nil {
			continue
		}
		a := Args{Name: r.Name, SKU: r.SKU, Ref: r.Order, Location: r.Location}
		t.mixed(r.SKU)
		t.say(WrongItem, msg(MsgLaterInBatch, a), t.batchStep())
		return
	}
	if t.openInBatch(refs) {
		return
	}
	if t.foreign(refs) {
		if !putsAside(t.do.Code) { // goods that nobody wants here go back first
			t.do = t.batchStep()
		}
		return
	}
	if op := t.badge(); op != nil {
		t.badgeInBatch(op)
		return
	}
	t.say(Unknown, msg(MsgUnknownCode, Args{Code: shown(t.in.Text)}), t.batchStep())
}

// stoppedMember takes a shipment out of the batch that was cancelled or stopped while
// it was worked on; goods in the hand are put back.
func (t *turn) stoppedMember() bool {
	s := t.s
	if s == nil || !s.Cancelled && s.Stopped() == nil {
		return false
	}
	if op := t.badge(); op != nil {
		t.badgeInBatch(op)
		return true
	}
	t.b.Batch.member(s.ID).Out = true
	t.refuseStopped(s)
	t.note()
	t.b.Hand, t.b.Focus, t.b.Shipment, t.s, t.bench, t.real = nil, 0, "", nil, nil, nil
	if next, l := t.aim(); l != nil && t.b.Batch.Mode == BatchCluster {
		t.b.Shipment, t.b.Focus = next.ID, l.No
	}
	return true
}

// backToWall goes on at the wall after a packed order.
func (t *turn) backToWall() {
	if t.b.Batch == nil {
		return
	}
	v, what := t.verdict, t.what
	if t.onward(); t.b.Batch != nil {
		t.say(v, what, t.batchStep())
	}
}

// onward turns to the next line of the batch, or ends it.
func (t *turn) onward() {
	b := t.b.Batch
	t.b.Focus, t.b.Shipment, t.s, t.bench = 0, "", nil, nil
	if b.Mode == BatchWall {
		t.onwardWall()
		return
	}
	if s, l := t.aim(); l != nil {
		t.b.Shipment, t.b.Focus, t.b.Screen, t.s, t.bench, t.real = s.ID, l.No, ScreenBatch, s, s, s
		if t.b.Located != l.Location {
			t.b.Located = ""
		}
		t.env.Flow = nil
		t.do = t.batchStep()
		return
	}
	t.batchDone()
}

// aim returns the line to pick next over all shipments of the batch.
func (t *turn) aim() (best *Shipment, line *Line) {
	b := t.b.Batch
	for i, here := 0, t.stillHere(); i < len(b.Members); i++ {
		m := &b.Members[i]
		s := t.after(m.Shipment)
		if m.Out = m.Out || t.isOut(s, here); m.Out || t.err != nil {
			continue
		}
		m.update(s)
		for j := range s.Lines {
			l := &s.Lines[j]
			if l.Open() > 0 && InZone(l, t.b.Zones) && (line == nil || b.compare(s.ID, l, best.ID, line) < 0) {
				best, line = s, l
			}
		}
	}
	return best, line
}

func (b *Batch) compare(id ShipmentID, l *Line, other ShipmentID, o *Line) int {
	return cmp.Or(b.skipRank(LineRef{id, l.No})-b.skipRank(LineRef{other, o.No}),
		coldRank(l.Temp)-coldRank(o.Temp), cmp.Compare(l.Walk, o.Walk))
}

// after returns a shipment as this input leaves it.
func (t *turn) after(id ShipmentID) *Shipment {
	s := t.shipment(id)
	if t.real != nil && t.real.ID == id {
		s = t.real
	}
	if s == nil || !slices.ContainsFunc(t.events, func(e Event) bool { return e.Shipment == id && changesShipment(e.Type) }) {
		return s
	}
	c, f := s.copied(), t.flowOf(s)
	for i := range t.events {
		if e := &t.events[i]; e.Shipment == id {
			Apply(c, f, e)
		}
	}
	return c
}

func changesShipment(t EventType) bool {
	switch t {
	case EventRefused, EventNoted, EventAsked, EventInHand, EventLocated, EventSkipped:
		return false
	}
	return true
}

// batchDone ends the picking of a batch: its totes go to their places, and the orders
// are free for whoever packs them.
func (t *turn) batchDone() {
	b := t.b.Batch
	what := Args{N: len(b.Members)}
	if t.nextDrop() {
		t.say(OrderDone, msg(MsgBatchPicked, what), t.batchStep())
		return
	}
	t.freeBatch()
	t.say(OrderDone, msg(MsgBatchPicked, what), msg(DoBringTotes, Args{}))
}

// freeBatch ends the batch; what was picked stays in its totes.
func (t *turn) freeBatch() {
	for i := range t.b.Batch.Members {
		if s := t.after(t.b.Batch.Members[i].Shipment); s != nil && s.Owner == t.b.Operator {
			t.s = s
			if zone := s.NextZone(t.b.Zones); zone != "" && s.tote() != "" {
				e := t.event(EventPassed)
				e.Slot, e.Reason = s.tote(), zone
				continue
			}
			t.event(EventReleased)
		}
	}
	t.s, t.bench, t.real = nil, nil, nil
	t.b.Batch, t.b.Hand = nil, nil
	t.leave()
}

// batchStep is the "do" line of a batch.
func (t *turn) batchStep() Message {
	b := t.b.Batch
	switch {
	case b == nil:
		return t.nextHere()
	case b.Drop != nil && b.Drop.Shown:
		return msg(DoScanLocation, Args{Location: b.Drop.Place})
	case b.Drop != nil:
		return msg(DoScanTote, Args{Code: b.Drop.Slot})
	}
	if len(t.b.Hand) > 0 {
		return t.b.PutStep()
	}
	if t.s != nil && b.Mode == BatchCluster {
		if l := t.s.Line(t.b.Focus); l != nil {
			return t.goTo(l, l.Open())
		}
	}
	if b.Mode == BatchWall {
		return b.WallStep()
	}
	return msg(DoScanWork, Args{})
}

// PutStep says where the goods in the hand go, and how many there are.
func (b *Bench) PutStep() Message {
	a, do := Args{N: b.inHand()}, DoPutInto
	if m := b.Batch.member(b.Shipment); m != nil {
		a.Code, a.Ref = cmp.Or(m.Slot, m.Offer), m.Ref
	}
	if b.Batch.Mode == BatchWall {
		do = DoPutSlot
	}
	return msg(do, a)
}
