package localdb

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pickstation/order"
	"pickstation/sync/wire"
)

// part does one part of a new log, and says whether it was the last one.
func part(t testing.TB, db *DB, id order.LogID, at uint64) (done bool) {
	t.Helper()
	inTx(t, db, func(tx *Tx) (err error) {
		done, err = tx.NewLog(id, at, StartedFork)
		return err
	})
	return done
}

// picks picks n units of S1, the last of which is undone.
func picks(t testing.TB, db *DB, n int) {
	t.Helper()
	s := mustShipment(t, db, "S1")
	inTx(t, db, func(tx *Tx) error {
		for range n {
			if err := do(tx, s, pick(1, 1)); err != nil {
				return err
			}
		}
		return do(tx, s, order.Event{Type: order.EventUndone, Line: 1, Qty: 1, Of: tx.db.LastSeq(), Reason: string(order.EventPicked)})
	})
}

// tell is what the centre would hear of all logs: each fact by its first identity, with the
// first identity of what it undoes.
func tell(t *testing.T, db *DB) (facts []string) {
	t.Helper()
	r := reader(t, db)
	defer r.Close()
	for i := range db.logs.all {
		l := &db.logs.all[i]
		list := pushed(t, r, l.ID, l.Base)
		first := func(e *order.Event) string {
			if e.Orig != nil {
				return fmt.Sprintf("%.6s/%d", e.Orig.Log, e.Orig.Seq)
			}
			return fmt.Sprintf("%.6s/%d", l.ID, e.Seq)
		}
		for k := range list {
			fact := first(&list[k]) + " " + string(list[k].Type)
			if of := list[k].Of; of > 0 {
				fact += " of " + first(&list[of-l.Base-1])
			}
			facts = append(facts, fact)
		}
	}
	return facts
}

func TestALongLogIsIssuedAgainInPartsBetweenScansAndOverRestarts(t *testing.T) {
	db, h := openNew(t)
	give(t, db, h, testShipment("S1", 1, 5000), testShipment("S2", 1, 5000))
	picks(t, db, 700)
	first := db.Log()
	inTx(t, db, func(tx *Tx) error { return tx.Acked(first, 600, 500) })
	parts := 0
	for ; !part(t, db, first, 101); parts++ {
		if db.Log() != first || db.LastSeq() != uint64(701+parts*10) {
			t.Fatalf("part %d: log %s at %d while the other one is made", parts, db.Log(), db.LastSeq())
		}
		picks(t, db, 9) // scans between the parts go to the open log
		inTx(t, db, func(tx *Tx) error { return tx.Acked(first, 700, 700) })
		if st, err := reader(t, db).SyncState(t.Context()); err != nil || len(st.Logs) != 1 || st.Logs[0].Acked != 100 || st.Unsent != 701+(parts+1)*10-100 {
			t.Fatalf("part %d: %+v %v", parts, st, err)
		}
		if n, err := db.Tail(50); err != nil || len(n) != 50 {
			t.Fatal(len(n), err)
		}
		if n, err := reader(t, db).Tail(t.Context(), 50); err != nil || len(n) != 50 || n[49].Seq != db.LastSeq() {
			t.Fatalf("part %d: a reader finds %d events, %v", parts, len(n), err)
		}
		db = reopened(t, db, h)
		if rep, err := reader(t, db).CheckAll(t.Context()); err != nil || len(rep.Findings) > 0 {
			t.Fatalf("part %d: %+v %v", parts, rep, err)
		}
	}
	defer db.Close()
	if parts < 4 || db.Log() == first || db.LastSeq() != uint64(601+parts*10) {
		t.Errorf("%d parts, log %s at %d", parts, db.Log(), db.LastSeq())
	}
	picks(t, db, 3)
	facts := tell(t, db)
	if want := 701 + parts*10 + 4; len(facts) != want {
		t.Errorf("%d facts, not %d", len(facts), want)
	}
	for i, f := range facts[:701+parts*10] {
		want := fmt.Sprintf("%.6s/%d picked", first, i+1)
		if i >= 700 && i%10 == 0 {
			want = fmt.Sprintf("%.6s/%d undone of %.6s/%d", first, i+1, first, i)
		}
		if f != want {
			t.Fatalf("fact %d: %q, not %q", i+1, f, want)
		}
	}
	if last, err := (&Tx{db: db}).lastOwn(1); err != nil || last != db.logs.lsn {
		t.Errorf("last own event %d, the log ends at %d, %v", last, db.logs.lsn, err)
	}
	if n, err := db.Tail(650 + parts*10); err != nil || len(n) != 650+parts*10 || n[0].Seq != 56 {
		t.Errorf("%d of the newest events, from %d, %v", len(n), n[0].Seq, err)
	}
	if n, err := reader(t, db).Tail(t.Context(), 650+parts*10); err != nil || len(n) != 650+parts*10 || n[0].Seq != 56 {
		t.Errorf("a reader finds %d of the newest events, %v", len(n), err)
	}
}

// A log that a restored station closed forks while newer ones wait behind it, and forks again.
func TestWhatLaterLogsHaveGoesAlongInItsOrder(t *testing.T) {
	db, h := openNew(t)
	give(t, db, h, testShipment("S1", 1, 5000), testShipment("S2", 1, 5000))
	var want []string
	for _, n := range []int{9, 99, 1, 199, 4} {
		picks(t, db, n)
		for seq := range n {
			want = append(want, fmt.Sprintf("%.6s/%d picked", db.Log(), seq+1))
		}
		want = append(want, fmt.Sprintf("%.6s/%d undone of %.6s/%d", db.Log(), n+1, db.Log(), n))
		inTx(t, db, func(tx *Tx) error { return tx.startLog(StartedRestored) })
	}
	first, third := db.logs.all[0].ID, db.logs.all[2].ID
	parts := 0
	for ; !part(t, db, first, 4); parts++ {
		picks(t, db, 1)
		want = append(want, fmt.Sprintf("%.6s/%d picked", db.Log(), db.LastSeq()-1),
			fmt.Sprintf("%.6s/%d undone of %.6s/%d", db.Log(), db.LastSeq(), db.Log(), db.LastSeq()-1))
		inTx(t, db, func(tx *Tx) error { return tx.Acked(third, 2, 0) }) // by a carried file
		db = reopened(t, db, h)
	}
	newLog(t, db, db.Log(), 100, StartedFork)
	if facts := tell(t, db); !slices.Equal(facts, want) {
		t.Errorf("in %d parts %d facts, want %d:\n%s", parts, len(facts), len(want), facts)
	}
	if rep, err := reader(t, db).CheckAll(t.Context()); err != nil || len(rep.Findings) > 0 {
		t.Errorf("%+v %v", rep, err)
	}
	if last, err := (&Tx{db: db}).lastOwn(1); err != nil || last != db.logs.lsn {
		t.Errorf("last own event %d, the log ends at %d, %v", last, db.logs.lsn, err)
	}
	for i := range db.logs.all {
		l := db.logs.all[i]
		inTx(t, db, func(tx *Tx) error { return tx.Acked(l.ID, l.Last, l.Last) })
	}
	for range 100 {
		inTx(t, db, func(tx *Tx) error { _, err := tx.Prune(testTime.Add(24*time.Hour), 10); return err })
	}
	if r, err := db.w.one("SELECT count(*) FROM events"); err != nil || r.int(0) != 1 {
		t.Errorf("%v rows are left, %v", r, err)
	}
}

func TestProgressFollowsItsEventsIntoTheNewLog(t *testing.T) {
	db, h := openNew(t)
	give(t, db, h, testShipment("S1", 1, 5000), testShipment("S2", 1, 5000))
	other := mustShipment(t, db, "S2")
	inTx(t, db, func(tx *Tx) error { return do(tx, other, pick(1, 1)) }) // event 1, stays
	picks(t, db, 400)
	inTx(t, db, func(tx *Tx) error { return tx.PutPacket("gun1", []byte("A"), &order.Event{Seq: 302}) })
	first := db.Log()
	newLog(t, db, first, 102, StartedFork)
	newLog(t, db, db.Log(), 151, StartedFork)
	for sid, want := range map[int64]uint64{2: 1} {
		if last, err := (&Tx{db: db}).lastOwn(sid); err != nil || last != db.logs.all[0].lsn(want) {
			t.Errorf("shipment %d: %d %v", sid, last, err)
		}
	}
	if last, err := (&Tx{db: db}).lastOwn(1); err != nil || last != db.logs.lsn {
		t.Errorf("last own event %d, the log ends at %d, %v", last, db.logs.lsn, err)
	}
	if at := db.logs.follow(db.logs.all[0].lsn(302)); at != db.logs.cur().lsn(302-101-150) {
		t.Errorf("the packet's event stands in row %d", at)
	}
}

func TestAnotherForkOvertakesTheOneThatWasBeingMade(t *testing.T) {
	db, _ := openNew(t)
	scans(t, db, 700)
	first := db.Log()
	for range 2 {
		if part(t, db, first, 200) {
			t.Fatal("done too early")
		}
	}
	newLog(t, db, first, 100, StartedFenced) // the centre was restored meanwhile, and has less
	if facts := tell(t, db); len(facts) != 700 || facts[99] != fmt.Sprintf("%.6s/100 refused", first) {
		t.Errorf("%d facts", len(facts))
	}
	if r, err := db.w.one("SELECT count(*), (SELECT count(*) FROM reissues) FROM events"); err != nil || r.int(0) != 700+601 || r.int(1) != 1 {
		t.Errorf("%v rows and records, %v", r, err)
	}
	if rep, err := reader(t, db).CheckAll(t.Context()); err != nil || len(rep.Findings) > 0 {
		t.Errorf("%+v %v", rep, err)
	}
}

// The fork was with what another machine had told the centre; a copy of the centre from
// before that takes the log as it is.
func TestARestoredCentreThatKnowsNoForkTakesTheLogAsItIs(t *testing.T) {
	db, h := openNew(t)
	scans(t, db, 700)
	first := db.Log()
	if part(t, db, first, 101) {
		t.Fatal("done too early")
	}
	inTx(t, db, func(tx *Tx) error { return tx.Rewind(2) })
	for range 2 {
		inTx(t, db, func(tx *Tx) error { return tx.Acked(first, db.LastSeq(), 0) })
		if n, _, err := db.Unsent(); n != 0 || err != nil {
			t.Errorf("%d events are unsent, %v", n, err)
		}
		scans(t, db, 1)
		db = reopened(t, db, h)
	}
	gone := 0
	for range 100 {
		inTx(t, db, func(tx *Tx) error {
			n, err := tx.Prune(time.Unix(0, 0), 10)
			gone += n
			return err
		})
	}
	if r, err := db.w.one("SELECT count(*), (SELECT count(*) FROM reissues) FROM events"); err != nil || r.int(0) != 702 || r.int(1) != 0 || gone == 0 {
		t.Errorf("%v rows and records, %d pruned, %v", r, gone, err)
	}
	if rep, err := reader(t, db).CheckAll(t.Context()); err != nil || len(rep.Findings) > 0 {
		t.Errorf("%+v %v", rep, err)
	}
}

func TestCopiesThatDoNotCountYetAreGoneAfterRestoreAndSalvage(t *testing.T) {
	db, h := openNew(t)
	scans(t, db, 700)
	first := db.Log()
	part(t, db, first, 2)
	dir := db.Dir()
	r := reader(t, db)
	if err := r.Backup(t.Context(), filepath.Join(dir, "backup")); err != nil {
		t.Fatal(err)
	}
	r.Close()
	db.Close()
	for name, make := range map[string]func(out string) error{
		"restore": func(out string) error {
			_, err := Restore(out, filepath.Join(dir, "backup"), false, testTime)
			return err
		},
		"salvage": func(out string) error {
			_, err := Salvage(t.Context(), filepath.Join(dir, "backup"), filepath.Join(dir, "saved"))
			if err == nil {
				_, err = Restore(out, filepath.Join(dir, "saved"), false, testTime)
			}
			return err
		},
	} {
		out := filepath.Join(t.TempDir(), "bench")
		if err := make(out); err != nil {
			t.Fatal(name, err)
		}
		db := openAt(t, out, h)
		scans(t, db, 1)
		if facts := tell(t, db); len(facts) != 701 {
			t.Errorf("%s: %d facts, not 701", name, len(facts))
		}
		if r, err := db.w.one("SELECT count(*) FROM events"); err != nil || r.int(0) != 701 {
			t.Errorf("%s: %v rows, %v", name, r, err)
		}
		db.Close()
	}
}

// The centre tells of a station's newest logs only; what stands in older ones it has.
func TestProgressOfManyLogsIsNotCountedTwice(t *testing.T) {
	db, h := openNew(t)
	give(t, db, h, testShipment("S1", 1, 5000))
	for range 3 {
		s := mustShipment(t, db, "S1")
		inTx(t, db, func(tx *Tx) error { return do(tx, s, pick(1, 1)) })
		inTx(t, db, func(tx *Tx) error { return tx.startLog(StartedRestored) })
	}
	w := wire.Work{Shipment: testShipment("S1", 1, 5000), Lease: lease(h)}
	w.Shipment.Lines[0].Picked = 3 // as the centre counts all of it
	l := &db.logs.all[2]
	hash, _, err := hashAt(db.w, l, 1)
	if err != nil {
		t.Fatal(err)
	}
	w.Marks = []wire.Mark{{Log: l.ID, Seq: 1, Hash: hash}}
	apply(t, db, 5, workRow(t, 5, w))
	if s := mustShipment(t, db, "S1"); s.Lines[0].Picked != 3 {
		t.Errorf("%d units are picked, not 3", s.Lines[0].Picked)
	}
}

func TestALogThatTheProgramBeforeWasIssuingAgainIsFinished(t *testing.T) {
	db, h := openNew(t)
	scans(t, db, 700)
	first := db.Log()
	if part(t, db, first, 101) {
		t.Fatal("done too early")
	}
	err := db.w.script(`ALTER TABLE reissues RENAME TO now;
		CREATE TABLE reissues(no INTEGER PRIMARY KEY, id TEXT NOT NULL, of INTEGER NOT NULL, first INTEGER NOT NULL,
			first_lsn INTEGER NOT NULL, n INTEGER NOT NULL, hash BLOB NOT NULL, done INTEGER NOT NULL);
		INSERT INTO reissues SELECT no, id, of, first, first_lsn, n, hash, done FROM now; DROP TABLE now;
		DROP INDEX shipments_batch; DROP INDEX shipments_wave; DROP TABLE serials; DROP TRIGGER serials_come; DROP TRIGGER serials_go; DROP TABLE pickups; DROP TABLE held;
		ALTER TABLE shipments ADD COLUMN reading INTEGER; ALTER TABLE tasks ADD COLUMN reading INTEGER;
		ALTER TABLE lines DROP COLUMN packs; ALTER TABLE shipments DROP COLUMN stands; ALTER TABLE parcels DROP COLUMN inserts; -- of later versions
		PRAGMA user_version=12`)
	if err != nil {
		t.Fatal(err)
	}
	db = reopened(t, db, h)
	if x := db.logs.staged; x == nil || x.n() != reissueChunk {
		t.Fatalf("%+v is being issued again", x)
	}
	newLog(t, db, first, 101, StartedFork)
	if facts := tell(t, db); len(facts) != 700 || db.LastSeq() != 600 {
		t.Errorf("%d facts, the log ends at %d", len(facts), db.LastSeq())
	}
}
