package main

import (
	"context"

	"pickstation/localdb"
	"pickstation/order"
)

// lineKey names a line of a shipment.
type lineKey struct {
	shipment order.ShipmentID
	line     int
}

// stationRecord is what a station's event log says, counted from the events alone.
type stationRecord struct {
	events     int
	acked      int
	scans      int // verdicts on scans of the robot's gun
	picked     map[lineKey]int
	labelled   map[string]bool // waybills scanned back
	dispatched map[string]bool // waybills handed over
	printed    map[string]int  // waybill to prints
	verdicts   int             // all of them
	types      map[order.EventType]int
}

// readStationRecord reads every event of a data folder, whether or not a station
// runs on it.
func readStationRecord(ctx context.Context, dir string) (*stationRecord, error) {
	r, err := localdb.OpenReader(dir)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	state, err := r.SyncState(ctx)
	if err != nil {
		return nil, err
	}
	rec := &stationRecord{picked: map[lineKey]int{}, labelled: map[string]bool{}, dispatched: map[string]bool{}, printed: map[string]int{}, types: map[order.EventType]int{}}
	for _, l := range state.Logs {
		rec.acked += int(min(l.Acked, l.Last) - min(l.Base, l.Acked))
	}
	return rec, eachEvent(ctx, r, rec.add)
}

// eachEvent calls do with every event of a station's logs, oldest first.
func eachEvent(ctx context.Context, r *localdb.Reader, do func(*order.Event)) error {
	state, err := r.SyncState(ctx)
	if err != nil {
		return err
	}
	for _, l := range state.Logs {
		for at := l.Base; at < l.Last; {
			bodies, _, _, ok, err := r.Events(ctx, l.ID, at, 5000, 8<<20)
			if err != nil {
				return err
			}
			if !ok || len(bodies) == 0 {
				break
			}
			for _, b := range bodies {
				e, err := order.ParseEvent(b)
				if err != nil {
					return err
				}
				do(&e)
			}
			at += uint64(len(bodies))
		}
	}
	return nil
}

func (r *stationRecord) add(e *order.Event) {
	r.events++
	r.types[e.Type]++
	if e.Verdict != "" {
		r.verdicts++
	}
	if e.Verdict != "" && e.Device == demoGun {
		r.scans++
	}
	k := lineKey{e.Shipment, e.Line}
	switch e.Type {
	case order.EventPicked:
		r.picked[k] += e.Qty
	case order.EventUndone:
		if e.Reason == string(order.EventPicked) {
			r.picked[k] -= e.Qty
		}
	case order.EventLabelled:
		r.labelled[e.Waybill] = true
	case order.EventDispatched:
		r.dispatched[e.Waybill] = true
	case order.EventPrinted:
		r.printed[e.Waybill]++
	}
}
