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
	p.PINRoles = nil
	if r.adopted == nil {
		r.adopted = map[order.OperatorID]bool{}
	}
	r.adopted[id] = true
	person, err := json.Marshal(personRow(op))
	if err != nil {
		return err
	}
	policy, err := json.Marshal(wire.Policy{Policy: p})
	if err != nil {
		return err
	}
	return r.feed(ctx, &workSnapshot{Rows: []wire.FeedRow{{Kind: wire.RowPolicy, ID: "policy", Body: policy},
		{Kind: wire.RowOperator, ID: string(id), Body: person}}})
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
