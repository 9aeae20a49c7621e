package world

import (
	"strings"
	"testing"
)

// half is a world of which one part is a model.
type half struct {
	parts
	centre parts
}

func (h half) archive() (archive, error) { return h.centre.archive() }

// TestModelsLiveAsTheRealParts lives the same worlds with real databases and with models of
// them: the same things must happen at the same time, to the last step.
func TestModelsLiveAsTheRealParts(t *testing.T) {
	seeds := int64(4)
	if raced || testing.Short() {
		seeds = 1
	}
	for seed := range seeds {
		a, why := live(seed, real, broken{})
		if why != "" {
			t.Fatalf("seed %d: %s", seed, why)
		}
		for name, of := range map[string]func(dir string, b *broken) parts{
			"the centre's": func(dir string, b *broken) parts { return half{realParts{dir}, modelParts{b}} },
			"the benches'": func(dir string, b *broken) parts { return half{modelParts{b}, realParts{dir}} },
		} {
			b, why := live(seed, of, broken{})
			if why != "" {
				t.Errorf("seed %d, model of %s: %s", seed, name, why)
			}
			if got, want := strings.Join(b.diary, "\n"), strings.Join(a.diary, "\n"); got != want {
				t.Errorf("seed %d, model of %s lives another life:\n%s", seed, name, firstDifference(want, got))
			}
		}
	}
}

// firstDifference shows where two texts part.
func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return strings.Join(w[max(i-5, 0):i], "\n") + "\n- " + w[i] + "\n+ " + g[i]
		}
	}
	return "one ends before the other"
}
