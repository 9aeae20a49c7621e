package central

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"pickstation/central/customs"
	"pickstation/order"
)

// profileKey is where a declarant's profile is kept.
func profileKey(warehouse string, regime order.CustomsMode) string {
	return "customs profile " + string(regime) + " " + warehouse
}

// profile returns the declarant's profile of a warehouse and regime, or nil.
func (s *Service) profile(r Reader, warehouse string, regime order.CustomsMode) (*customs.Profile, error) {
	text, err := r.Meta(profileKey(warehouse, regime))
	if err != nil || text == "" {
		return nil, err
	}
	p := &customs.Profile{}
	return p, json.Unmarshal([]byte(text), p)
}

// SetCustomsProfile stores what a declarant states in every message, and reviews the
// orders again that wait for it. It returns how many of them may go on.
func (s *Service) SetCustomsProfile(ctx context.Context, by By, p *customs.Profile) (freed int, err error) {
	if err := p.Check(); err != nil {
		return 0, err
	}
	text, err := json.Marshal(p)
	if err != nil {
		return 0, err
	}
	err = s.store.Write(ctx, func(tx Tx) error {
		w, err := tx.Warehouse(p.Warehouse)
		if err != nil {
			return err
		}
		if w == nil {
			return order.Errorf("unknown_warehouse", "warehouse %q is not known", p.Warehouse).
				WithHint("make it with: pickcentral policy set")
		}
		return tx.SetMeta(profileKey(p.Warehouse, p.Regime), string(text))
	})
	if err != nil {
		return 0, err
	}
	return s.ReviewHeld(ctx, by)
}

// CustomsProfiles lists the profiles of all warehouses.
func (s *Service) CustomsProfiles(ctx context.Context) (all []*customs.Profile, err error) {
	err = s.store.Read(ctx, func(r Reader) error {
		houses, err := r.Warehouses()
		if err != nil {
			return err
		}
		for _, w := range houses {
			for _, regime := range []order.CustomsMode{order.CustomsExport, order.CustomsBonded, order.CustomsDutyFree} {
				p, err := s.profile(r, w.ID, regime)
				if err != nil {
					return err
				}
				if p != nil {
					all = append(all, p)
				}
			}
		}
		return nil
	})
	return all, err
}

// Review asks the rules of an order again, after what they look at changed elsewhere,
// such as the catalogue.
func (s *Service) Review(ctx context.Context, by By, id order.OrderID) (*View, error) {
	return s.with(ctx, by, id, func(tx Tx, o *Order, ships []*Shipment) error {
		return s.reviewAgain(tx, o, ships)
	})
}

func (s *Service) reviewAgain(tx Tx, o *Order, ships []*Shipment) error {
	if o.Cancelled() {
		return nil
	}
	flow, rc, err := s.terms(tx, o)
	if err != nil {
		return err
	}
	if err := s.recheckCustoms(tx, o, ships, rc); err != nil {
		return err
	}
	return s.advance(tx, o, flow, rc)
}

// ReviewHeld reviews all orders again that customs rules hold, and returns how many of
// them may go on.
func (s *Service) ReviewHeld(ctx context.Context, by By) (freed int, err error) {
	seen := map[order.OrderID]bool{}
	for after := int64(0); ; {
		list, err := s.Exceptions(ctx, ExceptionFilter{After: after, Limit: 500})
		if err != nil || len(list) == 0 {
			return freed, err
		}
		after = list[len(list)-1].ID
		for _, e := range list {
			if e.Code != ExcCustoms || seen[e.Order] {
				continue
			}
			seen[e.Order] = true
			v, err := s.Review(ctx, by, e.Order)
			if err != nil {
				return freed, err
			}
			if !held(v.Holds, order.CustomsRefused) {
				freed++
			}
		}
	}
}

func held(all []order.Hold, code order.HoldCode) bool {
	return slices.ContainsFunc(all, func(h order.Hold) bool { return h.Code == code })
}

// Departed notes that customs confirmed the departure of the buyer of a duty-free
// order: goods are mailed after it only. A departure that is known stays.
func (s *Service) Departed(ctx context.Context, by By, id order.OrderID, at time.Time) (*View, error) {
	if at.IsZero() {
		at = s.now()
	}
	if at.After(s.now().Add(time.Hour)) || at.Year() < 1990 {
		return nil, order.Errorf("bad_time", "the departure at %s lies in the future, or long ago", at.Format(time.RFC3339)).
			WithHint("send the time at which the buyer left the island")
	}
	return s.with(ctx, by, id, func(tx Tx, o *Order, ships []*Shipment) error {
		if o.Customs != order.CustomsDutyFree || o.Declare == nil {
			return order.Errorf("not_duty_free", "order %s is no duty-free order", o.External).WithHint("only duty-free orders wait for a departure")
		}
		if !o.Declare.DepartedAt.IsZero() {
			return nil
		}
		o.Declare.DepartedAt = at.UTC()
		row := TimelineRow{Kind: KindChange, At: at.UTC(), By: by.Who, Source: by.Source, Note: "the buyer has left the island"}
		if err := s.tell(tx, o, row); err != nil {
			return err
		}
		return s.reviewAgain(tx, o, ships)
	})
}

// CustomsMessage is a message that is ready to be signed and sent.
type CustomsMessage struct {
	Regime order.CustomsMode
	Name   string // a file name
	Body   []byte // XML
}

// appTypes are the words for what a message does to what customs have.
var appTypes = map[string]string{"": customs.AppNew, "new": customs.AppNew, "change": customs.AppChange, "delete": customs.AppDelete}

// Declare makes the message to customs of packed shipments, all of one regime. The same
// shipments give the same bytes, whenever it is asked. kind is new (or ""), change or
// delete; the latter two need customs' replies.
func (s *Service) Declare(ctx context.Context, by By, kind string, ids []order.ShipmentID) (m *CustomsMessage, err error) {
	app, ok := appTypes[kind]
	if !ok {
		return nil, order.Errorf("customs_kind", "a message is new, change or delete, not %q", clip(kind)).WithHint("name one of them")
	}
	if len(ids) == 0 || len(ids) > customs.MaxInventories {
		return nil, order.Errorf("customs_batch", "name 1 to %d shipments", customs.MaxInventories).WithHint("declare in several messages")
	}
	var cases []customs.Case
	err = s.store.Read(ctx, func(r Reader) error {
		cases = make([]customs.Case, 0, len(ids))
		for _, id := range ids {
			c, err := s.customsMessageCase(r, by, app, id)
			if err != nil {
				return err
			}
			cases = append(cases, c)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	body, err := customs.Message(cases)
	if err != nil {
		return nil, err
	}
	regime := cases[0].Shipment.Customs
	form := map[order.CustomsMode]string{order.CustomsExport: "CEB603", order.CustomsBonded: "CEB621", order.CustomsDutyFree: "dutyfree"}[regime]
	name := fmt.Sprintf("%s-%s.xml", form, cases[0].Shipment.ID)
	if len(cases) > 1 {
		name = fmt.Sprintf("%s-%s-and-%d-more.xml", form, cases[0].Shipment.ID, len(cases)-1)
	}
	return &CustomsMessage{Regime: regime, Name: name, Body: body}, nil
}

// customsMessageCase gathers one shipment's declaration.
func (s *Service) customsMessageCase(r Reader, by By, app string, id order.ShipmentID) (c customs.Case, err error) {
	sh, err := r.Shipment(id)
	if err != nil {
		return c, err
	}
	var o *Order
	if sh != nil {
		if o, err = r.Order(sh.Order); err != nil {
			return c, err
		}
	}
	if o == nil || !by.may(o.Channel) {
		return c, notFound("shipment", string(id))
	}
	if err := declarable(o, sh, app); err != nil {
		return c, err
	}
	rc, err := s.receiver(o)
	if err != nil {
		return c, err
	}
	b, err := s.buyer(r, o.ID)
	if err != nil {
		return c, err
	}
	p, err := s.profile(r, sh.Warehouse, sh.Customs)
	if err != nil {
		return c, err
	}
	replies, err := r.CustomsReplies(sh.ID)
	if err != nil {
		return c, err
	}
	c = customs.Case{Profile: p, Shipment: &sh.Shipment, Receiver: *rc, Buyer: b, AppType: app, Replies: replies}
	c.At, err = packedAt(r, o, sh)
	return c, err
}

// declarable says what keeps a shipment from being declared.
func declarable(o *Order, sh *Shipment, app string) error {
	var h *order.Hold
	for i := range sh.Holds {
		if sh.Holds[i].Code == order.CustomsRefused {
			h = &sh.Holds[i]
		}
	}
	switch {
	case sh.Customs == order.CustomsNone:
		return order.Errorf("no_regime", "shipment %s is not declared to customs", sh.ID).WithHint("only orders with a customs mode have a declaration")
	case len(o.Receiver) == 0:
		return order.Errorf("receiver_deleted", "the receiver of order %s was deleted after its time", o.External).
			WithHint("look for the message where it was sent from; it cannot be made again")
	case sh.Cancelled && app != customs.AppDelete:
		return order.Errorf("order_cancelled", "order %s was cancelled", o.External).WithHint("nothing is declared; put the goods back")
	case h != nil:
		return order.Errorf("customs_held", "shipment %s is held: %s", sh.ID, h.Note).WithHint("do what its exception says; list them with GET /v1/exceptions")
	case !sh.AllLabelled() && !gone(sh):
		return order.Errorf("not_packed", "shipment %s is not packed yet", sh.ID).
			WithHint("declare it when every label was scanned back off the box: weight and waybill are known then")
	}
	return nil
}

// packedAt is the time that the declaration states: when the shipment was packed, as
// its timeline tells; where it does not tell, when it left.
func packedAt(r Reader, o *Order, sh *Shipment) (at time.Time, err error) {
	flow, err := r.Flow(sh.Flow, sh.FlowVersion)
	if err != nil || flow == nil {
		return at, err
	}
	rows, err := r.Timeline(string(o.ID))
	best := 0
	for _, row := range rows {
		if row.Kind != KindState || row.Shipment != sh.ID {
			continue
		}
		rank := 1
		switch flow.Stage(row.State) {
		case order.StageAwaitingDispatch:
			rank = 3
		case order.StageDispatched:
			rank = 2
		}
		if rank >= best {
			best, at = rank, row.At
		}
	}
	return at, err
}
