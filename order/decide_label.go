package order

import "slices"

// label expects a printed waybill, scanned back off the box it is stuck on.
func (t *turn) label() {
	if t.barred() {
		return
	}
	var p *Parcel
	for _, r := range t.in.Readings {
		if p = t.s.ByWaybill(r.Key); p != nil {
			break
		}
		if old := t.s.byVoidWaybill(r.Key); old != nil {
			t.oldPaper(old)
			return
		}
	}
	if p == nil {
		t.notLabel()
		return
	}
	t.stick(p, nil)
}

// stick puts the label on its box, if nothing stands in the way; lead is who lets a box
// pass that was not weighed, or nil.
func (t *turn) stick(p *Parcel, lead *Operator) {
	a := Args{Waybill: p.Waybill.Number, Ref: t.s.Ref(), Reason: t.s.PaperVoid(p, PaperWaybill)}
	switch {
	case p.Labelled:
		t.say(DoneAlready, msg(MsgLabelledYet, a), t.next(t.s.now()))
	case p.PrintRequests == 0:
		t.say(Blocked, msg(MsgNotPrinted, a), msg(DoPrint, a))
	case p.Prints == 0:
		t.unreported(p, a, lead)
	case t.refuseLabel(p, lead):
	case a.Reason != "":
		t.say(Blocked, msg(MsgPaperVoid, a), msg(DoReprint, a))
	default:
		t.stuck(p, lead)
	}
}

// refuseLabel keeps the label off a box that weighs something else than it should, lacks its
// coolant or what is enclosed, or was not weighed, which it is with all of that in it.
func (t *turn) refuseLabel(p *Parcel, lead *Operator) bool {
	return t.refuseWeight(p) || t.refuseUnfilled(p) || lead == nil && t.refuseUnweighed(p)
}

func (t *turn) stuck(p *Parcel, lead *Operator) {
	e := t.event(EventLabelled)
	if lead != nil {
		e.Auth = string(lead.ID)
	}
	e.Parcel, e.Waybill = p.No, p.Waybill.Number
	t.noteCold(e)
	labelled := *e
	t.settled = p.No
	t.latePapers()
	if t.moreAfter(labelled) {
		return
	}
	t.b.Recheck = nil
	t.say(OK, msg(MsgPackedAll, Args{Ref: t.s.Ref(), Waybill: p.Waybill.Number}), msg(DoNextOrder, Args{}))
	t.leave()
	t.backToWall()
}

// notLabel answers a scan at the label step that is no waybill of the shipment. An
// instruction, such as to print again for a new address, comes first: the paper on the
// box may carry a number that is void.
func (t *turn) notLabel() {
	if t.instruct(t.s) || t.recheck() || t.coolant() || t.insert() {
		return
	}
	if m := t.matchLine(); m.line != nil {
		l := m.line
		t.say(DoneAlready, msg(MsgWantLabel, Args{Name: l.Name, SKU: l.SKU, N: t.s.boxed(l), Location: l.Location}), t.next(t.s.now()))
		return
	}
	if t.anyKey(func(k string) bool { return slices.ContainsFunc(t.s.Lines, func(l Line) bool { return at(&l, k) }) }) {
		t.say(DoneAlready, msg(MsgOpenAlready, Args{Ref: t.s.Ref()}), t.next(t.s.now()))
		return
	}
	for _, r := range t.findWork() {
		if r.Kind == RefWaybill && r.Shipment != t.s.ID {
			t.say(OtherOrder, msg(MsgWrongLabel, Args{Waybill: shown(t.in.Text), Ref: r.Order}), t.next(t.s.now()))
			return
		}
	}
	t.elsewhere()
}

// printMissing asks for the waybills that were never printed, where the policy
// prints by itself. It comes with a scan that did count, so whatever stands in the
// way of printing changes only what is to be done next.
func (t *turn) printMissing() {
	if !t.env.Policy.AutoPrint && !t.labelFirst() {
		return
	}
	t.latePapers()
	if t.unprinted() == nil {
		return
	}
	v, what := t.verdict, t.what
	t.print()
	if t.verdict != v {
		t.verdict, t.what = v, what
	}
}

// unprinted returns the first parcel whose waybill can be printed and never was.
func (t *turn) unprinted() *Parcel {
	for i := range t.s.Parcels {
		if p := &t.s.Parcels[i]; t.wantsWaybill(p) {
			return p
		}
	}
	return nil
}

// print puts the missing waybills into the queue, or asks a lead at a closed gate.
func (t *turn) print() {
	if !t.gateOpen(GatePrint, t.s) {
		t.ask(Blocked, Question{Kind: AskOverride, Gate: GatePrint, Shipment: t.s.ID},
			msg(MsgPrintGate, Args{AgeS: t.wordAgeS()}), msg(DoScanLead, Args{}))
		return
	}
	t.printAll(nil)
}

// printAll asks for every waybill of the shipment that was not asked for yet; lead
// is who opened a closed gate, or nil. A number is never invented: a parcel without
// one waits.
func (t *turn) printAll(lead *Operator) {
	if t.unprinted() == nil {
		t.say(Blocked, msg(MsgNoWaybill, Args{Ref: t.s.Ref()}), msg(DoCallLead, Args{}))
		return
	}
	for i := range t.s.Parcels {
		p := &t.s.Parcels[i]
		if !t.wantsWaybill(p) {
			continue
		}
		from := len(t.events)
		t.requestPrint(p)
		if lead != nil {
			t.events[from].Auth = string(lead.ID)
			t.say(OK, msg(MsgOverridden, Args{Who: lead.Name}), t.next(t.s.now()))
		}
	}
}

// requestPrint puts a parcel's waybill into the queue, and behind it the papers that go
// with it; number 2 and up are reprints.
func (t *turn) requestPrint(p *Parcel) {
	no := p.PrintRequests + 1
	t.requestPaper(p, PaperWaybill)
	t.requestPapers(p)
	if t.verdict == "" {
		a := Args{Waybill: t.numberFor(p), N: no}
		do := t.stickStep(t.s.now(), p)
		if t.b.Screen == ScreenPick || t.b.Screen == ScreenPack { // the box is not full: its goods come first
			do = t.next(t.s.now())
		}
		t.say(OK, msg(MsgPrinting, a), do)
	}
}

// commandPrint prints what was not printed yet; a second time it asks first.
func (t *turn) commandPrint() {
	if t.s == nil {
		t.retryParked()
		return
	}
	if t.barred() {
		return
	}
	again := t.toReprint()
	switch {
	case t.unprinted() != nil:
		t.print()
	case again == nil:
		t.say(Blocked, msg(MsgNoWaybill, Args{Ref: t.s.Ref()}), msg(DoCallLead, Args{}))
	case !t.gateOpen(GatePrint, t.s):
		t.refuseReprint()
	case t.mayBeOut(again):
		a := Args{Waybill: again.Waybill.Number, N: again.PrintRequests + 1}
		t.ask(ConfirmAgain, Question{Kind: AskReprint, Shipment: t.s.ID, Parcel: again.No},
			msg(MsgMayBeOut, a), msg(DoScanYes, a))
	case again.PrintRequests > again.Prints || t.paperFailed(again) && !t.void(again):
		t.retryPrint(again)
	default:
		a := Args{Waybill: again.Waybill.Number, N: again.PrintRequests + 1}
		t.ask(ConfirmAgain, Question{Kind: AskReprint, Shipment: t.s.ID, Parcel: again.No},
			msg(MsgAskReprint, a), msg(DoScanYes, a))
	}
}

// retryPrint has the queue try prints again that did not reach the printer: no new
// number, for there is no paper yet.
func (t *turn) retryPrint(p *Parcel) {
	if p.PrintRequests > p.Prints {
		t.prints = append(t.prints, PrintOrder{Shipment: t.s.ID, Parcel: p.No, No: p.PrintRequests, Version: t.s.Version,
			By: t.b.Operator, Again: true})
	}
	t.requestPapers(p)
	a := Args{Waybill: p.Waybill.Number, N: p.PrintRequests}
	t.say(OK, msg(MsgPrinting, a), msg(DoCheckPrinter, a))
}

// toReprint returns the parcel to print again: one with void paper before others,
// then the one printed least, so that asking again reaches every box.
func (t *turn) toReprint() (best *Parcel) {
	for i := range t.s.Parcels {
		p := &t.s.Parcels[i]
		switch {
		case p.Labelled || p.PrintRequests == 0:
		case best == nil, t.void(p) && !t.void(best), t.void(p) == t.void(best) && p.PrintRequests < best.PrintRequests:
			best = p
		}
	}
	return best
}

// reprint prints again once YES was scanned, if the gate is still open.
func (t *turn) reprint(p *Parcel) {
	if !t.gateOpen(GatePrint, t.s) {
		t.refuseReprint()
		return
	}
	t.requestPrint(p)
}

func (t *turn) refuseReprint() {
	t.say(Blocked, msg(MsgPrintGate, Args{AgeS: t.wordAgeS()}), msg(DoReconnect, Args{}))
}
