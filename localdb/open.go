package localdb

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	sqlite3 "github.com/mattn/go-sqlite3"

	"pickstation/order"
)

// Options say where a database lives and what it takes for the time.
type Options struct {
	Dir   string // data folder; made where it is missing
	Clock Clock  // zero: SystemClock
	// LogID names a new event log; nil: 128 random bits. Replays inject it.
	LogID func() order.LogID

	on *medium // nil: the machine's own disk
}

// autocheckpoint is about after how many pages of write-ahead log a commit copies them
// into the database. 800 pages are 400 picks, so that less than one commit in a hundred
// pays for it, and stay within the pre-extended 4 MiB. Commit to limit, median of
// three runs: 100 pages 1.54, 200 1.41, 400 1.64, 800 1.44, 1000 1.57, 2000 (the log
// grows) 1.75; see BenchmarkScanCommit.
const autocheckpoint = 800

// DB is an open station database. Its methods are for one goroutine, the station's
// loop, except where they say otherwise.
type DB struct {
	dir       string
	on        *medium
	clock     Clock
	newLogID  func() order.LogID
	lock      *os.File // nil for a copy
	receipts  *Receipts
	w         *conn
	inTx      bool   // a Tx is open
	begun     bool   // a transaction waits for its Tx
	poison    error  // why nothing can be written any more
	uncounted int    // commits since the length of the write-ahead log was looked at
	unsaid    bool   // the commit that failed was taken out of the write-ahead log
	session   string // mark of this start, see ownfile.go
	copies    uint32 // of the log into the file since then
	told      bool   // the note beside the database is of this start

	kept
	plans  map[int64]*order.Shipment
	sids   map[order.ShipmentID]int64
	heads  map[int64]head // as stored
	flows  map[flowKey]*order.Flow
	policy *order.Policy
	task   lastTask
	badges []byte // badge key, nil not looked up yet
	*keyring
	started StartedReason // why this Open started a new log, "" it did not
}

// kept is what is held in memory of the database: it goes back when a transaction
// is rolled back.
type kept struct {
	logs    logbook
	bench   []byte // last stored, to write it only when it changed
	centre  CentreTime
	open    int   // shipments in the queue, -1 not counted yet
	reading int64 // how often the feed was begun again
	swept   int64 // reading after which all older work was dealt with
}

// keep returns what rollback goes back to.
func (k kept) keep() kept {
	k.logs = k.logs.clone()
	return k
}

// StartedReason says why a new event log was started.
type StartedReason = string

// Reasons for a new log.
const (
	StartedFirst    StartedReason = "first"    // a new database
	StartedMoved    StartedReason = "moved"    // another machine, disk or file than before
	StartedRestored StartedReason = "restored" // restored from a backup
	StartedFork     StartedReason = "fork"     // the centre has other events under our numbers
	StartedFenced   StartedReason = "fenced"   // the centre closed the log
	StartedAmnesia  StartedReason = "amnesia"  // the centre has events that are lost here
)

// Open opens the station's database and takes its folder for this process. Errors
// are *order.Error with codes station_running, newer_database, database_damaged,
// database_open. It does no integrity work: see CheckRecent.
func Open(ctx context.Context, o Options) (*DB, error) {
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, openError("make data folder", err)
	}
	lk, err := lock(o.Dir)
	if err != nil {
		return nil, openError("lock data folder", err)
	}
	db, err := openDir(ctx, o, lk)
	if err != nil {
		lk.Close()
		return nil, err
	}
	return db, nil
}

// openDir opens the database of a folder that is locked already.
func openDir(ctx context.Context, o Options, lk *os.File) (*DB, error) {
	if err := ctx.Err(); err != nil {
		return nil, openError("open", err)
	}
	if o.Clock.Wall == nil {
		o.Clock = SystemClock()
	}
	if o.LogID == nil {
		o.LogID = randomLogID
	}
	if o.on == nil {
		o.on = ownDisk
	}
	if err := o.on.makeBallast(o.Dir); err != nil {
		return nil, openError("keep ballast", err)
	}
	path := filepath.Join(o.Dir, dbFile)
	found, err := o.on.prepare(path)
	if err != nil {
		return nil, err
	}
	receipts, err := openReceipts(o.on.fs, o.Dir)
	if err != nil {
		return nil, openError("open the note of answers", err)
	}
	if found.strange { // before anything of it stands in a log
		if err := o.on.forgetSession(o.Dir); err != nil {
			receipts.f.Close()
			return nil, openError("forget the database that was here", err)
		}
		found.noted = ""
	}
	w, err := o.on.openWriter(path)
	if err != nil {
		receipts.f.Close()
		return nil, openError("open database", err)
	}
	// SQLite may just have deleted the rollback journal of a start that was cut off. Until
	// that is on the disk a power cut could bring it back, and with it the state before.
	if err := o.on.fs.SyncDir(o.Dir); err != nil {
		receipts.f.Close()
		w.close()
		return nil, openError("sync the data folder", err)
	}
	db := &DB{dir: o.Dir, on: o.on, clock: o.Clock, newLogID: o.LogID, lock: lk, receipts: receipts, w: w, kept: kept{open: -1},
		plans: map[int64]*order.Shipment{}, sids: map[order.ShipmentID]int64{}, heads: map[int64]head{}, flows: map[flowKey]*order.Flow{}}
	if err := db.start(identify(path), found); err != nil {
		receipts.f.Close()
		w.close()
		return nil, openError("start", err)
	}
	return db, nil
}

// prepare brings the files of a database into a state in which SQLite may open them, and
// says whose they are.
func (m *medium) prepare(path string) (found whose, err error) {
	if err := m.create(path); err != nil {
		return found, openError("create database", err)
	}
	if found, err = m.look(path); err != nil {
		return found, openError("see whose write-ahead log there is", err)
	}
	if err := found.refuse(path); err != nil {
		return found, openError("open database", err)
	}
	if err := m.secureWAL(path + "-wal"); err != nil {
		return found, openError("secure the write-ahead log", err)
	}
	if err := m.recopy(path); err != nil {
		return found, openError("copy the write-ahead log once more", err)
	}
	return found, nil
}

func randomLogID() order.LogID {
	var b [16]byte
	rand.Read(b[:])
	return order.LogID(hex.EncodeToString(b[:]))
}

// create makes a new database and closes it again: SQLite deletes a write-ahead log
// that was extended before its database had a first page.
func (m *medium) create(path string) error {
	f, err := m.fs.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	st, err := f.Stat()
	f.Close()
	if err != nil || st.Size() > 0 {
		return err
	}
	c, err := openConn(m.writerDSN(path))
	if err != nil {
		return err
	}
	return errors.Join(migrate(c), c.close(), m.fs.SyncDir(filepath.Dir(path)))
}

func (m *medium) writerDSN(path string) string {
	return m.dsn(path, "_journal_mode=WAL&_synchronous=FULL&_txlock=immediate&_busy_timeout=5000&_foreign_keys=1")
}

// openWriter opens the writing connection and reads back that it is durable: the
// driver's own default is synchronous=NORMAL, which loses commits on a power cut.
func (m *medium) openWriter(path string) (*conn, error) {
	c, err := openConn(m.writerDSN(path))
	if err != nil {
		return nil, err
	}
	fail := func(err error) (*conn, error) {
		c.close()
		return nil, err
	}
	if err := migrate(c); err != nil {
		return fail(err)
	}
	if err := readBack(c); err != nil {
		return fail(err)
	}
	if err := c.c.SetFileControlInt("main", sqlite3.SQLITE_FCNTL_PERSIST_WAL, 1); err != nil {
		return fail(fmt.Errorf("keep the write-ahead log: %w", err))
	}
	if err := c.script("PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-8000"); err != nil { // see DB.checkpoint
		return fail(err)
	}
	return c, nil
}

// readBack refuses a connection on which a commit is not on the disk when it returns.
func readBack(c *conn) error {
	mode, err := c.one("PRAGMA journal_mode")
	if err != nil {
		return err
	}
	sync, err := c.one("PRAGMA synchronous")
	if err != nil {
		return err
	}
	if mode.text(0) != "wal" || sync.int(0) != 2 {
		return order.Errorf("not_durable", "the database runs with journal_mode=%s synchronous=%d, not WAL and FULL",
			mode.text(0), sync.int(0)).WithHint("keep the data folder on a local disk")
	}
	return nil
}

// start loads what is kept in memory, and starts a log where there is none to go on with.
func (db *DB) start(here identity, found whose) error {
	if err := db.loadLogs(); err != nil {
		return err
	}
	r, err := db.w.one("SELECT offset_ms, reading, swept FROM sync")
	if err != nil {
		return err
	}
	db.centre = NewCentreTime(db.clock, time.Duration(r.int(0))*time.Millisecond)
	db.reading, db.swept = r.int(1), r.int(2)
	if db.keyring, err = openKeysToWrite(db.on.fs, db.dir); err != nil {
		return err
	}
	r, err = db.w.one("SELECT machine, disk, file FROM identity")
	if err != nil {
		return err
	}
	switch {
	case len(db.logs.all) == 0:
		db.started = StartedFirst
	case r == nil || found.strange:
		db.started = StartedRestored
	case !here.same(identity{r.text(0), r.text(1), r.text(2)}):
		db.started = StartedMoved
	}
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	err = tx.mark(found.noted)
	if err == nil && db.started != "" {
		err = tx.begin(here)
	}
	if err != nil {
		return errors.Join(err, tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	return db.settle()
}

// begin starts a log in the place where the database is now.
func (tx *Tx) begin(here identity) error {
	err := tx.exec("INSERT INTO identity VALUES(1,?,?,?) ON CONFLICT DO UPDATE SET machine=excluded.machine, disk=excluded.disk, file=excluded.file",
		here.machine, here.disk, here.file)
	if err != nil {
		return err
	}
	if err := tx.doubtPrints(); err != nil {
		return err
	}
	return tx.startLog(tx.db.started)
}

// Started says why Open started a new event log, "" when it went on with the old one.
func (db *DB) Started() StartedReason { return db.started }

// Dir returns the data folder.
func (db *DB) Dir() string { return db.dir }

// Close ends all work and gives the folder free. An open transaction is rolled back.
func (db *DB) Close() error {
	var errs []error
	if db.inTx || db.begun {
		db.inTx, db.begun = false, false
		errs = append(errs, db.w.exec("ROLLBACK"))
	}
	if db.poison == nil && db.session != "" { // so that a copy made until now is known as an older one
		if err := db.copyOn(); !noRoom(err) {
			errs = append(errs, err)
		}
	}
	db.session = ""
	errs = append(errs, db.w.close(), db.receipts.close())
	if db.lock != nil {
		errs = append(errs, db.lock.Close())
	}
	return errors.Join(errs...)
}

// DiskFree returns the free space and the size of the data folder's disk, bytes.
func (db *DB) DiskFree() (free, total int64, err error) { return db.on.fs.Free(db.dir) }

// openError gives what went wrong at opening a code and a next step.
func openError(op string, err error) error {
	var e *order.Error
	if errors.As(err, &e) {
		return e
	}
	e = &order.Error{Code: "database_open", Op: op, Msg: "the station's database cannot be opened", Err: err}
	switch {
	case isCode(err, sqlite3.ErrNotADB), isCode(err, sqlite3.ErrCorrupt):
		e.Code = "database_damaged"
		e.Hint = "keep the file; save what can be read with 'pickstation db salvage FILE OUT', or restore the newest backup with 'pickstation db restore FILE'"
	case errors.Is(err, os.ErrPermission):
		e.Hint = "let the station's user own the data folder"
	default:
		e.Hint = "check the disk and the data folder"
	}
	return e
}
