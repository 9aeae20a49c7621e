package api_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"pickstation/central"
	"pickstation/central/api"
	"pickstation/central/centraltest"
	"pickstation/order"
	"pickstation/sync/wire"
)

var update = flag.Bool("update", false, "write the description anew")

type served struct {
	*centraltest.Centre
	api *api.Server
	srv *httptest.Server
}

func serve(t testing.TB) *served {
	t.Helper()
	c := centraltest.New(t)
	a, err := api.New(c.Service, c.CA)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(a.Handler())
	t.Cleanup(srv.Close)
	return &served{c, a, srv}
}

func (s *served) key(t testing.TB, k central.Key) string {
	t.Helper()
	k.Name = "test"
	_, plain, err := s.NewKey(t.Context(), k)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

func (s *served) call(t testing.TB, method, path, key, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.srv.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	resp, err := s.srv.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode >= 400 && !strings.HasPrefix(resp.Header.Get("Content-Type"), "application/") {
		t.Errorf("%s %s: refusal of type %q", method, path, resp.Header.Get("Content-Type"))
	}
	return resp.StatusCode, string(data)
}

func TestTheCommittedDescriptionIsWhatTheServerIs(t *testing.T) {
	s := serve(t)
	want, err := s.api.Description()
	if err != nil {
		t.Fatal(err)
	}
	const file = "../openapi.json"
	if *update {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, want) {
		t.Error("central/openapi.json is not fresh: run go test ./central/api -update")
	}
	_, got := s.call(t, "GET", "/openapi.json", "", "")
	if got != string(want) {
		t.Error("GET /openapi.json answers something else")
	}
	var d struct{ Openapi string }
	if json.Unmarshal(want, &d) != nil || d.Openapi != "3.1.0" {
		t.Errorf("version %q", d.Openapi)
	}
}

// TestEveryCallIsDeniedUnlessItIsAllowed asks every operation of the description
// without a key, with a key of no use, and with a key of its own scope.
func TestEveryCallIsDeniedUnlessItIsAllowed(t *testing.T) {
	s := serve(t)
	s.NewBench(t, "bench-1")
	data, err := s.api.Description()
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		Paths map[string]map[string]struct {
			Security []map[string][]string
		}
	}
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	open := map[string]bool{"GET /healthz": true, "GET /readyz": true, "POST /v1/enrol": true}
	keys := map[string]string{}
	for _, scope := range central.Scopes() {
		k := central.Key{Scopes: []string{scope}}
		if scope == central.ScopeStation {
			k.Station = "bench-1"
		}
		keys[scope] = s.key(t, k)
	}
	n := 0
	for path, methods := range d.Paths {
		for method, op := range methods {
			n++
			name := strings.ToUpper(method) + " " + path
			real := strings.NewReplacer("/stations/{id}", "/stations/bench-1", "/exceptions/{id}", "/exceptions/1", "{id}", "O1").Replace(path)
			if open[name] {
				continue
			}
			scope := ""
			for _, way := range op.Security {
				if s, ok := way["key"]; ok {
					scope = s[0]
				}
			}
			if scope == "" {
				t.Errorf("%s asks for nothing", name)
				continue
			}
			for what, key := range map[string]string{"no key": "", "no such key": "pk_NOTHING", "too long": strings.Repeat("x", 5000)} {
				if status, body := s.call(t, strings.ToUpper(method), real, key, "{}"); status != 401 {
					t.Errorf("%s with %s: %d %s", name, what, status, body)
				}
			}
			for other, key := range keys {
				status, body := s.call(t, strings.ToUpper(method), real, key, "{}")
				if denied := status == 401 || status == 403; denied == (other == scope) {
					t.Errorf("%s with scope %s: %d %s", name, other, status, body)
				}
			}
		}
	}
	if n < 20 {
		t.Errorf("only %d operations", n)
	}
}

func TestARevokedKeyIsDenied(t *testing.T) {
	s := serve(t)
	key := s.key(t, central.Key{Scopes: []string{central.ScopeOrdersRead}})
	if status, _ := s.call(t, "GET", "/v1/orders", key, ""); status != 200 {
		t.Fatalf("before: %d", status)
	}
	if err := s.RevokeKey(t.Context(), "K0000001"); err != nil {
		t.Fatal(err)
	}
	if status, _ := s.call(t, "GET", "/v1/orders", key, ""); status != 401 {
		t.Errorf("after: %d", status)
	}
}

func TestAStationKeyOpensItsOwnStationOnly(t *testing.T) {
	s := serve(t)
	s.NewBench(t, "bench-1")
	s.NewBench(t, "bench-2")
	key := s.key(t, central.Key{Scopes: []string{central.ScopeStation}, Station: "bench-1"})
	if status, body := s.call(t, "GET", "/v1/stations/bench-1/feed", key, ""); status != 200 {
		t.Errorf("own: %d %s", status, body)
	}
	if status, body := s.call(t, "GET", "/v1/stations/bench-2/feed", key, ""); status != 403 || !strings.Contains(body, "wrong_station") {
		t.Errorf("other: %d %s", status, body)
	}
}

func TestAShopsKeyIsBoundToItsShop(t *testing.T) {
	s := serve(t)
	id := s.Put(t, centraltest.Order("1"))
	key := s.key(t, central.Key{Scopes: []string{central.ScopeOrdersRead, central.ScopeOrdersWrite}, Channel: "market"})
	if status, _ := s.call(t, "GET", "/v1/orders/"+string(id), key, ""); status != 404 {
		t.Errorf("another shop's order: %d", status)
	}
	body, err := json.Marshal(map[string]any{"orders": []central.OrderIn{centraltest.Order("2")}})
	if err != nil {
		t.Fatal(err)
	}
	_, got := s.call(t, "POST", "/v1/orders:batch", key, string(body))
	if !strings.Contains(got, "forbidden_channel") {
		t.Errorf("another shop's order sent: %s", got)
	}
}

func TestTheWholeLifeOfAnOrderOverHTTP(t *testing.T) {
	s := serve(t)
	key := s.key(t, central.Key{Scopes: []string{central.ScopeOrdersRead, central.ScopeOrdersWrite, central.ScopeReturnsWrite,
		central.ScopeTrackingWrite, central.ScopeFlowsRead, central.ScopeFlowsWrite, central.ScopeExceptionsRead, central.ScopeExceptionsWrite}})
	order1, err := json.Marshal(centraltest.Order("1"))
	if err != nil {
		t.Fatal(err)
	}
	flow, err := json.Marshal(order.StandardFlow())
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"POST", "/v1/orders:batch", `{"orders":[` + string(order1) + `]}`, 200, `"outcome":"new"`},
		{"POST", "/v1/orders:batch", `{"orders":[` + string(order1) + `,{"x":1}]}`, 200, `"code":"bad_order"`},
		{"POST", "/v1/orders:batch", `{"orders":[`, 422, `"code":"bad_input"`},
		{"POST", "/v1/orders:batch", ``, 400, `"code":"bad_request"`},
		{"POST", "/v1/orders:batch", `{"orders":[` + strings.Repeat("1,", 500) + `1]}`, 413, `"code":"too_many_orders"`},
		{"GET", "/v1/orders?channel=shop&external=1&state=awaiting_pick&limit=1", "", 200, `"next":"O0000001"`},
		{"GET", "/v1/orders?limit=100000", "", 422, `"code":"bad_input"`},
		{"GET", "/v1/orders/O0000001", "", 200, `"number":"SF1400000000001"`},
		{"GET", "/v1/orders/O404", "", 404, `"code":"not_found"`},
		{"GET", "/v1/orders/O0000001/timeline", "", 200, `"state":"awaiting_pick"`},
		{"POST", "/v1/orders/O0000001:pay", "", 200, `"state":"awaiting_pick"`},
		{"POST", "/v1/orders/O0000001:address", `{"name":"李","phone":"1","country":"CN","province":"a","city":"b","street":"c"}`, 200, `"address_version":2`},
		{"POST", "/v1/orders/O0000001:address", `{"nom":"x"}`, 422, `"code":"bad_input"`},
		{"POST", "/v1/orders/O0000001:cancel", `{"reason":"no"}`, 200, `"state":"cancelled"`},
		{"POST", "/v1/orders/O0000001:cancel", ``, 200, `"state":"cancelled"`},
		{"POST", "/v1/orders/O0000001:explode", ``, 404, `"code":"not_found"`},
		{"POST", "/v1/returns", `{"channel":"shop","external_id":"r","order":"O0000001","lines":[{"sku":"A","qty":1}]}`, 200, `"outcome":"new"`},
		{"POST", "/v1/returns/R0000001:refund", ``, 409, `"code":"not_in_flow"`},
		{"POST", "/v1/returns/R0000001:approve", ``, 200, `"state":"awaiting_return"`},
		{"POST", "/v1/returns/R0000001:receive", ``, 200, `"state":"inspecting"`},
		{"POST", "/v1/returns/R0000001:refund", ``, 200, `"state":"refunded"`},
		{"GET", "/v1/returns/R0000001", ``, 200, `"timeline":[{`},
		{"POST", "/v1/tracking", `{"events":[{"waybill":"SF1400000000001","event":"deliver"}]}`, 200, `"outcome":"`},
		{"POST", "/v1/tracking", `{"events":[{"waybill":"SF1","event":"explode"}]}`, 422, `"code":"bad_input"`},
		{"GET", "/v1/flows", ``, 200, `"id":"standard"`},
		{"POST", "/v1/flows", string(flow), 200, `"version":1`},
		{"GET", "/v1/exceptions", ``, 200, `"exceptions":[`},
		{"POST", "/v1/exceptions/77:close", ``, 404, `"code":"not_found"`},
		{"DELETE", "/v1/orders/O0000001", ``, 404, `"code":"not_found"`},
		{"GET", "/healthz", ``, 200, `"ok"`},
		{"GET", "/readyz", ``, 200, `"ok"`},
		{"GET", "/metrics", ``, 200, `pickcentral_intake_total{kind="new"} 1`},
	} {
		status, body := s.call(t, x.method, x.path, key, x.body)
		if status != x.status || !strings.Contains(body, x.want) {
			t.Errorf("%s %s: %d %.600s\nwant %d %s", x.method, x.path, status, body, x.status, x.want)
		}
		if strings.Contains(body, "13800001234") {
			t.Errorf("%s %s tells the receiver's phone", x.method, x.path)
		}
	}
}

func TestEveryRefusalHasACodeAndAHint(t *testing.T) {
	s := serve(t)
	for _, path := range []string{"/", "/v1/orders", "/v1/orders/x:cancel", "/v1/stations/a/push", "//..//", "/v1/orders/%00", "/v1/:x"} {
		status, body := s.call(t, "POST", path, "", "{")
		var p wire.Problem
		if status < 400 || json.Unmarshal([]byte(body), &p) != nil || p.Code == "" || p.Hint == "" || p.Status != status {
			t.Errorf("POST %s: %d %s", path, status, body)
		}
	}
}

func TestABodyThatIsTooLargeIsRefused(t *testing.T) {
	s := serve(t)
	status, body := s.call(t, "POST", "/v1/enrol", "", `{"code":"`+strings.Repeat("x", 300<<10)+`"}`)
	if status != 413 || !strings.Contains(body, "too_large") {
		t.Errorf("%d %.200s", status, body)
	}
}

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

func TestTheServerShowsACertificateOfItsCAAndAsksForOne(t *testing.T) {
	c := centraltest.New(t)
	a, err := api.New(c.Service, c.CA)
	if err != nil {
		t.Fatal(err)
	}
	ln, err := tls.Listen("tcp", "127.0.0.1:0", c.CA.TLS("pick.example"))
	if err != nil {
		t.Fatal(err)
	}
	srv := a.HTTP()
	go srv.Serve(ln)
	defer srv.Close()
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM([]byte(c.CA.PEM()))
	for _, name := range []string{"localhost", "pick.example", "127.0.0.1"} {
		conn, err := tls.Dial("tcp", ln.Addr().String(), &tls.Config{RootCAs: pool, ServerName: name, MinVersion: tls.VersionTLS12})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		conn.Close()
	}
	if _, err := tls.Dial("tcp", ln.Addr().String(), &tls.Config{RootCAs: pool, ServerName: "localhost", MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}); err == nil {
		t.Error("TLS 1.1 is spoken")
	}
}
