package tui

import (
	"strings"
	"time"

	"pickstation/order"
	"pickstation/station"
	"pickstation/tui/text"
)

// workHead is the line that says which order is on the bench.
func (p *painter) workHead(a area, w *station.WorkView) area {
	head, rest := a.top(1)
	ref, gap := max(12, a.w/3), 2
	units := seg{st: plain, s: sprintf(p.t.UnitsOf, w.Picked, w.Units), rank: 4}
	if w.Short > 0 {
		units = seg{st: warn, s: sprintf(p.t.UnitsShort, w.Picked, w.Units, w.Short)}
		if a.w < 60 { // room for the cold chain beside it
			ref, gap = 9, 1
		}
	}
	segs := []seg{{st: title, s: tail(w.Ref, ref)}}
	if w.Cancelled {
		segs = append(segs, seg{st: stopBar, s: " XXX " + p.t.Cancelled + " XXX "})
	}
	for _, h := range w.Holds {
		s := seg{st: warn, s: "! " + text.Word(p.lang, string(h.Code)), rank: 2}
		if h.Stops {
			s = seg{st: stopBar, s: " X " + text.Word(p.lang, string(h.Code)) + " "}
		}
		segs = append(segs, s)
	}
	segs = append(segs, p.tempSeg(w.Temp, 1), p.outSeg(w.ID), p.promiseSeg(w.Promise, 3),
		seg{st: plain, s: sprintf(p.t.LineOf, linePos(w), w.Lines), rank: 2},
		units)
	if w.Box > 0 && p.v.Bench.Screen != order.ScreenLabel {
		segs = append(segs, seg{st: infoBar, s: " " + sprintf(p.t.BoxNow, w.Box) + " ", rank: 1})
	}
	if w.Tote != "" {
		segs = append(segs, seg{st: plain, s: sprintf(p.t.Tote, w.Tote), rank: 5})
	}
	if w.Customs != order.CustomsNone {
		segs = append(segs, seg{st: info, s: text.Word(p.lang, string(w.Customs)), rank: 6})
	}
	segs = append(segs, seg{st: muted, s: p.carrier(w.Carrier), rank: 7},
		seg{st: muted, s: w.StateName.In(p.lang), rank: 8})
	head.line(0, gap, segs...)
	return rest
}

// linePos is the place of the current line, the last one where all are done.
func linePos(w *station.WorkView) int {
	if w.CurrentPos > 0 {
		return w.CurrentPos
	}
	return min(w.LinesDone+1, w.Lines)
}

func (p *painter) carrier(c order.Carrier) string {
	if n := p.name(c.Name, order.SKU(c.ID)); n != "" {
		return n
	}
	return string(c.ID)
}

// tempSeg marks the cold chain by word and sign, not by colour alone.
func (p *painter) tempSeg(t order.Temp, rank int) seg {
	switch t {
	case order.Ambient:
		return seg{}
	case order.Frozen:
		return seg{st: infoBar, s: " ** " + text.Word(p.lang, string(t)) + " ", rank: rank}
	}
	return seg{st: info, s: "* " + text.Word(p.lang, string(t)), rank: rank}
}

// dueSoon is when a promise begins to press.
const dueSoon = 30 * time.Minute

// promiseSeg says how late the work is, or how much time is left.
func (p *painter) promiseSeg(t time.Time, rank int) seg {
	if t.IsZero() {
		return seg{}
	}
	left := t.Sub(p.v.Business(p.now))
	switch {
	case left < 0:
		return seg{st: stop, s: sprintf(p.t.Late, text.Age(p.lang, max(-left, time.Minute))), rank: rank}
	case left < dueSoon:
		return seg{st: warn, s: sprintf(p.t.Due, text.Age(p.lang, left)), rank: rank}
	}
	return seg{st: plain, s: sprintf(p.t.Due, text.Age(p.lang, left)), rank: rank}
}

// progress is "picked/wanted" of a line; on the pack screen
// "checked/picked".
func (p *painter) progress(l *station.LineView) string {
	if p.v.Bench.Screen == order.ScreenPack {
		return sprintf("%d/%d", l.Packed, l.Picked)
	}
	if l.Short > 0 {
		return sprintf("%d/%d !", l.Picked, l.Qty)
	}
	return sprintf("%d/%d", l.Picked, l.Qty)
}

// pick shows the line to pick or, on the pack screen, to check: where, how many,
// what, and what follows.
func (p *painter) pick(a area) {
	w := p.v.Work
	if w == nil {
		return
	}
	if p.o.Cold {
		p.coldPick(a, w)
		return
	}
	a = p.workHead(a, w)
	if w.Current == nil && w.NextZone != "" {
		tote := ""
		if w.Tote != "" {
			tote = clipTo(sprintf(p.t.Tote, w.Tote), 16)
		}
		p.bigPair(a, p.t.NextZone, clipTo(w.NextZone, 12), p.t.Quantity, sprintf("%d/%d", w.Picked, w.Units), tote)
		return
	}
	if w.Current == nil {
		a.text(0, 1, strong, p.t.NoLine)
		return
	}
	a = p.target(a, w)
	a = p.goods(a, w.Current)
	if (p.v.Bench.Screen == order.ScreenPack || p.unitToWeigh(w.Current)) && a.h > 1 { // PACK: the last check before the scale
		a = p.scaleLine(a)
	}
	p.following(a, w)
}

// unitToWeigh says whether a unit at hand is put on the scale next.
func (p *painter) unitToWeigh(l *station.LineView) bool {
	pend := p.v.Bench.Pending
	return pend != nil && pend.Lacks(l.Track, l.Lot) == order.DoWeighUnit
}

// target paints location and quantity as big as the area allows, with captions.
func (p *painter) target(a area, w *station.WorkView) area {
	l := w.Current
	head, caption := p.t.Location, p.t.Quantity
	if p.v.Bench.Screen == order.ScreenPack {
		head, caption = p.t.PackCheck, p.t.Checked
	}
	return p.bigPair(a, head, p.place(l), caption, p.progress(l), sprintf(p.t.Left, left(p.v.Bench.Screen, l)))
}

// bigPair paints a place and a quantity as big as the area allows, with captions, and
// what is left behind the quantity's.
func (p *painter) bigPair(a area, head, where, caption, qty, rest1 string) area {
	_, drawable := bigWidth(where, 1)
	if !drawable {
		where = "  " + where + "  "
	}
	plan, big5 := planTarget(where, qty, a.w, a.h)
	if !big5 || a.h < bigRows+1 {
		row, rest := a.top(1)
		row.line(0, 2, seg{st: big, s: " " + where + " "}, seg{st: bigQty, s: " " + qty + " "},
			seg{st: plain, s: rest1, rank: 1})
		return rest
	}
	if a.h >= bigRows+4 {
		var cap area
		cap, a = a.top(1)
		n := cap.text(0, 0, muted, head+" ")
		if short := strings.TrimSpace(where); p.v.Bench.Screen != order.ScreenPack && !strings.HasSuffix(head, short) {
			cap.text(n, 0, strong, short)
		}
		cap.right(plan.qtyX).line(0, 1, seg{st: muted, s: caption},
			seg{st: strong, s: rest1, rank: 1})
	}
	box, rest := a.top(bigRows * plan.tall)
	if plan.whereScale > 0 {
		box.drawBigger(0, 0, plan.whereScale, plan.tall, big, where)
	} else {
		where = " " + where + " "
		block := area{a.c, box.x, box.y, min(cells(where), box.w), box.h}
		block.fill(big)
		block.text(0, box.h/2, big, where)
	}
	box.drawBigger(plan.qtyX, 0, plan.qtyScale, plan.tall, bigQty, qty)
	if a.h >= bigRows+6 {
		_, rest = rest.top(1)
	}
	return rest
}

// place is where the hands go: the shelf; at the pack check the bench, whatever shelf
// the goods came from.
func (p *painter) place(l *station.LineView) string {
	switch {
	case p.v.Bench.Screen == order.ScreenPack:
		return p.t.Check
	case l.Location == "":
		return p.t.NoLocation
	}
	return clipTo(string(l.Location), 20)
}

func left(s order.Screen, l *station.LineView) int {
	if s == order.ScreenPack {
		return max(l.Picked-l.Packed, 0)
	}
	return max(l.Qty-l.Short-l.Picked, 0)
}

// targetPlan is how big location and quantity are drawn; scale 0 is plain text.
type targetPlan struct {
	whereScale, qtyScale, tall int // cells per pixel: across twice, down
	qtyX                       int
}

// planTarget chooses the largest scales that fit: the quantity, which no other line
// repeats, before the location. It reports false where not even the quantity fits.
func planTarget(where, qty string, w, h int) (targetPlan, bool) {
	for _, s := range []targetPlan{{3, 3, 2, 0}, {2, 2, 1, 0}, {1, 2, 1, 0}, {2, 1, 1, 0}, {1, 1, 1, 0}, {0, 2, 1, 0}, {0, 1, 1, 0}} {
		if s.tall > 1 && h < 4*bigRows {
			continue
		}
		qw, ok := bigWidth(qty, s.qtyScale)
		ww := cells(where) + 2
		if s.whereScale > 0 {
			bw, drawable := bigWidth(where, s.whereScale)
			ok, ww = ok && drawable, bw
		}
		gap := 3
		if ok && ww+gap+qw <= w {
			s.qtyX = min(w-qw, max(ww+2*gap, w*5/8))
			return s, true
		}
	}
	return targetPlan{}, false
}

// goods says what the line is: its name in both languages where there is room, SKU,
// barcode, what is tracked.
func (p *painter) goods(a area, l *station.LineView) area {
	name := p.name(l.Name, l.SKU)
	other := l.Name.ZH
	if p.lang == text.ZH {
		other = l.Name.EN
	}
	if p.o.ASCII || other == name {
		other = ""
	}
	rows := wrap(name, a.w, 1)
	if a.h >= 6 && other == "" || a.h >= 9 {
		rows = wrap(name, a.w, 2)
	}
	for _, s := range rows {
		a.text(0, 0, strong, s)
		_, a = a.top(1)
	}
	segs := p.facts(l)
	switch { // a look-alike comes before what only repeats the name
	case len(l.Twins) > 0 && a.h >= 2:
		a = p.alike(a, l)
	case len(l.Twins) > 0:
		segs = append([]seg{p.alikeSeg(l, a.w/2)}, segs...)
	}
	if other != "" && a.h >= 4 {
		a.text(0, 0, plain, other)
		_, a = a.top(1)
	}
	head, rest := a.top(1)
	head.line(0, 2, segs...)
	return rest
}

// facts are the line's codes and what has to be scanned of it besides.
func (p *painter) facts(l *station.LineView) []seg {
	segs := []seg{p.tempSeg(l.Temp, 1)}
	if l.Gift {
		segs = append(segs, seg{st: infoBar, s: " " + p.t.Gift + " ", rank: 1})
	}
	if l.Instead != (order.Names{}) {
		segs = append(segs, seg{st: warn, s: p.t.Instead + " " + p.name(l.Instead, ""), rank: 1})
	}
	if l.Lot != "" {
		segs = append(segs, seg{st: strong, s: p.t.Lot + " " + l.Lot, rank: 1})
	}
	if n := len(l.Packs); n > 0 && p.v.Bench.Screen != order.ScreenPack {
		s := p.t.Pack + " " + tail(l.Packs[0].Pack, 18) + " " + sprintf(p.t.Case, l.Packs[0].Qty)
		if n > 1 {
			s += sprintf(" +%d", n-1)
		}
		segs = append(segs, seg{st: strong, s: s, rank: 2})
	}
	var want []string
	if l.Track.Lot && l.Lot == "" {
		want = append(want, p.t.Lot)
	}
	if l.Track.Expiry {
		want = append(want, p.t.Expiry)
	}
	if l.Track.Serial {
		want = append(want, p.t.Serial)
	}
	if len(want) > 0 {
		segs = append(segs, seg{st: warn, s: p.t.Track + " " + strings.Join(want, "+"), rank: 2})
	}
	segs = append(segs, seg{st: plain, s: p.t.SKU + " " + tail(string(l.SKU), 18), rank: 4})
	for i := range l.Codes {
		s := tail(l.Codes[i].Key, 14)
		if n := l.Codes[i].Units(); n > 1 {
			s += " " + sprintf(p.t.Case, n)
		}
		if i == 0 {
			s = p.t.Barcode + " " + s
		}
		segs = append(segs, seg{st: plain, s: s, rank: 3 + 2*i})
		if i == 2 {
			break
		}
	}
	return segs
}

// following lists the next lines, and in tall windows the finished ones.
func (p *painter) following(a area, w *station.WorkView) {
	if a.h >= 3 {
		_, a = a.top(1)
	}
	for i := range w.Next {
		if a.h == 0 {
			return
		}
		p.lineRow(a, p.t.Next, plain, &w.Next[i])
		_, a = a.top(1)
	}
	for i := range w.Done {
		if a.h == 0 {
			return
		}
		p.lineRow(a, p.t.Done, muted, &w.Done[i])
		_, a = a.top(1)
	}
}

func (p *painter) lineRow(a area, word string, st style, l *station.LineView) {
	x := a.text(0, 0, muted, word) + 1
	if p.v.Bench.Screen != order.ScreenPack {
		x += a.text(x, 0, st, fixed(string(l.Location), 10)) + 1
	}
	x += a.text(x, 0, st, fixed(p.progress(l), 7)) + 1
	a.right(x).line(0, 1, seg{st: st, s: p.name(l.Name, l.SKU)},
		seg{st: muted, s: text.Word(p.lang, string(l.Temp)), right: true, rank: 1})
}

// fixed pads or clips s to w cells.
func fixed(s string, w int) string {
	s = clipTo(s, w)
	return s + strings.Repeat(" ", max(0, w-cells(s)))
}
