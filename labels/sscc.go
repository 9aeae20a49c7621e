package labels

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pickstation/gs1"
)

// Element is one GS1 element: an application identifier and its value, without brackets.
type Element struct {
	AI    string `json:"ai"`
	Value string `json:"value"`
}

// LogisticLabel is the GS1 logistic label of a pallet or case: free text on top, what the elements say in the middle,
// GS1-128 barcodes below with the SSCC last (GS1 Logistic Label Guideline, section 3).
type LogisticLabel struct {
	Form       string    `json:"form,omitempty"` // A6 (default), 100x150, 4x6in, A5 or 76x130 (barcode upright, elements in a DataMatrix)
	SSCC       string    `json:"sscc"`           // 18 digits with their check digit
	Elements   []Element `json:"elements,omitempty"`
	From       []string  `json:"from,omitempty"` // lines of the sender's block
	To         []string  `json:"to,omitempty"`   // lines of the receiver's block
	Product    string    `json:"product,omitempty"`
	Carrier    string    `json:"carrier,omitempty"`
	PrintNo    int       `json:"print_no,omitempty"`
	Station    string    `json:"station,omitempty"`
	Operator   string    `json:"operator,omitempty"`
	PrintedAt  time.Time `json:"printed_at,omitzero"`
	DataMatrix bool      `json:"data_matrix,omitempty"` // also a GS1 DataMatrix with all elements
}

// Widths and height of GS1-128 on logistic units (GS1 General Specifications, symbol specification table 5: X 0.495 to
// 1.016 mm, height at least 31.75 mm) and the longest message (5.4.1: 48 data characters, 165.1 mm).
const (
	gs1LeastX   = 495 // thousandths of a millimetre
	gs1MostX    = 1016
	gs1Height   = 318 // tenths of a millimetre
	gs1MostData = 48
)

// logisticForms are the label sizes in tenths of a millimetre.
var logisticForms = map[string]struct{ w, h int }{"A6": {1050, 1480}, "100x150": {1000, 1500}, "4x6in": {1016, 1524}, "A5": {1480, 2100},
	narrowLogistic: {760, 1300}}

// narrowLogistic is too narrow for an SSCC across (156 modules of 0.495 mm and quiet zones take 87 mm); its bars lie
// across and are read along the label.
const narrowLogistic = "76x130"

// Layout makes the one page of the label. A barcode that cannot keep the X-dimension of the standard is refused.
func (l LogisticLabel) Layout(pr Printer) ([]*Page, error) {
	if err := pr.check(); err != nil {
		return nil, err
	}
	form, ok := logisticForms[firstOf(l.Form, "A6")]
	if !ok {
		return nil, &Error{ErrorUnknownForm, "lay out logistic label", "use A6, 100x150, 4x6in, A5 or 76x130", fmt.Errorf("no form %q", l.Form)}
	}
	bad := func(err error) ([]*Page, error) {
		return nil, &Error{ErrorBadInput, "lay out logistic label", "correct the elements; numbers need their check digit", err}
	}
	if err := gs1.CheckSSCC(l.SSCC); err != nil {
		return bad(err)
	}
	all := []gs1.Element{{AI: "00", Value: l.SSCC}}
	for _, e := range l.Elements {
		if e.AI == "00" {
			return bad(fmt.Errorf("the SSCC has a field of its own and may not stand among the elements"))
		}
		all = append(all, gs1.Element{AI: e.AI, Value: e.Value})
	}
	if _, err := gs1.ElementString(gs1.Compact(all)); err != nil {
		return bad(err)
	}
	p := newPage(KindSSCC, pr, form.w, form.h)
	if l.Form == narrowLogistic {
		if len(l.Elements) > 0 && !l.DataMatrix {
			return bad(fmt.Errorf("a label of %s mm has room for one barcode; ask for the DataMatrix or take a wider form", narrowLogistic))
		}
		l.drawNarrow(p, all)
	} else {
		l.draw(p, form.w, form.h, all)
	}
	if err := p.done(); err != nil {
		return nil, err
	}
	return []*Page{p}, nil
}

func (l LogisticLabel) draw(p *Page, w, h int, all []gs1.Element) {
	const m = 25
	half := (w - 3*m) / 2
	p.text("from", box{m, 25, half, 165}, joinNonEmpty("\n", append([]string{"发货 FROM"}, l.From...)...), style{size: 90, min: 55})
	p.text("to", box{2*m + half, 25, half, 165}, joinNonEmpty("\n", append([]string{"收货 TO"}, l.To...)...), style{size: 100, min: 55, bold: true})
	p.rule(box{m, 195, w - 2*m, 4})
	groups := p.gs1Groups(w-10, all)
	barcode := 50 + gs1Height + 12 // text line, bars, gap
	bottom := h - 60 - len(groups)*barcode
	if bottom < 400 {
		p.fail(&Error{ErrorBarcodeTooFine, "lay out logistic label", "take a wider form such as A5, or leave elements out",
			fmt.Errorf("%d barcodes of %d mm do not fit %d mm", len(groups), gs1Height/10, h/10)})
		return
	}
	width := w - 2*m
	if l.DataMatrix {
		p.gs1DataMatrix("datamatrix", box{w - m - 240, 205, 240, 240}, all)
		width -= 250
	}
	p.text("product", box{m, 205, width, 90}, l.Product, style{size: 120, min: 65, bold: true})
	p.text("content", box{m, 300, width, bottom - 310}, gs1Titles(all), style{size: 90, min: 50})
	p.rule(box{m, bottom - 6, w - 2*m, 4})
	y := bottom
	for i, g := range groups {
		name := fmt.Sprintf("barcode %d", i+1)
		p.gs1Barcode(name, box{5, y + 50, w - 10, gs1Height}, g)
		p.text(name+" text", box{m, y + 4, w - 2*m, 44}, gs1.Bracketed(g), style{size: 100, min: 60, lines: 1, align: center})
		y += barcode
	}
	p.text("trace", box{m, h - 55, w - 2*m, 34}, joinNonEmpty("  ", reprintMark(l.PrintNo), l.Carrier, traceLine(l.Station, l.PrintedAt, l.Operator)), style{size: 70, min: 50, lines: 1})
}

// drawNarrow draws the form with the SSCC upright on the right.
func (l LogisticLabel) drawNarrow(p *Page, all []gs1.Element) {
	const m, w = 25, 390
	p.text("from", box{m, 25, w, 170}, joinNonEmpty("\n", append([]string{"发货 FROM"}, l.From...)...), style{size: 80, min: 50})
	p.text("to", box{m, 205, w, 190}, joinNonEmpty("\n", append([]string{"收货 TO"}, l.To...)...), style{size: 90, min: 50, bold: true})
	p.rule(box{m, 400, w, 4})
	p.text("product", box{m, 410, w, 150}, l.Product, style{size: 110, min: 60, bold: true})
	p.text("content", box{m, 570, w, 330}, gs1Titles(all), style{size: 75, min: 45})
	if l.DataMatrix {
		p.gs1DataMatrix("datamatrix", box{m, 910, 240, 240}, all)
	}
	p.text("barcode 1 text", box{m, 1165, w, 44}, gs1.Bracketed(all[:1]), style{size: 95, min: 60, lines: 1})
	p.text("trace", box{m, 1215, w, 70}, joinNonEmpty("  ", reprintMark(l.PrintNo), l.Carrier, traceLine(l.Station, l.PrintedAt, l.Operator)), style{size: 65, min: 45})
	text, runs, err := gs1Runs(all[:1])
	if err != nil {
		p.fail(&Error{ErrorBadSymbol, "draw barcode 1", "correct the SSCC", err})
		return
	}
	p.bars("barcode 1", box{430, 5, gs1Height, 1290}, text, runs, linear{symbology: "gs1-128", minX: gs1LeastX, maxX: gs1MostX, ladder: true})
}

// gs1Groups spreads the elements over as few barcodes as the width (tenths of a millimetre) allows at the smallest
// X-dimension; the SSCC has its own, at the bottom, where scanners look first.
func (p *Page) gs1Groups(w int, all []gs1.Element) [][]gs1.Element {
	var groups [][]gs1.Element
	for _, e := range gs1.Compact(all[1:]) {
		if n := len(groups); n > 0 {
			wider := append(slices.Clone(groups[n-1]), e)
			if _, runs, err := gs1Runs(wider); err == nil && p.roomFor(w, runs, p.leastDots(gs1LeastX)) {
				groups[n-1] = wider
				continue
			}
		}
		groups = append(groups, []gs1.Element{e})
	}
	return append(groups, all[:1])
}

// gs1Runs is the GS1-128 symbol of the elements and the text that a scanner will send.
func gs1Runs(elements []gs1.Element) (text string, runs []int, err error) {
	text, err = gs1.ElementString(elements)
	if err != nil {
		return "", nil, err
	}
	if len(text) > gs1MostData {
		return "", nil, fmt.Errorf("%d data characters are more than the %d of one GS1-128 symbol", len(text), gs1MostData)
	}
	runs, err = encodeCode128(string(fnc1) + strings.ReplaceAll(text, string(rune(gs1.GS)), string(fnc1)))
	return text, runs, err
}

// gs1Titles is the part of the label for people: one line an element.
func gs1Titles(all []gs1.Element) string {
	var b strings.Builder
	for i, e := range all {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(gs1Title(e.AI))
		b.WriteString(":  ")
		b.WriteString(e.Value)
	}
	return b.String()
}

// gs1Title is the data title of an identifier (GS1 General Specifications 3.2), with Chinese for the common ones.
func gs1Title(ai string) string {
	switch ai {
	case "00":
		return "SSCC 物流单元"
	case "01":
		return "GTIN 商品"
	case "02":
		return "CONTENT 内装商品"
	case "10":
		return "BATCH/LOT 批号"
	case "11":
		return "PROD DATE 生产日期"
	case "15":
		return "BEST BEFORE 保质期"
	case "17":
		return "EXPIRY 有效期"
	case "37":
		return "COUNT 数量"
	}
	if len(ai) == 4 && strings.HasPrefix(ai, "310") {
		return "NET WEIGHT 净重 (kg, " + ai[3:] + " dec.)"
	}
	if info, ok := gs1.Lookup(ai); ok && info.Title != "" {
		return "(" + ai + ") " + info.Title
	}
	return "(" + ai + ")"
}

// gs1Barcode draws a GS1-128 symbol within the standard's X-dimension; it is refused where the label is too narrow.
func (p *Page) gs1Barcode(field string, b box, elements []gs1.Element) {
	text, runs, err := gs1Runs(elements)
	if err != nil {
		p.fail(&Error{ErrorBadSymbol, "draw barcode " + field, "leave an element out or take a wider label", err})
		return
	}
	p.bars(field, b, text, runs, linear{symbology: "gs1-128", minX: gs1LeastX, maxX: gs1MostX})
}

func exampleLogisticLabel() Document {
	return LogisticLabel{
		Form: "A5", SSCC: "369012340000000017", Product: "贵妃芒果 5斤装 MANGO 2.5 kg × 12",
		Elements: []Element{{"02", "06901234567892"}, {"37", "12"}, {"15", "260328"}, {"10", "L260312"}},
		From:     []string{"海南鲜果仓", "海口市龙华区金盘工业区"}, To: []string{"杭州分拨中心", "杭州市余杭区良渚街道", "收货口 07"}, Carrier: "SF",
		DataMatrix: true, PrintNo: 1, Station: "PACK-07", Operator: "A012", PrintedAt: exampleTime(),
	}
}
