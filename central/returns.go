package central

import (
	"context"
	"encoding/json"
	"time"

	"pickstation/order"
)

// ReturnIn is a return as a shop asks for it.
type ReturnIn struct {
	Channel   string        `json:"channel" maxLength:"64"`
	External  string        `json:"external_id" maxLength:"64" doc:"the shop's own number of the return"`
	Order     order.OrderID `json:"order,omitempty" doc:"the order it belongs to, where known"`
	Reason    string        `json:"reason,omitempty"`
	CreatedAt time.Time     `json:"created_at,omitzero"`
	Lines     []ReturnLine  `json:"lines,omitempty"`
	Waybill   string        `json:"waybill,omitempty" maxLength:"64" doc:"number under which the parcel comes back"`
}

// RequestReturn opens a return; the same one again changes nothing.
func (s *Service) RequestReturn(ctx context.Context, by By, in ReturnIn) (ret *Return, outcome string, err error) {
	err = s.store.Write(ctx, func(tx Tx) error {
		ret, outcome, err = s.requestReturn(tx, by, in)
		return err
	})
	return ret, outcome, err
}

func (s *Service) requestReturn(tx Tx, by By, in ReturnIn) (*Return, string, error) {
	if err := s.checkReturn(tx, by, &in); err != nil {
		return nil, "", err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return nil, "", err
	}
	have, err := tx.ReturnByKey(in.Channel, in.External)
	if err != nil {
		return nil, "", err
	}
	digest := s.vault.Digest(body)
	if have != nil && have.Digest != digest {
		return nil, "", order.Errorf("return_exists", "return %s is here with other contents", in.External).
			WithHint("cancel it and send the corrected one under a new number")
	}
	if have != nil {
		return have, OutcomeUnchanged, nil
	}
	n, err := tx.Take(counterReturn, 1)
	if err != nil {
		return nil, "", err
	}
	flow := order.ReturnsFlow()
	ret := &Return{ID: idNumber("R", n), Channel: in.Channel, External: in.External, Order: in.Order,
		State: flow.Initial, Stage: flow.Stage(flow.Initial), Flow: flow.ID, FlowVersion: flow.Version,
		Reason: in.Reason, Lines: in.Lines, Digest: digest, CreatedAt: in.CreatedAt, ReceivedAt: s.now()}
	if ret.CreatedAt.IsZero() {
		ret.CreatedAt = ret.ReceivedAt
	}
	if err := tx.PutReturn(ret); err != nil {
		return nil, "", err
	}
	if err := s.returnTask(tx, ret, in.Waybill); err != nil {
		return nil, "", err
	}
	return ret, OutcomeNew, tx.AddTimeline(TimelineRow{Subject: ret.ID, Kind: KindState, State: ret.State, At: ret.CreatedAt,
		ReceivedAt: ret.ReceivedAt, By: by.Who, Source: by.Source, Note: ret.Reason})
}

func (s *Service) checkReturn(tx Tx, by By, in *ReturnIn) error {
	bad := func(code, format string, args ...any) error {
		return order.Errorf(code, format, args...).WithHint("correct the return and send it again")
	}
	switch {
	case in.Channel == "" || in.External == "" || clip(in.Channel) != in.Channel || clip(in.External) != in.External:
		return bad("missing_key", "channel and external_id are needed, at most %d characters each", maxText)
	case !by.may(in.Channel):
		return bad("forbidden_channel", "this key may not send returns of channel %q", in.Channel)
	case len(in.Lines) > MaxLines:
		return bad("too_many_lines", "the return has %d lines, at most %d", len(in.Lines), MaxLines)
	case in.Waybill != clip(in.Waybill):
		return bad("too_long", "the waybill is one line of at most %d characters", maxText)
	case in.Reason != clip(in.Reason):
		return bad("too_long", "the reason is one line of at most %d characters", maxText)
	}
	if !sane(in.CreatedAt) {
		return bad("bad_time", "time %s is out of range", in.CreatedAt.Format(time.RFC3339))
	}
	for i, l := range in.Lines {
		if l.SKU == "" || l.Qty < 1 || l.Qty > maxQty {
			return bad("bad_line", "line %d: a sku and a quantity between 1 and %d are needed", i+1, maxQty)
		}
	}
	if in.Order == "" {
		return nil
	}
	o, err := tx.Order(in.Order)
	if err != nil {
		return err
	}
	if o == nil || o.Channel != in.Channel {
		return notFound("order", string(in.Order))
	}
	return nil
}

// MoveReturn drives a return along its flow: approve, receive, refund, cancel. Doing
// it again where it stands already changes nothing; a step that the flow lacks is
// refused.
func (s *Service) MoveReturn(ctx context.Context, by By, id string, on order.Trigger) (ret *Return, err error) {
	err = s.store.Write(ctx, func(tx Tx) error {
		if ret, err = tx.Return(id); err != nil {
			return err
		}
		if ret == nil || !by.may(ret.Channel) {
			return notFound("return", id)
		}
		flow, err := s.flow(tx, ret.Flow, ret.FlowVersion)
		if err != nil {
			return err
		}
		to, ok := flow.Move(ret.State, on)
		if !ok && arrived(flow, ret.State, on) {
			return nil
		}
		if !ok {
			return order.Errorf("not_in_flow", "return %s in state %s cannot %s", ret.External, ret.State, on).
				WithHint("the steps are approve, receive, refund; cancel until it is refunded")
		}
		ret.State, ret.Stage = to, flow.Stage(to)
		if err := tx.PutReturn(ret); err != nil {
			return err
		}
		if err := s.returnTask(tx, ret, ""); err != nil {
			return err
		}
		if on == order.TriggerRefund {
			if err := s.refundQuota(tx, ret); err != nil {
				return err
			}
		}
		return tx.AddTimeline(TimelineRow{Subject: ret.ID, Kind: KindState, State: to, At: s.now(), ReceivedAt: s.now(),
			By: by.Who, Source: by.Source})
	})
	return ret, err
}

// arrived says whether a state is one that the trigger leads to.
func arrived(f *order.Flow, state order.StateCode, on order.Trigger) bool {
	for _, e := range f.Edges {
		if e.On == on && e.To == state {
			return true
		}
	}
	return false
}

// GetReturn returns a return with its timeline.
func (s *Service) GetReturn(ctx context.Context, by By, id string) (ret *Return, rows []TimelineRow, err error) {
	err = s.store.Read(ctx, func(r Reader) error {
		if ret, err = r.Return(id); err != nil {
			return err
		}
		if ret == nil || !by.may(ret.Channel) {
			return notFound("return", id)
		}
		rows, err = r.Timeline(id)
		return err
	})
	return ret, rows, err
}
