package order

import "slices"

// step is a counted scan that UNDO can take back.
type step struct {
	seq    uint64
	line   int
	qty    int
	lot    string
	serial string
	pack   bool
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
		s.Owner = e.By
	case EventReleased:
		s.Owner = ""
	case EventPicked, EventPacked, EventUndone, EventShorted:
		return applyLine(s, e)
	case EventWeighed, EventPrintRequested, EventPrinted, EventLabelled, EventDispatched:
		return applyParcel(s, e)
	case EventHeld:
		s.SetHold(Hold{Code: HoldCode(e.Reason), At: e.Time(), By: string(e.By), Stops: true})
	case EventLocated, EventSkipped, EventPrintFailed, EventInstructed, EventAsked, EventRefused,
		EventNoted, EventNotSaved, EventStarted, EventSignedIn, EventSignedOut:
	default:
		return AnomalyUnknown
	}
	return AnomalyNone
}

func applyLine(s *Shipment, e *Event) Anomaly {
	l := s.Line(e.Line)
	if l == nil {
		return AnomalyNoLine
	}
	switch e.Type {
	case EventPicked:
		l.Picked += e.Qty
		if e.Serial != "" {
			l.Serials = append(l.Serials, e.Serial)
		}
		if e.Lot != "" && !slices.Contains(l.Lots, e.Lot) {
			l.Lots = append(l.Lots, e.Lot)
		}
		s.steps = append(s.steps, step{seq: e.Seq, line: e.Line, qty: e.Qty, lot: e.Lot, serial: e.Serial})
		if l.Picked > l.Qty {
			return AnomalyOverPick
		}
	case EventPacked:
		l.Packed += e.Qty
		s.steps = append(s.steps, step{seq: e.Seq, line: e.Line, qty: e.Qty, pack: true})
		if l.Packed > l.Picked {
			return AnomalyOverPick
		}
	case EventShorted:
		l.Short += e.Qty
		l.ShortReason = e.Reason
		_, picked, _ := s.Units()
		s.SetHold(Hold{Code: Backordered, At: e.Time(), By: string(e.By), Note: e.Reason,
			Stops: s.Complete || picked == 0 && s.PickDone()})
	case EventUndone:
		return undo(s, l, e)
	}
	return AnomalyNone
}

func undo(s *Shipment, l *Line, e *Event) Anomaly {
	for i := len(s.steps) - 1; i >= 0; i-- {
		st := s.steps[i]
		if st.seq != e.Of {
			continue
		}
		s.steps = append(s.steps[:i:i], s.steps[i+1:]...)
		if st.pack {
			l.Packed -= e.Qty
			return AnomalyNone
		}
		break
	}
	l.Picked -= e.Qty
	if e.Serial != "" {
		l.Serials = slices.DeleteFunc(slices.Clone(l.Serials), func(s string) bool { return s == e.Serial })
	}
	if l.Picked < 0 {
		return AnomalyUnderPick
	}
	return AnomalyNone
}

func applyParcel(s *Shipment, e *Event) Anomaly {
	p := s.Parcel(e.Parcel)
	if p == nil {
		return AnomalyNoParcel
	}
	switch e.Type {
	case EventWeighed:
		p.WeightG = e.WeightG
	case EventPrintRequested:
		p.PrintRequests = max(p.PrintRequests, e.No)
	case EventPrinted:
		p.Prints = max(p.Prints, e.No)
		p.PrintedVersion = max(p.PrintedVersion, e.OrderVersion)
	case EventLabelled:
		p.Labelled = true
		if s.AllLabelled() {
			s.Owner = ""
		}
	case EventDispatched:
		if p.Dispatched {
			return AnomalyTwice
		}
		p.Dispatched = true
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
		if _, picked, _ := s.Units(); picked > 0 && s.PickDone() && stage != StagePicked {
			all = append(all, TriggerPickDone)
		}
	case EventUndone:
		if stage == StagePicked && !s.PickDone() {
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
	s.steps = s.steps[:0]
	for i := range events {
		e := &events[i]
		switch e.Type {
		case EventPicked, EventPacked:
			s.steps = append(s.steps, step{seq: e.Seq, line: e.Line, qty: e.Qty, lot: e.Lot, serial: e.Serial,
				pack: e.Type == EventPacked})
		case EventUndone:
			for j := range s.steps {
				if s.steps[j].seq == e.Of {
					s.steps = append(s.steps[:j:j], s.steps[j+1:]...)
					break
				}
			}
		}
	}
}
