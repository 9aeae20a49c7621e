package labels

import (
	"fmt"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/ean"
	"github.com/boombuler/barcode/twooffive"

	"pickstation/gs1"
)

// ItemLabel gives goods a barcode that arrive without one or with a damaged one.
type ItemLabel struct {
	Symbology string `json:"symbology,omitempty"` // code128 (default), ean-13, itf-14, qr or datamatrix
	Code      string `json:"code"`
	Name      string `json:"name,omitempty"`
	SKU       string `json:"sku,omitempty"`
	Lot       string `json:"lot,omitempty"`
	Expiry    string `json:"expiry,omitempty"`
	Copies    int    `json:"copies,omitempty"` // default 1
}

// ItemLabels prints item labels of 60 × 40 mm, cases (ITF-14) on 100 × 60 mm.
type ItemLabels struct {
	Labels []ItemLabel `json:"labels"`
}

// EAN-13 and ITF-14 keep the widths of GS1 General Specifications 5.5.2.6, symbol specification tables 1 and 2: EAN-13
// X 0.264 to 0.66 mm with 11X in front and 7X behind, ITF-14 X 0.495 to 1.016 mm with 10X and bearer bars.
const (
	eanLeastX  = 264 // thousandths of a millimetre
	eanMostX   = 660
	eanQuiet   = 11 // modules, on both sides
	bearerBars = 2  // modules
)

// Layout makes one page a copy.
func (l ItemLabels) Layout(pr Printer) ([]*Page, error) {
	if err := pr.check(); err != nil {
		return nil, err
	}
	total := 0
	for _, one := range l.Labels {
		if one.Copies < 0 || one.Copies > maxLabels {
			total = maxLabels + 1
			break
		}
		total += max(one.Copies, 1)
	}
	if total == 0 || total > maxLabels {
		return nil, &Error{ErrorBadInput, "lay out item labels", fmt.Sprintf("give between 1 and %d labels", maxLabels), fmt.Errorf("%d labels", total)}
	}
	var pages []*Page
	for _, one := range l.Labels {
		p, err := one.page(pr)
		if err != nil {
			return nil, err
		}
		for range max(one.Copies, 1) {
			pages = append(pages, p)
		}
	}
	return pages, nil
}

func (l ItemLabel) page(pr Printer) (*Page, error) {
	w, h := 600, 400
	if l.Symbology == "itf-14" {
		w, h = 1000, 600
	}
	p := newPage(KindItem, pr, w, h)
	p.text("name", box{20, 15, w - 40, 90}, l.Name, style{size: 100, min: 55, bold: true})
	facts := joinNonEmpty("  ", l.SKU, l.Lot, l.Expiry)
	if l.Symbology == "qr" || l.Symbology == "datamatrix" {
		return l.square(p)
	}
	b := box{5, 112, w - 10, h - 112 - 95}
	switch l.Symbology {
	case "", "code128":
		p.code128("barcode", b, l.Code)
	case "ean-13":
		p.ean13("barcode", b, l.Code)
	case "itf-14":
		p.itf14("barcode", b, l.Code)
	default:
		return nil, &Error{ErrorBadInput, "lay out item label", "use code128, ean-13, itf-14, qr or datamatrix", fmt.Errorf("no symbology %q", l.Symbology)}
	}
	p.text("code", box{20, h - 88, w - 40, 38}, l.Code, style{size: 85, min: 50, lines: 1, align: center})
	p.text("facts", box{20, h - 48, w - 40, 36}, facts, style{size: 75, min: 50, lines: 1})
	return p, p.done()
}

// square draws a label of 60 × 40 mm with its two-dimensional symbol on the left and the text beside it.
func (l ItemLabel) square(p *Page) (*Page, error) {
	b, x, w := box{12, 112, 270, 270}, 295, 285
	if l.Symbology == "qr" {
		p.qr("barcode", b, l.Code)
	} else {
		p.dataMatrix("barcode", b, l.Code)
	}
	p.text("code", box{x, 120, w, 130}, l.Code, style{size: 90, min: 50})
	p.text("facts", box{x, 258, w, 122}, joinNonEmpty("\n", l.SKU, l.Lot, l.Expiry), style{size: 85, min: 50})
	return p, p.done()
}

// ean13 draws an EAN-13 symbol; a number of twelve digits (GTIN-12) gets its leading zero.
func (p *Page) ean13(field string, b box, code string) {
	if len(code) == 12 {
		code = "0" + code
	}
	err := gs1.CheckGTIN(code)
	if err == nil && len(code) != 13 {
		err = fmt.Errorf("EAN-13 holds 13 digits, not %d", len(code))
	}
	var symbol barcode.Barcode
	if err == nil {
		symbol, err = ean.Encode(code)
	}
	if err != nil {
		p.fail(&Error{ErrorBadSymbol, "draw barcode " + field, "correct the number and its check digit", err})
		return
	}
	p.bars(field, b, code, runsOf(symbol), linear{symbology: "ean-13", minX: eanLeastX, maxX: eanMostX, quiet: eanQuiet})
}

// itf14 draws an ITF-14 symbol with bearer bars above and below.
func (p *Page) itf14(field string, b box, code string) {
	err := gs1.CheckGTIN(code)
	if err == nil && len(code) != 14 {
		err = fmt.Errorf("ITF-14 holds 14 digits, not %d", len(code))
	}
	var symbol barcode.Barcode
	if err == nil {
		symbol, err = twooffive.Encode(code, true)
	}
	if err != nil {
		p.fail(&Error{ErrorBadSymbol, "draw barcode " + field, "correct the number and its check digit", err})
		return
	}
	p.bars(field, b, code, runsOf(symbol), linear{symbology: "itf-14", minX: gs1LeastX, maxX: gs1MostX})
	if p.err != nil {
		return
	}
	s := p.symbols[len(p.symbols)-1]
	thick, quiet := bearerBars*s.Module, linearQuiet*s.Module
	p.rects = append(p.rects, rect{s.X - quiet, s.Y, s.W + 2*quiet, thick}, rect{s.X - quiet, s.Y + s.H - thick, s.W + 2*quiet, thick})
}

// runsOf measures a linear symbol that the barcode library drew.
func runsOf(b barcode.Barcode) []int {
	s := scanned{b}
	w, _ := s.size()
	var runs []int
	for x := 0; x < w; {
		from := x
		for x < w && s.dark(x, 0) == s.dark(from, 0) {
			x++
		}
		runs = append(runs, x-from)
	}
	return runs
}

func exampleItemLabels() Document {
	return ItemLabels{[]ItemLabel{
		{Symbology: "ean-13", Code: "6901234567892", Name: "贵妃芒果 5斤装 Mango", SKU: "MG-GF-5", Lot: "L260312", Expiry: "2026-03-28"},
		{Symbology: "itf-14", Code: "16901234567899", Name: "贵妃芒果 整箱 Case of 12", SKU: "MG-GF-5C"},
		{Symbology: "datamatrix", Code: strings.Repeat("SN20260314-", 2) + "7", Name: "便携仪器 Portable meter", SKU: "PM-1"},
		{Code: "CF-XL-250", Name: "兴隆咖啡 Coffee 250 g", Copies: 2}, {Symbology: "qr", Code: "https://t.example.com/i/ICE-QBL-6", Name: "清补凉冰淇淋 Ice cream"},
	}}
}
