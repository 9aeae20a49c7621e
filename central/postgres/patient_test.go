package postgres_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"pickstation/central"
	"pickstation/central/postgres/pgtest"
)

// After a pause of the centre thousands begin to wait for news at once. Who tells something
// meanwhile does not stand in their queue.
func TestWhoWaitsForNewsLeavesConnectionsToOthers(t *testing.T) {
	s := open(t, pgtest.Database(t))
	free, first := make(chan struct{}), make(chan struct{})
	var once sync.Once
	var patient sync.WaitGroup
	for range 100 {
		patient.Go(func() {
			err := s.Read(central.Patient(context.WithoutCancel(t.Context())), func(central.Reader) error {
				once.Do(func() { close(first) })
				<-free
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	<-first
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second) // else it would be for ever
	defer cancel()
	for n := range 100 {
		if err := s.Read(ctx, func(r central.Reader) error { _, err := r.Stations(""); return err }); err != nil {
			t.Errorf("read %d: %v", n, err)
			break
		}
	}
	close(free)
	patient.Wait()
}
