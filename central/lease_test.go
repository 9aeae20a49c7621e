package central_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/nacl/box"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
	"pickstation/sync/wire"
)

func TestWorkGoesOutByPriorityThenPromiseThenAge(t *testing.T) {
	c := centraltest.New(t)
	b := c.NewBench(t, "bench-1")
	put := func(x string, priority int, promise time.Duration) {
		in := centraltest.Order(x)
		in.Priority = priority
		if promise > 0 {
			in.Promise = centraltest.Start.Add(promise)
		}
		c.Put(t, in)
		c.Clock.Advance(time.Second)
	}
	put("old, no promise", 0, 0)
	put("late promise", 0, 9*time.Hour)
	put("early promise", 0, time.Hour)
	put("urgent", 5, 20*time.Hour)
	put("young, no promise", 0, 0)
	var got []string
	for n := 1; n <= 5; n++ {
		equal(t, "granted", c.Lease(t, b, n).Granted, 1)
		rows, _ := c.FeedAll(t, b, 0)
		last := rows[len(rows)-1]
		var w wire.Work
		if err := json.Unmarshal(last.Body, &w); err != nil {
			t.Fatal(err)
		}
		got = append(got, w.Shipment.Orders[0].External)
	}
	equal(t, "order of leases", got, []string{"urgent", "early promise", "late promise", "old, no promise", "young, no promise"})
}

func TestTwoBenchesNeverHoldTheSameShipment(t *testing.T) {
	c := centraltest.New(t)
	a, b := c.NewBench(t, "bench-1"), c.NewBench(t, "bench-2")
	for i := range 10 {
		c.Put(t, centraltest.Order(fmt.Sprint(i)))
	}
	equal(t, "granted", []int{c.Lease(t, a, 6).Granted, c.Lease(t, b, 6).Granted, c.Lease(t, a, 6).Granted}, []int{6, 4, 0})
	rowsA, _ := c.FeedAll(t, a, 0)
	rowsB, _ := c.FeedAll(t, b, 0)
	for id := range centraltest.Work(t, rowsA) {
		if _, both := centraltest.Work(t, rowsB)[id]; both {
			t.Errorf("%s is at both benches", id)
		}
	}
}

func TestALeaseIsRenewedByTheHeartbeatAndGoesToOthersOnlyAfterItsGrace(t *testing.T) {
	c, a, ids := leased(t, "1")
	b := c.NewBench(t, "bench-2")
	sh := shipment(t, c, ids[0])
	c.Clock.Advance(10 * time.Hour)
	reply := c.Lease(t, a, 1)
	if len(reply.Renewed) != 1 || reply.Renewed[0].Lease.Token != 1 || reply.Renewed[0].Lease.GrantS != 24*3600 {
		t.Fatalf("renewed: %+v", reply.Renewed)
	}
	c.Clock.Advance(24*time.Hour + time.Minute)
	equal(t, "granted within the grace", c.Lease(t, b, 1).Granted, 0)
	c.Clock.Advance(time.Hour)
	equal(t, "granted after the grace", c.Lease(t, b, 1).Granted, 1)
	rows, _ := c.FeedAll(t, b, 0)
	equal(t, "token", centraltest.Work(t, rows)[sh.ID].Lease.Token, 2)
	rows, _ = c.FeedAll(t, a, 1)
	var gone wire.Gone
	if err := json.Unmarshal(rows[len(rows)-1].Body, &gone); err != nil {
		t.Fatal(err)
	}
	equal(t, "the old bench hears", gone, wire.Gone{Shipment: sh.ID, Why: "leased_elsewhere"})
}

func TestALeaseOfColdGoodsIsLonger(t *testing.T) {
	c := centraltest.New(t)
	b := c.NewBench(t, "bench-1")
	in := centraltest.Order("1")
	in.Lines[1].Temp = order.Frozen
	c.Put(t, in)
	c.Lease(t, b, 1)
	rows, _ := c.FeedAll(t, b, 0)
	for _, w := range centraltest.Work(t, rows) {
		equal(t, "seconds", w.Lease.GrantS, 72*3600)
	}
}

func TestStartedWorkIsNotGivenToOthersByTheClock(t *testing.T) {
	c, a, ids := leased(t, "1")
	b := c.NewBench(t, "bench-2")
	a.Pick(shipment(t, c, ids[0]))
	c.PushRange(t, a, 0, 2)
	c.Clock.Advance(100 * time.Hour)
	equal(t, "granted", c.Lease(t, b, 1).Granted, 0)
}

func TestPackedWorkDoesNotCountAgainstWhatABenchWants(t *testing.T) {
	c, b, ids := leased(t, "1")
	c.Put(t, centraltest.Order("2"))
	sh := shipment(t, c, ids[0])
	equal(t, "while it is open", c.Lease(t, b, 1).Granted, 0)
	b.Pick(sh)
	b.Label(sh)
	c.PushAll(t, b)
	equal(t, "once it is packed", c.Lease(t, b, 1).Granted, 1)
}

func TestTheFeedBringsEverythingAStationNeedsAndThenOnlyChanges(t *testing.T) {
	c, b, _ := leased(t, "1")
	if _, err := c.PutProducts(t.Context(), "", []order.Product{{SKU: "APPLE"}, {SKU: "PEAR"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.PutLocations(t.Context(), "", []order.Location{{ID: "A-01-1"}}); err != nil {
		t.Fatal(err)
	}
	badge := central.Badge{Operator: order.Operator{ID: "op1", Name: "张三", Roles: []order.Role{order.RoleLead}}, Badge: "B-77"}
	if _, err := c.PutOperators(t.Context(), "", []central.Badge{badge}); err != nil {
		t.Fatal(err)
	}
	rows, cursor := c.FeedAll(t, b, 0)
	counts := map[wire.RowKind]int{}
	last := int64(0)
	for _, r := range rows {
		counts[r.Kind]++
		if r.FS <= last {
			t.Errorf("row %d after %d", r.FS, last)
		}
		last = r.FS
	}
	equal(t, "rows", counts, map[wire.RowKind]int{"work": 1, "flow": 3, "policy": 1, "catalogue": 2, "location": 1, "operator": 1})
	rows, _ = c.FeedAll(t, b, cursor)
	equal(t, "nothing new", len(rows), 0)

	n, err := c.PutProducts(t.Context(), "", []order.Product{{SKU: "APPLE"}, {SKU: "PEAR", WeightG: 180}})
	equal(t, "changed", []any{n, err}, []any{1, nil})
	rows, _ = c.FeedAll(t, b, cursor)
	if len(rows) != 1 || rows[0].ID != "PEAR" || !strings.Contains(string(rows[0].Body), "180") {
		t.Errorf("change: %+v", rows)
	}
	rows, _ = c.FeedAll(t, b, 0)
	equal(t, "a snapshot holds the latest of each", len(rows), 9)

	other := c.NewBench(t, "bench-2")
	rows, _ = c.FeedAll(t, other, 0)
	equal(t, "another station of the warehouse", len(rows), 8)
}

func TestTheBadgeKeyIsSealedToTheStationAndFitsTheHashes(t *testing.T) {
	c := centraltest.New(t)
	b := c.NewBench(t, "bench-1")
	badge := central.Badge{Operator: order.Operator{ID: "op1", Name: "张三"}, Badge: "B-77"}
	if _, err := c.PutOperators(t.Context(), "", []central.Badge{badge}); err != nil {
		t.Fatal(err)
	}
	rows, _ := c.FeedAll(t, b, 0)
	p := centraltest.Bodies[wire.Policy](t, rows, wire.RowPolicy)[0]
	o := centraltest.Bodies[order.Operator](t, rows, wire.RowOperator)[0]
	key, ok := box.OpenAnonymous(nil, p.BadgeKey, b.Box, b.Private)
	if !ok || o.BadgeHash != order.BadgeHash(key, "b-77") {
		t.Errorf("badge hash %q does not come from the sealed key (%v)", o.BadgeHash, ok)
	}
	want := order.DefaultPolicy()
	want.Warehouse = "main"
	equal(t, "policy", p.Policy, want)
}

func TestALongPollEndsWithTheFirstChange(t *testing.T) {
	c := centraltest.New(t)
	b := c.NewBench(t, "bench-1")
	_, cursor := c.FeedAll(t, b, 0)
	got := make(chan wire.FeedReply, 1)
	go func() {
		reply, err := c.Feed(t.Context(), b.ID, cursor, 0, time.Minute)
		if err != nil {
			t.Error(err)
		}
		got <- reply
	}()
	if _, err := c.PutLocations(t.Context(), "", []order.Location{{ID: "A-01-1"}}); err != nil {
		t.Fatal(err)
	}
	reply := <-got
	equal(t, "rows", len(reply.Rows), 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Feed(ctx, b.ID, reply.Next, 0, time.Minute); err == nil {
		t.Error("a poll whose caller has left goes on")
	}
}

func TestWorkIsShownToTheStationThatHoldsItOnly(t *testing.T) {
	c, _, ids := leased(t, "1")
	other := c.NewBench(t, "bench-2")
	err := c.Store.Write(t.Context(), func(tx central.Tx) error { // a reference that should not be there
		return tx.Emit("main", other.ID, string(wire.RowWork), string(shipment(t, c, ids[0]).ID))
	})
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := c.FeedAll(t, other, 0)
	equal(t, "work of others", len(centraltest.Work(t, rows)), 0)
}

func TestACursorFromAnotherLifeGetsASnapshot(t *testing.T) {
	c, b, _ := leased(t, "1")
	reply, err := c.Feed(t.Context(), b.ID, 1<<40, 0, 0)
	if err != nil || !reply.Snapshot || len(reply.Rows) != 5 {
		t.Errorf("snapshot %v with %d rows, %v", reply.Snapshot, len(reply.Rows), err)
	}
}

func TestTheFeedComesInPages(t *testing.T) {
	c := centraltest.New(t)
	b := c.NewBench(t, "bench-1")
	var all []order.Location
	for i := range 25 {
		all = append(all, order.Location{ID: order.LocationID(fmt.Sprint(i))})
	}
	if _, err := c.PutLocations(t.Context(), "", all); err != nil {
		t.Fatal(err)
	}
	seen, cursor := 0, int64(0)
	for {
		reply, err := c.Feed(t.Context(), b.ID, cursor, 10, 0)
		if err != nil {
			t.Fatal(err)
		}
		seen += len(reply.Rows)
		if cursor = reply.Next; reply.UpToDate {
			break
		}
		equal(t, "page", len(reply.Rows), 10)
	}
	equal(t, "rows", seen, 29)
}

func TestTrackingThatComesBeforeTheBenchsOwnWordWaitsForIt(t *testing.T) {
	c, b, ids := leased(t, "1")
	sh := shipment(t, c, ids[0])
	n := sh.Parcels[0].Waybill.Number
	track := func(on order.Trigger, hours int) string {
		res, err := c.Track(t.Context(), centraltest.By(), []central.TrackingEvent{{Waybill: n, Event: on, At: centraltest.Start.Add(time.Duration(hours) * time.Hour)}})
		if err != nil {
			t.Fatal(err)
		}
		return res[0].Outcome
	}
	equal(t, "before", []string{track(order.TriggerOut, 9), track(order.TriggerCollect, 5), track(order.TriggerCollect, 5)},
		[]string{"waiting", "waiting", "duplicate"})
	b.Ship(sh)
	c.PushAll(t, b)
	equal(t, "state", c.View(t, ids[0]).State, "out_for_delivery")
	equal(t, "late and again", []string{track(order.TriggerDeliver, 12), track(order.TriggerDeliver, 13), track(order.TriggerCollect, 6)},
		[]string{"applied", "duplicate", "applied"})
	equal(t, "state", c.View(t, ids[0]).State, "delivered")
	equal(t, "exceptions", exceptions(t, c), []string(nil))
	res, _ := c.Track(t.Context(), centraltest.By(), []central.TrackingEvent{{Waybill: "SF0", Event: order.TriggerDeliver}, {Waybill: n, Event: "lost"}})
	equal(t, "others", []string{res[0].Outcome, res[1].Outcome}, []string{"unknown_waybill", "rejected"})
}

func TestAReturnWalksItsFourStates(t *testing.T) {
	c := centraltest.New(t)
	in := central.ReturnIn{Channel: "shop", External: "r1", Reason: "too ripe", Lines: []central.ReturnLine{{SKU: "APPLE", Qty: 1}}}
	ret, outcome, err := c.RequestReturn(t.Context(), centraltest.By(), in)
	if err != nil || outcome != "new" {
		t.Fatal(outcome, err)
	}
	_, outcome, err = c.RequestReturn(t.Context(), centraltest.By(), in)
	equal(t, "again", []any{outcome, err}, []any{"unchanged", nil})
	in.Reason = "other"
	_, _, err = c.RequestReturn(t.Context(), centraltest.By(), in)
	equal(t, "other contents", code(err), "return_exists")
	_, err = c.MoveReturn(t.Context(), centraltest.By(), ret.ID, order.TriggerRefund)
	equal(t, "refund before it came", code(err), "not_in_flow")
	for _, on := range []order.Trigger{order.TriggerApprove, order.TriggerApprove, order.TriggerReceive, order.TriggerRefund} {
		if ret, err = c.MoveReturn(t.Context(), centraltest.By(), ret.ID, on); err != nil {
			t.Fatal(err)
		}
	}
	_, rows, err := c.GetReturn(t.Context(), centraltest.By(), ret.ID)
	var got []string
	for _, r := range rows {
		got = append(got, string(r.State))
	}
	equal(t, "states", []any{got, err}, []any{[]string{"return_requested", "awaiting_return", "inspecting", "refunded"}, nil})
	in.Order, in.External = "O000000404", "r2"
	_, _, err = c.RequestReturn(t.Context(), centraltest.By(), in)
	equal(t, "of no order", code(err), "not_found")
}

func TestAPublishedFlowIsUsedByNewOrdersAndNeverChanged(t *testing.T) {
	c := centraltest.New(t)
	b := c.NewBench(t, "bench-1")
	old := c.Put(t, centraltest.Order("1"))
	f := *order.StandardFlow()
	f.Version = 2
	f.States = append([]order.State{}, f.States...)
	for i := range f.States {
		if f.States[i].Code == "awaiting_pick" {
			f.States[i].Name.EN = "Waiting for hands"
		}
	}
	data, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	_, cursor := c.FeedAll(t, b, 0)
	for range 2 {
		if _, err := c.PublishFlow(t.Context(), data); err != nil {
			t.Fatal(err)
		}
	}
	rows, _ := c.FeedAll(t, b, cursor)
	equal(t, "told once", len(rows), 1)
	equal(t, "versions", []int{c.View(t, old).FlowVersion, c.View(t, c.Put(t, centraltest.Order("2"))).FlowVersion}, []int{1, 2})
	f.Edges = f.Edges[:len(f.Edges)-1]
	data, _ = json.Marshal(f)
	_, err = c.PublishFlow(t.Context(), data)
	equal(t, "another one under the number", code(err), "flow_published")
	f.Version, f.States, f.Edges = 3, f.States[:2], f.Edges[:1]
	data, _ = json.Marshal(f)
	_, err = c.PublishFlow(t.Context(), data)
	equal(t, "one that benches cannot use", code(err), "bad_flow")
}

func TestTokensOfARestoredCentreArePastThoseThatWereLost(t *testing.T) {
	c, _, ids := leased(t, "A")
	copied := backup(t, c)
	token := c.View(t, ids[0]).Shipments[0].LeaseToken
	c.Clock.Advance(48 * time.Hour)
	b2 := c.NewBench(t, "bench-2")
	c.Lease(t, b2, 1) // the first lease is over
	lost := c.View(t, ids[0]).Shipments[0].LeaseToken
	if token != 1 || lost != 2 {
		t.Fatalf("tokens %d and %d", token, lost)
	}
	r := restore(t, c, copied)
	r.Clock.Advance(2 * time.Hour) // a centre that has just started takes nothing away
	b3 := r.NewBench(t, "bench-3")
	r.Lease(t, b3, 1)
	if got := r.View(t, ids[0]).Shipments[0]; got.LeaseStation != "bench-3" || got.LeaseToken <= lost {
		t.Errorf("leased to %s with token %d", got.LeaseStation, got.LeaseToken)
	}
}

// A bench where hundreds of parcels wait to be fetched has them renewed a part at a time.
func TestTheLeasesThatEndFirstAreRenewedFirst(t *testing.T) {
	c := centraltest.New(t)
	b := c.NewBench(t, "bench-1")
	const n = 510
	for i := range n {
		id := c.Put(t, centraltest.Order(fmt.Sprint(i)))
		if err := c.Store.Write(t.Context(), func(tx central.Tx) error {
			ships, err := tx.ShipmentsOf(id)
			if err != nil {
				return err
			}
			sh := ships[0]
			sh.LeaseStation, sh.LeaseToken, sh.LeaseUntil = b.ID, 1, c.Clock.Now().Add(time.Duration(n-i)*time.Minute)
			return tx.PutShipment(sh)
		}); err != nil {
			t.Fatal(err)
		}
	}
	var renewed []order.ShipmentID
	for _, want := range []int{500, 10, 0} {
		reply := c.Lease(t, b, 0)
		equal(t, "renewed at once", len(reply.Renewed), want)
		for _, r := range reply.Renewed {
			renewed = append(renewed, r.Shipment)
		}
	}
	last := c.View(t, "O000000001").Shipments[0].ID // has the most time left
	equal(t, "one of the last", slices.Index(renewed, last) >= 500, true)
}
