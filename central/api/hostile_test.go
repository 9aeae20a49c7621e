package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pickstation/central"
	"pickstation/central/api"
	"pickstation/central/centraltest"
	"pickstation/central/postgres"
	"pickstation/central/postgres/pgtest"
	"pickstation/order"
	"pickstation/sync/wire"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// onPostgres serves a centre on PostgreSQL.
func onPostgres(t *testing.T) *served {
	t.Helper()
	store, err := postgres.Open(t.Context(), pgtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	c := centraltest.Over(t, store, filepath.Join(t.TempDir(), "c"), centraltest.NewClock())
	a, err := api.New(c.Service, c.CA)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(a.Handler())
	t.Cleanup(srv.Close)
	return &served{c, a, srv}
}

// operation is a call as the description tells it.
type operation struct {
	method, path string
	params       []parameter
	body         *schema
	security     []map[string][]string
}

type parameter struct {
	Name, In string
}

// schema is what of JSON Schema the description uses.
type schema struct {
	Ref        string             `json:"$ref"`
	Type       any                `json:"type"` // a name, or names
	Format     string             `json:"format"`
	Enum       []any              `json:"enum"`
	Properties map[string]*schema `json:"properties"`
	Items      *schema            `json:"items"`
}

// description reads all operations of the server, and the schemas by name.
func (s *served) description(t *testing.T) ([]operation, map[string]*schema) {
	t.Helper()
	data, err := s.api.Description()
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		Paths map[string]map[string]struct {
			Parameters  []parameter
			Security    []map[string][]string
			RequestBody struct {
				Content map[string]struct{ Schema *schema }
			}
		}
		Components struct{ Schemas map[string]*schema }
	}
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	var all []operation
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(d.Paths[path])) {
			o := d.Paths[path][method]
			one := operation{method: strings.ToUpper(method), path: path, params: o.Parameters, security: o.Security}
			for _, c := range o.RequestBody.Content {
				one.body = c.Schema
			}
			all = append(all, one)
		}
	}
	return all, d.Components.Schemas
}

// example makes a value that fits a schema.
func example(s *schema, named map[string]*schema, depth int) any {
	if s == nil || depth > 8 {
		return nil
	}
	if s.Ref != "" {
		return example(named[s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]], named, depth+1)
	}
	if len(s.Enum) > 0 {
		return s.Enum[0]
	}
	kind, ok := s.Type.(string)
	if list, is := s.Type.([]any); is && !ok && len(list) > 0 {
		kind, _ = list[0].(string)
	}
	switch kind {
	case "object":
		all := map[string]any{}
		for name, p := range s.Properties {
			all[name] = example(p, named, depth+1)
		}
		return all
	case "array":
		return []any{example(s.Items, named, depth+1)}
	case "integer", "number":
		return 1
	case "boolean":
		return true
	}
	if s.Format == "date-time" {
		return "2026-03-02T08:00:00Z"
	}
	return "x"
}

// hostile are values that a field is not made for. Raw JSON, for not all of it could
// come out of an encoder.
var hostile = []string{`null`, `-1`, `0`, `9223372036854775807`, `9223372036854775808`, `-9223372036854775809`, `1e400`, `1.5`, `true`, `""`,
	`"\u0000"`, `"\ud800"`, "\"\xff\xfe\"", `"' OR 1=1 --"`, `"../../etc/passwd"`, `"` + strings.Repeat("长", 5000) + `"`, `[]`, `{}`, `[[[[[[]]]]]]`,
	`{"a":{"a":{"a":null}}}`, `"9999-12-31T23:59:59Z"`, `"0000-01-01T00:00:00Z"`, `[null]`, "\"\x1b[2J\\u202e\""}

// bodies makes hostile bodies of an operation: none at all, no JSON, and its own form
// with one field at a time made hostile.
func (o *operation) bodies(named map[string]*schema, most int) []string {
	all := []string{"", "{", "null", "[]", "{}", `"x"`, "\x00", "\xff\xfe{}", strings.Repeat("[", 100_000), strings.Repeat(`{"a":`, 20_000),
		`{"a":` + strings.Repeat("9", 10_000) + `}`, "{}\n{}", strings.Repeat(" ", 300<<10) + "{}"}
	if o.body == nil {
		return all[:6]
	}
	good := example(o.body, named, 0)
	text, _ := json.Marshal(good) // plain values always encode
	all = append(all, string(text))
	var places [][]any
	walk(good, nil, &places)
	var fields []string
	for _, place := range places {
		for _, value := range hostile {
			fields = append(fields, replaced(good, place, value))
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	r.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
	return append(all, fields[:min(most, len(fields))]...)
}

// walk lists the places of a value: names and indices on the way to each.
func walk(v any, at []any, all *[][]any) {
	if len(at) > 0 {
		*all = append(*all, slices.Clone(at))
	}
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			walk(v[name], append(at, name), all)
		}
	case []any:
		for i := range v {
			walk(v[i], append(at, i), all)
		}
	}
}

// replaced returns a value as JSON with raw text in one place.
func replaced(v any, at []any, raw string) string {
	const mark = "\u2603here\u2603"
	text, _ := json.Marshal(with(v, at, mark)) // plain values always encode
	return strings.Replace(string(text), `"`+mark+`"`, raw, 1)
}

func with(v any, at []any, value any) any {
	if len(at) == 0 {
		return value
	}
	switch v := v.(type) {
	case map[string]any:
		out := maps.Clone(v)
		out[at[0].(string)] = with(v[at[0].(string)], at[1:], value)
		return out
	case []any:
		out := slices.Clone(v)
		out[at[0].(int)] = with(v[at[0].(int)], at[1:], value)
		return out
	}
	return v
}

// oddIDs stand in paths.
var oddIDs = []string{"O000000001", "S000000001", "R000000001", "1", "bench-1", "bench-2", "0", "-1", "9223372036854775808", "%00", "%ff", "%2e%2e", "..", "a%2Fb", "%20",
	strings.Repeat("x", 49), strings.Repeat("x", 5000), "%E5%8D%95", ":", "a:b", "'%20OR%201=1"}

// addresses are the paths of an operation with every odd id, and with every parameter
// made odd.
func (o *operation) addresses() []string {
	var all []string
	for _, id := range oddIDs {
		all = append(all, strings.ReplaceAll(o.path, "{id}", id))
		if !strings.Contains(o.path, "{") {
			break
		}
	}
	plain := strings.ReplaceAll(o.path, "{id}", "bench-1")
	for _, p := range o.params {
		if p.In != "query" {
			continue
		}
		for _, v := range []string{"", "-1", "1", "9223372036854775808", "1e9", "x", "\x00", "\xff", "%", strings.Repeat("9", 3000), "长"} {
			if p.Name == "wait" && (v == "1" || v == "") {
				continue
			}
			all = append(all, plain+"?"+p.Name+"="+url.QueryEscape(v))
		}
		all = append(all, plain+"?"+p.Name+"=1&"+p.Name+"=2", plain+"?"+p.Name)
	}
	return all
}

// secrets are what no answer to these callers may hold: what belongs to bench-2, and
// the inside of the program.
const otherPhone = "13911112222"

var inside = []string{otherPhone, "goroutine ", "SQLSTATE", "sqlite", "pgx", "runtime error", ".go:", "ERROR:"}

// TestNoHostileRequestBreaksTheCentre sends every operation of the description odd ids,
// odd parameters and odd bodies, with a key that may do everything but be another
// station.
func TestNoHostileRequestBreaksTheCentre(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { hostileRequests(t, serve(t), 400) })
	t.Run("PostgreSQL", func(t *testing.T) { hostileRequests(t, onPostgres(t), 200) })
}

func hostileRequests(t *testing.T, s *served, most int) {
	in := centraltest.Order("of another bench")
	in.Receiver.Phone = otherPhone
	s.Put(t, in)
	other := s.NewBench(t, "bench-2")
	s.Lease(t, other, 1)
	s.Put(t, centraltest.Order("1"))
	s.NewBench(t, "bench-1")
	keys := map[string]string{}
	for _, scope := range central.Scopes() {
		k := central.Key{Scopes: []string{scope}}
		if scope == central.ScopeStation {
			k.Station = "bench-1"
		}
		keys[scope] = s.key(t, k)
	}
	ops, named := s.description(t)
	sent := 0
	for _, o := range ops {
		key := ""
		for _, way := range o.security {
			if scopes := way["key"]; len(scopes) > 0 {
				key = keys[scopes[0]]
			}
		}
		good := strings.NewReplacer("/stations/{id}", "/stations/bench-1", "/exceptions/{id}", "/exceptions/1", "{id}", "O000000002").Replace(o.path)
		for _, body := range o.bodies(named, most) {
			sent++
			s.survives(t, o.method, good, key, body)
		}
		for _, address := range o.addresses() {
			sent++
			s.survives(t, o.method, address, key, "{}")
		}
	}
	if len(ops) < 20 || sent < 1000 {
		t.Errorf("only %d requests to %d operations", sent, len(ops))
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	v := s.View(t, "O000000001")
	if v.Receiver == nil && v.External != "of another bench" {
		t.Errorf("another order stands there: %+v", v)
	}
}

// survives sends one request and judges the answer.
func (s *served) survives(t *testing.T, method, path, key, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.srv.URL, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	at, query, _ := strings.Cut(path, "?")
	req.URL.Opaque, req.URL.RawQuery = at, query // as it is, without being made sound
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	resp, err := s.srv.Client().Do(req)
	if err != nil {
		t.Fatalf("%s %.200s: %v", method, path, err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s %.200s: %v", method, path, err)
	}
	what := fmt.Sprintf("%s %.120q body %.300q: %d %.300s", method, path, body, resp.StatusCode, data)
	if resp.StatusCode >= 500 {
		t.Error(what)
	}
	for _, secret := range inside {
		if bytes.Contains(data, []byte(secret)) {
			t.Errorf("tells %q: %s", secret, what)
		}
	}
	if bytes.Contains(data, []byte("bench-2")) && !strings.Contains(path, "bench-2") && !strings.HasPrefix(path, "/v1/exceptions") && !strings.HasPrefix(path, "/v1/orders") {
		t.Errorf("tells of another station: %s", what)
	}
	if resp.StatusCode < 400 || resp.StatusCode == 409 || strings.HasSuffix(path, "/push") || method == "HEAD" {
		return
	}
	var p wire.Problem
	if json.Unmarshal(data, &p) != nil || p.Code == "" || p.Status != resp.StatusCode {
		t.Errorf("a refusal without a code: %s", what)
	}
}

// TestNoHostilePushBreaksTheCentre makes one field of a push's header and of its event
// hostile at a time. Whatever comes, other stations' logs stay as they are.
func TestNoHostilePushBreaksTheCentre(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { hostilePushes(t, serve(t)) })
	t.Run("PostgreSQL", func(t *testing.T) { hostilePushes(t, onPostgres(t)) })
}

func hostilePushes(t *testing.T, s *served) {
	id := s.Put(t, centraltest.Order("1"))
	sh := s.View(t, id).Shipments[0]
	other := s.NewBench(t, "bench-2")
	other.Add(order.Event{Type: order.EventNoted})
	s.PushAll(t, other)
	b := s.NewBench(t, "bench-1")
	key := s.key(t, central.Key{Scopes: []string{central.ScopeStation}, Station: "bench-1"})
	good, _ := json.Marshal(order.Event{Seq: 1, Type: order.EventPicked, V: 1, Shipment: sh.ID, Line: 1, Qty: 1, Parcel: 1, Waybill: "SF1", At: 1, Wall: 1, Mono: 1, Boot: "b", By: "op1",
		Station: "bench-1", Device: "g", Frame: 1, Source: order.Scanned, OrderVersion: 1, FlowVersion: 1, Verdict: order.OK, Code: "x", Lot: "l", Serial: "s",
		Reason: "r", Of: 1, No: 1, WordS: 1, Auth: "a", WeightG: 1, MilliC: 1, Since: 1, Over: true, Orig: &order.FactID{Log: b.Log, Seq: 1}})
	var event map[string]any
	if err := json.Unmarshal(good, &event); err != nil {
		t.Fatal(err)
	}
	var places [][]any
	walk(event, nil, &places)
	kinds := []order.EventType{order.EventPicked, order.EventPrinted, order.EventLabelled, order.EventDispatched, order.EventHeld, order.EventWeighed,
		order.EventUndone, order.EventInstructed, order.EventShorted, order.EventReleased, order.EventTemperature}
	for i, place := range places {
		event["k"] = string(kinds[i%len(kinds)])
		for _, value := range hostile {
			b.NewLog() // numbers go on from 1
			b.AddRaw(strings.ReplaceAll(replaced(event, place, value), "\n", " "))
			h, bodies := b.Message(0, 1)
			head, _ := json.Marshal(h) // plain data always encodes
			s.survives(t, "POST", "/v1/stations/bench-1/push", key, string(head)+"\n"+string(bodies[0])+"\n")
		}
	}
	h, bodies := b.Message(0, 1)
	text, _ := json.Marshal(h) // plain data always encodes
	var header map[string]any
	if err := json.Unmarshal(text, &header); err != nil {
		t.Fatal(err)
	}
	header["log"] = string(other.Log) // of another station
	places = nil
	walk(header, nil, &places)
	for _, place := range places {
		for _, value := range hostile {
			s.survives(t, "POST", "/v1/stations/bench-1/push", key, replaced(header, place, value)+"\n"+string(bodies[0])+"\n")
		}
	}
	if got := s.PushAll(t, other); got.Code != wire.CodeOK || got.HWM != 1 || got.HWMHash != other.Hash(1) {
		t.Errorf("the other station's log: %s, mark %d", got.Code, got.HWM)
	}
}
