package central_test

import (
	"fmt"
	"strings"
	"testing"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
)

func openCounts(t *testing.T, c *centraltest.Centre) (all []*central.Task) {
	t.Helper()
	all, err := c.Tasks(t.Context(), central.TaskFilter{Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Every push looked through all open tasks for each missing unit, and one of 2000 events took
// longer than a write may.
func TestABenchThatNamesANewLotEachTimeAsksForAFewCounts(t *testing.T) {
	onEachEngine(t, func(t *testing.T, c *centraltest.Centre) {
		b := c.NewBench(t, "bench-1")
		id := c.Put(t, centraltest.Order("1"))
		c.Lease(t, b, 1)
		sh := shipment(t, c, id)
		for n := range 60 {
			b.Add(order.Event{Type: order.EventShorted, Shipment: sh.ID, Line: 1, Qty: 1, Reason: "out_of_stock", Lot: fmt.Sprint("L\x00", n)})
			b.Add(order.Event{Type: order.EventZero, Shipment: sh.ID, Line: 1, Place: "A-01-1", Reason: "count", Lot: fmt.Sprint("Z", n)})
		}
		c.PushAll(t, b)
		lots := map[string]int{}
		for _, k := range openCounts(t, c) {
			lots[k.Lines[0].Lot]++
		}
		if len(lots) != 21 || lots[""] != 1 || lots["L\x000"] != 1 {
			t.Errorf("counts of %d lots, %d of whatever lot is there; want 20 and 1", len(lots), lots[""])
		}
		for range 2 { // of another line there is none yet
			b.Add(order.Event{Type: order.EventShorted, Shipment: sh.ID, Line: 2, Qty: 1, Reason: "out_of_stock", Lot: "M"})
		}
		c.PushAll(t, b)
		if n := len(openCounts(t, c)); n != 22 {
			t.Errorf("%d counts once another place is short", n)
		}
	})
}

func TestACountIsAskedForAgainOnceItIsOver(t *testing.T) {
	onEachEngine(t, func(t *testing.T, c *centraltest.Centre) {
		b := c.NewBench(t, "bench-1")
		id := c.Put(t, centraltest.Order("1"))
		c.Lease(t, b, 1)
		short := order.Event{Type: order.EventShorted, Shipment: shipment(t, c, id).ID, Line: 1, Qty: 1, Reason: "out_of_stock", Lot: "L7"}
		for n := range 3 {
			b.Add(short)
			b.Add(short)
			c.PushAll(t, b)
			open := openCounts(t, c)
			if len(open) != 1 {
				t.Fatalf("round %d: %d counts are open", n, len(open))
			}
			b.Add(order.Event{Type: order.EventTaskDone, Task: open[0].ID})
			c.PushAll(t, b)
		}
	})
}

// An older program has written the row: what it counts stands in its body only.
func TestACountThatAnOlderCentreAskedForIsNotAskedForTwice(t *testing.T) {
	onEachEngine(t, func(t *testing.T, c *centraltest.Centre) {
		b := c.NewBench(t, "bench-1")
		id := c.Put(t, centraltest.Order("1"))
		c.Lease(t, b, 1)
		short := order.Event{Type: order.EventShorted, Shipment: shipment(t, c, id).ID, Line: 1, Qty: 1, Reason: "out_of_stock", Lot: strings.Repeat("x", 200)}
		b.Add(short)
		c.PushAll(t, b)
		err := c.Store.Write(t.Context(), func(tx central.Tx) error {
			return tx.(interface{ Exec(string, ...any) error }).Exec("UPDATE tasks SET counts = '', lot = ''")
		})
		if err != nil {
			t.Fatal(err)
		}
		b.Add(short)
		c.PushAll(t, b)
		if n := len(openCounts(t, c)); n != 1 {
			t.Errorf("%d counts are open", n)
		}
	})
}
