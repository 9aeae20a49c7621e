package agent_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pickstation/order"
	"pickstation/sync/agent"
	"pickstation/sync/wire"
)

func TestACopyHoldsWhatTheCentreDoesNotHave(t *testing.T) {
	const a, b = "aa", "bb"
	seg := func(log string, first, last uint64) agent.Segment {
		return agent.Segment{Log: order.LogID(log), First: first, Last: last}
	}
	over := func(s, o agent.Segment) []agent.Growth { return []agent.Growth{{Segment: s, Over: &o}} }
	for name, c := range map[string]struct {
		logs []agent.Log
		have []agent.Segment
		grow []agent.Growth
		drop []agent.Segment
		lost int
	}{
		"nothing is unsent": {logs: []agent.Log{{ID: a, Last: 90, Acked: 90}}},
		"the first ones":    {logs: []agent.Log{{ID: a, Last: 90, Acked: 60}}, grow: []agent.Growth{{Segment: seg(a, 61, 90)}}},
		"the newest file grows": {logs: []agent.Log{{ID: a, Last: 90, Acked: 60}}, have: []agent.Segment{seg(a, 61, 80)},
			grow: over(seg(a, 61, 90), seg(a, 61, 80))},
		"nothing is new": {logs: []agent.Log{{ID: a, Last: 90, Acked: 60}}, have: []agent.Segment{seg(a, 61, 90)}},
		"a full file stays as it is": {logs: []agent.Log{{ID: a, Last: 2100}}, have: []agent.Segment{seg(a, 1, 2000)},
			grow: []agent.Growth{{Segment: seg(a, 2001, 2100)}}},
		"a lost file is written again": {logs: []agent.Log{{ID: a, Last: 4500}}, have: []agent.Segment{seg(a, 1, 2000), seg(a, 4001, 4500)},
			grow: []agent.Growth{{Segment: seg(a, 2001, 4000)}}},
		"sent, but the centre may lose it": {logs: []agent.Log{{ID: a, Last: 90, Acked: 90, Stable: 70}}, have: []agent.Segment{seg(a, 61, 90)}},
		"no hole between two outages": {logs: []agent.Log{{ID: a, Last: 200, Acked: 150, Stable: 70}}, have: []agent.Segment{seg(a, 61, 90)},
			grow: over(seg(a, 71, 200), seg(a, 61, 90))},
		"the centre cannot lose it": {logs: []agent.Log{{ID: a, Last: 90, Acked: 90, Stable: 90}}, have: []agent.Segment{seg(a, 61, 90)},
			drop: []agent.Segment{seg(a, 61, 90)}},
		"what the centre cannot lose is not written again": {logs: []agent.Log{{ID: a, Last: 90, Acked: 80, Stable: 75, Base: 70}}, have: []agent.Segment{seg(a, 61, 85)},
			grow: over(seg(a, 76, 90), seg(a, 61, 85))},
		"the power failed before the older file was deleted": {logs: []agent.Log{{ID: a, Last: 90, Acked: 60}}, have: []agent.Segment{seg(a, 61, 80), seg(a, 61, 90)},
			drop: []agent.Segment{seg(a, 61, 80)}},
		"a lost disk's": {logs: []agent.Log{{ID: a, Last: 9, Acked: 9, Stable: 9}}, have: []agent.Segment{seg(b, 61, 80)}, lost: 1},
		"of a disk that was newer than the backup in its place": {logs: []agent.Log{{ID: a, Last: 50, Acked: 50, Stable: 50, Closed: true}, {ID: b, Last: 40, Acked: 40, Stable: 40}},
			have: []agent.Segment{seg(a, 41, 81), seg(a, 45, 80)}, drop: []agent.Segment{seg(a, 45, 80)}, lost: 1},
		"a closed log whose end was issued again": {logs: []agent.Log{{ID: a, Last: 50, Acked: 50, Stable: 50, Closed: true}, {ID: b, Last: 40, Acked: 35, Stable: 29}},
			have: []agent.Segment{seg(a, 41, 80)}, grow: []agent.Growth{{Segment: seg(b, 36, 40)}}},
		"and is safe there": {logs: []agent.Log{{ID: a, Last: 50, Acked: 50, Stable: 50, Closed: true}, {ID: b, Last: 40, Acked: 40, Stable: 30}},
			have: []agent.Segment{seg(a, 41, 80)}, drop: []agent.Segment{seg(a, 41, 80)}},
	} {
		grow, drop, lost := agent.PlanCopy(c.logs, map[order.LogID]uint64{a: 80}, c.have)
		if lost != c.lost {
			t.Errorf("%s: %d of a lost disk", name, lost)
		}
		if diff := cmp.Diff(c.grow, grow); diff != "" {
			t.Errorf("%s: writes %s", name, diff)
		}
		if diff := cmp.Diff(c.drop, drop); diff != "" {
			t.Errorf("%s: drops %s", name, diff)
		}
	}
}

// A log that grows, is acknowledged, made safe and set back, and a folder of which files get
// lost: after each look that was carried out nothing unsent is missing, and no hole lies in it.
func TestNoEventIsMissingInACopyAfterALook(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := agent.Log{ID: "aa"}
		var have []agent.Segment
		for range rapid.IntRange(1, 12).Draw(t, "looks") {
			l.Last += uint64(rapid.IntRange(0, 3*wire.MaxPushEvents).Draw(t, "new"))
			l.Acked = rapid.Uint64Range(l.Stable, l.Last).Draw(t, "acked")
			l.Stable = rapid.Uint64Range(l.Stable, l.Acked).Draw(t, "stable")
			l.Base = rapid.Uint64Range(l.Base, l.Stable).Draw(t, "base")
			if rapid.Bool().Draw(t, "set back") {
				l.Acked, l.Stable = l.Base, l.Base
			}
			lost := rapid.IntRange(0, len(have)).Draw(t, "lost file")
			if lost < len(have) {
				have = slices.Delete(have, lost, lost+1)
			}
			grow, drop, _ := agent.PlanCopy([]agent.Log{l}, nil, have)
			for _, s := range grow {
				if s.First <= l.Base || s.Last > l.Last || s.First > s.Last || s.Last-s.First >= wire.MaxPushEvents {
					t.Fatalf("%+v cannot be written: %+v", s, l)
				}
				if have = append(have, s.Segment); s.Over != nil {
					drop = append(drop, *s.Over)
				}
			}
			have = slices.DeleteFunc(have, func(s agent.Segment) bool { return slices.Contains(drop, s) })
			rand.Shuffle(len(have), func(i, j int) { have[i], have[j] = have[j], have[i] })
			if again, dropped, _ := agent.PlanCopy([]agent.Log{l}, nil, have); len(again)+len(dropped) > 0 {
				t.Fatalf("a second look wants %v, drops %v: %+v %v", again, dropped, l, have)
			}
			held := map[uint64]bool{}
			first, last := l.Last+1, l.Acked
			for _, s := range have {
				first, last = min(first, s.First), max(last, s.Last)
				for n := s.First; n <= s.Last; n++ {
					held[n] = true
				}
			}
			if l.Acked == l.Last {
				continue // what is there may have holes: nothing is waiting
			}
			for n := max(min(first, l.Acked+1), l.Stable+1); n <= last; n++ {
				if !held[n] {
					t.Fatalf("event %d is missing: %+v %v", n, l, have)
				}
			}
		}
	})
}
