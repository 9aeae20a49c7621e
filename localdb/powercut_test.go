package localdb

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// troubles are the kinds of worlds that a sound station survives.
var troubles = []trouble{{}, {failSyncs: 6}, {failSyncs: 25}, {room: 40 << 10}, {room: 200 << 10, failSyncs: 12}}

// soakCuts is how many power cuts are made, and from which seed on.
func soakCuts(def int) (cuts int, seed uint64) {
	cuts, seed = def, 1
	if os.Getenv("PICKSTATION_SOAK") != "" {
		cuts = 1_000_000
	}
	if n, err := strconv.Atoi(os.Getenv("PICKSTATION_CUTS")); err == nil {
		cuts = n
	}
	if n, err := strconv.ParseUint(os.Getenv("PICKSTATION_SEED"), 10, 64); err == nil {
		seed = n
	}
	return cuts, seed
}

func TestPowerCutsLoseNothingThatWasAcknowledged(t *testing.T) {
	cuts, seed := soakCuts(2000)
	told := 0
	done, findings := worlds(cuts, 20, seed, troubles, func(n tally) {
		if n.cuts >= told+50_000 {
			told = n.cuts
			t.Log(n)
		}
	})
	for i, err := range findings {
		if i == 5 {
			t.Errorf("and %d more", len(findings)-i)
			break
		}
		t.Error(err)
	}
	t.Logf("%s; seeds from %d", done, seed)
	if cuts >= 2000 && (done.commits < 2*cuts || done.unsaid == 0 || done.failed == 0) {
		t.Errorf("too little happened: %s", done)
	}
}

// The simulator must find what it is there to find.
func TestPowerCutsFindAStationThatIsNotDurable(t *testing.T) {
	for name, c := range map[string]trouble{
		"synchronous=NORMAL": {weaken: func(w *cutWorld) { must(w.db.w.script("PRAGMA synchronous=NORMAL")) }},
		"synchronous=OFF":    {weaken: func(w *cutWorld) { must(w.db.w.script("PRAGMA synchronous=OFF")) }},
		"a disk that lies":   {weaken: func(w *cutWorld) { w.disk.Lie() }},
		"a write-ahead log that is not written again at the start": {failSyncs: 3, weaken: func(w *cutWorld) {
			w.on.fs = unwritten{simulated{w.disk}}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for seed := uint64(1); seed < 400; seed += 20 {
				if _, findings := worlds(400, 20, seed, []trouble{c}, nil); len(findings) > 0 {
					t.Log(findings[0])
					return
				}
			}
			t.Error("8,000 power cuts found nothing")
		})
	}
}

// unwritten leaves out that the write-ahead log is written again before it is opened.
type unwritten struct{ simulated }

func (u unwritten) OpenFile(name string, flag int, perm os.FileMode) (file, error) {
	f, err := u.simulated.OpenFile(name, flag, perm)
	if err == nil && strings.HasSuffix(name, "-wal") {
		return onlyGrows{f}, nil
	}
	return f, err
}

type onlyGrows struct{ file }

func (f onlyGrows) WriteAt(p []byte, off int64) (int, error) {
	if st, err := f.Stat(); err == nil && off < st.Size() {
		return len(p), nil
	}
	return f.file.WriteAt(p, off)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// Every change and every sync of a day in small is a place where the power fails once,
// and those of the very first start several times.
func TestPowerCutAtEveryStep(t *testing.T) {
	const steps, first = 180, 30
	for n := 1; n <= steps; n++ {
		for seed := uint64(7); seed == 7 || n <= first && seed < 10; seed++ {
			if err := cutAt(seed, n); err != nil {
				t.Errorf("seed %d, power fails at step %d: %v", seed, n, err)
			}
		}
	}
}

// cutAt lets the power fail at a step, and again as soon as something is acknowledged.
func cutAt(seed uint64, step int) error {
	w, err := newCutWorld(seed, trouble{})
	if err != nil {
		return err
	}
	defer w.end()
	w.disk.CutAfter(step)
	err = w.untilCut()
	w.close()
	if err == nil {
		err = errors.Join(w.disk.PowerOn(), w.open())
	}
	if seed%2 == 0 { // the start itself was acknowledged: a log has begun
		for commits := w.commits; err == nil && w.commits < commits+2; {
			err = w.step()
		}
	}
	if err != nil {
		return err
	}
	w.close()
	return errors.Join(w.disk.PowerOn(), w.open())
}

// uncopied is an open world whose write-ahead log is not copied by itself.
func uncopied(t *testing.T, seed uint64) *cutWorld {
	t.Helper()
	w, err := newCutWorld(seed, trouble{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.end)
	w.on.checkpoint = 1 << 20
	if err := w.open(); err != nil {
		t.Fatal(err)
	}
	return w
}

func TestAFailedCopyOfTheWriteAheadLogEndsTheWork(t *testing.T) {
	w := uncopied(t, 1)
	scans(t, w.db, 3)
	w.on.checkpoint = 1
	w.disk.FailSyncs(1)
	w.db.uncounted = 1 << 20
	w.db.checkpoint()
	if _, err := w.db.Begin(); codeOf(err) != "not_saved" {
		t.Errorf("work goes on: %v", err)
	}
	w.close()
	w.disk.FailSyncs(0)
	w.before = ""
	if err := w.open(); err != nil || w.db.LastSeq() != 3 {
		t.Error(w.db.LastSeq(), err)
	}
}

// A process that only reads keeps the shared memory of the write-ahead log alive, and with it
// the mark of what was copied, over the station's own restart.
func TestAFailedCopyIsDoneAgainAlsoWhereAnotherProcessReads(t *testing.T) {
	failed := 0
	for seed := range uint64(40) {
		w := uncopied(t, seed)
		give(t, w.db, w.h, testShipment("S1", 2, 100000))
		scans(t, w.db, 150)
		other, err := w.db.NewReader() // of another process
		if err != nil {
			t.Fatal(err)
		}
		must(other.c.exec("BEGIN"))
		_, err = other.c.one("SELECT count(*) FROM lines") // what comes next is not copied while it looks
		must(err)
		scans(t, w.db, 150)
		if r, err := w.db.w.one("PRAGMA wal_checkpoint(PASSIVE)"); err != nil || r.int(2) == 0 || r.int(2) >= r.int(1) {
			t.Fatalf("no part was copied: %v %v", r, err)
		}
		must(other.c.exec("ROLLBACK"))
		w.disk.FailSyncs(2) // the log's, or after it the database's
		w.on.checkpoint, w.db.uncounted = 1, 1<<20
		w.db.checkpoint()
		if w.db.poison != nil {
			failed++
		}
		w.disk.FailSyncs(0)
		w.close()
		w.on.checkpoint, w.before = 1<<20, ""
		if err := w.open(); err != nil {
			t.Fatal(err)
		}
		if r, err := w.db.w.one("PRAGMA wal_checkpoint(PASSIVE)"); err != nil || r.int(1) != r.int(2) {
			t.Fatalf("not all was copied: %v %v", r, err)
		}
		scans(t, w.db, 1) // begins the log anew
		must(other.Close())
		w.close()
		w.before = ""
		if err := errors.Join(w.disk.PowerOn(), w.open()); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if err := w.sound(); err != nil || w.db.LastSeq() != 301 {
			t.Errorf("seed %d: %d events, %v", seed, w.db.LastSeq(), err)
		}
	}
	if failed < 10 {
		t.Errorf("the copy failed %d times", failed)
	}
}

func TestSimulatedDiskKeepsToItsSeed(t *testing.T) {
	var states [2]string
	for i := range states {
		w, err := newCutWorld(11, trouble{failSyncs: 9})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.run(10); err != nil {
			t.Fatal(err)
		}
		ops, syncs, failed := w.disk.Count()
		states[i] = fmt.Sprint(ops, syncs, failed, w.tx)
		if _, err := os.Stat(filepath.Join(w.dir, dbFile)); err != nil || failed == 0 {
			t.Error(err, failed)
		}
		w.end()
	}
	if states[0] != states[1] {
		t.Errorf("the same seed ran differently: %s, %s", states[0], states[1])
	}
}

// What runs fast must be the same disk: the same work makes the same changes and syncs.
func TestADiskInMemoryIsTheDiskOfFiles(t *testing.T) {
	var counts [2]string
	for i := range counts {
		w, err := newCutWorld(5, trouble{inMemory: i == 1})
		if err != nil {
			t.Fatal(err)
		}
		defer w.end()
		if err := w.open(); err != nil {
			t.Fatal(err)
		}
		for range 60 {
			if err := w.step(); err != nil {
				t.Fatal(err)
			}
		}
		counts[i] = fmt.Sprint(w.disk.Count())
		w.close()
		if err := errors.Join(w.disk.PowerOn(), w.open()); err != nil {
			t.Error(err)
		}
	}
	if counts[0] != counts[1] {
		t.Errorf("changes, syncs, failed: in files %s, in memory %s", counts[0], counts[1])
	}
}
