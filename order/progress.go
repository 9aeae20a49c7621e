package order

// Ref is the number by which people call the shipment: its first order's, else its id.
func (s *Shipment) Ref() string {
	if len(s.Orders) > 0 {
		return s.Orders[0].External
	}
	return string(s.ID)
}

// TakeProgress puts the progress of another copy of the task in place of the task's own;
// the plan stays.
func (t *Task) TakeProgress(of *Task) {
	t.State, t.Owner, t.Done = of.State, of.Owner, of.Done
	for i := range t.Lines {
		if o := of.Line(t.Lines[i].No); o != nil {
			l := &t.Lines[i]
			l.N, l.Short, l.Counted, l.Goods, l.Photos = o.N, o.Short, o.Counted, o.Goods, o.Photos
		}
	}
}

// TakeProgress puts the progress of another line in place of the line's own; the plan
// stays. An empty line gives the plan alone.
func (l *Line) TakeProgress(of *Line) {
	l.Picked, l.Packed, l.Short, l.ShortReason = of.Picked, of.Packed, of.Short, of.ShortReason
	l.Serials, l.Lots, l.Packs, l.NetG, l.Boxes = of.Serials, of.Lots, of.Packs, of.NetG, of.Boxes
}

// TakeProgress puts the progress of another parcel in place of the parcel's own; the plan
// stays, and so does whether the bench made it.
func (p *Parcel) TakeProgress(of *Parcel) {
	p.WeightG, p.Prints, p.PrintRequests, p.PrintedVersion = of.WeightG, of.Prints, of.PrintRequests, of.PrintedVersion
	p.PrintedContents, p.Papers = of.PrintedContents, of.Papers
	p.Inserts = of.Inserts
	p.Box, p.Cooled, p.Closed, p.Labelled, p.Dispatched = of.Box, of.Cooled, of.Closed, of.Labelled, of.Dispatched
}
