package central

import (
	"context"
	"encoding/json"
	"errors"

	"pickstation/order"
)

// View is an order with its shipments, as it is shown. It holds no receiver.
type View struct {
	*Order
	Shipments []*Shipment `json:"shipments"`
}

// Get returns an order by id.
func (s *Service) Get(ctx context.Context, by By, id order.OrderID) (v *View, err error) {
	err = s.store.Read(ctx, func(r Reader) error {
		o, err := r.Order(id)
		if err != nil {
			return err
		}
		if o == nil || !by.may(o.Channel) {
			return notFound("order", string(id))
		}
		v = &View{Order: o}
		v.Shipments, err = r.ShipmentsOf(id)
		return err
	})
	return v, err
}

// Find returns an order by its id, its shop's number, its shipment or its waybill:
// whatever a person has at hand.
func (s *Service) Find(ctx context.Context, by By, what string) (*View, error) {
	var id order.OrderID
	err := s.store.Read(ctx, func(r Reader) error {
		o, err := r.Order(order.OrderID(what))
		if o != nil || err != nil {
			id = order.OrderID(what)
			return err
		}
		list, err := r.Orders(OrderFilter{Channel: by.Channel, External: what, Limit: 1})
		if err != nil {
			return err
		}
		if len(list) > 0 {
			id = list[0].ID
			return nil
		}
		ship := order.ShipmentID(what)
		if n, err := r.Number(what); err != nil {
			return err
		} else if n != nil {
			ship = n.Shipment
		}
		sh, err := r.Shipment(ship)
		if sh != nil {
			id = sh.Order
		}
		return err
	})
	if err == nil && id == "" {
		err = notFound("order", what)
	}
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, by, id)
}

// List returns orders by id, and the cursor of the next page, "" at the end.
func (s *Service) List(ctx context.Context, by By, f OrderFilter) (list []*Order, next order.OrderID, err error) {
	if by.Channel != "" {
		if f.Channel != "" && f.Channel != by.Channel {
			return nil, "", nil
		}
		f.Channel = by.Channel
	}
	if f.Limit <= 0 || f.Limit > 500 {
		f.Limit = 100
	}
	err = s.store.Read(ctx, func(r Reader) error {
		list, err = r.Orders(f)
		return err
	})
	if len(list) == f.Limit {
		next = list[len(list)-1].ID
	}
	return list, next, err
}

// Timeline returns what is told about an order.
func (s *Service) Timeline(ctx context.Context, by By, id order.OrderID) (rows []TimelineRow, err error) {
	if _, err := s.Get(ctx, by, id); err != nil {
		return nil, err
	}
	err = s.store.Read(ctx, func(r Reader) error {
		rows, err = r.Timeline(string(id))
		return err
	})
	return rows, err
}

// with runs fn on a locked order that the caller may touch, and returns it as shown.
func (s *Service) with(ctx context.Context, by By, id order.OrderID, fn func(tx Tx, o *Order, ships []*Shipment) error) (*View, error) {
	err := s.store.Write(ctx, func(tx Tx) error {
		o, err := tx.LockOrder(id)
		if err != nil {
			return err
		}
		if o == nil || !by.may(o.Channel) {
			return notFound("order", string(id))
		}
		ships, err := tx.ShipmentsOf(id)
		if err != nil {
			return err
		}
		for i := range ships {
			if ships[i], err = tx.LockShipment(ships[i].ID); err != nil {
				return err
			}
		}
		return fn(tx, o, ships)
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, by, id)
}

// Pay confirms the payment of an order; an order that is paid stays as it is.
func (s *Service) Pay(ctx context.Context, by By, id order.OrderID) (*View, error) {
	return s.with(ctx, by, id, func(tx Tx, o *Order, _ []*Shipment) error {
		if o.Paid() {
			return nil
		}
		if o.Cancelled() {
			return order.Errorf("order_cancelled", "order %s was cancelled", o.External).WithHint("refund the payment")
		}
		flow, rc, err := s.terms(tx, o)
		if err != nil {
			return err
		}
		if err := s.pay(tx, by, o, flow, s.now()); err != nil {
			return err
		}
		return s.advance(tx, o, flow, rc)
	})
}

// Cancel cancels an order. One that has left the house, as far as the centre knows,
// is refused; goods that were picked get an instruction to put them back.
func (s *Service) Cancel(ctx context.Context, by By, id order.OrderID, reason string) (*View, error) {
	return s.with(ctx, by, id, func(tx Tx, o *Order, ships []*Shipment) error {
		if o.Cancelled() {
			return nil
		}
		for _, sh := range ships {
			if gone(sh) {
				return order.Errorf("already_dispatched", "order %s has been handed over", o.External).
					WithHint("stop it: it is taken out of the carrier's cage while it is there; or open a return")
			}
		}
		flow, err := s.flow(tx, o.Flow, o.FlowVersion)
		if err != nil {
			return err
		}
		o.CancelledAt = s.now()
		if reason = clip(reason); reason == "" {
			reason = "no reason given"
		}
		for _, sh := range ships {
			if err := s.cancelShipment(tx, flow, sh); err != nil {
				return err
			}
		}
		if err := s.releaseQuota(tx, o); err != nil {
			return err
		}
		if to, ok := flow.Move(o.State, order.TriggerCancel); ok && len(ships) == 0 {
			o.State = to
		}
		o.Stage = order.StageCancelled
		if err := s.derive(tx, o, ships); err != nil {
			return err
		}
		return s.tell(tx, o, TimelineRow{Kind: KindState, State: o.State, By: by.Who, Source: by.Source, Note: reason})
	})
}

// clip keeps a free text short and in one line.
func clip(text string) string {
	runes := []rune(text)
	if len(runes) > maxText {
		runes = runes[:maxText]
	}
	for i, r := range runes {
		if r < 0x20 || r == 0x7f {
			runes[i] = ' '
		}
	}
	return string(runes)
}

// gone says whether any parcel was handed over.
func gone(sh *Shipment) bool {
	for i := range sh.Parcels {
		if sh.Parcels[i].Dispatched {
			return true
		}
	}
	return sh.Stage != order.StageCancelled && sh.Stage.Rank() >= order.StageDispatched.Rank()
}

func (s *Service) cancelShipment(tx Tx, flow *order.Flow, sh *Shipment) error {
	sh.Cancelled = true
	if to, ok := flow.Move(sh.State, order.TriggerCancel); ok {
		sh.State, sh.Stage = to, flow.Stage(to)
	}
	for i := range sh.Parcels {
		if err := tx.SetNumber(sh.Parcels[i].Waybill.Number, NumberVoid); err != nil {
			return err
		}
	}
	if err := errors.Join(s.unstop(tx, sh), s.settleHands(tx, sh)); err != nil {
		return err
	}
	if err := s.emitWork(tx, sh); err != nil {
		return err
	}
	return tx.PutShipment(sh)
}

// ChangeAddress gives an order another receiver. A label that was printed, or may
// have been printed at a bench that is offline, becomes void: the parcel gets a new
// number, so that the old paper cannot pass for the new one.
func (s *Service) ChangeAddress(ctx context.Context, by By, id order.OrderID, rc order.Receiver) (*View, error) {
	check := OrderIn{Receiver: rc}
	for _, t := range check.texts() {
		if len([]rune(t.value)) > maxText || clip(t.value) != t.value {
			return nil, order.Errorf("bad_receiver", "%s is too long or holds a control character", t.name).
				WithHint("correct the address and send it again")
		}
	}
	return s.with(ctx, by, id, func(tx Tx, o *Order, ships []*Shipment) error {
		old, err := s.receiver(o)
		if err != nil {
			return err
		}
		if *old == rc {
			return nil
		}
		if o.Cancelled() {
			return order.Errorf("order_cancelled", "order %s was cancelled", o.External).WithHint("send a new order")
		}
		for _, sh := range ships {
			if gone(sh) {
				return order.Errorf("already_dispatched", "order %s has been handed over", o.External).
					WithHint("ask the carrier to redirect it")
			}
		}
		flow, err := s.flow(tx, o.Flow, o.FlowVersion)
		if err != nil {
			return err
		}
		o.Version++
		o.AddressVersion = o.Version
		if err := s.sealReceiver(o, &rc); err != nil {
			return err
		}
		row := TimelineRow{Kind: KindChange, By: by.Who, Source: by.Source, Note: "receiver changed"}
		if err := s.tell(tx, o, row); err != nil {
			return err
		}
		if err := s.refit(tx, o, ships, &rc, false, true); err != nil {
			return err
		}
		return s.advance(tx, o, flow, &rc)
	})
}

// MarshalJSON shows the order and its shipments side by side.
func (v *View) MarshalJSON() ([]byte, error) {
	type plain Order
	ships := v.Shipments
	if ships == nil {
		ships = []*Shipment{}
	}
	return json.Marshal(struct {
		*plain
		Shipments []*Shipment `json:"shipments"`
	}{(*plain)(v.Order), ships})
}
