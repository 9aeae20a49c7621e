package print

import (
	"context"
	"errors"
	"time"

	"pickstation/labels"
	"pickstation/order"
)

// render draws the job's waybill. The paper shows the order version that is
// current now; the version is returned, for a change after this voids it.
func (w *Worker) render(ctx context.Context, job *Job) (name string, doc []byte, version int, err error) {
	paper, err := w.Ledger.Paper(ctx, *job)
	if err != nil {
		return "", nil, 0, unopened(err)
	}
	s := paper.Shipment
	p := s.Parcel(job.Parcel)
	if p == nil {
		return "", nil, 0, permanent(order.Errorf("no_parcel", "shipment %s has no parcel %d", s.ID, job.Parcel).
			WithHint("ask the shift lead; the job is parked"))
	}
	if s.Cancelled {
		return "", nil, 0, permanent(order.Errorf("cancelled", "order was cancelled, its waybill is not printed").
			WithHint("put the goods back"))
	}
	if h := s.Stopped(); h != nil {
		return "", nil, 0, permanent(order.Errorf("held", "order is held (%s), its waybill is not printed", h.Code).
			WithHint("ask the shift lead; when the hold is lifted, print it again"))
	}
	wb := w.waybill(paper, p, job)
	pages, err := wb.Layout(labels.Printer{DPI: w.DPI})
	if err != nil {
		return "", nil, 0, err
	}
	name = Name(p, job.No)
	doc, report, err := labels.RenderPDF(pages, labels.Meta{Title: name, Created: job.Asked})
	if err != nil {
		return "", nil, 0, err
	}
	if err := report.Err(); err != nil { // never the items: their summary fits or is a count
		return "", nil, 0, err
	}
	for _, warning := range report.Warnings() {
		w.Log.Warn("print_page", "job", job.JobID, "warning", warning)
	}
	return name, doc, s.Version, nil
}

// waybill fills the paper. Receivers of cross-border parcels are printed in full:
// GB/T 41833-2022 is for domestic express waybills.
func (w *Worker) waybill(paper Paper, p *order.Parcel, job *Job) labels.Waybill {
	s, to, policy := paper.Shipment, paper.Receiver, paper.Policy
	lang := "zh"
	if to.Country != "" && to.Country != "CN" {
		lang = "en"
	}
	wb := labels.Waybill{
		Form: w.Form, Number: p.Waybill.Number, CarrierCode: string(s.Carrier.ID), Carrier: s.Carrier.Name.In(lang),
		Service: s.Carrier.Service, RoutingCode: p.Waybill.Routing, SortingMark: p.Waybill.Sort,
		Receiver: labels.Party{Name: to.Name, Phone: to.Phone, Country: to.Country, PostCode: to.Postcode,
			Province: to.Province, City: to.City, District: to.District, Street: to.Street},
		Sender: labels.Party{Name: policy.Shipper.Name, Phone: policy.Shipper.Phone, Street: policy.Shipper.Address,
			Country: policy.Shipper.Country, Company: true},
		ParcelNo: p.No, ParcelCount: len(s.Parcels), WeightG: int64(p.WeightG), PrintNo: job.No,
		Temperature: temperature(s), Station: string(w.Station), Operator: paper.Operator,
		PrintedAt: job.Asked.In(zone(policy)), Unmasked: lang == "en",
	}
	for _, o := range s.Orders {
		wb.OrderRefs = append(wb.OrderRefs, o.External)
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

// lasting is an error that trying again does not mend.
type lasting struct{ err *order.Error }

func (l lasting) Error() string { return l.err.Error() }

func (l lasting) Unwrap() error { return l.err }

func (lasting) Retryable() bool { return false }

func permanent(e *order.Error) error { return lasting{e} }

// lost are errors of the ledger that concern one shipment alone and that no new try
// mends: it is gone, or its receiver cannot be opened at this station.
var lost = map[string]bool{"no_shipment": true, "no_receiver": true, "bad_receiver": true, "no_box_key": true, "not_for_this_station": true}

// unopened sorts an error of the ledger: one that concerns the shipment alone parks
// its job, any other leaves the job as it is.
func unopened(err error) error {
	var e *order.Error
	if errors.As(err, &e) && lost[e.Code] {
		return permanent(e)
	}
	return &unread{err}
}

// unread is a ledger that cannot be read now.
type unread struct{ err error }

func (u *unread) Error() string { return "read the print ledger: " + u.err.Error() }

func (u *unread) Unwrap() error { return u.err }
