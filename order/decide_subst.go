package order

import "slices"

// askSubst asks a lead whether other goods may go out in place of what a line still
// lacks. Goods that were declared to customs are what they were declared as.
func (t *turn) askSubst() {
	if t.s == nil || t.b.Screen != ScreenPick && t.b.Screen != ScreenBatch || len(t.b.Hand) > 0 {
		t.notNow(CmdSubst)
		return
	}
	if t.barred() || t.refuseLease(t.s) {
		return
	}
	l := t.atHand()
	if l == nil || l.Open() <= 0 {
		t.notNow(CmdSubst)
		return
	}
	a := Args{Name: l.Name, SKU: l.SKU, N: l.Open(), Ref: t.s.Ref(), Location: l.Location}
	if t.refuseDeclared(a) {
		return
	}
	t.ask(Needs, Question{Kind: AskOverride, Gate: GateSubstitute, Shipment: t.s.ID, Line: l.No}, msg(MsgAskSubst, a), msg(DoScanLead, a))
}

func (t *turn) refuseDeclared(a Args) bool {
	if t.s.Customs == CustomsNone && t.s.Declare == nil {
		return false
	}
	t.say(Blocked, msg(MsgSubstCustoms, a), msg(DoCallLead, a))
	return true
}

// letSubst waits for the goods that go out instead, on a lead's word.
func (t *turn) letSubst(q *Question, op *Operator) {
	l := t.s.Line(q.Line)
	if l == nil || l.Open() <= 0 || t.refuseStopped(t.s) {
		if t.verdict == "" {
			t.say(WrongKind, msg(MsgNoQuestion, Args{}), t.nextHere())
		}
		return
	}
	a := Args{Name: l.Name, SKU: l.SKU, N: l.Open()}
	t.ask(Needs, Question{Kind: AskSubst, Gate: q.Gate, Shipment: t.s.ID, Line: l.No, Who: op.ID, Why: q.Why},
		msg(MsgScanSubst, a), msg(DoScanSubst, a))
}

// substitute takes the goods that were scanned in place of those that are missing. It
// reports whether the scan is dealt with; what is no goods drops the question.
func (t *turn) substitute(q *Question) bool {
	if t.s == nil || t.s.ID != q.Shipment || t.badge() != nil {
		return false
	}
	l := t.s.Line(q.Line)
	if l == nil || l.Open() <= 0 || t.s.Cancelled || t.s.Stopped() != nil {
		return false
	}
	p := t.product()
	if t.err != nil {
		return true
	}
	a := Args{Name: l.Name, SKU: l.SKU, N: l.Open(), Ref: t.s.Ref()}
	switch {
	case p == nil:
		t.say(Unknown, msg(MsgUnknownCode, Args{Code: shown(t.in.Text)}), q.Do)
	case p.SKU == l.SKU:
		t.say(WrongItem, msg(MsgSubstSame, a), q.Do)
	case t.refuseDeclared(a):
	case coldRank(p.Temp) != coldRank(l.Temp):
		t.say(Blocked, msg(MsgSubstCold, Args{Name: p.Name, SKU: p.SKU, Reason: string(p.Temp)}), q.Do)
	default:
		t.b.Question = nil
		e := t.event(EventSubstituted)
		e.Line, e.Qty, e.No, e.Auth, e.Why, e.Sub = l.No, l.Open(), t.s.lastLine()+1, string(q.Who), q.Why, p
		draft := *e
		t.swapped(draft)
		t.say(OK, msg(MsgSubstituted, Args{Name: p.Name, SKU: p.SKU, N: draft.Qty, Ref: t.s.Ref()}), t.nextHere())
	}
	return true
}

// swapped turns the bench to the line that took the place of another.
func (t *turn) swapped(e Event) {
	t.b.Located = ""
	t.try(e)
	t.b.Focus = e.No
	if t.b.Batch != nil {
		t.real = t.s
		if m := t.b.Batch.member(t.s.ID); m != nil {
			m.update(t.s)
		}
	}
}

// product returns the catalogue entry of the goods that were scanned, or nil.
func (t *turn) product() *Product {
	for _, r := range t.in.Readings {
		for _, f := range t.find(r.Key, findLimit) {
			if f.SKU == "" {
				continue
			}
			p, err := t.env.Book.Product(f.SKU)
			t.keep(err)
			if p != nil && slices.ContainsFunc(p.Codes, func(c ItemCode) bool { return c.Key == r.Key }) {
				return p
			}
		}
	}
	return nil
}

// lastLine is the highest number of a line.
func (s *Shipment) lastLine() (no int) {
	for i := range s.Lines {
		no = max(no, s.Lines[i].No)
	}
	return no
}

// substitute moves what a line lacks to a new line of other goods. What the goods are and
// ask for is the catalogue's word, price and order line are those of the order.
func (s *Shipment) substitute(e *Event) Anomaly {
	l := s.Line(e.Line)
	if l == nil || e.Sub == nil || e.No < 1 || s.Line(e.No) != nil {
		return AnomalyNoLine
	}
	n := *l
	p := e.Sub
	n.No, n.Instead, n.Qty, n.SKU, n.Name, n.Codes, n.Temp, n.Track, n.Scan = e.No, l.No, e.Qty, p.SKU, p.Name, p.Codes, p.Temp, p.Track, p.Scan
	n.WeightG, n.SpreadG, n.MinLife, n.PackRank, n.Customs = p.WeightG, p.SpreadG, p.MinLife, p.PackRank, p.Customs
	n.Lot, n.LastThere, n.Oldest = "", false, "" // of the old goods' stock
	if p.Home != "" {
		n.Location = p.Home
	}
	n.TakeProgress(&Line{})
	s.Lines = append(slices.Clone(s.Lines), n)
	old := s.Line(e.Line)
	old.Qty -= e.Qty
	s.steps = append(s.steps, stepOf(e))
	return lineAnomaly(old)
}

// unsubstitute takes a substitution back: the new line goes, and what it stood for is
// missing on the old one again. Goods that were picked meanwhile stay where they are.
func (s *Shipment) unsubstitute(e *Event) Anomaly {
	s.forget(e.Of)
	n := s.Line(e.No)
	switch {
	case n == nil || s.Line(e.Line) == nil || n.Instead != e.Line || n.Qty != e.Qty:
		return AnomalyNoLine
	case n.Open() != n.Qty:
		return AnomalyUnderPick
	}
	s.Lines = slices.DeleteFunc(slices.Clone(s.Lines), func(l Line) bool { return l.No == e.No })
	s.Line(e.Line).Qty += e.Qty
	return AnomalyNone
}
