package order

import "time"

// Decide says what an input at the bench means: a function of the bench, the
// shipment on it (nil for none), the input and what the book holds, with no effect
// of its own. The error is the book's: nothing was decided then.
func Decide(b Bench, s *Shipment, in Input, env Env) (Decision, error) {
	t := &turn{b: b, s: s, in: in, env: env}
	if t.env.Zone == nil {
		t.env.Zone = time.UTC
	}
	t.decide()
	if t.err != nil {
		return Decision{}, t.err
	}
	return t.finish(), nil
}

// turn is one input being decided.
type turn struct {
	b   Bench // becomes the new bench
	s   *Shipment
	in  Input
	env Env

	verdict Verdict
	what    Message
	do      Message
	events  []Event
	prints  []PrintOrder
	err     error
}

func (t *turn) decide() {
	if t.in.Noise > 0 {
		t.say(Unknown, msg(MsgNoise, Args{N: t.in.Noise}), msg(DoScanOnce, Args{}))
		return
	}
	if t.in.Source == Weighed {
		t.weigh()
		return
	}
	cmd, isCommand := t.in.Command, t.in.Command != ""
	if !isCommand {
		cmd, isCommand = ParseCommand(t.in.Text)
	}
	if isCommand {
		t.command(cmd)
		return
	}
	if q := t.b.Question; q != nil {
		if t.answers(q) {
			return
		}
		t.b.Question = nil
	}
	if t.in.Unsure {
		t.ask(ConfirmAgain, Question{Kind: AskResend, Repeatable: true}, msg(MsgMaybeTwice, Args{Code: shown(t.in.Text)}), msg(DoScanAgain, Args{}))
		return
	}
	t.scan()
}

// scan handles a scan that answers no question.
func (t *turn) scan() {
	switch t.b.Screen {
	case ScreenQueue:
		t.queue()
	case ScreenPick:
		t.pick()
	case ScreenPack:
		t.pack()
	case ScreenLabel:
		t.label()
	case ScreenDispatch:
		t.dispatch()
	default:
		t.signIn()
	}
}

// answers handles a scan that may answer the question: the same scan again where
// that means yes, a lead's badge at a gate. It reports whether the scan is dealt with.
func (t *turn) answers(q *Question) bool {
	if q.Kind == AskOverride {
		if op := t.badge(); op != nil {
			t.override(q, op)
			return true
		}
		return false
	}
	if !q.Repeatable || t.in.Device != q.Device || !t.same(q) {
		return false
	}
	if t.in.At.Sub(q.ShownAt) < RepeatAfter {
		t.say(ConfirmAgain, q.What, q.Do)
		return true
	}
	t.yes(q)
	return true
}

// yes does what the question asked for.
func (t *turn) yes(q *Question) {
	t.b.Question = nil
	switch q.Kind {
	case AskTakeOver:
		if s := t.shipment(q.Shipment); s != nil {
			t.s = s
			t.enter(EventTakenOver, MsgTakenOver)
		}
	case AskHandOver:
		t.handOver()
	case AskLot:
		p := *t.b.Pending
		t.b.Pending, p.Confirmed = nil, true
		t.count(t.s.Line(p.Line), p)
	case AskShort:
		t.short(q)
	case AskResend:
		t.scan()
	case AskReprint:
		t.requestPrint(t.s.Parcel(q.Parcel))
	case AskPutBack:
		e := t.event(EventInstructed)
		e.Shipment, e.Reason = q.Shipment, q.Reason
		t.say(OK, msg(MsgInstructed, q.What.Args), msg(DoScanWork, Args{}))
	default:
		t.say(WrongKind, msg(MsgNoQuestion, Args{}), q.Do)
		t.b.Question = q
	}
}

// ask shows a question with a verdict.
func (t *turn) ask(v Verdict, q Question, what, do Message) {
	q.ShownAt, q.Device, q.What, q.Do = t.in.At, t.in.Device, what, do
	if q.Key == "" {
		q.Key = EventCode(t.in.Text)
	}
	t.b.Question = &q
	t.say(v, what, do)
	if len(t.events) == 0 {
		t.event(EventAsked).Reason = string(q.Kind)
	}
}

func (t *turn) say(v Verdict, what, do Message) { t.verdict, t.what, t.do = v, what, do }

func msg(code MsgCode, a Args) Message { return Message{Code: code, Args: a} }

// event adds a draft of the given type for the shipment on the bench.
func (t *turn) event(typ EventType) *Event {
	e := Event{Type: typ, V: EventVersion, At: t.in.At.UnixMilli(), By: t.b.Operator,
		Device: t.in.Device, Source: t.in.Source}
	if t.s != nil {
		e.Shipment, e.OrderVersion, e.FlowVersion = t.s.ID, t.s.Version, t.s.FlowVersion
	}
	t.events = append(t.events, e)
	return &t.events[len(t.events)-1]
}

// finish stamps the verdict on the first event; a verdict without one becomes an
// event of its own, for refusals are recorded too.
func (t *turn) finish() Decision {
	if len(t.events) == 0 {
		typ := EventRefused
		if t.verdict.Good() {
			typ = EventNoted
		}
		t.event(typ)
	}
	e := &t.events[0]
	e.Verdict, e.Msg, e.Frame = t.verdict, t.what.Code, t.in.Frame
	e.Code = t.eventCode()
	return Decision{Verdict: t.verdict, What: t.what, Do: t.do, Bench: t.b, Events: t.events, Prints: t.prints}
}

// eventCode is the scanned code as an event may hold it: never a badge.
func (t *turn) eventCode() string {
	switch {
	case t.in.Command != "":
		return CommandPrefix + string(t.in.Command)
	case t.in.Text == "" || t.events[0].Type == EventSignedIn || t.events[0].Type == EventSignedOut,
		t.b.Question != nil && t.b.Question.Kind == AskHandOver,
		t.b.Screen == ScreenSignIn, t.what.Code == MsgSignedInYet, t.what.Code == MsgBadgeInvalid,
		t.what.Code == MsgOverridden, t.what.Code == MsgNotLead:
		return ""
	}
	return EventCode(t.in.Text)
}

// same says whether the scan is the one that brought the question up.
func (t *turn) same(q *Question) bool {
	if q.Kind == AskHandOver {
		op := t.badge()
		return op != nil && badgeKey(op.ID) == q.Key
	}
	return EventCode(t.in.Text) == q.Key
}

// The book, with its first error kept.

func (t *turn) shipment(id ShipmentID) *Shipment {
	if t.s != nil && t.s.ID == id {
		return t.s
	}
	s, err := t.env.Book.Shipment(id)
	t.keep(err)
	return s
}

func (t *turn) find(key string, limit int) []Ref {
	refs, err := t.env.Book.Find(key, limit)
	t.keep(err)
	return refs
}

func (t *turn) badge() *Operator {
	op, err := t.env.Book.Badge(t.in.Text)
	t.keep(err)
	return op
}

func (t *turn) keep(err error) {
	if t.err == nil {
		t.err = err
	}
}

func (t *turn) today() Date { return DateOf(t.in.At.In(t.env.Zone)) }

// ref is the number by which people call a shipment.
func ref(s *Shipment) string {
	if len(s.Orders) > 0 {
		return s.Orders[0].External
	}
	return string(s.ID)
}
