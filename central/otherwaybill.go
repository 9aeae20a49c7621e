package central

import (
	"pickstation/order"
)

// otherWaybill says whether an event names a waybill number that the parcel never
// had: it is about another box, such as one of a state of the centre that was lost.
// A number that the parcel had before its receiver changed is its own, and one of a
// block leased to a bench becomes its own where the parcel has none yet.
func (f *fold) otherWaybill(sh *folded, e *order.Event) (bool, error) {
	p := sh.Parcel(e.Parcel)
	if e.Waybill == "" || p != nil && e.Waybill == p.Waybill.Number {
		return false, nil
	}
	n, err := f.tx.Number(e.Waybill)
	switch {
	case err != nil:
		return false, err
	case n != nil:
		return n.Shipment != sh.ID || n.Parcel != e.Parcel, nil
	case newNumber(sh, e):
		ok, err := leased(f.tx, sh.Carrier.ID, e.Waybill)
		return !ok, err
	}
	return true, nil
}

// repaper tells a bench whose box carries a number that is not the parcel's how things
// stand, and asks for new paper. A box that has left is for a person alone.
func (f *fold) repaper(sh *folded, e *order.Event) error {
	if e.Type != order.EventPrinted && e.Type != order.EventLabelled || gone(sh.Shipment) {
		return nil
	}
	sh.emit, sh.dirty = true, true
	return f.s.reprint(f.tx, sh.Shipment)
}

// newNumber says whether an event gives a number to a parcel that has none.
func newNumber(sh *folded, e *order.Event) bool {
	p := sh.Parcel(e.Parcel)
	return e.Waybill != "" && (p == nil || p.Waybill.Number == "")
}

// number stores a number that a bench took from its block.
func (f *fold) number(sh *folded, e *order.Event) error {
	p := sh.Parcel(e.Parcel)
	if p == nil || p.Waybill.Number != e.Waybill {
		return nil // the event did not give it to the parcel after all
	}
	if n, err := f.tx.Number(e.Waybill); n != nil || err != nil {
		return err
	}
	return f.tx.AddNumber(Number{Number: e.Waybill, Carrier: sh.Carrier.ID, State: NumberIssued, Shipment: sh.ID,
		Parcel: e.Parcel, At: f.s.now()})
}
