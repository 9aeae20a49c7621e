package central_test

import (
	"fmt"
	"testing"
	"time"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// TestManyCancelledOrdersDoNotKeepWorkFromBeingRenewed has a bench that holds more cancelled
// orders, of which it still has something to tell, than one heartbeat looks at.
func TestManyCancelledOrdersDoNotKeepWorkFromBeingRenewed(t *testing.T) {
	const cancelled = 500
	c := centraltest.New(t)
	b := c.NewBench(t, "bench-1")
	in := make([]central.OrderIn, cancelled+1)
	for i := range in {
		in[i] = centraltest.Order(fmt.Sprint(i))
	}
	taken, err := c.Intake(t.Context(), centraltest.By(), in)
	if err != nil {
		t.Fatal(err)
	}
	var work order.ShipmentID
	if err := c.Store.Write(t.Context(), func(tx central.Tx) error {
		for i := range taken {
			ships, err := tx.ShipmentsOf(taken[i].ID)
			if err != nil {
				return err
			}
			sh := ships[0]
			sh.LeaseStation, sh.LeaseToken, sh.LeaseUntil, sh.Cancelled = b.ID, 1, c.Clock.Now().Add(-time.Hour), i < cancelled
			if !sh.Cancelled {
				work, sh.LeaseUntil = sh.ID, c.Clock.Now().Add(time.Minute)
			}
			if err := tx.PutShipment(sh); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	reply, err := c.Heartbeat(t.Context(), b.ID, wire.Heartbeat{Proto: wire.Proto, Req: "hb", Log: b.Log, Seq: 2, Acked: 1})
	if err != nil || len(reply.Renewed) != 1 || reply.Renewed[0].Shipment != work {
		t.Errorf("renewed %+v %v", reply.Renewed, err)
	}
}
