package central

import (
	"errors"
	"strings"
	"time"

	"pickstation/order"
)

// pay confirms the payment.
func (s *Service) pay(tx Tx, by By, o *Order, flow *order.Flow, when time.Time) error {
	o.PaidAt = when
	if to, ok := flow.Move(o.State, order.TriggerPay); ok {
		o.State, o.Stage = to, flow.Stage(to)
		return s.tell(tx, o, TimelineRow{Kind: KindState, State: to, At: o.PaidAt, By: by.Who, Source: by.Source})
	}
	return s.tell(tx, o, TimelineRow{Kind: KindChange, At: o.PaidAt, By: by.Who, Source: by.Source, Note: "paid"})
}

// advance reviews an order and allocates it when nothing stands against that. It
// stores the order.
func (s *Service) advance(tx Tx, o *Order, flow *order.Flow, rc *order.Receiver) error {
	ships, err := tx.ShipmentsOf(o.ID)
	if err != nil {
		return err
	}
	return s.advanceWith(tx, o, flow, rc, ships)
}

// advanceWith is advance for an order whose shipments are known.
func (s *Service) advanceWith(tx Tx, o *Order, flow *order.Flow, rc *order.Receiver, ships []*Shipment) error {
	if len(ships) > 0 || o.Cancelled() {
		return s.derive(tx, o, ships)
	}
	pass, err := s.review(tx, o, rc)
	if err != nil || !pass || o.stopped() != nil {
		return errors.Join(err, tx.PutOrder(o))
	}
	return s.allocate(tx, o, flow, rc)
}

// review asks the rules, tells the answers and puts the holds.
func (s *Service) review(tx Tx, o *Order, rc *order.Receiver) (pass bool, err error) {
	unknown, err := unknownGoods(tx, o)
	if err != nil {
		return false, err
	}
	held := false
	found := review(s.rules, o, rc, unknown)
	pass = true
	texts := make([]string, len(found))
	missing := map[order.HoldCode][]string{}
	for i := range found {
		f := &found[i]
		texts[i] = f.String()
		pass = pass && f.ok()
		if f.rule.Hold != "" {
			missing[f.rule.Hold] = append(missing[f.rule.Hold], f.missing...)
		}
	}
	now := s.now()
	for code, fields := range missing {
		if len(fields) == 0 {
			held = o.dropHold(code) || held
			continue
		}
		o.setHold(order.Hold{Code: code, At: now, By: "review", Note: "missing " + strings.Join(fields, ", "), Stops: true})
	}
	if err := s.raiseGoods(tx, o, unknown, held); err != nil {
		return false, err
	}
	clear, note, err := s.reviewCustoms(tx, o, rc, pass && o.Paid())
	if err != nil {
		return false, err
	}
	if note != "" {
		texts = append(texts, note)
	}
	return pass && clear, s.tell(tx, o, TimelineRow{Kind: KindReview, By: "review", Source: "system", Note: strings.Join(texts, "; ")})
}

// derive sets an order's state from its live shipments: the least advanced one.
func (s *Service) derive(tx Tx, o *Order, ships []*Shipment) error {
	var least *Shipment
	for _, sh := range ships {
		if !sh.Cancelled && (least == nil || sh.Stage.Rank() < least.Stage.Rank()) {
			least = sh
		}
	}
	switch {
	case least != nil:
		o.State, o.Stage = least.State, least.Stage
	case len(ships) > 0:
		o.State, o.Stage = ships[0].State, order.StageCancelled
	}
	return tx.PutOrder(o)
}
