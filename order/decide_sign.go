package order

// signIn expects a badge.
func (t *turn) signIn() {
	op := t.badge()
	switch {
	case t.err != nil:
	case op == nil && len(t.findWork()) > 0:
		t.say(WrongKind, msg(MsgNotABadge, Args{}), msg(DoScanBadge, Args{}))
	case op == nil:
		t.say(Unknown, msg(MsgUnknownBadge, Args{}), msg(DoScanBadge, Args{}))
	case !op.ValidAt(t.in.At):
		t.say(Blocked, msg(MsgBadgeInvalid, Args{Who: op.Name}), msg(DoCallLead, Args{}))
	case t.leadCame(op):
	case t.wantsPIN(op):
		t.askPIN(op, Question{})
	default:
		t.seat(op)
		t.resume(op)
	}
}

// seat puts an operator at the bench.
func (t *turn) seat(op *Operator) {
	lang := op.Lang
	if lang == "" {
		lang = t.b.Lang
	}
	t.b = Bench{Operator: op.ID, OperatorName: op.Name, Lead: op.Has(RoleLead), Roles: op.Roles, Lang: lang, Zones: t.env.Policy.Zones,
		Called: t.b.Called}
	t.b.Screen, t.s = t.home(), nil
	t.event(EventSignedIn)
}

// resume opens the work that the operator kept at an earlier sign-out.
func (t *turn) resume(op *Operator) {
	id, err := t.env.Book.OwnedBy(op.ID)
	t.keep(err)
	if err == nil && id != "" {
		s := t.shipment(id)
		if s != nil && s.Batch != "" && t.resumeBatch(s) {
			return
		}
		if s != nil && !s.Cancelled && s.Stopped() == nil && screenFor(s.now()) != ScreenQueue {
			need, picked, _ := s.Units()
			t.b.Shipment, t.s = s.ID, s
			t.b.Screen = screenFor(s.now())
			t.say(OK, msg(MsgResumed, Args{Ref: s.Ref(), N: picked, Need: need}), t.next(s.now()))
			t.printerFirst()
			return
		}
	}
	t.say(OK, msg(MsgSignedIn, Args{Who: op.Name}), t.nextHere())
	t.printerFirst()
}

// printerFirst tells who sits down at a bench whose printer cannot print: nobody finds
// out after the last item.
func (t *turn) printerFirst() {
	if t.env.Printer != "" && t.verdict == OK {
		t.do = msg(DoMendPrinter, Args{Reason: t.env.Printer})
	}
}

// otherBadge handles a badge scanned while somebody is signed in.
func (t *turn) otherBadge(op *Operator) {
	switch {
	case t.leadCame(op):
	case op.ID == t.b.Operator:
		t.say(DoneAlready, msg(MsgSignedInYet, Args{Who: op.Name}), t.nextHere())
	case !op.ValidAt(t.in.At):
		t.say(Blocked, msg(MsgBadgeInvalid, Args{Who: op.Name}), msg(DoCallLead, Args{}))
	case t.refuseHeir(op):
	default:
		t.ask(ConfirmAgain, Question{Kind: AskHandOver, Repeatable: true},
			msg(MsgAskHandOver, Args{Who: op.Name}), msg(DoScanAgain, Args{}))
	}
}

// handOver seats the operator whose badge was scanned twice; open work goes along
// with its counts, and a hand-over screen stays what it is.
func (t *turn) handOver() {
	op := t.badge()
	if op == nil || !op.ValidAt(t.in.At) {
		t.say(Blocked, msg(MsgUnknownBadge, Args{}), msg(DoCallLead, Args{}))
		return
	}
	if t.wantsPIN(op) {
		t.askPIN(op, Question{Kind: AskHandOver})
		return
	}
	t.handOverTo(op)
}

func (t *turn) handOverTo(op *Operator) {
	s, b := t.s, t.b
	t.event(EventSignedOut).Reason = "hand_over"
	t.seat(op)
	t.say(OK, msg(MsgSignedIn, Args{Who: op.Name}), Message{})
	if b.Batch != nil {
		t.s = s
		t.handBatchOver(b)
		return
	}
	if s == nil {
		if atTasks(b.Screen) || t.may(roleAt(b.Screen)) {
			t.b.Screen, t.b.Task, t.b.Load = b.Screen, b.Task, b.Load
		}
		if k := t.taskOnBench(); k != nil {
			t.taskEvent(EventTaskOpened, k)
		}
		t.do = t.nextHere()
		return
	}
	t.s = s
	t.b.Shipment, t.b.Screen = b.Shipment, b.Screen
	t.b.Focus, t.b.Located, t.b.Skipped, t.b.Skips = b.Focus, b.Located, b.Skipped, b.Skips
	t.event(EventTakenOver)
	t.do = t.next(s.now())
}

// override opens a gate by a lead's badge; the trace names the lead. Everything
// but the gate is judged again, for the work may have been stopped meanwhile.
func (t *turn) override(q *Question, op *Operator) {
	if !op.ValidAt(t.in.At) || !op.Has(RoleLead) {
		t.say(Blocked, msg(MsgNotLead, Args{Who: op.Name}), msg(DoScanLead, Args{}))
		return
	}
	if t.wantsPIN(op) {
		t.askPIN(op, *q)
		return
	}
	t.overridden(q, op)
}

func (t *turn) overridden(q *Question, op *Operator) {
	if q.Gate == GateLeadView {
		t.leadView(op)
		return
	}
	t.b.Question, t.b.Called = nil, nil
	if t.askReason(q, op.ID) {
		return
	}
	first := len(t.events)
	s := t.shipment(q.Shipment)
	if s == nil && q.Task == "" {
		t.say(Unknown, msg(MsgUnknownCode, Args{}), t.nextHere())
		return
	}
	on := t.s
	t.s = s
	switch q.Gate {
	case GateDispatch, GatePickup:
		t.handOverParcel(s.Parcel(q.Parcel), op)
	case GateWeight:
		t.letWeightPass(s, q, op)
	case GateCold:
		if s == nil {
			t.letStockPass(q, op)
			break
		}
		t.letWarmPass(s, q, op)
	case GateSubstitute:
		t.letSubst(q, op)
	default:
		if !t.refuseStopped(s) {
			t.printAll(op)
		}
	}
	t.note()
	for i := first; i < len(t.events); i++ {
		e := &t.events[i]
		if e.Auth == "" {
			continue
		}
		if e.Why = q.Why; e.Reason == "" {
			e.Reason = string(q.Gate) + "_gate"
		}
	}
	t.s = on
}

// letWeightPass books a weight that does not fit, on a lead's word, or lets a box be
// labelled that was not weighed.
func (t *turn) letWeightPass(s *Shipment, q *Question, op *Operator) {
	p, r := s.Parcel(q.Parcel), t.b.Recheck
	switch {
	case t.refuseStopped(s):
	case p != nil && r == nil && t.b.Shipment == s.ID && t.b.Screen == ScreenLabel:
		t.stick(p, op)
	case p == nil || r == nil || r.Parcel != p.No:
		t.say(WrongKind, msg(MsgNoQuestion, Args{}), t.nextHere())
	default:
		t.bookWeight(p, r.GramsG, op.ID)
		t.say(OK, msg(MsgOverridden, Args{Who: op.Name}), t.next(s.now()))
	}
}

// signOut leaves the bench; keep says whether open work stays the operator's.
func (t *turn) signOut(keep bool) {
	name, why := t.b.OperatorName, ""
	switch {
	case t.b.Batch != nil && keep:
		why = "keep"
	case t.b.Batch != nil:
		t.freeBatch()
		why = "release"
	case t.s != nil && keep:
		why = "keep"
	case t.s != nil:
		t.event(EventReleased)
		why = "release"
	}
	t.s = nil
	t.event(EventSignedOut).Reason = why
	t.b = Bench{Screen: ScreenSignIn, Lang: t.b.Lang, Called: t.b.Called}
	t.say(OK, msg(MsgSignedOut, Args{Who: name}), msg(DoScanBadge, Args{}))
}
