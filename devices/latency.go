package devices

import (
	"math/bits"
	"sync/atomic"
	"time"
)

// latency is a histogram of durations in buckets of a quarter octave, from 1 µs up; quantiles are right to about 12 %.
// Safe for concurrent use; the zero value is empty.
type latency struct{ bucket [160]atomic.Uint32 }

func (l *latency) add(d time.Duration) {
	l.bucket[latencyBucket(d)].Add(1)
}

func latencyBucket(d time.Duration) int {
	us := uint64(max(d.Microseconds(), 0))
	if us < 4 {
		return int(us)
	}
	e := bits.Len64(us) - 1
	return min(e*4-4+int(us>>(e-2)&3), 159)
}

// bucketFloor is the smallest duration of a bucket.
func bucketFloor(i int) time.Duration {
	if i < 4 {
		return time.Duration(i) * time.Microsecond
	}
	e := (i + 4) / 4
	return time.Duration((4+uint64(i&3))<<(e-2)) * time.Microsecond
}

// quantile gives the duration that a share q of all samples does not exceed; 0 without samples.
func (l *latency) quantile(q float64) time.Duration {
	var counts [160]uint64
	var total uint64
	for i := range l.bucket {
		counts[i] = uint64(l.bucket[i].Load())
		total += counts[i]
	}
	if total == 0 {
		return 0
	}
	need, seen := uint64(q*float64(total)+0.999999), uint64(0)
	for i, n := range counts {
		if seen += n; seen >= max(need, 1) {
			return bucketFloor(i + 1)
		}
	}
	return bucketFloor(159)
}
