package localdb

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"pickstation/order"
	"pickstation/world/farm"
)

// TestMain lets the test binary be a station that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("LOCALDB_TEST_PICKER"); dir != "" {
		pickUntilKilled(dir)
	}
	os.Exit(m.Run())
}

// pickUntilKilled picks one unit per commit and says so after each commit.
func pickUntilKilled(dir string) {
	db, err := Open(context.Background(), Options{Dir: dir})
	die(err)
	s, err := db.Shipment("S1")
	die(err)
	for {
		tx, err := db.Begin()
		die(err)
		die(do(tx, s, pick(1, 1)))
		die(tx.PutBench(order.Bench{Screen: order.ScreenPick, Focus: s.Lines[0].Picked}))
		die(tx.Commit())
		fmt.Printf("%d %d\n", db.LastSeq(), s.Lines[0].Picked)
	}
}

func die(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func TestKilledStationHasEverythingItSaid(t *testing.T) {
	dir := t.TempDir()
	db, err := Open(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	h := newHands()
	give(t, db, h, testShipment("S1", 1, 1_000_000))
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	kills, _ := farm.Size{Name: "kills", Env: "PICKSTATION_KILLS", CI: 8, Short: 3, Soak: 1000}.Seeds()
	for range kills {
		seq, picked := pickAndKill(t, dir)
		db, err := Open(t.Context(), Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		s := mustShipment(t, db, "S1")
		bench, err := db.Bench()
		if err != nil {
			t.Fatal(err)
		}
		got := s.Lines[0].Picked
		// At most the commit after the last one that was reported may be there too.
		if got < picked || got > picked+1 || db.LastSeq() < seq || bench.Focus != got || uint64(got) != db.LastSeq() {
			t.Errorf("told %d picked at %d; found %d at %d, bench %d", picked, seq, got, db.LastSeq(), bench.Focus)
		}
		r := reader(t, db)
		if err := r.CheckRecent(t.Context(), 1<<20); err != nil {
			t.Error(err)
		}
		if err := r.QuickCheck(t.Context()); err != nil {
			t.Error(err)
		}
		r.Close()
		db.Close()
	}
}

// pickAndKill runs a station until it has reported a few commits, kills it, and
// returns the last thing it said.
func pickAndKill(t *testing.T, dir string) (seq uint64, picked int) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "LOCALDB_TEST_PICKER="+dir)
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	watchdog := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
	defer watchdog.Stop()
	lines := bufio.NewReader(out)
	for left := 1 + rand.IntN(150); ; left-- {
		if left == 0 {
			_ = cmd.Process.Kill() // what it still said stands in the pipe
		}
		line, err := lines.ReadString('\n')
		if err == io.EOF || err != nil {
			break
		}
		if _, err := fmt.Sscanf(line, "%d %d", &seq, &picked); err != nil {
			t.Fatal(line, err)
		}
	}
	_ = cmd.Wait() // killed
	if errs.Len() > 0 {
		t.Fatal(errs.String())
	}
	return seq, picked
}
