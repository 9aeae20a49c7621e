package order

// commandInBatch does what the bench card orders while several shipments are worked on.
func (t *turn) commandInBatch(c Command) {
	if t.s != nil && (t.s.Cancelled || t.s.Stopped() != nil) && t.stoppedMember() {
		return
	}
	if t.s == nil && t.b.Screen == ScreenBatch && c != CmdQueue && c != CmdRelease {
		t.batch()
		return
	}
	switch c {
	case CmdUndo:
		t.undoBatch()
	case CmdShort, CmdDamaged:
		t.shortInBatch(c)
	case CmdSkip:
		t.skipInBatch("")
	case CmdSubst:
		t.askSubst()
	case CmdQueue, CmdRelease:
		t.leaveBatch()
	case CmdSignOut:
		a := Args{N: len(t.b.Batch.Members)}
		if !t.handFull() {
			t.ask(Needs, Question{Kind: AskSignOut, Shipment: t.b.Batch.Members[0].Shipment}, msg(MsgAskSignOutAll, a), msg(DoKeepRelease, a))
		}
	default:
		t.notNow(c)
	}
}

// handFull refuses to go away with goods in the hand.
func (t *turn) handFull() bool {
	if len(t.b.Hand) == 0 {
		return false
	}
	t.say(Needs, msg(MsgHandFull, Args{N: len(t.b.Hand)}), t.b.PutStep())
	return true
}

// leaveBatch gives the whole batch back; what was picked stays counted, in its totes.
func (t *turn) leaveBatch() {
	if t.handFull() {
		return
	}
	n := len(t.b.Batch.Members)
	t.freeBatch()
	t.say(OK, msg(MsgBatchFreed, Args{N: n}), msg(DoScanWork, Args{}))
}

// skipInBatch puts the line at hand behind all others of the batch, as skip does.
func (t *turn) skipInBatch(why string) {
	if t.b.Screen != ScreenBatch || t.s == nil || t.handFull() {
		if t.verdict == "" {
			t.notNow(CmdSkip)
		}
		return
	}
	b, here := t.b.Batch, LineRef{t.s.ID, t.b.Focus}
	l := t.s.Line(t.b.Focus)
	b.Skipped = append(withoutRef(b.Skipped, here), here)
	if s, next := t.aim(); l == nil || next == nil || s.ID == here.Shipment && next.No == here.Line {
		b.Skipped = withoutRef(b.Skipped, here)
		t.say(WrongKind, msg(MsgNothingToSkip, Args{}), t.batchStep())
		return
	}
	if t.askSkip(l, why) {
		b.Skipped = withoutRef(b.Skipped, here)
		return
	}
	t.skipped(l, why)
	t.markSkip(here, t.lastPut())
	t.onward()
	t.say(OK, msg(MsgSkippedLine, Args{Name: l.Name, SKU: l.SKU}), t.batchStep())
}
