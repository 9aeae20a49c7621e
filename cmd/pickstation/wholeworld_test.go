package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"pickstation/localdb"
	"pickstation/world/farm"
)

// wholeWorlds is how many whole systems go wrong.
var wholeWorlds = farm.Size{Name: "whole systems", Env: "PICKSTATION_WHOLE_WORLDS", CI: 16, Short: 3, Soak: 1000}

// TestWholeSystemsThatGoWrongLoseAndDoubleNothing runs whole systems, real processes
// with a simulated scanner and printer, and lets each go wrong as its seed says: the
// network is cut and comes back, the station and its centre are killed together, the
// centre is killed alone, and is restored from a backup; the station's disk is replaced by
// a backup. Three records must agree in the end: the simulator's journal, the station's
// database, and the centre over HTTP.
func TestWholeSystemsThatGoWrongLoseAndDoubleNothing(t *testing.T) {
	seen := farm.Run(t, wholeWorlds, func(seed int64, tally *farm.Tally) string {
		// A subtest of its own lets a world end at the first thing that is wrong.
		if ok := t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { runWholeWorld(t, uint64(seed), tally) }); !ok {
			return "see above"
		}
		return ""
	})
	for _, what := range []string{allKilled, centreKilled, backedUp, restored, replaced} {
		if seen.Of(what) == 0 && wholeWorlds.Whole() {
			t.Errorf("in no world %s: the test tests nothing", what)
		}
	}
}

// What goes wrong.
const (
	allKilled    = "everything is killed"
	centreKilled = "the centre is killed"
	backedUp     = "the centre is backed up"
	restored     = "the centre is restored"
	replaced     = "the station's disk is replaced"
)

func runWholeWorld(t *testing.T, seed uint64, seen *farm.Tally) {
	w := &wholeWorld{T: t, rng: rand.New(rand.NewPCG(seed, 1)), dir: t.TempDir(), seen: seen}
	offline := 1 + w.rng.IntN(2)
	w.args = []string{"--orders", "4", "--seed", strconv.FormatUint(seed, 10), "--offline-at", strconv.Itoa(offline),
		"--online-at", strconv.Itoa(offline + 1 + w.rng.IntN(2))}
	for range 2 + w.rng.IntN(2) {
		if w.goWrong() {
			break
		}
	}
	sum := finish(t, demoCommand(t, w.dir, w.args...))
	if sum.Lost != 0 || sum.Duplicated != 0 || sum.Strange != 0 || sum.CentralDispatched != 4 || sum.Labels != 4 {
		t.Errorf("%+v\n%s", sum, strings.Join(w.trace, "\n"))
	}
}

// wholeWorld is one data folder and what happens to it.
type wholeWorld struct {
	*testing.T
	rng    *rand.Rand
	dir    string
	args   []string
	backup string // of the centre, "" none
	trace  []string
	seen   *farm.Tally
}

func (w *wholeWorld) note(what string) {
	w.seen.Add(what, 1)
	w.trace = append(w.trace, fmt.Sprintf("after %d lines: %s", journalLines(w.dir), what))
}

// goWrong runs the system until something happens to it; it says whether the system
// came to its end before.
func (w *wholeWorld) goWrong() bool {
	w.Helper()
	cmd := demoCommand(w.T, w.dir, w.args...)
	if err := cmd.Start(); err != nil {
		w.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	lines := journalLines(w.dir) + 1 + w.rng.IntN(20)
	alone := w.rng.IntN(3) == 0
	if finished := w.await(lines, done); finished {
		return true
	}
	if alone && w.killCentre(cmd) {
		w.note(centreKilled)
		<-done // the demo ends with it
	} else {
		w.note(allKilled)
		if err := cmd.Process.Signal(syscall.SIGKILL); err != nil && !errors.Is(err, os.ErrProcessDone) {
			w.Fatal(err)
		}
		<-done
	}
	w.tend()
	return false
}

// await waits until the simulator's journal has so many lines; it says whether the
// system came to its end before.
func (w *wholeWorld) await(lines int, done <-chan error) bool {
	w.Helper()
	late := time.After(2 * time.Minute)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for journalLines(w.dir) < lines {
		select {
		case err := <-done:
			if err != nil {
				w.Fatalf("the demo ended by itself: %v\n%s", err, strings.Join(w.trace, "\n"))
			}
			return true
		case <-late:
			w.Fatalf("the demo does not get on\n%s", strings.Join(w.trace, "\n"))
		case <-tick.C:
		}
	}
	return false
}

// killCentre kills the child alone.
func (w *wholeWorld) killCentre(cmd *exec.Cmd) bool {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		w.Fatal(err)
	}
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		// proc(5): pid (comm) state ppid …
		head, rest, ok := strings.Cut(string(text), ") ")
		f := strings.Fields(rest)
		if !ok || !strings.HasSuffix(head, "(pickcentral") || len(f) < 2 || f[1] != strconv.Itoa(cmd.Process.Pid) {
			continue
		}
		pid, err := strconv.Atoi(head[:strings.IndexByte(head, ' ')])
		if err != nil {
			w.Fatal(err)
		}
		return syscall.Kill(pid, syscall.SIGKILL) == nil
	}
	return false
}

// tend backs the centre up or restores it, or gives the station a new disk, while nothing runs.
func (w *wholeWorld) tend() {
	w.Helper()
	store := filepath.Join(w.dir, "central.db")
	switch {
	case w.backup == "":
		w.note(backedUp)
		w.backup = filepath.Join(w.dir, "central.backup")
		c, err := newCentre(w.dir)
		if err == nil {
			_, err = c.call(w.Context(), "backup", w.backup)
		}
		if err != nil {
			w.Fatal(err)
		}
	case w.rng.IntN(3) == 0:
		w.replaceDisk()
	case w.rng.IntN(2) == 0:
		w.note(restored)
		body, err := os.ReadFile(w.backup)
		if err != nil {
			w.Fatal(err)
		}
		for _, name := range []string{store, store + "-wal", store + "-shm"} {
			if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
				w.Fatal(err)
			}
		}
		if err := os.WriteFile(store, body, 0o600); err != nil {
			w.Fatal(err)
		}
	}
}

// replaceDisk puts a backup of the station's database in its place. Nothing happened after
// the backup, so that nothing may be missing; but the station cannot know that, and goes on
// in a new log.
func (w *wholeWorld) replaceDisk() {
	w.Helper()
	w.note(replaced)
	dir := w.dir
	backup := filepath.Join(w.TempDir(), "station.backup")
	r, err := localdb.OpenReader(dir)
	if err == nil {
		err = errors.Join(r.Backup(w.Context(), backup), r.Close())
	}
	if err == nil {
		_, err = localdb.Restore(dir, backup, true, time.Now())
	}
	if err != nil {
		w.Fatal(err)
	}
}
