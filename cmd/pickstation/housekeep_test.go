package main

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"pickstation/localdb"
	"pickstation/order"
	"pickstation/station"
)

// aheadClock is a computer whose clock is a year ahead, until the centre tells.
type aheadClock struct {
	*station.SystemClock
	heard bool
}

func (c *aheadClock) Heard() bool     { return c.heard }
func (c *aheadClock) Wall() time.Time { return c.SystemClock.Wall().AddDate(1, 0, 0) }
func (c *aheadClock) Now() time.Time {
	if c.heard {
		return c.SystemClock.Wall()
	}
	return c.Wall()
}

func TestNothingIsDeletedBeforeTheCentreHasToldTheTime(t *testing.T) {
	db, err := localdb.Open(t.Context(), localdb.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.Begin()
	for range 3 {
		if err == nil {
			err = tx.Append(&order.Event{Type: order.EventNoted, V: 1, At: time.Now().Add(-time.Hour).UnixMilli()})
		}
	}
	if err == nil {
		err = tx.Acked(db.Log(), 3, 3)
	}
	if err == nil {
		err = tx.Commit()
	}
	if err != nil {
		t.Fatal(err)
	}
	clock := &aheadClock{SystemClock: station.NewSystemClock()}
	s := &session{db: db, log: slog.New(slog.DiscardHandler), printers: &printers{}, loop: station.New(station.Options{Station: "bench-1", Store: store{db}, Clock: clock})}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.loop.Run(ctx) }()
	defer func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	left := func() (n int) {
		t.Helper()
		if err := s.loop.Read(ctx, func(station.Store) error {
			list, err := db.Tail(10)
			n = len(list)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := left()
	if s.deleteOld(ctx, clock) || left() != before {
		t.Errorf("of %d events are left %d, under a clock that nobody has confirmed", before, left())
	}
	clock.heard = true
	if !s.deleteOld(ctx, clock) || left() != before {
		t.Errorf("of %d events of today are left %d", before, left())
	}
}
