package central_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/central/sqlite"
	"pickstation/order"
)

// failing is a store that is told when to fail.
type failing struct {
	central.Store
	writes, reads error
}

func (f *failing) Write(ctx context.Context, fn func(tx central.Tx) error) error {
	if f.writes != nil {
		return f.writes
	}
	return f.Store.Write(ctx, fn)
}

func (f *failing) Read(ctx context.Context, fn func(r central.Reader) error) error {
	if f.reads != nil {
		return f.reads
	}
	return f.Store.Read(ctx, fn)
}

func failingCentre(t *testing.T) (*centraltest.Centre, *failing) {
	t.Helper()
	store := &failing{}
	return over(t, store, &store.Store), store
}

// over makes a centre over a store that stands in front of a file's.
func over(t *testing.T, store central.Store, file *central.Store) *centraltest.Centre {
	t.Helper()
	path := filepath.Join(t.TempDir(), "central.db")
	opened, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { opened.Close() })
	*file = opened
	return centraltest.Over(t, store, path, centraltest.NewClock())
}

// logged takes what the test logs.
func logged(t *testing.T) *bytes.Buffer {
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(&log, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	return &log
}

// lines reads the log since the last call.
func lines(t *testing.T, log *bytes.Buffer) (all []string) {
	t.Helper()
	for dec := json.NewDecoder(log); dec.More(); {
		var line struct {
			Level, Msg string
			Failed     int
		}
		if err := dec.Decode(&line); err != nil {
			t.Fatal(err)
		}
		all = append(all, line.Level+" "+line.Msg)
		if line.Failed > 0 {
			all[len(all)-1] += fmt.Sprintf(" (%d)", line.Failed)
		}
	}
	return all
}

// TestAStoreThatIsAwayIsToldOfOnceAndNotForEachCall counts what stands in the log of an
// outage with many calls.
func TestAStoreThatIsAwayIsToldOfOnceAndNotForEachCall(t *testing.T) {
	log := logged(t)
	c, store := failingCentre(t)
	id := c.Put(t, centraltest.Order("1"))
	log.Reset()

	away := order.Errorf(central.CodeStoreAway, "the database does not answer now")
	store.writes, store.reads = away, away
	ask := func() error {
		_, err := c.Get(t.Context(), centraltest.By(), id)
		return err
	}
	for range 500 {
		equal(t, "answer", code(ask()), central.CodeStoreAway)
	}
	equal(t, "it begins", lines(t, log), []string{"ERROR the store does not answer; calls are told to come again"})
	c.Clock.Advance(time.Minute)
	for range 500 {
		equal(t, "answer", code(ask()), central.CodeStoreAway)
	}
	equal(t, "it lasts", lines(t, log), []string{"ERROR the store still does not answer (501)"})

	store.reads = nil // it can be read only
	for range 100 {
		equal(t, "reading", ask(), nil)
		_, err := c.Cancel(t.Context(), centraltest.By(), id, "buyer")
		equal(t, "writing", code(err), central.CodeStoreAway)
		c.Clock.Advance(100 * time.Millisecond)
	}
	equal(t, "half of it", lines(t, log), []string(nil))
	store.writes = nil
	equal(t, "reading", ask(), nil)
	equal(t, "not calm yet", lines(t, log), []string(nil))
	c.Clock.Advance(10 * time.Second)
	store.reads = errors.New("something else")
	equal(t, "another error is no answer", ask() == nil, false)
	equal(t, "no word", lines(t, log), []string(nil))
	store.reads = nil
	equal(t, "reading", ask(), nil)
	equal(t, "reading", ask(), nil)
	equal(t, "it is over", lines(t, log), []string{"INFO the store answers again (1100)"})
}

// TestAStoreThatKeepsNothingIsNotReady is that of a full disk: transactions begin, and their
// commits fail.
func TestAStoreThatKeepsNothingIsNotReady(t *testing.T) {
	c, store := failingCentre(t)
	id := c.Put(t, centraltest.Order("1"))
	equal(t, "before", c.Ready(t.Context()), nil)

	store.writes = order.Errorf(central.CodeStoreAway, "the change was not stored")
	equal(t, "nobody has asked for a change", c.Ready(t.Context()), nil)
	_, err := c.Cancel(t.Context(), centraltest.By(), id, "buyer")
	equal(t, "a change", code(err), central.CodeStoreAway)
	for range 2 {
		equal(t, "ready", code(c.Ready(t.Context())), central.CodeStoreAway)
	}
	store.writes = nil
	for range 2 {
		equal(t, "there is room again", c.Ready(t.Context()), nil)
	}
}
