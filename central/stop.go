package central

import (
	"context"

	"pickstation/order"
)

// Stop 截停 keeps an order from leaving: the benches are told to set it aside, until it is
// released or cancelled. Where it was handed over and the carrier has not moved it yet,
// the bench that handed it over is told to take it out of the carrier's cage again.
// Stopping again changes nothing.
func (s *Service) Stop(ctx context.Context, by By, id order.OrderID, reason string) (*View, error) {
	return s.with(ctx, by, id, func(tx Tx, o *Order, ships []*Shipment) error {
		if o.Cancelled() {
			return order.Errorf("order_cancelled", "order %s was cancelled", o.External).WithHint("nothing of it leaves")
		}
		if reason = clip(reason); reason == "" {
			reason = "no reason given"
		}
		hold := order.Hold{Code: order.Intercepted, At: s.now(), By: by.Who, Note: reason, Stops: true}
		fresh := o.setHold(hold)
		for _, sh := range ships {
			if gone(sh) && sh.Stage != order.StageDispatched {
				return order.Errorf("already_dispatched", "order %s is with its carrier", o.External).
					WithHint("ask the carrier to stop it, or open a return")
			}
			if h := sh.Stopped(); h != nil && h.Code == order.Intercepted {
				continue
			}
			fresh = true
			if err := s.stopShipment(tx, sh, hold); err != nil {
				return err
			}
		}
		if !fresh {
			return nil
		}
		if err := tx.PutOrder(o); err != nil {
			return err
		}
		return s.tell(tx, o, TimelineRow{Kind: KindHold, By: by.Who, Source: by.Source, Note: "stopped: " + reason})
	})
}

// stopShipment puts a shipment on hold and tells the bench that has it, or had it last.
func (s *Service) stopShipment(tx Tx, sh *Shipment, hold order.Hold) error {
	kind, at := order.InstructStop, sh.LeaseStation
	if gone(sh) {
		kind, at = order.InstructIntercept, sh.SentFrom
	}
	sh.SetHold(hold)
	if err := s.instruct(tx, sh, at, kind, nil); err != nil {
		return err
	}
	if err := tx.PutShipment(sh); err != nil {
		return err
	}
	return s.emitWork(tx, sh)
}

// Release lets an order go on that was stopped; what is in the hands of a carrier again
// stays there.
func (s *Service) Release(ctx context.Context, by By, id order.OrderID) (*View, error) {
	return s.with(ctx, by, id, func(tx Tx, o *Order, ships []*Shipment) error {
		changed := o.dropHold(order.Intercepted)
		for _, sh := range ships {
			if h := sh.Stopped(); h == nil || h.Code != order.Intercepted {
				continue
			}
			changed = true
			sh.DropHold(order.Intercepted)
			for _, kind := range []order.InstructionKind{order.InstructStop, order.InstructIntercept} {
				if err := s.instructed(tx, sh, string(kind)); err != nil {
					return err
				}
			}
			if err := tx.PutShipment(sh); err != nil {
				return err
			}
			if err := s.emitWork(tx, sh); err != nil {
				return err
			}
		}
		if !changed {
			return nil
		}
		if err := tx.PutOrder(o); err != nil {
			return err
		}
		if err := s.tell(tx, o, TimelineRow{Kind: KindHold, By: by.Who, Source: by.Source, Note: "released"}); err != nil {
			return err
		}
		if len(ships) > 0 {
			return nil
		}
		flow, err := s.flow(tx, o.Flow, o.FlowVersion)
		if err != nil {
			return err
		}
		rc, err := s.receiver(o)
		if err != nil {
			return err
		}
		return s.advance(tx, o, flow, rc)
	})
}
