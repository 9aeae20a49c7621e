package order

import (
	"slices"
	"time"
)

// Wrong PINs: so many at a bench in a row, then it takes none for a while.
const (
	pinTries = 5
	pinWait  = time.Minute
)

// wantsPIN says whether a person must give a PIN beside the badge: one of their roles
// asks for it.
func (t *turn) wantsPIN(op *Operator) bool {
	return slices.ContainsFunc(t.env.Policy.PINRoles, op.Has)
}

// askPIN asks for the PIN of a badge that was scanned; then says what it opens.
func (t *turn) askPIN(op *Operator, q Question) {
	a := Args{Who: op.Name}
	switch {
	case op.PIN == "":
		t.say(Blocked, msg(MsgNoPIN, a), msg(DoCallLead, a))
	case t.pinLocked():
		a.AgeS = int(pinWait / time.Second)
		t.say(Blocked, msg(MsgPINWait, a), msg(DoWait, a))
	default:
		q.Then, q.Kind, q.Repeatable = q.Kind, AskPIN, false
		q.Who, q.Digits = op.ID, op.PINDigits
		t.ask(Needs, q, msg(MsgAskPIN, a), msg(DoPIN, a))
	}
}

func (t *turn) pinLocked() bool {
	since := t.in.At.Sub(t.b.WrongPINAt)
	return t.b.WrongPINs >= pinTries && since >= 0 && since < pinWait
}

// pin takes digits as the PIN that was asked for, and goes on with what it opens. It
// leaves no trace of the digits. Anything else is no answer.
func (t *turn) pin(q *Question) bool {
	if t.in.Command != "" || t.in.Source == Weighed || !IsPIN(t.in.Text) {
		return false
	}
	t.badged = true
	op, err := t.env.Book.Operator(q.Who)
	t.keep(err)
	switch {
	case t.err != nil:
	case op == nil || !op.ValidAt(t.in.At):
		t.b.Question = nil
		t.say(Blocked, msg(MsgUnknownBadge, Args{}), msg(DoCallLead, Args{}))
	case t.pinLocked():
		t.b.Question = nil
		t.say(Blocked, msg(MsgPINWait, Args{Who: op.Name, AgeS: int(pinWait / time.Second)}), msg(DoWait, Args{}))
	case !CheckPIN(op.PIN, t.in.Text):
		t.wrongPIN(op, q)
	default:
		t.b.WrongPINs, t.b.WrongPINAt, t.b.Question = 0, time.Time{}, nil
		t.known(op, q)
	}
	return true
}

func (t *turn) wrongPIN(op *Operator, q *Question) {
	if t.in.At.Sub(t.b.WrongPINAt).Abs() >= pinWait {
		t.b.WrongPINs = 0
	}
	t.b.WrongPINs, t.b.WrongPINAt = t.b.WrongPINs+1, t.in.At
	if t.b.WrongPINs >= pinTries {
		t.b.Question = nil
	}
	t.say(Blocked, msg(MsgWrongPIN, Args{Who: op.Name, N: max(pinTries-t.b.WrongPINs, 0)}), q.Do)
}

// known goes on with what badge and PIN open.
func (t *turn) known(op *Operator, q *Question) {
	switch q.Then {
	case AskOverride:
		t.overridden(q, op)
	case AskHandOver:
		t.handOverTo(op)
	default:
		t.seat(op)
		t.resume(op)
	}
}

// Call is a person's call for the lead that nobody has answered yet.
type Call struct {
	At       time.Time  `json:"at"`
	By       OperatorID `json:"by"`
	Name     string     `json:"name,omitempty"`
	Shipment ShipmentID `json:"shipment,omitempty"`
	Ref      string     `json:"ref,omitempty"`
}

// call calls the lead: it stands on the screen and at the centre until a lead's badge
// answers it at this bench.
func (t *turn) call() {
	if t.b.Called != nil {
		t.event(EventNoted).Reason = "call"
		t.say(DoneAlready, msg(MsgCalledYet, Args{AgeS: max(int(t.in.At.Sub(t.b.Called.At)/time.Second), 0)}), t.doAsked())
		return
	}
	c := &Call{At: t.in.At, By: t.b.Operator, Name: t.b.OperatorName}
	if t.s != nil {
		c.Shipment, c.Ref = t.s.ID, t.s.Ref()
	}
	t.event(EventCalled)
	t.b.Called = c
	t.say(OK, msg(MsgCalled, Args{}), t.doAsked())
}

// leadCame ends a call by the badge of a lead, whatever else is asked.
func (t *turn) leadCame(op *Operator) bool {
	if t.b.Called == nil || !op.Has(RoleLead) || !op.ValidAt(t.in.At) {
		return false
	}
	e := t.event(EventCallEnded)
	e.Auth = string(op.ID)
	e.Shipment = t.b.Called.Shipment
	e.Since = t.b.Called.At.UnixMilli()
	t.b.Called = nil
	t.say(OK, msg(MsgLeadCame, Args{Who: op.Name}), t.doAsked())
	return true
}
