package order

// ShortLine is one line that a shortage closes, and by how many units.
type ShortLine struct {
	LineRef
	Qty int `json:"qty"`
}

// askShort asks whether the current line is to be closed with fewer units.
func (t *turn) askShort(c Command) {
	if t.s == nil || t.b.Screen != ScreenPick {
		t.notNow(c)
		return
	}
	if t.barred() || t.refuseLease(t.s) {
		return
	}
	l := t.current(t.s)
	if l == nil { // what is open is in another zone
		t.notNow(c)
		return
	}
	t.askShortOf(l, c)
	t.b.Focus = l.No
}

// shortInBatch is askShort while several shipments are worked on.
func (t *turn) shortInBatch(c Command) {
	if t.b.Screen != ScreenBatch || t.s == nil || t.handFull() {
		if t.verdict == "" {
			t.notNow(c)
		}
		return
	}
	if t.refuseLease(t.s) || t.refuseFlow(t.s, t.b.Screen) {
		return
	}
	l := t.s.Line(t.b.Focus)
	if l == nil || l.Open() <= 0 {
		t.notNow(c)
		return
	}
	t.askShortOf(l, c)
}

// Reasons why units are not to be had.
const (
	outOfStock = "out_of_stock"
	damaged    = "damaged"
)

// shortReason is the reason that SHORT or DAMAGED gives.
func shortReason(c Command) string {
	if c == CmdDamaged {
		return damaged
	}
	return outOfStock
}

func (t *turn) askShortOf(l *Line, c Command) {
	reason := shortReason(c)
	q := Question{Kind: AskShort, Gate: shortGate(c), Shipment: t.s.ID, Line: l.No, Qty: l.Open(), Reason: reason}
	a := Args{Name: l.Name, SKU: l.SKU, N: l.Picked, Need: l.Qty, Reason: reason}
	what := MsgAskShort
	if reason == outOfStock { // what is missing here is missing for whoever wants it from here
		q.Also = t.sameShelf(l)
	}
	if len(q.Also) > 0 {
		what, a.N, a.Need, a.Location = MsgAskShortAll, 1+len(q.Also), q.units(), l.Location
	}
	t.askLeftOut(q, msg(what, a))
}

// askLeftOut asks whether units are left out: for one of the warehouse's reasons where it
// lists some, else for the YES of the bench card.
func (t *turn) askLeftOut(q Question, what Message) {
	if !t.askWhy(ConfirmAgain, q, what) {
		t.ask(ConfirmAgain, q, what, msg(DoScanYes, what.Args))
	}
}

// sameShelf lists the other lines of the work at hand that want the same goods, of the
// same reserved lot, from the same place: a shortage there is theirs too. What is picked
// stays picked, and so does everybody else's work.
func (t *turn) sameShelf(l *Line) (all []ShortLine) {
	ids := []ShipmentID{t.s.ID}
	if t.b.Batch != nil {
		ids = nil
		for i := range t.b.Batch.Members {
			if m := &t.b.Batch.Members[i]; !m.Out {
				ids = append(ids, m.Shipment)
			}
		}
	}
	for _, id := range ids {
		s := t.shipment(id)
		if s == nil || s.Cancelled || s.Stopped() != nil {
			continue
		}
		for i := range s.Lines {
			o := &s.Lines[i]
			if o.Open() > 0 && o.SKU == l.SKU && o.Lot == l.Lot && o.Location == l.Location && l.Location != "" &&
				(id != t.s.ID || o.No != l.No) {
				all = append(all, ShortLine{LineRef{id, o.No}, o.Open()})
			}
		}
	}
	return all
}

// units is how many units a shortage leaves out.
func (q *Question) units() int {
	n := q.Qty
	for _, x := range q.Also {
		n += x.Qty
	}
	return n
}

// short closes a line with fewer units than ordered, and with it those that wanted the
// same goods from the same place.
func (t *turn) short(q *Question, l *Line) {
	a := Args{Name: l.Name, SKU: l.SKU, N: l.Picked, Need: l.Qty, Reason: q.Reason, Ref: t.s.Ref()}
	what := MsgShorted
	own, closed := t.shortLines(q)
	if closed > 1 {
		what, a.N, a.Need, a.Location = MsgShortedAll, closed, q.units(), l.Location
	}
	t.try(own...)
	after := t.s.now()
	t.b.Focus = 0
	switch {
	case t.s.boxClosed() && t.s.AllLabelled():
		t.leave()
		t.say(OrderDone, msg(MsgPackedAll, a), msg(DoNextOrder, Args{}))
	case t.b.Batch != nil:
		t.onward()
		if t.b.Batch != nil && t.b.Batch.Drop == nil {
			t.say(LineDone, msg(what, a), t.batchStep())
		}
	case !after.pickDone() && after.nextZone(t.b.Zones) != "":
		t.b.Located = ""
		t.say(LineDone, msg(what, a), t.next(after))
	case !after.pickDone():
		t.say(LineDone, msg(what, a), t.nextAfter(after))
	case after.picked() == 0 || t.s.Complete:
		t.event(EventReleased)
		t.leave()
		t.say(OrderDone, msg(MsgAllShort, a), msg(DoSetAside, Args{}))
	default:
		t.picked(after)
	}
}

// shortLines drafts one event for each line of a shortage that still lacks what was
// asked about, and returns those of the shipment at hand and how many there are in all.
func (t *turn) shortLines(q *Question) (own []Event, closed int) {
	on := t.s
	for _, x := range append([]ShortLine{{LineRef{q.Shipment, q.Line}, q.Qty}}, q.Also...) {
		s := t.shipment(x.Shipment)
		if s == nil || s.Cancelled || s.Stopped() != nil {
			continue
		}
		l := s.Line(x.Line)
		if l == nil || l.Open() < x.Qty {
			continue
		}
		t.s = s
		e := t.event(EventShorted)
		e.Line, e.Qty, e.Reason, e.Place, e.Lot, e.No = x.Line, x.Qty, q.Reason, l.Location, l.Lot, closed
		e.Why = q.Why
		t.s = on
		if closed++; s.ID == on.ID {
			own = append(own, *e)
		}
	}
	return own, closed
}
