package central_test

import (
	"testing"

	"pickstation/central/centraltest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// A step that the flow does not allow happened all the same: it is stored and not booked,
// and the bench hears why.
func TestScenario37AStepThatCannotBeBookedStopsTheShipmentWithItsReason(t *testing.T) {
	c, b, ids := leased(t, "1")
	sh := shipment(t, c, ids[0])
	b.Label(sh) // nothing is picked
	got := outcomes(c.PushAll(t, b))
	equal(t, "outcome of the label", got[len(got)-1], wire.Parked)
	equal(t, "state", shipment(t, c, ids[0]).State, order.StateCode("awaiting_pick"))
	rows, _ := c.FeedAll(t, b, 0)
	held := centraltest.Work(t, rows)[sh.ID].Shipment
	if h := held.Stopped(); h == nil || h.Code != order.ToVerify || h.Note != string(order.AnomalyNotAllowed) {
		t.Fatalf("the bench hears %+v", held.Holds)
	}
	again := outcomes(c.PushRange(t, b, 0, uint64(len(b.Events))))
	equal(t, "sent again", again[len(again)-1], wire.Duplicate)
	equal(t, "exceptions", len(exceptions(t, c)), 1)
}

// Scenario 55, the centre's half: a backlog that is sent three times is one record each.
func TestScenario55ABacklogSentThreeTimesIsOneRecordEach(t *testing.T) {
	c, b, ids := leased(t, "1")
	sh := shipment(t, c, ids[0])
	b.Add(order.Event{Type: order.EventOpened, Shipment: sh.ID})
	b.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 1, Qty: 1})
	b.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 1, Qty: 1})
	for n := range 3 {
		want := []wire.Outcome{wire.Duplicate, wire.Duplicate, wire.Duplicate}
		if n == 0 {
			want = []wire.Outcome{wire.Applied, wire.Applied, wire.Applied}
		}
		equal(t, "outcomes", outcomes(c.PushRange(t, b, 0, 3)), want)
		equal(t, "picked", shipment(t, c, ids[0]).Lines[0].Picked, 2)
	}
	equal(t, "exceptions", len(exceptions(t, c)), 0)
}
