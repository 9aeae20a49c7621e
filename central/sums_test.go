package central_test

import (
	"slices"
	"testing"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// follower keeps of a feed what a station does: where each thing it holds stands in it.
type follower struct {
	cursor int64
	held   map[wire.RowKind]map[string]int64
}

// read goes on with the feed and returns the sums of what is held then.
func (h *follower) read(t *testing.T, c *centraltest.Centre, b *centraltest.Bench) wire.Sums {
	t.Helper()
	rows, next := c.FeedAll(t, b, h.cursor)
	h.cursor = next
	for _, r := range rows {
		kind, over := r.Kind, r.Kind == wire.RowWorkGone
		if over {
			kind = wire.RowWork
		}
		if kind == wire.RowTask {
			over = centraltest.Bodies[wire.Task](t, []wire.FeedRow{r}, kind)[0].Task.Closed()
		}
		if h.held[kind] == nil {
			h.held[kind] = map[string]int64{}
		}
		if h.held[kind][r.ID] = r.FS; over {
			delete(h.held[kind], r.ID)
		}
	}
	sums := wire.Sums{}
	for kind, all := range h.held {
		var s wire.Sum
		for _, fs := range all {
			s.Add(fs)
		}
		sums[kind] = s.String()
	}
	return sums
}

// TestTheSumsAreThoseOfWhatTheFeedBrought lets one station follow the feed, and another one
// read it from its beginning each time.
func TestTheSumsAreThoseOfWhatTheFeedBrought(t *testing.T) {
	onEachEngine(t, func(t *testing.T, c *centraltest.Centre) {
		b, other := c.NewBench(t, "bench-1"), c.NewBench(t, "bench-2")
		follows := map[*centraltest.Bench]*follower{}
		for _, bench := range []*centraltest.Bench{b, other} {
			follows[bench] = &follower{held: map[wire.RowKind]map[string]int64{}}
		}
		kinds := map[wire.RowKind]bool{}
		agree := func(when string) {
			t.Helper()
			for bench, h := range follows {
				for name, h := range map[string]*follower{"that follows": h, "that begins": {held: map[wire.RowKind]map[string]int64{}}} {
					held := h.read(t, c, bench)
					reply, err := c.Sums(t.Context(), bench.ID, h.cursor, 0)
					if err != nil || len(reply.Rows) > 0 || len(reply.Sums) != 8 {
						t.Fatalf("%s: %+v %v", when, reply, err)
					}
					if diff := reply.Sums.Differ(held); diff != nil {
						t.Errorf("%s: %s %s: of %v it holds %v, the centre says %v", when, bench.ID, name, diff, held, reply.Sums)
					}
					for k := range held {
						kinds[k] = true
					}
				}
			}
		}
		agree("at first")

		ids := []order.OrderID{c.Put(t, centraltest.Order("1")), c.Put(t, centraltest.Order("2")), c.Put(t, centraltest.Order("3"))}
		c.Lease(t, b, 3)
		agree("with work")
		sh := shipment(t, c, ids[0])
		b.Pick(sh)
		b.Label(sh)
		c.PushAll(t, b)
		c.Lease(t, b, 3)
		agree("with a parcel and a block of numbers")
		for _, id := range ids[:2] {
			if _, err := c.Cancel(t.Context(), centraltest.By(), id, "buyer"); err != nil {
				t.Fatal(err)
			}
		}
		agree("with an instruction")
		c.Lease(t, b, 3)
		c.Lease(t, other, 3)
		agree("with work that was taken away")

		if _, err := c.PutLocations(t.Context(), "", []order.Location{{ID: "A-01-1"}, {ID: "A-01-2"}}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.PutProducts(t.Context(), "", []order.Product{{SKU: "APPLE", Codes: []order.ItemCode{{Key: "APPLE"}}}}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.PutOperators(t.Context(), "", []central.Badge{{Operator: order.Operator{ID: "op1", Name: "张三"}, Badge: "B-77"}}); err != nil {
			t.Fatal(err)
		}
		task, err := c.AddTask(t.Context(), centraltest.By(), central.TaskIn{Kind: order.TaskMove, SKU: "APPLE", Qty: 2, From: "A-01-1", To: "A-01-2"})
		if err != nil {
			t.Fatal(err)
		}
		agree("with goods, places, people and a task")
		if err := c.CancelTask(t.Context(), centraltest.By(), task.ID); err != nil {
			t.Fatal(err)
		}
		agree("without the task")

		c.Lease(t, b, 3)
		c.Put(t, centraltest.Order("4"))
		c.Lease(t, b, 3)
		err = c.Store.Write(t.Context(), func(tx central.Tx) error {
			o, err := tx.LockOrder(ids[2])
			if err != nil {
				return err
			}
			o.Receiver = []byte("what no key opens")
			return tx.PutOrder(o)
		})
		if err != nil {
			t.Fatal(err)
		}
		agree("with work that cannot be shown")
		rows, _ := c.FeedAll(t, b, 0)
		if !slices.ContainsFunc(rows, func(r wire.FeedRow) bool { return r.Kind == wire.RowWork && r.LeftOut() }) {
			t.Error("nothing was left out: the test tests nothing")
		}
		for _, k := range []wire.RowKind{wire.RowWork, wire.RowInstruction, wire.RowTask, wire.RowProduct, wire.RowLocation, wire.RowOperator, wire.RowFlow, wire.RowPolicy} {
			if !kinds[k] {
				t.Errorf("nobody held any %s: the test tests nothing", k)
			}
		}
	})
}

// TestOnlyTheEndOfTheFeedHasSums asks for them with rows still to come.
func TestOnlyTheEndOfTheFeedHasSums(t *testing.T) {
	c := centraltest.New(t)
	b := c.NewBench(t, "bench-1")
	reply, err := c.Sums(t.Context(), b.ID, 0, 2)
	if err != nil || len(reply.Rows) != 2 || reply.UpToDate || reply.Sums != nil {
		t.Errorf("%+v %v", reply, err)
	}
	reply, err = c.Sums(t.Context(), b.ID, reply.Next, 0)
	if err != nil || len(reply.Rows) == 0 || reply.Sums == nil {
		t.Errorf("%+v %v", reply, err)
	}
	if reply, err = c.Feed(t.Context(), b.ID, reply.Next, 0, 0); err != nil || reply.Sums != nil {
		t.Errorf("nobody asked for them: %+v %v", reply, err)
	}
	if _, err := c.Sums(t.Context(), "nobody", 0, 0); err == nil {
		t.Error("a station that is not known gets sums")
	}
}
