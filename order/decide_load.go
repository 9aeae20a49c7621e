package order

import "slices"

// halfLoaded is the note of the hold on a shipment of which some parcels have left and
// others were still here when the load of their carrier was closed.
const halfLoaded = "half_loaded"

// refuseLoad keeps a parcel of another carrier out of the load of the one at the door,
// which the first parcel of the load told. What a buyer fetches is of no load.
func (t *turn) refuseLoad(p *Parcel) bool {
	on := t.b.Load
	if on.ID == "" || on.ID == t.s.Carrier.ID || t.s.Pickup != "" {
		return false
	}
	a := Args{Waybill: p.Waybill.Number, Ref: t.s.Ref(), Name: t.s.Carrier.Name, SKU: SKU(t.s.Carrier.ID)}
	do := DoEndLoad
	if t.env.Waiting != nil && len(t.waiting(on.ID)) == 0 {
		do = DoCloseLoad
	}
	t.say(OtherOrder, msg(MsgOtherLoad, a), msg(do, Args{Name: on.Name, SKU: SKU(on.ID)}))
	return true
}

// chooseLoad begins the load of a carrier whose code was scanned and for whom parcels
// wait; it reports false where the scan is no such code.
func (t *turn) chooseLoad() bool {
	if t.b.Chill {
		return false
	}
	rows := t.waiting(CarrierID(t.in.Text))
	if len(rows) == 0 {
		return false
	}
	t.b.Load = rows[0].Carrier
	t.event(EventNoted).Reason = "load"
	t.say(OK, msg(MsgLoading, Args{Name: t.b.Load.Name, SKU: SKU(t.b.Load.ID), N: len(rows)}), msg(DoScanParcel, Args{}))
	return true
}

// stillWaiting counts the parcels that wait for the carrier of the one handed over now;
// -1 where nobody knows.
func (t *turn) stillWaiting(p *Parcel) int {
	if t.env.WaitingBeside == nil {
		return -1
	}
	n, err := t.env.WaitingBeside(t.s.Carrier.ID, t.s.ID, p.No)
	t.keep(err)
	return n
}

// waiting returns the packed parcels that wait for a carrier.
func (t *turn) waiting(c CarrierID) []OutboundRow {
	if t.env.Waiting == nil {
		return nil
	}
	rows, err := t.env.Waiting(c)
	t.keep(err)
	return rows
}

// closeLoad ends the load of carriers whose lists are printed: what was handed over, what
// stays, and of which orders only a part has left. Such an order's other parcels are a
// back-order; an order of which nothing left stays as it is, ready for the next load.
func (t *turn) closeLoad(carriers []Handed, parcels int) {
	t.b.Load = Carrier{}
	a := Args{N: parcels, Need: len(carriers)}
	stay, half := 0, []ShipmentID{}
	for _, h := range carriers {
		for _, r := range t.waiting(h.Carrier.ID) {
			stay++
			s := t.shipment(r.Shipment)
			if s == nil || !s.partSent() || slices.Contains(half, s.ID) {
				continue
			}
			if half = append(half, s.ID); a.Ref == "" {
				a.Ref = r.Ref
			}
			t.s = s
			if !s.isLeftBehind() {
				t.event(EventLeftBehind).Qty = s.unsent()
			}
			t.s = nil
		}
	}
	if stay == 0 {
		t.say(OK, msg(MsgManifested, a), msg(DoSignList, a))
		return
	}
	a.Need, a.AgeS = stay, len(half)
	t.say(OK, msg(MsgLoadClosed, a), msg(DoSignList, a))
}

// partSent says whether some parcels of the shipment have left and others have not.
func (s *Shipment) partSent() bool {
	return !s.AllDispatched() && slices.ContainsFunc(s.Parcels, func(p Parcel) bool { return p.Dispatched })
}

// unsent counts the parcels that are here.
func (s *Shipment) unsent() (n int) {
	for i := range s.Parcels {
		if p := &s.Parcels[i]; !p.Dispatched && s.NeedsBox(p) {
			n++
		}
	}
	return n
}

func (s *Shipment) isLeftBehind() bool {
	return slices.ContainsFunc(s.Holds, func(h Hold) bool { return h.Code == Backordered && h.Note == halfLoaded })
}

// leaveBehind marks the parcels that are here as a back-order; they may leave with the
// next load.
func (s *Shipment) leaveBehind(e *Event) {
	if slices.ContainsFunc(s.Holds, func(h Hold) bool { return h.Code == Backordered && h.Stops }) {
		return
	}
	s.SetHold(Hold{Code: Backordered, At: e.Time(), By: string(e.By), Note: halfLoaded})
}

// allTogether takes that mark off once the last parcel has left.
func (s *Shipment) allTogether() {
	if s.AllDispatched() && s.isLeftBehind() {
		s.DropHold(Backordered)
	}
}
