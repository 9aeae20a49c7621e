package main

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"pickstation/devices/sim"
	"pickstation/order"
	"pickstation/station"
)

// brokenStore is a database one of whose commits fails.
type brokenStore struct {
	station.Store
	fail *atomic.Bool
	held func() // runs while the commit that fails is under way
}

type brokenTx struct {
	station.Tx
	store *brokenStore
}

func (s *brokenStore) Begin() (station.Tx, error) {
	tx, err := s.Store.Begin()
	return &brokenTx{tx, s}, err
}

func (tx *brokenTx) Unwrap() station.Tx { return tx.Tx }

func (tx *brokenTx) Commit() error {
	if !tx.store.fail.Swap(false) {
		return tx.Tx.Commit()
	}
	tx.store.held()
	return errors.Join(errors.New("no space left on device"), tx.Rollback())
}

// TestScansOfAScannerThatWaitsForNoAnswerOutliveTheDatabase lets a commit fail while scans
// come, during it and until the station has its database again. What is not counted is told.
func TestScansOfAScannerThatWaitsForNoAnswerOutliveTheDatabase(t *testing.T) {
	const during, between = 4, 12
	gun := sim.NewScanner(profileOf(t, "generic"), sim.Options{})
	var fail atomic.Bool
	var opened atomic.Int32
	var b *liveBench
	items := func(n int) {
		for range n {
			if _, err := gun.Send(context.Background(), []byte("ITEM-1")); err != nil {
				t.Error(err)
			}
		}
	}
	h := hooks{aroundStore: func(s station.Store) station.Store {
		if opened.Add(1) == 2 { // the station has ended its session and has not begun the next
			items(between)
		}
		return &brokenStore{s, &fail, func() { items(during); _ = gun.Drain(t.Context()) }}
	}}
	b = newHookedBench(t, "[[scanner]]\nname = \"gun1\"\nport = \"gun\"\nprofile = \"generic\"\n", nil, map[string]plugged{"gun": gun}, h)
	b.allOnline(1)
	b.send(gun, "BADGE-LI", "X1", "ITEM-1")
	b.await("the first unit", func(v *station.View) bool { return v.Work != nil && v.Work.Picked == 1 })
	fail.Store(true)
	b.send(gun, "ITEM-1")
	scans := 1 + 1 + during + between
	v := b.await("every scan counted or told", func(v *station.View) bool {
		return v.Work != nil && v.Health.Unsaved.Scans > 0 && !v.Health.NotSaved && v.Work.Picked+v.Health.Unsaved.Scans == scans
	})
	if lost := v.Health.Unsaved.Scans; lost > 1+during {
		t.Errorf("%d scans are lost that came after the failure", lost)
	}
	if list := v.Alerts(time.Now()); len(list) == 0 || list[0].Code != station.AlertUnsaved {
		t.Errorf("scans that were not saved raise no alert: %+v", list)
	}
	if v.Devices[0].Status != "online" {
		t.Errorf("the new session does not know its scanner: %+v", v.Devices)
	}
	b.stop()
	if n := len(b.events(order.EventPicked)); n != v.Work.Picked {
		t.Errorf("the log holds %d picks, the screen said %d", n, v.Work.Picked)
	}
}

func TestWhatAnEndedSessionDidNotTakeIsTheNextOnesFirst(t *testing.T) {
	term := newTerminal(&Config{}, nil)
	first, second := &session{}, &session{}
	var took []string
	type try struct {
		what string
		by   *session
	}
	tries := make(chan try, 8)
	typed := func(what string) {
		term.input(t.Context(), func(_ context.Context, s *session) error {
			tries <- try{what, s}
			if s == first {
				return errors.New("ended")
			}
			took = append(took, what)
			return nil
		})
	}
	typed("A")
	typed("B")
	for _, s := range []*session{first, second} {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- term.pump(ctx, s) }()
		if got := <-tries; got != (try{"A", s}) {
			t.Errorf("%q came first", got.what)
		}
		if s == second {
			<-tries
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if !slices.Equal(took, []string{"A", "B"}) {
		t.Errorf("taken: %q", took)
	}
}

func TestATypedSeparatorInDisguiseIsPutBack(t *testing.T) {
	gun := sim.NewScanner(profileOf(t, "generic"), sim.Options{})
	term := newTerminal(&Config{Wedge: WedgeConfig{GS: "|"}}, nil)
	b := newHookedBench(t, "[[scanner]]\nname = \"gun1\"\nport = \"gun\"\nprofile = \"generic\"\n", func(s *order.Shipment) {
		s.Lines[0].Codes = []order.ItemCode{{Key: "09506000134352"}}
		s.Lines[0].Track = order.Tracking{Lot: true, Serial: true}
	}, map[string]plugged{"gun": gun}, hooks{extra: term.pump})
	b.allOnline(1)
	b.send(gun, "BADGE-LI", "X1")
	b.await("the work", func(v *station.View) bool { return v.Work != nil })
	term.typed(t.Context(), []byte("]C1010950600013435210LOT7|21S1"), time.Now())
	b.await("the unit", func(v *station.View) bool { return v.Work.Picked == 1 })
	if e := b.events(order.EventPicked); len(e) != 1 || e[0].Lot != "LOT7" || e[0].Serial != "S1" || e[0].Device != keyboard {
		t.Errorf("%+v", e)
	}
}

// TestADatabaseThatCannotBeOpenedAfterAFailedCommitIsTriedAgain goes on for as long as a disk may
// take to come back, and no longer.
func TestADatabaseThatCannotBeOpenedAfterAFailedCommitIsTriedAgain(t *testing.T) {
	failed := func(code string) error { return &order.Error{Code: code} }
	var o outlasting
	if o.again(failed("database_open")) {
		t.Error("a first start that fails is tried again")
	}
	for _, code := range []string{"not_saved", "database_open", "station_running", "database_open"} {
		if !o.again(failed(code)) {
			t.Errorf("%s ends the program", code)
		}
	}
	for _, code := range []string{"database_damaged", "newer_database", "other_database"} {
		if o.again(failed(code)) {
			t.Errorf("%s is tried again", code)
		}
	}
	n := 0
	for o.again(failed("not_saved")); o.again(failed("database_open")); n++ {
	}
	if n != reopens {
		t.Errorf("tried %d times", n)
	}
	o.opens = 0 // opened
	if o.again(failed("database_open")) {
		t.Error("one that was opened and ended for another reason is tried again")
	}
}
