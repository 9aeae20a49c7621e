package world

import (
	"testing"

	"pickstation/world/farm"
)

var (
	modelWorlds = farm.Size{Name: "model worlds", Env: "PICKSTATION_WORLDS", CI: 500, Short: 50, Soak: 100_000}
	realWorlds  = farm.Size{Name: "worlds of real parts", Env: "PICKSTATION_REAL_WORLDS", CI: 20, Short: 3, Soak: 5000}
)

// TestModelWorldsKeepTheInvariants runs worlds with everything that goes wrong. A world is
// one goroutine, in which the race detector finds nothing and takes ten times as long: the
// Makefile runs them once more without it.
func TestModelWorldsKeepTheInvariants(t *testing.T) {
	size := modelWorlds
	if raced {
		size.CI = size.Short
	}
	liveMany(t, size, models, quick, mishapsOfAll...)
}

// TestWorldsOfRealPartsKeepTheInvariants runs some of them over real databases.
func TestWorldsOfRealPartsKeepTheInvariants(t *testing.T) {
	liveMany(t, realWorlds, real, quick, mishapsOfAll...)
}

func liveMany(t *testing.T, size farm.Size, of func(dir string, b *broken) parts, p pace, must ...string) {
	total := farm.Run(t, size, func(seed int64, tally *farm.Tally) string {
		w, why := liveAt(p, seed, of, broken{})
		for k, v := range w.counts {
			tally.Add(k, v)
		}
		tally.Add("facts", len(w.facts))
		return why
	})
	for _, k := range must {
		if total.Of(k) == 0 && size.Whole() {
			t.Errorf("no world had any %q: the test tests nothing", k)
		}
	}
}

// mishapsOfAll is what must happen in some world.
var mishapsOfAll = []string{"lost", "doubled", "crash", "cut off", "restored", "restored unnoticed", "cloned", "cloned unnoticed", "clock set",
	"centre's clock set", "centre crash", "centre's machine started anew", "down", "centre restored", "rewind", "new log, fork", "poison", "unknown row", "time back", "order cancelled", "address changed", "put back",
	"handed over", "number of a block", "two stations",
	"undone", "undone, cut off", "undone, cancelled", "undone, put back"}
