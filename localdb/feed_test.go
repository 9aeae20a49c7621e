package localdb

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pickstation/order"
	"pickstation/sync/wire"
)

func apply(t testing.TB, db *DB, next int64, rows ...wire.FeedRow) []order.ShipmentID {
	t.Helper()
	var touched []order.ShipmentID
	inTx(t, db, func(tx *Tx) (err error) {
		touched, err = tx.ApplyFeed(rows, next, 1)
		return err
	})
	return touched
}

// dump returns all rows of the tables that a feed fills.
func dump(t testing.TB, db *DB) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, table := range []string{"shipments", "lines", "parcels", "codes", "receivers", "products", "product_codes", "locations",
		"operators", "flows", "policy", "blocks", "instructions", "parked_rows", "held"} {
		err := db.w.query("SELECT * FROM "+table+" ORDER BY 1, 2", func(r row) error {
			b, err := json.Marshal(r)
			all[table] = append(all[table], string(b))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func TestFeedAppliedTwiceChangesNothing(t *testing.T) {
	db, h := openNew(t)
	flow := *order.StandardFlow()
	flow.ID = "own"
	rows := []wire.FeedRow{
		rowOf(t, 1, wire.RowFlow, "own", flow),
		workRow(t, 2, wire.Work{Shipment: testShipment("S1", 3, 2), Lease: lease(h), Sealed: []byte("sealed")}),
		workRow(t, 3, wire.Work{Shipment: testShipment("S2", 2, 2), Lease: lease(h)}),
		rowOf(t, 4, wire.RowWorkGone, "S2", wire.Gone{Shipment: "S2", Why: "released"}),
		rowOf(t, 5, wire.RowProduct, "SKU1", order.Product{SKU: "SKU1", Codes: []order.ItemCode{{Key: "ITEM-1"}, {Key: "ITEM-X"}}}),
		rowOf(t, 6, wire.RowLocation, "A-01", order.Location{ID: "A-01"}),
		rowOf(t, 7, wire.RowOperator, "op1", order.Operator{ID: "op1", Name: "Li"}),
		rowOf(t, 8, wire.RowPolicy, "W1", wire.Policy{Policy: order.DefaultPolicy()}),
		rowOf(t, 9, wire.RowBlock, "b1", order.NumberBlock{ID: "b1", NumberForm: order.NumberForm{Width: 5}, From: 1, To: 9}),
		rowOf(t, 10, wire.RowInstruction, "i1", order.Instruction{ID: "i1", Kind: order.InstructPutBack, Shipment: "S1"}),
		{FS: 11, Kind: "from the future", ID: "f1", Body: []byte(`{"x":1}`)},
	}
	apply(t, db, 11, rows...)
	first := dump(t, db)
	for table, n := range map[string]int{"shipments": 2, "lines": 5, "receivers": 1, "products": 1, "product_codes": 2, "parked_rows": 1, "instructions": 1} {
		if len(first[table]) != n {
			t.Errorf("%s has %d rows, not %d", table, len(first[table]), n)
		}
	}
	apply(t, db, 11, rows...)
	if d := cmp.Diff(first, dump(t, db)); d != "" {
		t.Error(d)
	}
	r, err := db.w.one("SELECT cursor, timeline FROM sync")
	if err != nil || r.int(0) != 11 || r.int(1) != 1 {
		t.Errorf("cursor %v %v", r, err)
	}
}

func TestBadRowsAreParkedAndStopNothing(t *testing.T) {
	db, h := openNew(t)
	good := workRow(t, 9, wire.Work{Shipment: testShipment("S9", 1, 1), Lease: lease(h)})
	twice := testShipment("S3", 2, 1)
	twice.Lines[1].No = 1
	strange, flow := ofOwnFlow("S4")
	touched := apply(t, db, 9,
		wire.FeedRow{FS: 1, Kind: wire.RowWork, ID: "S1", Body: []byte(`{"shipment":`)},
		wire.FeedRow{FS: 2, Kind: wire.RowWork, ID: "S2", Body: []byte(`{}`)},
		workRow(t, 3, wire.Work{Shipment: twice}),
		workRow(t, 4, wire.Work{Shipment: strange, Lease: lease(h)}),
		wire.FeedRow{FS: 5, Kind: "", ID: "?"},
		wire.FeedRow{FS: 6, Kind: wire.RowFlow, ID: "bad", Body: []byte(`{"id":"bad"}`)},
		wire.FeedRow{FS: 7, Kind: wire.RowPolicy, ID: "W", Body: []byte(`{"zone":"Mars/Olympus"}`)},
		wire.FeedRow{FS: 8, Kind: wire.RowProduct, ID: "p", Body: []byte(`[1,2]`)},
		good)
	if d := cmp.Diff([]order.ShipmentID{"S9"}, touched); d != "" {
		t.Error(d)
	}
	r := reader(t, db)
	parked, err := r.Parked(100)
	if err != nil || len(parked) != 8 {
		t.Fatalf("%d rows parked, %v", len(parked), err)
	}
	for _, p := range parked {
		if p.Why == "" || !p.At.Equal(testTime) {
			t.Errorf("row %d was parked without saying why or when: %+v", p.Row.FS, p)
		}
	}
	// What was missing comes later: the flow, and a better row for S3.
	touched = apply(t, db, 11, rowOf(t, 10, wire.RowFlow, "own", flow), workRow(t, 11, wire.Work{Shipment: testShipment("S3", 2, 1), Lease: lease(h)}))
	if d := cmp.Diff([]order.ShipmentID{"S3", "S4"}, touched); d != "" {
		t.Error(d)
	}
	if parked, _ = r.Parked(100); len(parked) != 6 {
		t.Errorf("%d rows still parked", len(parked))
	}
	mustShipment(t, db, "S4")
}

func reader(t testing.TB, db *DB) *Reader {
	t.Helper()
	r, err := db.NewReader()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// unsentPicks leases a shipment of two lines and picks one unit of line 1 and two of
// line 2, of which the centre has seen none.
func unsentPicks(t *testing.T) (*DB, *hands) {
	db, h := openNew(t)
	give(t, db, h, testShipment("S1", 2, 5))
	s := mustShipment(t, db, "S1")
	inTx(t, db, func(tx *Tx) error {
		for _, e := range []order.Event{{Type: order.EventOpened, By: "op1"}, pick(1, 1), pick(2, 1), pick(2, 1)} {
			if err := do(tx, s, e); err != nil {
				return err
			}
		}
		return nil
	})
	return db, h
}

func TestNewPlanKeepsProgressTheCentreHasNotSeen(t *testing.T) {
	for _, c := range []struct {
		name    string
		seen    uint64
		seenLog bool
		at      [2]int // progress in the row, which includes what was seen
		want    [2]int
	}{
		{"nothing seen", 0, true, [2]int{0, 0}, [2]int{1, 2}},
		{"another log seen", 9, false, [2]int{0, 0}, [2]int{1, 2}},
		{"some seen", 3, true, [2]int{1, 1}, [2]int{1, 2}},
		{"all seen: the centre's word counts", 4, true, [2]int{0, 2}, [2]int{0, 2}},
		{"put back at the centre, some seen", 3, true, [2]int{0, 1}, [2]int{0, 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			db, h := unsentPicks(t)
			w := wire.Work{Shipment: testShipment("S1", 3, 5), Lease: lease(h), Seen: c.seen, SeenLog: "someone else's"}
			if c.seenLog {
				w.SeenLog = db.Log()
			}
			w.Shipment.Version, w.Shipment.Priority = 2, 9
			w.Shipment.Lines[0].Picked, w.Shipment.Lines[1].Picked = c.at[0], c.at[1]
			if c.seen >= 1 && c.seenLog {
				w.Shipment.Owner = "op1"
			}
			apply(t, db, 5, workRow(t, 5, w))
			s := mustShipment(t, db, "S1")
			if got := [2]int{s.Lines[0].Picked, s.Lines[1].Picked}; got != c.want || s.Version != 2 || len(s.Lines) != 3 {
				t.Errorf("picked %v of version %d with %d lines, want %v", got, s.Version, len(s.Lines), c.want)
			}
			if s.Owner != "op1" {
				t.Errorf("owner %q", s.Owner)
			}
		})
	}
}

func TestTooMuchUnseenKeepsProgressAsItIs(t *testing.T) {
	db, h := unsentPicks(t)
	s := testShipment("S1", 2, 5)
	s.Holds = []order.Hold{{Code: order.Urgent}}
	inTx(t, db, func(tx *Tx) error {
		own := mustShipment(t, db, "S1")
		if err := do(tx, own, order.Event{Type: order.EventHeld, Reason: "to_verify"}); err != nil {
			return err
		}
		return tx.keepProgress(&s)
	})
	if s.Lines[1].Picked != 2 || s.Owner != "op1" || len(s.Holds) != 2 {
		t.Errorf("kept %+v, owner %s, holds %v", s.Lines[1], s.Owner, s.Holds)
	}
	_ = h
}

func TestReceiversAndBadgesAreSealed(t *testing.T) {
	db, h := openNew(t)
	key, err := EnsureBoxKey(db.Dir())
	if err != nil {
		t.Fatal(err)
	}
	other, err := EnsureBoxKey(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	want := order.Receiver{Name: "王小明", Phone: "13800138000", Country: "CN", Street: "中山路 1 号"}
	badge := []byte("0123456789abcdef0123456789abcdef")
	apply(t, db, 4,
		workRow(t, 1, wire.Work{Shipment: testShipment("S1", 1, 1), Lease: lease(h), Sealed: sealTo(t, key, want)}),
		workRow(t, 2, wire.Work{Shipment: testShipment("S2", 1, 1), Lease: lease(h), Sealed: sealTo(t, other, want)}),
		rowOf(t, 3, wire.RowPolicy, "W1", wire.Policy{Policy: order.DefaultPolicy(), BadgeKey: sealBytes(t, key, badge)}),
		rowOf(t, 4, wire.RowOperator, "op1", order.Operator{ID: "op1", Name: "Li", BadgeHash: order.BadgeHash(badge, "B-77")}))
	for _, un := range []func(order.ShipmentID) (order.Receiver, error){db.Unseal, reader(t, db).Unseal} {
		got, err := un("S1")
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Error(d, err)
		}
		if _, err := un("S2"); codeOf(err) != "not_for_this_station" {
			t.Errorf("sealed to another station: %v", err)
		}
		if _, err := un("S3"); codeOf(err) != "no_receiver" {
			t.Errorf("unknown: %v", err)
		}
	}
	op, err := db.Badge("b-77")
	if err != nil || op == nil || op.ID != "op1" {
		t.Fatalf("badge gives %v, %v", op, err)
	}
	unkeyed := openCopyWithoutKey(t, db)
	if op, err := unkeyed.Badge("b-77"); op != nil || err != nil {
		t.Errorf("without the station's key a badge gives %v, %v", op, err)
	}
	if op, err = db.Badge("B-78"); op != nil || err != nil {
		t.Errorf("a strange badge gives %v, %v", op, err)
	}
	if n := db.OperatorName("op1"); n != "Li" {
		t.Errorf("name %q", n)
	}
	if n := db.OperatorName("op9"); n != "op9" {
		t.Errorf("name %q", n)
	}
}

// TestNoCodeOutlivesItsShipment purges an order with a tote that the bench learnt, and a
// place where that was brought.
func TestNoCodeOutlivesItsShipment(t *testing.T) {
	db, h := openNew(t)
	s := testShipment("S1", 2, 2)
	s.Slot, s.Stands = "TOTE-7", "LANE-1"
	apply(t, db, 2, workRow(t, 1, wire.Work{Shipment: s, Lease: lease(h)}), rowOf(t, 2, wire.RowWorkGone, "S1", wire.Gone{Shipment: "S1", Why: "released"}))
	inTx(t, db, func(tx *Tx) error { _, err := tx.Purge(h.wall.Add(time.Hour), 10); return err })
	if err := db.w.query("SELECT key, rank FROM codes", func(r row) error { t.Errorf("%s %d", r.text(0), r.int(1)); return nil }); err != nil {
		t.Error(err)
	}
}

// TestThePrintLedgerGoesWithItsShipment keeps what nobody has dealt with.
func TestThePrintLedgerGoesWithItsShipment(t *testing.T) {
	db, h := openNew(t)
	s := testShipment("S1", 2, 2)
	apply(t, db, 2, workRow(t, 1, wire.Work{Shipment: s, Lease: lease(h)}))
	inTx(t, db, func(tx *Tx) (err error) {
		for no := 1; no <= 3; no++ {
			err = errors.Join(err, tx.AddPrint(order.PrintOrder{Shipment: "S1", Parcel: 1, No: no}, h.wall))
		}
		return errors.Join(err, tx.SetPrint(order.PrintResult{JobID: 1, State: order.PrintDone}), tx.SetPrint(order.PrintResult{JobID: 2, State: order.PrintDropped}))
	})
	left := func(want int64) {
		t.Helper()
		inTx(t, db, func(tx *Tx) error { _, err := tx.Purge(h.wall.Add(time.Hour), 10); return err })
		if r, err := db.w.one("SELECT count(*) FROM print_jobs"); err != nil || r.int(0) != want {
			t.Errorf("%d jobs, want %d: %v", r.int(0), want, err)
		}
	}
	left(3)
	apply(t, db, 3, rowOf(t, 2, wire.RowWorkGone, "S1", wire.Gone{Shipment: "S1", Why: "released"}))
	left(1)
}

func TestReceiversArePurgedAfterHandOver(t *testing.T) {
	db, h := openNew(t)
	a, b := testShipment("S1", 1, 1), testShipment("S2", 1, 1)
	apply(t, db, 3, workRow(t, 1, wire.Work{Shipment: a, Lease: lease(h), Sealed: []byte("x")}),
		workRow(t, 2, wire.Work{Shipment: b, Lease: lease(h), Sealed: []byte("y")}),
		workRow(t, 3, wire.Work{Shipment: testShipment("S3", 1, 1), Lease: lease(h), Sealed: []byte("z")}))
	handOver(t, db, "S1", testTime)
	apply(t, db, 4, rowOf(t, 4, wire.RowWorkGone, "S2", wire.Gone{Shipment: "S2", Why: "released"}))
	purge := func(before time.Time) (n int) {
		inTx(t, db, func(tx *Tx) (err error) { n, err = tx.Purge(before, 100); return err })
		return n
	}
	if n := purge(testTime); n != 0 {
		t.Errorf("%d purged too early", n)
	}
	if n := purge(testTime.Add(time.Hour)); n != 2 {
		t.Errorf("%d purged", n)
	}
	if n := purge(testTime.Add(time.Hour)); n != 0 {
		t.Errorf("%d purged twice", n)
	}
	rest := dump(t, db)
	if len(rest["receivers"]) != 1 || len(rest["shipments"]) != 2 || len(rest["lines"]) != 2 {
		t.Errorf("left: %v", rest)
	}
	if err := reader(t, db).CheckRecent(t.Context(), 100); err != nil {
		t.Error(err)
	}
}

func TestInstructionStaysConfirmed(t *testing.T) {
	db, _ := openNew(t)
	row := rowOf(t, 1, wire.RowInstruction, "i1", order.Instruction{ID: "i1", Kind: order.InstructPutBack, Shipment: "S1", Ref: "X1"})
	apply(t, db, 1, row)
	i, err := db.Instruction("S1")
	if err != nil || i == nil || i.Ref != "X1" {
		t.Fatal(i, err)
	}
	inTx(t, db, func(tx *Tx) error {
		return do(tx, nil, order.Event{Type: order.EventInstructed, Shipment: "S1", Reason: "i1"})
	})
	if i, err = db.Instruction("S1"); i != nil || err != nil {
		t.Fatal(i, err)
	}
	apply(t, db, 1, row) // the centre has not heard yet
	if list, err := db.Instructions(10); len(list) != 0 || err != nil {
		t.Error(list, err)
	}
}

// openCopyWithoutKey opens a copy of a database whose station key did not come along,
// as a backup file brings none.
func openCopyWithoutKey(t *testing.T, db *DB) *DB {
	t.Helper()
	file := filepath.Join(t.TempDir(), "backup.db")
	if err := reader(t, db).Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := CopyTo(file, dir); err != nil {
		t.Fatal(err)
	}
	c, err := Open(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}
