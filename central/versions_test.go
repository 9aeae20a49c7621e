package central_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
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

// TestARecordedStationOfAnOlderVersionIsServed hears what a real station of an older
// version said: its heartbeat is granted work, its events ship it, and its log gets numbers.
func TestARecordedStationOfAnOlderVersionIsServed(t *testing.T) {
	var talk []struct {
		Ask    string
		Said   json.RawMessage
		Events []string
	}
	if err := json.Unmarshal(recorded(t, "older", "talk.json"), &talk); err != nil {
		t.Fatal(err)
	}
	c := centraltest.New(t)
	b := c.NewBench(t, "bench-1")
	var ids []order.OrderID
	for _, x := range []string{"X0", "X1", "X2", "X3"} {
		in := centraltest.Order(x)
		in.Lines[0].Qty, in.Lines[1].Qty = 2, 1 // what the recorded station picked
		ids = append(ids, c.Put(t, in))
	}
	granted, pushed := 0, 0
	for _, x := range talk {
		switch {
		case x.Ask == "heartbeat":
			var hb wire.Heartbeat
			if err := json.Unmarshal(x.Said, &hb); err != nil {
				t.Fatal(err)
			}
			c.Clock.Advance(max(hb.SentAt.Sub(c.Clock.Now()), 0))
			reply, err := c.Heartbeat(t.Context(), b.ID, hb)
			if err != nil {
				t.Fatal(err)
			}
			granted += reply.Granted
		case x.Ask == "push" && pushed == 0: // the later ones are of a station in trouble
			var h wire.PushHeader
			if err := json.Unmarshal(x.Said, &h); err != nil {
				t.Fatal(err)
			}
			reply, err := c.Push(t.Context(), b.ID, h, ingest.Lines([]byte(strings.Join(x.Events, "\n")+"\n")))
			if err != nil || reply.Code != wire.CodeOK || reply.HWM != 10 {
				t.Fatalf("%+v %v", reply, err)
			}
			for _, r := range reply.Results {
				equal(t, "event", r.Outcome, wire.Applied)
				pushed++
			}
		}
	}
	equal(t, "granted and pushed", [2]int{granted, pushed}, [2]int{4, 10})
	equal(t, "shipped", c.View(t, ids[0]).State, "dispatched")
	equal(t, "picked", shipment(t, c, ids[1]).Lines[0].Picked, 1)
	if got := blocks(t, c, b); len(got) != 1 {
		t.Errorf("its log has the numbers %+v", got)
	}
}
