package central_test

import (
	"encoding/json"
	"slices"
	"testing"

	"golang.org/x/crypto/nacl/box"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
	"pickstation/sync/wire"
)

func TestACancelledOrderIsNotPickedAny(t *testing.T) {
	c := centraltest.New(t)
	b := c.NewBench(t, "bench-1")
	id := c.Put(t, centraltest.Order("1"))
	for range 2 {
		if _, err := c.Cancel(t.Context(), centraltest.By(), id, "changed my mind"); err != nil {
			t.Fatal(err)
		}
	}
	equal(t, "states", states(t, c, id), []string{"awaiting_payment", "paid", "awaiting_pick", "cancelled"})
	equal(t, "granted", c.Lease(t, b, 5).Granted, 0)
	_, err := c.Pay(t.Context(), centraltest.By(), id)
	equal(t, "paying", err, nil) // was paid before
	_, err = c.ChangeAddress(t.Context(), centraltest.By(), id, order.Receiver{Name: "x"})
	equal(t, "address", code(err), "order_cancelled")
}

func TestACancellationAfterThePickAsksForTheGoodsToBePutBack(t *testing.T) {
	c, b, ids := leased(t, "1")
	sh := shipment(t, c, ids[0])
	b.Pick(sh)
	c.PushRange(t, b, 0, 4) // three apples
	_, cursor := c.FeedAll(t, b, 0)
	if _, err := c.Cancel(t.Context(), centraltest.By(), ids[0], ""); err != nil {
		t.Fatal(err)
	}
	rows, cursor := c.FeedAll(t, b, cursor)
	w := centraltest.Work(t, rows)[sh.ID]
	if !w.Shipment.Cancelled || w.Seen != 4 {
		t.Errorf("work: cancelled %v seen %d", w.Shipment.Cancelled, w.Seen)
	}
	in := instruction(t, rows)
	if in.Kind != order.InstructPutBack || len(in.Goods) != 1 || in.Goods[0].Qty != 3 || in.Goods[0].Location != "A-01-1" || in.Ref != "1" || in.Done {
		t.Errorf("instruction: %+v", in)
	}
	c.PushRange(t, b, 4, 6) // two pears, picked before the bench heard of it
	rows, cursor = c.FeedAll(t, b, cursor)
	more := instruction(t, rows) // the first one may be done by now: it stays as it is
	if len(more.Goods) != 1 || more.Goods[0].SKU != "PEAR" || more.Goods[0].Qty != 2 || more.ID == in.ID {
		t.Errorf("what was picked since: %+v", more)
	}
	equal(t, "exceptions", exceptions(t, c), []string{"cancelled"})
	c.Lease(t, b, 0)
	rows, cursor = c.FeedAll(t, b, cursor)
	equal(t, "given back before the goods are", len(rows), 0)
	b.Add(order.Event{Type: order.EventInstructed, Shipment: sh.ID, Reason: in.ID, Code: "*YES*"})
	c.PushRange(t, b, 6, 7)
	c.Lease(t, b, 0)
	rows, cursor = c.FeedAll(t, b, cursor)
	if in := instruction(t, rows); !in.Done {
		t.Errorf("instruction stays open: %+v", in)
	}
	b.Add(order.Event{Type: order.EventInstructed, Shipment: sh.ID, Reason: more.ID, Code: "*YES*"})
	c.PushRange(t, b, 7, 8)
	rows, cursor = c.FeedAll(t, b, cursor)
	if in := instruction(t, rows); !in.Done {
		t.Errorf("instruction stays open: %+v", in)
	}
	c.Lease(t, b, 0)
	rows, _ = c.FeedAll(t, b, cursor)
	if len(rows) != 1 || rows[0].Kind != wire.RowWorkGone {
		t.Errorf("the shipment stays with the bench: %+v", rows)
	}
}

func instruction(t *testing.T, rows []wire.FeedRow) order.Instruction {
	t.Helper()
	all := centraltest.Bodies[order.Instruction](t, rows, wire.RowInstruction)
	if len(all) == 0 {
		return order.Instruction{}
	}
	return all[len(all)-1]
}

func TestAHandedOverOrderCanBeNeitherCancelledNorReaddressed(t *testing.T) {
	c, b, ids := leased(t, "1")
	sh := shipment(t, c, ids[0])
	b.Ship(sh)
	c.PushAll(t, b)
	_, err := c.Cancel(t.Context(), centraltest.By(), ids[0], "")
	equal(t, "cancel", code(err), "already_dispatched")
	_, err = c.ChangeAddress(t.Context(), centraltest.By(), ids[0], order.Receiver{Name: "x", Country: "CN"})
	equal(t, "address", code(err), "already_dispatched")
	equal(t, "state", c.View(t, ids[0]).State, "dispatched")
	rows, _ := c.FeedAll(t, b, 0)
	equal(t, "work left at the bench", len(centraltest.Work(t, rows)), 0)
}

func TestWhatLeftAlthoughCancelledIsAnExceptionAndTheFactWins(t *testing.T) {
	c, b, ids := leased(t, "1")
	sh := shipment(t, c, ids[0])
	b.Ship(sh)
	if _, err := c.Cancel(t.Context(), centraltest.By(), ids[0], ""); err != nil { // the bench is offline
		t.Fatal(err)
	}
	c.PushAll(t, b)
	codes := exceptions(t, c)
	equal(t, "exceptions", codes, []string{"cancelled", central.ExcDispatchedCancelled})
	open, err := c.Exceptions(t.Context(), central.ExceptionFilter{})
	if err != nil || len(open) != 1 || open[0].Code != central.ExcDispatchedCancelled {
		t.Errorf("one conflict waits for a person as %+v, %v", open, err)
	}
	v := c.View(t, ids[0])
	equal(t, "state", v.State, "dispatched")
	if v.Cancelled() || v.Shipments[0].Cancelled {
		t.Error("the order is still called cancelled")
	}
	n, err := c.Track(t.Context(), centraltest.By(), []central.TrackingEvent{{Waybill: sh.Parcels[0].Waybill.Number, Event: order.TriggerDeliver}})
	equal(t, "tracking goes on", []any{n[0].Outcome, err}, []any{"applied", nil})
}

func TestANewAddressVoidsALabelThatMayBePrinted(t *testing.T) {
	c, b, ids := leased(t, "1")
	sh := shipment(t, c, ids[0])
	old := sh.Parcels[0].Waybill.Number
	b.Pick(sh)
	b.Label(sh)
	c.PushAll(t, b)
	_, cursor := c.FeedAll(t, b, 0)
	moved := centraltest.Order("1").Receiver
	moved.City, moved.District = "三亚市", "吉阳区"
	if _, err := c.ChangeAddress(t.Context(), centraltest.By(), ids[0], moved); err != nil {
		t.Fatal(err)
	}
	rows, _ := c.FeedAll(t, b, cursor)
	w := centraltest.Work(t, rows)[sh.ID]
	p := w.Shipment.Parcels[0]
	if p.Waybill.Number == old || p.Labelled || p.PrintedVersion != 1 || w.Shipment.Version != 2 || p.Waybill.Sort != "三亚市 吉阳区" ||
		!slices.Equal(p.VoidWaybills, []string{old}) {
		t.Errorf("parcel after the change: %+v version %d", p, w.Shipment.Version)
	}
	equal(t, "instruction", instruction(t, rows).Kind, order.InstructReprint)
	plain, ok := box.OpenAnonymous(nil, w.Sealed, b.Box, b.Private)
	var rc order.Receiver
	if !ok || json.Unmarshal(plain, &rc) != nil || rc != moved {
		t.Errorf("receiver at the bench: %v %+v", ok, rc)
	}
	equal(t, "exceptions", exceptions(t, c), []string(nil))
}

func TestANewAddressBeforeAnythingIsPrintedKeepsTheNumberUnlessABenchHoldsIt(t *testing.T) {
	c := centraltest.New(t)
	b := c.NewBench(t, "bench-1")
	id := c.Put(t, centraltest.Order("1"))
	first := shipment(t, c, id).Parcels[0].Waybill
	moved := centraltest.Order("1").Receiver
	readdress := func(city string) order.Waybill {
		moved.City = city
		if _, err := c.ChangeAddress(t.Context(), centraltest.By(), id, moved); err != nil {
			t.Fatal(err)
		}
		return shipment(t, c, id).Parcels[0].Waybill
	}
	second := readdress("三亚市")
	if second.Number != first.Number || second.Routing == first.Routing {
		t.Errorf("from %+v to %+v", first, second)
	}
	c.Lease(t, b, 1) // it may be printed there without our knowing
	if third := readdress("儋州市"); third.Number == second.Number {
		t.Errorf("number %s could stand on two papers", third.Number)
	}
}

func TestALabelPrintedBeforeTheBenchHeardOfTheNewAddressIsVoid(t *testing.T) {
	c, b, ids := leased(t, "1")
	sh := shipment(t, c, ids[0])
	b.Pick(sh)
	b.Label(sh) // offline
	moved := centraltest.Order("1").Receiver
	moved.City = "三亚市"
	if _, err := c.ChangeAddress(t.Context(), centraltest.By(), ids[0], moved); err != nil {
		t.Fatal(err)
	}
	_, cursor := c.FeedAll(t, b, 0)
	c.PushAll(t, b)
	rows, _ := c.FeedAll(t, b, cursor)
	equal(t, "instruction", instruction(t, rows).Kind, order.InstructReprint)
	if w := centraltest.Work(t, rows)[sh.ID]; len(w.Shipment.Parcels) != 1 || w.Shipment.Parcels[0].Labelled {
		t.Errorf("the old paper counts: %+v", w.Shipment.Parcels)
	}
}

func TestAParcelThatLeftWithTheOldLabelIsAnException(t *testing.T) {
	c, b, ids := leased(t, "1")
	sh := shipment(t, c, ids[0])
	b.Ship(sh)
	moved := centraltest.Order("1").Receiver
	moved.City = "三亚市"
	if _, err := c.ChangeAddress(t.Context(), centraltest.By(), ids[0], moved); err != nil {
		t.Fatal(err)
	}
	c.PushAll(t, b)
	equal(t, "exceptions", exceptions(t, c), []string{central.ExcOldAddress})
	v := c.View(t, ids[0])
	equal(t, "state", v.State, "dispatched")
	equal(t, "number on the box", v.Shipments[0].Parcels[0].Waybill.Number, sh.Parcels[0].Waybill.Number)
}
