package main

import (
	"crypto/rand"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/nacl/box"

	"pickstation/order"
	"pickstation/sync/api"
	"pickstation/sync/wire"
)

const twoOrders = `{"orders":[
{"channel":"shop","external_id":"1001","paid_at":"2026-03-02T08:00:00Z","carrier":"SF","priority":3,"tote":"T-1","complete":true,
 "receiver":{"name":"王小明","phone":"13800001234","country":"CN","province":"海南省","city":"海口市","district":"龙华区","street":"滨海大道 1 号"},
 "lines":[{"sku":"MANGO","name":{"zh":"芒果","en":"Mango"},"qty":2,"codes":[{"key":"6901234567892"}],"temp":"chilled","track":{"lot":true,"expiry":true},"location":"C-01-1","walk":3,"weight_g":350}]},
{"channel":"shop","external_id":"1002","lines":[{"sku":"X","qty":1}],"receiver":{"name":"n"}},
{"channel":"shop","external_id":"1003","lines":[{"sku":"X","qty":-1}],"receiver":{"name":"n"}}]}`

// bench is a station that has enrolled, with the keys of its sealed mail.
type bench struct {
	*api.Client
	pub, priv *[32]byte
}

// enrol enrols a station at a server and checks that its code works only once.
func enrol(t *testing.T, s *server, store, name string) *bench {
	t.Helper()
	code := strings.TrimSpace(mustCLI(t, "enrol", "--station", name, store))
	if !strings.HasSuffix(code, "."+s.CA) {
		t.Fatalf("code %s does not carry the fingerprint %s", code, s.CA)
	}
	pub, priv, err := box.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	e := api.Enrolment{URL: s.Listening, Code: code, Dir: t.TempDir(), BoxKey: *pub, App: "test"}
	id, err := api.Enrol(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	if string(id.Station) != name || time.Until(id.NotAfter()) < 300*24*time.Hour {
		t.Errorf("identity %+v until %s", id, id.NotAfter())
	}
	if _, err := api.Enrol(t.Context(), e); err == nil {
		t.Error("a code worked twice")
	}
	c, err := api.New(id)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return &bench{c, pub, priv}
}

// poll waits for rows past a cursor.
func (b *bench) poll(t *testing.T, cursor int64) <-chan wire.FeedReply {
	got := make(chan wire.FeedReply, 1)
	go func() {
		reply, err := b.Feed(t.Context(), cursor, 500, 30*time.Second)
		if err != nil {
			t.Error(err)
		}
		got <- reply
	}()
	return got
}

// TestAStationEnrolsAndWorksOverTLS drives the real server through the station's own
// client: enrolment with the pinned CA, lease, feed, push, long poll, and the
// command line beside it.
func TestAStationEnrolsAndWorksOverTLS(t *testing.T) { onEachStore(t, works) }

func works(t *testing.T, store string) {
	s := startServer(t, store)
	b := enrol(t, s, store, "bench-1")
	mustCLI(t, "operators", "import", store, write(t, "o.csv", "id,name,badge\nop1,张三,B-1\n"))
	feed, err := b.Feed(t.Context(), 0, 500, 0)
	if err != nil || !feed.UpToDate || feed.Timeline != 1 {
		t.Fatalf("feed %+v, %v", feed, err)
	}
	got := mustCLI(t, "import", store, "--format", "json", write(t, "o.json", twoOrders))
	if !strings.HasPrefix(got, `{"rows":3,"orders":2,"new":2,"updated":0,"rejected":[{"row":3,"code":"bad_quantity"`) {
		t.Errorf("import: %s", got)
	}
	polled := b.poll(t, feed.Next)
	log := order.LogID(strings.Repeat("0f", 16))
	beat, err := b.Beat(t.Context(), wire.Heartbeat{Proto: 1, Req: "1", Log: log, Want: 10})
	if err != nil || beat.Granted != 1 {
		t.Fatalf("heartbeat %+v, %v", beat, err)
	}
	reply := <-polled
	w := b.open(t, reply)
	polled = b.poll(t, reply.Next)
	mustCLI(t, "locations", "import", store, write(t, "l.csv", "id,walk\nC-01-1,3\n"))
	if reply := <-polled; len(reply.Rows) != 1 || reply.Rows[0].Kind != wire.RowLocation {
		t.Errorf("a command beside the server woke the poll with %+v", reply)
	}
	h, bodies := walk(t, log, &w.Shipment)
	for range 2 {
		push, err := b.Push(t.Context(), h, bodies)
		if err != nil || push.Code != wire.CodeOK || push.HWM != uint64(h.N) || push.HWMHash != h.EndHash {
			t.Fatalf("push %+v, %v", push, err)
		}
	}
	h.Base = 99
	if push, err := b.Push(t.Context(), h, bodies); err != nil || push.Code != wire.CodeGap {
		t.Errorf("push past the mark %+v, %v", push, err)
	}
	if list := mustCLI(t, "stations", "list", store); !strings.Contains(list, `"station":"bench-1"`) || !strings.Contains(list, "seen_at") {
		t.Errorf("stations: %s", list)
	}
	mustCLI(t, "stations", "revoke", "bench-1", store)
	if list := mustCLI(t, "stations", "list", store); !strings.Contains(list, `"revoked_at":"`) {
		t.Errorf("stations after one was revoked: %s", list)
	}
	dispatched(t, store, w.Shipment.Parcels[0].Waybill.Number)
	if code := s.stop(); code != 0 {
		t.Errorf("serve ended with %d", code)
	}
}

// open takes the one work row of a reply, with its receiver unsealed.
func (b *bench) open(t *testing.T, reply wire.FeedReply) wire.Work {
	t.Helper()
	if len(reply.Rows) != 1 || reply.Rows[0].Kind != wire.RowWork {
		t.Fatalf("poll brought %+v", reply)
	}
	var w wire.Work
	if err := json.Unmarshal(reply.Rows[0].Body, &w); err != nil {
		t.Fatal(err)
	}
	plain, ok := box.OpenAnonymous(nil, w.Sealed, b.pub, b.priv)
	if !ok || !strings.Contains(string(plain), "滨海大道") || w.Lease.GrantS < 71*3600 || w.Shipment.Tote != "T-1" {
		t.Errorf("work %+v, receiver %q", w, plain)
	}
	return w
}

// dispatched checks what the command line shows of an order, found by its waybill.
func dispatched(t *testing.T, store, waybill string) {
	t.Helper()
	var view struct {
		Order struct {
			State     string
			Shipments []order.Shipment
		}
		Timeline []struct {
			State, Station string
			ByName         string `json:"by_name"`
		}
	}
	if err := json.Unmarshal([]byte(mustCLI(t, "orders", "show", waybill, "--json", store)), &view); err != nil {
		t.Fatal(err)
	}
	last := view.Timeline[len(view.Timeline)-1]
	if view.Order.State != "dispatched" || last.State != "dispatched" || last.ByName != "张三" || last.Station != "bench-1" {
		t.Errorf("order %s, last told %+v", view.Order.State, last)
	}
}

// walk makes the log of a shipment's whole way over the bench.
func walk(t *testing.T, log order.LogID, sh *order.Shipment) (wire.PushHeader, [][]byte) {
	t.Helper()
	n := sh.Parcels[0].Waybill.Number
	events := []order.Event{{Type: order.EventOpened}}
	for range sh.Lines[0].Qty {
		events = append(events, order.Event{Type: order.EventPicked, Line: 1, Qty: 1, Lot: "L1", Expiry: "2026-12-01"})
	}
	events = append(events, order.Event{Type: order.EventPrinted, Parcel: 1, No: 1, Waybill: n, OrderVersion: 1},
		order.Event{Type: order.EventLabelled, Parcel: 1, Waybill: n}, order.Event{Type: order.EventDispatched, Parcel: 1, Waybill: n})
	prev := order.LogStart(log)
	h := wire.PushHeader{Proto: 1, Req: "r", Timeline: 1, Schema: 1, Log: log, BaseHash: prev, N: len(events)}
	var bodies [][]byte
	for i, e := range events {
		e.V, e.Shipment, e.At, e.By, e.Source, e.Station, e.Boot = 1, sh.ID, time.Now().UnixMilli(), "op1", order.Scanned, "bench-1", "b"
		if err := e.Seal(uint64(i+1), prev); err != nil {
			t.Fatal(err)
		}
		prev, bodies = e.Hash, append(bodies, e.Body)
	}
	h.EndHash = prev
	return h, slices.Clip(bodies)
}

func TestAWrongFingerprintIsNotTalkedTo(t *testing.T) {
	store := "--store=sqlite:" + filepath.Join(t.TempDir(), "c.db")
	s := startServer(t, store)
	code := strings.TrimSpace(mustCLI(t, "enrol", "--station", "bench-1", store))
	plain, _, _ := strings.Cut(code, ".")
	_, err := api.Enrol(t.Context(), api.Enrolment{URL: s.Listening, Code: plain + "." + strings.Repeat("ab", 32), Dir: t.TempDir()})
	if err == nil {
		t.Fatal("enrolled at a centre that is not the one of the code")
	}
	// The code was not sent, so it still works.
	if _, err := api.Enrol(t.Context(), api.Enrolment{URL: s.Listening, Code: code, Dir: t.TempDir()}); err != nil {
		t.Error(err)
	}
}

func TestAStationThatEnrolledAgainShutsOutItsOldCertificate(t *testing.T) {
	store := "--store=sqlite:" + filepath.Join(t.TempDir(), "c.db")
	s := startServer(t, store)
	old := enrol(t, s, store, "bench-1")
	if _, err := old.Feed(t.Context(), 0, 1, 0); err != nil {
		t.Fatal(err)
	}
	fresh := enrol(t, s, store, "bench-1")
	if _, err := fresh.Feed(t.Context(), 0, 1, 0); err != nil {
		t.Error(err)
	}
	if _, err := old.Feed(t.Context(), 0, 1, 0); err == nil {
		t.Error("the old certificate still works")
	}
}

func TestACertificateOpensItsOwnStationOnly(t *testing.T) {
	store := "--store=sqlite:" + filepath.Join(t.TempDir(), "c.db")
	s := startServer(t, store)
	enrol(t, s, store, "bench-2")
	code := strings.TrimSpace(mustCLI(t, "enrol", "--station", "bench-1", store))
	id, err := api.Enrol(t.Context(), api.Enrolment{URL: s.Listening, Code: code, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	id.Station = "bench-2"
	c, err := api.New(id)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Feed(t.Context(), 0, 1, 0); err == nil || !strings.Contains(err.Error(), "another station") {
		t.Errorf("got %v", err)
	}
}

func TestServeStopsAtOnceWithAPollOpen(t *testing.T) {
	store := "--store=sqlite:" + filepath.Join(t.TempDir(), "c.db")
	s := startServer(t, store)
	c := enrol(t, s, store, "bench-1")
	feed, err := c.Feed(t.Context(), 0, 500, 0)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := c.Feed(t.Context(), feed.Next, 500, 60*time.Second)
		ended <- err
	}()
	if code := s.stop(); code != 0 {
		t.Errorf("serve ended with %d", code)
	}
	if err := <-ended; err == nil {
		t.Error("a poll of a server that stopped succeeded")
	}
}
