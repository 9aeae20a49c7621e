package tui

import (
	"os"
	"strings"
	"testing"

	"pickstation/order"
	"pickstation/station"
	"pickstation/tui/text"
)

// The matrix: every screen and every question has a view, every view its golden file at
// 80×24, 40×16 and 132×43, in Chinese and English, in 16 colours and mono. A new screen
// is a function in moreViews, and go test ./tui -run ScreensLook -update.

func TestEveryScreenHasItsGolden(t *testing.T) {
	have := map[order.Screen]bool{}
	for _, v := range views() {
		if v != nil {
			have[v.Bench.Screen] = true
		}
	}
	for _, s := range order.Screens() {
		if !have[s] {
			t.Errorf("screen %s has no view: add one to moreViews", s)
		}
	}
}

func TestEveryQuestionHasItsGolden(t *testing.T) {
	have := map[order.QuestionKind]bool{}
	for _, v := range views() {
		if v != nil && v.Bench.Question != nil {
			have[v.Bench.Question.Kind] = true
		}
	}
	for _, k := range order.QuestionKinds() {
		if !have[k] {
			t.Errorf("question %s has no view: add one to moreViews", k)
		}
	}
}

func TestEveryVerdictHasItsGolden(t *testing.T) {
	have := map[order.Verdict]bool{}
	for _, v := range views() {
		if v != nil && v.Verdict != nil {
			have[v.Verdict.Verdict] = true
		}
	}
	for _, v := range order.Verdicts() {
		if !have[v] {
			t.Errorf("verdict %s stands on no screen: add a view to moreViews", v)
		}
	}
}

func TestNoGoldenIsLeftBehind(t *testing.T) {
	files, err := os.ReadDir("testdata/golden")
	if err != nil {
		t.Fatal(err)
	}
	all := views()
	for _, f := range files {
		if _, ok := all[strings.TrimSuffix(f.Name(), ".txt")]; !ok {
			t.Errorf("golden %s belongs to no view: delete it", f.Name())
		}
	}
}

// What colours say stands there in words and patterns as well: without its styles a
// screen in 16 colours is the one in mono.
func TestColoursSayNothingThatWordsDoNot(t *testing.T) {
	for name, v := range views() {
		for _, size := range sizes {
			for _, lang := range []string{text.ZH, text.EN} {
				if a, b := words(Render(v, size, options(lang, Color16))), words(Render(v, size, options(lang, Mono))); a != b {
					t.Errorf("%s at %v in %s differs by its profile", name, size, lang)
				}
			}
		}
	}
}

// States that a picker must tell apart differ in their words, in every window.
func TestEveryStateIsToldWithoutColour(t *testing.T) {
	states := map[string][]func(*station.View){
		"the link": {func(v *station.View) {}, func(v *station.View) { offline(v) }},
		"a device": {func(v *station.View) {}, func(v *station.View) { v.Devices[0].Status = "absent" },
			func(v *station.View) { v.Devices[0].Status, v.Devices[1].Status = "absent", "absent" }},
		"the printer": {func(v *station.View) {}, func(v *station.View) { v.Printer.Status = "media_empty" },
			func(v *station.View) { v.Printer.Status = "unreachable" }, func(v *station.View) { v.Printer.Parked = 2 }},
		"the work": {func(v *station.View) {}, func(v *station.View) { v.Work.Cancelled = true },
			func(v *station.View) { v.Work.Holds = []order.Hold{{Code: order.Intercepted, Stops: true}} }},
		"the station": {func(v *station.View) {}, func(v *station.View) { v.Health.NotSaved = true }, func(v *station.View) { v.Health.DiskLow = true },
			func(v *station.View) { v.Health.Damaged = "chain" }, func(v *station.View) { v.Health.Checking = true }},
	}
	for what, list := range states {
		for _, size := range sizes {
			seen := map[string]int{}
			for i, change := range list {
				v := picking()
				change(v)
				s := words(Render(v, size, options(text.EN, Mono)))
				if k, twice := seen[s]; twice {
					t.Errorf("%s: states %d and %d look the same at %v", what, k, i, size)
				}
				seen[s] = i
			}
		}
	}
	for _, size := range sizes {
		seen := map[string]order.Verdict{}
		for _, verdict := range order.Verdicts() {
			v := picking()
			v.Verdict = shown(verdict, m(order.MsgUnknownCode, order.Args{Code: "4711"}), m(order.DoCallLead, order.Args{}))
			s := Render(v, size, options(text.EN, Mono)) // big words are drawn by reverse spaces
			if k, twice := seen[s]; twice {
				t.Errorf("verdicts %s and %s look the same at %v", k, verdict, size)
			}
			seen[s] = verdict
		}
	}
}
