package central_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"testing"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/order"
)

// counted is a store that counts transactions, and what they allocate, and fails one of them.
type counted struct {
	central.Store
	n, fails int
	bytes    uint64
	listed   int // lists of stations that were read
}

// listing is a transaction that counts lists of stations.
type listing struct {
	central.Tx
	of *counted
}

func (l listing) Stations(warehouse string) ([]*central.Station, error) {
	l.of.listed++
	return l.Tx.Stations(warehouse)
}

func (c *counted) Write(ctx context.Context, fn func(tx central.Tx) error) error {
	if c.n++; c.n == c.fails {
		return order.Errorf(central.CodeStoreAway, "the change was not stored")
	}
	return c.Store.Write(ctx, func(tx central.Tx) error {
		before := allocated()
		defer func() { c.bytes += allocated() - before }()
		return fn(listing{tx, c})
	})
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// overCounted makes a centre over such a store.
func overCounted(t *testing.T) (*counted, *centraltest.Centre) {
	t.Helper()
	store := &counted{}
	return store, over(t, store, &store.Store)
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
	store, c := overCounted(t)
	for _, batch := range []struct{ orders, lines, writes int }{{50, 4, 1}, {5, 500, 2}, {2, 2000, 2}} {
		store.n = 0
		results, err := c.Intake(t.Context(), centraltest.By(), batchOf(batch.orders, batch.lines))
		equal(t, "error", err, nil)
		equal(t, "outcomes", cameTo(results), []string{central.OutcomeNew})
		equal(t, fmt.Sprintf("transactions of %d orders with %d lines", batch.orders, batch.lines), store.n, batch.writes)
	}

	store.n, store.fails = 0, 2
	batch := batchOf(5, 501)
	_, err := c.Intake(t.Context(), centraltest.By(), batch)
	equal(t, "a part was not stored", code(err), central.CodeStoreAway)
	results, err := c.Intake(t.Context(), centraltest.By(), batch)
	equal(t, "sent again", err, nil)
	equal(t, "outcomes", cameTo(results), []string{central.OutcomeUnchanged, central.OutcomeNew})
}

// TestPINsAreHashedBeforeTheStoreIsHeld imports people with PINs, whose verifiers take
// 19 MiB each (see order.HashPIN): 400 of them kept benches from the store for ten seconds.
func TestPINsAreHashedBeforeTheStoreIsHeld(t *testing.T) {
	store, c := overCounted(t)
	store.bytes = 0
	boss := central.Badge{Operator: order.Operator{ID: "op1", Name: "张三"}, Badge: "B-77", PIN: "2468"}
	n, err := c.PutOperators(t.Context(), "", []central.Badge{boss})
	equal(t, "error", err, nil)
	equal(t, "changed", n, 1)
	if store.bytes > 8<<20 {
		t.Errorf("transactions took %d bytes", store.bytes)
	}
}

// TestABackupOfManyLogsHoldsFewAtATime counts transactions: one that made 50,000 logs stable
// kept each of them from its bench for nine seconds.
func TestABackupOfManyLogsHoldsFewAtATime(t *testing.T) {
	store, c := overCounted(t)
	const logs = 450
	id := func(n int) order.LogID { return order.LogID(fmt.Sprintf("%032x", n)) }
	err := store.Write(t.Context(), func(tx central.Tx) error {
		for n := range logs {
			if err := tx.PutLog(&central.Log{ID: id(n), Station: "b1", HWM: 7}); err != nil {
				return err
			}
		}
		return nil
	})
	equal(t, "error", err, nil)
	m, err := c.MarkBackup(t.Context())
	equal(t, "error", err, nil)
	store.n = 0
	equal(t, "error", c.DeclareBackup(t.Context(), m), nil)
	equal(t, "transactions", store.n, 4) // three parts, and the note
	err = store.Read(t.Context(), func(r central.Reader) error {
		for n := range logs {
			if l, err := r.Log(id(n)); err != nil || l.Stable != 7 {
				t.Fatalf("log %d: %+v %v", n, l, err)
			}
		}
		return nil
	})
	equal(t, "error", err, nil)
}

// TestOrdersThatWaitForOtherGoodsAreNotReviewedAgain counts transactions: with 2,000 such
// orders a catalogue of 10,000 entries took 25 seconds.
func TestOrdersThatWaitForOtherGoodsAreNotReviewedAgain(t *testing.T) {
	store, c := overCounted(t)
	put := func(sku order.SKU) (writes int) {
		t.Helper()
		before := store.n
		_, err := c.PutProducts(t.Context(), "", []order.Product{{SKU: sku}})
		equal(t, "error", err, nil)
		return store.n - before
	}
	put("OTHER")
	ids := []order.OrderID{c.Put(t, centraltest.Order("1")), c.Put(t, centraltest.Order("2"))} // pears are not known
	equal(t, "transactions for other goods", put("PLUM"), 1)
	equal(t, "transactions for goods that two orders wait for", put("PEAR"), 3)
	for _, id := range ids {
		equal(t, "state", c.View(t, id).State, order.StateCode("awaiting_pick"))
	}
}

// TestABenchThatMayNotBeginLooksForOtherBenchesOnce counts what a heartbeat asks where all
// work begins in another zone: with 30 benches and 500 orders it held the store for four seconds.
func TestABenchThatMayNotBeginLooksForOtherBenchesOnce(t *testing.T) {
	store, c := overCounted(t)
	dry, _ := zoned(t, c)
	for i := range 5 {
		pears := centraltest.Order(fmt.Sprint(i))
		pears.Lines = pears.Lines[1:]
		c.Put(t, pears)
	}
	store.listed = 0
	equal(t, "granted", c.Lease(t, dry, 5).Granted, 0)
	equal(t, "lists of stations", store.listed, 1)
}
