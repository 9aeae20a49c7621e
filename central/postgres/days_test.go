package postgres_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/central/postgres"
	"pickstation/central/postgres/pgtest"
	"pickstation/order"
	"pickstation/sync/wire"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func addEvent(t *testing.T, s *postgres.Store, seq uint64, at time.Time) {
	t.Helper()
	err := s.Write(t.Context(), func(tx central.Tx) error {
		return tx.AddEvents([]central.EventRow{{LogNo: 1, Seq: seq, Hash: order.Hash{byte(seq)}, Type: "noted", At: at, ReceivedAt: at, Body: []byte("{}")}})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// rowsIn counts rows of tables past the store.
func rowsIn(t *testing.T, at string, tables ...string) string {
	t.Helper()
	var all []string
	for _, table := range tables {
		var n int
		err := query(t, at, "SELECT count(*) FROM "+table, &n)
		all = append(all, fmt.Sprint(n))
		if err != nil {
			t.Fatal(err)
		}
	}
	return strings.Join(all, " ")
}

func TestEachDayOfEventsHasItsOwnTable(t *testing.T) {
	at := pgtest.Database(t)
	s := open(t, at)
	addEvent(t, s, 1, noon)
	addEvent(t, s, 2, noon.AddDate(0, 0, 1))
	addEvent(t, s, 3, noon.AddDate(100, 0, 0))
	if got := rowsIn(t, at, "events", "events_rest"); got != "3 3" {
		t.Errorf("before: %s", got)
	}
	if err := s.MakeDays(t.Context(), noon, noon.AddDate(0, 0, 2)); err != nil {
		t.Fatal(err)
	}
	addEvent(t, s, 4, noon.Add(12*time.Hour-time.Millisecond)) // the last moment of the day
	addEvent(t, s, 5, noon.Add(12*time.Hour))                  // the first one of the next
	if got := rowsIn(t, at, "events", "events_rest", "events_20260302", "events_20260303", "events_20260304"); got != "5 1 2 2 0" {
		t.Errorf("after: %s", got)
	}
	err := s.Read(t.Context(), func(r central.Reader) error {
		all, err := r.Hashes(1, 1, 5)
		if len(all) != 5 || all[3] != (order.Hash{3}) {
			t.Errorf("hashes %v", all)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	days, err := s.Days(t.Context())
	if err != nil || len(days) < 4 || days[0].Table != "events_20260302" || !days[0].From.Equal(noon.Truncate(24*time.Hour)) || days[0].Bytes == 0 {
		t.Errorf("days %+v, %v", days, err)
	}
}

// TestPartitionsAreMadeAheadWhileEventsComeIn lets three processes make the same days
// while events come in on them.
func TestPartitionsAreMadeAheadWhileEventsComeIn(t *testing.T) {
	at := pgtest.Database(t)
	stores := []*postgres.Store{open(t, at), open(t, at), open(t, at)}
	var wait sync.WaitGroup
	for n, s := range stores {
		wait.Go(func() {
			if err := s.MakeDays(t.Context(), noon, noon.AddDate(0, 0, 10)); err != nil {
				t.Error(err)
			}
		})
		wait.Go(func() {
			for i := range 60 {
				addEvent(t, s, uint64(100*n+i), noon.AddDate(0, 0, i%12))
			}
		})
	}
	wait.Wait()
	if got := rowsIn(t, at, "events", "events_rest", "events_20260302", "events_20260312"); got != "180 15 15 15" {
		t.Errorf("rows %s", got) // the twelfth day has no partition
	}
}

func notDetachable(err error) bool {
	var known *order.Error
	return errors.As(err, &known) && known.Code == "not_detachable" && known.Hint != ""
}

// withDays is a centre with a bench and tables for three days.
func withDays(t *testing.T, at string) (*postgres.Store, *centraltest.Centre, *centraltest.Bench) {
	t.Helper()
	s := open(t, at)
	c := centraltest.Over(t, s, filepath.Join(t.TempDir(), "c"), centraltest.NewClock())
	if err := s.MakeDays(t.Context(), centraltest.Start, centraltest.Start.AddDate(0, 0, 3)); err != nil {
		t.Fatal(err)
	}
	return s, c, c.NewBench(t, "bench-1")
}

func TestOldDaysAreTakenOutOnlyWhenACopyCoversThem(t *testing.T) {
	at := pgtest.Database(t)
	s, c, b := withDays(t, at)
	for range 10 {
		b.Add(order.Event{Type: order.EventNoted})
	}
	c.PushRange(t, b, 0, 6)
	c.Clock.Advance(24 * time.Hour)
	c.PushRange(t, b, 6, 8)
	next, later := centraltest.Start.AddDate(0, 0, 1).Truncate(24*time.Hour), centraltest.Start.AddDate(1, 0, 0)
	if _, err := s.Detach(t.Context(), next, centraltest.Start.AddDate(0, 0, 30)); !notDetachable(err) {
		t.Errorf("a young day: %v", err)
	}
	if _, err := s.Detach(t.Context(), next, later); !notDetachable(err) {
		t.Errorf("without a copy: %v", err)
	}
	if err := c.Backup(t.Context(), filepath.Join(t.TempDir(), "copy.sql")); err != nil {
		t.Fatal(err)
	}
	out, err := s.Detach(t.Context(), next, later)
	if err != nil || len(out) != 1 || out[0].Table != "events_20260302" {
		t.Fatalf("taken out: %+v, %v", out, err)
	}
	if got := rowsIn(t, at, "events", "events_20260302"); got != "2 6" {
		t.Errorf("rows %s", got)
	}
	if got := c.PushRange(t, b, 8, 10); got.Code != wire.CodeOK || got.HWM != 10 {
		t.Errorf("the log goes on with %s, mark %d", got.Code, got.HWM)
	}
	if got := c.PushRange(t, b, 6, 10); got.Code != wire.CodeOK && got.HWM != 10 {
		t.Errorf("sent again: %s, mark %d", got.Code, got.HWM)
	}
}

// A bench that is switched off for a season keeps events whose day was taken out since. After a
// failover it finds no trace of its log, and issues them anew: they were counted twice.
func TestWhatIsIssuedAnewCountsOnceThoughItsDayWasTakenOut(t *testing.T) {
	at := pgtest.Database(t)
	s, c, b := withDays(t, at)
	id := c.Put(t, centraltest.Order("1"))
	c.Lease(t, b, 1)
	sh := c.View(t, id).Shipments[0].ID
	pick := order.Event{Type: order.EventPicked, Shipment: sh, Line: 1, Qty: 1}
	lost := pick // it came in another log before
	lost.Orig = &order.FactID{Log: order.LogID(strings.Repeat("ab", 16)), Seq: 4, Hash: order.Hash{1}}
	b.Add(pick)
	b.Add(lost)
	c.PushRange(t, b, 0, 2)
	if err := c.Backup(t.Context(), filepath.Join(t.TempDir(), "copy.sql")); err != nil {
		t.Fatal(err)
	}
	c.Clock.Advance(postgres.MinimumAge + 48*time.Hour)
	if out, err := s.Detach(t.Context(), centraltest.Start.AddDate(0, 0, 1).Truncate(24*time.Hour), c.Clock.Now()); err != nil || len(out) != 1 {
		t.Fatalf("taken out: %+v, %v", out, err)
	}
	if _, err := c.Restored(t.Context()); err != nil {
		t.Fatal(err)
	}
	old, events := b.Log, b.Events
	h, bodies := b.Message(0, 2)
	h.Timeline = 0
	if r, err := c.Push(t.Context(), b.ID, h, bodies); err != nil || r.Code != wire.CodeFork {
		t.Fatalf("its log: %+v, %v", r, err)
	}
	b.NewLog()
	b.Timeline = 0
	for _, e := range events {
		if e.Orig == nil {
			e.Orig = &order.FactID{Log: old, Seq: e.Seq, Hash: e.Hash}
		}
		b.Add(e)
	}
	for _, r := range c.PushRange(t, b, 0, 2).Results {
		if r.Outcome != wire.Duplicate {
			t.Errorf("event %d is %s", r.Seq, r.Outcome)
		}
	}
	if n := c.View(t, id).Shipments[0].Lines[0].Picked; n != 2 {
		t.Errorf("%d units are picked, want 2", n)
	}
}
