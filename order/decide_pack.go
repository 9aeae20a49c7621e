package order

// pack verifies each picked unit once more.
func (t *turn) pack() {
	for _, r := range t.in.Readings {
		l, units := t.matchPack(r)
		if l == nil {
			continue
		}
		a := Args{Name: l.Name, SKU: l.SKU, N: units, Need: l.Unverified()}
		if units > l.Unverified() {
			code := MsgTooMany
			if l.Unverified() <= 0 {
				code, a.Need = MsgAllCounted, l.Picked
			}
			t.say(OverQty, msg(code, a), msg(DoPackMore, Args{N: unverified(t.s)}))
			return
		}
		t.verified(l, units)
		return
	}
	t.elsewhere()
}

// matchPack returns the line a reading verifies: one with room, else any.
func (t *turn) matchPack(r Reading) (best *Line, units int) {
	for i := range t.s.Lines {
		l := &t.s.Lines[i]
		u := unitsOn(l, r)
		if u == 0 {
			continue
		}
		if best == nil || best.Unverified() < units && l.Unverified() >= u {
			best, units = l, u
		}
	}
	return best, units
}

func (t *turn) verified(l *Line, units int) {
	e := t.event(EventPacked)
	e.Line, e.Qty = l.No, units
	after := t.after(l.No, func(l *Line) { l.Packed += units })
	a := Args{Name: l.Name, SKU: l.SKU, N: l.Packed + units, Need: l.Picked}
	t.b.Focus = l.No
	switch {
	case after.PackDone():
		t.b.Screen, t.b.Focus = ScreenLabel, 0
		t.say(OrderDone, msg(MsgOrderPacked, Args{Ref: ref(t.s)}), Message{})
		t.proceed(after)
	case l.Unverified() == units:
		t.b.Focus = 0
		t.say(LineDone, msg(MsgUnitPacked, a), msg(DoPackMore, Args{N: unverified(after)}))
	default:
		t.say(OK, msg(MsgUnitPacked, a), msg(DoPackMore, Args{N: unverified(after)}))
	}
}

// label expects a printed waybill, scanned back off the box it is stuck on.
func (t *turn) label() {
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
		t.say(DoneAlready, msg(MsgLabelledYet, a), t.next(t.s))
	case t.refuseStopped(t.s):
	case p.PrintRequests == 0:
		t.say(Blocked, msg(MsgNotPrinted, a), msg(DoPrint, a))
	case p.PrintedVersion > 0 && p.PrintedVersion < t.s.Version:
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

// notLabel answers a scan at the label step that is no waybill of the shipment.
func (t *turn) notLabel() {
	for _, r := range t.in.Readings {
		if l, _ := t.matchLine(r); l != nil {
			t.say(WrongKind, msg(MsgWantLabel, Args{Name: l.Name}), t.next(t.s))
			return
		}
	}
	for _, r := range t.findAny() {
		if r.Kind == RefWaybill && r.Shipment != t.s.ID {
			t.say(OtherOrder, msg(MsgWrongLabel, Args{Waybill: shown(t.in.Text), Ref: r.Order}), t.next(t.s))
			return
		}
	}
	t.elsewhere()
}

// printMissing asks for the waybills that were never printed, where the policy
// prints by itself; a closed gate becomes a question to a lead.
func (t *turn) printMissing() {
	if !t.env.Policy.AutoPrint {
		return
	}
	for i := range t.s.Parcels {
		if t.s.Parcels[i].PrintRequests == 0 {
			t.print()
			return
		}
	}
}

// print puts the missing waybills into the queue, or asks a lead at a closed gate.
func (t *turn) print() {
	if !t.gateOpen(GatePrint, t.s) {
		what, do := msg(MsgPrintGate, Args{AgeS: t.wordAgeS()}), msg(DoScanLead, Args{})
		v, said := t.verdict, t.what
		t.ask(Blocked, Question{Kind: AskOverride, Gate: GatePrint, Shipment: t.s.ID}, what, do)
		if v.Good() {
			t.verdict, t.what = v, said
		}
		return
	}
	t.printAll("")
}

// printAll asks for every waybill of the shipment that was not asked for yet.
func (t *turn) printAll(auth string) {
	for i := range t.s.Parcels {
		p := &t.s.Parcels[i]
		switch {
		case p.PrintRequests > 0:
		case p.Waybill.Number == "":
			t.say(Blocked, msg(MsgNoWaybill, Args{Ref: ref(t.s)}), msg(DoCallLead, Args{}))
			return
		default:
			t.requestPrint(p).Auth = auth
		}
	}
}

// requestPrint puts one waybill into the queue; number 2 and up are reprints.
func (t *turn) requestPrint(p *Parcel) *Event {
	no := p.PrintRequests + 1
	e := t.event(EventPrintRequested)
	e.Parcel, e.Waybill, e.No, e.WordS = p.No, p.Waybill.Number, no, t.wordAgeS()
	t.prints = append(t.prints, PrintOrder{Shipment: t.s.ID, Parcel: p.No, No: no, Version: t.s.Version})
	if t.verdict == "" {
		t.say(OK, msg(MsgPrinting, Args{Waybill: p.Waybill.Number, N: no}), msg(DoWaitLabel, Args{Waybill: p.Waybill.Number}))
	}
	return e
}

// dispatch hands parcels over by their waybills.
func (t *turn) dispatch() {
	for _, r := range t.findAny() {
		if r.Kind != RefWaybill {
			continue
		}
		s := t.shipment(r.Shipment)
		if s == nil || s.Parcel(r.Parcel) == nil {
			break
		}
		on := t.s
		t.s = s
		t.handOverParcel(s.Parcel(r.Parcel))
		t.s = on
		return
	}
	if t.err != nil {
		return
	}
	if op := t.badge(); op != nil {
		t.otherBadge(op)
		return
	}
	t.say(WrongKind, msg(MsgNotParcel, Args{Code: shown(t.in.Text)}), msg(DoScanParcel, Args{}))
}

func (t *turn) handOverParcel(p *Parcel) {
	a := Args{Waybill: p.Waybill.Number, Ref: ref(t.s), AgeS: t.wordAgeS()}
	switch {
	case p.Dispatched:
		t.say(DoneAlready, msg(MsgDispatchedYet, a), msg(DoScanParcel, a))
	case t.refuseStopped(t.s):
	case !p.Labelled:
		t.say(Blocked, msg(MsgNotPacked, a), msg(DoPackFirst, a))
	case p.PrintedVersion > 0 && p.PrintedVersion < t.s.Version:
		t.say(Blocked, msg(MsgPaperVoid, a), msg(DoCallLead, a))
	case !t.gateOpen(GateDispatch, t.s):
		t.ask(Blocked, Question{Kind: AskOverride, Gate: GateDispatch, Shipment: t.s.ID, Parcel: p.No},
			msg(MsgDispatchGate, a), msg(DoScanLead, a))
	default:
		t.handToCarrier(p, "")
	}
}

func (t *turn) handToCarrier(p *Parcel, auth string) {
	e := t.event(EventDispatched)
	e.Parcel, e.Waybill, e.WordS, e.Auth = p.No, p.Waybill.Number, t.wordAgeS(), auth
	a := Args{Waybill: p.Waybill.Number, Ref: ref(t.s)}
	t.say(OK, msg(MsgDispatched, a), msg(DoScanParcel, a))
}
