package order

import "time"

// proceed prints what is due on the way to the label step and names the next step.
func (t *turn) proceed(o outlook) {
	t.ahead = o
	if t.b.Screen == ScreenLabel {
		t.voidPapers(o)
		t.printMissing()
	}
	if t.do.Code == "" {
		t.do = t.next(o)
	}
}

// screenFor returns the screen on which a shipment goes on.
func screenFor(o outlook) Screen {
	switch {
	case o.closedFirst() != nil:
		return ScreenLabel
	case !o.pickDone():
		return ScreenPick
	case !o.packDone():
		return ScreenPack
	case !o.AllLabelled():
		return ScreenLabel
	}
	return ScreenQueue
}

// next is the "do" line for a shipment on the bench as it will stand.
func (t *turn) next(o outlook) Message {
	switch screenFor(o) {
	case ScreenPick:
		if l := currentLine(o, t.b); l != nil {
			return t.goTo(l, l.Open())
		}
		if zone := o.nextZone(t.b.Zones); zone != "" {
			return t.passStep(o, zone)
		}
	case ScreenPack:
		return msg(DoPackMore, Args{N: o.unverified()})
	case ScreenLabel:
		return t.nextLabel(o)
	}
	return msg(DoNextOrder, Args{})
}

// nextLabel is the "do" line of the label step: the first box without its label.
func (t *turn) nextLabel(o outlook) Message {
	s := o.Shipment
	for i := range s.Parcels {
		p := &s.Parcels[i]
		switch {
		case !o.labelDue(p):
		case t.numberFor(p) == "":
			return msg(DoWaitNumber, Args{Need: p.No, Name: s.Carrier.Name, SKU: SKU(s.Carrier.ID)})
		case o.paperVoid(p, PaperWaybill) != "":
			return msg(DoReprint, Args{Waybill: p.Waybill.Number})
		case p.PrintRequests == 0 && len(t.prints) == 0:
			return msg(DoPrint, Args{Waybill: t.printedNumber(p)})
		default:
			return t.stickStep(o, p)
		}
	}
	return msg(DoCallLead, Args{}) // no box at all: the centre must plan one
}

// stickStep is the "do" line of a box whose waybill was asked for: what it wants before its
// label counts, else the label.
func (t *turn) stickStep(o outlook, p *Parcel) Message {
	s, x := o.Shipment, *p
	if len(t.env.Policy.Coolants) > 0 || len(t.env.Policy.Inserts) > 0 {
		s = o.whole()
	}
	if t.settled == p.No { // its weight is on the way
		x.WeightG = max(x.WeightG, 1)
	}
	if first := t.env.Policy.BeforeLabel(s, &x, t.b.Recheck, t.env.HasScale, t.today()); first != nil {
		return *first
	}
	return msg(DoWaitLabel, Args{Waybill: t.printedNumber(p)})
}

// BeforeLabel is the next step of a full box before its label counts, at a bench with or
// without a scale on a day, where the goods of a box that r names are looked through; nil
// where the label is next.
func (p *Policy) BeforeLabel(s *Shipment, x *Parcel, r *Recheck, scale bool, day Date) *Message {
	var do Message
	if r != nil && r.Parcel == x.No && x.WeightG == 0 {
		do = r.step(s)
	} else if r := p.coolantDue(s, x); r != nil {
		do = doCoolant(r, x)
	} else if in := p.insertDue(s, x); in != nil {
		do = msg(DoEnclose, Args{Name: in.Name, Need: x.No})
	} else if scale && p.Weigh.Required && x.WeightG == 0 && !p.trial(nil, day) {
		do = msg(DoWeighFirst, Args{Need: x.No, Waybill: x.Waybill.Number})
	} else {
		return nil
	}
	return &do
}

// nextHere is the "do" line for whatever is on the bench.
func (t *turn) nextHere() Message {
	switch {
	case t.b.Batch != nil && !t.b.Batch.Packing:
		return t.batchStep()
	case t.s != nil:
		return t.next(t.s.now())
	case t.b.Screen == ScreenDispatch:
		return msg(DoScanParcel, Args{})
	case atTasks(t.b.Screen):
		return t.taskStep(t.taskOnBench())
	case t.b.Screen == ScreenQueue:
		return msg(DoScanWork, Args{})
	}
	return msg(DoScanBadge, Args{})
}

func (t *turn) goTo(l *Line, open int) Message {
	if t.s != nil {
		open = min(open, t.s.with(*l).takeNow(l))
	}
	a := Args{Name: l.Name, SKU: l.SKU, N: open, Location: l.Location, Lot: l.Lot}
	if l.Location == "" || t.b.Located == l.Location {
		return msg(DoPickMore, a)
	}
	return msg(DoGoTo, a)
}

// current is the line the operator is at: the one turned to, else the next.
func (t *turn) current(s *Shipment) *Line { return CurrentLine(s, t.b) }

// atHand is the line of the shipment on the bench that is picked now, in a batch too, or nil.
func (t *turn) atHand() *Line {
	switch {
	case t.s == nil:
		return nil
	case t.b.Batch != nil:
		return t.s.Line(t.b.Focus)
	}
	return t.current(t.s)
}

// CurrentLine returns the line that the bench shows for a shipment, or nil.
func CurrentLine(s *Shipment, b Bench) *Line { return currentLine(s.now(), b) }

func currentLine(o outlook, b Bench) *Line {
	if b.Screen == ScreenPack {
		if l := o.get(b.Focus); l != nil && l.Unverified() > 0 && !o.kitWaits(l, PackEach) {
			return l
		}
		return o.nextToPack()
	}
	if l := o.get(b.Focus); l != nil && l.Open() > 0 && !o.kitWaits(l, PackByPick) {
		return l
	}
	return o.nextLine(b.Skipped, b.Zones)
}

// wanted is what the operator should be at.
func (t *turn) wanted() Args {
	if t.s != nil {
		if l := t.current(t.s); l != nil {
			return Args{Name: l.Name, SKU: l.SKU, Location: l.Location, N: l.Open()}
		}
	}
	return Args{}
}

// gateOpen says whether a step that cannot be undone may be taken now: the lease
// is valid and the centre's last word young enough.
func (t *turn) gateOpen(g Gate, s *Shipment) bool {
	limit := t.env.Policy.PrintWordAgeS
	if g == GateDispatch {
		limit = t.env.Policy.dispatchWordAge(s)
	}
	if !t.env.Book.LeaseValid(s.ID, t.in.At) {
		return false
	}
	return limit == 0 || t.env.WordAge >= 0 && t.env.WordAge <= time.Duration(limit)*time.Second
}

// wordAgeS is the age of the centre's last word in seconds, -1 for never heard.
func (t *turn) wordAgeS() int {
	if t.env.WordAge < 0 {
		return -1
	}
	return int(t.env.WordAge / time.Second)
}

// flowOf returns the flow of a shipment, or nil where the station does not have it
// at hand; what happens to the shipment on the bench is always judged.
func (t *turn) flowOf(s *Shipment) *Flow {
	switch {
	case s == t.bench && t.env.Flow != nil:
		return t.env.Flow
	case t.env.Flows != nil:
		f, err := t.env.Flows(s.Flow, s.FlowVersion)
		t.keep(err)
		return f
	}
	if f := presets[s.Flow]; f != nil && f.Version == s.FlowVersion {
		return f
	}
	return nil
}

// allows says whether the flow lets the trigger move the shipment, or has it
// where the trigger leads already.
func (t *turn) allows(s *Shipment, on Trigger, there Stage) bool {
	f := t.flowOf(s)
	if f == nil || f.Stage(s.State) == there {
		return true
	}
	_, ok := f.Move(s.State, on)
	return ok
}

// refuseFlow refuses the step at which the shipment stands where its flow does
// not allow what the step ends in: a command that does not fit is refused at the
// station, unlike an event, which did happen.
func (t *turn) refuseFlow(s *Shipment, at Screen) bool {
	on, there := TriggerPackDone, StageAwaitingDispatch
	if at == ScreenPick || at == ScreenBatch || at == ScreenWall || !s.PickDone() {
		on, there = TriggerPickDone, StagePicked
	}
	if t.allows(s, on, there) {
		return false
	}
	t.notAllowed(s)
	return true
}

func (t *turn) notAllowed(s *Shipment) {
	a := Args{Ref: s.Ref(), Reason: string(s.State)}
	if f := t.flowOf(s); f != nil {
		st, _ := f.State(s.State)
		a.Name = st.Name
	}
	t.say(Blocked, msg(MsgNotAllowed, a), msg(DoCallLead, Args{}))
}
