package order

import "slices"

// step is a counted scan, or a short, that UNDO can take back.
type step struct {
	typ    EventType // picked, packed, shorted, boxed, substituted; or a put-back, which ends what can be undone
	seq    uint64
	line   int
	qty    int
	lot    string
	serial string
	net    int      // grams, where each unit is weighed
	box    int      // that the units went into; 0 the first, or no units
	part   int      // which event of its put it was; of a substitution the new line
	was    string   // kind of the box before it was closed
	gave   *LineRef // of other work that gave its lot up for the units
	pack   string   // that was taken whole
}

func stepOf(e *Event) step {
	st := step{typ: e.Type, seq: e.Seq, line: e.Line, qty: e.Qty, lot: e.Lot, serial: e.Serial, net: e.WeightG, box: e.Parcel, part: e.No, gave: e.Gave}
	if e.Type == EventBoxed {
		st.was = e.Reason
	}
	if e.Over {
		st.pack = e.Pack
	}
	return st
}

// action is the first event of what a hand did in one go: a put, a shortage of a place. Its
// events follow each other in the log, also where they are of several shipments.
func (st *step) action() uint64 {
	if st.typ != EventPicked && st.typ != EventShorted {
		return st.seq
	}
	return st.seq - uint64(max(st.part, 0))
}

// fits says whether the shipment still holds what the step counted.
func (st *step) fits(s *Shipment) bool {
	l := s.Line(st.line)
	if l == nil {
		return false
	}
	switch st.typ {
	case EventSubstituted:
		n := s.Line(st.part)
		return n != nil && n.Qty == st.qty && n.Open() == n.Qty
	case EventPacked:
		return st.qty <= l.Packed
	case EventShorted:
		return st.qty <= l.Short
	}
	return st.qty <= l.Unverified()
}

// takeBack takes the counts of the step off the line.
func (st *step) takeBack(l *Line) {
	switch st.typ {
	case EventPacked:
		l.Packed -= st.qty
	case EventShorted:
		l.Short -= st.qty
	case EventSubstituted:
		l.Qty += st.qty
	default:
		l.Picked -= st.qty
		l.NetG -= st.net
	}
}

// lastOfLot says whether the step counted all that is known to be picked of its
// lot on its line. Steps from before a restart may be forgotten; then it is not sure.
func (s *Shipment) lastOfLot(st step) bool {
	known := 0
	for _, o := range s.steps {
		if o.typ != EventPicked || o.line != st.line {
			continue
		}
		if o.lot == st.lot && o.seq != st.seq {
			return false
		}
		known += o.qty
	}
	l := s.Line(st.line)
	return l != nil && known == l.Picked
}

// Anomaly says why an event that did happen does not fit: it is stored and raised
// to a person, never refused and never clamped.
type Anomaly string

// Anomalies.
const (
	AnomalyNone       Anomaly = ""
	AnomalyUnknown    Anomaly = "unknown_event"    // a type this program does not know
	AnomalyNoLine     Anomaly = "no_such_line"     // the shipment has no such line
	AnomalyNoParcel   Anomaly = "no_such_parcel"   // the shipment has no such parcel
	AnomalyOverPick   Anomaly = "over_pick"        // more units than ordered
	AnomalyUnderPick  Anomaly = "under_pick"       // more taken back than was picked
	AnomalyCancelled  Anomaly = "cancelled"        // work on a cancelled shipment
	AnomalyNotAllowed Anomaly = "not_in_flow"      // the flow has no such edge
	AnomalyTwice      Anomaly = "dispatched_twice" // handed over twice
)

// Change is what an event did to a shipment's state.
type Change struct {
	From, To StateCode // equal when the state did not move
	Anomaly  Anomaly
}

// Moved says whether the state changed.
func (c Change) Moved() bool { return c.From != c.To }

// Apply folds an event into a shipment. Station and centre call it on the same
// events. It never fails: what does not fit is applied as far as it happened and
// reported in the Change.
func Apply(s *Shipment, f *Flow, e *Event) Change {
	c := Change{From: s.State, To: s.State}
	c.Anomaly = applyFact(s, e)
	applyCold(s, e)
	if c.Anomaly == AnomalyNone && s.Cancelled && changesGoods(e.Type) {
		c.Anomaly = AnomalyCancelled
	}
	for _, t := range triggers(s, f, e) {
		to, ok := f.Move(s.State, t)
		if !ok {
			if c.Anomaly == AnomalyNone {
				c.Anomaly = AnomalyNotAllowed
			}
			continue
		}
		s.State = to
	}
	c.To = s.State
	return c
}

func changesGoods(t EventType) bool {
	switch t {
	case EventPicked, EventPacked, EventLabelled, EventDispatched, EventShorted:
		return true
	}
	return false
}

func applyFact(s *Shipment, e *Event) Anomaly {
	switch e.Type {
	case EventOpened, EventTakenOver:
		s.Owner, s.Batch, s.Stands = e.By, e.Batch, ""
	case EventReleased:
		if s.Owner == e.By || e.By == "" { // a late release takes nobody else's work away
			s.Owner, s.Batch = "", ""
		}
	case EventDropped:
		s.Stands = e.Place
	case EventBoxed:
		return applyBoxed(s, e)
	case EventPicked, EventPacked, EventUndone, EventShorted:
		return applyLine(s, e)
	case EventWeighed, EventCooled, EventEnclosed, EventPrintRequested, EventPrinted, EventPaperVoided, EventLabelled, EventDispatched:
		return applyParcel(s, e)
	case EventUnheld:
		s.DropHold(HoldCode(e.Reason))
	case EventPassed:
		s.passed(e)
	case EventSubstituted:
		return s.substitute(e)
	case EventRelotted:
		return s.relot(e)
	case EventLeftBehind:
		s.leaveBehind(e)
	case EventHeld:
		s.SetHold(Hold{Code: HoldCode(e.Reason), At: e.Time(), By: string(e.By), Stops: true})
	case EventZero, EventWeightOff, EventCalled, EventCallEnded, EventLocated, EventSkipped, EventInHand, EventPrintFailed, EventManifested, EventAsked, EventRefused, EventWanted,
		EventNoted, EventTemperature, EventSignedIn, EventSignedOut:
	case EventInstructed:
		if len(e.Back) > 0 {
			s.steps = append(s.steps, stepOf(e))
		}
	case EventChilled, EventTooWarm, EventWarmPassed: // applyCold folds them
	default:
		if !ofTask(e.Type) { // those [ApplyTask] folds
			return AnomalyUnknown
		}
	}
	return AnomalyNone
}

func applyLine(s *Shipment, e *Event) Anomaly {
	if e.Type == EventUndone && e.Reason == string(EventBoxed) {
		return unbox(s, e)
	}
	if e.Type == EventUndone && e.Reason == string(EventSubstituted) {
		return s.unsubstitute(e)
	}
	l := s.Line(e.Line)
	if l == nil {
		return AnomalyNoLine
	}
	switch e.Type {
	case EventPicked:
		l.take(e)
		if s.Slot == "" {
			s.Slot = e.Slot
		}
	case EventPacked:
		l.Packed += e.Qty
	case EventShorted:
		l.Short += e.Qty
		l.ShortReason = e.Reason
		_, picked, _ := s.Units()
		s.SetHold(Hold{Code: Backordered, At: e.Time(), By: string(e.By), Note: e.Reason,
			Stops: s.Complete || picked == 0 && s.PickDone()})
	case EventUndone:
		undo(s, l, e)
		return lineAnomaly(l)
	}
	if e.Type == EventShorted && s.boxClosed() && s.AllLabelled() { // nothing follows the boxes that are packed
		s.Owner, s.Batch, s.Slot = "", "", ""
	}
	s.steps = append(s.steps, stepOf(e))
	if e.Parcel != 0 {
		if s.addParcel(e.Parcel) == nil {
			return AnomalyNoParcel
		}
		l.put(e.Parcel, e.Qty)
	}
	return lineAnomaly(l)
}

// take counts picked units; copies of the line keep their lists.
func (l *Line) take(e *Event) {
	l.Picked += e.Qty
	l.NetG += e.WeightG
	if e.Serial != "" {
		l.Serials = append(slices.Clip(l.Serials), e.Serial)
	}
	if e.Lot != "" && !slices.Contains(l.Lots, e.Lot) {
		l.Lots = append(slices.Clip(l.Lots), e.Lot)
	}
	if e.Pack != "" && e.Over {
		l.Packs = append(slices.Clip(l.Packs), e.Pack)
	}
}

// lineAnomaly says what is wrong with the counts of a line, if anything.
func lineAnomaly(l *Line) Anomaly {
	switch {
	case l.Picked < 0 || l.Packed < 0 || l.Short < 0:
		return AnomalyUnderPick
	case l.Picked+l.Short > l.Qty || l.Packed > l.Picked:
		return AnomalyOverPick
	}
	return AnomalyNone
}

// undo takes back what the event says; Reason is the type of the event undone. Lot
// is set where nothing of that lot is left on the line.
func undo(s *Shipment, l *Line, e *Event) {
	s.forget(e.Of)
	st := step{typ: EventType(e.Reason), qty: e.Qty, net: e.WeightG}
	st.takeBack(l)
	if e.Parcel != 0 {
		l.put(e.Parcel, -e.Qty)
	}
	switch st.typ {
	case EventPacked:
	case EventShorted:
		if l.Short == 0 {
			l.ShortReason = ""
		}
		if _, _, short := s.Units(); short == 0 {
			s.Holds = slices.DeleteFunc(slices.Clone(s.Holds), func(h Hold) bool { return h.Code == Backordered })
		}
	default:
		l.Serials = without(l.Serials, e.Serial)
		l.Lots = without(l.Lots, e.Lot)
		l.Packs = without(l.Packs, e.Pack)
		if s.now().picked() == 0 {
			s.Slot = "" // nothing is in it any more
		}
	}
}

// without returns the list less the last one that equals x; the list itself stays.
func without(list []string, x string) []string {
	for i := len(list) - 1; i >= 0; i-- {
		if list[i] == x {
			return append(list[:i:i], list[i+1:]...)
		}
	}
	return list
}

// forget drops the step of an undone event.
func (s *Shipment) forget(seq uint64) {
	for i := len(s.steps) - 1; i >= 0; i-- {
		if s.steps[i].seq == seq {
			s.steps = append(s.steps[:i:i], s.steps[i+1:]...)
			return
		}
	}
}

func applyParcel(s *Shipment, e *Event) Anomaly {
	if e.Paper == PaperSlip {
		return AnomalyNone // of an instruction, not of a parcel
	}
	p := s.Parcel(e.Parcel)
	if p == nil {
		return AnomalyNoParcel
	}
	if e.Type == EventPrintRequested && p.Waybill.Number == "" {
		p.Waybill.Number = e.Waybill // taken from the block of numbers that the station holds
	}
	switch e.Type {
	case EventWeighed:
		p.WeightG = e.WeightG
	case EventEnclosed:
		if !slices.Contains(p.Inserts, e.Reason) {
			p.Inserts = append(slices.Clip(p.Inserts), e.Reason)
		}
	case EventCooled:
		p.Cooled = e.Box
	case EventPrintRequested, EventPrinted, EventPaperVoided:
		applyPaper(p, e)
	case EventLabelled:
		p.Labelled = true
		if s.AllLabelled() {
			s.Owner, s.Batch, s.Slot = "", "", ""
		}
	case EventDispatched:
		if p.Dispatched {
			return AnomalyTwice
		}
		p.Dispatched = true
		if e.Reason == "pickup" && s.AllDispatched() {
			s.Fetched = &Fetched{At: e.Time(), By: e.By}
		}
		s.allTogether()
	}
	return AnomalyNone
}

// triggers returns the flow triggers that the event has caused, s being the
// shipment after the fact. Whether one fires depends on the fixed stage, so that
// flows with states of their own work the same.
func triggers(s *Shipment, f *Flow, e *Event) []Trigger {
	var all []Trigger
	stage := f.Stage(s.State)
	switch e.Type {
	case EventPicked, EventShorted:
		if stage != StagePicked && s.PickDone() && s.now().picked() > 0 {
			all = append(all, TriggerPickDone)
		}
		if e.Type == EventShorted && s.boxClosed() && s.AllLabelled() && stage.Rank() < StageAwaitingDispatch.Rank() {
			all = append(all, TriggerPackDone)
		}
	case EventUndone:
		if stage.Rank() >= StagePicked.Rank() && stage != StageCancelled && !s.PickDone() {
			all = append(all, TriggerReopened)
		}
	case EventLabelled:
		if s.AllLabelled() && stage != StageAwaitingDispatch {
			all = append(all, TriggerPackDone)
		}
	case EventDispatched:
		if s.AllDispatched() && stage != StageDispatched {
			all = append(all, TriggerDispatch)
		}
	}
	return all
}

// Recall rebuilds what UNDO may take back from the shipment's recent events,
// oldest first, without applying them again.
func (s *Shipment) Recall(events []Event) {
	s.steps = nil
	for i := range events {
		switch e := &events[i]; e.Type {
		case EventPicked, EventPacked, EventShorted, EventSubstituted:
			s.steps = append(s.steps, stepOf(e))
		case EventBoxed:
			if e.Over {
				s.steps = append(s.steps, stepOf(e))
			}
		case EventInstructed:
			if len(e.Back) > 0 {
				s.steps = append(s.steps, stepOf(e))
			}
		case EventUndone:
			s.forget(e.Of)
		}
	}
}
