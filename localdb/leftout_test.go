package localdb

import (
	"testing"

	"pickstation/order"
	"pickstation/sync/wire"
)

// The centre says that there is a thing which it cannot show: the station keeps what it has of it, a
// person sees why, and the two agree on what is held.
func TestWhatTheCentreCouldNotShowIsHeldAndTold(t *testing.T) {
	db, h := openNew(t)
	apply(t, db, 3, workRow(t, 1, wire.Work{Shipment: testShipment("S1", 1, 2), Lease: lease(h)}),
		rowOf(t, 2, wire.RowProduct, "SKU1", order.Product{SKU: "SKU1", WeightG: 5}))
	leftOut := []wire.FeedRow{{FS: 4, Kind: wire.RowWork, ID: "S1"}, {FS: 5, Kind: wire.RowProduct, ID: "SKU2", Body: []byte("null")}}
	apply(t, db, 5, leftOut...)
	holds(t, db, wire.RowWork, 4)
	holds(t, db, wire.RowProduct, 2, 5)
	if sh, err := db.Shipment("S1"); err != nil || sh == nil {
		t.Errorf("the work is gone: %v", err)
	}
	list, err := reader(t, db).Parked(10)
	if err != nil || len(list) != 2 || list[0].Why != whyLeftOut {
		t.Errorf("parked %+v %v", list, err)
	}

	inTx(t, db, func(tx *Tx) error { return tx.Repull(1) })
	apply(t, db, 5, append(leftOut, rowOf(t, 2, wire.RowProduct, "SKU1", order.Product{SKU: "SKU1", WeightG: 5}))...)
	inTx(t, db, func(tx *Tx) error { _, err := tx.FeedRead(); return err })
	if sh, err := db.Shipment("S1"); err != nil || sh == nil {
		t.Errorf("the work is gone after the feed was read again: %v", err)
	}
	holds(t, db, wire.RowWork, 4)

	apply(t, db, 6, workRow(t, 6, wire.Work{Shipment: testShipment("S1", 1, 2), Lease: lease(h)}))
	holds(t, db, wire.RowWork, 6)
	if list, err := reader(t, db).Parked(10); err != nil || len(list) != 1 {
		t.Errorf("parked once it could be shown: %+v %v", list, err)
	}
}

func TestTheFeedIsReadAgainForWhatWasLeftOut(t *testing.T) {
	db, _ := openNew(t)
	apply(t, db, 3, rowOf(t, 2, wire.RowProduct, "SKU1", order.Product{SKU: "SKU1"}), rowOf(t, 3, wire.RowProduct, "SKU2", "no product"))
	again := func() (cursor int64, again bool) {
		t.Helper()
		inTx(t, db, func(tx *Tx) (err error) { again, err = tx.AskLeftOut(); return err })
		st, err := reader(t, db).SyncState(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return st.Cursor, again
	}
	if cursor, asked := again(); asked || cursor != 3 {
		t.Errorf("nothing was left out, and the feed is read again: cursor %d", cursor)
	}
	apply(t, db, 4, wire.FeedRow{FS: 4, Kind: wire.RowProduct, ID: "SKU3"})
	if cursor, asked := again(); !asked || cursor != 0 {
		t.Errorf("cursor %d", cursor)
	}
}
