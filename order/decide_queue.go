package order

import "time"

// queue opens the work that a code identifies.
func (t *turn) queue() {
	if op := t.badge(); op != nil {
		t.otherBadge(op)
		return
	}
	refs := t.findAny()
	work := workOf(refs)
	switch {
	case t.err != nil:
	case len(work) == 1:
		t.open(work[0])
	case len(work) > 1:
		t.say(Ambiguous, msg(MsgSeveral, Args{N: len(work)}), msg(DoNarrower, Args{}))
	default:
		t.notWork(refs)
	}
}

// findAny returns what the first understood reading names.
func (t *turn) findAny() []Ref {
	for _, r := range t.in.Readings {
		if refs := t.find(r.Key, 20); len(refs) > 0 {
			return refs
		}
	}
	return nil
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
	for _, x := range ids {
		if x == id {
			return ids
		}
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
	t.say(Unknown, msg(MsgUnknownCode, Args{Code: shown(t.in.Text)}), msg(DoScanWork, Args{}))
}

func putBackTo(l LocationID) MsgCode {
	if l == "" {
		return DoSetAside
	}
	return DoPutBack
}

// shown cuts a code to what a message line can hold.
func shown(text string) string {
	r := []rune(text)
	if len(r) > 32 {
		return string(r[:31]) + "…"
	}
	return text
}

// open starts or continues a shipment, or says why not.
func (t *turn) open(id ShipmentID) {
	s := t.shipment(id)
	if s == nil {
		t.say(Unknown, msg(MsgUnknownCode, Args{Code: shown(t.in.Text)}), msg(DoScanWork, Args{}))
		return
	}
	t.s = s
	if t.instruct(s) || t.refuseWork(s) {
		t.s = nil
		return
	}
	if s.Owner != "" && s.Owner != t.b.Operator {
		who := t.env.Book.OperatorName(s.Owner)
		t.ask(Taken, Question{Kind: AskTakeOver, Repeatable: true, Shipment: s.ID},
			msg(MsgBelongsTo, Args{Ref: ref(s), Who: who}), msg(DoScanAgain, Args{}))
		t.s = nil
		return
	}
	t.enter(EventOpened, MsgOpened)
}

// refuseWork says what forbids work on the shipment.
func (t *turn) refuseWork(s *Shipment) bool {
	a := Args{Ref: ref(s)}
	if t.refuseStopped(s) {
		return true
	}
	if s.AllLabelled() {
		t.say(DoneAlready, msg(MsgFinished, a), msg(DoScanWork, Args{}))
		return true
	}
	if !s.Started() && !t.env.Book.LeaseValid(s.ID, t.in.At) {
		t.say(Blocked, msg(MsgNoLease, a), msg(DoReconnect, Args{}))
		return true
	}
	return false
}

// refuseStopped says that a shipment is cancelled or held.
func (t *turn) refuseStopped(s *Shipment) bool {
	a := Args{Ref: ref(s)}
	switch h := s.Stopped(); {
	case s.Cancelled:
		t.say(Blocked, msg(MsgCancelled, a), msg(DoSetAside, Args{}))
	case h != nil:
		a.Reason = string(h.Code)
		t.say(Blocked, msg(MsgHeld, a), msg(DoCallLead, Args{}))
	default:
		return false
	}
	return true
}

// instruct shows what the centre asks for on this shipment.
func (t *turn) instruct(s *Shipment) bool {
	i, err := t.env.Book.Instruction(s.ID)
	t.keep(err)
	if err != nil || i == nil {
		return false
	}
	t.ask(Needs, Question{Kind: AskPutBack, Shipment: s.ID, Reason: i.ID},
		msg(MsgInstruction, Args{Ref: i.Ref, N: len(i.Goods), Reason: string(i.Kind)}), msg(DoConfirmDone, Args{}))
	return true
}

// enter puts t.s on the bench.
func (t *turn) enter(typ EventType, what MsgCode) {
	s := t.s
	need, _, _ := s.Units()
	t.event(typ)
	t.b.Shipment, t.b.Screen = s.ID, screenFor(s)
	t.b.Focus, t.b.Located, t.b.Skipped, t.b.Pending, t.b.Question = 0, "", nil, nil, nil
	t.say(OK, msg(what, Args{Ref: ref(s), N: len(s.Lines), Need: need}), Message{})
	t.proceed(s)
}

// proceed prints what is due on the way to the label step and names the next step.
func (t *turn) proceed(s *Shipment) {
	if t.b.Screen == ScreenLabel {
		t.printMissing()
	}
	if t.do.Code == "" {
		t.do = t.next(s)
	}
}

// leave puts the shipment off the bench.
func (t *turn) leave() {
	t.b.Shipment, t.b.Screen = "", ScreenQueue
	t.b.Focus, t.b.Located, t.b.Skipped, t.b.Pending, t.b.Question = 0, "", nil, nil, nil
	t.s = nil
}

// screenFor returns the screen on which a shipment goes on.
func screenFor(s *Shipment) Screen {
	switch {
	case !s.PickDone():
		return ScreenPick
	case !s.PackDone():
		return ScreenPack
	case !s.AllLabelled():
		return ScreenLabel
	}
	return ScreenQueue
}

// next is the "do" line for a shipment on the bench as it stands.
func (t *turn) next(s *Shipment) Message {
	switch screenFor(s) {
	case ScreenPick:
		if l := t.current(s); l != nil {
			return t.goTo(l, l.Open())
		}
	case ScreenPack:
		return msg(DoPackMore, Args{N: unverified(s)})
	case ScreenLabel:
		for i := range s.Parcels {
			if p := &s.Parcels[i]; !p.Labelled {
				if p.PrintRequests == 0 && len(t.prints) == 0 {
					return msg(DoPrint, Args{Waybill: p.Waybill.Number})
				}
				return msg(DoWaitLabel, Args{Waybill: p.Waybill.Number})
			}
		}
	}
	return msg(DoNextOrder, Args{})
}

// nextHere is the "do" line for whatever is on the bench.
func (t *turn) nextHere() Message {
	switch {
	case t.s != nil:
		return t.next(t.s)
	case t.b.Screen == ScreenDispatch:
		return msg(DoScanParcel, Args{})
	case t.b.Screen == ScreenQueue:
		return msg(DoScanWork, Args{})
	}
	return msg(DoScanBadge, Args{})
}

func (t *turn) goTo(l *Line, open int) Message {
	a := Args{Name: l.Name, SKU: l.SKU, N: open, Location: l.Location, Lot: l.Lot}
	if l.Location != "" && t.b.Located == l.Location || l.Location == "" {
		return msg(DoPickMore, a)
	}
	return msg(DoGoTo, a)
}

// current is the line the operator is at: the one turned to, else the next.
func (t *turn) current(s *Shipment) *Line { return CurrentLine(s, t.b) }

// CurrentLine returns the line that the bench shows for a shipment, or nil.
func CurrentLine(s *Shipment, b Bench) *Line {
	if b.Screen == ScreenPack {
		if l := s.Line(b.Focus); l != nil && l.Unverified() > 0 {
			return l
		}
		for i := range s.Lines {
			if s.Lines[i].Unverified() > 0 {
				return &s.Lines[i]
			}
		}
		return nil
	}
	if l := s.Line(b.Focus); l != nil && l.Open() > 0 {
		return l
	}
	return s.NextLine(b.Skipped)
}

func unverified(s *Shipment) (n int) {
	for i := range s.Lines {
		n += s.Lines[i].Unverified()
	}
	return n
}

// gateOpen says whether a step that cannot be undone may be taken now: the lease
// is valid and the centre's last word young enough.
func (t *turn) gateOpen(g Gate, s *Shipment) bool {
	limit := t.env.Policy.PrintWordAgeS
	if g == GateDispatch {
		limit = t.env.Policy.DispatchWordAgeS
	}
	if !t.env.Book.LeaseValid(s.ID, t.in.At) {
		return false
	}
	return limit == 0 || t.env.WordAge >= 0 && t.env.WordAge <= time.Duration(limit)*time.Second
}

func (t *turn) wordAgeS() int { return int(t.env.WordAge / time.Second) }
