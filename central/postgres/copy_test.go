package postgres_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/central/postgres/pgtest"
	"pickstation/order"
)

// counted counts how often transactions run.
type counted struct {
	central.Store
	runs *atomic.Int64
}

func (c counted) Write(ctx context.Context, fn func(central.Tx) error) error {
	return c.Store.Write(ctx, func(tx central.Tx) error {
		c.runs.Add(1)
		return fn(tx)
	})
}

// Who shares a commit gives up soon where another one holds its rows. A table that grows, or
// that is given a partition, is nobody's: that lock is waited for, or a push would be folded
// again for it.
func TestPushesThatShareACommitWaitForTheTableOfEvents(t *testing.T) {
	at, runs := pgtest.Database(t), &atomic.Int64{}
	store := open(t, at)
	c := centraltest.Over(t, counted{store, runs}, filepath.Join(t.TempDir(), "c"), centraltest.NewClock())
	benches := make([]*centraltest.Bench, 12)
	more := func(b *centraltest.Bench) {
		for range 10 {
			b.Add(order.Event{Type: order.EventNoted})
		}
	}
	for i := range benches {
		benches[i] = c.NewBench(t, order.StationID(fmt.Sprint("bench-", i)))
		more(benches[i])
		c.PushAll(t, benches[i])
		more(benches[i])
	}
	ctx := t.Context()
	table, err := pgx.Connect(ctx, at)
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close(context.Background())
	sql := func(text string) {
		t.Helper()
		if _, err := table.Exec(ctx, text); err != nil {
			t.Error(err)
		}
	}
	sql("BEGIN; LOCK TABLE events IN SHARE MODE")
	var busy, started sync.WaitGroup
	write := func(fn func(central.Tx) error) {
		busy.Go(func() {
			if err := store.Write(ctx, fn); err != nil {
				t.Error(err)
			}
		})
	}
	free, one := make(chan struct{}), make(chan struct{})
	for i := range 4 { // every writer of the store
		started.Add(1)
		write(func(central.Tx) error {
			started.Done()
			if i == 0 {
				<-one
			} else {
				<-free
			}
			return nil
		})
	}
	started.Wait()
	write(func(tx central.Tx) error { // begins the transaction that the pushes will share
		_, err := tx.Meta("timeline")
		return err
	})
	sql("SELECT pg_sleep(0.05)")
	runs.Store(0)
	pushed := make(chan struct{})
	var pushes sync.WaitGroup
	for _, b := range benches {
		pushes.Go(func() { c.PushRange(t, b, 10, 20) })
	}
	sql("SELECT pg_sleep(0.05)") // they wait for a writer, behind it
	close(one)
	go func() { pushes.Wait(); close(pushed) }()
	waits(t, at, pushed)
	sql("SELECT pg_sleep(0.1)")
	sql("COMMIT")
	<-pushed
	close(free)
	busy.Wait()
	if n := runs.Load(); n != int64(len(benches)) {
		t.Errorf("%d pushes ran %d times", len(benches), n)
	}
}
