package localdb

import (
	"testing"
	"time"

	"pickstation/order"
	"pickstation/sync/wire"
)

func TestWhereAPickupsParcelsAreIsFoundByItsCodeUntilNobodyWaits(t *testing.T) {
	db, _ := openNew(t)
	badge := []byte("0123456789abcdef0123456789abcdef")
	key, err := EnsureBoxKey(db.Dir())
	if err != nil {
		t.Fatal(err)
	}
	place := func(fs int64, p order.PickupPlace, code string) wire.FeedRow {
		if code != "" {
			p.Hash = order.PickupHash(badge, code)
		}
		return rowOf(t, fs, wire.RowPickup, string(p.Shipment), p)
	}
	policy := rowOf(t, 1, wire.RowPolicy, "W1", wire.Policy{Policy: order.DefaultPolicy(), BadgeKey: sealBytes(t, key, badge)})
	gone := order.Fetched{At: testTime, By: "op1"}
	apply(t, db, 4, policy, place(2, order.PickupPlace{Shipment: "S1", Station: "st2", Fetched: &gone}, "829144"),
		place(3, order.PickupPlace{Shipment: "S2", Station: "st2", Packed: true}, "829144"),
		place(4, order.PickupPlace{Shipment: "S3"}, ""))
	found := func(code string) (ids []order.ShipmentID) {
		list, err := db.PickupPlaces(code, 9)
		if err != nil {
			t.Fatal(err)
		}
		for i := range list {
			ids = append(ids, list[i].Shipment)
		}
		return ids
	}
	same := func(what string, got []order.ShipmentID, want ...order.ShipmentID) {
		t.Helper()
		if len(got) != len(want) {
			t.Fatalf("%s: %v, want %v", what, got, want)
		}
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("%s: %v, want %v", what, got, want)
			}
		}
	}
	same("who waits comes first", found("829144"), "S2", "S1")
	same("another code", found("829145"))
	if r, err := db.w.one("SELECT count(*) FROM parked_rows"); err != nil || r.int(0) != 1 {
		t.Fatalf("a row without a hash is not parked, %v", err)
	}
	apply(t, db, 5, place(5, order.PickupPlace{Shipment: "S2", Station: "st2", Packed: true}, "777000"))
	same("the old code", found("829144"), "S1")
	same("the new code", found("777000"), "S2")
	if p, err := db.PickupPlace("S2"); err != nil || p == nil || p.Station != "st2" || !p.Packed {
		t.Fatalf("place %+v, %v", p, err)
	}
	if p, err := db.PickupPlace("S9"); err != nil || p != nil {
		t.Fatalf("place %+v, %v", p, err)
	}
	inTx(t, db, func(tx *Tx) (err error) { _, err = tx.Purge(testTime.Add(1000*time.Hour), 10); return err })
	same("given out long ago", found("829144"))
	same("still waits", found("777000"), "S2")
	// The centre begins again, and knows nothing of it.
	inTx(t, db, func(tx *Tx) error { return tx.Repull(1) })
	apply(t, db, 1, policy)
	inTx(t, db, func(tx *Tx) error { _, err := tx.FeedRead(); return err })
	same("not at the centre any more", found("777000"))
}
