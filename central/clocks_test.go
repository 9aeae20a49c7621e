package central_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// timed pushes what a bench did to an order at its own time, sent by its clock, and returns the order's timeline.
func timed(t *testing.T, c *centraltest.Centre, stamp, wall, clock time.Duration) (*centraltest.Bench, []central.TimelineRow) {
	t.Helper()
	b := c.NewBench(t, "bench-1")
	id := c.Put(t, centraltest.Order("1"))
	c.Lease(t, b, 5)
	sh := shipment(t, c, id)
	now := c.Clock.Now()
	for _, l := range sh.Lines {
		e := order.Event{Type: order.EventPicked, Shipment: sh.ID, Line: l.No, Qty: l.Qty, At: now.Add(stamp).UnixMilli()}
		if wall != stamp {
			e.Wall = now.Add(wall).UnixMilli()
		}
		b.Add(e)
	}
	h, bodies := b.Message(0, uint64(len(b.Events)))
	if h.SentAt = now.Add(clock); clock == 1 {
		h.SentAt = time.Time{}
	}
	if _, err := c.Push(t.Context(), b.ID, h, bodies); err != nil {
		t.Fatal(err)
	}
	rows, err := c.Timeline(t.Context(), centraltest.By(), id)
	if err != nil {
		t.Fatal(err)
	}
	return b, rows
}

func TestTimesOfAClockThatWasOffAreMarked(t *testing.T) {
	const h = time.Hour
	for name, x := range map[string]struct {
		stamp, wall, clock time.Duration
		want               string
	}{
		"a clock that is right":              {-h, -h, 0, ""},
		"a clock a little off":               {-h, -h, 4 * time.Minute, ""},
		"a clock ahead":                      {h, h, h, "1h0m0s ahead"},
		"a clock ahead, an hour ago":         {0, 0, h, "1h0m0s ahead"},
		"a clock behind":                     {-2 * h, -2 * h, -2 * h, "2h0m0s behind"},
		"a clock behind, stamped aright":     {-h, -3 * h, -2 * h, ""},
		"a clock ahead, set right since":     {h, h, 0, "1h0m0s ahead"},
		"nobody knows when the message left": {-h, -h, 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, rows := timed(t, centraltest.New(t), x.stamp, x.wall, x.clock)
			got := ""
			for _, r := range rows {
				if strings.Contains(r.Note, "by a clock") {
					got = r.Note
				}
			}
			if x.want == "" && got != "" || !strings.Contains(got, x.want) {
				t.Errorf("marked %q, want %q", got, x.want)
			}
		})
	}
}

func TestEventsAheadOfTheCentreAreToldOnceALog(t *testing.T) {
	onEachEngine(t, func(t *testing.T, c *centraltest.Centre) {
		b, _ := timed(t, c, 2*time.Hour, 2*time.Hour, 2*time.Hour)
		for range 2 {
			b.Add(order.Event{Type: order.EventNoted, At: c.Clock.Now().Add(3 * time.Hour).UnixMilli()})
		}
		c.PushAll(t, b)
		equal(t, "told", raised(t, c, central.ExcAhead), 1)
		b.NewLog()
		b.Add(order.Event{Type: order.EventNoted, At: c.Clock.Now().Add(4 * time.Minute).UnixMilli()})
		c.PushAll(t, b)
		equal(t, "told of minutes", raised(t, c, central.ExcAhead), 1)
		b.Add(order.Event{Type: order.EventNoted, At: c.Clock.Now().Add(time.Hour).UnixMilli()})
		c.PushAll(t, b)
		equal(t, "told of another log", raised(t, c, central.ExcAhead), 2)
	})
}

func TestTheCentreKnowsHowFarAStationsClockIsOff(t *testing.T) {
	onEachEngine(t, func(t *testing.T, c *centraltest.Centre) {
		b := c.NewBench(t, "bench-1")
		beat := func(sent time.Time) time.Duration {
			t.Helper()
			if _, err := c.Heartbeat(t.Context(), b.ID, wire.Heartbeat{Proto: wire.Proto, Req: "r", Log: b.Log, SentAt: sent}); err != nil {
				t.Fatal(err)
			}
			all, err := c.Stations(t.Context())
			if err != nil || len(all) != 1 {
				t.Fatalf("%d stations, %v", len(all), err)
			}
			return all[0].ClockOff
		}
		equal(t, "ahead", beat(c.Clock.Now().Add(time.Hour)), time.Hour)
		equal(t, "of an older program", beat(time.Time{}), time.Hour)
		equal(t, "behind", beat(c.Clock.Now().Add(-time.Minute)), -time.Minute)
	})
}

func TestAFileThatWasDaysOnItsWaySaysNothingOfAClock(t *testing.T) {
	c := centraltest.New(t)
	b := c.NewBench(t, "bench-1")
	key, cert := carrier(t, c, b)
	beat, err := json.Marshal(map[string]any{"tl": 1, "beat": wire.Heartbeat{Proto: wire.Proto, Req: "r", Log: b.Log, SentAt: c.Clock.Now().AddDate(0, 0, -3)}})
	if err != nil {
		t.Fatal(err)
	}
	pack, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	var file, answer bytes.Buffer
	if err := wire.WriteCarried(&file, wire.CarryHead{Kind: wire.CarryEvents, Station: b.ID, Cert: cert}, pack.EncodeAll(append(beat, '\n'), nil), key); err != nil {
		t.Fatal(err)
	}
	if _, err := c.TakeCarried(t.Context(), c.CA, &file, &answer, false); err != nil {
		t.Fatal(err)
	}
	all, err := c.Stations(t.Context())
	if err != nil || all[0].SeenAt.IsZero() || all[0].ClockOff != 0 {
		t.Errorf("%+v, %v", all[0], err)
	}
}
