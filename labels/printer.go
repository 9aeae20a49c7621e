package labels

import "fmt"

// Printer is what a page must know of the printer it is made for. Resolution is a property of the print head: a page
// snapped for one resolution loses its barcodes on another.
type Printer struct {
	DPI    int  `json:"dpi"`               // dots per inch: 203, 300 or 600
	ShiftX int  `json:"shift_x,omitempty"` // dots by which the whole page is moved right
	ShiftY int  `json:"shift_y,omitempty"` // dots by which the whole page is moved down
	Z64    bool `json:"z64,omitempty"`     // ZPL graphics as :Z64: (half the bytes) instead of run-length ^GFA
}

// maxShift is the largest correction, in dots, that makes sense for a misaligned print head (25 mm at 203 dpi).
const maxShift = 200

func (p Printer) check() error {
	switch p.DPI {
	case 203, 300, 600:
	default:
		return &Error{ErrorBadPrinter, "lay out page", "set the printer's dpi to 203, 300 or 600", fmt.Errorf("no label printer has %d dpi", p.DPI)}
	}
	if max(p.ShiftX, -p.ShiftX, p.ShiftY, -p.ShiftY) > maxShift {
		return &Error{ErrorBadPrinter, "lay out page", fmt.Sprintf("keep the shift within ±%d dots", maxShift), fmt.Errorf("shift %d,%d is larger than a label's margin", p.ShiftX, p.ShiftY)}
	}
	return nil
}

// dots turns tenths of a millimetre into whole dots, rounded to the nearest.
func (p Printer) dots(tenths int) int {
	if tenths < 0 {
		return -p.dots(-tenths)
	}
	return (tenths*p.DPI + 127) / 254
}

// box is a field's place in tenths of a millimetre from the page's top left corner.
type box struct{ x, y, w, h int }

// rect is a place in dots.
type rect struct{ x, y, w, h int }

func (r rect) inside(o rect) bool {
	return r.x >= o.x && r.y >= o.y && r.x+r.w <= o.x+o.w && r.y+r.h <= o.y+o.h
}

func (r rect) overlaps(o rect) bool {
	return r.x < o.x+o.w && o.x < r.x+r.w && r.y < o.y+o.h && o.y < r.y+r.h
}

// rect turns a box into dots edge by edge, so that boxes which touch on paper touch in dots.
func (p Printer) rect(b box) rect {
	x, y := p.dots(b.x), p.dots(b.y)
	return rect{x, y, p.dots(b.x+b.w) - x, p.dots(b.y+b.h) - y}
}
