package labels

import (
	"fmt"
)

// Page is one sheet in the dots of the printer it was laid out for. It is built by a document's Layout and only read
// afterwards, so one page may be rendered by several goroutines.
type Page struct {
	kind    string
	printer Printer
	w, h    int       // dots
	rects   []rect    // black
	texts   []drawn   // in drawing order
	white   []drawn   // text on black rects
	blocks  []block   // what must not lie on each other
	glyphs  []glyph   // arena of all text
	lines   []span    // scratch for wrapping
	rep     Report    // without page numbers
	err     error     // the first thing that could not be drawn
	symbols []Printed // for whoever wants to check the paper against the shipment
}

// Printed is a barcode of a page: what it says and where it stands.
type Printed struct {
	Field     string `json:"field"`
	Symbology string `json:"symbology"` // code128, gs1-128, qr, datamatrix, gs1-datamatrix, itf-14, ean-13
	Text      string `json:"text"`
	X, Y      int    // dots, top left corner of the bars, without the quiet zone
	W, H      int    // dots
	Module    int    // dots a module
	Runs      []int  // linear ones: bar, space, bar … in modules
}

// drawn is a line of text: a range of the page's glyphs with its place.
type drawn struct {
	from, to int
	x, y     int // dots; y is the baseline
	size     int // tenths of a point
}

// block is an area that a field takes up.
type block struct {
	rect
	field string
}

// newPage starts a sheet of w × h tenths of a millimetre.
func newPage(kind string, p Printer, w, h int) *Page {
	return &Page{kind: kind, printer: p, w: p.dots(w), h: p.dots(h), glyphs: make([]glyph, 0, 640), rects: make([]rect, 0, 640),
		texts: make([]drawn, 0, 64), blocks: make([]block, 0, 48), lines: make([]span, 0, 16)}
}

// Kind is the kind of the document the page belongs to.
func (p *Page) Kind() string { return p.kind }

// Size is the page's width and height in dots.
func (p *Page) Size() (w, h int) { return p.w, p.h }

// Printer is the printer the page was laid out for.
func (p *Page) Printer() Printer { return p.printer }

// Report is what happened while the page was laid out; Page numbers in it are 0.
func (p *Page) Report() Report { return p.rep }

// Barcodes lists the page's symbols in drawing order.
func (p *Page) Barcodes() []Printed { return p.symbols }

// Line is a line of text of a page as it is drawn.
type Line struct {
	Text   string
	X, Y   int // dots; Y is the baseline
	Points float64
	Bold   bool
}

// Lines lists the page's text in drawing order, for whoever wants to check or draw it otherwise.
func (p *Page) Lines() []Line {
	var out []Line
	for _, lines := range [2][]drawn{p.texts, p.white} {
		for _, d := range lines {
			gs := p.glyphs[d.from:d.to]
			l := Line{X: d.x, Y: d.y, Points: float64(d.size) / 10, Bold: len(gs) > 0 && gs[0].face == faceBold}
			for _, g := range gs {
				l.Text += string(g.r)
			}
			out = append(out, l)
		}
	}
	return out
}

// fail keeps the first error; later fields are still laid out, so that one Layout call finds every shrunk field.
func (p *Page) fail(err error) {
	if p.err == nil {
		p.err = err
	}
}

// done checks the finished page: no field outside the sheet, none on another.
func (p *Page) done() error {
	if p.err != nil {
		return p.err
	}
	sheet := rect{0, 0, p.w, p.h}
	for i, a := range p.blocks {
		if !a.inside(sheet) {
			return p.overlap(a.field, "the edge of the sheet")
		}
		for _, b := range p.blocks[i+1:] {
			if a.overlaps(b.rect) {
				return p.overlap(a.field, b.field)
			}
		}
	}
	return nil
}

func (p *Page) overlap(a, b string) error {
	return &Error{ErrorOverlap, "lay out " + p.kind, "report this form; another size of it may work", fmt.Errorf("%s lies on %s", a, b)}
}

// rule draws a solid bar; a bar thinner than a dot becomes one dot.
func (p *Page) rule(b box) {
	r := p.printer.rect(b)
	r.w, r.h = max(r.w, 1), max(r.h, 1)
	p.rects = append(p.rects, r)
}

// frame draws the four sides of b inside it, t tenths of a millimetre thick.
func (p *Page) frame(b box, t int) {
	r := p.printer.rect(b)
	d := max(p.printer.dots(t), 1)
	p.rects = append(p.rects, rect{r.x, r.y, r.w, d}, rect{r.x, r.y + r.h - d, r.w, d},
		rect{r.x, r.y + d, d, r.h - 2*d}, rect{r.x + r.w - d, r.y + d, d, r.h - 2*d})
}

// reserve enters a field's area into the overlap check.
func (p *Page) reserve(field string, r rect) { p.blocks = append(p.blocks, block{r, field}) }

// align is where text stands in its box.
type align uint8

const (
	left align = iota
	center
	right
)

// style is how a field's text is set.
type style struct {
	size   int // tenths of a point
	min    int // smallest size allowed, tenths of a point; 0 means size
	lines  int // most lines; 0 means as many as the box holds
	bold   bool
	align  align
	middle bool // centred between top and bottom of the box
	black  bool // white on black
	whole  bool // words, such as numbers, are never broken over lines

	metrics metrics // of the text that is being set
}

// leading is the distance of two baselines in percent of the size.
const leading = 118

// blackMargin is the black, in tenths of a millimetre, that stays left and right of white text.
const blackMargin = 6

// text sets s into b, wrapped and if need be shrunk, and returns the number of lines drawn. What does not fit at the
// smallest size is cut with "…" and reported as overflow of field.
func (p *Page) text(field string, b box, s string, st style) int {
	return p.textIn(field, p.printer.rect(b), s, st)
}

// textIn is text for a place in dots.
func (p *Page) textIn(field string, r rect, s string, st style) int {
	if st.black {
		p.rects = append(p.rects, r)
		p.reserve(field, r)
		pad := p.printer.dots(blackMargin)
		r.x, r.w = r.x+pad, r.w-2*pad
	}
	if s == "" {
		return 0
	}
	from := len(p.glyphs)
	p.glyphs = glyphsOf(p.glyphs, s, st.bold, &p.rep)
	st.metrics = metricsOf(p.glyphs[from:], st.size)
	size, fits := p.fit(r, from, st)
	if size < st.size {
		p.rep.Shrunk = append(p.rep.Shrunk, Fit{Field: field, From: float64(st.size) / 10, To: float64(size) / 10})
	}
	if !fits {
		p.rep.Overflow = append(p.rep.Overflow, Fit{Field: field, From: float64(st.size) / 10, To: float64(size) / 10})
		p.lines = p.lines[:min(max(p.capacity(r, st, size), 1), len(p.lines))]
		p.ellipsis(r, size, st.bold)
	}
	p.place(field, r, st, size)
	return len(p.lines)
}

// fit finds the largest size, down to the smallest allowed, at which the glyphs from `from` on go into r, and leaves the
// lines in p.lines. A size down to 80 % that breaks no word is preferred to a larger one that does. Where not even the
// smallest fits, fits is false and the lines are those of the smallest.
func (p *Page) fit(r rect, from int, st style) (size int, fits bool) {
	least := st.min
	if least == 0 {
		least = st.size
	}
	for size := st.size; size >= max(least, st.size*4/5); size = smaller(size) {
		if fits, broken := p.try(r, from, st, size); fits && !broken {
			return size, true
		}
	}
	for size := st.size; ; size = max(smaller(size), least) {
		if fits, _ := p.try(r, from, st, size); fits || size == least {
			return size, fits
		}
	}
}

// smaller is the next size to try, in tenths of a point: half a point less, or a twentieth of small sizes.
func smaller(size int) int { return size - min(5, max(size/20, 1)) }

// try wraps the glyphs from `from` on at a size into p.lines.
func (p *Page) try(r rect, from int, st style, size int) (fits, broken bool) {
	gs := p.glyphs[from:]
	limit := p.ems(r.w, size)
	p.lines, broken = wrap(p.lines[:0], gs, limit)
	fits = len(p.lines) <= p.capacity(r, st, size)
	for i := range p.lines {
		l := &p.lines[i]
		fits = fits && width(gs[l.from:l.to]) <= limit
		l.from, l.to = l.from+from, l.to+from
	}
	return fits && !(broken && st.whole), broken
}

// ems is how many 1/1000 em of the given size go into dots.
func (p *Page) ems(dots, size int) int { return dots * 720 * 1000 / (size * p.printer.DPI) }

// dotsOf is the width in dots, rounded up, of em thousandths at size.
func (p *Page) dotsOf(ems, size int) int { return (ems*size*p.printer.DPI + 719999) / 720000 }

// capacity is how many lines of size go into r.
func (p *Page) capacity(r rect, st style, size int) int {
	em := p.dotsOf(1000, size)
	line := em * st.metrics.box() / 1000
	if r.h < line {
		return 0
	}
	n := 1 + (r.h-line)/st.metrics.dots(em)
	if st.lines > 0 {
		n = min(n, st.lines)
	}
	return n
}

// ellipsis ends the last line with "…", giving up as many glyphs as that needs.
func (p *Page) ellipsis(r rect, size int, bold bool) {
	l := p.lines[len(p.lines)-1]
	dots, _ := lookup('…', bold)
	limit := p.ems(r.w, size) - int(dots.adv)
	from := len(p.glyphs)
	w := 0
	for _, g := range p.glyphs[l.from:l.to] {
		if w += int(g.adv); w > limit {
			break
		}
		p.glyphs = append(p.glyphs, g)
	}
	if w <= 0 || int(dots.adv) <= p.ems(r.w, size) {
		p.glyphs = append(p.glyphs, dots)
	}
	p.lines[len(p.lines)-1] = span{from, len(p.glyphs)}
}

// place turns the lines into drawing operations and reserves the area they cover.
func (p *Page) place(field string, r rect, st style, size int) {
	em := p.dotsOf(1000, size)
	pitch := st.metrics.dots(em)
	line := em * st.metrics.box() / 1000
	height := line + pitch*(len(p.lines)-1)
	y := r.y
	if st.middle && height < r.h {
		y += (r.h - height) / 2
	}
	x0, x1 := r.x+r.w, r.x
	for i, l := range p.lines {
		if line := p.glyphs[l.from:l.to]; needsOrder(line) {
			copy(line, visual(line))
		}
		w := p.dotsOf(width(p.glyphs[l.from:l.to]), size)
		x := r.x
		switch st.align {
		case center:
			x += (r.w - w) / 2
		case right:
			x += r.w - w
		}
		d := drawn{l.from, l.to, x, y + em*st.metrics.ascent/1000 + i*pitch, size}
		if st.black {
			p.white = append(p.white, d)
		} else {
			p.texts = append(p.texts, d)
		}
		x0, x1 = min(x0, x), max(x1, x+w)
	}
	if !st.black && x1 > x0 {
		p.reserve(field, rect{x0, y, x1 - x0, min(height, max(r.y+r.h-y, line))})
	}
}

// fits reports whether s goes into b whole, at the smallest size allowed. Nothing is drawn or reported.
func (p *Page) fits(b box, s string, st style) bool {
	r := p.printer.rect(b)
	from := len(p.glyphs)
	var rep Report
	p.glyphs = glyphsOf(p.glyphs, s, st.bold, &rep)
	st.metrics = metricsOf(p.glyphs[from:], st.size)
	_, fits := p.fit(r, from, st)
	p.glyphs = p.glyphs[:from]
	return fits
}
