package localdb

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pickstation/order"
	"pickstation/sync/wire"
)

func TestTheQueueNamesTheToteThatAnOrderWasPutInto(t *testing.T) {
	db, h := openNew(t)
	s := testShipment("S1", 1, 1)
	s.Tote = "TOTE-PLANNED"
	give(t, db, h, s)
	for slot, want := range map[string]string{"T-07": "T-07", "": "TOTE-PLANNED"} {
		s := mustShipment(t, db, "S1")
		s.Slot = slot
		inTx(t, db, func(tx *Tx) error {
			return tx.PutProgress(s, &order.Event{Type: order.EventOpened, Shipment: "S1", Seq: 1})
		})
		rows, _, err := db.Queue("", 9)
		if err != nil || len(rows) != 1 || rows[0].Tote != want {
			t.Errorf("in %q: %+v %v", slot, rows, err)
		}
	}
}

func TestQueueRunsByPriorityPromiseAndCold(t *testing.T) {
	db, h := openNew(t)
	mk := func(id string, prio int, promise time.Duration, temp order.Temp) order.Shipment {
		s := testShipment(id, 1, 2)
		s.Priority, s.Lines[0].Temp = prio, temp
		if promise > 0 {
			s.Promise = testTime.Add(promise)
		}
		return s
	}
	give(t, db, h, mk("late", 0, 5*time.Hour, ""), mk("none", 0, 0, ""), mk("cold", 0, 5*time.Hour, order.Frozen),
		mk("soon", 0, time.Hour, ""), mk("urgent", 5, 0, ""), mk("mine", 0, 0, ""))
	s := mustShipment(t, db, "mine")
	inTx(t, db, func(tx *Tx) error {
		if err := do(tx, s, order.Event{Type: order.EventOpened, By: "op1"}); err != nil {
			return err
		}
		return do(tx, s, pick(1, 1))
	})
	rows, n, err := db.Queue("op1", 20)
	if err != nil || n != 6 {
		t.Fatal(n, err)
	}
	var got []string
	for _, r := range rows {
		got = append(got, string(r.ID))
	}
	if d := cmp.Diff([]string{"mine", "urgent", "soon", "cold", "late", "none"}, got); d != "" {
		t.Error(d)
	}
	if rows[0].Picked != 1 || rows[0].Units != 2 || rows[3].Temp != order.Frozen || rows[0].Carrier.ID != "SF" {
		t.Errorf("rows %+v %+v", rows[0], rows[3])
	}
	if id, err := db.OwnedBy("op1"); id != "mine" || err != nil {
		t.Errorf("op1 owns %q, %v", id, err)
	}
	inTx(t, db, func(tx *Tx) error {
		if err := do(tx, s, pick(1, 1)); err != nil {
			return err
		}
		return do(tx, s, order.Event{Type: order.EventLabelled, Parcel: 1})
	})
	if rows, n, err = db.Queue("op1", 2); n != 5 || len(rows) != 2 || err != nil {
		t.Errorf("a packed shipment stays in the queue: %d rows of %d, %v", len(rows), n, err)
	}
	if id, err := db.OwnedBy("op1"); id != "" || err != nil {
		t.Errorf("op1 still owns %q, %v", id, err)
	}
	out, total, err := db.Outbound(10)
	if err != nil || total != 1 || len(out) != 1 || out[0].Waybill != "WB-mine" || !out[0].Since.Equal(testTime) {
		t.Fatalf("outbound %+v of %d, %v", out, total, err)
	}
	inTx(t, db, func(tx *Tx) error { return do(tx, s, order.Event{Type: order.EventDispatched, Parcel: 1}) })
	if out, total, err = db.Outbound(10); len(out) != 0 || total != 0 || err != nil {
		t.Errorf("a parcel handed over is still on the bench: %+v, %v", out, err)
	}
}

// A flow without the edges still lets goods leave the queue and the bench.
func TestQueueFollowsTheGoodsWhereTheFlowDoesNot(t *testing.T) {
	db, h := openNew(t)
	f := order.Flow{ID: "flat", Version: 1, Kind: "shipment", Initial: "a", States: []order.State{{Code: "a", Stage: order.StageAwaitingPick}}}
	apply(t, db, 1, rowOf(t, 1, wire.RowFlow, "flat/1", f))
	plan := testShipment("S1", 1, 1)
	plan.Flow, plan.State = "flat", "a"
	apply(t, db, 2, workRow(t, 2, wire.Work{Shipment: plan, Lease: lease(h), Sealed: []byte("x")}))
	s := mustShipment(t, db, "S1")
	for i, e := range []order.Event{pick(1, 1), {Type: order.EventLabelled, Parcel: 1}, {Type: order.EventDispatched, Parcel: 1}} {
		inTx(t, db, func(tx *Tx) error { return do(tx, s, e) })
		if _, n, err := db.Queue("", 5); err != nil || (n == 1) != (i == 0) {
			t.Errorf("after %s: %d in the queue, %v", e.Type, n, err)
		}
	}
	var n int
	inTx(t, db, func(tx *Tx) (err error) { n, err = tx.Purge(testTime.Add(time.Hour), 10); return err })
	if n != 1 {
		t.Error("the receiver of a shipment that was handed over stays for ever")
	}
}

// A packed order whose address changed has lost its label: it is work again.
func TestAPackedOrderThatLostItsLabelIsInTheQueue(t *testing.T) {
	db, h := openNew(t)
	s := testShipment("S1", 1, 1)
	s.State, s.Lines[0].Picked = "awaiting_dispatch", 1
	s.Parcels[0].Labelled = true
	give(t, db, h, s)
	inQueue := func(want int) {
		t.Helper()
		if rows, n, err := db.Queue("", 9); err != nil || n != want || len(rows) != want {
			t.Errorf("%d in the queue, want %d: %v", n, want, err)
		}
	}
	inQueue(0)
	s.Version, s.Parcels[0].Labelled = 2, false
	s.Parcels[0].VoidWaybills, s.Parcels[0].Waybill.Number = []string{s.Parcels[0].Waybill.Number}, "SF-NEW"
	apply(t, db, 2, workRow(t, 2, wire.Work{Shipment: s, Lease: lease(h)}))
	inQueue(1)
}
