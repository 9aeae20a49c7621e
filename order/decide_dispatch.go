package order

// dispatch hands parcels over by their waybills.
func (t *turn) dispatch() {
	refs := t.findAll()
	for _, r := range refs {
		if r.Kind != RefWaybill {
			continue
		}
		s := t.shipment(r.Shipment)
		if s == nil || s.Parcel(r.Parcel) == nil {
			continue
		}
		on := t.s
		t.s = s
		if p := s.Parcel(r.Parcel); t.scannedVoid(p) {
			t.oldPaper(p)
		} else if t.b.Chill {
			t.chillParcel(p)
		} else {
			t.handOverParcel(p, nil)
		}
		t.note()
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
	if t.pickup() || len(refs) == 0 && t.chooseLoad() {
		return
	}
	if len(refs) == 0 && t.comesYet() {
		return
	}
	if number := t.foreignWaybill(); number != "" && len(refs) == 0 {
		t.say(OtherOrder, msg(MsgNotOfBench, Args{Waybill: number}), msg(DoHandOverThere, Args{Waybill: number}))
		return
	}
	t.say(WrongKind, msg(MsgNotParcel, Args{Code: shown(t.in.Text)}), msg(DoScanParcel, Args{}))
}

// handOverParcel hands a parcel of t.s to its carrier; lead is who opened a closed
// gate, or nil.
func (t *turn) handOverParcel(p *Parcel, lead *Operator) {
	if p == nil {
		t.say(Unknown, msg(MsgUnknownCode, Args{}), msg(DoScanParcel, Args{}))
		return
	}
	a := Args{Waybill: p.Waybill.Number, Ref: t.s.Ref(), AgeS: t.wordAgeS()}
	switch {
	case p.Dispatched && t.instruct(t.s):
	case p.Dispatched:
		t.say(DoneAlready, msg(MsgDispatchedYet, a), msg(DoScanParcel, a))
	case t.instruct(t.s) || t.askUnhold(t.s) || t.refuseStopped(t.s):
	case !t.s.AllLabelled():
		t.say(Blocked, msg(MsgNotPacked, a), msg(DoPackFirst, a))
	case t.void(p):
		a.Reason = t.s.PaperVoid(p, PaperWaybill)
		t.say(Blocked, msg(MsgPaperVoid, a), msg(DoCallLead, a))
	case t.refusePaper(p):
	case !t.allows(t.s, TriggerDispatch, StageDispatched):
		t.notAllowed(t.s)
	case t.refuseLoad(p):
	case t.tooWarm(p.No):
	case t.refusePickup(p, lead):
	case lead != nil:
		t.handToCarrier(p).Auth = string(lead.ID)
		t.what = msg(MsgOverridden, Args{Who: lead.Name})
	case !t.gateOpen(GateDispatch, t.s):
		t.ask(Blocked, Question{Kind: AskOverride, Gate: GateDispatch, Shipment: t.s.ID, Parcel: p.No},
			msg(MsgDispatchGate, a), msg(DoScanLead, a))
	default:
		t.handToCarrier(p)
	}
}

func (t *turn) handToCarrier(p *Parcel) *Event {
	e := t.event(EventDispatched)
	e.Parcel, e.Waybill, e.WordS = p.No, p.Waybill.Number, t.wordAgeS()
	t.noteCold(e)
	if t.s.Pickup != "" {
		t.handToBuyer(e)
		return e
	}
	t.b.Load = t.s.Carrier
	left := t.stillWaiting(p)
	a := Args{Waybill: p.Waybill.Number, Ref: t.s.Ref(), Name: t.s.Carrier.Name, SKU: SKU(t.s.Carrier.ID), N: max(left, 0)}
	do := msg(DoScanParcel, a)
	if left == 0 {
		do = msg(DoCloseLoad, a)
	}
	t.say(OK, msg(MsgDispatched, a), do)
	return e
}
