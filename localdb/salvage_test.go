package localdb

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pickstation/order"
)

// bench4000 is a station with 4,000 events in two logs, half of the second at the centre.
func bench4000(t *testing.T) (dir string, all map[order.FactID][]byte) {
	t.Helper()
	db, h := openNew(t)
	give(t, db, h, testShipment("S1", 3, 100_000), testShipment("S2", 2, 10))
	s := mustShipment(t, db, "S1")
	picks := func(n int) {
		inTx(t, db, func(tx *Tx) error {
			for i := range n {
				if err := do(tx, s, pick(1+i%3, 1)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	picks(1000)
	first := db.Log()
	inTx(t, db, func(tx *Tx) error {
		return tx.Acked(first, 1000, 900)
	})
	newLog(t, db, first, 1001, StartedFenced)
	picks(3000)
	inTx(t, db, func(tx *Tx) error {
		if err := tx.PutPacket("gun1", []byte("A"), &order.Event{Seq: db.LastSeq()}); err != nil {
			return err
		}
		return tx.Acked(db.Log(), 1500, 1200)
	})
	all = map[order.FactID][]byte{}
	for id, bodies := range eventsByLog(t, db) {
		for i, b := range bodies {
			all[order.FactID{Log: id, Seq: uint64(i + 1)}] = b
		}
	}
	dir = db.Dir()
	db.Close()
	return dir, all
}

// eventsByLog reads what is pushed of every log.
func eventsByLog(t *testing.T, db *DB) map[order.LogID][][]byte {
	t.Helper()
	r := reader(t, db)
	out := map[order.LogID][][]byte{}
	for i := range db.logs.all {
		l := &db.logs.all[i]
		bodies, _, _, ok, err := r.Events(t.Context(), l.ID, l.Base, 1<<20, 1<<30)
		if err != nil || !ok || len(bodies) != int(l.Last-l.Base) {
			t.Fatalf("log %s: %d events of %d to %d, %v %v", l.ID, len(bodies), l.Base, l.Last, ok, err)
		}
		out[l.ID] = bodies
	}
	return out
}

// checkSalvage restores what was salvaged and compares it with all there was: what is
// not there must have been named.
func checkSalvage(t *testing.T, file string, all map[order.FactID][]byte) (rep Salvaged, db *DB) {
	t.Helper()
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "saved.db")
	rep, err = Salvage(t.Context(), file, out)
	if err != nil {
		t.Fatal(err)
	}
	if after, err := os.ReadFile(file); err != nil || string(after) != string(before) {
		t.Error("the damaged file was changed", err)
	}
	dir := t.TempDir()
	if _, err := Restore(dir, out, false, testTime); err != nil {
		t.Fatal(err)
	}
	db = openAt(t, dir, newHands())
	t.Cleanup(func() { db.Close() })
	if db.Started() != StartedRestored {
		t.Errorf("started %q", db.Started())
	}
	if whole, err := reader(t, db).CheckAll(t.Context()); err != nil || len(whole.Findings) > 0 {
		t.Errorf("check: %+v %v", whole, err)
	}
	there := map[order.FactID]bool{}
	for i := range db.logs.all { // what was cut off at the centre's side is there, too
		l := &db.logs.all[i]
		for seq := uint64(1); seq <= l.Base; seq++ {
			there[order.FactID{Log: l.ID, Seq: seq}] = true
		}
	}
	for id, bodies := range eventsByLog(t, db) {
		for i, b := range bodies {
			e, err := order.ParseEvent(b)
			if err != nil {
				t.Fatal(err)
			}
			fact := order.FactID{Log: id, Seq: db.logs.byID(id).Base + uint64(i) + 1}
			if e.Orig != nil {
				fact = order.FactID{Log: e.Orig.Log, Seq: e.Orig.Seq}
			} else if string(all[fact]) != string(b) {
				t.Errorf("event %d of %s is another one", fact.Seq, id)
			}
			if there[fact] {
				t.Errorf("event %d of %s is there twice", fact.Seq, id)
			}
			there[fact] = true
		}
	}
	for _, m := range rep.Missing {
		for seq := m.From; seq <= m.To; seq++ {
			if f := (order.FactID{Log: m.Log, Seq: seq}); there[f] && !m.AtCentre {
				t.Errorf("event %d is named as missing and is there", seq)
			} else {
				there[f] = true
			}
		}
	}
	for f := range all {
		if !there[f] {
			t.Errorf("event %d of %s is neither there nor named", f.Seq, f.Log)
		}
	}
	return rep, db
}

// leafOf finds the page of the file on which an event stands.
func leafOf(t *testing.T, b []byte, seq int) int {
	t.Helper()
	for off := 0; off+4096 <= len(b); off += 4096 {
		if b[off] == pageTableLeaf && strings.Contains(string(b[off:off+4096]), fmt.Sprintf(`{"s":%d,`, seq)) && !strings.Contains(string(b[off:off+4096]), `{"s":1000,`) {
			return off
		}
	}
	t.Fatalf("event %d is on no page", seq)
	return 0
}

// foldedCopy is a database file with nothing in its write-ahead log.
func foldedCopy(t *testing.T, dir string) (path string, b []byte) {
	t.Helper()
	path = filepath.Join(t.TempDir(), dbFile)
	r, err := OpenReader(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := copyPages(r.c, path); err != nil {
		t.Fatal(err)
	}
	if b, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	return path, b
}

func TestSalvageOfASoundDatabaseSavesEverything(t *testing.T) {
	dir, all := bench4000(t)
	rep, db := checkSalvage(t, filepath.Join(dir, dbFile), all) // most of it in the write-ahead log
	if rep.Events != 4000 || len(rep.Missing)+rep.Reissued+len(rep.Dropped) != 0 || len(rep.Lost()) > 0 {
		t.Errorf("%+v %q", rep, rep.Lost())
	}
	if s := mustShipment(t, db, "S1"); s.Lines[0].Picked < 1000 {
		t.Errorf("progress: %+v", s.Lines[0])
	}
	if s := mustShipment(t, db, "S2"); len(s.Lines) != 2 {
		t.Errorf("S2: %+v", s)
	}
}

func TestSalvageIssuesAgainWhatStandsBehindALostPage(t *testing.T) {
	dir, all := bench4000(t)
	path, b := foldedCopy(t, dir)
	clear(b[leafOf(t, b, 2000):][:4096])
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	rep, db := checkSalvage(t, path, all)
	if len(rep.Missing) != 1 || rep.Missing[0].AtCentre || rep.Missing[0].From > 2000 || rep.Missing[0].To < 2000 || rep.Missing[0].To-rep.Missing[0].From > 40 {
		t.Errorf("missing: %+v", rep.Missing)
	}
	if rep.Reissued != int(3000-rep.Missing[0].To) {
		t.Errorf("issued again: %d behind %+v", rep.Reissued, rep.Missing)
	}
	// The packet went with its scan, and so did the rows' knowledge of their last event.
	if s := mustShipment(t, db, "S1"); s == nil {
		t.Error("no S1")
	}
	r, err := db.w.one("SELECT (SELECT lsn FROM packets), (SELECT max(last) FROM lines), (SELECT max(lsn) FROM events)")
	if err != nil || r.int(0) != r.int(2) || r.int(1) != r.int(2) {
		t.Errorf("packet at %d, lines at %d, log ends at %d, %v", r.int(0), r.int(1), r.int(2), err)
	}
}

func TestSalvageNeedsNothingThatTheCentreHas(t *testing.T) {
	dir, all := bench4000(t)
	path, b := foldedCopy(t, dir)
	clear(b[leafOf(t, b, 1200):][:4096])
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	rep, _ := checkSalvage(t, path, all)
	if len(rep.Missing) != 1 || !rep.Missing[0].AtCentre || rep.Reissued != 0 || len(rep.Lost()) != 0 {
		t.Errorf("%+v %q", rep, rep.Lost())
	}
}

func TestSalvageFindsEventsWithoutTheFirstPage(t *testing.T) {
	dir, all := bench4000(t)
	path, b := foldedCopy(t, dir)
	clear(b[:4096])
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	rep, _ := checkSalvage(t, path, all)
	if rep.Events != 4000 || len(rep.Missing) != 0 {
		t.Errorf("%d events, missing %+v", rep.Events, rep.Missing)
	}
}

func TestSalvageOfANoisyDiskNamesWhatIsLost(t *testing.T) {
	dir, all := bench4000(t)
	path, sound := foldedCopy(t, dir)
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 3))
		b := append([]byte(nil), sound...)
		for range 1 + r.IntN(8) {
			off := r.IntN(len(b)/512) * 512
			if page := off / 4096; page == int(rootOf(t, path, "logs"))-1 {
				continue // who knows no log's name cannot send its events
			}
			for i := off; i < off+512; i++ {
				b[i] = byte(r.Uint32())
			}
		}
		if err := os.WriteFile(path+".bad", b, 0o600); err != nil {
			t.Fatal(err)
		}
		t.Run(fmt.Sprint(seed), func(t *testing.T) { checkSalvage(t, path+".bad", all) })
	}
}

// rootOf returns the page on which a table begins.
func rootOf(t *testing.T, path, table string) int64 {
	t.Helper()
	r, err := openedAt(t, path).one("SELECT rootpage FROM sqlite_master WHERE name = ?", table)
	if err != nil {
		t.Fatal(err)
	}
	return r.int(0)
}

func TestSalvageKeepsEventsOfALogWhoseNameIsLost(t *testing.T) {
	dir, all := bench4000(t)
	path, b := foldedCopy(t, dir)
	clear(b[4096*(rootOf(t, path, "logs")-1):][:4096])
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "saved.db")
	rep, err := Salvage(t.Context(), path, out)
	if err != nil || rep.Unplaced != len(all) || rep.Events != 0 || len(rep.Lost()) == 0 {
		t.Fatalf("%+v %v", rep, err)
	}
	text, err := os.ReadFile(rep.Nameless)
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		there[strings.TrimSpace(line)] = true
	}
	for f, b := range all {
		if !there[string(b)] {
			t.Errorf("event %d is not in the file", f.Seq)
		}
	}
}

func TestSalvageSaysWhenThereIsNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "noise")
	if err := os.WriteFile(path, []byte(strings.Repeat("noise", 9000)), 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out")
	if _, err := Salvage(t.Context(), path, out); codeOf(err) != "nothing_salvaged" {
		t.Error(err)
	}
	if _, err := Salvage(t.Context(), path+"x", out); codeOf(err) != "no_file" {
		t.Error(err)
	}
	if _, err := Salvage(t.Context(), path, path); codeOf(err) != "file_exists" {
		t.Error(err)
	}
	if left, err := os.ReadDir(filepath.Dir(out)); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func FuzzSalvagePages(f *testing.F) {
	dir := f.TempDir()
	db, err := Open(f.Context(), Options{Dir: dir})
	if err != nil {
		f.Fatal(err)
	}
	inTx(f, db, func(tx *Tx) error { return tx.Append(&order.Event{Type: order.EventNoted, At: 1}) })
	db.Close()
	wal, err := os.ReadFile(filepath.Join(dir, dbFile+"-wal"))
	if err != nil {
		f.Fatal(err)
	}
	main, err := os.ReadFile(filepath.Join(dir, dbFile))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(main[:8192], wal[:40000])
	f.Add([]byte{}, []byte{})
	f.Fuzz(func(t *testing.T, main, wal []byte) {
		path := filepath.Join(t.TempDir(), "x.db")
		if err := os.WriteFile(path, main, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path+"-wal", wal, 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := openPages(path)
		if err != nil {
			t.Fatal(err)
		}
		defer p.close()
		for no := uint32(0); no <= min(p.count, 100); no++ {
			_, list, _, _, err := p.cells(no)
			if err != nil {
				continue
			}
			for _, c := range list {
				if r, err := record(c.payload); err == nil {
					looksLikeEvent(r)
					looksLikeLog(r)
				}
			}
		}
	})
}
