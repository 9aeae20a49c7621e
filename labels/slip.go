package labels

import (
	"fmt"
	"time"
)

// Kinds of slips.
const (
	SlipPutBack   = "put-back"  // goods go back to their location
	SlipException = "exception" // the box waits for a person
)

// Slip is the paper that goes with goods or a box that leaves the normal way: 放回单 to put goods back, 异常单 for a box that
// somebody has to look at. Its barcode answers the instruction when the work is done.
type Slip struct {
	Form      string     `json:"form,omitempty"` // 76x130 (default) or 100x150
	Slip      string     `json:"slip"`           // put-back or exception
	Number    string     `json:"number"`         // instruction or exception; the barcode
	Reason    string     `json:"reason"`         // in the operator's language, with the next step
	Shipment  string     `json:"shipment,omitempty"`
	Parcel    string     `json:"parcel,omitempty"`
	Where     string     `json:"where,omitempty"` // exception: where the box stands
	Lines     []ListLine `json:"lines,omitempty"` // put-back: goods with their location
	Station   string     `json:"station,omitempty"`
	Operator  string     `json:"operator,omitempty"`
	PrintedAt time.Time  `json:"printed_at,omitzero"`
}

// slipForms are the sheets of slips.
var slipForms = map[string]sheet{"76x130": {760, 1300, 25, 75, 160}, "100x150": {1000, 1500, 30, 90, 190}}

// Layout makes as many slips as the goods need.
func (s Slip) Layout(pr Printer) ([]*Page, error) {
	if err := pr.check(); err != nil {
		return nil, err
	}
	bad := func(code ErrorCode, hint, format string, args ...any) ([]*Page, error) {
		return nil, &Error{code, "lay out slip", hint, fmt.Errorf(format, args...)}
	}
	form, ok := slipForms[firstOf(s.Form, "76x130")]
	title := map[string]string{SlipPutBack: "放回单 PUT BACK", SlipException: "异常单 EXCEPTION"}[s.Slip]
	switch {
	case !ok:
		return bad(ErrorUnknownForm, "use 76x130 or 100x150", "no form %q", s.Form)
	case title == "":
		return bad(ErrorBadInput, "use put-back or exception", "no slip %q", s.Slip)
	case s.Number == "":
		return bad(ErrorBadInput, "give the slip its number", "the number is missing")
	case s.Slip == SlipPutBack && len(s.Lines) == 0:
		return bad(ErrorBadInput, "name what goes back, and where to", "nothing to put back")
	case len(s.Lines) > maxListLines:
		return bad(ErrorTooLarge, "split the slip", "%d lines", len(s.Lines))
	}
	f := &flow{kind: KindSlip, printer: pr, sheet: form, head: func(f *flow) {
		h := lineHeight(form.title) + 24
		f.page.text("title", box{form.margin, f.y, f.width(), h}, title, style{size: form.title, min: 90, lines: 1, bold: true, align: center, middle: true, black: true})
		f.y += h + 10
		f.page.code128("code", box{5, f.y, form.w - 10, 120}, s.Number)
		f.page.text("number", box{form.margin, f.y + 124, f.width(), 40}, s.Number, style{size: 90, min: 55, lines: 1, align: center})
		f.y += 172
	}}
	f.newPage()
	f.facts([]pair{{"出库单 Shipment", s.Shipment}, {"包裹 Parcel", s.Parcel}, {"位置 Where", s.Where}})
	f.paragraph("reason", s.Reason, form.body*5/4, true)
	f.y += 10
	if len(s.Lines) > 0 {
		rows := make([][]string, 0, len(s.Lines))
		for _, l := range s.Lines {
			rows = append(rows, []string{l.Location, joinNonEmpty("\n", l.Name, joinNonEmpty("  ", l.SKU, l.Lot), l.Expiry, l.Serial, l.Note), quantity(l), ""})
		}
		f.rows("line", []column{{"货位 To", 270, left, large}, {"品名 Goods", 450, left, ordinary}, {"数量 Qty", 180, right, large}, {"✓", 100, center, ticked}}, rows)
	}
	return f.done(traceLine(s.Station, s.PrintedAt, s.Operator))
}

func exampleSlip() Document {
	return Slip{Slip: SlipPutBack, Number: "PB-20260314-0042", Reason: "订单已取消，请把商品放回货位。\nOrder cancelled: put the goods back.", Shipment: "SH2026031400127", Parcel: "SH2026031400127-1",
		Lines: exampleLines()[:2], Station: "PACK-07", Operator: "A012", PrintedAt: exampleTime()}
}
