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

// meanwhile does something between the moment at which a heartbeat sees what its bench
// holds and the moment at which it stores that.
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
