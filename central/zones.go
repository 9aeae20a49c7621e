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

// otherZones are those in which other benches than this one pick, and it does not: what goes on
// there is theirs. Without zones of its own it begins with everything.
func otherZones(r Reader, st *Station) (zones []string, err error) {
	if len(st.Zones) == 0 {
		return nil, nil
	}
	all, err := r.Stations(st.Warehouse)
	for _, other := range all {
		if other.ID == st.ID || !other.RevokedAt.IsZero() {
			continue
		}
		for _, zone := range other.Zones {
			if !slices.Contains(st.Zones, zone) && !slices.Contains(zones, zone) {
				zones = append(zones, zone)
			}
		}
	}
	return zones, err
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
// there, it stays where it is. A bench that was heard before has the tote already: the centre
// was restored meanwhile, and what looked like two benches at one order was one after the other.
func (f *fold) passed(sh *folded, e *order.Event) error {
	zone := clip(e.Reason)
	if err := f.tell(sh, e, KindChange, "", "tote "+clip(e.Slot)+" goes on to zone "+zone); err != nil {
		return err
	}
	next, err := f.alreadyAt(sh, zone)
	known := next != nil
	if err == nil && !known && sh.LeaseStation == f.station.ID {
		next, err = f.nextBench(sh)
	}
	if err != nil || next == nil {
		return err
	}
	sh.emit = true
	if sh.LeaseStation != f.station.ID {
		sh.hand(f.station.ID).Parts = nil // they are with the next one
	} else if err := f.passTo(sh, next); err != nil {
		return err
	}
	if !known || sh.disputed() {
		return nil
	}
	return f.noConflict(sh, "the tote had gone on from "+string(f.station.ID)+" to "+string(next.ID))
}

func (f *fold) passTo(sh *folded, next *Station) error {
	line, err := timeline(f.tx)
	if err != nil {
		return err
	}
	return f.s.pass(f.tx, sh.Shipment, next, line)
}

// nextBench returns a bench of the zone in which the shipment goes on, or nil.
func (f *fold) nextBench(sh *folded) (*Station, error) {
	zone := sh.NextZone(f.station.Zones)
	if zone == "" {
		return nil, nil
	}
	return f.s.benchOf(f.tx, sh.Warehouse, zone, f.station.ID)
}

// alreadyAt returns the bench of a zone that is known to have goods of the shipment beside
// the one that passes it on, or nil.
func (f *fold) alreadyAt(sh *folded, zone string) (*Station, error) {
	if sh.hand(f.station.ID) == nil {
		return nil, nil
	}
	for i := range sh.Hands {
		if sh.Hands[i].Station == f.station.ID {
			continue
		}
		st, err := f.tx.Station(sh.Hands[i].Station)
		if err != nil || st != nil && slices.Contains(st.Zones, zone) {
			return st, err
		}
	}
	return nil, nil
}

// noConflict closes what a person was told of two benches at one order, for it has explained
// itself; the hold goes with it.
func (f *fold) noConflict(sh *folded, why string) error {
	open, err := f.tx.Exceptions(ExceptionFilter{Order: sh.Order, Key: twoStationsKey(sh.Shipment), Limit: exceptionsOfOne})
	if err != nil {
		return err
	}
	for _, x := range open {
		if err := f.tx.CloseException(x.ID, "centre", f.s.now()); err != nil {
			return err
		}
	}
	return f.tx.AddTimeline(TimelineRow{Subject: string(sh.Order), Kind: KindChange, Shipment: sh.ID, At: f.s.now(), ReceivedAt: f.s.now(),
		Station: f.station.ID, Source: string(order.System), Note: why})
}

// exceptionsOfOne is how many exceptions of a kind a shipment may have open; there is one.
const exceptionsOfOne = 10
