package print

import (
	"time"

	"pickstation/labels"
	"pickstation/order"
)

// waybill fills the paper. Receivers of cross-border parcels are printed in full:
// GB/T 41833-2022 is for domestic express waybills.
func (w *Worker) waybill(paper *Paper, p *order.Parcel, job *Job) labels.Waybill {
	s, to, policy := paper.Shipment, paper.Receiver, paper.Policy
	lang := "zh"
	if abroad(to) {
		lang = "en"
	}
	wb := labels.Waybill{
		Form: w.Profile.Form, Number: p.Waybill.Number, CarrierCode: string(s.Carrier.ID), Carrier: s.Carrier.Name.In(lang),
		Service: s.Carrier.Service, RoutingCode: p.Waybill.Routing, SortingMark: p.Waybill.Sort,
		OrderRefs: refs(s), Receiver: receiver(to), Sender: sender(policy),
		ParcelNo: p.No, ParcelCount: s.ParcelCount(), WeightG: int64(p.WeightG), PrintNo: job.No,
		Temperature: temperature(s), Station: string(w.Station), Operator: paper.Operator,
		PrintedAt: job.Asked.In(zone(policy)), Unmasked: lang == "en",
	}
	in := s.PaperContents(p, order.PaperWaybill)
	for i := range s.Lines {
		if l := &s.Lines[i]; in[l.No] > 0 {
			wb.Items = append(wb.Items, labels.WaybillItem{Name: l.Name.In(lang), Qty: in[l.No]})
		}
	}
	return wb
}

func zone(p order.Policy) *time.Location {
	if z, err := time.LoadLocation(p.Zone); err == nil {
		return z
	}
	return time.UTC
}

// temperature is the coldest class on the shipment.
func temperature(s *order.Shipment) string {
	t := labels.Ambient
	for i := range s.Lines {
		switch s.Lines[i].Temp {
		case order.Frozen:
			return labels.Frozen
		case order.Chilled:
			t = labels.Chilled
		}
	}
	return t
}
