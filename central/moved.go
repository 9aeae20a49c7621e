package central

import (
	"fmt"
	"time"

	"pickstation/order"
)

// feedSlack is more rows than anybody puts into a feed while a station is moved to another one.
const feedSlack = 1 << 20

// move puts a station into a warehouse. Work of another one, of which it would hear no more,
// is taken away from it, and its feed begins anew: a cursor of the old one is below FeedPast.
func (s *Service) move(tx Tx, st *Station, warehouse string) error {
	if st.Warehouse != "" && st.Warehouse != warehouse {
		_, counter, err := tx.FeedHead(st.Warehouse, st.ID)
		if err != nil {
			return err
		}
		st.FeedPast += counter + feedSlack
	}
	st.Warehouse = warehouse
	all, err := tx.LeasedTo(st.ID)
	if err != nil {
		return err
	}
	for _, sh := range all {
		if sh.Warehouse == warehouse {
			continue
		}
		if sh, err = tx.LockShipment(sh.ID); err != nil {
			return err
		}
		if sh == nil || sh.LeaseStation != st.ID {
			continue
		}
		if err := s.leaveBehind(tx, sh); err != nil {
			return err
		}
	}
	return nil
}

// leaveBehind takes a shipment away from a bench that stands in another warehouse now.
func (s *Service) leaveBehind(tx Tx, sh *Shipment) error {
	station := sh.LeaseStation
	sh.LeaseStation, sh.LeaseUntil, sh.LeftBy = "", time.Time{}, station
	if sh.Started() {
		if err := s.raiseMoved(tx, sh, station); err != nil {
			return err
		}
	}
	if err := tx.PutShipment(sh); err != nil {
		return err
	}
	return s.emitGone(tx, sh, station)
}

func movedKey(sh *Shipment) string { return fmt.Sprintf("%s:%s:%d", ExcMoved, sh.ID, sh.LeaseToken) }

// raiseMoved tells a person, once for a lease, where the goods of begun work are; it goes on
// when they were fetched. The caller stores the shipment.
func (s *Service) raiseMoved(tx Tx, sh *Shipment, station order.StationID) error {
	sh.SetHold(order.Hold{Code: order.ToVerify, At: s.now(), By: "centre", Note: ExcMoved, Stops: true})
	return s.raise(tx, Exception{Key: movedKey(sh), Code: ExcMoved, Order: sh.Order, Shipment: sh.ID,
		Station: station, Detail: fmt.Sprintf("begun at %s, which was enrolled into another warehouse", station)})
}

// sentAfterAll ends that: the bench had handed the goods over, and told it later.
func (s *Service) sentAfterAll(tx Tx, sh *Shipment) error {
	if sh.LeftBy == "" {
		return nil
	}
	if h := sh.Stopped(); h != nil && h.Note == ExcMoved {
		sh.DropHold(h.Code)
	}
	return tx.CloseExceptionOf(movedKey(sh), "centre", s.now())
}

// feedFrom translates a cursor of a station; fresh: it is of no feed that it reads now.
func (st *Station) feedFrom(cursor, counter int64) (from int64, fresh bool) {
	if cursor == 0 {
		return 0, false
	}
	from = cursor - st.FeedPast
	if from < 0 || from > counter {
		return 0, true
	}
	return from, false
}

// feedPlace is what a station calls a place of its warehouse's feed; 0 is before the first.
func (st *Station) feedPlace(fs int64) int64 {
	if fs == 0 {
		return 0
	}
	return fs + st.FeedPast
}
