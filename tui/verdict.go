package tui

import (
	"strings"
	"time"

	"pickstation/order"
	"pickstation/station"
	"pickstation/tui/text"
)

// fadeAfter is how long a good verdict stands out; refusals stand until a right scan.
const fadeAfter = 8 * time.Second

// look is how a verdict block is painted: a colour, a pattern for those who do not
// see it, and a sign that is read from across the aisle.
type look struct {
	bar, sign style
	mark      string // pattern beside the word
	figure    string // drawn big
}

var looks = map[order.Look]look{
	order.LookOK:   {okBar, okSign, "+++", "*"},
	order.LookDone: {doneBar, doneSign, "***", "*"},
	order.LookWarn: {warnBar, warnSign, "!!!", "!"},
	order.LookStop: {stopBar, stopSign, "XXX", "X"},
}

func lookOf(v order.Verdict) look {
	l, found := looks[v.Look()]
	if !found {
		l = looks[order.LookWarn]
	}
	if v == order.ConfirmAgain {
		l.mark, l.figure = "???", "?"
	}
	return l
}

// verdictBlock paints the last verdict at the bottom of the area and returns what is
// above it. Its height depends on window and kind, so that screens stand still.
func (p *painter) verdictBlock(a area) area {
	s := p.v.Verdict
	block, rest := a.bottom(p.blockHeight(a.w))
	if s == nil {
		return rest
	}
	l := lookOf(s.Verdict)
	if s.Verdict.Good() && p.stood(s) >= fadeAfter {
		p.faded(block, s)
		return rest
	}
	block.fill(l.bar)
	inner := block.inset(1)
	switch {
	case block.h >= 8:
		p.tallBlock(inner, s, l)
	case p.usualHeight(s.Verdict.Look()) >= bigRows:
		p.signBlock(inner, s, l)
	default:
		p.lowBlock(inner, s, l)
	}
	return rest
}

// verdictLook is the look of the last verdict, "" before the first.
func (p *painter) verdictLook() order.Look {
	if s := p.v.Verdict; s != nil {
		return s.Verdict.Look()
	}
	return ""
}

// stood is for how long a verdict has been shown: by the monotonic clock where the
// view carries it, for business time may be another than the screen's.
func (p *painter) stood(s *station.Shown) time.Duration {
	if s.Shown.IsZero() {
		return p.now.Sub(s.At)
	}
	return p.now.Sub(s.Shown)
}

// blockHeight is the usual height, in low windows more where the words take it.
func (p *painter) blockHeight(w int) int {
	n := p.usualHeight(p.verdictLook())
	s := p.v.Verdict
	if s == nil || p.h >= lowH || p.doOnce(s) == "" {
		return n
	}
	w -= 2
	what, do := p.line(s.What), p.doOnce(s)
	if n >= bigRows {
		beside, _ := bigWidth(lookOf(s.Verdict).figure, 1)
		w, do = w-beside-2, ">> "+do
	}
	return max(n, 1+len(wrap(what, w, 2))+len(wrap(do, w, doRows)))
}

// doRows is how many rows of a low window the next step takes at most.
const doRows = 5

// usualHeight is 3, 5 or 7 rows by the window's height, and more for a refusal.
func (p *painter) usualHeight(kind order.Look) int {
	if p.o.Cold && p.h < 34 {
		return coldVerdict(p.h, kind)
	}
	n := 3
	switch {
	case p.h >= 34:
		n = 7
	case p.h >= lowH:
		n = 5
	}
	switch {
	case kind == order.LookStop && n == 3:
		n = 5
	case kind == order.LookStop:
		n += 3
	case kind == order.LookWarn && n == 3:
		n = 4
	}
	if p.o.Cold && n > 3 {
		n += 2
	}
	return n
}

// idleCodes are the "what" lines of a key that has no meaning where it was pressed.
var idleCodes = map[order.MsgCode]bool{order.MsgNotNow: true, order.MsgNoQuestion: true, order.MsgNothingToUndo: true, order.MsgUndoGoneBack: true,
	order.MsgNothingToSkip: true, order.MsgNotABadge: true}

// word is the verdict's big word. A key pressed in vain is no wrong scan, and an
// order with short lines is not called complete.
func (p *painter) word(s *station.Shown) string {
	switch {
	case s.Verdict == order.WrongKind && s.Device == "" && idleCodes[s.What.Code], s.Verdict == order.Needs && s.What.Code == order.MsgNotNow:
		return p.t.NotHere
	case s.Verdict == order.OrderDone && p.isShort(&s.What.Args):
		return p.t.OrderShort
	}
	return text.Verdict(p.lang, s.Verdict)
}

// isShort says whether an order that is done lacks units.
func (p *painter) isShort(a *order.Args) bool {
	w := p.v.Work
	return a.N < a.Need || w != nil && w.Short > 0 && w.Ref == a.Ref
}

// doOnce is the "do" line, empty in a low window where what stands above says the same:
// the row is the "what" line's then.
func (p *painter) doOnce(s *station.Shown) string {
	if p.stepSaysIt() || p.h < lowH && p.asked() && answered[s.Do.Code] {
		return ""
	}
	return p.do(s)
}

// answered are the steps that the row on how to answer a question says as well.
var answered = map[order.MsgCode]bool{order.DoScanYes: true, order.DoScanAgain: true, order.DoKeepRelease: true, order.DoScanLead: true,
	order.DoQty: true, order.DoPIN: true, order.DoReason: true, order.DoScanSubst: true}

// stepSaysIt says whether the next step of a low window is what the verdict asks for.
func (p *painter) stepSaysIt() bool {
	s := p.v.Verdict
	return p.h < lowH && s != nil && p.v.Bench.Question == nil && p.do(s) == p.step()
}

// faded says what the last good scan was without standing out any more.
func (p *painter) faded(a area, s *station.Shown) {
	a = a.inset(1)
	a.line(0, 2, seg{st: muted, s: p.word(s)},
		seg{st: muted, s: p.clock(s.At, "15:04:05"), right: true, rank: 1})
	a.text(0, 1, plain, p.line(s.What))
}

// lowBlock is three rows or more: a full pattern with the word in it, what, do.
func (p *painter) lowBlock(a area, s *station.Shown, l look) {
	p.patternRow(a, 0, s, l)
	var do []string
	if d := p.doOnce(s); d != "" {
		do = wrap(d, a.w, doRows)
	}
	for y, line := range append(wrap(p.line(s.What), a.w, max(1, a.h-1-len(do))), do...) {
		a.text(0, y+1, l.bar, line)
	}
}

// patternRow fills a row with the pattern, the word in its middle.
func (p *painter) patternRow(a area, y int, s *station.Shown, l look) {
	word := "  " + p.word(s) + "  "
	side := max(0, (a.w-a.c.width(word))/2)
	n := a.text(0, y, l.bar, strings.Repeat(l.mark, side/3))
	pad := side - n
	n += pad
	n += a.text(n, y, l.bar, word)
	a.text(n+pad, y, l.bar, strings.Repeat(l.mark, max(0, a.w-n-pad)/3))
}

// signBlock is five rows or more: a big sign, and the words beside it.
func (p *painter) signBlock(a area, s *station.Shown, l look) {
	scale := 1
	if a.w >= 66 {
		scale = 2
	}
	w, _ := bigWidth(l.figure, scale)
	y := (a.h - bigRows) / 2
	a.drawBig(0, y, scale, l.sign, l.figure)
	p.words(a.right(w+2), y, s, l)
}

// words are the verdict's word, what and do in five rows, and when and by what.
func (p *painter) words(a area, y int, s *station.Shown, l look) {
	word := l.mark + " " + p.word(s) + " " + l.mark
	when := p.clock(s.At, "15:04:05")
	if s.Device != "" {
		when = string(s.Device) + " " + when
	}
	a.line(y, 2, seg{st: l.bar, s: word}, seg{st: l.bar, s: when, right: true, rank: 1})
	var do []string
	if s := p.doOnce(s); s != "" {
		do = wrap(">> "+s, a.w, max(1, a.h-y-2))
	}
	y++
	for _, line := range append(wrap(p.line(s.What), a.w, max(1, a.h-y-len(do))), do...) {
		a.text(0, y, l.bar, line)
		y++
	}
}

// tallBlock is eight rows or more: the word itself is big where big letters can
// write it, with the pattern beside it.
func (p *painter) tallBlock(a area, s *station.Shown, l look) {
	word := p.word(s)
	pattern := strings.Repeat(l.mark+" ", (a.w+1)/4)
	a.text(0, 0, l.bar, pattern)
	figure := strings.Repeat(l.figure, 3)
	ww, drawable := bigWidth(word, 1)
	scale := 1
	if a.w >= 60 {
		scale = 2
	}
	switch fw, _ := bigWidth(l.figure, scale); {
	case drawable && fw+3+ww <= a.w && p.fitsBelow(a, s, l):
		a.drawBig(0, 1, scale, l.sign, l.figure)
		across := 1
		if fw+3+2*ww <= a.w {
			across = 2
		}
		a.drawBig(fw+3, 1, across, l.sign, word)
		p.below(a, bigRows+1, s, l)
	case a.w >= 60:
		w, _ := bigWidth(figure, 2)
		a.drawBig(0, 1, 2, l.sign, figure)
		a.text(0, a.h-1, l.bar, pattern)
		p.words(area{a.c, a.x + w + 3, a.y + 1, a.w - w - 3, a.h - 2}, 0, s, l)
	default:
		p.signBlock(a, s, l)
	}
}

// fitsBelow says whether there is room under big letters for all of what and do: where
// goods go back to matters more than how big a word is.
func (p *painter) fitsBelow(a area, s *station.Shown, l look) bool {
	room := a.h - bigRows - 2
	return cells(l.mark+" "+p.line(s.What)) <= a.w && len(wrap(">> "+p.do(s), a.w, room+1)) <= max(1, room)
}

// below writes what and do under big letters.
func (p *painter) below(a area, y int, s *station.Shown, l look) {
	when := p.clock(s.At, "15:04:05")
	if s.Device != "" {
		when = string(s.Device) + " " + when
	}
	a.line(y, 2, seg{st: l.bar, s: l.mark + " " + p.line(s.What)}, seg{st: l.bar, s: when, right: true, rank: 1})
	for i, line := range wrap(">> "+p.do(s), a.w, max(1, a.h-y-1)) {
		a.text(0, y+1+i, l.bar, line)
	}
}
