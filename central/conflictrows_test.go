package central_test

import (
	"fmt"
	"testing"
	"time"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
	"pickstation/sync/wire"
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
	b.Ship(sh)
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

// A disk and its copy run at once; each noticed that it is not where it was.
func TestTwoMachinesOfOneNameAreToldOfEachOtherAndAPersonOfBoth(t *testing.T) {
	c, b, ids := leased(t, "1")
	twin := *b
	twin.NewLog()
	sh := shipment(t, c, ids[0])
	c.Lease(t, b, 0)
	c.Lease(t, &twin, 0)
	equal(t, "a station that starts a log is no second machine", raised(t, c, central.ExcTwice), 0)
	c.Lease(t, b, 0)
	_, head := c.FeedAll(t, b, 0)
	twin.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 1, Qty: 1})
	c.PushAll(t, &twin)
	rows, _ := c.FeedAll(t, b, head)
	if w, ok := centraltest.Work(t, rows)[sh.ID]; !ok || w.Shipment.Lines[0].Picked != 1 {
		t.Errorf("what the copy picked is not told: %v %+v", ok, w)
	}
	for range 2 {
		c.Lease(t, &twin, 0)
		_, head = c.FeedAll(t, b, 0)
		twin.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 2, Qty: 1})
		c.PushAll(t, &twin)
		c.Lease(t, b, 0)
		if rows, _ = c.FeedAll(t, b, head); len(centraltest.Work(t, rows)) != 1 {
			t.Error("what the copy picked after its own heartbeat is not told with the next one from here")
		}
	}
	equal(t, "alarms", raised(t, c, central.ExcTwice), 1)
}

// The copy went on in the old log between the start of the new one and its first heartbeat.
func TestWhoStartsALogIsToldWhatACopyDidMeanwhile(t *testing.T) {
	c, b, ids := leased(t, "1")
	twin := *b
	b.NewLog()
	_, head := c.FeedAll(t, b, 0)
	c.Lease(t, &twin, 0)
	sh := shipment(t, c, ids[0])
	twin.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 1, Qty: 1})
	c.PushAll(t, &twin)
	c.Lease(t, b, 0)
	rows, _ := c.FeedAll(t, b, head)
	if w, ok := centraltest.Work(t, rows)[sh.ID]; !ok || w.Shipment.Lines[0].Picked != 1 {
		t.Errorf("what the copy picked is not told: %v %+v", ok, w)
	}
}

// A disk that was copied twice.
func TestThreeMachinesOfOneNameAreToldOfEachOther(t *testing.T) {
	c, b, ids := leased(t, "1")
	second, third := *b, *b
	second.NewLog()
	third.NewLog()
	sh := shipment(t, c, ids[0])
	for range 3 {
		c.Lease(t, b, 0)
		c.Lease(t, &second, 0)
		c.Lease(t, &third, 0)
		_, head := c.FeedAll(t, b, 0)
		third.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 1, Qty: 1})
		c.PushAll(t, &third)
		c.Lease(t, &second, 0)
		c.Lease(t, b, 0)
		if rows, _ := c.FeedAll(t, b, head); len(centraltest.Work(t, rows)) != 1 {
			t.Error("what the third picked after its own heartbeat is not told with the next one from here")
		}
	}
	if raised(t, c, central.ExcTwice) == 0 {
		t.Error("no alarm")
	}
}

// One request that was held up makes two returns: its own, and that of the log in use.
func TestRequestsThatAreHeldUpNowAndThenAreNoSecondMachine(t *testing.T) {
	c, b, _ := leased(t, "1")
	old := *b
	c.Lease(t, &old, 0)
	b.NewLog()
	c.Lease(t, b, 0)
	heldUp := func() {
		c.Lease(t, &old, 0)
		c.Lease(t, b, 0)
	}
	for range 5 { // weeks apart
		heldUp()
		c.Clock.Advance(7 * 24 * time.Hour)
	}
	equal(t, "alarms", raised(t, c, central.ExcTwice), 0)
	heldUp() // a copy that is switched on for one shift a day
	c.Clock.Advance(24 * time.Hour)
	heldUp()
	equal(t, "alarms", raised(t, c, central.ExcTwice), 1)
}

// A bench that was restored twice may issue one event of a newer layout in two new logs.
func TestAnEventOfANewerLayoutThatIsIssuedAgainIsParkedOnce(t *testing.T) {
	c, b, _ := leased(t, "1")
	first := order.FactID{Log: b.Log, Seq: 52, Hash: order.Hash{1}}
	for i, want := range []wire.Outcome{wire.Parked, wire.Duplicate} {
		b.NewLog()
		b.AddRaw(fmt.Sprintf(`{"s":1,"k":"of_the_future","kv":%d,"t":1772439300359,"boot":"b","st":"bench-1","orig":{"log":%q,"seq":52,"hash":%q}}`,
			order.EventVersion+1, first.Log, first.Hash))
		equal(t, fmt.Sprint("issue ", i+1), outcomes(c.PushAll(t, b)), []wire.Outcome{want})
	}
}
