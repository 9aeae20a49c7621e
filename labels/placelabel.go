package labels

import "fmt"

// PlaceLabel is one tote or location.
type PlaceLabel struct {
	Code        string `json:"code"`           // what the barcode says
	Text        string `json:"text,omitempty"` // what people read; default: the code
	Zone        string `json:"zone,omitempty"`
	Temperature string `json:"temperature,omitempty"`
	Up          bool   `json:"up,omitempty"`   // an arrow: the place is above the label
	Down        bool   `json:"down,omitempty"` // an arrow: the place is below the label
}

// TotesAndLocations prints labels for totes 周转箱 and shelves 货位: the name readable from across the aisle, the barcode
// wide enough for a scan at arm's length.
type TotesAndLocations struct {
	Form   string       `json:"form,omitempty"` // 100x60 (default) or 76x40
	Labels []PlaceLabel `json:"labels"`
}

// placeForms are the label sizes in tenths of a millimetre.
var placeForms = map[string]struct{ w, h int }{"100x60": {1000, 600}, "76x40": {760, 400}}

// Layout makes one page a label.
func (t TotesAndLocations) Layout(pr Printer) ([]*Page, error) {
	const kind = KindPlace
	if err := pr.check(); err != nil {
		return nil, err
	}
	form, ok := placeForms[firstOf(t.Form, "100x60")]
	if !ok {
		return nil, &Error{ErrorUnknownForm, "lay out place labels", "use 100x60 or 76x40", fmt.Errorf("no form %q", t.Form)}
	}
	if n := len(t.Labels); n == 0 || n > maxLabels {
		return nil, &Error{ErrorBadInput, "lay out place labels", fmt.Sprintf("give between 1 and %d labels", maxLabels), fmt.Errorf("%d labels", n)}
	}
	pages := make([]*Page, 0, len(t.Labels))
	for _, l := range t.Labels {
		p := newPage(kind, pr, form.w, form.h)
		l.draw(p, form.w, form.h)
		if err := p.done(); err != nil {
			return nil, err
		}
		pages = append(pages, p)
	}
	return pages, nil
}

func (l PlaceLabel) draw(p *Page, w, h int) {
	top := h * 45 / 100
	side := w * 28 / 100
	arrow := map[[2]bool]string{{true, false}: "↑", {false, true}: "↓", {true, true}: "↑↓"}[[2]bool{l.Up, l.Down}]
	p.text("text", box{30, 25, w - side - 50, top - 30}, firstOf(l.Text, l.Code), style{size: 520, min: 140, lines: 1, bold: true, middle: true})
	p.text("arrow", box{w - side, 25, side - 25, top/2 - 20}, arrow, style{size: 240, min: 120, lines: 1, bold: true, align: right, middle: true})
	if mark := temperatureWord(l.Temperature); mark != "" {
		p.text("temperature", box{w - side, top/2 + 5, side - 25, top/2 - 15}, mark, style{size: 95, min: 60, lines: 1, bold: true, align: center, middle: true, black: true})
	}
	p.code128("barcode", box{15, top, w - 30, h - top - 70}, l.Code)
	p.text("zone", box{30, h - 62, w/2 - 40, 42}, l.Zone, style{size: 90, min: 60, lines: 1})
	p.text("code", box{w / 2, h - 62, w/2 - 30, 42}, l.Code, style{size: 90, min: 50, lines: 1, align: right})
}

func examplePlaces() Document {
	return TotesAndLocations{Labels: []PlaceLabel{{Code: "LOC:F-01-1", Text: "F-01-1", Zone: "冷冻区 Freezer", Temperature: Frozen, Up: true}, {Code: "TOTE:0417", Text: "T-0417", Zone: "拣货箱 Tote"}}}
}
