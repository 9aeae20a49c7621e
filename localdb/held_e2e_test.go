package localdb_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pickstation/central"
	"pickstation/order"
	"pickstation/sync/agent"
)

// behind changes the database as a damaged disk or another program does.
func (b *bench) behind(t *testing.T, text string) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(b.dir, "station.db")+"?_busy_timeout=5000")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	res, err := db.Exec(text)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := res.RowsAffected(); n == 0 || err != nil {
		t.Fatalf("%s: changed nothing, %v", text, err)
	}
}

// differs compares what the station holds with what the centre says.
func (b *bench) differs(t *testing.T) string {
	t.Helper()
	cursor, held, err := b.reader.Sums(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	reply, err := b.client.Sums(t.Context(), cursor, 200)
	if err != nil || !reply.UpToDate || len(reply.Sums) == 0 {
		t.Fatalf("%+v %v", reply, err)
	}
	var kinds []string
	for _, k := range reply.Sums.Differ(held) {
		kinds = append(kinds, string(k))
	}
	return strings.Join(kinds, " ")
}

// mended runs the station's agent until it has compared and found nothing, and returns how
// often it read the feed again.
func (b *bench) mended(t *testing.T) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	conf := agent.DefaultConfig()
	conf.FeedWait, conf.SumEvery, conf.BackoffFirst = 0, time.Millisecond, time.Millisecond
	seen, rereads := "", 0
	err := agent.New(agent.Options{Config: conf, Centre: b.client, Source: b, Write: b.write, Boot: "b", Status: func(s agent.Status) {
		if rereads = s.Rereads; seen != "" && s.Differs == "" {
			cancel()
		}
		seen = s.Differs
	}}).Run(ctx)
	if err != nil || rereads == 0 {
		t.Fatalf("nothing was found to differ: %v", err)
	}
	return rereads
}

// TestRowsThatAreLostOrChangedBehindTheStationsBackAreMended damages one kind of row after
// the other.
func TestRowsThatAreLostOrChangedBehindTheStationsBackAreMended(t *testing.T) {
	c := startRealCentre(t)
	c.orders(0, 6)
	c.reference(t)
	b := enrol(t, c, "bench-1")
	b.sync(6)
	work := b.queue()
	b.scan(work["X0"], order.Event{Type: order.EventOpened}, picked(1, 1))
	b.sync(6)
	if _, err := c.svc.Cancel(t.Context(), shop, c.order("X0").ID, "buyer"); err != nil {
		t.Fatal(err)
	}
	b.sync(6)
	if kinds := b.differs(t); kinds != "" {
		t.Fatalf("%s differ where nothing was touched", kinds)
	}
	for _, x := range []struct{ text, kinds, found string }{
		{"DELETE FROM products WHERE sku = 'MANGO'", "catalogue", "SELECT sku FROM products WHERE sku = 'MANGO'"},
		{"UPDATE products SET body = CAST(replace(CAST(body AS TEXT), '4711', '4712') AS BLOB)", "catalogue", "SELECT sku FROM products WHERE CAST(body AS TEXT) LIKE '%4711%'"},
		{"DELETE FROM locations", "location", "SELECT key FROM locations WHERE key = 'A-01'"},
		{"DELETE FROM operators", "operator", "SELECT id FROM operators WHERE id = 'op1'"},
		{"UPDATE operators SET badge = 'stolen'", "operator", "SELECT id FROM operators WHERE badge <> 'stolen'"},
		{"DELETE FROM flows WHERE id = 'standard'", "flow", "SELECT id FROM flows WHERE id = 'standard'"},
		{"DELETE FROM policy", "policy", "SELECT one FROM policy"},
		{"DELETE FROM instructions", "instruction", "SELECT id FROM instructions"},
		{"DELETE FROM tasks", "task", "SELECT id FROM tasks"},
		{"DELETE FROM shipments WHERE ref = 'X1'", "work", "SELECT id FROM shipments WHERE ref = 'X1'"},
		{"DELETE FROM lines WHERE sid = (SELECT sid FROM shipments WHERE ref = 'X2') AND no = 2", "work", "SELECT no FROM lines WHERE no = 2 AND sid = (SELECT sid FROM shipments WHERE ref = 'X2')"},
		{"UPDATE shipments SET plan = X'7B22' WHERE ref = 'X3'", "work", "SELECT id FROM shipments WHERE ref = 'X3' AND json_valid(CAST(plan AS TEXT))"},
		{"DELETE FROM held WHERE kind = 'location'", "location", "SELECT id FROM held WHERE kind = 'location'"},
	} {
		b.behind(t, x.text)
		if kinds := b.differs(t); kinds != x.kinds {
			t.Errorf("%s: %q differ, not %s", x.text, kinds, x.kinds)
			continue
		}
		if n := b.mended(t); n != 1 {
			t.Errorf("%s: read again %d times", x.text, n)
		}
		if kinds := b.differs(t); kinds != "" {
			t.Errorf("%s: %s still differ", x.text, kinds)
		}
		b.behind(t, "UPDATE sync SET word = word WHERE EXISTS ("+x.found+")")
	}
	if got := b.queue(); len(got) != len(work)-1 {
		t.Errorf("work %v, before %v", got, work)
	}
	b.ship(work["X1"])
	b.ship(work["X2"])
	b.sync(6)
	c.shipped("X1")
	c.shipped("X2")
}

// TestWhatWasDoneOnALostShipmentIsThereAgain loses one with work on it of which the centre
// has not heard.
func TestWhatWasDoneOnALostShipmentIsThereAgain(t *testing.T) {
	c := startRealCentre(t)
	c.orders(0, 3)
	b := enrol(t, c, "bench-1")
	b.sync(3)
	work := b.queue()
	b.scan(work["X1"], order.Event{Type: order.EventOpened}, picked(1, 1))
	b.sync(3)
	b.scan(work["X1"], picked(1, 1))
	b.behind(t, "DELETE FROM shipments WHERE ref = 'X1'")
	if err := b.again(t); err != nil {
		t.Fatal(err)
	}
	s, err := b.db.Shipment(work["X1"])
	if err != nil || s == nil || s.Lines[0].Picked != 2 {
		t.Fatalf("%+v %v", s, err)
	}
	b.scan(work["X1"], picked(2, 1))
	b.send(work["X1"])
	b.sync(3)
	c.shipped("X1")
}

// again reads the feed from its beginning, with nothing pushed before.
func (b *bench) again(t *testing.T) error {
	reply, err := b.client.Feed(t.Context(), 0, 500, 0)
	if err != nil {
		return err
	}
	return b.write(t.Context(), func(tx agent.Tx) ([]order.ShipmentID, error) {
		if err := tx.Repull(reply.Timeline); err != nil {
			return nil, err
		}
		return tx.ApplyFeed(reply.Rows, reply.Next, reply.Timeline)
	})
}

// reference gives the warehouse goods, places, people and a task.
func (c *realCentre) reference(t *testing.T) {
	t.Helper()
	var errs []error
	note := func(_ any, err error) { errs = append(errs, err) }
	note(c.svc.PutProducts(t.Context(), "", []order.Product{{SKU: "MANGO", Codes: []order.ItemCode{{Key: "MANGO"}}, WeightG: 4711}, {SKU: "TEA", Codes: []order.ItemCode{{Key: "TEA"}}}}))
	note(c.svc.PutLocations(t.Context(), "", []order.Location{{ID: "A-01"}, {ID: "A-02"}}))
	note(c.svc.PutOperators(t.Context(), "", []central.Badge{{Operator: order.Operator{ID: "op1", Name: "张三"}, Badge: "B-77"}}))
	note(c.svc.AddTask(t.Context(), shop, central.TaskIn{Kind: order.TaskMove, SKU: "MANGO", Qty: 2, From: "A-01", To: "A-02"}))
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}
