package tui

import (
	"strings"
	"time"

	"pickstation/order"
	"pickstation/station"
	"pickstation/tui/text"
)

// queue shows what the centre asks for in the physical world, then the work.
func (p *painter) queue(a area) {
	if p.o.Cold {
		p.coldQueue(a)
		return
	}
	a = p.todo(a)
	if w := p.v.Singles; w != nil {
		if a = p.singles(a, w); a.h < 2 {
			return
		}
	}
	a = p.waves(a)
	head, a := a.top(1)
	if len(p.v.Queue) == 0 {
		head.line(0, 2, seg{st: title, s: sprintf(p.t.QueueTitle, p.v.QueueTotal)}, p.outboundSeg())
		_, a = a.top(1)
		for i, l := range wrap(p.t.QueueEmpty, a.w, 2) {
			a.text(0, i, plain, l)
		}
		return
	}
	more := ""
	rows := a.h
	if a.w >= 60 && a.h > 3 {
		rows--
	}
	if n := p.v.QueueTotal - min(rows, len(p.v.Queue)); n > 0 {
		more = sprintf(p.t.More, n)
	}
	head.line(0, 2, seg{st: title, s: sprintf(p.t.QueueTitle, p.v.QueueTotal)}, p.outboundSeg(), seg{st: muted, s: more, right: true})
	cols := columns(a.w)
	if rows < a.h {
		p.columnHeads(a, cols)
		_, a = a.top(1)
	}
	for i := range min(a.h, len(p.v.Queue)) {
		_, r := a.top(i)
		p.queueRow(r, cols, &p.v.Queue[i])
	}
}

// outboundSeg says how many packed parcels stand on the bench, and how they leave it.
func (p *painter) outboundSeg() seg {
	if p.v.OutboundAll == 0 {
		return seg{}
	}
	return seg{st: plain, s: text.Count(p.t.ToHandOver, p.v.OutboundAll), rank: 1}
}

// column is a column of the queue.
type column struct {
	w    int
	head func(*text.Texts) string
	cell func(*painter, *station.QueueRow) (style, string)
}

var (
	colMark    = column{2, func(*text.Texts) string { return "" }, markCell}
	colPromise = column{5, func(t *text.Texts) string { return t.ColPromise },
		func(p *painter, r *station.QueueRow) (style, string) { return plain, p.clock(r.Promise, "15:04") }}
	colLate = column{12, func(*text.Texts) string { return "" },
		func(p *painter, r *station.QueueRow) (style, string) {
			s := p.promiseSeg(r.Promise, 0)
			return s.st, s.s
		}}
	colTemp = column{11, func(t *text.Texts) string { return t.ColTemp }, tempCell}
	colRef  = column{16, func(t *text.Texts) string { return t.ColOrder },
		func(_ *painter, r *station.QueueRow) (style, string) { return strong, r.Ref }}
	colUnits = column{7, func(t *text.Texts) string { return t.ColUnits },
		func(_ *painter, r *station.QueueRow) (style, string) {
			return plain, sprintf("%d/%d", r.Picked, r.Units)
		}}
	colOwner = column{9, func(t *text.Texts) string { return t.ColOwner }, ownerCell}
	colTote  = column{8, func(t *text.Texts) string { return t.ColTote },
		func(_ *painter, r *station.QueueRow) (style, string) { return plain, r.Tote }}
	colCarrier = column{10, func(t *text.Texts) string { return t.ColCarrier },
		func(p *painter, r *station.QueueRow) (style, string) { return plain, p.carrier(r.Carrier) }}
	colLines = column{5, func(t *text.Texts) string { return t.ColLines },
		func(_ *painter, r *station.QueueRow) (style, string) { return plain, sprintf("%d", r.Lines) }}
	colState = column{18, func(t *text.Texts) string { return t.ColState }, stateCell}
)

// columns are those that a window of w cells has room for.
func columns(w int) []column {
	switch {
	case w >= 112:
		return []column{colMark, colPromise, colLate, colTemp, colRef, colLines, colUnits, colOwner, colTote,
			colCarrier, colState}
	case w >= 78:
		return []column{colMark, colPromise, colLate, colTemp, colRef, colUnits, colOwner, colTote}
	case w >= 60:
		return []column{colMark, colPromise, colLate, colTemp, colRef, colUnits}
	}
	return []column{colMark, shortLate, shortTemp, shortRef, colUnits}
}

// The narrow forms for handhelds.
var (
	shortLate = column{11, colLate.head, colLate.cell}
	shortTemp = column{4, colTemp.head, func(p *painter, r *station.QueueRow) (style, string) {
		switch r.Temp {
		case order.Frozen:
			return infoBar, p.t.ShortFrozen
		case order.Chilled:
			return info, p.t.ShortChilled
		}
		return plain, ""
	}}
	shortRef = column{12, colRef.head, func(_ *painter, r *station.QueueRow) (style, string) { return strong, tail(r.Ref, 12) }}
)

// presses is how near a promise gets a mark of its own, whatever the priority.
const presses = time.Hour

func markCell(p *painter, r *station.QueueRow) (style, string) {
	n := min(max(r.Priority, 0), 2)
	if !r.Promise.IsZero() && r.Promise.Sub(p.v.Business(p.now)) < presses && !r.Gone {
		n = max(n, 1)
	}
	return stop, strings.Repeat("!", n)
}

func tempCell(p *painter, r *station.QueueRow) (style, string) {
	s := p.tempSeg(r.Temp, 0)
	return s.st, s.s
}

func ownerCell(p *painter, r *station.QueueRow) (style, string) {
	switch r.Owner {
	case "":
		return muted, "-"
	case p.v.Bench.Operator:
		return ok, p.t.Mine
	}
	if r.OwnerName != "" {
		return warn, r.OwnerName
	}
	return warn, string(r.Owner)
}

func stateCell(p *painter, r *station.QueueRow) (style, string) {
	return muted, text.Word(p.lang, string(r.Stage))
}

func (p *painter) columnHeads(a area, cols []column) {
	x := 0
	for _, c := range cols {
		a.text(x, 0, muted, clipTo(c.head(p.t), c.w))
		x += c.w + 1
	}
}

// queueRow paints one shipment; what forbids work stands across its last columns.
func (p *painter) queueRow(a area, cols []column, r *station.QueueRow) {
	x := 0
	for _, c := range cols {
		st, s := c.cell(p, r)
		area{a.c, a.x, a.y, min(a.w, x+c.w), a.h}.text(x, 0, st, s)
		x += c.w + 1
	}
	why := ""
	switch {
	case r.Gone:
		why = p.t.Cancelled
	case r.Hold != "":
		why = text.Word(p.lang, string(r.Hold))
	default:
		return
	}
	if a.w < 60 { // over the promise, which cannot be kept now
		a.text(colMark.w+1, 0, stopBar, fixed("X "+why, shortLate.w))
		return
	}
	why = " X " + clipTo(why, a.w/3) + " "
	a.text(max(0, a.w-a.c.width(why)), 0, stopBar, why)
}

// todo lists what is to be done with goods and parcels, in at most half of the area.
func (p *painter) todo(a area) area {
	if len(p.v.Instructions) == 0 {
		return a
	}
	rows := p.todoRows(max(1, a.h/2))
	box, rest := a.top(len(rows))
	for y, segs := range rows {
		box.line(y, 1, segs...)
	}
	return rest
}

func (p *painter) todoRows(limit int) [][]seg {
	rows := [][]seg{{{st: infoBar, s: " " + sprintf(p.t.TodoTitle, len(p.v.Instructions)) + " "},
		{st: plain, s: p.t.TodoHow, rank: 1}}}
	for _, in := range p.v.Instructions {
		if len(rows) >= limit {
			break
		}
		rows = append(rows, []seg{{st: warn, s: ">> " + text.Word(p.lang, string(in.Kind))},
			{st: strong, s: tail(in.Ref, 18)}, p.goodsSeg(in.Goods), p.parcelSeg(&in)})
		for _, g := range rest(in.Goods) {
			if len(rows) >= limit {
				break
			}
			rows = append(rows, []seg{{s: "  "}, p.goodsSeg([]order.PutBack{g})})
		}
	}
	return rows
}

func rest(goods []order.PutBack) []order.PutBack {
	if len(goods) < 2 {
		return nil
	}
	return goods[1:]
}

// goodsSeg names the first of the goods and its place.
func (p *painter) goodsSeg(goods []order.PutBack) seg {
	if len(goods) == 0 {
		return seg{}
	}
	g := goods[0]
	return seg{s: sprintf(p.t.TodoGoods, g.Qty, p.name(g.Name, g.SKU), g.Location)}
}

// parcelSeg names the first parcel that is meant and whose cage it stands in.
func (p *painter) parcelSeg(in *order.Instruction) seg {
	if len(in.Waybills) == 0 {
		return seg{}
	}
	s := tail(in.Waybills[0], 20)
	if n := len(in.Waybills) - 1; n > 0 {
		s += " " + sprintf(p.t.More, n)
	}
	return seg{s: s + " " + p.name(in.Carrier, ""), rank: 1}
}
