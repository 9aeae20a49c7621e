package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pickstation/central/postgres/pgtest"
	"pickstation/devices/sim"
	"pickstation/order"
	"pickstation/world/farm"
)

// benchWorlds is how many whole systems of two benches go wrong.
var benchWorlds = farm.Size{Name: "systems of two benches", Env: "PICKSTATION_BENCH_WORLDS", CI: 4, Short: 1, Soak: 300}

// What goes wrong.
const (
	benchKilled = "a bench is killed"
	lineCut     = "its line is cut"
	paperOut    = "its printer has no paper"
	printerMute = "its printer does not answer"
	printerOff  = "its printer is switched off"
	centreDies  = "the centre is killed"
)

// benchOrders are how many orders two benches pack.
const benchOrders = 4

// maxTroubles is after how many of them the benches are left alone.
const maxTroubles = 6

// TestTwoBenchesOfOneCentreLoseAndDoubleNothing runs two benches, each a process of its own
// with a picker, a scanner and a label printer, at one centre, every other one on PostgreSQL.
// Benches and the centre are killed, lines are cut, printers stop, do not answer or lose what
// they have. In the end journals, stations and centre must agree, every box has had its label scanned, and
// no label came out twice that nobody asked for twice.
func TestTwoBenchesOfOneCentreLoseAndDoubleNothing(t *testing.T) {
	seen := farm.Run(t, benchWorlds, func(seed int64, tally *farm.Tally) string {
		if ok := t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { runTwoBenches(t, uint64(seed), tally) }); !ok {
			return "see above"
		}
		return ""
	})
	for _, what := range []string{benchKilled, lineCut, paperOut, printerMute, printerOff, centreDies} {
		if seen.Of(what) == 0 && benchWorlds.Whole() {
			t.Errorf("in no world %s: the test tests nothing", what)
		}
	}
}

// hall is a centre and its benches.
type hall struct {
	*testing.T
	rng     *rand.Rand
	st      *stage
	benches []*hallBench
	next    []string // what goes wrong next
	trace   []string
	seen    *farm.Tally
}

// hallBench is a bench in a process of its own, with its line and its printer.
type hallBench struct {
	worker
	line    *relay
	printer *simPrinter
	cmd     *exec.Cmd
	said    *lockedBuffer
	ended   chan error
}

func runTwoBenches(t *testing.T, seed uint64, seen *farm.Tally) {
	h := &hall{T: t, rng: rand.New(rand.NewPCG(seed, 2)), seen: seen}
	h.build(seed)
	until := time.Now().Add(3 * time.Minute)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	mend, troubles := time.Time{}, 0
	for left := h.todo(); left > 0; {
		<-tick.C
		switch now := time.Now(); {
		case now.After(until):
			t.Fatalf("the benches do not get on, %d shipments are left\n%s", left, h.story())
		case mend.IsZero() && troubles < maxTroubles:
			mend, troubles = now.Add(time.Duration(200+h.rng.IntN(800))*time.Millisecond), troubles+1
			h.goWrong()
		case now.After(mend):
			h.mend()
			mend = time.Time{}
			left = h.todo()
		}
		h.awake()
	}
	h.mend()
	h.goHome()
	h.check()
}

// build prepares the centre and starts the benches.
func (h *hall) build(seed uint64) {
	h.Helper()
	dir := h.TempDir()
	c, err := newCentre(dir)
	if err != nil {
		h.Fatal(err)
	}
	if seed%2 == 1 {
		h.seen.Add("on PostgreSQL", 1)
		c.store = pgtest.Database(h.T)
		c.bin = h.withKeys(c.bin, dir)
	}
	h.st = &stage{o: demoOptions{orders: benchOrders, seed: seed, lang: "en"}, dir: dir, centre: c}
	if err := h.st.fillCentre(h.Context()); err != nil {
		h.Fatal(err)
	}
	if err := c.start(h.Context(), dir); err != nil {
		h.Fatal(err)
	}
	h.Cleanup(c.stop)
	for i := range 2 {
		h.benches = append(h.benches, h.bench(i, seed))
	}
	if err := h.st.count(h.Context()); err != nil {
		h.Fatal(err)
	}
	for _, b := range h.benches {
		h.start(b)
	}
}

// withKeys is a pickcentral that is told where the keys of its database lie.
func (h *hall) withKeys(bin, dir string) string {
	h.Helper()
	path := filepath.Join(dir, "pickcentral")
	if err := os.WriteFile(path, fmt.Appendf(nil, "#!/bin/sh\nexec '%s' \"$@\" --keys '%s'\n", bin, dir), 0o700); err != nil {
		h.Fatal(err)
	}
	return path
}

// bench makes one that is enrolled.
func (h *hall) bench(i int, seed uint64) *hallBench {
	h.Helper()
	b := &hallBench{printer: newSimPrinter(h.T), said: &lockedBuffer{}}
	var err error
	if b.line, err = newRelay(h.Context(), "127.0.0.1:0", h.st.centre.addr); err != nil {
		h.Fatal(err)
	}
	h.Cleanup(b.line.Close)
	b.worker = worker{Dir: h.TempDir(), Station: fmt.Sprintf("bench-%d", i+1), Centre: "https://" + b.line.Addr(),
		Printer: "socket://" + b.printer.addr, Seed: seed*2 + uint64(i)}
	for _, d := range []string{"dev", "papers"} {
		if err := os.MkdirAll(filepath.Join(b.Dir, d), 0o700); err != nil {
			h.Fatal(err)
		}
	}
	cfg := b.config()
	if err := cfg.check(); err != nil {
		h.Fatal(err)
	}
	h.st.cfg = cfg
	if err := h.st.enrol(h.Context()); err != nil {
		h.Fatal(err)
	}
	return b
}

// start runs the bench's process.
func (h *hall) start(b *hallBench) {
	h.Helper()
	self, err := os.Executable()
	if err != nil {
		h.Fatal(err)
	}
	plan, err := json.Marshal(b.worker)
	if err != nil {
		h.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env, cmd.Stderr = append(os.Environ(), workerEnv+"="+string(plan)), b.said
	if err := cmd.Start(); err != nil {
		h.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	b.cmd, b.ended = cmd, ended
	h.Cleanup(func() { _ = cmd.Process.Kill() })
}

// awake fails where a bench has ended by itself.
func (h *hall) awake() {
	h.Helper()
	for _, b := range h.benches {
		select {
		case err := <-b.ended:
			h.Fatalf("%s has ended by itself: %v\n%s\n%s", b.Station, err, b.said.String(), h.story())
		default:
		}
	}
}

// goWrong lets something happen to one of the benches, or to the centre.
func (h *hall) goWrong() {
	h.Helper()
	b := h.benches[h.rng.IntN(len(h.benches))]
	if len(h.next) == 0 { // each as often as the others
		h.next = []string{benchKilled, benchKilled, lineCut, paperOut, printerMute, printerOff, centreDies, centreDies}
		h.rng.Shuffle(len(h.next), func(i, j int) { h.next[i], h.next[j] = h.next[j], h.next[i] })
	}
	what := h.next[0]
	h.next = h.next[1:]
	h.seen.Add(what, 1)
	h.trace = append(h.trace, fmt.Sprintf("%s, after %d lines: %s", b.Station, journalLines(b.Dir), what))
	switch what {
	case benchKilled:
		if err := b.cmd.Process.Kill(); err != nil {
			h.Fatal(err)
		}
		<-b.ended
		h.start(b)
	case lineCut:
		b.line.Cut()
	case paperOut:
		b.printer.sim.SetFlags(sim.ZebraFlags{PaperOut: true, LabelsLeft: 1}, false)
	case printerMute:
		b.printer.sim.SetFlags(sim.ZebraFlags{}, true)
	case printerOff:
		b.printer.off()
	case centreDies:
		h.killCentre()
	}
}

func (h *hall) killCentre() {
	h.Helper()
	c := h.st.centre
	if err := c.cmd.Process.Kill(); err != nil {
		h.Fatal(err)
	}
	<-c.ended
	c.stop()
}

// startCentre starts it anew, at another port than before.
func (h *hall) startCentre() {
	h.Helper()
	c := h.st.centre
	if err := c.start(h.Context(), h.st.dir); err != nil {
		h.Fatalf("%v\n%s", err, h.story())
	}
	h.st.reader.base = "https://" + c.addr
	for _, b := range h.benches {
		b.line.mu.Lock()
		b.line.target = c.addr
		b.line.mu.Unlock()
	}
}

// mend sets right what went wrong.
func (h *hall) mend() {
	h.Helper()
	if h.st.centre.cmd == nil {
		h.startCentre()
	}
	for _, b := range h.benches {
		if b.line.IsCut() {
			b.line.Restore()
		}
		b.printer.sim.SetFlags(sim.ZebraFlags{}, false)
		b.printer.on(h.T)
	}
}

// todo is how many shipments the centre does not know as handed over.
func (h *hall) todo() int {
	h.Helper()
	all, err := h.st.reader.orders(h.Context())
	if err != nil {
		h.Fatal(err)
	}
	left := h.st.total
	for i := range all {
		for j := range all[i].Shipments {
			left -= count(all[i].Shipments[j].Stage == order.StageDispatched)
		}
	}
	return left
}

// goHome ends the benches once they have said everything.
func (h *hall) goHome() {
	h.Helper()
	for _, b := range h.benches {
		if err := os.WriteFile(b.over(), nil, 0o600); err != nil {
			h.Fatal(err)
		}
	}
	for _, b := range h.benches {
		select {
		case err := <-b.ended:
			if err != nil {
				h.Fatalf("%s: %v\n%s\n%s", b.Station, err, b.said.String(), h.story())
			}
			b.ended <- nil
		case <-time.After(time.Minute):
			h.Fatalf("%s does not come to an end\n%s\n%s", b.Station, b.said.String(), h.story())
		}
	}
}

// check compares journals, stations, printers and the centre.
func (h *hall) check() {
	h.Helper()
	both := &stationRecord{picked: map[lineKey]int{}, dispatched: map[string]bool{}}
	for _, b := range h.benches {
		rec := h.checkBench(b)
		for k, n := range rec.picked {
			both.picked[k] += n
		}
		for w := range rec.dispatched {
			if both.dispatched[w] {
				h.Errorf("%s was handed over at both benches", w)
			}
			both.dispatched[w] = true
		}
	}
	all, err := h.st.reader.orders(context.WithoutCancel(h.Context()))
	if err != nil {
		h.Fatal(err)
	}
	var sum summary
	a := &audit{sum: &sum, station: both}
	for i := range all {
		a.stationAgainstCentre(&all[i])
	}
	if sum.Lost+sum.Duplicated != 0 || sum.CentralDispatched != h.st.total {
		h.Errorf("%+v\n%s", sum, h.story())
	}
}

// checkBench compares the journal of a bench's picker, its station and its printer.
func (h *hall) checkBench(b *hallBench) *stationRecord {
	h.Helper()
	rec, err := readStationRecord(h.Context(), b.config().DataDir)
	if err != nil {
		h.Fatal(err)
	}
	j, err := openJournal(filepath.Join(b.Dir, "simulator.jsonl"))
	if err != nil {
		h.Fatal(err)
	}
	defer j.Close()
	var sum summary
	a := &audit{sum: &sum, journal: j.lines, station: rec}
	a.journalAgainstStation()
	if sum.Lost+sum.Duplicated != 0 || rec.events != rec.acked {
		h.Errorf("%s: %+v, %d of %d events at the centre\n%s", b.Station, sum, rec.acked, rec.events, h.story())
	}
	scanned, asked := map[string]bool{}, 0
	for _, l := range j.lines {
		if l.Kind == scanLabel {
			scanned[l.Waybill] = true
		}
		asked += count(l.Code == order.CommandPrefix+string(order.CmdYes))
	}
	for w := range rec.labelled {
		if !scanned[w] {
			h.Errorf("%s: %s is packed, nobody scanned its label", b.Station, w)
		}
	}
	papers, again := b.printer.came()
	if again > asked || papers+asked < len(rec.labelled) {
		h.Errorf("%s: %d labels came out and %d of them twice; %d parcels were packed, %d prints asked for again\n%s", b.Station, papers, again,
			len(rec.labelled), asked, h.story())
	}
	h.seen.Add("labels", papers)
	h.seen.Add("labels asked for again", asked)
	return rec
}

func (h *hall) story() string { return strings.Join(h.trace, "\n") }
