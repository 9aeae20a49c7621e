package order

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// PickupHash returns the keyed hash under which a buyer's pickup code 提货码 is known; key
// is the warehouse's badge key. Codes are short: without the key nobody can try them all.
func PickupHash(key []byte, code string) string {
	m := hmac.New(sha256.New, key)
	m.Write([]byte("pickup " + CodeKey(code)))
	return hex.EncodeToString(m.Sum(nil)[:16])
}

// Fetched says when the buyer got the last parcel, and of whom. The code is used up then.
type Fetched struct {
	At time.Time  `json:"at"`
	By OperatorID `json:"by"`
}

// pickup answers a buyer's pickup code: the parcels that it opens are then handed over by
// their labels. It reports false where the scan is no such code. No trace is kept of it.
func (t *turn) pickup() bool {
	if t.in.Text == "" {
		return false
	}
	ids, err := t.env.Book.Pickups(t.in.Text, findLimit)
	t.keep(err)
	if err != nil {
		return false
	}
	var open []*Shipment
	var last *Shipment
	for _, id := range ids {
		s := t.shipment(id)
		switch {
		case s == nil:
		case s.AllDispatched():
			last = s
		default:
			open = append(open, s)
		}
	}
	switch {
	case t.err != nil:
	case len(open) == 0 && t.pickupElsewhere(ids, last != nil):
	case len(open) > 1:
		t.say(Ambiguous, msg(MsgSeveral, Args{N: len(open)}), msg(DoNarrower, Args{}))
	case len(open) == 1:
		t.about(open[0], func() { t.fetch(open[0]) })
	case last != nil:
		t.about(last, func() { t.fetchedYet(last) })
	default:
		return false
	}
	t.badged = true
	return true
}

// ReasonPickup is the reason on the event of a scan of a buyer's pickup code, which itself
// stands nowhere.
const ReasonPickup = "pickup_code"

// about decides something about another shipment than the one on the bench.
func (t *turn) about(s *Shipment, do func()) {
	on := t.s
	t.s = s
	do()
	t.note()
	t.events[0].Reason = cmp.Or(t.events[0].Reason, ReasonPickup)
	t.s = on
}

// fetch opens the parcels of a shipment to the buyer whose code was scanned.
func (t *turn) fetch(s *Shipment) {
	n := s.unsent()
	a := Args{Ref: s.Ref(), N: n, AgeS: t.wordAgeS()}
	switch {
	case t.instruct(s) || t.refuseStopped(s):
	case !s.AllLabelled():
		t.say(Blocked, msg(MsgNotPacked, a), msg(DoPackFirst, a))
	case t.refuseRole(ScreenDispatch):
	default:
		t.event(EventNoted)
		t.b.Screen, t.b.Fetch, t.b.Chill = ScreenDispatch, s.ID, false
		t.say(OK, msg(MsgPickupCode, a), t.fetchStep(s))
	}
}

// fetchStep names the parcel to hand to the buyer.
func (t *turn) fetchStep(s *Shipment) Message {
	return msg(DoFetchParcel, Args{Ref: s.Ref(), N: s.unsent(), Waybill: s.nextToGive()})
}

// fetchedYet refuses a code a second time, and says when it was used and who gave the
// parcels out.
func (t *turn) fetchedYet(s *Shipment) {
	a := Args{Ref: s.Ref()}
	if f := s.Fetched; f != nil {
		at := f.At.In(t.env.Zone)
		a.At, a.Date, a.Who = at, DateOf(at), t.env.Book.OperatorName(f.By)
	}
	t.say(Blocked, msg(MsgFetchedYet, a), msg(DoCallLead, a))
}

// refusePickup keeps parcels that a buyer fetches from going out without the buyer's
// code; a lead may do without.
func (t *turn) refusePickup(p *Parcel, lead *Operator) bool {
	if t.s.Pickup == "" || t.b.Fetch == t.s.ID || lead != nil {
		return false
	}
	a := Args{Ref: t.s.Ref(), Waybill: p.Waybill.Number}
	t.ask(Blocked, Question{Kind: AskOverride, Gate: GatePickup, Shipment: t.s.ID, Parcel: p.No}, msg(MsgPickupFirst, a), msg(DoScanPickup, a))
	return true
}

// handToBuyer answers the hand-over of a parcel that was fetched; the last one uses the
// code up.
func (t *turn) handToBuyer(e *Event) {
	e.Reason = "pickup"
	left := t.s.unsent() - 1
	a := Args{Ref: t.s.Ref(), Waybill: e.Waybill, N: left}
	if left > 0 {
		after := clonedParcels(t.s)
		after.Parcel(e.Parcel).Dispatched = true
		t.say(OK, msg(MsgFetchedOne, a), t.fetchStep(after))
		return
	}
	t.b.Fetch = ""
	t.say(OrderDone, msg(MsgFetched, a), msg(DoScanParcel, a))
}

func clonedParcels(s *Shipment) *Shipment {
	c := *s
	c.Parcels = append([]Parcel(nil), s.Parcels...)
	return &c
}
