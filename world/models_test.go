package world

import (
	"testing"

	"pickstation/world/farm"
)

var modelWorlds = farm.Size{Name: "model worlds", Env: "PICKSTATION_WORLDS", CI: 500, Short: 100, Soak: 100_000}

// TestModelWorldsKeepTheInvariants runs worlds with everything that goes wrong, over models
// of the databases.
func TestModelWorldsKeepTheInvariants(t *testing.T) {
	total := farm.Run(t, modelWorlds, func(seed int64, tally *farm.Tally) string {
		w, why := live(seed, models, broken{})
		for k, v := range w.counts {
			tally.Add(k, v)
		}
		tally.Add("facts", len(w.facts))
		return why
	})
	_ = total
}
