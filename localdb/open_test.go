package localdb

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pickstation/order"
)

func TestOpenIsDurableAndReadsItBack(t *testing.T) {
	db, _ := openNew(t)
	for pragma, want := range map[string]any{"journal_mode": "wal", "synchronous": int64(2), "foreign_keys": int64(1),
		"busy_timeout": int64(5000), "page_size": int64(4096), "wal_autocheckpoint": int64(0)} {
		r, err := db.w.one("PRAGMA " + pragma)
		if err != nil || r[0] != want {
			t.Errorf("%s is %v, %v; want %v", pragma, r, err, want)
		}
	}
}

func TestConnectionThatIsNotDurableIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	for _, dsn := range []string{"?_journal_mode=WAL", "?_journal_mode=DELETE&_synchronous=FULL"} {
		c, err := openConn("file:" + path + dsn)
		if err != nil {
			t.Fatal(err)
		}
		if err := readBack(c); codeOf(err) != "not_durable" {
			t.Errorf("%s: %v", dsn, err)
		}
		c.close()
	}
}

func TestWriteAheadLogIsExtendedAndStays(t *testing.T) {
	db, h := openNew(t)
	wal := filepath.Join(db.Dir(), dbFile+"-wal")
	size := func() int64 {
		st, err := os.Stat(wal)
		if err != nil {
			t.Fatal(err)
		}
		return st.Size()
	}
	if size() != walSize {
		t.Errorf("%d bytes after the first open", size())
	}
	for range 3 * autocheckpoint {
		scans(t, db, 1)
	}
	if size() != walSize {
		t.Errorf("grew to %d bytes in %d commits", size(), 3*autocheckpoint)
	}
	dir := db.Dir()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if size() != walSize {
		t.Errorf("%d bytes after Close: PERSIST_WAL does not work", size())
	}
	db = openAt(t, dir, h)
	defer db.Close()
	if db.LastSeq() != 3*autocheckpoint || size() != walSize {
		t.Errorf("seq %d, %d bytes after reopen", db.LastSeq(), size())
	}
}

func TestSecondInstanceIsToldWhoHoldsTheFolder(t *testing.T) {
	db, h := openNew(t)
	_, err := Open(context.Background(), Options{Dir: db.Dir(), Clock: h.clock()})
	if codeOf(err) != "station_running" || !strings.Contains(err.Error(), "process") {
		t.Errorf("second open: %v", err)
	}
	dir := db.Dir()
	db.Close()
	openAt(t, dir, h).Close()
}

func TestNewerDatabaseIsRefusedUntouched(t *testing.T) {
	db, h := openNew(t)
	scans(t, db, 3)
	if err := db.w.script("PRAGMA user_version=99"); err != nil {
		t.Fatal(err)
	}
	dir := db.Dir()
	db.Close()
	before, err := os.ReadFile(filepath.Join(dir, dbFile))
	if err != nil {
		t.Fatal(err)
	}
	_, err = Open(context.Background(), Options{Dir: dir, Clock: h.clock()})
	var e *order.Error
	if codeOf(err) != "newer_database" || !asError(err, &e) || e.Hint == "" {
		t.Errorf("open: %v", err)
	}
	if _, err := OpenReader(dir); codeOf(err) != "newer_database" {
		t.Errorf("reader: %v", err)
	}
	after, err := os.ReadFile(filepath.Join(dir, dbFile))
	if err != nil || string(before) != string(after) {
		t.Errorf("the file was changed, %v", err)
	}
}

func TestOldSchemaIsBroughtUpToDate(t *testing.T) {
	dir := t.TempDir()
	c, err := openConn(ownDisk.writerDSN(filepath.Join(dir, dbFile)))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.script("CREATE TABLE not_yet(x)"); err != nil {
		t.Fatal(err)
	}
	c.close()
	db := openAt(t, dir, newHands())
	defer db.Close()
	r, err := db.w.one("PRAGMA user_version")
	if err != nil || r.int(0) != schemaVersion {
		t.Errorf("version %v %v", r, err)
	}
}

func TestGarbageIsNotADatabase(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, dbFile), []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(context.Background(), Options{Dir: dir})
	var e *order.Error
	if codeOf(err) != "database_damaged" || !asError(err, &e) || e.Hint == "" {
		t.Errorf("open: %v", err)
	}
}

// As a start that was cut off leaves it, or another program's file.
func TestReaderRefusesAFileThatIsNoStationsDatabase(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, dbFile), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := OpenReader(dir)
	var e *order.Error
	if codeOf(err) != "no_database" || !asError(err, &e) || e.Hint == "" {
		t.Errorf("open: %v", err)
	}
}

func TestTornEndOfTheWriteAheadLogLosesOnlyWhatWasNotCommitted(t *testing.T) {
	db, h := openNew(t)
	scans(t, db, 5)
	dir, torn := db.Dir(), t.TempDir()
	scans(t, db, 1) // its frames are at the end of the log
	copyFile(t, filepath.Join(dir, dbFile), filepath.Join(torn, dbFile))
	copyFile(t, filepath.Join(dir, dbFile+"-wal"), filepath.Join(torn, dbFile+"-wal"))
	wal, err := os.ReadFile(filepath.Join(torn, dbFile+"-wal"))
	if err != nil {
		t.Fatal(err)
	}
	frames, err := db.w.one("PRAGMA wal_checkpoint(NOOP)")
	if err != nil {
		t.Fatal(err)
	}
	end := walHeader + int(frames.int(1))*(walFrame+4096) // what stands behind is of an earlier round
	clear(wal[end-600 : end])                             // the last sector did not arrive
	if err := os.WriteFile(filepath.Join(torn, dbFile+"-wal"), wal, 0o600); err != nil {
		t.Fatal(err)
	}
	db2 := openAt(t, torn, h)
	defer db2.Close()
	if l := db2.logs.all[0].Last; l != 5 {
		t.Errorf("%d events, 5 were whole", l)
	}
	if db2.Started() != StartedMoved {
		t.Errorf("a copy goes on in the same log: %q", db2.Started())
	}
	if err := reader(t, db2).CheckRecent(t.Context(), 100); err != nil {
		t.Error(err)
	}
}

func TestCopyOrAnotherMachineStartsANewLog(t *testing.T) {
	dir := t.TempDir()
	h := newHands()
	db := openAt(t, dir, h)
	if db.Started() != StartedFirst {
		t.Errorf("started %q", db.Started())
	}
	scans(t, db, 4)
	first := db.Log()
	inTx(t, db, func(tx *Tx) error { _, err := tx.ApplyFeed(nil, 77, 3); return err })
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for _, change := range []string{"machine='another'", "file='inode 1'"} {
		c, err := openConn(ownDisk.writerDSN(filepath.Join(dir, dbFile)))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.script("UPDATE identity SET " + change); err != nil {
			t.Fatal(err)
		}
		c.close()
		db = openAt(t, dir, h)
		if db.Started() != StartedMoved || db.Log() == first {
			t.Errorf("%s: started %q", change, db.Started())
		}
		st, err := reader(t, db).SyncState(t.Context())
		if err != nil || st.Cursor != 0 || st.Timeline != 3 || st.Unsent != 4 {
			t.Errorf("%s: %+v %v", change, st, err)
		}
		first = db.Log()
		db.Close()
	}
	db = openAt(t, dir, h)
	defer db.Close()
	if db.Started() != "" || db.Log() != first {
		t.Errorf("started %q again", db.Started())
	}
}

func TestIdentityComparesOnlyWhatIsKnown(t *testing.T) {
	a := identity{"m", "d", "f"}
	for _, c := range []struct {
		b    identity
		want bool
	}{{a, true}, {identity{"m", "", "f"}, true}, {identity{"m", "x", "f"}, false}, {identity{"x", "d", "f"}, false}, {identity{"m", "d", "g"}, false}} {
		if a.same(c.b) != c.want {
			t.Errorf("%v: %v", c.b, !c.want)
		}
	}
}

func TestOpenDoesNoWorkThatGrowsWithTheData(t *testing.T) {
	db, h := openNew(t)
	dir := db.Dir()
	steps := func() int {
		n := 0
		c, err := openConn(ownDisk.writerDSN(filepath.Join(dir, dbFile)))
		if err != nil {
			t.Fatal(err)
		}
		defer c.close()
		if _, err := readLogs(c); err != nil {
			t.Fatal(err)
		}
		if err := c.query("EXPLAIN QUERY PLAN SELECT lsn, log, seq, hash, at FROM events ORDER BY lsn DESC LIMIT 1", func(r row) error {
			if strings.Contains(r.text(3), "TEMP B-TREE") {
				n++
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	scans(t, db, 2000)
	db.Close()
	if steps() != 0 {
		t.Error("finding the newest event sorts")
	}
	db = openAt(t, dir, h)
	defer db.Close()
	if db.LastSeq() != 2000 {
		t.Error(db.LastSeq())
	}
}

func TestBallastIsGivenUpWhenTheDiskIsFull(t *testing.T) {
	db, h := openNew(t)
	ballast := filepath.Join(db.Dir(), ballastFile)
	if st, err := os.Stat(ballast); err != nil || st.Size() != ballastSize {
		t.Fatalf("ballast: %v %v", st, err)
	}
	// The database may not grow: SQLite answers as on a full disk.
	r, err := db.w.one("PRAGMA page_count")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.w.one(fmt.Sprintf("PRAGMA max_page_count=%d", r.int(0)+4)); err != nil {
		t.Fatal(err)
	}
	var full error
	for range 10_000 {
		tx, err := db.Begin()
		if err != nil {
			full = err
			break
		}
		err = tx.Append(&order.Event{Type: order.EventNoted, At: 1})
		if err == nil {
			err = tx.Commit()
		}
		if err != nil {
			tx.Rollback()
			full = err
			break
		}
	}
	var e *order.Error
	if !asError(full, &e) || e.Code != "not_saved" || !strings.Contains(e.Hint, "disk space") {
		t.Fatalf("full disk: %v", full)
	}
	seq := db.LastSeq()
	if _, err := db.Begin(); codeOf(err) != "not_saved" {
		t.Errorf("a database that failed takes writes again: %v", err)
	}
	if _, err := os.Stat(ballast); !os.IsNotExist(err) {
		t.Errorf("ballast: %v", err)
	}
	if e, err := db.LastEvent(); err != nil || e == nil || e.Seq != seq {
		t.Errorf("reads stopped too: %v %v", e, err)
	}
	db = reopened(t, db, h)
	scans(t, db, 1)
	if db.LastSeq() != seq+1 {
		t.Errorf("seq %d after restart, want %d", db.LastSeq(), seq+1)
	}
}

func TestWordAgeCountsOnTheMonotonicClock(t *testing.T) {
	db, h := openNew(t)
	if _, ok, err := db.Word(); ok || err != nil {
		t.Fatal(ok, err)
	}
	inTx(t, db, func(tx *Tx) error { return tx.Heard(testTime.Add(3 * time.Second)) })
	h.advance(time.Minute)
	h.wall = h.wall.Add(-time.Hour)
	age, ok, err := db.Word()
	if age != time.Minute || !ok || err != nil {
		t.Errorf("age %s %v %v", age, ok, err)
	}
	if db.ClockOffset() != 3*time.Second+time.Hour { // of the wall clock that was set back; the centre's time goes on
		t.Errorf("offset %s", db.ClockOffset())
	}
}

func TestSecuringTheWriteAheadLogKeepsEveryByte(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x-wal")
	for _, size := range []int{0, 1, 4096, 1<<20 + 17, walSize + 5000} {
		want := make([]byte, size)
		for i := range want {
			want[i] = byte(i*31) | 1
		}
		if err := os.WriteFile(path, want, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := ownDisk.secureWAL(path); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil || len(got) != max(size, walSize) || string(got[:size]) != string(want) || strings.Trim(string(got[size:]), "\x00") != "" {
			t.Errorf("%d bytes became %d, %v", size, len(got), err)
		}
	}
}

// Between two scans the lock is taken and the write-ahead log copied; a reader, a backup
// and the end of the work do not mind.
func TestWhatCanBeDoneBetweenTwoScansIsDoneThen(t *testing.T) {
	db, h := openNew(t)
	for db.uncounted < db.on.checkpoint/100 {
		scans(t, db, 1)
	}
	db.Ready()
	db.Ready()
	if db.uncounted != 0 || db.w.c.AutoCommit() {
		t.Errorf("%d commits not looked at; transaction begun: %v", db.uncounted, !db.w.c.AutoCommit())
	}
	r, err := OpenReader(db.Dir())
	if err != nil {
		t.Fatal(err)
	}
	if last, err := r.Tail(t.Context(), 1); err != nil || len(last) != 1 || last[0].Seq != db.LastSeq() {
		t.Errorf("a reader finds %v, %v", last, err)
	}
	if err := r.Backup(t.Context(), filepath.Join(t.TempDir(), "backup")); err != nil {
		t.Error(err)
	}
	r.Close()
	scans(t, db, 1)
	db.Ready()
	seq := db.LastSeq()
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	if db = openAt(t, db.Dir(), h); db.LastSeq() != seq {
		t.Errorf("seq %d after the next start, want %d", db.LastSeq(), seq)
	}
	db.Close()
}
