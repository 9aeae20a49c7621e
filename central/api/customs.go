package api

import (
	"context"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pickstation/central"
	"pickstation/central/customs"
	"pickstation/order"
)

type profilesOut struct {
	Body struct {
		Profiles []*customs.Profile `json:"profiles"`
	}
}

type profileOut struct {
	Body struct {
		Profile *customs.Profile `json:"profile"`
		Freed   int              `json:"freed" doc:"orders that waited for it and may go on"`
	}
}

type repliesOut struct {
	Body struct {
		Results []central.ReplyResult `json:"results"`
	}
}

// messageOut is a message to customs as it is to be signed.
type messageOut struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Cache       string `header:"Cache-Control"`
	Body        []byte
}

func (s *Server) registerCustoms() {
	huma.Register(s.api, op("GET", "/v1/customs/profiles", "listCustomsProfiles", "What declarants state in every message, by warehouse and regime", "customs", scoped(central.ScopeCustomsWrite)),
		func(ctx context.Context, _ *struct{}) (*profilesOut, error) {
			out := &profilesOut{}
			all, err := s.svc.CustomsProfiles(ctx)
			out.Body.Profiles = append([]*customs.Profile{}, all...)
			return out, toProblem(err)
		})
	huma.Register(s.api, op("PUT", "/v1/customs/profiles", "putCustomsProfile", "Set a declarant's profile; orders that waited for it are reviewed again", "customs", scoped(central.ScopeCustomsWrite)),
		func(ctx context.Context, in *struct{ Body customs.Profile }) (*profileOut, error) {
			out := &profileOut{}
			var err error
			out.Body.Profile = &in.Body
			out.Body.Freed, err = s.svc.SetCustomsProfile(ctx, callerOf(ctx).by, &in.Body)
			return out, toProblem(err)
		})
	s.registerMessages()
	huma.Register(s.api, op("POST", "/v1/orders/{id}:review", "reviewOrder", "Ask the rules again, after the catalogue or a profile changed", "orders", scoped(central.ScopeOrdersWrite)),
		viewed(s.svc.Review))
	huma.Register(s.api, op("POST", "/v1/orders/{id}:departed", "confirmDeparture", "The buyer of a duty-free order has left the island", "orders", scoped(central.ScopeOrdersWrite)),
		func(ctx context.Context, in *struct {
			OrderPath
			Body *struct {
				At time.Time `json:"at,omitzero" doc:"when; now if unset"`
			}
		}) (*viewOut, error) {
			var at time.Time
			if in.Body != nil {
				at = in.Body.At
			}
			v, err := s.svc.Departed(ctx, callerOf(ctx).by, in.ID, at)
			return &viewOut{v}, toProblem(err)
		})
}

func (s *Server) registerMessages() {
	message := op("GET", "/v1/customs/messages", "getCustomsMessage",
		"The message to customs of packed shipments, to be signed and sent; it holds identity numbers", "customs", scoped(central.ScopeCustomsRead))
	message.Responses = map[string]*huma.Response{"200": {Description: "CEB603Message (9610), CEB621Message (1210) or DutyFreeDelivery; the same shipments give the same bytes",
		Content: map[string]*huma.MediaType{"application/xml": {Schema: &huma.Schema{Type: "string"}}}}}
	huma.Register(s.api, message, func(ctx context.Context, in *struct {
		Shipments string `query:"shipments" required:"true" maxLength:"4000" doc:"shipment ids of one regime, with commas between them, at most 100"`
		Kind      string `query:"kind" enum:"new,change,delete" default:"new" doc:"change and delete need customs' reply to the first message"`
	}) (*messageOut, error) {
		var ids []order.ShipmentID
		for id := range strings.SplitSeq(in.Shipments, ",") {
			ids = append(ids, order.ShipmentID(strings.TrimSpace(id)))
		}
		m, err := s.svc.Declare(ctx, callerOf(ctx).by, in.Kind, ids)
		if err != nil {
			return nil, toProblem(err)
		}
		return &messageOut{ContentType: "application/xml; charset=utf-8", Disposition: `attachment; filename="` + m.Name + `"`,
			Cache: "no-store", Body: m.Body}, nil
	})
	replies := op("POST", "/v1/customs/replies", "takeCustomsReplies",
		"Take in a CEB604Message or CEB622Message; a refusal or detention stops the shipment, a release lets it go on", "customs", scoped(central.ScopeCustomsWrite))
	replies.MaxBodyBytes = customs.MaxReplyBytes
	huma.Register(s.api, replies, func(ctx context.Context, in *struct {
		RawBody []byte `contentType:"application/xml"`
	}) (*repliesOut, error) {
		out := &repliesOut{}
		all, err := s.svc.TakeReplies(ctx, callerOf(ctx).by, in.RawBody)
		out.Body.Results = append([]central.ReplyResult{}, all...)
		return out, toProblem(err)
	})
}
