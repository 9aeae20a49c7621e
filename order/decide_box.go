package order

import "cmp"

// into says how the shipment will stand once a unit event has happened that verifies
// units where units are verified at that step; they go into the box at hand. Only where
// that is not the first one is the event tried on a copy, which then stands for the
// shipment.
func (t *turn) into(e *Event, changed Line, at PackCheck) outlook {
	box := t.s.Box(t.b)
	if t.s.PackCheck != at || box == t.s.firstBox() {
		return t.s.with(changed)
	}
	e.Parcel = box
	t.try(*e)
	return t.s.now()
}

// try lets events happen on a copy, which stands for the shipment from then on.
func (t *turn) try(events ...Event) {
	f := t.flowOf(t.s)
	c := t.s.copied()
	for i := range events {
		Apply(c, f, &events[i])
	}
	if t.bench == t.s {
		t.bench = c
	}
	t.s = c
}

// closeBox says that the box at hand is full: what follows goes into the next. With all
// goods in boxes it only tells the kind of the box that waits for its label.
func (t *turn) closeBox(kind string) {
	if t.s == nil {
		t.notNow(t.boxCommand(kind))
		return
	}
	if t.barred() || t.refuseLease(t.s) {
		return
	}
	now := t.s.now()
	if p := now.due(); p != nil && t.b.Screen == ScreenLabel {
		t.tellBox(p, kind)
		return
	}
	no := t.s.Box(t.b)
	a := Args{Ref: t.s.Ref(), N: t.s.UnitsIn(no), Need: no, Code: kind}
	switch {
	case a.N == 0:
		t.say(Needs, msg(MsgBoxEmpty, a), t.next(now))
		return
	case t.refuseBox(kind, no) || t.refuseSplit(no) || t.refuseFlow(t.s, t.b.Screen):
		return
	}
	e := t.event(EventBoxed)
	e.Parcel, e.Box, e.Over = no, kind, true
	if p := t.s.Parcel(no); p != nil {
		e.Reason, e.Box = p.Box, cmp.Or(kind, p.Box)
	}
	t.try(*e)
	t.b.Box = 0
	t.say(OK, msg(MsgBoxClosed, a), Message{})
	t.numberDue()
	if t.b.Screen = screenFor(t.s.now()); t.env.Policy.AutoPrint && t.numberFor(t.s.Parcel(no)) != "" {
		t.b.Screen = ScreenLabel // its number comes with the print that is asked for now
	}
	t.proceed(t.s.now())
}

func (t *turn) boxCommand(kind string) Command {
	if kind == "" {
		return CmdNextBox
	}
	return Command("BOX-" + kind)
}

// tellBox notes the kind of a box that is full.
func (t *turn) tellBox(p *Parcel, kind string) {
	a := Args{Ref: t.s.Ref(), N: t.s.UnitsIn(p.No), Need: p.No, Code: kind}
	switch {
	case kind == "":
		t.say(WrongKind, msg(MsgNothingToBox, a), t.next(t.s.now()))
	case t.refuseBox(kind, p.No):
	default:
		e := t.event(EventBoxed)
		e.Parcel, e.Box, e.Reason = p.No, kind, p.Box
		t.say(OK, msg(MsgBoxKind, a), t.next(t.s.now()))
	}
}

// refuseBox refuses a kind of box that the warehouse does not have, that the carrier
// does not take, or that holds less than what lies in it.
func (t *turn) refuseBox(kind string, no int) bool {
	if kind == "" {
		return false
	}
	a := Args{Code: kind, Name: t.s.Carrier.Name, SKU: SKU(t.s.Carrier.ID), Need: no}
	k, ok := t.env.Policy.Packaging(kind)
	g, known := t.s.WeightIn(no)
	switch {
	case !ok:
		t.say(Blocked, msg(MsgNoSuchBox, a), msg(DoOtherBox, a))
	case !takes(k.Carriers, t.s.Carrier.ID):
		t.say(Blocked, msg(MsgBoxUnfit, a), msg(DoOtherBox, a))
	case known && k.MaxG > 0 && g > k.MaxG:
		a.N, a.Need = g, k.MaxG
		t.say(Blocked, msg(MsgBoxTooHeavy, a), msg(DoOtherBox, a))
	default:
		return false
	}
	return true
}

// boxCode takes the barcode on a box for its kind, and the waybill of a box of this
// shipment that is not closed for turning to it.
func (t *turn) boxCode() bool {
	for _, r := range t.in.Readings {
		if r.Key == "" {
			continue
		}
		for _, k := range t.env.Policy.Packagings {
			if k.Key == r.Key {
				t.closeBox(k.Code)
				return true
			}
		}
		if p := t.s.ByWaybill(r.Key); p != nil && p.No != t.s.Box(t.b) && t.b.Screen != ScreenLabel {
			t.turnToBox(p)
			return true
		}
	}
	return false
}

// turnToBox lets the next units go into a box that was begun or planned.
func (t *turn) turnToBox(p *Parcel) {
	a := Args{Ref: t.s.Ref(), N: t.s.UnitsIn(p.No), Need: p.No, Waybill: p.Waybill.Number}
	switch {
	case p.Labelled:
		t.say(DoneAlready, msg(MsgLabelledYet, a), t.next(t.s.now()))
	case p.Closed:
		t.say(DoneAlready, msg(MsgBoxClosed, a), t.next(t.s.now()))
	default:
		t.b.Box = p.No
		t.say(OK, msg(MsgBoxTurned, a), t.next(t.s.now()))
	}
}

// askUnbox asks which box is to be emptied.
func (t *turn) askUnbox() {
	if t.s == nil {
		t.notNow(CmdUnbox)
		return
	}
	if t.barred() {
		return
	}
	latest := 0
	for i := range t.s.Parcels {
		if p := &t.s.Parcels[i]; !p.Labelled && t.s.UnitsIn(p.No) > 0 {
			latest = p.No
		}
	}
	if latest == 0 {
		t.say(WrongKind, msg(MsgNothingToUndo, Args{}), t.nextHere())
		return
	}
	a := Args{Ref: t.s.Ref(), Need: latest, N: t.s.UnitsIn(latest)}
	t.ask(ConfirmAgain, Question{Kind: AskUnbox, Shipment: t.s.ID, Parcel: latest}, msg(MsgAskUnbox, a), msg(DoScanBox, a))
}

// unboxBy takes the waybill of a box as the answer to which one is to be emptied.
func (t *turn) unboxBy() bool {
	if t.s == nil {
		return false
	}
	for _, r := range t.in.Readings {
		if p := t.s.ByWaybill(r.Key); p != nil {
			t.b.Question = nil
			if !t.barred() {
				t.emptyBox(p)
			}
			return true
		}
	}
	return false
}

// emptyBox takes back every unit that went into a box, the last one first, and opens
// it. What lies in other boxes stays there.
func (t *turn) emptyBox(p *Parcel) {
	a := Args{Ref: t.s.Ref(), Need: p.No, N: t.s.UnitsIn(p.No), Waybill: p.Waybill.Number}
	switch {
	case p.Labelled:
		t.say(Blocked, msg(MsgLabelledYet, a), msg(DoCallLead, a))
		return
	case a.N == 0:
		t.say(WrongKind, msg(MsgBoxEmpty, a), t.next(t.s.now()))
		return
	}
	was, reopen := t.s, t.s.PickDone()
	steps := t.s.stepsOf(p.No)
	var drafts []Event
	for i := len(steps) - 1; i >= 0; i-- {
		if steps[i].typ != EventBoxed && !steps[i].fits(t.s) {
			break
		}
		e := t.draftUndo(steps[i])
		drafts = append(drafts, e)
		t.try(e)
	}
	switch {
	case t.s.UnitsIn(p.No) > 0: // counted so long ago that nobody knows it any more
		t.back(was)
		t.say(Blocked, msg(MsgNothingToUndo, a), msg(DoCallLead, a))
		return
	case reopen && !t.s.PickDone() && !t.allows(was, TriggerReopened, StageAwaitingPick):
		t.back(was)
		t.notAllowed(was)
		return
	}
	t.events = append(t.events, drafts...)
	for _, st := range steps {
		t.returnLot(st.line, st.lot, st.qty, st.gave)
	}
	t.b.Focus, t.b.Located, t.b.Box = 0, "", 0
	t.b.Screen = screenFor(t.s.now())
	what := MsgBoxEmptied
	if p.PrintRequests > 0 {
		what = MsgBoxEmptiedPaper
	}
	t.say(OK, msg(what, a), t.next(t.s.now()))
}

// back puts the shipment in place of the copy on which events were tried.
func (t *turn) back(s *Shipment) {
	if t.bench == t.s {
		t.bench = s
	}
	t.s = s
}

// stepsOf returns what UNDO can take back of one box.
func (s *Shipment) stepsOf(no int) (own []step) {
	counts := EventPicked
	if s.PackCheck == PackEach {
		counts = EventPacked
	}
	for _, st := range s.steps {
		if st.typ == EventInstructed { // what is left of what was there before lies in nobody knows which box
			own = nil
			continue
		}
		box := st.box
		if box == 0 {
			box = s.firstBox()
		}
		if box == no && (st.typ == counts || st.typ == EventBoxed) {
			own = append(own, st)
		}
	}
	return own
}

// draftUndo is the event that takes a step back.
func (t *turn) draftUndo(st step) Event {
	n := len(t.events)
	e := t.event(EventUndone)
	e.Of, e.Line, e.Qty, e.Serial, e.Reason, e.Parcel, e.Box = st.seq, st.line, st.qty, st.serial, string(st.typ), st.box, st.was
	e.WeightG, e.Pack, e.Over = st.net, st.pack, st.pack != ""
	if st.typ == EventSubstituted {
		e.No = st.part
	}
	if st.lot != "" && t.s.lastOfLot(st) {
		e.Lot = st.lot
	}
	draft := *e
	t.events = t.events[:n]
	return draft
}

// numberDue gives boxes that were made here their waybill numbers, as far as the
// station holds some; a box without one waits, and the centre is told.
func (t *turn) numberDue() {
	for i := range t.s.Parcels {
		if p := &t.s.Parcels[i]; p.Waybill.Number == "" && t.s.now().labelDue(p) && t.numberFor(p) == "" {
			e := t.event(EventPrintFailed)
			e.Parcel, e.Reason = p.No, NoNumber
		}
	}
}

// NoNumber is why a box cannot be printed for which the station holds no number.
const NoNumber = "no_number"

// WaitsForNumber says whether a full box has no waybill number yet.
func (s *Shipment) WaitsForNumber() bool {
	for i := range s.Parcels {
		if p := &s.Parcels[i]; p.Waybill.Number == "" && s.now().labelDue(p) {
			return true
		}
	}
	return false
}

// numberFor returns the waybill number of a parcel, taken from those that the station
// holds where it has none yet, or "".
func (t *turn) numberFor(p *Parcel) string {
	if p.Waybill.Number != "" {
		return p.Waybill.Number
	}
	taken := 0
	for i := range t.events {
		e := &t.events[i]
		if e.Type == EventPrintRequested && e.Paper == PaperWaybill && e.No == 1 && e.Parcel != p.No {
			if o := t.s.Parcel(e.Parcel); o != nil && o.Waybill.Number == "" {
				taken++
			}
		}
	}
	n, err := t.env.Book.Number(t.s.Carrier.ID, taken)
	t.keep(err)
	return n
}

// printedNumber is the number on the waybill of a parcel, also where the station gave it
// this very moment.
func (t *turn) printedNumber(p *Parcel) string {
	for i := range t.events {
		if e := &t.events[i]; e.Type == EventPrintRequested && e.Paper == PaperWaybill && e.Parcel == p.No && e.Waybill != "" {
			return e.Waybill
		}
	}
	return t.numberFor(p)
}

// reopenBox takes the closing of a box back.
func (t *turn) reopenBox(st step) {
	a := Args{Ref: t.s.Ref(), Need: st.box, N: t.s.UnitsIn(st.box)}
	t.events = append(t.events, t.draftUndo(st))
	t.try(t.events[len(t.events)-1])
	t.b.Box, t.b.Screen = 0, screenFor(t.s.now())
	t.say(OK, msg(MsgBoxTurned, a), t.next(t.s.now()))
}

// wantsWaybill says whether a parcel's waybill is to be printed for the first time: at
// the label step those of full boxes, before it (the waybill first) any.
func (t *turn) wantsWaybill(p *Parcel) bool {
	o := t.s.now()
	if t.ahead.Shipment == t.s {
		o = t.ahead
	}
	return p.PrintRequests == 0 && t.numberFor(p) != "" &&
		(o.labelDue(p) || t.b.Screen != ScreenLabel && t.s.NeedsBox(p))
}

// moreAfter says what follows once a label is on its box, and whether anything does.
func (t *turn) moreAfter(labelled Event) bool {
	c := t.s.copied()
	Apply(c, nil, &labelled)
	o := c.now()
	switch p := o.due(); {
	case p != nil:
		t.say(OK, msg(MsgLabelled, Args{Waybill: labelled.Waybill}), t.nextLabel(o))
	case !o.allIn():
		t.b.Screen, t.b.Focus, t.b.Located = screenFor(o), 0, ""
		t.say(OK, msg(MsgLabelled, Args{Waybill: labelled.Waybill}), t.next(o))
	default:
		return false
	}
	return true
}
