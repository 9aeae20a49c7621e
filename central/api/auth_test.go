package api_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"strings"
	"testing"

	"pickstation/central"
	"pickstation/central/api"
	"pickstation/central/centraltest"
)

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
	if err := s.RevokeKey(t.Context(), "K000000001"); err != nil {
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
