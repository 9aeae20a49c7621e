package central_test

import (
	"strings"
	"testing"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
)

func TestAPickupOrderReachesTheBenchWithItsHashAndEndsFetched(t *testing.T) {
	c := centraltest.New(t)
	in := centraltest.Order("1")
	in.PickupCode = "829144"
	id := c.Put(t, in)
	b := c.NewBench(t, "bench-1")
	c.Lease(t, b, 1)
	rows, cursor := c.FeedAll(t, b, 0)
	var sh order.Shipment
	for _, w := range centraltest.Work(t, rows) {
		sh = w.Shipment
	}
	if sh.Flow != "pickup" || sh.Carrier.ID != "PICKUP" || sh.Pickup == "" || strings.Contains(sh.Pickup, "829144") || !strings.HasPrefix(sh.Parcels[0].Waybill.Number, "PU") {
		t.Fatalf("shipment %+v", sh)
	}
	in.PickupCode = "777000" // the buyer lost the first one; the bench holds the order
	c.Put(t, in)
	rows, _ = c.FeedAll(t, b, cursor)
	if w, ok := centraltest.Work(t, rows)[sh.ID]; !ok || w.Shipment.Pickup == sh.Pickup {
		t.Fatalf("the new code did not come: %v", w.Shipment.Pickup)
	}
	b.Pick(&sh)
	b.Label(&sh)
	b.Add(order.Event{Type: order.EventDispatched, Shipment: sh.ID, Parcel: 1, Waybill: sh.Parcels[0].Waybill.Number, OrderVersion: sh.Version, Reason: "pickup"})
	c.PushAll(t, b)
	v := c.View(t, id)
	if v.State != "fetched" || v.Stage != order.StageDelivered || v.Shipments[0].Fetched == nil || v.Shipments[0].Fetched.By != "op1" {
		t.Fatalf("order %s %s, fetched %+v", v.State, v.Stage, v.Shipments[0].Fetched)
	}
	if open, err := c.Exceptions(t.Context(), central.ExceptionFilter{}); err != nil || len(open) > 0 {
		t.Fatalf("exceptions %+v, %v", open, err)
	}
}

func TestPickupCodesAreShortAndPlain(t *testing.T) {
	for _, code := range []string{"123", strings.Repeat("1", 33), "a b c d", "代码1234"} {
		in := centraltest.Order("1")
		in.PickupCode = code
		if err := in.Validate(); err == nil {
			t.Errorf("code %q is taken", code)
		}
	}
}
