package station_test

import (
	"sync/atomic"
	"testing"

	"pickstation/order"
	"pickstation/station"
)

// countedStore counts how often the lists of the screen are read.
type countedStore struct {
	dbStore
	queues *atomic.Int64
}

// Queue implements station.Store.
func (s countedStore) Queue(op order.OperatorID, limit int) ([]station.QueueRow, int, error) {
	s.queues.Add(1)
	return s.dbStore.Queue(op, limit)
}

// A busy bench hears many times a second how much of its log the centre has: the lists of
// the screen are not read again for it, and the count of unsent events is right all the same.
func TestMarksOfTheLogReadNoListAgain(t *testing.T) {
	b := stock(t, t.TempDir(), goods("1", 2, 3), goods("2", 1, 1))
	var queues atomic.Int64
	b.start(func(o *station.Options) { o.Store = countedStore{dbStore{b.db}, &queues} })
	b.want(order.OK, badgeLi, "X1", item(1))
	unsent := b.settle().Sync.Unsent
	before := queues.Load()
	err := b.loop.WriteChange(t.Context(), func(tx station.Tx) (station.Change, error) {
		db := tx.(interface {
			Acked(id order.LogID, acked, stable uint64) error
		})
		return station.Change{LogOnly: true}, db.Acked(b.logID, 2, 2)
	})
	if err != nil {
		t.Fatal(err)
	}
	if v := b.loop.View(); v.Sync.Unsent != unsent-2 {
		t.Errorf("%d unsent after two of %d were taken", v.Sync.Unsent, unsent)
	}
	if n := queues.Load(); n != before {
		t.Errorf("the queue was read %d times for a mark", n-before)
	}
	if err := b.pull(goods("3", 1, 1), 0); err != nil {
		t.Fatal(err)
	}
	if v := b.loop.View(); queues.Load() == before || v.QueueTotal != 3 {
		t.Errorf("news are not in the queue: %d orders", v.QueueTotal)
	}
}
