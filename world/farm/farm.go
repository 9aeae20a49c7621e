// Package farm runs the seeds of a simulator side by side: a handful in an ordinary run
// of the tests, many in a soak. Size and first seed can be set from outside, a soak says
// now and then how far it is, and the end is one line with counts and rate.
//
//	PICKSTATION_SOAK=1     the long version of every simulator
//	PICKSTATION_<NAME>=N   so many of this one, whatever else is set
//	PICKSTATION_SEED=N     the first seed
package farm

import (
	"fmt"
	"maps"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Size says how many seeds of a simulator are run.
type Size struct {
	Name  string // of what is run, for people: "model worlds"
	Env   string // variable that sets the number, e.g. PICKSTATION_WORLDS
	CI    int    // in an ordinary run
	Short int    // with -short
	Soak  int    // with PICKSTATION_SOAK
}

// Seeds returns the number of seeds to run and the first of them.
func (s Size) Seeds() (n int, first int64) {
	n = s.CI
	switch set, err := strconv.Atoi(os.Getenv(s.Env)); {
	case err == nil && set >= 0:
		n = set
	case os.Getenv("PICKSTATION_SOAK") != "":
		n = s.Soak
	case testing.Short():
		n = s.Short
	}
	if seed, err := strconv.ParseInt(os.Getenv("PICKSTATION_SEED"), 10, 64); err == nil {
		first = seed
	}
	return n, first
}

// Whole says whether at least the ordinary number is run from the first seed on, so that a
// test may demand that certain things happened.
func (s Size) Whole() bool {
	n, first := s.Seeds()
	return n >= s.CI && first == 0
}

// every is how long a farm is silent between two lines of progress.
const every = 10 * time.Second

// gcPercent is how much a farm's heap may grow between two collections.
const gcPercent = 800

// maxFailures is how many failing seeds are told in full; a broken rule breaks thousands.
const maxFailures = 5

// Tally counts what happened in the worlds of a farm.
type Tally struct {
	mu     sync.Mutex // guards below
	counts map[string]int
	done   int
	failed int
}

// Add counts n things of a kind.
func (t *Tally) Add(what string, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counts[what] += n
}

// Of returns how many of a kind there were.
func (t *Tally) Of(what string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.counts[what]
}

// Run runs every seed once, as many side by side as there are cores, and fails t for each
// that returns a reason. Seeds after the fifth failure are still run and counted.
func Run(t *testing.T, s Size, do func(seed int64, tally *Tally) (why string)) *Tally {
	t.Helper()
	n, first := s.Seeds()
	// Worlds are small and die soon: there is memory to be rarer with collections.
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercent))
	tally := &Tally{counts: map[string]int{}}
	began := time.Now()
	stop := tally.progress(s, n, began)
	seeds := make(chan int64)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), max(n, 1)) {
		wg.Go(func() {
			for seed := range seeds {
				tally.one(t, seed, do(seed, tally))
			}
		})
	}
	for i := range int64(n) {
		seeds <- first + i
	}
	close(seeds)
	wg.Wait()
	stop()
	t.Log(tally.line(s, n, first, time.Since(began)))
	return tally
}

func (t *Tally) one(tb *testing.T, seed int64, why string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done++
	if why == "" {
		return
	}
	if t.failed++; t.failed <= maxFailures {
		tb.Errorf("seed %d: %s", seed, why)
		return
	}
	tb.Fail()
}

// line is the result of a farm, or how far it is.
func (t *Tally) line(s Size, n int, first int64, took time.Duration) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all []string
	for _, what := range slices.Sorted(maps.Keys(t.counts)) {
		all = append(all, fmt.Sprintf("%s %d", what, t.counts[what]))
	}
	return fmt.Sprintf("%d of %d %s from seed %d, %d failed, %.0f s, %.1f/s (%s=N and PICKSTATION_SEED=N set size and first seed): %s",
		t.done, n, s.Name, first, t.failed, took.Seconds(), float64(t.done)/max(took.Seconds(), 1e-3), s.Env, strings.Join(all, ", "))
}

// progress says on standard error how far a long farm is, until the returned function is called.
func (t *Tally) progress(s Size, n int, began time.Time) (stop func()) {
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-end:
				return
			case <-tick.C:
				t.mu.Lock()
				fmt.Fprintf(os.Stderr, "%s: %d of %d, %.1f/s, %d failed\n", s.Name, t.done, n, float64(t.done)/time.Since(began).Seconds(), t.failed)
				t.mu.Unlock()
			}
		}
	}()
	return func() { close(end); <-ended }
}
