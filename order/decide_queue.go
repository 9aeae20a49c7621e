package order

import "slices"

// findLimit is how many references a rule looks at; more of one code is "several".
const findLimit = 20

// queue opens the work that a code identifies.
func (t *turn) queue() {
	if op := t.badge(); op != nil {
		t.otherBadge(op)
		return
	}
	refs := t.findAll()
	work := workOf(refs)
	switch {
	case t.err != nil:
	case t.single(refs):
	case len(work) == 1:
		t.open(work[0], false)
	case len(work) == 0 && t.openPicked():
	case len(work) > 1:
		t.say(Ambiguous, msg(MsgSeveral, Args{N: len(work)}), msg(DoNarrower, Args{}))
	default:
		t.notWork(refs)
	}
}

// openPicked opens the order that waits, picked, with goods that were scanned: no line of
// it wants them any more. It reports false where there is none.
func (t *turn) openPicked() bool {
	var ids []ShipmentID
	for _, r := range t.in.Readings {
		if r.Key == "" {
			continue
		}
		found, err := t.env.Book.Picked(r.Key, findLimit)
		t.keep(err)
		for _, id := range found {
			ids = addOnce(ids, id)
		}
	}
	switch {
	case t.err != nil || len(ids) == 0:
		return t.err != nil
	case len(ids) == 1:
		t.open(ids[0], false)
	default:
		t.say(Ambiguous, msg(MsgSeveral, Args{N: len(ids)}), msg(DoNarrower, Args{}))
	}
	return true
}

// findAll returns what any reading names.
func (t *turn) findAll() (all []Ref) {
	for _, r := range t.in.Readings {
		all = append(all, t.find(r.Key, findLimit)...)
	}
	return all
}

// findWork returns what the first reading names that any open work knows, else
// what the first understood reading names.
func (t *turn) findWork() (best []Ref) {
	for _, r := range t.in.Readings {
		refs := t.find(r.Key, findLimit)
		if slices.ContainsFunc(refs, func(r Ref) bool { return r.Shipment != "" }) {
			return refs
		}
		if best == nil {
			best = refs
		}
	}
	return best
}

// workOf returns the distinct shipments that the references open: those named by a
// number of their own where there are any, else those that want the goods or have
// lines at the location.
func workOf(refs []Ref) []ShipmentID {
	var direct, indirect []ShipmentID
	for _, r := range refs {
		switch {
		case r.Shipment == "":
		case r.Kind == RefShipment || r.Kind == RefWaybill || r.Kind == RefTote:
			direct = addOnce(direct, r.Shipment)
		default:
			indirect = addOnce(indirect, r.Shipment)
		}
	}
	if len(direct) > 0 {
		return direct
	}
	return indirect
}

func addOnce(ids []ShipmentID, id ShipmentID) []ShipmentID {
	if slices.Contains(ids, id) {
		return ids
	}
	return append(ids, id)
}

// notWork answers a scan that names no open work.
func (t *turn) notWork(refs []Ref) {
	for _, r := range refs {
		switch r.Kind {
		case RefProduct:
			t.say(WrongItem, msg(MsgNotInOrder, Args{Name: r.Name, SKU: r.SKU}),
				msg(putBackTo(r.Location), Args{Location: r.Location}))
			return
		case RefLocation:
			t.say(WrongKind, msg(MsgLocation, Args{Location: r.Location}), msg(DoScanWork, Args{}))
			return
		}
	}
	if !t.pickup() && !t.toteOfTask(msg(DoToTasks, Args{})) && !t.taskByNumber() {
		t.say(Unknown, msg(MsgUnknownCode, Args{Code: shown(t.in.Text)}), msg(DoScanWork, Args{}))
	}
}

func putBackTo(l LocationID) MsgCode {
	if l == "" {
		return DoSetAside
	}
	return DoPutBack
}

// putsAside says whether a next step is to get rid of goods that nobody wants here.
func putsAside(do MsgCode) bool { return do == DoPutBack || do == DoPutBackHere || do == DoSetAside }

// shown cuts a code to what a message line can hold.
func shown(text string) string {
	r := []rune(text)
	if len(r) > 32 {
		return string(r[:31]) + "…"
	}
	return text
}

// open starts or continues a shipment, or says why not. taking says that the
// question whether to take it over was answered.
func (t *turn) open(id ShipmentID, taking bool) {
	s := t.shipment(id)
	if s == nil {
		t.say(Unknown, msg(MsgUnknownCode, Args{Code: shown(t.in.Text)}), msg(DoScanWork, Args{}))
		return
	}
	t.s = s
	switch {
	case t.askUnhold(s):
		t.s = nil
	case t.instruct(s) || t.reservedTote(s, msg(DoScanWork, Args{})) || t.refuseWork(s):
		t.note()
		t.s = nil
	case s.Owner == "" || s.Owner == t.b.Operator:
		t.enter(EventOpened, MsgOpened)
	case taking && s.Batch != "" && t.takeBatch(s):
	case taking:
		t.enter(EventTakenOver, MsgTakenOver)
	case t.askTakeBatch(s):
		t.s = nil
	default:
		who := t.env.Book.OperatorName(s.Owner)
		t.ask(Taken, Question{Kind: AskTakeOver, Repeatable: true, Shipment: s.ID, Reason: string(s.Owner)},
			msg(MsgBelongsTo, Args{Ref: s.Ref(), Who: who}), msg(DoScanAgain, Args{}))
		t.s = nil
	}
}

// askUnhold asks a lead whether work that a bench put aside may go on.
func (t *turn) askUnhold(s *Shipment) bool {
	h := s.Stopped()
	if h == nil || h.Code != ToVerify || !t.b.Lead || s.Cancelled {
		return false
	}
	a := Args{Ref: s.Ref(), Reason: string(h.Code)}
	t.ask(ConfirmAgain, Question{Kind: AskUnhold, Shipment: s.ID, Reason: string(h.Code)}, msg(MsgAskUnhold, a), msg(DoScanYes, a))
	return true
}

// unhold lifts the hold that was asked about.
func (t *turn) unhold(q *Question) {
	on := t.s
	if t.s = t.shipment(q.Shipment); t.s == nil || !t.b.Lead {
		t.s = on
		t.say(WrongKind, msg(MsgNoQuestion, Args{}), t.nextHere())
		return
	}
	asked := *q
	asked.Gate = GateHold
	if t.askReason(&asked, t.b.Operator) {
		t.s = on
		return
	}
	e := t.event(EventUnheld)
	e.Reason, e.Auth, e.Why = q.Reason, string(t.b.Operator), q.Why
	a := Args{Ref: t.s.Ref()}
	t.s = on
	t.say(OK, msg(MsgUnheld, a), t.nextHere())
}

// reservedTote refuses the tote of work of another kind, by that kind and its name.
func (t *turn) reservedTote(s *Shipment, do Message) bool {
	f := t.flowOf(s)
	if f == nil || f.Kind == "shipment" || !t.anyKey(func(k string) bool { return k == CodeKey(s.tote()) }) {
		return false
	}
	t.say(OtherOrder, msg(MsgToteReserved, Args{Ref: s.Ref(), Reason: f.Kind, Code: shown(t.in.Text)}), do)
	return true
}

// takeOver opens the work of the person the question named; if it is somebody
// else's by now, it asks again.
func (t *turn) takeOver(q *Question) {
	s := t.shipment(q.Shipment)
	if s == nil || !t.isHere(s) {
		t.say(Blocked, msg(MsgWorkGone, Args{Ref: q.What.Args.Ref}), msg(DoScanWork, Args{}))
		return
	}
	t.open(q.Shipment, string(s.Owner) == q.Reason)
}

// refuseWork says what forbids work on the shipment.
func (t *turn) refuseWork(s *Shipment) bool {
	if t.refuseStopped(s) {
		return true
	}
	a := Args{Ref: s.Ref()}
	if s.AllLabelled() {
		t.say(DoneAlready, msg(MsgFinished, a), msg(DoScanWork, Args{}))
		return true
	}
	return t.refuseZone(s) || t.refuseRole(screenFor(s.now())) || t.refuseFlow(s, screenFor(s.now())) || t.refuseLease(s)
}

// refuseLease forbids work that was not begun where the station holds no valid
// lease; what was begun may be finished.
func (t *turn) refuseLease(s *Shipment) bool {
	if s.Started() || t.env.Book.LeaseValid(s.ID, t.in.At) {
		return false
	}
	t.say(Blocked, msg(MsgNoLease, Args{Ref: s.Ref()}), msg(DoReconnect, Args{}))
	return true
}

// refuseStopped says that a shipment is cancelled or held.
func (t *turn) refuseStopped(s *Shipment) bool {
	what, do, stopped := WhyStopped(s.Ref(), s.Cancelled, s.Holds)
	if !stopped {
		return false
	}
	if !s.Cancelled && t.b.Lead { // what a bench put aside a lead is asked about before
		do = msg(DoLeadHeld, Args{Ref: s.Ref()})
	}
	t.say(Blocked, what, do)
	return true
}

// barred refuses any work on the shipment on the bench once it is cancelled,
// stopped, or moved to where its flow allows no such work. A badge still is a
// badge, and an instruction of the centre comes first.
func (t *turn) barred() bool {
	s := t.s
	stopped := s.Cancelled || s.Stopped() != nil
	if !stopped && !t.refuseFlow(s, t.b.Screen) {
		return t.tooWarm(0)
	}
	if op := t.badge(); op != nil {
		t.otherBadge(op)
		return true
	}
	return !stopped || t.instruct(s) || t.askUnhold(s) || t.refuseStopped(s)
}

// enter puts t.s on the bench.
func (t *turn) enter(typ EventType, what MsgCode) {
	s := t.s
	need, picked, _ := s.Units()
	a := Args{Ref: s.Ref(), N: len(s.Lines), Need: need}
	if what == MsgOpened && s.Started() {
		what, a.N = MsgResumed, picked
	}
	e := t.event(typ)
	if t.b.Batch != nil {
		e.Batch = t.b.Batch.ID
	}
	t.clear()
	t.b.Shipment, t.b.Screen = s.ID, screenFor(s.now())
	t.say(OK, msg(what, a), Message{})
	if t.labelFirst() {
		t.printMissing()
	}
	t.proceed(s.now())
}

// leave puts the shipment off the bench.
func (t *turn) leave() {
	t.clear()
	t.b.Shipment, t.b.Screen, t.s = "", ScreenQueue, nil
	if t.b.Batch != nil {
		t.b.Batch.Packing = false
		t.b.Screen = batchScreen(t.b.Batch)
	}
}

// clear forgets where the operator was within a shipment.
func (t *turn) clear() {
	t.b.Focus, t.b.Located, t.b.Opened, t.b.Skipped, t.b.Pending, t.b.Question, t.b.Box = 0, "", "", nil, nil, nil, 0
	t.b.Chill, t.b.Fetch, t.b.Load = false, "", Carrier{}
	t.b.Hand, t.b.Recheck, t.b.Skips, t.b.OldGone, t.b.Loose, t.b.Task = nil, nil, nil, nil, nil, TaskBench{}
}
