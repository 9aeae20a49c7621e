package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

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
