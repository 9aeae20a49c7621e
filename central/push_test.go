package central_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// leased sets up a centre with one order that a bench holds, picked and labelled in
// its log but not yet pushed.
func leased(t *testing.T, externals ...string) (*centraltest.Centre, *centraltest.Bench, []order.OrderID) {
	t.Helper()
	c := centraltest.New(t)
	b := c.NewBench(t, "bench-1")
	var ids []order.OrderID
	for _, x := range externals {
		ids = append(ids, c.Put(t, centraltest.Order(x)))
	}
	if got := c.Lease(t, b, len(externals)).Granted; got != len(externals) {
		t.Fatalf("granted %d shipments, want %d", got, len(externals))
	}
	return c, b, ids
}

func shipment(t *testing.T, c *centraltest.Centre, id order.OrderID) *order.Shipment {
	t.Helper()
	return &c.View(t, id).Shipments[0].Shipment
}

func states(t *testing.T, c *centraltest.Centre, id order.OrderID) []string {
	t.Helper()
	rows, err := c.Timeline(t.Context(), centraltest.By(), id)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, r := range rows {
		if r.Kind == central.KindState {
			all = append(all, string(r.State))
		}
	}
	return all
}

func exceptions(t *testing.T, c *centraltest.Centre) []string {
	t.Helper()
	all, err := c.Exceptions(t.Context(), central.ExceptionFilter{Closed: true})
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, e := range all {
		if e.NextStep == "" {
			t.Errorf("exception %s has no next step", e.Code)
		}
		codes = append(codes, e.Code)
	}
	return codes
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	g, _ := json.Marshal(got)
	w, _ := json.Marshal(want)
	if string(g) != string(w) {
		t.Errorf("%s: got %s, want %s", what, g, w)
	}
}

func TestAnOrderWalksThroughAllNineStatesWithTimeAndPerson(t *testing.T) {
	c, b, ids := leased(t, "1")
	sh := shipment(t, c, ids[0])
	b.Ship(sh)
	reply := c.PushAll(t, b)
	equal(t, "code", reply.Code, wire.CodeOK)
	n := sh.Parcels[0].Waybill.Number
	for _, e := range []order.Trigger{order.TriggerCollect, order.TriggerOut, order.TriggerDeliver} {
		res, err := c.Track(t.Context(), central.By{Who: "sf", Source: "carrier"}, []central.TrackingEvent{{Waybill: n, Event: e}})
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "tracking", res[0].Outcome, "applied")
		c.Clock.Advance(1e9)
	}
	equal(t, "states", states(t, c, ids[0]), []string{"awaiting_payment", "paid", "awaiting_pick", "picked", "awaiting_dispatch",
		"dispatched", "in_transit", "out_for_delivery", "delivered"})
	equal(t, "order state", c.View(t, ids[0]).State, "delivered")
	equal(t, "exceptions", exceptions(t, c), []string(nil))
	rows, err := c.Timeline(t.Context(), centraltest.By(), ids[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r.By == "" || r.At.IsZero() || r.Source == "" {
			t.Errorf("timeline row without person, time or source: %+v", r)
		}
		if r.State == "dispatched" && (r.By != "op1" || r.Station != "bench-1" || r.Source != "scanned") {
			t.Errorf("hand-over is told wrongly: %+v", r)
		}
	}
}

func TestRepeatingAPushChangesNothing(t *testing.T) {
	c, b, ids := leased(t, "1", "2")
	for _, id := range ids {
		sh := shipment(t, c, id)
		b.Ship(sh)
	}
	end := uint64(len(b.Events))
	var before string
	for i, r := range []struct{ base, end uint64 }{
		{0, 5}, {0, 5}, {0, 5}, // the reply was lost twice
		{3, 9}, {0, 9}, {8, 9}, // overlaps
		{4, 7},                         // an old message comes late
		{9, end}, {0, end}, {end, end}, // all of it, and nothing
	} {
		reply := c.PushRange(t, b, r.base, r.end)
		if reply.Code != wire.CodeOK || reply.End != r.end {
			t.Fatalf("push %d: code %s end %d", i, reply.Code, reply.End)
		}
		if reply.HWMHash != b.Hash(reply.HWM) {
			t.Fatalf("push %d: mark %d has another hash", i, reply.HWM)
		}
		if i == 8 {
			before = dump(t, c, ids)
		}
	}
	equal(t, "after more repetitions", dump(t, c, ids), before)
	for _, id := range ids {
		sh := shipment(t, c, id)
		equal(t, "picked", []int{sh.Lines[0].Picked, sh.Lines[1].Picked}, []int{3, 2})
		equal(t, "states", len(states(t, c, id)), 6)
	}
	equal(t, "exceptions", exceptions(t, c), []string(nil))
}

func dump(t *testing.T, c *centraltest.Centre, ids []order.OrderID) string {
	t.Helper()
	var all strings.Builder
	for _, id := range ids {
		rows, err := c.Timeline(t.Context(), centraltest.By(), id)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.NewEncoder(&all).Encode([]any{c.View(t, id), rows}); err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

func TestAPushPastTheMarkIsAGap(t *testing.T) {
	c, b, ids := leased(t, "1")
	b.Pick(shipment(t, c, ids[0]))
	reply := c.PushRange(t, b, 2, 4)
	equal(t, "code", reply.Code, wire.CodeGap)
	equal(t, "mark", reply.HWM, 0)
	equal(t, "hash", reply.HWMHash, order.LogStart(b.Log))
	c.PushRange(t, b, 0, 3)
	reply = c.PushRange(t, b, 4, 6)
	equal(t, "code", reply.Code, wire.CodeGap)
	equal(t, "mark", reply.HWM, 3)
	equal(t, "hash", reply.HWMHash, b.Hash(3))
}

func TestTwoHistoriesOfALogAreAForkAndTheSecondGoesOnInANewLog(t *testing.T) {
	c, b, ids := leased(t, "1")
	sh := shipment(t, c, ids[0])
	b.Pick(sh)
	c.PushAll(t, b)

	twin := *b // restored from a backup that had three events
	twin.Events = append([]order.Event{}, b.Events[:3]...)
	twin.Label(sh)
	reply := c.PushRange(t, &twin, 3, uint64(len(twin.Events)))
	equal(t, "code", reply.Code, wire.CodeFork)
	equal(t, "at", reply.At, 4)
	equal(t, "exceptions", exceptions(t, c), []string{central.ExcFork})

	reply = c.PushRange(t, &twin, 5, uint64(len(twin.Events)))
	equal(t, "a fork before the batch", []any{reply.Code, reply.At}, []any{wire.CodeFork, 0})
	b.Add(order.Event{Type: order.EventNoted})
	reply = c.PushRange(t, b, 6, 7)
	equal(t, "a closed log takes nothing", []any{reply.Code, reply.At, reply.HWM}, []any{wire.CodeFenced, 7, 6})
	equal(t, "what a closed log has is still confirmed", c.PushRange(t, b, 0, 6).Code, wire.CodeOK)

	// The twin re-issues what the centre has not seen, with its first identity.
	again := reissue(&twin, 4)
	reply = c.PushAll(t, again)
	equal(t, "re-issued", outcomes(reply), []wire.Outcome{wire.Applied, wire.Applied, wire.Applied})
	equal(t, "state", c.View(t, ids[0]).State, "awaiting_dispatch")
	equal(t, "one exception", len(exceptions(t, c)), 1)
}

// reissue starts a new log with the events from number at on, as facts of the old one.
func reissue(b *centraltest.Bench, at uint64) *centraltest.Bench {
	n := *b
	n.NewLog()
	for _, e := range b.Events[at-1:] {
		if e.Orig == nil {
			e.Orig = &order.FactID{Log: b.Log, Seq: e.Seq, Hash: e.Hash}
		}
		e.Body, e.Hash = nil, order.Hash{}
		n.Add(e)
	}
	return &n
}

func outcomes(r wire.PushReply) []wire.Outcome {
	var all []wire.Outcome
	for _, x := range r.Results {
		all = append(all, x.Outcome)
	}
	return all
}

func TestAFactCountsOnceThroughWhicheverLogItComes(t *testing.T) {
	c, b, ids := leased(t, "1")
	b.Pick(shipment(t, c, ids[0])) // 6 events
	c.PushRange(t, b, 0, 4)
	again := reissue(b, 3) // 3 and 4 are here, 5 and 6 are not
	reply := c.PushAll(t, again)
	equal(t, "re-issued", outcomes(reply), []wire.Outcome{wire.Duplicate, wire.Duplicate, wire.Applied, wire.Applied})
	// The original of what was re-issued comes late.
	reply = c.PushRange(t, b, 4, 6)
	equal(t, "originals", outcomes(reply), []wire.Outcome{wire.Duplicate, wire.Duplicate})
	// And once more re-issued, from a second restore.
	reply = c.PushAll(t, reissue(again, 1))
	equal(t, "twice re-issued", outcomes(reply), []wire.Outcome{wire.Duplicate, wire.Duplicate, wire.Duplicate, wire.Duplicate})
	sh := shipment(t, c, ids[0])
	equal(t, "picked", []int{sh.Lines[0].Picked, sh.Lines[1].Picked}, []int{3, 2})
}

// Two copies of a disk went on by themselves, and both re-issued what came after, before the
// centre saw one of the originals. Which of the two is looked at first goes by their hashes.
func TestAFactOfOneCopyIsNotTakenForThatOfAnother(t *testing.T) {
	for name, own := range map[string]int{"the disk's": 0, "its copy's": 1} {
		t.Run(name, func(t *testing.T) {
			c, b, ids := leased(t, "1")
			sh := shipment(t, c, ids[0])
			b.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 1, Qty: 1})
			c.PushAll(t, b)
			twin := *b
			twin.Events = slices.Clone(b.Events)
			b.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 1, Qty: 1})
			twin.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 2, Qty: 1})
			copies := []*centraltest.Bench{b, &twin}
			for _, one := range copies {
				c.PushAll(t, reissue(one, 2))
			}
			equal(t, "original", outcomes(c.PushRange(t, copies[own], 1, 2)), []wire.Outcome{wire.Duplicate})
			now := shipment(t, c, ids[0])
			equal(t, "picked", []int{now.Lines[0].Picked, now.Lines[1].Picked}, []int{2, 1})
		})
	}
}

func TestTheSameFactTwiceInOnePushCountsOnce(t *testing.T) {
	c, b, ids := leased(t, "1")
	sh := shipment(t, c, ids[0])
	lost := &order.FactID{Log: order.LogID(strings.Repeat("ab", 16)), Seq: 4, Hash: order.Hash{1}}
	for range 2 {
		b.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 1, Qty: 1, Orig: lost})
	}
	equal(t, "outcomes", outcomes(c.PushAll(t, b)), []wire.Outcome{wire.Applied, wire.Duplicate})
	equal(t, "picked", shipment(t, c, ids[0]).Lines[0].Picked, 1)
}

func TestWhatCannotBeReadIsStoredAndParkedAndTheRestGoesOn(t *testing.T) {
	c, b, ids := leased(t, "1")
	sh := shipment(t, c, ids[0])
	b.AddRaw(`not json at all`)
	b.AddRaw(`{"s":2,"k":"teleported","kv":1,"o":"` + string(sh.ID) + `"}`)
	b.AddRaw(`{"s":77,"k":"picked","kv":1,"o":"` + string(sh.ID) + `","l":1,"q":1}`)
	b.AddRaw(`{"s":4,"k":"picked","kv":9,"o":"` + string(sh.ID) + `","l":1,"q":1}`)
	b.Add(order.Event{Type: order.EventPicked, Shipment: "S999999999", Line: 1, Qty: 1})
	b.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 9, Qty: 1})
	b.Add(order.Event{Type: order.EventPicked, Shipment: "S999999999", Line: 1, Qty: 1})
	b.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: 1, Qty: 1})
	reply := c.PushAll(t, b)
	equal(t, "code", reply.Code, wire.CodeOK)
	equal(t, "mark", reply.HWM, 8)
	var whys []string
	for _, r := range reply.Results {
		whys = append(whys, r.Why)
	}
	want := []string{"unreadable", "unknown_event", "wrong_number", "newer_version", "no_such_shipment", "no_such_line", "no_such_shipment", ""}
	equal(t, "whys", whys, want)
	equal(t, "exceptions", exceptions(t, c), want[:6])
	equal(t, "picked", shipment(t, c, ids[0]).Lines[0].Picked, 1)
	equal(t, "the same again", len(c.PushAll(t, b).Results), 8)
	equal(t, "still", len(exceptions(t, c)), 6)
}

func TestMessagesThatAreNotSoundAreRefusedAsAWhole(t *testing.T) {
	c, b, ids := leased(t, "1")
	b.Pick(shipment(t, c, ids[0]))
	for name, test := range map[string]struct {
		change func(h *wire.PushHeader, bodies *[][]byte)
		want   wire.Code
	}{
		"another protocol":       {func(h *wire.PushHeader, _ *[][]byte) { h.Proto = 2 }, wire.CodeUpgrade},
		"a layout too old":       {func(h *wire.PushHeader, _ *[][]byte) { h.Schema = 0 }, wire.CodeUpgrade},
		"a layout of tomorrow":   {func(h *wire.PushHeader, _ *[][]byte) { h.Schema = 9 }, wire.CodeOK},
		"fewer events than said": {func(h *wire.PushHeader, _ *[][]byte) { h.N++ }, wire.CodeBad},
		"a damaged event":        {func(_ *wire.PushHeader, b *[][]byte) { (*b)[2] = append([]byte(" "), (*b)[2]...) }, wire.CodeBad},
		"another end hash":       {func(h *wire.PushHeader, _ *[][]byte) { h.EndHash[0]++ }, wire.CodeBad},
		"another base hash":      {func(h *wire.PushHeader, _ *[][]byte) { h.BaseHash[0]++ }, wire.CodeBad},
		"no log":                 {func(h *wire.PushHeader, _ *[][]byte) { h.Log = "../etc" }, wire.CodeBad},
		"too many":               {func(h *wire.PushHeader, b *[][]byte) { *b = make([][]byte, wire.MaxPushEvents+1); h.N = len(*b) }, wire.CodeSplit},
	} {
		t.Run(name, func(t *testing.T) {
			h, bodies := b.Message(0, 4)
			test.change(&h, &bodies)
			reply, err := c.Push(t.Context(), b.ID, h, bodies)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "code", reply.Code, test.want)
			equal(t, "request", reply.Req, "req")
			equal(t, "timeline", reply.Timeline, 1)
		})
	}
}

func TestALogBelongsToTheStationThatBeganIt(t *testing.T) {
	c, b, ids := leased(t, "1")
	b.Pick(shipment(t, c, ids[0]))
	c.PushRange(t, b, 0, 2)
	other := c.NewBench(t, "bench-2")
	other.Log, other.Events = b.Log, b.Events
	reply := c.PushRange(t, other, 2, 4)
	equal(t, "code", reply.Code, wire.CodeFenced)
	equal(t, "mark of the log", c.PushRange(t, b, 2, 2).HWM, 2)
}
