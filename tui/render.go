package tui

import (
	"strings"
	"time"

	"pickstation/order"
	"pickstation/station"
	"pickstation/tui/text"
)

// Size is a window in character cells.
type Size struct{ W, H int }

// The smallest window with the full screen; smaller ones get a few plain lines.
const (
	MinW = 40
	MinH = 12
)

// lowH is the height below which nothing is said twice.
const lowH = 20

// Options say how a view is shown. They hold nothing that the station knows.
type Options struct {
	Lang     string    // language while the bench has none yet, "zh" or "en"
	Profile  Profile   // what the terminal can show
	ASCII    bool      // no glyphs beyond ASCII: English, as on the Linux console
	Cold     bool      // fewer and bigger things in high contrast, for cold rooms; a bench may have it from the centre
	Demo     bool      // show the virtual scanner's keys
	Training bool      // nothing is real: every screen says so
	PIN      int       // digits of a PIN typed so far
	Quantity string    // digits of a number typed so far
	Menu     Menu      // commands without a key
	Quit     bool      // ctrl+c was pressed once
	Now      time.Time // for ages and the clock; its location is the screen's zone where the view has none
}

// lang is the language of a view: the operator's, else the option's; English where
// no Chinese can be shown.
func (o Options) lang(v *station.View) string {
	switch {
	case o.ASCII:
		return text.EN
	case v != nil && v.Bench.Lang != "":
		return v.Bench.Lang
	}
	return o.Lang
}

// Render returns the screen for a view: at most size.H lines of at most size.W
// cells, with no control bytes but the SGR sequences of its own styles. It is a pure
// function; a nil view is the screen before the station's first word.
func Render(v *station.View, size Size, o Options) string {
	if size.W <= 0 || size.H <= 0 {
		return ""
	}
	c := newCanvas(min(size.W, maxW), min(size.H, maxH), o.ASCII)
	lang := o.lang(v)
	p := painter{v: v, o: o, lang: lang, t: text.For(lang), now: o.Now, h: c.h, wide: c.w >= 60}
	p.o.Cold = o.Cold || v != nil && v.ColdLook
	if v != nil && v.Zone != nil {
		p.now = p.now.In(v.Zone)
	}
	all := area{c, 0, 0, c.w, c.h}
	if o.Training {
		all = p.trainingMark(all)
	}
	switch {
	case v == nil:
		p.starting(all)
	case size.W < MinW || size.H < MinH:
		p.small(all)
	default:
		p.screen(all)
	}
	return c.string(theme(o.Profile, p.o.Cold))
}

// Larger windows are painted in this much of them; it bounds the work that a hostile
// terminal can ask for.
const (
	maxW = 400
	maxH = 200
)

// painter paints one view.
type painter struct {
	v    *station.View
	o    Options
	lang string
	t    *text.Texts
	now  time.Time
	h    int  // rows of the window
	wide bool // it has room for words beside the bare news
}

func (p *painter) starting(a area) {
	a.center(a.h/2, strong, p.t.Starting)
}

// small shows, in a window that is too small, what a picker cannot do without.
func (p *painter) small(a area) {
	lines := []seg{{st: warn, s: sprintf(p.t.TooSmall, a.w, a.h, MinW, MinH)}, p.smallLink(a.w)}
	if s := p.v.Verdict; s != nil {
		l := lookOf(s.Verdict)
		lines = append(lines, seg{st: l.bar, s: l.mark + " " + p.word(s) + " " + l.mark})
	}
	if s := p.step(); s != "" {
		lines = append(lines, seg{st: strong, s: s})
	}
	if w := p.v.Work; w != nil && w.Current != nil {
		lines = append(lines, seg{s: p.place(w.Current) + " " + p.progress(w.Current)})
	}
	if a.h < len(lines) { // a row for the work is worth more than the complaint
		lines = lines[1:]
	}
	for i, s := range lines {
		a.text(0, i, s.st, s.s)
	}
}

// smallLink is the link's badge with count and age, in w cells where that is possible.
func (p *painter) smallLink(w int) seg {
	s := &p.v.Sync
	if s.Online {
		return seg{st: ok, s: p.t.Online}
	}
	since := s.Oldest
	if s.Unsent == 0 {
		since = s.LastWord
	}
	long := p.t.Offline + " " + sprintf(p.t.Unsent, s.Unsent) + " " + p.age(since)
	if cells(long) > w {
		long = p.t.Offline + " " + sprintf("%d", s.Unsent) + " " + p.age(since)
	}
	return seg{st: warnBar, s: long}
}

// screen lays the parts out: status above, keys and verdict below, the work between.
func (p *painter) screen(a area) {
	if p.o.Cold {
		a = p.coldBar(a)
	} else {
		a = p.statusBar(a)
	}
	a = p.alerts(a)
	if p.o.Cold {
		a = p.coldFooter(a)
	} else {
		a = p.footer(a)
	}
	if p.o.Menu.Open {
		p.menu(a)
		return
	}
	if p.v.Panel != nil {
		p.panel(a)
		return
	}
	a = p.verdictBlock(a)
	a = p.stepLines(a)
	if p.reasons(a) {
		return
	}
	switch p.v.Bench.Screen {
	case order.ScreenQueue:
		p.queue(a)
	case order.ScreenBatch, order.ScreenWall, order.ScreenDrop:
		p.batch(a)
	case order.ScreenPick, order.ScreenPack:
		p.pick(a)
	case order.ScreenLabel:
		p.label(a)
	case order.ScreenDispatch:
		p.dispatch(a)
	case order.ScreenTasks:
		p.tasks(a)
	case order.ScreenReturn:
		p.returning(a)
	case order.ScreenStock:
		p.stocking(a)
	default:
		p.signIn(a)
	}
}

// line is a message in the screen's language. Where no Chinese can be shown, goods
// without an English name are called by their SKU.
func (p *painter) line(m order.Message) string {
	if p.o.ASCII && m.Args.Name.EN == "" && m.Args.SKU != "" {
		m.Args.Name = order.Names{}
	}
	m.Args.Who = p.person(m.Args.Who)
	return text.Line(p.lang, m)
}

// person is a name to show; the operator is called by their number where the console
// has no glyphs for the name.
func (p *painter) person(name string) string {
	b := &p.v.Bench
	if p.o.ASCII && name != "" && name == b.OperatorName && strings.ContainsFunc(name, func(r rune) bool { return r > 0x7e }) {
		return string(b.Operator)
	}
	return name
}

// name is what goods are called on this screen.
func (p *painter) name(n order.Names, sku order.SKU) string {
	s := n.In(p.lang)
	if p.o.ASCII {
		s = n.EN
	}
	if s == "" {
		return string(sku)
	}
	return s
}

// age is how long ago t was, in words.
func (p *painter) age(t time.Time) string {
	if t.IsZero() {
		return p.t.Never
	}
	return text.Age(p.lang, p.now.Sub(t))
}

// clock is the time of day of t in the screen's zone.
func (p *painter) clock(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.In(p.now.Location()).Format(layout)
}
