package central

import (
	"fmt"

	"pickstation/order"
	"pickstation/sync/wire"
)

// emitWork tells the station that holds a shipment of a change by the centre.
func (s *Service) emitWork(tx Tx, sh *Shipment) error {
	if err := s.emitPickup(tx, sh); err != nil || sh.LeaseStation == "" {
		return err
	}
	return tx.Emit(sh.Warehouse, sh.LeaseStation, string(wire.RowWork), string(sh.ID))
}

// emitGone takes a shipment away from a station.
func (s *Service) emitGone(tx Tx, sh *Shipment, station order.StationID) error {
	if err := s.emitPickup(tx, sh); err != nil || station == "" {
		return err
	}
	if err := tx.Withdraw(sh.Warehouse, station, string(wire.RowWork), string(sh.ID)); err != nil {
		return err
	}
	return tx.Emit(sh.Warehouse, station, string(wire.RowWorkGone), string(sh.ID))
}

// reprint asks for new paper; what asked for it before is withdrawn.
func (s *Service) reprint(tx Tx, sh *Shipment) error {
	if err := s.instructed(tx, sh, string(order.InstructReprint)); err != nil {
		return err
	}
	return s.instruct(tx, sh, "", order.InstructReprint, nil)
}

// instruct gives a bench an instruction; station "" is the one that holds the shipment.
// Its id is never that of an older one, for what a bench has confirmed it never shows
// again.
func (s *Service) instruct(tx Tx, sh *Shipment, station order.StationID, kind order.InstructionKind, goods []order.PutBack) error {
	if station == "" {
		station = sh.LeaseStation
	}
	if station == "" {
		return nil // nobody has it in hand
	}
	n, err := tx.Take(counterInstruction, 1)
	if err != nil {
		return err
	}
	id := fmt.Sprintf("%s-%s-%d", sh.ID, kind, n)
	in := &Instruction{Station: station, Instruction: order.Instruction{ID: id, Kind: kind, Shipment: sh.ID,
		Goods: goods, At: s.now()}}
	if len(sh.Orders) > 0 {
		in.Ref = sh.Orders[0].External
	}
	in.name(sh)
	if err := tx.PutInstruction(in); err != nil {
		return err
	}
	return tx.Emit(sh.Warehouse, station, string(wire.RowInstruction), id)
}

// name says which parcels an instruction means, where it is about parcels.
func (in *Instruction) name(sh *Shipment) {
	switch in.Kind {
	case order.InstructStop, order.InstructIntercept:
		in.Carrier = sh.Carrier.Name
		for i := range sh.Parcels {
			if p := &sh.Parcels[i]; in.Kind == order.InstructStop || p.Dispatched {
				in.Waybills = append(in.Waybills, p.Waybill.Number)
			}
		}
	case order.InstructReprint:
		for i := range sh.Parcels {
			if n := len(sh.Parcels[i].VoidWaybills); n > 0 {
				in.Waybills = append(in.Waybills, sh.Parcels[i].VoidWaybills[n-1])
			}
		}
	}
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
		if err := s.end(tx, sh, in); err != nil {
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
	if err := s.coldPlan(tx, sh, rc); err != nil {
		return err
	}
	sh.SetHold(order.Hold{Code: order.AddressChanged, At: s.now(), By: "centre"})
	if printed {
		if err := s.reprint(tx, sh); err != nil {
			return err
		}
	}
	return s.emitWork(tx, sh)
}
