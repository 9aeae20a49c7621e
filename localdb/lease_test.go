package localdb

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pickstation/order"
	"pickstation/sync/wire"
)

func TestGoneWorkCannotBeStarted(t *testing.T) {
	db, h := openNew(t)
	give(t, db, h, testShipment("S1", 1, 1), testShipment("S2", 1, 1))
	handOver(t, db, "S2", testTime)
	apply(t, db, 9, rowOf(t, 8, wire.RowWorkGone, "S1", wire.Gone{Shipment: "S1", Why: "leased_elsewhere"}),
		rowOf(t, 9, wire.RowWorkGone, "S2", wire.Gone{Shipment: "S2", Why: "shipped"}))
	if db.LeaseValid("S1", h.wall) {
		t.Error("the lease of work that was taken away is still valid")
	}
	if _, n, _ := db.Queue("", 10); n != 0 {
		t.Errorf("%d in the queue", n)
	}
	if refs, _ := db.Find("XS1", 10); len(refs) != 0 {
		t.Errorf("leads to %v", refs)
	}
	if refs, _ := db.Find("XS2", 10); len(refs) != 1 {
		t.Errorf("a shipment that was handed over is forgotten: %v", refs)
	}
	give(t, db, h, testShipment("S1", 1, 1))
	if !db.LeaseValid("S1", h.wall) {
		t.Error("work that came back is not valid")
	}
	if _, n, _ := db.Queue("", 10); n != 1 {
		t.Errorf("%d in the queue", n)
	}
}

func TestWorkThatDoesNotComeWithANewReadingGoes(t *testing.T) {
	db, h := openNew(t)
	give(t, db, h, testShipment("S1", 1, 5), testShipment("S2", 1, 5), testShipment("S3", 1, 5))
	feedRead := func() (gone []order.ShipmentID) {
		inTx(t, db, func(tx *Tx) (err error) { gone, err = tx.FeedRead(); return err })
		return gone
	}
	if gone := feedRead(); len(gone) != 0 {
		t.Errorf("without a new beginning %v went", gone)
	}
	s := mustShipment(t, db, "S3")
	inTx(t, db, func(tx *Tx) error { return do(tx, s, pick(1, 1)) })
	inTx(t, db, func(tx *Tx) error { return tx.Rewind(2) })
	inTx(t, db, func(tx *Tx) error {
		_, err := tx.ApplyFeed([]wire.FeedRow{workRow(t, 1, wire.Work{Shipment: testShipment("S1", 1, 5), Lease: lease(h)})}, 1, 2)
		return err
	})
	// A rollback forgets the reading too.
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if gone, err := tx.FeedRead(); len(gone) != 1 || err != nil {
		t.Error(gone, err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if gone := feedRead(); !cmp.Equal(gone, []order.ShipmentID{"S2"}) {
		t.Errorf("%v went; the centre has not heard of S3 yet", gone)
	}
	if !db.LeaseValid("S1", h.wall) || db.LeaseValid("S2", h.wall) || !db.LeaseValid("S3", h.wall) {
		t.Error("leases do not follow")
	}
	db = reopened(t, db, h)
	inTx(t, db, func(tx *Tx) error { return tx.Acked(db.Log(), 1, 0) })
	if gone := feedRead(); !cmp.Equal(gone, []order.ShipmentID{"S3"}) {
		t.Errorf("%v went once the centre had heard", gone)
	}
	if gone := feedRead(); len(gone) != 0 {
		t.Errorf("%v went twice", gone)
	}
}

func TestLeaseCountsOnTheMonotonicClock(t *testing.T) {
	dir := t.TempDir()
	h := newHands()
	db := openAt(t, dir, h)
	s := testShipment("S1", 1, 1)
	inTx(t, db, func(tx *Tx) error {
		for range offsetAgree { // the clock here is an hour behind
			if err := tx.Heard(testTime.Add(time.Hour)); err != nil {
				return err
			}
		}
		_, err := tx.ApplyFeed([]wire.FeedRow{workRow(t, 1, wire.Work{Shipment: s,
			Lease: order.Lease{Token: 1, Until: testTime.Add(9 * time.Hour), GrantS: 24 * 3600}})}, 1, 1)
		return err
	})
	valid := func() bool { return db.LeaseValid("S1", h.wall.Add(db.ClockOffset())) }
	check := func(what string, want bool) {
		t.Helper()
		if valid() != want {
			t.Errorf("%s: valid %v", what, !want)
		}
	}
	check("fresh", true)
	h.wall = h.wall.Add(1000 * time.Hour)
	check("the wall clock jumped ahead", true)
	h.wall = testTime
	h.advance(8*time.Hour - time.Second)
	check("a second before the end", true)
	h.advance(2 * time.Second)
	check("after the end, though granted for 24 h", false)
	h.wall = testTime
	check("the wall clock was put back", false)

	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	h.boot, h.mono = "boot-2", 5
	db = openAt(t, dir, h)
	defer db.Close()
	h.wall = testTime.Add(7 * time.Hour)
	check("rebooted, an hour left", true)
	h.wall = testTime.Add(8*time.Hour - time.Minute)
	check("rebooted, within the margin", false)

	inTx(t, db, func(tx *Tx) error {
		return tx.Renew([]wire.Renewal{{Shipment: "S1", Lease: order.Lease{Token: 1, GrantS: 3600}}})
	})
	check("renewed", true)
	h.advance(time.Hour)
	check("the renewal is over", false)
	inTx(t, db, func(tx *Tx) error {
		return tx.Renew([]wire.Renewal{{Shipment: "S1", Lease: order.Lease{Token: 0, GrantS: 3600}}})
	})
	check("renewed with an older token", false)
}

func TestOneWrongAnswerDoesNotMoveTheClock(t *testing.T) {
	db, _ := openNew(t)
	hear := func(ahead time.Duration) time.Duration {
		inTx(t, db, func(tx *Tx) error { return tx.Heard(db.clock.Wall().Add(ahead)) })
		return db.ClockOffset()
	}
	if got := hear(time.Second); got < 900*time.Millisecond || got > 2*time.Second {
		t.Fatalf("a small difference gives %v", got)
	}
	year := 365 * 24 * time.Hour
	for _, ahead := range []time.Duration{year, time.Second, year, year, time.Second} {
		if got := hear(ahead); got > time.Minute {
			t.Fatalf("an answer %v ahead moved the clock by %v", ahead, got)
		}
	}
	for range offsetAgree {
		hear(year)
	}
	if got := db.ClockOffset(); got < year-time.Minute {
		t.Errorf("after %d agreeing answers the offset is %v", offsetAgree, got)
	}
}

// Once the centre was heard the time goes on by the machine's own, and the next answer is
// judged by that: a wall clock that is set moves neither, nor the end of a lease.
func TestAWallClockThatIsSetDoesNotMoveTheCentresTime(t *testing.T) {
	db, h := openNew(t)
	centre := testTime
	pass := func(d time.Duration) { h.advance(d); centre = centre.Add(d) }
	hear := func() { inTx(t, db, func(tx *Tx) error { return tx.Heard(centre) }) }
	is := func(what string) {
		t.Helper()
		if got := h.wall.Add(db.ClockOffset()); got.Sub(centre).Abs() > time.Second {
			t.Errorf("%s: it is %v, by the centre %v", what, got, centre)
		}
	}
	if db.CentreHeard() {
		t.Error("heard before it spoke")
	}
	hear()
	for _, by := range []time.Duration{365 * 24 * time.Hour, -730 * 24 * time.Hour, 4 * 24 * time.Hour, -time.Hour} {
		h.wall = h.wall.Add(by)
		is("set by " + by.String())
		pass(time.Hour)
		is("an hour later")
		hear()
		is("heard again")
		inTx(t, db, func(tx *Tx) error {
			_, err := tx.ApplyFeed([]wire.FeedRow{workRow(t, 1, wire.Work{Shipment: testShipment("S1", 1, 1),
				Lease: order.Lease{Token: 1, Until: centre.Add(time.Hour), GrantS: 24 * 3600}})}, 1, 1)
			return err
		})
		if !db.LeaseValid("S1", centre) {
			t.Errorf("a lease that came after the clock was set by %v does not hold", by)
		}
	}
}
