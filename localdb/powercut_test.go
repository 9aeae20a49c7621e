package localdb

import (
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
	done, findings := worlds(cuts, 20, seed, troubles)
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
				if _, findings := worlds(400, 20, seed, []trouble{c}); len(findings) > 0 {
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

// Every change and every sync of a day in small is a place where the power fails once.
func TestPowerCutAtEveryStep(t *testing.T) {
	const seed = 7
	steps := 260
	if testing.Short() {
		steps = 40
	}
	for n := 1; n <= steps; n++ {
		w, err := newCutWorld(seed, trouble{})
		if err != nil {
			t.Fatal(err)
		}
		w.disk.CutAfter(n)
		err = w.untilCut()
		w.close()
		if err == nil {
			err = w.disk.PowerOn()
		}
		if err == nil {
			err = w.open()
		}
		if err != nil {
			t.Errorf("power fails at step %d: %v", n, err)
		}
		w.end()
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
