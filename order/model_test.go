package order

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// model runs random inputs at a bench against what must hold whatever is scanned.
// The world itself checks after each input: the verdict is of the closed set and
// recorded, Decide changed nothing, a verdict that is not Good changed nothing,
// Decide then Apply gives no anomaly, the state moved along an edge of the flow, and
// the fold from canonical bytes at the centre is the same.
type model struct {
	*world
	rt     *rapid.T
	before map[ShipmentID][]string // shipments before each counted step
}

func drawShipment(rt *rapid.T, name string) *Shipment {
	n := rapid.IntRange(1, 3).Draw(rt, "lines")
	var lines []Line
	for i := range n {
		l := line(rapid.SampledFrom([]SKU{"mango", "fig", "tea"}).Draw(rt, "sku"), rapid.IntRange(1, 5).Draw(rt, "qty"),
			LocationID(fmt.Sprintf("L%d", i+1)))
		l.Track = Tracking{Lot: rapid.Bool().Draw(rt, "lot"), Serial: rapid.IntRange(0, 3).Draw(rt, "serial") == 0}
		if rapid.IntRange(0, 3).Draw(rt, "reserved") == 0 {
			l.Lot = "LOT1"
		}
		drawStock(rt, &l)
		lines = append(lines, l)
	}
	s := ship1(name, lines...)
	if rapid.Bool().Draw(rt, "two") {
		s.Parcels = append(s.Parcels, parcel(name, 2))
	}
	if rapid.Bool().Draw(rt, "packEach") {
		s.PackCheck = PackEach
	}
	s.Complete = rapid.IntRange(0, 4).Draw(rt, "complete") == 0
	return s
}

// drawStock says what lies at the line's place: packs that other lines and orders want,
// too, loose units, serials.
func drawStock(rt *rapid.T, l *Line) {
	l.Alone = rapid.Bool().Draw(rt, "alone")
	packs := []string{"PAL-1", "PAL-2", "PAL-3"}
	for range rapid.SampledFrom([]int{0, 0, 1, 2, 3}).Draw(rt, "stock") {
		st := Stock{Qty: rapid.IntRange(1, 4).Draw(rt, "units"), Lot: rapid.SampledFrom([]string{"", "LOT1", "LOT2"}).Draw(rt, "stockLot"),
			Expiry: rapid.SampledFrom([]Date{"", "2020-01-01", "2030-01-01"}).Draw(rt, "stockExpiry")}
		if k := rapid.IntRange(0, len(packs)).Draw(rt, "pack"); k < len(packs) {
			st.Pack = packs[k]
			packs = slices.Delete(packs, k, k+1)
		} else {
			st.Serials = []string{"SN1", "SN2"}
		}
		l.Stock = append(l.Stock, st)
	}
	if why := CheckStock(l.Stock); why != "" {
		rt.Fatalf("stock %+v: %s", l.Stock, why)
	}
}

var modelTexts = []string{"MANGO", "MANGO", "FIG", "FIG", "TEA", "MANGO-3", "FIG-12", "LOT1", "LOT2", "SN1", "SN2", "L1", "L2",
	"A", "B", "TOTE-A", "SF-A-1", "SF-A-2", "SF-B-1", "SF-X-1", "SF-X-2", "SLOT-1", "SLOT-2", "TOTE-B", "PAL-1", "PAL-2", "PAL-3", "PAL-1", "PAL-2", "PS:NEXTBOX", "PS:UNBOX", "PS:BOX-S", "B-LI", "B-MEI", "B-BOSS", "B-GONE", "NONSENSE", "PS:NOSUCH", "", "张三"}

// input scans, keys or says the same again as before.
func (m *model) input(last *Input) Decision {
	rt := m.rt
	if rapid.IntRange(0, 4).Draw(rt, "again") == 0 && last.Source != "" {
		m.wait(time.Duration(rapid.IntRange(0, 1400).Draw(rt, "ms")) * time.Millisecond)
		return m.do(*last)
	}
	in := Input{Source: Scanned, Device: rapid.SampledFrom([]DeviceID{gun1, gun1, gun2}).Draw(rt, "gun")}
	switch rapid.IntRange(0, 13).Draw(rt, "kind") {
	case 10, 11, 12, 13:
		in.Text, in.Readings = m.right()
	case 0, 1:
		c := rapid.SampledFrom(Commands()).Draw(rt, "command")
		if rapid.Bool().Draw(rt, "key") {
			in.Source, in.Command = Keyed, c.Command
		} else {
			in.Text = c.Code()
		}
	case 2, 3:
		r := Reading{Key: rapid.SampledFrom([]string{"", "MANGO", "FIG", "TEA"}).Draw(rt, "key"),
			Lot:    rapid.SampledFrom([]string{"", "LOT1", "LOT2"}).Draw(rt, "lot"),
			Serial: rapid.SampledFrom([]string{"", "SN1", "SN2", "SN3"}).Draw(rt, "serial"),
			Expiry: rapid.SampledFrom([]Date{"", "", "2020-01-01", "2030-01-01"}).Draw(rt, "expiry"),
			Units:  rapid.IntRange(-1, 3).Draw(rt, "units")}
		in.Text, in.Readings = "gs1 "+fmt.Sprint(r), []Reading{r}
	case 4:
		in.Source, in.WeightG, in.Stable = Weighed, rapid.IntRange(-5, 900).Draw(rt, "g"), rapid.Bool().Draw(rt, "stable")
	default:
		in.Text = rapid.SampledFrom(modelTexts).Draw(rt, "text")
		in.Readings = []Reading{{Key: CodeKey(in.Text)}}
		in.Unsure = rapid.IntRange(0, 15).Draw(rt, "unsure") == 0
	}
	*last = in
	return m.do(in)
}

// right is a scan that the bench waits for.
func (m *model) right() (string, []Reading) {
	s := m.ship(m.bench.Shipment)
	text := "A"
	switch {
	case m.bench.Screen == ScreenSignIn:
		text = "B-LI"
	case m.bench.Batch != nil && !m.bench.Batch.Packing:
		return m.rightInBatch(s)
	case m.bench.Screen == ScreenDispatch:
		text = "SF-A-1"
	case s == nil && m.ship("S-A").AllLabelled():
		text = "PS:SHIP"
	case s == nil:
	case m.bench.Screen == ScreenLabel:
		text = s.Parcels[len(s.Parcels)-1].Waybill.Number
		if p := s.now().due(); p != nil {
			text = p.Waybill.Number
		}
	default:
		if l := CurrentLine(s, m.bench); l != nil {
			if m.bench.Screen != ScreenPack {
				return m.goods(l)
			}
			r := Reading{Key: CodeKey(string(l.SKU))}
			return "right " + fmt.Sprint(r), []Reading{r}
		}
	}
	return text, []Reading{{Key: CodeKey(text)}}
}

// rightInBatch is a scan that a bench with several orders waits for: goods, or the tote
// for those in the hand.
func (m *model) rightInBatch(s *Shipment) (string, []Reading) {
	b := m.bench.Batch
	if d := b.Drop; d != nil {
		code := d.Slot
		if d.Shown {
			code = string(d.Place)
		}
		return code, []Reading{{Key: CodeKey(code)}}
	}
	if s != nil && len(m.bench.Hand) > 0 && rapid.IntRange(0, 2).Draw(m.rt, "put") > 0 {
		slot := "SLOT-" + string(s.ID)
		if x := b.member(s.ID); x != nil && x.Slot != "" {
			slot = x.Slot
		}
		return slot, []Reading{{Key: CodeKey(slot)}}
	}
	if s == nil {
		for _, x := range b.Members {
			if o := m.ship(x.Shipment); o.PickDone() && o.Slot != "" && rapid.Bool().Draw(m.rt, "pack") {
				return o.Slot, []Reading{{Key: CodeKey(o.Slot)}}
			} else if !o.PickDone() {
				s = o
			}
		}
	}
	if s == nil {
		return "A", []Reading{{Key: "A"}}
	}
	l := s.Line(m.bench.Focus)
	if l == nil {
		l = s.NextLine(nil)
	}
	if l == nil {
		l = &s.Lines[0]
	}
	return m.goods(l)
}

// goods is a scan of the line's goods: of a pack of them, where there is one, or of a unit;
// after a pack it may be taken back.
func (m *model) goods(l *Line) (string, []Reading) {
	for _, st := range l.there() {
		if st.Pack != "" && rapid.Bool().Draw(m.rt, "byPack") {
			return st.Pack, []Reading{{Key: st.Pack}}
		}
	}
	if n := len(m.events); n > 0 && m.events[n-1].Pack != "" && rapid.Bool().Draw(m.rt, "takeBack") {
		return "PS:UNDO", nil
	}
	r := Reading{Key: CodeKey(string(l.SKU)), Lot: cmp.Or(l.Lot, "LOT1"), Serial: fmt.Sprintf("SN%d", len(m.events))}
	return "right " + fmt.Sprint(r), []Reading{r}
}

// centreActs changes a shipment or what surrounds the bench.
func (m *model) centreActs() {
	id := rapid.SampledFrom([]ShipmentID{"S-A", "S-B"}).Draw(m.rt, "which")
	switch rapid.IntRange(0, 6).Draw(m.rt, "act") {
	case 0:
		m.change(id, func(s *Shipment) { s.Cancelled = true })
	case 1:
		m.change(id, func(s *Shipment) { s.SetHold(Hold{Code: ToVerify, Stops: true}) })
	case 2:
		m.change(id, func(s *Shipment) { s.Holds, s.Cancelled = nil, false })
	case 3:
		m.env.WordAge = time.Duration(rapid.IntRange(-1, 30).Draw(m.rt, "hours")) * time.Hour
	case 4:
		m.unleased[id] = !m.unleased[id]
	case 5:
		m.orders[id] = &Instruction{ID: "I", Shipment: id, Kind: rapid.SampledFrom(
			[]InstructionKind{InstructPutBack, InstructStop, InstructReprint}).Draw(m.rt, "instruct")}
	case 6:
		m.restart()
	}
	m.before = map[ShipmentID][]string{} // what undo gives back no longer compares
}

// progress is what counting changes: lines and state.
func progress(s *Shipment) string { return string(s.State) + " " + stored(s.Lines) }

func (m *model) checkSums() {
	sum := map[string]int{}
	for i := range m.events {
		e := &m.events[i]
		typ, sign := e.Type, 1
		if typ == EventUndone {
			typ, sign = EventType(e.Reason), -1
		}
		sum[fmt.Sprint(typ, e.Shipment, e.Line)] += sign * e.Qty
	}
	packs := map[string]ShipmentID{}
	for _, s := range m.ships {
		for _, l := range s.Lines {
			for _, p := range l.Packs {
				if o, twice := packs[p]; twice && (o == s.ID || !s.Cancelled && !m.ship(o).Cancelled) {
					m.rt.Fatalf("pack %s is in %s and in %s", p, o, s.ID)
				}
				packs[p] = s.ID
			}
			key := func(t EventType) int { return sum[fmt.Sprint(t, s.ID, l.No)] }
			if l.Picked != key(EventPicked) || l.Packed != key(EventPacked) || l.Short != key(EventShorted) {
				m.rt.Fatalf("line %+v does not add up to its events %v", l, sum)
			}
			if l.Picked < 0 || l.Picked+l.Short > l.Qty || l.Packed > l.Picked {
				m.rt.Fatalf("line %+v has too many units", l)
			}
			boxed := 0
			for _, p := range s.Parcels {
				boxed += s.inBox(&l, p.No)
			}
			if len(s.Parcels) > 0 && boxed != s.boxed(&l) {
				m.rt.Fatalf("line %+v has %d units in boxes of %+v", l, boxed, s.Parcels)
			}
			if tracked := l.Track.Serial; tracked && len(l.Serials) != l.Picked {
				m.rt.Fatalf("line %+v has %d serials", l, len(l.Serials))
			}
		}
	}
}

func TestWhateverIsScannedTheCountsAddUp(t *testing.T) {
	for range 4 { // a hundred benches each
		rapid.Check(t, walkABench)
	}
}

func walkABench(rt *rapid.T) {
	w := unmanned(rt, drawShipment(rt, "A"), drawShipment(rt, "B"))
	owner := rapid.SampledFrom([]OperatorID{"", "mei"}).Draw(rt, "owner")
	w.change("S-B", func(s *Shipment) { s.Owner = owner })
	w.products = []Product{{SKU: "tea", Codes: []ItemCode{{Key: "TEA"}}}}
	if rapid.IntRange(0, 3).Draw(rt, "placeConfirms") == 0 {
		w.env.Policy.PlaceConfirms = []string{"*"}
	}
	w.env.Policy.LocationFirst = rapid.IntRange(0, 4).Draw(rt, "locationFirst") == 0
	w.numbers = []string{"SF-X-1", "SF-X-2", "SF-X-3"}[:rapid.IntRange(0, 3).Draw(rt, "numbers")]
	w.env.Policy.AutoPrint = rapid.Bool().Draw(rt, "autoPrint")
	m := &model{world: w, rt: rt, before: map[ShipmentID][]string{}}
	m.scan("B-LI")
	if rapid.Bool().Draw(rt, "drops") {
		w.env.Policy.Drops = []DropRule{{Place: "L1"}, {Place: "L2"}}
	}
	switch rapid.IntRange(0, 5).Draw(rt, "begun") {
	case 0, 1:
		m.scan("A")
	case 2:
		m.card(CmdBatch)
	case 3:
		m.card(CmdWall)
	}
	var last Input
	for range rapid.IntRange(1, 80).Draw(rt, "inputs") {
		if rapid.IntRange(0, 24).Draw(rt, "centre") == 0 {
			m.centreActs()
			continue
		}
		was := map[ShipmentID]string{"S-A": progress(w.ship("S-A")), "S-B": progress(w.ship("S-B"))}
		d := m.input(&last)
		m.undone(&d, was)
		m.checkSums()
	}
}

// Events that reach the centre need not fit: nothing panics, nothing is lost.

func drawEvent(rt *rapid.T) Event {
	return Event{
		Type: rapid.SampledFrom([]EventType{EventPicked, EventPicked, EventPacked, EventUndone, EventShorted, EventOpened,
			EventReleased, EventTakenOver, EventWeighed, EventPrintRequested, EventPrinted, EventLabelled, EventDispatched,
			EventHeld, EventNoted, "from_the_future"}).Draw(rt, "type"),
		Line:   rapid.IntRange(-1, 4).Draw(rt, "line"),
		Qty:    rapid.IntRange(-3, 9).Draw(rt, "qty"),
		Parcel: rapid.IntRange(-1, 3).Draw(rt, "parcel"),
		Of:     rapid.Uint64Range(0, 20).Draw(rt, "of"),
		Reason: rapid.SampledFrom([]string{"", "picked", "packed", "shorted", "to_verify"}).Draw(rt, "reason"),
		Serial: rapid.SampledFrom([]string{"", "SN1"}).Draw(rt, "serial"),
		Lot:    rapid.SampledFrom([]string{"", "LOT1"}).Draw(rt, "lot"),
		By:     rapid.SampledFrom([]OperatorID{"li", "mei", ""}).Draw(rt, "by"),
		No:     rapid.IntRange(0, 3).Draw(rt, "no"),
	}
}

func TestAnyEventsFoldToTheSameAndOverPicksAreRaised(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := drawShipment(rt, "A")
		there, f := clone(s), StandardFlow()
		prev := LogStart("log")
		for i := range rapid.IntRange(0, 30).Draw(rt, "events") {
			e := drawEvent(rt)
			if err := e.Seal(uint64(i+1), prev); err != nil {
				rt.Fatalf("seal: %v", err)
			}
			prev = e.Hash
			read, err := ParseEvent(e.Body)
			if err != nil {
				rt.Fatalf("parse: %v", err)
			}
			from := s.State
			c := Apply(s, f, &e)
			Apply(there, f, &read)
			there = clone(there)
			there.steps = nil
			if stored(s) != stored(there) {
				rt.Fatalf("the folds differ after %s", e.Body)
			}
			if c.From != from || c.To != s.State {
				rt.Fatalf("change %+v, state %s to %s", c, from, s.State)
			}
			if l := s.Line(e.Line); l != nil && e.Type == EventPicked && l.Picked > l.Qty && c.Anomaly == AnomalyNone {
				rt.Fatalf("an over-pick went unnoticed: %+v", l)
			}
		}
	})
}
