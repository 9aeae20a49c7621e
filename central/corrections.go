package central

import (
	"pickstation/order"
	"pickstation/sync/wire"
)

// emitWork tells the station that holds a shipment of a change by the centre.
func (s *Service) emitWork(tx Tx, sh *Shipment) error {
	if sh.LeaseStation == "" {
		return nil
	}
	return tx.Emit(sh.Warehouse, sh.LeaseStation, string(wire.RowWork), string(sh.ID))
}

// emitGone takes a shipment away from a station.
func (s *Service) emitGone(tx Tx, sh *Shipment, station order.StationID) error {
	if station == "" {
		return nil
	}
	if err := tx.Withdraw(sh.Warehouse, station, string(wire.RowWork), string(sh.ID)); err != nil {
		return err
	}
	return tx.Emit(sh.Warehouse, station, string(wire.RowWorkGone), string(sh.ID))
}

func instructionID(kind order.InstructionKind, id order.ShipmentID) string {
	return string(id) + "-" + string(kind)
}

// putBack asks for the goods of a cancelled shipment to be put back, as far as the
// centre knows what was picked. It is called again when more becomes known.
func (s *Service) putBack(tx Tx, sh *Shipment) error {
	var goods []order.PutBack
	for i := range sh.Lines {
		if l := &sh.Lines[i]; l.Picked > 0 {
			goods = append(goods, order.PutBack{SKU: l.SKU, Name: l.Name, Qty: l.Picked, Location: l.Location})
		}
	}
	if len(goods) == 0 {
		return nil
	}
	return s.instruct(tx, sh, order.InstructPutBack, goods)
}

func (s *Service) instruct(tx Tx, sh *Shipment, kind order.InstructionKind, goods []order.PutBack) error {
	id := instructionID(kind, sh.ID)
	station := sh.LeaseStation
	if station == "" {
		return nil // nobody has it in hand
	}
	in := &Instruction{Station: station, Instruction: order.Instruction{ID: id, Kind: kind, Shipment: sh.ID,
		Goods: goods, At: s.now()}}
	if len(sh.Orders) > 0 {
		in.Ref = sh.Orders[0].External
	}
	if err := tx.PutInstruction(in); err != nil {
		return err
	}
	return tx.Emit(sh.Warehouse, station, string(wire.RowInstruction), id)
}

// instructed closes the instructions of a shipment that a station reports as done;
// which is "" for all of them.
func (s *Service) instructed(tx Tx, sh *Shipment, which string) error {
	all, err := tx.InstructionsOf(sh.ID)
	if err != nil {
		return err
	}
	for _, in := range all {
		if in.Done || which != "" && which != in.ID && in.Kind != order.InstructionKind(which) {
			continue
		}
		in.Done = true
		if err := tx.PutInstruction(in); err != nil {
			return err
		}
		if err := tx.Emit(sh.Warehouse, in.Station, string(wire.RowInstruction), in.ID); err != nil {
			return err
		}
	}
	return nil
}

// readdress carries a new receiver into a shipment. The caller stores the shipment.
func (s *Service) readdress(tx Tx, o *Order, sh *Shipment, rc *order.Receiver) error {
	sh.Version, sh.AddressVersion = o.Version, o.AddressVersion
	if sh.Cancelled {
		return nil
	}
	printed := false
	for i := range sh.Parcels {
		p := &sh.Parcels[i]
		printed = printed || p.Prints > 0 || p.PrintRequests > 0
		if p.Prints == 0 && p.PrintRequests == 0 && sh.LeaseStation == "" {
			p.Waybill.Routing, p.Waybill.Sort = route(rc)
			continue
		}
		if err := tx.SetNumber(p.Waybill.Number, NumberVoid); err != nil {
			return err
		}
		w, err := s.issue(tx, &sh.Shipment, p.No, rc)
		if err != nil {
			return err
		}
		if p.Waybill.Number != "" {
			p.VoidWaybills = append(p.VoidWaybills, p.Waybill.Number)
		}
		p.Waybill, p.Labelled = w, false
	}
	sh.SetHold(order.Hold{Code: order.AddressChanged, At: s.now(), By: "centre"})
	if printed {
		if err := s.instruct(tx, sh, order.InstructReprint, nil); err != nil {
			return err
		}
	}
	return s.emitWork(tx, sh)
}
