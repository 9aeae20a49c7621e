package main

import (
	"encoding/json"
	"math"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pickstation/localdb"
)

func TestAStockedStationIsAWorkingOne(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "station")
	if err := fill(dir, 3); err != nil {
		t.Fatal(err)
	}
	if err := age(dir, 300, 200); err != nil {
		t.Fatal(err)
	}
	d, err := openDesk(dir)
	if err != nil {
		t.Fatal(err)
	}
	waits, err := d.block(5)
	if err != nil || len(waits) != 5 {
		t.Error(waits, err)
	}
	for _, w := range waits {
		if w <= 0 {
			t.Errorf("a commit took %v", w)
		}
	}
	v := d.loop.View()
	if v.Sync.Unsent < 105 || v.Sync.Unsent > 115 { // 100 of the history, 5 scans, sign-in and opening
		t.Errorf("%d events are unsent", v.Sync.Unsent)
	}
	if err := d.close(); err != nil {
		t.Error(err)
	}
	r, err := localdb.OpenReader(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	st, err := r.SyncState(t.Context())
	if err != nil || len(st.Logs) != 1 || st.Held != 4 {
		t.Fatalf("%+v %v", st, err)
	}
	if err := readThrough(r, st.Logs[0].ID); err != nil {
		t.Errorf("the history is not chained as the station chains: %v", err)
	}
}

func TestAScriptShipsItsShipment(t *testing.T) {
	e := &env{tmp: t.TempDir()}
	h, err := e.onFile("hub")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := h.close(); err != nil {
			t.Error(err)
		}
	}()
	stations, err := h.stations(1)
	if err != nil {
		t.Fatal(err)
	}
	work, err := h.work(stations, 2)
	if err != nil {
		t.Fatal(err)
	}
	p := newTape(0)
	for i := range work[stations[0]] {
		for _, ev := range script(stations[0], &work[stations[0]][i]) {
			p.add(ev)
		}
	}
	if len(p.bodies) != 2*eventsOfOrder() {
		t.Errorf("%d events, %d of an order", len(p.bodies), eventsOfOrder())
	}
	if _, err := h.pushAll(stations, []*tape{p}); err != nil {
		t.Fatal(err)
	}
	if err := e.settled(h, len(p.bodies)); err != nil {
		t.Error(err)
	}
}

func TestPercentilesAndRatios(t *testing.T) {
	list := []time.Duration{5, 1, 4, 2, 3}
	if got := percentile(list, 50); got != 3 {
		t.Errorf("median %d", got)
	}
	if got := percentile(list, 100); got != 5 {
		t.Errorf("maximum %d", got)
	}
	if d := cmp.Diff([]time.Duration{5, 1, 4, 2, 3}, list); d != "" {
		t.Errorf("the list was changed: %s", d)
	}
	if percentile(nil, 50) != 0 || median(nil) != 0 {
		t.Error("nothing measured")
	}
	var r rival
	r.add([]time.Duration{2000}, []time.Duration{1000})
	r.add([]time.Duration{9000}, []time.Duration{3000})
	r.add([]time.Duration{8000}, []time.Duration{4000})
	if got := r.p50("x"); got.Value != 8 || got.Limit != 3 || got.Ratio != 2 {
		t.Errorf("%+v", got)
	}
	if got := of("x", 3, "ms", 0); math.IsNaN(got.Ratio) || math.IsInf(got.Ratio, 0) {
		t.Errorf("no limit: %+v", got)
	}
}

func TestResultsAreAListForMachines(t *testing.T) {
	path := filepath.Join(t.TempDir(), "results.json")
	for _, all := range [][]result{nil, {of("a", 1, "ms", 2)}} {
		if err := save(path, all); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var got []map[string]any
		if err := json.Unmarshal(b, &got); err != nil || got == nil || len(got) != len(all) {
			t.Errorf("%s: %v", b, err)
		}
		for _, r := range got {
			if d := cmp.Diff(map[string]any{"name": "a", "value": 1.0, "unit": "ms", "limit": 2.0, "ratio": 0.5}, r); d != "" {
				t.Error(d)
			}
		}
	}
}

// A figure is held against its bar by its ratio, or by its value where it has no limit.
func TestAFigureThatDoesNotKeepItsBarIsSaid(t *testing.T) {
	for _, b := range bars {
		if _, err := path.Match(b.figure, ""); err != nil || b.least > b.most {
			t.Errorf("%+v: %v", b, err)
		}
	}
	var e env
	for _, c := range []struct {
		r    result
		want string
	}{
		{of("scan_commit_p50", 159, "µs", 100), "ok   ≤ 1.6"}, {of("scan_commit_p50", 161, "µs", 100), "OVER ≤ 1.6"},
		{of("pg_ingest_applied", 25_000, "events/s", appliedPG), "ok   ≥ 1"}, {of("pg_ingest_applied", 24_999, "events/s", appliedPG), "OVER ≥ 1"},
		{of("pg_fleet_stations", 9_999, "stations", 0), "OVER ≥ 10000"}, {of("pg_fleet_errors", 1, "calls", 0), "OVER ≤ 0"},
		{of("byte_to_event_p99_linux", 6, "ms", eventP99), "OVER ≤ 1"}, {of("pg_fleet_max", 9e9, "ms", 0), ""},
		{result{Name: "scan_paced_p50", Limit: 1, Ratio: math.NaN()}, "OVER ≤ 1.5"},
	} {
		if got := e.judge(&c.r); got != c.want || c.r.Over != strings.HasPrefix(got, "OVER") {
			t.Errorf("%+v: %q, want %q", c.r, got, c.want)
		}
	}
	few := &env{short: true}
	if r := of("pg_fleet_stations", 1000, "stations", 0); few.judge(&r) != "" || r.Over {
		t.Error("a short run is judged by its size")
	}
}

func TestTheLastLineCountsBarsThatAreNotKept(t *testing.T) {
	all := []result{of("scan_paced_p50", 179, "µs", 100), of("scan_commit_p50", 140, "µs", 100), of("day_wall", 60, "s", 0)}
	var e env
	for i := range all {
		e.judge(&all[i])
	}
	var b strings.Builder
	if e.sumUp(&b, all, false) || b.String() != "# 1 of 2 bars not kept: scan_paced_p50 1.79 (≤ 1.5)\n" {
		t.Error(b.String())
	}
	b.Reset()
	if e.sumUp(&b, all[1:2], true) || !strings.Contains(b.String(), "verdict_large_p99 not measured") {
		t.Error("a bar without a figure is kept")
	}
	b.Reset()
	if !e.sumUp(&b, all[1:], false) || b.String() != "# 0 of 1 bars not kept\n" {
		t.Error(b.String())
	}
}

func TestTheKernelSaysWhatAProcessTakes(t *testing.T) {
	rss, anon, err := memory(os.Getpid())
	if err != nil || rss < 1 || anon <= 0 || anon > rss {
		t.Errorf("%v MB, %v MB without files, %v", rss, anon, err)
	}
	if _, err := cpuTime(os.Getpid()); err != nil {
		t.Error(err)
	}
	if load() == "unknown" {
		t.Error("no load average")
	}
}
