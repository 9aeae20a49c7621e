package central_test

import (
	"slices"
	"testing"
	"time"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// TestABenchThatIsEnrolledAgainStaysInItsWarehouse names none, as after a certificate that expired.
func TestABenchThatIsEnrolledAgainStaysInItsWarehouse(t *testing.T) {
	onEachEngine(t, func(t *testing.T, c *centraltest.Centre) {
		b := c.NewBench(t, "bench-1")
		moveTo(t, c, b, "two")
		text, err := c.NewEnrolCode(t.Context(), b.ID, "", time.Hour)
		if err == nil {
			err = enrol(t, c, text, b)
		}
		equal(t, "error", err, nil)
		equal(t, "warehouse", station(t, c, b.ID).Warehouse, "two")
	})
}

// TestABenchThatMovesLeavesItsWorkToOthers enrols a bench that holds work, some of it begun,
// into another warehouse.
func TestABenchThatMovesLeavesItsWorkToOthers(t *testing.T) {
	onEachEngine(t, func(t *testing.T, c *centraltest.Centre) {
		b := c.NewBench(t, "bench-1")
		ids := []order.OrderID{c.Put(t, centraltest.Order("begun")), c.Put(t, centraltest.Order("new"))}
		equal(t, "granted", c.Lease(t, b, 2).Granted, 2)
		begun := c.View(t, ids[0]).Shipments[0]
		b.Add(order.Event{Type: order.EventOpened, Shipment: begun.ID})
		b.Add(order.Event{Type: order.EventPicked, Shipment: begun.ID, Line: 1, Qty: 1, Verdict: order.OK})
		c.PushAll(t, b)
		moveTo(t, c, b, "two")
		told := wantExceptions(t, c, central.ExcMoved)
		beat := c.Lease(t, b, 2)
		equal(t, "renewed", len(beat.Renewed), 0)
		equal(t, "granted in the other warehouse", beat.Granted, 0)

		other := c.NewBench(t, "bench-2")
		equal(t, "granted to another one", c.Lease(t, other, 2).Granted, 1)
		equal(t, "error", c.CloseException(t.Context(), centraltest.By(), told[0].ID), nil)
		equal(t, "granted once its goods were fetched", c.Lease(t, other, 2).Granted, 1)
		rows, _ := c.FeedAll(t, other, 0)
		work := centraltest.Work(t, rows)
		equal(t, "work of it", len(work), 2)
		equal(t, "picked", work[begun.ID].Shipment.Lines[0].Picked, 1)

		moveTo(t, c, b, central.DefaultWarehouse)
		equal(t, "granted after it came back", c.Lease(t, b, 2).Granted, 0)
		wantExceptions(t, c)
	})
}

// TestABenchThatMovedReadsTheOtherFeedFromItsBeginning has read much of the feed of its old
// warehouse; that of the new one is short.
func TestABenchThatMovedReadsTheOtherFeedFromItsBeginning(t *testing.T) {
	onEachEngine(t, func(t *testing.T, c *centraltest.Centre) {
		b, place := c.NewBench(t, "bench-1"), []order.Location{{ID: "X"}}
		for _, warehouse := range []string{"main", "two"} { // their counters end alike
			p := order.DefaultPolicy()
			p.Warehouse = warehouse
			if err := c.SetPolicy(t.Context(), p, true); err != nil {
				t.Fatal(err)
			}
			if _, err := c.PutLocations(t.Context(), warehouse, place); err != nil {
				t.Fatal(err)
			}
		}
		c.Put(t, centraltest.Order("1"))
		c.Lease(t, b, 1)
		_, old := c.FeedAll(t, b, 0)
		for _, warehouse := range []string{"two", "main", "two"} {
			moveTo(t, c, b, warehouse)
			reply, err := c.Feed(t.Context(), b.ID, old, 1, 0)
			equal(t, "error", err, nil)
			equal(t, "begins anew in "+warehouse, []any{reply.Snapshot, len(reply.Rows)}, []any{true, 1})
			rest, next := c.FeedAll(t, b, reply.Next)
			rows := append(reply.Rows, rest...)
			equal(t, "places of "+warehouse, centraltest.Bodies[order.Location](t, rows, wire.RowLocation), place)
			equal(t, "work of "+warehouse, len(centraltest.Work(t, rows)), 0)
			equal(t, "cursors grow", slices.IsSortedFunc(rows, func(a, b wire.FeedRow) int { return int(a.FS - b.FS) }) && rows[0].FS > old, true)
			equal(t, "head", c.Lease(t, b, 0).Head, next)
			sums, err := c.Sums(t.Context(), b.ID, next, 0)
			equal(t, "error", err, nil)
			equal(t, "nothing new", []any{sums.Snapshot, len(sums.Rows), sums.Next}, []any{false, 0, next})
			equal(t, "sums that differ", len(sums.Sums.Differ(held(rows))), 0)
			old = next
		}
	})
}

// held is what a station has to hold of the rows of a feed.
func held(rows []wire.FeedRow) wire.Sums {
	add, sums := map[wire.RowKind]wire.Sum{}, wire.Sums{}
	for _, r := range rows {
		s := add[r.Kind]
		s.Add(r.FS)
		add[r.Kind], sums[r.Kind] = s, s.String()
	}
	return sums
}

// TestLateWordsOfABenchThatMovedCount has work picked at a bench that tells it only from
// another warehouse; it gets no lease there.
func TestLateWordsOfABenchThatMovedCount(t *testing.T) {
	onEachEngine(t, func(t *testing.T, c *centraltest.Centre) {
		id := c.Put(t, centraltest.Order("A"))
		b := c.NewBench(t, "bench-1")
		c.Lease(t, b, 1)
		sh := c.View(t, id).Shipments[0]
		b.Add(order.Event{Type: order.EventOpened, Shipment: sh.ID})
		for range 2 {
			b.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 1, Qty: 1, Verdict: order.OK})
		}
		b.Add(order.Event{Type: order.EventUndone, Shipment: sh.ID, Line: 1, Qty: 1, Of: 3, Reason: string(order.EventPicked)})
		moveTo(t, c, b, "two")
		wantExceptions(t, c)
		for _, r := range c.PushAll(t, b).Results {
			equal(t, "outcome", r.Outcome, wire.Applied)
		}
		now := c.View(t, id).Shipments[0]
		equal(t, "picked", now.Lines[0].Picked, 1)
		equal(t, "holder", now.LeaseStation, order.StationID(""))
		wantExceptions(t, c, central.ExcMoved)
	})
}

// TestABenchThatAnOlderProgramMovedLetsGoOfItsWork holds work of another warehouse still.
func TestABenchThatAnOlderProgramMovedLetsGoOfItsWork(t *testing.T) {
	onEachEngine(t, func(t *testing.T, c *centraltest.Centre) {
		b, other := c.NewBench(t, "bench-1"), c.NewBench(t, "bench-2")
		c.Put(t, centraltest.Order("A"))
		c.Lease(t, b, 1)
		err := c.Store.Write(t.Context(), func(tx central.Tx) error {
			st, err := tx.LockStation(b.ID)
			if err != nil {
				return err
			}
			st.Warehouse = "two"
			return tx.PutStation(st)
		})
		equal(t, "error", err, nil)
		equal(t, "granted while it holds it", c.Lease(t, other, 1).Granted, 0)
		c.Clock.Advance(12 * time.Hour)
		equal(t, "renewed", len(c.Lease(t, b, 1).Renewed), 0)
		equal(t, "granted then", c.Lease(t, other, 1).Granted, 1)
	})
}
