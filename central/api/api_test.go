package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

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
		{"GET", "/v1/orders?channel=shop&external=1&state=awaiting_pick&limit=1", "", 200, `"next":"O000000001"`},
		{"GET", "/v1/orders?limit=100000", "", 422, `"code":"bad_input"`},
		{"GET", "/v1/orders/O000000001", "", 200, `"number":"SF1400000000001"`},
		{"GET", "/v1/orders/O404", "", 404, `"code":"not_found"`},
		{"GET", "/v1/orders/O000000001/timeline", "", 200, `"state":"awaiting_pick"`},
		{"POST", "/v1/orders/O000000001:pay", "", 200, `"state":"awaiting_pick"`},
		{"POST", "/v1/orders/O000000001:address", `{"name":"李","phone":"1","country":"CN","province":"a","city":"b","street":"c"}`, 200, `"address_version":2`},
		{"POST", "/v1/orders/O000000001:address", `{"nom":"x"}`, 422, `"code":"bad_input"`},
		{"POST", "/v1/orders/O000000001:cancel", `{"reason":"no"}`, 200, `"state":"cancelled"`},
		{"POST", "/v1/orders/O000000001:cancel", ``, 200, `"state":"cancelled"`},
		{"POST", "/v1/orders/O000000001:explode", ``, 404, `"code":"not_found"`},
		{"POST", "/v1/returns", `{"channel":"shop","external_id":"r","order":"O000000001","lines":[{"sku":"A","qty":1}]}`, 200, `"outcome":"new"`},
		{"POST", "/v1/returns/R000000001:refund", ``, 409, `"code":"not_in_flow"`},
		{"POST", "/v1/returns/R000000001:approve", ``, 200, `"state":"awaiting_return"`},
		{"POST", "/v1/returns/R000000001:receive", ``, 200, `"state":"inspecting"`},
		{"POST", "/v1/returns/R000000001:refund", ``, 200, `"state":"refunded"`},
		{"GET", "/v1/returns/R000000001", ``, 200, `"timeline":[{`},
		{"POST", "/v1/tracking", `{"events":[{"waybill":"SF1400000000001","event":"deliver"}]}`, 200, `"outcome":"`},
		{"POST", "/v1/tracking", `{"events":[{"waybill":"SF1","event":"explode"}]}`, 422, `"code":"bad_input"`},
		{"GET", "/v1/flows", ``, 200, `"id":"standard"`},
		{"POST", "/v1/flows", string(flow), 200, `"version":1`},
		{"GET", "/v1/exceptions", ``, 200, `"exceptions":[`},
		{"POST", "/v1/exceptions/77:close", ``, 404, `"code":"not_found"`},
		{"DELETE", "/v1/orders/O000000001", ``, 404, `"code":"not_found"`},
		{"GET", "/healthz", ``, 200, `"ok"`},
		{"GET", "/readyz", ``, 200, `"ok"`},
		{"GET", "/metrics", ``, 200, `pickcentral_intake_total{kind="new"} 1`},
		{"GET", "/metrics", ``, 200, "pickcentral_last_backup_timestamp_seconds 0\n"},
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
