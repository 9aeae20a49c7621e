package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"

	"pickstation/order"
	"pickstation/sync/wire"
)

// scenario is what happens at a bench and what must come of it, as a file in the
// txtar form: a head, the world, the steps.
//
//  17. Units and boxes count, wrong items do not
//     network: up, down
//     -- world --
//     order A
//     10 mango @L1
//     -- steps --
//     scan MANGO      => OK unit_picked 1/10
type scenario struct {
	title string
	nets  []string // states of the network in which it must hold: "up", "down"
	start time.Time
	real  bool                      // papers are printed for real, into a folder
	feeds map[string][]wire.FeedRow // what the centre sends, by section; "world" is there from the start
	steps []scenarioStep
}

// scenarioStep is one line of a scenario's steps.
type scenarioStep struct {
	no    int // line in the section
	text  string
	times int
	line  recordLine
	want  *wanted // nil: nothing is demanded
	check []string
}

// wanted is what is demanded of the answer to a step.
type wanted struct {
	verdict     order.Verdict
	what, do    order.MsgCode
	screen      order.Screen
	picked      string // "3/10" of the line it was about
	says        []string
	nothingElse bool // no answer at all
}

// parseScenario reads a scenario file.
func parseScenario(data []byte) (*scenario, error) {
	head, sections, err := splitTxtar(data)
	if err != nil {
		return nil, err
	}
	sc := &scenario{nets: []string{"up"}, start: replayStart, feeds: map[string][]wire.FeedRow{}}
	if err := sc.head(head); err != nil {
		return nil, err
	}
	for _, s := range sections {
		switch {
		case s.name == "steps":
			sc.steps, err = parseSteps(s.text)
		case strings.HasSuffix(s.name, ".json"):
			sc.feeds[strings.TrimSuffix(s.name, ".json")], err = parseSnapshot([]byte(s.text))
		default:
			sc.feeds[s.name], err = parseWorld(s.text, s.name == firstFeed)
		}
		if err != nil {
			return nil, fmt.Errorf("section %s: %w", s.name, err)
		}
	}
	if len(sc.steps) == 0 {
		return nil, errors.New("it has no steps")
	}
	if sc.feeds[firstFeed] == nil {
		return nil, errors.New("it has no world")
	}
	for _, st := range sc.steps {
		if f := st.line.FeedName; f != "" && sc.feeds[f] == nil {
			return nil, fmt.Errorf("steps line %d: there is no section %s", st.no, f)
		}
	}
	return sc, nil
}

// firstFeed is the section with what the station holds before the first step.
const firstFeed = "world"

func (sc *scenario) head(text string) error {
	for i, l := range strings.Split(strings.TrimSpace(text), "\n") {
		key, value, _ := strings.Cut(l, ":")
		value = strings.TrimSpace(value)
		switch {
		case i == 0:
			sc.title = strings.TrimSpace(l)
		case key == "network":
			sc.nets = strings.Fields(strings.ReplaceAll(value, ",", " "))
			for _, n := range sc.nets {
				if n != "up" && n != "down" {
					return fmt.Errorf("network %q is neither up nor down", n)
				}
			}
		case key == "printer" && value == "real":
			sc.real = true
		case key == "start":
			t, err := time.Parse(time.RFC3339, value)
			if err != nil {
				return err
			}
			sc.start = t
		case l != "" && !strings.HasPrefix(l, "#"):
			return fmt.Errorf("head line %d: %.40q is neither network, printer: real, start nor a # remark", i+1, l)
		}
	}
	return nil
}

// section is a part of a txtar file.
type section struct{ name, text string }

// splitTxtar cuts a txtar file into its head and sections.
func splitTxtar(data []byte) (head string, out []section, err error) {
	if len(data) > maxScenario {
		return "", nil, fmt.Errorf("it is larger than %d bytes", maxScenario)
	}
	var b *strings.Builder
	var first strings.Builder
	b = &first
	flush := func() {
		if n := len(out); n > 0 {
			out[n-1].text = b.String()
		}
	}
	for _, l := range strings.SplitAfter(string(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))), "\n") {
		t := strings.TrimSpace(l)
		if strings.HasPrefix(t, "-- ") && strings.HasSuffix(t, " --") && len(t) > 6 {
			flush()
			out = append(out, section{name: strings.TrimSpace(t[3 : len(t)-3])})
			b = &strings.Builder{}
			continue
		}
		b.WriteString(l)
	}
	flush()
	return first.String(), out, nil
}

// maxScenario bounds a scenario file, bytes.
const maxScenario = 16 << 20

// parseSteps reads the lines of the steps; "#" begins a remark.
func parseSteps(text string) ([]scenarioStep, error) {
	var out []scenarioStep
	for i, l := range strings.Split(text, "\n") {
		l = strings.TrimSpace(l)
		if l == "" || strings.HasPrefix(l, "#") {
			continue
		}
		st, err := parseStep(l)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		st.no = i + 1
		out = append(out, st)
	}
	return out, nil
}

func parseStep(l string) (scenarioStep, error) {
	st := scenarioStep{text: l, times: 1}
	do, want, answered := strings.Cut(l, " => ")
	if answered {
		w, err := parseWanted(want)
		if err != nil {
			return st, err
		}
		st.want = w
	}
	word, rest := cutWord(do)
	if n, more, ok := timesOf(word, rest); ok {
		st.times = n
		word, rest = cutWord(more)
	}
	if st.line.Unsaved = word == unsavedWord; st.line.Unsaved {
		word, rest = cutWord(rest)
	}
	if dev, ok := strings.CutSuffix(word, ":"); ok && dev != "" {
		st.line.Device = dev
		word, rest = cutWord(rest)
	}
	if checks[word] != nil {
		st.check = append([]string{word}, quotedFields(rest)...)
		return st, nil
	}
	return st, st.line.fromWords(word, rest)
}

// unsavedWord stands before what is done while the disk takes nothing.
const unsavedWord = "unsaved"

// timesOf reads "10x" before what is done so many times.
func timesOf(word, rest string) (int, string, bool) {
	var n int
	if _, err := fmt.Sscanf(word+"|", "%dx|", &n); err != nil || n < 1 || n > 100_000 {
		return 0, "", false
	}
	return n, rest, true
}

func cutWord(s string) (word, rest string) {
	word, rest, _ = strings.Cut(strings.TrimSpace(s), " ")
	return word, strings.TrimSpace(rest)
}

// parseWanted reads what is demanded of an answer.
func parseWanted(s string) (*wanted, error) {
	w := &wanted{}
	for _, f := range quotedFields(s) {
		do, isDo := strings.CutPrefix(f, "do:")
		_, isCount := countOf(f)
		switch {
		case strings.HasPrefix(f, `"`):
			w.says = append(w.says, strings.Trim(f, `"`))
		case f == "-":
			w.nothingElse = true
		case strings.HasPrefix(f, "@"):
			w.screen = order.Screen(f[1:])
		case isDo:
			w.do = order.MsgCode(do)
		case isCount:
			w.picked = f
		case strings.ToUpper(f) == f && knownVerdict(order.Verdict(f)):
			w.verdict = order.Verdict(f)
		case knownMessage(order.MsgCode(f)):
			w.what = order.MsgCode(f)
		default:
			return nil, fmt.Errorf("%q is no verdict, message, @screen, count or \"text\"", f)
		}
	}
	if w.do != "" && !knownMessage(w.do) {
		return nil, fmt.Errorf("%q is no message", w.do)
	}
	return w, nil
}

// quotedFields splits at spaces outside of double quotes; the quotes stay.
func quotedFields(s string) []string {
	var out []string
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		if s[0] == '"' {
			if end := strings.IndexByte(s[1:], '"'); end >= 0 {
				out, s = append(out, s[:end+2]), s[end+2:]
				continue
			}
		}
		var w string
		w, s = cutWord(s)
		out = append(out, w)
	}
	return out
}

// countOf reads "3/10".
func countOf(s string) (n [2]int, ok bool) {
	_, err := fmt.Sscanf(s+"|", "%d/%d|", &n[0], &n[1])
	return n, err == nil
}

func knownVerdict(v order.Verdict) bool {
	for _, x := range order.Verdicts() {
		if x == v {
			return true
		}
	}
	return false
}

func knownMessage(c order.MsgCode) bool {
	for _, x := range order.MsgCodes() {
		if x == c {
			return true
		}
	}
	return false
}
