package localdb

import (
	"slices"
	"testing"

	"pickstation/order"
	"pickstation/sync/wire"
)

// A pack that went out whole stays taken over a restart and a new plan that the centre made
// before it heard of it; where the tote stands leads to its order.
func TestPacksAndTotesAreStillWhereTheyWere(t *testing.T) {
	db, h := openNew(t)
	plan := func() order.Shipment {
		s := testShipment("S1", 2, 3)
		s.Lines[0].Stock = []order.Stock{{Pack: "PAL-1", Qty: 1, Lot: "L7"}, {Pack: "pal-2", Qty: 1}}
		return s
	}
	give(t, db, h, plan())
	s := mustShipment(t, db, "S1")
	e := pick(1, 1)
	e.Pack, e.Over = "PAL-1", true
	inTx(t, db, func(tx *Tx) error {
		if err := do(tx, s, e); err != nil {
			return err
		}
		return do(tx, s, order.Event{Type: order.EventDropped, Place: "PACK-1"})
	})
	check := func(when string) {
		t.Helper()
		if got := mustShipment(t, db, "S1"); !slices.Equal(got.Lines[0].Packs, []string{"PAL-1"}) || got.Stands != "PACK-1" {
			t.Fatalf("%s: packs %v, stands at %q", when, got.Lines[0].Packs, got.Stands)
		}
		if !findsLine(t, db, "PAL-2", 1) {
			t.Fatalf("%s: the code of a pack leads nowhere", when)
		}
		refs, err := db.Find("PACK-1", 5)
		if err != nil || len(refs) != 1 || refs[0].Kind != order.RefLocation || refs[0].Shipment != "S1" || refs[0].Location != "PACK-1" {
			t.Fatalf("%s: the place leads to %+v, %v", when, refs, err)
		}
	}
	check("at once")
	db = reopened(t, db, h)
	check("after a restart")
	give(t, db, h, plan())
	check("after the plan came again")

	s = mustShipment(t, db, "S1")
	inTx(t, db, func(tx *Tx) error { return do(tx, s, order.Event{Type: order.EventOpened, By: "li"}) })
	if refs, err := db.Find("PACK-1", 5); err != nil || len(refs) > 0 {
		t.Fatalf("its tote is on a bench, and its place leads to %+v, %v", refs, err)
	}
}

func TestAPlanWhoseStockCannotBeIsParked(t *testing.T) {
	s := testShipment("S1", 2, 3)
	s.Lines[0].Stock = []order.Stock{{Pack: "PAL-1"}}
	if err := checkWork(&wire.Work{Shipment: s}); err == nil {
		t.Fatal("a pack of no units is taken")
	}
}
