package order

import "slices"

// Packaging is a kind of box that a warehouse packs into.
type Packaging struct {
	Code     string      `json:"code"` // as the bench card says it: S, M, L
	Name     Names       `json:"name,omitzero"`
	Key      string      `json:"key,omitempty"`      // barcode on the box itself, as [CodeKey] returns it
	TareG    int         `json:"tare_g,omitempty"`   // weight of the empty box, grams
	MaxG     int         `json:"max_g,omitempty"`    // most that may lie in it, grams; 0 no limit
	Carriers []CarrierID `json:"carriers,omitempty"` // that take it; none: every carrier does
}

// Packaging returns the kind of box with that code. A warehouse that lists none has S,
// M and L, and every carrier takes them.
func (p *Policy) Packaging(code string) (Packaging, bool) {
	i := slices.IndexFunc(p.Packagings, func(x Packaging) bool { return x.Code == code })
	switch {
	case i >= 0:
		return p.Packagings[i], true
	case len(p.Packagings) == 0 && (code == "S" || code == "M" || code == "L"):
		return Packaging{Code: code}, true
	}
	return Packaging{}, false
}

// InBox says how many units of a line lie in one box.
type InBox struct {
	Parcel int `json:"p"`
	Qty    int `json:"q"`
}

// maxBoxes bounds how many boxes a bench makes of one shipment.
const maxBoxes = 99

// firstBox is the box of all units of which nothing else is said, so that a shipment in
// one box, as most are, needs no map.
func (s *Shipment) firstBox() int {
	if len(s.Parcels) > 0 {
		return s.Parcels[0].No
	}
	return 1
}

// boxed returns the units of a line that are verified: those that lie in a box.
func (s *Shipment) boxed(l *Line) int {
	if s.PackCheck == PackEach {
		return l.Packed
	}
	return l.Picked
}

// inBox returns how many units of the line lie in a box.
func (s *Shipment) inBox(l *Line, no int) int {
	n, rest := 0, s.boxed(l)
	for _, x := range l.Boxes {
		rest -= x.Qty
		if x.Parcel == no {
			n += x.Qty
		}
	}
	if no == s.firstBox() {
		return n + rest
	}
	return n
}

// Contents returns how many units of each line lie in a parcel, by line number; lines
// of which it holds none are left out.
func (s *Shipment) Contents(no int) map[int]int {
	in := map[int]int{}
	for i := range s.Lines {
		if n := s.inBox(&s.Lines[i], no); n > 0 {
			in[s.Lines[i].No] = n
		}
	}
	return in
}

// UnitsIn returns how many units lie in a parcel.
func (s *Shipment) UnitsIn(no int) (n int) {
	for i := range s.Lines {
		n += s.inBox(&s.Lines[i], no)
	}
	return n
}

// put moves the count of a box on the line; the first box is what the others leave.
func (l *Line) put(no, qty int) {
	l.Boxes = slices.Clone(l.Boxes) // copies of the line keep theirs
	i := slices.IndexFunc(l.Boxes, func(x InBox) bool { return x.Parcel == no })
	if i < 0 {
		i = len(l.Boxes)
		l.Boxes = append(l.Boxes, InBox{Parcel: no})
	}
	if l.Boxes[i].Qty += qty; l.Boxes[i].Qty == 0 {
		l.Boxes = slices.Delete(l.Boxes, i, i+1)
	}
	if len(l.Boxes) == 0 {
		l.Boxes = nil
	}
}

// NeedsBox says whether a parcel is one that leaves: boxes that were planned do, those
// that the bench made once something lies in them.
func (s *Shipment) NeedsBox(p *Parcel) bool {
	return !p.Extra || p.Labelled || p.Dispatched || s.UnitsIn(p.No) > 0
}

// Box returns the number of the box that takes the next units: the one turned to, else
// the first that is not closed, else a new one.
func (s *Shipment) Box(b Bench) int {
	open := func(p *Parcel) bool { return !p.Closed && !p.Labelled && !p.Dispatched }
	if p := s.Parcel(b.Box); p != nil && open(p) {
		return p.No
	}
	last := 0
	for i := range s.Parcels {
		if p := &s.Parcels[i]; open(p) {
			return p.No
		}
		last = max(last, s.Parcels[i].No)
	}
	return last + 1
}

// boxClosed says whether the bench has closed a box, so that others may follow.
func (s *Shipment) boxClosed() bool {
	return slices.ContainsFunc(s.Parcels, func(p Parcel) bool { return p.Closed })
}

// addParcel returns the parcel with that number, made if the bench may make it.
func (s *Shipment) addParcel(no int) *Parcel {
	if p := s.Parcel(no); p != nil || no < 1 || no > maxBoxes {
		return p
	}
	p := Parcel{No: no, Extra: true}
	if len(s.Parcels) > 0 { // the same carrier takes it the same way
		w := s.Parcels[0].Waybill
		p.Waybill = Waybill{Routing: w.Routing, Sort: w.Sort}
	}
	s.Parcels = append(slices.Clone(s.Parcels), p)
	return &s.Parcels[len(s.Parcels)-1]
}

// applyBoxed closes a box.
func applyBoxed(s *Shipment, e *Event) Anomaly {
	p := s.addParcel(e.Parcel)
	if p == nil {
		return AnomalyNoParcel
	}
	p.Box = e.Box
	if e.Over {
		p.Closed = true
		s.steps = append(s.steps, stepOf(e))
	}
	return AnomalyNone
}

// unbox opens a closed box again.
func unbox(s *Shipment, e *Event) Anomaly {
	p := s.Parcel(e.Parcel)
	if p == nil {
		return AnomalyNoParcel
	}
	s.forget(e.Of)
	p.Closed, p.Box = false, e.Box
	return AnomalyNone
}

// unitsIn is [Shipment.UnitsIn] of the shipment as it will be.
func (o outlook) unitsIn(no int) (n int) {
	for i := range o.Lines {
		n += o.inBox(o.at(i), no)
	}
	return n
}

// labelDue says whether a box is full and waits for its label.
func (o outlook) labelDue(p *Parcel) bool {
	return !p.Labelled && (p.Closed && o.unitsIn(p.No) > 0 || o.allIn() && o.NeedsBox(p))
}

// allIn says whether all goods of the shipment lie in boxes.
func (o outlook) allIn() bool { return o.pickDone() && o.packDone() }

// due returns the first box that waits for its label, or nil.
func (o outlook) due() *Parcel {
	for i := range o.Parcels {
		if p := &o.Parcels[i]; o.labelDue(p) {
			return p
		}
	}
	return nil
}

// closedFirst returns a closed box whose label comes before more goods are packed, so
// that no two boxes without a label stand on the bench. One that has no number cannot
// hold the work up.
func (o outlook) closedFirst() *Parcel {
	for i := range o.Parcels {
		if p := &o.Parcels[i]; p.Closed && !p.Labelled && p.Waybill.Number != "" && o.unitsIn(p.No) > 0 {
			return p
		}
	}
	return nil
}

// Copy returns a copy of the shipment with what UNDO may take back of it.
func (s *Shipment) Copy() *Shipment { return s.copied() }

// copied returns a copy of the shipment on which events may be tried.
func (s *Shipment) copied() *Shipment {
	c := *s
	c.Lines, c.Parcels, c.steps = slices.Clone(s.Lines), slices.Clone(s.Parcels), slices.Clone(s.steps)
	return &c
}

// WeightIn returns what the goods in a parcel weigh together, grams; ok is false where
// the unit weight of some is not known, or nothing is in it.
func (s *Shipment) WeightIn(no int) (grams int, ok bool) {
	for i := range s.Lines {
		l := &s.Lines[i]
		n := s.inBox(l, no)
		w := l.weigh(n)
		if n > 0 && w <= 0 {
			return 0, false
		}
		grams += w
	}
	return grams, grams > 0
}

// weigh returns what n picked units weigh, grams, 0 not known: by the catalogue, or, where
// each is weighed, by what they did weigh.
func (l *Line) weigh(n int) int {
	if l.Track.Weight && l.NetG > 0 && l.Picked > 0 {
		return int(int64(l.NetG) * int64(n) / int64(l.Picked))
	}
	return n * l.WeightG
}

// RestoreBox returns the parcel with that number as a store kept it: made where no plan
// has it, and with the waybill number that the bench gave it. It returns nil for a
// number that no box has.
func (s *Shipment) RestoreBox(no int, waybill string) *Parcel {
	p := s.addParcel(no)
	if p != nil && p.Waybill.Number == "" {
		p.Waybill.Number = waybill
	}
	return p
}

// LabelDue says whether a box is full and waits for its label.
func (s *Shipment) LabelDue(p *Parcel) bool { return s.now().labelDue(p) }

// PaperContents returns how many units of each line a paper of a parcel names, by line
// number: what lies in the box, or in all boxes for a paper of the whole shipment. While
// goods are still missing, for paper that is printed first, it is what is planned.
func (s *Shipment) PaperContents(p *Parcel, k PaperKind) map[int]int {
	o := s.now()
	in, planned := map[int]int{}, o.planned(p)
	for i := range s.Lines {
		if n := o.paperQty(&s.Lines[i], p, k, planned); n > 0 {
			in[s.Lines[i].No] = n
		}
	}
	return in
}

// planned says whether a paper of the parcel can only name what is to lie in the box.
func (o outlook) planned(p *Parcel) bool { return !p.Closed && !p.Labelled && !o.allIn() }

func (o outlook) paperQty(l *Line, p *Parcel, k PaperKind, planned bool) int {
	n := o.boxed(l)
	missing := 0
	if planned {
		missing = l.Qty - l.Short - n
	}
	if k.ByParcel() {
		n = o.inBox(l, p.No)
	}
	return missing + n
}

// ParcelCount returns how many parcels leave, 0 while nobody knows: a box was closed and
// goods still wait for another one.
func (s *Shipment) ParcelCount() (n int) {
	if s.boxClosed() && !s.now().allIn() {
		return 0
	}
	for i := range s.Parcels {
		if s.NeedsBox(&s.Parcels[i]) {
			n++
		}
	}
	return n
}
