package central_test

import (
	"testing"
	"time"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// moveTo enrols a bench in another warehouse, as pickcentral enrol --warehouse does.
func moveTo(t *testing.T, c *centraltest.Centre, b *centraltest.Bench, warehouse string) {
	t.Helper()
	p := order.DefaultPolicy()
	p.Warehouse = warehouse
	if err := c.SetPolicy(t.Context(), p, true); err != nil {
		t.Fatal(err)
	}
	text, err := c.NewEnrolCode(t.Context(), b.ID, warehouse, time.Hour)
	if err == nil {
		err = enrol(t, c, text, b)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestAStationDoesNotGetWorkOfAnotherWarehouse lets a bench say that it picked what it
// never had: that gives nobody the receivers of another warehouse.
func TestAStationDoesNotGetWorkOfAnotherWarehouse(t *testing.T) {
	c := centraltest.New(t)
	id := c.Put(t, centraltest.Order("A"))
	sh := c.View(t, id).Shipments[0]
	thief := c.NewBench(t, "thief")
	moveTo(t, c, thief, "north")
	thief.Pick(&sh.Shipment)
	reply := c.PushAll(t, thief)
	for _, r := range reply.Results {
		if r.Outcome != wire.Parked || r.Why != central.ExcNoShipment {
			t.Errorf("%+v", r)
		}
	}
	rows, _ := c.FeedAll(t, thief, 0)
	if work := centraltest.Work(t, rows); len(work) != 0 {
		t.Errorf("it was given %d shipments", len(work))
	}
	now := c.View(t, id).Shipments[0]
	equal(t, "holder", now.LeaseStation, order.StationID(""))
	equal(t, "picked", now.Lines[0].Picked, 0)
	raised, err := c.Exceptions(t.Context(), central.ExceptionFilter{Limit: 10})
	equal(t, "error", err, nil)
	equal(t, "told once", len(raised), 1)
}

// TestABenchThatMovedTellsWhatItDidBefore is enrolled in another warehouse while events
// about work that it holds have not been sent.
func TestABenchThatMovedTellsWhatItDidBefore(t *testing.T) {
	c := centraltest.New(t)
	id := c.Put(t, centraltest.Order("A"))
	b := c.NewBench(t, "bench-1")
	c.Lease(t, b, 1)
	sh := c.View(t, id).Shipments[0]
	b.Ship(&sh.Shipment)
	moveTo(t, c, b, "north")
	for _, r := range c.PushAll(t, b).Results {
		if r.Outcome != wire.Applied {
			t.Errorf("%+v", r)
		}
	}
	b.Add(order.Event{Type: order.EventRefused, Shipment: sh.ID, Reason: "other_order"})
	for _, r := range c.PushRange(t, b, uint64(len(b.Events)-1), uint64(len(b.Events))).Results {
		if r.Outcome != wire.Applied {
			t.Errorf("after it left: %+v", r)
		}
	}
	if now := c.View(t, id).Shipments[0]; now.Stage != order.StageDispatched || len(now.Holds) != 0 {
		t.Errorf("it is %s, %v", now.Stage, now.Holds)
	}
	wantExceptions(t, c)
}

// TestAStationDoesNotTouchTasksOfAnotherWarehouse is the same for a return, and for one that
// nobody had announced.
func TestAStationDoesNotTouchTasksOfAnotherWarehouse(t *testing.T) {
	c, b, sh, id := orderSent(t)
	thief := c.NewBench(t, "thief")
	moveTo(t, c, thief, "north")
	made := order.ReturnOf(sh, c.Clock.Now()).ID
	thief.Add(order.Event{Type: order.EventTaskOpened, Task: made, Shipment: sh.ID})
	ret, _, err := c.RequestReturn(t.Context(), centraltest.By(), central.ReturnIn{Channel: "shop", External: "RET-1", Order: id,
		Lines: []central.ReturnLine{{SKU: "APPLE", Qty: 2}}})
	equal(t, "error", err, nil)
	_, err = c.MoveReturn(t.Context(), centraltest.By(), ret.ID, order.TriggerApprove)
	equal(t, "error", err, nil)
	tk := task(t, c, b, "").Task.ID
	thief.Add(order.Event{Type: order.EventTaskOpened, Task: tk})
	thief.Add(order.Event{Type: order.EventTaken, Task: tk, Line: 1, Qty: 3})
	for _, r := range c.PushAll(t, thief).Results {
		if r.Outcome != wire.Parked || r.Why != string(order.AnomalyNoTask) {
			t.Errorf("%+v", r)
		}
	}
	now, _, err := c.GetReturn(t.Context(), centraltest.By(), ret.ID)
	equal(t, "error", err, nil)
	equal(t, "state", now.State, order.StateCode("awaiting_return"))
	equal(t, "told, of each task once", len(wantExceptions(t, c, string(order.AnomalyNoTask), string(order.AnomalyNoTask))), 2)
}
