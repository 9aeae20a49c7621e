package station_test

import (
	"fmt"
	"slices"
	"strings"

	"pickstation/order"
	"pickstation/station"
	"pickstation/sync/wire"
)

// taskWork is the returns and stock work of a shift.
type taskWork struct {
	sent int // tasks that came from the centre
	seen []order.TaskID
	hand int      // units in the hand of a move, or counted so far
	gone []string // waybills of parcels that left
}

// refillTasks sends new tasks while few are open.
func (s *shift) refillTasks(open int) {
	s.Helper()
	for ; open < 4; open++ {
		s.tasks.sent++
		n := s.tasks.sent
		k := order.Task{ID: order.TaskID(fmt.Sprintf("T-%d", n)), Ref: fmt.Sprintf("TASK%d", n), At: s.clock.Now(),
			Kind: []order.TaskKind{order.TaskReturn, order.TaskMove, order.TaskReplenish, order.TaskCount}[s.rng.IntN(4)]}
		if k.Kind == order.TaskReturn {
			f := order.ReturnsFlow()
			k.State, _ = f.Move(f.Initial, order.TriggerApprove)
			k.Codes = []string{fmt.Sprintf("BACK-%d", n)}
		}
		for no := 1; no <= 1+s.rng.IntN(2); no++ {
			l := order.TaskLine{No: no, SKU: order.SKU(skuOf(no)), Codes: []order.ItemCode{{Key: item(no)}, {Key: fmt.Sprintf("CASE-%d", no), Mult: 12}},
				Qty: 1 + s.rng.IntN(16)}
			if k.Kind != order.TaskReturn {
				l.From, l.To = order.LocationID(fmt.Sprintf("R-%02d", n%7)), order.LocationID(fmt.Sprintf("A-%02d", no))
			}
			k.Lines = append(k.Lines, l)
		}
		if err := s.apply(wire.FeedRow{FS: int64(3_000_000 + n), Kind: wire.RowTask, ID: string(k.ID), Body: mustJSON(s, wire.Task{Task: k})}); err != nil {
			s.Fatal(err)
		}
		s.tasks.seen = append(s.tasks.seen, k.ID)
	}
}

// storedTask is a task as the database has it, nil none.
func (s *shift) storedTask(id order.TaskID) (k *order.Task) {
	s.Helper()
	if err := s.loop.Read(s.Context(), func(st station.Store) (err error) { k, err = st.Task(id); return err }); err != nil {
		s.Fatal(err)
	}
	return k
}

// rightForTask is what a screen of tasks wants.
func (s *shift) rightForTask(v *station.View) string {
	k := v.Task
	switch {
	case k == nil && s.rng.IntN(3) == 0:
		return order.CommandPrefix + string(order.CmdQueue)
	case v.Bench.Screen == order.ScreenTasks && len(s.tasks.gone) > 0 && s.rng.IntN(4) == 0:
		return s.tasks.gone[s.rng.IntN(len(s.tasks.gone))]
	case v.Bench.Screen == order.ScreenTasks && len(v.Tasks) > 0:
		return v.Tasks[s.rng.IntN(len(v.Tasks))].Ref
	case k == nil:
		return ""
	case k.Kind == order.TaskReturn:
		return s.rightForReturn(k)
	}
	l, b := order.TaskLineNow(k, &v.Bench.Task), &v.Bench.Task
	switch {
	case l == nil:
		return "PS:YES"
	case b.Units == 0 && b.Place != l.From:
		return string(l.From)
	case k.Kind == order.TaskCount && (b.Units >= l.Qty || s.rng.IntN(12) == 0):
		return "PS:YES"
	case k.Kind != order.TaskCount && b.Units > 0 && (b.Units >= l.Open() || s.rng.IntN(4) == 0):
		return string(l.To)
	}
	return s.unitOrCase(l.No, l.Open()-b.Units)
}

func (s *shift) rightForReturn(k *order.Task) string {
	i := slices.IndexFunc(k.Lines, func(l order.TaskLine) bool { return l.Ungraded() > 0 })
	if i >= 0 && s.rng.IntN(2) == 0 {
		return order.CommandPrefix + []string{"GRADE-A", "GRADE-B", "GRADE-C"}[s.rng.IntN(3)]
	}
	for _, l := range k.Lines {
		if l.N < l.Qty && s.rng.IntN(8) > 0 {
			return s.unitOrCase(l.No, l.Qty-l.N+s.rng.IntN(2)*12) // a case is too much, often
		}
	}
	return "PS:YES"
}

// unitOrCase is a code of goods of which so many are wanted.
func (s *shift) unitOrCase(n, want int) string {
	if want >= 12 && s.rng.IntN(2) == 0 {
		return fmt.Sprintf("CASE-%d", n)
	}
	return item(n)
}

// seeTask fails where an event of a task counts what was not scanned, or too much.
func (s *shift) seeTask(text string, e *order.Event) {
	s.Helper()
	k := s.storedTask(e.Task)
	if e.Type == order.EventTaskOpened && !slices.Contains(s.tasks.seen, e.Task) {
		s.tasks.seen = append(s.tasks.seen, e.Task)
		s.unannounced(k)
	}
	n, units, isGoods := unitsOf(text)
	l := k.Line(e.Line)
	switch e.Type {
	case order.EventTaken:
		s.counts.returned++
		if isGoods && (l.SKU != order.SKU(skuOf(n)) || e.Qty != units) {
			s.Fatalf("%q takes back %d of %s", text, e.Qty, l.SKU)
		}
	case order.EventInHand:
		if isGoods && e.Qty > 0 && (l.SKU != order.SKU(skuOf(n)) || e.Qty != units) {
			s.Fatalf("%q takes %d of %s into the hand", text, e.Qty, l.SKU)
		}
	case order.EventMoved, order.EventCounted:
		s.counts.stock++
		if e.Qty != s.tasks.hand {
			s.Fatalf("%q books %d, %d were in the hand", text, e.Qty, s.tasks.hand)
		}
	}
	for i := range k.Lines {
		l := &k.Lines[i]
		judged := 0
		for _, j := range l.Goods {
			judged += j.Qty
			if j.Qty <= 0 {
				s.Fatalf("after %q task %s line %d has %+v", text, k.ID, l.No, l.Goods)
			}
		}
		switch {
		case l.N < 0 || l.Short < 0 || k.Kind != order.TaskCount && l.N+l.Short > l.Qty:
			s.Fatalf("after %q task %s line %d: %d done, %d short of %d", text, k.ID, l.No, l.N, l.Short, l.Qty)
		case k.Kind == order.TaskReturn && judged != l.N:
			s.Fatalf("after %q task %s line %d: %d are back, of %d something is said: %+v", text, k.ID, l.No, l.N, judged, l.Goods)
		}
	}
}

// unannounced fails where more can come back of a parcel that nobody announced than was sent.
func (s *shift) unannounced(k *order.Task) {
	s.Helper()
	sent := map[order.SKU]int{}
	g := s.stored(k.Shipment)
	for i := range g.Lines {
		sent[g.Lines[i].SKU] += g.Lines[i].Picked
	}
	for _, l := range k.Lines {
		if sent[l.SKU] -= l.Qty; sent[l.SKU] < 0 || !g.AllDispatched() {
			s.Fatalf("%d of %s may come back of order %s, %s: too many", l.Qty, l.SKU, g.ID, g.State)
		}
	}
	s.counts.unannounced++
}

// taskState is what UNDO in a task must leave as it was.
func (s *shift) taskState(b *order.TaskBench) string {
	k := s.storedTask(b.ID)
	if k == nil {
		return ""
	}
	var t strings.Builder
	fmt.Fprintln(&t, b.ID, b.Units, b.Lots)
	for _, l := range k.Lines {
		goods := slices.Clone(l.Goods)
		slices.SortFunc(goods, func(a, b order.Judged) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		fmt.Fprintln(&t, l.No, l.N, l.Short, l.Counted, goods, l.Photos)
	}
	return t.String()
}

// addUpTasks compares what the tasks hold with their events.
func (s *shift) addUpTasks(log []order.Event) {
	s.Helper()
	type spot struct {
		id   order.TaskID
		line int
	}
	n, short, judged := map[spot]int{}, map[spot]int{}, map[spot]map[string]int{}
	for i := range log {
		e := &log[i]
		of, qty := e.Type, e.Qty
		if of == order.EventTaskUndone {
			of, qty = order.EventType(e.Reason), -e.Qty
		}
		k := spot{e.Task, e.Line}
		switch of {
		case order.EventTaken, order.EventMoved:
			n[k] += qty
		case order.EventTaskShort:
			short[k] += qty
		case order.EventCounted:
			n[k] = max(qty, 0)
		case order.EventGraded:
			if judged[k] == nil {
				judged[k] = map[string]int{}
			}
			judged[k][e.Was] -= qty
			judged[k][string(e.Grade)+"/"+string(e.Fate)] += qty
		}
	}
	for _, id := range s.tasks.seen {
		t := s.storedTask(id)
		for i := range t.Lines {
			l, k := &t.Lines[i], spot{id, t.Lines[i].No}
			if l.N != n[k] || l.Short != short[k] {
				s.Errorf("task %s line %d holds %d and %d short, its events say %d and %d", id, l.No, l.N, l.Short, n[k], short[k])
			}
			if t.Kind != order.TaskReturn {
				continue
			}
			said := map[string]int{}
			for _, j := range l.Goods { // of several lots and serials
				if j.Grade != "" {
					said[string(j.Grade)+"/"+string(j.Fate)] += j.Qty
				}
			}
			for grade, qty := range judged[k] {
				if grade != "" && said[grade] != qty {
					s.Errorf("task %s line %d holds %+v, its events say %v", id, l.No, l.Goods, judged[k])
				}
			}
		}
	}
}
