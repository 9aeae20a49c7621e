package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"pickstation/central"
	"pickstation/order"
	"pickstation/sync/wire"
)

// feedOrder lets eight writers emit while a reader follows: it must see every row.
func feedOrder(t *testing.T, s central.Store) {
	const writers, rows = 8, 40
	done := make(chan struct{})
	go func() {
		defer close(done)
		var all sync.WaitGroup
		for w := range writers {
			all.Go(func() {
				for i := range rows {
					station := order.StationID("")
					if i%2 == 1 {
						station = "s1"
					}
					err := s.Write(t.Context(), func(tx central.Tx) error {
						return tx.Emit("main", station, "work", fmt.Sprintf("%d-%d", w, i))
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
	}()
	seen, cursor := map[string]bool{}, int64(0)
	pull := func() {
		read(t, s, func(r central.Reader) error {
			refs, err := r.FeedAfter("main", "s1", cursor, 7)
			for _, ref := range refs {
				if ref.FS <= cursor {
					t.Errorf("row %d after cursor %d", ref.FS, cursor)
				}
				seen[ref.ID], cursor = true, ref.FS
			}
			return err
		})
	}
	for ended := false; !ended; {
		select {
		case <-done:
			ended = true
		default:
		}
		pull()
	}
	for last := int64(-1); last != cursor; {
		last = cursor
		pull()
	}
	same(t, "rows seen", len(seen), writers*rows)
}

// feedGaps lets every second of writers that share commits fail after it asked for
// the feed's head, which shows its own reference.
func feedGaps(t *testing.T, s central.Store) {
	var all sync.WaitGroup
	for i := range 60 {
		all.Go(func() {
			err := s.Write(t.Context(), func(tx central.Tx) error {
				if err := tx.Emit("main", "s1", "work", fmt.Sprint(i)); err != nil {
					return err
				}
				if i%3 == 0 {
					return nil
				}
				head, counter, err := tx.FeedHead("main", "s1")
				if err != nil || head != counter || head == 0 {
					return fmt.Errorf("head %d of %d, %w", head, counter, err)
				}
				if i%3 == 1 {
					return errStop
				}
				return nil
			})
			if errors.Is(err, errStop) != (i%3 == 1) {
				t.Errorf("writer %d: %v", i, err)
			}
		})
	}
	all.Wait()
	read(t, s, func(r central.Reader) error {
		refs, err := r.FeedAfter("main", "s1", 0, 100)
		for i, ref := range refs {
			same(t, "number", ref.FS, int64(i+1))
		}
		same(t, "rows", len(refs), 40)
		return err
	})
}

// oddTexts stores what a broken bench may send in an event and asks what a hostile
// caller may ask.
func oddTexts(t *testing.T, s central.Store) {
	var rows []central.EventRow
	for i, id := range []order.ShipmentID{"a\x00", "a\xff", "a\x1a00", "\xed\xa0\x80"} {
		rows = append(rows, central.EventRow{LogNo: 1, Seq: uint64(i + 1), Shipment: id, Type: "\x00", Why: "\x00", Body: []byte{0}})
	}
	write(t, s, func(tx central.Tx) error { return tx.AddEvents(rows) })
	for range 2 { // many at once, too
		rows = append(rows, rows...)
	}
	for i := range rows {
		rows[i].LogNo, rows[i].Seq = 2, uint64(i+1)
	}
	write(t, s, func(tx central.Tx) error { return tx.AddEvents(rows) })
	write(t, s, func(tx central.Tx) error {
		return errors.Join(tx.SetMeta("k\x00", "1"), tx.SetMeta("k\xff", "2"), tx.SetMeta("k", "3"))
	})
	same(t, "by odd names", []string{meta(t, s, "k\x00"), meta(t, s, "k\xff"), meta(t, s, "k"), meta(t, s, "\x00")},
		[]string{"1", "2", "3", ""})
	read(t, s, func(r central.Reader) error {
		found, err := r.Orders(central.OrderFilter{External: "\xff\x00", Channel: "\x00"})
		same(t, "orders", len(found), 0)
		return err
	})
}

func feedLatest(t *testing.T, s central.Store) {
	write(t, s, func(tx central.Tx) error {
		for _, e := range []struct {
			station order.StationID
			id      string
		}{{"", "a"}, {"s1", "w"}, {"s2", "x"}, {"", "b"}, {"", "a"}} {
			if err := tx.Emit("main", e.station, "work", e.id); err != nil {
				return err
			}
		}
		if err := tx.Emit("other", "", "work", "z"); err != nil {
			return err
		}
		if err := tx.Emit("main", "s1", "work", "gone"); err != nil {
			return err
		}
		return tx.Withdraw("main", "s1", "work", "gone")
	})
	read(t, s, func(r central.Reader) error {
		refs, err := r.FeedAfter("main", "s1", 0, 100)
		if err != nil {
			return err
		}
		var got []string
		for _, ref := range refs {
			got = append(got, fmt.Sprint(ref.FS, ref.ID))
		}
		same(t, "rows", got, []string{"2w", "4b", "5a"})
		head, counter, err := r.FeedHead("main", "s1")
		same(t, "head and counter", []int64{head, counter}, []int64{5, 6})
		return err
	})
}

// feedSums adds up references of all who may have some: only those to what s1 holds count.
func feedSums(t *testing.T, s central.Store) {
	write(t, s, func(tx central.Tx) error {
		open := &central.Task{Warehouse: "main", Task: order.Task{ID: "T1", Kind: order.TaskMove, At: noon}}
		over := &central.Task{Warehouse: "main", Task: order.Task{ID: "T2", Kind: order.TaskMove, Done: true, At: noon}}
		if err := errors.Join(tx.PutTask(open), tx.PutTask(over)); err != nil {
			return err
		}
		for _, e := range []struct {
			warehouse string
			station   order.StationID
			kind      wire.RowKind
			id        string
		}{{"main", "", wire.RowProduct, "a"}, {"main", "", wire.RowProduct, "b"}, {"main", "", wire.RowProduct, "a"}, {"other", "", wire.RowProduct, "c"},
			{"main", "s1", wire.RowInstruction, "i"}, {"main", "s2", wire.RowInstruction, "k"}, {"main", "", wire.RowTask, "T1"}, {"main", "", wire.RowTask, "T2"},
			{"main", "s1", wire.RowWork, "of nobody"}, {"main", "s1", wire.RowWorkGone, "g"}} {
			if err := tx.Emit(e.warehouse, e.station, string(e.kind), e.id); err != nil {
				return err
			}
		}
		return nil
	})
	sum := func(places ...int64) string {
		var s wire.Sum
		for _, fs := range places {
			s.Add(fs)
		}
		return s.String()
	}
	read(t, s, func(r central.Reader) error {
		got, err := r.FeedSums("main", "s1", 1<<40)
		same(t, "sums of a station that was moved", got[wire.RowProduct], sum(1<<40+2, 1<<40+3))
		return err
	})
	read(t, s, func(r central.Reader) error {
		got, err := r.FeedSums("main", "s1", 0)
		same(t, "sums", got, wire.Sums{wire.RowProduct: sum(2, 3), wire.RowInstruction: sum(4), wire.RowTask: sum(6), wire.RowWork: sum(),
			wire.RowLocation: sum(), wire.RowOperator: sum(), wire.RowFlow: sum(), wire.RowPolicy: sum()})
		return err
	})
}

func counters(t *testing.T, s central.Store) {
	var all sync.WaitGroup
	var mu sync.Mutex
	seen := map[int64]bool{}
	for range 50 {
		all.Go(func() {
			var first int64
			err := s.Write(t.Context(), func(tx central.Tx) (err error) {
				first, err = tx.Next("n", 2)
				return err
			})
			mu.Lock()
			defer mu.Unlock()
			if err != nil || seen[first] || seen[first+1] {
				t.Errorf("number %d given twice, or %v", first, err)
			}
			seen[first], seen[first+1] = true, true
		})
	}
	all.Wait()
	for i := int64(1); i <= 100; i++ {
		if !seen[i] {
			t.Errorf("number %d is missing", i)
		}
	}
}

func changed(t *testing.T, s central.Store) {
	emit := func(station order.StationID, then error) {
		err := s.Write(t.Context(), func(tx central.Tx) error { return errors.Join(tx.Emit("main", station, "work", "1"), then) })
		if !errors.Is(err, then) {
			t.Fatal(err)
		}
	}
	asleep := func(ch <-chan struct{}) {
		t.Helper()
		select {
		case <-ch:
			t.Error("woken by nothing")
		default:
		}
	}
	own, other := s.Changed("s1"), s.Changed("s2")
	emit("s1", errStop)
	write(t, s, func(tx central.Tx) error { return tx.SetMeta("a", "1") })
	asleep(own)
	emit("s1", nil)
	<-own
	asleep(other)
	own = s.Changed("s1")
	emit("", nil) // of the whole warehouse
	<-own
	<-other
}

func logs(t *testing.T, s central.Store) {
	a := &central.Log{ID: "a", Station: "s1", HWM: 5, Hash: order.Hash{1}, LastAt: noon}
	b := &central.Log{ID: "b", Station: "s1"}
	c := &central.Log{ID: "c", Station: "s2"}
	write(t, s, func(tx central.Tx) error { return errors.Join(tx.PutLog(a), tx.PutLog(b), tx.PutLog(c)) })
	a.Closed, a.Stable, a.HWM = true, 3, 1<<40
	write(t, s, func(tx central.Tx) error { return tx.PutLog(a) })
	write(t, s, func(tx central.Tx) error {
		got, err := tx.LockLog("a")
		same(t, "log", got, a)
		return err
	})
	read(t, s, func(r central.Reader) error {
		newest, err := r.NewestLog("s1")
		same(t, "newest", newest, b)
		return err
	})
	same(t, "epochs", []int64{a.Epoch, b.Epoch, c.Epoch}, []int64{1, 2, 1})
	if a.No == b.No || a.No == 0 {
		t.Errorf("numbers %d %d", a.No, b.No)
	}
}

func events(t *testing.T, s central.Store) {
	var rows []central.EventRow
	for i := range uint64(10) {
		rows = append(rows, central.EventRow{LogNo: 1, Seq: i + 1, Hash: order.Hash{byte(i)}, Type: "picked", At: noon, ReceivedAt: noon, Body: []byte("{}")})
	}
	write(t, s, func(tx central.Tx) error { return tx.AddEvents(rows) })
	if err := s.Write(t.Context(), func(tx central.Tx) error { return tx.AddEvents(rows[4:5]) }); err == nil {
		t.Error("an event was stored twice")
	}
	read(t, s, func(r central.Reader) error {
		got, err := r.Hashes(1, 3, 4)
		same(t, "hashes", got, map[uint64]order.Hash{3: {2}, 4: {3}})
		return err
	})
}

func facts(t *testing.T, s central.Store) {
	l := &central.Log{ID: "a", Station: "s1"}
	own := order.FactID{Log: "a", Seq: 1, Hash: order.Hash{7}}
	again := order.FactID{Log: "z", Seq: 9, Hash: order.Hash{8}}
	write(t, s, func(tx central.Tx) error {
		if err := tx.PutLog(l); err != nil {
			return err
		}
		if err := tx.AddEvents([]central.EventRow{{LogNo: l.No, Seq: 1, Hash: own.Hash, Body: []byte("x")}}); err != nil {
			return err
		}
		for _, want := range []bool{true, false} {
			if got, err := tx.AddFact(again); err != nil || got != want {
				return fmt.Errorf("new %v, %w", got, err)
			}
		}
		other := own
		other.Hash = order.Hash{6}
		for f, want := range map[order.FactID]bool{own: true, again: true, other: false} {
			if got, err := tx.HasFact(f); err != nil || got != want {
				return fmt.Errorf("fact %v known %v, %w", f, got, err)
			}
		}
		copied := again // of a copy that went on by itself
		copied.Hash = order.Hash{5}
		if _, err := tx.AddFact(copied); err != nil {
			return err
		}
		got, err := tx.Reissued("z", 1, 20)
		same(t, "re-issued", got, map[order.FactID]bool{again: true, copied: true})
		return err
	})
}
