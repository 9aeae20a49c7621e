package localdb

import (
	"slices"
	"strings"
	"testing"

	"pickstation/order"
	"pickstation/sync/wire"
)

// sums are what the station says it holds.
func sums(t *testing.T, db *DB) wire.Sums {
	t.Helper()
	_, all, err := reader(t, db).Sums(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// holds wants rows of a kind to be held from these places in the feed.
func holds(t *testing.T, db *DB, kind wire.RowKind, places ...int64) {
	t.Helper()
	var want wire.Sum
	for _, fs := range places {
		want.Add(fs)
	}
	if got := sums(t, db)[kind]; got != want.String() && (got != "" || len(places) > 0) {
		t.Errorf("%s: holds %q, not %v", kind, got, places)
	}
}

func TestWhatIsHeldIsWhatTheFeedBroughtLast(t *testing.T) {
	db, h := openNew(t)
	task := order.Task{ID: "T1", Kind: order.TaskMove}
	apply(t, db, 6,
		workRow(t, 1, wire.Work{Shipment: testShipment("S1", 1, 2), Lease: lease(h)}),
		workRow(t, 2, wire.Work{Shipment: testShipment("S2", 1, 2), Lease: lease(h)}),
		rowOf(t, 3, wire.RowProduct, "SKU1", order.Product{SKU: "SKU1"}),
		rowOf(t, 4, wire.RowLocation, "a-01", order.Location{ID: "a-01"}),
		rowOf(t, 5, wire.RowTask, "T1", wire.Task{Task: task}),
		rowOf(t, 6, wire.RowFlow, "pickup@1", *order.PickupFlow()))
	holds(t, db, wire.RowWork, 1, 2)
	holds(t, db, wire.RowLocation, 4)
	holds(t, db, wire.RowTask, 5)
	holds(t, db, wire.RowFlow, 6)

	task.Done = true
	apply(t, db, 9,
		rowOf(t, 7, wire.RowWorkGone, "S2", wire.Gone{Shipment: "S2", Why: "released"}),
		rowOf(t, 8, wire.RowProduct, "SKU1", order.Product{SKU: "SKU1", WeightG: 7}),
		rowOf(t, 9, wire.RowTask, "T1", wire.Task{Task: task}))
	holds(t, db, wire.RowWork, 1)
	holds(t, db, wire.RowProduct, 8)
	holds(t, db, wire.RowTask)
}

func TestOnlyWhatCameSinceTheFeedWasBegunAgainIsHeld(t *testing.T) {
	db, h := openNew(t)
	work := workRow(t, 1, wire.Work{Shipment: testShipment("S1", 1, 2), Lease: lease(h)})
	goods := rowOf(t, 2, wire.RowProduct, "SKU1", order.Product{SKU: "SKU1"})
	apply(t, db, 2, work, goods)
	inTx(t, db, func(tx *Tx) error { return tx.Repull(1) })
	holds(t, db, wire.RowWork)
	apply(t, db, 1, work)
	inTx(t, db, func(tx *Tx) error { _, err := tx.FeedRead(); return err })
	holds(t, db, wire.RowWork, 1)
	holds(t, db, wire.RowProduct)
}

// TestAParkedRowIsHeld parks a newer row of goods that are here, and one of work whose flow
// comes later.
func TestAParkedRowIsHeld(t *testing.T) {
	db, h := openNew(t)
	own, flow := ofOwnFlow("S1")
	apply(t, db, 4,
		rowOf(t, 1, wire.RowProduct, "SKU1", order.Product{SKU: "SKU1"}),
		wire.FeedRow{FS: 2, Kind: wire.RowProduct, ID: "SKU1", Body: []byte(`[]`)},
		workRow(t, 3, wire.Work{Shipment: own, Lease: lease(h)}),
		wire.FeedRow{FS: 4, Kind: "drone_route", ID: "D1", Body: []byte(`{}`)})
	holds(t, db, wire.RowProduct, 2)
	holds(t, db, wire.RowWork, 3)
	holds(t, db, "drone_route", 4)
	apply(t, db, 5, rowOf(t, 5, wire.RowFlow, "own@7", flow))
	mustShipment(t, db, "S1")
	holds(t, db, wire.RowWork, 3)
	holds(t, db, wire.RowFlow, 5)
}

// A centre may send more than one row for one place of its feed.
func TestALostRowIsNotHeldBecauseARowOfItsPlaceIsParked(t *testing.T) {
	db, h := openNew(t)
	apply(t, db, 3, workRow(t, 3, wire.Work{Shipment: testShipment("S1", 1, 2), Lease: lease(h)}),
		wire.FeedRow{FS: 3, Kind: "drone_route", ID: "S1", Body: []byte(`{}`)})
	holds(t, db, wire.RowWork, 3)
	if err := db.w.script("DELETE FROM shipments WHERE id = 'S1'"); err != nil {
		t.Fatal(err)
	}
	holds(t, db, wire.RowWork)
	holds(t, db, "drone_route", 3)
}

// TestWorkThatWasParkedAndTakenAwayDoesNotComeBack lets the flow that a parked row waits for
// come when the shipment is another bench's.
func TestWorkThatWasParkedAndTakenAwayDoesNotComeBack(t *testing.T) {
	db, h := openNew(t)
	own, flow := ofOwnFlow("S1")
	apply(t, db, 2, workRow(t, 1, wire.Work{Shipment: own, Lease: lease(h)}),
		rowOf(t, 2, wire.RowWorkGone, "S1", wire.Gone{Shipment: "S1", Why: "leased_elsewhere"}))
	holds(t, db, wire.RowWork)
	apply(t, db, 3, rowOf(t, 3, wire.RowFlow, "own@7", flow))
	if s, err := db.Shipment("S1"); s != nil || err != nil {
		t.Errorf("%+v %v", s, err)
	}
}

func TestADatabaseOfTheVersionBeforeReadsTheFeedAgain(t *testing.T) {
	db, h := openNew(t)
	apply(t, db, 2, rowOf(t, 1, wire.RowProduct, "SKU1", order.Product{SKU: "SKU1"}))
	since := slices.IndexFunc(migrations, func(m string) bool { return strings.Contains(m, "CREATE TABLE held") })
	if err := db.w.script("DROP TABLE held; ALTER TABLE shipments ADD COLUMN reading; ALTER TABLE tasks ADD COLUMN reading;" + migrations[since]); err != nil {
		t.Fatal(err)
	}
	db = reopened(t, db, h)
	st, err := reader(t, db).SyncState(t.Context())
	if err != nil || st.Cursor != 0 || db.reading != 1 {
		t.Errorf("cursor %d in reading %d, %v", st.Cursor, db.reading, err)
	}
}

// TestWorkWhoseNewRowIsParkedIsNotTakenAway reads the feed again; the row of work that is here
// cannot be understood any more.
func TestWorkWhoseNewRowIsParkedIsNotTakenAway(t *testing.T) {
	db, h := openNew(t)
	apply(t, db, 1, workRow(t, 1, wire.Work{Shipment: testShipment("S1", 1, 2), Lease: lease(h)}))
	inTx(t, db, func(tx *Tx) error { return tx.Repull(1) })
	apply(t, db, 2, wire.FeedRow{FS: 2, Kind: wire.RowWork, ID: "S1", Body: []byte(`{}`)})
	inTx(t, db, func(tx *Tx) error { _, err := tx.FeedRead(); return err })
	if !db.LeaseValid("S1", h.wall) {
		t.Error("the shipment was taken away")
	}
}

// TestWorkWhosePlanIsDamagedIsTakenAwayAndComesAgain leaves a plan that nobody can read.
func TestWorkWhosePlanIsDamagedIsTakenAwayAndComesAgain(t *testing.T) {
	db, h := openNew(t)
	work := workRow(t, 1, wire.Work{Shipment: testShipment("S1", 1, 2), Lease: lease(h)})
	apply(t, db, 1, work)
	if err := db.w.exec("UPDATE shipments SET plan = '{'"); err != nil {
		t.Fatal(err)
	}
	apply(t, db, 2, rowOf(t, 2, wire.RowWorkGone, "S1", wire.Gone{Shipment: "S1", Why: "released"}))
	if db.LeaseValid("S1", h.wall) {
		t.Error("the shipment is still this bench's")
	}
	if r, err := db.w.one("SELECT count(*) FROM codes WHERE rank >= ?", int64(rankItem)); err != nil || r.int(0) != 0 {
		t.Errorf("codes that lead to a plan that nobody can read: %v %v", r, err)
	}
	work.FS = 3
	apply(t, db, 3, work)
	mustShipment(t, db, "S1")
}

// TestTheNumbersOfLostWorkDoNotLeadToOtherWork loses the row of a shipment, and gives its
// place to a new one.
func TestTheNumbersOfLostWorkDoNotLeadToOtherWork(t *testing.T) {
	db, h := openNew(t)
	lost, later := testShipment("S1", 2, 1), testShipment("S2", 2, 1)
	lost.Tote, later.Tote = "TOTE-1", "TOTE-2"
	work := []wire.FeedRow{workRow(t, 1, wire.Work{Shipment: lost, Lease: lease(h)}), workRow(t, 2, wire.Work{Shipment: later, Lease: lease(h)})}
	apply(t, db, 1, work[0])
	if err := db.w.script("PRAGMA foreign_keys=0; DELETE FROM shipments; PRAGMA foreign_keys=1"); err != nil {
		t.Fatal(err)
	}
	apply(t, db, 2, work[1])
	if refs, err := db.Find("TOTE-1", 9); err != nil || len(refs) > 0 {
		t.Errorf("%+v %v", refs, err)
	}
	inTx(t, db, func(tx *Tx) error { return tx.Repull(1) })
	apply(t, db, 2, work...)
	if refs, err := db.Find("TOTE-1", 9); err != nil || len(refs) != 1 || refs[0].Shipment != "S1" {
		t.Errorf("%+v %v", refs, err)
	}
}
