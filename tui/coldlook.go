package tui

import (
	"pickstation/order"
	"pickstation/station"
	"pickstation/tui/text"
)

// The cold look is for a fogged visor and thick gloves: fewer things, and those as big as
// the window lets them be. What it leaves out stands on the panels of INFO.

// coldBar is one row: whether the centre is reached, what is wrong with the printer, who
// works, what time it is.
func (p *painter) coldBar(a area) area {
	bar, rest := a.top(1)
	who := p.who()
	printer := seg{}
	if pr := &p.v.Printer; pr.Status != "" && !pr.Prints() {
		printer = seg{st: warn, s: p.t.PrinterShort + " " + text.Word(p.lang, pr.Status), rank: 2}
	}
	link := p.linkSegs()
	link = link[:len(link)-1] // the age of the centre's last word is for the panel
	gap := 2
	if !p.wide {
		gap = 1
	}
	bar.line(0, gap, append(link, printer, seg{st: strong, s: clipTo(who, max(a.w/4, 8)), rank: 3},
		seg{st: strong, s: p.clock(p.now, "15:04"), right: true, rank: 1})...)
	return rest
}

// coldKeys is how many keys the cold look names: a gloved hand scans the card.
const coldKeys = 4

// coldFooter names the keys that are needed most.
func (p *painter) coldFooter(a area) area {
	valid := validNow(p.v)
	if p.o.Demo {
		a = p.demoStrip(a, valid)
	}
	foot, rest := a.bottom(1)
	if p.o.Quit {
		foot.line(0, 2, seg{st: warnBar, s: " " + p.t.QuitAgain + " "})
		return rest
	}
	keyed := p.commandSegs(valid)
	foot.line(0, 2, p.withMenu(keyed[:min(len(keyed), coldKeys)])...)
	return rest
}

// coldPick shows where and how many over everything else, then what, and nothing of what
// follows.
func (p *painter) coldPick(a area, w *station.WorkView) {
	l := w.Current
	if l == nil {
		a.text(0, 1, strong, p.t.NoLine)
		return
	}
	under := 2 // name, and what must be scanned or is mixed up
	a = p.coldPair(a, p.place(l), p.progress(l), under)
	row, rest := a.top(1)
	row.line(0, 2, seg{st: strong, s: p.name(l.Name, l.SKU)}, p.tempSeg(l.Temp, 1))
	if rest.h == 0 {
		return
	}
	if len(l.Twins) > 0 {
		rest = p.alike(area{rest.c, rest.x, rest.y, rest.w, max(rest.h, 2)}, l)
		return
	}
	segs := p.facts(l)
	rest.line(0, 2, segs[:min(len(segs), 3)]...) // cold chain, lot, what is tracked
}

// coldPair paints place and quantity as big as they go, and leaves at least under rows.
func (p *painter) coldPair(a area, where, qty string, under int) area {
	_, drawable := bigWidth(where, 1)
	for tall := min(max((a.h-under)/bigRows, 1), 3); tall >= 1; tall-- {
		for _, scale := range [][2]int{{4, 4}, {3, 3}, {2, 3}, {2, 2}, {1, 2}, {1, 1}} {
			ww, _ := bigWidth(where, scale[0])
			qw, fits := bigWidth(qty, scale[1])
			if !drawable || !fits || ww+3+qw > a.w || a.h < bigRows*tall {
				continue
			}
			box, rest := a.top(bigRows * tall)
			box.drawBigger(0, 0, scale[0], tall, big, where)
			box.drawBigger(a.w-qw, 0, scale[1], tall, bigQty, qty)
			if rest.h > under {
				_, rest = rest.top(1)
			}
			return rest
		}
	}
	return p.bigPair(a, "", where, "", qty, "")
}

// coldQueue shows the orders that are to be done next, each with room around it.
func (p *painter) coldQueue(a area) {
	a = p.todo(a)
	if w := p.v.Singles; w != nil {
		p.singles(a, w)
		return
	}
	head, a := a.top(1)
	head.line(0, 2, seg{st: title, s: sprintf(p.t.QueueTitle, p.v.QueueTotal)})
	if len(p.v.Queue) == 0 {
		a.text(0, 1, strong, p.t.QueueEmpty)
		return
	}
	if first := p.v.Queue[0].Ref; a.h >= bigRows+2 {
		last := tailRaw(first, 6)
		if w, drawable := bigWidth(last, 2); drawable && w <= a.w {
			_, a = a.top(1)
			a.drawBigger(0, 0, 2, 1, big, last)
			_, a = a.top(bigRows)
		}
	}
	for i := range p.v.Queue {
		if a.h < 2 {
			return
		}
		_, a = a.top(1)
		r := &p.v.Queue[i]
		p.queueRow(a, []column{colMark, shortLate, shortTemp, {20, colRef.head, colRef.cell}, colUnits}, r)
		_, a = a.top(1)
	}
}

// coldVerdict is how many rows a verdict has at least: its word is drawn big.
func coldVerdict(h int, kind order.Look) int {
	switch {
	case h < lowH && kind == order.LookStop:
		return 5
	case h < lowH:
		return 3
	case kind == order.LookStop:
		return 9
	}
	return 8
}
