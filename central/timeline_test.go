package central_test

import (
	"testing"
	"time"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/central/ingest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// A clock that was a year ahead at one restore, and right at the next one from the same
// copy: without more the benches would believe nothing for a year.
func TestACentreWhoseTimelineIsBehindThatOfABenchGoesPastIt(t *testing.T) {
	c, b, ids := leased(t, "A")
	b.Pick(shipment(t, c, ids[0]))
	c.PushAll(t, b)
	copied := backup(t, c)

	c.Clock.Advance(365 * 24 * time.Hour)
	ahead := restore(t, c, copied)
	ahead.PushAll(t, b)
	heard := b.Timeline
	c.Clock.Advance(-365 * 24 * time.Hour)

	r := restore(t, c, copied)
	reply := r.PushAll(t, b)
	if reply.Code != wire.CodeGap || reply.Timeline <= heard {
		t.Fatalf("%s in timeline %d, the bench had heard of %d", reply.Code, reply.Timeline, heard)
	}
	equal(t, "told", exceptions(t, r), []string{central.ExcTimeline})
	equal(t, "sent again", r.PushAll(t, b).Code, wire.CodeOK)

	late := *b
	late.Timeline = heard // another bench that had heard as much moves nothing any more
	equal(t, "the next bench", r.PushAll(t, &late).Timeline, reply.Timeline)
	equal(t, "told once", exceptions(t, r), []string{central.ExcTimeline})

	late.Timeline = ingest.MaxTimeline + 1
	equal(t, "what no clock shows", r.PushAll(t, &late).Code, wire.CodeBad)
	late.Timeline = ingest.MaxTimeline // past it no bench could say what it has heard of
	equal(t, "a bench that nobody follows", r.PushAll(t, &late).Timeline, reply.Timeline)
	b.Pick(shipment(t, r, ids[0]))
	equal(t, "the others go on", r.PushAll(t, b).Code, wire.CodeOK)
}

// A machine whose clock stands in the past may be restored from one copy several times, and
// a bench that was restored, too, may have heard of less than the others: no two states
// of the centre may have one timeline, or who heard of the first sends nothing again.
func TestNoTwoStatesOfACentreHaveOneTimeline(t *testing.T) {
	c, b, _ := leased(t, "A")
	copied := backup(t, c)
	seen := map[int64]bool{}
	once := func(line int64) {
		t.Helper()
		if seen[line] {
			t.Errorf("timeline %d twice", line)
		}
		seen[line] = true
	}
	c.Clock.Advance(-100 * 365 * 24 * time.Hour)
	for range 3 {
		once(restore(t, c, copied).PushAll(t, b).Timeline)
	}
	for range 3 {
		r := restore(t, c, copied)
		b.Timeline = 1 << 33
		once(r.PushAll(t, b).Timeline)
	}
}

// Two copies of one disk may each issue the same events again, in a log of its own. Who does
// it second had counted them on top of what came with the first.
func TestABenchHearsHowItsWorkStandsWhenItsEventsWereKnown(t *testing.T) {
	c, b, _, sent := orderSent(t)
	ret, _, err := c.RequestReturn(t.Context(), centraltest.By(), central.ReturnIn{Channel: "shop", External: "R", Order: sent, Lines: []central.ReturnLine{{SKU: "APPLE", Qty: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	sh := shipment(t, c, c.Put(t, centraltest.Order("A")))
	c.Lease(t, b, 1)
	first := []order.Event{b.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 1, Qty: 1}),
		b.Add(order.Event{Type: order.EventTaskOpened, Task: order.TaskID(ret.ID)})}
	log := b.Log
	again := func() []wire.Outcome {
		b.NewLog()
		for i := range first {
			e := first[i]
			e.Orig = &order.FactID{Log: log, Seq: e.Seq, Hash: e.Hash}
			b.Add(e)
		}
		return outcomes(c.PushAll(t, b))
	}
	equal(t, "issued again", again(), []wire.Outcome{wire.Applied, wire.Applied})
	_, cursor := c.FeedAll(t, b, 0)
	equal(t, "once more", again(), []wire.Outcome{wire.Duplicate, wire.Duplicate})
	rows, _ := c.FeedAll(t, b, cursor)
	work, ok := centraltest.Work(t, rows)[sh.ID]
	if !ok || work.Shipment.Lines[0].Picked != 1 || work.Marks[0].Log != b.Log {
		t.Errorf("told %v: %+v", ok, work.Marks)
	}
	if tasks := centraltest.Bodies[wire.Task](t, rows, wire.RowTask); len(tasks) != 1 || tasks[0].Marks[0].Log != b.Log {
		t.Errorf("told of the return: %+v", tasks)
	}
}
