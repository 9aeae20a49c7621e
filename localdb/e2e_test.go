package localdb_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"pickstation/central"
	centralapi "pickstation/central/api"
	"pickstation/central/centraltest"
	"pickstation/central/pki"
	"pickstation/central/sqlite"
	"pickstation/localdb"
	"pickstation/order"
)

// realCentre is a pickcentral in this process: its store on disk, its API over TLS.
type realCentre struct {
	t     *testing.T
	dir   string
	store central.Store
	svc   *central.Service
	ca    *pki.CA
	front *centraltest.Front
	url   string
}

func startRealCentre(t *testing.T) *realCentre {
	t.Helper()
	c := newRealCentre(t)
	c.open(filepath.Join(c.dir, "central.db"))
	return c
}

// newRealCentre makes a centre that has no store yet.
func newRealCentre(t *testing.T) *realCentre {
	t.Helper()
	c := &realCentre{t: t, dir: t.TempDir()}
	t.Cleanup(func() {
		if c.store != nil {
			c.store.Close()
		}
	})
	var err error
	if c.ca, err = pki.Open(filepath.Join(c.dir, "ca.pem"), filepath.Join(c.dir, "ca.key"), time.Hour); err != nil {
		t.Fatal(err)
	}
	c.front = centraltest.NewFront(t, c.ca)
	c.url = c.front.URL
	return c
}

// open makes a file the store that answers.
func (c *realCentre) open(path string) {
	c.t.Helper()
	if c.store != nil {
		c.store.Close()
	}
	store, err := sqlite.Open(c.t.Context(), path)
	if err != nil {
		c.t.Fatal(err)
	}
	c.over(store)
}

// over makes a store the one that answers.
func (c *realCentre) over(store central.Store) {
	c.t.Helper()
	c.store = store
	vault, err := central.OpenVault(filepath.Join(c.dir, "vault"), true)
	if err != nil {
		c.t.Fatal(err)
	}
	if c.svc, err = central.New(c.t.Context(), c.store, vault, central.Config{}); err != nil {
		c.t.Fatal(err)
	}
	s, err := centralapi.New(c.svc, c.ca)
	if err != nil {
		c.t.Fatal(err)
	}
	c.front.Answer(s.Handler())
}

var shop = central.By{Who: "test", Source: "api"}

// receiver is who gets an order; no two are alike.
func receiver(i int) order.Receiver {
	return order.Receiver{Name: fmt.Sprintf("王小明%d", i), Phone: fmt.Sprintf("138001380%02d", i), Country: "CN",
		Province: "海南省", City: "海口市", District: "龙华区", Street: fmt.Sprintf("国贸路 %d 号", i)}
}

func (c *realCentre) orders(from, to int) {
	c.t.Helper()
	var list []central.OrderIn
	for i := from; i < to; i++ {
		list = append(list, central.OrderIn{Channel: "shop", External: fmt.Sprintf("X%d", i), PaidAt: time.Now(), Receiver: receiver(i),
			Lines: []central.LineIn{
				{SKU: "MANGO", Name: order.Names{ZH: "芒果", EN: "Mango"}, Qty: 2, Codes: []order.ItemCode{{Key: "MANGO"}}, Location: "A-01", WeightG: 300},
				{SKU: "TEA", Name: order.Names{ZH: "茶", EN: "Tea"}, Qty: 1, Codes: []order.ItemCode{{Key: "TEA"}}, Location: "A-02", WeightG: 100}}})
	}
	res, err := c.svc.Intake(c.t.Context(), shop, list)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, r := range res {
		if r.Outcome != "new" {
			c.t.Fatalf("order not taken: %+v", r)
		}
	}
}

func (c *realCentre) order(external string) *central.View {
	c.t.Helper()
	v, err := c.svc.Find(c.t.Context(), shop, external)
	if err != nil {
		c.t.Fatal(err)
	}
	return v
}

// shipped wants an order handed over at the centre, once, with what was picked.
func (c *realCentre) shipped(external string) {
	c.t.Helper()
	v := c.order(external)
	rows, err := c.svc.Timeline(c.t.Context(), shop, v.ID)
	if err != nil {
		c.t.Fatal(err)
	}
	n := 0
	for _, r := range rows {
		if r.State == "dispatched" && r.Station == "bench-1" && !r.At.IsZero() {
			n++
		}
	}
	s := v.Shipments[0]
	if v.State != "dispatched" || n != 1 || s.Lines[0].Picked != 2 || s.Lines[1].Picked != 1 {
		c.t.Errorf("%s: state %s, %d times dispatched, picked %d and %d", external, v.State, n, s.Lines[0].Picked, s.Lines[1].Picked)
	}
}

func TestStationAndCentreAgree(t *testing.T) {
	c := startRealCentre(t)
	c.orders(0, 12)
	b := enrol(t, c, "bench-1")
	b.sync(100)
	work := b.queue()
	if len(work) != 12 {
		t.Fatalf("%d shipments came", len(work))
	}
	for ref, id := range work {
		if !b.db.LeaseValid(id, time.Now().Add(b.db.ClockOffset())) {
			t.Errorf("%s has no lease", ref)
		}
	}
	if got, err := b.db.Unseal(work["X3"]); err != nil || got != receiver(3) {
		t.Errorf("receiver %+v %v", got, err)
	}

	for i := range 6 {
		b.ship(work[fmt.Sprintf("X%d", i)])
	}
	b.scan(work["X6"], order.Event{Type: order.EventOpened}, picked(1, 1))
	b.sync(100)
	for i := range 6 {
		c.shipped(fmt.Sprintf("X%d", i))
	}
	if v := c.order("X6"); v.Shipments[0].Lines[0].Picked != 1 {
		t.Errorf("X6: %d picked at the centre", v.Shipments[0].Lines[0].Picked)
	}
	t.Run("cancelled orders", func(t *testing.T) { cancelled(t, c, b, work) })
	t.Run("station restored from a backup", func(t *testing.T) { stationRestored(t, c, b) })
	t.Run("centre restored from a backup", func(t *testing.T) { centreRestored(t, c, b) })
	if err := b.reader.CheckRecent(t.Context(), 10_000); err != nil {
		t.Error(err)
	}
	st, err := b.reader.Stats(t.Context())
	if err != nil || st.Parked != 0 {
		t.Errorf("%+v %v", st, err)
	}
}

func cancelled(t *testing.T, c *realCentre, b *bench, work map[string]order.ShipmentID) {
	for _, ref := range []string{"X6", "X7"} {
		if _, err := c.svc.Cancel(t.Context(), shop, c.order(ref).ID, "buyer"); err != nil {
			t.Fatal(err)
		}
	}
	b.sync(100)
	if s, err := b.db.Shipment(work["X6"]); err != nil || s == nil || !s.Cancelled || s.Lines[0].Picked != 1 {
		t.Errorf("started and cancelled: %+v %v", s, err)
	}
	if in, err := b.db.Instruction(work["X6"]); err != nil || in == nil || in.Kind != order.InstructPutBack {
		t.Errorf("nobody is told to put the goods back: %+v %v", in, err)
	}
	if _, there := b.queue()["X7"]; there {
		t.Error("cancelled work is still offered")
	}
	if b.db.LeaseValid(work["X7"], time.Now()) {
		t.Error("cancelled work may be started")
	}
}

// stationRestored ships two orders, goes back to a backup from before, and ships one
// of them again as if nothing had happened.
func stationRestored(t *testing.T, c *realCentre, b *bench) {
	work := b.queue()
	file := filepath.Join(t.TempDir(), "st.db")
	if err := b.reader.Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	b.ship(work["X8"])
	b.sync(100)
	b.close()
	if _, err := localdb.Restore(b.dir, file, false, time.Now()); err != nil {
		t.Fatal(err)
	}
	b.open()
	if b.db.Started() != localdb.StartedRestored {
		t.Errorf("started %q", b.db.Started())
	}
	b.sync(100)
	c.shipped("X8")
	if _, there := b.queue()["X8"]; there {
		t.Error("what the centre knows to be shipped is offered again")
	}
	b.ship(work["X9"])
	b.sync(100)
	c.shipped("X9")
}

// centreRestored takes the centre back to a backup that lacks an order shipped since.
func centreRestored(t *testing.T, c *realCentre, b *bench) {
	work := b.queue()
	file := filepath.Join(c.dir, "backup.db")
	if err := c.svc.Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	b.ship(work["X10"])
	b.sync(100)
	c.shipped("X10")
	c.open(file)
	if v := c.order("X10"); v.State == "dispatched" {
		t.Fatal("the backup is too new for this test")
	}
	b.sync(100)
	c.shipped("X10")
	b.ship(work["X11"])
	b.sync(100)
	c.shipped("X11")
	for i := range 6 {
		c.shipped(fmt.Sprintf("X%d", i))
	}
}
