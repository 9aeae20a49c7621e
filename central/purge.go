package central

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"pickstation/order"
)

// keepReceivers is how long receivers are kept after an order is over, where the
// warehouse's policy says nothing (purge_days); benches keep theirs as long.
const keepReceivers = 30 * 24 * time.Hour

// purgeBatch is how many orders one transaction looks at.
const purgeBatch = 100

// Where days have passed between two looks, the centre was off or its clock has leapt. It
// waits for a day then, in which somebody may put the clock right: a clock that is a year
// ahead would make every receiver an old one.
const (
	purgeLeapOver = 3 * 24 * time.Hour
	purgeLeapWait = 24 * time.Hour
)

// purgeLeap is the wait after a leap.
type purgeLeap struct {
	mu    sync.Mutex    // guards below
	waits bool          // there was a leap
	since time.Duration // monotonic clock when it was noticed
}

// over says whether the wait, if there is one, is over, by the monotonic clock.
func (l *purgeLeap) over(leapt bool, mono time.Duration) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if leapt && !l.waits {
		l.since = mono
	}
	l.waits = leapt && (!l.waits || mono-l.since < purgeLeapWait)
	return !l.waits
}

// PurgeDue is Purge as a centre does it by itself, several times a day.
func (s *Service) PurgeDue(ctx context.Context) (purged int, err error) {
	var last string
	err = s.store.Read(ctx, func(r Reader) error {
		last, err = r.Meta(metaPurged)
		return err
	})
	if err != nil {
		return 0, err
	}
	ms, _ := strconv.ParseInt(last, 10, 64) // none: the first look
	passed := s.now().Sub(time.UnixMilli(ms))
	if !s.leap.over(ms > 0 && passed > purgeLeapOver, s.cfg.Mono()) {
		slog.Warn("old receivers are not deleted for a day: the centre was off, or its clock has leapt ahead; put the clock right if it is wrong",
			"now", s.now(), "passed", passed.String())
		return 0, nil
	}
	if purged, err = s.Purge(ctx); err != nil {
		return purged, err
	}
	now := strconv.FormatInt(s.now().UnixMilli(), 10)
	return purged, s.store.Write(ctx, func(tx Tx) error { return tx.SetMeta(metaPurged, now) })
}

// Purge deletes the receivers and the buyers of orders that are over (handed over, or cancelled) for
// as long as their warehouse's policy says, and returns of how many orders. Backups
// hold them until they are deleted, sealed with the store's key.
func (s *Service) Purge(ctx context.Context) (purged int, err error) {
	keep := map[string]time.Duration{}
	least := keepReceivers
	err = s.store.Read(ctx, func(r Reader) error {
		all, err := r.Warehouses()
		for _, w := range all {
			keep[w.ID] = keepReceivers
			if w.Policy.PurgeDays > 0 {
				keep[w.ID] = time.Duration(w.Policy.PurgeDays) * 24 * time.Hour
			}
			least = min(least, keep[w.ID])
		}
		return err
	})
	now := s.now()
	for after := order.OrderID(""); err == nil; {
		var page []*Order
		err = s.store.Read(ctx, func(r Reader) error {
			page, err = r.Private(now.Add(-least), after, purgeBatch)
			return err
		})
		if err != nil || len(page) == 0 {
			break
		}
		after = page[len(page)-1].ID
		var n int
		n, err = s.purgePage(ctx, page, keep, now)
		purged += n
	}
	s.count("receivers_deleted", "", purged)
	return purged, err
}

func (s *Service) purgePage(ctx context.Context, page []*Order, keep map[string]time.Duration, now time.Time) (n int, err error) {
	over := page[:0]
	for _, o := range page {
		if isOver(o) {
			over = append(over, o)
		}
	}
	if len(over) == 0 {
		return 0, nil
	}
	err = s.store.Write(ctx, func(tx Tx) error {
		n = 0
		for _, known := range over {
			o, err := tx.LockOrder(known.ID)
			if err != nil {
				return err
			}
			if o == nil || !isOver(o) || len(o.Receiver) == 0 {
				continue
			}
			last, err := lastChange(tx, o)
			if err != nil {
				return err
			}
			if now.Sub(last) < keep[o.Warehouse] {
				continue
			}
			o.Receiver = nil
			if err := errors.Join(tx.PutOrder(o), tx.PutBuyer(o.ID, nil), forgetPickup(tx, o)); err != nil {
				return err
			}
			if err := s.tell(tx, o, TimelineRow{Kind: KindChange, By: "purge", Source: "system", Note: "receiver deleted"}); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}

// isOver says whether nothing is printed or sent for an order any more.
func isOver(o *Order) bool {
	return o.Cancelled() || o.Stage == order.StageCancelled || o.Stage.Rank() >= order.StageDispatched.Rank()
}

// lastChange returns when the centre last heard of another state of an order.
func lastChange(r Reader, o *Order) (time.Time, error) {
	last := o.ReceivedAt
	if o.CancelledAt.After(last) {
		last = o.CancelledAt
	}
	rows, err := r.Timeline(string(o.ID))
	for i := range rows {
		if rows[i].Kind == KindState && rows[i].ReceivedAt.After(last) {
			last = rows[i].ReceivedAt
		}
	}
	return last, err
}
