package station_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pickstation/gs1"
	"pickstation/order"
	"pickstation/station"
	"pickstation/sync/wire"
	"pickstation/world/farm"
)

var randomScans = farm.Size{Name: "random scans", Env: "PICKSTATION_SHIFT_SCANS", CI: 3000, Short: 1000, Soak: 200_000}

// shift is a picker at work on orders that come as others leave: mostly what the screen
// wants, often something else.
type shift struct {
	*bench
	rng    *rand.Rand
	orders int // made so far
	made   map[order.ShipmentID]*order.Shipment
	last   string
	held   int // units in the hand, by what was scanned
	slots  slots
	marks  marks
	tasks  taskWork
	buyers buyers
	counts struct {
		good, undone, puts, swapped, taken, told, serials, dated              int
		kits, boxes, cold, warm, fetched, returned, unannounced, stock, tasks int
	}
}

// A random shift over random orders: never over-picked, never on the wrong order, undo
// is exact, and the counts are those of the events. The program is started again now
// and then.
func TestARandomShiftHoldsWhatMustAlwaysHold(t *testing.T) {
	scans, first := randomScans.Seeds()
	t.Logf("%d random scans from seed %d (%s=N and PICKSTATION_SEED=N set number and first seed)", scans, first, randomScans.Env)
	for seed := uint64(first) + 1; scans > 0; seed++ { // a new bench now and then: a log of that length is a day's
		n := min(scans, 10_000)
		scans -= n
		runShift(t, seed, n)
	}
}

func runShift(t *testing.T, seed uint64, scans int) {
	s := &shift{bench: newBench(t), rng: rand.New(rand.NewPCG(seed, 26)), made: map[order.ShipmentID]*order.Shipment{}}
	if err := s.apply(wire.FeedRow{FS: 900_000, Kind: wire.RowBlock, ID: "numbers", Body: mustJSON(s, order.NumberBlock{ID: "numbers", Log: s.logID,
		Carrier: "SF", NumberForm: order.NumberForm{Prefix: "SX", Width: 6}, From: 1, To: 999_999})}); err != nil {
		t.Fatal(err)
	}
	for n := 1; n < firstOther+3; n++ { // a code that the catalogue does not know may be a lot; the last three nobody ordered, they go out instead
		if err := s.apply(wire.FeedRow{FS: int64(900_000 + n), Kind: wire.RowProduct, ID: skuOf(n), Body: mustJSON(s, order.Product{SKU: order.SKU(skuOf(n)),
			Codes: []order.ItemCode{{Key: item(n)}, {Key: fmt.Sprintf("CASE-%d", n), Mult: 12}}})}); err != nil {
			t.Fatal(err)
		}
	}
	s.coldRules()
	sent := 0
	for sent < scans {
		s.clock.advance(time.Duration(s.rng.IntN(900)) * time.Millisecond)
		if s.rng.IntN(60) == 0 {
			s.clock.advance(time.Duration(s.rng.IntN(5)) * time.Minute)
		}
		if sent%40 == 0 {
			s.refill()
		}
		sent += s.turn()
		if sent%1000 > 990 && s.rng.IntN(8) == 0 {
			s.restart()
		}
	}
	s.addUp(sent)
	t.Logf("seed %d: %d scans, %d orders, %+v", seed, sent, s.orders, s.counts)
	c := s.counts
	if c.good < scans/20 || c.undone < scans/200 || c.puts == 0 || c.swapped == 0 || c.taken == 0 || c.told == 0 || c.serials == 0 || c.dated == 0 ||
		c.kits == 0 || c.cold == 0 || c.returned == 0 || c.stock == 0 || c.tasks == 0 {
		t.Errorf("the mix says nothing: %+v", s.counts)
	}
	if scans >= 10_000 && (c.boxes == 0 || c.warm == 0 || c.fetched == 0 || c.unannounced == 0) {
		t.Errorf("what is rare never came: %+v", s.counts)
	}
	s.stop()
	if err := s.db.Close(); err != nil {
		t.Fatal(err)
	}
}

// refill sends new orders while few are open.
func (s *shift) refill() {
	s.Helper()
	v := s.settle()
	s.refillTasks(v.TasksAll)
	for n := v.QueueTotal; n < 8; n++ {
		s.orders++
		id := fmt.Sprint(s.orders)
		g := goods(id, 1+s.rng.IntN(4), 1+s.rng.IntN(6))
		if s.rng.IntN(3) == 0 {
			g.PackCheck = order.PackEach
		}
		if s.rng.IntN(4) == 0 {
			g.Parcels = append(g.Parcels, order.Parcel{No: 2, ID: order.ParcelID("P2-" + id), Waybill: order.Waybill{Number: "SF2000" + id}})
		}
		frozen := s.rng.IntN(4) == 0
		for i := range g.Lines {
			l := &g.Lines[i]
			l.Qty = 1 + s.rng.IntN(8)
			if frozen && s.rng.IntN(2) == 0 {
				l.Temp = order.Frozen
			}
			switch s.rng.IntN(10) {
			case 0:
				l.Scan = order.ScanCheck
			case 6, 7:
				s.kind(l)
			case 1, 2, 3, 4, 5:
				l.Lot, l.Codes = lots[s.rng.IntN(len(lots))], append(l.Codes, order.ItemCode{Key: gtin(l.No)})
			}
		}
		if len(g.Lines) > 1 && s.rng.IntN(6) == 0 {
			s.kit(&g)
		}
		if s.rng.IntN(6) == 0 {
			s.fetches(&g)
		}
		s.made[g.ID] = &g
		if err := s.pull(g, 0); err != nil {
			s.Fatal(err)
		}
	}
}

// turn scans once, or twice where it takes the first back at once.
func (s *shift) turn() int {
	s.Helper()
	v := s.settle()
	if v.Bench.Screen == order.ScreenLabel && s.rng.IntN(3) > 0 {
		s.printed()
		v = s.settle()
	}
	text := s.text(v)
	about := atHand(v)
	before, was := s.lines(about), v
	o := s.judged(text)
	counted, often := false, 8
	for _, e := range o.Decision.Events {
		switch e.Type {
		case order.EventPicked, order.EventPacked:
			counted = counted || e.Verdict != "" && e.Slot == ""
		case order.EventInHand:
			counted = counted || e.Qty > 0
		case order.EventTaken, order.EventGraded:
			counted = true
			s.counts.tasks++
		case order.EventSubstituted:
			counted, often = true, 2
			s.counts.swapped++
		case order.EventRelotted:
			often = 2
			s.counts.taken++
		}
	}
	if !counted || s.rng.IntN(often) > 0 || len(was.Bench.Skips) > 0 {
		return 1
	}
	s.clock.advance(time.Millisecond)
	u := s.judged(order.CommandPrefix + string(order.CmdUndo))
	if c := u.Decision.What.Code; c != order.MsgUndone && c != order.MsgLaidBack {
		s.Fatalf("%s after %q was counted: %s %s\nbefore %+v %+v\n%s", order.CmdUndo, text, u.Decision.Verdict, c, was.Bench, was.Bench.Batch, before)
	}
	if after := s.lines(about); after != before {
		s.Fatalf("%q and its undo are not as before:\n%s\n%s", text, before, after)
	}
	s.counts.undone++
	return 2
}

// firstOther is the number of the first goods that are in no order.
const firstOther = 7

// lots are those that lines have reserved.
var lots = []string{"LA", "LB", "LC"}

func skuOf(n int) string { return fmt.Sprintf("SKU%d", n) }

// gtin is a code of the goods with which a lot can stand.
func gtin(n int) string {
	body := fmt.Sprintf("0950600000%03d", n)
	return body + string(gs1.CheckDigit(body))
}

// withLot is a symbol of the goods and a lot.
func withLot(n int, lot string) string { return "]C101" + gtin(n) + "10" + lot }

// atHand are the orders that a scan may change.
func atHand(v *station.View) (ids []order.ShipmentID) {
	if v.Bench.Shipment != "" {
		ids = append(ids, v.Bench.Shipment)
	}
	for _, m := range v.Slots {
		ids = append(ids, m.Shipment)
	}
	for _, q := range v.Queue {
		ids = append(ids, q.ID)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// judged scans and checks what one answer may have done.
func (s *shift) judged(text string) station.Outcome {
	s.Helper()
	o := s.scan(text)
	if o.Err != nil {
		s.Fatal(o.Err)
	}
	s.last = text
	d := &o.Decision
	n, units, isGoods := unitsOf(text)
	picked := 0
	s.seeFetch(text, d.Verdict.Good(), d.Events)
	for i := range d.Events {
		e := &d.Events[i]
		if e.Task != "" {
			s.seeTask(text, e)
			continue
		}
		switch e.Type {
		case order.EventPicked, order.EventPacked:
			s.seeMarks(e)
			s.seeKit(e)
			g := s.stored(e.Shipment)
			if l := g.Line(e.Line); isGoods && l.SKU != order.SKU(skuOf(n)) {
				s.Fatalf("%q was counted as %s of order %s", text, l.SKU, g.ID)
			} else if check := l.Scan == order.ScanCheck; isGoods && !check && e.Qty != units && d.Verdict.Good() && e.Slot == "" {
				s.Fatalf("%q counts %d as %d", text, units, e.Qty)
			}
			if e.Slot == "" && d.Bench.Shipment != e.Shipment && d.Bench.Shipment != "" {
				s.Fatalf("%q was counted on order %s, %s lies on the bench", text, e.Shipment, d.Bench.Shipment)
			}
			if e.Slot != "" {
				picked += e.Qty
				s.seePut(e, picked)
				s.counts.puts++
			} else {
				s.counts.good++
			}
		case order.EventInHand:
			if s.seeMarks(e); e.Qty > 0 && isGoods {
				s.slots.hand = order.SKU(skuOf(n))
			}
		case order.EventUndone:
			s.seeMarks(e)
		case order.EventDispatched:
			s.tasks.gone = append(s.tasks.gone, e.Waybill)
		}
	}
	if picked > 0 && picked != s.held {
		s.Fatalf("%d units were in the hand, the put into %q booked %d", s.held, text, picked)
	}
	s.held = 0
	for _, p := range d.Bench.Hand {
		s.held += p.Units * max(p.Times, 1)
	}
	if s.held == 0 {
		s.slots.hand = ""
	}
	s.tasks.hand = d.Bench.Task.Units
	s.drain()
	return o
}

// unitsOf is which goods a code is of, and how many.
func unitsOf(text string) (n, units int, ok bool) {
	if _, err := fmt.Sscanf(text, "ITEM-%d", &n); err == nil {
		return n, 1, true
	}
	if _, err := fmt.Sscanf(text, "CASE-%d", &n); err == nil {
		return n, 12, true
	}
	for n := 1; n <= 5 && strings.HasPrefix(text, "]C1"); n++ {
		if strings.HasPrefix(text, "]C101"+gtin(n)) {
			return n, 1, true
		}
	}
	return 0, 0, false
}

// lines is the plan and progress of some orders, and what is in the hand.
func (s *shift) lines(ids []order.ShipmentID) string {
	s.Helper()
	var b strings.Builder
	for _, id := range ids {
		g := s.stored(id)
		fmt.Fprint(&b, g.ID, " ", g.State)
		for _, l := range g.Lines {
			fmt.Fprint(&b, " ", l.No, l.SKU, l.Lot, " ", l.Qty, ":", l.Picked, "+", l.Packed, "-", l.Short, l.Lots, l.Serials, l.Boxes)
			if l.Picked+l.Short > l.Qty || l.Packed > l.Picked {
				s.Fatalf("after %q order %s line %d: %d picked, %d short of %d, %d packed", s.last, g.ID, l.No, l.Picked, l.Short, l.Qty, l.Packed)
			}
		}
		fmt.Fprintln(&b)
	}
	v := s.loop.View()
	fmt.Fprint(&b, s.taskState(&v.Bench.Task))
	for _, p := range v.Bench.Hand {
		fmt.Fprint(&b, p.Line, p.Lot, p.Units*max(p.Times, 1))
	}
	return b.String()
}

// addUp compares the log with the work: each scan is one verdict, and the counts of
// every line are those of its events.
func (s *shift) addUp(sent int) {
	s.Helper()
	type line struct {
		id order.ShipmentID
		no int
	}
	log := s.log()
	s.addUpTasks(log)
	s.addUpBoxes(log)
	s.addUpCold(log)
	verdicts, picked, packed, short := 0, map[line]int{}, map[line]int{}, map[line]int{}
	for _, e := range log {
		if e.Verdict != "" && e.Source == order.Scanned {
			verdicts++
		}
		k := line{e.Shipment, e.Line}
		of, n := e.Type, e.Qty
		if e.Type == order.EventUndone {
			of, n = order.EventType(e.Reason), -e.Qty
		}
		switch of {
		case order.EventPicked:
			picked[k] += n
		case order.EventPacked:
			packed[k] += n
		case order.EventShorted:
			short[k] += n
		}
	}
	if verdicts != sent {
		s.Errorf("%d scans left %d verdicts in the log", sent, verdicts)
	}
	for id := range s.made {
		for _, l := range s.stored(id).Lines {
			k := line{id, l.No}
			if l.Picked+l.Short > l.Qty || picked[k] != l.Picked || short[k] != l.Short || packed[k] != l.Packed {
				s.Errorf("order %s line %d holds %d picked, %d packed, %d short of %d; its events say %d, %d, %d", id, l.No,
					l.Picked, l.Packed, l.Short, l.Qty, picked[k], packed[k], short[k])
			}
		}
	}
}
