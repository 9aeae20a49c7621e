package station_test

import (
	"testing"
	"time"

	"pickstation/order"
	"pickstation/sync/wire"
)

func TestATrialStandsInTheViewUntilItEnds(t *testing.T) {
	b := newBench(t)
	p := order.DefaultPolicy()
	p.Shadow = []order.ShadowRule{{From: order.DateOf(b.clock.Now()), Days: 2}}
	if err := b.apply(wire.FeedRow{FS: 1_000_001, Kind: wire.RowPolicy, ID: "policy", Body: mustJSON(t, wire.Policy{Policy: p})}); err != nil {
		t.Fatal(err)
	}
	if v := b.settle(); len(v.Trials) != 1 || v.Trials[0].Ends.Sub(b.clock.Now()) > 48*time.Hour {
		t.Fatalf("trials %+v", v.Trials)
	}
	b.clock.advance(72 * time.Hour)
	if v := b.settle(); len(v.Trials) != 0 {
		t.Errorf("it does not end by itself: %+v", v.Trials)
	}
}
