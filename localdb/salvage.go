package localdb

import (
	"cmp"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pickstation/order"
)

// Salvaged says what could be saved of a damaged database, and what could not.
type Salvaged struct {
	Tables   []SalvagedTable `json:"tables"`
	Events   int             `json:"events"`   // that were saved
	Reissued int             `json:"reissued"` // of them, behind a gap: they stand in a new log
	Missing  []MissingEvents `json:"missing"`  // events that could not be read
	Dropped  []string        `json:"dropped"`  // shipments with parts missing; the centre sends them again

	// Events of a log whose name is lost stand in a file of their own, one a line.
	Unplaced int    `json:"unplaced"`
	Nameless string `json:"nameless,omitempty"`
}

// SalvagedTable counts what became of one table.
type SalvagedTable struct {
	Name      string `json:"table"`
	Rows      int    `json:"rows"`       // saved
	LostRows  int    `json:"lost_rows"`  // that make no sense
	LostPages int    `json:"lost_pages"` // that make no sense, with an unknown number of rows

	// Where the table lies was on a page that is lost, so nothing of it was found, or what
	// was found may not be all.
	LostSchema bool `json:"lost_schema"`
}

func (t *SalvagedTable) whole() bool { return t.LostRows == 0 && t.LostPages == 0 && !t.LostSchema }

// Lost says in words what could not be saved, one phrase each; nothing where all was.
// Events that the centre has are not lost.
func (s *Salvaged) Lost() (list []string) {
	var events uint64
	for _, m := range s.Missing {
		if !m.AtCentre {
			events += m.To - m.From + 1
		}
	}
	if events > 0 {
		list = append(list, fmt.Sprintf("%d events that the centre has not got", events))
	}
	if s.Unplaced > 0 {
		list = append(list, fmt.Sprintf("the log's name of %d events", s.Unplaced))
	}
	for i := range s.Tables {
		switch t := &s.Tables[i]; {
		case t.LostSchema:
			list = append(list, fmt.Sprintf("table %s (where it lies is not known)", t.Name))
		case !t.whole():
			list = append(list, fmt.Sprintf("%d rows and %d pages of %s", t.LostRows, t.LostPages, t.Name))
		}
	}
	if len(s.Dropped) > 0 {
		list = append(list, fmt.Sprintf("parts of %d shipments", len(s.Dropped)))
	}
	return list
}

// MissingEvents is a gap in an event log.
type MissingEvents struct {
	Log      order.LogID `json:"log"`
	From     uint64      `json:"from"`
	To       uint64      `json:"to"`
	AtCentre bool        `json:"at_centre"` // the centre has them: nothing is lost
}

// Salvage writes what can be read of a damaged database file, and of the write-ahead log
// beside it, into a new database. The file is only read, without SQLite; out must not be
// there. Events are searched on every page of the file, the rest where its table should
// be. The result is like a backup: it is put in place by Restore, and its station starts
// a new event log. Where an event is missing that the centre has not got, its log ends
// before the gap, and what stood behind it is issued again in a new log.
func Salvage(ctx context.Context, file, out string) (Salvaged, error) {
	var rep Salvaged
	if _, err := os.Stat(out); err == nil {
		return rep, order.Errorf("file_exists", "%s is there already", out).WithHint("name another file")
	}
	if err := readable(file); err != nil {
		return rep, err
	}
	found, err := ownDisk.look(file)
	if err == nil && filepath.Base(file) == dbFile && !found.empty {
		err = found.refuse(file)
	}
	if err != nil {
		return rep, salvageError(err)
	}
	p, err := openPages(file)
	if err != nil {
		return rep, salvageError(err)
	}
	defer p.close()
	dir, err := os.MkdirTemp(filepath.Dir(out), ".salvage-")
	if err != nil {
		return rep, salvageError(err)
	}
	defer os.RemoveAll(dir)
	s := &salvage{ctx: ctx, out: out, from: p, rep: &rep}
	if err := s.build(dir); err != nil {
		return rep, salvageError(err)
	}
	if rep.Events+rep.Unplaced == 0 && !slices.ContainsFunc(rep.Tables, func(t SalvagedTable) bool { return t.Rows > 0 }) {
		return rep, order.Errorf("nothing_salvaged", "nothing of a station's database was found in %s", file).
			WithHint("name the station.db of a data folder; else restore the newest backup")
	}
	c, err := openConn(ownDisk.dsn(filepath.Join(dir, dbFile), "mode=rw"))
	if err != nil {
		return rep, salvageError(err)
	}
	err = errors.Join(copyPages(c, out), c.close(), syncFile(out), syncDir(filepath.Dir(out)))
	if err == nil {
		err = checkFile(out)
	}
	return rep, salvageError(err)
}

func salvageError(err error) error {
	var e *order.Error
	if err == nil || errors.As(err, &e) {
		return err
	}
	return (&order.Error{Code: "salvage_failed", Op: "salvage", Msg: "the new database was not written", Err: err}).
		WithHint("check the folder and the free space of its disk")
}

// salvage is one run of Salvage.
type salvage struct {
	ctx  context.Context
	out  string
	rest *os.File // events that have no place
	from *pages
	to   *conn
	rep  *Salvaged
}

// build makes a data folder of what can be read.
func (s *salvage) build(dir string) (err error) {
	path := filepath.Join(dir, dbFile)
	if err := ownDisk.create(path); err != nil {
		return err
	}
	// Nothing of this is worth a sync before it is whole.
	if s.to, err = openConn(ownDisk.dsn(path, "mode=rw&_synchronous=OFF")); err != nil {
		return err
	}
	err = s.to.script("BEGIN; CREATE TABLE again(lsn INTEGER PRIMARY KEY, log, seq, body, hash)")
	for _, step := range []func() error{s.tables, s.scanLeaves, s.settleReissues, s.mendLogs, s.dropParts} {
		if err == nil {
			err = step()
		}
	}
	if err == nil {
		err = s.to.script("DELETE FROM identity; COMMIT")
	}
	if err = errors.Join(err, s.to.close()); err != nil {
		return err
	}
	return s.issueAgain(dir)
}

// table is a table of the schema and how its rows lie in the file.
type table struct {
	name    string
	columns []string // in the order of the record
	rowid   int      // the column that is the row's number, -1 none
}

// schemaOf describes the tables of a database as this program makes it.
func schemaOf(c *conn) (map[string]*table, error) {
	list := map[string]*table{}
	noRowid := map[string]bool{}
	err := c.query("SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%'", func(r row) error {
		list[r.text(0)], noRowid[r.text(0)] = &table{name: r.text(0), rowid: -1}, r.int(1) == 1
		return nil
	})
	if err != nil {
		return nil, err
	}
	for name, t := range list {
		type column struct {
			name string
			key  int64
		}
		var cols []column
		err := c.query("SELECT name, pk, type FROM pragma_table_info(?) ORDER BY cid", func(r row) error {
			if r.int(1) > 0 && !noRowid[name] && r.text(2) == "INTEGER" {
				t.rowid = len(cols)
			}
			cols = append(cols, column{r.text(0), r.int(1)})
			return nil
		}, name)
		if err != nil {
			return nil, err
		}
		if noRowid[name] { // its key comes first ("WITHOUT ROWID", section 2.5 of the file format)
			slices.SortStableFunc(cols, func(a, b column) int {
				last := func(k int64) int64 {
					if k == 0 {
						return 1 << 30
					}
					return k
				}
				return cmp.Compare(last(a.key), last(b.key))
			})
		}
		for _, c := range cols {
			t.columns = append(t.columns, c.name)
		}
	}
	return list, nil
}

// tables copies the rows that are found where the file's own schema says.
func (s *salvage) tables() error {
	schema, err := schemaOf(s.to)
	if err != nil {
		return err
	}
	roots := map[string]uint32{}
	lost, _ := s.walk(1, func(_ byte, c cell) error {
		if r, err := record(c.payload); err == nil && len(r) == 5 && r.text(0) == "table" {
			roots[r.text(1)] = uint32(r.int(3))
		}
		return nil
	})
	s.note(SalvagedTable{Name: "sqlite_schema", Rows: len(roots), LostPages: lost})
	older := lost == 0 && s.from.userVersion() < schemaVersion
	for _, name := range slices.Sorted(maps.Keys(schema)) {
		t := schema[name]
		if name == "identity" || name == "session" || name == "events" || name == "again" {
			continue
		}
		n := SalvagedTable{Name: name}
		root, ok := roots[name]
		if !ok {
			if n.LostSchema = true; !older { // an older program did not have it
				s.note(n)
			}
			continue
		}
		n.LostPages, err = s.walk(root, func(_ byte, c cell) error {
			switch err := s.copyRow(t, c); {
			case errors.Is(err, errPage):
				n.LostRows++
			case err != nil:
				return err
			default:
				n.Rows++
			}
			return nil
		})
		if err != nil {
			return err
		}
		s.note(n)
	}
	return nil
}

func (s *salvage) note(t SalvagedTable) { s.rep.Tables = append(s.rep.Tables, t) }

// walk visits the rows of a b-tree, and returns how many of its pages make no sense.
func (s *salvage) walk(root uint32, row func(kind byte, c cell) error) (lost int, err error) {
	seen := map[uint32]bool{}
	var visit func(no uint32, want byte) error
	visit = func(no uint32, want byte) error {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		kind, list, right, bad, err := s.from.cells(no)
		if err != nil || seen[no] || want != 0 && kind&^0x08 != want {
			lost++
			return nil //nolint:nilerr // counted
		}
		seen[no] = true
		lost += min(bad, 1)
		for _, c := range list {
			if c.child != 0 {
				if err := visit(c.child, kind&^0x08); err != nil {
					return err
				}
			}
			if kind != pageTableInner {
				if err := row(kind, c); err != nil {
					return err
				}
			}
		}
		if right != 0 {
			return visit(right, kind&^0x08)
		}
		return nil
	}
	return lost, errors.Join(visit(root, 0))
}

// copyRow stores a row as it is; errPage where it makes no sense or does not fit.
func (s *salvage) copyRow(t *table, c cell) error {
	r, err := record(c.payload)
	if err != nil || len(r) == 0 || len(r) > len(t.columns) {
		return errPage
	}
	if t.rowid >= 0 && t.rowid < len(r) {
		r[t.rowid] = c.rowid
	}
	text := "INSERT OR REPLACE INTO " + t.name + "(" + strings.Join(t.columns[:len(r)], ",") + ") VALUES(?" + strings.Repeat(",?", len(r)-1) + ")"
	if err := s.to.exec(text, []driver.Value(r)...); err != nil {
		if fatal(err) {
			return err
		}
		return errPage // a rule of the schema says no
	}
	return nil
}

// dropParts takes out shipments whose lines or parcels are not all there, and parts
// whose shipment is not.
func (s *salvage) dropParts() error {
	err := s.to.query("DELETE FROM shipments WHERE "+partsLost+" RETURNING id", func(r row) error {
		s.rep.Dropped = append(s.rep.Dropped, r.text(0))
		return nil
	})
	if err != nil {
		return err
	}
	return dropOrphans(func(text string) error { return s.to.exec(text) })
}

func (s *salvage) fail(what string, err error) error { return fmt.Errorf("%s: %w", what, err) }
