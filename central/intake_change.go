package central

import (
	"encoding/json"

	"pickstation/order"
)

// change takes a new version of a known order. While nothing was picked and no bench
// holds it, everything may change; after that only the receiver and the payment.
func (s *Service) change(tx Tx, by By, o *Order, in *OrderIn, digest string) error {
	if o.Cancelled() {
		return order.Errorf("order_cancelled", "order %s was cancelled", o.External).
			WithHint("send it under a new number")
	}
	flow, old, err := s.terms(tx, o)
	if err != nil {
		return err
	}
	ships, err := tx.ShipmentsOf(o.ID)
	if err != nil {
		return err
	}
	before := *o
	if err := s.fill(tx, o, in); err != nil {
		return err
	}
	replan := !samePlan(&before, o)
	if replan && !idle(ships) {
		return order.Errorf("order_in_work", "order %s is being worked on; its goods cannot change any more", o.External).
			WithHint("cancel it and send a new order")
	}
	o.Digest = digest
	moved := *old != in.Receiver
	if replan || moved {
		o.Version++
	}
	if err := s.sealReceiver(o, &in.Receiver); err != nil {
		return err
	}
	if err := s.sealBuyer(tx, o, in); err != nil {
		return err
	}
	if moved {
		o.AddressVersion = o.Version
	}
	if !o.Paid() && !in.PaidAt.IsZero() {
		if err := s.pay(tx, by, o, flow, in.PaidAt); err != nil {
			return err
		}
	}
	if replan || moved {
		note := "goods or terms changed"
		if moved {
			note = "receiver changed"
		}
		if err := s.tell(tx, o, TimelineRow{Kind: KindChange, By: by.Who, Source: by.Source, Note: note}); err != nil {
			return err
		}
	}
	if err := s.refit(tx, o, ships, &in.Receiver, replan, moved); err != nil {
		return err
	}
	return s.advance(tx, o, flow, &in.Receiver)
}

// idle says whether nobody works on any of the shipments.
func idle(ships []*Shipment) bool {
	for _, sh := range ships {
		if sh.Cancelled || sh.Started() || sh.LeaseStation != "" || sh.Stage != order.StageAwaitingPick {
			return false
		}
	}
	return true
}

func samePlan(a, b *Order) bool {
	x, y := plan(a), plan(b)
	return x == y
}

// plan is what a bench works from, as text to be compared.
func plan(o *Order) string {
	data, err := json.Marshal([]any{o.Warehouse, o.Carrier, o.Customs, o.Complete, o.PackCheck, o.Packaging, o.Lines,
		o.Tote, o.Priority, o.Promise, declared(o)})
	if err != nil {
		return err.Error()
	}
	return string(data)
}

// refit carries a change of an order into its shipments.
func (s *Service) refit(tx Tx, o *Order, ships []*Shipment, rc *order.Receiver, replan, moved bool) error {
	for _, known := range ships {
		sh, err := tx.LockShipment(known.ID)
		if err != nil {
			return err
		}
		if replan {
			if err := s.replan(tx, o, sh, rc); err != nil {
				return err
			}
		}
		if moved {
			if err := s.readdress(tx, o, sh, rc); err != nil {
				return err
			}
		}
		if sh.Pickup != o.Pickup {
			sh.Pickup = o.Pickup
			if err := s.emitWork(tx, sh); err != nil {
				return err
			}
		}
		if err := tx.PutShipment(sh); err != nil {
			return err
		}
	}
	return s.recheckCustoms(tx, o, ships, rc)
}
