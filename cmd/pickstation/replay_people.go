package main

import (
	"context"
	"encoding/json"
	"fmt"

	"pickstation/order"
	"pickstation/station"
	"pickstation/sync/wire"
)

// badgeFor is the badge that a replay gives to an operator: a recording names people,
// never their badges.
func badgeFor(id order.OperatorID) string { return "BADGE:" + string(id) }

// badge scans the badge of an operator whom the recording names; "?" is nobody's.
func (r *replay) badge(ctx context.Context, device order.DeviceID, id order.OperatorID) error {
	if id != "?" && !r.adopted[id] {
		if err := r.adopt(ctx, id); err != nil {
			return err
		}
	}
	return r.scan(ctx, device, []byte(badgeFor(id)))
}

// adopt gives an operator of the database a badge that the replay knows, and lets them
// in without a PIN.
func (r *replay) adopt(ctx context.Context, id order.OperatorID) error {
	var op *order.Operator
	var p order.Policy
	err := r.loop.Read(ctx, func(station.Store) (err error) {
		if op, err = r.db.Operator(id); err == nil {
			p, err = r.db.Policy()
		}
		return err
	})
	if err != nil {
		return err
	}
	if op == nil {
		return fmt.Errorf("nobody here is called %s", id)
	}
	if r.adopted == nil {
		r.adopted = map[order.OperatorID]bool{}
	}
	r.adopted[id] = true
	person, err := json.Marshal(personRow(op))
	if err != nil {
		return err
	}
	return r.rekey(ctx, p, wire.FeedRow{Kind: wire.RowOperator, ID: string(id), Body: person})
}

// rekey brings a row that the replay's own key opens, and the policy with that key.
func (r *replay) rekey(ctx context.Context, p order.Policy, row wire.FeedRow) error {
	p.PINRoles = nil
	policy, err := json.Marshal(wire.Policy{Policy: p})
	if err != nil {
		return err
	}
	return r.feed(ctx, &workSnapshot{Rows: []wire.FeedRow{{Kind: wire.RowPolicy, ID: "policy", Body: policy}, row}})
}

// pickupFor is the pickup code that a replay gives to a shipment.
func pickupFor(id order.ShipmentID) string { return "PICKUP:" + string(id) }

// repick gives a shipment that a buyer fetches the code that the replay knows.
func repick(s *order.Shipment) {
	if s.Pickup != "" {
		s.Pickup = order.PickupHash(replayBadgeKey, pickupFor(s.ID))
	}
}

// pickup scans the code of the buyer of a shipment that the recording names.
func (r *replay) pickup(ctx context.Context, device order.DeviceID, id order.ShipmentID) error {
	w := wire.Work{}
	var p order.Policy
	err := r.loop.Read(ctx, func(station.Store) error {
		s, err := r.db.Shipment(id)
		if err != nil || s == nil || s.Pickup == "" {
			return err
		}
		w.Shipment, w.SeenLog, w.Seen = *s, r.db.Log(), r.db.LastSeq()
		p, err = r.db.Policy()
		return err
	})
	if err != nil {
		return err
	}
	if w.Shipment.ID != "" {
		repick(&w.Shipment)
		body, err := json.Marshal(w)
		if err != nil {
			return err
		}
		if err := r.rekey(ctx, p, wire.FeedRow{Kind: wire.RowWork, ID: string(id), Body: body}); err != nil {
			return err
		}
	}
	return r.scan(ctx, device, []byte(pickupFor(id)))
}

// personRow is an operator with the badge that a replay gives them.
func personRow(op *order.Operator) any {
	o := *op
	o.BadgeHash, o.PIN, o.PINDigits = "", "", 0
	return struct {
		order.Operator
		Badge string `json:"badge"`
	}{o, badgeFor(o.ID)}
}
