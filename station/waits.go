package station

import "time"

// waits counts how long scans waited from their last byte to their commit, in a shift. No
// event holds that: a wait is known when the event is stored. They are kept beside the log
// (counted.go), and say since when.
type waits struct {
	since  time.Time // of the first
	n      int
	counts [waitBuckets]int32
}

// waitSteps are how finely waits are told apart; longer ones count as the longest.
var waitSteps = [...]struct{ to, step time.Duration }{
	{20 * time.Millisecond, 100 * time.Microsecond}, {200 * time.Millisecond, time.Millisecond}, {2 * time.Second, 10 * time.Millisecond}}

// waitBuckets is how many steps there are.
const waitBuckets = 200 + 180 + 180

func (w *waits) add(d time.Duration, at time.Time) {
	if w.n == 0 {
		w.since = at
	}
	w.n++
	w.counts[waitBucket(d)]++
}

func waitBucket(d time.Duration) int {
	first, from := 0, time.Duration(0)
	for _, s := range waitSteps {
		if d < s.to {
			return first + int(max(d-from, 0)/s.step)
		}
		first, from = first+int((s.to-from)/s.step), s.to
	}
	return waitBuckets - 1
}

// percentile is the wait that so many percent of the scans did not exceed, up to the next step.
func (w *waits) percentile(percent int) time.Duration {
	rest, i, end := (w.n*percent+99)/100, 0, time.Duration(0)
	for _, s := range waitSteps {
		for end < s.to && rest > 0 {
			rest, i, end = rest-int(w.counts[i]), i+1, end+s.step
		}
	}
	return end
}

func (w *waits) speed() Speed {
	return Speed{P50: w.percentile(50), P99: w.percentile(99), Timed: w.n, Since: w.since}
}
