package tui

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
	"github.com/mattn/go-runewidth"

	"pickstation/order"
	"pickstation/station"
	"pickstation/tui/text"
)

var update = flag.Bool("update", false, "write the golden files")

var (
	sgrSequence = regexp.MustCompile("\x1b\\[[0-9;]*m")
	sizes       = []Size{{80, 24}, {40, 16}, {132, 43}}
)

func options(lang string, p Profile) Options { return Options{Lang: lang, Profile: p, Now: noon} }

func TestScreensLookAsTheyDid(t *testing.T) {
	for name, v := range views() {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			for _, size := range sizes {
				for _, lang := range []string{text.ZH, text.EN} {
					for _, p := range []Profile{Color16, Mono} {
						b.WriteString(sprintf("===== %dx%d %s %s\n", size.W, size.H, lang, [...]string{"16", "mono"}[p]))
						b.WriteString(strings.ReplaceAll(Render(v, size, options(lang, p)), "\x1b", "^["))
						b.WriteByte('\n')
					}
				}
			}
			file := filepath.Join("testdata", "golden", name+".txt")
			if *update {
				if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), b.String()); diff != "" {
				t.Errorf("screen changed; look at it, then run with -update:\n%s", diff)
			}
		})
	}
}

// checkBounds fails where a screen is larger than its window or holds anything that a
// terminal could take for a command.
func checkBounds(t interface {
	Errorf(string, ...any)
	Helper()
}, s string, size Size) {
	t.Helper()
	lines := strings.Split(s, "\n")
	if len(lines) > size.H {
		t.Errorf("%d lines in a window of %d", len(lines), size.H)
	}
	for i, l := range lines {
		plainLine := sgrSequence.ReplaceAllString(l, "")
		if w := runesWidth(plainLine); w > size.W {
			t.Errorf("line %d has %d cells in a window of %d: %q", i, w, size.W, plainLine)
		}
		if w := ansi.StringWidth(l); w > size.W {
			t.Errorf("line %d has %d cells by graphemes in a window of %d: %q", i, w, size.W, plainLine)
		}
		for _, r := range plainLine {
			if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
				t.Errorf("line %d holds %U: %q", i, r, plainLine)
			}
		}
		if strings.Contains(l, "\x1b") && !strings.HasSuffix(l, reset) && strings.LastIndex(l, reset) < strings.LastIndex(l, "\x1b[") {
			t.Errorf("line %d leaves its style on: %q", i, l)
		}
	}
}

// narrow measures as a terminal does that is not set up for an East Asian locale.
var narrow = runewidth.Condition{}

// runesWidth measures as a terminal that knows no graphemes.
func runesWidth(s string) int {
	n := 0
	for _, r := range s {
		n += narrow.RuneWidth(r)
	}
	return n
}

func TestEveryScreenFitsEveryWindow(t *testing.T) {
	all := append([]Size{{20, 6}, {39, 11}, {40, 12}, {41, 13}, {60, 20}, {79, 23}, {1, 1}, {3, 2}, {1, 40}, {200, 3},
		{300, 100}, {5000, 5000}}, sizes...)
	for name, v := range views() {
		for _, size := range all {
			for _, o := range []Options{options(text.ZH, Color16), options(text.EN, Mono),
				{Lang: text.EN, ASCII: true, Now: noon, Demo: true}, {Lang: text.ZH, Cold: true, Demo: true, Quit: true, Now: noon}} {
				s := Render(v, size, o)
				if checkBounds(t, s, size); t.Failed() {
					t.Fatalf("%s at %v with %+v", name, size, o)
				}
			}
		}
	}
	for _, size := range []Size{{0, 0}, {-1, 5}, {5, -1}} {
		if s := Render(picking(), size, options(text.ZH, Mono)); s != "" {
			t.Errorf("a window of %v shows %q", size, s)
		}
	}
}

// words is a screen's text without styles.
func words(s string) string { return sgrSequence.ReplaceAllString(s, "") }

func TestATooSmallWindowSaysSoAndStillShowsTheWork(t *testing.T) {
	s := words(Render(wrongItem(), Size{38, 8}, options(text.EN, Mono)))
	for _, want := range []string{"Window too small: 38x8, needs 40x12", "XXX WRONG ITEM XXX", "A-03-2 3/5", "ONLINE"} {
		if !strings.Contains(s, want) {
			t.Errorf("%q lacks %q", s, want)
		}
	}
}

func TestEveryScreenShowsOperatorLinkDevicesPrinterAndClock(t *testing.T) {
	for name, v := range views() {
		if v == nil {
			continue
		}
		v = offline(v)
		v.Verdict = nil
		for _, size := range sizes {
			s := words(Render(v, size, options(text.EN, Mono)))
			head := strings.Join(strings.SplitN(s, "\n", 3)[:2], "\n")
			need := []string{"OFFLINE", "128 unsent 3 min", "12:04", "centre 3 min", "dev "}
			if v.ColdLook || len(v.Trials) > 0 && size.W < 60 {
				need = need[:3] // the rest stands on the panel
			}
			for _, want := range need {
				if !strings.Contains(head, want) {
					t.Errorf("%s at %v: status lacks %q:\n%s", name, size, want, head)
				}
			}
			if !v.ColdLook && !strings.Contains(head, "printer ") && !strings.Contains(head, "prn ") {
				t.Errorf("%s at %v: status lacks the printer:\n%s", name, size, head)
			}
		}
	}
}

func TestEveryVerdictHasItsWordPatternWhatAndDo(t *testing.T) {
	for _, verdict := range order.Verdicts() {
		v := picking()
		v.Verdict = shown(verdict, m(order.MsgUnknownCode, order.Args{Code: "4711"}), m(order.DoCallLead, order.Args{}))
		for _, size := range sizes {
			for _, p := range []Profile{Color16, Mono} {
				s := Render(v, size, options(text.ZH, p))
				for _, want := range []string{text.Verdict(text.ZH, verdict), lookOf(verdict).mark,
					text.Line(text.ZH, v.Verdict.What), text.Line(text.ZH, v.Verdict.Do)} {
					if !strings.Contains(words(s), want) {
						t.Errorf("%s at %v lacks %q", verdict, size, want)
					}
				}
			}
		}
	}
}

func TestLooksDifferWithoutColour(t *testing.T) {
	seen := map[string]order.Look{}
	for l, k := range looks {
		if other, twice := seen[k.mark]; twice {
			t.Errorf("%s and %s have the same pattern", l, other)
		}
		seen[k.mark] = l
	}
}

func TestMonoHasNoColour(t *testing.T) {
	colour := regexp.MustCompile("\x1b\\[[0-9;]*(3[0-8]|4[0-8]|9[0-7]|10[0-7])")
	for name, v := range views() {
		if s := colour.FindString(Render(v, Size{80, 24}, options(text.ZH, Mono))); s != "" {
			t.Errorf("%s in mono holds %q", name, s)
		}
		if v != nil && colour.FindString(Render(v, Size{80, 24}, options(text.ZH, Color16))) == "" {
			t.Errorf("%s in 16 colours has none", name)
		}
	}
}

func TestTheLinuxConsoleGetsASCIIOnly(t *testing.T) {
	for name, v := range views() {
		if v != nil {
			v.Bench.Lang = text.ZH
		}
		for _, size := range sizes {
			s := Render(v, size, Options{Lang: text.ZH, ASCII: true, Now: noon})
			if i := strings.IndexFunc(s, func(r rune) bool { return r > 0x7e }); i >= 0 {
				t.Errorf("%s: %q", name, s[i:min(i+20, len(s))])
			}
		}
	}
}

func TestTheLinuxConsoleSpeaksEnglish(t *testing.T) {
	v := picking()
	v.Bench.Lang = text.ZH
	v.Work.Next[0].Name.EN = ""
	s := words(Render(v, Size{80, 24}, Options{Lang: text.ZH, ASCII: true, Now: noon}))
	for _, want := range []string{"LOCATION", "Hainan mango gift box 5 kg: 3 of 5", "HN-COCO", " op7 "} { // SKU and number for want of names
		if !strings.Contains(s, want) {
			t.Errorf("screen lacks %q:\n%s", want, s)
		}
	}
}

func TestTheOperatorsLanguageWins(t *testing.T) {
	v := picking()
	v.Bench.Lang = text.EN
	if s := words(Render(v, Size{80, 24}, options(text.ZH, Mono))); !strings.Contains(s, "LOCATION") || strings.Contains(s, "货位") {
		t.Errorf("screen is not English:\n%s", s)
	}
}

func TestAGoodVerdictFadesAndARefusalStands(t *testing.T) {
	good, bad := picking(), wrongItem()
	later := options(text.EN, Mono)
	later.Now = noon.Add(time.Hour)
	if s := words(Render(good, Size{80, 24}, later)); strings.Contains(s, "+++") {
		t.Error("an OK of an hour ago still stands out")
	}
	if s := words(Render(bad, Size{80, 24}, later)); !strings.Contains(s, "XXX") {
		t.Error("a refusal has faded")
	}
}

func TestQuestionsSayHowToAnswerAndThatEscIsNo(t *testing.T) {
	for _, c := range []struct {
		kind   order.QuestionKind
		repeat bool
		want   string
	}{
		{order.AskTakeOver, true, "same scanner, same scan = YES"}, {order.AskShort, false, "YES on the bench card = yes"},
		{order.AskOverride, false, "a lead's badge = yes"}, {order.AskSignOut, false, "F11 KEEP  F8 RELEASE"},
		{order.AskReprint, false, "YES on the bench card = yes"}, {order.AskLot, true, "same scanner, same scan = YES"},
	} {
		v := picking()
		v.Bench.Question = &order.Question{Kind: c.kind, Repeatable: c.repeat, ShownAt: noon,
			What: m(order.MsgAskSignOut, order.Args{Ref: "1042"}), Do: m(order.DoKeepRelease, order.Args{})}
		for _, size := range sizes {
			s := words(Render(v, size, options(text.EN, Mono)))
			for _, want := range []string{c.want, "Esc = NO", "Order 1042 is not", "or release it?"} {
				if !strings.Contains(s, want) {
					t.Errorf("%s at %v lacks %q:\n%s", c.kind, size, want, s)
				}
			}
			if strings.Contains(strings.ToLower(s), "enter") {
				t.Errorf("%s speaks of Enter", c.kind)
			}
		}
	}
}

func TestTheFooterShowsWhatIsValidNow(t *testing.T) {
	foot := func(v *station.View) string {
		lines := strings.Split(words(Render(v, Size{80, 24}, options(text.EN, Mono))), "\n")
		return strings.Join(lines[len(lines)-2:], "\n")
	}
	if s := foot(signingIn()); strings.Contains(s, "SIGN OUT") || !strings.Contains(s, "F2 LANGUAGE") {
		t.Errorf("sign-in: %q", s)
	}
	if s := foot(picking()); !strings.Contains(s, "F7 SHORT") || !strings.Contains(s, "DAMAGED") || strings.Contains(s, "F4 SHIP") {
		t.Errorf("pick: %q", s)
	}
	if s := foot(queueing()); !strings.Contains(s, "F4 SHIP") || strings.Contains(s, "F7 SHORT") {
		t.Errorf("queue: %q", s)
	}
	if s := foot(askingShort()); !strings.HasPrefix(s, "Esc NO") || !strings.Contains(s, "YES") {
		t.Errorf("question: %q", s)
	}
}

func TestHostileNamesAreShownAsText(t *testing.T) {
	s := Render(nastyView(), Size{132, 43}, options(text.EN, Color16))
	for _, bad := range []string{"\x1b[2J", "\x1b]0;", "\x07", "\u202e", "\u200d", "\r", "\t", "\x00"} {
		if strings.Contains(s, bad) {
			t.Errorf("screen holds %q", bad)
		}
	}
	if !strings.Contains(s, "[2J") {
		t.Error("the harmless rest of the name is gone")
	}
}

func TestTheGravestAlertComesFirst(t *testing.T) {
	v := labelling()
	v.Health = station.HealthView{NotSaved: true, Damaged: "chain", Checking: true, DiskLow: true}
	v.Devices[0].Status = "absent"
	list := painterFor(v).alertList()
	order := make([]style, len(list))
	for i := range list {
		order[i] = list[i].bar
	}
	if len(list) != 6 || !strings.HasPrefix(list[0].whole, "NOT SAVED") || !slices.IsSortedFunc(order, func(a, b style) int { return grave(a) - grave(b) }) {
		t.Fatalf("alerts %v", list)
	}
	v.Devices[1].Status = "absent"
	if list := painterFor(v).alertList(); !slices.ContainsFunc(list, func(a alert) bool {
		return a.bar == stopBar && strings.HasPrefix(a.whole, "NO SCANNER")
	}) {
		t.Errorf("without any device: %v", list)
	}
}

func TestWhatTheSystemSaysIsNotShownWhereThereIsAWord(t *testing.T) {
	v := picking()
	v.Sync.Problem, v.Sync.Detail = "no_answer", "Post https://centre:8443/v1/sync"
	if s := words(Render(v, Size{80, 24}, options(text.EN, Mono))); strings.Contains(s, "https") || !strings.Contains(s, "no answer") {
		t.Errorf("screen:\n%s", s)
	}
	v.Sync.Problem = "brand_new"
	if s := words(Render(v, Size{80, 24}, options(text.EN, Mono))); !strings.Contains(s, "brand new (Post https") {
		t.Errorf("screen:\n%s", s)
	}
}

func TestStoppedWorkIsSaidOnItsScreen(t *testing.T) {
	v := picking()
	v.Work.Cancelled = true
	held := picking()
	held.Work.Holds = []order.Hold{{Code: order.Intercepted, Stops: true}}
	for want, v := range map[string]*station.View{"is cancelled": v, "is on hold: intercepted": held} {
		if s := words(Render(v, Size{80, 24}, options(text.EN, Mono))); !strings.Contains(s, want) {
			t.Errorf("screen lacks %q:\n%s", want, s)
		}
	}
}

func painterFor(v *station.View) *painter {
	return &painter{v: v, lang: text.EN, t: text.For(text.EN), now: noon, h: 24}
}

func TestCagesStandByTheLongestWait(t *testing.T) {
	v := dispatching()
	v.Outbound[2].Since = noon.Add(-10 * time.Hour) // ZTO
	got := cages(v.Outbound)
	if len(got) != 2 || got[0].carrier.ID != "ZTO" || len(got[1].rows) != 6 {
		t.Errorf("%+v", got)
	}
	if !sort.SliceIsSorted(got, func(i, j int) bool { return got[i].oldest.Before(got[j].oldest) }) {
		t.Error("not sorted")
	}
}

func BenchmarkRender(b *testing.B) {
	for name, v := range map[string]*station.View{"pick": picking(), "wrong": wrongItem(), "queue": queueing()} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Render(v, Size{80, 24}, options(text.ZH, Color16))
			}
		})
	}
}
