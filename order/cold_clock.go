package order

import (
	"slices"
	"time"
)

// OutClock is how long the goods of one temperature class in the tote, or in one box, have
// been out of the cold: that of the oldest of them, from the scan that took it out. It is
// business time, so it goes on over restarts and power cuts.
type OutClock struct {
	Box    int       `json:"box,omitempty"` // 0: the tote; where goods are picked into boxes it is the first box
	Temp   Temp      `json:"temp"`
	Since  time.Time `json:"since,omitzero"`    // zero: in the cold now
	SpentS int       `json:"spent_s,omitempty"` // seconds before that
	PassS  int       `json:"pass_s,omitempty"`  // of which a lead has let pass
	Told   bool      `json:"told,omitempty"`    // that it is past its limit; a lead has not decided yet
}

// OutFor returns for how long the goods have been out, less what a lead let pass.
func (c *OutClock) OutFor(at time.Time) time.Duration {
	return max(c.total(at)-time.Duration(c.PassS)*time.Second, 0)
}

func (c *OutClock) total(at time.Time) time.Duration {
	d := time.Duration(c.SpentS) * time.Second
	if !c.Since.IsZero() {
		d += max(at.Sub(c.Since), 0)
	}
	return d
}

// outAhead is how far a start may lie in the future before nobody knows when it was.
const outAhead = 5 * time.Minute

// Unknown says that nobody knows for how long the goods have been out: the station's clock
// was ahead when they were taken, and was put right since. A lead has to decide.
func (c *OutClock) Unknown(at time.Time) bool { return c.Since.Sub(at) > outAhead }

// tooWarm says whether the clock is past the limit of its class, or may be.
func (c *OutClock) tooWarm(p *Policy, at time.Time) bool {
	r := p.ColdRule(c.Temp)
	return r != nil && (c.Unknown(at) || c.OutFor(at) >= time.Duration(r.HoldS)*time.Second)
}

// DueToTell says whether the clock is past the limit of its class and nobody was told.
func (c *OutClock) DueToTell(p *Policy, at time.Time) bool { return !c.Told && c.tooWarm(p, at) }

// OutTotal returns for how long cold goods of a parcel have been out in all, seconds;
// parcel 0 asks for all.
func (s *Shipment) OutTotal(parcel int, at time.Time) (seconds int) {
	for i := range s.Out {
		if c := &s.Out[i]; parcel == 0 || s.clockOf(c, parcel) {
			seconds = max(seconds, int(c.total(at)/time.Second))
		}
	}
	return seconds
}

// clockOf says whether a clock is of the parcel. Where goods are picked into boxes the
// tote is the first of them.
func (s *Shipment) clockOf(c *OutClock, parcel int) bool {
	return c.Box == parcel || c.Box == 0 && s.PackCheck != PackEach && parcel == s.firstBox()
}

// clock returns the clock of a class in a box, or nil.
func (s *Shipment) clock(box int, t Temp) *OutClock {
	i := slices.IndexFunc(s.Out, func(c OutClock) bool { return c.Box == box && c.Temp == t })
	if i < 0 {
		return nil
	}
	return &s.Out[i]
}

// TooWarm returns the clock that is past its limit, or nil; parcel 0 asks for all.
func (s *Shipment) TooWarm(p *Policy, parcel int, at time.Time) *OutClock {
	for i := range s.Out {
		if c := &s.Out[i]; c.tooWarm(p, at) && (parcel == 0 || s.clockOf(c, parcel)) {
			return c
		}
	}
	return nil
}

// WarmEvents returns the drafts that tell of goods which are out of the cold for too long:
// one for each clock, until a lead has decided. No scan is needed for it.
func (s *Shipment) WarmEvents(p *Policy, at time.Time) (drafts []Event) {
	for i := range s.Out {
		if c := &s.Out[i]; c.DueToTell(p, at) {
			drafts = append(drafts, Event{Type: EventTooWarm, V: EventVersion, Shipment: s.ID, OrderVersion: s.Version, FlowVersion: s.FlowVersion,
				At: at.UnixMilli(), Source: System, Parcel: c.Box, Reason: string(c.Temp), OutS: int(c.total(at) / time.Second)})
		}
	}
	return drafts
}

// applyCold lets the clocks follow an event that was applied to the shipment.
func applyCold(s *Shipment, e *Event) {
	if len(s.Out) > 0 {
		s.Out = slices.Clone(s.Out) // copies of the shipment keep theirs
	}
	switch e.Type {
	case EventPicked, EventPacked:
		if l := s.Line(e.Line); l != nil && l.Temp.Cold() && e.Qty > 0 {
			s.takeOut(e, l.Temp)
		}
		s.goOut(e)
		if e.Type == EventPacked {
			s.dropEmpty()
		}
	case EventOpened, EventTakenOver:
		s.goOut(e)
	case EventUndone:
		s.unpack(e)
		s.dropEmpty()
	case EventInstructed:
		if s.Cancelled { // all goods were put back
			s.Out = nil
		}
	case EventChilled:
		s.comeIn(e)
	case EventTooWarm:
		if c := s.clock(e.Parcel, Temp(e.Reason)); c != nil {
			c.Told = true
		}
	case EventWarmPassed:
		for i := range s.Out {
			if c := &s.Out[i]; e.Parcel == 0 || s.clockOf(c, e.Parcel) {
				if c.Unknown(e.Time()) {
					c.Since = e.Time()
				}
				c.PassS, c.Told = int(c.total(e.Time())/time.Second), false
			}
		}
	case EventDispatched:
		s.Out = slices.DeleteFunc(s.Out, func(c OutClock) bool { return s.clockOf(&c, e.Parcel) })
	}
	if len(s.Out) == 0 {
		s.Out = nil
	}
}

// takeOut starts the clock of a class in the tote or a box. Goods that are packed bring
// the tote's time along.
func (s *Shipment) takeOut(e *Event, t Temp) {
	c := OutClock{Box: s.clockBox(e), Temp: t, Since: e.Time()}
	if e.Since != 0 { // taken into the hand before
		c.Since = time.UnixMilli(e.Since).UTC()
	}
	if e.Type == EventPacked {
		if tote := s.clock(0, t); tote != nil {
			c = *tote
			c.Box = s.clockBox(e)
		}
	}
	s.older(c, e.Time())
}

// clockBox is the clock's box for units that an event moves.
func (s *Shipment) clockBox(e *Event) int {
	switch {
	case s.PackCheck != PackEach && e.Parcel == s.firstBox():
		return 0
	case e.Parcel == 0 && (e.Type == EventPacked || e.Reason == string(EventPacked)):
		return s.firstBox()
	}
	return e.Parcel
}

// older lets a clock stand in a box, unless goods that were out for longer lie there.
func (s *Shipment) older(c OutClock, at time.Time) {
	if own := s.clock(c.Box, c.Temp); own == nil {
		s.Out = append(s.Out, c)
	} else if own.OutFor(at) < c.OutFor(at) {
		*own = c
	}
}

// unpack takes a unit that was packed back to the tote, with its time.
func (s *Shipment) unpack(e *Event) {
	l := s.Line(e.Line)
	if l == nil || e.Reason != string(EventPacked) {
		return
	}
	if c := s.clock(s.clockBox(e), l.Temp); c != nil {
		back := *c
		back.Box = 0
		s.older(back, e.Time())
	}
}

// goOut lets the clocks run again: somebody works with the goods.
func (s *Shipment) goOut(e *Event) {
	for i := range s.Out {
		if s.Out[i].Since.IsZero() && !s.boxDone(s.Out[i].Box) {
			s.Out[i].Since = e.Time()
		}
	}
}

// boxDone says whether a box is labelled: it stands apart from what is worked on.
func (s *Shipment) boxDone(box int) bool {
	if box == 0 && s.PackCheck != PackEach {
		box = s.firstBox()
	}
	p := s.Parcel(box)
	return p != nil && p.Labelled
}

// comeIn stops clocks.
func (s *Shipment) comeIn(e *Event) {
	for i := range s.Out {
		c := &s.Out[i]
		if c.Since.IsZero() || c.Unknown(e.Time()) || e.Parcel != 0 && !s.clockOf(c, e.Parcel) {
			continue
		}
		c.SpentS, c.Since = int(c.total(e.Time())/time.Second), time.Time{}
	}
}

// dropEmpty drops the clocks of places in which none of their goods lie any more.
func (s *Shipment) dropEmpty() {
	s.Out = slices.DeleteFunc(s.Out, func(c OutClock) bool {
		for i := range s.Lines {
			if l := &s.Lines[i]; l.Temp == c.Temp && s.clocked(l, c.Box) > 0 {
				return false
			}
		}
		return true
	})
}

// clocked returns how many units of a line lie where the clock of a box counts.
func (s *Shipment) clocked(l *Line, box int) int {
	switch {
	case box != 0:
		return s.inBox(l, box)
	case s.PackCheck == PackEach:
		return l.Unverified()
	}
	return s.inBox(l, s.firstBox())
}
