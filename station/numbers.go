package station

import "pickstation/order"

// takeNumber takes the waybill number that an event gives to a parcel out of the blocks
// of this station, in the event's own transaction. The rules looked at the same number.
func (l *Loop) takeNumber(tx Tx, e *order.Event) error {
	if e.Type != order.EventPrintRequested || e.Waybill == "" || e.Shipment == "" {
		return nil
	}
	s, err := l.work(e.Shipment)
	if err != nil || s == nil {
		return err
	}
	p := s.Parcel(e.Parcel)
	if p == nil || p.Waybill.Number != "" {
		return nil
	}
	number, ok, err := tx.NextNumber(s.Carrier.ID)
	if err != nil {
		return err
	}
	if !ok || number != e.Waybill {
		return order.Errorf("number_taken", "the number %s is not the next of this station's blocks", e.Waybill).
			WithHint("restart the station")
	}
	return nil
}
