package order

import "slices"

// Part is the units of a line that one bench has in hand.
type Part struct {
	Line    int      `json:"line"`
	Picked  int      `json:"picked,omitempty"`
	Packed  int      `json:"packed,omitempty"`
	NetG    int      `json:"net_g,omitempty"` // grams, where each unit is weighed
	Serials []string `json:"serials,omitempty"`
	Lots    []string `json:"lots,omitempty"`  // distinct lots among them
	Packs   []string `json:"packs,omitempty"` // packs that were picked whole
	Boxes   []InBox  `json:"boxes,omitempty"` // units in other boxes than the first
}

// Part returns all units of the line.
func (l *Line) Part() Part {
	return Part{Line: l.No, Picked: l.Picked, Packed: l.Packed, NetG: l.NetG, Serials: slices.Clone(l.Serials),
		Lots: slices.Clone(l.Lots), Packs: slices.Clone(l.Packs), Boxes: slices.Clone(l.Boxes)}
}

// Add folds an event about goods of the part's line into it, as [Apply] folds it into the line.
func (p *Part) Add(e *Event) {
	l := p.asLine()
	switch e.Type {
	case EventPicked:
		l.take(e)
	case EventPacked:
		l.Packed += e.Qty
	case EventUndone:
		switch EventType(e.Reason) {
		case EventBoxed, EventSubstituted, EventShorted:
			return
		}
		st := step{typ: EventType(e.Reason), qty: e.Qty, net: e.WeightG}
		st.takeBack(l)
		l.Serials, l.Lots, l.Packs = without(l.Serials, e.Serial), without(l.Lots, e.Lot), without(l.Packs, e.Pack)
	default:
		return
	}
	if e.Parcel != 0 {
		qty := e.Qty
		if e.Type == EventUndone {
			qty = -qty
		}
		l.put(e.Parcel, qty)
	}
	*p = l.Part()
}

func (p *Part) asLine() *Line {
	return &Line{No: p.Line, Picked: p.Picked, Packed: p.Packed, NetG: p.NetG, Serials: p.Serials, Lots: p.Lots, Packs: p.Packs, Boxes: p.Boxes}
}

// Less takes another part off the part.
func (p *Part) Less(o Part) {
	l := p.asLine()
	l.less(o)
	*p = l.Part()
}

// Some is n units of the part. Where those are not all, only their serials and whole packs that
// were named tell which they are: others stay, and all lots; they come out of other boxes than
// the first one before that, none out of boxes that have left, and what was packed goes last.
func (p *Part) Some(n int, left []int, named PutBackQty) Part {
	if n >= p.Picked {
		return *p
	}
	some := Part{Line: p.Line, Picked: n, Packed: max(p.Packed-(p.Picked-n), 0), NetG: p.NetG * n / p.Picked,
		Serials: among(p.Serials, named.Serials), Packs: among(p.Packs, named.Packs)}
	for _, b := range p.Boxes {
		if q := min(b.Qty, n); q > 0 && !slices.Contains(left, b.Parcel) {
			some.Boxes = append(some.Boxes, InBox{Parcel: b.Parcel, Qty: q})
			n -= q
		}
	}
	return some
}

// among returns what of a list is in another one.
func among(list, those []string) (both []string) {
	for _, x := range list {
		if slices.Contains(those, x) {
			both = append(both, x)
		}
	}
	return both
}

func (l *Line) less(p Part) {
	l.Picked, l.Packed, l.NetG = l.Picked-p.Picked, l.Packed-p.Packed, l.NetG-p.NetG
	l.Serials, l.Lots, l.Packs = withoutAll(l.Serials, p.Serials), withoutAll(l.Lots, p.Lots), withoutAll(l.Packs, p.Packs)
	for _, b := range p.Boxes {
		l.put(b.Parcel, -b.Qty)
	}
}

func withoutAll(list, those []string) []string {
	for _, x := range those {
		list = without(list, x)
	}
	return list
}

// WentBack takes units off the shipment that lie at their places again. A shipment whose
// pick was complete with them, and that has not left, is picked on.
func (s *Shipment) WentBack(f *Flow, parts []Part) Change {
	c := Change{From: s.State, To: s.State}
	for _, p := range parts {
		if l := s.Line(p.Line); l != nil {
			l.less(p)
		}
	}
	stage := f.Stage(s.State)
	if s.Cancelled || s.PickDone() || stage.Rank() < StagePicked.Rank() || stage.Rank() >= StageDispatched.Rank() {
		return c
	}
	to, ok := f.Move(s.State, TriggerReopened)
	if !ok {
		c.Anomaly = AnomalyNotAllowed
		return c
	}
	s.State, c.To = to, to
	return c
}
