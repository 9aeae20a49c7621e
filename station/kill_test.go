package station_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"pickstation/order"
	"pickstation/station"
	"pickstation/world/farm"
)

// Environment of the child process of the kill tests.
const (
	childDir  = "PICKSTATION_TEST_CHILD"
	childGun  = "PICKSTATION_TEST_GUN"
	childRoom = "PICKSTATION_TEST_ROOM" // bytes a file may grow to, "" no limit
)

// say writes acknowledgements to the parent, one line each.
type sayAnswers struct{}

func (sayAnswers) Answer(_ order.DeviceID, frame uint64, tone order.Tone) {
	fmt.Fprintf(os.Stdout, "%d %s\n", frame, tone)
}

// runChild scans for ever in a process of its own, until it is killed or its disk is full.
func runChild(dir string) {
	if room := os.Getenv(childRoom); room != "" {
		var n uint64
		fmt.Sscan(room, &n)
		signal.Ignore(syscall.SIGXFSZ) // a write beyond the limit is an error then, as on a full disk
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: n}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
	b := &bench{dir: dir, clock: newHandClock()}
	db, err := openFor(dir, b.clock)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	loop := station.New(station.Options{Station: "st1", Store: dbStore{db}, Clock: b.clock, Answer: sayAnswers{}})
	ended := make(chan error, 1)
	go func() { ended <- loop.Run(context.Background()) }()
	gun := order.DeviceID(os.Getenv(childGun))
	for n := uint64(1); ; n++ {
		text := item(1)
		switch n % 7 {
		case 3:
			text = "NO-SUCH-CODE"
		case 5:
			text = order.CommandPrefix + string(order.CmdUndo)
		}
		if err := loop.Scan(context.Background(), station.Scan{Device: gun, Frame: n, Text: text}); err != nil {
			break
		}
	}
	fmt.Fprintln(os.Stdout, "end", codeOf(<-ended))
}

// child starts the test binary as a station that scans for ever.
func child(t *testing.T, b *bench, gun, room string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+b.dir, childGun+"="+gun, childRoom+"="+room)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewScanner(out)
}

// acked collects what a child acknowledged.
type acked struct {
	tones map[uint64]order.Tone
	end   string
}

func (a *acked) line(t *testing.T, text string) {
	t.Helper()
	if code, ok := strings.CutPrefix(text, "end "); ok {
		a.end = code
		return
	}
	var n uint64
	var tone order.Tone
	if _, err := fmt.Sscan(text, &n, &tone); err != nil {
		return // the line that the kill cut off
	}
	a.tones[n] = tone
}

// check compares what was acknowledged with what the database holds after it.
func (a *acked) check(t *testing.T, b *bench, gun string) {
	t.Helper()
	stored := map[uint64]order.Verdict{}
	picked := 0
	for _, e := range b.log() {
		if e.Type == order.EventPicked {
			picked += e.Qty
		}
		if e.Type == order.EventUndone {
			picked -= e.Qty
		}
		if string(e.Device) == gun && e.Verdict != "" {
			if stored[e.Frame] != "" {
				t.Errorf("scan %d is stored twice", e.Frame)
			}
			stored[e.Frame] = e.Verdict
		}
	}
	for n, tone := range a.tones {
		switch v, ok := stored[n]; {
		case tone == order.ToneNotSaved && ok:
			t.Errorf("scan %d was told NOT SAVED and is stored as %s", n, v)
		case tone != order.ToneNotSaved && !ok:
			t.Errorf("scan %d was acknowledged and is lost", n)
		case ok && v.Tone() != tone:
			t.Errorf("scan %d was answered %s and stored as %s", n, tone, v)
		}
	}
	if w := b.settle().Work; w == nil || w.Picked != picked || b.loop.View().Bench.Screen != order.ScreenPick {
		t.Errorf("the screen shows %+v, the events say %d picked", w, picked)
	}
}

func TestNothingAcknowledgedIsMissingAfterAKill(t *testing.T) {
	b := newBench(t, goods("1", 1, 900_000))
	b.want(order.OK, badgeLi, "X1", item(1))
	rng := rand.New(rand.NewPCG(1, 2))
	kills, _ := farm.Size{Name: "kills", Env: "PICKSTATION_KILLS", CI: 8, Short: 3, Soak: 200}.Seeds()
	for round := range kills {
		b.stop()
		if err := b.db.Close(); err != nil {
			t.Fatal(err)
		}
		gun := fmt.Sprintf("gun-%d", round)
		cmd, out := child(t, b, gun, "")
		a := acked{tones: map[uint64]order.Tone{}}
		for left := 20 + rng.IntN(400); left > 0 && out.Scan(); left-- {
			a.line(t, out.Text())
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for out.Scan() { // what was said before the kill counts too
			a.line(t, out.Text())
		}
		_ = cmd.Wait() // killed
		b.open()
		b.start(nil)
		if len(a.tones) < 20 {
			t.Fatalf("the child acknowledged %d scans", len(a.tones))
		}
		a.check(t, b, gun)
	}
}

func TestAFullDiskSavesWhatItAcknowledged(t *testing.T) {
	b := newBench(t, goods("1", 1, 900_000))
	b.want(order.OK, badgeLi, "X1", item(1))
	b.stop()
	if err := b.db.Close(); err != nil {
		t.Fatal(err)
	}
	cmd, out := child(t, b, "gun-full", fmt.Sprint(5<<20))
	a := acked{tones: map[uint64]order.Tone{}}
	for out.Scan() {
		a.line(t, out.Text())
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	if a.end != "not_saved" {
		t.Fatalf("the station on a full disk ended with %q", a.end)
	}
	good, bad := 0, 0
	for _, tone := range a.tones {
		if tone == order.ToneNotSaved {
			bad++
		} else {
			good++
		}
	}
	if good < 100 || bad == 0 {
		t.Errorf("%d scans were saved before the disk was full, %d told NOT SAVED", good, bad)
	}
	b.open()
	b.start(nil)
	a.check(t, b, "gun-full")
	b.want(order.OK, item(1))
}
