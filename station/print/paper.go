package print

import (
	"errors"
	"fmt"

	"pickstation/labels"
	"pickstation/order"
)

// Languages that printers take.
const (
	PDF  = "pdf"
	ZPL  = "zpl"
	TSPL = "tspl"
)

// Profile says how papers are made for one printer.
type Profile struct {
	DPI            int
	ShiftX, ShiftY int    // dots by which everything is moved right and down
	Language       string // PDF, ZPL or TSPL; "" PDF
	Form           string // size of waybills, as labels.Waybill.Form
	List           string // size of lists, as labels.PackingList.Form
	WidthMM        int    // widest paper that goes in, 0 any
	Banner         string // what stands in large letters on every page that is not real, "" it is
}

// contentTypes are what printers call the languages.
var contentTypes = map[string]string{PDF: "application/pdf", ZPL: "application/vnd.zebra-zpl", TSPL: "application/vnd.tsc-tspl"}

func (p *Profile) contentType() string {
	if t := contentTypes[p.Language]; t != "" {
		return t
	}
	return contentTypes[PDF]
}

// draw makes a document's bytes in the printer's language.
func (p *Profile) draw(pages []*labels.Page, meta labels.Meta) ([]byte, labels.Report, error) {
	switch p.Language {
	case ZPL:
		return labels.RenderZPL(pages)
	case TSPL:
		return labels.RenderTSPL(pages)
	}
	return labels.RenderPDF(pages, meta)
}

// mark says on every page that it is not real, where that is so.
func (p *Profile) mark(pages []*labels.Page) {
	if p.Banner == "" {
		return
	}
	for _, page := range pages {
		page.Banner(p.Banner)
	}
}

// Draw makes the bytes of laid-out pages, and says what they are.
func (p *Profile) Draw(pages []*labels.Page, title string) (body []byte, contentType string, err error) {
	body, report, err := p.draw(pages, labels.Meta{Title: title})
	if err == nil {
		err = report.Err()
	}
	return body, p.contentType(), err
}

// PaperSize is the size of a page in hundredths of a millimetre.
func (p *Profile) PaperSize(page *labels.Page) (width, height int) {
	across, down := page.Size()
	return across * 2540 / p.DPI, down * 2540 / p.DPI
}

// takes refuses a page that is wider than what goes into the printer.
func (p *Profile) takes(first *labels.Page) error {
	across, _ := first.Size()
	if mm := (across*254 + 5*p.DPI) / (10 * p.DPI); p.WidthMM > 0 && mm > p.WidthMM {
		return permanent(order.Errorf("label_too_large", "the paper is %d mm wide, the printer takes %d", mm, p.WidthMM).
			WithHint("name a printer for such papers in the configuration, paper_printer"))
	}
	return nil
}

// page is a finished paper with what it says.
type page struct {
	Document
	version  int
	contents string
}

// render draws a job's paper. It shows the order version and the goods that are current
// now; both are returned, for a change after this voids the paper.
func (w *Worker) render(paper *Paper, job *Job) (page, error) {
	doc, p, err := w.document(paper, job)
	if err != nil {
		return page{}, err
	}
	pages, err := doc.Layout(labels.Printer{DPI: w.Profile.DPI, ShiftX: w.Profile.ShiftX, ShiftY: w.Profile.ShiftY})
	if err != nil {
		return page{}, err
	}
	if err := w.Profile.takes(pages[0]); err != nil {
		return page{}, err
	}
	w.Profile.mark(pages)
	out := page{Document: Document{Name: nameOf(paper, job), Type: w.Profile.contentType()}}
	body, report, err := w.Profile.draw(pages, labels.Meta{Title: out.Name, Created: job.Asked})
	if err == nil {
		err = report.Err() // never a waybill's items: their summary fits or is a count
	}
	if err != nil {
		return page{}, err
	}
	for _, warning := range report.Warnings() {
		w.Log.Warn("print_page", "job", job.JobID, "warning", warning)
	}
	out.Body = body
	out.Width, out.Height = w.Profile.PaperSize(pages[0])
	if p != nil {
		out.version, out.contents = paper.Shipment.Version, paper.Shipment.ContentsMark(p, job.Kind)
	}
	return out, nil
}

// document is what a job prints, and the parcel that it is of, nil for none.
func (w *Worker) document(paper *Paper, job *Job) (labels.Document, *order.Parcel, error) {
	switch job.Kind {
	case order.PaperManifest:
		doc, err := w.manifest(paper, job)
		return doc, nil, err
	case order.PaperSlip:
		doc, err := w.slip(paper, job)
		return doc, nil, err
	}
	p, err := parcelOf(paper, job)
	if err != nil {
		return nil, nil, err
	}
	var doc labels.Document
	switch job.Kind {
	case order.PaperWaybill:
		doc = w.waybill(paper, p, job)
	case order.PaperPackingList:
		doc = w.packingList(paper, p, job)
	case order.PaperCustoms:
		doc, err = w.customsForm(paper, p, job)
	case order.PaperInvoice:
		doc, err = w.invoice(paper, p, job)
	case order.PaperCustomsList:
		doc, err = w.customsList(paper, p, job)
	default:
		err = permanent(order.Errorf("label_unknown_kind", "no paper of kind %q", job.Kind).
			WithHint("start the newer pickstation again"))
	}
	return doc, p, err
}

// parcelOf returns the parcel that a job is of, unless something forbids its papers.
func parcelOf(paper *Paper, job *Job) (*order.Parcel, error) {
	s := paper.Shipment
	if s == nil {
		return nil, permanent(order.Errorf("no_shipment", "shipment %s is not at this station any more", job.Shipment).WithHint("ask the shift lead"))
	}
	what := job.Kind.Word()
	p := s.Parcel(job.Parcel)
	switch h := s.Stopped(); {
	case p == nil:
		return nil, permanent(order.Errorf("no_parcel", "shipment %s has no parcel %d", s.ID, job.Parcel).
			WithHint("ask the shift lead; the job is parked"))
	case s.Cancelled:
		return nil, permanent(order.Errorf("cancelled", "order was cancelled, its %s is not printed", what).WithHint("put the goods back"))
	case h != nil:
		return nil, permanent(order.Errorf("held", "order is held (%s), its %s is not printed", h.Code, what).
			WithHint("ask the shift lead; when the hold is lifted, print it again"))
	case p.Waybill.Number == "":
		return nil, permanent(order.Errorf("no_number", "parcel %d of shipment %s has no waybill number", p.No, s.ID).
			WithHint("let the station reach the centre, then print it again"))
	case paper.NumberOf != "":
		return nil, permanent(order.Errorf("waybill_used", "waybill %s is void or belongs to %s", p.Waybill.Number, paper.NumberOf).
			WithHint("do not use the number: ask the centre for a new one"))
	case cancelledWaybill[p.Waybill.Fields["state"]]:
		return nil, permanent(order.Errorf("waybill_cancelled", "the carrier says that waybill %s is %s", p.Waybill.Number, p.Waybill.Fields["state"]).
			WithHint("do not use the number: ask the centre for a new one"))
	}
	return p, nil
}

// cancelledWaybill are states of a waybill at its carrier, told with its print data, in
// which its number must not be used: carriers that answer the same request again with the
// same shipment answer with one that was cancelled, too.
var cancelledWaybill = map[string]bool{"cancelled": true, "canceled": true, "void": true, "voided": true, "closed": true, "refunded": true}

// nameOf is the name under which a job is handed to the printer.
func nameOf(paper *Paper, job *Job) string {
	if paper.Shipment != nil {
		if p := paper.Shipment.Parcel(job.Parcel); p != nil {
			return Name(p, job.Kind, job.No)
		}
	}
	return keyName(job.Kind, fmt.Sprint(job.Shipment, job.Key), job.No)
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
	switch {
	case err == nil:
		return nil
	case errors.As(err, &e) && lost[e.Code]:
		return permanent(e)
	}
	return &unread{err}
}

// unread is a ledger that cannot be read now.
type unread struct{ err error }

func (u *unread) Error() string { return "read the print ledger: " + u.err.Error() }

func (u *unread) Unwrap() error { return u.err }
