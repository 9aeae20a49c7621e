package localdb

import (
	"os"
	"path/filepath"
	"testing"
)

func TestSalvageNamesTablesWhosePlaceIsLost(t *testing.T) {
	dir, all := bench4000(t)
	path, sound := foldedCopy(t, dir)
	p, err := openPages(path)
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	_, inner, last, _, err := p.cells(1)
	if err != nil || len(inner) == 0 {
		t.Fatal("the schema stands on one page", err)
	}
	named := map[string]bool{}
	for no := range len(inner) + 1 {
		page := last
		if no < len(inner) {
			page = inner[no].child
		}
		b := append([]byte(nil), sound...)
		clear(b[int(page-1)*p.size:][:p.size])
		if err := os.WriteFile(path+".bad", b, 0o600); err != nil {
			t.Fatal(err)
		}
		rep, _ := checkSalvage(t, path+".bad", all)
		tables := 0
		for i := range rep.Tables {
			if n := &rep.Tables[i]; n.LostSchema && n.Rows == 0 {
				named[n.Name] = true
				tables++
			}
		}
		if tables == 0 || len(rep.Lost()) < tables {
			t.Errorf("page %d of the schema is lost: %q", page, rep.Lost())
		}
	}
	schema, err := schemaOf(openedAt(t, path))
	if err != nil {
		t.Fatal(err)
	}
	for name := range schema {
		if name != "identity" && name != "session" && name != "events" && !named[name] {
			t.Errorf("table %s was lost with no page", name)
		}
	}
}

func openedAt(t *testing.T, path string) *conn {
	t.Helper()
	c, err := openConn(ownDisk.dsn(path, "mode=ro"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.close() })
	return c
}

func TestSalvageOfAnOlderDatabaseMissesNothingThatItNeverHad(t *testing.T) {
	file := filepath.Join(t.TempDir(), dbFile)
	c, err := openConn(ownDisk.dsn(file, "_journal_mode=DELETE"))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.script(migrations[0] + "PRAGMA user_version=1; INSERT INTO products VALUES('s','{}')"); err != nil {
		t.Fatal(err)
	}
	c.close()
	rep, err := Salvage(t.Context(), file, file+".saved")
	if err != nil || len(rep.Lost()) != 0 {
		t.Errorf("%q %v", rep.Lost(), err)
	}
}
