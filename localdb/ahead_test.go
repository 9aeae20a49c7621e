package localdb

import (
	"testing"
	"time"

	"pickstation/order"
	"pickstation/sync/wire"
)

// tellTime lets the centre answer until it is believed.
func tellTime(t *testing.T, db *DB, at time.Time) {
	t.Helper()
	for range offsetAgree {
		inTx(t, db, func(tx *Tx) error { return tx.Heard(at) })
	}
	if !db.CentreHeard() {
		t.Fatal("the centre is not believed")
	}
}

// restartUnder starts the program again under a clock that is years ahead.
func restartUnder(t *testing.T, db *DB, h *hands, years int) *DB {
	t.Helper()
	h.wall = h.wall.AddDate(years, 0, 0)
	return reopened(t, db, h)
}

func TestReceiversThatCameUnderAClockAheadAreDeletedInTime(t *testing.T) {
	db, h, _ := keptReceivers(t)
	db = restartUnder(t, db, h, 1)
	handOver(t, db, "S1", h.wall)
	apply(t, db, 4, workRow(t, 4, wire.Work{Shipment: testShipment("S4", 1, 1), Lease: lease(h),
		Sealed: sealTo(t, db.box, order.Receiver{Name: testReceiver})}))
	parkedWork(t, db, h, 5)
	ahead := db.today()
	tellTime(t, db, testTime.Add(time.Hour))

	if keepHouse(t, db, testTime.Add(-30*24*time.Hour)); db.today() == ahead {
		t.Fatal(ahead)
	}
	for _, id := range []order.ShipmentID{"S1", "S4"} {
		if rcv, err := db.Unseal(id); err != nil || rcv.Name != testReceiver {
			t.Errorf("%s is needed: %v %v", id, rcv, err)
		}
	}
	if p, err := reader(t, db).Parked(10); err != nil || len(p) != 1 || p[0].Row.Body == nil {
		t.Errorf("a parked row that came just now: %+v %v", p, err)
	}
	if days, err := db.dayNames(); err != nil || len(days) != 2 || days[1] != ahead { // of the parked row
		t.Errorf("keys of %v %v", days, err)
	}
	inTx(t, db, func(tx *Tx) error { return tx.exec("DELETE FROM parked_rows") })
	h.advance(31 * 24 * time.Hour)
	keepHouse(t, db, fromMillis(db.now()).Add(-30*24*time.Hour))
	if rcv, err := db.Unseal("S1"); codeOf(err) != "no_receiver" {
		t.Errorf("a month after the hand-over: %v %v", rcv, err)
	}
	if days, err := db.dayNames(); err != nil || len(days) != 1 || days[0] != db.today() {
		t.Errorf("keys of %v %v", days, err)
	}
}

// Where parcels were that buyers have fetched is forgotten by the centre's time, whatever the
// computer's clock said when they were.
func TestPickupsUnderAWrongClockAreForgottenInTime(t *testing.T) {
	db, h, _ := keptReceivers(t)
	db = restartUnder(t, db, h, 1)
	over := order.PickupPlace{Shipment: "S1", Hash: "h1", Fetched: &order.Fetched{At: testTime, By: "li"}}
	apply(t, db, 4, rowOf(t, 4, wire.RowPickup, "S1", over))
	tellTime(t, db, testTime.Add(time.Hour))
	over.Shipment = "S2"
	apply(t, db, 5, rowOf(t, 5, wire.RowPickup, "S2", over))
	known := func() int64 {
		t.Helper()
		keepHouse(t, db, fromMillis(db.now()).Add(-30*24*time.Hour))
		r, err := db.w.one("SELECT count(*) FROM pickups")
		if err != nil {
			t.Fatal(err)
		}
		return r.int(0)
	}
	if n := known(); n != 2 {
		t.Errorf("%d are known on the same day", n)
	}
	h.advance(31 * 24 * time.Hour)
	if n := known(); n != 0 {
		t.Errorf("%d are known a month later", n)
	}
}

// Before the centre was heard nobody knows which days have not come.
func TestUnderAClockThatIsBehindNothingCountsAsOfTheFuture(t *testing.T) {
	db, h, _ := keptReceivers(t)
	handOver(t, db, "S1", testTime)
	db = restartUnder(t, db, h, -1)
	keepHouse(t, db, h.wall.Add(-30*24*time.Hour))
	if days, err := db.dayNames(); err != nil || len(days) != 1 || days[0] != dayOf(testTime) {
		t.Errorf("keys of %v %v", days, err)
	}
	if r, err := db.w.one("SELECT done FROM shipments WHERE id = 'S1'"); err != nil || r.int(0) != testTime.UnixMilli() {
		t.Errorf("handed over at %v, %v", r, err)
	}
}

func TestEventsOfAClockAheadGoWithTheOldOnesThatCameAfterThem(t *testing.T) {
	db, h := openNew(t)
	at := func(times ...time.Time) {
		inTx(t, db, func(tx *Tx) error {
			for _, at := range times {
				if err := tx.Append(&order.Event{Type: order.EventNoted, V: 1, At: at.UnixMilli()}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	year, day := testTime.AddDate(1, 0, 0), 24*time.Hour
	at(testTime, year, year, year, testTime.Add(time.Minute), testTime.Add(2*day), year, year, testTime.Add(3*day), year)
	inTx(t, db, func(tx *Tx) error { return tx.Acked(db.Log(), 10, 10) })
	h.advance(3 * day)
	prune := func(before time.Time, max int) (n int) {
		t.Helper()
		inTx(t, db, func(tx *Tx) (err error) { n, err = tx.Prune(before, max); return err })
		return n
	}
	if n := prune(testTime.Add(day), 100); n != 1 {
		t.Errorf("%d pruned before the centre told the time", n)
	}
	tellTime(t, db, h.wall)
	if n := prune(testTime.Add(day), 2); n != 2 {
		t.Errorf("%d pruned of two", n)
	}
	if n := prune(testTime.Add(day), 100); n != 2 {
		t.Errorf("%d pruned, not the rest of the first day", n)
	}
	if n := prune(testTime.Add(2*day+time.Hour), 100); n != 1 {
		t.Errorf("%d pruned: what follows may be as young as the third day", n)
	}
	if n := prune(testTime.Add(4*day), 100); n != 3 {
		t.Errorf("%d pruned; what came after the last old one may be young", n)
	}
	if err := reader(t, db).CheckRecent(t.Context(), 100); err != nil {
		t.Error(err)
	}
}
