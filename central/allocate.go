package central

import (
	"errors"
	"fmt"

	"pickstation/order"
)

// allocate makes the order's shipment: one warehouse, one carrier, one parcel with
// its waybill number. Stock is not reserved at this breadth.
func (s *Service) allocate(tx Tx, o *Order, flow *order.Flow, rc *order.Receiver) error {
	state, ok := flow.Move(o.State, order.TriggerRelease)
	if !ok {
		return tx.PutOrder(o) // a flow that waits for something else
	}
	n, err := tx.Take(counterShipment, 1)
	if err != nil {
		return err
	}
	sh := &Shipment{Order: o.ID, Age: o.ReceivedAt}
	sh.ID = order.ShipmentID(idNumber("S", n))
	sh.Flow, sh.FlowVersion = o.Flow, o.FlowVersion
	sh.State, sh.Stage = state, flow.Stage(state)
	sh.Orders = []order.OrderRef{{ID: o.ID, Channel: o.Channel, External: o.External}}
	for _, h := range o.Holds {
		sh.SetHold(h)
	}
	sh.AddressVersion = o.AddressVersion
	if err := s.replan(tx, o, sh, rc); err != nil {
		var no *customsRefused
		if errors.As(err, &no) {
			return errors.Join(s.releaseQuota(tx, o), s.refuseCustoms(tx, o, no.refusals), tx.PutOrder(o))
		}
		return err
	}
	// The order goes first, for the shipment points at it.
	if err := s.derive(tx, o, []*Shipment{sh}); err != nil {
		return err
	}
	if err := tx.PutShipment(sh); err != nil {
		return err
	}
	row := TimelineRow{Kind: KindState, State: sh.State, Shipment: sh.ID, By: "allocation", Source: "system",
		Note: fmt.Sprintf("warehouse %s, carrier %s, waybill %s", sh.Warehouse, sh.Carrier.ID, sh.Parcels[0].Waybill.Number)}
	if err := s.tell(tx, o, row); err != nil {
		return err
	}
	return s.emitPickup(tx, sh)
}

// replan writes the order's plan into a shipment that nobody has worked on.
func (s *Service) replan(tx Tx, o *Order, sh *Shipment, rc *order.Receiver) error {
	carrier := sh.Carrier.ID
	sh.Version, sh.Warehouse, sh.Carrier, sh.Customs = o.Version, o.Warehouse, o.Carrier, o.Customs
	sh.Priority, sh.Promise, sh.Tote = o.Priority, o.Promise, o.Tote
	sh.Complete, sh.PackCheck, sh.Pickup = o.Complete, o.PackCheck, o.Pickup
	sh.Lines = make([]order.Line, len(o.Lines))
	for i := range o.Lines {
		l, err := s.line(tx, o, i)
		if err != nil {
			return err
		}
		sh.Lines[i] = l
	}
	if err := s.coldPlan(tx, sh, rc); err != nil {
		return err
	}
	if err := s.declareShipment(tx, o, sh, rc); err != nil {
		return err
	}
	if len(sh.Parcels) > 0 && carrier == sh.Carrier.ID {
		sh.Parcels[0].Packaging = o.Packaging
		return nil
	}
	if len(sh.Parcels) > 0 {
		if err := tx.SetNumber(sh.Parcels[0].Waybill.Number, NumberVoid); err != nil {
			return err
		}
	}
	w, err := s.issue(tx, &sh.Shipment, 1, rc)
	sh.Parcels = []order.Parcel{{No: 1, ID: order.ParcelID(sh.ID) + "-1", Waybill: w, Packaging: o.Packaging}}
	return err
}

// line makes a shipment line from an order line; what the order leaves out comes
// from the catalogue and the map of locations.
func (s *Service) line(tx Tx, o *Order, i int) (order.Line, error) {
	in := &o.Lines[i]
	l := order.Line{No: i + 1, Order: o.ID, OrderLine: i + 1, SKU: in.SKU, Name: in.Name, Qty: in.Qty,
		Location: in.Location, Walk: in.Walk, Track: in.Track, Lot: in.Lot, Temp: in.Temp,
		WeightG: in.WeightG, SpreadG: in.SpreadG, PriceEach: in.Price, Customs: in.Customs,
		Scan: in.Scan, Kit: in.Kit, PerKit: in.PerKit, LastThere: in.LastThere, Gift: in.Gift, Oldest: in.Oldest,
		Alone: in.Alone, Stock: in.Stock}
	for _, c := range in.Codes {
		l.Codes = append(l.Codes, order.ItemCode{Key: order.CodeKey(c.Key), Mult: c.Mult})
	}
	p, err := tx.Product(o.Warehouse, in.SKU)
	if err != nil {
		return l, err
	}
	if p != nil {
		complete(&l, p)
	}
	if len(l.Codes) == 0 {
		l.Codes = []order.ItemCode{{Key: order.CodeKey(string(l.SKU))}}
	}
	if l.Name == (order.Names{}) {
		l.Name.EN = string(l.SKU)
	}
	if l.Location == "" {
		return l, nil
	}
	place, err := tx.Location(o.Warehouse, l.Location)
	if place != nil {
		l.Zone = place.Zone
		if l.Walk == 0 {
			l.Walk = place.Walk
		}
	}
	return l, err
}

func complete(l *order.Line, p *order.Product) {
	if len(l.Codes) == 0 {
		l.Codes = p.Codes
	}
	if l.Name == (order.Names{}) {
		l.Name = p.Name
	}
	if l.Location == "" {
		l.Location = p.Home
	}
	if l.Temp == order.Ambient {
		l.Temp = p.Temp
	}
	l.FillWeight(p)
	l.PackRank = p.PackRank
	if l.Track == (order.Tracking{}) {
		l.Track = p.Track
	}
	if l.MinLife == 0 {
		l.MinLife = p.MinLife
	}
	if l.Scan == order.ScanCount {
		l.Scan = p.Scan
	}
	if l.Customs == nil {
		l.Customs = p.Customs
	}
}
