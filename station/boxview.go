package station

import "pickstation/order"

// boxes says whether the goods of a shipment are in several boxes, and which one takes
// what follows.
func (l *Loop) boxes(w *WorkView, s *order.Shipment) bool {
	box := s.Box(l.bench)
	several := len(s.Parcels) > 1 || s.Parcel(box) == nil
	if several {
		w.Box = box
	}
	return several
}

// boxed fills in what a screen shows of one of several boxes. One that is full and has
// no waybill number stands like a print that waits for a person.
func boxed(v *ParcelView, s *order.Shipment, p *order.Parcel, several bool) {
	v.Box = p.Box
	if v.Later = !s.LabelDue(p); !v.Later && !p.Labelled && p.Waybill.Number == "" {
		v.Print, v.PrintErr = order.PrintParked, order.NoNumber
	}
	if several {
		v.Units = s.UnitsIn(p.No)
	}
}

// slots lists the orders of a batch.
func slots(b *order.Bench) (list []SlotView) {
	if b.Batch == nil {
		return nil
	}
	for _, m := range b.Batch.Members {
		list = append(list, SlotView{Member: m, Here: m.Shipment == b.Shipment})
	}
	return list
}
