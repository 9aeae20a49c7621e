package postgres_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/central/postgres/pgtest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// meanwhile does something between the moment at which a centre sees what a bench holds, or
// what an order consists of, and the moment at which it stores that.
type meanwhile struct {
	central.Store
	do func()
}

func (m meanwhile) Write(ctx context.Context, fn func(central.Tx) error) error {
	return m.Store.Write(ctx, func(tx central.Tx) error { return fn(seen{tx, m.do}) })
}

type seen struct {
	central.Tx
	do func()
}

func (s seen) ShipmentsOf(id order.OrderID) ([]*central.Shipment, error) {
	all, err := s.Tx.ShipmentsOf(id)
	s.do()
	return all, err
}

func (s seen) Held(station order.StationID) ([]central.Held, error) {
	all, err := s.Tx.Held(station)
	s.do()
	return all, err
}

func TestAHeartbeatDoesNotUndoWhatOthersDoAtTheSameTime(t *testing.T) {
	at, keys, clock := pgtest.Database(t), filepath.Join(t.TempDir(), "c"), centraltest.NewClock()
	shop := centraltest.Over(t, open(t, at), keys, clock)
	var ids []order.OrderID
	for _, external := range []string{"cancelled", "moved"} {
		ids = append(ids, shop.Put(t, centraltest.Order(external)))
	}
	b := shop.NewBench(t, "bench-1")
	shop.Lease(t, b, 2)
	clock.Advance(12 * time.Hour) // the leases are to be renewed
	once := true
	hall := centraltest.Over(t, meanwhile{open(t, at), func() {
		if !once {
			return
		}
		once = false
		if _, err := shop.Cancel(t.Context(), centraltest.By(), ids[0], ""); err != nil {
			t.Error(err)
		}
		if _, err := shop.ChangeAddress(t.Context(), centraltest.By(), ids[1], order.Receiver{Name: "Li", Country: "CN", City: "Haikou", Street: "2 Binhai Ave", Phone: "13800001234"}); err != nil {
			t.Error(err)
		}
	}}, keys, clock)
	if _, err := hall.Heartbeat(t.Context(), b.ID, wire.Heartbeat{Proto: wire.Proto, Req: "hb", Log: b.Log}); err != nil {
		t.Fatal(err)
	}
	if sh := shop.View(t, ids[0]).Shipments[0]; !sh.Cancelled {
		t.Error("the cancellation is gone")
	}
	if sh := shop.View(t, ids[1]).Shipments[0]; sh.AddressVersion != 2 || !sh.LeaseUntil.Equal(clock.Now().Add(24*time.Hour)) {
		t.Errorf("address %d, lease until %s", sh.AddressVersion, sh.LeaseUntil)
	}
}

func TestClosingAnExceptionDoesNotUndoWhatABenchTellsAtTheSameTime(t *testing.T) {
	at, keys, clock := pgtest.Database(t), filepath.Join(t.TempDir(), "c"), centraltest.NewClock()
	hall := centraltest.Over(t, open(t, at), keys, clock)
	id := hall.Put(t, centraltest.Order("1"))
	b := hall.NewBench(t, "bench-1")
	hall.Lease(t, b, 1)
	sh := hall.View(t, id).Shipments[0]
	b.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 1, Qty: 1})
	b.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 99, Qty: 1}) // there is no such line
	b.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 1, Qty: 1})
	hall.PushRange(t, b, 0, 2)
	pushed := make(chan struct{})
	started := false
	office := centraltest.Over(t, meanwhile{open(t, at), func() {
		if started {
			return
		}
		started = true
		go func() {
			defer close(pushed)
			hall.PushRange(t, b, 2, 3)
		}()
		waits(t, at, pushed) // for the order, unless it is through
	}}, keys, clock)
	open, err := office.Exceptions(t.Context(), central.ExceptionFilter{})
	if err != nil || len(open) != 1 {
		t.Fatalf("%+v %v", open, err)
	}
	if err := office.CloseException(t.Context(), centraltest.By(), open[0].ID); err != nil {
		t.Fatal(err)
	}
	<-pushed
	got := hall.View(t, id).Shipments[0]
	if got.Lines[0].Picked != 2 || got.Stopped() != nil {
		t.Errorf("picked %d of 2, stopped %v", got.Lines[0].Picked, got.Stopped())
	}
}
