package main

import (
	"slices"
	"time"
)

// percentile returns the p-th percentile of durations, which are not changed.
func percentile(list []time.Duration, p int) time.Duration {
	if len(list) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(list))
	return s[min(len(s)*p/100, len(s)-1)]
}

// median returns the middle of values, which are not changed.
func median(list []float64) float64 {
	if len(list) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(list))[len(list)/2]
}

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 }

func millis(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 }

// rival is a figure and its limit, measured in turn, round by round.
type rival struct {
	ratios       []float64 // of the medians, one a round
	value, limit []time.Duration
}

// add notes a round.
func (r *rival) add(value, limit []time.Duration) {
	r.ratios = append(r.ratios, float64(percentile(value, 50))/float64(percentile(limit, 50)))
	r.value, r.limit = append(r.value, value...), append(r.limit, limit...)
}

// p50 is the median, with the median of the rounds' ratios: neighbours in time met
// the same load.
func (r *rival) p50(name string) result {
	out := of(name, micros(percentile(r.value, 50)), "µs", micros(percentile(r.limit, 50)))
	out.Ratio = median(r.ratios)
	return out
}

// p99 is the 99th percentile over all rounds against the limit's own.
func (r *rival) p99(name string) result {
	return of(name, micros(percentile(r.value, 99)), "µs", micros(percentile(r.limit, 99)))
}
