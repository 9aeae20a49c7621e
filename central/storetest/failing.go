package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"pickstation/central"
)

func failedWrite(t *testing.T, s central.Store) {
	err := s.Write(t.Context(), func(tx central.Tx) error {
		if err := tx.SetMeta("a", "1"); err != nil {
			return err
		}
		return errStop
	})
	if !errors.Is(err, errStop) {
		t.Errorf("error %v", err)
	}
	same(t, "meta", meta(t, s, "a"), "")
}

func failAlone(t *testing.T, s central.Store) {
	var all sync.WaitGroup
	var mu sync.Mutex
	failed := 0
	for i := range 100 {
		all.Go(func() {
			err := s.Write(t.Context(), func(tx central.Tx) error {
				if err := tx.SetMeta(fmt.Sprint(i), "x"); err != nil {
					return err
				}
				if _, err := tx.Next("n", 1); err != nil {
					return err
				}
				if i%2 == 1 {
					return errStop
				}
				return nil
			})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed++
			}
			if (err != nil) != (i%2 == 1) {
				t.Errorf("writer %d: %v", i, err)
			}
		})
	}
	all.Wait()
	for i := range 100 {
		if got := meta(t, s, fmt.Sprint(i)) == "x"; got != (i%2 == 0) {
			t.Errorf("writer %d: stored %v", i, got)
		}
	}
	write(t, s, func(tx central.Tx) error {
		n, err := tx.Next("n", 1)
		same(t, "counter", n, int64(51))
		return err
	})
}

// brokenAlone lets every second of writers that share commits break a rule of the
// tables in the middle of its work.
func brokenAlone(t *testing.T, s central.Store) {
	event := []central.EventRow{{LogNo: 1, Seq: 1, Type: "picked", At: noon, ReceivedAt: noon, Body: []byte("{}")}}
	write(t, s, func(tx central.Tx) error { return tx.AddEvents(event) })
	var all sync.WaitGroup
	for i := range 60 {
		all.Go(func() {
			err := s.Write(t.Context(), func(tx central.Tx) error {
				if err := tx.SetMeta(fmt.Sprint(i), "x"); err != nil {
					return err
				}
				if i%2 == 1 {
					if err := tx.AddEvents(event); err != nil {
						return err
					}
				}
				return tx.SetMeta(fmt.Sprint("after ", i), "x")
			})
			if (err != nil) != (i%2 == 1) {
				t.Errorf("writer %d: %v", i, err)
			}
		})
	}
	all.Wait()
	for i := range 60 {
		want := ""
		if i%2 == 0 {
			want = "x"
		}
		same(t, fmt.Sprint("writer ", i), []string{meta(t, s, fmt.Sprint(i)), meta(t, s, fmt.Sprint("after ", i))}, []string{want, want})
	}
}

// brokenLast lets every second of writers that share commits end with a statement
// that breaks a rule of the tables, after one whose answer it waited for.
func brokenLast(t *testing.T, s central.Store) {
	event := []central.EventRow{{LogNo: 1, Seq: 1, Type: "picked", At: noon, ReceivedAt: noon, Body: []byte("{}")}}
	write(t, s, func(tx central.Tx) error { return tx.AddEvents(event) })
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			err := s.Write(t.Context(), func(tx central.Tx) error {
				if err := tx.SetMeta(fmt.Sprint(i), "x"); err != nil {
					return err
				}
				if _, err := tx.Meta("timeline"); err != nil {
					return err
				}
				for range i % 3 {
					if err := tx.SetMeta(fmt.Sprint("after ", i), "x"); err != nil {
						return err
					}
				}
				if i%2 == 1 {
					return tx.AddEvents(event)
				}
				return nil
			})
			if (err != nil) != (i%2 == 1) {
				t.Errorf("writer %d: %v", i, err)
			}
		})
	}
	all.Wait()
	for i := range 200 {
		if got := meta(t, s, fmt.Sprint(i)) == "x"; got != (i%2 == 0) {
			t.Errorf("writer %d: stored %v", i, got)
		}
	}
}

func panics(t *testing.T, s central.Store) {
	err := s.Write(t.Context(), func(tx central.Tx) error {
		if err := tx.SetMeta("a", "1"); err != nil {
			return err
		}
		var none *central.Order
		return tx.PutOrder(none)
	})
	same(t, "error", code(err), "internal")
	same(t, "meta", meta(t, s, "a"), "")
	write(t, s, func(tx central.Tx) error { return tx.SetMeta("b", "2") })
	same(t, "the next writer", meta(t, s, "b"), "2")
}

func cancelled(t *testing.T, s central.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Write(ctx, func(tx central.Tx) error { return tx.SetMeta("a", "1") }); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	same(t, "meta", meta(t, s, "a"), "")
}
