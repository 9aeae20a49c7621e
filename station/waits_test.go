package station

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Against all waits kept and sorted: the same percentile, up to one step.
func TestPercentilesOfWaitsAreThoseOfAllOfThem(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		all := rapid.SliceOfN(rapid.Int64Range(-1, int64(3*time.Second)), 1, 500).Draw(rt, "waits")
		var w waits
		for i, d := range all {
			w.add(time.Duration(d), time.Unix(int64(i), 0))
		}
		slices.Sort(all)
		for _, percent := range []int{50, 99, 100} {
			exact := min(time.Duration(all[(len(all)*percent+99)/100-1]), 2*time.Second)
			got := w.percentile(percent)
			step := 10 * time.Millisecond
			switch {
			case exact < 20*time.Millisecond:
				step = 100 * time.Microsecond
			case exact < 200*time.Millisecond:
				step = time.Millisecond
			}
			if got < exact || got > max(exact, 0)+step {
				rt.Fatalf("p%d of %d waits is %v, exactly %v", percent, len(all), got, exact)
			}
		}
		if w.n != len(all) || !w.since.Equal(time.Unix(0, 0)) {
			rt.Fatalf("%d since %v", w.n, w.since)
		}
	})
	if p := (&waits{}).percentile(99); p != 0 {
		t.Errorf("of none: %v", p)
	}
}
