package main

import (
	"fmt"
	"io"
	"path"
	"strings"
)

// bar is what a figure must keep: bounds of its ratio, or of its value where it has no limit.
type bar struct {
	figure string // a name, or a pattern of path.Match
	least  float64
	most   float64
	whole  bool // not judged with -short, which makes less of it
}

// noMore is the upper bound of a figure that must reach something.
const noMore = 1e300

// The bars. A figure that is not here is only told: a part of another, or one that no one
// has set a bound for.
var bars = []bar{
	// A scan, against the disk's own write in turn with it.
	{figure: "scan_commit_p50", most: 1.6},
	{figure: "scan_commit_1m_p50", most: 1.6},
	{figure: "scan_commit_growth", most: 1},
	{figure: "scan_commit_5m_p50", most: 1.6, whole: true},
	{figure: "scan_commit_5m_growth", most: 1, whole: true},
	{figure: "scan_paced_p50", most: 1.5},
	{figure: "scan_beside_backup_p99", most: 4},
	{figure: "scan_beside_drain_p99", most: 4},
	{figure: "scan_beside_copy_p99", most: 4},
	{figure: "copy_bytes_per_event", most: 1},
	{figure: "verdict_large_p99", most: 1},

	// A bench, against bounds.
	{figure: "pty_to_commit_p*", most: 1},
	{figure: "pty_to_screen_p99", most: 1},
	{figure: "resume_after_kill_max", most: 1},
	{figure: "start_to_first_paint", most: 1},
	{figure: "idle_cpu", most: 1},
	{figure: "rss", most: 1},
	{figure: "binary_size", most: 1},
	{figure: "byte_to_event_p*", most: 1},
	{figure: "unplug_p99_*", most: 1},
	{figure: "replug_p99_*", most: 1},
	{figure: "gs1_*", most: 1},
	{figure: "waybill_p50", most: 1},
	{figure: "waybill_to_plain_gofpdf", most: 1},
	{figure: "waybill_wave_page", most: 1},
	{figure: "cn23_p50", most: 1},
	{figure: "waybill_zpl_*p50", most: 1},
	{figure: "first_label_after_start", most: 1},

	// The centre.
	{figure: "pg_ingest_unapplied", least: 1, most: noMore},
	{figure: "pg_ingest_applied", least: 1, most: noMore},
	{figure: "sqlite_ingest_applied", least: 1, most: noMore},
	{figure: "pg_backlog_wall", most: 1},
	{figure: "pg_backlog_events", least: backlogAll, most: noMore, whole: true},
	{figure: "pg_backlog_wire", most: 1},
	{figure: "pg_backlog_lost_replies", least: 1, most: noMore},
	{figure: "pg_backlog_wrong"},
	{figure: "pg_fleet_stations", least: fleetStations, most: noMore, whole: true},
	{figure: "pg_fleet_p99", most: 1},
	{figure: "pg_fleet_polled_p99", most: 1},
	{figure: "pg_fleet_errors"},
	{figure: "sums_*", most: 1}, // cheaper than reading everything again
	{figure: "day_lost", whole: true},
	{figure: "day_duplicated", whole: true},
	{figure: "day_p99", most: 1, whole: true},
}

// barOf returns the place of a figure's bar, -1 where it has none.
func barOf(name string) int {
	for i := range bars {
		if ok, _ := path.Match(bars[i].figure, name); ok { // a test looks that the patterns are some
			return i
		}
	}
	return -1
}

// judged is what of a figure is held against its bar.
func (r *result) judged() float64 {
	if r.Limit != 0 {
		return r.Ratio
	}
	return r.Value
}

// keeps says whether a figure does; what is no number does not.
func (b *bar) keeps(r *result) bool { return r.judged() >= b.least && r.judged() <= b.most }

func (b *bar) String() string {
	if b.most == noMore {
		return fmt.Sprintf("≥ %g", b.least)
	}
	return fmt.Sprintf("≤ %g", b.most)
}

// judge stands "ok" or "OVER" and the bar beside a figure; "" where it has none.
func (e *env) judge(r *result) string {
	i := barOf(r.Name)
	switch {
	case i < 0 || e.short && bars[i].whole:
		return ""
	case bars[i].keeps(r):
		return "ok   " + bars[i].String()
	}
	r.Over = true
	return "OVER " + bars[i].String()
}

// sumUp tells how many bars were not kept, and after a run of everything also which had no
// figure; it returns whether all is well.
func (e *env) sumUp(w io.Writer, all []result, everything bool) bool {
	met := make([]bool, len(bars))
	var over []string
	n := 0
	for _, r := range all {
		i := barOf(r.Name)
		if i < 0 || e.short && bars[i].whole {
			continue
		}
		n++
		met[i] = true
		if r.Over {
			over = append(over, fmt.Sprintf("%s %.4g (%s)", r.Name, r.judged(), &bars[i]))
		}
	}
	for i := range bars {
		if everything && !met[i] && !(e.short && bars[i].whole) {
			n++
			over = append(over, bars[i].figure+" not measured")
		}
	}
	fmt.Fprintf(w, "# %d of %d bars not kept", len(over), n)
	if len(over) > 0 {
		fmt.Fprintf(w, ": %s", strings.Join(over, ", "))
	}
	fmt.Fprintln(w)
	return len(over) == 0
}
