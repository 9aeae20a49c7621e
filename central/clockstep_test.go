package central_test

import (
	"testing"
	"time"

	"pickstation/central"
	"pickstation/central/centraltest"
)

// stepped is a centre whose wall clock can be set beside its monotonic clock.
type stepped struct {
	*centraltest.Centre
	wall *centraltest.Clock
	mono time.Duration
	boot string // the machine's run
}

// pass lets time pass on both clocks.
func (s *stepped) pass(d time.Duration) {
	s.mono += d
	s.wall.Advance(d)
}

// set sets the wall clock ahead or back.
func (s *stepped) set(d time.Duration) { s.wall.Advance(d) }

func newStepped(t *testing.T) *stepped {
	t.Helper()
	s := &stepped{Centre: centraltest.New(t), boot: "boot-1"}
	s.wall = s.Clock
	s.start(t)
	return s
}

// start starts the centre's program again.
func (s *stepped) start(t *testing.T) {
	t.Helper()
	vault, err := central.OpenVault(s.Path+".key", false)
	if err != nil {
		t.Fatal(err)
	}
	s.Service, err = central.New(t.Context(), s.Store, vault, central.Config{Now: s.wall.Now,
		Mono: func() time.Duration { return s.mono }, Boot: s.boot})
	if err != nil {
		t.Fatal(err)
	}
}

// worked is held, and sets the clock ahead two hours later.
func (s *stepped) worked(t *testing.T) (a, b *centraltest.Bench) {
	t.Helper()
	a, b = s.held(t)
	s.pass(2 * time.Hour)
	s.set(year)
	return a, b
}

// held gives the order to the first of two benches.
func (s *stepped) held(t *testing.T) (a, b *centraltest.Bench) {
	t.Helper()
	a, b = s.NewBench(t, "bench-1"), s.NewBench(t, "bench-2")
	s.Put(t, centraltest.Order("1"))
	s.Lease(t, a, 1)
	return a, b
}

const year = 365 * 24 * time.Hour

func TestReceiversOutliveAClockThatWasAheadAYear(t *testing.T) {
	s := newStepped(t)
	b := s.NewBench(t, "bench-1")
	id := shipped(t, s.Centre, b, "1")
	look := func(want int) {
		t.Helper()
		if n, err := s.PurgeDue(t.Context()); n != want || err != nil {
			t.Errorf("%d receivers deleted, want %d: %v", n, want, err)
		}
	}
	look(0)
	s.set(year)
	for range 3 { // the program that sees it, and the ones that are started then
		look(0)
		s.pass(6 * time.Hour)
		look(0)
		s.start(t)
	}
	s.set(-year)
	look(0)
	if !hasReceiver(t, s.Centre, id) {
		t.Fatal("the receiver is gone")
	}
	s.pass(31 * day) // switched off
	s.start(t)
	look(0)
	s.pass(25*time.Hour + time.Second)
	look(1)
	s.pass(6 * time.Hour)
	id = shipped(t, s.Centre, b, "2")
	for range 4 * 31 {
		s.pass(6 * time.Hour)
		if _, err := s.PurgeDue(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if hasReceiver(t, s.Centre, id) {
		t.Error("a centre that runs on deletes nothing")
	}
}

func TestLeasesAreRenewedAfterTheClockWasAheadAYear(t *testing.T) {
	s := newStepped(t)
	b := s.NewBench(t, "bench-1")
	id := s.Put(t, centraltest.Order("1"))
	s.Lease(t, b, 1)
	s.set(year)
	equal(t, "renewed ahead", len(s.Lease(t, b, 1).Renewed), 1)
	s.set(-year)
	rows, _ := s.FeedAll(t, b, 0)
	equal(t, "never granted for more than its length", centraltest.Work(t, rows)[shipment(t, s.Centre, id).ID].Lease.GrantS, 24*3600)
	ends := s.mono + 24*time.Hour // by the bench's own monotonic clock
	for h := range 48 {
		if s.mono >= ends {
			t.Fatalf("after %d h the bench's lease is over", h)
		}
		for _, r := range s.Lease(t, b, 1).Renewed {
			equal(t, "granted", r.Lease.GrantS, 24*3600)
			ends = s.mono + time.Duration(r.Lease.GrantS)*time.Second
		}
		if left := s.View(t, id).Shipments[0].LeaseUntil.Sub(s.wall.Now()); left <= 0 || left > 24*time.Hour {
			t.Fatalf("after %d h %v are left of a lease of 24 h", h, left)
		}
		s.pass(time.Hour)
	}
}

func TestAClockThatIsSetAheadTakesNoWorkFromABenchThatHoldsIt(t *testing.T) {
	s := newStepped(t)
	a, b := s.NewBench(t, "bench-1"), s.NewBench(t, "bench-2")
	held := s.Put(t, centraltest.Order("1"))
	s.Lease(t, a, 1)
	s.pass(2 * time.Hour)
	s.set(year)
	free := s.Put(t, centraltest.Order("2"))
	equal(t, "only what nobody holds", s.Lease(t, b, 2).Granted, 1)
	holder := func(want ...string) {
		t.Helper()
		equal(t, "holders", []string{string(s.View(t, held).Shipments[0].LeaseStation), string(s.View(t, free).Shipments[0].LeaseStation)}, want)
	}
	holder("bench-1", "bench-2")
	s.pass(24*time.Hour + 59*time.Minute)
	equal(t, "while the holder may be working offline", s.Lease(t, b, 2).Granted, 0)
	s.pass(2 * time.Minute)
	equal(t, "once its lease is over by any clock", s.Lease(t, b, 2).Granted, 1)
	holder("bench-2", "bench-2")
}

func TestAStepLongAgoDoesNotDelayTheWorkOfABenchThatFellSilentSince(t *testing.T) {
	s := newStepped(t)
	a, b := s.worked(t)
	s.Lease(t, a, 1) // the step is noticed here, although nobody asks for work
	s.pass(time.Hour)
	s.Lease(t, a, 1)
	s.pass(25*time.Hour + time.Minute)
	equal(t, "granted", s.Lease(t, b, 1).Granted, 1)
}

func TestACentreThatStartsWithAnotherClockWaitsForTheHoldersWord(t *testing.T) {
	s := newStepped(t)
	a, b := s.worked(t)
	s.start(t)
	equal(t, "at once", s.Lease(t, b, 1).Granted, 0)
	equal(t, "the holder's word", len(s.Lease(t, a, 1).Renewed), 1)
	s.pass(2 * time.Hour)
	equal(t, "renewed", s.Lease(t, b, 1).Granted, 0)
	s.pass(24 * time.Hour)
	equal(t, "when the holder is silent for its lease and grace", s.Lease(t, b, 1).Granted, 1)
}

func TestACentreThatIsStartedAnewKnowsThatTheClockWasSetBefore(t *testing.T) {
	s := newStepped(t)
	_, b := s.worked(t)
	s.Lease(t, b, 0) // the step is noticed
	s.start(t)
	s.pass(2 * time.Hour) // longer than the grace
	equal(t, "while the holder may be working offline", s.Lease(t, b, 1).Granted, 0)
	s.pass(23 * time.Hour)
	s.start(t)
	s.pass(61 * time.Minute)
	equal(t, "once its lease is over by any clock", s.Lease(t, b, 1).Granted, 1)
}

func TestANoteOfTheClockThatCannotBeReadCountsAsAStepNow(t *testing.T) {
	s := newStepped(t)
	_, b := s.held(t)
	err := s.Store.Write(t.Context(), func(tx central.Tx) error { return tx.SetMeta("clock_set", "yesterday") })
	if err != nil {
		t.Fatal(err)
	}
	s.pass(23 * time.Hour)
	s.start(t)
	s.pass(3 * time.Hour) // its lease and grace are over, by a clock that nobody vouches for
	equal(t, "granted", s.Lease(t, b, 1).Granted, 0)
	s.pass(22*time.Hour + time.Minute)
	equal(t, "granted in the end", s.Lease(t, b, 1).Granted, 1)
}

// TestAStartNoticesThatTheClockWasSetWhileNoCentreLooked ends the program between the step and
// the next heartbeat, and starts it again in the same run of the machine.
func TestAStartNoticesThatTheClockWasSetWhileNoCentreLooked(t *testing.T) {
	s := newStepped(t)
	a, b := s.worked(t)
	s.start(t)
	s.pass(2 * time.Hour)
	equal(t, "while the holder may be working offline", s.Lease(t, b, 1).Granted, 0)
	s.start(t) // that knows of it from the heartbeat above
	s.pass(22*time.Hour + 59*time.Minute)
	equal(t, "still", s.Lease(t, b, 1).Granted, 0)
	s.pass(time.Minute + time.Second)
	equal(t, "once its lease is over by any clock", s.Lease(t, b, 1).Granted, 1)
	equal(t, "the first has it no more", len(s.Lease(t, a, 1).Renewed), 0)
}

// TestAMachineStartedAnewIsNotHeldToItsClockBefore knows no step: each run has a monotonic
// clock of its own, and the grace is all that is waited.
func TestAMachineStartedAnewIsNotHeldToItsClockBefore(t *testing.T) {
	s := newStepped(t)
	_, b := s.worked(t)
	s.set(-year)
	s.pass(22 * time.Hour) // the lease is over
	s.boot, s.mono = "boot-2", 0
	s.start(t)
	s.pass(59 * time.Minute)
	equal(t, "within the grace", s.Lease(t, b, 1).Granted, 0)
	s.pass(2 * time.Minute)
	equal(t, "after it", s.Lease(t, b, 1).Granted, 1)
}

// TestSmallStepsAddUp sets the clock twice by less than is a step, before a start and after it.
func TestSmallStepsAddUp(t *testing.T) {
	s := newStepped(t)
	_, b := s.held(t)
	s.set(20 * time.Minute)
	s.start(t)
	s.set(20 * time.Minute)
	s.pass(24*time.Hour + 25*time.Minute) // 25 h and 5 min by the wall clock
	equal(t, "while the holder has its lease and the grace", s.Lease(t, b, 1).Granted, 0)
	s.pass(25*time.Hour + time.Second)
	equal(t, "after it", s.Lease(t, b, 1).Granted, 1)
}

func TestAStepOfTheClockIsToldOnce(t *testing.T) {
	log := logged(t)
	s := newStepped(t)
	a, b := s.worked(t)
	const told = "WARN the clock was set; see that it is right. Work of silent benches waits until their leases are over by any clock"
	beat := func(what string, want ...string) {
		t.Helper()
		s.Lease(t, a, 1)
		s.Lease(t, b, 1)
		equal(t, what, lines(t, log), want)
	}
	beat("while it runs", told)
	s.start(t)
	beat("when it is started anew")
	s.pass(time.Hour)
	s.boot, s.mono = "boot-2", 0
	s.start(t)
	beat("when the machine is")
	s.set(-year)
	s.start(t)
	beat("while it did not run", told)
}
