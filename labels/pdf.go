package labels

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	"github.com/jung-kurt/gofpdf"
)

// How a page becomes a PDF in half a millisecond.
//
// Given a TrueType file, gofpdf parses it again for every document and expands its character map into Go maps: tens of
// milliseconds for a Chinese font, and a panic on runes beyond U+FFFF. It also takes 8-bit fonts with a table of widths
// and glyph names, and for those it does nothing but write. So the fonts are parsed once (face.go); for each document
// the runes used are numbered, 224 to a font, and every such font is handed over as an 8-bit font of its own with a
// subset font program. Text is written as those numbers; the glyph names give readers the text back.
//
// Barcodes and rules are one path of rectangles. Their edges stand on whole dots of the printer, drawn in by inset,
// because the rasterisers of PDF printers paint every dot that is touched at all.

// inset is the part of a dot by which rectangles are drawn in on each side, so that rounding to 1/1000 pt never touches
// the next dot (measured: without it, bars grow by one dot in ghostscript and poppler).
const inset = 0.04

// maxPages bounds one job; a wave prints in several.
const maxPages = 1000

// Meta is what a PDF says of itself.
type Meta struct {
	Title   string
	Created time.Time // zero means no particular time; the bytes then depend on the pages alone
}

// RenderPDF writes the pages, which may differ in size but must be laid out for the same printer, into one document.
// Pages share their fonts, so a wave of labels is best rendered together.
func RenderPDF(pages []*Page, m Meta) (out []byte, rep Report, err error) {
	const op = "render PDF"
	if err := checkPages(op, pages); err != nil {
		return nil, rep, err
	}
	defer func() {
		if r := recover(); r != nil {
			out, err = nil, &Error{ErrorRenderer, op, "report this page; the scan is stored", fmt.Errorf("PDF writer stopped: %v", r)}
		}
	}()
	rep = reportOf(pages)
	f := gofpdf.NewCustom(&gofpdf.InitType{UnitStr: "pt", OrientationStr: "P", Size: gofpdf.SizeType{Wd: 1, Ht: 1}})
	f.SetMargins(0, 0, 0)
	f.SetAutoPageBreak(false, 0)
	f.SetCompression(false)
	f.SetCatalogSort(true)
	f.SetCreationDate(m.created())
	f.SetModificationDate(m.created())
	f.SetCreator("Pickstation", true)
	if m.Title != "" {
		f.SetTitle(m.Title, true)
	}
	fonts := codeFonts(pages)
	fonts.add(f)
	w := pdfWriter{f: f, fonts: fonts, buf: make([]byte, 0, 32<<10)}
	for _, p := range pages {
		w.page(p)
	}
	var b bytes.Buffer
	b.Grow(fonts.bytes + 64<<10)
	if err := f.Output(&b); err != nil {
		return nil, rep, &Error{ErrorRenderer, op, "report this page; the scan is stored", err}
	}
	out, err = exactPDF(b.Bytes(), pages)
	if err != nil {
		return nil, rep, &Error{ErrorRenderer, op, "report this page; the scan is stored", err}
	}
	return out, rep, nil
}

// created is the document's time; the zero Meta gets a fixed one, since gofpdf would take the clock.
func (m Meta) created() time.Time {
	if m.Created.IsZero() {
		return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return m.Created.UTC()
}

func checkPages(op string, pages []*Page) error {
	if len(pages) == 0 {
		return &Error{ErrorBadInput, op, "lay out a document first", fmt.Errorf("no pages")}
	}
	if len(pages) > maxPages {
		return &Error{ErrorTooLarge, op, "print in smaller jobs", fmt.Errorf("%d pages are more than %d", len(pages), maxPages)}
	}
	for _, p := range pages[1:] {
		if p.printer.DPI != pages[0].printer.DPI {
			return &Error{ErrorBadPrinter, op, "lay all pages out for one printer", fmt.Errorf("pages for %d and %d dpi in one job", pages[0].printer.DPI, p.printer.DPI)}
		}
	}
	return nil
}

func reportOf(pages []*Page) (rep Report) {
	for i, p := range pages {
		rep.merge(i+1, p.rep)
	}
	return rep
}

// pdfWriter writes page contents in points.
type pdfWriter struct {
	f     *gofpdf.Fpdf
	fonts *fontCoder
	buf   []byte
	dot   float64 // points a dot
	h     float64 // page height in points
	dx    int     // the printer's shift in dots
	dy    int
	font  string
	size  int // thousandths of a point
}

func (w *pdfWriter) page(p *Page) {
	w.dot = 72 / float64(p.printer.DPI)
	w.h = float64(p.h) * w.dot
	w.dx, w.dy = p.printer.ShiftX, p.printer.ShiftY
	w.font, w.size = "", 0
	w.f.AddPageFormat("P", gofpdf.SizeType{Wd: float64(p.w) * w.dot, Ht: w.h})
	w.rects(p.rects)
	w.texts(p, p.texts)
	if len(p.white) > 0 {
		w.buf = append(w.buf, "1 g\n"...)
		w.texts(p, p.white)
		w.buf = append(w.buf, "0 g\n"...)
	}
	w.flush()
}

// flush hands the content written so far to the page.
func (w *pdfWriter) flush() {
	if len(w.buf) > 0 {
		w.f.RawWriteStr(string(w.buf[:len(w.buf)-1])) // gofpdf adds the line feed
		w.buf = w.buf[:0]
	}
}

func (w *pdfWriter) rects(rects []rect) {
	if len(rects) == 0 {
		return
	}
	b := w.buf
	for _, r := range rects {
		b = append(decimal(b, (float64(r.x+w.dx)+inset)*w.dot), ' ')
		b = append(decimal(b, w.h-(float64(r.y+w.dy+r.h)-inset)*w.dot), ' ')
		b = append(decimal(b, (float64(r.w)-2*inset)*w.dot), ' ')
		b = append(decimal(b, (float64(r.h)-2*inset)*w.dot), " re\n"...)
	}
	w.buf = append(b, "f\n"...)
}

// texts writes lines of text; within a line a new string starts where the font changes.
func (w *pdfWriter) texts(p *Page, lines []drawn) {
	for _, d := range lines {
		x := float64(d.x+w.dx) * w.dot
		y := w.h - float64(d.y+w.dy)*w.dot
		gs := p.glyphs[d.from:d.to]
		for i := 0; i < len(gs); {
			font, _ := w.fonts.slot(gs[i])
			w.use(font, gs[i].scaled(d.size))
			w.buf = append(decimal(append(decimal(append(w.buf, "BT "...), x), ' '), y), " Td ("...)
			ems := 0
			for i < len(gs) {
				next, code := w.fonts.slot(gs[i])
				if next != font {
					break
				}
				if n := cluster(gs[i:]); n > 1 {
					ems += w.markedCluster(gs[i : i+n])
					i += n
					continue
				}
				w.code(code)
				ems += int(gs[i].adv)
				i++
			}
			w.buf = append(w.buf, ") Tj ET\n"...)
			x += float64(ems*d.size) / 10000
		}
	}
}

// code writes one character of a string.
func (w *pdfWriter) code(c byte) {
	if c == '(' || c == ')' || c == '\\' {
		w.buf = append(w.buf, '\\')
	}
	w.buf = append(w.buf, c)
}

// use makes font and size, in thousandths of a point, current.
func (w *pdfWriter) use(font string, size int) {
	if w.font == font && w.size == size {
		return
	}
	w.flush()
	w.f.SetFont(font, "", float64(size)/1000)
	w.font, w.size = font, size
}

// decimal appends a coordinate with at most three decimals.
func decimal(b []byte, v float64) []byte {
	n := int64(v*1000 + 0.5)
	if v < 0 {
		n = int64(v*1000 - 0.5)
	}
	if n < 0 {
		b, n = append(b, '-'), -n
	}
	b = strconv.AppendInt(b, n/1000, 10)
	if r := n % 1000; r != 0 {
		b = append(b, '.', byte('0'+r/100))
		if r%100 != 0 {
			b = append(b, byte('0'+r/10%10))
			if r%10 != 0 {
				b = append(b, byte('0'+r%10))
			}
		}
	}
	return b
}
