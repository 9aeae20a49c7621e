package tui

import (
	"strings"

	"pickstation/tui/text"
)

// cell is one character cell: a rune with up to two combining marks.
type cell struct {
	r     rune
	marks [2]rune
	st    style
	w     uint8 // 1, 2, or 0 for the right half of a wide rune
}

// canvas is a window of cells. It cannot be drawn on outside of its edges, so a
// screen can never be larger than its window.
type canvas struct {
	w, h  int
	ascii bool // show "?" for runes that a 512-glyph console lacks
	cells []cell
}

func newCanvas(w, h int, ascii bool) *canvas {
	c := &canvas{w: w, h: h, ascii: ascii, cells: make([]cell, w*h)}
	for i := range c.cells {
		c.cells[i] = cell{r: ' ', w: 1}
	}
	return c
}

// set writes one rune of width 1 or 2; the caller has checked the edges. Halves of
// wide runes that are cut off become spaces.
func (c *canvas) set(x, y int, r rune, w int, st style) {
	row := c.cells[y*c.w : (y+1)*c.w]
	if row[x].w == 0 && x > 0 {
		row[x-1] = cell{r: ' ', w: 1, st: row[x-1].st}
	}
	if end := x + w; end < c.w && row[end].w == 0 {
		row[end] = cell{r: ' ', w: 1, st: row[end].st}
	}
	row[x] = cell{r: r, w: uint8(w), st: st}
	if w == 2 {
		row[x+1] = cell{st: st}
	}
}

// mark adds a combining mark to the cell that ends before x.
func (c *canvas) mark(x, y int, r rune) {
	if x > 0 && c.cells[y*c.w+x-1].w == 0 {
		x--
	}
	if x <= 0 {
		return
	}
	m := &c.cells[y*c.w+x-1].marks
	switch {
	case m[0] == 0:
		m[0] = r
	case m[1] == 0:
		m[1] = r
	}
}

// write draws s from x on in at most w cells and returns how many it took. Text that
// does not fit ends with "~".
func (c *canvas) write(x, y, w int, st style, s string) int {
	w = min(w, c.w-x)
	if x < 0 || y < 0 || y >= c.h || w <= 0 {
		return 0
	}
	clip := c.width(s) > w
	room := w
	if clip {
		room--
	}
	n, marks := 0, 0
	for _, r := range s {
		if r, marks = c.glyph(r, marks); r < 0 {
			continue
		}
		rw := runeWidth(r)
		if rw == 0 {
			if n > 0 && marks > 0 {
				c.mark(x+n, y, r)
			}
			continue
		}
		if n+rw > room {
			break
		}
		c.set(x+n, y, r, rw, st)
		n += rw
	}
	if clip {
		c.set(x+n, y, '~', 1, st)
		n++
	}
	return n
}

// glyph is the rune as this canvas shows it, -1 for nothing.
func (c *canvas) glyph(r rune, marks int) (rune, int) {
	r, marks = text.Rune(r, marks)
	if c.ascii && r > 0x7e {
		if runeWidth(r) == 0 {
			return -1, marks
		}
		return '?', marks
	}
	return r, marks
}

// width is how many cells s takes on this canvas.
func (c *canvas) width(s string) int {
	if !c.ascii {
		return cells(s)
	}
	n, marks := 0, 0
	for _, r := range s {
		if r, marks = c.glyph(r, marks); r >= 0 {
			n += runeWidth(r)
		}
	}
	return n
}

// fill paints a rectangle with spaces.
func (c *canvas) fill(x, y, w, h int, st style) {
	for j := max(y, 0); j < min(y+h, c.h); j++ {
		for i := max(x, 0); i < min(x+w, c.w); i++ {
			c.set(i, j, ' ', 1, st)
		}
	}
}

// String returns the window as lines, each with its own styles, without trailing
// unstyled space.
func (c *canvas) string(th *sgr) string {
	var b strings.Builder
	b.Grow(c.w*c.h + c.h*64)
	for y := range c.h {
		if y > 0 {
			b.WriteByte('\n')
		}
		row := c.cells[y*c.w : (y+1)*c.w]
		end := len(row)
		for end > 0 && row[end-1].r == ' ' && th[row[end-1].st] == "" {
			end--
		}
		writeRow(&b, row[:end], th)
	}
	return b.String()
}

func writeRow(b *strings.Builder, row []cell, th *sgr) {
	cur := ""
	for i := range row {
		c := &row[i]
		if c.w == 0 {
			continue
		}
		if on := th[c.st]; on != cur {
			if cur != "" {
				b.WriteString(reset)
			}
			b.WriteString(on)
			cur = on
		}
		b.WriteRune(c.r)
		for _, m := range c.marks {
			if m != 0 {
				b.WriteRune(m)
			}
		}
	}
	if cur != "" {
		b.WriteString(reset)
	}
}

// area is a rectangle of a canvas with its own coordinates.
type area struct {
	c          *canvas
	x, y, w, h int
}

// top returns the first n rows and the rest.
func (a area) top(n int) (head, rest area) {
	n = min(max(n, 0), a.h)
	return area{a.c, a.x, a.y, a.w, n}, area{a.c, a.x, a.y + n, a.w, a.h - n}
}

// bottom returns the last n rows and the rest.
func (a area) bottom(n int) (foot, rest area) {
	n = min(max(n, 0), a.h)
	rest, foot = a.top(a.h - n)
	return foot, rest
}

// right returns the area from column n on.
func (a area) right(n int) area {
	n = min(max(n, 0), a.w)
	return area{a.c, a.x + n, a.y, a.w - n, a.h}
}

// inset returns the area without its first and last n columns.
func (a area) inset(n int) area {
	n = min(n, a.w/2)
	return area{a.c, a.x + n, a.y, a.w - 2*n, a.h}
}

// text writes in row y from column x on and returns the cells it took.
func (a area) text(x, y int, st style, s string) int {
	if y < 0 || y >= a.h || x >= a.w || x < 0 {
		return 0
	}
	return a.c.write(a.x+x, a.y+y, a.w-x, st, s)
}

// center writes in the middle of row y.
func (a area) center(y int, st style, s string) {
	a.text(max(0, (a.w-a.c.width(s))/2), y, st, s)
}

// fill paints the whole area.
func (a area) fill(st style) { a.c.fill(a.x, a.y, a.w, a.h, st) }

// seg is a piece of a line: pieces of a higher rank are dropped first when the line
// is too narrow; rank 0 is never dropped, only clipped.
type seg struct {
	st    style
	s     string
	rank  int
	right bool // stands at the right edge
}

// line writes the pieces of row y with a gap between them.
func (a area) line(y, gap int, segs ...seg) {
	segs = fit(a.c, a.w, gap, segs)
	x, end := 0, a.w
	for i := len(segs) - 1; i >= 0; i-- {
		if s := segs[i]; s.right {
			end -= a.c.width(s.s)
			a.text(max(end, 0), y, s.st, s.s)
			end -= gap
		}
	}
	left := area{a.c, a.x, a.y, max(end, 0), a.h}
	for _, s := range segs {
		if !s.right && x < left.w {
			x += left.text(x, y, s.st, s.s) + gap
		}
	}
}

// fit drops empty pieces, then those of the highest rank until the line fits.
func fit(c *canvas, w, gap int, segs []seg) []seg {
	kept := make([]seg, 0, len(segs))
	need := -gap
	for _, s := range segs {
		if s.s != "" {
			kept = append(kept, s)
			need += c.width(s.s) + gap
		}
	}
	for need > w {
		worst := -1
		for i, s := range kept {
			if s.rank > 0 && (worst < 0 || s.rank >= kept[worst].rank) {
				worst = i
			}
		}
		if worst < 0 {
			break
		}
		need -= c.width(kept[worst].s) + gap
		kept = append(kept[:worst], kept[worst+1:]...)
	}
	return kept
}
