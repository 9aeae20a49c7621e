package conformance_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/central/postgres"
	"pickstation/central/postgres/pgtest"
	"pickstation/order"
	"pickstation/sync/conformance"
	"pickstation/sync/wire"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// station reaches a centre in this process.
type station struct {
	svc *central.Service
	id  order.StationID
}

func (s station) Push(ctx context.Context, h wire.PushHeader, bodies [][]byte) (wire.PushReply, error) {
	return s.svc.Push(ctx, s.id, h, bodies)
}

func (s station) Feed(ctx context.Context, cursor int64, max int, wait time.Duration) (wire.FeedReply, error) {
	return s.svc.Feed(ctx, s.id, cursor, max, wait)
}

func (s station) Sums(ctx context.Context, cursor int64, max int) (wire.FeedReply, error) {
	return s.svc.Sums(ctx, s.id, cursor, max)
}

func (s station) Beat(ctx context.Context, b wire.Heartbeat) (wire.HeartbeatReply, error) {
	return s.svc.Heartbeat(ctx, s.id, b)
}

// target fills a centre with two stations, goods, people and orders.
func target(t *testing.T, c *centraltest.Centre) conformance.Target {
	t.Helper()
	a, b := c.NewBench(t, "bench-1"), c.NewBench(t, "bench-2")
	for i := range 12 {
		c.Put(t, centraltest.Order(fmt.Sprint("X", i)))
	}
	for _, bench := range []*centraltest.Bench{a, b} {
		c.Lease(t, bench, 3)
	}
	return conformance.Target{Centre: station{c.Service, a.ID}, Station: a.ID, Other: station{c.Service, b.ID}}
}

func TestOurCentreKeepsTheProtocol(t *testing.T) {
	for name, open := range map[string]func(t *testing.T) *centraltest.Centre{
		"SQLite": func(t *testing.T) *centraltest.Centre { return centraltest.New(t) },
		"PostgreSQL": func(t *testing.T) *centraltest.Centre {
			store, err := postgres.Open(t.Context(), pgtest.Database(t))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { store.Close() })
			return centraltest.Over(t, store, filepath.Join(t.TempDir(), "central"), centraltest.NewClock())
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, r := range conformance.Run(t.Context(), target(t, open(t))) {
				if !r.OK || r.Skip {
					t.Errorf("%s: %s", r.Check, r.Why)
				}
			}
		})
	}
}

// wrong is a centre that breaks one rule.
type wrong struct {
	conformance.Centre
	push func(c conformance.Centre, h wire.PushHeader, bodies [][]byte) (wire.PushReply, error)
	feed func(r *wire.FeedReply)
	sums func(r *wire.FeedReply)
	beat func(r *wire.HeartbeatReply)
}

func (w wrong) Push(ctx context.Context, h wire.PushHeader, bodies [][]byte) (wire.PushReply, error) {
	if w.push == nil {
		return w.Centre.Push(ctx, h, bodies)
	}
	return w.push(w.Centre, h, bodies)
}

func (w wrong) Feed(ctx context.Context, cursor int64, max int, wait time.Duration) (wire.FeedReply, error) {
	r, err := w.Centre.Feed(ctx, cursor, max, wait)
	if w.feed != nil {
		w.feed(&r)
	}
	return r, err
}

func (w wrong) Sums(ctx context.Context, cursor int64, max int) (wire.FeedReply, error) {
	r, err := w.Centre.Sums(ctx, cursor, max)
	if w.sums != nil {
		w.sums(&r)
	}
	return r, err
}

func (w wrong) Beat(ctx context.Context, b wire.Heartbeat) (wire.HeartbeatReply, error) {
	r, err := w.Centre.Beat(ctx, b)
	if w.beat != nil {
		w.beat(&r)
	}
	return r, err
}

// afterwards lets a centre change its answers to pushes.
func afterwards(change func(h *wire.PushHeader, r *wire.PushReply)) func(conformance.Centre, wire.PushHeader, [][]byte) (wire.PushReply, error) {
	return func(c conformance.Centre, h wire.PushHeader, bodies [][]byte) (wire.PushReply, error) {
		r, err := c.Push(context.Background(), h, bodies)
		change(&h, &r)
		return r, err
	}
}

// TestACentreThatBreaksARuleIsFound runs the suite against centres that break one each.
func TestACentreThatBreaksARuleIsFound(t *testing.T) {
	relabel := func(from, to wire.Outcome) func(*wire.PushHeader, *wire.PushReply) {
		return func(_ *wire.PushHeader, r *wire.PushReply) {
			for i := range r.Results {
				if r.Results[i].Outcome == from {
					r.Results[i].Outcome = to
				}
			}
		}
	}
	for name, w := range map[string]wrong{
		"takes again what it has":         {push: afterwards(relabel(wire.Duplicate, wire.Applied))},
		"applies what nobody knows":       {push: afterwards(relabel(wire.Parked, wire.Applied))},
		"answers another request":         {push: afterwards(func(_ *wire.PushHeader, r *wire.PushReply) { r.Req = "x" })},
		"forgets its timeline":            {push: afterwards(func(_ *wire.PushHeader, r *wire.PushReply) { r.Timeline = 0 })},
		"has another timeline in beats":   {beat: func(r *wire.HeartbeatReply) { r.Timeline++ }},
		"grants too much":                 {beat: func(r *wire.HeartbeatReply) { r.Granted += 3 }},
		"tells the mark without its hash": {push: afterwards(func(_ *wire.PushHeader, r *wire.PushReply) { r.HWMHash = order.Hash{} })},
		"calls more stable than it has":   {push: afterwards(func(_ *wire.PushHeader, r *wire.PushReply) { r.Stable = r.HWM + 1 })},
		"takes what was damaged": {push: func(c conformance.Centre, h wire.PushHeader, bodies [][]byte) (wire.PushReply, error) {
			h.EndHash = h.BaseHash
			for _, b := range bodies {
				h.EndHash = order.Chain(h.EndHash, b)
			}
			return c.Push(context.Background(), h, bodies)
		}},
		"compares numbers, not hashes": {push: afterwards(func(h *wire.PushHeader, r *wire.PushReply) {
			if r.Code == wire.CodeFork {
				r.Code, r.End = wire.CodeOK, h.Base+uint64(h.N)
			}
		})},
		"leaves holes": {push: afterwards(func(h *wire.PushHeader, r *wire.PushReply) {
			if r.Code == wire.CodeGap {
				r.Code, r.End, r.HWM = wire.CodeOK, h.Base+uint64(h.N), h.Base+uint64(h.N)
			}
		})},
		"takes any size":              {push: afterwards(func(_ *wire.PushHeader, r *wire.PushReply) { r.Code = replace(r.Code, wire.CodeSplit, wire.CodeOK) })},
		"takes any protocol":          {push: afterwards(func(_ *wire.PushHeader, r *wire.PushReply) { r.Code = replace(r.Code, wire.CodeUpgrade, wire.CodeBad) })},
		"feeds in disorder":           {feed: func(r *wire.FeedReply) { swapFirst(r.Rows) }},
		"feeds more than was wanted":  {feed: func(r *wire.FeedReply) { r.Rows = append(r.Rows, r.Rows...) }},
		"never ends its feed":         {feed: func(r *wire.FeedReply) { r.UpToDate = false }},
		"hides that a cursor is lost": {feed: func(r *wire.FeedReply) { r.Snapshot = false }},
		"feeds unknown things":        {feed: func(r *wire.FeedReply) { rename(r.Rows) }},
		"adds up what nobody holds":   {sums: func(r *wire.FeedReply) { r.Sums[wire.RowWork] = wire.Sum{N: 1, Places: 7, Squares: 49}.String() }},
		"leases without a token":      {feed: func(r *wire.FeedReply) { unlease(t, r.Rows) }},
	} {
		t.Run(name, func(t *testing.T) {
			to := target(t, centraltest.New(t))
			w.Centre = to.Centre
			to.Centre = w
			var found []string
			for _, r := range conformance.Run(t.Context(), to) {
				if !r.OK {
					found = append(found, r.Check)
				}
			}
			if len(found) == 0 {
				t.Error("nothing was found")
			}
			t.Log(strings.Join(found, "; "))
		})
	}
}

func replace(c, from, to wire.Code) wire.Code {
	if c == from {
		return to
	}
	return c
}

func swapFirst(rows []wire.FeedRow) {
	if len(rows) > 1 {
		rows[0], rows[1] = rows[1], rows[0]
	}
}

func rename(rows []wire.FeedRow) {
	if len(rows) > 0 {
		rows[0].Kind = "drone"
	}
}

func unlease(t *testing.T, rows []wire.FeedRow) {
	for i := range rows {
		var w wire.Work
		if rows[i].Kind != wire.RowWork || json.Unmarshal(rows[i].Body, &w) != nil {
			continue
		}
		w.Lease.Token = 0
		body, err := json.Marshal(w)
		if err != nil {
			t.Error(err)
		}
		rows[i].Body = body
	}
}
