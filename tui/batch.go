package tui

import (
	"cmp"
	"strings"

	"pickstation/order"
	"pickstation/station"
)

// batch shows the work on several orders: where to pick, or into which tote or slot the
// goods in the hand go, and how far each order is.
func (p *painter) batch(a area) {
	b := p.v.Bench.Batch
	if b == nil {
		return
	}
	a = p.batchHead(a, b)
	w := p.v.Work
	switch {
	case b.Drop != nil:
		a = p.dropTarget(a, b.Drop)
	case len(p.v.Bench.Hand) > 0:
		a = p.putTarget(a, w)
	case b.Mode == order.BatchWall:
		a = p.wallWaits(a, b)
	case w != nil && w.Current != nil:
		a = p.target(a, w)
		a = p.goods(a, w.Current)
		if p.unitToWeigh(w.Current) {
			a = p.scaleLine(a)
		}
	}
	p.slots(a)
}

func (p *painter) batchHead(a area, b *order.Batch) area {
	head, rest := a.top(1)
	open := 0
	for i := range b.Members {
		if m := &b.Members[i]; !m.Out {
			open += m.Open
		}
	}
	title1 := sprintf(p.t.BatchHead, len(b.Members), open)
	switch {
	case b.Drop != nil:
		title1 = sprintf(p.t.DropHead, len(b.Members))
	case b.Mode == order.BatchWall:
		title1 = sprintf(p.t.WallHead, len(b.Members), open)
	}
	segs := []seg{{st: title, s: title1}}
	if b.Wave != "" {
		segs = append(segs, seg{st: info, s: sprintf(p.t.Wave, tail(b.Wave, 10)), rank: 1})
	}
	if w := p.v.Work; w != nil && b.Drop == nil {
		segs = append(segs, seg{st: strong, s: tail(w.Ref, 18), rank: 1}, p.tempSeg(w.Temp, 2), p.promiseSeg(w.Promise, 3),
			seg{st: muted, s: p.carrier(w.Carrier), rank: 4})
	}
	head.line(0, 2, segs...)
	return rest
}

// putTarget shows the tote or slot big, and what goes into it.
func (p *painter) putTarget(a area, w *station.WorkView) area {
	n, slot, learnt := 0, "", true
	for _, h := range p.v.Bench.Hand {
		n += h.Units * max(h.Times, 1)
	}
	for _, m := range p.v.Slots {
		if m.Here {
			slot, learnt = cmp.Or(m.Slot, m.Offer), m.Slot != ""
		}
	}
	head, rest1 := p.t.PutInto, ""
	if !learnt {
		rest1 = p.t.FreeSlot
	}
	if slot == "" {
		slot, rest1 = "?", p.t.FreeSlot
	}
	qty := sprintf("%d", n)
	if w != nil && w.Current != nil {
		qty = sprintf("%d/%d", n, max(w.Current.Qty-w.Current.Picked-w.Current.Short, n))
	}
	a = p.bigPair(a, head+" "+slot, slotNumber(slot), p.t.InHand, qty, rest1)
	if w != nil && w.Current != nil {
		a = p.goods(a, w.Current)
	}
	return a
}

// wallWaits shows what the wall waits for: goods, or with all of them in a full slot, big.
func (p *painter) wallWaits(a area, b *order.Batch) area {
	step := b.WallStep()
	if step.Code == order.DoPackSlot && step.Args.N == 0 {
		full := 0
		for i := range b.Members {
			if m := &b.Members[i]; !m.Out && m.Open == 0 {
				full++
			}
		}
		return p.bigPair(a, p.t.PackSlot+" "+step.Args.Code, slotNumber(step.Args.Code), p.t.SlotFull, sprintf("%d", full), clipTo(step.Args.Ref, 20))
	}
	row, rest := a.top(1)
	row.text(0, 0, strong, p.t.WallScan)
	return rest
}

// slotNumber is what tells one slot from the others: the number at the end of its code.
func slotNumber(code string) string {
	if i := strings.LastIndexByte(code, '-'); i >= 0 && i+1 < len(code) && strings.Trim(code[i+1:], "0123456789") == "" {
		return code[i+1:]
	}
	return clipTo(code, 12)
}

// dropTarget shows which tote is to be brought where.
func (p *painter) dropTarget(a area, d *order.Drop) area {
	if d.Shown {
		return p.bigPair(a, p.t.BringTo, clipTo(string(d.Place), 20), p.t.BringTote, slotNumber(d.Slot), d.Slot)
	}
	return p.bigPair(a, p.t.BringTote+" "+d.Slot, slotNumber(d.Slot), p.t.BringTo, "-", clipTo(string(d.Place), 20))
}

// slots lists the orders with their slots in columns: the one at hand marked, full ones
// with a word.
func (p *painter) slots(a area) {
	const w = 26
	cols := max(1, a.w/w)
	rows := (len(p.v.Slots) + cols - 1) / cols
	if rows > a.h {
		p.slotsInShort(a)
		return
	}
	for i, m := range p.v.Slots {
		x, y := i/max(rows, 1), i%max(rows, 1)
		if y >= a.h || x >= cols {
			continue
		}
		st, mark := plain, "  "
		switch {
		case m.Here:
			st, mark = strong, "> "
		case m.Out:
			st, mark = muted, "x "
		}
		name := fixed(cmp.Or(m.Slot, "-"), 8)
		count := sprintf("%d/%d", m.Picked, m.Units)
		if !m.Out && m.Open == 0 {
			st, count = ok, count+" "+p.t.SlotFull
		}
		cell := area{a.c, a.x + x*(a.w/cols), a.y + y, a.w / cols, 1}
		cell.line(0, 1, seg{st: st, s: mark + name}, seg{st: st, s: count}, seg{st: muted, s: tail(m.Ref, 8), rank: 1})
	}
}

// batchStep is the next step of a batch in the words of the verdicts' "do" lines.
func batchStep(b *order.Bench, w *station.WorkView) order.Message {
	if b.Batch == nil {
		return order.Message{}
	}
	if d := b.Batch.Drop; d != nil {
		if d.Shown {
			return order.Message{Code: order.DoScanLocation, Args: order.Args{Location: d.Place}}
		}
		return order.Message{Code: order.DoScanTote, Args: order.Args{Code: d.Slot}}
	}
	if b.Pending != nil {
		return pickStep(b, w)
	}
	if len(b.Hand) > 0 {
		return b.PutStep()
	}
	if b.Batch.Mode == order.BatchWall {
		return b.Batch.WallStep()
	}
	return pickStep(b, w)
}

// slotsInShort lists the slots where there is no room for whole rows: the one at hand
// first, each by its number with what is in it, or the word for a full one, and how many
// there is no room for.
func (p *painter) slotsInShort(a area) {
	const w = 12
	var list []station.SlotView
	for _, m := range p.v.Slots {
		switch {
		case m.Out:
		case m.Here:
			list = append([]station.SlotView{m}, list...)
		default:
			list = append(list, m)
		}
	}
	cols := max(1, a.w/w)
	room := cols * a.h
	for i, m := range list {
		if i >= room {
			return
		}
		cell := area{a.c, a.x + i%cols*(a.w/cols), a.y + i/cols, a.w/cols - 1, 1}
		if more := len(list) - i; i == room-1 && more > 1 {
			cell.text(0, 0, muted, clipTo(sprintf(p.t.More, more), cell.w))
			return
		}
		st, mark := plain, " "
		if m.Here {
			st, mark = strong, ">"
		}
		count := sprintf("%d/%d", m.Picked, m.Units)
		if m.Open == 0 {
			st, count = ok, p.t.SlotFull
		}
		cell.line(0, 1, seg{st: st, s: mark + fixed(slotNumber(cmp.Or(m.Slot, m.Offer, "-")), 3)}, seg{st: st, s: count})
	}
}
