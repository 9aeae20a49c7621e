package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"pickstation/devices"
	"pickstation/devices/sim"
	"pickstation/localdb"
	"pickstation/order"
	"pickstation/sync/wire"
	"pickstation/tui/text"
)

// terminalScenarios run once more as a picker would see them: the real program on a
// terminal, real serial guns on pseudo-terminals, kill -9 for a restart. They need
// neither feeds nor a turned clock.
var terminalScenarios = []string{"01", "02", "05", "06", "08", "10", "12", "13", "15", "17", "18", "21", "22", "24", "31", "34", "36", "38", "41",
	"43", "45", "50", "51", "53", "59", "61", "scanner-only"}

// terminalPatience is how long a step may take on a busy machine.
const terminalPatience = 60 * time.Second

// deskTop is the real program with its guns.
type deskTop struct {
	*testing.T
	dir, cfg string
	guns     map[string]*sim.Scanner
	reader   *localdb.Reader
	cmd      *exec.Cmd
	tty      *os.File
	painted  chan []byte
	seen     *stationRecord
	verdicts []order.Event
	since    bytes.Buffer // what was painted since the last step
	screen   *glass
	want     []workScreen // after each step
	done     int          // steps of them
}

func TestScenariosThroughTheRealTerminal(t *testing.T) {
	ran := 0
	for _, file := range scenarioFiles(t) {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		for _, p := range terminalScenarios {
			if !strings.HasPrefix(name, p+"-") && !strings.HasPrefix(name, p) {
				continue
			}
			sc := readScenario(t, file)
			if sc.feedsLater() {
				continue
			}
			ran++
			t.Run(name, func(t *testing.T) { runOnTerminal(t, sc) })
			break
		}
	}
	if ran < 20 {
		t.Errorf("%d scenarios ran, at least 20 are meant to", ran)
	}
}

// feedsLater says whether the centre sends something on the way.
func (sc *scenario) feedsLater() bool {
	for i := range sc.steps {
		if sc.steps[i].line.FeedName != "" {
			return true
		}
	}
	return false
}

func runOnTerminal(t *testing.T, sc *scenario) {
	d := newDeskTop(t, sc)
	d.want = atTheLoop(t, sc)
	d.start()
	for i := range sc.steps {
		st := &sc.steps[i]
		for range st.times {
			d.step(st)
		}
	}
	d.kill()
	d.addsUp(sc)
}

// newDeskTop makes a bench that holds the scenario's world.
func newDeskTop(t *testing.T, sc *scenario) *deskTop {
	t.Helper()
	d := &deskTop{T: t, dir: t.TempDir(), guns: map[string]*sim.Scanner{}}
	dev := filepath.Join(t.TempDir(), "dev")
	if err := os.MkdirAll(dev, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := localdb.EnsureBoxKey(d.dir); err != nil {
		t.Fatal(err)
	}
	db, err := localdb.Open(t.Context(), localdb.Options{Dir: d.dir, LogID: func() order.LogID { return replayLog(1) }})
	if err != nil {
		t.Fatal(err)
	}
	snap := workSnapshot{Rows: []wire.FeedRow{{Kind: wire.RowPolicy, ID: "policy", Body: alonePolicy(t, sc)}}}
	for _, r := range sc.feeds[firstFeed] {
		if r.Kind != wire.RowPolicy {
			snap.Rows = append(snap.Rows, r)
		}
	}
	rows, err := snap.rows(db, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		rows[i].FS = int64(i + 1)
	}
	tx, err := db.Begin()
	if err == nil {
		if _, err = tx.ApplyFeed(rows, int64(len(rows)), 1); err == nil {
			err = tx.Commit()
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	p, err := devices.ProfileNamed("generic")
	if err != nil {
		t.Fatal(err)
	}
	scanners := ""
	for _, name := range []string{"gun1", "gun2"} {
		g := sim.NewScanner(p, sim.Options{})
		if err := g.Plug(dev, name); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = g.Unplug() })
		d.guns[name] = g
		scanners += fmt.Sprintf("[[scanner]]\nname = %q\nport = %q\n", name, name)
	}
	d.cfg = filepath.Join(d.dir, "pickstation.toml")
	cfg := fmt.Sprintf("station = \"bench\"\ndata_dir = %q\nlang = \"en\"\ndev_dir = %q\n[ui]\ncolor = \"16\"\n%s", d.dir, dev, scanners)
	if err := os.WriteFile(d.cfg, []byte(cfg), 0o600); err != nil {
		t.Fatal(err)
	}
	return d
}

// alonePolicy is the scenario's policy for a bench that never hears a centre: it prints
// and hands over all the same.
func alonePolicy(t *testing.T, sc *scenario) []byte {
	t.Helper()
	p, err := policyOver(nil)
	for _, r := range sc.feeds[firstFeed] {
		if r.Kind == wire.RowPolicy {
			p, err = policyOver(r.Body)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	p.PrintWordAgeS, p.DispatchWordAgeS = 0, 0
	body, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// start runs the program on a terminal of 80×24, until it shows a screen and its guns.
func (d *deskTop) start() {
	d.Helper()
	self, err := os.Executable()
	if err != nil {
		d.Fatal(err)
	}
	d.cmd = exec.Command(self, "run", "--config", d.cfg)
	d.cmd.Env = append(os.Environ(), "PICKSTATION_TEST_MAIN=1", "TERM=xterm-256color", "LANG=C.UTF-8")
	if d.tty, err = pty.StartWithSize(d.cmd, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		d.Fatal(err)
	}
	d.screen = newGlass(80, 24)
	painted := make(chan []byte, 10_000)
	go func(tty *os.File) {
		defer close(painted)
		for {
			buf := make([]byte, 16<<10)
			n, err := tty.Read(buf)
			if n > 0 {
				painted <- buf[:n]
			}
			if err != nil {
				return // the program has ended
			}
		}
	}(d.tty)
	d.painted = painted
	d.Cleanup(d.kill)
	d.until("both guns are open", func() bool { return bytes.Contains(d.since.Bytes(), []byte("dev 2/2")) })
	if d.reader, err = localdb.OpenReader(d.dir); err != nil {
		d.Fatal(err)
	}
	d.look()
}

// kill ends the program without a word to it.
func (d *deskTop) kill() {
	if d.cmd == nil {
		return
	}
	_ = d.cmd.Process.Signal(syscall.SIGKILL) // it may have ended by itself
	for range d.painted {
	}
	_ = d.cmd.Wait() // ended by the signal
	_ = d.tty.Close()
	if d.reader != nil {
		_ = d.reader.Close()
	}
	d.cmd, d.reader = nil, nil
}

// until waits, looking again whenever the program paints something.
func (d *deskTop) until(what string, done func() bool) {
	d.Helper()
	timeout := time.NewTimer(terminalPatience)
	defer timeout.Stop()
	again := time.NewTicker(100 * time.Millisecond) // what is painted may come before what is stored can be read
	defer again.Stop()
	for !done() {
		select {
		case b, ok := <-d.painted:
			if !ok {
				d.Fatalf("the program ended before %s:\n%s", what, plainText(d.since.Bytes()))
			}
			d.since.Write(b)
			_, _ = d.screen.Write(b) // it takes everything
		case <-again.C:
		case <-timeout.C:
			d.Fatalf("no word of it: %s; painted since:\n%s", what, plainText(d.since.Bytes()))
		}
	}
}

// look reads the station's own log.
func (d *deskTop) look() {
	d.Helper()
	d.verdicts = d.verdicts[:0]
	rec := &stationRecord{picked: map[lineKey]int{}, labelled: map[string]bool{}, dispatched: map[string]bool{}, printed: map[string]int{}, types: map[order.EventType]int{}}
	err := eachEvent(context.Background(), d.reader, func(e *order.Event) {
		rec.add(e)
		if e.Verdict != "" {
			d.verdicts = append(d.verdicts, *e)
		}
	})
	if err != nil {
		d.Fatal(err)
	}
	d.seen = rec
}

// step does what a step says and compares the verdict in the log, and the words on the
// terminal.
func (d *deskTop) step(st *scenarioStep) {
	d.Helper()
	l := &st.line
	before := len(d.verdicts)
	d.since.Reset()
	device := l.Device
	if device == "" {
		device = "gun1"
	}
	if st.check != nil && st.check[0] == "shows" {
		d.shows(st.check[1:])
	}
	if st.offTerminal() {
		return // looked at by the runs at the loop
	}
	defer func() {
		if !d.Failed() {
			d.told(st)
		}
	}()
	switch {
	case l.Scan != nil:
		raw := strings.TrimRight(*l.Scan, "\r\n")
		if _, err := d.guns[device].Send(d.Context(), []byte(raw)); err != nil {
			d.Fatal(err)
		}
	case l.Key != "":
		if _, err := d.tty.WriteString(functionKeys[l.Key]); err != nil {
			d.Fatal(err)
		}
	case l.Advance != "":
		wait, err := time.ParseDuration(l.Advance)
		if err != nil {
			d.Fatal(err)
		}
		from := time.Now()
		d.until("the time", func() bool { return time.Since(from) >= wait })
		return
	case l.Restart:
		d.kill()
		d.start()
		return
	default:
		d.Fatalf("%s: no such step on a terminal", st.text)
	}
	d.until("the answer to "+st.text, func() bool {
		d.look()
		return len(d.verdicts) > before && d.seen.types[order.EventPrintRequested] <= d.seen.types[order.EventPrinted]
	})
	d.compare(st, &d.verdicts[before])
}

// functionKeys are what a terminal sends.
var functionKeys = map[string]string{"F2": "\x1bOQ", "F3": "\x1bOR", "F4": "\x1bOS", "F5": "\x1b[15~", "F6": "\x1b[17~", "F7": "\x1b[18~",
	"F8": "\x1b[19~", "F9": "\x1b[20~", "F10": "\x1b[21~", "F11": "\x1b[23~", "F12": "\x1b[24~", "esc": "\x1b"}

func (d *deskTop) compare(st *scenarioStep, e *order.Event) {
	d.Helper()
	w := st.want
	if w == nil {
		return
	}
	if w.verdict != "" && w.verdict != e.Verdict || w.what != "" && w.what != e.Msg {
		d.Fatalf("steps line %d: %s: got %s %s", st.no, st.text, e.Verdict, e.Msg)
	}
	word := text.Verdict(text.EN, e.Verdict)
	if e.Verdict.Good() || w.what == "" || len(w.says) == 0 {
		return // the word is drawn big, in reverse spaces
	}
	d.until(fmt.Sprintf("%s %q on the screen", word, w.says), func() bool {
		s := plainText(d.since.Bytes())
		for _, say := range w.says {
			if !strings.Contains(s, say) {
				return false
			}
		}
		return true
	})
}

var controls = regexp.MustCompile("\x1b\\[[0-9;?]*[a-zA-Z]|\x1b[=>78()][B0]?|\x1b\\][^\x07]*\x07")

// plainText is what was painted, without control sequences.
func plainText(b []byte) string {
	return strings.ReplaceAll(controls.ReplaceAllString(string(b), ""), "\r", "")
}

// addsUp opens the database of the killed program and compares counts and events.
func (d *deskTop) addsUp(sc *scenario) {
	d.Helper()
	db, err := localdb.Open(context.Background(), localdb.Options{Dir: d.dir})
	if err != nil {
		d.Fatal(err)
	}
	defer db.Close()
	rec, err := readStationRecord(context.Background(), d.dir)
	if err != nil {
		d.Fatal(err)
	}
	given := sc.given()
	for k, n := range rec.picked {
		s, err := db.Shipment(k.shipment)
		if err != nil || s == nil || s.Line(k.line) == nil {
			if n != 0 {
				d.Errorf("%v holds %d and is not there: %v", k, n, err)
			}
			continue
		}
		if l := s.Line(k.line); l.Picked != n+given[k] || l.Picked+l.Short > l.Qty {
			d.Errorf("%s line %d: %d picked of %d, the events say %d", k.shipment, k.line, l.Picked, l.Qty, n+given[k])
		}
	}
}
