package central

import (
	"context"
	"errors"
	"fmt"

	"pickstation/order"
)

// Codes of exceptions beside the anomalies of package order.
const (
	ExcDispatchedCancelled = "dispatched_cancelled" // handed over although cancelled
	ExcOldAddress          = "old_address_sent"     // handed over with a label of an older address
	ExcTwoStations         = "two_stations"         // goods moved at a bench that does not hold the shipment
	ExcNoShipment          = "no_such_shipment"     // an event names a shipment that is not here
	ExcOtherWaybill        = "other_waybill"        // an event names a waybill number that is not the parcel's
	ExcTracking            = "tracking_not_in_flow" // a carrier's event that does not fit
	ExcFork                = "log_fork"             // two histories of one station's log
	ExcTimeline            = "timeline_behind"      // a bench had heard of a later state of the centre
	ExcTwice               = "station_twice"        // two machines run under one station's name
	ExcMoved               = "bench_moved"          // begun at a bench that was enrolled into another warehouse
	ExcSerialTwice         = "serial_twice"         // one serial in two shipments
	ExcHeld                = "held_at_bench"        // an operator put the work aside
	ExcUnknownGoods        = "unknown_goods"        // an order wants what no catalogue knows
	ExcShort               = "short"                // goods are missing and the shipment must not go without them
	ExcAhead               = "events_ahead"         // a station's events lie in the future
	ExcWeightGiven         = "weight_of_catalogue"  // boxes say that a unit weighs something else than a person gave
	ExcCustoms             = "customs_refused"      // an order breaks a customs rule and waits
	ExcCustomsStopped      = "customs_stopped"      // customs refused a declaration, or hold the goods
)

// nextSteps says what to do about each code.
var nextSteps = map[string]string{
	string(order.AnomalyUnknown):    "start a newer pickcentral: the event is kept, and applied by the first one that knows it",
	string(order.AnomalyNoLine):     "compare the shipment with what lies in the box; correct it by hand",
	string(order.AnomalyNoParcel):   "compare the parcels on the shelf with the shipment; correct it by hand",
	string(order.AnomalyOverPick):   "count the box; put back what is too much before it is handed over",
	string(order.AnomalyUnderPick):  "count the box; the station took back more than was picked",
	string(order.AnomalyCancelled):  "the order was cancelled while the bench was offline: see that the goods are put back",
	string(order.AnomalyNotAllowed): "check where the parcel is; the flow of the order has no such step",
	string(order.AnomalyTwice):      "find out which parcel was handed over; the number was scanned out twice",
	ExcDispatchedCancelled:          "ask the carrier to stop the parcel, or open a return; tell the buyer",
	ExcOldAddress:                   "ask the carrier to redirect the parcel to the new address",
	ExcTwoStations:                  "count both boxes, and close this; the work goes on once the bench that is told to has put its goods back",
	ExcNoShipment:                   "look for the shipment in a backup, another warehouse or another centre; the event is kept",
	ExcOtherWaybill:                 "compare the label on the box with the shipment; the number may be of another state of the centre; the event is kept",
	ExcTracking:                     "compare the carrier's record with the parcel; the event is kept and applied when it fits",
	ExcTimeline:                     "set the clock of the centre's machine; nothing is lost: the benches send again what this state lacks",
	ExcTwice:                        "find the copy and switch it off once 'pickstation sync --once' there says that all is synced; enrol it under a name of its own",
	ExcMoved:                        "fetch the goods from where that bench stood, and close this: the next bench goes on with them; put those of a cancelled order back",
	ExcFork:                         "the station was restored or copied: find out whether two machines use its name",
	ExcCount:                        "count the goods at that place and correct the stock",
	ExcCalled:                       "go to the bench; your badge, scanned there, ends the call",
	ExcTooWarm:                      "go to the bench: look at the goods; your badge and a reason let them go on, HOLD puts them aside",
	ExcWarmPlace:                    "look at the goods, and have them moved to a place that is cold enough",
	ExcReturnDiffers:                "compare the goods with the return, and settle with the buyer what is paid back",
	ExcCountDiffers:                 "correct the stock of that place, or send a second count task",
	ExcStockShort:                   "look for the goods; the place is on the list to be counted",
	string(order.AnomalyOverReturn): "count the goods: more came back than were sent",
	string(order.AnomalyNoTask):     "look for the task in a backup, another warehouse or another centre; the event is kept",
	ExcSerialTwice:                  "look at the unit in both boxes: one of them is not what its serial says; close this to let the work go on",
	ExcHeld:                         "ask the operator what is wrong; close this to let the work go on",
	ExcUnknownGoods:                 "import the catalogue entry, or send the order again with the item's barcodes; the order goes on by itself then",
	ExcShort:                        "bring the goods and undo the short at the bench, or cancel the order, or close this to send what there is",
	ExcCustomsStopped:               "put right what customs name and declare again, or bring the goods where customs want them; their release lifts the hold",
	ExcAhead:                        "set the clock of the bench, or of the centre's machine, whichever is wrong; the events are kept with their own times",
	ExcWeightGiven:                  "weigh some units, and give the catalogue their weight: pickcentral catalogue import",
	ExcCustoms:                      "do what each reason says, then send the order again, or have it reviewed: pickcentral customs review",
	"unreadable":                    "keep the station's data folder and report it; the event is kept as it came",
	"wrong_number":                  "keep the station's data folder and report it; the event is kept as it came",
	"out_of_range":                  "keep the station's data folder and report it; count the box; the event is kept as it came",
	"newer_version":                 "start a newer pickcentral: the event is kept, and applied by the first one that knows it",
}

func nextStep(code string) string {
	if step, ok := nextSteps[code]; ok {
		return step
	}
	return "look at the event and decide; it is kept as it came"
}

// raise stores an exception once per key and puts it on the order's timeline.
func (s *Service) raise(tx Tx, e Exception) error {
	if e.At.IsZero() {
		e.At = s.now()
	}
	e.NextStep = nextStep(e.Code)
	fresh, err := tx.AddException(e)
	if err != nil || !fresh {
		return err
	}
	s.count("exceptions", e.Code, 1)
	if e.Order == "" {
		return nil
	}
	return tx.AddTimeline(TimelineRow{Subject: string(e.Order), Kind: KindException, Shipment: e.Shipment, At: e.At,
		ReceivedAt: s.now(), Station: e.Station, Source: "system", Note: e.Code + ": " + e.Detail})
}

// Exceptions lists what waits for a person, oldest first.
func (s *Service) Exceptions(ctx context.Context, f ExceptionFilter) (all []Exception, err error) {
	err = s.store.Read(ctx, func(r Reader) error {
		all, err = r.Exceptions(f)
		return err
	})
	return all, err
}

// CloseException marks an exception as handled. When it was the last one of its
// order, the hold to_verify is taken off, missing goods stop nothing any more, and
// the bench is told.
func (s *Service) CloseException(ctx context.Context, by By, id int64) error {
	return s.store.Write(ctx, func(tx Tx) error {
		list, err := tx.Exceptions(ExceptionFilter{After: id - 1, Closed: true, Limit: 1})
		if err != nil {
			return err
		}
		if len(list) == 0 || list[0].ID != id {
			return notFound("exception", fmt.Sprint(id))
		}
		e := list[0]
		if !e.ClosedAt.IsZero() {
			return nil
		}
		if err := tx.CloseException(id, by.Who, s.now()); err != nil {
			return err
		}
		if e.Order == "" {
			return nil
		}
		// Held before its work is read: a bench may tell of it at the same time, and another
		// person may close the other exception.
		if _, err := tx.LockOrder(e.Order); err != nil {
			return err
		}
		rest, err := tx.Exceptions(ExceptionFilter{Order: e.Order, Limit: 1})
		if err != nil || len(rest) > 0 {
			return err
		}
		return s.verified(tx, by, e.Order)
	})
}

func (s *Service) verified(tx Tx, by By, id order.OrderID) error {
	ships, err := tx.ShipmentsOf(id)
	for _, sh := range ships {
		if sh.disputed() || !letGo(sh) { // once the goods went back: see lookedAt
			continue
		}
		err = errors.Join(err, tx.PutShipment(sh), s.emitWork(tx, sh),
			tx.AddTimeline(TimelineRow{Subject: string(id), Kind: KindHold, Shipment: sh.ID, At: s.now(), ReceivedAt: s.now(),
				By: by.Who, Source: by.Source, Note: "looked at; the work may go on"}))
	}
	return err
}

// letGo takes off what a person has looked at; it says whether that changed anything.
func letGo(sh *Shipment) bool {
	changed := false
	kept := make([]order.Hold, 0, len(sh.Holds))
	for _, h := range sh.Holds {
		switch {
		case h.Code == order.ToVerify:
			changed = true
			continue
		case h.Code == order.Backordered && h.Stops:
			h.Stops, changed = false, true
		}
		kept = append(kept, h)
	}
	sh.Holds = kept
	return changed
}
