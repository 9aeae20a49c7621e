package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"pickstation/localdb"
	"pickstation/order"
	"pickstation/station"
)

// copyingBench is a station that keeps a copy, behind a line that can be cut.
type copyingBench struct {
	*linkedBench
	*carryStation
	copies string
}

func newCopyingBench(t *testing.T) *copyingBench {
	t.Helper()
	c, dir := newCarryCentre(t)
	if err := c.start(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.stop)
	line, err := newRelay(t.Context(), "127.0.0.1:0", c.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(line.Close)
	b := &copyingBench{carryStation: &carryStation{T: t, dir: t.TempDir(), centre: c}, copies: t.TempDir()}
	b.carryStation.config = stationConfig(t, b.dir, "https://"+line.Addr())
	b.linkedBench = &linkedBench{liveBench: &liveBench{T: t}, line: line}
	b.enrol()
	return b
}

// enrol enrols the bench, again after its disk was lost.
func (b *copyingBench) enrol() {
	b.linkedBench.Helper()
	b.cfg = enrolAt(b.linkedBench.T, b.centre, b.carryStation.config)
	b.cfg.Sync = SyncConfig{CopyDir: b.copies, CopyEvery: duration(10 * time.Millisecond)}
	b.linkedBench.data, b.carryStation.data = b.cfg.DataDir, b.cfg.DataDir
}

// picksAlone fetches the bench's work, cuts the line, and picks two units.
func (b *copyingBench) picksAlone() order.ShipmentID {
	b.linkedBench.Helper()
	stop := b.run()
	b.await("work", func(v *station.View) bool { return v.Sync.Online && v.QueueTotal == 1 && v.Sync.Unsent == 0 })
	stop()
	b.line.Cut()
	return b.pick(2)
}

// copied waits until the copy holds what the station has stored by now.
func (b *copyingBench) copied() *station.View {
	b.linkedBench.Helper()
	now := time.Now()
	return b.await("a copy", func(v *station.View) bool { return v.Copy.At.After(now) })
}

// files are the copies.
func (b *copyingBench) files() (names []string) {
	b.linkedBench.Helper()
	in, err := os.ReadDir(b.copies)
	if err != nil {
		b.linkedBench.Fatal(err)
	}
	for _, e := range in {
		names = append(names, e.Name())
	}
	return names
}

// stored is how many events the station's log has, and picked what it knows of the first line.
func (b *copyingBench) stored(id order.ShipmentID) (seq uint64, picked int) {
	b.linkedBench.Helper()
	db, err := localdb.Open(b.linkedBench.Context(), localdb.Options{Dir: b.cfg.DataDir})
	if err != nil {
		b.linkedBench.Fatal(err)
	}
	defer db.Close()
	sh, err := db.Shipment(id)
	if err != nil || sh == nil {
		b.linkedBench.Fatalf("no shipment %s: %v", id, err)
	}
	return db.LastSeq(), sh.Lines[0].Picked
}

// takeCopies takes the copies in at the centre.
func (b *copyingBench) takeCopies(args ...string) (events int, err error) {
	b.linkedBench.Helper()
	out, err := b.centre.call(b.linkedBench.Context(), append([]string{"sync", "import", b.copies}, args...)...)
	for _, line := range bytes.Split(bytes.TrimSpace(out), []byte("\n")) {
		var a answered
		if json.Unmarshal(line, &a) == nil {
			events += a.Events
		}
		if a.Answer != "" {
			b.linkedBench.Errorf("a copy is answered: %s", line)
		}
	}
	return events, err
}

// A bench works for days without a network, then its disk dies: what it did is brought to the
// centre in the copy, and the bench goes on with a new disk under its name.
func TestABenchWhoseDiskDiesWithoutANetworkLosesNothing(t *testing.T) {
	b := newCopyingBench(t)
	id := b.picksAlone()
	stop := b.run()
	v := b.copied()
	stop()
	if v.Copy.Files != 1 || v.Copy.Earlier != 0 || v.Copy.Problem != station.CopySameDisk {
		t.Errorf("the copy: %+v", v.Copy)
	}
	b.pick(1)
	stop = b.run()
	b.copied()
	stop()
	seq, _ := b.stored(id)
	names := b.files()
	if len(names) != 1 || !strings.HasSuffix(names[0], ".copy") {
		t.Fatalf("files %q", names)
	}
	if st, err := os.Stat(filepath.Join(b.copies, names[0])); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", st.Mode(), err)
	}
	if text, err := os.ReadFile(filepath.Join(b.copies, names[0])); err != nil || bytes.Contains(text, []byte("赵钱孙")) {
		t.Errorf("the copy: %v", err)
	}

	if err := os.RemoveAll(b.cfg.DataDir); err != nil {
		t.Fatal(err)
	}
	if n, err := b.takeCopies(); err != nil || uint64(n) != seq {
		t.Fatalf("%d of %d events taken in: %v", n, seq, err)
	}
	if got := b.pickedAtCentre(id); got != 3 {
		t.Fatalf("%d units at the centre", got)
	}
	b.line.Restore()
	b.enrol()
	stop = b.run()
	b.await("the work as it stood", func(v *station.View) bool { return v.Sync.Online && v.QueueTotal == 1 })
	v = b.await("what the lost disk left", func(v *station.View) bool { return v.Copy.Problem == station.CopyEarlier })
	stop()
	if v.Copy.Earlier != 1 {
		t.Errorf("the copy: %+v", v.Copy)
	}
	if _, picked := b.stored(id); picked != 3 {
		t.Errorf("the new disk has %d units", picked)
	}
	b.pick(4)
	stop = b.run()
	b.await("everything sent", func(v *station.View) bool { return v.Sync.Online && v.Sync.Unsent == 0 })
	stop()
	if got := b.pickedAtCentre(id); got != 7 {
		t.Errorf("%d units at the centre in the end", got)
	}
	if n, err := b.takeCopies(); err == nil || n != 4 {
		t.Errorf("the certificate of the lost disk is taken without a word: %d events, %v", n, err)
	}
	if n, err := b.takeCopies("--replaced"); err != nil || uint64(n) != seq+4 {
		t.Errorf("again: %d events, %v", n, err)
	}
	if got := b.pickedAtCentre(id); got != 7 {
		t.Errorf("%d units after the copies came again", got)
	}
}

// What was done since the newest look at the folder is copied when the program ends.
func TestTheCopyIsCompleteWhenTheProgramHasEnded(t *testing.T) {
	b := newCopyingBench(t)
	b.cfg.Sync.CopyEvery = duration(time.Hour)
	id := b.picksAlone()
	stop := b.run()
	b.await("a copy", func(v *station.View) bool { return !v.Copy.At.IsZero() })
	b.nonsense()
	stop()
	seq, _ := b.stored(id)
	files := b.files()
	if len(files) != 1 {
		t.Fatalf("the copies: %q", files)
	}
	if s, ok := parseCopyName("bench-1", files[0]); !ok || s.Last != seq {
		t.Errorf("%s, and the log ends at %d", files[0], seq)
	}
}

// A backup of the bench is older than its copy: what only the copy has is neither deleted nor
// taken for what the backup has, and comes to the centre once.
func TestABackupThatIsPutBackLeavesTheCopyOfWhatItLacks(t *testing.T) {
	b := newCopyingBench(t)
	id := b.picksAlone()
	backup := filepath.Join(t.TempDir(), "st1.db")
	if _, code, err := cli(t, "db", "backup", backup, "--config", b.carryStation.config); code != 0 {
		t.Fatal(err)
	}
	b.pick(3)
	stop := b.run()
	b.copied()
	stop()
	if _, code, err := cli(t, "db", "restore", backup, "--discard", "--config", b.carryStation.config); code != 0 {
		t.Fatal(err)
	}
	stop = b.run()
	b.await("what the backup lacks", func(v *station.View) bool { return v.Copy.Problem == station.CopyEarlier })
	b.line.Restore()
	b.await("everything sent", func(v *station.View) bool { return v.Sync.Online && v.Sync.Unsent == 0 })
	if _, err := b.centre.call(t.Context(), "backup", filepath.Join(t.TempDir(), "backup.db")); err != nil {
		t.Fatal(err)
	}
	b.nonsense()
	b.await("everything sent", func(v *station.View) bool { return v.Sync.Unsent == 0 })
	if v := b.copied(); v.Copy.Earlier != 1 {
		t.Errorf("the copy: %+v", v.Copy)
	}
	if got := b.pickedAtCentre(id); got != 2 {
		t.Fatalf("%d units before the copy", got)
	}
	if n, err := b.takeCopies(); err != nil || n == 0 {
		t.Fatalf("%d events, %v", n, err)
	}
	if got := b.pickedAtCentre(id); got != 5 {
		t.Errorf("%d units with the copy", got)
	}
	stop()
}

// The bench was enrolled again before somebody thought of the copy.
func TestACopyIsTakenInAfterTheBenchWasEnrolledAgain(t *testing.T) {
	b := newCopyingBench(t)
	id := b.picksAlone()
	stop := b.run()
	b.copied()
	stop()
	if err := os.RemoveAll(b.cfg.DataDir); err != nil {
		t.Fatal(err)
	}
	b.line.Restore()
	b.enrol()
	stop = b.run()
	b.await("work on the new disk", func(v *station.View) bool { return v.QueueTotal == 1 && v.Sync.Unsent == 0 })
	if n, err := b.takeCopies("--replaced"); err != nil || n == 0 {
		t.Fatalf("%d events, %v", n, err)
	}
	b.await("the bench hears of it", func(v *station.View) bool { return len(v.Queue) == 1 && v.Queue[0].Picked == 2 })
	stop()
	if _, picked := b.stored(id); picked != 2 {
		t.Errorf("%d units", picked)
	}
}

func TestACopyGoesOnceTheCentreCannotLoseIt(t *testing.T) {
	b := newCopyingBench(t)
	b.line.Cut()
	stationDir(t, b.cfg.DataDir, 3)
	stop := b.run()
	b.copied()
	if n := len(b.files()); n != 1 {
		t.Fatalf("%d files", n)
	}
	b.line.Restore()
	b.await("everything sent", func(v *station.View) bool { return v.Sync.Online && v.Sync.Unsent == 0 })
	b.copied()
	if n := len(b.files()); n != 1 {
		t.Fatalf("the centre has no backup yet, and %d files are left", n)
	}
	stop()
	if _, err := b.centre.call(t.Context(), "backup", filepath.Join(t.TempDir(), "backup.db")); err != nil {
		t.Fatal(err)
	}
	copies := b.cfg.Sync
	b.cfg.Sync = SyncConfig{}
	stop = b.run()
	b.nonsense() // the answer to its push tells of the backup
	b.await("everything sent", func(v *station.View) bool { return v.Sync.Online && v.Sync.Unsent == 0 })
	stop()
	old := b.files()[0]
	b.cfg.Sync = copies
	stop = b.run()
	b.copied()
	stop()
	if names := b.files(); slices.Contains(names, old) {
		t.Errorf("files %q", names)
	}
}

// What goes wrong with the folder is one alert, and neither the bench nor its end waits for it.
func TestAFolderThatFailsIsToldAndHoldsNothingUp(t *testing.T) {
	b := newCopyingBench(t)
	b.line.Cut()
	stationDir(t, b.cfg.DataDir, 3)
	away := b.copies + ".away"
	if err := os.Rename(b.copies, away); err != nil {
		t.Fatal(err)
	}
	stop := b.run()
	trouble := func(problem string) {
		t.Helper()
		b.nonsense()
		b.await(problem, func(v *station.View) bool { return v.Copy.Problem == problem })
		b.at(station.AlertCopy, soon, true)
	}
	trouble(station.CopyAbsent)
	if err := os.Rename(away, b.copies); err != nil {
		t.Fatal(err)
	}
	b.copied()

	// Files that cannot be opened: a pipe that nobody reads stands in the place of each next one.
	pipes := b.pipes(20)
	trouble(station.CopyHangs)
	stop() // does not wait for it
	for _, name := range pipes {
		f, err := os.OpenFile(name, os.O_RDWR, 0) // lets the hanging call end
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Error(err)
		}
		t.Cleanup(func() { _ = f.Close() })
	}
}

// nonsense scans something, which is an event.
func (b *copyingBench) nonsense() {
	b.linkedBench.Helper()
	loop := <-b.loop
	b.loop <- loop
	now := time.Now()
	if err := loop.Scan(b.linkedBench.Context(), station.Scan{Device: "gun1", Text: "NONSENSE", LastByte: now}); err != nil {
		b.linkedBench.Fatal(err)
	}
	b.await("its answer", func(v *station.View) bool { return v.Verdict != nil && !v.Verdict.Shown.Before(now) })
}

// pipes stand in the place of the next files, whichever of n events they end with.
func (b *copyingBench) pipes(n int) (names []string) {
	b.linkedBench.Helper()
	files := b.files()
	s, ok := parseCopyName("bench-1", files[0])
	if !ok || len(files) != 1 {
		b.linkedBench.Fatalf("files %q", files)
	}
	last := len(files[0]) - len("000000000000.copy")
	for i := range n {
		name := fmt.Sprintf("%s%012d.copy%s", files[0][:last], s.Last+uint64(i)+1, halfSuffix)
		names = append(names, filepath.Join(b.copies, name))
		if err := unix.Mkfifo(names[i], 0o600); err != nil {
			b.linkedBench.Fatal(err)
		}
	}
	return names
}
