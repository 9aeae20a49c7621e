package order

import "slices"

// nextToPack is the line whose goods go into the box next: heavy and flat goods at the
// bottom, fragile ones last, as their rank says; any order is taken.
func (o outlook) nextToPack() (best *Line) {
	for i := range o.Lines {
		if l := o.at(i); l.Unverified() > 0 && !o.kitWaits(l, PackEach) && (best == nil || l.PackRank < best.PackRank) {
			best = l
		}
	}
	return best
}

// Insert is something that is put into boxes and stands on no order: a leaflet, a card.
type Insert struct {
	Name     Names       `json:"name"`
	Carriers []CarrierID `json:"carriers,omitempty"` // into parcels of these; none: of all
	Channels []string    `json:"channels,omitempty"` // into those of orders of these shops; none: of all
	Gifts    bool        `json:"gifts,omitempty"`    // only where a gift is in the order
	Code     string      `json:"code,omitempty"`     // its barcode: scanned into each box before the label counts; "" only said
	WeightG  int         `json:"weight_g,omitempty"` // grams, of one that is scanned
}

// checkInserts says what is wrong with the inserts, "" nothing.
func (p *Policy) checkInserts() string {
	for i, x := range p.Inserts {
		switch {
		case x.Code == "":
		case len(x.Code) > maxCode || !plainCode(x.Code) || x.Name == (Names{}) || x.WeightG < 0:
			return "an insert that is scanned needs a name and a short, plain code, and no negative weight"
		case slices.ContainsFunc(p.Inserts[:i], func(o Insert) bool { return o.Code == x.Code }):
			return "the code of insert " + x.Code + " stands twice"
		}
	}
	return ""
}

// InsertsFor returns what is put into the boxes of a shipment beside its goods. What was
// declared to customs goes alone.
func (p *Policy) InsertsFor(s *Shipment) (list []Insert) {
	if s.Customs != CustomsNone || s.Declare != nil {
		return nil
	}
	for _, x := range p.Inserts {
		if takes(x.Carriers, s.Carrier.ID) && (len(x.Channels) == 0 || s.fromAny(x.Channels)) &&
			(!x.Gifts || slices.ContainsFunc(s.Lines, func(l Line) bool { return l.Gift && l.Picked > 0 })) {
			list = append(list, x)
		}
	}
	return list
}

// Enclosed returns what was scanned into a box beside its goods, as the policy names it now.
func (p *Policy) Enclosed(x *Parcel) (list []Insert) {
	for _, code := range x.Inserts {
		in := Insert{Code: code, Name: Names{ZH: code, EN: code}}
		if i := slices.IndexFunc(p.Inserts, func(o Insert) bool { return o.Code == code }); i >= 0 {
			in = p.Inserts[i]
		}
		list = append(list, in)
	}
	return list
}

// insertDue returns what is still to be put into a box and scanned, or nil.
func (p *Policy) insertDue(s *Shipment, x *Parcel) *Insert {
	if x.Labelled {
		return nil
	}
	for _, in := range p.InsertsFor(s) {
		if in.Code != "" && !slices.Contains(x.Inserts, in.Code) {
			return &in
		}
	}
	return nil
}

// insert takes the scan of something that goes into a box beside the goods: into the box
// that waits for its label, before that into the one that takes the next goods.
func (t *turn) insert() bool {
	if len(t.env.Policy.Inserts) == 0 {
		return false
	}
	for _, in := range t.env.Policy.InsertsFor(t.s) {
		if in.Code != "" && t.isCode(in.Code) {
			t.enclose(&in)
			return true
		}
	}
	return false
}

// boxFor is the box into which an insert is scanned, or nil.
func (t *turn) boxFor(in *Insert) *Parcel {
	if t.b.Screen != ScreenLabel {
		return t.s.Parcel(t.s.Box(t.b))
	}
	now := t.s.now()
	for i := range t.s.Parcels {
		if p := &t.s.Parcels[i]; now.labelDue(p) && !slices.Contains(p.Inserts, in.Code) {
			return p
		}
	}
	return now.due()
}

func (t *turn) enclose(in *Insert) {
	p := t.boxFor(in)
	a := Args{Name: in.Name, Code: in.Code}
	switch {
	case p == nil:
		t.say(WrongKind, msg(MsgNothingToBox, a), t.next(t.s.now()))
		return
	case slices.Contains(p.Inserts, in.Code):
		a.Need = p.No
		t.say(DoneAlready, msg(MsgEnclosed, a), t.next(t.s.now()))
		return
	}
	a.Need = p.No
	e := t.event(EventEnclosed)
	e.Parcel, e.Reason = p.No, in.Code
	t.try(*e)
	if t.b.Screen == ScreenLabel {
		t.latePapers()
	}
	t.say(OK, msg(MsgEnclosed, a), t.next(t.s.now()))
}

// refuseUnfilled keeps label and scale off a box that lacks its coolant or what is enclosed.
func (t *turn) refuseUnfilled(p *Parcel) bool { return t.refuseUncooled(p) || t.refuseUnenclosed(p) }

// refuseUnenclosed refuses a box into which something was not scanned.
func (t *turn) refuseUnenclosed(p *Parcel) bool {
	in := t.env.Policy.insertDue(t.s, p)
	if in == nil {
		return false
	}
	a := Args{Name: in.Name, Need: p.No}
	t.say(Needs, msg(MsgNotEnclosed, a), msg(DoEnclose, a))
	return true
}

func (s *Shipment) fromAny(channels []string) bool {
	return slices.ContainsFunc(s.Orders, func(o OrderRef) bool { return slices.Contains(channels, o.Channel) })
}
