package central_test

import (
	"slices"
	"testing"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
	"pickstation/sync/wire"
)

func TestAnOrderIsAsFarAsItsLeastAdvancedShipment(t *testing.T) {
	c, b, ids := leased(t, "1")
	first := shipment(t, c, ids[0])
	err := c.Store.Write(t.Context(), func(tx central.Tx) error { // the order's second part
		sh, err := tx.Shipment(first.ID)
		if err != nil {
			return err
		}
		sh.ID = "S000000077"
		sh.Parcels[0].Waybill.Number = "SF77"
		return tx.PutShipment(sh)
	})
	if err != nil {
		t.Fatal(err)
	}
	second := *first
	second.ID = "S000000077"
	second.Parcels = []order.Parcel{{No: 1, Waybill: order.Waybill{Number: "SF77"}}}
	for _, step := range []struct {
		do   func()
		want order.StateCode
	}{
		{func() { b.Ship(first) }, "awaiting_pick"},
		{func() { b.Pick(&second) }, "picked"},
		{func() { b.Label(&second) }, "awaiting_dispatch"},
		{func() { b.Dispatch(&second) }, "dispatched"},
	} {
		step.do()
		c.PushAll(t, b)
		equal(t, "order", c.View(t, ids[0]).State, step.want)
	}
}

func TestTooManyUnitsAreRaisedOnceAndStopTheShipment(t *testing.T) {
	c, b, ids := leased(t, "1")
	sh := shipment(t, c, ids[0])
	b.Pick(sh)
	b.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 1, Qty: 1})
	reply := c.PushAll(t, b)
	equal(t, "last", reply.Results[len(reply.Results)-1], wire.Result{Seq: 7, Outcome: wire.Parked, Why: "over_pick"})
	sh = shipment(t, c, ids[0])
	equal(t, "never clamped", sh.Lines[0].Picked, 4)
	if h := sh.Stopped(); h == nil || h.Code != order.ToVerify {
		t.Errorf("the shipment is not held: %+v", sh.Holds)
	}
	rows, _ := c.FeedAll(t, b, 0)
	if w := centraltest.Work(t, rows)[sh.ID]; w.Shipment.Stopped() == nil || w.Seen != 7 || w.SeenLog != b.Log {
		t.Errorf("the bench is not told of the hold: %+v", w)
	}
	if err := c.CloseException(t.Context(), centraltest.By(), 1); err != nil {
		t.Fatal(err)
	}
	equal(t, "held after the count was checked", shipment(t, c, ids[0]).Stopped(), nil)
}

func TestWorkThatABenchPutAsideWaitsForAPersonWhoLetsItGo(t *testing.T) {
	for name, test := range map[string]struct {
		do   func(b *centraltest.Bench, sh *order.Shipment)
		hold order.HoldCode
		want string
	}{
		"held": {func(b *centraltest.Bench, sh *order.Shipment) {
			b.Add(order.Event{Type: order.EventHeld, Shipment: sh.ID, Reason: string(order.ToVerify)})
		}, order.ToVerify, central.ExcHeld},
		"short": {func(b *centraltest.Bench, sh *order.Shipment) {
			b.Add(order.Event{Type: order.EventShorted, Shipment: sh.ID, Line: 1, Qty: 2, Reason: "not found"})
			b.Add(order.Event{Type: order.EventShorted, Shipment: sh.ID, Line: 1, Qty: 1, Reason: "not found"})
		}, order.Backordered, central.ExcShort},
	} {
		t.Run(name, func(t *testing.T) {
			c := centraltest.New(t)
			b := c.NewBench(t, "bench-1")
			in := centraltest.Order("1")
			in.Complete = true
			id := c.Put(t, in)
			c.Lease(t, b, 1)
			test.do(b, shipment(t, c, id))
			c.PushAll(t, b)
			equal(t, "exceptions", exceptions(t, c), []string{test.want})
			if h := shipment(t, c, id).Stopped(); h == nil || h.Code != test.hold {
				t.Fatalf("holds: %+v", shipment(t, c, id).Holds)
			}
			_, cursor := c.FeedAll(t, b, 0)
			if err := c.CloseException(t.Context(), centraltest.By(), 1); err != nil {
				t.Fatal(err)
			}
			rows, _ := c.FeedAll(t, b, cursor)
			if w, ok := centraltest.Work(t, rows)[shipment(t, c, id).ID]; !ok || w.Shipment.Stopped() != nil {
				t.Errorf("the bench is not told: %+v", w.Shipment.Holds)
			}
		})
	}
}

func TestAnUndoneScanIsTakenBack(t *testing.T) {
	c, b, ids := leased(t, "1")
	sh := shipment(t, c, ids[0])
	b.Pick(sh)
	b.Add(order.Event{Type: order.EventUndone, Shipment: sh.ID, Line: 2, Qty: 1, Of: 6, Reason: string(order.EventPicked)})
	c.PushRange(t, b, 0, 6)
	equal(t, "state", c.View(t, ids[0]).State, "picked")
	c.PushRange(t, b, 6, 7)
	equal(t, "state", c.View(t, ids[0]).State, "awaiting_pick")
	equal(t, "picked", shipment(t, c, ids[0]).Lines[1].Picked, 1)
	equal(t, "exceptions", exceptions(t, c), []string(nil))
}

func TestGoodsMovedAtTwoBenchesAreOneConflict(t *testing.T) {
	c, a, ids := leased(t, "1")
	sh := shipment(t, c, ids[0])
	b := c.NewBench(t, "bench-2")
	a.Pick(sh)
	b.Pick(sh)
	c.PushAll(t, a)
	c.PushAll(t, b)
	equal(t, "conflicts", raised(t, c, central.ExcTwoStations), 1)
	if shipment(t, c, ids[0]).Stopped() == nil {
		t.Error("the shipment goes on although two benches have its goods")
	}
}

func TestABackupMakesEventsStableAndACopyTakesANewTimeline(t *testing.T) {
	c, b, ids := leased(t, "1")
	b.Pick(shipment(t, c, ids[0]))
	reply := c.PushRange(t, b, 0, 4)
	equal(t, "stable before", reply.Stable, 0)
	copyPath := t.TempDir() + "/copy.db"
	if err := c.Backup(t.Context(), copyPath); err != nil {
		t.Fatal(err)
	}
	equal(t, "stable after", c.PushRange(t, b, 4, 6).Stable, 4)
	if err := c.Backup(t.Context(), copyPath); err == nil {
		t.Error("a backup overwrote a file")
	}
	copyKey(t, c.Path, copyPath)
	restored := centraltest.Open(t, copyPath, c.Clock)
	reply = restored.PushRange(t, b, 4, 6) // it would fit, but what was there before it may not be
	if reply.Timeline <= 1 || reply.Code != wire.CodeGap || reply.HWM != 4 {
		t.Errorf("restored centre answers timeline %d code %s mark %d", reply.Timeline, reply.Code, reply.HWM)
	}
	equal(t, "replayed", restored.PushRange(t, b, 4, 6).Code, wire.CodeOK)
	equal(t, "state", restored.View(t, ids[0]).State, "picked")
}

func TestACancelledShipmentOfWhichOneBoxHasLeftStaysCancelled(t *testing.T) {
	c, b, ids := leased(t, "1")
	sh := shipment(t, c, ids[0])
	err := c.Store.Write(t.Context(), func(tx central.Tx) error {
		s, err := tx.Shipment(sh.ID)
		if err != nil {
			return err
		}
		s.Parcels = append(s.Parcels, order.Parcel{No: 2, Waybill: order.Waybill{Number: "SF-2"}})
		if err := tx.AddNumber(central.Number{Number: "SF-2", Carrier: "SF", State: central.NumberIssued, Shipment: sh.ID, Parcel: 2}); err != nil {
			return err
		}
		return tx.PutShipment(s)
	})
	equal(t, "second box", err, nil)
	if _, err := c.Cancel(t.Context(), centraltest.By(), ids[0], ""); err != nil {
		t.Fatal(err)
	}
	b.Pick(sh)
	b.Dispatch(sh)
	c.PushAll(t, b)
	now := c.View(t, ids[0]).Shipments[0]
	equal(t, "after one box", []any{now.Cancelled, now.State}, []any{true, order.StateCode("cancelled")})
	b.Add(order.Event{Type: order.EventDispatched, Shipment: sh.ID, Parcel: 2, Waybill: "SF-2"})
	c.PushRange(t, b, uint64(len(b.Events)-1), uint64(len(b.Events)))
	now = c.View(t, ids[0]).Shipments[0]
	equal(t, "after both", []any{now.Cancelled, now.State}, []any{false, order.StateCode("dispatched")})
}

func TestTheBenchThatMovedGoodsOfAnAbandonedShipmentIsTold(t *testing.T) {
	c, b, ids := leased(t, "1")
	other := c.NewBench(t, "bench-2")
	sh := shipment(t, c, ids[0])
	if _, err := c.Cancel(t.Context(), centraltest.By(), ids[0], ""); err != nil {
		t.Fatal(err)
	}
	c.Lease(t, b, 0) // gives the cancelled shipment back
	other.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 1, Qty: 2})
	c.PushAll(t, other)
	rows, _ := c.FeedAll(t, other, 0)
	in := instruction(t, rows)
	if in.Kind != order.InstructPutBack || len(in.Goods) != 1 || in.Goods[0].Qty != 2 {
		t.Errorf("bench-2 is not told: %+v", in)
	}
}

func TestOfTwoBenchesTheOneWithoutTheLeasePutsItsGoodsBack(t *testing.T) {
	for name, sent := range map[string]bool{"both have picked": false, "the one without the lease has handed over": true} {
		t.Run(name, func(t *testing.T) {
			c, b, ids := leased(t, "1")
			other := c.NewBench(t, "bench-2")
			sh := shipment(t, c, ids[0])
			b.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 1, Qty: 1})
			c.PushAll(t, b)
			other.Pick(sh)
			if sent {
				other.Label(sh)
				other.Dispatch(sh)
			}
			c.PushAll(t, other)
			c.PushAll(t, other) // told once
			told, spared, want := other, b, []int{3, 2}
			if sent {
				told, spared, want = b, other, []int{1}
			}
			rows, _ := c.FeedAll(t, told, 0)
			in := instruction(t, rows)
			var got []int
			for _, g := range in.Goods {
				got = append(got, g.Qty)
			}
			equal(t, "goods", got, want)
			rows, _ = c.FeedAll(t, spared, 0)
			for _, r := range rows {
				if r.Kind == wire.RowInstruction {
					t.Errorf("%s is told too: %s", spared.ID, r.Body)
				}
			}
			equal(t, "told", slices.Contains(exceptions(t, c), central.ExcTwoStations), true)
		})
	}
}
