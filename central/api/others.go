package api

import (
	"context"
	"encoding/json"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pickstation/central"
	"pickstation/order"
)

type returnOut struct {
	Body struct {
		*central.Return
		Outcome  string                `json:"outcome,omitempty" enum:"new,unchanged"`
		Timeline []central.TimelineRow `json:"timeline,omitempty"`
		Goods    []order.TaskLine      `json:"goods,omitempty" doc:"what came back, and what the bench said of it"`
	}
}

// ReturnPath names a return in a path. It is exported for huma, which fills embedded fields only then.
type ReturnPath struct {
	ID string `path:"id" maxLength:"64" doc:"return id"`
}

func (s *Server) registerOthers() {
	s.registerReturns()
	s.registerTasks()
	track := op("POST", "/v1/tracking", "trackParcels", "What carriers tell about parcels", "tracking", scoped(central.ScopeTrackingWrite))
	track.MaxBodyBytes = maxBatchBytes
	huma.Register(s.api, track, s.track)
	huma.Register(s.api, op("GET", "/v1/flows", "listFlows", "All versions of all flow templates", "flows", scoped(central.ScopeFlowsRead)),
		func(ctx context.Context, _ *struct{}) (*flowsOut, error) {
			out := &flowsOut{}
			var err error
			out.Body.Flows, err = s.svc.Flows(ctx)
			return out, toProblem(err)
		})
	huma.Register(s.api, op("POST", "/v1/flows", "publishFlow", "Publish a new version of a flow template", "flows", scoped(central.ScopeFlowsWrite)),
		func(ctx context.Context, in *struct{ Body order.Flow }) (*flowOut, error) {
			data, err := json.Marshal(in.Body)
			if err != nil {
				return nil, toProblem(err)
			}
			f, err := s.svc.PublishFlow(ctx, data)
			return &flowOut{f}, toProblem(err)
		})
	huma.Register(s.api, op("GET", "/v1/exceptions", "listExceptions", "What waits for a person, each with its next step", "exceptions", scoped(central.ScopeExceptionsRead)),
		s.exceptions)
	huma.Register(s.api, op("POST", "/v1/exceptions/{id}:close", "closeException", "Mark an exception as handled", "exceptions", scoped(central.ScopeExceptionsWrite)),
		func(ctx context.Context, in *struct {
			ID int64 `path:"id" minimum:"1"`
		}) (*struct{}, error) {
			return nil, toProblem(s.svc.CloseException(ctx, callerOf(ctx).by, in.ID))
		})
}

type flowsOut struct {
	Body struct {
		Flows []*order.Flow `json:"flows"`
	}
}

type flowOut struct{ Body *order.Flow }

func (s *Server) registerReturns() {
	security := scoped(central.ScopeReturnsWrite)
	huma.Register(s.api, op("POST", "/v1/returns", "requestReturn", "Open a return; the same one again changes nothing", "returns", security),
		func(ctx context.Context, in *struct{ Body central.ReturnIn }) (*returnOut, error) {
			out := &returnOut{}
			var err error
			out.Body.Return, out.Body.Outcome, err = s.svc.RequestReturn(ctx, callerOf(ctx).by, in.Body)
			return out, toProblem(err)
		})
	huma.Register(s.api, op("GET", "/v1/returns/{id}", "getReturn", "A return with its timeline", "returns", scoped(central.ScopeOrdersRead)),
		func(ctx context.Context, in *ReturnPath) (*returnOut, error) {
			out := &returnOut{}
			var err error
			out.Body.Return, out.Body.Timeline, err = s.svc.GetReturn(ctx, callerOf(ctx).by, in.ID)
			if err == nil {
				out.Body.Goods, err = s.svc.ReturnedGoods(ctx, in.ID)
			}
			return out, toProblem(err)
		})
	for _, step := range []struct {
		on      order.Trigger
		summary string
	}{
		{order.TriggerApprove, "Agree to a return"},
		{order.TriggerReceive, "The goods are here"},
		{order.TriggerRefund, "The money was paid back"},
		{order.TriggerCancel, "Refuse or withdraw a return"},
	} {
		huma.Register(s.api, op("POST", "/v1/returns/{id}:"+string(step.on), string(step.on)+"Return", step.summary, "returns", security),
			func(ctx context.Context, in *ReturnPath) (*returnOut, error) {
				out := &returnOut{}
				var err error
				out.Body.Return, err = s.svc.MoveReturn(ctx, callerOf(ctx).by, in.ID, step.on)
				return out, toProblem(err)
			})
	}
}

type trackIn struct {
	Body struct {
		Events []trackEvent `json:"events" maxItems:"1000"`
	}
}

// trackEvent is what a caller may say; the rest of central.TrackingEvent is ours.
type trackEvent struct {
	Waybill string        `json:"waybill" maxLength:"64"`
	Event   order.Trigger `json:"event" enum:"collect,out_for_delivery,deliver"`
	At      time.Time     `json:"at,omitzero" doc:"when it happened; the time of receipt if unset"`
	Place   string        `json:"place,omitempty" maxLength:"200"`
}

type trackOut struct {
	Body struct {
		Results []central.TrackingResult `json:"results"`
	}
}

func (s *Server) track(ctx context.Context, in *trackIn) (*trackOut, error) {
	events := make([]central.TrackingEvent, len(in.Body.Events))
	for i, e := range in.Body.Events {
		events[i] = central.TrackingEvent{Waybill: e.Waybill, Event: e.Event, At: e.At, Place: e.Place}
	}
	by := callerOf(ctx).by
	by.Source = "carrier"
	out := &trackOut{}
	var err error
	out.Body.Results, err = s.svc.Track(ctx, by, events)
	return out, toProblem(err)
}

type exceptionsOut struct {
	Body struct {
		Exceptions []central.Exception `json:"exceptions"`
		Next       int64               `json:"next,omitempty" doc:"cursor of the next page; unset at the end"`
	}
}

func (s *Server) exceptions(ctx context.Context, in *struct {
	Order  order.OrderID `query:"order" maxLength:"64"`
	Closed bool          `query:"closed" doc:"closed ones too"`
	Limit  int           `query:"limit" minimum:"0" maximum:"500" doc:"default 100"`
	Cursor int64         `query:"cursor" minimum:"0"`
}) (*exceptionsOut, error) {
	if in.Limit == 0 {
		in.Limit = 100
	}
	out := &exceptionsOut{}
	all, err := s.svc.Exceptions(ctx, central.ExceptionFilter{Order: in.Order, Closed: in.Closed, After: in.Cursor, Limit: in.Limit})
	out.Body.Exceptions = append([]central.Exception{}, all...)
	if len(all) == in.Limit {
		out.Body.Next = all[len(all)-1].ID
	}
	return out, toProblem(err)
}
