package localdb

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"pickstation/order"
	"pickstation/sync/wire"
)

// genEvent draws an event as a bench may write it, and some that no bench would.
func genEvent(rt *rapid.T) order.Event {
	return order.Event{
		Type: rapid.SampledFrom([]order.EventType{order.EventOpened, order.EventReleased, order.EventTakenOver, order.EventLocated,
			order.EventPicked, order.EventPicked, order.EventPicked, order.EventUndone, order.EventShorted, order.EventPacked,
			order.EventWeighed, order.EventPrintRequested, order.EventPrinted, order.EventLabelled, order.EventDispatched,
			order.EventHeld, order.EventInstructed, order.EventRefused, "from_the_future"}).Draw(rt, "type"),
		V: 1, At: testTime.UnixMilli() + rapid.Int64Range(0, 1000).Draw(rt, "at"),
		By:      order.OperatorID(rapid.SampledFrom([]string{"op1", "op2", ""}).Draw(rt, "by")),
		Line:    rapid.IntRange(0, 4).Draw(rt, "line"),
		Qty:     rapid.IntRange(0, 3).Draw(rt, "qty"),
		Parcel:  rapid.IntRange(0, 3).Draw(rt, "parcel"),
		Of:      rapid.Uint64Range(0, 20).Draw(rt, "of"),
		No:      rapid.IntRange(0, 3).Draw(rt, "no"),
		WeightG: rapid.IntRange(0, 5000).Draw(rt, "g"),
		Lot:     rapid.SampledFrom([]string{"", "", "L1", "L2"}).Draw(rt, "lot"),
		Serial:  rapid.SampledFrom([]string{"", "", "SN1", "SN2", "SN3"}).Draw(rt, "serial"),
		Reason:  rapid.SampledFrom([]string{"", "picked", "packed", "shorted", "damaged", "to_verify"}).Draw(rt, "reason"),
	}
}

// TestStoredProgressIsTheFoldOfTheEvents compares the shipment in memory, which is
// the fold, with what the columns give back, for any events.
func TestStoredProgressIsTheFoldOfTheEvents(t *testing.T) {
	db, h := openNew(t)
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		plan := testShipment(string(rune('A'+n%26))+itoa(n), 3, 3)
		plan.Parcels = append(plan.Parcels, order.Parcel{No: 2, ID: "P2" + order.ParcelID(plan.ID)})
		plan.Complete = rapid.Bool().Draw(rt, "complete")
		if rapid.Bool().Draw(rt, "check") {
			plan.PackCheck = order.PackEach
		}
		give(t, db, h, plan)
		s := mustShipment(t, db, string(plan.ID))
		for range rapid.IntRange(1, 4).Draw(rt, "commits") {
			inTx(t, db, func(tx *Tx) error {
				for range rapid.IntRange(1, 5).Draw(rt, "events") {
					if err := do(tx, s, genEvent(rt)); err != nil {
						return err
					}
				}
				return nil
			})
			clear(db.plans)
			if d := cmp.Diff(s, mustShipment(t, db, string(plan.ID)), ignoreSteps, cmpopts.EquateEmpty()); d != "" {
				rt.Fatalf("stored progress (-fold +stored):\n%s", d)
			}
		}
		// The same events on top of the plan as the centre has it give the same.
		apply(t, db, 1, workRow(t, 1, wire.Work{Shipment: plan, Lease: lease(h)}))
		if d := cmp.Diff(s, mustShipment(t, db, string(plan.ID)), ignoreSteps, cmpopts.EquateEmpty()); d != "" {
			rt.Fatalf("after the plan came again (-fold +stored):\n%s", d)
		}
	})
}

func itoa(n int) string {
	b, err := json.Marshal(n)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// FuzzFeed applies any rows: none may stop the feed or panic, and applying them
// again changes nothing.
func FuzzFeed(f *testing.F) {
	h := newHands()
	work, err := json.Marshal(wire.Work{Shipment: testShipment("S1", 2, 2), Lease: lease(h)})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("work", "S1", work)
	f.Add("work_gone", "S1", []byte(`{"shipment":"S1","why":"shipped"}`))
	f.Add("catalogue", "x", []byte(`{"sku":"x","codes":[{"key":"1"},{"key":"1"},{}]}`))
	f.Add("location", "x", []byte(`{"id":"\u0000"}`))
	f.Add("operator", "x", []byte(`{"id":"x","roles":null,"valid_until":"0001-01-01T00:00:00Z"}`))
	f.Add("policy", "x", []byte(`{"zone":"","badge_key":"AAAA"}`))
	f.Add("block", "x", []byte(`{"id":"x","from":-1,"to":9223372036854775807}`))
	f.Add("instruction", "x", []byte(`{"id":"x","kind":"put_back","goods":[{}]}`))
	f.Add("flow", "x", []byte(`{"id":"x","version":1,"states":[]}`))
	f.Add("work", "S1", []byte(`{"shipment":{"id":"S1","lines":[{"no":1,"qty":-5}]}}`))
	f.Add("work", "\xff", []byte("\xff\xfe{"))
	dir := f.TempDir()
	db := openAt(f, dir, h)
	defer db.Close()
	f.Fuzz(func(t *testing.T, kind, id string, body []byte) {
		row := wire.FeedRow{FS: 1, Kind: wire.RowKind(kind), ID: id, Body: body}
		apply(t, db, 1, row)
		first := dump(t, db)
		apply(t, db, 1, row)
		if d := cmp.Diff(first, dump(t, db)); d != "" {
			t.Error(d)
		}
		if _, _, err := db.Queue("", 5); err != nil {
			t.Error(err)
		}
		if _, err := db.Find("ITEM-1", 5); err != nil {
			t.Error(err)
		}
	})
}
