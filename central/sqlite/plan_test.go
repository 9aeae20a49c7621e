package sqlite_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"pickstation/central"
	"pickstation/central/records"
	"pickstation/order"
)

// asked notes the statement that a list is read with.
type asked struct {
	records.DB
	query string
	args  []any
}

func (a *asked) Each(query string, args []any, _ func(scan func(...any) error) error) error {
	a.query, a.args = query, args
	return nil
}

func (a *asked) One(query string, args []any, _ ...any) (bool, error) {
	a.query, a.args = query, args
	return false, nil
}

// plan says how SQLite would find it.
func (a *asked) plan(t *testing.T, db *sql.DB) string {
	t.Helper()
	rows, err := db.Query("EXPLAIN QUERY PLAN "+a.query, a.args...)
	if err != nil {
		t.Fatal(err)
	}
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		plan = append(plan, step)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(plan, "; ")
}

// opened is the file of a new store, for questions of its own.
func opened(t *testing.T) *sql.DB {
	t.Helper()
	path := filepath.Join(t.TempDir(), "c.db")
	open(t, path)
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// An open count is looked for with each missing unit, among all tasks there are.
func TestAnOpenCountIsFoundByItsKey(t *testing.T) {
	db := opened(t)
	a := &asked{}
	if _, _, err := (&records.Handle{DB: a}).OpenCounts("main", order.TaskLine{SKU: "APPLE", From: "A-01-1"}); err != nil {
		t.Fatal(err)
	}
	if plan := a.plan(t, db); plan != "SEARCH tasks USING INDEX tasks_counts (counts=?)" {
		t.Error(plan)
	}
}

// TestAPageOfOrdersReadsThePageOnly asks SQLite how it would find one. A page of a shop with
// 300,000 orders took 0.8 s, for all of them were sorted, and with it one of four readers.
func TestAPageOfOrdersReadsThePageOnly(t *testing.T) {
	db := opened(t)
	for _, f := range []central.OrderFilter{{}, {Channel: "shop"}, {State: "paid"}, {Channel: "shop", External: "1"}} {
		a := &asked{}
		if _, err := (&records.Handle{DB: a}).Orders(f); err != nil {
			t.Fatal(err)
		}
		all := a.plan(t, db)
		if !strings.Contains(all, "SEARCH orders USING INDEX") || f.External == "" && strings.Contains(all, "ORDER BY") {
			t.Errorf("%+v: %s", f, all)
		}
	}
}
