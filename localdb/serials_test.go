package localdb

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The migration to units by serial reads what an older program stored; a damaged list of
// serials keeps nobody from opening the database.
func TestUnitsOfAnOlderDatabaseAreKnownByTheirSerials(t *testing.T) {
	v := slices.IndexFunc(migrations, func(text string) bool { return strings.Contains(text, "CREATE TABLE serials(") })
	c, err := openConn(filepath.Join(t.TempDir(), "station.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	for _, text := range migrations[:v] {
		if err := c.script(text); err != nil {
			t.Fatal(err)
		}
	}
	line := "INSERT INTO lines(sid, no, qty, sku, name_zh, name_en, location, picked, packed, short, short_reason, serials, lots, last) VALUES"
	if err := c.script(line + `(1,1,1,'S','','','',1,0,0,'','["A1",null]','',0),(1,2,1,'S','','','',1,0,0,'','{','',0),(2,1,1,'S','','','',0,0,0,'','','',0);`); err != nil {
		t.Fatal(err)
	}
	if err := c.script(migrations[v]); err != nil {
		t.Fatal(err)
	}
	var got []string
	if err := c.query("SELECT serial || '/' || sid || '/' || no FROM serials", func(r row) error {
		got = append(got, r.text(0))
		return nil
	}); err != nil || !slices.Equal(got, []string{"A1/1/1"}) {
		t.Errorf("%v %v", got, err)
	}
}
