package localdb

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"pickstation/order"
	"pickstation/sync/wire"
)

func asError(err error, e **order.Error) bool { return errors.As(err, e) }

var ignoreSteps = cmpopts.IgnoreUnexported(order.Shipment{})

// workThrough does all that changes a shipment, up to the label.
func workThrough(t *testing.T, db *DB, s *order.Shipment) {
	t.Helper()
	inTx(t, db, func(tx *Tx) error {
		for _, e := range []order.Event{
			{Type: order.EventOpened, By: "op1"}, pick(1, 4), pick(2, 1),
			{Type: order.EventPicked, Line: 3, Qty: 1, Serial: "SN1", Lot: "L7"},
			{Type: order.EventPicked, Line: 3, Qty: 1, Serial: "SN2", Lot: "L7"},
			{Type: order.EventUndone, Line: 3, Qty: 1, Serial: "SN2", Of: 5},
			{Type: order.EventShorted, Line: 2, Qty: 3, Reason: "out_of_stock"},
			{Type: order.EventPicked, Line: 3, Qty: 3},
			{Type: order.EventWeighed, Parcel: 1, WeightG: 1234},
			{Type: order.EventPrintRequested, Parcel: 1, No: 1},
			{Type: order.EventPrinted, Parcel: 1, No: 1, OrderVersion: 1},
			{Type: order.EventLabelled, Parcel: 1},
		} {
			if err := do(tx, s, e); err != nil {
				return err
			}
		}
		return tx.PutBench(order.Bench{Screen: order.ScreenLabel, Operator: "op1", Shipment: "S1", Skipped: []int{2}})
	})
}

func TestProgressSurvivesReopenExactly(t *testing.T) {
	db, h := openNew(t)
	give(t, db, h, testShipment("S1", 3, 4))
	s := mustShipment(t, db, "S1")
	workThrough(t, db, s)
	if s.State != "awaiting_dispatch" {
		t.Fatalf("the fold left state %s", s.State)
	}
	wantBench, err := db.Bench()
	if err != nil {
		t.Fatal(err)
	}
	last, err := db.LastEvent()
	if err != nil {
		t.Fatal(err)
	}
	dir := db.Dir()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = openAt(t, dir, h)
	defer db.Close()
	if db.Started() != "" {
		t.Errorf("a plain reopen started a new log: %s", db.Started())
	}
	if d := cmp.Diff(s, mustShipment(t, db, "S1"), ignoreSteps, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("shipment after reopen (-want +got):\n%s", d)
	}
	bench, err := db.Bench()
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(wantBench, bench); d != "" {
		t.Error(d)
	}
	again, err := db.LastEvent()
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(last, again); d != "" || again.Seq != 12 {
		t.Errorf("last event %v: %s", again, d)
	}
	if n, oldest, err := db.Unsent(); n != 12 || !oldest.Equal(testTime) || err != nil {
		t.Errorf("unsent %d since %s, %v", n, oldest, err)
	}
}

func TestRollbackLeavesNothing(t *testing.T) {
	db, h := openNew(t)
	give(t, db, h, testShipment("S1", 1, 5))
	s := mustShipment(t, db, "S1")
	inTx(t, db, func(tx *Tx) error { return do(tx, s, pick(1, 1)) })
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if err := do(tx, s, pick(1, 1)); err != nil {
		t.Fatal(err)
	}
	if err := do(tx, s, order.Event{Type: order.EventOpened, By: "op1"}); err != nil {
		t.Fatal(err)
	}
	if err := tx.PutBench(order.Bench{Screen: order.ScreenPick}); err != nil {
		t.Fatal(err)
	}
	if got := mustShipment(t, db, "S1").Lines[0].Picked; got != 2 {
		t.Errorf("reads inside the transaction see %d picked, not 2", got)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if got := mustShipment(t, db, "S1").Lines[0].Picked; got != 1 {
		t.Errorf("%d picked after rollback", got)
	}
	if db.LastSeq() != 1 {
		t.Errorf("last seq %d after rollback", db.LastSeq())
	}
	s = mustShipment(t, db, "S1")
	inTx(t, db, func(tx *Tx) error { return do(tx, s, order.Event{Type: order.EventOpened, By: "op1"}) })
	if got := mustShipment(t, db, "S1").Owner; got != "op1" {
		t.Errorf("owner %q: the one rolled back was taken for stored", got)
	}
	inTx(t, db, func(tx *Tx) error { return tx.PutBench(order.Bench{Screen: order.ScreenPick}) })
	if b, err := db.Bench(); err != nil || b.Screen != order.ScreenPick {
		t.Errorf("bench %v %v: the one rolled back was taken for stored", b, err)
	}
}

func TestFindNamesWorkThenCatalogueThenPlaces(t *testing.T) {
	db, h := openNew(t)
	a, b := testShipment("S1", 2, 1), testShipment("S2", 1, 1)
	give(t, db, h, a, b)
	inTx(t, db, func(tx *Tx) error {
		_, err := tx.ApplyFeed([]wire.FeedRow{
			rowOf(t, 10, wire.RowProduct, "SKU1", order.Product{SKU: "SKU1", Name: order.Names{EN: "Mango"}, Codes: []order.ItemCode{{Key: "ITEM-1"}}, Home: "A-01"}),
			rowOf(t, 11, wire.RowLocation, "A-01", order.Location{ID: "A-01"}),
		}, 11, 1)
		return err
	})
	kinds := func(key string) (k []order.RefKind) {
		refs, err := db.Find(key, 20)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range refs {
			k = append(k, r.Kind)
		}
		return k
	}
	for _, c := range []struct {
		key  string
		want []order.RefKind
	}{
		{"XS1", []order.RefKind{order.RefShipment}},
		{"WB-S1", []order.RefKind{order.RefWaybill}},
		{"T-S2", []order.RefKind{order.RefTote}},
		{"ITEM-2", []order.RefKind{order.RefItem}},
		{"ITEM-1", []order.RefKind{order.RefItem, order.RefItem, order.RefProduct}},
		{"A-01", []order.RefKind{order.RefLocation, order.RefLocation, order.RefLocation}},
		{"NOTHING", nil},
	} {
		if got := kinds(c.key); !cmp.Equal(got, c.want) {
			t.Errorf("%s: kinds %v, want %v", c.key, got, c.want)
		}
	}
	s := mustShipment(t, db, "S2")
	inTx(t, db, func(tx *Tx) error { return do(tx, s, pick(1, 1)) })
	if got := kinds("ITEM-1"); !cmp.Equal(got, []order.RefKind{order.RefItem, order.RefProduct}) {
		t.Errorf("a finished line is still offered as work: %v", got)
	}
	refs, _ := db.Find("WB-S1", 20)
	if want := (order.Ref{Kind: order.RefWaybill, Shipment: "S1", Order: "XS1", Parcel: 1}); !cmp.Equal(refs[0], want) {
		t.Errorf("waybill names %+v", refs[0])
	}
	if refs, _ := db.Find("ITEM-1", 1); len(refs) != 1 {
		t.Errorf("limit 1 gave %d", len(refs))
	}
}

// TestOrdersOfTheMonthDoNotHideTheOneInTheTote has a tote that goes round all day.
func TestOrdersOfTheMonthDoNotHideTheOneInTheTote(t *testing.T) {
	db, h := openNew(t)
	fs := int64(0)
	work := func(id string) wire.FeedRow {
		s := testShipment(id, 1, 1)
		s.Tote = "TOTE-1"
		fs++
		return workRow(t, fs, wire.Work{Shipment: s, Lease: lease(h)})
	}
	for i := range maxCodeRows + 1 {
		id := fmt.Sprint("S", i)
		apply(t, db, fs+2, work(id), rowOf(t, fs+1, wire.RowWorkGone, id, wire.Gone{Shipment: order.ShipmentID(id), Why: "shipped"}))
		fs++
	}
	apply(t, db, fs+1, work("now"))
	if refs, err := db.Find("TOTE-1", 9); err != nil || len(refs) != 1 || refs[0].Shipment != "now" {
		t.Errorf("%+v %v", refs, err)
	}
}

func TestPrintLedgerKeepsEveryJob(t *testing.T) {
	db, _ := openNew(t)
	inTx(t, db, func(tx *Tx) error {
		for no := 1; no <= 3; no++ {
			if err := tx.AddPrint(order.PrintOrder{Shipment: "S1", Parcel: 1, No: no, Version: 2}, testTime); err != nil {
				return err
			}
		}
		return nil
	})
	jobs, err := db.PrintQueue(10)
	if err != nil || len(jobs) != 3 || jobs[0].No != 1 || jobs[0].State != order.PrintQueued {
		t.Fatal(jobs, err)
	}
	inTx(t, db, func(tx *Tx) error {
		r := jobs[0]
		r.State, r.Ref, r.At = order.PrintSending, "ipp-7", testTime.Add(time.Second)
		if err := tx.SetPrint(r); err != nil {
			return err
		}
		r.State, r.Ref = order.PrintDone, ""
		if err := tx.SetPrint(r); err != nil {
			return err
		}
		r = jobs[1]
		r.State, r.Code, r.Err = order.PrintParked, "media_empty", "no paper"
		return tx.SetPrint(r)
	})
	open, err := db.PrintQueue(10)
	if err != nil || len(open) != 2 || open[0].State != order.PrintParked || open[1].State == order.PrintParked {
		t.Errorf("open %+v %v", open, err)
	}
	r, err := db.w.one("SELECT state, attempts, ref FROM print_jobs WHERE id = 1")
	if err != nil || r.text(0) != "done" || r.int(1) != 1 || r.text(2) != "ipp-7" {
		t.Errorf("ledger %v %v", r, err)
	}
	if p, err := db.LastPrint("S1", 1, order.PaperWaybill); err != nil || p.No != 3 {
		t.Errorf("latest %+v %v", p, err)
	}
	if p, err := db.LastPrint("S2", 1, order.PaperWaybill); err != nil || p != nil {
		t.Errorf("nothing was printed, got %+v %v", p, err)
	}
}

func TestPickWritesTwoPages(t *testing.T) {
	db, h := openNew(t)
	give(t, db, h, testShipment("S1", 10, 1000))
	s := mustShipment(t, db, "S1")
	bench := order.Bench{Screen: order.ScreenPick, Shipment: "S1", Focus: 1}
	two := 0
	for range 21 {
		inTx(t, db, func(tx *Tx) error {
			if err := do(tx, s, pick(1, 1)); err != nil {
				return err
			}
			return tx.PutBench(bench)
		})
		// The checkpoint empties the log, so what it counts is this commit's.
		r, err := db.w.one("PRAGMA wal_checkpoint(PASSIVE)")
		if err != nil {
			t.Fatal(err)
		}
		if r.int(1) == 2 {
			two++
		}
	}
	if two < 16 { // the first stores the bench, a few start a new leaf of the event log
		t.Errorf("only %d of 21 picks wrote exactly two pages", two)
	}
}

// What other carriers' parcels are before it in the row does not matter.
func TestWhatWaitsForACarrierIsAskedOfThatCarrier(t *testing.T) {
	db, h := openNew(t)
	list := []order.Shipment{testShipment("S1", 1, 1), testShipment("S2", 1, 1), testShipment("S3", 1, 1), testShipment("S4", 1, 1)}
	for i := range list {
		list[i].Carrier = order.Carrier{ID: order.CarrierID([]string{"sf", "sf", "yto", "yto"}[i])}
	}
	give(t, db, h, list...)
	inTx(t, db, func(tx *Tx) error {
		for i := range list {
			s := mustShipment(t, db, string(list[i].ID))
			if err := errors.Join(do(tx, s, pick(1, 1)), do(tx, s, order.Event{Type: order.EventLabelled, Parcel: 1})); err != nil {
				return err
			}
		}
		return nil
	})
	rows, err := db.Waiting("yto", 1)
	if err != nil || len(rows) != 1 || rows[0].Shipment != "S3" || rows[0].Carrier.ID != "yto" {
		t.Errorf("%+v, %v", rows, err)
	}
	for _, c := range []struct {
		of     order.CarrierID
		beside order.ShipmentID
		n      int
	}{{"yto", "S3", 1}, {"yto", "S1", 2}, {"sf", "S2", 1}, {"zto", "S1", 0}} {
		if n, err := db.WaitingBeside(c.of, c.beside, 1); err != nil || n != c.n {
			t.Errorf("%d wait for %s beside %s, %v", n, c.of, c.beside, err)
		}
	}
}
