package central

import (
	"fmt"
	"time"

	"pickstation/central/ingest"
	"pickstation/order"
)

// outdated says whether the paper on a parcel shows an older receiver.
func (f *fold) outdated(sh *folded, p *order.Parcel, e *order.Event) bool {
	version := e.OrderVersion
	if e.Type != order.EventPrinted && p.PrintedVersion > 0 {
		version = p.PrintedVersion
	}
	return version > 0 && version < sh.AddressVersion
}

func (f *fold) dispatched(r *ingest.Row, sh *folded, e *order.Event, wasCancelled bool) error {
	p := sh.Parcel(e.Parcel)
	if p == nil {
		return nil
	}
	old := f.outdated(sh, p, e)
	if n, err := f.tx.Number(e.Waybill); err != nil {
		return err
	} else if n != nil && n.Shipment == sh.ID && n.Parcel == p.No && n.Number != p.Waybill.Number {
		// The old paper is on the box that has left: its number is the parcel's again.
		old = true
		if err := f.tx.SetNumber(p.Waybill.Number, NumberVoid); err != nil {
			return err
		}
		p.Waybill.Number = n.Number
	}
	if err := f.tx.SetNumber(p.Waybill.Number, NumberUsed); err != nil {
		return err
	}
	if old {
		if err := f.raise(r, ExcOldAddress, sh, "handed over with the label of an older address"); err != nil {
			return err
		}
	}
	if wasCancelled {
		if err := f.goneAnyway(r, sh, e); err != nil {
			return err
		}
	}
	if sh.left = sh.AllDispatched(); !sh.left {
		return nil
	}
	sh.SentFrom = f.station.ID
	if err := f.s.sentAfterAll(f.tx, sh.Shipment); err != nil {
		return err
	}
	if old { // nothing is here any more on which new paper could be stuck
		if err := f.s.instructed(f.tx, sh.Shipment, string(order.InstructReprint)); err != nil {
			return err
		}
	}
	return f.s.finishQuota(f.tx, sh.Shipment)
}

// goneAnyway settles that a cancelled shipment has left: the physical fact wins, the
// cancellation is taken back and a person is told. While some of its boxes are still
// here the rest stays cancelled.
func (f *fold) goneAnyway(r *ingest.Row, sh *folded, e *order.Event) error {
	if !sh.AllDispatched() {
		return f.raise(r, ExcDispatchedCancelled, sh, fmt.Sprintf("box %d was handed over although the order was cancelled; others are still here", e.Parcel))
	}
	sh.Cancelled = false
	if to, ok := stateAt(sh.flow, order.StageDispatched); ok {
		sh.State, sh.Stage = to, order.StageDispatched
	}
	sh.SetHold(order.Hold{Code: order.Intercepted, At: e.Time(), By: "centre", Note: ExcDispatchedCancelled})
	o, err := f.tx.LockOrder(sh.Order)
	if err != nil || o == nil {
		return err
	}
	o.CancelledAt = time.Time{}
	if err := f.tx.PutOrder(o); err != nil {
		return err
	}
	if err := f.s.instructed(f.tx, sh.Shipment, ""); err != nil {
		return err
	}
	if err := f.settled(sh); err != nil {
		return err
	}
	if err := f.raise(r, ExcDispatchedCancelled, sh, "handed over although the order was cancelled"); err != nil {
		return err
	}
	return f.tell(sh, e, KindState, sh.State, "the cancellation is taken back")
}

// settled closes the exception that asks for goods to be put back: they have left.
func (f *fold) settled(sh *folded) error {
	open, err := f.tx.Exceptions(ExceptionFilter{Order: sh.Order, Limit: 500})
	for _, e := range open {
		if err == nil && e.Shipment == sh.ID && e.Code == string(order.AnomalyCancelled) {
			err = f.tx.CloseException(e.ID, "centre", f.s.now())
		}
	}
	return err
}
