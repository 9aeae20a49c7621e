package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/mattn/go-runewidth"

	"pickstation/order"
	"pickstation/tui"
	"pickstation/tui/text"
)

// glass is what a terminal shows of the bytes that a program paints (ECMA-48): characters
// with their look. It knows what the station's screen is painted with.
type glass struct {
	rows [][]glassCell
	x, y int
	look string // of what comes next: all renditions since the last reset
	left []byte // the beginning of a sequence or character
}

type glassCell struct{ text, look string }

func newGlass(cols, rows int) *glass {
	g := &glass{rows: make([][]glassCell, rows)}
	for i := range g.rows {
		g.rows[i] = make([]glassCell, cols)
		g.clear(i, 0, cols)
	}
	return g
}

func (g *glass) clear(y, from, to int) {
	for x := from; x < to; x++ {
		g.rows[y][x] = glassCell{text: " "}
	}
}

// glassSequence is a whole control sequence at the beginning.
var glassSequence = regexp.MustCompile(`^\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][0-9A-Za-z]|[0-Z\\^-~])`)

// Write paints.
func (g *glass) Write(b []byte) (int, error) {
	g.left = append(g.left, b...)
	for len(g.left) > 0 {
		if g.left[0] == 0x1b {
			seq := glassSequence.Find(g.left)
			if seq == nil {
				return len(b), nil // the rest comes
			}
			g.control(string(seq))
			g.left = g.left[len(seq):]
			continue
		}
		if !utf8.FullRune(g.left) {
			return len(b), nil
		}
		r, n := utf8.DecodeRune(g.left)
		g.left = g.left[n:]
		g.put(r)
	}
	return len(b), nil
}

func (g *glass) put(r rune) {
	cols := len(g.rows[0])
	switch {
	case r == '\r':
		g.x = 0
	case r == '\n' && g.y == len(g.rows)-1:
		g.rows = append(g.rows[1:], make([]glassCell, cols))
		g.clear(g.y, 0, cols)
	case r == '\n':
		g.y++
	case r == '\b':
		g.x = max(g.x-1, 0)
	case r < ' ':
	default:
		w := runewidth.RuneWidth(r)
		if w == 0 || g.x+w > cols {
			return
		}
		g.rows[g.y][g.x] = glassCell{string(r), g.look}
		if w == 2 {
			g.rows[g.y][g.x+1] = glassCell{"", g.look}
		}
		g.x += w
	}
}

// control does what a sequence says; others than these move nothing.
func (g *glass) control(seq string) {
	if len(seq) < 3 || seq[1] != '[' {
		return
	}
	last, args := seq[len(seq)-1], strings.Split(seq[2:len(seq)-1], ";")
	n := func(i, none int) int {
		if i < len(args) {
			if v, err := strconv.Atoi(args[i]); err == nil {
				return v
			}
		}
		return none
	}
	rows, cols := len(g.rows), len(g.rows[0])
	switch last {
	case 'm':
		if args[0] == "" || args[0] == "0" {
			g.look, args = "", args[1:]
		}
		g.look += strings.Join(args, ";")
	case 'A':
		g.y = max(g.y-n(0, 1), 0)
	case 'B':
		g.y = min(g.y+n(0, 1), rows-1)
	case 'C':
		g.x = min(g.x+n(0, 1), cols-1)
	case 'D':
		g.x = max(g.x-n(0, 1), 0)
	case 'G':
		g.x = min(max(n(0, 1)-1, 0), cols-1)
	case 'H', 'f':
		g.y, g.x = min(max(n(0, 1)-1, 0), rows-1), min(max(n(1, 1)-1, 0), cols-1)
	case 'K':
		from, to := g.x, cols
		if n(0, 0) > 0 {
			from = 0
		}
		if n(0, 0) == 1 {
			to = min(g.x+1, cols)
		}
		g.clear(g.y, from, to)
	case 'J':
		from := g.y + 1
		if n(0, 0) == 2 {
			from = 0
		} else {
			g.clear(g.y, min(g.x, cols), cols)
		}
		for y := from; y < rows; y++ {
			g.clear(y, 0, cols)
		}
	}
}

// text is what stands there.
func (g *glass) text() string {
	var b strings.Builder
	for _, row := range g.rows {
		var l strings.Builder
		for _, c := range row {
			l.WriteString(c.text)
		}
		b.WriteString(strings.TrimRight(l.String(), " ") + "\n")
	}
	return b.String()
}

var clockTime = regexp.MustCompile(`\d\d:\d\d(:\d\d)?`)

// ownRows tell of the machine and the line to the centre, or how long ago something was.
var ownRows = regexp.MustCompile(`^ ?(ONLINE|OFFLINE) |\b(now|never|\d+ min)\b`)

// alertRow begins the row of an alert.
const alertRow = " ! "

// told is what the screen tells of the work: rows with the looks of their cells, for big
// digits are cells of another look; times of day are left out. alert says whether a row
// is an alert's.
func (g *glass) told() (work string, alert bool) {
	var b strings.Builder
	for _, row := range g.rows[1:] {
		var plain, l strings.Builder
		look := ""
		for _, c := range row {
			if c.look != look {
				look = c.look
				l.WriteString("<" + look + ">")
			}
			l.WriteString(c.text)
			plain.WriteString(c.text)
		}
		switch {
		case ownRows.MatchString(plain.String()):
		case strings.HasPrefix(plain.String(), alertRow):
			alert = true
		default:
			b.WriteString(clockTime.ReplaceAllString(l.String(), "hh:mm") + "\n")
		}
	}
	return b.String(), alert
}

// workScreen is what a screen tells of the work, and what it tells with a row less, which an
// alert of this machine may take (its disk is nearly full, say).
type workScreen struct{ whole, less string }

// offTerminal says whether a step is none at the terminal: a gun sends no empty frame.
func (st *scenarioStep) offTerminal() bool {
	l := &st.line
	return st.check != nil || l.Net != "" || l.Scan != nil && strings.TrimRight(*l.Scan, "\r\n") == "" || l.Key != "" && functionKeys[l.Key] == ""
}

// atTheLoop returns the screen after each step that the terminal sees, of the same scenario
// at the loop.
func atTheLoop(t *testing.T, sc *scenario) (want []workScreen) {
	t.Helper()
	seen := *sc
	seen.steps = nil
	for _, st := range sc.steps {
		if !st.offTerminal() {
			st.want = nil
			seen.steps = append(seen.steps, st)
		}
	}
	err := seen.runIn(t.Context(), t.TempDir(), "up", func(_ *scenarioStep, _ []heard, r *replay) {
		var at workScreen
		for i, to := range []*string{&at.whole, &at.less} {
			size := tui.Size{W: screenSize.W, H: screenSize.H - i}
			g := newGlass(size.W, size.H)
			s := tui.Render(r.loop.View(), size, tui.Options{Lang: text.EN, Profile: tui.Color16, Now: r.clock.Now()})
			_, _ = g.Write([]byte(strings.ReplaceAll(s, "\n", "\r\n"))) // it takes everything
			if *to, _ = g.told(); r.loop.View().Bench.Screen == order.ScreenSignIn {
				*to = "" // the time of day, in big digits
			}
		}
		want = append(want, at)
	})
	if err != nil {
		t.Fatal(err)
	}
	return want
}

// shows waits for texts on the screen.
func (d *deskTop) shows(list []string) {
	d.Helper()
	for _, s := range list {
		s = strings.Trim(s, `"`)
		d.until(fmt.Sprintf("%q on the screen", s), func() bool { return strings.Contains(d.screen.text(), s) })
	}
}

// told waits until the screen tells what it tells after this step at the loop.
func (d *deskTop) told(st *scenarioStep) {
	d.Helper()
	want := &d.want[d.done]
	d.done++
	timeout := time.Now().Add(terminalPatience / 2)
	got, is := "", ""
	d.until("", func() bool {
		work, alert := d.screen.told()
		got, is = work, want.whole
		if alert {
			is = want.less
		}
		return got == is || is == "" || time.Now().After(timeout)
	})
	if got != is && is != "" {
		d.Fatalf("steps line %d: %s\n%s", st.no, st.text, cmp.Diff(is, got))
	}
}

func TestTheModelOfATerminalShowsWhatOneShows(t *testing.T) {
	g := newGlass(10, 3)
	for _, part := range []string{"one\r\nt", "w\x1b[", "1;7mo\x1b[0m\r\nthr\xe8", "\x8a\x92e", "\x1b]0;title\x07\x1b[?25l\x1b[H\x1b[2Kfirst\x1b[3;2H\x1b[K!"} {
		_, _ = g.Write([]byte(part)) // it takes everything
	}
	if want := "first\ntwo\nt!\n"; g.text() != want {
		t.Errorf("%q", g.text())
	}
	if c := g.rows[1][2]; c.text != "o" || c.look != "1;7" {
		t.Errorf("%+v", c)
	}
	_, _ = g.Write([]byte("\r\nlast"))
	if want := "two\nt!\nlast\n"; g.text() != want {
		t.Errorf("%q", g.text())
	}
	_, _ = g.Write([]byte("\x1b[2J\x1b[1;1H莓"))
	if want := "莓\n\n\n"; g.text() != want || g.x != 2 {
		t.Errorf("%q, column %d", g.text(), g.x)
	}
}
