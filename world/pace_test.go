package world

import (
	"context"
	"math/rand"
	"testing"
	"time"

	"pickstation/sync/agent"
	"pickstation/world/farm"
)

// pace is how fast a world lives: its own times and those of the programs in it.
type pace struct {
	span     int64 // virtual ms in which things go wrong
	settleIn int64 // virtual ms after which everything must have settled (I10)
	rest     int64 // virtual ms for which it must stay so

	lease, grace         time.Duration
	step                 agent.Config
	sumEvery, sumAgain   time.Duration
	keep                 time.Duration // events of a bench
	look                 int64         // virtual ms after which a waiting request looks for news
	life, tick           between       // steps of operators and of agents
	mishap, trade        between
	cut, bootIn, downFor between

	shut func(w *world) int64 // virtual ms until the shop opens; 0 it is open
}

// between is a time by chance, virtual ms.
type between struct{ least, more int64 }

func (b between) by(r *rand.Rand) int64 { return b.least + r.Int63n(b.more) }

const (
	minute = int64(60_000)
	hour   = 60 * minute
	day    = 24 * hour
)

// quick is half an hour in which everything happens that else takes weeks, with times far
// shorter than those of a warehouse.
var quick = pace{span: 30 * minute, settleIn: 90 * minute, rest: 4 * minute, lease: 10 * time.Minute, grace: 2 * time.Minute,
	step: agent.Config{Want: 4, BeatEvery: 20 * time.Second, FeedRows: 50, FeedWait: 25 * time.Second, Timeout: 15 * time.Second,
		BackoffFirst: 4 * time.Second, BackoffMax: 30 * time.Second},
	sumEvery: time.Minute, sumAgain: 30 * time.Second, keep: time.Minute, look: 1000,
	life: between{4000, 12_000}, tick: between{4000, 6000}, mishap: between{10_000, 60_000}, trade: between{10_000, 40_000},
	cut: between{30_000, 20 * minute}, bootIn: between{1000, 60_000}, downFor: between{5000, 60_000},
	shut: func(*world) int64 { return 0 }}

// slow is two weeks with the times of a warehouse: leases of a day, benches that are cut
// off for days and switched off at night, few orders, and in one world of three a
// shutdown of months, after which events and receivers are old enough to be deleted.
var slow = pace{span: 14 * day, settleIn: day, rest: 3 * hour, lease: 24 * time.Hour, grace: time.Hour,
	step: defaultStep(), sumEvery: time.Hour, sumAgain: time.Hour, keep: 90 * 24 * time.Hour, look: 24_000,
	life: between{5 * minute, 20 * minute}, tick: between{30_000, 90_000}, mishap: between{hour, 6 * hour}, trade: between{hour, 4 * hour},
	cut: between{2 * hour, 5 * day}, bootIn: between{minute, 10 * minute}, downFor: between{minute, 30 * hour},
	shut: (*world).closed}

func defaultStep() agent.Config {
	c := agent.DefaultConfig()
	c.Want, c.SumEvery, c.ReadAgain = 4, 0, 0 // sums: see config
	return c
}

// closed is how long the shop still is: at night, and while it is shut down for months.
func (w *world) closed() int64 {
	if w.stop {
		return 0
	}
	if n := w.shutUntil - w.now; w.shutFrom <= w.now && n > 0 {
		return n
	}
	if at := w.now % day; at >= 10*hour {
		return day - at
	}
	return 0
}

// shutDown plans the months in which nobody works, and what the centre does by itself.
func (w *world) shutDown() {
	if w.pace.span < day {
		return
	}
	if w.r.Intn(3) == 0 {
		w.shutFrom = int64(2+w.r.Intn(8)) * day
		w.shutUntil = w.shutFrom + int64(85+w.r.Intn(20))*day
		w.pace.span += w.shutUntil - w.shutFrom
		w.happens("shut down", -1)
	}
	w.keepHouse()
}

// keepHouse lets the centre delete what is old, as it does several times a day.
func (w *world) keepHouse() {
	if w.centre.up {
		n, err := w.centre.svc.PurgeDue(context.Background())
		w.must(err)
		w.counts["receivers deleted"] += n
	}
	if w.now < w.pace.span {
		w.after(6*hour, w.keepHouse)
	}
}

// home switches a bench off until the shop opens.
func (b *bench) home(closed int64) {
	if b.up {
		b.w.happens("switched off", b.no)
		b.close()
		if b.w.r.Intn(2) == 0 { // the machine, not only the program
			b.boots, b.booted = b.boots+1, b.w.now
		}
	}
	b.w.after(closed, func() {
		if !b.up && !b.off {
			b.open()
		}
	})
}

var slowWorlds = farm.Size{Name: "slow worlds", Env: "PICKSTATION_SLOW_WORLDS", CI: 20, Short: 2, Soak: 5000}

// TestSlowWorldsKeepTheInvariants lives weeks with the times that warehouses have.
func TestSlowWorldsKeepTheInvariants(t *testing.T) {
	if raced {
		t.Skip("runs without the race detector, see the Makefile")
	}
	liveMany(t, slowWorlds, models, slow, "cut off", "days apart", "switched off", "shut down", "events deleted", "receivers deleted", "handed over", "rewind")
}

// TestSlowWorldsNoticeBrokenRules takes out rules that matter when benches are apart for days.
func TestSlowWorldsNoticeBrokenRules(t *testing.T) {
	if raced {
		t.Skip("runs without the race detector, see the Makefile")
	}
	for name, b := range map[string]broken{"delete what is acknowledged": {pruneAcked: true}, "no grace": {noGrace: true}} {
		seed := int64(0)
		for why := ""; why == ""; seed++ {
			if seed == 40 {
				t.Errorf("%s: not noticed in %d worlds", name, seed)
				break
			}
			_, why = liveAt(slow, seed, models, b)
		}
	}
}
