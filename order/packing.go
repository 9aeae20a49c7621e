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
}

// InsertsFor returns what is put into the boxes of a shipment beside its goods. What was
// declared to customs goes alone.
func (p *Policy) InsertsFor(s *Shipment) (list []Names) {
	if s.Customs != CustomsNone || s.Declare != nil {
		return nil
	}
	for _, x := range p.Inserts {
		if takes(x.Carriers, s.Carrier.ID) && (len(x.Channels) == 0 || s.fromAny(x.Channels)) &&
			(!x.Gifts || slices.ContainsFunc(s.Lines, func(l Line) bool { return l.Gift && l.Picked > 0 })) {
			list = append(list, x.Name)
		}
	}
	return list
}

func (s *Shipment) fromAny(channels []string) bool {
	return slices.ContainsFunc(s.Orders, func(o OrderRef) bool { return slices.Contains(channels, o.Channel) })
}
