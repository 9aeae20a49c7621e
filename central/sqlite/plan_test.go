package sqlite_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"pickstation/central"
	"pickstation/central/records"
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

// TestAPageOfOrdersReadsThePageOnly asks SQLite how it would find one. A page of a shop with
// 300,000 orders took 0.8 s, for all of them were sorted, and with it one of four readers.
func TestAPageOfOrdersReadsThePageOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.db")
	open(t, path)
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, f := range []central.OrderFilter{{}, {Channel: "shop"}, {State: "paid"}, {Channel: "shop", External: "1"}} {
		a := &asked{}
		if _, err := (&records.Handle{DB: a}).Orders(f); err != nil {
			t.Fatal(err)
		}
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
		all := strings.Join(plan, "; ")
		if !strings.Contains(all, "SEARCH orders USING INDEX") || f.External == "" && strings.Contains(all, "ORDER BY") {
			t.Errorf("%+v: %s", f, all)
		}
	}
}
