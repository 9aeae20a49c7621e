package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
)

// route is one call of the API as its own description tells it.
type route struct {
	method, path string
	scopes       []string // of a bearer key
	query        []string
	open         bool // asks for nothing
	station      bool // of one station
	hasBody      bool
	schema       map[string]any // of the body, nil none
}

// routesOf reads every registered call from the description, so that none is forgotten.
func routesOf(t *testing.T, s *served) (all []route, schemas map[string]any) {
	t.Helper()
	text, err := s.api.Description()
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		Paths map[string]map[string]struct {
			Security   []map[string][]string
			Parameters []struct{ Name, In string }
			Body       *struct {
				Content map[string]struct{ Schema map[string]any }
			} `json:"requestBody"`
		}
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(d.Paths[path])) {
			op := d.Paths[path][method]
			r := route{method: strings.ToUpper(method), path: path, hasBody: op.Body != nil}
			for _, way := range op.Security {
				r.open = r.open || len(way) == 0
				r.scopes = append(r.scopes, way["key"]...)
			}
			r.station = slices.Contains(r.scopes, central.ScopeStation)
			for _, p := range op.Parameters {
				if p.In == "query" {
					r.query = append(r.query, p.Name)
				}
			}
			if op.Body != nil {
				r.schema = op.Body.Content["application/json"].Schema
			}
			all = append(all, r)
		}
	}
	return all, d.Components.Schemas
}

// sample makes a body that fits a schema.
func sample(schema map[string]any, schemas map[string]any, depth int) any {
	if ref, ok := schema["$ref"].(string); ok {
		next, _ := schemas[ref[strings.LastIndexByte(ref, '/')+1:]].(map[string]any)
		return sample(next, schemas, depth)
	}
	kind := schema["type"]
	if several, ok := kind.([]any); ok {
		kind = several[0]
	}
	if enum, ok := schema["enum"].([]any); ok && len(enum) > 0 {
		return enum[0]
	}
	switch kind {
	case "object":
		m := map[string]any{}
		props, _ := schema["properties"].(map[string]any)
		for name, p := range props {
			if p, ok := p.(map[string]any); ok && depth < 6 {
				m[name] = sample(p, schemas, depth+1)
			}
		}
		return m
	case "array":
		if items, ok := schema["items"].(map[string]any); ok && depth < 6 {
			return []any{sample(items, schemas, depth+1)}
		}
		return []any{}
	case "integer", "number":
		return 1
	case "boolean":
		return true
	case "string":
		if schema["format"] == "date-time" {
			return "2026-03-02T08:00:00Z"
		}
		return "A1"
	}
	return map[string]any{"a": 1}
}

// poison is what a field may hold instead.
var poison = []string{`null`, `""`, `-1`, `0`, `9223372036854775807`, `-9223372036854775808`, `1e400`, `1.5`, `true`, `[]`, `{}`, `[[[[[[]]]]]]`,
	`"\u0000"`, "\"\xff\xfe\"", `"\ud800"`, `"' OR 1=1 --"`, `"../../../etc/passwd"`, `"%s%n"`, `"2026-13-45T99:99:99Z"`,
	`"` + strings.Repeat("界", 20_000) + `"`, `{"a":{"a":{"a":{"a":[1,2,3]}}}}`}

// variants puts poison in the place of every field of a body, turn by turn.
func variants(v any) (all []string) {
	n := 0
	var walk func(v any, put func(string) string)
	walk = func(v any, put func(string) string) {
		for range 3 {
			all = append(all, put(poison[n%len(poison)]))
			n++
		}
		switch v := v.(type) {
		case map[string]any:
			for _, k := range slices.Sorted(maps.Keys(v)) {
				walk(v[k], func(bad string) string { return put(without(v, k, bad)) })
			}
		case []any:
			for i := range v {
				walk(v[i], func(bad string) string { return put("[" + bad + "]") })
			}
			var many []string
			for range 3000 {
				many = append(many, "1")
			}
			all = append(all, put("["+strings.Join(many, ",")+"]"))
		}
	}
	walk(v, func(bad string) string { return bad })
	whole, _ := json.Marshal(v)
	for _, cut := range []int{1, len(whole) / 2, len(whole) - 1} {
		all = append(all, string(whole[:max(cut, 0)]))
	}
	return append(all, "", "\x00", "<html>", strings.Repeat("[", 20_000), strings.Repeat(`{"a":`, 20_000), string(whole)+string(whole), string(whole))
}

// without is an object with one field replaced.
func without(m map[string]any, key, bad string) string {
	var b strings.Builder
	b.WriteByte('{')
	for i, k := range slices.Sorted(maps.Keys(m)) {
		if i > 0 {
			b.WriteByte(',')
		}
		name, _ := json.Marshal(k)
		value, _ := json.Marshal(m[k])
		if k == key {
			value = []byte(bad)
		}
		fmt.Fprintf(&b, "%s:%s", name, value)
	}
	b.WriteByte('}')
	return b.String()
}

// Marks of data that only bench-1 may see.
const (
	secretStreet = "海府一横路 77 号"
	secretOrder  = "SECRET-ORDER-1"
)

// hostileWorld is a centre with two stations; the first has work.
type hostileWorld struct {
	*served
	all, none, thief string // keys: every scope, no scope, bench-2's
	victim           *centraltest.Bench
	ship             order.ShipmentID
}

func newHostileWorld(t *testing.T) *hostileWorld {
	t.Helper()
	w := &hostileWorld{served: serve(t)}
	w.victim = w.NewBench(t, "bench-1")
	w.NewBench(t, "bench-2")
	in := centraltest.Order(secretOrder)
	in.Receiver.Street = secretStreet
	id := w.Put(t, in)
	w.Lease(t, w.victim, 5)
	w.ship = w.View(t, id).Shipments[0].ID
	w.victim.Add(order.Event{Type: order.EventPicked, Shipment: w.ship, Line: 1, Qty: 1})
	w.PushAll(t, w.victim)
	var scopes []string
	routes, _ := routesOf(t, w.served)
	for _, r := range routes {
		for _, s := range r.scopes {
			if !slices.Contains(scopes, s) && s != central.ScopeStation {
				scopes = append(scopes, s)
			}
		}
	}
	w.all = w.key(t, central.Key{Scopes: scopes})
	w.none = w.key(t, central.Key{Scopes: []string{central.ScopeStation}, Station: "bench-3"})
	w.thief = w.key(t, central.Key{Scopes: []string{central.ScopeStation}, Station: "bench-2"})
	return w
}

// send makes one call past the network, where any bytes may come.
func (w *hostileWorld) send(t *testing.T, method, path, key, body string) (int, string) {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), method, "/x", strings.NewReader(body))
	u, err := url.Parse("http://centre" + path)
	if err != nil {
		return 400, "" // no client can send this
	}
	req.URL, req.RequestURI, req.RemoteAddr = u, path, "127.0.0.1:5"
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	rec := httptest.NewRecorder()
	w.api.Handler().ServeHTTP(rec, req)
	if rec.Code >= 500 {
		t.Errorf("%s %s answers %d %.300s to %.300q", method, path, rec.Code, rec.Body.String(), body)
	}
	return rec.Code, rec.Body.String()
}

// bodies are the hostile bodies of a route.
func (w *hostileWorld) bodies(t *testing.T, r route, schemas map[string]any) []string {
	t.Helper()
	switch {
	case !r.hasBody:
		return []string{"", "{}", "\x00"}
	case strings.HasSuffix(r.path, "/push"):
		return w.pushes(t)
	case strings.HasPrefix(r.path, "/v1/customs/replies"): // XML
		return []string{"", "\x00", "{}", "<", "<CEB624Message>", `<?xml version="1.0"?><CEB624Message><InvtReturn/></CEB624Message>`,
			`<!DOCTYPE a [<!ENTITY b "` + strings.Repeat("c", 999) + `"><!ENTITY d "&b;&b;&b;&b;&b;&b;&b;&b;">]><CEB624Message>&d;</CEB624Message>`,
			`<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><CEB624Message>&b;</CEB624Message>`,
			`<?xml version="1.0" encoding="GB18030"?><CEB624Message>\xff\xff</CEB624Message>`, strings.Repeat("<a>", 50_000),
			`<CEB624Message><InvtReturn><copNo>` + secretOrder + `</copNo><returnStatus>9999999999999999999</returnStatus></InvtReturn></CEB624Message>`}
	case r.schema == nil:
		t.Errorf("%s %s takes a body of which the description says nothing: write hostile ones here", r.method, r.path)
		return nil
	}
	return variants(sample(r.schema, schemas, 0))
}

// pushes are messages whose header or event is poisoned, the victim's log among them.
func (w *hostileWorld) pushes(t *testing.T) (all []string) {
	t.Helper()
	whole := string(message(t, w.victim))
	head, event, _ := strings.Cut(whole, "\n")
	var h, e map[string]any
	if json.Unmarshal([]byte(head), &h) != nil || json.Unmarshal([]byte(event), &e) != nil {
		t.Fatal(whole)
	}
	for _, bad := range variants(h) {
		all = append(all, bad+"\n"+event)
	}
	for _, bad := range variants(e) { // with a chain that is right
		b := centraltest.Bench{ID: "bench-2", Clock: w.Clock}
		b.NewLog()
		b.AddRaw(strings.ReplaceAll(bad, "\n", " "))
		all = append(all, string(message(t, &b)))
	}
	return append(all, whole)
}

// TestNoRouteFailsOrTellsAnotherStationsDataWhateverIsSent calls every registered route
// with bodies, ids and queries that nobody should send, as everybody.
func TestNoRouteFailsOrTellsAnotherStationsDataWhateverIsSent(t *testing.T) {
	w := newHostileWorld(t)
	routes, schemas := routesOf(t, w.served)
	ids := []string{"bench-1", "bench-2", "bench-9", "O000000001", string(w.ship), "0", "-1", "99999999999999999999", "%00", "%ff%fe", "..%2f..%2fetc",
		"%E7%95%8C", "'%20OR%201=1", strings.Repeat("A", 5000), "a:b:c", "%2F"}
	values := []string{"", "-1", "99999999999999999999", "%00", "%ff", "1e9", "true", "%E7%95%8C", strings.Repeat("9", 4000), "'--", "%27%3B", "1&limit=2"}
	calls, refused := 0, 0
	for _, r := range routes {
		call := func(path, key, body string) {
			status, text := w.send(t, r.method, path, key, body)
			if calls++; status >= 400 {
				refused++
			}
			w.leaks(t, r, path, key, status, text)
		}
		bodies := w.bodies(t, r, schemas)
		for _, key := range []string{"", w.none, w.thief, w.all, "nonsense", strings.Repeat("k", 5000)} {
			path := strings.Replace(r.path, "{id}", "bench-1", 1)
			call(path, key, bodies[len(bodies)-1])
			if !r.open && r.method != http.MethodGet && key != w.all && key != w.thief {
				continue // refused before the body is read
			}
			for i, id := range ids {
				if strings.Contains(r.path, "{id}") {
					call(strings.Replace(r.path, "{id}", id, 1), key, bodies[i%len(bodies)])
				}
			}
		}
		own := strings.Replace(r.path, "{id}", map[bool]string{true: "bench-2", false: "O000000001"}[r.station], 1)
		key := map[bool]string{true: w.thief, false: w.all}[r.station]
		for _, body := range bodies {
			call(own, key, body)
		}
		for _, name := range r.query {
			for _, v := range values {
				call(own+"?"+name+"="+v, key, "")
			}
		}
	}
	if status, text := w.send(t, "GET", "/readyz", "", ""); status != 200 {
		t.Errorf("not ready afterwards: %d %s", status, text)
	}
	t.Logf("%d routes, %d calls, %d refused", len(routes), calls, refused)
}

// leaks looks for what only bench-1 and readers of orders may see.
func (w *hostileWorld) leaks(t *testing.T, r route, path, key string, status int, text string) {
	t.Helper()
	if !r.open && key != w.all && key != w.thief && status < 400 {
		t.Errorf("%s %s is open: %d %.200s", r.method, path, status, text)
	}
	if key == w.all { // it may read orders, and receivers with them
		return
	}
	for _, secret := range []string{secretStreet, secretOrder, string(w.ship), string(w.victim.Log), w.victim.Hash(1).String()} {
		if strings.Contains(text, secret) && !strings.Contains(path, secret) {
			t.Errorf("%s %s tells %q: %.300s", r.method, path, secret, text)
		}
	}
	if !utf8.ValidString(text) && !bytes.Contains([]byte(text), []byte{0x1f, 0x8b}) {
		t.Errorf("%s %s answers bytes that are no text", r.method, path)
	}
}
