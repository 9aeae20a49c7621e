package world

import (
	"context"

	"pickstation/order"
)

// lookBack is through how many of its newest events a bench looks for what UNDO takes back.
const lookBack = 40

// undo takes the operator's last step back, of one shipment or of any ("").
func (b *bench) undo(of order.ShipmentID) bool {
	e := b.lastStep(of)
	if e == nil {
		return false
	}
	s, err := b.db.Shipment(e.Shipment)
	b.w.must(err)
	if s == nil || b.labelOn(s, e) {
		return false
	}
	if l := s.Line(e.Line); e.Type == order.EventPicked && (l == nil || l.Picked < e.Qty) {
		return false
	}
	f, err := b.db.Flow(s.Flow, s.FlowVersion)
	b.w.must(err)
	if _, ok := f.Move(s.State, order.TriggerReopened); s.PickDone() && !ok {
		return false
	}
	what := "undone"
	switch {
	case s.Cancelled:
		what = "undone, cancelled"
	case b.cut:
		what = "undone, cut off"
	}
	b.book(s, order.Event{Type: order.EventUndone, Line: e.Line, Qty: e.Qty, Parcel: e.Parcel, Of: e.Seq, Reason: string(e.Type)})
	b.w.happens(what, b.no)
	return true
}

// lastStep is the newest step that was not taken back, nil none that is known. Goods that
// were confirmed to have gone back are taken back once more by an older program only.
func (b *bench) lastStep(of order.ShipmentID) *order.Event {
	recent := b.recent()
	done, back := map[uint64]bool{}, map[order.ShipmentID]bool{}
	for i := len(recent) - 1; i >= 0; i-- {
		switch e := &recent[i]; {
		case of != "" && e.Shipment != of || back[e.Shipment] && b.age >= 0:
		case e.Type == order.EventInstructed:
			back[e.Shipment] = true
		case e.Type == order.EventUndone:
			done[e.Of] = true
		case (e.Type == order.EventPicked || e.Type == order.EventBoxed) && !done[e.Seq]:
			return e
		}
	}
	return nil
}

// recent are the newest events of the open log.
func (b *bench) recent() (all []order.Event) {
	logs := b.local().Logs
	l := logs[len(logs)-1]
	after := max(l.Base, l.Last-min(l.Last, lookBack))
	bodies, _, _, _, err := b.db.Events(context.Background(), l.ID, after, lookBack, 1<<20)
	b.w.must(err)
	for _, body := range bodies {
		e, err := order.ParseEvent(body)
		b.w.must(err)
		all = append(all, e)
	}
	return all
}

// labelOn says whether a step filled a box that has its label.
func (b *bench) labelOn(s *order.Shipment, e *order.Event) bool {
	for i := range s.Parcels {
		if p := &s.Parcels[i]; p.Labelled && (!twoBoxes(s) || p.No == max(e.Parcel, 1)) {
			return true
		}
	}
	return false
}
