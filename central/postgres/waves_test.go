package postgres_test

import (
	"fmt"
	"sync"
	"testing"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
)

// TestBenchesThatAskSeveralCentresAtOnceGetAWaveWhole lets benches ask for work while waves
// wait: each wave goes to one bench with all of its orders, and nothing goes to two.
func TestBenchesThatAskSeveralCentresAtOnceGetAWaveWhole(t *testing.T) {
	all := centres(t, 2)
	for i := range 24 {
		all[0].Put(t, centraltest.Order(fmt.Sprint(i)))
	}
	waves := map[string]int{} // orders of each
	for range 3 {
		w, err := all[0].MakeWave(t.Context(), central.WaveRequest{Mode: order.BatchWall, Size: 6})
		if err != nil {
			t.Fatal(err)
		}
		waves[w.ID] = len(w.Shipments)
	}
	var benches []*centraltest.Bench
	for i := range 8 {
		benches = append(benches, all[0].NewBench(t, order.StationID(fmt.Sprint("bench-", i))))
	}
	for round := range 3 {
		var wait sync.WaitGroup
		for i, b := range benches {
			wait.Go(func() { all[(i+round)%2].Lease(t, b, round+1) })
		}
		wait.Wait()
	}
	at, owners := map[string]map[order.StationID]int{}, map[order.ShipmentID]order.StationID{}
	err := all[0].Store.Read(t.Context(), func(r central.Reader) error {
		for _, b := range benches {
			held, err := r.LeasedTo(b.ID)
			if err != nil {
				return err
			}
			for _, sh := range held {
				if other, taken := owners[sh.ID]; taken {
					t.Errorf("%s is at %s and %s", sh.ID, other, b.ID)
				}
				if owners[sh.ID] = b.ID; sh.Wave == nil {
					continue
				}
				if at[sh.Wave.ID] == nil {
					at[sh.Wave.ID] = map[order.StationID]int{}
				}
				at[sh.Wave.ID][b.ID]++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for id, n := range waves {
		for b, got := range at[id] {
			if len(at[id]) != 1 || got != n {
				t.Errorf("%d of %d orders of wave %s are at %s", got, n, id, b)
			}
		}
	}
	if len(at) != 3 {
		t.Errorf("waves at benches: %v", at)
	}
}
