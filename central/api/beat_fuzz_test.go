package api_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// Whatever a station says of itself is answered or refused, and never fails the centre; it
// gets no more work than it may hold.
func FuzzHeartbeats(f *testing.F) {
	s := serve(f)
	s.NewBench(f, "bench-1")
	for _, name := range []string{"1", "2"} {
		s.Put(f, centraltest.Order(name))
	}
	key := s.key(f, central.Key{Scopes: []string{central.ScopeStation}, Station: "bench-1"})
	good, err := json.Marshal(wire.Heartbeat{Proto: 1, Req: "r", Log: "00000000000000000000000000000001", Want: 1, SentAt: time.Unix(1_800_000_000, 0).UTC(),
		Backlog: wire.Backlog{}, Used: map[order.CarrierID]int64{"SF": 1}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(good))
	for _, bad := range []string{`{}`, `null`, `[]`, `{"want":-9223372036854775808,"held":9223372036854775807}`, `{"proto":1,"seq":18446744073709551615,"want":1000000000}`,
		`{"proto":1,"used":{"SF":-1,"":9223372036854775807,"\u0000":1}}`, `{"proto":1,"log":"\ud800","sent_at":"0000-01-01T00:00:00Z"}`, `{"proto":1,"sent_at":"yesterday"}`, "\x00"} {
		f.Add(bad)
	}
	f.Add(`{"proto":1,"log":"` + strings.Repeat("x", 9000) + `","app":"` + strings.Repeat("\u0000", 900) + `","health":{"printer":"` + strings.Repeat("\u0000", 900) + `"}}`)
	f.Fuzz(func(t *testing.T, body string) {
		status, reply := s.call(t, "POST", "/v1/stations/bench-1/heartbeat", key, body)
		if status >= 500 {
			t.Fatalf("status %d: %s", status, reply)
		}
		var r wire.HeartbeatReply
		if status == 200 && (json.Unmarshal([]byte(reply), &r) != nil || r.Granted < 0 || r.Granted > 2) {
			t.Errorf("the answer: %s", reply)
		}
	})
}
