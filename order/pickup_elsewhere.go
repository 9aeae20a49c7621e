package order

import "slices"

// PickupPlace is what every bench of a warehouse knows of an order that its buyer fetches:
// where its parcels are, and whether they were given out. The buyer's code is known by its
// keyed hash only.
type PickupPlace struct {
	Shipment ShipmentID `json:"shipment"`
	Ref      string     `json:"ref"`
	Hash     string     `json:"hash"`              // see [PickupHash]
	Station  StationID  `json:"station,omitempty"` // that has the parcels, or gave them out; "" nobody yet
	Parcels  int        `json:"parcels"`
	Waybill  string     `json:"waybill,omitempty"` // of the first parcel that is here
	Packed   bool       `json:"packed,omitempty"`
	Stop     HoldCode   `json:"stop,omitempty"` // what keeps it from leaving
	Over     bool       `json:"over,omitempty"` // cancelled
	Fetched  *Fetched   `json:"fetched,omitempty"`
}

// PlaceOf is where the parcels of a shipment are that the station has, or gave out.
func PlaceOf(s *Shipment, at StationID) PickupPlace {
	p := PickupPlace{Shipment: s.ID, Ref: s.Ref(), Hash: s.Pickup, Station: at, Packed: s.AllLabelled(), Over: s.Cancelled, Fetched: s.Fetched}
	if h := s.Stopped(); h != nil {
		p.Stop = h.Code
	}
	p.Parcels, p.Waybill = s.unsent(), s.nextToGive()
	return p
}

// nextToGive is the waybill of the first parcel that is here, or "".
func (s *Shipment) nextToGive() string {
	for i := range s.Parcels {
		if p := &s.Parcels[i]; !p.Dispatched && s.NeedsBox(p) {
			return p.Waybill.Number
		}
	}
	return ""
}

// Waits says whether the buyer is still to come.
func (p *PickupPlace) Waits() bool { return p.Fetched == nil && !p.Over }

// pickupElsewhere answers a pickup code whose order is not at this bench; what it knows of
// the code itself is left out. One that is packed is asked of the centre, which gives it to
// one bench at a time; the parcel itself is the lock, for its label has to be scanned.
func (t *turn) pickupElsewhere(here []ShipmentID, used bool) bool {
	places, err := t.env.Book.PickupPlaces(t.in.Text, findLimit)
	t.keep(err)
	places = slices.DeleteFunc(places, func(p PickupPlace) bool { return slices.Contains(here, p.Shipment) || used && !p.Waits() })
	if err != nil || len(places) == 0 {
		return false
	}
	t.badged = true
	p := &places[0]
	switch {
	case len(places) > 1 && places[1].Waits():
		t.say(Ambiguous, msg(MsgSeveral, Args{N: len(places)}), msg(DoNarrower, Args{}))
		return true
	case t.refusePlace(p):
	default:
		t.event(EventWanted)
		t.b.Screen, t.b.Fetch, t.b.Chill = ScreenDispatch, p.Shipment, false
		a := p.args()
		t.say(OK, msg(MsgPickupAsked, a), msg(DoFetchParcel, a))
	}
	t.noteOf(p)
	return true
}

// noteOf records the verdict on an order of which this bench knows the place only.
func (t *turn) noteOf(p *PickupPlace) {
	t.note()
	t.events[0].Reason, t.events[0].Shipment = ReasonPickup, p.Shipment
}

func (p *PickupPlace) args() Args {
	return Args{Ref: p.Ref, N: p.Parcels, Waybill: p.Waybill, Code: string(p.Station)}
}

// otherPickup says at a bench where work is open that a scan is a buyer's pickup code, and
// of which order. No trace is kept of it.
func (t *turn) otherPickup() bool {
	if t.in.Text == "" {
		return false
	}
	ids, err := t.env.Book.Pickups(t.in.Text, 1)
	t.keep(err)
	places, err := t.env.Book.PickupPlaces(t.in.Text, 1)
	t.keep(err)
	var id ShipmentID
	a := Args{}
	switch {
	case t.err != nil:
		return false
	case len(ids) > 0:
		if s := t.shipment(ids[0]); s != nil {
			id, a.Ref = s.ID, s.Ref()
		}
	case len(places) > 0:
		id, a.Ref = places[0].Shipment, places[0].Ref
	}
	if id == "" {
		return false
	}
	t.badged = true
	t.say(OtherOrder, msg(MsgPickupOther, a), msg(DoFinishFirst, Args{Ref: t.s.Ref()}))
	t.event(EventRefused)
	t.events[0].Reason, t.events[0].Shipment = ReasonPickup, id
	return true
}

// refusePlace says what keeps parcels from coming here that another bench has: what the
// centre, too, would not move.
func (t *turn) refusePlace(p *PickupPlace) bool {
	a := p.args()
	a.AgeS = t.wordAgeS()
	switch {
	case p.Fetched != nil:
		t.fetchedThere(p)
	case p.Over:
		t.say(Blocked, msg(MsgCancelled, a), msg(DoCallLead, a))
	case p.Stop != "":
		a.Reason = string(p.Stop)
		t.say(Blocked, msg(MsgHeld, a), msg(DoCallLead, a))
	case !p.Packed:
		t.say(Blocked, msg(MsgNotPacked, a), msg(DoPackThere, a))
	case t.refuseRole(ScreenDispatch):
	case !t.centreAnswers():
		t.say(Blocked, msg(MsgPickupThere, a), msg(DoFetchThere, a))
	default:
		return false
	}
	return true
}

// fetchedThere refuses a code that was used up at another bench.
func (t *turn) fetchedThere(p *PickupPlace) {
	at := p.Fetched.At.In(t.env.Zone)
	t.say(Blocked, msg(MsgFetchedYet, Args{Ref: p.Ref, At: at, Date: DateOf(at), Who: t.env.Book.OperatorName(p.Fetched.By), Code: string(p.Station)}),
		msg(DoCallLead, Args{}))
}

// comesYet answers the label of a parcel whose order was asked of the centre and has not
// come. The centre may have declined, for a stop that the feed tells since, and that is
// lifted perhaps; so the label asks again, which is the same to a centre that has given it.
func (t *turn) comesYet() bool {
	if t.b.Fetch == "" {
		return false
	}
	if s := t.shipment(t.b.Fetch); t.err != nil || s != nil && t.isHere(s) {
		return false
	}
	p, err := t.env.Book.PickupPlace(t.b.Fetch)
	t.keep(err)
	if err != nil || p == nil {
		return false
	}
	if !t.refusePlace(p) {
		t.event(EventWanted)
		t.say(Needs, msg(MsgPickupComing, p.args()), msg(DoScanSoon, Args{}))
	}
	t.noteOf(p)
	return true
}
