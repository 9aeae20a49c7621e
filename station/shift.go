package station

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"pickstation/order"
)

// Bounds of what a shift remembers of single things; counts go on.
const (
	shiftPeople = 50
	shiftRows   = 20
)

// ShiftView is what was done at this bench since its shift began, counted from events that
// are durable.
type ShiftView struct {
	Start, End time.Time // of the first and the last event
	Began      time.Time // when the shift began by the policy
	Scans      int
	Wrong      int // of them refused
	Units      int // picked, less those taken back
	Undone     int
	Packed     int // parcels whose label was scanned back
	Shipped    int
	Short      int // units
	Asked      int // questions that were shown
	People     []ShiftPerson
	Mixups     []ShiftMixup // the most often first
	Overrides  []ShiftRow   // what a lead let pass, the latest first
	Exceptions []ShiftRow   // what somebody should know, the latest first
	Shadowed   []ShiftCount // what a rule on trial would have refused

	Speed Speed // filled in for views of a running station

	Signed time.Time        // when the person at the bench signed in, zero nobody
	Opened time.Time        // when the work on the bench was opened
	Work   order.ShipmentID // that work
}

// ShiftPerson is what one person did in the shift.
type ShiftPerson struct {
	ID    order.OperatorID
	Name  string // filled in for views
	First time.Time
	Last  time.Time
	Scans int
	Wrong int
	Units int
}

// ShiftMixup is a pair of goods that were mixed up in the shift.
type ShiftMixup struct {
	Want, Saw order.SKU
	N         int
}

// ShiftRow is one thing that happened.
type ShiftRow struct {
	At       time.Time
	Kind     string // stable code: the type of the event, or the verdict
	Reason   string
	By       order.OperatorID // who worked
	Auth     order.OperatorID // who let it pass
	Shipment order.ShipmentID
	Ref      string // its order, filled in for views
	Qty      int
}

// ShiftCount is how often something happened.
type ShiftCount struct {
	Code string
	N    int
}

// Speed is how long scans waited from their last byte to their commit.
type Speed struct {
	P50, P99 time.Duration
	Timed    int       // scans
	Since    time.Time // of the first
}

// shift counts the events of a bench, and how long its scans waited.
type shift struct {
	now, last         ShiftView
	waits, waitedLast waits
	mark              order.Hash // of the newest event
}

// add counts an event; began is when its shift began.
func (s *shift) add(e *order.Event, began time.Time) {
	s.turn(began)
	s.now.add(e)
	s.mark = e.Hash
}

// turn starts the shift that began then, where that is a later one: what was counted before
// is the last one.
func (s *shift) turn(began time.Time) {
	if began.After(s.now.Began) {
		s.last, s.waitedLast, s.waits = s.now, s.waits, waits{}
		s.now = ShiftView{Began: began, Signed: s.last.Signed, Opened: s.last.Opened, Work: s.last.Work}
	}
}

func (v *ShiftView) add(e *order.Event) {
	at := e.Time()
	if v.Start.IsZero() {
		v.Start = at
	}
	v.End = at
	v.who(e, at)
	v.what(e)
	if want, saw, ok := e.Mixup(); ok {
		v.mixed(want, saw)
	}
	if e.Shadow != "" {
		v.shadowed(e.Shadow)
	}
	row := ShiftRow{At: at, Kind: string(e.Type), Reason: e.Reason, By: e.By, Auth: order.OperatorID(e.Auth), Shipment: e.Shipment, Qty: e.Qty}
	switch {
	case e.Auth != "" && e.Type != order.EventNoted:
		v.Overrides = latest(v.Overrides, row)
	case exceptional[e.Type] && (e.Type != order.EventTemperature || !e.Over):
		if e.Type == order.EventTemperature {
			row.Reason = string(order.ColdAlertOf(e).Kind)
		}
		v.Exceptions = latest(v.Exceptions, row)
	}
}

// exceptional are events of which a lead wants to know.
var exceptional = map[order.EventType]bool{order.EventShorted: true, order.EventHeld: true, order.EventCalled: true, order.EventPrintFailed: true,
	order.EventWeightOff: true, order.EventPaperVoided: true, order.EventTemperature: true, order.EventTooWarm: true}

// latest puts a row in front and drops the oldest where there are too many. The list that
// views hold is not changed.
func latest(rows []ShiftRow, r ShiftRow) []ShiftRow {
	out := make([]ShiftRow, 0, min(len(rows)+1, shiftRows))
	out = append(out, r)
	return append(out, rows[:min(len(rows), shiftRows-1)]...)
}

// worth is what an event counts for: scans, wrong ones, and units picked, less those taken
// back. A card scanned in vain, and what a rule holds back, is nobody's wrong scan.
func worth(e *order.Event) (scans, wrong, units int) {
	if e.Verdict != "" && e.Source == order.Scanned {
		scans = 1
		_, card := order.ParseCommand(e.Code)
		if e.Verdict.Look() == order.LookStop && e.Verdict != order.Blocked && !card {
			wrong = 1
		}
	}
	switch {
	case e.Type == order.EventPicked:
		units = e.Qty
	case e.Type == order.EventUndone && e.Reason == string(order.EventPicked):
		units = -e.Qty
	}
	return scans, wrong, units
}

// what counts the event itself.
func (v *ShiftView) what(e *order.Event) {
	scans, wrong, units := worth(e)
	v.Scans, v.Wrong, v.Units = v.Scans+scans, v.Wrong+wrong, v.Units+units
	switch e.Type {
	case order.EventUndone:
		v.Undone++
	case order.EventLabelled:
		v.Packed++
	case order.EventDispatched:
		v.Shipped++
	case order.EventShorted:
		v.Short += e.Qty
	case order.EventAsked:
		v.Asked++
	case order.EventSignedIn:
		v.Signed, v.Opened, v.Work = e.Time(), time.Time{}, ""
	case order.EventSignedOut:
		v.Signed, v.Opened, v.Work = time.Time{}, time.Time{}, ""
	case order.EventOpened, order.EventTakenOver:
		v.Opened, v.Work = e.Time(), e.Shipment
	case order.EventReleased:
		v.Opened, v.Work = time.Time{}, ""
	}
}

// who counts it for the person who did it.
func (v *ShiftView) who(e *order.Event, at time.Time) {
	if e.By == "" || e.Source == order.System {
		return
	}
	i := slices.IndexFunc(v.People, func(p ShiftPerson) bool { return p.ID == e.By })
	if i < 0 {
		if len(v.People) >= shiftPeople {
			return
		}
		i = len(v.People)
		v.People = append(v.People, ShiftPerson{ID: e.By, First: at})
	}
	p := &v.People[i]
	scans, wrong, units := worth(e)
	p.Last, p.Scans, p.Wrong, p.Units = at, p.Scans+scans, p.Wrong+wrong, p.Units+units
}

func (v *ShiftView) mixed(want, saw order.SKU) {
	i := slices.IndexFunc(v.Mixups, func(m ShiftMixup) bool { return m.Want == want && m.Saw == saw })
	switch {
	case i >= 0:
		v.Mixups[i].N++
	case len(v.Mixups) < shiftRows:
		v.Mixups = append(v.Mixups, ShiftMixup{want, saw, 1})
	}
	slices.SortStableFunc(v.Mixups, func(a, b ShiftMixup) int { return cmp.Compare(b.N, a.N) })
}

// shadowed counts what rules on trial would have refused.
func (v *ShiftView) shadowed(codes string) {
	for code := range strings.SplitSeq(codes, ",") {
		i := slices.IndexFunc(v.Shadowed, func(c ShiftCount) bool { return c.Code == code })
		switch {
		case i >= 0:
			v.Shadowed[i].N++
		case len(v.Shadowed) < shiftRows:
			v.Shadowed = append(v.Shadowed, ShiftCount{code, 1})
		}
	}
}

// copied is the shift as a view may hold it.
func (v *ShiftView) copied() ShiftView {
	c := *v
	c.People, c.Mixups, c.Shadowed = slices.Clone(v.People), slices.Clone(v.Mixups), slices.Clone(v.Shadowed)
	return c
}

// onlyOf leaves of single people what is the operator's own to see; the bench's figures stay.
func (v *ShiftView) onlyOf(op order.OperatorID) {
	v.People = slices.DeleteFunc(v.People, func(p ShiftPerson) bool { return p.ID != op })
	v.Overrides, v.Exceptions = nil, nil
}

// Figures are what a bench did: in a shift and in the one before, and on a day.
type Figures struct {
	Now, Last ShiftView
	Today     TodayView
}

// Count counts events, oldest first, on top of what a station had [Loop.Counted] (nil
// for nothing), as a running one shows them at that time.
func Count(counted []byte, events []order.Event, p order.Policy, zone *time.Location, now time.Time) Figures {
	s, today, _ := recall(counted, events, func(at time.Time) time.Time { return p.ShiftStart(at, zone) }, zone)
	at := pageAt(now, &p, zone)
	s = at.shift(s)
	s.now.Speed, s.last.Speed = s.waits.speed(), s.waitedLast.speed()
	return Figures{Now: s.now, Last: s.last, Today: at.today(today)}
}

// Shift returns what the bench did in its shift and in the one before it.
func (l *Loop) Shift(ctx context.Context) (now, last ShiftView, err error) {
	err = l.Read(ctx, func(Store) error {
		s := l.page.shift(l.shift)
		now, last = s.now.copied(), s.last.copied()
		now.Speed, last.Speed = s.waits.speed(), s.waitedLast.speed()
		l.name(&now)
		l.name(&last)
		return nil
	})
	return now, last, err
}

// name fills in what people call operators and orders.
func (l *Loop) name(v *ShiftView) {
	for i := range v.People {
		v.People[i].Name = l.opt.Store.OperatorName(v.People[i].ID)
	}
	v.Overrides, v.Exceptions = l.named(v.Overrides), l.named(v.Exceptions)
}

func (l *Loop) named(rows []ShiftRow) []ShiftRow {
	rows = slices.Clone(rows)
	for i := range rows {
		rows[i].Ref = l.refOf(rows[i].Shipment)
	}
	return rows
}

// refsKept bounds how many orders' numbers are remembered for the shift's rows.
const refsKept = 4 * shiftRows

// refOf is the number by which people call a shipment, its id where it is gone.
func (l *Loop) refOf(id order.ShipmentID) string {
	if ref, ok := l.refs[id]; ok || id == "" {
		return ref
	}
	ref := string(id)
	if s, err := l.opt.Store.Shipment(id); err == nil && s != nil {
		ref = s.Ref()
	}
	if len(l.refs) >= refsKept || l.refs == nil {
		l.refs = map[order.ShipmentID]string{}
	}
	l.refs[id] = ref
	return ref
}

// PanelView is what a panel shows over the work.
type PanelView struct {
	Shift ShiftView
}

// panelView is nil where no panel is open.
func (l *Loop) panelView() *PanelView {
	if l.bench.Panel == order.PanelNone {
		return nil
	}
	s := l.page.shift(l.shift)
	p := &PanelView{Shift: s.now.copied()}
	p.Shift.Speed = s.waits.speed()
	if l.bench.Panel != order.PanelLead {
		p.Shift.onlyOf(l.bench.Operator)
	}
	l.name(&p.Shift)
	return p
}
