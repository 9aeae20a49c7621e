package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pickstation/order"
	"pickstation/tui/text"
)

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
