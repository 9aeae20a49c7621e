package central

import (
	"context"
	"errors"
	"slices"

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
			if withCarrier(sh) {
				return order.Errorf("already_dispatched", "order %s is with its carrier", o.External).
					WithHint("ask the carrier to stop it, or open a return")
			}
			if stopsFor(sh, order.Intercepted) {
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

// stopping are the holds for which a bench takes goods out of the way: a person's, a
// rule's of customs, and customs' own. The first of them tells the bench, which ends that by
// a scan; with the last one that is lifted the instruction ends, too.
var stopping = []order.HoldCode{order.Intercepted, order.CustomsRefused, order.CustomsStopped}

func stopped(sh *Shipment) bool { return stopsFor(sh, stopping...) }

// stopsFor says whether one of the holds stops a shipment.
func stopsFor(sh *Shipment, codes ...order.HoldCode) bool {
	return slices.ContainsFunc(sh.Holds, func(h order.Hold) bool { return h.Stops && slices.Contains(codes, h.Code) })
}

// withCarrier says whether a shipment is out of reach: a carrier has moved it.
func withCarrier(sh *Shipment) bool { return gone(sh) && sh.Stage != order.StageDispatched }

// stopShipment puts a shipment on hold and tells the bench that has it, or had it last.
func (s *Service) stopShipment(tx Tx, sh *Shipment, hold order.Hold) error {
	told := stopped(sh)
	sh.SetHold(hold)
	if !told {
		if err := s.setAside(tx, sh); err != nil {
			return err
		}
	}
	if err := tx.PutShipment(sh); err != nil {
		return err
	}
	return s.emitWork(tx, sh)
}

// setAside tells a bench to take the goods of a stopped shipment out of the way.
func (s *Service) setAside(tx Tx, sh *Shipment) error {
	if gone(sh) {
		return s.instruct(tx, sh, sh.SentFrom, order.InstructIntercept, nil)
	}
	return s.instruct(tx, sh, sh.LeaseStation, order.InstructStop, nil)
}

// unstop ends what a bench was told of a stopped shipment.
func (s *Service) unstop(tx Tx, sh *Shipment) error {
	return errors.Join(s.instructed(tx, sh, string(order.InstructStop)), s.instructed(tx, sh, string(order.InstructIntercept)))
}

// lift takes a hold off a shipment.
func (s *Service) lift(tx Tx, sh *Shipment, code order.HoldCode) error {
	sh.DropHold(code)
	if !stopped(sh) {
		if err := s.unstop(tx, sh); err != nil {
			return err
		}
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
			if !stopsFor(sh, order.Intercepted) {
				continue
			}
			changed = true
			if err := s.lift(tx, sh, order.Intercepted); err != nil {
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
		flow, rc, err := s.terms(tx, o)
		if err != nil {
			return err
		}
		return s.advance(tx, o, flow, rc)
	})
}
