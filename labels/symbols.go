package labels

import (
	"fmt"
	"strings"
)

// The widths that printers and standards ask of a module.
const (
	leastModule     = 2  // dots; below it a thermal head cannot keep bars and spaces apart
	goodModule      = 3  // dots; below it a barcode is reported as Fine
	linearQuiet     = 10 // modules on each side (ISO/IEC 15417:2007 4.4.2 e; GS1 General Specifications 5.4.3)
	qrQuiet         = 4  // modules on every side (ISO/IEC 18004:2015 6.3.8)
	dataMatrixQuiet = 2  // modules on every side; ISO/IEC 16022:2006 5.2.1 asks 1, thermal paper deserves one more
)

// linear is how a linear barcode is placed.
type linear struct {
	symbology string
	minX      int  // thousandths of a millimetre; 0: two dots are enough
	maxX      int  // thousandths of a millimetre; 0: as wide as the box
	quiet     int  // modules on each side; 0: linearQuiet
	ladder    bool // bars lie across, read from top to bottom
}

// maxCourierX is the widest module, in thousandths of a millimetre, of carrier barcodes that set no maximum of their own;
// wider bars only push the quiet zone out of a scanner's view.
const maxCourierX = 660

// code128 draws the shortest Code 128 symbol of s over the whole height of b, quiet zones inside b.
func (p *Page) code128(field string, b box, s string) {
	runs, err := encodeCode128(s)
	if err != nil {
		p.fail(&Error{ErrorBadSymbol, "draw barcode " + field, "correct the number", err})
		return
	}
	p.bars(field, b, s, runs, linear{symbology: "code128", maxX: maxCourierX})
}

// bars draws the runs of a linear barcode, as wide as the box allows in whole dots a module.
func (p *Page) bars(field string, b box, text string, runs []int, how linear) {
	r := p.printer.rect(b)
	along := r.w
	if how.ladder {
		along = r.h
	}
	modules := 0
	for _, n := range runs {
		modules += n
	}
	if how.quiet == 0 {
		how.quiet = linearQuiet
	}
	module := along / (modules + 2*how.quiet)
	if how.maxX > 0 {
		module = min(module, how.maxX*p.printer.DPI/25400)
	}
	if least := p.leastDots(how.minX); module < least {
		p.fail(&Error{ErrorBarcodeTooFine, "draw barcode " + field, "take a wider form, a shorter number or a printer with more dots",
			fmt.Errorf("%d modules need %d dots, the field has %d", modules, least*(modules+2*how.quiet), along)})
		return
	}
	p.reportFine(field, module)
	start := (along - module*modules) / 2
	printed := Printed{Field: field, Symbology: how.symbology, Text: text, Module: module, Runs: runs}
	if how.ladder {
		printed.X, printed.Y, printed.W, printed.H = r.x, r.y+start, r.w, module*modules
	} else {
		printed.X, printed.Y, printed.W, printed.H = r.x+start, r.y, module*modules, r.h
	}
	at := 0
	for i, n := range runs {
		if i%2 == 0 && how.ladder {
			p.rects = append(p.rects, rect{r.x, printed.Y + at, r.w, n * module})
		} else if i%2 == 0 {
			p.rects = append(p.rects, rect{printed.X + at, r.y, n * module, r.h})
		}
		at += n * module
	}
	p.symbols = append(p.symbols, printed)
	quiet := how.quiet * module
	if how.ladder {
		p.reserve(field, rect{r.x, printed.Y - quiet, r.w, printed.H + 2*quiet})
	} else {
		p.reserve(field, rect{printed.X - quiet, r.y, printed.W + 2*quiet, r.h})
	}
}

// leastDots is the smallest module in dots that is not finer than um thousandths of a millimetre.
func (p *Page) leastDots(um int) int { return max(leastModule, (um*p.printer.DPI+25399)/25400) }

func (p *Page) reportFine(field string, module int) {
	if module < goodModule {
		p.rep.Fine = append(p.rep.Fine, Fine{Field: field, Dots: module, Module: float64(module) * 25.4 / float64(p.printer.DPI)})
	}
}

// matrix is a two-dimensional symbol without its quiet zone.
type matrix interface {
	size() (w, h int)
	dark(x, y int) bool
}

// qr draws s as a QR code of level M in the middle of b, quiet zone inside b.
func (p *Page) qr(field string, b box, s string) {
	q, err := encodeQR(s)
	if err != nil {
		p.fail(&Error{ErrorBadSymbol, "draw QR code " + field, "shorten its text", err})
		return
	}
	p.matrix(field, "qr", b, s, q, qrQuiet)
}

// matrix draws a two-dimensional symbol in the middle of b, as large as whole dots allow.
func (p *Page) matrix(field, symbology string, b box, text string, m matrix, quiet int) {
	r := p.printer.rect(b)
	w, h := m.size()
	module := min(r.w/(w+2*quiet), r.h/(h+2*quiet))
	if module < leastModule {
		p.fail(&Error{ErrorBarcodeTooFine, "draw " + strings.ToUpper(symbology) + " " + field, "shorten its text or take a larger form",
			fmt.Errorf("%d modules a side do not fit %d dots", w, r.w)})
		return
	}
	p.reportFine(field, module)
	x0, y0 := r.x+(r.w-w*module)/2, r.y+(r.h-h*module)/2
	for y := range h {
		for x := 0; x < w; x++ {
			from := x
			for x < w && m.dark(x, y) {
				x++
			}
			if x > from {
				p.rects = append(p.rects, rect{x0 + from*module, y0 + y*module, (x - from) * module, module})
			}
		}
	}
	p.symbols = append(p.symbols, Printed{Field: field, Symbology: symbology, Text: text, X: x0, Y: y0, W: w * module, H: h * module, Module: module})
	q := quiet * module
	p.reserve(field, rect{x0 - q, y0 - q, w*module + 2*q, h*module + 2*q})
}

// roomFor reports whether runs and their quiet zones go into w tenths of a millimetre at the given dots a module.
func (p *Page) roomFor(w int, runs []int, dots int) bool {
	modules := 2 * linearQuiet
	for _, n := range runs {
		modules += n
	}
	return modules*dots <= p.printer.dots(w)
}
