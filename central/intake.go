package central

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"

	"pickstation/order"
)

// Intake outcomes.
const (
	OutcomeNew       = "new"
	OutcomeUpdated   = "updated"
	OutcomeUnchanged = "unchanged"
	OutcomeRejected  = "rejected"
)

// IntakeResult is what became of one order of a batch.
type IntakeResult struct {
	Index    int             `json:"index"`
	Channel  string          `json:"channel,omitempty"`
	External string          `json:"external_id,omitempty"`
	ID       order.OrderID   `json:"id,omitempty"`
	Outcome  string          `json:"outcome" enum:"new,updated,unchanged,rejected"`
	State    order.StateCode `json:"state,omitempty"`
	Code     string          `json:"code,omitempty"`
	Message  string          `json:"message,omitempty"`
	Hint     string          `json:"hint,omitempty"`
}

func rejected(index int, in *OrderIn, err *order.Error) IntakeResult {
	return IntakeResult{Index: index, Channel: in.Channel, External: in.External,
		Outcome: OutcomeRejected, Code: err.Code, Message: err.Msg, Hint: err.Hint}
}

// IntakeRaw takes orders as they came, each parsed on its own, so that a broken one
// does not stop the rest.
func (s *Service) IntakeRaw(ctx context.Context, by By, raw []json.RawMessage) ([]IntakeResult, error) {
	if len(raw) > MaxBatchOrders {
		return nil, order.Errorf("too_many_orders", "%d orders in one request, at most %d", len(raw), MaxBatchOrders).
			WithHint("send them in several requests")
	}
	results := make([]IntakeResult, len(raw))
	good, at := make([]OrderIn, 0, len(raw)), make([]int, 0, len(raw))
	for i, data := range raw {
		in, err := ParseOrder(data)
		if err == nil {
			good, at = append(good, in), append(at, i)
			continue
		}
		var known *order.Error
		if !errors.As(err, &known) {
			return nil, err
		}
		if known.Err != nil {
			known.Msg += ": " + known.Err.Error()
		}
		results[i] = rejected(i, &in, known)
		s.count("intake", OutcomeRejected, 1)
	}
	if len(good) == 0 {
		return results, nil
	}
	taken, err := s.Intake(ctx, by, good)
	for i := range taken {
		taken[i].Index = at[i]
		results[at[i]] = taken[i]
	}
	return results, err
}

// intakeLines is how many lines one transaction takes at most, where it is not a single
// order: benches wait for it, some 0.1 s.
const intakeLines = 2000

// Intake takes a batch of orders: each is new, updated, unchanged or rejected with a
// reason. Sending a batch again changes nothing. An error may come after a part of a large
// batch was stored.
func (s *Service) Intake(ctx context.Context, by By, orders []OrderIn) ([]IntakeResult, error) {
	results, invalid := make([]IntakeResult, len(orders)), make([]bool, len(orders))
	for i := range orders {
		var known *order.Error
		if err := orders[i].Validate(); errors.As(err, &known) {
			results[i], invalid[i] = rejected(i, &orders[i], known), true
		}
	}
	places := slices.DeleteFunc(byKey(orders), func(i int) bool { return invalid[i] })
	for len(places) > 0 {
		n := 1
		for lines := len(orders[places[0]].Lines); n < len(places); n++ {
			if lines += len(orders[places[n]].Lines); lines > intakeLines {
				break
			}
		}
		if err := s.intakePart(ctx, by, orders, places[:n], results); err != nil {
			return nil, err
		}
		places = places[n:]
	}
	for i := range results {
		s.count("intake", results[i].Outcome, 1)
	}
	return results, nil
}

// intakePart takes the orders at some places in one transaction.
func (s *Service) intakePart(ctx context.Context, by By, orders []OrderIn, places []int, results []IntakeResult) error {
	want := aheadOf(orders, places)
	return s.store.Write(ctx, func(tx Tx) error {
		if len(places) > 1 {
			if err := tx.ReadAhead(want); err != nil {
				return err
			}
		}
		for _, i := range places {
			o, outcome, err := s.intakeOne(tx, by, &orders[i])
			var known *order.Error
			if errors.As(err, &known) && rejection[known.Code] {
				results[i] = rejected(i, &orders[i], known)
				continue
			}
			if err != nil {
				return err
			}
			results[i] = IntakeResult{Index: i, Channel: o.Channel, External: o.External, ID: o.ID,
				Outcome: outcome, State: o.State}
		}
		return nil
	})
}

// byKey returns the places of a batch in the order in which its keys are locked: the
// same for everybody, so that two batches with the same orders do not wait for each
// other in a circle. Numbers of different lengths come as a person counts.
func byKey(orders []OrderIn) []int {
	places := make([]int, len(orders))
	for i := range places {
		places[i] = i
	}
	slices.SortStableFunc(places, func(a, b int) int {
		x, y := &orders[a], &orders[b]
		return cmp.Or(cmp.Compare(x.Channel, y.Channel), cmp.Compare(len(x.External), len(y.External)), cmp.Compare(x.External, y.External))
	})
	return places
}

// aheadOf is what the orders at the places of a batch will be asked for.
func aheadOf(orders []OrderIn, places []int) Ahead {
	want := Ahead{Goods: map[string][]order.SKU{}, Places: map[string][]order.LocationID{}}
	type one struct{ warehouse, id string }
	goods, shelves := map[one]bool{}, map[one]bool{}
	for _, i := range places {
		in := &orders[i]
		key := OrderKey{in.Channel, in.External}
		if n := len(want.Keys); n == 0 || want.Keys[n-1] != key { // equal ones stand side by side
			want.Keys = append(want.Keys, key)
		}
		warehouse := orMain(in.Warehouse)
		for k := range in.Lines {
			l := &in.Lines[k]
			if at := (one{warehouse, string(l.SKU)}); !goods[at] {
				goods[at] = true
				want.Goods[warehouse] = append(want.Goods[warehouse], l.SKU)
			}
			if at := (one{warehouse, string(l.Location)}); l.Location != "" && !shelves[at] {
				shelves[at] = true
				want.Places[warehouse] = append(want.Places[warehouse], l.Location)
			}
		}
	}
	return want
}

// rejection lists the codes that reject one order of a batch; all are raised before
// anything of the order was written.
var rejection = map[string]bool{
	"forbidden_channel": true, "unknown_warehouse": true, "unknown_flow": true, "unknown_carrier": true,
	"order_in_work": true, "order_cancelled": true, "receiver_deleted": true, "bad_flow": true,
}

func (s *Service) intakeOne(tx Tx, by By, in *OrderIn) (*Order, string, error) {
	if !by.may(in.Channel) {
		return nil, "", order.Errorf("forbidden_channel", "this key may not send orders of channel %q", in.Channel).
			WithHint("use the key of that shop")
	}
	body, err := json.Marshal(in)
	if err != nil {
		return nil, "", err
	}
	digest := s.vault.Digest(body)
	o, err := tx.LockOrderKey(in.Channel, in.External)
	switch {
	case err != nil:
		return nil, "", err
	case o == nil:
		o, err = s.create(tx, by, in, digest)
		return o, OutcomeNew, err
	case o.Digest == digest:
		return o, OutcomeUnchanged, nil
	}
	return o, OutcomeUpdated, s.change(tx, by, o, in, digest)
}

func (s *Service) create(tx Tx, by By, in *OrderIn, digest string) (*Order, error) {
	now := s.now()
	o := &Order{Channel: in.Channel, External: in.External, Version: 1, AddressVersion: 1, Digest: digest,
		CreatedAt: in.CreatedAt, ReceivedAt: now}
	if o.CreatedAt.IsZero() {
		o.CreatedAt = now
	}
	if err := s.fill(tx, o, in); err != nil {
		return nil, err
	}
	name := in.Flow
	if name == "" && in.PickupCode != "" {
		name = order.PickupFlow().ID
	}
	flow, err := s.newestFlow(tx, name)
	if err != nil {
		return nil, err
	}
	o.Flow, o.FlowVersion, o.State = flow.ID, flow.Version, flow.Initial
	o.Stage = flow.Stage(o.State)
	n, err := tx.Take(counterOrder, 1)
	if err != nil {
		return nil, err
	}
	o.ID = order.OrderID(idNumber("O", n))
	if err := s.sealReceiver(o, &in.Receiver); err != nil {
		return nil, err
	}
	if err := s.sealBuyer(tx, o, in); err != nil {
		return nil, err
	}
	if in.Urgent {
		o.setHold(order.Hold{Code: order.Urgent, At: now, By: by.Who})
	}
	if err := s.tell(tx, o, TimelineRow{Kind: KindState, State: o.State, At: o.CreatedAt, By: by.Who, Source: by.Source}); err != nil {
		return nil, err
	}
	if !in.PaidAt.IsZero() {
		if err := s.pay(tx, by, o, flow, in.PaidAt); err != nil {
			return nil, err
		}
	}
	return o, s.advanceWith(tx, o, flow, &in.Receiver, nil)
}

// fill copies the plan of the order, without the receiver.
func (s *Service) fill(tx Tx, o *Order, in *OrderIn) error {
	o.Warehouse = in.Warehouse
	if o.Warehouse == "" {
		o.Warehouse = DefaultWarehouse
	}
	w, err := tx.Warehouse(o.Warehouse)
	if err != nil {
		return err
	}
	if w == nil {
		return order.Errorf("unknown_warehouse", "warehouse %q is not known", o.Warehouse).
			WithHint("make it with: pickcentral policy set")
	}
	carrier := in.Carrier
	if carrier == "" && in.PickupCode != "" {
		carrier = carrierPickup
	}
	if o.Carrier, err = carrierFor(carrier, in.Service, in.Receiver.Country); err != nil {
		return err
	}
	o.Total, o.Customs, o.Priority, o.Promise = in.Total, in.Customs, in.Priority, in.Promise
	o.Tote, o.Complete, o.PackCheck, o.Packaging = in.Tote, in.Complete, in.PackCheck, in.Packaging
	o.Lines, o.Charges = in.Lines, in.Charges
	o.declare(in)
	o.Pickup = ""
	if in.PickupCode != "" {
		key, err := s.badgeKey(w)
		if err != nil {
			return err
		}
		o.Pickup = order.PickupHash(key, in.PickupCode)
	}
	return nil
}

func (s *Service) sealReceiver(o *Order, rc *order.Receiver) error {
	plain, err := json.Marshal(rc)
	if err != nil {
		return err
	}
	o.Receiver = s.vault.Seal("receiver of "+string(o.ID), plain)
	return nil
}

// terms are what an order goes on by: its flow and its receiver.
func (s *Service) terms(r Reader, o *Order) (*order.Flow, *order.Receiver, error) {
	flow, err := s.flow(r, o.Flow, o.FlowVersion)
	if err != nil {
		return nil, nil, err
	}
	rc, err := s.receiver(o)
	return flow, rc, err
}

// receiver opens the receiver of an order.
func (s *Service) receiver(o *Order) (*order.Receiver, error) {
	if len(o.Receiver) == 0 {
		return nil, order.Errorf("receiver_deleted", "order %s is over, and its receiver was deleted", o.External).
			WithHint("send what is still to be done as a new order")
	}
	plain, err := s.vault.Open("receiver of "+string(o.ID), o.Receiver)
	if err != nil {
		return nil, err
	}
	rc := &order.Receiver{}
	return rc, json.Unmarshal(plain, rc)
}

// tell adds a row to an order's timeline.
func (s *Service) tell(tx Tx, o *Order, row TimelineRow) error {
	row.Subject, row.ReceivedAt = string(o.ID), s.now()
	if row.At.IsZero() {
		row.At = row.ReceivedAt
	}
	return tx.AddTimeline(row)
}
