package central_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"pickstation/central/centraltest"
	"pickstation/central/ingest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// recorded reads a message that a station of another version sent.
func recorded(t *testing.T, version, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("..", "sync", "wire", "testdata", version, name))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// TestStationsOfTheVersionsBeforeAndAfterAreHeard pushes recorded messages: what is
// known is applied, what is not is stored and parked, and never stops what follows.
func TestStationsOfTheVersionsBeforeAndAfterAreHeard(t *testing.T) {
	for version, want := range map[string]struct {
		why    []string // of each event, "" applied
		picked [2]int
		beat   int // shipments granted
	}{
		"older": {[]string{"", "", ""}, [2]int{1, 1}, 1},
		"newer": {[]string{"", "", string(order.AnomalyUnknown), ingest.WhyNewer, ingest.WhyUnreadable, "", string(order.AnomalyUnknown), ""}, [2]int{3, 0}, 1},
	} {
		t.Run(version, func(t *testing.T) {
			c, b, ids := leased(t, "A")
			c.Put(t, centraltest.Order("B"))
			first, rest, _ := bytes.Cut(recorded(t, version, "push.ndjson"), []byte("\n"))
			var h wire.PushHeader
			if err := json.Unmarshal(first, &h); err != nil {
				t.Fatal(err)
			}
			bodies := ingest.Lines(rest)
			for round := range 2 {
				reply, err := c.Push(t.Context(), b.ID, h, bodies)
				if err != nil || reply.Code != wire.CodeOK || reply.HWM != uint64(len(bodies)) {
					t.Fatalf("round %d: %+v %v", round, reply, err)
				}
				for i, r := range reply.Results {
					if round == 1 {
						equal(t, "again", r.Outcome, wire.Duplicate)
					} else if r.Why != want.why[i] {
						t.Errorf("event %d: %+v, want %q", i+1, r, want.why[i])
					}
				}
			}
			sh := shipment(t, c, ids[0])
			equal(t, "picked", [2]int{sh.Lines[0].Picked, sh.Lines[1].Picked}, want.picked)
			var hb wire.Heartbeat
			if err := json.Unmarshal(recorded(t, version, "heartbeat.json"), &hb); err != nil {
				t.Fatal(err)
			}
			got, err := c.Heartbeat(t.Context(), b.ID, hb)
			if err != nil || got.Granted != want.beat {
				t.Errorf("heartbeat: %+v %v", got, err)
			}
		})
	}
}

func TestALayoutThatIsNoLongerReadIsRefusedWhole(t *testing.T) {
	c, b, _ := leased(t, "A")
	b.Add(order.Event{Type: order.EventNoted})
	for _, change := range []func(h *wire.PushHeader){func(h *wire.PushHeader) { h.Proto++ }, func(h *wire.PushHeader) { h.Schema = ingest.MinSchema - 1 }} {
		h, bodies := b.Message(0, 1)
		change(&h)
		reply, err := c.Push(t.Context(), b.ID, h, bodies)
		if err != nil || reply.Code != wire.CodeUpgrade || reply.Timeline == 0 || reply.Message == "" {
			t.Errorf("%+v %v", reply, err)
		}
	}
	equal(t, "then", c.PushAll(t, b).Code, wire.CodeOK)
}
