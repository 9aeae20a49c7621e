package central_test

import (
	"encoding/json"
	"testing"
	"time"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// far are times past what JSON can tell, Unix milliseconds.
var far = []int64{1 << 60, -1 << 60, 253402300800000}

// An exception or a hold with such a time could not be written, and the log stood still.
func TestATimeThatNoCalendarHasStopsNoLog(t *testing.T) {
	onEachEngine(t, func(t *testing.T, c *centraltest.Centre) {
		b := c.NewBench(t, "bench-1")
		id := c.Put(t, centraltest.Order("1"))
		c.Lease(t, b, 1)
		sh := shipment(t, c, id)
		for _, at := range far {
			for _, e := range []order.Event{{Type: order.EventPicked, Shipment: "nope", Line: 1, Qty: 1}, {Type: order.EventCalled},
				{Type: order.EventHeld, Shipment: sh.ID, Reason: "x"}, {Type: order.EventPassed, Shipment: sh.ID, Line: 1, Reason: "z"},
				{Type: order.EventTaskDone, Task: "T1"}} {
				e.At = at
				b.Add(e)
			}
		}
		for _, r := range c.PushAll(t, b).Results {
			if r.Outcome != wire.Parked || r.Why != "out_of_range" {
				t.Errorf("event %d: %s %s", r.Seq, r.Outcome, r.Why)
			}
		}
		b.Add(order.Event{Type: order.EventHeld, Shipment: sh.ID, Reason: "x", At: 180_000}) // a machine that lost its clock
		n := len(b.Events)
		if r := c.PushAll(t, b); r.HWM != uint64(n) || r.Results[n-1].Outcome != wire.Applied {
			t.Errorf("what follows: %+v", r)
		}
		rows, err := c.Timeline(t.Context(), centraltest.By(), id)
		if _, jerr := json.Marshal(rows); err != nil || jerr != nil {
			t.Errorf("timeline: %v %v", err, jerr)
		}
	})
}

// Rows of older programs hold such times.
func TestATimeThatNoCalendarHasIsToldAsTheLastOne(t *testing.T) {
	onEachEngine(t, func(t *testing.T, c *centraltest.Centre) {
		id := c.Put(t, centraltest.Order("1"))
		for _, at := range far {
			err := c.Store.Write(t.Context(), func(tx central.Tx) error {
				return tx.AddTimeline(central.TimelineRow{Subject: string(id), Kind: central.KindChange, At: time.UnixMilli(at)})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		rows, err := c.Timeline(t.Context(), centraltest.By(), id)
		if _, jerr := json.Marshal(rows); err != nil || jerr != nil {
			t.Errorf("timeline: %v %v", err, jerr)
		}
	})
}
