package labels

import (
	"fmt"
	"strings"
)

// column is one column of a table.
type column struct {
	title string
	part  int // share of the width, in thousandths
	align align
	kind  columnKind
}

// columnKind is how a column's cells are set.
type columnKind uint8

const (
	ordinary columnKind = iota
	strong              // bold
	large               // bold and larger: what people look for from a step away
	ticked              // an empty box to tick, whatever the cell says
)

// sheet is the size and type size of a list.
type sheet struct {
	w, h, margin int // tenths of a millimetre
	body, title  int // type sizes in tenths of a point
}

// sheets are the forms of lists: office paper, and the label roll where a bench has no other printer.
var sheets = map[string]sheet{
	"A4":      {2100, 2970, 120, 90, 180},
	"A4L":     {2970, 2100, 120, 90, 180},
	"A5":      {1480, 2100, 80, 80, 150},
	"100x150": {1000, 1500, 30, 65, 120},
	"100x180": {1000, 1800, 30, 65, 120},
}

// smallestBody is how far, in tenths of a point, cells may shrink.
const smallestBody = 45

// flow sets text and tables down one page after another.
type flow struct {
	kind    string
	printer Printer
	sheet   sheet
	head    func(f *flow) // what stands on top of every page
	pages   []*Page
	page    *Page
	y       int // tenths of a millimetre
	err     error
}

// footHeight is the strip at the bottom of each page for page number and trace, in tenths of a millimetre.
const footHeight = 50

// newFlow starts a list; head draws the top of every page.
func newFlow(kind, form string, pr Printer, head func(f *flow)) (*flow, error) {
	if err := pr.check(); err != nil {
		return nil, err
	}
	s, ok := sheets[firstOf(form, "A4")]
	if !ok {
		return nil, &Error{ErrorUnknownForm, "lay out " + kind, "use A4, A4L, A5, 100x150 or 100x180", fmt.Errorf("no form %q", form)}
	}
	f := &flow{kind: kind, printer: pr, sheet: s, head: head}
	f.newPage()
	return f, nil
}

func (f *flow) newPage() {
	if len(f.pages) == maxPages {
		f.err = &Error{ErrorTooLarge, "lay out " + f.kind, "split the list", fmt.Errorf("more than %d pages", maxPages)}
		return
	}
	f.page = newPage(f.kind, f.printer, f.sheet.w, f.sheet.h)
	f.pages = append(f.pages, f.page)
	f.y = f.sheet.margin
	if f.head != nil {
		f.head(f)
	}
}

// width is the usable width.
func (f *flow) width() int { return f.sheet.w - 2*f.sheet.margin }

// narrow reports a sheet of the label roll.
func (f *flow) narrow() bool { return f.sheet.w < 1200 }

// bottom is where the foot begins.
func (f *flow) bottom() int { return f.sheet.h - f.sheet.margin - footHeight }

// lineHeight is the height of one line of a type size, in tenths of a millimetre, rounded up.
func lineHeight(size int) int { return (size*254*leading + 719_99) / 720_00 }

// height is how high s becomes at a fixed size in a column of w tenths of a millimetre.
func (f *flow) height(s string, w, size int, bold bool) int {
	p := f.page
	from := len(p.glyphs)
	var rep Report
	p.glyphs = glyphsOf(p.glyphs, s, bold, &rep)
	p.lines, _ = wrap(p.lines[:0], p.glyphs[from:], p.ems(p.printer.dots(w), size))
	m, n := metricsOf(p.glyphs[from:], size), max(len(p.lines), 1)
	p.glyphs = p.glyphs[:from]
	if m == plain {
		return n * lineHeight(size)
	}
	return (size*254*(m.pitch*n+m.box()-plain.box()) + 719_999) / 720_000
}

// need starts a new page unless h tenths of a millimetre are left.
func (f *flow) need(h int) {
	if f.y+h > f.bottom() && f.err == nil {
		f.newPage()
	}
}

// paragraph sets s over the width and moves down.
func (f *flow) paragraph(field, s string, size int, bold bool) {
	if s == "" {
		return
	}
	h := min(f.height(s, f.width(), size, bold)+4, f.bottom()-f.sheet.margin)
	f.need(h)
	f.page.text(field, box{f.sheet.margin, f.y, f.width(), h}, s, style{size: size, min: smallestBody, bold: bold})
	f.y += h
}

// pair is a caption with its value.
type pair struct{ caption, value string }

// facts sets captions with their values below in as many columns as the sheet is wide for; pairs without a value are left
// out, and a value too long for a column gets a row of its own.
func (f *flow) facts(pairs []pair) {
	columns := max(2, f.width()/factWidth)
	w := f.width() / columns
	var row []pair
	flush := func() {
		f.factRow(row, w)
		row = row[:0]
	}
	for _, q := range pairs {
		if q.value == "" {
			continue
		}
		if f.height(q.value, w-factGap, f.sheet.body, true) > 2*lineHeight(f.sheet.body) {
			flush()
			f.factRow([]pair{q}, f.width())
			continue
		}
		if row = append(row, q); len(row) == columns {
			flush()
		}
	}
	flush()
}

// factWidth is the least width of a column of facts on office paper, and factGap the white between two columns, in tenths
// of a millimetre.
const (
	factWidth = 600
	factGap   = 20
)

// factRow sets pairs side by side, each w wide.
func (f *flow) factRow(row []pair, w int) {
	if len(row) == 0 {
		return
	}
	caption, high := f.sheet.body*7/10, 0
	for _, q := range row {
		high = max(high, lineHeight(caption)+f.height(q.value, w-factGap, f.sheet.body, true)+10)
	}
	high = min(high, f.bottom()-f.sheet.margin)
	f.need(high)
	for i, q := range row {
		x := f.sheet.margin + i*w
		f.page.text(q.caption+" caption", box{x, f.y, w - factGap, lineHeight(caption)}, q.caption, style{size: caption, min: captionLeast, lines: 1})
		y := f.y + lineHeight(caption)
		f.page.text(q.caption, box{x, y, w - factGap, f.y + high - 4 - y}, q.value, style{size: f.sheet.body, min: smallestBody, bold: true})
	}
	f.y += high
}

// ledger sets amounts below each other over a width, captions left and values right; where it ends in a total, that is
// strong and ruled off. It returns its height.
func (f *flow) ledger(x, w int, rows []pair, total bool) int {
	y := f.y
	for i, q := range rows {
		size := f.sheet.body
		last := total && i == len(rows)-1
		if last {
			f.page.rule(box{x, y, w, 4})
			y, size = y+10, size*13/10
		}
		h := lineHeight(size) + 4
		f.page.text(q.caption, box{x, y, w * 45 / 100, h}, q.caption, style{size: size, min: smallestBody, lines: 1, bold: last})
		f.page.text(q.caption+" value", box{x + w*45/100, y, w - w*45/100, h}, q.value, style{size: size, min: smallestBody, lines: 1, bold: last, align: right, whole: true})
		y += h
	}
	return y - f.y
}

// rows sets a table; its head is repeated on every page. A row never breaks across pages.
func (f *flow) rows(name string, cols []column, rows [][]string) {
	f.tableHead(name, cols)
	for i, row := range rows {
		if f.err != nil {
			return
		}
		size := f.sheet.body
		h := f.rowHeight(cols, row, size)
		if f.y+h > f.bottom() {
			f.newPage()
			f.tableHead(name, cols)
		}
		h = min(h, f.bottom()-f.y)
		f.cells(fmt.Sprintf("%s %d", name, i+1), cols, row, h, size, false)
		f.page.rule(box{f.sheet.margin, f.y + h - 2, f.width(), 1})
		f.y += h
	}
}

func (f *flow) rowHeight(cols []column, row []string, size int) int {
	h := 0
	for i, c := range cols {
		h = max(h, f.height(row[i], c.width(f), c.size(size), c.bold()))
	}
	return h + 14
}

// size is the type size of a column's cells on a list whose body has the given one.
func (c column) size(body int) int {
	if c.kind == large {
		return body * 4 / 3
	}
	return body
}

func (c column) bold() bool { return c.kind == strong || c.kind == large }

// width is a column's text width; 12 tenths of a millimetre stay free between columns.
func (c column) width(f *flow) int { return f.width()*c.part/1000 - 12 }

func (f *flow) tableHead(name string, cols []column) {
	titles := make([]string, len(cols))
	size := f.sheet.body * 9 / 10
	h := 0
	for i, c := range cols {
		titles[i] = c.title
		h = max(h, f.height(c.title, c.width(f), size, true))
	}
	h += 14
	f.need(h + 3*lineHeight(f.sheet.body))
	f.page.rule(box{f.sheet.margin, f.y - 2, f.width(), 4})
	f.cells(name+" head", cols, titles, h, size, true)
	f.page.rule(box{f.sheet.margin, f.y + h - 3, f.width(), 4})
	f.y += h + 2
}

func (f *flow) cells(field string, cols []column, row []string, h, size int, head bool) {
	at := 0
	for i, c := range cols {
		x := f.sheet.margin + f.width()*at/1000 + 6
		at += c.part
		if c.kind == ticked && !head {
			side := lineHeight(size)
			f.page.frame(box{x + (c.width(f)-side)/2, f.y + 8, side, side}, 3)
			continue
		}
		st := style{size: size, min: smallestBody, bold: true, align: c.align}
		if !head {
			st.size, st.bold, st.whole = c.size(size), c.bold(), c.align == right
		}
		f.page.text(field+" "+strings.ReplaceAll(c.title, "\n", " "), box{x, f.y + 4, c.width(f), h - 8}, row[i], st)
	}
}

// done numbers the pages, adds the trace line and checks every page.
func (f *flow) done(trace string) ([]*Page, error) {
	if f.err != nil {
		return nil, f.err
	}
	y, half := f.sheet.h-f.sheet.margin-36, f.width()/2
	st := style{size: min(f.sheet.body, 75), min: smallestBody, lines: 1}
	for i, p := range f.pages {
		p.text("trace", box{f.sheet.margin, y, half + half/2 - 10, 34}, trace, st)
		last := st
		last.align = right
		p.text("page number", box{f.sheet.margin + half + half/2, y, half / 2, 34}, fmt.Sprintf("%d / %d", i+1, len(f.pages)), last)
		if err := p.done(); err != nil {
			return nil, err
		}
	}
	return f.pages, nil
}

// heading sets the title and the list's barcode with its number below.
func (f *flow) heading(title, code string) {
	m, w := f.sheet.margin, f.width()
	titleHigh := lineHeight(f.sheet.title) + 6
	if f.narrow() {
		f.page.text("title", box{m, f.y, w, titleHigh}, title, style{size: f.sheet.title, min: 70, lines: 1, bold: true})
		f.page.code128("code", box{m, f.y + titleHigh, w, 90}, code)
		f.page.text("number", box{m, f.y + titleHigh + 96, w, 34}, code, style{size: 80, min: 50, lines: 1, align: center})
		f.y += titleHigh + 142
		return
	}
	f.page.text("title", box{m, f.y, w * 11 / 20, 150}, title, style{size: f.sheet.title, min: 70, lines: 2, bold: true, middle: true})
	f.page.code128("code", box{m + w*11/20, f.y, w * 9 / 20, 105}, code)
	f.page.text("number", box{m + w*11/20, f.y + 112, w * 9 / 20, 38}, code, style{size: 85, min: 50, lines: 1, align: center})
	f.y += 172
}
