package main

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"pickstation/world/farm"
)

// demoCommand runs this test binary as pickstation demo --auto.
func demoCommand(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, append([]string{"demo", "--auto", "--dir", dir, "--out", filepath.Join(dir, "labels")}, args...)...)
	cmd.Env = append(os.Environ(), "PICKSTATION_TEST_MAIN=1")
	return cmd
}

// finish runs a demo to its end and returns its last line.
func finish(t *testing.T, cmd *exec.Cmd) summary {
	t.Helper()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s%s", err, errs.String(), out.String())
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	var sum summary
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &sum); err != nil {
		t.Fatalf("last line %q: %v", lines[len(lines)-1], err)
	}
	return sum
}

// journalLines counts what the simulator has written down so far.
func journalLines(dir string) int {
	data, _ := os.ReadFile(filepath.Join(dir, "simulator.jsonl"))
	return bytes.Count(data, []byte("\n"))
}

// TestADemoKilledAtAnyMomentLosesNothing kills the whole demo, station and centre,
// without warning at random places and starts it again; the records must agree.
func TestADemoKilledAtAnyMomentLosesNothing(t *testing.T) {
	kills, _ := farm.Size{Name: "kills", Env: "PICKSTATION_KILLS", CI: 6, Short: 2, Soak: 200}.Seeds()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	dir := t.TempDir()
	args := []string{"--orders", "24", "--offline-at", "4", "--online-at", "14"}
	for range kills {
		cmd := demoCommand(t, dir, args...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		target := journalLines(dir) + 1 + rng.IntN(60)
		done := make(chan error, 1)
		go func() { done <- cmd.Wait() }()
		if finished := killAt(t, cmd, dir, target, done); finished {
			break
		}
	}
	sum := finish(t, demoCommand(t, dir, args...))
	if sum.Lost != 0 || sum.Duplicated != 0 || sum.CentralDispatched != 24 || sum.Labels != 24 {
		t.Errorf("after the kills: %+v", sum)
	}
	for _, c := range []struct {
		pattern string
		atLeast int
	}{{"*-EA*CN-customs-form*.pdf", 6}, {"*-EA*CN-invoice*.pdf", 6}, {"*-EA*CN-customs-list*.pdf", 6}} {
		if papers, _ := filepath.Glob(filepath.Join(dir, "papers", c.pattern)); len(papers) < c.atLeast {
			t.Errorf("papers %s: %d", c.pattern, len(papers))
		}
	}
}

// killAt kills the demo with SIGKILL once its journal has so many lines; it reports
// whether the demo came to its end before.
func killAt(t *testing.T, cmd *exec.Cmd, dir string, lines int, done <-chan error) bool {
	t.Helper()
	deadline := time.After(2 * time.Minute)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			if err != nil {
				t.Fatalf("the demo ended by itself: %v", err)
			}
			return true
		case <-deadline:
			t.Fatal("the demo does not get on")
		case <-tick.C:
		}
		if journalLines(dir) >= lines {
			if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			<-done
			return false
		}
	}
}

// TestRealOrdersGoThroughTheBench ships the first invoices of a real trading day.
func TestRealOrdersGoThroughTheBench(t *testing.T) {
	day := filepath.Join(testdata(t), "orders-uci", "2010-12-01.csv")
	sum := finish(t, demoCommand(t, t.TempDir(), "--from", day, "--orders", "6"))
	if sum.Lost != 0 || sum.Duplicated != 0 || sum.Strange != 0 || sum.Orders != 6 || sum.CentralDispatched != 6 || sum.Units == 0 {
		t.Errorf("six invoices: %+v", sum)
	}
}

// testdata returns the folder of outside data, or skips the test.
func testdata(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("PICKSTATION_TESTDATA")
	if dir == "" {
		t.Skip("PICKSTATION_TESTDATA names no folder with outside data")
	}
	if used := os.Getenv("PICKSTATION_TESTDATA_USED"); used != "" {
		f, err := os.OpenFile(used, os.O_APPEND|os.O_WRONLY, 0)
		if err == nil {
			_, _ = f.WriteString(t.Name() + "\n") // only the count of lines matters
			f.Close()
		}
	}
	return dir
}
