package localdb_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"pickstation/localdb"
	"pickstation/order"
	"pickstation/sync/api"
	"pickstation/sync/wire"
)

// said is one request of a recorded talk, and its answer.
type said struct {
	Phase  int             `json:"phase"`
	Ask    string          `json:"ask"`
	Said   wire.PushHeader `json:"said"` // of a push
	Status int             `json:"status"`
	Reply  map[string]any  `json:"reply"`
}

// recordedCentre answers as a centre of another version did: sync/wire/testdata/README.md
// tells how the talk was recorded. Answers are changed by the names that they were
// recorded with, so that a field that this version calls otherwise is not found.
type recordedCentre struct {
	t     *testing.T
	talk  []said
	newer bool // as the version after this one would say it
	zstd  *zstd.Decoder

	mu    sync.Mutex // guards below
	phase int
}

func newRecordedCentre(t *testing.T, newer bool) *recordedCentre {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "sync", "wire", "testdata", "older", "talk.json"))
	if err != nil {
		t.Fatal(err)
	}
	c := &recordedCentre{t: t, newer: newer, phase: 1}
	if err := json.Unmarshal(text, &c.talk); err != nil {
		t.Fatal(err)
	}
	if c.zstd, err = zstd.NewReader(nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.zstd.Close)
	return c
}

// next goes on to the next phase of the talk.
func (c *recordedCentre) next() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.phase++
}

// find returns the newest answer of the phases so far.
func (c *recordedCentre) find(ask string) *said {
	for i := len(c.talk) - 1; i >= 0; i-- {
		if x := &c.talk[i]; x.Ask == ask && x.Phase <= c.phase {
			return x
		}
	}
	return nil
}

// taken returns the answer to a push that was taken.
func (c *recordedCentre) taken() *said {
	for i := range c.talk {
		if c.talk[i].Ask == "push" {
			return &c.talk[i]
		}
	}
	c.t.Fatal("nothing was ever pushed")
	return nil
}

func (c *recordedCentre) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var x *said
	change := map[string]any{}
	switch ask := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]; ask {
	case "heartbeat":
		var h wire.Heartbeat
		if err := json.NewDecoder(r.Body).Decode(&h); err != nil {
			c.t.Error(err)
		}
		change["req"], x = h.Req, c.find(ask)
	case "feed":
		if x = c.find("feed?cursor=" + r.URL.Query().Get("cursor")); x == nil {
			x = c.find("feed?cursor=15") // nothing new
			change["next"] = json.RawMessage(r.URL.Query().Get("cursor"))
		}
	case "push":
		x = c.pushed(r, change)
	}
	if x == nil {
		c.t.Errorf("phase %d: nobody was ever asked %s", c.phase, r.URL)
		w.WriteHeader(http.StatusNotFound)
		return
	}
	reply := map[string]any{}
	for k, v := range x.Reply {
		reply[k] = v
	}
	for k, v := range change {
		if _, there := reply[k]; !there {
			c.t.Errorf("the recorded answer has no %s", k)
		}
		reply[k] = v
	}
	var body any = reply
	if c.newer {
		body = future(reply)
	}
	w.WriteHeader(x.Status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		c.t.Error(err)
	}
}

// pushed answers that everything was taken. The hash is that of the station's own events.
func (c *recordedCentre) pushed(r *http.Request, change map[string]any) *said {
	body, err := io.ReadAll(r.Body)
	if err == nil && r.Header.Get("Content-Encoding") == "zstd" {
		body, err = c.zstd.DecodeAll(body, nil)
	}
	first, _, _ := strings.Cut(string(body), "\n")
	var h wire.PushHeader
	if err = errors.Join(err, json.Unmarshal([]byte(first), &h)); err != nil {
		c.t.Error(err)
		return nil
	}
	end := h.Base + uint64(h.N)
	change["req"], change["end"], change["hwm"], change["hwm_hash"] = h.Req, end, end, h.EndHash
	x := c.taken()
	if x.Said.N != h.N { // a push of nothing, which asks only whether the log is known
		change["results"] = []any{}
	}
	return x
}

// future says a message as the next version might: more fields everywhere, outcomes and
// rows of kinds that nobody knows, and a row of a known kind in another form.
func future(v any) any {
	switch v := v.(type) {
	case map[string]any:
		m := map[string]any{"from_the_future": map[string]any{"deep": []any{1, nil}}, "schema": 9}
		for k, x := range v {
			m[k] = future(x)
		}
		if rows, ok := v["rows"].([]any); ok {
			m["sums"] = map[string]any{"work": "2:of another form", "drone_route": "2:7"}
			if len(rows) > 0 {
				m["rows"] = futureRows(rows)
			}
		}
		if _, ok := v["s"]; ok { // what became of an event
			m["code"], m["why"] = "applied_by_robot", "robot_7"
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = future(v[i])
		}
		return list
	}
	return v
}

func futureRows(rows []any) []any {
	list := []any{map[string]any{"fs": 0, "type": "drone_route", "id": "D1", "body": []any{"A", "B"}},
		map[string]any{"fs": 0, "type": "work", "id": "S9", "body": map[string]any{"shipment": map[string]any{"id": "S9", "lines": "a new form"}}}}
	for _, r := range rows {
		if row := r.(map[string]any); row["type"] != "flow" || row["id"] == "gift@1" {
			r = future(r) // a flow with a rule that is not known here is not followed, so one only
		}
		list = append(list, r)
	}
	return list
}

// station opens a station whose clock stands where the talk was recorded, under the key
// and the log that it was recorded with.
func (c *recordedCentre) station(h *time.Time) *bench {
	c.t.Helper()
	b := &bench{t: c.t, id: "bench-1", dir: c.t.TempDir()}
	key := make([]byte, 32)
	for i := range key {
		key[i] = byte(i + 1)
	}
	if err := os.WriteFile(filepath.Join(b.dir, "box.key"), key, 0o600); err != nil {
		c.t.Fatal(err)
	}
	if _, err := localdb.EnsureBoxKey(b.dir); err != nil {
		c.t.Fatal(err)
	}
	began := *h
	b.clock = localdb.Clock{Wall: func() time.Time { return *h }, Mono: func() int64 { return h.Sub(began).Milliseconds() }, Boot: "boot"}
	b.log = c.taken().Said.Log
	srv := httptest.NewServer(c)
	c.t.Cleanup(srv.Close)
	var err error
	if b.client, err = api.New(&api.Identity{URL: srv.URL, Station: b.id}); err != nil {
		c.t.Fatal(err)
	}
	b.open()
	c.t.Cleanup(func() { b.close(); b.client.Close() })
	return b
}

// TestTheStationWorksWithTheCentreBeforeAndAfter lets a station work a day with a centre
// that answers as one did before logs had marks, and as one may that knows more.
func TestTheStationWorksWithTheCentreBeforeAndAfter(t *testing.T) {
	for _, newer := range []bool{false, true} {
		t.Run(map[bool]string{false: "older", true: "newer"}[newer], func(t *testing.T) {
			c := newRecordedCentre(t, newer)
			now, err := time.Parse(time.RFC3339, c.find("heartbeat").Reply["server_at"].(string))
			if err != nil {
				t.Fatal(err)
			}
			b := c.station(&now)
			b.sync(100)
			work := b.queue()
			b.has(work)

			c.next()
			b.ship(work["X0"])
			b.scan(work["X1"], order.Event{Type: order.EventOpened}, picked(1, 1))
			b.sync(100)
			b.sync(100) // the block comes once the centre knows the log
			if _, there := b.queue()["X0"]; there {
				t.Error("what was handed over is still work")
			}
			if n, err := b.db.NumbersLeft("SF"); n != 50 || err != nil {
				t.Errorf("%d numbers for more parcels, %v", n, err)
			}

			c.next()
			b.sync(100)
			b.changed(work)

			c.next()
			now = now.Add(50 * time.Hour)
			if b.db.LeaseValid(work["X3"], now) {
				t.Error("the lease does not end")
			}
			b.sync(100)
			if !b.db.LeaseValid(work["X3"], now) {
				t.Error("the lease was not renewed")
			}
			b.parked(newer)
			b.notCompared(newer)
		})
	}
}

// has wants everything that a new station gets.
func (b *bench) has(work map[string]order.ShipmentID) {
	b.t.Helper()
	for i := range 4 {
		id := order.ShipmentID(fmt.Sprintf("S%09d", i+1))
		if work[fmt.Sprintf("X%d", i)] != id || !b.db.LeaseValid(id, b.clock.Wall()) {
			b.t.Errorf("X%d is not leased: %v", i, work)
		}
		if got, err := b.db.Unseal(id); err != nil || got != receiver(i) {
			b.t.Errorf("receiver of X%d: %+v %v", i, got, err)
		}
	}
	s, err := b.db.Shipment("S000000001")
	if err != nil || s == nil || len(s.Lines) != 2 || len(s.Parcels) != 1 {
		b.t.Fatalf("the shipment is not whole: %+v %v", s, err)
	}
	l, p := s.Lines[0], s.Parcels[0]
	if l.SKU != "MANGO" || l.Name.ZH != "芒果" || l.Qty != 2 || l.Location != "A-01" || l.Codes[0].Key != "MANGO" ||
		s.Carrier.ID != "SF" || p.Waybill.Number == "" || s.Tote != "" || s.State != "awaiting_pick" {
		b.t.Errorf("the shipment is not whole: %+v", s)
	}
	policy, err := b.db.Policy()
	if err != nil || policy.Zone != "Asia/Shanghai" || !policy.AutoPrint || policy.PrintWordAgeS != 3600 || policy.MinLifeDays != 5 ||
		policy.Shipper.Name != "海南果园" {
		b.t.Errorf("policy %+v %v", policy, err)
	}
	op, err := b.db.Badge("BADGE-1")
	if err != nil || op == nil || op.ID != "op1" || op.Name != "李" || len(op.Roles) != 2 || op.PINDigits != 4 {
		b.t.Errorf("operator %+v %v", op, err)
	}
	goods, err := b.db.Product("MANGO")
	if err != nil || goods == nil || goods.WeightG != 300 || goods.Home != "A-01" || len(goods.Codes) != 2 || goods.Codes[1].Mult != 12 {
		b.t.Errorf("goods %+v %v", goods, err)
	}
}

// changed wants a started order cancelled, one that was not started gone, and another
// address on the third.
func (b *bench) changed(work map[string]order.ShipmentID) {
	b.t.Helper()
	if s, err := b.db.Shipment(work["X1"]); err != nil || s == nil || !s.Cancelled || s.Lines[0].Picked != 1 {
		b.t.Errorf("started and cancelled: %+v %v", s, err)
	}
	if in, err := b.db.Instruction(work["X1"]); err != nil || in == nil || in.Kind != order.InstructPutBack || len(in.Goods) != 1 {
		b.t.Errorf("nobody is told to put the goods back: %+v %v", in, err)
	}
	if _, there := b.queue()["X2"]; there {
		b.t.Error("cancelled work is still offered")
	}
	if got, err := b.db.Unseal(work["X3"]); err != nil || got.Street != "滨海大道 9 号" {
		b.t.Errorf("the new address is not known: %v %v", got, err)
	}
}

// notCompared wants a station that asks for sums to leave what it cannot compare alone.
func (b *bench) notCompared(newer bool) {
	b.t.Helper()
	cursor, held, err := b.reader.Sums(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	r, err := b.client.Sums(b.t.Context(), cursor, 200)
	if err != nil || (r.Sums != nil) != newer || r.Sums.Differ(held) != nil {
		b.t.Errorf("sums %v, held %v, %v", r.Sums, held, err)
	}
}

// parked wants what only a newer station can use put aside, and nothing else.
func (b *bench) parked(newer bool) {
	b.t.Helper()
	want := map[bool]int64{false: 0, true: 3}[newer] // two rows and a flow with a rule
	st, err := b.reader.Stats(b.t.Context())
	if err != nil || st.Parked != want {
		b.t.Errorf("%d rows parked, not %d, %v", st.Parked, want, err)
	}
	if f, err := b.db.Flow("gift", 1); newer == (err == nil) {
		b.t.Errorf("a flow with a rule that is not known here: %+v %v", f, err)
	}
}
