package central

import (
	"errors"
	"slices"

	"pickstation/central/ingest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// Hand is what one of several benches has in hand of a shipment: what it picked less what
// it undid and put back.
type Hand struct {
	Station order.StationID `json:"station"`
	Parts   []order.Part    `json:"parts,omitempty"`
	Sent    bool            `json:"sent,omitempty"` // handed a box over
}

func (h *Hand) part(line int) *order.Part {
	i := slices.IndexFunc(h.Parts, func(p order.Part) bool { return p.Line == line })
	if i < 0 {
		i = len(h.Parts)
		h.Parts = append(h.Parts, order.Part{Line: line})
	}
	return &h.Parts[i]
}

// hand returns what is noted of a bench, or nil. Goods of which nothing is noted are in the
// hands of who has the work.
func (s *Shipment) hand(station order.StationID) *Hand {
	i := slices.IndexFunc(s.Hands, func(h Hand) bool { return h.Station == station })
	if i < 0 {
		return nil
	}
	return &s.Hands[i]
}

// at is the bench that holds the shipment, or the one that it left; "" none.
func (s *Shipment) at() order.StationID {
	switch {
	case s.LeaseStation != "":
		return s.LeaseStation
	case gone(s):
		return s.SentFrom
	}
	return s.LeftBy
}

// keeps says whether a bench's goods go out: of one that handed a box over, for that cannot
// be undone; where none did, of the one that holds the shipment. Nothing of a cancelled one does.
func (s *Shipment) keeps(station order.StationID) bool {
	switch h := s.hand(station); {
	case s.Cancelled:
		return false
	case slices.ContainsFunc(s.Hands, func(h Hand) bool { return h.Sent }):
		return h != nil && h.Sent
	}
	return station == s.at()
}

// part is the units of a line at a bench.
func (s *Shipment) part(station order.StationID, l *order.Line) order.Part {
	p := order.Part{Line: l.No}
	if station == s.at() {
		p = l.Part()
		for i := range s.Hands {
			if s.Hands[i].Station != station {
				p.Less(*s.Hands[i].part(l.No))
			}
		}
	} else if h := s.hand(station); h != nil {
		p = *h.part(l.No)
	}
	return p
}

// spare are the units of a line that a bench has to put back.
func (s *Shipment) spare(station order.StationID, l *order.Line) int {
	if s.keeps(station) {
		return 0
	}
	return s.here(station, l)
}

// here are the units of a line at a bench that have not left it in a box.
func (s *Shipment) here(station order.StationID, l *order.Line) int {
	n := s.part(station, l).Picked
	sent := s.SentFrom == "" || s.SentFrom == station
	if h := s.hand(station); h != nil {
		sent = h.Sent
	}
	if sent {
		for _, no := range s.boxesLeft() {
			n -= s.Contents(no)[l.No]
		}
	}
	return max(n, 0)
}

// boxesLeft are the numbers of the boxes that were handed over.
func (s *Shipment) boxesLeft() (all []int) {
	for i := range s.Parcels {
		if s.Parcels[i].Dispatched {
			all = append(all, s.Parcels[i].No)
		}
	}
	return all
}

// disputed says whether a bench has goods in hand that do not go out.
func (s *Shipment) disputed() bool {
	for _, st := range s.benches() {
		for i := range s.Lines {
			if s.spare(st, &s.Lines[i]) > 0 {
				return true
			}
		}
	}
	return false
}

// benches are those that may have goods of the shipment.
func (s *Shipment) benches() []order.StationID {
	var all []order.StationID
	if at := s.at(); at != "" {
		all = append(all, at)
	}
	for i := range s.Hands {
		if st := s.Hands[i].Station; !slices.Contains(all, st) {
			all = append(all, st)
		}
	}
	return all
}

// apart begins to count what each bench has in hand: those of the bench that has the work,
// and those of another one.
func (s *Shipment) apart(station order.StationID) {
	if s.hand(station) != nil {
		return
	}
	if at := s.at(); at != "" && s.hand(at) == nil {
		h := Hand{Station: at, Sent: s.sentBy(at)}
		for i := range s.Lines {
			if p := s.part(at, &s.Lines[i]); p.Picked != 0 {
				h.Parts = append(h.Parts, p)
			}
		}
		s.Hands = append(s.Hands, h)
	}
	s.Hands = append(s.Hands, Hand{Station: station, Sent: s.sentBy(station)})
}

// sentBy says whether a bench handed a box over before hands were counted.
func (s *Shipment) sentBy(station order.StationID) bool {
	from := s.SentFrom
	if from == "" {
		from = s.at()
	}
	return gone(s) && station == from
}

// handOn notes that the goods at a bench went on to another one with the work.
func (s *Shipment) handOn(from, to order.StationID) {
	if from != to {
		s.Hands = slices.DeleteFunc(s.Hands, func(h Hand) bool { return h.Station == from })
	}
}

// inHand notes an event about goods with the bench where it happened, once more than one
// has some.
func (f *fold) inHand(sh *folded, e *order.Event) {
	if sh.Cancelled && f.station.ID != sh.at() && (e.Type == order.EventPicked || e.Type == order.EventPacked) {
		sh.apart(f.station.ID)
	}
	h := sh.hand(f.station.ID)
	switch {
	case h == nil || sh.givenOut(e):
	case e.Type == order.EventDispatched:
		h.Sent = h.Sent || sh.Parcel(e.Parcel) != nil // else of a box that a restored centre lost
	case sh.Line(e.Line) != nil:
		h.part(e.Line).Add(e)
	}
}

// settleHands sets right what the benches are told to put back: of a cancelled shipment all
// that they have, of one that several benches worked on what does not go out. An instruction
// is never changed: one that asks for too much is withdrawn, and what is missing is one of
// its own. The sum comes out the same however the events were cut into pushes.
func (s *Service) settleHands(tx Tx, sh *Shipment) error {
	if len(sh.Hands) == 0 && !sh.Cancelled {
		return nil
	}
	all, err := tx.InstructionsOf(sh.ID)
	if err != nil {
		return err
	}
	for _, st := range sh.benches() {
		if err := s.askBack(tx, sh, st, all); err != nil {
			return err
		}
	}
	at := sh.at()
	if !sh.disputed() && !slices.ContainsFunc(sh.Hands, func(h Hand) bool { return h.Sent && h.Station != at }) {
		sh.Hands = nil
	}
	return nil
}

// askBack asks one bench for what it has to put back, less what it is asked for already.
func (s *Service) askBack(tx Tx, sh *Shipment, station order.StationID, all []*Instruction) error {
	more := map[int]int{}
	for i := range sh.Lines {
		l := &sh.Lines[i]
		more[l.No] = sh.spare(station, l)
	}
	for _, in := range all {
		if in.Station == station && in.asks() {
			for line, n := range in.byLine(sh) {
				more[line] -= n
			}
		}
	}
	for i := len(all) - 1; i >= 0; i-- {
		in := all[i]
		if in.Station != station || !in.asks() {
			continue
		}
		back := in.byLine(sh)
		if !slices.ContainsFunc(sh.Lines, func(l order.Line) bool { return more[l.No] < 0 && back[l.No] > 0 }) {
			continue
		}
		if err := s.end(tx, sh, in); err != nil {
			return err
		}
		for line, n := range back {
			more[line] += n
		}
	}
	var goods []order.PutBack
	for i := range sh.Lines {
		if l := &sh.Lines[i]; more[l.No] > 0 {
			goods = append(goods, order.PutBack{Line: l.No, SKU: l.SKU, Name: l.Name, Qty: more[l.No], Location: l.Location})
		}
	}
	if len(goods) == 0 {
		return nil
	}
	return s.instruct(tx, sh, station, order.InstructPutBack, goods)
}

// asks says whether an instruction asks for goods.
func (in *Instruction) asks() bool { return in.Kind == order.InstructPutBack && !in.Done }

// byLine is the goods of an instruction by line. One of an older program does not name the lines.
func (in *Instruction) byLine(sh *Shipment) map[int]int {
	back := map[int]int{}
	for _, g := range in.Goods {
		left := g.Qty
		for i := range sh.Lines {
			l := &sh.Lines[i]
			switch {
			case left == 0:
			case g.Line == l.No:
				back[l.No], left = back[l.No]+left, 0
			case g.Line == 0 && g.SKU == l.SKU && g.Location == l.Location:
				n := min(left, max(l.Picked-back[l.No], 0))
				back[l.No], left = back[l.No]+n, left-n
			}
		}
	}
	return back
}

// wentBack takes what a bench confirms to have put back off the shipment, once: two machines
// of one name may confirm it. What it undid meanwhile it had put back that way.
func (f *fold) wentBack(r *ingest.Row, sh *folded, e *order.Event) error {
	all, err := f.tx.InstructionsOf(sh.ID)
	if err != nil {
		return err
	}
	said, parts := saidBack(e), []order.Part(nil)
	if i := slices.IndexFunc(all, func(in *Instruction) bool { return in.ID == e.Reason }); i >= 0 {
		in := all[i]
		if in.Kind != order.InstructPutBack || in.Confirmed {
			return nil
		}
		back := map[int]order.PutBackQty{}
		for line, n := range in.byLine(sh.Shipment) {
			b := said[line]
			b.Qty = n
			back[line] = b
		}
		parts = sh.takeOut(in.Station, back, in.asks())
		in.Confirmed = true
		err = f.tx.PutInstruction(in)
	} else { // given in a state of the centre that was lost
		parts = sh.takeOut(f.station.ID, said, false)
	}
	if err != nil || len(parts) == 0 {
		return err
	}
	for _, p := range parts {
		for _, serial := range p.Serials {
			err = errors.Join(err, f.tx.GiveUnit(sh.Line(p.Line).SKU, serial, sh.ID, ""))
		}
	}
	c := sh.WentBack(sh.flow, parts)
	sh.Stage, sh.emit = sh.flow.Stage(sh.State), true
	if c.Moved() {
		err = errors.Join(err, f.tell(sh, e, KindState, sh.State, ""))
	}
	if c.Anomaly != order.AnomalyNone {
		err = errors.Join(err, f.anomaly(r, sh, e, c.Anomaly, sh.Cancelled))
	}
	return err
}

// saidBack is what the end of a put-back says went back, by line.
func saidBack(e *order.Event) map[int]order.PutBackQty {
	back := map[int]order.PutBackQty{}
	for _, b := range e.Back {
		sum := back[b.Line]
		sum.Qty += b.Qty
		sum.Serials, sum.Packs = append(sum.Serials, b.Serials...), append(sum.Packs, b.Packs...)
		back[b.Line] = sum
	}
	return back
}

// takeOut takes units by line out of the hand of a bench, as far as it has them and they have
// not left, and returns them. Where an open instruction asks a bench for goods of which nothing
// is noted, an older program gave it, which noted nothing.
func (s *Shipment) takeOut(station order.StationID, back map[int]order.PutBackQty, open bool) (parts []order.Part) {
	noted := s.hand(station) != nil || station == s.at()
	for i := range s.Lines {
		l := &s.Lines[i]
		has, here := s.part(station, l), s.here(station, l)
		if open && !noted {
			has, here = order.Part{Line: l.No, Picked: l.Picked}, l.Picked
		}
		n := min(back[l.No].Qty, here)
		if n <= 0 {
			continue
		}
		p := has.Some(n, s.boxesLeft(), back[l.No])
		if h := s.hand(station); h != nil {
			h.part(l.No).Less(p)
		}
		p.Lots = slices.DeleteFunc(slices.Clone(p.Lots), func(lot string) bool { return s.lotElsewhere(station, l, lot) })
		parts = append(parts, p)
	}
	return parts
}

// lotElsewhere says whether another bench may have units of a lot. Of the holder's, which are
// noted only where they are told apart, nobody knows.
func (s *Shipment) lotElsewhere(station order.StationID, l *order.Line, lot string) bool {
	if at := s.at(); at != station && s.hand(at) == nil && s.part(at, l).Picked > 0 {
		return true
	}
	return slices.ContainsFunc(s.Hands, func(h Hand) bool { return h.Station != station && slices.Contains(h.part(l.No).Lots, lot) })
}

// lookedAt lets a shipment go on of which the last goods went back after a person had closed
// what was raised about it.
func (f *fold) lookedAt(sh *folded) error {
	open, err := f.tx.Exceptions(ExceptionFilter{Order: sh.Order, Limit: 1})
	if err != nil || len(open) > 0 || !letGo(sh.Shipment) {
		return err
	}
	sh.emit = true
	return f.tx.AddTimeline(TimelineRow{Subject: string(sh.Order), Kind: KindHold, Shipment: sh.ID, At: f.s.now(), ReceivedAt: f.s.now(),
		Station: f.station.ID, Source: string(order.System), Note: "looked at, and the goods went back; the work may go on"})
}

// end closes an instruction, and tells its bench.
func (s *Service) end(tx Tx, sh *Shipment, in *Instruction) error {
	in.Done = true
	if err := tx.PutInstruction(in); err != nil {
		return err
	}
	return tx.Emit(sh.Warehouse, in.Station, string(wire.RowInstruction), in.ID)
}
