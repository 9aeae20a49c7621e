package station

import (
	"time"

	"pickstation/order"
)

// numbersCame prints the label of the box on the bench that waited for a waybill number,
// once the centre has lent some. What stands in the way of that is said when somebody asks
// for the print, not with each piece of news.
func (b *batch) numbersCame() error {
	l := b.l
	if l.ship == nil || l.checking || l.bench.Operator == "" || l.bench.Question != nil || !l.policy.AutoPrint || !l.ship.WaitsForNumber() {
		return nil
	}
	if number, err := l.opt.Store.Number(l.ship.Carrier.ID, 0); err != nil || number == "" {
		return err
	}
	in := order.Input{At: l.now(), Source: order.System, Command: order.CmdPrint}
	if d, err := l.judge(in); err != nil || len(d.Prints) == 0 {
		return err
	}
	_, err := b.input(in, time.Time{})
	return err
}

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
