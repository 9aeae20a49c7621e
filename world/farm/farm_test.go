package farm

import (
	"fmt"
	"sync"
	"testing"
)

func TestTheSizeComesFromOutsideBeforeTheSoak(t *testing.T) {
	s := Size{Name: "worlds", Env: "PICKSTATION_FARM_TEST", CI: 20, Short: 3, Soak: 1000}
	for _, x := range []struct {
		env, soak, seed string
		n               int
		first           int64
	}{{"", "", "", 20, 0}, {"", "1", "", 1000, 0}, {"7", "1", "40", 7, 40}, {"0", "", "", 0, 0}, {"-1", "", "", 20, 0}, {"many", "1", "x", 1000, 0}} {
		t.Setenv("PICKSTATION_FARM_TEST", x.env)
		t.Setenv("PICKSTATION_SOAK", x.soak)
		t.Setenv("PICKSTATION_SEED", x.seed)
		want := x.n
		if testing.Short() && want == s.CI {
			want = s.Short
		}
		if n, first := s.Seeds(); n != want || first != x.first {
			t.Errorf("%+v: %d from %d", x, n, first)
		}
	}
}

func TestEverySeedIsRunOnceAndCounted(t *testing.T) {
	t.Setenv("PICKSTATION_FARM_TEST", "50")
	t.Setenv("PICKSTATION_SEED", "100")
	var mu sync.Mutex
	seen := map[int64]int{}
	tally := Run(t, Size{Name: "worlds", Env: "PICKSTATION_FARM_TEST"}, func(seed int64, tally *Tally) string {
		mu.Lock()
		defer mu.Unlock()
		seen[seed]++
		tally.Add("things", 2)
		return ""
	})
	for seed := int64(100); seed < 150; seed++ {
		if seen[seed] != 1 {
			t.Errorf("seed %d ran %d times", seed, seen[seed])
		}
	}
	if got := fmt.Sprint(len(seen), tally.Of("things"), tally.failed); got != "50 100 0" {
		t.Error(got)
	}
}
