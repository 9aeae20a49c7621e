package central

import (
	"slices"

	"pickstation/order"
)

// undoes takes from an UNDO the units that its bench has not got in hand any more: they left
// in a box, or a copy of its disk took them back. Goods that it confirmed to have put back lie
// at their places, and are taken off once, whichever way the bench says it; what no put-back
// explains is told to a person.
func (f *fold) undoes(sh *folded, e *order.Event) (order.Anomaly, error) {
	if e.Type != order.EventUndone {
		return order.AnomalyNone, nil
	}
	sh.emit = sh.emit || f.station.ID != sh.LeaseStation // who holds the others counts them, too
	l := sh.Line(e.Line)
	if l == nil {
		return order.AnomalyNone, nil
	}
	has := sh.here(f.station.ID, l)
	switch order.EventType(e.Reason) {
	case order.EventPicked:
	case order.EventPacked:
		has = max(min(has, sh.part(f.station.ID, l).Packed), 0)
	default:
		return order.AnomalyNone, nil
	}
	beyond := e.Qty - has
	if beyond <= 0 {
		return order.AnomalyNone, nil
	}
	e.WeightG, e.Qty = e.WeightG*has/e.Qty, has
	if has == 0 { // the units of others stay as they are
		e.Lot, e.Serial, e.Pack = "", "", ""
	}
	sh.emit = true // the bench counts less than there is
	all, err := f.tx.InstructionsOf(sh.ID)
	explained := slices.ContainsFunc(all, func(in *Instruction) bool {
		if in.Station == f.station.ID && in.Kind == order.InstructPutBack && in.Confirmed {
			beyond -= in.byLine(sh.Shipment)[l.No]
		}
		return beyond <= 0
	})
	if err != nil || explained {
		return order.AnomalyNone, err
	}
	return order.AnomalyUnderPick, nil
}
