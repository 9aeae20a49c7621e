package central_test

import (
	"slices"
	"testing"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// asked returns the instructions in a station's feed that are not done.
func asked(t *testing.T, c *centraltest.Centre, b *centraltest.Bench) []order.Instruction {
	t.Helper()
	rows, _ := c.FeedAll(t, b, 1)
	return slices.DeleteFunc(centraltest.Bodies[order.Instruction](t, rows, wire.RowInstruction),
		func(in order.Instruction) bool { return in.Done })
}

func TestAStoppedOrderIsHeldAtItsBenchUntilItIsReleased(t *testing.T) {
	c := centraltest.New(t)
	id := c.Put(t, centraltest.Order("1"))
	b := c.NewBench(t, "bench-1")
	c.Lease(t, b, 1)
	for range 2 {
		v, err := c.Stop(t.Context(), centraltest.By(), id, "buyer wants the money back")
		if err != nil || v.Shipments[0].Stopped() == nil || v.Shipments[0].Stopped().Code != order.Intercepted {
			t.Fatalf("%+v, %v", v, err)
		}
	}
	in := asked(t, c, b)
	if len(in) != 1 || in[0].Kind != order.InstructStop || len(in[0].Waybills) != 1 {
		t.Fatalf("instructions %+v", in)
	}
	v, err := c.Release(t.Context(), centraltest.By(), id)
	if err != nil || v.Shipments[0].Stopped() != nil || len(asked(t, c, b)) != 0 {
		t.Fatalf("released %+v, %v, instructions %+v", v, err, asked(t, c, b))
	}
}

func TestAnOrderThatIsStoppedBeforeItHasABenchWaits(t *testing.T) {
	c := centraltest.New(t)
	id := c.Put(t, centraltest.Order("1"))
	if _, err := c.Stop(t.Context(), centraltest.By(), id, ""); err != nil {
		t.Fatal(err)
	}
	b := c.NewBench(t, "bench-1")
	if r := c.Lease(t, b, 1); r.Granted != 0 {
		t.Fatalf("%d leased", r.Granted)
	}
	if _, err := c.Release(t.Context(), centraltest.By(), id); err != nil {
		t.Fatal(err)
	}
	if r := c.Lease(t, b, 1); r.Granted != 1 {
		t.Fatalf("%d leased after the release", r.Granted)
	}
}

func TestAParcelInTheCageIsTakenOutAgain(t *testing.T) {
	c, b, sh, id := orderSent(t)
	if _, err := c.Stop(t.Context(), centraltest.By(), id, "fraud"); err != nil {
		t.Fatal(err)
	}
	in := asked(t, c, b)
	if len(in) != 1 || in[0].Kind != order.InstructIntercept || len(in[0].Waybills) != 1 || in[0].Waybills[0] != sh.Parcels[0].Waybill.Number || in[0].Carrier == (order.Names{}) {
		t.Fatalf("instructions %+v", in)
	}
	b.Add(order.Event{Type: order.EventInstructed, Shipment: sh.ID, Reason: in[0].ID})
	c.PushAll(t, b)
	if in = asked(t, c, b); len(in) != 0 {
		t.Fatalf("instructions %+v", in)
	}
}

func TestWhatTheCarrierHasMovedCannotBeStopped(t *testing.T) {
	c, _, sh, id := orderSent(t)
	if _, err := c.Track(t.Context(), centraltest.By(), trackCollect(sh.Parcels[0].Waybill.Number)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Stop(t.Context(), centraltest.By(), id, ""); err == nil {
		t.Fatal("stopped")
	}
}

func trackCollect(number string) []central.TrackingEvent {
	return []central.TrackingEvent{{Waybill: number, Event: order.TriggerCollect, At: centraltest.Start}}
}
