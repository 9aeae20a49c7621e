package localdb

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pickstation/order"
	"pickstation/sync/wire"
)

// mixUp appends refused scans of one SKU in place of another.
func mixUp(t *testing.T, db *DB, n int, want, saw order.SKU) {
	t.Helper()
	inTx(t, db, func(tx *Tx) error {
		for range n {
			e := order.Event{Type: order.EventRefused, V: 1, At: testTime.UnixMilli(), Verdict: order.WrongItem, Want: want, Saw: saw}
			if err := tx.Append(&e); err != nil {
				return err
			}
		}
		return nil
	})
}

// memory is the whole table of look-alikes, as what was mixed up and how often.
func memory(t *testing.T, db *DB) map[string]int64 {
	t.Helper()
	all := map[string]int64{}
	if err := db.w.query("SELECT want, saw, n + gone, n, gone FROM lookalikes", func(r row) error {
		all[fmt.Sprintf("%s>%s", r.text(0), r.text(1))] = r.int(2)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

func twins(t *testing.T, db *DB, sku order.SKU) []order.Twin {
	t.Helper()
	list, err := db.Twins(sku, 10)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestMixupsAreRememberedBothWaysAndOverARestart(t *testing.T) {
	db, h := openNew(t)
	inTx(t, db, func(tx *Tx) error {
		_, err := tx.ApplyFeed([]wire.FeedRow{rowOf(t, 1, wire.RowProduct, "fig", order.Product{SKU: "fig", Name: order.Names{ZH: "无花果", EN: "Fig"}})}, 1, 1)
		return err
	})
	mixUp(t, db, 2, "mango", "fig")
	mixUp(t, db, 1, "fig", "mango")
	mixUp(t, db, 1, "mango", "lychee")
	want := []order.Twin{{SKU: "fig", Name: order.Names{ZH: "无花果", EN: "Fig"}, N: 3}, {SKU: "lychee", N: 1}}
	if diff := cmp.Diff(want, twins(t, db, "mango")); diff != "" {
		t.Error(diff)
	}
	if got := twins(t, db, "fig"); len(got) != 1 || got[0].SKU != "mango" || got[0].N != 3 {
		t.Errorf("twins of fig: %+v", got)
	}
	dir := db.dir
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	again := openAt(t, dir, h)
	defer again.Close()
	if diff := cmp.Diff(want, twins(t, again, "mango")); diff != "" {
		t.Errorf("after a restart: %s", diff)
	}
}

func TestAMixupOfAnUndoneTransactionIsForgotten(t *testing.T) {
	db, _ := openNew(t)
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	e := order.Event{Type: order.EventRefused, V: 1, At: testTime.UnixMilli(), Want: "mango", Saw: "fig"}
	if err := tx.Append(&e); err != nil {
		t.Fatal(err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if got := twins(t, db, "mango"); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestMixupsCountedAgainFromTheEventsAreTheSame(t *testing.T) {
	db, _ := openNew(t)
	mixUp(t, db, 3, "mango", "fig")
	mixUp(t, db, 2, "mango", "lychee")
	// The centre has the first two and cannot lose them: they are deleted here. From the
	// fourth on its history is another one: those are issued again in a new log.
	log := db.Log()
	inTx(t, db, func(tx *Tx) error {
		if err := tx.Acked(log, 3, 2); err != nil {
			return err
		}
		_, err := tx.Prune(testTime.Add(time.Minute), 1000)
		return err
	})
	newLog(t, db, log, 4, StartedFork)
	mixUp(t, db, 1, "fig", "durian")
	before := memory(t, db)
	if before["mango>fig"] != 3 || before["mango>lychee"] != 2 || before["fig>durian"] != 1 {
		t.Fatalf("counted %v", before)
	}
	inTx(t, db, func(tx *Tx) error { return tx.exec("UPDATE lookalikes SET n = 77") }) // lost
	inTx(t, db, func(tx *Tx) error { return tx.RebuildLookAlikes() })
	if diff := cmp.Diff(before, memory(t, db)); diff != "" {
		t.Error(diff)
	}
}

func TestAPairThatWasNotMixedUpForHalfAYearIsForgotten(t *testing.T) {
	db, h := openNew(t)
	mixUp(t, db, 3, "mango", "fig")
	h.advance(lookalikesFor - time.Hour)
	if got := twins(t, db, "mango"); len(got) != 1 {
		t.Errorf("before: %+v", got)
	}
	h.advance(2 * time.Hour)
	if got := twins(t, db, "mango"); len(got) != 0 {
		t.Errorf("after: %+v", got)
	}
}
