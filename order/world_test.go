package order

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// clone copies a shipment as a database would: through its stored form, with its steps.
func clone(s *Shipment) *Shipment {
	if s == nil {
		return nil
	}
	var c Shipment
	if err := json.Unmarshal([]byte(stored(s)), &c); err != nil {
		panic(err)
	}
	c.steps = slices.Clone(s.steps)
	return &c
}

func stored(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// tb is what a world needs of *testing.T and *rapid.T.
type tb interface {
	Helper()
	Fatalf(format string, args ...any)
}

// world is a station without its loop: it decides, seals, applies, and folds the
// same events from their canonical bytes at a centre. It checks the laws at each input.
type world struct {
	jammed bool // the printer takes jobs and prints nothing
	tb
	*shelf
	env    Env
	bench  Bench
	now    time.Time
	device DeviceID
	centre map[ShipmentID]*Shipment
	events []Event
	prints []PrintOrder
	flow   *Flow
}

const gun1, gun2 DeviceID = "gun1", "gun2"

// newWorld has the shipments leased, and picker Li signed in.
func newWorld(t tb, ships ...*Shipment) *world {
	w := unmanned(t, ships...)
	w.want(w.scan("B-LI"), OK, MsgSignedIn)
	return w
}

func unmanned(t tb, ships ...*Shipment) *world {
	w := &world{tb: t, device: gun1, now: time.Date(2026, 5, 20, 9, 0, 0, 0, time.UTC), flow: StandardFlow(),
		shelf: &shelf{unleased: map[ShipmentID]bool{}, orders: map[ShipmentID]*Instruction{}, people: map[string]*Operator{
			"B-LI":   {ID: "li", Name: "李雷", Lang: "zh", Roles: []Role{RolePicker}},
			"B-MEI":  {ID: "mei", Name: "韩梅梅", Roles: []Role{RolePicker, RolePacker}},
			"B-BOSS": {ID: "boss", Name: "王组长", Roles: []Role{RoleLead}},
			"B-GONE": {ID: "gone", Name: "Gone", Disabled: true, Roles: []Role{RoleLead}},
		}},
		centre: map[ShipmentID]*Shipment{},
		bench:  Bench{Screen: ScreenSignIn, Lang: "zh"}}
	w.env = Env{Book: w.shelf, Policy: DefaultPolicy(), Zone: time.FixedZone("CST", 8*3600)}
	w.env.Policy.Reasons = nil // what a lead lets pass is one scan, but where reasons are what is tried
	for _, s := range ships {
		w.add(s)
	}
	return w
}

func (w *world) add(s *Shipment) {
	w.ships = append(w.ships, s)
	w.centre[s.ID] = clone(s)
}

// change lets the centre change a shipment, as a pulled row does.
func (w *world) change(id ShipmentID, do func(*Shipment)) {
	do(w.ship(id))
	do(w.centre[id])
}

// restart forgets what is not stored, as after a power cut.
func (w *world) restart() {
	for i, s := range w.ships {
		c := clone(s)
		var own []Event
		for _, e := range w.events {
			if e.Shipment == s.ID {
				own = append(own, e)
			}
		}
		c.Recall(own)
		w.ships[i] = c
	}
	var b Bench
	if err := json.Unmarshal([]byte(stored(w.bench)), &b); err != nil {
		w.Fatalf("bench: %v", err)
	}
	w.bench = b
}

func (w *world) wait(d time.Duration) { w.now = w.now.Add(d) }

// scan is a plain code; readings beside it are what the code was understood as.
func (w *world) scan(text string, readings ...Reading) Decision {
	w.Helper()
	if len(readings) == 0 {
		readings = []Reading{{Key: CodeKey(text)}}
	}
	return w.do(Input{Text: text, Source: Scanned, Readings: readings})
}

// read is a scan of element strings.
func (w *world) read(r Reading) Decision {
	w.Helper()
	text := "]" + r.Key + "\x1d" + r.Lot + "\x1d" + r.Serial + "\x1d" + string(r.Expiry) + fmt.Sprint(r.Units)
	return w.scan(text, r)
}

func (w *world) card(c Command) Decision { w.Helper(); return w.scan(CommandPrefix + string(c)) }
func (w *world) key(c Command) Decision {
	w.Helper()
	return w.do(Input{Command: c, Source: Keyed})
}

func (w *world) flowFor(s *Shipment) *Flow {
	if s != nil && s.Flow == "returns" {
		return ReturnsFlow()
	}
	return w.flow
}

// do decides an input and makes it happen, checking what must always hold.
func (w *world) do(in Input) Decision {
	w.Helper()
	w.now = w.now.Add(time.Millisecond)
	in.At = w.now
	if in.Device == "" {
		in.Device = w.device
	}
	s := w.ship(w.bench.Shipment)
	w.env.Flow = nil
	if s != nil {
		w.env.Flow = w.flowFor(s)
	}
	before, steps := w.snapshot(), w.countSteps()
	d, err := Decide(w.bench, s, in, w.env)
	if err != nil {
		w.Fatalf("decide %q: %v", in.Text, err)
	}
	if diff := cmp.Diff(before, w.snapshot()); diff != "" {
		w.Fatalf("deciding %q changed a shipment:\n%s", in.Text, diff)
	}
	w.checkDecision(in, &d)
	for i := range d.Events {
		w.happen(&d.Events[i])
	}
	w.bench = d.Bench
	w.prints = append(w.prints, d.Prints...)
	if !d.Verdict.Good() {
		if diff := cmp.Diff(before, w.snapshot()); diff != "" || steps != w.countSteps() || len(d.Prints) > 0 {
			w.Fatalf("%s for %q changed a shipment:\n%s", d.Verdict, in.Text, diff)
		}
	}
	if !w.jammed {
		w.printAll(d.Prints)
	}
	return d
}

// printAll is the printer: what was asked for comes out at once.
func (w *world) printAll(jobs []PrintOrder) {
	w.Helper()
	for _, p := range jobs {
		if s := w.ship(p.Shipment); s != nil && s.Parcel(p.Parcel) != nil && !p.Out && !p.Drop {
			w.happen(&Event{Type: EventPrinted, V: EventVersion, Shipment: p.Shipment, Parcel: p.Parcel, No: p.No, Paper: p.Kind,
				OrderVersion: s.Version, Contents: s.ContentsMark(s.Parcel(p.Parcel), p.Kind), At: w.now.UnixMilli(), By: p.By, Source: System})
		}
	}
}

func (w *world) checkDecision(in Input, d *Decision) {
	w.Helper()
	switch {
	case !slices.Contains(Verdicts(), d.Verdict):
		w.Fatalf("%q: verdict %q is not of the closed set", in.Text, d.Verdict)
	case !slices.Contains(MsgCodes(), d.What.Code) || !slices.Contains(MsgCodes(), d.Do.Code):
		w.Fatalf("%q: %s lacks a line: what %q, do %q", in.Text, d.Verdict, d.What.Code, d.Do.Code)
	case !d.Verdict.Good() && (d.Do.Code == DoNothing || d.Do.Code == ""):
		w.Fatalf("%q: %s %s names no next move", in.Text, d.Verdict, d.What.Code)
	case len(d.Events) == 0 || d.Events[0].Verdict != d.Verdict || d.Events[0].Msg != d.What.Code:
		w.Fatalf("%q: %s is not recorded: %+v", in.Text, d.Verdict, d.Events)
	case d.Bench.Screen == ScreenWall || d.Bench.Screen == ScreenBatch && d.Bench.Shipment == "":
	case (d.Bench.Shipment == "") != slices.Contains([]Screen{ScreenSignIn, ScreenQueue, ScreenDispatch, ScreenDrop, ScreenTasks, ScreenReturn, ScreenStock}, d.Bench.Screen):
		w.Fatalf("%q: screen %s with shipment %q", in.Text, d.Bench.Screen, d.Bench.Shipment)
	}
	for badge := range w.people {
		kept := stored(d.Events) + stored(d.Bench)
		if strings.Contains(kept, badge) {
			w.Fatalf("%q: a badge code is kept: %s", in.Text, kept)
		}
	}
}

// happen stores an event and folds it here and, from its bytes, at the centre.
func (w *world) happen(e *Event) {
	w.Helper()
	prev := LogStart("log")
	if n := len(w.events); n > 0 {
		prev = w.events[n-1].Hash
	}
	if err := e.Seal(uint64(len(w.events)+1), prev); err != nil {
		w.Fatalf("seal: %v", err)
	}
	w.events = append(w.events, *e)
	if e.Type == EventInstructed {
		w.orders[e.Shipment].Done = true
	}
	if e.Type == EventPrintRequested && len(w.numbers) > 0 && e.Waybill == w.numbers[0] {
		w.numbers = w.numbers[1:]
	}
	if e.TaskChanges() {
		w.happenTask(e)
	}
	s := w.ship(e.Shipment)
	if s == nil {
		return
	}
	c := Apply(s, w.flowFor(s), e)
	if c.Anomaly != AnomalyNone {
		w.Fatalf("deciding and applying %s gave anomaly %s on %s", e.Type, c.Anomaly, stored(s))
	}
	if c.Moved() && !alongEdges(w.flowFor(s), c.From, c.To, e.Type == EventShorted) {
		w.Fatalf("%s moved %s to %s, no edge of the flow", e.Type, c.From, c.To)
	}
	read, err := ParseEvent(e.Body)
	if err != nil {
		w.Fatalf("parse event: %v", err)
	}
	there := w.centre[e.Shipment]
	Apply(there, w.flowFor(s), &read)
	there.steps = nil // a centre keeps what is stored, nothing else
	if diff := cmp.Diff(stored(s), stored(there)); diff != "" {
		w.Fatalf("station and centre fold %s differently:\n%s", e.Type, diff)
	}
}

// happenTask folds an event of a task here and, from its bytes, at the centre.
func (w *world) happenTask(e *Event) {
	w.Helper()
	k := w.task(e.Task)
	if k == nil && e.Type == EventTaskOpened && w.ship(e.Shipment) != nil {
		k = ReturnOf(w.ship(e.Shipment), e.Time())
		w.tasks = append(w.tasks, k)
	}
	if k == nil {
		w.Fatalf("%s names task %q, which is not here", e.Type, e.Task)
	}
	there := k.Copy()
	if a := ApplyTask(k, e); a != AnomalyNone {
		w.Fatalf("deciding and applying %s gave anomaly %s on %s", e.Type, a, stored(k))
	}
	read, err := ParseEvent(e.Body)
	if err != nil {
		w.Fatalf("parse event: %v", err)
	}
	ApplyTask(there, &read)
	if diff := cmp.Diff(stored(k), stored(there)); diff != "" {
		w.Fatalf("station and centre fold %s differently:\n%s", e.Type, diff)
	}
}

// alongEdges says whether a state leads to another by one edge; by two where the last
// line closed short ends picking and packing at once.
func alongEdges(f *Flow, from, to StateCode, two bool) bool {
	return slices.ContainsFunc(f.Edges, func(x Edge) bool {
		return x.From == from && (x.To == to || two && alongEdges(f, x.To, to, false))
	})
}

func (w *world) snapshot() []string {
	all := make([]string, len(w.ships))
	for i, s := range w.ships {
		all[i] = stored(s)
	}
	return all
}

func (w *world) countSteps() (n int) {
	for _, s := range w.ships {
		n += len(s.steps)
	}
	return n
}

func (w *world) want(d Decision, v Verdict, what MsgCode) Decision {
	w.Helper()
	if d.Verdict != v || d.What.Code != what {
		w.Fatalf("got %s %s (do %s), want %s %s", d.Verdict, d.What.Code, d.Do.Code, v, what)
	}
	return d
}

func (w *world) wantDo(d Decision, do MsgCode) Decision {
	w.Helper()
	if d.Do.Code != do {
		w.Fatalf("%s %s says do %s, want %s", d.Verdict, d.What.Code, d.Do.Code, do)
	}
	return d
}

// wantPicked checks the picked units of the lines in order.
func (w *world) wantPicked(id ShipmentID, want ...int) {
	w.Helper()
	var got []int
	for _, l := range w.ship(id).Lines {
		got = append(got, l.Picked)
	}
	if !slices.Equal(got, want) {
		w.Fatalf("picked of %s: got %v, want %v", id, got, want)
	}
}

func (w *world) wantScreen(sc Screen) {
	w.Helper()
	if w.bench.Screen != sc {
		w.Fatalf("on screen %s, want %s", w.bench.Screen, sc)
	}
}

func (w *world) wantState(id ShipmentID, st StateCode) {
	w.Helper()
	if got := w.ship(id).State; got != st {
		w.Fatalf("%s is in state %s, want %s", id, got, st)
	}
}

// ship1 makes a shipment with one parcel, ready to pick: id "S-A", order "A".
func ship1(name string, lines ...Line) *Shipment {
	for i := range lines {
		lines[i].No, lines[i].Walk = i+1, i+1
	}
	return &Shipment{ID: ShipmentID("S-" + name), Version: 1, Flow: "standard", FlowVersion: 1,
		Orders: []OrderRef{{ID: OrderID("O-" + name), Channel: "shop", External: name}}, Tote: "TOTE-" + name,
		State: "awaiting_pick", Lines: lines, Parcels: []Parcel{parcel(name, 1)}}
}

func parcel(name string, no int) Parcel {
	n := fmt.Sprintf("SF-%s-%d", name, no)
	return Parcel{No: no, ID: ParcelID("P-" + n), Waybill: Waybill{Number: n}}
}

// line wants qty of a SKU whose barcode is the SKU in capitals; a case of 12 is
// "<SKU>-12", a box of 3 "<SKU>-3".
func line(sku SKU, qty int, at LocationID, with ...func(*Line)) Line {
	key := CodeKey(string(sku))
	l := Line{SKU: sku, Name: Names{ZH: "货" + string(sku), EN: string(sku)}, Qty: qty, Location: at,
		Codes: []ItemCode{{Key: key}, {Key: key + "-12", Mult: 12}, {Key: key + "-3", Mult: 3}}}
	for _, f := range with {
		f(&l)
	}
	return l
}

func byLot(l *Line)    { l.Track.Lot = true }
func byExpiry(l *Line) { l.Track.Expiry = true }
func bySerial(l *Line) { l.Track.Serial = true }
func frozen(l *Line)   { l.Temp = Frozen }

func reserved(lot string) func(*Line) { return func(l *Line) { l.Lot = lot } }

func packEach(s *Shipment) *Shipment { s.PackCheck = PackEach; return s }

func times(n int, f func()) {
	for range n {
		f()
	}
}

var _ tb = (*testing.T)(nil)
