package central_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/central/sqlite"
	"pickstation/order"
)

// counted is a store that counts transactions and fails one of them.
type counted struct {
	central.Store
	n, fails int
}

func (c *counted) Write(ctx context.Context, fn func(tx central.Tx) error) error {
	if c.n++; c.n == c.fails {
		return order.Errorf(central.CodeStoreAway, "the change was not stored")
	}
	return c.Store.Write(ctx, fn)
}

// batchOf makes n orders of some lines each, numbered.
func batchOf(n, lines int) []central.OrderIn {
	all := make([]central.OrderIn, n)
	for i := range all {
		all[i] = centraltest.Order(fmt.Sprintf("%d-%d", lines, i))
		one := all[i].Lines[0]
		all[i].Lines = make([]central.LineIn, lines)
		for k := range all[i].Lines {
			all[i].Lines[k] = one
			all[i].Lines[k].SKU = order.SKU(fmt.Sprintf("SKU-%d", k))
		}
	}
	return all
}

func cameTo(results []central.IntakeResult) []string {
	var all []string
	for _, r := range results {
		all = append(all, r.Outcome)
	}
	return slices.Compact(all)
}

// TestALargeBatchOfOrdersDoesNotHoldTheStore counts the transactions that benches can come
// between: one of 500 orders with 800 lines each took SQLite's only writer ten seconds.
func TestALargeBatchOfOrdersDoesNotHoldTheStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "central.db")
	file, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	store := &counted{Store: file}
	c := centraltest.Over(t, store, path, centraltest.NewClock())
	for _, batch := range []struct{ orders, lines, writes int }{{50, 4, 1}, {5, 500, 2}, {2, 2000, 2}} {
		store.n = 0
		results, err := c.Intake(t.Context(), centraltest.By(), batchOf(batch.orders, batch.lines))
		equal(t, "error", err, nil)
		equal(t, "outcomes", cameTo(results), []string{central.OutcomeNew})
		equal(t, fmt.Sprintf("transactions of %d orders with %d lines", batch.orders, batch.lines), store.n, batch.writes)
	}

	store.n, store.fails = 0, 2
	batch := batchOf(5, 501)
	_, err = c.Intake(t.Context(), centraltest.By(), batch)
	equal(t, "a part was not stored", code(err), central.CodeStoreAway)
	results, err := c.Intake(t.Context(), centraltest.By(), batch)
	equal(t, "sent again", err, nil)
	equal(t, "outcomes", cameTo(results), []string{central.OutcomeUnchanged, central.OutcomeNew})
}
