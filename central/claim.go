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
		line, err := timeline(f.tx)
		if err != nil {
			return err
		}
		sh.LeaseStation, sh.LeaseToken = f.station.ID, nextToken(sh.Shipment, line)
		sh.LeaseUntil = f.s.now().Add(f.s.leaseOf(sh.Shipment))
		sh.emit = true
		return nil
	}
	sh.rival(e)
	sh.SetHold(order.Hold{Code: order.ToVerify, At: f.s.now(), By: "centre", Note: ExcTwoStations, Stops: sh.LeaseStation != ""})
	sh.emit = true
	holder := string(sh.LeaseStation) + " holds the shipment"
	if sh.LeaseStation == "" {
		holder = "the shipment has left another bench"
	}
	return f.s.raise(f.tx, Exception{Key: ExcTwoStations + ":" + string(sh.ID) + ":" + string(f.station.ID),
		Code: ExcTwoStations, Order: sh.Order, Shipment: sh.ID, Station: f.station.ID, Log: f.log.ID, Seq: r.Seq, At: r.Event.Time(),
		Detail: fmt.Sprintf("goods moved at %s while %s", f.station.ID, holder)})
}

// movedElsewhere says whether another bench has worked on a shipment that has left and
// that nobody holds any more; a bench's own late words are no conflict.
func (f *fold) movedElsewhere(sh *folded) (bool, error) {
	if sh.both != nil {
		return true, nil
	}
	rows, err := f.tx.Timeline(string(sh.Order))
	for i := range rows {
		if st := rows[i].Station; rows[i].Shipment == sh.ID && st != "" && st != f.station.ID {
			return true, err
		}
	}
	return false, err
}

// rival is what a bench did in one push to a shipment that another one holds.
type rival struct {
	picked map[int]int // units by line
	sent   bool        // handed over: that cannot be undone
}

func (sh *folded) rival(e *order.Event) {
	if sh.both == nil {
		sh.both = &rival{picked: map[int]int{}}
	}
	switch e.Type {
	case order.EventPicked:
		sh.both.picked[e.Line] += e.Qty
	case order.EventDispatched:
		sh.both.sent = true
	}
}

// yield settles which of two benches puts its goods back: the one that does not hold
// the shipment, for the other one's lease is newer; but who has handed the parcel over
// has done what cannot be undone, and then the holder gives way. A cancelled shipment
// has instructions of its own.
func (f *fold) yield(sh *folded) error {
	if sh.both == nil || sh.Cancelled {
		return nil
	}
	loser, goods := f.station.ID, []order.PutBack{}
	if sh.both.sent {
		loser = sh.LeaseStation
	}
	for i := range sh.Lines {
		l := &sh.Lines[i]
		n := sh.both.picked[l.No]
		if sh.both.sent {
			n = l.Picked - n
		}
		if n > 0 {
			goods = append(goods, order.PutBack{SKU: l.SKU, Name: l.Name, Qty: n, Location: l.Location})
		}
	}
	if len(goods) == 0 || loser == "" {
		return nil
	}
	return f.s.instruct(f.tx, sh.Shipment, loser, order.InstructPutBack, goods)
}
