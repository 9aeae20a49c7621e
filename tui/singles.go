package tui

import (
	"strconv"

	"pickstation/station"
)

// singles shows above the queue the wave of single items 一单一货 that the bench works: where
// the item is, how many orders still want it, and what is scanned. Each scan of it opens
// the next of its orders.
func (p *painter) singles(a area, w *station.SinglesView) area {
	l := &w.Line
	head, a := a.top(1)
	head.line(0, 2, seg{st: title, s: p.t.Singles}, seg{st: info, s: sprintf(p.t.Wave, tail(w.Wave, 10)), rank: 1},
		seg{st: strong, s: sprintf(p.t.SinglesLeft, w.Left, w.Orders), right: true})
	const under = 2 // the item, and what else is scanned of it
	if p.o.Cold {
		a = p.coldPair(a, p.place(l), strconv.Itoa(w.Left), under)
	} else {
		a = p.bigPair(a, p.t.Location, p.place(l), p.t.SinglesWant, strconv.Itoa(w.Left), "")
	}
	row, a := a.top(1)
	row.line(0, 2, seg{st: strong, s: p.name(l.Name, l.SKU)}, p.tempSeg(l.Temp, 1))
	if a.h > under {
		row, a = a.top(1)
		row.line(0, 2, p.facts(l)[1:]...) // its temperature stands above
	}
	return a
}
