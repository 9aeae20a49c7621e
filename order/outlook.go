package order

import "slices"

// outlook is a shipment as it will be once one of its lines has changed. The lines
// are not copied: a shipment may have more than a thousand of them.
type outlook struct {
	*Shipment
	changed *Line // stands for the line with its number; nil: nothing changes
}

// now is the shipment as it is.
func (s *Shipment) now() outlook { return outlook{Shipment: s} }

// with is the shipment as it will be with the changed line.
func (s *Shipment) with(l Line) outlook { return outlook{Shipment: s, changed: &l} }

func (o outlook) at(i int) *Line {
	l := &o.Lines[i]
	if o.changed != nil && o.changed.No == l.No {
		return o.changed
	}
	return l
}

// get returns the line with that number, or nil.
func (o outlook) get(no int) *Line {
	if o.changed != nil && o.changed.No == no {
		return o.changed
	}
	return o.Line(no)
}

// pickDone looks from the end, for lines are picked from the front: most often the
// last one answers.
func (o outlook) pickDone() bool {
	for i := len(o.Lines) - 1; i >= 0; i-- {
		if o.at(i).Open() > 0 {
			return false
		}
	}
	return true
}

func (o outlook) packDone() bool {
	if o.PackCheck != PackEach {
		return true
	}
	for i := range o.Lines {
		if o.at(i).Unverified() > 0 {
			return false
		}
	}
	return true
}

// whole is the shipment as it will be, as a shipment of its own.
func (o outlook) whole() *Shipment {
	if o.changed == nil {
		return o.Shipment
	}
	s := *o.Shipment
	s.Lines = slices.Clone(s.Lines)
	*s.Line(o.changed.No) = *o.changed
	return &s
}

// picked returns how many units are picked on all lines.
func (o outlook) picked() (n int) {
	for i := range o.Lines {
		n += o.at(i).Picked
	}
	return n
}

// ordered returns the units to pick over all lines.
func (o outlook) ordered() (n int) {
	for i := range o.Lines {
		n += o.at(i).Qty
	}
	return n
}

// unverified returns how many picked units await the pack check.
func (o outlook) unverified() (n int) {
	for i := range o.Lines {
		n += o.at(i).Unverified()
	}
	return n
}

// nextLine is the line to pick next in these zones; see [Shipment.NextLine].
func (o outlook) nextLine(skipped []int, zones []string) (best *Line) {
	for i := range o.Lines {
		l := o.at(i)
		if l.Open() > 0 && InZone(l, zones) && !o.kitWaits(l, PackByPick) && (best == nil || CompareWalk(l, best, skipped) < 0) {
			best = l
		}
	}
	return best
}
