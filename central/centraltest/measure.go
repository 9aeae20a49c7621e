package centraltest

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"pickstation/central"
	"pickstation/order"
	"pickstation/sync/wire"
)

// Measure runs the benchmarks of a centre on a store; fresh makes an empty centre.
func Measure(b *testing.B, fresh func(testing.TB) *Centre) {
	for _, one := range []struct {
		name string
		run  func(*testing.B, func(testing.TB) *Centre)
	}{
		{"IntakeBatch", intakeBatch}, {"IntakeLines", intakeLines}, {"IntakeSingle", intakeSingle}, {"IntakeKnown", intakeKnown},
		{"Ingest", ingest}, {"FeedWork", feedWork}, {"Heartbeat", heartbeat}, {"OtherZones", otherZones},
	} {
		b.Run(one.name, func(b *testing.B) { one.run(b, fresh) })
	}
}

// intakeBatch measures orders per second in requests of 50: dedupe, review,
// allocation, waybill number, timeline, all durable.
func intakeBatch(b *testing.B, fresh func(testing.TB) *Centre) {
	c := fresh(b)
	n := 0
	for b.Loop() {
		batch := make([]central.OrderIn, 50)
		for i := range batch {
			n++
			batch[i] = Order(fmt.Sprint(n))
		}
		if _, err := c.Intake(b.Context(), By(), batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "orders/s")
}

// intakeLines is intakeBatch with orders of 20 lines of a catalogue of 200.
func intakeLines(b *testing.B, fresh func(testing.TB) *Centre) {
	c := fresh(b)
	var goods []order.Product
	sku := func(n int) order.SKU { return order.SKU(fmt.Sprintf("G%03d", n%200)) }
	for n := range 200 {
		goods = append(goods, order.Product{SKU: sku(n), Name: order.Names{EN: "goods"}, Codes: []order.ItemCode{{Key: fmt.Sprintf("69%011d", n)}},
			WeightG: 100, Home: order.LocationID(fmt.Sprintf("A-%02d", n%40))})
	}
	if _, err := c.PutProducts(b.Context(), "", goods); err != nil {
		b.Fatal(err)
	}
	n := 0
	for b.Loop() {
		batch := make([]central.OrderIn, 50)
		for i := range batch {
			n++
			batch[i] = Order(fmt.Sprint(n))
			line := batch[i].Lines[0]
			line.Codes, line.Location = nil, ""
			batch[i].Lines = nil
			for k := range 20 {
				line.SKU = sku(n*7 + k*9)
				batch[i].Lines = append(batch[i].Lines, line)
			}
		}
		if _, err := c.Intake(b.Context(), By(), batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "orders/s")
}

// intakeSingle measures orders per second when 32 callers send one each.
func intakeSingle(b *testing.B, fresh func(testing.TB) *Centre) {
	c := fresh(b)
	var n atomic.Int64
	b.SetParallelism(16) // × GOMAXPROCS 2
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			in := []central.OrderIn{Order(fmt.Sprint(n.Add(1)))}
			if _, err := c.Intake(b.Context(), By(), in); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(n.Load())/b.Elapsed().Seconds(), "orders/s")
}

// intakeKnown measures how fast known orders are recognised.
func intakeKnown(b *testing.B, fresh func(testing.TB) *Centre) {
	c := fresh(b)
	batch := make([]central.OrderIn, 50)
	for i := range batch {
		batch[i] = Order(fmt.Sprint(i))
	}
	n := 0
	for b.Loop() {
		n += len(batch)
		if _, err := c.Intake(b.Context(), By(), batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "orders/s")
}

// ingest measures events per second of a backlog: chain verified, stored,
// folded into shipments, timelines written, durable.
func ingest(b *testing.B, fresh func(testing.TB) *Centre) {
	for _, size := range []uint64{20, 200, 2000} {
		b.Run(fmt.Sprintf("push=%d", size), func(b *testing.B) {
			c := fresh(b)
			bench := c.NewBench(b, "bench-1")
			in := Order("1")
			in.Lines[0].Qty = 1_000_000
			sh := c.View(b, c.Put(b, in)).Shipments[0]
			c.Lease(b, bench, 1)
			sent := uint64(0)
			for b.Loop() {
				b.StopTimer()
				for range size {
					bench.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 1, Qty: 1, Verdict: order.OK, Code: "06901234567892"})
				}
				h, bodies := bench.Message(sent, sent+size)
				b.StartTimer()
				reply, err := c.Push(b.Context(), bench.ID, h, bodies)
				if err != nil || reply.Code != wire.CodeOK {
					b.Fatal(reply.Code, err)
				}
				sent += size
			}
			b.ReportMetric(float64(sent)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// feedWork measures rows of work per second as a bench pulls them: read,
// sealed to its key, encoded.
func feedWork(b *testing.B, fresh func(testing.TB) *Centre) {
	c := fresh(b)
	bench := c.NewBench(b, "bench-1")
	for i := range 100 {
		c.Put(b, Order(fmt.Sprint(i)))
	}
	c.Lease(b, bench, 100)
	n := 0
	for b.Loop() {
		rows, _ := c.FeedAll(b, bench, 0)
		n += len(rows)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
}

// heartbeat measures heartbeats per second of a bench at work, and of one where thousands
// of parcels wait to be fetched.
func heartbeat(b *testing.B, fresh func(testing.TB) *Centre) {
	for _, held := range []int{20, 5000} {
		b.Run(fmt.Sprintf("held=%d", held), func(b *testing.B) {
			c := fresh(b)
			bench := c.NewBench(b, "bench-1")
			for from := 0; from < held; from += 50 {
				batch := make([]central.OrderIn, min(50, held-from))
				for i := range batch {
					batch[i] = Order(fmt.Sprint(from + i))
				}
				taken, err := c.Intake(b.Context(), By(), batch)
				must(b, err)
				must(b, c.Store.Write(b.Context(), func(tx central.Tx) error { return hold(tx, bench, taken) }))
			}
			n := 0
			for b.Loop() {
				c.Lease(b, bench, 0)
				n++
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "heartbeats/s")
		})
	}
}

// hold gives a bench the shipments of orders for a day.
func hold(tx central.Tx, b *Bench, orders []central.IntakeResult) error {
	for _, o := range orders {
		ships, err := tx.ShipmentsOf(o.ID)
		if err != nil {
			return err
		}
		for _, sh := range ships {
			sh.LeaseStation, sh.LeaseToken, sh.LeaseUntil = b.ID, 1, b.Clock.Now().Add(24*time.Hour)
			if err := tx.PutShipment(sh); err != nil {
				return err
			}
		}
	}
	return nil
}

// otherZones measures the heartbeat of a zone's bench that wants work while all that waits
// begins in a zone of another bench.
func otherZones(b *testing.B, fresh func(testing.TB) *Centre) {
	c := fresh(b)
	_, err := c.PutLocations(b.Context(), "", []order.Location{{ID: "A-01-1", Zone: "dry"}, {ID: "A-02-1", Zone: "dry"}})
	must(b, err)
	bench := c.NewBench(b, "cold-1")
	must(b, c.SetZones(b.Context(), bench.ID, []string{"cold"}))
	must(b, c.SetZones(b.Context(), c.NewBench(b, "dry-1").ID, []string{"dry"}))
	for n := 0; n < 50_000; n += 500 {
		batch := make([]central.OrderIn, 500)
		for i := range batch {
			batch[i] = Order(fmt.Sprint(n + i))
		}
		_, err := c.Intake(b.Context(), By(), batch)
		must(b, err)
	}
	n := 0
	for b.Loop() {
		if got := c.Lease(b, bench, 20).Granted; got != 0 {
			b.Fatalf("%d granted", got)
		}
		n++
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "heartbeats/s")
}
