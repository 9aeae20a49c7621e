// Package centraltest gives tests a whole centre on a store in a temporary folder, a
// clock they move by hand, and benches that write real event logs.
package centraltest

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/nacl/box"

	"pickstation/central"
	"pickstation/central/pki"
	"pickstation/central/sqlite"
	"pickstation/order"
	"pickstation/sync/wire"
)

// Start is where the clock stands at first.
var Start = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

// Clock is a clock that only tests move.
type Clock struct {
	mu  sync.Mutex // guards now
	now time.Time
}

// Now returns the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock on.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Centre is a whole centre.
type Centre struct {
	*central.Service
	Store central.Store
	CA    *pki.CA
	Clock *Clock
	Path  string
}

// New makes an empty centre that ends with the test.
func New(t testing.TB) *Centre {
	t.Helper()
	return Open(t, filepath.Join(t.TempDir(), "central.db"), NewClock())
}

// Open opens a centre on a store file.
func Open(t testing.TB, path string, clock *Clock) *Centre {
	t.Helper()
	store, err := sqlite.Open(t.Context(), path)
	must(t, err)
	t.Cleanup(func() { store.Close() })
	return Over(t, store, path, clock)
}

// NewClock returns a clock that stands at Start.
func NewClock() *Clock { return &Clock{now: Start} }

// Over opens a centre over any store, with its keys in files whose names begin with
// path. The store stays the caller's.
func Over(t testing.TB, store central.Store, path string, clock *Clock) *Centre {
	t.Helper()
	vault, err := central.OpenVault(path+".key", true)
	must(t, err)
	svc, err := central.New(t.Context(), store, vault, central.Config{Now: clock.Now})
	must(t, err)
	ca, err := pki.Open(path+".ca.pem", path+".ca-key.pem", 365*24*time.Hour)
	must(t, err)
	return &Centre{Service: svc, Store: store, CA: ca, Clock: clock, Path: path}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// By is who tests act as.
func By() central.By { return central.By{Who: "test", Source: "api"} }

// Order returns a paid order with two lines, three apples and two pears.
func Order(external string) central.OrderIn {
	return central.OrderIn{
		Channel: "shop", External: external, CreatedAt: Start.Add(-time.Hour), PaidAt: Start.Add(-30 * time.Minute),
		Receiver: order.Receiver{Name: "王小明", Phone: "13800001234", Country: "CN", Province: "海南省", City: "海口市",
			District: "龙华区", Street: "滨海大道 1 号"},
		Lines: []central.LineIn{
			{SKU: "APPLE", Name: order.Names{ZH: "苹果", EN: "Apple"}, Qty: 3, Codes: []order.ItemCode{{Key: "6901234567892"}}, Location: "A-01-1", Walk: 1},
			{SKU: "PEAR", Name: order.Names{ZH: "梨", EN: "Pear"}, Qty: 2, Location: "A-02-1", Walk: 2},
		},
	}
}

// Put takes an order in and returns its id.
func (c *Centre) Put(t testing.TB, in central.OrderIn) order.OrderID {
	t.Helper()
	res, err := c.Intake(t.Context(), By(), []central.OrderIn{in})
	must(t, err)
	if res[0].Outcome == central.OutcomeRejected {
		t.Fatalf("order %s rejected: %s %s", in.External, res[0].Code, res[0].Message)
	}
	return res[0].ID
}

// View returns an order as it stands.
func (c *Centre) View(t testing.TB, id order.OrderID) *central.View {
	t.Helper()
	v, err := c.Get(t.Context(), By(), id)
	must(t, err)
	return v
}

// Bench is a station with its keys and event log.
type Bench struct {
	ID      order.StationID
	Box     *[32]byte // public
	Private *[32]byte
	Log     order.LogID
	Events  []order.Event // sealed, Events[i] has number i+1
	Clock   *Clock

	Timeline int64 // the centre's as last heard, 0 never
}

// NewBench makes a station with an empty log, as the store knows it after enrolment.
func (c *Centre) NewBench(t testing.TB, id order.StationID) *Bench {
	t.Helper()
	pub, priv, err := box.GenerateKey(rand.Reader)
	must(t, err)
	b := &Bench{ID: id, Box: pub, Private: priv, Clock: c.Clock}
	b.NewLog()
	must(t, c.Store.Write(t.Context(), func(tx central.Tx) error {
		return tx.PutStation(&central.Station{ID: id, Warehouse: central.DefaultWarehouse, BoxKey: pub[:], EnrolledAt: Start})
	}))
	return b
}

// NewLog starts an empty log; the old one's events are forgotten.
func (b *Bench) NewLog() {
	raw := make([]byte, 16)
	rand.Read(raw)
	b.Log, b.Events = order.LogID(hex.EncodeToString(raw)), nil
}

// Hash returns the hash of the event with that number; 0 is the start of the log.
func (b *Bench) Hash(seq uint64) order.Hash {
	if seq == 0 {
		return order.LogStart(b.Log)
	}
	return b.Events[seq-1].Hash
}

// Add appends an event to the log.
func (b *Bench) Add(e order.Event) order.Event {
	if e.At == 0 {
		e.At = b.Clock.Now().UnixMilli()
	}
	e.V, e.Station, e.Boot = order.EventVersion, b.ID, "boot"
	if e.By == "" {
		e.By = "op1"
	}
	if e.Source == "" {
		e.Source = order.Scanned
	}
	n := uint64(len(b.Events))
	if err := e.Seal(n+1, b.Hash(n)); err != nil {
		panic(fmt.Sprintf("seal event: %v", err)) // an event of a test that is no JSON
	}
	b.Events = append(b.Events, e)
	return e
}

// AddRaw appends bytes that need not be an event.
func (b *Bench) AddRaw(body string) {
	n := uint64(len(b.Events))
	b.Events = append(b.Events, order.Event{Seq: n + 1, Body: []byte(body), Hash: order.Chain(b.Hash(n), []byte(body))})
}

// Message makes a push of the events base+1 … end.
func (b *Bench) Message(base, end uint64) (wire.PushHeader, [][]byte) {
	h := wire.PushHeader{Proto: wire.Proto, Req: "req", Timeline: b.Timeline, Schema: wire.Schema, Log: b.Log, Base: base,
		BaseHash: b.Hash(base), N: int(end - base), EndHash: b.Hash(end), SentAt: b.Clock.Now()}
	var bodies [][]byte
	for _, e := range b.Events[base:end] {
		bodies = append(bodies, e.Body)
	}
	return h, bodies
}

// PushRange pushes the events base+1 … end.
func (c *Centre) PushRange(t testing.TB, b *Bench, base, end uint64) wire.PushReply {
	t.Helper()
	h, bodies := b.Message(base, end)
	reply, err := c.Push(t.Context(), b.ID, h, bodies)
	must(t, err)
	b.Timeline = reply.Timeline
	return reply
}

// PushAll pushes the whole log.
func (c *Centre) PushAll(t testing.TB, b *Bench) wire.PushReply {
	t.Helper()
	return c.PushRange(t, b, 0, uint64(len(b.Events)))
}

// Lease lets the bench want n shipments.
func (c *Centre) Lease(t testing.TB, b *Bench, n int) wire.HeartbeatReply {
	t.Helper()
	reply, err := c.Heartbeat(t.Context(), b.ID, wire.Heartbeat{Proto: wire.Proto, Req: "hb", Log: b.Log, Want: n,
		Seq: uint64(len(b.Events)), Acked: uint64(len(b.Events))})
	must(t, err)
	return reply
}

// FeedAll returns everything past a cursor.
func (c *Centre) FeedAll(t testing.TB, b *Bench, cursor int64) ([]wire.FeedRow, int64) {
	t.Helper()
	var rows []wire.FeedRow
	for {
		reply, err := c.Feed(t.Context(), b.ID, cursor, 0, 0)
		must(t, err)
		rows, cursor = append(rows, reply.Rows...), reply.Next
		if reply.UpToDate {
			return rows, cursor
		}
	}
}

// Bodies returns what the rows of a kind say, in the order of the feed.
func Bodies[T any](t testing.TB, rows []wire.FeedRow, kind wire.RowKind) (all []T) {
	t.Helper()
	for _, r := range rows {
		if r.Kind == kind {
			var body T
			must(t, json.Unmarshal(r.Body, &body))
			all = append(all, body)
		}
	}
	return all
}

// Work returns the work rows of a feed by shipment, the last one of each.
func Work(t testing.TB, rows []wire.FeedRow) map[order.ShipmentID]wire.Work {
	t.Helper()
	all := map[order.ShipmentID]wire.Work{}
	for _, w := range Bodies[wire.Work](t, rows, wire.RowWork) {
		all[w.Shipment.ID] = w
	}
	return all
}

// Pick adds the events that pick every unit of a shipment.
func (b *Bench) Pick(sh *order.Shipment) {
	b.Add(order.Event{Type: order.EventOpened, Shipment: sh.ID})
	for _, l := range sh.Lines {
		for range l.Qty {
			b.Add(order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: l.No, Qty: 1, Verdict: order.OK})
		}
	}
}

// Label adds the events that print the first parcel's waybill and scan it back.
func (b *Bench) Label(sh *order.Shipment) {
	n := sh.Parcels[0].Waybill.Number
	b.Add(order.Event{Type: order.EventPrintRequested, Shipment: sh.ID, Parcel: 1, No: 1, Waybill: n, OrderVersion: sh.Version})
	b.Add(order.Event{Type: order.EventPrinted, Shipment: sh.ID, Parcel: 1, No: 1, Waybill: n, OrderVersion: sh.Version})
	b.Add(order.Event{Type: order.EventLabelled, Shipment: sh.ID, Parcel: 1, Waybill: n, OrderVersion: sh.Version})
}

// Dispatch adds the event that hands the first parcel over.
func (b *Bench) Dispatch(sh *order.Shipment) {
	b.Add(order.Event{Type: order.EventDispatched, Shipment: sh.ID, Parcel: 1, Waybill: sh.Parcels[0].Waybill.Number, OrderVersion: sh.Version})
}

// Ship adds the events of all three: picked, labelled, handed over.
func (b *Bench) Ship(sh *order.Shipment) {
	b.Pick(sh)
	b.Label(sh)
	b.Dispatch(sh)
}
