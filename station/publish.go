package station

import (
	"slices"

	"pickstation/order"
)

// Rows of lists that a view carries at most.
const (
	queueRows = 50
	listRows  = 20
)

// lists are the parts of a view that come from queries.
type lists struct {
	stale        bool
	queue        []QueueRow
	queueTotal   int
	outbound     []OutboundRow
	outboundAll  int
	instructions []order.Instruction
}

// publish makes a new view and leaves it in the mailbox in place of the old one.
func (l *Loop) publish() {
	l.viewN++
	v := &View{N: l.viewN, Station: l.opt.Station, Bench: l.bench, Verdict: l.verdict, Sync: l.seen.sync,
		Devices: l.seen.devices, Printer: l.seen.printer, Today: l.seen.today,
		Health: HealthView{Checking: l.checking, Damaged: l.seen.damaged, NotSaved: l.seen.notSaved,
			DiskFree: l.seen.diskFree, DiskLow: l.seen.diskLow}}
	if n, oldest, err := l.opt.Store.Unsent(); err == nil {
		v.Sync.Unsent, v.Sync.Oldest = n, oldest
	}
	l.refresh()
	v.Queue, v.QueueTotal = l.lists.queue, l.lists.queueTotal
	v.Outbound, v.OutboundAll = l.lists.outbound, l.lists.outboundAll
	v.Instructions = l.lists.instructions
	if l.ship != nil {
		v.Work = l.workView(l.ship)
	}
	l.last.Store(v)
	for {
		select {
		case l.views <- v:
			return
		default:
		}
		select {
		case <-l.views:
		default:
		}
	}
}

// refresh reads the lists that the screen shows, when something they depend on changed.
func (l *Loop) refresh() {
	if !l.lists.stale || l.ship != nil {
		return
	}
	st := l.opt.Store
	if rows, n, err := st.Queue(l.bench.Operator, queueRows); err == nil {
		l.lists.queue, l.lists.queueTotal = rows, n
	}
	if rows, n, err := st.Outbound(queueRows); err == nil {
		l.lists.outbound, l.lists.outboundAll = rows, n
	}
	if list, err := st.Instructions(listRows); err == nil {
		l.lists.instructions = list
	}
	l.lists.stale = false
}

// workView copies what a screen shows of the shipment on the bench.
func (l *Loop) workView(s *order.Shipment) *WorkView {
	w := &WorkView{ID: s.ID, Ref: string(s.ID), State: s.State, Carrier: s.Carrier, Customs: s.Customs,
		Promise: s.Promise, Tote: s.Tote, Lines: len(s.Lines), PackCheck: s.PackCheck,
		Holds: slices.Clone(s.Holds), Cancelled: s.Cancelled, Started: s.Started()}
	if len(s.Orders) > 0 {
		w.Ref = s.Orders[0].External
	}
	if f, err := l.flow(s); err == nil {
		st, _ := f.State(s.State)
		w.Stage, w.StateName = st.Stage, st.Name
	}
	w.Units, w.Picked, w.Short = s.Units()
	cur := order.CurrentLine(s, l.bench)
	w.lines(s, cur, l.bench)
	for i := range s.Parcels {
		p := &s.Parcels[i]
		v := ParcelView{No: p.No, ID: p.ID, Waybill: p.Waybill.Number, Routing: p.Waybill.Routing,
			Prints: p.Prints, Labelled: p.Labelled, Dispatched: p.Dispatched}
		switch {
		case p.PrintRequests > p.Prints:
			v.Print = order.PrintQueued
		case p.Prints > 0:
			v.Print = order.PrintDone
		}
		w.Parcels = append(w.Parcels, v)
	}
	return w
}

// lines fills the lines to do and the lines done, as far as a screen shows them.
func (w *WorkView) lines(s *order.Shipment, cur *order.Line, b order.Bench) {
	packing := b.Screen == order.ScreenPack
	todo := make([]*order.Line, 0, 32)
	for i := range s.Lines {
		line := &s.Lines[i]
		w.Verified += line.Packed
		if line.Temp != order.Ambient && (w.Temp == order.Ambient || line.Temp == order.Frozen) {
			w.Temp = line.Temp
		}
		open := line.Open() > 0
		if packing {
			open = line.Unverified() > 0
		}
		switch {
		case !open:
			w.LinesDone++
			if len(w.Done) < listRows {
				w.Done = append(w.Done, lineView(line))
			}
		case line != cur:
			todo = append(todo, line)
		}
	}
	w.CurrentPos = w.LinesDone + 1
	if cur != nil {
		c := lineView(cur)
		w.Current = &c
	}
	if len(todo) > 1 {
		slices.SortFunc(todo, func(a, c *order.Line) int { return order.CompareWalk(a, c, b.Skipped) })
	}
	for _, line := range todo[:min(len(todo), listRows)] {
		w.Next = append(w.Next, lineView(line))
	}
}

func lineView(l *order.Line) LineView {
	return LineView{No: l.No, SKU: l.SKU, Name: l.Name, Location: l.Location, Qty: l.Qty, Picked: l.Picked,
		Packed: l.Packed, Short: l.Short, Temp: l.Temp, Lot: l.Lot, Track: l.Track, Codes: l.Codes}
}
