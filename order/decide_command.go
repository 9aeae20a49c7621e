package order

import (
	"slices"
	"strings"
)

// command does what a bench card code or a key orders.
func (t *turn) command(c Command) {
	if t.commandAnywhere(c) {
		return
	}
	if t.b.Operator == "" && c == CmdNo && t.b.Question != nil {
		t.commandNo(t.b.Question)
		return
	}
	if t.b.Operator == "" {
		t.say(WrongKind, msg(MsgNotABadge, Args{}), msg(DoScanBadge, Args{}))
		return
	}
	q := t.b.Question
	if n, ok := quantityOf(c); ok {
		t.quantity(n)
		return
	}
	if n, ok := choiceOf(c); ok {
		t.choose(n)
		return
	}
	switch c {
	case CmdCall: // the question stays for the lead to answer
		t.call()
		return
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
	if t.b.Batch != nil && !t.b.Batch.Packing {
		t.commandInBatch(c)
		return
	}
	if atTasks(t.b.Screen) {
		t.commandInTask(c)
		return
	}
	t.commandOnBench(c)
}

// commandAnywhere does what may be asked for at any time and leaves a question open; codes
// that are no command end here, too.
func (t *turn) commandAnywhere(c Command) bool {
	if c == CmdLang {
		t.b.Lang = t.env.otherLang(t.b.Lang)
		t.say(OK, msg(MsgLanguage, Args{}), t.doAsked())
		return true
	}
	if c == CmdInfo {
		t.info()
		return true
	}
	if ref, ok := photoOf(t.in.Text); ok && c == "" && t.b.Operator != "" {
		t.photo(ref)
		return true
	}
	if role, ok := roleOf(t.in.Text); ok && c == "" {
		t.role(role)
		return true
	}
	if c == "" {
		do := t.nextHere()
		if q := t.b.Question; q != nil { // it still waits
			do = q.Do
		}
		t.say(Unknown, msg(MsgUnknownCommand, Args{Code: shown(t.in.Text)}), do)
		return true
	}
	return false
}

// commandOnBench does what is ordered about the work on the bench.
func (t *turn) commandOnBench(c Command) {
	switch c {
	case CmdTasks:
		t.toTasks()
	case CmdCold:
		t.chill()
	case CmdBatch:
		t.startBatch(BatchCluster)
	case CmdWall:
		t.startBatch(BatchWall)
	case CmdUndo:
		t.undo()
	case CmdShort, CmdDamaged:
		t.askShort(c)
	case CmdSkip:
		t.skip("")
	case CmdSubst:
		t.askSubst()
	case CmdPrint:
		t.commandPrint()
	case CmdNextBox:
		t.closeBox("")
	case CmdBoxS, CmdBoxM, CmdBoxL:
		t.closeBox(strings.TrimPrefix(string(c), "BOX-"))
	case CmdUnbox:
		t.askUnbox()
	case CmdHold:
		t.hold()
	case CmdQueue:
		t.toQueue()
	case CmdDispatch:
		t.toDispatch()
	case CmdManifest:
		t.manifest()
	case CmdSignOut:
		t.askSignOut()
	default:
		t.notNow(c)
	}
}

// maxRole is the longest name of a role.
const maxRole = 20

// roleOf returns the role that a code names; false where it names none.
func roleOf(text string) (DeviceID, bool) {
	rest := strings.TrimSpace(text)
	if len(rest) <= len(RolePrefix) || !strings.EqualFold(rest[:len(RolePrefix)], RolePrefix) {
		return "", false
	}
	rest = rest[len(RolePrefix):]
	return DeviceID(rest), len(rest) <= maxRole && plainCode(rest)
}

// role says whether the scanner has the role whose code it read. The role is a matter of
// ports and cables, so a scan does not give it; the log keeps who was asked.
func (t *turn) role(name DeviceID) {
	a := Args{Code: string(name), Ref: string(t.in.Device)}
	if !strings.EqualFold(string(name), string(t.in.Device)) {
		t.say(WrongKind, msg(MsgRoleOther, a), msg(DoAssignRole, a))
		return
	}
	t.event(EventNoted).Reason = "role"
	t.say(OK, msg(MsgRole, a), t.doAsked())
}

// doAsked is the "do" line of an open question, else of whatever is on the bench.
func (t *turn) doAsked() Message {
	if q := t.b.Question; q != nil {
		return q.Do
	}
	return t.nextHere()
}

// commandYes answers a question with the YES code of the bench card, never a key.
// A question that is answered by the same scan again is answered by nothing else.
func (t *turn) commandYes(q *Question) {
	k := t.taskOnBench()
	switch {
	case t.err != nil:
	case q == nil && (k == nil || t.in.Source != Scanned):
		t.say(WrongKind, msg(MsgNoQuestion, Args{}), t.nextHere())
	case q == nil:
		t.yesInTask(k)
	case q.Repeatable:
		t.say(ConfirmAgain, q.What, q.Do)
	case t.in.Source != Scanned:
		t.say(Needs, msg(MsgYesByScan, Args{}), msg(DoScanYes, Args{}))
	default:
		t.yes(q)
	}
}

func (t *turn) commandNo(q *Question) {
	if q == nil && t.b.Pending == nil {
		t.say(WrongKind, msg(MsgNoQuestion, Args{}), t.nextHere())
		return
	}
	if q != nil && q.Kind == AskZero {
		t.zero(q, false)
		return
	}
	if q != nil && q.Kind == AskCount {
		t.recount(q)
		return
	}
	t.b.Question, t.b.Pending = nil, nil
	t.say(OK, msg(MsgDropped, Args{}), t.nextHere())
}

func (t *turn) keepOrRelease(c Command, q *Question) {
	switch {
	case q != nil && q.Kind == AskSignOut:
		t.signOut(c == CmdKeep)
	case c == CmdRelease && t.b.Batch != nil && !t.b.Batch.Packing:
		t.b.Question, t.b.Pending = nil, nil
		t.commandInBatch(c)
	case c == CmdRelease && t.s != nil:
		t.release()
	case c == CmdRelease && t.b.Task.ID != "":
		t.b.Question, t.b.Pending = nil, nil
		t.commandInTask(c)
	default:
		t.notNow(c)
	}
}

// notNow answers a command that has no use where the operator is. One that would turn to
// other work was no slip: it says how to get there.
func (t *turn) notNow(c Command) {
	v, do := WrongKind, t.nextHere()
	if turnsAway(c) && t.b.Screen != ScreenQueue {
		v, do = Needs, t.finishFirst()
	}
	t.say(v, msg(MsgNotNow, Args{Code: string(c)}), do)
}

// turnsAway says whether a command turns to other work than that on the bench.
func turnsAway(c Command) bool {
	switch c {
	case CmdBatch, CmdWall, CmdTasks, CmdDispatch, CmdManifest, CmdCold:
		return true
	}
	return false
}

// finishFirst says what stands between the operator and other work.
func (t *turn) finishFirst() Message {
	k := t.taskOnBench()
	switch b := t.b.Batch; {
	case len(t.b.Hand) > 0:
		return t.b.PutStep()
	case b != nil && !b.Packing:
		return msg(DoFinishAll, Args{N: len(b.Members)})
	case t.s != nil:
		return msg(DoFinishFirst, Args{Ref: t.s.Ref()})
	case k != nil:
		return msg(DoFinishTask, Args{Ref: k.Ref, Reason: string(k.Kind)})
	}
	return msg(DoQueueFirst, Args{})
}

// release puts the open work back into the queue; what was picked stays counted.
func (t *turn) release() {
	a := Args{Ref: t.s.Ref()}
	t.event(EventReleased)
	t.leave()
	t.say(OK, msg(MsgReleased, a), msg(DoScanWork, Args{}))
}

func (t *turn) toQueue() {
	switch {
	case t.s != nil:
		t.release()
	case t.b.Screen == ScreenDispatch:
		t.b.Screen, t.b.Chill, t.b.Fetch, t.b.Load = ScreenQueue, false, "", Carrier{}
		t.say(OK, msg(MsgInQueue, Args{}), msg(DoScanWork, Args{}))
	default:
		t.say(DoneAlready, msg(MsgInQueue, Args{}), msg(DoScanWork, Args{}))
	}
}

func (t *turn) toDispatch() {
	if t.s != nil {
		t.notNow(CmdDispatch)
		return
	}
	if t.refuseRole(ScreenDispatch) {
		return
	}
	if t.b.Screen == ScreenDispatch && !t.b.Chill && t.b.Load.ID == "" {
		t.say(DoneAlready, msg(MsgInDispatch, Args{}), msg(DoScanParcel, Args{}))
		return
	}
	t.b.Screen, t.b.Chill, t.b.Load = ScreenDispatch, false, Carrier{}
	t.say(OK, msg(MsgInDispatch, Args{}), msg(DoScanParcel, Args{}))
}

func (t *turn) askSignOut() {
	if t.s == nil {
		t.signOut(false)
		return
	}
	a := Args{Ref: t.s.Ref()}
	t.ask(Needs, Question{Kind: AskSignOut, Shipment: t.s.ID}, msg(MsgAskSignOut, a), msg(DoKeepRelease, a))
}

// undo takes the last counted scan or short of the open work back, until a label
// is on.
func (t *turn) undo() {
	if t.undoSkip() {
		return
	}
	var st step
	var l *Line
	if t.s != nil && len(t.s.steps) > 0 {
		if st = t.s.steps[len(t.s.steps)-1]; !t.labelOn(st) {
			l = t.s.Line(st.line)
		}
	}
	if st.typ == EventBoxed && !t.labelOn(st) {
		t.reopenBox(st)
		return
	}
	if l == nil || !st.fits(t.s) {
		t.say(WrongKind, msg(st.inVain(), Args{}), t.nextHere())
		return
	}
	changed := *l
	st.takeBack(&changed)
	after := t.s.with(changed)
	if t.s.PickDone() && !after.pickDone() && !t.allows(t.s, TriggerReopened, StageAwaitingPick) {
		t.notAllowed(t.s)
		return
	}
	if st.part > 0 {
		after = t.undoPut(t.s).now()
		changed = *after.Line(st.line)
	} else {
		e := t.draftUndo(st)
		t.events = append(t.events, e)
		t.returnLot(st.line, st.lot, st.qty, st.gave)
		if st.box != 0 {
			t.try(e)
			after = t.s.now()
		}
	}
	a := Args{Name: l.Name, SKU: l.SKU, N: changed.Picked, Need: changed.Qty, Location: l.Location}
	if st.typ == EventPacked {
		a.N, a.Need = changed.Packed, l.Picked
	}
	t.b.Focus, t.b.Screen = st.line, screenFor(after)
	t.say(OK, msg(MsgUndone, a), t.next(after))
}

// labelOn says whether the label is on the box that a step filled. Where nobody said
// which goods lie in which box, the first label counts for all; what put nothing into a
// box is on none.
func (t *turn) labelOn(st step) bool {
	noBox := st.typ == EventShorted || st.typ == EventSubstituted
	mapped := slices.ContainsFunc(t.s.Parcels, func(p Parcel) bool { return p.Closed || p.Extra })
	return slices.ContainsFunc(t.s.Parcels, func(p Parcel) bool {
		return p.Labelled && (!mapped || !noBox && (p.No == st.box || st.box == 0 && p.No == t.s.firstBox()))
	})
}

// skip puts the current line behind the others; no line is lost. why is the reason that was
// chosen, "" where none was asked for yet.
func (t *turn) skip(why string) {
	if t.s == nil || t.b.Screen != ScreenPick {
		t.notNow(CmdSkip)
		return
	}
	if t.barred() {
		return
	}
	open := 0
	for i := range t.s.Lines {
		if t.s.Lines[i].Open() > 0 && InZone(&t.s.Lines[i], t.b.Zones) {
			open++
		}
	}
	l := t.current(t.s)
	if open < 2 {
		t.say(WrongKind, msg(MsgNothingToSkip, Args{}), t.next(t.s.now()))
		return
	}
	if t.askSkip(l, why) {
		return
	}
	t.skipped(l, why)
	t.b.Focus, t.b.Located = 0, ""
	t.b.Skipped = append(slices.DeleteFunc(slices.Clone(t.b.Skipped), func(no int) bool { return no == l.No }), l.No)
	t.markSkip(LineRef{t.s.ID, l.No}, t.s)
	t.say(OK, msg(MsgSkippedLine, Args{Name: l.Name, SKU: l.SKU}), t.next(t.s.now()))
}

// hold stops the open work until somebody has looked at it.
func (t *turn) hold() {
	if t.s == nil {
		t.notNow(CmdHold)
		return
	}
	a := Args{Ref: t.s.Ref()}
	t.event(EventHeld).Reason = string(ToVerify)
	t.event(EventReleased)
	t.leave()
	t.say(OK, msg(MsgHeldNow, a), msg(DoSetAside, Args{}))
}
