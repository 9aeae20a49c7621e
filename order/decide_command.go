package order

import "slices"

// command does what a bench card code or a key orders.
func (t *turn) command(c Command) {
	if c == CmdLang {
		t.b.Lang = otherLang(t.b.Lang)
		t.say(OK, msg(MsgLanguage, Args{}), t.nextHere())
		return
	}
	if c == "" {
		t.say(Unknown, msg(MsgUnknownCommand, Args{Code: shown(t.in.Text)}), t.nextHere())
		return
	}
	if t.b.Operator == "" {
		t.say(WrongKind, msg(MsgNotABadge, Args{}), msg(DoScanBadge, Args{}))
		return
	}
	q := t.b.Question
	switch c {
	case CmdYes:
		t.commandYes(q)
		return
	case CmdNo:
		t.commandNo(q)
		return
	case CmdKeep, CmdRelease:
		t.keepOrRelease(c, q)
		return
	}
	t.b.Question, t.b.Pending = nil, nil
	switch c {
	case CmdUndo:
		t.undo()
	case CmdShort, CmdDamaged:
		t.askShort(c)
	case CmdSkip:
		t.skip()
	case CmdPrint:
		t.commandPrint()
	case CmdHold:
		t.hold()
	case CmdCall:
		t.event(EventNoted).Reason = "call"
		t.say(OK, msg(MsgCalled, Args{}), t.nextHere())
	case CmdQueue:
		t.toQueue()
	case CmdDispatch:
		t.toDispatch()
	case CmdSignOut:
		t.askSignOut()
	}
}

func otherLang(lang string) string {
	if lang == "en" {
		return "zh"
	}
	return "en"
}

// commandYes answers a question. Closing a line short and a reprint want the code
// of the bench card, never a key.
func (t *turn) commandYes(q *Question) {
	switch {
	case q == nil:
		t.say(WrongKind, msg(MsgNoQuestion, Args{}), t.nextHere())
	case t.in.Source != Scanned:
		t.say(Needs, msg(MsgYesByScan, Args{}), msg(DoScanYes, Args{}))
	case q.Kind == AskHandOver:
		t.say(ConfirmAgain, q.What, q.Do)
	default:
		t.yes(q)
	}
}

func (t *turn) commandNo(q *Question) {
	if q == nil && t.b.Pending == nil {
		t.say(WrongKind, msg(MsgNoQuestion, Args{}), t.nextHere())
		return
	}
	t.b.Question, t.b.Pending = nil, nil
	t.say(OK, msg(MsgDropped, Args{}), t.nextHere())
}

func (t *turn) keepOrRelease(c Command, q *Question) {
	switch {
	case q != nil && q.Kind == AskSignOut:
		t.signOut(c == CmdKeep)
	case c == CmdRelease && t.s != nil:
		t.release()
	default:
		t.notNow(c)
	}
}

func (t *turn) notNow(c Command) {
	t.say(WrongKind, msg(MsgNotNow, Args{Code: string(c)}), t.nextHere())
}

// release puts the open work back into the queue; what was picked stays counted.
func (t *turn) release() {
	a := Args{Ref: ref(t.s)}
	t.event(EventReleased)
	t.leave()
	t.say(OK, msg(MsgReleased, a), msg(DoScanWork, Args{}))
}

func (t *turn) toQueue() {
	switch {
	case t.s != nil:
		t.release()
	case t.b.Screen == ScreenDispatch:
		t.b.Screen = ScreenQueue
		t.say(OK, msg(MsgInQueue, Args{}), msg(DoScanWork, Args{}))
	default:
		t.say(DoneAlready, msg(MsgInQueue, Args{}), msg(DoScanWork, Args{}))
	}
}

func (t *turn) toDispatch() {
	if t.s != nil {
		t.say(WrongKind, msg(MsgNotNow, Args{Code: string(CmdDispatch)}), msg(DoFinishFirst, Args{Ref: ref(t.s)}))
		return
	}
	t.b.Screen = ScreenDispatch
	t.say(OK, msg(MsgInDispatch, Args{}), msg(DoScanParcel, Args{}))
}

func (t *turn) askSignOut() {
	if t.s == nil {
		t.signOut(false)
		return
	}
	a := Args{Ref: ref(t.s)}
	t.ask(Needs, Question{Kind: AskSignOut, Shipment: t.s.ID}, msg(MsgAskSignOut, a), msg(DoKeepRelease, a))
}

// undo takes the last counted scan of the open work back, until its label is on.
func (t *turn) undo() {
	if t.s == nil || len(t.s.steps) == 0 || t.anyLabelled() {
		t.say(WrongKind, msg(MsgNothingToUndo, Args{}), t.nextHere())
		return
	}
	st := t.s.steps[len(t.s.steps)-1]
	l := t.s.Line(st.line)
	e := t.event(EventUndone)
	e.Of, e.Line, e.Qty, e.Lot, e.Serial = st.seq, st.line, st.qty, st.lot, st.serial
	a := Args{Name: l.Name, SKU: l.SKU, N: l.Picked - st.qty, Need: l.Qty, Location: l.Location}
	after := t.after(st.line, func(l *Line) {
		if st.pack {
			l.Packed -= st.qty
		} else {
			l.Picked -= st.qty
		}
	})
	if st.pack {
		a.N, a.Need = l.Packed-st.qty, l.Picked
	}
	t.b.Focus, t.b.Screen = st.line, screenFor(after)
	t.say(OK, msg(MsgUndone, a), t.next(after))
}

func (t *turn) anyLabelled() bool {
	for i := range t.s.Parcels {
		if t.s.Parcels[i].Labelled {
			return true
		}
	}
	return false
}

// askShort asks whether the current line is to be closed with fewer units.
func (t *turn) askShort(c Command) {
	if t.s == nil || t.b.Screen != ScreenPick {
		t.notNow(c)
		return
	}
	l := t.current(t.s)
	reason := "out_of_stock"
	if c == CmdDamaged {
		reason = "damaged"
	}
	a := Args{Name: l.Name, SKU: l.SKU, N: l.Picked, Need: l.Qty, Reason: reason}
	t.ask(ConfirmAgain, Question{Kind: AskShort, Shipment: t.s.ID, Line: l.No, Qty: l.Open(), Reason: reason},
		msg(MsgAskShort, a), msg(DoScanYes, a))
	t.b.Focus = l.No
}

// short closes a line with fewer units than ordered.
func (t *turn) short(q *Question) {
	l := t.s.Line(q.Line)
	if l == nil || l.Open() < q.Qty {
		t.say(WrongKind, msg(MsgNoQuestion, Args{}), t.nextHere())
		return
	}
	e := t.event(EventShorted)
	e.Line, e.Qty, e.Reason = q.Line, q.Qty, q.Reason
	after := t.after(q.Line, func(l *Line) { l.Short += q.Qty })
	_, picked, _ := after.Units()
	a := Args{Name: l.Name, SKU: l.SKU, N: l.Picked, Need: l.Qty, Reason: q.Reason, Ref: ref(t.s)}
	t.b.Focus = 0
	switch {
	case !after.PickDone():
		t.say(LineDone, msg(MsgShorted, a), t.nextAfter(after))
	case picked == 0 || after.Complete:
		t.event(EventReleased)
		t.leave()
		t.say(OrderDone, msg(MsgAllShort, a), msg(DoScanWork, Args{}))
	default:
		t.picked(after)
	}
}

// skip puts the current line behind the others; no line is lost.
func (t *turn) skip() {
	if t.s == nil || t.b.Screen != ScreenPick {
		t.notNow(CmdSkip)
		return
	}
	open := 0
	for i := range t.s.Lines {
		if t.s.Lines[i].Open() > 0 {
			open++
		}
	}
	l := t.current(t.s)
	if open < 2 {
		t.say(WrongKind, msg(MsgNothingToSkip, Args{}), t.next(t.s))
		return
	}
	t.event(EventSkipped).Line = l.No
	t.b.Focus, t.b.Located = 0, ""
	t.b.Skipped = append(slices.DeleteFunc(slices.Clone(t.b.Skipped), func(no int) bool { return no == l.No }), l.No)
	t.say(OK, msg(MsgSkippedLine, Args{Name: l.Name, SKU: l.SKU}), t.next(t.s))
}

// commandPrint prints what was not printed yet; a second time it asks first.
func (t *turn) commandPrint() {
	if t.s == nil || t.b.Screen == ScreenDispatch {
		t.notNow(CmdPrint)
		return
	}
	if t.refuseStopped(t.s) {
		return
	}
	var again *Parcel
	for i := range t.s.Parcels {
		p := &t.s.Parcels[i]
		if p.PrintRequests == 0 {
			t.print()
			return
		}
		if again == nil && !p.Labelled {
			again = p
		}
	}
	if again == nil {
		t.notNow(CmdPrint)
		return
	}
	if !t.gateOpen(GatePrint, t.s) {
		t.say(Blocked, msg(MsgPrintGate, Args{AgeS: t.wordAgeS()}), msg(DoReconnect, Args{}))
		return
	}
	a := Args{Waybill: again.Waybill.Number, N: again.PrintRequests + 1}
	t.ask(ConfirmAgain, Question{Kind: AskReprint, Shipment: t.s.ID, Parcel: again.No},
		msg(MsgAskReprint, a), msg(DoScanYes, a))
}

// hold stops the open work until somebody has looked at it.
func (t *turn) hold() {
	if t.s == nil {
		t.notNow(CmdHold)
		return
	}
	a := Args{Ref: ref(t.s)}
	t.event(EventHeld).Reason = string(ToVerify)
	t.event(EventReleased)
	t.leave()
	t.say(OK, msg(MsgHeldNow, a), msg(DoSetAside, Args{}))
}
