package order

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
	}
	if p == nil {
		t.notLabel()
		return
	}
	a := Args{Waybill: p.Waybill.Number, Ref: ref(t.s)}
	switch {
	case p.Labelled:
		t.say(DoneAlready, msg(MsgLabelledYet, a), t.next(t.s.now()))
	case p.PrintRequests == 0:
		t.say(Blocked, msg(MsgNotPrinted, a), msg(DoPrint, a))
	case p.Prints == 0:
		t.say(Blocked, msg(MsgNotPrinted, a), msg(DoCheckPrinter, a))
	case p.void(t.s):
		t.say(Blocked, msg(MsgPaperVoid, a), msg(DoReprint, a))
	default:
		t.stuck(p)
	}
}

func (t *turn) stuck(p *Parcel) {
	e := t.event(EventLabelled)
	e.Parcel, e.Waybill = p.No, p.Waybill.Number
	for i := range t.s.Parcels {
		if q := &t.s.Parcels[i]; q != p && !q.Labelled {
			t.say(OK, msg(MsgLabelled, Args{Waybill: p.Waybill.Number}), msg(DoWaitLabel, Args{Waybill: q.Waybill.Number}))
			return
		}
	}
	t.say(OK, msg(MsgPackedAll, Args{Ref: ref(t.s), Waybill: p.Waybill.Number}), msg(DoNextOrder, Args{}))
	t.leave()
}

// notLabel answers a scan at the label step that is no waybill of the shipment. An
// instruction, such as to print again for a new address, comes first: the paper on the
// box may carry a number that is void.
func (t *turn) notLabel() {
	if t.instruct(t.s) {
		return
	}
	if m := t.matchLine(); m.line != nil {
		t.say(WrongKind, msg(MsgWantLabel, Args{Name: m.line.Name}), t.next(t.s.now()))
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
	if !t.env.Policy.AutoPrint || t.unprinted() == nil {
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
		if p := &t.s.Parcels[i]; p.PrintRequests == 0 && p.Waybill.Number != "" {
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
		t.say(Blocked, msg(MsgNoWaybill, Args{Ref: ref(t.s)}), msg(DoCallLead, Args{}))
		return
	}
	for i := range t.s.Parcels {
		p := &t.s.Parcels[i]
		if p.PrintRequests > 0 || p.Waybill.Number == "" {
			continue
		}
		e := t.requestPrint(p)
		if lead != nil {
			e.Auth = string(lead.ID)
			t.say(OK, msg(MsgOverridden, Args{Who: lead.Name}), t.next(t.s.now()))
		}
	}
}

// requestPrint puts one waybill into the queue; number 2 and up are reprints.
func (t *turn) requestPrint(p *Parcel) *Event {
	no := p.PrintRequests + 1
	e := t.event(EventPrintRequested)
	e.Parcel, e.Waybill, e.No, e.WordS = p.No, p.Waybill.Number, no, t.wordAgeS()
	t.prints = append(t.prints, PrintOrder{Shipment: t.s.ID, Parcel: p.No, No: no, Version: t.s.Version, By: t.b.Operator})
	if t.verdict == "" {
		t.say(OK, msg(MsgPrinting, Args{Waybill: p.Waybill.Number, N: no}), msg(DoWaitLabel, Args{Waybill: p.Waybill.Number}))
	}
	return e
}

// commandPrint prints what was not printed yet; a second time it asks first.
func (t *turn) commandPrint() {
	if t.s == nil {
		t.notNow(CmdPrint)
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
		t.say(Blocked, msg(MsgNoWaybill, Args{Ref: ref(t.s)}), msg(DoCallLead, Args{}))
	case !t.gateOpen(GatePrint, t.s):
		t.refuseReprint()
	case again.PrintRequests > again.Prints:
		t.retryPrint(again)
	default:
		a := Args{Waybill: again.Waybill.Number, N: again.PrintRequests + 1}
		t.ask(ConfirmAgain, Question{Kind: AskReprint, Shipment: t.s.ID, Parcel: again.No},
			msg(MsgAskReprint, a), msg(DoScanYes, a))
	}
}

// retryPrint has the queue try a print again that did not reach the printer: no new
// number, for there is no paper yet.
func (t *turn) retryPrint(p *Parcel) {
	t.prints = append(t.prints, PrintOrder{Shipment: t.s.ID, Parcel: p.No, No: p.PrintRequests, Version: t.s.Version,
		By: t.b.Operator, Again: true})
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
		case best == nil, p.void(t.s) && !best.void(t.s),
			p.void(t.s) == best.void(t.s) && p.PrintRequests < best.PrintRequests:
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
