//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/google/go-cmp/cmp"

	"pickstation/devices/sim"
	"pickstation/localdb"
	"pickstation/order"
	"pickstation/world/farm"
)

// screenKills is how often a station with its screen is killed.
var screenKills = farm.Size{Name: "kills", Env: "PICKSTATION_KILLS", CI: 30, Short: 3, Soak: 1000}

// screenGoods are the articles of the order, which is scanned in turns.
var screenGoods = [...]string{"85123A", "71053", "22752"}

// unitsShown is how the screen says how far the work is.
var unitsShown = regexp.MustCompile(fmt.Sprintf(`units (\d+)/%d`, len(screenGoods)*screenUnits))

// screenUnits is how many units of each of three articles the order has.
const screenUnits = 90_000

// TestAStationKilledBehindItsScreenLosesAndDoublesNothing runs the real program on a
// terminal of its own, with a simulated gun, a real centre and a line to it that comes
// and goes, and kills it again and again, mostly while a scan is under way. After each
// kill everything that the gun heard of must be stored, and nothing twice; the restarted
// screen must show it; and in the end the centre must have it.
func TestAStationKilledBehindItsScreenLosesAndDoublesNothing(t *testing.T) {
	kills, seed := screenKills.Seeds()
	b := newScreenBench(t, rand.New(rand.NewPCG(uint64(seed), 5)))
	b.start()
	b.await("the first work does not come", b.hasWork)
	b.took(demoBadge, "536365")
	b.other = 2
	began := time.Now()
	for n := range kills {
		b.kill(n)
		if n%100 == 99 {
			fmt.Fprintf(os.Stderr, "kills: %d of %d, %.2f/s, %d units\n", n+1, kills, float64(n+1)/time.Since(began).Seconds(), b.units())
		}
	}
	t.Logf("%d kills with the screen up in %.0f s, %d of them while a scan was under way: %d scans sent, %d answered, %d units stored (%s=N and PICKSTATION_SEED=N set number and seed)",
		kills, time.Since(began).Seconds(), b.midway, b.sent, b.heard, b.units(), screenKills.Env)
	b.synced()
}

// screenBench is a station process on a pseudo-terminal; gun, operator and line are here.
type screenBench struct {
	*testing.T
	st     *stage
	rng    *rand.Rand
	config string
	proc   *exec.Cmd
	screen *screenText
	stored int // units in the database at the last kill
	sent   int // frames that the gun put on the line
	heard  int // answers that it got
	midway int // kills while it waited for one
	other  int // scans of the badge and the order
	line   int // of the article scanned last
}

func newScreenBench(t *testing.T, rng *rand.Rand) *screenBench {
	t.Helper()
	dir := t.TempDir()
	orders := filepath.Join(dir, "orders.csv")
	rows := fmt.Sprintf("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"+
		"536365,85123A,WHITE HANGING HEART T-LIGHT HOLDER,%d,12/1/2010 8:26,2.55,17850,United Kingdom\n"+
		"536365,71053,WHITE METAL LANTERN,%d,12/1/2010 8:26,3.39,17850,United Kingdom\n"+
		"536365,22752,SET 7 BABUSHKA NESTING BOXES,%d,12/1/2010 8:26,7.65,17850,United Kingdom\n", screenUnits, screenUnits, screenUnits)
	if err := os.WriteFile(orders, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	b := &screenBench{T: t, rng: rng, config: filepath.Join(dir, "pickstation.toml"),
		st: &stage{o: demoOptions{from: orders, dir: dir, lang: "en", color: "16", seed: 1}}}
	t.Cleanup(b.st.close)
	if err := errors.Join(b.st.folder(), b.st.build(t.Context())); err != nil {
		t.Fatal(err)
	}
	b.st.guns[0].Options.Tries = 1
	c := b.st.cfg
	text := fmt.Sprintf("station = %q\ndata_dir = %q\ndev_dir = %q\nlang = \"en\"\n[central]\nurl = %q\n[printer]\nuri = %q\n[[scanner]]\nname = \"gun1\"\nport = \"gun1\"\nprofile = %q\n",
		c.Station, c.DataDir, c.DevDir, c.Central.URL, c.Printer.URI, c.Scanner[0].Profile)
	if err := os.WriteFile(b.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return b
}

// screenText is what a terminal was sent since the program started.
type screenText struct {
	mu   sync.Mutex // guards below
	text strings.Builder
}

func (s *screenText) tail() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.text.String()
	return all[max(0, len(all)-2000):]
}

// start starts the program on a terminal and waits until the screen shows how far the work is.
func (b *screenBench) start() {
	b.Helper()
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	b.proc = exec.Command(self, "run", "--config", b.config)
	b.proc.Env = append(os.Environ(), "PICKSTATION_TEST_MAIN=1", "TERM=xterm-256color")
	terminal, err := pty.StartWithSize(b.proc, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		b.Skip("this machine gives no pseudo-terminals: ", err)
	}
	screen := &screenText{}
	b.screen = screen
	proc, read := b.proc, make(chan struct{})
	go func() {
		defer close(read)
		buf := make([]byte, 1<<14)
		for {
			n, err := terminal.Read(buf)
			screen.mu.Lock()
			screen.text.Write(buf[:n])
			screen.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	b.Cleanup(func() { _ = proc.Process.Kill(); _ = proc.Wait(); terminal.Close(); <-read })
	if b.stored > 0 {
		b.await("the screen does not show how far the work is", b.showsWork)
	}
}

// showsWork says whether the screen shows the units that were stored at the last kill, or
// more: a frame that was on the line then is counted now.
func (b *screenBench) showsWork() bool {
	b.screen.mu.Lock()
	defer b.screen.mu.Unlock()
	for _, m := range unitsShown.FindAllStringSubmatch(b.screen.text.String(), -1) {
		if n, err := strconv.Atoi(m[1]); err == nil && n >= b.stored {
			return true
		}
	}
	return false
}

// hasWork says whether the first feed has been read.
func (b *screenBench) hasWork() bool {
	r, err := localdb.OpenReader(b.st.cfg.DataDir)
	if err != nil {
		return false // it is being made
	}
	defer r.Close()
	st, err := r.SyncState(b.Context())
	return err == nil && st.Held > 0
}

func (b *screenBench) await(what string, ok func() bool) {
	b.Helper()
	late, tick := time.After(time.Minute), time.NewTicker(2*time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-late:
			b.Fatalf("%s; it was sent %q", what, b.screen.tail())
		}
	}
}

// scan pulls the trigger and says whether the station took the scan.
func (b *screenBench) scan(ctx context.Context, code string) bool {
	b.sent++
	res, err := b.st.guns[0].Send(ctx, []byte(code))
	if err != nil || res.Outcome != sim.Acked {
		return false
	}
	b.heard++
	return true
}

// took demands that scans are taken, as soon as the station listens and has its work.
func (b *screenBench) took(codes ...string) {
	b.Helper()
	for _, code := range codes {
		b.await(code+" is not taken", func() bool { return b.scan(b.Context(), code) })
	}
}

// kill scans some units and kills the program, mostly while one is under way.
func (b *screenBench) kill(n int) {
	b.Helper()
	if n%7 == 3 {
		b.st.line.Cut()
	} else if n%7 == 6 {
		b.st.line.Restore()
	}
	for range 1 + b.rng.IntN(8) {
		b.line = (b.line + 1) % len(screenGoods)
		b.took(screenGoods[b.line])
	}
	if b.rng.IntN(4) > 0 {
		ctx, cancel := context.WithCancel(b.Context())
		ended := make(chan bool)
		b.line = (b.line + 1) % len(screenGoods)
		go func() { ended <- b.scan(ctx, screenGoods[b.line]) }()
		pause(b.rng.IntN(12))
		b.end()
		cancel()
		if !<-ended {
			b.midway++
		}
	} else {
		b.end()
	}
	b.judge(fmt.Sprintf("kill %d", n+1))
	b.start()
}

// judge compares what the gun sent and heard with what is stored. A frame that was on the
// line when the program was killed is read by the next one, and its answer heard then; so
// the sums count: each answer is of a scan that is stored, and no scan is stored twice.
func (b *screenBench) judge(when string) {
	b.Helper()
	rec := b.record()
	if rec.scans < b.heard || rec.scans > b.sent {
		b.Errorf("%s: the gun sent %d scans and heard of %d, %d are stored", when, b.sent, b.heard, rec.scans)
	}
	units := 0
	for _, n := range rec.picked {
		units += n
	}
	asked := rec.types[order.EventAsked]
	if other := rec.scans - units - asked; other != b.other {
		b.Errorf("%s: of %d scans %d count and %d were asked about", when, rec.scans, units, asked)
		b.other = other
	}
	b.stored = units
}

// pause lets some tenths of milliseconds go by, so that the kill hits another place each time.
func pause(tenths int) {
	for began := time.Now(); time.Since(began) < time.Duration(tenths)*100*time.Microsecond; {
	}
}

// end kills the program without warning.
func (b *screenBench) end() {
	if err := b.proc.Process.Signal(syscall.SIGKILL); err != nil {
		b.Fatal(err)
	}
	_ = b.proc.Wait() // killed
}

// record reads the station's database.
func (b *screenBench) record() *stationRecord {
	b.Helper()
	rec, err := readStationRecord(b.Context(), b.st.cfg.DataDir)
	if err != nil {
		b.Fatal(err)
	}
	return rec
}

// units counts the units in the station's database.
func (b *screenBench) units() (n int) {
	b.Helper()
	for _, picked := range b.record().picked {
		n += picked
	}
	return n
}

// synced lets the line come back and compares with the centre. A frame that was on the line at
// the last kill may be read at any time, also after the backlog is gone.
func (b *screenBench) synced() {
	b.Helper()
	b.st.line.Restore()
	drained := func() bool {
		rec := b.record()
		return rec.acked == rec.events
	}
	b.await("the backlog does not drain", drained)
	for b.end(); !drained(); b.end() {
		b.start()
		b.await("the backlog does not drain", drained)
	}
	orders, err := b.st.reader.orders(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	for i := range orders {
		for j := range orders[i].Shipments {
			for _, l := range orders[i].Shipments[j].Lines {
				n += l.Picked
			}
		}
	}
	if b.judge("in the end"); n != b.stored {
		b.Errorf("%d units are stored, the centre has %d", b.stored, n)
	}
}

// What the bench says of its shift is the same after a kill: how much was scanned, how much of
// it wrong, and how fast it was.
func TestTheShiftIsTheSameAfterAKill(t *testing.T) {
	b := newScreenBench(t, rand.New(rand.NewPCG(1, 5)))
	b.start()
	b.await("the first work does not come", b.hasWork)
	b.took(demoBadge, "536365", screenGoods[0], "NO-SUCH-CODE", screenGoods[1])
	before := b.shift()
	if before.Shift.Wrong == 0 || before.Shift.Units != 2 || before.Shift.Speed == nil {
		t.Fatalf("the shift %+v", before.Shift)
	}
	b.await("what was counted is not kept", func() bool {
		return bytes.Contains(readCounted(b.st.cfg.DataDir), []byte(fmt.Sprintf(`"Scans":%d`, before.Shift.Scans)))
	})
	b.end()
	stored := b.shift()
	b.start()
	for name, after := range map[string]*shiftReport{"without a station": stored, "started again": b.shift()} {
		before.Running, after.Running, after.Guns = true, true, before.Guns
		before.Shift.People[0].Name, after.Shift.People[0].Name = "", "" // which nobody but a station has
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("%s the shift is another one:\n%s", name, diff)
		}
	}
}

// shift is what status says of the shift, once the program has looked at its log where it runs.
func (b *screenBench) shift() (r *shiftReport) {
	b.Helper()
	running := b.proc.ProcessState == nil
	b.await("status says nothing", func() bool {
		var out bytes.Buffer
		r = new(shiftReport)
		return showShift(b.Context(), &out, b.st.cfg.DataDir, true) == nil && json.Unmarshal(out.Bytes(), r) == nil && r.Running == running && r.Shift.Scans > 0
	})
	return r
}
