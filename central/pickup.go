package central

import (
	"encoding/json"

	"pickstation/order"
	"pickstation/sync/wire"
)

// emitPickup tells every bench of the warehouse where the parcels of an order are that its
// buyer fetches.
func (s *Service) emitPickup(tx Tx, sh *Shipment) error {
	if sh.Pickup == "" {
		return nil
	}
	return tx.Emit(sh.Warehouse, "", string(wire.RowPickup), string(sh.ID))
}

// pickupBody is that row. A bench that starts from nothing need not hear of what was
// cancelled.
func (s *Service) pickupBody(r Reader, st *Station, id order.ShipmentID, fresh bool) (json.RawMessage, error) {
	sh, err := r.Shipment(id)
	if err != nil || sh == nil || sh.Warehouse != st.Warehouse || sh.Pickup == "" || fresh && sh.Cancelled {
		return nil, err
	}
	at := sh.LeaseStation
	if at == "" {
		at = sh.SentFrom
	}
	return json.Marshal(order.PlaceOf(&sh.Shipment, at))
}

// forgetPickup takes the rows of an order that is over out of the feed.
func forgetPickup(tx Tx, o *Order) error {
	if o.Pickup == "" {
		return nil
	}
	ships, err := tx.ShipmentsOf(o.ID)
	for _, sh := range ships {
		if err == nil {
			err = tx.Withdraw(o.Warehouse, "", string(wire.RowPickup), string(sh.ID))
		}
	}
	return err
}

// fetchHere gives packed parcels to the bench at whose counter their buyer is. Whoever had
// them may have given them out meanwhile: its word then comes, and counts.
func (f *fold) fetchHere(sh *folded, e *order.Event) error {
	if sh.Pickup == "" || sh.LeaseStation == f.station.ID || sh.Warehouse != f.station.Warehouse ||
		sh.Cancelled || sh.Stopped() != nil || !sh.AllLabelled() || sh.AllDispatched() {
		return nil
	}
	line, err := timeline(f.tx)
	if err != nil {
		return err
	}
	if err := f.tell(sh, e, KindChange, "", "its buyer is at the counter; the parcels were asked of "+string(sh.LeaseStation)); err != nil {
		return err
	}
	return f.s.leaseTo(f.tx, sh.Shipment, f.station, line)
}

// givenOut says whether a bench gave a parcel to its buyer that is still here: no conflict,
// whoever holds the shipment by now.
func (sh *folded) givenOut(e *order.Event) bool {
	p := sh.Parcel(e.Parcel)
	return sh.Pickup != "" && e.Type == order.EventDispatched && p != nil && p.Labelled && !p.Dispatched
}
