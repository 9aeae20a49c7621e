package order

import "slices"

// badgeInBatch answers a badge while several orders are worked on: the same badge again
// takes them over, as it takes over a single order.
func (t *turn) badgeInBatch(op *Operator) {
	switch {
	case t.leadCame(op):
	case op.ID == t.b.Operator:
		t.say(DoneAlready, msg(MsgSignedInYet, Args{Who: op.Name}), t.batchStep())
	case !op.ValidAt(t.in.At):
		t.say(Blocked, msg(MsgBadgeInvalid, Args{Who: op.Name}), msg(DoCallLead, Args{}))
	case t.refuseHeir(op):
	default:
		t.ask(ConfirmAgain, Question{Kind: AskHandOver, Repeatable: true},
			msg(MsgAskBatchOver, Args{Who: op.Name, N: t.b.Batch.live()}), msg(DoScanAgain, Args{}))
	}
}

// live returns how many orders of the batch are still part of it.
func (b *Batch) live() (n int) {
	for i := range b.Members {
		if !b.Members[i].Out {
			n++
		}
	}
	return n
}

// handBatchOver lets the person who was seated just now go on with the batch as it
// stands: totes, goods in the hand, place along the shelves.
func (t *turn) handBatchOver(was Bench) {
	on := t.s
	t.b.Batch, t.b.Hand, t.b.Shipment, t.b.Screen = was.Batch, was.Hand, was.Shipment, was.Screen
	t.b.Focus, t.b.Located, t.b.Skips, t.b.Box, t.b.Recheck = was.Focus, was.Located, was.Skips, was.Box, was.Recheck
	for i := range t.b.Batch.Members {
		t.takeMember(t.b.Batch.Members[i].Shipment, was.Operator, t.b.Batch.ID)
	}
	t.s = on
	t.do = t.nextHere()
}

// takeMember gives a shipment of a batch to the operator at the bench, where it was
// somebody's.
func (t *turn) takeMember(id ShipmentID, from OperatorID, batch string) {
	t.s = nil
	if s := t.shipment(id); s != nil && s.Owner == from {
		t.s = s
		t.event(EventTakenOver).Batch = batch
	}
}

// askTakeBatch asks whether the whole batch is taken over of which a shipment is one.
func (t *turn) askTakeBatch(s *Shipment) bool {
	if s.Batch == "" {
		return false
	}
	ids, err := t.env.Book.BatchOf(s.Batch)
	t.keep(err)
	if len(ids) < 2 {
		return false
	}
	a := Args{Ref: s.Ref(), Who: t.env.Book.OperatorName(s.Owner), N: len(ids)}
	t.ask(Taken, Question{Kind: AskTakeOver, Repeatable: true, Shipment: s.ID, Reason: string(s.Owner)},
		msg(MsgBatchTaken, a), msg(DoScanAgain, Args{}))
	return true
}

// takeBatch takes over every shipment of a batch that its owner still has, and goes on
// with it; false where it is no batch any more.
func (t *turn) takeBatch(s *Shipment) bool {
	ids, err := t.env.Book.BatchOf(s.Batch)
	t.keep(err)
	if len(ids) < 2 || !slices.Contains(ids, s.ID) || t.refuseRole(ScreenBatch) {
		return t.verdict != ""
	}
	from := s.Owner
	for _, id := range ids {
		t.takeMember(id, from, s.Batch)
	}
	t.s = nil
	return t.resumeBatch(s)
}

// isHere says whether the centre has left a shipment with this bench.
func (t *turn) isHere(s *Shipment) bool {
	return slices.ContainsFunc(t.find(CodeKey(string(s.ID)), findLimit), func(r Ref) bool { return r.Shipment == s.ID })
}

// stillHere returns the shipments of the batch that this bench still has, as stored.
func (t *turn) stillHere() []ShipmentID {
	ids, err := t.env.Book.BatchOf(t.b.Batch.ID)
	t.keep(err)
	return ids
}

// isOut says whether a shipment is no part of its batch any more: cancelled, stopped, or
// taken away by the centre, which shows in that the bench no longer lists it as its own.
func (t *turn) isOut(s *Shipment, here []ShipmentID) bool {
	if s == nil || s.Cancelled || s.Stopped() != nil {
		return true
	}
	joins := slices.ContainsFunc(t.events, func(e Event) bool {
		return e.Shipment == s.ID && (e.Type == EventOpened || e.Type == EventTakenOver)
	})
	return !joins && s.Owner == t.b.Operator && s.Batch == t.b.Batch.ID && !slices.Contains(here, s.ID)
}
