package central

import (
	"context"
	"slices"

	"pickstation/order"
	"pickstation/sync/wire"
)

// SetZones says in which zones people of a bench pick; none: in all.
func (s *Service) SetZones(ctx context.Context, station order.StationID, zones []string) error {
	if slices.Contains(zones, "") {
		return order.Errorf("bad_zones", "a zone has a name").WithHint("give the names that stand in the list of locations")
	}
	return s.store.Write(ctx, func(tx Tx) error {
		st, err := lockStation(tx, station)
		if err != nil {
			return err
		}
		if slices.Equal(st.Zones, zones) {
			return nil
		}
		st.Zones = zones
		if err := tx.PutStation(st); err != nil {
			return err
		}
		return tx.Emit(st.Warehouse, "", string(wire.RowPolicy), st.Warehouse)
	})
}

// begins says whether a bench may begin with a shipment: it picks in the zone where the
// shipment goes on, or nobody else does.
func (s *Service) begins(r Reader, st *Station, sh *Shipment) (bool, error) {
	zone := sh.NextZone(st.Zones)
	if zone == "" {
		return true, nil
	}
	other, err := s.benchOf(r, sh.Warehouse, zone, st.ID)
	return other == nil, err
}

// benchOf returns the bench that picks in a zone and has the least work, or nil.
func (s *Service) benchOf(r Reader, warehouse, zone string, but order.StationID) (best *Station, err error) {
	all, err := r.Stations(warehouse)
	if err != nil {
		return nil, err
	}
	least := 0
	for _, st := range all {
		if st.ID == but || !st.RevokedAt.IsZero() || !slices.Contains(st.Zones, zone) {
			continue
		}
		held, err := r.Held(st.ID)
		if err != nil {
			return nil, err
		}
		if best == nil || len(held) < least {
			best, least = st, len(held)
		}
	}
	return best, nil
}

// passed gives a shipment on to a bench of the next zone. Where no other bench picks
// there, it stays where it is.
func (f *fold) passed(sh *folded, e *order.Event) error {
	zone := clip(e.Reason)
	if err := f.tell(sh, e, KindChange, "", "tote "+clip(e.Slot)+" goes on to zone "+zone); err != nil {
		return err
	}
	if sh.LeaseStation != f.station.ID || sh.NextZone(f.station.Zones) == "" {
		return nil
	}
	next, err := f.s.benchOf(f.tx, sh.Warehouse, sh.NextZone(f.station.Zones), f.station.ID)
	if err != nil || next == nil {
		return err
	}
	line, err := timeline(f.tx)
	if err != nil {
		return err
	}
	sh.emit = true
	return f.s.pass(f.tx, sh.Shipment, next, line)
}
