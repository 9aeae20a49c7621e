package localdb

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"pickstation/order"
	"pickstation/sync/wire"
)

func papaya() *order.Product {
	return &order.Product{SKU: "PAPAYA", Name: order.Names{EN: "papaya"}, Codes: []order.ItemCode{{Key: "PAPAYA"}}, Home: "P-5", WeightG: 700}
}

// findsLine says whether a key leads to a line of a shipment.
func findsLine(t *testing.T, db *DB, key string, no int) bool {
	t.Helper()
	refs, err := db.Find(key, 20)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range refs {
		if r.Kind == order.RefItem && r.Line == no {
			return true
		}
	}
	return false
}

// What a bench substitutes is there after a restart, is found by its code, is picked and
// undone like any line, and stays when the centre sends the plan again.
func TestAPlanThatChangedAtTheBenchIsStored(t *testing.T) {
	db, h := openNew(t)
	give(t, db, h, testShipment("S1", 2, 3))
	s := mustShipment(t, db, "S1")
	inTx(t, db, func(tx *Tx) error {
		for _, e := range []order.Event{pick(1, 1), {Type: order.EventSubstituted, Line: 1, No: 3, Qty: 2, Auth: "boss", Sub: papaya()},
			{Type: order.EventRelotted, Line: 2, Qty: 1, Lot: "L9", Reason: "S7"}, pick(3, 1)} {
			if err := do(tx, s, e); err != nil {
				return err
			}
		}
		return nil
	})
	check := func(when string) {
		t.Helper()
		got := mustShipment(t, db, "S1")
		if len(got.Lines) != 3 || got.Lines[0].Qty != 1 || got.Lines[1].Lot != "L9" {
			t.Fatalf("%s: %+v", when, got.Lines)
		}
		if n := got.Lines[2]; n.SKU != "PAPAYA" || n.Instead != 1 || n.Qty != 2 || n.Picked != 1 || n.Location != "P-5" || n.WeightG != 700 {
			t.Fatalf("%s: %+v", when, n)
		}
		if !findsLine(t, db, "PAPAYA", 3) {
			t.Fatalf("%s: its code leads nowhere", when)
		}
		rows, _, err := db.Queue("", 10)
		if err != nil || len(rows) != 1 || rows[0].Lines != 3 || rows[0].Units != 6 || rows[0].Picked != 2 {
			t.Fatalf("%s: the queue says %+v, %v", when, rows, err)
		}
	}
	check("at once")
	db = reopened(t, db, h)
	check("after a restart")
	give(t, db, h, testShipment("S1", 2, 3)) // the centre has heard nothing yet
	check("after the plan came again")
	plan := mustShipment(t, db, "S1")
	inTx(t, db, func(tx *Tx) error {
		_, err := tx.ApplyFeed([]wire.FeedRow{workRow(t, 99, wire.Work{Shipment: *plan, Lease: lease(h), SeenLog: db.logs.cur().ID, Seen: db.logs.cur().Last})}, 99, 1)
		return err
	})
	check("after the centre had heard of it")
	if d := cmp.Diff(plan.Lines, mustShipment(t, db, "S1").Lines); d != "" {
		t.Error(d)
	}
}

// A substitution that was taken back leaves nothing behind, also where the centre has heard
// of it and not yet of its end.
func TestASubstitutionThatWasTakenBackIsGone(t *testing.T) {
	db, h := openNew(t)
	give(t, db, h, testShipment("S1", 2, 3))
	first := mustShipment(t, db, "S1")
	s := mustShipment(t, db, "S1")
	inTx(t, db, func(tx *Tx) error {
		return do(tx, s, order.Event{Type: order.EventSubstituted, Line: 1, No: 3, Qty: 2, Auth: "boss", Sub: papaya()})
	})
	heard, upTo := mustShipment(t, db, "S1"), db.logs.cur().Last
	inTx(t, db, func(tx *Tx) error {
		return do(tx, s, order.Event{Type: order.EventUndone, Reason: string(order.EventSubstituted), Line: 1, No: 3, Qty: 2, Of: upTo})
	})
	check := func(when string) {
		t.Helper()
		if d := cmp.Diff(first.Lines, mustShipment(t, db, "S1").Lines); d != "" {
			t.Fatalf("%s: %s", when, d)
		}
		if findsLine(t, db, "PAPAYA", 3) {
			t.Fatalf("%s: its code is still here", when)
		}
		if rows, _, err := db.Queue("", 10); err != nil || len(rows) != 1 || rows[0].Lines != 2 || rows[0].Units != 6 {
			t.Fatalf("%s: the queue says %+v, %v", when, rows, err)
		}
	}
	check("at once")
	db = reopened(t, db, h)
	check("after a restart")
	for when, w := range map[string]wire.Work{
		"after the centre told of the substitution": {Shipment: *heard, Lease: lease(h), SeenLog: db.logs.cur().ID, Seen: upTo},
		"without the centre's word how much it has": {Shipment: *heard, Lease: lease(h)}} {
		inTx(t, db, func(tx *Tx) error {
			_, err := tx.ApplyFeed([]wire.FeedRow{workRow(t, 99, w)}, 99, 1)
			return err
		})
		check(when)
	}
}

func TestAPlanThatWasNotCommittedIsForgotten(t *testing.T) {
	db, h := openNew(t)
	defer db.Close()
	give(t, db, h, testShipment("S1", 1, 3))
	s := mustShipment(t, db, "S1")
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if err := do(tx, s, order.Event{Type: order.EventSubstituted, Line: 1, No: 2, Qty: 3, Sub: papaya()}); err != nil {
		t.Fatal(err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if got := mustShipment(t, db, "S1"); len(got.Lines) != 1 || got.Lines[0].Qty != 3 || findsLine(t, db, "PAPAYA", 2) {
		t.Fatalf("it stands: %+v", got.Lines)
	}
}

func TestGoodsAreFoundOnPickedLinesTooUntilTheyLeave(t *testing.T) {
	db, h := openNew(t)
	defer db.Close()
	a, b := testShipment("S1", 1, 1), testShipment("S2", 1, 1)
	a.Lines[0].Codes, b.Lines[0].Codes = []order.ItemCode{{Key: "HOT"}}, []order.ItemCode{{Key: "HOT"}}
	give(t, db, h, a, b)
	s := mustShipment(t, db, "S1")
	inTx(t, db, func(tx *Tx) error { return do(tx, s, pick(1, 1)) })
	ids, err := db.WithGoods("HOT", 5)
	if d := cmp.Diff([]order.ShipmentID{"S1", "S2"}, ids); d != "" || err != nil {
		t.Fatal(d, err)
	}
	inTx(t, db, func(tx *Tx) error {
		_, err := tx.ApplyFeed([]wire.FeedRow{rowOf(t, 50, wire.RowWorkGone, "S2", wire.Gone{Shipment: "S2", Why: "released"})}, 50, 1)
		return err
	})
	if ids, err := db.WithGoods("HOT", 5); err != nil || len(ids) != 1 {
		t.Fatalf("%v %v", ids, err)
	}
}

func TestALearntWeightHelpsWorkThatIsHereAlready(t *testing.T) {
	db, h := openNew(t)
	defer db.Close()
	declared := testShipment("S2", 1, 1)
	declared.Customs = order.CustomsBonded
	give(t, db, h, testShipment("S1", 1, 1), declared)
	if w := mustShipment(t, db, "S1").Lines[0].WeightG; w != 0 {
		t.Fatalf("weighs %d", w)
	}
	inTx(t, db, func(tx *Tx) error {
		_, err := tx.ApplyFeed([]wire.FeedRow{rowOf(t, 50, wire.RowProduct, "SKU1", order.Product{SKU: "SKU1", WeightG: 350, SpreadG: 6, Learnt: 7})}, 50, 1)
		return err
	})
	if l := mustShipment(t, db, "S1").Lines[0]; l.WeightG != 350 || l.SpreadG != 6 {
		t.Errorf("weighs %d ± %d", l.WeightG, l.SpreadG)
	}
	if w := mustShipment(t, db, "S2").Lines[0].WeightG; w != 0 {
		t.Errorf("declared goods weigh %d", w)
	}
}

func TestALearntSpreadHelpsWorkThatIsHereAlready(t *testing.T) {
	db, h := openNew(t)
	defer db.Close()
	same, other := testShipment("S1", 1, 1), testShipment("S2", 1, 1)
	same.Lines[0].WeightG, other.Lines[0].WeightG = 350, 340
	give(t, db, h, same, other)
	inTx(t, db, func(tx *Tx) error {
		_, err := tx.ApplyFeed([]wire.FeedRow{rowOf(t, 50, wire.RowProduct, "SKU1", order.Product{SKU: "SKU1", WeightG: 350, SpreadG: 6, SpreadLearnt: 7})}, 50, 1)
		return err
	})
	if l := mustShipment(t, db, "S1").Lines[0]; l.SpreadG != 6 {
		t.Errorf("weighs %d ± %d", l.WeightG, l.SpreadG)
	}
	if l := mustShipment(t, db, "S2").Lines[0]; l.WeightG != 340 || l.SpreadG != 0 {
		t.Errorf("another weight weighs %d ± %d", l.WeightG, l.SpreadG)
	}
}
