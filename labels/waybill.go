package labels

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Temperature classes of a parcel, printed as a reversed mark.
const (
	Ambient = "ambient"
	Chilled = "chilled"
	Frozen  = "frozen"
)

// temperatureWord is what papers say of a class; ambient goods need no word.
func temperatureWord(class string) string {
	switch class {
	case Chilled:
		return "冷藏 CHILLED"
	case Frozen:
		return "冷冻 FROZEN"
	}
	return ""
}

// WaybillItem is one line of the contents summary.
type WaybillItem struct {
	Name string `json:"name"`
	Qty  int    `json:"qty"`
}

// Waybill is an express waybill 面单. Parties are given in full; Layout masks them unless Unmasked is set.
type Waybill struct {
	Form        string        `json:"form,omitempty"` // 100x150 (default), 76x130, 100x180 or 4x6in
	Number      string        `json:"waybill"`
	CarrierCode string        `json:"carrier_code,omitempty"`
	Carrier     string        `json:"carrier"`
	Service     string        `json:"service,omitempty"`
	RoutingCode string        `json:"routing_code,omitempty"` // 三段码, from the carrier
	SortingMark string        `json:"sorting_mark,omitempty"` // 大头笔, 集包地
	Receiver    Party         `json:"receiver"`
	Sender      Party         `json:"sender"`
	Items       []WaybillItem `json:"items,omitempty"`
	ParcelNo    int           `json:"parcel_no,omitempty"` // from 1
	ParcelCount int           `json:"parcel_count,omitempty"`
	WeightG     int64         `json:"weight_g,omitempty"` // grams
	COD         *Money        `json:"cod,omitempty"`      // to be collected from the receiver
	OrderRefs   []string      `json:"order_refs,omitempty"`
	QR          string        `json:"qr,omitempty"` // default: the waybill number
	PrintNo     int           `json:"print_no,omitempty"`
	Merchant    string        `json:"merchant,omitempty"` // the merchant's own zone
	Temperature string        `json:"temperature,omitempty"`
	Station     string        `json:"station,omitempty"`
	Operator    string        `json:"operator,omitempty"`
	PrintedAt   time.Time     `json:"printed_at,omitzero"` // printed in its own time zone
	// Unmasked prints names, phones and rooms in full. GB/T 41833-2022 asks domestic express waybills to hide them; only
	// papers whose carrier does not hold the data electronically (own fleet, cross-border) may set this.
	Unmasked bool `json:"unmasked,omitempty"`
}

// Layout makes the one page of the waybill.
func (w Waybill) Layout(pr Printer) ([]*Page, error) {
	if err := pr.check(); err != nil {
		return nil, err
	}
	if err := w.check(); err != nil {
		return nil, err
	}
	form := waybillForms[w.form()]
	if !w.Unmasked {
		hidden := maskRules[KindWaybill]
		w.Receiver, w.Sender, w.Merchant = hidden.party(w.Receiver), hidden.party(w.Sender), hidden.note(w.Merchant)
	}
	p := newPage(KindWaybill, pr, form.w, form.h)
	for _, r := range form.rules {
		p.rule(r)
	}
	p.frame(form.frame, 4)
	for _, z := range w.balanced(p, form.zones) {
		w.draw(p, z)
	}
	if err := p.done(); err != nil {
		return nil, err
	}
	return []*Page{p}, nil
}

func (w *Waybill) form() string {
	if w.Form == "" {
		return "100x150"
	}
	return w.Form
}

func (w *Waybill) check() error {
	bad := func(code ErrorCode, hint, format string, args ...any) error {
		return &Error{code, "lay out waybill", hint, fmt.Errorf(format, args...)}
	}
	if _, ok := waybillForms[w.form()]; !ok {
		return bad(ErrorUnknownForm, "use 100x150, 76x130, 100x180 or 4x6in", "no form %q", w.Form)
	}
	if w.Number == "" {
		return bad(ErrorBadInput, "obtain a waybill number first", "the waybill number is missing")
	}
	switch w.Temperature {
	case "", Ambient, Chilled, Frozen:
	default:
		return bad(ErrorBadInput, "use ambient, chilled or frozen", "no temperature class %q", w.Temperature)
	}
	for _, it := range w.Items {
		if it.Qty < 0 || it.Qty > maxQty || len(w.Items) > maxListLines {
			return bad(ErrorBadInput, "correct the items", "%d items, one with quantity %d", len(w.Items), it.Qty)
		}
	}
	if w.WeightG < 0 || w.WeightG > maxGrams || w.ParcelNo < 0 || w.ParcelCount < 0 {
		return bad(ErrorBadInput, "weigh and number the parcel again", "weight %d g, parcel %d of %d", w.WeightG, w.ParcelNo, w.ParcelCount)
	}
	if w.COD != nil && (w.COD.Minor <= 0 || len(w.COD.Currency) != 3) {
		return bad(ErrorBadInput, "correct the amount to collect", "cash on delivery of %s", w.COD)
	}
	return nil
}

// draw fills one zone.
func (w *Waybill) draw(p *Page, z zone) {
	switch z.id {
	case "barcode":
		p.code128(z.id, z.box, w.Number)
	case "barcode2":
		if runs, err := encodeCode128(w.Number); err == nil && p.roomFor(z.box.w, runs, goodModule) {
			p.code128(z.id, z.box, w.Number)
		}
	case "qr":
		text := w.QR
		if text == "" {
			text = w.Number
		}
		p.qr(z.id, z.box, text)
	case "items":
		p.text(z.id, z.box, w.itemSummary(func(s string) bool { return p.fits(z.box, s, z.style) }), z.style)
	default:
		if s := w.zoneText(z.id); s != "" {
			p.text(z.id, z.box, s, z.style)
		}
	}
}

// zoneText is what a text zone says; empty leaves the zone white.
func (w *Waybill) zoneText(id string) string {
	switch id {
	case "carrier":
		return firstOf(w.Carrier, w.CarrierCode)
	case "service":
		return w.Service
	case "temperature":
		return w.words().temperature(w.Temperature)
	case "weight":
		if w.WeightG > 0 {
			return w.words().weight + " " + kilograms(w.WeightG) + " kg"
		}
	case "routing":
		return w.RoutingCode
	case "sorting":
		return w.SortingMark
	case "parcel":
		if w.ParcelCount == 0 && w.ParcelNo > 0 {
			return fmt.Sprintf("# %d", w.ParcelNo) // more boxes follow, nobody knows how many
		}
		if w.ParcelCount > 1 || w.ParcelNo > 1 {
			return fmt.Sprintf("%d / %d %s", w.ParcelNo, w.ParcelCount, w.words().pieces)
		}
	case "number", "number2":
		return w.Number
	case "receiver_mark":
		return w.words().to
	case "receiver_name":
		return nameText(w.Receiver)
	case "receiver_address":
		return addressText(w.Receiver)
	case "sender_mark":
		return w.words().from
	case "sender_name":
		return nameText(w.Sender)
	case "sender_address":
		return addressText(w.Sender)
	case "cod":
		if w.COD != nil {
			return w.words().collect + " " + w.COD.String()
		}
	case "refs":
		if len(w.OrderRefs) > 0 {
			return w.words().orders + " " + strings.Join(w.OrderRefs, " ")
		}
	case "merchant":
		return w.Merchant
	case "reprint":
		return w.words().reprint(w.PrintNo)
	case "trace":
		return traceLine(w.Station, w.PrintedAt, w.Operator)
	}
	return ""
}

// addressText is a Chinese address on one line, any other in international order.
func addressText(p Party) string {
	if inChina(p.Country) {
		return p.Line()
	}
	return strings.Join(p.Lines(), "\n")
}

// reprintMark names the second and later prints of a paper; originals carry no mark.
func reprintMark(n int) string {
	if n < 2 {
		return ""
	}
	s := strconv.Itoa(n)
	return "补打 #" + s + " / REPRINT #" + s
}

// traceLine says where, when and by whom a paper was printed.
func traceLine(station string, at time.Time, operator string) string {
	when := ""
	if !at.IsZero() {
		when = at.Format("2006-01-02 15:04")
	}
	return joinNonEmpty("  ", station, when, operator)
}

func joinNonEmpty(sep string, parts ...string) string {
	var b strings.Builder
	for _, s := range parts {
		if s == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(sep)
		}
		b.WriteString(s)
	}
	return b.String()
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// maxSummary is how many kinds of goods a waybill ever names; the packing list names all.
const maxSummary = 12

// itemSummary names as many items as fit and counts all: the summary is a help for the courier, the packing list is
// the record.
func (w *Waybill) itemSummary(fits func(string) bool) string {
	if len(w.Items) == 0 {
		return ""
	}
	pieces := 0
	for _, it := range w.Items {
		pieces += it.Qty
	}
	total := w.words().total(len(w.Items), pieces)
	for n := min(len(w.Items), maxSummary); n > 0; n-- {
		var b strings.Builder
		b.WriteString(total)
		for _, it := range w.Items[:n] {
			fmt.Fprintf(&b, "\n%s ×%d", it.Name, it.Qty)
		}
		if n < len(w.Items) {
			fmt.Fprintf(&b, "\n… +%d", len(w.Items)-n)
		}
		if s := b.String(); fits(s) {
			return s
		}
	}
	return total
}
