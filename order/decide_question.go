package order

import (
	"crypto/sha256"
	"encoding/hex"
)

// answers handles a scan that may answer the question: the same scan again where
// that means yes, a lead's badge at a gate. It reports whether the scan is dealt with.
func (t *turn) answers(q *Question) bool {
	if q.Kind == AskOverride {
		if op := t.badge(); op != nil {
			t.badged = true
			t.override(q, op)
			return true
		}
		return false
	}
	switch q.Kind {
	case AskUnbox:
		return t.unboxBy()
	case AskSubst:
		return t.substitute(q)
	case AskPutBack:
		return t.puttingBack(q)
	}
	if !q.Repeatable || t.in.Device != q.Device || t.scanKey() != q.Key {
		return false
	}
	if d := t.in.At.Sub(q.ShownAt); d < RepeatAfter {
		if d < -RepeatAfter { // by a clock that was ahead: shown anew, or no repeat would ever count
			anew := *q
			anew.ShownAt, t.b.Question = t.in.At, &anew
		}
		t.say(ConfirmAgain, q.What, q.Do)
		return true
	}
	t.yes(q)
	return true
}

// yes does what the question asked for, if that still makes sense: the centre may
// have changed or stopped the work while the question stood.
func (t *turn) yes(q *Question) {
	t.b.Question = nil
	switch q.Kind {
	case AskTakeOver:
		t.takeOver(q)
	case AskHandOver:
		t.handOver()
	case AskResend:
		t.act()
	case AskUnhold:
		t.unhold(q)
	case AskZero:
		t.zero(q, true)
	case AskDrop:
		t.dropped(LocationID(q.Reason))
	case AskPutBack:
		t.instructed(q)
	case AskPapers:
		t.papers(q)
	case AskLists:
		t.listsAgain(q)
	case AskTakeTask, AskTaskPlace, AskTaskShort, AskCount:
		t.yesToTask(q)
	case AskQty:
		if l := t.asksOf(q); l != nil && t.wants(l) > 0 {
			t.told(l, q, t.wants(l))
		}
	case AskLot, AskOlder, AskPack, AskShort, AskReprint, AskUnbox:
		if t.s == nil || t.s.ID != q.Shipment {
			t.say(WrongKind, msg(MsgNoQuestion, Args{}), t.nextHere())
			return
		}
		if !t.barred() {
			t.yesToWork(q)
		}
	default:
		t.say(WrongKind, q.What, q.Do)
		t.b.Question = q
	}
}

// yesToWork does what was asked about the shipment on the bench.
func (t *turn) yesToWork(q *Question) {
	l, p := t.s.Line(q.Line), t.s.Parcel(q.Parcel)
	switch {
	case q.Kind == AskLot && l != nil && q.Counts != nil:
		unit := *q.Counts
		unit.Confirmed = true
		t.b.Pending = nil
		t.count(l, unit)
	case q.Kind == AskOlder && l != nil && q.Counts != nil:
		t.b.Pending, t.b.OldGone = nil, &LineRef{t.s.ID, l.No}
		t.count(l, *q.Counts)
	case q.Kind == AskPack && l != nil:
		t.b.Opened, t.b.Loose = "", &LineRef{t.s.ID, l.No}
		t.scan()
	case q.Kind == AskShort && l != nil && l.Open() > 0 && l.Open() >= q.Qty:
		t.short(q, l)
	case q.Kind == AskUnbox && p != nil:
		t.emptyBox(p)
	case q.Kind == AskReprint && p != nil:
		t.reprint(p)
	default:
		t.say(WrongKind, msg(MsgNoQuestion, Args{}), t.nextHere())
	}
}

// ask shows a question with a verdict.
func (t *turn) ask(v Verdict, q Question, what, do Message) {
	q.ShownAt, q.Device, q.Key, q.What, q.Do = t.in.At, t.in.Device, t.scanKey(), what, do
	t.b.Question = &q
	t.say(v, what, do)
	if len(t.events) == 0 {
		t.event(EventAsked).Reason = string(q.Kind)
	}
}

// scanKey is how a question remembers the scan that raised it: a badge by its
// operator, any other text by a fingerprint, so that no badge code is kept.
func (t *turn) scanKey() string {
	if t.in.Command != "" {
		return CommandPrefix + string(t.in.Command)
	}
	if op := t.badge(); op != nil {
		return "badge " + string(op.ID)
	}
	sum := sha256.Sum256([]byte(t.in.Text))
	return hex.EncodeToString(sum[:16])
}

// instruct shows what the centre asks for on this shipment.
func (t *turn) instruct(s *Shipment) bool {
	i, err := t.env.Book.Instruction(s.ID)
	t.keep(err)
	if err != nil || i == nil {
		return false
	}
	t.ask(Needs, Question{Kind: AskPutBack, Shipment: s.ID, Reason: i.ID}, i.what(), i.Do())
	return true
}

func (i *Instruction) what() Message {
	return msg(MsgInstruction, Args{Ref: i.Ref, N: len(i.Goods), Reason: string(i.Kind)})
}

// Do is what hands do to carry the instruction out, before YES ends it.
func (i *Instruction) Do() Message {
	a := Args{Ref: i.Ref, Name: i.Carrier}
	if len(i.Waybills) > 0 {
		a.Waybill = i.Waybills[0]
	}
	switch {
	case i.Kind == InstructPutBack && len(i.Goods) > 0:
		return msg(DoPutBackAll, i.putBackArgs(a))
	case i.Kind == InstructStop:
		return msg(DoStop, a)
	case i.Kind == InstructIntercept:
		return msg(DoTakeOut, a)
	case i.Kind == InstructReprint:
		return msg(DoTearOff, a)
	}
	return msg(DoConfirmDone, a)
}

// stickOn opens the order of a box that is in the hands and wants the label that prints now.
func (t *turn) stickOn(s *Shipment) {
	what := t.what
	t.s = s
	t.enter(EventOpened, MsgResumed)
	t.what = what
	for i := range s.Parcels {
		if p := &s.Parcels[i]; s.now().labelDue(p) {
			t.do = t.stickStep(s.now(), p)
			return
		}
	}
}

// instructed records that an instruction was carried out. New paper is printed on
// the way; a cancelled shipment leaves the bench.
func (t *turn) instructed(q *Question) {
	s := t.shipment(q.Shipment)
	reprint := s != nil && !s.Cancelled && q.What.Args.Reason == string(InstructReprint)
	if reprint && !t.gateOpen(GatePrint, s) {
		t.say(Blocked, msg(MsgPrintGate, Args{AgeS: t.wordAgeS()}), msg(DoReconnect, Args{}))
		t.b.Question = q
		return
	}
	if s != nil && q.What.Args.Reason == string(InstructPutBack) && t.backTooWarm(s, q) {
		return
	}
	on := t.s
	t.s = s
	e := t.event(EventInstructed)
	e.Shipment, e.Reason = q.Shipment, q.Reason
	t.say(OK, msg(MsgInstructed, q.What.Args), msg(DoScanWork, Args{}))
	went, what, unseen := t.wentBackQty(q)
	if e.Back, e.Qty = went, unseen; unseen > 0 {
		t.what = what
	}
	if reprint {
		for i := range s.Parcels {
			if p := &s.Parcels[i]; t.void(p) && !p.Dispatched {
				t.requestPrint(p)
			}
		}
	}
	if s != nil && s.Cancelled {
		t.dropPrints(s)
	}
	t.s = on
	switch {
	case on == nil && reprint && t.b.Screen == ScreenQueue && !s.AllLabelled() && (s.Owner == "" || s.Owner == t.b.Operator):
		t.stickOn(s)
	case on == nil:
		t.do = t.nextHere()
	case on.Cancelled && on.ID == q.Shipment:
		t.event(EventReleased)
		t.leave()
	default:
		t.do = t.next(on.now())
	}
}
