package localdb

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pickstation/order"
)

func TestBrokenChainIsFound(t *testing.T) {
	for name, sql := range map[string]string{
		"changed body":     "UPDATE events SET body=replace(body, '4006381333931', '4006381333932') WHERE seq=40",
		"changed hash":     "UPDATE events SET hash=zeroblob(16) WHERE seq=40",
		"removed event":    "DELETE FROM events WHERE seq=40",
		"changed column":   "UPDATE events SET shipment='S2' WHERE seq=40",
		"changed time":     "UPDATE events SET at=at+1 WHERE seq=40",
		"swapped numbers":  "UPDATE events SET seq=CASE seq WHEN 40 THEN 41 ELSE 40 END WHERE seq IN (40,41)",
		"event of nowhere": "INSERT INTO events SELECT lsn+1000, log, seq, type, shipment, at, body, hash FROM events WHERE seq=40",
	} {
		t.Run(name, func(t *testing.T) {
			db, _ := openNew(t)
			scans(t, db, 100)
			r := reader(t, db)
			if err := r.CheckRecent(t.Context(), 10); err != nil {
				t.Fatal(err)
			}
			if err := db.w.script(sql); err != nil {
				t.Fatal(err)
			}
			var e *order.Error
			if err := r.CheckRecent(t.Context(), 10_000); codeOf(err) != "database_damaged" || !asError(err, &e) || e.Hint == "" {
				t.Errorf("check says %v", err)
			}
			rep, err := r.CheckAll(t.Context())
			if err != nil || len(rep.Findings) == 0 {
				t.Errorf("whole check says %+v, %v", rep, err)
			}
			if name != "event of nowhere" {
				if err := r.CheckRecent(t.Context(), 50); err != nil {
					t.Errorf("the last 50 events are sound: %v", err)
				}
			}
		})
	}
}

func TestSoundDatabasePassesEveryCheck(t *testing.T) {
	db, h := openNew(t)
	give(t, db, h, testShipment("S1", 3, 9))
	scans(t, db, 4500)
	r := reader(t, db)
	rep, err := r.CheckAll(t.Context())
	if err != nil || len(rep.Findings) > 0 || rep.Events != 4500 {
		t.Errorf("%+v %v", rep, err)
	}
	if err := r.QuickCheck(t.Context()); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.CheckAll(ctx); err == nil {
		t.Error("a check that was ended says all is well")
	}
	s, err := r.Stats(t.Context())
	if err != nil || s.Events != 4500 || s.Unsent != 4500 || s.Shipments != 1 || s.Lines != 3 || s.Open != 1 || s.WALBytes != walSize || s.DiskFree <= 0 {
		t.Errorf("%+v %v", s, err)
	}
}

func TestCheckEndsWhenItIsToldTo(t *testing.T) {
	db, _ := openNew(t)
	r := reader(t, db)
	ctx, cancel := context.WithCancel(t.Context())
	rows := 0
	// A query that never ends by itself, asked to after its first row.
	err := r.c.queryUntil(ctx, "SELECT 1 UNION ALL SELECT count(*) FROM (WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) SELECT x FROM c)",
		func(row) error { rows++; cancel(); return nil })
	if rows != 1 || !errors.Is(err, context.Canceled) {
		t.Errorf("%d rows, %v", rows, err)
	}
	if rep, err := r.CheckAll(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%+v %v", rep, err)
	}
	if rep, err := r.CheckAll(t.Context()); err != nil || len(rep.Findings) > 0 {
		t.Errorf("after it was ended: %+v %v", rep, err)
	}
}

func TestOverwrittenPageIsFound(t *testing.T) {
	db, _ := openNew(t)
	scans(t, db, 2000)
	dir := db.Dir()
	db.Close()
	path := filepath.Join(dir, dbFile)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// Every copy of the event, also those that SQLite left behind in unused space.
	b = []byte(strings.ReplaceAll(string(b), `"s":1500,"k":"refused"`, `"s":1500,"k":"refuseD"`))
	if err := os.WriteFile(path+"-wal", make([]byte, walSize), 0o600); err != nil { // it still holds the latest pages
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := OpenReader(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := r.CheckRecent(t.Context(), 10_000); codeOf(err) != "database_damaged" {
		t.Errorf("one flipped bit: %v", err)
	}
	for off := 4096 * 30; off < len(b)-4096; off += 4096 * 5 {
		copy(b[off:], strings.Repeat("garbage ", 512))
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	r2, err := OpenReader(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r2.Close()
	if err := r2.QuickCheck(t.Context()); codeOf(err) != "database_damaged" {
		t.Errorf("pages of garbage: %v", err)
	}
	if rep, err := r2.CheckAll(t.Context()); err != nil || len(rep.Findings) == 0 {
		t.Errorf("%+v %v", rep, err)
	}
}

func TestBackupIsWholeWhileTheStationWorks(t *testing.T) {
	db, h := openNew(t)
	give(t, db, h, testShipment("S1", 1, 100_000))
	s := mustShipment(t, db, "S1")
	scans(t, db, 3000)
	r := reader(t, db)
	stop := busy(db, s)
	file := filepath.Join(t.TempDir(), "st.db")
	err := r.Backup(t.Context(), file)
	if werr := stop(); werr != nil || err != nil {
		t.Fatal(werr, err)
	}
	if left, _ := filepath.Glob(file + "*"); len(left) != 1 {
		t.Errorf("beside the backup: %v", left)
	}
	if st, _ := os.Stat(file); st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", st.Mode())
	}

	dir := t.TempDir()
	kept, err := Restore(dir, file, false, testTime)
	if err != nil || kept != "" {
		t.Fatal(kept, err)
	}
	old := db.Log()
	back := openAt(t, dir, h)
	defer back.Close()
	if back.Started() != StartedRestored || back.Log() == old {
		t.Errorf("started %q", back.Started())
	}
	br := reader(t, back)
	if rep, err := br.CheckAll(t.Context()); err != nil || len(rep.Findings) > 0 || rep.Events < 3000 {
		t.Errorf("%+v %v", rep, err)
	}
	picked := mustShipment(t, back, "S1").Lines[0].Picked
	if log := back.logs.byID(old); log.Last != uint64(3000+picked) || !log.Closed {
		t.Errorf("%d picked, log %+v", picked, log)
	}
}

// busy picks until the returned function is called.
func busy(db *DB, s *order.Shipment) (stop func() error) {
	quit, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		for {
			select {
			case <-quit:
				ended <- nil
				return
			default:
			}
			tx, err := db.Begin()
			if err == nil {
				err = do(tx, s, pick(1, 1))
			}
			if err == nil {
				err = tx.Commit()
			}
			if err != nil {
				ended <- err
				return
			}
		}
	}()
	return func() error { close(quit); return <-ended }
}

func TestRestoreRefusesToLoseEvents(t *testing.T) {
	db, h := openNew(t)
	scans(t, db, 5)
	file := filepath.Join(t.TempDir(), "st.db")
	if err := reader(t, db).Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	dir := db.Dir()
	if _, err := Restore(dir, file, true, testTime); codeOf(err) != "station_running" {
		t.Errorf("while it runs: %v", err)
	}
	scans(t, db, 5)
	db.Close()
	if _, err := Restore(dir, file, false, testTime); codeOf(err) != "unsent_events" {
		t.Errorf("with unsent events: %v", err)
	}
	if _, err := Restore(dir, filepath.Join(dir, lockFile), true, testTime); codeOf(err) != "not_a_backup" {
		t.Errorf("of another file: %v", err)
	}
	kept, err := Restore(dir, file, true, testTime)
	if err != nil || kept == "" {
		t.Fatal(kept, err)
	}
	db = openAt(t, dir, h)
	defer db.Close()
	if n := db.logs.all[0].Last; n != 5 {
		t.Errorf("%d events after restore", n)
	}
	// What was replaced is still there, with all ten.
	there := filepath.Join(t.TempDir(), "old")
	if err := CopyTo(kept, there); err != nil {
		t.Fatal(err)
	}
	old := openAt(t, there, h)
	defer old.Close()
	if old.LastSeq() != 10 {
		t.Errorf("the old database has %d events", old.LastSeq())
	}
}

// A write-ahead log is played over whatever database has its name.
func TestRestoreLeavesNoLogOfAnotherDatabaseBehind(t *testing.T) {
	db, h := openNew(t)
	scans(t, db, 5)
	file := filepath.Join(t.TempDir(), "st.db")
	if err := reader(t, db).Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	scans(t, db, 5)
	dir := t.TempDir()
	// As after a power cut, and somebody took the damaged file away; and of an attempt that was cut off.
	for _, name := range []string{dbFile + "-wal", dbFile + ".restore-wal"} {
		if err := copyOf(filepath.Join(db.Dir(), dbFile+"-wal"), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := Restore(dir, file, false, testTime)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(kept + "-wal"); err != nil {
		t.Errorf("the log was not kept: %v", err)
	}
	db = openAt(t, dir, h)
	defer db.Close()
	if n := db.logs.all[0].Last; n != 5 || db.Started() != StartedRestored {
		t.Errorf("%d events after restore, log started: %q", n, db.Started())
	}
}

func TestCopyGoesOnWithTheSameLogAndLeavesTheOriginal(t *testing.T) {
	db, h := openNew(t)
	scans(t, db, 5)
	list := func() (names []string) {
		files, err := os.ReadDir(db.Dir())
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			names = append(names, f.Name())
		}
		return names
	}
	before := list()
	for _, running := range []bool{true, false} {
		if !running {
			db.Close()
			before = list()
		}
		raw, err := os.ReadFile(filepath.Join(db.Dir(), dbFile))
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), "copy")
		if err := CopyTo(filepath.Join(db.Dir(), dbFile), dir); err != nil {
			t.Fatal(err)
		}
		c := openAt(t, dir, h)
		if c.Started() != "" || c.Log() != db.Log() || c.LastSeq() != 5 {
			t.Errorf("running %v: started %q, seq %d", running, c.Started(), c.LastSeq())
		}
		scans(t, c, 1)
		c.Close()
		if got := list(); strings.Join(got, " ") != strings.Join(before, " ") {
			t.Errorf("running %v: beside the original %v, before %v", running, got, before)
		}
		if again, _ := os.ReadFile(filepath.Join(db.Dir(), dbFile)); string(again) != string(raw) {
			t.Errorf("running %v: the original was written", running)
		}
	}
	if err := CopyTo(filepath.Join(t.TempDir(), "none.db"), t.TempDir()); err == nil {
		t.Error("a file that is not there was copied")
	}
}

func TestReaderWorksBesideAndWithoutAStation(t *testing.T) {
	if _, err := OpenReader(t.TempDir()); codeOf(err) != "no_database" {
		t.Errorf("empty folder: %v", err)
	}
	db, _ := openNew(t)
	scans(t, db, 3)
	dir := db.Dir()
	for range 2 {
		r, err := OpenReader(dir)
		if err != nil {
			t.Fatal(err)
		}
		st, err := r.SyncState(t.Context())
		if err != nil || st.Unsent != 3 || st.OldestAt != testTime.UnixMilli() {
			t.Errorf("%+v %v", st, err)
		}
		if err := r.c.script("DELETE FROM events"); err == nil {
			t.Error("a reader wrote")
		}
		r.Close()
		db.Close()
	}
}
