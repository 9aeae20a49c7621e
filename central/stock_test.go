package central_test

import (
	"slices"
	"testing"

	"pickstation/central/centraltest"
	"pickstation/order"
)

// What the shop's stock says of packs travels with the work, and what was taken whole is
// known here.
func TestPacksOfAnOrderLineReachTheBenchAndComeBackPicked(t *testing.T) {
	onEachEngine(t, func(t *testing.T, c *centraltest.Centre) {
		b := c.NewBench(t, "bench-1")
		in := centraltest.Order("1")
		in.Lines[0].Alone = true
		in.Lines[0].Stock = []order.Stock{{Pack: "340123450000000017", Qty: 2, Lot: "L7", Expiry: "2027-03-31"}, {Qty: 40, Serials: []string{"S1"}}}
		c.Put(t, in)
		c.Lease(t, b, 1)
		rows, _ := c.FeedAll(t, b, 0)
		work := centraltest.Work(t, rows)
		if len(work) != 1 {
			t.Fatalf("%d shipments", len(work))
		}
		for id, w := range work {
			l := w.Shipment.Line(1)
			if !l.Alone || len(l.Stock) != 2 || l.Stock[0].Pack != in.Lines[0].Stock[0].Pack || !slices.Equal(l.Stock[1].Serials, []string{"S1"}) {
				t.Fatalf("the line is %+v", l)
			}
			b.Add(order.Event{Type: order.EventPicked, Shipment: id, Line: 1, Qty: 2, Lot: "L7", Pack: l.Stock[0].Pack, Over: true})
			c.PushAll(t, b)
			rows, _ = c.FeedAll(t, b, 0)
			w = centraltest.Work(t, rows)[id]
			if l = w.Shipment.Line(1); l.Picked != 2 || !slices.Equal(l.Packs, []string{"340123450000000017"}) {
				t.Fatalf("the line is %+v", l)
			}
		}
	})
}
