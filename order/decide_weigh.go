package order

// weigh puts a stable weight on the parcel that waits for its label. A weight that
// moves, or of nothing, is never booked.
func (t *turn) weigh() {
	if t.s != nil && t.s.WantsWeight(&t.b) && t.in.Stable && t.in.WeightG > 0 && t.in.WeightG <= maxNetG {
		t.weighUnit()
		return
	}
	var p *Parcel
	if t.s != nil && t.b.Screen == ScreenLabel {
		p = t.s.now().due()
	}
	a := Args{N: t.in.WeightG}
	switch {
	case p == nil:
		t.say(WrongKind, msg(MsgNoParcelToWeigh, a), t.nextHere())
	case t.refuseStopped(t.s):
	case !t.in.Stable || t.in.WeightG <= 0:
		t.say(Needs, msg(MsgUnstable, a), msg(DoWait, a))
	case t.refuseUnfilled(p):
	default:
		t.judgeWeight(p)
	}
}
