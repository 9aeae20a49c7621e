package order

import (
	"slices"
	"strings"
	"time"
)

// Decide says what an input at the bench means: a function of the bench, the
// shipment on it (nil for none), the input and what the book holds, with no effect
// of its own. The error is the book's: nothing was decided then.
//
// A verdict that is not Good leaves every shipment as it was.
func Decide(b Bench, s *Shipment, in Input, env Env) (Decision, error) {
	t := &turn{b: b, s: s, bench: s, in: in, env: env}
	if b.Batch != nil {
		t.b.Batch = b.Batch.copied()
	}
	if t.env.Zone == nil {
		t.env.Zone = time.UTC
	}
	t.in.Readings = cleanReadings(in.Readings)
	t.decide()
	if t.err != nil {
		return Decision{}, t.err
	}
	return t.finish(), nil
}

// turn is one input being decided.
type turn struct {
	b     Bench     // becomes the new bench
	s     *Shipment // what the input is about
	bench *Shipment // what lay on the bench before
	in    Input
	env   Env

	half   *Pending // unit that still lacked something before this input
	spent  bool     // that unit was refused and must be scanned anew
	badged bool     // the scan is somebody's badge: no trace of its code

	k     *Task     // on the bench, once it was asked for
	real  *Shipment // in a batch: the shipment without the goods in the hand
	ahead outlook   // the shipment as this input leaves it, where that is known before the end

	shadowed []string // what rules on trial would have said

	want, saw SKU // goods that were wanted, and those that were scanned in their place

	settled int // parcel that this input weighs or labels: its weight is final; 0 none

	verdict Verdict
	what    Message
	do      Message
	events  []Event
	prints  []PrintOrder
	err     error
}

func (t *turn) decide() {
	t.settle()
	if t.settlePanel() {
		return
	}
	t.half = t.b.Pending
	screen := t.b.Screen
	switch q := t.b.Question; {
	case q != nil && q.Kind == AskPIN && t.pin(q):
		return
	case t.in.Source == Weighed:
		t.weigh()
		return
	case t.in.Noise > 0 || t.in.Command == "" && strings.TrimSpace(t.in.Text) == "":
		t.say(Unknown, msg(MsgNoise, Args{N: t.in.Noise}), msg(DoScanOnce, Args{}))
		return
	case t.in.Unsure:
		t.ask(ConfirmAgain, Question{Kind: AskResend, Repeatable: true},
			msg(MsgMaybeTwice, Args{Code: t.shownCode()}), msg(DoScanAgain, Args{}))
	case q != nil && q.Kind == AskResend && t.answers(q):
	default:
		t.act()
	}
	// A wrong scan changes nothing, so it does not lose the half-known unit either; nor does
	// the place that the unit came from.
	if t.half != nil && !t.spent && (!t.verdict.Good() || t.atPlaceOf(t.half)) && t.b.Pending == nil && t.b.Question == nil && t.b.Screen == screen {
		t.b.Pending = t.half
		t.askOn()
	}
}

// settle brings the bench in line with its shipment, whose plan the centre may
// have changed or withdrawn since the last scan.
func (t *turn) settle() {
	t.b.Zones = t.env.Policy.Zones
	switch {
	case t.b.Operator == "":
		t.b.Screen, t.s = ScreenSignIn, nil
	case t.b.Batch != nil:
		t.settleBatch()
	case t.s != nil:
		t.turnTo(screenFor(t.s.now()))
	case atTasks(t.b.Screen):
		t.settleTask()
	case t.b.Screen != ScreenDispatch || t.b.Shipment != "":
		q := t.b.Question
		t.leave()
		t.b.Question = q
	}
}

// turnTo shows the screen on which the shipment on the bench goes on.
func (t *turn) turnTo(screen Screen) {
	switch {
	case screen == ScreenQueue:
		t.leave()
	case t.b.Screen != screen:
		t.b.Screen, t.b.Focus = screen, 0
	}
}

// act does what the input orders, answers or brings.
func (t *turn) act() {
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
		defer t.keepQty(q)
	}
	t.scan()
}

// keepQty leaves the question how many where it was, and that of goods of which some are
// put back: a wrong scan changes nothing.
func (t *turn) keepQty(q *Question) {
	if q.Kind == AskPutBack && !t.verdict.Good() && t.b.Question == nil && len(q.Back) > 0 {
		t.b.Question = q
	}
	if q.Kind == AskQty && !t.verdict.Good() && t.b.Question == nil && t.b.Pending == nil {
		t.b.Question = q
		if t.verdict == Unknown { // there is nothing to put back: the answer is the next step
			t.do = q.Do
		}
	}
}

// scan handles a scan that answers no question.
func (t *turn) scan() {
	if t.countsNothing() {
		return
	}
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
	case ScreenBatch, ScreenWall, ScreenDrop:
		t.batch()
	case ScreenTasks, ScreenReturn, ScreenStock:
		t.task()
	default:
		t.signIn()
	}
}

func (t *turn) say(v Verdict, what, do Message) { t.verdict, t.what, t.do = v, what, do }

func msg(code MsgCode, a Args) Message { return Message{Code: code, Args: a} }

// event adds a draft of the given type for the shipment the input is about.
func (t *turn) event(typ EventType) *Event {
	e := Event{Type: typ, V: EventVersion, At: t.in.At.UnixMilli(), By: t.b.Operator,
		Device: t.in.Device, Source: t.in.Source}
	if t.s != nil {
		e.Shipment, e.OrderVersion, e.FlowVersion = t.s.ID, t.s.Version, t.s.FlowVersion
	}
	t.events = append(t.events, e)
	return &t.events[len(t.events)-1]
}

// note makes sure that the verdict has an event, while t.s still is the shipment
// that it speaks of: refusals are recorded too.
func (t *turn) note() {
	if len(t.events) > 0 {
		return
	}
	typ := EventRefused
	if t.verdict.Good() {
		typ = EventNoted
	}
	t.event(typ)
}

// finish stamps the verdict on the first event.
func (t *turn) finish() Decision {
	t.note()
	e := &t.events[0]
	e.Verdict, e.Msg, e.Frame = t.verdict, t.what.Code, t.in.Frame
	e.Code = t.eventCode()
	t.stampMixup(e)
	t.stampShadow(e)
	e.Mended = slices.ContainsFunc(t.in.Readings, func(r Reading) bool { return r.Mended })
	return Decision{Verdict: t.verdict, What: t.what, Do: t.do, Bench: t.b, Events: t.events, Prints: t.prints}
}

// eventCode is the scanned code as an event may hold it: never a badge, and
// nothing from a screen that waits for one.
func (t *turn) eventCode() string {
	switch {
	case t.in.Command != "":
		return CommandPrefix + string(t.in.Command)
	case t.in.Text == "", t.badged, t.b.Screen == ScreenSignIn:
		return ""
	}
	if role, ok := roleOf(t.in.Text); ok {
		return RolePrefix + string(role)
	}
	if t.verdict == Unknown {
		return Fingerprint(t.in.Text) // nobody knows what it is: perhaps a phone number
	}
	return EventCode(t.in.Text)
}

// shownCode is the scanned code as a message may show it: never a badge.
func (t *turn) shownCode() string {
	if t.badge() != nil {
		return ""
	}
	return shown(t.in.Text)
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
	if key == "" {
		return nil
	}
	refs, err := t.env.Book.Find(key, limit)
	t.keep(err)
	return refs
}

// badge returns whose badge was scanned, or nil.
func (t *turn) badge() *Operator {
	op, err := t.env.Book.Badge(t.in.Text)
	t.keep(err)
	t.badged = t.badged || op != nil
	return op
}

func (t *turn) keep(err error) {
	if t.err == nil {
		t.err = err
	}
}

func (t *turn) today() Date { return DateOf(t.in.At.In(t.env.Zone)) }
