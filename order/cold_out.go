package order

import (
	"slices"
	"time"
)

// Events about time out of the cold, and about what keeps goods cold on their way.
const (
	EventChilled    EventType = "chilled"     // a tote, or parcel Parcel, stands in the cold again
	EventTooWarm    EventType = "too_warm"    // goods of class Reason in parcel Parcel are out for too long: a lead is to decide
	EventWarmPassed EventType = "warm_passed" // a lead let goods go on that were out for too long
	EventCooled     EventType = "cooled"      // the coolant Code went into parcel Parcel
)

// ColdRule limits how long goods of a temperature class may be out of the cold.
type ColdRule struct {
	Temp  Temp `json:"temp"`
	WarnS int  `json:"warn_s,omitempty"` // seconds after which the screen warns, 0 none
	HoldS int  `json:"hold_s"`           // seconds after which nothing goes on until a lead has decided
}

// maxHoldS is the longest a rule may leave goods out of the cold: a day, in seconds.
const maxHoldS = 24 * 3600

// ColdRule returns the limits of a class, or nil.
func (p *Policy) ColdRule(t Temp) *ColdRule {
	i := slices.IndexFunc(p.Cold, func(r ColdRule) bool { return r.Temp == t })
	if i < 0 {
		return nil
	}
	return &p.Cold[i]
}

// checkCold says what is wrong with the rules of the cold chain.
func (p *Policy) checkCold() string {
	for i, r := range p.Cold {
		switch {
		case !r.Temp.Cold() || r.HoldS <= 0 || r.HoldS > maxHoldS || r.WarnS < 0 || r.WarnS >= r.HoldS:
			return "a rule of cold needs a class, chilled or frozen, and a hold_s above its warn_s, at most a day"
		case slices.ContainsFunc(p.Cold[:i], func(o ColdRule) bool { return o.Temp == r.Temp }):
			return "class " + string(r.Temp) + " of cold stands twice"
		}
	}
	for _, r := range p.Coolants {
		if !r.Temp.Cold() || r.Packs < 0 || r.UpToH < 0 || r.Code != "" && (len(r.Code) > maxCode || !plainCode(r.Code)) {
			return "a coolant needs a class, chilled or frozen, and a short plain code, if any"
		}
	}
	for _, r := range p.Transits {
		if r.Hours < 0 || len(r.Region) > maxCode {
			return "a transit needs hours, and a short region"
		}
	}
	return ""
}

// tooWarm stops the work on the shipment on the bench while goods of it have been out of
// the cold for too long; a lead says whether they may go on. Nothing changes before.
func (t *turn) tooWarm(parcel int) bool {
	c := t.s.TooWarm(&t.env.Policy, parcel, t.in.At)
	if c == nil {
		return false
	}
	if op := t.badge(); op != nil {
		t.otherBadge(op)
		return true
	}
	t.askWarm(t.s, c, Question{Parcel: parcel})
	return true
}

// askWarm asks a lead whether goods may go on that were out of the cold for too long.
func (t *turn) askWarm(s *Shipment, c *OutClock, q Question) {
	a := Args{Ref: s.Ref(), Reason: string(c.Temp), AgeS: int(c.total(t.in.At) / time.Second)}
	q.Kind, q.Gate, q.Shipment = AskOverride, GateCold, s.ID
	t.ask(Blocked, q, msg(MsgTooWarm, a), msg(DoScanLead, a))
}

// backTooWarm keeps goods from being put back into stock that were out of the cold for too
// long; q is the question whether they were put back, and comes with the lead's word.
func (t *turn) backTooWarm(s *Shipment, q *Question) bool {
	c := s.TooWarm(&t.env.Policy, 0, t.in.At)
	if c == nil || slices.ContainsFunc(t.events, func(e Event) bool { return e.Type == EventWarmPassed }) {
		return false
	}
	t.askWarm(s, c, Question{Reason: q.Reason, Back: q.Back})
	return true
}

// letWarmPass lets goods go on that were out of the cold for too long: their time is
// counted anew from now.
func (t *turn) letWarmPass(s *Shipment, q *Question, op *Operator) {
	back := (*Instruction)(nil)
	if q.Reason != "" { // they go back to their places
		i, err := t.env.Book.Instruction(s.ID)
		t.keep(err)
		if i != nil && i.ID == q.Reason {
			back = i
		}
	}
	if back == nil && t.refuseStopped(s) {
		return
	}
	e := t.event(EventWarmPassed)
	e.Parcel, e.Auth = q.Parcel, string(op.ID)
	e.OutS = s.OutTotal(q.Parcel, t.in.At)
	if back != nil {
		t.instructed(&Question{Kind: AskPutBack, Shipment: s.ID, Reason: back.ID, Back: q.Back, What: back.what(), Do: back.Do()})
		return
	}
	do := t.nextHere()
	if t.b.Shipment == s.ID {
		do = t.next(s.now())
	}
	t.say(OK, msg(MsgOverridden, Args{Who: op.Name}), do)
}

// chill is the COLD code of the bench card: the tote of the work on the bench goes back
// into the cold; with nothing on the bench, the parcels that are scanned next do.
func (t *turn) chill() {
	switch {
	case t.s != nil && !t.s.out():
		t.say(WrongKind, msg(MsgNothingCold, Args{Ref: t.s.Ref()}), t.next(t.s.now()))
	case t.s != nil:
		t.event(EventChilled)
		t.say(OK, msg(MsgChilled, Args{Ref: t.s.Ref()}), t.next(t.s.now()))
	case t.b.Batch != nil || atTasks(t.b.Screen):
		t.notNow(CmdCold)
	case t.b.Chill:
		t.b.Chill = false
		t.say(OK, msg(MsgInDispatch, Args{}), msg(DoScanParcel, Args{}))
	case t.refuseRole(ScreenDispatch):
	default:
		t.b.Screen, t.b.Chill, t.b.Fetch, t.b.Load = ScreenDispatch, true, "", Carrier{}
		t.say(OK, msg(MsgIntoCold, Args{}), msg(DoScanChill, Args{}))
	}
}

// out says whether a clock of the shipment runs.
func (s *Shipment) out() bool {
	return slices.ContainsFunc(s.Out, func(c OutClock) bool { return !c.Since.IsZero() })
}

// chillParcel notes that a parcel stands in the cold.
func (t *turn) chillParcel(p *Parcel) {
	a := Args{Ref: t.s.Ref(), Waybill: p.Waybill.Number}
	if p.Dispatched || !slices.ContainsFunc(t.s.Out, func(c OutClock) bool { return !c.Since.IsZero() && t.s.clockOf(&c, p.No) }) {
		t.say(DoneAlready, msg(MsgNothingCold, a), msg(DoScanChill, a))
		return
	}
	e := t.event(EventChilled)
	e.Parcel = p.No
	t.say(OK, msg(MsgChilled, a), msg(DoScanChill, a))
}

// noteCold puts on an event of a parcel with cold goods how long they were out, and how
// cold their place is.
func (t *turn) noteCold(e *Event) {
	cold := t.s.ColdestIn(e.Parcel)
	if !cold.Cold() {
		return
	}
	e.OutS = t.s.OutTotal(e.Parcel, t.in.At)
	t.noteProbe(e, cold)
}

// noteProbe puts on an event how cold the place of goods of a class is.
func (t *turn) noteProbe(e *Event, cold Temp) {
	if t.env.Probe == nil {
		return
	}
	if r, ok := t.env.Probe(cold); ok {
		e.Probe, e.MilliC = r.Probe, r.MilliC
	}
}

// ProbeReading is what a probe says of a cold place.
type ProbeReading struct {
	Probe  DeviceID
	MilliC int // thousandths of a degree Celsius
}
