package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pickstation/order"
	"pickstation/station"
	"pickstation/tui/text"
)

// recordedBench is a bench whose flight recorder runs: the real loop on the real database.
func recordedBench(t *testing.T, world string, steps ...string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	f := startFlight(dir, slog.New(slog.DiscardHandler))
	r := worldBench(t, dir, world, time.Now().UTC().Add(time.Second))
	if err := r.setNet(t.Context(), "up"); err != nil {
		t.Fatal(err)
	}
	for _, s := range steps {
		for _, h := range takeStep(t, r, s) {
			f.note(&h.Outcome, r.loop.View())
		}
	}
	f.close()
	r.close()
	return dir
}

const flightWorld = `
operator ann BADGE-SECRET-7 picker,packer 王小姐 pin=482916
policy {"pin_roles":["picker"]}
order A
  3 mango @L1 code=09521234000013
order B
  1 fig @L2
product durian @D-1
`

// flightSteps are a shift with a PIN, a phone number, goods of nobody and a pause.
var flightSteps = []string{"scan BADGE-SECRET-7", "pin 482916", "scan A", "gs1 (01)09521234000013(10)L7", "scan 13800138000", "scan 张三 海口市",
	"scan DURIAN", "gun2: scan FIG", "card SHORT", "scan MANGO", "wait 2s", "key F6", "net down", "scan MANGO", "hex 00ff1b5b41", "weigh 900", "scan MANGO"}

func TestARecordingHoldsWhatCameInAndNobodysData(t *testing.T) {
	dir := recordedBench(t, flightWorld, flightSteps...)
	data, err := os.ReadFile(filepath.Join(dir, flightFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"SECRET", "482916", "13800138000", "张三", "王小姐", "e5bca0"} {
		if bytes.Contains(data, []byte(secret)) {
			t.Errorf("the recording holds %q:\n%s", secret, data)
		}
	}
	for _, kept := range []string{`"badge":"ann"`, `"pin_given":true`, "]d20109521234000013", `"device":"gun2"`, `"key":"F6"`, `"net":"down"`,
		`"left_out":11`, `"weigh_g":900`, `"was":"OTHER_ORDER for_other"`} {
		if !bytes.Contains(data, []byte(kept)) {
			t.Errorf("the recording lacks %s:\n%s", kept, data)
		}
	}
	if st, err := os.Stat(filepath.Join(dir, flightFile)); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", st.Mode(), err)
	}
}

// One command makes a scenario of it; the file runs as a test as it is, and says what
// the bench had said.
func TestAScenarioIsMadeOfWhatHappened(t *testing.T) {
	dir := recordedBench(t, flightWorld, flightSteps...)
	for _, last := range []time.Duration{0, time.Hour} {
		o := scenarioOptions{dir: dir, last: last, title: "A shift"}
		var out bytes.Buffer
		o.out = "-"
		if err := o.make(t.Context(), &out); err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"SECRET", "482916", "13800138000", "张三", "王小姐", "argon2"} {
			if strings.Contains(out.String(), secret) {
				t.Errorf("the scenario holds %q", secret)
			}
		}
		sc, err := parseScenario(out.Bytes())
		if err != nil {
			t.Fatalf("%v\n%s", err, out.Bytes())
		}
		if err := sc.run(t.Context(), "up"); err != nil {
			t.Errorf("it does not run: %v\n%s", err, out.Bytes())
		}
		if n := strings.Count(out.String(), "# the bench said"); n != 1 || !strings.Contains(out.String(), "# the bench said: NEEDS ask_pin\n") {
			t.Errorf("%d steps went otherwise:\n%s", n, out.Bytes())
		}
		if !strings.Contains(out.String(), "=> OTHER_ORDER for_other") || !strings.Contains(out.String(), "=> WRONG_ITEM not_in_order") {
			t.Errorf("it says nothing:\n%s", out.Bytes())
		}
	}
}

// Cold goods, what a lead let go out instead, and a bench that was taken over begin as they
// stood before, and the badges are those of whoever scanned them.
func TestAScenarioOfColdAndOtherGoodsBeginsBeforeThem(t *testing.T) {
	const world = `
policy {"cold":[{"temp":"frozen","warn_s":30,"hold_s":60}],"reasons":[{"code":"customer","name":{"en":"agreed"},"for":["substitute"]}]}
order A
  2 ice @F-1 frozen
order B
  2 mango @L1
product durian @D-1
`
	dir := recordedBench(t, world, "scan B-LI", "scan A", "scan ICE", "scan ICE", "scan SF-A-1", "wait 61s", "scan B", "card SUBST", "scan B-BOSS",
		"scan PS:WHY-1", "scan DURIAN", "scan B-MEI", "wait 2s", "scan B-MEI", "scan DURIAN")
	text, err := (&scenarioOptions{dir: dir, title: "Cold", last: time.Hour}).text(t)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text, "the bench said") || strings.Contains(text, "BADGE:?") {
		t.Errorf("it goes otherwise than it went:\n%s", text)
	}
	for _, want := range []string{"scan BADGE:boss", "OK substituted", "scan BADGE:mei", "OK packed_all"} {
		if !strings.Contains(text, want) {
			t.Errorf("it lacks %q:\n%s", want, text)
		}
	}
}

// Returns and stock tasks are in it, begun as they were when the recording begins; a return
// that nobody announced is made by the bench again.
func TestAScenarioOfTasksBeginsBeforeThem(t *testing.T) {
	const world = `
order A state=dispatched
  2 milk @L2
task return RET-1 order=Z codes=BACK-1
  2 milk to=L1
task count CNT-1
  4 tea @L2
task move MOV-1
  3 tea @L2 to=L9
`
	steps := []string{"scan B-LI", "card TASKS", "scan RET-1", "scan MILK", "card GRADE-A", "scan MILK", "scan MILK", "key F6", "card QUEUE",
		"card TASKS", "scan CNT-1", "scan L2", "scan TEA", "scan MILK", "card YES", "card YES", "scan MOV-1", "scan L2", "wait 2m", "scan TEA", "scan L9",
		"card SHORT", "card YES", "card TASKS", "scan SF-A-1", "scan MILK", "card GRADE-B", "card YES"}
	dir := recordedBench(t, world, steps...)
	for _, last := range []time.Duration{time.Hour, time.Minute} {
		o := &scenarioOptions{dir: dir, title: "Tasks", last: last}
		text, err := o.text(t)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(text, "the bench said") || strings.Contains(text, "is not here any more") || strings.Contains(text, "begun elsewhere") {
			t.Errorf("of the last %s: it goes otherwise than it went:\n%s", last, text)
		}
		for _, want := range []string{"OK moved", "task_opened", "return_closed"} {
			if !strings.Contains(text, want) {
				t.Errorf("of the last %s: it lacks %q:\n%s", last, want, text)
			}
		}
		sc, err := parseScenario([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := sc.run(t.Context(), "up"); err != nil {
			t.Errorf("of the last %s: it does not run: %v\n%s", last, err, text)
		}
	}
}

// Goods of the catalogue that go out instead are asked for their lot there as here.
func TestAScenarioKnowsWhatTheCatalogueSaysOfOtherGoods(t *testing.T) {
	const world = `
policy {"reasons":[{"code":"customer","name":{"en":"agreed"},"for":["substitute"]}]}
order B
  1 mango @L1
product durian @D-1 code=09521234000013 track=lot
`
	dir := recordedBench(t, world, "scan B-LI", "scan B", "card SUBST", "scan B-BOSS", "scan PS:WHY-1", "scan DURIAN", "gs1 (01)09521234000013(10)L7", "gs1 (01)09521234000013(10)L7")
	text, err := (&scenarioOptions{dir: dir, title: "Lots", last: time.Hour}).text(t)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text, "the bench said") || !strings.Contains(text, "OK substituted") || !strings.Contains(text, "NEEDS") {
		t.Errorf("it goes otherwise than it went:\n%s", text)
	}
}

func (o *scenarioOptions) text(t *testing.T) (string, error) {
	t.Helper()
	var out bytes.Buffer
	o.out = "-"
	err := o.make(t.Context(), &out)
	return out.String(), err
}

// A scenario of the last minutes only begins with the work as it stood then.
func TestAScenarioOfTheLastMinutesBeginsInTheMiddle(t *testing.T) {
	dir := recordedBench(t, "order A\n  3 mango @L1\n", "scan B-LI", "scan A", "scan MANGO", "wait 30s", "scan MANGO", "scan NOBODY", "scan MANGO")
	lines, err := readFlight(filepath.Join(dir, flightFile))
	if err != nil {
		t.Fatal(err)
	}
	k := len(lines) - 3
	o := scenarioOptions{dir: dir, title: "The end of it"}
	text, err := o.makeOf(t.Context(), lines[k:])
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"scan BADGE:li", "scan BADGE:li => OK resumed", "scan MANGO => OK unit_picked do:do_pick_more @pick 2/3",
		"=> UNKNOWN unknown_code", "=> ORDER_DONE order_picked"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("it lacks %q:\n%s", want, text)
		}
	}
}

// replay plays the recording that a bench has made on that bench's database as it stood when the
// recording begins, and rebuilds every screen; an answer that is another one is named.
func TestAFlightRecordingIsReplayedFromItsBeginningWithItsScreens(t *testing.T) {
	dir := recordedBench(t, flightWorld, flightSteps...)
	rec := filepath.Join(dir, flightFile)
	all, said := replayedFlight(t, dir, rec)
	for _, o := range all {
		if o.Was != "" || len(o.View) == 0 || len(o.View) > 24 {
			t.Errorf("line %d: %s %s, the bench had said %q\n%s", o.N, o.Verdict, o.What, o.Was, strings.Join(o.View, "\n"))
		}
	}
	if want := fmt.Sprintf("replay: %[1]d of %[1]d verdicts as recorded\n", len(flightSteps)-4); said != want { // a PIN, and steps that no verdict answers
		t.Errorf("it says %q, want %q", said, want)
	}
	if first := strings.Join(all[len(all)-len(flightSteps)].View, "\n"); strings.Contains(first, "LOCATION L1") {
		t.Errorf("the work is open before it was opened:\n%s", first)
	}
	if last := strings.Join(all[len(all)-1].View, "\n"); !strings.Contains(last, "LOCATION L1") && !strings.Contains(last, "WAYBILL") {
		t.Errorf("the last screen:\n%s", last)
	}

	data, err := os.ReadFile(rec)
	if err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), "other.jsonl")
	data = bytes.Replace(data, []byte(`"was":"WRONG_ITEM not_in_order"`), []byte(`"was":"OK unit_picked"`), 1)
	if err := os.WriteFile(other, append(data, `{"at":"2026-`...), 0o600); err != nil { // torn, as a kill leaves it
		t.Fatal(err)
	}
	all, said = replayedFlight(t, dir, other)
	otherwise := slices.DeleteFunc(all, func(o replayOut) bool { return o.Was == "" })
	if len(otherwise) != 1 || otherwise[0].Verdict != order.WrongItem || otherwise[0].Was != "OK unit_picked" || strings.Count(said, " verdicts as recorded") != 1 {
		t.Errorf("otherwise %+v\n%s", otherwise, said)
	}
}

// A recording that begins in the middle of the work begins with that work open.
func TestAFlightRecordingOfTheMiddleOfTheWorkIsReplayed(t *testing.T) {
	dir := recordedBench(t, "order A\n  3 mango @L1\n", "scan B-LI", "scan A", "scan MANGO", "wait 30s", "scan MANGO", "scan NOBODY", "scan MANGO")
	data, err := os.ReadFile(filepath.Join(dir, flightFile))
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(data, []byte("\n"))
	part := filepath.Join(t.TempDir(), "part.jsonl")
	if err := os.WriteFile(part, bytes.Join(lines[len(lines)-4:], nil), 0o600); err != nil {
		t.Fatal(err)
	}
	all, said := replayedFlight(t, dir, part)
	all = slices.DeleteFunc(all, func(o replayOut) bool { return o.Async })
	if last := all[len(all)-1]; last.Verdict != order.OrderDone || last.Picked != 3 || said != "replay: 3 of 3 verdicts as recorded\n" {
		t.Errorf("%+v\n%s", last, said)
	}
}

// A recording that was full is put aside: its replay begins there, also where nothing was
// answered since.
func TestAReplayBeginsWithThePartThatWasPutAside(t *testing.T) {
	dir := recordedBench(t, "order A\n  3 mango @L1\n", "scan B-LI", "scan A", "scan MANGO", "scan NOBODY", "scan MANGO")
	rec := filepath.Join(dir, flightFile)
	data, err := os.ReadFile(rec)
	if err != nil {
		t.Fatal(err)
	}
	whole, said := replayedFlight(t, dir, rec)
	lines := bytes.SplitAfter(data, []byte("\n"))
	for _, cut := range []int{3, len(lines)} {
		for name, part := range map[string][][]byte{flightBefore(rec): lines[:cut], rec: lines[cut:]} {
			if err := os.WriteFile(name, bytes.Join(part, nil), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if all, again := replayedFlight(t, dir, rec); again != said || len(all) != len(whole) {
			t.Errorf("cut after %d of %d lines: %d lines out of %d, %s", cut, len(lines), len(all), len(whole), again)
		}
	}
}

// replayedFlight plays a recording on a bench's database.
func replayedFlight(t *testing.T, dir, recording string) (all []replayOut, said string) {
	t.Helper()
	var out, say bytes.Buffer
	o := replayOptions{db: filepath.Join(dir, "station.db"), lang: text.EN, screens: "80x24", say: &say}
	if err := o.run(t.Context(), recording, nil, &out); err != nil {
		t.Fatal(err)
	}
	for l := range strings.Lines(out.String()) {
		var o replayOut
		if err := json.Unmarshal([]byte(l), &o); err != nil {
			t.Fatal(err)
		}
		all = append(all, o)
	}
	return all, say.String()
}

// A buyer's code is nobody's badge: recording, scenario and replay name the shipment.
func TestAPickupCodeIsReplayedWithoutStandingAnywhere(t *testing.T) {
	steps := []string{"scan B-LI", "scan 829144", "scan A", "scan MANGO", "scan SF-A-1", "card SHIP", "scan 829144"}
	dir := recordedBench(t, "order A pickup=829144 parcels=1\n  1 mango @L1\n", steps...)
	rec := filepath.Join(dir, flightFile)
	data, err := os.ReadFile(rec)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(data, []byte("829144")) || bytes.Count(data, []byte(`"pickup":"S-A"`)) != 2 {
		t.Errorf("the recording:\n%s", data)
	}
	var made bytes.Buffer
	if err := (&scenarioOptions{dir: dir, title: "Pickup", out: "-"}).make(t.Context(), &made); err != nil {
		t.Fatal(err)
	}
	if s := made.String(); !strings.Contains(s, "scan PICKUP:S-A => BLOCKED not_packed") || !strings.Contains(s, "scan PICKUP:S-A => OK pickup_code") ||
		strings.Contains(s, "the bench said") || strings.Contains(s, "829144") {
		t.Errorf("the scenario:\n%s", s)
	}
	later := filepath.Join(t.TempDir(), "later.jsonl")
	if err := os.WriteFile(later, []byte(`{"pickup":"S-A"}`+"\n"+`{"scan":"SF-A-1"}`+"\n"+`{"pickup":"S-A"}`+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := (&replayOptions{db: filepath.Join(dir, "station.db"), lang: text.EN}).run(t.Context(), later, nil, &out); err != nil {
		t.Fatal(err)
	}
	var got []order.Verdict
	for l := range strings.Lines(out.String()) {
		var o replayOut
		if err := json.Unmarshal([]byte(l), &o); err != nil {
			t.Fatal(err)
		}
		if !o.Async {
			got = append(got, o.Verdict)
		}
	}
	if !slices.Equal(got, []order.Verdict{order.OK, order.OrderDone, order.Blocked}) {
		t.Errorf("verdicts %v\n%s", got, out.String())
	}
}

// What a failed commit took along stands in the recording as everything else does, and is
// replayed as it went: it did not count, and the bench started again.
func TestWhatWasNotSavedIsRecordedAndReplayedAsThat(t *testing.T) {
	dir := recordedBench(t, flightWorld, "scan BADGE-SECRET-7", "pin 482916", "scan A", "gs1 (01)09521234000013(10)L7",
		"unsaved gs1 (01)09521234000013(10)L7", "unsaved gun2: scan 13800138000", "unsaved scan B-MEI", "restart", "wait 2s",
		"gs1 (01)09521234000013(10)L7", "scan FIG")
	data, err := os.ReadFile(filepath.Join(dir, flightFile))
	if err != nil {
		t.Fatal(err)
	}
	const was = `"was":"NOT_SAVED not_saved"}`
	for _, kept := range []string{`"scan":"]d20109521234000013\u001d10L7","device":"gun1",` + was, `"device":"gun2","left_out":11,` + was,
		`"device":"gun1","badge":"mei",` + was} {
		if !bytes.Contains(data, []byte(kept)) {
			t.Errorf("the recording lacks %s:\n%s", kept, data)
		}
	}
	if bytes.Contains(data, []byte("13800138000")) || bytes.Contains(data, []byte("B-MEI")) {
		t.Errorf("the recording holds what it may not:\n%s", data)
	}
	all, said := replayedFlight(t, dir, filepath.Join(dir, flightFile))
	if last := all[len(all)-2]; last.Picked != 2 || said != "replay: 7 of 7 verdicts as recorded\n" {
		t.Errorf("%s%+v", said, last)
	}
	text, err := (&scenarioOptions{dir: dir, title: "The disk was full", last: time.Hour}).text(t)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text, "the bench said: NOT") || strings.Count(text, "=> NOT_SAVED not_saved do:do_restart") != 3 || !strings.Contains(text, "\nunsaved scan ") {
		t.Errorf("the scenario:\n%s", text)
	}
	sc, err := parseScenario([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := sc.run(t.Context(), "up"); err != nil {
		t.Errorf("it does not run: %v\n%s", err, text)
	}
}

// Nobody has decided what waited when the station ended: a badge, perhaps, or a phone number.
func TestOfAScanThatNobodyDecidedTheFingerprintIsRecorded(t *testing.T) {
	l, ok := lineOf(&station.Outcome{Input: order.Input{Source: order.Scanned, Text: "13800138000", Device: "gun1"}, Raw: "13800138000", Err: os.ErrClosed})
	if !ok || l.Badge != "" || l.Scan == nil || *l.Scan != order.Fingerprint("13800138000") || l.Left != 11 || l.Was != wasNotSaved {
		t.Errorf("%+v", l)
	}
}

func TestARecordingThatIsTooLargeIsPutAside(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, flightFile)
	if err := os.WriteFile(path, bytes.Repeat([]byte(`{"scan":"X"}`+"\n"), flightMax/13+1), 0o600); err != nil {
		t.Fatal(err)
	}
	f := startFlight(dir, slog.New(slog.DiscardHandler))
	for range 3 {
		in := order.Input{At: time.Now(), Device: "gun1", Source: order.Scanned, Noise: 7}
		f.note(&station.Outcome{Input: in}, nil)
	}
	f.close()
	lines, err := readFlight(path)
	if err != nil {
		t.Fatal(err)
	}
	st, err := os.Stat(path)
	if err != nil || st.Size() > 1000 || len(lines) < flightMax/13 {
		t.Errorf("%d bytes, %d lines, %v", st.Size(), len(lines), err)
	}
}

// The recorder never holds a scan back: what the disk cannot take is counted.
func TestARecorderThatIsBehindLeavesLinesOutAndSaysHowMany(t *testing.T) {
	f := &flight{lines: make(chan flightLine, 1), done: make(chan struct{})}
	in := order.Input{At: time.Now(), Source: order.Scanned, Noise: 1}
	for range 5 {
		f.note(&station.Outcome{Input: in}, nil)
	}
	<-f.lines
	f.note(&station.Outcome{Input: in}, nil)
	if l := <-f.lines; l.Missing != 4 {
		t.Errorf("%d are missing", l.Missing)
	}
}

// A head that says something else than its writer meant tries less than it seems to.
func TestAScenariosHeadIsReadWholeOrRefused(t *testing.T) {
	const rest = "-- world --\norder A\n  1 mango @L1\n-- steps --\nscan A\n"
	sc, err := parseScenario([]byte("Title: of it\n\n# a remark\nnetwork: up, down\nprinter: real\n" + rest))
	if err != nil || len(sc.nets) != 2 || !sc.real {
		t.Errorf("%+v, %v", sc, err)
	}
	for _, head := range []string{"net: up, down", "network: up down sideways", "printer: reel", "start: noon", "and prose"} {
		if _, err := parseScenario([]byte("Title\n" + head + "\n" + rest)); err == nil {
			t.Errorf("%q is taken", head)
		}
	}
}

// Whatever a scenario file holds, reading it ends in a scenario or an error.
func FuzzParseScenario(f *testing.F) {
	f.Add([]byte("1. x\n-- world --\norder A\n  1 mango @L1\n-- steps --\nscan A => OK opened 0/1 @pick \"x\"\n"))
	f.Add([]byte("x\nstart: 2026-01-01T00:00:00Z\n-- world.json --\n{\"rows\":[]}\n-- steps --\n10x gun2: hex 00\nwait 5m\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		sc, err := parseScenario(data)
		if err == nil && (len(sc.steps) == 0 || sc.feeds[firstFeed] == nil) {
			t.Error("neither a scenario nor an error")
		}
	})
}
