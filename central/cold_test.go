package central_test

import (
	"strings"
	"testing"
	"time"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
)

func TestColdWorkTravelsWithItsJourneyAndALeaseOfItsOwn(t *testing.T) {
	c := centraltest.New(t)
	p := order.DefaultPolicy()
	p.Transits = []order.TransitRule{{Region: "海南省", Hours: 12}, {Hours: 60}}
	p.ColdLeaseS = 5 * 24 * 3600
	if err := c.SetPolicy(t.Context(), p, false); err != nil {
		t.Fatal(err)
	}
	in := centraltest.Order("1")
	in.Lines[0].Temp = order.Frozen
	c.Put(t, in)
	c.Put(t, centraltest.Order("2"))
	b := c.NewBench(t, "bench-1")
	c.Lease(t, b, 2)
	rows, _ := c.FeedAll(t, b, 0)
	n := 0
	for _, w := range centraltest.Work(t, rows) {
		cold := w.Shipment.Orders[0].External == "1"
		if days := time.Duration(w.Lease.GrantS) * time.Second / (24 * time.Hour); cold != (days == 5) {
			t.Errorf("order %s is leased for %d days", w.Shipment.Orders[0].External, days)
		}
		if cold && (w.Shipment.Transit == nil || w.Shipment.Transit.Hours != 12 || w.Shipment.Transit.Region != "海南省") || !cold && w.Shipment.Transit != nil {
			t.Errorf("order %s goes %+v", w.Shipment.Orders[0].External, w.Shipment.Transit)
		}
		n++
	}
	if n != 2 {
		t.Fatalf("%d shipments", n)
	}
}

// frozenWork is an order with frozen goods at a bench.
func frozenWork(t *testing.T) (*centraltest.Centre, *centraltest.Bench, order.OrderID) {
	t.Helper()
	c := centraltest.New(t)
	in := centraltest.Order("1")
	in.Lines[0].Temp = order.Frozen
	id := c.Put(t, in)
	b := c.NewBench(t, "bench-1")
	c.Lease(t, b, 1)
	return c, b, id
}

func TestGoodsTooWarmAreToldUntilALeadHasDecided(t *testing.T) {
	c, b, id := frozenWork(t)
	sh := shipment(t, c, id)
	b.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 1, Qty: 1})
	c.Clock.Advance(30 * time.Minute)
	b.Add(order.Event{Type: order.EventTooWarm, Shipment: sh.ID, Reason: string(order.Frozen), Source: order.System}) // by the clock alone
	c.PushAll(t, b)
	wantExceptions(t, c, central.ExcTooWarm)
	b.Add(order.Event{Type: order.EventAsked, Shipment: sh.ID, Reason: "override", Msg: order.MsgTooWarm, Verdict: order.Blocked})
	c.PushAll(t, b)
	x := wantExceptions(t, c, central.ExcTooWarm)[0]
	if !strings.Contains(x.Detail, "30m0s") {
		t.Fatalf("detail %q", x.Detail)
	}
	b.Add(order.Event{Type: order.EventWarmPassed, Shipment: sh.ID, Auth: "boss", Why: "core-cold", OutS: 1800})
	c.PushAll(t, b)
	wantExceptions(t, c)
	rows, err := c.Timeline(t.Context(), centraltest.By(), id)
	if err != nil || !strings.Contains(rows[len(rows)-1].Note, "1800 s out of the cold let pass by boss: core-cold") {
		t.Fatalf("told %+v, %v", rows[len(rows)-1], err)
	}
	c.Clock.Advance(30 * time.Minute)
	b.Add(order.Event{Type: order.EventAsked, Shipment: sh.ID, Reason: "override", Msg: order.MsgTooWarm, Verdict: order.Blocked})
	c.PushAll(t, b)
	wantExceptions(t, c, central.ExcTooWarm)
}

func TestAColdParcelsRecordIsOnTheTimeline(t *testing.T) {
	c, b, id := frozenWork(t)
	sh := shipment(t, c, id)
	b.Pick(sh)
	b.Label(sh)
	b.Add(order.Event{Type: order.EventDispatched, Shipment: sh.ID, Parcel: 1, Waybill: sh.Parcels[0].Waybill.Number, OrderVersion: sh.Version,
		OutS: 480, Probe: "freezer", MilliC: -19500})
	c.PushAll(t, b)
	rows, err := c.Timeline(t.Context(), centraltest.By(), id)
	found := false
	for _, r := range rows {
		found = found || r.Note == "parcel 1 handed over: 480 s out of the cold, freezer says -19.5 C"
	}
	if err != nil || !found {
		t.Fatalf("told %+v, %v", rows, err)
	}
}

func TestGoodsOfAMoveThatAreTooWarmAreToldUntilALeadHasDecided(t *testing.T) {
	c, b, _ := frozenWork(t)
	if _, err := c.PutProducts(t.Context(), "", []order.Product{{SKU: "ICE", Codes: []order.ItemCode{{Key: "6901234567892"}}, Temp: order.Frozen}}); err != nil {
		t.Fatal(err)
	}
	k, err := c.AddTask(t.Context(), centraltest.By(), central.TaskIn{Kind: order.TaskMove, SKU: "ICE", Qty: 3, From: "R-1", To: "F-1"})
	if err != nil {
		t.Fatal(err)
	}
	b.Add(order.Event{Type: order.EventTaskOpened, Task: k.ID})
	b.Add(order.Event{Type: order.EventTooWarm, Task: k.ID, Line: 1, Qty: 2, Reason: string(order.Frozen), OutS: 1200, Source: order.System})
	c.PushAll(t, b)
	if x := wantExceptions(t, c, central.ExcTooWarm)[0]; !strings.Contains(x.Detail, "task "+string(k.ID)+" out of the cold for 20m0s at bench-1") {
		t.Fatalf("detail %q", x.Detail)
	}
	b.Add(order.Event{Type: order.EventWarmPassed, Task: k.ID, Line: 1, Auth: "boss", OutS: 1260})
	c.PushAll(t, b)
	wantExceptions(t, c)
	b.Add(order.Event{Type: order.EventMoved, Task: k.ID, Line: 1, Qty: 2, Place: "F-1", OutS: 1300})
	c.PushAll(t, b)
	wantExceptions(t, c)
	b.Add(order.Event{Type: order.EventMoved, Task: k.ID, Line: 1, Qty: 1, Place: "L-9", OutS: 60, Since: 1})
	c.PushAll(t, b)
	if x := wantExceptions(t, c, central.ExcWarmPlace)[0]; !strings.Contains(x.Detail, "1 of ICE, frozen, were put at L-9, which is warmer; out of the cold for 1m0s before") {
		t.Fatalf("detail %q", x.Detail)
	}
}
