package order

import "slices"

// single opens, for goods scanned on an empty bench, the most urgent order of one line
// that wants them, and counts the scan 一单一货. Several such orders are no question: one
// unit is as good as another. It reports false where there is none that can go on, or
// where the code names work by a number.
func (t *turn) single(refs []Ref) bool {
	if slices.ContainsFunc(refs, func(r Ref) bool {
		return r.Kind == RefShipment || r.Kind == RefWaybill || r.Kind == RefTote
	}) {
		return false
	}
	for _, r := range refs {
		if r.Kind == RefItem && r.SKU != refs[0].SKU {
			return false // the scan can be read as goods of several kinds
		}
	}
	for _, r := range t.in.Readings {
		if r.Key == "" {
			continue
		}
		ids, err := t.env.Book.Singles(r.Key, t.b.Operator, findLimit)
		t.keep(err)
		for _, id := range ids {
			if s := t.shipment(id); t.err == nil && t.free(s) {
				t.openSingle(s)
				return true
			}
		}
	}
	return false
}

// free says whether a shipment may be opened without a word about it, and wants goods.
func (t *turn) free(s *Shipment) bool {
	if s == nil || len(s.Lines) != 1 || s.NextZone(t.env.Policy.Zones) != "" || s.Cancelled || s.Stopped() != nil || s.Owner != "" && s.Owner != t.b.Operator {
		return false
	}
	i, err := t.env.Book.Instruction(s.ID)
	t.keep(err)
	if err != nil || i != nil || !s.Started() && !t.env.Book.LeaseValid(s.ID, t.in.At) {
		return false
	}
	at := screenFor(s.now())
	if !t.may(roleAt(at)) {
		return false
	}
	switch at {
	case ScreenPick:
		return t.allows(s, TriggerPickDone, StagePicked)
	case ScreenPack:
		return t.allows(s, TriggerPackDone, StageAwaitingDispatch)
	}
	return false
}

// openSingle opens an order of one line and counts the scan that asked for it. What the
// unit lacks is asked for with the order open; goods that are refused open nothing.
func (t *turn) openSingle(s *Shipment) {
	t.s = s
	t.enter(EventOpened, MsgOpened)
	opened, what, n := t.b, t.what, len(t.events)
	t.verdict, t.do = "", Message{}
	switch t.b.Screen {
	case ScreenPick:
		if m := t.matchLine(); m.line != nil {
			t.item(m)
		}
	case ScreenPack:
		if m := t.matchPack(); m.line != nil {
			t.pack()
		}
	}
	switch {
	case t.verdict.Good():
		if t.do.Code == "" {
			t.do = t.nextHere()
		}
	case t.verdict == Needs, t.verdict == ConfirmAgain, t.verdict == "", t.verdict == OverQty:
		t.events = t.events[:n]
		t.verdict, t.what = OK, what
		if t.do.Code == "" {
			t.do = t.next(s.now())
		}
	default:
		t.events, t.prints = nil, nil
		t.note()
		t.b, t.s = opened, nil
		t.leave()
	}
}

// labelFirst says whether the waybill is printed before the goods are verified 先打后验:
// the flow says so, else the warehouse.
func (t *turn) labelFirst() bool {
	if f := t.flowOf(t.s); f != nil && f.Label != "" {
		return f.Label == LabelFirst
	}
	return t.env.Policy.LabelFirst
}
