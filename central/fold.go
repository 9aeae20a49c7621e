package central

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"pickstation/central/ingest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// fold applies the events of one push to the shipments; each shipment is loaded once
// and stored once.
type fold struct {
	s       *Service
	tx      Tx
	station *Station
	log     *Log
	ships   map[order.ShipmentID]*folded
	seen    []*folded             // in the order of first use
	told    map[order.TaskID]bool // tasks of which the benches are told again

	clockOff  time.Duration // by how much the station's clock is ahead of the centre's
	toldAhead bool          // somebody was told that events lie in the future
}

type folded struct {
	*Shipment
	flow  *order.Flow
	dirty bool
	emit  bool // the centre changed something that the bench must learn
	left  bool // handed over in this push
}

func newFold(s *Service, tx Tx, st *Station, log *Log) *fold {
	return &fold{s: s, tx: tx, station: st, log: log, ships: map[order.ShipmentID]*folded{}, told: map[order.TaskID]bool{}}
}

// take applies one event and says what became of it.
func (f *fold) take(r *ingest.Row) (wire.Outcome, string, error) {
	if r.Duplicate {
		return wire.Duplicate, "", f.again(r)
	}
	if r.Reissued() {
		if _, err := f.tx.AddFact(r.Fact); err != nil {
			return "", "", err
		}
	}
	if r.Bad != "" {
		return wire.Parked, r.Bad, f.raise(r, r.Bad, nil, "the event was stored and not applied")
	}
	e := r.Event
	if e.TaskChanges() {
		return f.task(r, &e)
	}
	if e.Shipment == "" {
		if order.Apply(&order.Shipment{}, order.StandardFlow(), &e).Anomaly == order.AnomalyUnknown {
			why := string(order.AnomalyUnknown)
			return wire.Parked, why, f.raiseOnce(r, why, nil, unknownDetail(&e))
		}
		switch e.Type {
		case order.EventCalled, order.EventCallEnded:
			return wire.Applied, "", f.called(r, nil)
		case order.EventWanted:
			return wire.Applied, "", f.wanted(&e)
		case order.EventTooWarm:
			return wire.Applied, "", f.stockWarm(r, &e)
		case order.EventWarmPassed:
			return wire.Applied, "", f.stockPassed(&e)
		}
		return wire.Applied, "", nil
	}
	sh, err := f.load(e.Shipment)
	if err != nil {
		return "", "", err
	}
	what := "shipment " + order.EventCode(string(e.Shipment))
	switch {
	case sh == nil:
		return wire.Parked, ExcNoShipment, f.raiseOnce(r, ExcNoShipment, nil, what)
	case f.strange(sh):
		return wire.Parked, ExcNoShipment, f.raiseOnce(r, ExcNoShipment, sh, what+" is of warehouse "+sh.Warehouse)
	}
	return f.apply(r, sh, &e)
}

// again tells a bench how its work stands here, for it may count an event twice: it had issued
// it again, and cannot know that it came before with the log of a disk that is lost.
func (f *fold) again(r *ingest.Row) error {
	switch e := &r.Event; {
	case r.Bad != "":
		return nil
	case e.TaskChanges():
		t, err := f.tx.Task(e.Task)
		if t == nil || err != nil || f.told[t.ID] {
			return err
		}
		f.told[t.ID] = true
		return f.s.putTask(f.tx, t)
	case e.Shipment == "":
		return nil
	}
	sh, err := f.load(r.Event.Shipment)
	if sh != nil {
		sh.dirty, sh.emit = true, true
	}
	return err
}

func (f *fold) load(id order.ShipmentID) (*folded, error) {
	if sh, ok := f.ships[id]; ok {
		return sh, nil
	}
	sh, err := f.tx.LockShipment(id)
	if err != nil || sh == nil {
		return nil, err
	}
	flow, err := f.s.flow(f.tx, sh.Flow, sh.FlowVersion)
	if err != nil {
		return nil, err
	}
	in := &folded{Shipment: sh, flow: flow}
	f.ships[id], f.seen = in, append(f.seen, in)
	return in, nil
}

func (f *fold) apply(r *ingest.Row, sh *folded, e *order.Event) (wire.Outcome, string, error) {
	if other, err := f.otherWaybill(sh, e); err != nil {
		return "", "", err
	} else if other {
		if err := f.repaper(sh, e); err != nil {
			return "", "", err
		}
		return wire.Parked, ExcOtherWaybill, f.raiseOnce(r, ExcOtherWaybill, sh,
			fmt.Sprintf("%s parcel %d, waybill %s", sh.ID, e.Parcel, order.EventCode(e.Waybill)))
	}
	if movesGoods(e.Type) {
		if err := f.claim(r, sh, e); err != nil {
			return "", "", err
		}
	}
	odd, err := f.undoes(sh, e)
	if err != nil {
		return "", "", err
	}
	f.inHand(sh, e)
	wasCancelled, fresh := sh.Cancelled, newNumber(sh, e)
	c := order.Apply(&sh.Shipment.Shipment, sh.flow, e)
	c.Anomaly = cmp.Or(c.Anomaly, odd)
	sh.Stage = sh.flow.Stage(sh.State)
	sh.dirty = true
	if c.Moved() {
		if err := f.tell(sh, e, KindState, sh.State, ""); err != nil {
			return "", "", err
		}
	}
	if fresh {
		if err := f.number(sh, e); err != nil {
			return "", "", err
		}
	}
	if err := f.unit(r, sh, e); err != nil {
		return "", "", err
	}
	if err := f.effects(r, sh, e, wasCancelled); err != nil {
		return "", "", err
	}
	if c.Anomaly == order.AnomalyNone {
		return wire.Applied, "", nil
	}
	return wire.Parked, string(c.Anomaly), f.anomaly(r, sh, e, c.Anomaly, wasCancelled)
}

// effects does what an event causes beside the fold of the shipment.
func (f *fold) effects(r *ingest.Row, sh *folded, e *order.Event, wasCancelled bool) error {
	switch e.Type {
	case order.EventAsked, order.EventRefused:
		return f.tooWarm(r, sh, e)
	case order.EventTooWarm:
		return f.raiseWarm(r, sh, e)
	case order.EventWarmPassed:
		return f.warmPassed(sh, e)
	case order.EventWanted:
		return f.fetchHere(sh, e)
	case order.EventZero:
		return f.counted(r, sh, e)
	case order.EventCalled, order.EventCallEnded:
		return f.called(r, sh)
	case order.EventShorted:
		return f.shorted(r, sh, e)
	case order.EventHeld:
		if err := f.tell(sh, e, KindHold, "", clip(e.Reason)); err != nil {
			return err
		}
		return f.raise(r, ExcHeld, sh, "put aside at the bench: "+clip(e.Reason))
	case order.EventLeftBehind:
		return f.tell(sh, e, KindHold, "", string(order.Backordered)+fmt.Sprintf(": the load was closed without %d parcel(s)", e.Qty))
	case order.EventWeighed:
		return f.learnWeight(sh, e)
	case order.EventPassed:
		return f.passed(sh, e)
	case order.EventSubstituted:
		if e.Sub == nil {
			return nil // what does not fit was raised
		}
		return f.tell(sh, e, KindChange, "", fmt.Sprintf("line %d: %d unit(s) go out as %s, allowed by %s, %s", e.Line, e.Qty,
			clip(string(e.Sub.SKU)), clip(e.Auth), clip(e.Why)))
	case order.EventUndone:
		if !e.Replans() {
			return nil
		}
		return f.tell(sh, e, KindChange, "", fmt.Sprintf("line %d: %d unit(s) do not go out as other goods after all", e.Line, e.Qty))
	case order.EventRelotted: // Reason names the shipment that took the units
		what := "went to"
		if e.Over {
			what = "came back from"
		}
		return f.tell(sh, e, KindChange, "", fmt.Sprintf("line %d: %d of its reserved lot %s %s", e.Line, e.Qty, what, clip(e.Reason)))
	case order.EventUnheld:
		return f.tell(sh, e, KindHold, "", "lifted: "+clip(e.Reason))
	case order.EventInstructed: // Reason names the instruction
		if err := errors.Join(f.wentBack(r, sh, e), f.s.instructed(f.tx, sh.Shipment, e.Reason)); err != nil {
			return err
		}
		return f.tell(sh, e, KindChange, "", "instruction done "+clip(e.Reason))
	case order.EventPrinted, order.EventLabelled:
		return errors.Join(f.coldRecord(sh, e, "packed"), f.printed(sh, e))
	case order.EventDispatched:
		if err := f.coldRecord(sh, e, "handed over"); err != nil {
			return err
		}
		return f.dispatched(r, sh, e, wasCancelled)
	}
	return nil
}

// printed lets a paper be made anew that was printed before the bench knew of the new address.
func (f *fold) printed(sh *folded, e *order.Event) error {
	p := sh.Parcel(e.Parcel)
	if p == nil || !f.outdated(sh, p, e) {
		return nil
	}
	p.Labelled = false
	sh.emit = true
	return f.s.reprint(f.tx, sh.Shipment)
}

// shortWhy is why units are missing: the reason that was chosen beside what SHORT or DAMAGED says.
func shortWhy(e *order.Event) string {
	if e.Why == "" {
		return clip(e.Reason)
	}
	return clip(e.Reason) + ": " + clip(e.Why)
}

// shorted tells of missing goods; where they stop the shipment, a person has to
// decide.
func (f *fold) shorted(r *ingest.Row, sh *folded, e *order.Event) error {
	what := fmt.Sprintf("line %d short by %d, %s", e.Line, e.Qty, shortWhy(e))
	if err := f.tell(sh, e, KindHold, "", string(order.Backordered)+": "+what); err != nil {
		return err
	}
	if e.Reason == "out_of_stock" {
		if _, err := f.count(sh, e, "short", ""); err != nil {
			return err
		}
	}
	if h := sh.Stopped(); h == nil || h.Code != order.Backordered {
		return nil
	}
	return f.raiseAs(ExcShort+":"+string(sh.ID), r, ExcShort, sh, what)
}

// anomaly raises an event that did not fit, and marks the shipment.
func (f *fold) anomaly(r *ingest.Row, sh *folded, e *order.Event, a order.Anomaly, wasCancelled bool) error {
	if a == order.AnomalyCancelled && e.Type == order.EventDispatched && wasCancelled {
		return nil // raised as what it is
	}
	hold := order.Hold{Code: order.ToVerify, At: e.Time(), By: "centre", Note: string(a)}
	switch a {
	case order.AnomalyCancelled:
		// One conflict, one exception, however many units were picked meanwhile.
		sh.SetHold(hold)
		return f.s.raise(f.tx, Exception{Key: string(a) + ":" + string(sh.ID), Code: string(a), Order: sh.Order, Shipment: sh.ID,
			Station: f.station.ID, Log: f.log.ID, Seq: r.Seq, At: e.Time(), Detail: "work on a cancelled shipment"})
	case order.AnomalyUnknown:
		return f.raiseOnce(r, string(a), sh, unknownDetail(e))
	case order.AnomalyOverPick, order.AnomalyUnderPick, order.AnomalyNoLine, order.AnomalyNoParcel, order.AnomalyNotAllowed:
		hold.Stops = !gone(sh.Shipment)
	}
	sh.SetHold(hold)
	sh.emit = true
	return f.raise(r, string(a), sh, fmt.Sprintf("event %s line %d parcel %d quantity %d", e.Type, e.Line, e.Parcel, e.Qty))
}

// raise raises an exception for one event.
func (f *fold) raise(r *ingest.Row, code string, sh *folded, detail string) error {
	return f.raiseAs(exceptionKey(code, f.log.ID, r.Seq), r, code, sh, detail)
}

// raiseOnce raises one exception for all events of a log that say the same.
func (f *fold) raiseOnce(r *ingest.Row, code string, sh *folded, detail string) error {
	return f.raiseAs(exceptionKeyOnce(code, f.log.ID, detail), r, code, sh, detail)
}

func (f *fold) raiseAs(key string, r *ingest.Row, code string, sh *folded, detail string) error {
	x := Exception{Key: key, Code: code, Station: f.station.ID,
		Log: f.log.ID, Seq: r.Seq, Detail: detail}
	if r.Bad == "" {
		x.At = r.Event.Time()
	}
	if sh != nil {
		x.Order, x.Shipment = sh.Order, sh.ID
	}
	return f.s.raise(f.tx, x)
}

// tell puts a row on the timelines of the shipment's orders.
func (f *fold) tell(sh *folded, e *order.Event, kind string, state order.StateCode, note string) error {
	source := string(e.Source)
	if source == "" {
		source = string(order.System)
	}
	return f.tx.AddTimeline(TimelineRow{Subject: string(sh.Order), Kind: kind, State: state, Shipment: sh.ID, At: e.Time(),
		ReceivedAt: f.s.now(), By: string(e.By), Station: f.station.ID, Source: source, Note: f.timed(e, note)})
}

// finish stores the shipments, derives their orders and tells the benches.
func (f *fold) finish() error {
	for _, sh := range f.seen {
		if !sh.dirty {
			continue
		}
		if err := f.settle(sh); err != nil {
			return err
		}
	}
	return nil
}

func (f *fold) settle(sh *folded) error {
	disputed := len(sh.Hands) > 0
	if err := f.s.settleHands(f.tx, sh.Shipment); err != nil {
		return err
	}
	if disputed && !sh.disputed() {
		if err := f.lookedAt(sh); err != nil {
			return err
		}
	}
	if sh.left {
		if err := f.s.emitGone(f.tx, sh.Shipment, sh.LeaseStation); err != nil {
			return err
		}
		sh.LeaseStation, sh.emit = "", false
		if stopped(sh.Shipment) { // it was handed over before the bench heard of that
			if err := errors.Join(f.s.unstop(f.tx, sh.Shipment), f.s.setAside(f.tx, sh.Shipment)); err != nil {
				return err
			}
		}
	}
	if sh.emit || f.elsewhere() {
		if err := f.s.emitWork(f.tx, sh.Shipment); err != nil {
			return err
		}
	} else if sh.AllLabelled() {
		if err := f.s.emitPickup(f.tx, sh.Shipment); err != nil {
			return err
		}
	}
	if err := f.tx.PutShipment(sh.Shipment); err != nil {
		return err
	}
	if sh.left {
		if err := f.s.refreshReturns(f.tx, sh.Order, ""); err != nil {
			return err
		}
		if err := f.s.replayTracking(f.tx, sh.Shipment, sh.flow); err != nil {
			return err
		}
	}
	return f.s.deriveFrom(f.tx, sh.Shipment)
}

// deriveFrom sets the state of a shipment's order after the shipment was stored.
func (s *Service) deriveFrom(tx Tx, sh *Shipment) error {
	o, err := tx.LockOrder(sh.Order)
	if err != nil || o == nil {
		return err
	}
	ships, err := tx.ShipmentsOf(o.ID)
	if err != nil {
		return err
	}
	return s.derive(tx, o, ships)
}
