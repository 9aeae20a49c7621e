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
	p.address("from", box{m, 20, half, 175}, "发货 FROM", l.From, style{size: 90, min: 55})
	p.address("to", box{2*m + half, 20, half, 175}, "收货 TO", l.To, style{size: 105, min: 55, bold: true})
	p.rule(box{m + half + m/2, 20, 3, 178})
	p.rule(box{m, 198, w - 2*m, 4})
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
		p.gs1DataMatrix("datamatrix", box{w - m - 240, 210, 240, 240}, all)
		width -= 250
	}
	p.text("product", box{m, 212, width, 90}, l.Product, style{size: 130, min: 65, bold: true})
	p.gs1Facts(box{m, 310, width, bottom - 320}, all)
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
	p.address("from", box{m, 25, w, 170}, "发货 FROM", l.From, style{size: 80, min: 50})
	p.address("to", box{m, 205, w, 190}, "收货 TO", l.To, style{size: 90, min: 50, bold: true})
	p.rule(box{m, 400, w, 4})
	p.text("product", box{m, 410, w, 150}, l.Product, style{size: 110, min: 60, bold: true})
	p.gs1Facts(box{m, 570, w, 330}, all)
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

// address draws a small caption and the lines of an address below it.
func (p *Page) address(field string, b box, caption string, lines []string, st style) {
	p.text(field+" caption", box{b.x, b.y, b.w, 30}, caption, style{size: 65, min: captionLeast, lines: 1})
	p.text(field, box{b.x, b.y + 32, b.w, b.h - 32}, strings.Join(lines, "\n"), st)
}

// Sizes of a cell of the logistic label's facts in tenths of a millimetre: a caption of 6 pt with its value below it, or
// both on one line where there are many.
const (
	factHeight  = 118
	factCaption = 28
	factLeast   = 62
)

// gs1Facts is the part of the label for people: a caption and a value for each element, in two columns where there is the
// width.
func (p *Page) gs1Facts(b box, all []gs1.Element) {
	columns := 1
	if b.w >= 500 {
		columns = 2
	}
	rows := (len(all) + columns - 1) / columns
	w, h := b.w/columns, min(b.h/rows, factHeight)
	for i, e := range all {
		x, y := b.x+i%columns*w, b.y+i/columns*h
		title, value := gs1Title(e.AI), gs1Readable(e)
		if h < factLeast {
			p.text("content "+e.AI, box{x, y, w - 15, h - 2}, title+"  "+value, style{size: 75, min: 45, lines: 1})
			continue
		}
		p.text("caption "+e.AI, box{x, y, w - 15, factCaption}, title, style{size: 62, min: captionLeast, lines: 1})
		p.text("content "+e.AI, box{x, y + factCaption, w - 40, h - factCaption - 4}, value, style{size: 150, min: 50, bold: true})
	}
}

// gs1Readable is a value as people read it: a date as 2026-03-28, or 2026-03 where the day is left open (GS1 General
// Specifications 3.4.2; the century as in 7.12, for labels that are printed now).
func gs1Readable(e gs1.Element) string {
	switch e.AI {
	case "11", "12", "13", "15", "16", "17":
		if len(e.Value) == 6 {
			day := "20" + e.Value[:2] + "-" + e.Value[2:4] + "-" + e.Value[4:]
			return strings.TrimSuffix(day, "-00")
		}
	}
	return e.Value
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
