package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"pickstation/central"
	"pickstation/order"
)

func op(method, path, id, summary, tag string, security []map[string][]string) huma.Operation {
	return huma.Operation{Method: method, Path: path, OperationID: id, Summary: summary, Tags: []string{tag},
		Security: security, MaxBodyBytes: maxSmallBytes, BodyReadTimeout: bodyTimeout,
		Errors: []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity}}
}

// looseOrder is an order that is parsed later, so that a broken one is rejected alone.
type looseOrder struct{ raw json.RawMessage }

// UnmarshalJSON keeps the order as it came.
func (o *looseOrder) UnmarshalJSON(data []byte) error {
	o.raw = append(o.raw[:0], data...)
	return nil
}

// MarshalJSON returns the order as it came.
func (o looseOrder) MarshalJSON() ([]byte, error) { return o.raw, nil }

// Schema describes what the order should look like.
func (o looseOrder) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[central.OrderIn](), true, "OrderIn")
}

type batchIn struct {
	Body struct {
		Orders []looseOrder `json:"orders" doc:"at most 500"`
	}
}

type batchOut struct {
	Body struct {
		Results []central.IntakeResult `json:"results"`
	}
}

// OrderPath names an order in a path. It is exported for huma, which fills embedded fields only then.
type OrderPath struct {
	ID order.OrderID `path:"id" maxLength:"64" doc:"order id"`
}

type viewOut struct{ Body *central.View }

func (s *Server) registerOrders() {
	batch := op("POST", "/v1/orders:batch", "batchOrders",
		"Take orders; the same one again, by channel and external id, changes nothing", "orders", scoped(central.ScopeOrdersWrite))
	batch.MaxBodyBytes, batch.SkipValidateBody = maxBatchBytes, true
	huma.Register(s.api, batch, func(ctx context.Context, in *batchIn) (*batchOut, error) {
		raw := make([]json.RawMessage, len(in.Body.Orders))
		for i := range raw {
			raw[i] = in.Body.Orders[i].raw
		}
		out := &batchOut{}
		var err error
		out.Body.Results, err = s.svc.IntakeRaw(ctx, callerOf(ctx).by, raw)
		return out, toProblem(err)
	})

	huma.Register(s.api, op("GET", "/v1/orders", "listOrders", "List orders by id", "orders", scoped(central.ScopeOrdersRead)), s.listOrders)
	huma.Register(s.api, op("GET", "/v1/orders/{id}", "getOrder", "An order with its shipments and parcels", "orders", scoped(central.ScopeOrdersRead)),
		viewed(s.svc.Get))
	huma.Register(s.api, op("GET", "/v1/orders/{id}/timeline", "getTimeline", "What happened, when, by whom and where", "orders", scoped(central.ScopeOrdersRead)),
		s.timeline)
	huma.Register(s.api, op("POST", "/v1/orders/{id}:pay", "payOrder", "Confirm the payment", "orders", scoped(central.ScopeOrdersWrite)),
		viewed(s.svc.Pay))
	huma.Register(s.api, op("POST", "/v1/orders/{id}:cancel", "cancelOrder", "Cancel; refused once it has been handed over", "orders", scoped(central.ScopeOrdersWrite)),
		viewedFor(s.svc.Cancel))
	huma.Register(s.api, op("POST", "/v1/orders/{id}:stop", "stopOrder", "Keep it from leaving, or have it taken out of the carrier's cage again", "orders", scoped(central.ScopeOrdersWrite)),
		viewedFor(s.svc.Stop))
	huma.Register(s.api, op("POST", "/v1/orders/{id}:release", "releaseOrder", "Let it go on after a stop", "orders", scoped(central.ScopeOrdersWrite)),
		viewed(s.svc.Release))
	huma.Register(s.api, op("POST", "/v1/orders/{id}:address", "changeAddress", "Give the order another receiver; refused once it has been handed over", "orders", scoped(central.ScopeOrdersWrite)),
		func(ctx context.Context, in *struct {
			OrderPath
			Body order.Receiver
		}) (*viewOut, error) {
			v, err := s.svc.ChangeAddress(ctx, callerOf(ctx).by, in.ID, in.Body)
			return &viewOut{v}, toProblem(err)
		})
}

// viewed answers with an order as a method of the service leaves it.
func viewed(do func(context.Context, central.By, order.OrderID) (*central.View, error)) func(context.Context, *OrderPath) (*viewOut, error) {
	return func(ctx context.Context, in *OrderPath) (*viewOut, error) {
		v, err := do(ctx, callerOf(ctx).by, in.ID)
		return &viewOut{v}, toProblem(err)
	}
}

// reasonIn is an order and why something is done with it; an alias, for the description names
// its body by the operation.
type reasonIn = struct {
	OrderPath
	Body *struct {
		Reason string `json:"reason,omitempty" maxLength:"200"`
	}
}

// viewedFor is viewed with a reason.
func viewedFor(do func(context.Context, central.By, order.OrderID, string) (*central.View, error)) func(context.Context, *reasonIn) (*viewOut, error) {
	return func(ctx context.Context, in *reasonIn) (*viewOut, error) {
		reason := ""
		if in.Body != nil {
			reason = in.Body.Reason
		}
		v, err := do(ctx, callerOf(ctx).by, in.ID, reason)
		return &viewOut{v}, toProblem(err)
	}
}

type listOut struct {
	Body struct {
		Orders []*central.Order `json:"orders"`
		Next   order.OrderID    `json:"next,omitempty" doc:"cursor of the next page; unset at the end"`
	}
}

func (s *Server) listOrders(ctx context.Context, in *struct {
	Channel  string          `query:"channel" maxLength:"200"`
	External string          `query:"external" maxLength:"200"`
	State    order.StateCode `query:"state" maxLength:"64"`
	Limit    int             `query:"limit" minimum:"0" maximum:"500" doc:"default 100"`
	Cursor   order.OrderID   `query:"cursor" maxLength:"64"`
}) (*listOut, error) {
	out := &listOut{}
	list, next, err := s.svc.List(ctx, callerOf(ctx).by, central.OrderFilter{Channel: in.Channel, External: in.External,
		State: in.State, After: in.Cursor, Limit: in.Limit})
	if list == nil {
		list = []*central.Order{}
	}
	out.Body.Orders, out.Body.Next = list, next
	return out, toProblem(err)
}

type timelineOut struct {
	Body struct {
		Timeline []central.TimelineRow `json:"timeline"`
	}
}

func (s *Server) timeline(ctx context.Context, in *OrderPath) (*timelineOut, error) {
	out := &timelineOut{}
	var err error
	out.Body.Timeline, err = s.svc.Timeline(ctx, callerOf(ctx).by, in.ID)
	return out, toProblem(err)
}
