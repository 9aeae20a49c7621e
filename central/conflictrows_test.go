package central_test

import (
	"testing"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
)

// raised counts the exceptions with a code.
func raised(t *testing.T, c *centraltest.Centre, code string) (n int) {
	t.Helper()
	for _, got := range exceptions(t, c) {
		if got == code {
			n++
		}
	}
	return n
}

// A shipment that left one bench may have been picked at another one that was cut off.
func TestGoodsOfAShipmentThatHasLeftArePutBackByTheOtherBench(t *testing.T) {
	c, b, ids := leased(t, "1")
	other := c.NewBench(t, "bench-2")
	sh := shipment(t, c, ids[0])
	b.Pick(sh)
	b.Label(sh)
	b.Dispatch(sh)
	c.PushAll(t, b)
	b.Add(order.Event{Type: order.EventLabelled, Shipment: sh.ID, Parcel: 1, Waybill: sh.Parcels[0].Waybill.Number})
	c.PushAll(t, b)
	equal(t, "late words of the bench that sent it", raised(t, c, central.ExcTwoStations), 0)
	other.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 1, Qty: 2})
	for range 2 {
		c.PushAll(t, other)
	}
	equal(t, "conflicts", raised(t, c, central.ExcTwoStations), 1)
	rows, _ := c.FeedAll(t, other, 0)
	if in := instruction(t, rows); in.Kind != order.InstructPutBack || len(in.Goods) != 1 || in.Goods[0].Qty != 2 {
		t.Errorf("bench-2 is told %+v", in)
	}
}
