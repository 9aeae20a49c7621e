package localdb_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"pickstation/localdb"
	"pickstation/order"
	"pickstation/sync/agent"
	"pickstation/sync/api"
	"pickstation/sync/wire"
)

// bench is a station without a screen: database, agent and whoever picks.
type bench struct {
	t      *testing.T
	id     order.StationID
	dir    string
	mu     sync.Mutex // guards db's writer
	db     *localdb.DB
	reader *localdb.Reader
	client *api.Client
	clock  localdb.Clock // zero: this machine's
	log    order.LogID   // of the first log, "" any
}

func enrol(t *testing.T, c *realCentre, name order.StationID) *bench {
	t.Helper()
	b := &bench{t: t, id: name, dir: t.TempDir()}
	code, err := c.svc.NewEnrolCode(t.Context(), name, "", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	key, err := localdb.EnsureBoxKey(b.dir)
	if err != nil {
		t.Fatal(err)
	}
	id, err := api.Enrol(t.Context(), api.Enrolment{URL: c.url, Code: code + "." + c.ca.Fingerprint(), Dir: b.dir, BoxKey: key.Public})
	if err != nil || id.Station != name {
		t.Fatal(id, err)
	}
	if b.client, err = api.New(id); err != nil {
		t.Fatal(err)
	}
	b.open()
	t.Cleanup(func() { b.close(); b.client.Close() })
	return b
}

func (b *bench) open() {
	b.t.Helper()
	var err error
	o := localdb.Options{Dir: b.dir, Clock: b.clock}
	if b.log != "" {
		o.LogID = func() order.LogID { return b.log }
	}
	if b.db, err = localdb.Open(b.t.Context(), o); err != nil {
		b.t.Fatal(err)
	}
	if b.reader, err = b.db.NewReader(); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) close() {
	b.reader.Close()
	b.db.Close()
}

func (b *bench) write(_ context.Context, do func(agent.Tx) ([]order.ShipmentID, error)) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	tx, err := b.db.Begin()
	if err != nil {
		return err
	}
	if _, err := do(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// Local implements agent.Source.
func (b *bench) Local(ctx context.Context) (agent.Local, error) {
	st, err := b.reader.SyncState(ctx)
	l := agent.Local{Timeline: st.Timeline, Cursor: st.Cursor, Unsent: st.Unsent, Held: st.Held}
	for _, g := range st.Logs {
		l.Logs = append(l.Logs, agent.Log{ID: g.ID, Base: g.Base, Last: g.Last, Acked: g.Acked, Stable: g.Stable, Closed: g.Closed, Follows: g.Follows})
	}
	return l, err
}

// Events implements agent.Source.
func (b *bench) Events(ctx context.Context, id order.LogID, after uint64, limit, size int) ([][]byte, order.Hash, order.Hash, bool, error) {
	return b.reader.Events(ctx, id, after, limit, size)
}

// HashAt implements agent.Source.
func (b *bench) HashAt(id order.LogID, seq uint64) (order.Hash, bool, error) {
	return b.reader.HashAt(id, seq)
}

// Sums implements agent.Source.
func (b *bench) Sums(ctx context.Context) (int64, wire.Sums, error) { return b.reader.Sums(ctx) }

// sync pushes and pulls until both sides have everything. Twice, for leases that the
// first heartbeat was granted come with the second pull.
func (b *bench) sync(want int) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.t.Context(), time.Minute)
	defer cancel()
	conf := agent.DefaultConfig()
	conf.FeedWait, conf.Want = 0, want
	for range 2 {
		if err := agent.New(agent.Options{Config: conf, Centre: b.client, Source: b, Write: b.write, Boot: "b"}).Drain(ctx); err != nil {
			b.t.Fatal(err)
		}
	}
	if n, _, err := b.db.Unsent(); n != 0 || err != nil {
		b.t.Fatalf("%d unsent after sync, %v", n, err)
	}
}

// scan stores events on a shipment as the loop does.
func (b *bench) scan(id order.ShipmentID, events ...order.Event) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	s, err := b.db.Shipment(id)
	if err != nil || s == nil {
		b.t.Fatalf("shipment %s: %v %v", id, s, err)
	}
	f, err := b.db.Flow(s.Flow, s.FlowVersion)
	if err != nil {
		b.t.Fatal(err)
	}
	tx, err := b.db.Begin()
	if err != nil {
		b.t.Fatal(err)
	}
	for i := range events {
		e := &events[i]
		e.V, e.At, e.By, e.Station, e.Shipment, e.OrderVersion = 1, time.Now().UnixMilli(), "op1", b.id, id, s.Version
		if err := tx.Append(e); err != nil {
			b.t.Fatal(err)
		}
		order.Apply(s, f, e)
		if err := tx.PutProgress(s, e); err != nil {
			b.t.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		b.t.Fatal(err)
	}
}

func picked(line, qty int) order.Event {
	return order.Event{Type: order.EventPicked, Line: line, Qty: qty, Source: order.Scanned}
}

// ship does everything to a shipment that a bench does.
func (b *bench) ship(id order.ShipmentID) {
	b.scan(id, order.Event{Type: order.EventOpened}, picked(1, 1), picked(1, 1), picked(2, 1))
	b.send(id)
}

// send labels a shipment that was picked, and hands it over.
func (b *bench) send(id order.ShipmentID) {
	b.scan(id, order.Event{Type: order.EventPrintRequested, Parcel: 1, No: 1}, order.Event{Type: order.EventPrinted, Parcel: 1, No: 1},
		order.Event{Type: order.EventLabelled, Parcel: 1}, order.Event{Type: order.EventDispatched, Parcel: 1})
}

func (b *bench) queue() map[string]order.ShipmentID {
	b.t.Helper()
	rows, _, err := b.db.Queue("", 1000)
	if err != nil {
		b.t.Fatal(err)
	}
	m := map[string]order.ShipmentID{}
	for _, r := range rows {
		m[r.Ref] = r.ID
	}
	return m
}
