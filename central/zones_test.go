package central_test

import (
	"database/sql"
	"testing"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// zoned gives a centre apples in zone dry, pears in zone cold, and a bench for each.
func zoned(t *testing.T, c *centraltest.Centre) (dry, cold *centraltest.Bench) {
	t.Helper()
	dry, cold = c.NewBench(t, "dry-1"), c.NewBench(t, "cold-1")
	if _, err := c.PutLocations(t.Context(), "", []order.Location{{ID: "A-01-1", Zone: "dry", Walk: 1}, {ID: "A-02-1", Zone: "cold", Walk: 2}}); err != nil {
		t.Fatal(err)
	}
	for b, zone := range map[*centraltest.Bench]string{dry: "dry", cold: "cold"} {
		if err := c.SetZones(t.Context(), b.ID, []string{zone}); err != nil {
			t.Fatal(err)
		}
	}
	return dry, cold
}

func TestAToteGoesFromOneZonesBenchToTheNext(t *testing.T) {
	onEachEngine(t, passedOn)
}

func passedOn(t *testing.T, c *centraltest.Centre) {
	dry, cold := zoned(t, c)
	id := c.Put(t, centraltest.Order("1"))
	pears := centraltest.Order("2")
	pears.Lines = pears.Lines[1:]
	c.Put(t, pears)
	equal(t, "granted, without what has nothing in the zone", c.Lease(t, dry, 5).Granted, 1)
	rows, _ := c.FeedAll(t, dry, 0)
	for _, p := range centraltest.Bodies[wire.Policy](t, rows, wire.RowPolicy) {
		equal(t, "zones at the bench", p.Zones, []string{"dry"})
	}
	sh := shipment(t, c, id)
	equal(t, "zones of its lines", []string{sh.Lines[0].Zone, sh.Lines[1].Zone}, []string{"dry", "cold"})
	dry.Add(order.Event{Type: order.EventOpened, Shipment: sh.ID})
	dry.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 1, Qty: 3})
	dry.Add(order.Event{Type: order.EventPassed, Shipment: sh.ID, Slot: "TOTE-7", Reason: "cold"})
	c.PushAll(t, dry)
	rows, _ = c.FeedAll(t, cold, 0)
	w, is := centraltest.Work(t, rows)[sh.ID]
	if !is || w.Shipment.Lines[0].Picked != 3 || w.Shipment.Slot != "TOTE-7" || w.Shipment.Owner != "" {
		t.Fatalf("the next bench has %+v", w.Shipment)
	}
	rows, _ = c.FeedAll(t, dry, 0)
	if _, is := centraltest.Work(t, rows)[sh.ID]; is {
		t.Error("it is still at the first bench")
	}
	cold.Add(order.Event{Type: order.EventOpened, Shipment: sh.ID, By: "op2"})
	cold.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 2, Qty: 2, By: "op2"})
	equal(t, "outcomes", outcomes(c.PushAll(t, cold)), []wire.Outcome{wire.Applied, wire.Applied})
	equal(t, "state", shipment(t, c, id).State, order.StateCode("picked"))
	equal(t, "exceptions", exceptions(t, c), []string(nil))
}

func TestAZonesBenchDoesNotWaitBehindOrdersOfAnother(t *testing.T) {
	onEachEngine(t, func(t *testing.T, c *centraltest.Centre) {
		dry, _ := zoned(t, c)
		for _, no := range []string{"1", "2", "3"} {
			pears := centraltest.Order(no)
			pears.Lines = pears.Lines[1:]
			c.Put(t, pears)
		}
		c.Put(t, centraltest.Order("4"))
		equal(t, "granted", c.Lease(t, dry, 1).Granted, 1)
	})
}

func TestWithoutABenchOfTheNextZoneAnOrderStays(t *testing.T) {
	onEachEngine(t, staysWithoutNext)
}

func staysWithoutNext(t *testing.T, c *centraltest.Centre) {
	dry, cold := zoned(t, c)
	if err := c.Revoke(t.Context(), cold.ID); err != nil {
		t.Fatal(err)
	}
	in := centraltest.Order("1")
	in.Lines = in.Lines[1:] // pears alone
	c.Put(t, in)
	equal(t, "granted", c.Lease(t, dry, 5).Granted, 1) // rather here than nowhere
}

func TestZonesAreOfAKnownBench(t *testing.T) {
	onEachEngine(t, zonesOfBenches)
}

func zonesOfBenches(t *testing.T, c *centraltest.Centre) {
	dry, _ := zoned(t, c)
	if c.SetZones(t.Context(), "nobody", []string{"x"}) == nil || c.SetZones(t.Context(), dry.ID, []string{""}) == nil {
		t.Error("accepted")
	}
}

func wavable(t *testing.T, c *centraltest.Centre, external string, carrier order.CarrierID, priority int) order.OrderID {
	in := centraltest.Order(external)
	in.Carrier, in.Priority = carrier, priority
	return c.Put(t, in)
}

func TestAWaveIsOfOnePriorityAndOneCarrierAndGoesToOneBenchWhole(t *testing.T) {
	onEachEngine(t, waveWhole)
}

func waveWhole(t *testing.T, c *centraltest.Centre) {
	a, b := c.NewBench(t, "bench-1"), c.NewBench(t, "bench-2")
	for i, x := range []string{"1", "2", "3"} {
		wavable(t, c, x, "SF", i%2)
	}
	wavable(t, c, "4", "ZTO", 0)
	w, err := c.MakeWave(t.Context(), central.WaveRequest{Mode: order.BatchCluster, Carrier: "SF"})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "orders of the highest priority", len(w.Shipments), 1)
	w, err = c.MakeWave(t.Context(), central.WaveRequest{Mode: order.BatchWall, Carrier: "SF"})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "orders of the next", len(w.Shipments), 2)
	for n := range 4 { // one shipment is asked for: with one of the wave all of it comes
		c.Lease(t, []*centraltest.Bench{a, b}[n%2], 1)
	}
	at := map[order.StationID]int{}
	for _, bench := range []*centraltest.Bench{a, b} {
		rows, _ := c.FeedAll(t, bench, 0)
		for _, x := range centraltest.Work(t, rows) {
			if x.Shipment.Wave != nil && x.Shipment.Wave.ID == w.ID {
				at[bench.ID]++
			}
		}
	}
	if len(at) != 1 {
		t.Fatalf("the wave is at %v", at)
	}
	got, err := c.Wave(t.Context(), w.ID)
	if err != nil || at[got.Station] != 2 {
		t.Fatalf("it says that it is at %s: %v %v", got.Station, at, err)
	}
	list, err := c.Waves(t.Context(), central.WaveFilter{})
	if err != nil || len(list) != 2 || list[0].ID != w.ID || list[0].Orders != 2 || list[0].Left != 2 || list[0].Station != got.Station {
		t.Fatalf("waves %+v, %v", list, err)
	}
	if list, err = c.Waves(t.Context(), central.WaveFilter{Before: w.ID, Warehouse: "main", Limit: 1}); err != nil || len(list) != 1 || list[0].Left != 1 {
		t.Fatalf("before it %+v, %v", list, err)
	}
	if n, err := c.EndWave(t.Context(), w.ID); n != 2 || err != nil {
		t.Fatalf("%d freed, %v", n, err)
	}
	if n, err := c.EndWave(t.Context(), w.ID); n != 0 || err != nil {
		t.Fatalf("again: %d freed, %v", n, err)
	}
	if list, err = c.Waves(t.Context(), central.WaveFilter{}); err != nil || len(list) != 1 || list[0].ID == w.ID {
		t.Fatalf("open waves %+v, %v", list, err)
	}
	if list, err = c.Waves(t.Context(), central.WaveFilter{All: true}); err != nil || len(list) != 2 || list[0].Left != 0 || list[0].EndedAt.IsZero() {
		t.Fatalf("all waves %+v, %v", list, err)
	}
}

func TestAWaveMayBeMeantForOnePerson(t *testing.T) {
	onEachEngine(t, func(t *testing.T, c *centraltest.Centre) {
		bench := c.NewBench(t, "bench-1")
		wavable(t, c, "1", "SF", 0)
		if _, err := c.MakeWave(t.Context(), central.WaveRequest{Mode: order.BatchCluster, For: "li"}); err == nil {
			t.Fatal("a wave for somebody whom nobody knows")
		}
		if _, err := c.PutOperators(t.Context(), "", []central.Badge{{Operator: order.Operator{ID: "li", Name: "李雷"}, Badge: "B-1"}}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.MakeWave(t.Context(), central.WaveRequest{Mode: order.WaveSingle, For: "li"}); err == nil {
			t.Fatal("a wave of single items for one person")
		}
		w, err := c.MakeWave(t.Context(), central.WaveRequest{Mode: order.BatchCluster, For: "li", Station: bench.ID})
		if err != nil {
			t.Fatal(err)
		}
		rows, _ := c.FeedAll(t, bench, 0)
		if x := centraltest.Work(t, rows)[w.Shipments[0]]; x.Shipment.Wave == nil || x.Shipment.Wave.For != "li" {
			t.Fatalf("the work is %+v", x)
		}
		if list, err := c.Waves(t.Context(), central.WaveFilter{}); err != nil || len(list) != 1 || list[0].ID != w.ID || list[0].For != "li" {
			t.Fatalf("the list is %+v, %v", list, err)
		}
	})
}

func TestBegunAndHeldOrdersAreInNoWave(t *testing.T) {
	onEachEngine(t, noWave)
}

func noWave(t *testing.T, c *centraltest.Centre) {
	a := c.NewBench(t, "bench-1")
	id := c.Put(t, centraltest.Order("1"))
	c.Lease(t, a, 1)
	a.Add(order.Event{Type: order.EventOpened, Shipment: shipment(t, c, id).ID})
	c.PushAll(t, a)
	for _, q := range []central.WaveRequest{{Mode: order.BatchCluster, Station: "bench-1"}, {Mode: order.BatchCluster}, {Mode: "other"}, {Mode: order.BatchWall, Station: "nobody"}} {
		if w, err := c.MakeWave(t.Context(), q); err == nil {
			t.Errorf("%+v makes %+v", q, w)
		}
	}
}

// A row that an older program wrote says nothing of zones, until it was seen once.
func TestOrdersOfAnOlderProgramDoNotKeepAZonesBenchWaiting(t *testing.T) {
	c := centraltest.New(t)
	dry, _ := zoned(t, c)
	pears := centraltest.Order("1")
	pears.Lines = pears.Lines[1:]
	c.Put(t, pears)
	c.Put(t, centraltest.Order("2"))
	db, err := sql.Open("sqlite3", c.Path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("UPDATE shipments SET zones = ''"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	equal(t, "granted at first", c.Lease(t, dry, 1).Granted, 0)
	equal(t, "granted then", c.Lease(t, dry, 1).Granted, 1)
}
