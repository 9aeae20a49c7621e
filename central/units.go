package central

import (
	"fmt"
	"slices"

	"pickstation/central/ingest"
	"pickstation/order"
)

// unit notes which shipment holds the unit whose serial an event names. One that another
// shipment holds or has left with is not what its serial says: a person looks at it before
// it leaves.
func (f *fold) unit(r *ingest.Row, sh *folded, e *order.Event) error {
	l := sh.Line(e.Line)
	if e.Serial == "" || l == nil {
		return nil
	}
	switch e.Type {
	case order.EventUndone:
		if slices.Contains(l.Serials, e.Serial) {
			return nil
		}
		return f.tx.GiveUnit(l.SKU, e.Serial, sh.ID, "")
	case order.EventPicked:
	default:
		return nil
	}
	holder, err := f.tx.TakeUnit(l.SKU, e.Serial, sh.ID)
	if err != nil || holder == sh.ID {
		return err
	}
	other, err := f.tx.Shipment(holder)
	if mine := f.ships[holder]; mine != nil {
		other = mine.Shipment // as this push leaves it
	}
	if err != nil {
		return err
	}
	if free, err := f.free(other, l.SKU, e.Serial); err != nil || free {
		if err != nil {
			return err
		}
		return f.tx.GiveUnit(l.SKU, e.Serial, holder, sh.ID)
	}
	sh.SetHold(order.Hold{Code: order.ToVerify, At: e.Time(), By: "centre", Note: ExcSerialTwice, Stops: !gone(sh.Shipment)})
	sh.emit = true
	return f.raiseAs(fmt.Sprintf("%s:%s:%d:%s", ExcSerialTwice, sh.ID, e.Line, e.Serial), r, ExcSerialTwice, sh,
		fmt.Sprintf("line %d: serial %s of %s is in shipment %s already", e.Line, order.EventCode(e.Serial), clip(string(l.SKU)), holder))
}

// free says whether a shipment has given a unit back: it was cancelled before it left, or a
// return took the unit in.
func (f *fold) free(sh *Shipment, sku order.SKU, serial string) (bool, error) {
	if sh == nil || sh.Cancelled && !gone(sh) {
		return true, nil
	}
	returns, err := f.tx.TasksOf(sh.Order)
	for _, t := range returns {
		if t.Kind == order.TaskReturn && t.TookIn(sku, serial) {
			return true, nil
		}
	}
	return false, err
}
