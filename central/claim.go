package central

import (
	"fmt"

	"pickstation/central/ingest"
	"pickstation/order"
)

// claim notes who has the goods in hand. A shipment that nobody holds goes to the
// station that moved its goods; one that another station holds is a conflict.
func (f *fold) claim(r *ingest.Row, sh *folded, e *order.Event) error {
	switch {
	case sh.LeaseStation == f.station.ID:
		return nil
	case sh.givenOut(e):
		sh.emit = true // to whoever holds the others
		return nil
	case sh.LeaseStation == "" && gone(sh.Shipment):
		if other, err := f.movedElsewhere(sh); err != nil || !other {
			return err
		}
	case sh.LeaseStation == "":
		if sh.Cancelled {
			return nil
		}
		if sh.Warehouse != f.station.Warehouse { // it left the work behind
			return f.s.raiseMoved(f.tx, sh.Shipment, f.station.ID)
		}
		line, err := timeline(f.tx)
		if err != nil {
			return err
		}
		sh.LeaseStation, sh.LeaseToken = f.station.ID, nextToken(sh.Shipment, line)
		sh.LeaseUntil = f.s.now().Add(f.s.leaseOf(sh.Shipment))
		sh.emit = true
		return nil
	}
	sh.apart(f.station.ID)
	sh.SetHold(order.Hold{Code: order.ToVerify, At: f.s.now(), By: "centre", Note: ExcTwoStations, Stops: sh.LeaseStation != ""})
	sh.emit = true
	holder := string(sh.LeaseStation) + " holds the shipment"
	if sh.LeaseStation == "" {
		holder = "the shipment has left another bench"
	}
	return f.raiseTwo(r, sh, fmt.Sprintf("goods moved at %s while %s", f.station.ID, holder))
}

// strange says whether a shipment is of a warehouse in which the station does not stand, and
// was none of its own before it was moved: its word must not take work from others.
func (f *fold) strange(sh *folded) bool {
	return sh.Warehouse != f.station.Warehouse && sh.LeaseStation != f.station.ID && sh.SentFrom != f.station.ID && sh.LeftBy != f.station.ID
}

// twoStationsKey begins the keys of what is raised of two benches at one shipment.
func twoStationsKey(sh *Shipment) string { return ExcTwoStations + ":" + string(sh.ID) + ":" }

// raiseTwo tells a person that two benches moved the same goods, unless one has not closed
// what was raised about the shipment before.
func (f *fold) raiseTwo(r *ingest.Row, sh *folded, detail string) error {
	key := twoStationsKey(sh.Shipment)
	open, err := f.tx.Exceptions(ExceptionFilter{Order: sh.Order, Key: key, Limit: 1})
	if err != nil || len(open) > 0 {
		return err
	}
	return f.raiseAs(fmt.Sprintf("%s%s:%d", key, f.log.ID, r.Seq), r, ExcTwoStations, sh, detail)
}

// movedElsewhere says whether another bench has worked on a shipment that has left and
// that nobody holds any more; a bench's own late words are no conflict.
func (f *fold) movedElsewhere(sh *folded) (bool, error) {
	if sh.SentFrom == f.station.ID {
		return false, nil
	}
	rows, err := f.tx.Timeline(string(sh.Order))
	for i := range rows {
		if st := rows[i].Station; rows[i].Shipment == sh.ID && st != "" && st != f.station.ID {
			return true, err
		}
	}
	return false, err
}

// movesGoods says after which events a bench has goods in hand, or has moved them on.
func movesGoods(t order.EventType) bool {
	switch t {
	case order.EventPicked, order.EventPacked, order.EventShorted, order.EventLabelled, order.EventDispatched:
		return true
	}
	return false
}
