package localdb

import (
	"context"
	"testing"
	"time"

	"pickstation/order"
)

// scans stores n events.
func scans(t testing.TB, db *DB, n int) {
	t.Helper()
	inTx(t, db, func(tx *Tx) error {
		for range n {
			if err := tx.Append(&order.Event{Type: order.EventRefused, V: 1, At: testTime.UnixMilli(), Code: "4006381333931"}); err != nil {
				return err
			}
		}
		return nil
	})
}

// pushed reads a log as the agent does and verifies its chain.
func pushed(t testing.TB, r *Reader, id order.LogID, after uint64) []order.Event {
	t.Helper()
	bodies, prev, end, ok, err := r.Events(context.Background(), id, after, 10_000, 1<<30)
	if err != nil || !ok {
		t.Fatalf("events of %s after %d: %v %v", id, after, ok, err)
	}
	var list []order.Event
	for i, b := range bodies {
		e, err := order.ParseEvent(b)
		if err != nil {
			t.Fatal(err)
		}
		if prev = order.Chain(prev, b); e.Seq != after+uint64(i)+1 {
			t.Fatalf("event %d at place %d", e.Seq, after+uint64(i)+1)
		}
		list = append(list, e)
	}
	if prev != end {
		t.Fatal("the chain does not lead to the end hash")
	}
	return list
}

func TestForkIssuesEventsAgainWithTheirFirstIdentity(t *testing.T) {
	db, h := openNew(t)
	give(t, db, h, testShipment("S1", 1, 50))
	s := mustShipment(t, db, "S1")
	inTx(t, db, func(tx *Tx) error {
		for i := range 10 {
			if err := do(tx, s, pick(1, 1)); err != nil {
				return err
			}
			if i == 7 {
				if err := do(tx, s, order.Event{Type: order.EventUndone, Line: 1, Qty: 1, Of: 8}); err != nil {
					return err
				}
			}
		}
		return tx.Acked(db.Log(), 3, 2)
	})
	r := reader(t, db)
	first := db.Log()
	before := pushed(t, r, first, 0)
	newLog(t, db, first, 5, StartedFork)

	if db.Log() == first {
		t.Fatal("no new log")
	}
	if n := len(pushed(t, r, first, 0)); n != 4 {
		t.Errorf("the old log has %d events that count, not 4", n)
	}
	again := pushed(t, r, db.Log(), 0)
	if len(again) != 7 {
		t.Fatalf("%d issued again, not 7", len(again))
	}
	for i, e := range again {
		old := before[i+4]
		if e.Orig == nil || e.Orig.Log != first || e.Orig.Seq != old.Seq {
			t.Errorf("event %d has first identity %v", e.Seq, e.Orig)
		}
		if h, ok, err := r.HashAt(first, old.Seq); ok || err != nil {
			t.Errorf("event %d still counts in the old log: %v %v", old.Seq, h, err)
		}
		if e.Type == order.EventUndone && e.Of != 4 {
			t.Errorf("the undone event undoes %d, not the new number 4 of event 8", e.Of)
		}
	}
	if n, _, err := db.Unsent(); n != 7 || err != nil {
		t.Errorf("%d unsent, %v", n, err)
	}
	st, err := r.SyncState(t.Context())
	if err != nil || len(st.Logs) != 2 || st.Unsent != 7 || !st.Logs[0].Closed || st.Logs[0].Acked != 4 || st.Logs[1].Reissued != 7 {
		t.Errorf("state %+v %v", st, err)
	}
	if f := st.Logs[1].Follows; f == nil || f.Log != first || f.Seq != 4 {
		t.Errorf("follows %v", f)
	}
	forkAgain(t, db, r, first)
}

// forkAgain forks a log of events that were issued again already.
func forkAgain(t *testing.T, db *DB, r *Reader, first order.LogID) {
	t.Helper()
	// A second fork keeps the very first identity.
	second := db.Log()
	newLog(t, db, second, 6, StartedFork)
	if twice := pushed(t, r, db.Log(), 0); len(twice) != 2 || twice[0].Orig.Log != first || twice[0].Orig.Seq != 10 {
		t.Errorf("issued again twice: %+v", twice)
	}
	if err := r.CheckRecent(t.Context(), 1000); err != nil {
		t.Error(err)
	}
	// Progress knows its new rows: nothing of it counts as seen by the centre.
	if last, err := (&Tx{db: db}).lastOwn(1); err != nil || last != db.logs.lsn {
		t.Errorf("last own event %d, log ends at %d, %v", last, db.logs.lsn, err)
	}
	evs, err := db.eventsOf("S1", 1)
	if err != nil || len(evs) != 11 {
		t.Errorf("%d events of the shipment count, %v", len(evs), err)
	}
}

func TestAcknowledgementMovesBothWays(t *testing.T) {
	db, _ := openNew(t)
	scans(t, db, 10)
	ack := func(acked, stable uint64) {
		inTx(t, db, func(tx *Tx) error { return tx.Acked(db.Log(), acked, stable) })
	}
	unsent := func(want int) {
		t.Helper()
		n, oldest, err := db.Unsent()
		if n != want || err != nil || (want > 0) == oldest.IsZero() {
			t.Errorf("%d unsent since %s, %v; want %d", n, oldest, err, want)
		}
	}
	ack(7, 4)
	unsent(3)
	ack(10, 9)
	unsent(0)
	scans(t, db, 1)
	unsent(1)
	ack(5, 5) // a gap at the centre
	unsent(6)
	ack(99, 99)
	unsent(0)
	inTx(t, db, func(tx *Tx) error { return tx.Rewind(3) })
	unsent(11)
}

func TestPruneKeepsWhatTheCentreMightLose(t *testing.T) {
	db, _ := openNew(t)
	scans(t, db, 10)
	r := reader(t, db)
	prune := func(before time.Time, max int) (n int) {
		inTx(t, db, func(tx *Tx) (err error) { n, err = tx.Prune(before, max); return err })
		return n
	}
	later := testTime.Add(time.Hour)
	if n := prune(later, 100); n != 0 {
		t.Errorf("%d unacknowledged events pruned", n)
	}
	inTx(t, db, func(tx *Tx) error { return tx.Acked(db.Log(), 8, 6) })
	if n := prune(testTime, 100); n != 0 {
		t.Errorf("%d young events pruned", n)
	}
	if n := prune(later, 4); n != 4 {
		t.Errorf("%d pruned, not 4", n)
	}
	if n := prune(later, 100); n != 2 {
		t.Errorf("%d pruned, not the 2 left that are stable", n)
	}
	if n := len(pushed(t, r, db.Log(), 6)); n != 4 {
		t.Errorf("%d left", n)
	}
	if _, _, _, ok, err := r.Events(t.Context(), db.Log(), 5, 10, 1000); ok || err != nil {
		t.Errorf("pruned events are offered: %v %v", ok, err)
	}
	if _, ok, _ := r.HashAt(db.Log(), 6); !ok {
		t.Error("the hash at the pruned end is lost")
	}
	inTx(t, db, func(tx *Tx) error { return tx.Acked(db.Log(), 10, 10) })
	if n := prune(later, 100); n != 3 {
		t.Errorf("%d pruned; the newest event stays", n)
	}
	scans(t, db, 3)
	if err := r.CheckRecent(t.Context(), 1000); err != nil {
		t.Error(err)
	}
	db = reopened(t, db, newHands())
	if db.LastSeq() != 13 {
		t.Errorf("last seq %d after prune and reopen", db.LastSeq())
	}
}

func TestEventsIssuedAgainArePrunedOnceTheirCopiesAreSafe(t *testing.T) {
	db, _ := openNew(t)
	scans(t, db, 10)
	first := db.Log()
	newLog(t, db, first, 5, StartedFork)
	left := func() int64 {
		inTx(t, db, func(tx *Tx) error { _, err := tx.Prune(testTime.Add(time.Hour), 1000); return err })
		r, err := db.w.one("SELECT count(*) FROM events")
		if err != nil {
			t.Fatal(err)
		}
		return r.int(0)
	}
	if n := left(); n != 16 {
		t.Errorf("%d rows left, all 16 are needed", n)
	}
	inTx(t, db, func(tx *Tx) error { return tx.Acked(db.Log(), 6, 5) })
	if n := left(); n != 16 {
		t.Errorf("%d rows left while one copy may be lost", n)
	}
	scans(t, db, 1)
	inTx(t, db, func(tx *Tx) error { return tx.Acked(db.Log(), 7, 6) })
	inTx(t, db, func(tx *Tx) error { return tx.Acked(first, 4, 4) })
	if n := left(); n != 1 {
		t.Errorf("%d rows left, only the newest is needed", n)
	}
	if err := reader(t, db).CheckRecent(t.Context(), 1000); err != nil {
		t.Error(err)
	}
}

func TestHalfPrunedEventsThatWereIssuedAgainAreNoDamage(t *testing.T) {
	db, h := openNew(t)
	scans(t, db, 40)
	newLog(t, db, db.Log(), 6, StartedFork)
	inTx(t, db, func(tx *Tx) error {
		if err := tx.Acked(db.logs.all[0].ID, 5, 5); err != nil {
			return err
		}
		return tx.Acked(db.Log(), 35, 35)
	})
	for range 8 {
		inTx(t, db, func(tx *Tx) error { _, err := tx.Prune(h.wall.Add(48*time.Hour), 10); return err })
		if rep, err := reader(t, db).CheckAll(t.Context()); err != nil || len(rep.Findings) > 0 {
			t.Fatalf("%+v %v", rep, err)
		}
	}
}

func TestRecentAndLastEventAreOfTheOpenLog(t *testing.T) {
	db, h := openNew(t)
	if e, err := db.LastEvent(); e != nil || err != nil {
		t.Fatal(e, err)
	}
	give(t, db, h, testShipment("S1", 1, 50), testShipment("S2", 1, 50))
	a, b := mustShipment(t, db, "S1"), mustShipment(t, db, "S2")
	inTx(t, db, func(tx *Tx) error {
		for range 5 {
			if err := do(tx, a, pick(1, 1)); err != nil {
				return err
			}
			if err := do(tx, b, pick(1, 2)); err != nil {
				return err
			}
		}
		return nil
	})
	evs, err := db.Recent("S2", 4)
	if err != nil || len(evs) != 2 || evs[0].Seq != 8 || evs[1].Seq != 10 || evs[0].Hash == (order.Hash{}) {
		t.Errorf("recent %+v %v", evs, err)
	}
	newLog(t, db, db.Log(), 11, StartedAmnesia)
	if evs, err = db.Recent("S2", 100); len(evs) != 0 || err != nil {
		t.Errorf("events of a closed log: %v %v", evs, err)
	}
	if e, err := db.LastEvent(); e != nil || err != nil {
		t.Errorf("last event of a new log: %v %v", e, err)
	}
}

func TestEventsKeepToTheLimits(t *testing.T) {
	db, _ := openNew(t)
	scans(t, db, 100)
	r := reader(t, db)
	bodies, _, _, ok, err := r.Events(t.Context(), db.Log(), 0, 7, 1<<20)
	if len(bodies) != 7 || !ok || err != nil {
		t.Errorf("%d events", len(bodies))
	}
	size := len(bodies[0]) + 1
	if bodies, _, _, _, _ = r.Events(t.Context(), db.Log(), 0, 100, 5*size+1); len(bodies) > 5 || len(bodies) < 4 {
		t.Errorf("%d events in the room for 5", len(bodies))
	}
	if bodies, _, _, _, _ = r.Events(t.Context(), db.Log(), 0, 100, 1); len(bodies) != 1 {
		t.Errorf("%d events where one is always given", len(bodies))
	}
	if bodies, base, end, ok, err := r.Events(t.Context(), db.Log(), 100, 10, 1000); len(bodies) != 0 || !ok || err != nil || base != end {
		t.Errorf("past the end: %d %v %v", len(bodies), ok, err)
	}
	if _, _, _, ok, _ := r.Events(t.Context(), "nobody's", 0, 10, 1000); ok {
		t.Error("events of a log that is not here")
	}
}
