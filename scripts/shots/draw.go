package main

import (
	"fmt"
	"strings"
)

// Cell size and margin in pixels; the picture scales without loss.
const (
	cellW, cellH = 9, 19
	margin       = 10
	baseline     = 14 // of a cell's text, from its top
)

// The sixteen colours, as a common dark terminal shows them, and its own two.
var palette = [16]string{"#1e1e1e", "#cd3131", "#0dbc79", "#d7b600", "#2472c8", "#bc3fbc", "#11a8cd", "#d5d5d5",
	"#7a7a7a", "#f14c4c", "#23d18b", "#f5f543", "#3b8eea", "#d670d6", "#29b8db", "#ffffff"}

const foreground, background = "#d5d5d5", "#1e1e1e"

// colors returns the colours a look paints with; "" is no background of its own.
func (l look) colors() (fg, bg string) {
	fg = foreground
	if l.fg >= 0 {
		fg = palette[l.fg]
	}
	if l.bg >= 0 {
		bg = palette[l.bg]
	}
	if l.reverse {
		if bg == "" {
			bg = background
		}
		return bg, fg
	}
	return fg, bg
}

// draw paints a grid.
func draw(grid [][]cell, title string) string {
	cols := 0
	for _, row := range grid {
		n := 0
		for _, c := range row {
			n += c.w
		}
		cols = max(cols, n)
	}
	w, h := max(cols, 40)*cellW+2*margin, len(grid)*cellH+2*margin
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" shape-rendering="crispEdges">`+"\n", w, h, w, h)
	if title != "" {
		fmt.Fprintf(&b, "<title>%s</title>\n", escapeXML(title))
	}
	fmt.Fprintf(&b, `<rect width="%d" height="%d" rx="6" fill="%s"/>`+"\n", w, h, background)
	b.WriteString(`<g font-family="'Noto Sans Mono CJK SC','Noto Sans Mono','DejaVu Sans Mono',Menlo,Consolas,monospace" font-size="15" xml:space="preserve">` + "\n")
	for y, row := range grid {
		drawBackgrounds(&b, row, y)
		drawTexts(&b, row, y)
	}
	b.WriteString("</g>\n</svg>\n")
	return b.String()
}

// drawBackgrounds paints one rectangle for each run of a colour.
func drawBackgrounds(b *strings.Builder, row []cell, y int) {
	x := 0
	for i := 0; i < len(row); {
		_, bg := row[i].look.colors()
		start := x
		for ; i < len(row); i++ {
			if _, next := row[i].look.colors(); next != bg {
				break
			}
			x += row[i].w
		}
		if bg != "" {
			fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s"/>`+"\n",
				margin+start*cellW, margin+y*cellH, (x-start)*cellW, cellH, bg)
		}
	}
}

// drawTexts paints runs of one look and width. Each states its length, so that the
// cells stay in their columns whatever font the viewer has.
func drawTexts(b *strings.Builder, row []cell, y int) {
	x := 0
	for i := 0; i < len(row); {
		first := row[i]
		var s strings.Builder
		start := x
		for ; i < len(row) && row[i].look == first.look && row[i].w == first.w && (row[i].text == " ") == (first.text == " "); i++ {
			s.WriteString(row[i].text)
			x += row[i].w
		}
		if first.text == " " && !first.look.underline {
			continue
		}
		fg, _ := first.look.colors()
		attrs := ""
		if first.look.bold {
			attrs += ` font-weight="bold"`
		}
		if first.look.underline {
			attrs += ` text-decoration="underline"`
		}
		fmt.Fprintf(b, `<text x="%d" y="%d" fill="%s" textLength="%d" lengthAdjust="spacingAndGlyphs"%s>%s</text>`+"\n",
			margin+start*cellW, margin+y*cellH+baseline, fg, (x-start)*cellW, attrs, escapeXML(s.String()))
	}
}

// escapeXML makes text safe in an element; what XML 1.0 (2.2) has no place for
// becomes "?".
func escapeXML(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0xfffe || r == 0xffff || r == 0xfffd {
			return '?'
		}
		return r
	}, s)
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(s)
}
