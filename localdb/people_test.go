package localdb

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pickstation/order"
	"pickstation/sync/wire"
)

func TestOperatorsNamesAreInNoFileOfTheStation(t *testing.T) {
	const name = "Han Meimei 韩梅梅"
	db, h, _ := keptReceivers(t)
	row := rowOf(t, 900, wire.RowOperator, "op9", map[string]any{"id": "op9", "name": name, "roles": []string{"lead"}, "badge_hash": "b", "of_a_newer_centre": 1})
	apply(t, db, 900, row)
	parked := rowOf(t, 901, wire.RowOperator, "op10", map[string]any{"id": 10, "name": name}) // cannot be understood
	apply(t, db, 901, parked)
	check := func(db *DB, want string) {
		t.Helper()
		o, err := db.Operator("op9")
		if err != nil || o == nil || o.Name != want || db.OperatorName("op9") != want || !o.Has(order.RoleLead) {
			t.Errorf("%+v %v", o, err)
		}
	}
	check(db, name)
	if r, err := db.w.one("SELECT body FROM operators WHERE id='op9'"); err != nil || !strings.Contains(r.text(0), `"of_a_newer_centre":1`) {
		t.Errorf("the rest of the row: %s %v", r.text(0), err)
	}
	if list, err := parkedRows(db.w, db.keyring, nil, 10); err != nil || len(list) != 1 || !strings.Contains(string(list[0].Row.Body), name) {
		t.Errorf("the parked row cannot be tried again: %v %v", list, err)
	}
	dir := db.Dir()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if b, err := os.ReadFile(filepath.Join(dir, f.Name())); err != nil || bytes.Contains(b, []byte("Meimei")) {
			t.Errorf("%s tells the name: %v", f.Name(), err)
		}
	}
	db = openAt(t, dir, h)
	check(db, name)
	db.Close()
	// A key that is damaged costs the names until the centre sends them again, and stops nothing.
	if err := os.WriteFile(filepath.Join(dir, namesKeyFile), []byte(wrappedPrefix+strings.Repeat("00", 60)), 0o600); err != nil {
		t.Fatal(err)
	}
	db = openAt(t, dir, h)
	defer db.Close()
	check(db, "op9")
	apply(t, db, 902, row)
	check(db, name)
}
