package central_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// restore opens a copy of a backup, as one does after the centre's disk is lost.
func restore(t *testing.T, c *centraltest.Centre, backup string) *centraltest.Centre {
	t.Helper()
	path := t.TempDir() + "/central.db"
	copyFile(t, backup, path)
	copyKey(t, c.Path, path)
	return centraltest.Open(t, path, c.Clock)
}

func backup(t *testing.T, c *centraltest.Centre) string {
	t.Helper()
	path := t.TempDir() + "/copy.db"
	if err := c.Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestARestoredCentreGivesNothingAwayTwiceAndParksWhatItLost(t *testing.T) {
	c, b, _ := leased(t, "A")
	copied := backup(t, c)

	lost := c.Put(t, centraltest.Order("B"))
	c.Lease(t, b, 2)
	sent := shipment(t, c, lost)
	b.Ship(sent)
	c.PushAll(t, b)
	equal(t, "before the loss", c.View(t, lost).State, "dispatched")

	r := restore(t, c, copied)
	fresh := r.Put(t, centraltest.Order("C"))
	sh := shipment(t, r, fresh)
	if fresh == lost || sh.ID == sent.ID || sh.Parcels[0].Waybill.Number == sent.Parcels[0].Waybill.Number {
		t.Fatalf("given out again: %s %s %s", fresh, sh.ID, sh.Parcels[0].Waybill.Number)
	}
	if sh.ID < "S001000000" || sh.ID > "S017000002" || len(sh.Parcels[0].Waybill.Number) != len("SF1400000000002") {
		t.Errorf("the margin is not a million to seventeen: %s %s", sh.ID, sh.Parcels[0].Waybill.Number)
	}
	equal(t, "before the station has heard of it", r.PushAll(t, b).Code, wire.CodeGap)
	reply := r.PushAll(t, b)
	equal(t, "replay", reply.Code, wire.CodeOK)
	for _, res := range reply.Results {
		equal(t, "outcome", []any{res.Outcome, res.Why}, []any{wire.Parked, central.ExcNoShipment})
	}
	equal(t, "exceptions", exceptions(t, r), []string{central.ExcNoShipment})
	equal(t, "the new order", r.View(t, fresh).State, "awaiting_pick")
}

func TestARestoredCentrePassesOverEveryKindOfNumberItGivesOut(t *testing.T) {
	c := centraltest.New(t)
	copied := backup(t, c) // no counter exists yet
	carriers := []order.CarrierID{"SF", "YTO", "ZTO", "STO", "YUNDA", "JD", "EMS", "RM", "DHL"}
	give := func(c *centraltest.Centre) (all []string) {
		for _, id := range carriers {
			in := centraltest.Order(string(id))
			in.Carrier = id
			o := c.Put(t, in)
			sh := shipment(t, c, o)
			all = append(all, string(o), string(sh.ID), sh.Parcels[0].Waybill.Number)
		}
		ret, _, err := c.RequestReturn(t.Context(), centraltest.By(), central.ReturnIn{Channel: "shop", External: "r",
			Lines: []central.ReturnLine{{SKU: "APPLE", Qty: 1}}})
		if err != nil {
			t.Fatal(err)
		}
		k, _, err := c.NewKey(t.Context(), central.Key{Name: "k", Scopes: []string{central.ScopeStation}, Station: "bench-1"})
		if err != nil {
			t.Fatal(err)
		}
		b := c.NewBench(t, "bench-9")
		b.AddRaw("no event")
		c.PushAll(t, b)
		x, err := c.Exceptions(t.Context(), central.ExceptionFilter{})
		if err != nil || len(x) != 1 {
			t.Fatal(len(x), err)
		}
		return append(all, ret.ID, k.ID, fmt.Sprint("exception ", x[0].ID))
	}
	// Restored twice from one copy: the second one passes over the first one's too.
	used := map[string]int{}
	for i, life := range [][]string{give(c), give(restore(t, c, copied)), give(restore(t, c, copied))} {
		for _, id := range life {
			if before, known := used[id]; known {
				t.Errorf("life %d gives %s away, which life %d did", i, id, before)
			}
			used[id] = i
		}
	}
}

func TestAnEventWithAnotherBoxesNumberIsParkedAndNotApplied(t *testing.T) {
	c, b, ids := leased(t, "1", "2")
	sh, other := shipment(t, c, ids[0]), shipment(t, c, ids[1])
	b.Pick(sh)
	c.PushAll(t, b)
	for _, number := range []string{other.Parcels[0].Waybill.Number, "SF1999999999999"} {
		wrong := *sh
		wrong.Parcels = slices.Clone(sh.Parcels)
		wrong.Parcels[0].Waybill.Number = number
		from := uint64(len(b.Events))
		b.Label(&wrong)
		b.Dispatch(&wrong)
		for _, res := range c.PushRange(t, b, from, from+4).Results {
			equal(t, number, []any{res.Outcome, res.Why}, []any{wire.Parked, central.ExcOtherWaybill})
		}
	}
	equal(t, "one exception for each number", exceptions(t, c), []string{central.ExcOtherWaybill, central.ExcOtherWaybill})
	p := shipment(t, c, ids[0]).Parcels[0]
	equal(t, "the parcel", []any{p.Labelled, p.Dispatched, p.PrintRequests, p.Prints}, []any{false, false, 0, 0})
	equal(t, "the states", []any{c.View(t, ids[0]).State, c.View(t, ids[1]).State}, []any{"picked", "awaiting_pick"})

	from := uint64(len(b.Events))
	b.Label(sh)
	b.Dispatch(sh)
	c.PushRange(t, b, from, from+4)
	equal(t, "with its own number", c.View(t, ids[0]).State, "dispatched")
}

func TestAbsurdCountsAreParkedAndNotApplied(t *testing.T) {
	c, b, ids := leased(t, "1")
	sh := shipment(t, c, ids[0])
	n := 0
	for _, x := range []int{math.MaxInt64, math.MaxInt64, 1_000_001, -1, math.MinInt64} {
		b.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 1, Qty: x})
		b.Add(order.Event{Type: order.EventWeighed, Shipment: sh.ID, Parcel: 1, WeightG: x})
		b.Add(order.Event{Type: order.EventPrinted, Shipment: sh.ID, Parcel: 1, No: x})
		n += 3
	}
	b.Add(order.Event{Type: order.EventWeighed, Shipment: sh.ID, Parcel: 1, WeightG: 1_000_000})
	reply := c.PushAll(t, b)
	for _, res := range reply.Results[:n] {
		equal(t, "outcome", []any{res.Outcome, res.Why}, []any{wire.Parked, "out_of_range"})
	}
	equal(t, "at the limit", reply.Results[n].Outcome, wire.Applied)
	equal(t, "exceptions", len(exceptions(t, c)), n)
	sh = shipment(t, c, ids[0])
	equal(t, "the shipment", []int{sh.Lines[0].Picked, sh.Parcels[0].WeightG, sh.Parcels[0].Prints}, []int{0, 1_000_000, 0})
}
