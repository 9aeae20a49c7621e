package central_test

import (
	"strings"
	"testing"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
	"pickstation/sync/wire"
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

// packedFor is a pick-up order that bench-1 packed, and a second bench beside it.
func packedFor(t *testing.T) (c *centraltest.Centre, a, b *centraltest.Bench, sh order.Shipment, id order.OrderID) {
	t.Helper()
	c = centraltest.New(t)
	in := centraltest.Order("1")
	in.PickupCode = "829144"
	id = c.Put(t, in)
	a, b = c.NewBench(t, "bench-1"), c.NewBench(t, "bench-2")
	c.Lease(t, a, 1)
	rows, _ := c.FeedAll(t, a, 0)
	for _, w := range centraltest.Work(t, rows) {
		sh = w.Shipment
	}
	a.Pick(&sh)
	a.Label(&sh)
	c.PushAll(t, a)
	return c, a, b, sh, id
}

// place is where a bench's feed says the parcels are.
func place(t *testing.T, c *centraltest.Centre, b *centraltest.Bench) order.PickupPlace {
	t.Helper()
	rows, _ := c.FeedAll(t, b, 0)
	all := centraltest.Bodies[order.PickupPlace](t, rows, wire.RowPickup)
	if len(all) != 1 {
		t.Fatalf("%d places", len(all))
	}
	return all[0]
}

func TestParcelsGoToTheBenchWhereTheirBuyerIs(t *testing.T) {
	c, a, b, sh, id := packedFor(t)
	if p := place(t, c, b); p.Station != "bench-1" || !p.Packed || p.Parcels != 1 || p.Hash != sh.Pickup || p.Fetched != nil {
		t.Fatalf("place %+v", p)
	}
	_, cursor := c.FeedAll(t, a, 0)
	b.Add(order.Event{Type: order.EventWanted, Shipment: sh.ID, Reason: order.ReasonPickup})
	c.PushAll(t, b)
	rows, _ := c.FeedAll(t, b, 0)
	got, ok := centraltest.Work(t, rows)[sh.ID]
	if !ok || !got.Shipment.AllLabelled() {
		t.Fatalf("it did not come: %+v", got)
	}
	rows, _ = c.FeedAll(t, a, cursor)
	if gone := centraltest.Bodies[wire.Gone](t, rows, wire.RowWorkGone); len(gone) != 1 || gone[0].Why != "leased_elsewhere" {
		t.Fatalf("bench-1 hears %+v", gone)
	}
	b.Add(order.Event{Type: order.EventDispatched, Shipment: sh.ID, Parcel: 1, Waybill: sh.Parcels[0].Waybill.Number, OrderVersion: sh.Version, Reason: "pickup", By: "op2"})
	c.PushAll(t, b)
	if p := place(t, c, a); p.Station != "bench-2" || p.Fetched == nil || p.Fetched.By != "op2" {
		t.Fatalf("place %+v", p)
	}
	if v := c.View(t, id); v.State != "fetched" {
		t.Fatalf("order %s", v.State)
	}
	if open, err := c.Exceptions(t.Context(), central.ExceptionFilter{}); err != nil || len(open) > 0 {
		t.Fatalf("exceptions %+v, %v", open, err)
	}
}

// Bench-1, cut off, gave the parcel out before it heard that it was asked for: its word counts.
func TestParcelsThatWereGivenOutMeanwhileAreNoConflict(t *testing.T) {
	c, a, b, sh, id := packedFor(t)
	b.Add(order.Event{Type: order.EventWanted, Shipment: sh.ID, Reason: order.ReasonPickup})
	c.PushAll(t, b)
	_, cursor := c.FeedAll(t, b, 0)
	given := order.Event{Type: order.EventDispatched, Shipment: sh.ID, Parcel: 1, Waybill: sh.Parcels[0].Waybill.Number, OrderVersion: sh.Version, Reason: "pickup"}
	a.Add(given)
	c.PushAll(t, a)
	if p := place(t, c, b); p.Station != "bench-1" || p.Fetched == nil {
		t.Fatalf("place %+v", p)
	}
	rows, _ := c.FeedAll(t, b, cursor)
	if gone := centraltest.Bodies[wire.Gone](t, rows, wire.RowWorkGone); len(gone) != 1 || gone[0].Why != "shipped" {
		t.Fatalf("bench-2 hears %+v", gone)
	}
	if open, err := c.Exceptions(t.Context(), central.ExceptionFilter{}); err != nil || len(open) > 0 {
		t.Fatalf("exceptions %+v, %v", open, err)
	}
	b.Add(given) // the same parcel twice cannot be: somebody has to look
	c.PushAll(t, b)
	if open, err := c.Exceptions(t.Context(), central.ExceptionFilter{}); err != nil || len(open) == 0 {
		t.Fatalf("nobody hears of a parcel that was given out twice, %v", err)
	}
	if v := c.View(t, id); v.Shipments[0].Fetched.By != "op1" || v.State != "fetched" {
		t.Fatalf("order %s, fetched %+v", v.State, v.Shipments[0].Fetched)
	}
}

func TestWhatIsStoppedOrNotPackedStaysWhereItIs(t *testing.T) {
	c, _, b, sh, id := packedFor(t)
	if _, err := c.Stop(t.Context(), centraltest.By(), id, "fraud"); err != nil {
		t.Fatal(err)
	}
	b.Add(order.Event{Type: order.EventWanted, Shipment: sh.ID, Reason: order.ReasonPickup})
	c.PushAll(t, b)
	rows, _ := c.FeedAll(t, b, 0)
	if len(centraltest.Work(t, rows)) > 0 {
		t.Fatal("a stopped order moved")
	}
	if p := place(t, c, b); p.Stop == "" {
		t.Fatalf("place %+v", p)
	}
	if _, err := c.Release(t.Context(), centraltest.By(), id); err != nil {
		t.Fatal(err)
	}
	if p := place(t, c, b); p.Stop != "" {
		t.Fatalf("place %+v", p)
	}
	b.Add(order.Event{Type: order.EventWanted, Shipment: sh.ID, Reason: order.ReasonPickup}) // its label, scanned again
	c.PushAll(t, b)
	if rows, _ = c.FeedAll(t, b, 0); len(centraltest.Work(t, rows)) != 1 {
		t.Fatal("what is asked for again does not come")
	}
}
