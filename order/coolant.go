package order

import "slices"

// CoolantRule says what is packed with cold goods, by how long they travel and where to.
type CoolantRule struct {
	Temp    Temp     `json:"temp"`
	UpToH   int      `json:"up_to_h,omitempty"` // journeys of at most so many hours, 0 any
	Regions []string `json:"regions,omitempty"` // only there, as [Transit] calls them; none: everywhere
	Box     string   `json:"box,omitempty"`     // kind of box, a code of [Packaging]
	Packs   int      `json:"packs"`             // of the coolant
	PackG   int      `json:"pack_g,omitempty"`  // what one of them weighs, grams; 0 not known
	Name    Names    `json:"name"`              // of the coolant
	Code    string   `json:"code,omitempty"`    // its barcode: scanned before the label counts; "" only said
}

// TransitRule says how long a parcel travels.
type TransitRule struct {
	Carrier CarrierID `json:"carrier,omitempty"` // "" any
	Region  string    `json:"region,omitempty"`  // province, or country code outside of China; "" any
	Hours   int       `json:"hours"`
}

// Transit is where a parcel goes, as coarse as that, and how long it takes.
type Transit struct {
	Region string `json:"region"`
	Hours  int    `json:"hours,omitempty"` // 0 not known
}

// TransitTo returns how long a carrier needs to a region: the first rule that fits.
func (p *Policy) TransitTo(c CarrierID, region string) Transit {
	for _, r := range p.Transits {
		if (r.Carrier == "" || r.Carrier == c) && (r.Region == "" || r.Region == region) {
			return Transit{Region: region, Hours: r.Hours}
		}
	}
	return Transit{Region: region}
}

// ColdestIn returns the coldest class of the goods in a parcel.
func (s *Shipment) ColdestIn(parcel int) (coldest Temp) {
	for i := range s.Lines {
		if l := &s.Lines[i]; s.inBox(l, parcel) > 0 && coldRank(l.Temp) > coldRank(coldest) {
			coldest = l.Temp
		}
	}
	return coldest
}

// CoolantFor returns what is packed with the goods of a parcel, or nil: the first rule
// for its coldest class that fits where it goes and how long that takes. A journey of
// unknown length is taken for a long one.
func (p *Policy) CoolantFor(s *Shipment, parcel int) *CoolantRule {
	cold := s.ColdestIn(parcel)
	if !cold.Cold() {
		return nil
	}
	to := Transit{}
	if s.Transit != nil {
		to = *s.Transit
	}
	for i := range p.Coolants {
		r := &p.Coolants[i]
		if r.Temp == cold && (r.UpToH == 0 || to.Hours > 0 && to.Hours <= r.UpToH) &&
			(len(r.Regions) == 0 || slices.Contains(r.Regions, to.Region)) {
			return r
		}
	}
	return nil
}

// coolant takes the scan of the coolant that the box at the label step wants.
func (t *turn) coolant() bool {
	for i := range t.s.Parcels {
		p := &t.s.Parcels[i]
		r := t.coolantDue(t.s.now(), p)
		if p.Labelled || r == nil || !t.isCode(r.Code) {
			continue
		}
		e := t.event(EventCooled)
		e.Parcel, e.Box = p.No, r.Code
		t.try(*e)
		t.say(OK, msg(MsgCooled, Args{Name: r.Name, N: r.Packs, Need: p.No}), t.next(t.s.now()))
		return true
	}
	return t.cooledYet()
}

// cooledYet says that the coolant is in the box: each of several packs may be scanned.
func (t *turn) cooledYet() bool {
	for i := range t.s.Parcels {
		p := &t.s.Parcels[i]
		if p.Labelled || p.Cooled == "" || !t.isCode(p.Cooled) {
			continue
		}
		if r := t.env.Policy.CoolantFor(t.s, p.No); r != nil {
			t.say(DoneAlready, msg(MsgCooled, Args{Name: r.Name, N: r.Packs, Need: p.No}), t.next(t.s.now()))
			return true
		}
	}
	return false
}

func (t *turn) isCode(code string) bool {
	return t.anyKey(func(key string) bool { return key == CodeKey(code) })
}

// coolantDue returns what is still to be put into a box and scanned, or nil.
func (t *turn) coolantDue(o outlook, p *Parcel) *CoolantRule {
	if len(t.env.Policy.Coolants) == 0 {
		return nil
	}
	return t.env.Policy.coolantDue(o.whole(), p)
}

func (p *Policy) coolantDue(s *Shipment, x *Parcel) *CoolantRule {
	r := p.CoolantFor(s, x.No)
	if r == nil || r.Code == "" || x.Cooled == r.Code {
		return nil
	}
	return r
}

// coolantG is what the coolant weighs that lies in a box or belongs into it, grams; ok is
// false where nobody knows.
func (p *Policy) coolantG(s *Shipment, x *Parcel) (grams int, ok bool) {
	r := p.CoolantFor(s, x.No)
	if r == nil {
		return 0, true
	}
	return r.Packs * r.PackG, r.PackG > 0
}

// refuseUncooled keeps the label off a box whose coolant was not scanned.
func (t *turn) refuseUncooled(p *Parcel) bool {
	r := t.coolantDue(t.s.now(), p)
	if r == nil {
		return false
	}
	do := doCoolant(r, p)
	t.say(Needs, msg(MsgNoCoolant, do.Args), do)
	return true
}

func doCoolant(r *CoolantRule, p *Parcel) Message {
	return msg(DoCoolant, Args{Name: r.Name, N: r.Packs, Code: r.Box, Need: p.No})
}
