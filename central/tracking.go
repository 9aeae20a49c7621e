package central

import (
	"context"
	"time"

	"pickstation/order"
)

// Tracking outcomes.
const (
	TrackApplied   = "applied"
	TrackDuplicate = "duplicate"
	TrackWaiting   = "waiting" // comes before the bench's own word; applied when that is here
	TrackParked    = "parked"  // does not fit; a person is told
	TrackUnknown   = "unknown_waybill"
	TrackRejected  = "rejected"
)

// TrackingResult is what became of one carrier's event.
type TrackingResult struct {
	Waybill string          `json:"waybill"`
	Event   order.Trigger   `json:"event"`
	Outcome string          `json:"outcome"`
	Order   order.OrderID   `json:"order,omitempty"`
	State   order.StateCode `json:"state,omitempty"`
	Message string          `json:"message,omitempty"`
}

// Track takes what carriers tell about parcels: collect, out_for_delivery, deliver.
func (s *Service) Track(ctx context.Context, by By, events []TrackingEvent) ([]TrackingResult, error) {
	results := make([]TrackingResult, len(events))
	err := s.store.Write(ctx, func(tx Tx) error {
		for i := range events {
			e := events[i]
			e.ReceivedAt, e.Place = s.now(), clip(e.Place)
			if e.At.IsZero() {
				e.At = e.ReceivedAt
			}
			res, err := s.track(tx, by, e)
			if err != nil {
				return err
			}
			res.Waybill, res.Event = e.Waybill, e.Event
			results[i] = res
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i := range results {
		s.count("tracking", results[i].Outcome, 1)
	}
	return results, nil
}

func (s *Service) track(tx Tx, by By, e TrackingEvent) (TrackingResult, error) {
	switch e.Event {
	case order.TriggerCollect, order.TriggerOut, order.TriggerDeliver:
	default:
		return TrackingResult{Outcome: TrackRejected, Message: "the event is one of collect, out_for_delivery, deliver"}, nil
	}
	if !sane(e.At) {
		return TrackingResult{Outcome: TrackRejected, Message: "time " + e.At.Format(time.RFC3339) + " is out of range"}, nil
	}
	n, err := tx.Number(e.Waybill)
	if err != nil {
		return TrackingResult{}, err
	}
	if n == nil {
		return TrackingResult{Outcome: TrackUnknown, Message: "no parcel has this waybill number"}, nil
	}
	sh, err := tx.LockShipment(n.Shipment)
	if err != nil || sh == nil {
		return TrackingResult{Outcome: TrackUnknown}, err
	}
	flow, err := s.flow(tx, sh.Flow, sh.FlowVersion)
	if err != nil {
		return TrackingResult{}, err
	}
	e.Outcome = TrackWaiting
	fresh, err := tx.PutTracking(e)
	if err != nil {
		return TrackingResult{}, err
	}
	res := TrackingResult{Outcome: TrackDuplicate, Order: sh.Order, State: sh.State}
	if !fresh {
		return res, nil
	}
	if sh.Stage.Rank() >= order.StageDispatched.Rank() {
		if e.Outcome, err = s.trackOne(tx, by, sh, flow, e); err != nil {
			return res, err
		}
		if err := tx.SetTracking(e); err != nil {
			return res, err
		}
	}
	res.Outcome, res.State = e.Outcome, sh.State
	return res, s.deriveFrom(tx, sh)
}

// trackOne moves a shipment by one carrier's event and stores it.
func (s *Service) trackOne(tx Tx, by By, sh *Shipment, flow *order.Flow, e TrackingEvent) (string, error) {
	to, ok := flow.Move(sh.State, e.Event)
	if !ok && stageOf(e.Event) == sh.Stage {
		return TrackDuplicate, nil // the carrier told it twice, at two times
	}
	if !ok {
		if late(sh.Stage, e.Event) {
			return TrackApplied, s.note(tx, by, sh, e, "told late: "+string(e.Event))
		}
		return TrackParked, s.raise(tx, Exception{Key: "tracking:" + e.Waybill + ":" + string(e.Event) + e.At.Format(time.RFC3339),
			Code: ExcTracking, Order: sh.Order, Shipment: sh.ID, At: e.At,
			Detail: "the carrier told " + string(e.Event) + " of a shipment in state " + string(sh.State)})
	}
	sh.State, sh.Stage = to, flow.Stage(to)
	if err := tx.PutShipment(sh); err != nil {
		return "", err
	}
	return TrackApplied, tx.AddTimeline(TimelineRow{Subject: string(sh.Order), Kind: KindState, State: to, Shipment: sh.ID,
		At: e.At, ReceivedAt: s.now(), By: by.Who, Source: by.Source, Note: e.Place})
}

func (s *Service) note(tx Tx, by By, sh *Shipment, e TrackingEvent, text string) error {
	return tx.AddTimeline(TimelineRow{Subject: string(sh.Order), Kind: KindChange, Shipment: sh.ID,
		At: e.At, ReceivedAt: s.now(), By: by.Who, Source: by.Source, Note: text})
}

// stageOf returns the stage that an event of a carrier leads to.
func stageOf(t order.Trigger) order.Stage {
	switch t {
	case order.TriggerCollect:
		return order.StageInTransit
	case order.TriggerOut:
		return order.StageOutForDelivery
	}
	return order.StageDelivered
}

// late says whether the event tells of something that the shipment is past.
func late(now order.Stage, t order.Trigger) bool {
	return now != order.StageCancelled && now.Rank() > stageOf(t).Rank()
}

// replayTracking applies what carriers told before the bench's own word was here.
func (s *Service) replayTracking(tx Tx, sh *Shipment, flow *order.Flow) error {
	for i := range sh.Parcels {
		all, err := tx.Tracking(sh.Parcels[i].Waybill.Number)
		if err != nil {
			return err
		}
		for _, e := range all {
			if e.Outcome != TrackWaiting {
				continue
			}
			if e.Outcome, err = s.trackOne(tx, By{Who: "carrier", Source: "carrier"}, sh, flow, e); err != nil {
				return err
			}
			if err := tx.SetTracking(e); err != nil {
				return err
			}
		}
	}
	return nil
}
