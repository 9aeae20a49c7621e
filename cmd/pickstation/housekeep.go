package main

import (
	"context"
	"time"

	"pickstation/localdb"
	"pickstation/order"
	"pickstation/station"
)

// How long things are kept: events that the centre cannot lose, and receivers after
// the hand-over where the policy names no other time.
const (
	keepEvents    = 90 * 24 * time.Hour
	keepReceivers = 30 * 24 * time.Hour
)

// houseBatch is how much one write deletes, so that no scan waits long for it.
const houseBatch = 500

// How often what is old is deleted, and how often it is asked whether that may be.
const (
	houseEvery = 24 * time.Hour
	houseLook  = time.Minute
)

// retryParked tries all parked rows again, in small writes.
func (s *session) retryParked(ctx context.Context) {
	for after, more := (*localdb.ParkedRow)(nil), true; more; more = after != nil {
		err := s.loop.Write(ctx, func(tx station.Tx) (touched []order.ShipmentID, err error) {
			touched, after, err = localTx(tx).RetryParked(after)
			return touched, err
		})
		if err != nil {
			if ctx.Err() == nil {
				s.log.Error("retry_parked", "err", err)
			}
			return
		}
	}
}

// housekeep tries parked rows again, at the start and every day, and deletes what is old enough.
func (s *session) housekeep(ctx context.Context, clock station.Clock) {
	s.retryParked(ctx)
	t := time.NewTicker(houseLook)
	defer t.Stop()
	var next time.Duration // by the machine's own time
	for {
		if now := clock.Mono(); now >= next && s.deleteOld(ctx, clock) {
			if next > 0 {
				s.retryParked(ctx)
			}
			next = now + houseEvery
			s.askLeftOut(ctx)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// askLeftOut reads the feed again, once a day, for what the centre could not show and for what
// was parked so long that it cannot be opened any more.
func (s *session) askLeftOut(ctx context.Context) {
	asked := false
	err := s.loop.Write(ctx, func(tx station.Tx) (_ []order.ShipmentID, err error) {
		asked, err = localTx(tx).AskLeftOut()
		return nil, err
	})
	switch {
	case err != nil && ctx.Err() == nil:
		s.log.Error("ask_left_out", "err", err)
	case asked:
		s.log.Warn("feed_read_again", "why", "a row of the feed has no contents here")
	}
}

// deleteOld deletes old receivers, with them the keys of their days, and old events, in
// small writes. It goes by the centre's time, and says false before the centre was heard:
// under a clock that is a year ahead everything would be old.
func (s *session) deleteOld(ctx context.Context, clock station.Clock) bool {
	if !clock.Heard() {
		return false
	}
	now, keep := clock.Now(), keepReceivers
	err := s.loop.Read(ctx, func(db station.Store) error {
		p, err := db.Policy()
		if err == nil && p.PurgeDays > 0 {
			keep = time.Duration(p.PurgeDays) * 24 * time.Hour
		}
		return err
	})
	for n := houseBatch; err == nil && n == houseBatch; {
		err = s.loop.Write(ctx, func(tx station.Tx) ([]order.ShipmentID, error) {
			n, err = localTx(tx).Purge(now.Add(-keep), houseBatch)
			return nil, err
		})
	}
	for n := houseBatch; err == nil && n == houseBatch; {
		err = s.loop.Write(ctx, func(tx station.Tx) ([]order.ShipmentID, error) {
			n, err = localTx(tx).Reseal(now.Add(-keep), houseBatch)
			return nil, err
		})
	}
	if err == nil {
		err = s.loop.Read(ctx, func(station.Store) error {
			n, err := s.db.DestroyKeys(now.Add(-keep))
			if n > 0 {
				s.log.Info("keys_destroyed", "days", n)
			}
			return err
		})
	}
	s.printers.purge(now.Add(-keep), s.log)
	for n := houseBatch; err == nil && n == houseBatch; {
		err = s.loop.WriteChange(ctx, func(tx station.Tx) (station.Change, error) {
			n, err = localTx(tx).Prune(now.Add(-keepEvents), houseBatch)
			return station.Change{LogOnly: true}, err
		})
	}
	if err != nil && ctx.Err() == nil {
		s.log.Error("delete_old", "err", err)
	}
	return true
}
