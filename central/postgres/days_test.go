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

func TestOldDaysAreTakenOutOnlyWhenACopyCoversThem(t *testing.T) {
	at := pgtest.Database(t)
	s := open(t, at)
	c := centraltest.Over(t, s, filepath.Join(t.TempDir(), "c"), centraltest.NewClock())
	if err := s.MakeDays(t.Context(), centraltest.Start, centraltest.Start.AddDate(0, 0, 3)); err != nil {
		t.Fatal(err)
	}
	b := c.NewBench(t, "bench-1")
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
