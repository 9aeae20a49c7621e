package station

import (
	"cmp"
	"slices"
	"time"

	"pickstation/order"
)

// Rows of lists that a view carries at most.
const (
	queueRows = 50
	listRows  = 20
)

// lists are the parts of a view that come from queries.
type lists struct {
	stale        bool // own work changed them: read again before they are shown
	pulled       bool // the centre changed them: read again now
	queue        []QueueRow
	queueTotal   int
	singles      *SinglesView
	waves        []WaveView
	outbound     []OutboundRow
	outboundAll  int
	instructions []order.Instruction
	tasks        []order.Task
	tasksAll     int
	out          []OutView
}

// publish makes a new view and leaves it in the mailbox in place of the old one.
func (l *Loop) publish() {
	l.viewN++
	v := &View{N: l.viewN, Station: l.opt.Station, Bench: l.bench, Verdict: l.verdict, Sync: l.seen.sync, Copy: l.seen.copy,
		Devices: l.seen.devices, Scale: l.scaleView(), Probes: l.seen.probes, Printer: l.seen.printer, Today: l.page.today(l.seen.today), Zone: l.zone,
		Health: HealthView{Checking: l.checking, Damaged: l.seen.damaged, NotSaved: l.seen.notSaved, Unsaved: l.unsaved,
			DiskFree: l.seen.diskFree, DiskLow: l.seen.diskLow, DiskFull: l.seen.diskFull, DiskSince: l.seen.lowSince,
			ClockOff: l.seen.host.ClockOff, Ahead: l.sense.ahead(), TimeOff: l.now().Sub(l.opt.Clock.Wall()).Truncate(time.Second), CertUntil: l.seen.host.CertUntil}}
	if n, oldest, err := l.opt.Store.Unsent(); err == nil {
		v.Sync.Unsent, v.Sync.Oldest, v.Sync.Alone = n, oldest, l.opt.Alone
	}
	l.refresh()
	v.Queue, v.QueueTotal, v.Singles, v.Waves = l.lists.queue, l.lists.queueTotal, l.lists.singles, l.lists.waves
	v.Outbound, v.OutboundAll = l.lists.outbound, l.lists.outboundAll
	v.Instructions = l.lists.instructions
	v.Tasks, v.TasksAll, v.Task = l.lists.tasks, l.lists.tasksAll, l.taskView()
	v.Returns = l.policy.Returns
	v.Fetch, v.Out = l.fetchView(), l.outView(v.Task)
	if l.ship != nil {
		v.Work = l.workView(l.ship)
		if c := v.Work.Current; c != nil {
			c.Twins = l.twins(c.SKU)
		}
	}
	v.Slots = slots(&l.bench)
	v.Panel = l.panelView()
	v.Trials = l.policy.Trials(l.now(), l.zone)
	v.ColdLook = slices.Contains(l.policy.ColdBenches, l.opt.Station)
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
	if !l.lists.pulled && (!l.lists.stale || l.ship != nil) {
		return
	}
	st := l.opt.Store
	if rows, n, err := st.Queue(l.bench.Operator, queueRows); err == nil {
		for i := range rows {
			if rows[i].Owner != "" {
				rows[i].OwnerName = st.OperatorName(rows[i].Owner)
			}
		}
		l.lists.queue, l.lists.queueTotal = rows, n
	}
	if w, err := l.singles(); err == nil {
		l.lists.singles = w
	}
	l.lists.waves = l.waves()
	if rows, n, err := st.Outbound(queueRows); err == nil {
		l.lists.outbound, l.lists.outboundAll = rows, n
	}
	if list, err := st.Instructions(listRows); err == nil {
		l.lists.instructions = list
	}
	if list, n, err := st.OpenTasks(listRows); err == nil {
		l.lists.tasks, l.lists.tasksAll = list, n
	}
	l.lists.out = l.warming()
	l.lists.stale, l.lists.pulled = false, false
}

// workView copies what a screen shows of the shipment on the bench.
func (l *Loop) workView(s *order.Shipment) *WorkView {
	w := &WorkView{ID: s.ID, Ref: s.Ref(), State: s.State, Carrier: s.Carrier, Customs: s.Customs,
		Promise: s.Promise, Tote: cmp.Or(s.Slot, s.Tote), NextZone: s.NextZone(l.bench.Zones), Lines: len(s.Lines), PackCheck: s.PackCheck,
		Holds: slices.Clone(s.Holds), Cancelled: s.Cancelled, Started: s.Started()}
	if f, err := l.flow(s); err == nil {
		st, _ := f.State(s.State)
		w.Stage, w.StateName = st.Stage, st.Name
	}
	w.Units, w.Picked, w.Short = s.Units()
	w.Inserts = l.policy.InsertsFor(s)
	cur := order.CurrentLine(s, l.bench)
	w.lines(s, cur, l.bench, l.walked[s.ID])
	if n := len(s.Parcels); n > 0 {
		w.Parcels = make([]ParcelView, n)
	}
	several, day := l.boxes(w, s), order.DateOf(l.now().In(l.zone))
	for i := range s.Parcels {
		p := &s.Parcels[i]
		w.Parcels[i] = ParcelView{No: p.No, ID: p.ID, Waybill: p.Waybill.Number, Routing: p.Waybill.Routing,
			Prints: p.Prints, WeightG: p.WeightG, Labelled: p.Labelled, Dispatched: p.Dispatched}
		l.printed(w, &w.Parcels[i], s, p)
		boxed(&w.Parcels[i], s, p, several)
		w.Parcels[i].Inserts = p.Inserts
		w.Parcels[i].First = l.policy.BeforeLabel(s, p, l.bench.Recheck, len(l.seen.pans) > 0, day)
		w.Parcels[i].Coolant, w.Parcels[i].Cooled = l.policy.CoolantFor(s, p.No), p.Cooled != ""
	}
	return w
}

// lines fills the lines to do and the lines done, as far as a screen shows them.
func (w *WorkView) lines(s *order.Shipment, cur *order.Line, b order.Bench, walked []int) {
	packing := b.Screen == order.ScreenPack
	var room [listRows]*order.Line
	todo := room[:0] // the first ones, in walking order
	for i := range s.Lines {
		line := &s.Lines[i]
		w.Verified += line.Packed
		if line.Temp != order.Ambient && (w.Temp == order.Ambient || line.Temp == order.Frozen) {
			w.Temp = line.Temp
		}
		switch {
		case finished(line, packing):
			w.LinesDone++
		case line != cur && (packing || order.InZone(line, b.Zones)):
			todo = insert(todo, line, b.Skipped)
		}
	}
	w.CurrentPos = min(w.LinesDone+1, w.Lines)
	if cur != nil {
		c := lineOf(s, cur)
		w.Current = &c
	}
	if len(todo) > 0 {
		w.Next = make([]LineView, len(todo))
		for i, line := range todo {
			w.Next[i] = lineOf(s, line)
		}
	}
	w.done(s, packing, walked)
}

func finished(l *order.Line, packing bool) bool {
	if packing {
		return l.Unverified() <= 0
	}
	return l.Open() <= 0
}

// insert puts a line where it belongs among the first ones; what there is no room
// for is dropped.
func insert(first []*order.Line, line *order.Line, skipped []int) []*order.Line {
	i := len(first)
	for i > 0 && order.CompareWalk(line, first[i-1], skipped) < 0 {
		i--
	}
	if i == cap(first) {
		return first
	}
	if len(first) < cap(first) {
		first = first[:len(first)+1]
	}
	copy(first[i+1:], first[i:])
	first[i] = line
	return first
}

// done fills the finished lines: those worked on lately first, then the others.
func (w *WorkView) done(s *order.Shipment, packing bool, walked []int) {
	n := min(w.LinesDone, listRows)
	if n == 0 {
		return
	}
	w.Done = make([]LineView, 0, n)
	for i := len(walked) - 1; i >= 0 && len(w.Done) < n; i-- {
		if line := s.Line(walked[i]); line != nil && finished(line, packing) {
			w.Done = append(w.Done, lineOf(s, line))
		}
	}
	for i := 0; i < len(s.Lines) && len(w.Done) < n; i++ {
		if line := &s.Lines[i]; finished(line, packing) && !slices.Contains(walked, line.No) {
			w.Done = append(w.Done, lineOf(s, line))
		}
	}
}

// walkedMax is for how many shipments it is kept in which order their lines were worked on.
const walkedMax = 16

// walk moves the line of an event to the end of the lines worked on.
func walk(nos []int, e *order.Event) []int {
	if e.Line == 0 || !folds(e.Type) {
		return nos
	}
	for i := len(nos) - 1; i >= 0; i-- {
		if nos[i] == e.Line {
			if i < len(nos)-1 {
				copy(nos[i:], nos[i+1:])
				nos[len(nos)-1] = e.Line
			}
			return nos
		}
	}
	return append(nos, e.Line)
}

// lineOf is a line of a shipment as the screen shows it.
func lineOf(s *order.Shipment, l *order.Line) LineView {
	v := lineView(l)
	v.Take, v.Gift = s.TakeNow(l.No), l.Gift
	if old := s.Line(l.Instead); old != nil {
		v.Instead = old.Name
	}
	return v
}

func lineView(l *order.Line) LineView {
	return LineView{No: l.No, SKU: l.SKU, Name: l.Name, Location: l.Location, Qty: l.Qty, Picked: l.Picked,
		Packed: l.Packed, Short: l.Short, Temp: l.Temp, Lot: l.Lot, Track: l.Track, Codes: l.Codes, Packs: l.PacksThere()}
}
