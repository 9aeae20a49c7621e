package localdb

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"pickstation/localdb/powercut"
	"pickstation/order"
	"pickstation/sync/wire"
)

// simulated lets the database's own file work stand on the simulated disk too.
type simulated struct{ *powercut.Disk }

func (s simulated) OpenFile(name string, flag int, perm os.FileMode) (file, error) {
	f, err := s.Disk.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return f, nil
}

// cutWorld is one station on one simulated disk that loses power again and again.
type cutWorld struct {
	seed uint64
	rnd  *rand.Rand
	dir  string
	disk *powercut.Disk
	on   *medium
	h    *hands
	key  *BoxKey
	trouble

	db      *DB
	readers []*Reader
	before  string // what the last commit that was acknowledged left
	after   string // what the one under way would have left, "" none is
	tx      int    // transactions so far
	cuts    int
	commits int // that were acknowledged
	unsaid  int // commits that failed and were taken back
	looks   int
	last    bool            // look at everything: nothing comes after it
	looked  int64           // events up to this row were looked at
	boxes   map[string]bool // sealed receivers that were opened
}

// trouble says what else goes wrong in a world beside the power.
type trouble struct {
	failSyncs int  // one sync in so many fails, 0 none
	room      int  // bytes of free space at most, 0 unlimited
	made      bool // the first start has made its tables
	inMemory  bool // the files are
	weaken    func(*cutWorld)
}

// newCutWorld makes a world; its folder is in memory where the machine has such.
func newCutWorld(seed uint64, t trouble) (*cutWorld, error) {
	base := "/dev/shm"
	if _, err := os.Stat(base); err != nil {
		base = ""
	}
	dir, err := os.MkdirTemp(base, "powercut")
	if err != nil {
		return nil, err
	}
	w := &cutWorld{seed: seed, rnd: rand.New(rand.NewPCG(seed, 1)), dir: dir, h: newHands(), trouble: t, boxes: map[string]bool{}}
	if w.key, err = EnsureBoxKey(dir); err != nil {
		return nil, err
	}
	if t.made {
		if err := os.WriteFile(filepath.Join(dir, dbFile), emptyDatabase(), 0o600); err != nil {
			return nil, err
		}
	}
	if w.disk, err = powercut.New(dir, seed); err != nil {
		return nil, err
	}
	vfs := powercut.VFS
	if t.inMemory {
		vfs = powercut.VFSMemory
		if err := w.disk.KeepInMemory(dbFile); err != nil {
			return nil, err
		}
	}
	w.on = &medium{fs: simulated{w.disk}, vfs: vfs, wal: 48 << 10, ballast: 16 << 10, checkpoint: 4 + w.rnd.IntN(20), reissue: 3}
	return w, nil
}

// emptyDatabase is what a first start leaves before it begins a log: most worlds begin
// with it, for making the tables costs as much as three power cuts.
var emptyDatabase = sync.OnceValue(func() []byte {
	dir, err := os.MkdirTemp("", "powercut")
	must(err)
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, dbFile)
	must(ownDisk.create(path))
	b, err := os.ReadFile(path)
	must(err)
	return b
})

func (w *cutWorld) end() {
	w.close()
	w.disk.Close()
	os.RemoveAll(w.dir)
}

// close lets go of everything, as the end of the process does.
func (w *cutWorld) close() {
	for _, r := range w.readers {
		r.Close()
	}
	w.readers = nil
	if w.db != nil {
		w.db.Close()
		w.db = nil
	}
}

// open starts the station. what stands there must be what was acknowledged, or that
// and the commit that was under way.
func (w *cutWorld) open() error {
	db, err := Open(context.Background(), Options{Dir: w.dir, Clock: w.h.clock(), on: w.on})
	if err != nil {
		return err
	}
	w.db = db
	if w.weaken != nil {
		w.weaken(w)
	}
	if w.before == "" { // the first start that came to its end
		w.before, err = stateOf(db.w)
		return err
	}
	now, err := stateOf(db.w)
	if err != nil {
		return err
	}
	if now != w.before && now != w.after {
		return fmt.Errorf("%w: transaction %d: %s", errLost, w.tx, difference(w.before, now))
	}
	w.before, w.after = now, ""
	return w.sound()
}

// run lets the power fail so many times, and returns the first finding.
func (w *cutWorld) run(cuts int) error {
	for w.cuts = 0; w.cuts < cuts; {
		at := 1 + w.rnd.IntN(75) // often in the middle of a start or of the first commit
		if w.rnd.IntN(3) > 0 {
			at = 1 + w.rnd.IntN(170)
		}
		w.disk.CutAfter(at)
		w.disk.FailSyncs(w.failSyncs)
		if w.room > 0 {
			w.disk.Room(int64(w.rnd.IntN(w.room)))
		}
		if err := w.untilCut(); err != nil {
			return w.found(err)
		}
		w.cuts++
		w.close()
		if err := w.disk.PowerOn(); err != nil {
			return w.found(err)
		}
	}
	w.disk.FailSyncs(0)
	w.disk.Room(-1)
	w.last = true
	return w.found(w.open())
}

func (w *cutWorld) found(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("seed %d, cut %d: %w", w.seed, w.cuts, err)
}

// untilCut works until the power is off. A commit that fails before that ends the
// process, which starts again.
func (w *cutWorld) untilCut() error {
	for tries := 0; ; tries++ {
		if tries > 20 { // somebody makes room, somebody changes the cable
			w.disk.FailSyncs(0)
			w.disk.Room(-1)
		}
		err := w.open()
		for err == nil && w.db != nil {
			err = w.step()
		}
		if w.disk.Dead() {
			return nil
		}
		if errors.Is(err, errLost) || errors.Is(err, errUnsound) {
			return err
		}
		if tries > 40 {
			return fmt.Errorf("the station does not start any more: %w", err)
		}
		w.close()
	}
}

// step is one transaction.
func (w *cutWorld) step() error {
	if w.rnd.IntN(12) == 0 {
		if err := w.look(); err != nil {
			return err
		}
	}
	w.h.advance(time.Second)
	if w.rnd.IntN(20) == 0 {
		w.h.advance(24 * time.Hour)
		if _, err := w.db.DestroyKeys(w.h.wall.Add(-48 * time.Hour)); err != nil {
			return err
		}
	}
	tx, err := w.db.Begin()
	if err != nil {
		return err
	}
	w.tx++
	err = w.work(tx)
	if err == nil {
		err = tx.PutBench(order.Bench{Screen: order.ScreenPick, Focus: w.tx})
	}
	if err != nil {
		return errors.Join(err, tx.Rollback())
	}
	if w.rnd.IntN(20) == 0 {
		return tx.Rollback()
	}
	if w.after, err = stateOf(w.db.w); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		if w.db.unsaid {
			w.after = "" // NOT SAVED means just that
			w.unsaid++
		}
		return err
	}
	w.before, w.after = w.after, ""
	w.commits++
	if w.rnd.IntN(2) == 0 {
		w.db.Ready() // its failure is told by the next Begin
	}
	return nil
}

// look opens another reader, or lets one go: readers keep the write-ahead log from
// being reused.
func (w *cutWorld) look() error {
	if len(w.readers) > 0 && w.rnd.IntN(2) == 0 {
		err := w.readers[0].Close()
		w.readers = w.readers[1:]
		return err
	}
	r, err := w.db.NewReader()
	if err != nil {
		return err
	}
	w.readers = append(w.readers, r)
	if err := r.c.exec("BEGIN"); err != nil {
		return err
	}
	_, err = r.c.one("SELECT count(*) FROM lines") // holds its view until it is closed
	return err
}

// work changes something, mostly as scans do.
func (w *cutWorld) work(tx *Tx) error {
	s, err := w.db.Shipment("S1")
	if err != nil {
		return err
	}
	if s == nil {
		_, err := tx.ApplyFeed([]wire.FeedRow{w.workRow(1)}, 1, 1)
		return err
	}
	cur := w.db.logs.cur()
	if x := w.db.logs.staged; x != nil && !x.givenUp && w.rnd.IntN(4) > 0 { // go on with it, or with something else first
		l := w.db.logs.at(x.runs[0].first)
		_, err := tx.NewLog(l.ID, uint64(x.runs[0].first-l.FirstLSN)+1, StartedFork)
		return err
	}
	switch w.rnd.IntN(17) {
	case 7:
		_, err := tx.Reseal(w.h.wall.Add(-48*time.Hour), 10)
		return err
	case 0:
		_, err = tx.ApplyFeed([]wire.FeedRow{w.workRow(2 + w.rnd.IntN(3))}, int64(w.tx), 1)
		return err
	case 1:
		return tx.Acked(cur.ID, w.within(cur), w.within(cur))
	case 2:
		_, err = tx.Prune(w.h.wall, 10)
		return err
	case 3:
		all := w.db.logs.all
		l := &all[len(all)-1-w.rnd.IntN(min(len(all), 3))] // a closed one too, with others behind it
		if l.Last-l.Base < 2 {
			return nil
		}
		_, err = tx.NewLog(l.ID, l.Last-uint64(w.rnd.IntN(9)), StartedFork)
		return err
	case 4:
		return tx.PutCold(order.ColdAlert{Probe: "p1", Kind: order.TooWarm, Since: w.h.wall, MilliC: w.tx, Over: w.rnd.IntN(2) == 0})
	case 5:
		if err := tx.AddPrint(order.PrintOrder{Shipment: "S1", Parcel: 1, No: w.tx, Version: 1}, w.h.wall); err != nil {
			return err
		}
		return tx.SetPrint(order.PrintResult{JobID: int64(1 + w.rnd.IntN(5)), State: order.PrintSending, At: w.h.wall})
	case 6:
		for i := range 2 + w.rnd.IntN(60) {
			if err := do(tx, s, pick(1+i%2, 1)); err != nil {
				return err
			}
		}
		return nil
	}
	if err := do(tx, s, pick(1+w.rnd.IntN(2), 1)); err != nil {
		return err
	}
	last, err := w.db.LastEvent()
	if err != nil || last == nil {
		return err
	}
	return tx.PutPacket(order.DeviceID("gun"+strconv.Itoa(w.rnd.IntN(2))), []byte(strconv.Itoa(w.tx)), last)
}

// within returns a number of the log that may be acknowledged.
func (w *cutWorld) within(l *Log) uint64 { return l.Base + uint64(w.rnd.IntN(int(l.Last-l.Base)+1)) }

func (w *cutWorld) workRow(n int) wire.FeedRow {
	b := sealedWork(w.key, testShipment("S"+strconv.Itoa(n), 2, 1_000_000), lease(w.h))
	return wire.FeedRow{FS: int64(w.tx), Kind: wire.RowWork, ID: "S" + strconv.Itoa(n), Body: b}
}
