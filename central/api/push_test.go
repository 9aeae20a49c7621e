package api_test

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"regexp"
	"testing"

	"github.com/klauspost/compress/zstd"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
	"pickstation/sync/wire"
)

func message(t testing.TB, b *centraltest.Bench) []byte {
	t.Helper()
	h, bodies := b.Message(0, uint64(len(b.Events)))
	head, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	return append(append(head, '\n'), bytes.Join(bodies, []byte("\n"))...)
}

func (s *served) push(t testing.TB, key, encoding string, body []byte) (int, wire.PushReply) {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), "POST", "/v1/stations/bench-1/push", bytes.NewReader(body))
	req.RemoteAddr = "127.0.0.1:5"
	req.Header.Set("Authorization", "Bearer "+key)
	req.Header.Set("Content-Encoding", encoding)
	rec := httptest.NewRecorder()
	s.api.Handler().ServeHTTP(rec, req)
	var reply wire.PushReply
	if err := json.Unmarshal(rec.Body.Bytes(), &reply); err != nil {
		t.Errorf("status %d: %s", rec.Code, rec.Body.String())
	}
	return rec.Code, reply
}

func TestAPushComesPlainOrCompressed(t *testing.T) {
	s := serve(t)
	b := s.NewBench(t, "bench-1")
	key := s.key(t, central.Key{Scopes: []string{central.ScopeStation}, Station: "bench-1"})
	for range 50 {
		b.Add(order.Event{Type: order.EventNoted})
	}
	plain := message(t, b)
	enc, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	small := enc.EncodeAll(plain, nil)
	bomb := enc.EncodeAll(make([]byte, 64<<20), nil)
	many := &centraltest.Bench{ID: "bench-1", Clock: s.Clock}
	many.NewLog()
	for range wire.MaxPushEvents + 1 {
		many.Add(order.Event{Type: order.EventNoted})
	}
	for _, x := range []struct {
		name, encoding string
		body           []byte
		status         int
		code           wire.Code
	}{
		{"compressed", "zstd", small, 200, wire.CodeOK},
		{"plain", "", append(plain, '\n'), 200, wire.CodeOK},
		{"other encoding", "gzip", plain, 422, wire.CodeBad},
		{"not zstd", "zstd", plain, 422, wire.CodeBad},
		{"a bomb", "zstd", bomb, 422, wire.CodeBad},
		{"too many events", "", message(t, many), 413, wire.CodeSplit},
		{"too many bytes", "", append(plain, bytes.Repeat([]byte{'\n'}, wire.MaxPushBytes)...), 413, wire.CodeSplit},
		{"no header", "", []byte("\n\n"), 422, wire.CodeBad},
		{"HTML", "", []byte("<html>"), 422, wire.CodeBad},
	} {
		status, reply := s.push(t, key, x.encoding, x.body)
		if status != x.status || reply.Code != x.code {
			t.Errorf("%s: %d %s (%s), want %d %s", x.name, status, reply.Code, reply.Message, x.status, x.code)
		}
	}
}

func TestAStationKeyFromTheNetworkIsRefused(t *testing.T) {
	s := serve(t)
	s.NewBench(t, "bench-1")
	key := s.key(t, central.Key{Scopes: []string{central.ScopeStation}, Station: "bench-1"})
	for addr, want := range map[string]int{"127.0.0.1:5": 200, "[::1]:5": 200, "192.0.2.7:5": 403, "nonsense": 403} {
		req := httptest.NewRequestWithContext(t.Context(), "GET", "/v1/stations/bench-1/feed", nil)
		req.RemoteAddr = addr
		req.Header.Set("Authorization", "Bearer "+key)
		rec := httptest.NewRecorder()
		s.api.Handler().ServeHTTP(rec, req)
		if rec.Code != want {
			t.Errorf("from %s: %d", addr, rec.Code)
		}
	}
}

func TestTheServerWaitsForNobodyForEver(t *testing.T) {
	srv := serve(t).api.HTTP()
	if srv.ReadHeaderTimeout <= 0 || srv.ReadTimeout <= 0 || srv.WriteTimeout <= 0 || srv.IdleTimeout <= 0 || srv.MaxHeaderBytes > 64<<10 {
		t.Errorf("limits: %s %s %s %s %d", srv.ReadHeaderTimeout, srv.ReadTimeout, srv.WriteTimeout, srv.IdleTimeout, srv.MaxHeaderBytes)
	}
}

func FuzzPushBodies(f *testing.F) {
	s := serve(f)
	b := s.NewBench(f, "bench-1")
	sh := s.View(f, s.Put(f, centraltest.Order("1"))).Shipments[0]
	key := s.key(f, central.Key{Scopes: []string{central.ScopeStation}, Station: "bench-1"})
	b.Pick(&sh.Shipment)
	b.AddRaw(`{"s":7,"k":"dispatched","kv":1,"p":1,"o":"` + string(sh.ID) + `","orig":{"log":"x","seq":1,"hash":"00"}}`)
	good := message(f, b)
	enc, err := zstd.NewWriter(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("", good)
	f.Add("zstd", enc.EncodeAll(good, nil))
	f.Add("", []byte(`{"proto":1}`+"\n"))
	f.Add("", bytes.Replace(good, []byte(`"base":0`), []byte(`"base":18446744073709551615`), 1))
	f.Add("zstd", []byte{0x28, 0xb5, 0x2f, 0xfd})
	f.Fuzz(func(t *testing.T, encoding string, body []byte) {
		encoding = regexp.MustCompile(`[^a-z]`).ReplaceAllString(encoding, "")
		status, reply := s.push(t, key, encoding, body)
		if status >= 500 || status == 200 && reply.Code != wire.CodeOK {
			t.Errorf("status %d code %s", status, reply.Code)
		}
	})
}

func FuzzOrders(f *testing.F) {
	s := serve(f)
	good, err := json.Marshal(centraltest.Order("1"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"channel":"a","external_id":"b","lines":[{"sku":"x","qty":1000000,"price_each":{"minor":9000000000000000000,"currency":"CNY"}}]}`))
	f.Add([]byte(`{"channel":"a","external_id":"c","total":{"minor":-5,"currency":"XXX"},"lines":[{"sku":"x","qty":1}],"paid_at":"9999-12-31T23:59:59Z"}`))
	f.Add([]byte(`{"channel":"\u0000","external_id":"\ud800"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		res, err := s.IntakeRaw(t.Context(), centraltest.By(), []json.RawMessage{raw})
		if err != nil {
			t.Fatal(err)
		}
		if res[0].Outcome == central.OutcomeRejected && (res[0].Code == "" || res[0].Hint == "") {
			t.Errorf("rejected without a reason: %+v", res[0])
		}
		again, err := s.IntakeRaw(t.Context(), centraltest.By(), []json.RawMessage{raw})
		if err != nil || again[0].Outcome == central.OutcomeNew {
			t.Errorf("the same order again: %+v %v", again, err)
		}
	})
}
