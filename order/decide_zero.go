package order

// askZero asks, after the last unit of a line at a place that stock says is empty now,
// whether it is: stock is counted where and when it costs one scan. The work goes on
// meanwhile; whoever scans on has not answered, and nothing is recorded.
func (t *turn) askZero(s *Shipment, l *Line) {
	if !t.env.Policy.ZeroCheck || !l.LastThere || l.Location == "" || l.Open() > 0 || t.b.Question != nil || !t.verdict.Good() {
		return
	}
	a := Args{Name: l.Name, SKU: l.SKU, Location: l.Location, Lot: l.Lot}
	v, what := t.verdict, t.what
	t.ask(v, Question{Kind: AskZero, Shipment: s.ID, Line: l.No, Reason: string(l.Location)}, msg(MsgAskZero, a), t.do)
	t.what = what
}

// zero records what is left at a place: nothing, or a count is asked for.
func (t *turn) zero(q *Question, empty bool) {
	on := t.s
	s := t.shipment(q.Shipment)
	if s == nil || s.Line(q.Line) == nil {
		t.say(WrongKind, msg(MsgNoQuestion, Args{}), t.nextHere())
		return
	}
	l := s.Line(q.Line)
	t.s = s
	e := t.event(EventZero)
	e.Line, e.Place, e.Lot, e.Reason = q.Line, LocationID(q.Reason), l.Lot, "count"
	what := MsgCountTask
	if empty {
		e.Reason, what = "empty", MsgZero
	}
	t.s = on
	t.b.Question = nil
	t.say(OK, msg(what, Args{Name: l.Name, SKU: l.SKU, Location: LocationID(q.Reason)}), t.nextHere())
}
