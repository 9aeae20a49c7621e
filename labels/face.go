package labels

import (
	"errors"
	"unicode"
)

// face is one TrueType font with glyf outlines, parsed once and subset many times. The font program stays where it is
// (in the program's read-only pages), so a face costs only its character map. A face is immutable after parseFace and
// may be used from any goroutine.
type face struct {
	name                   string // PostScript name without a subset tag
	data                   string
	tables                 map[string]string
	upem                   int // font units per em
	glyphs                 int
	hmetrics               int // glyphs with an advance of their own
	ascent, descent        int // font units
	xMin, yMin, xMax, yMax int // font units
	longLoca               bool
	glyf, loca, hmtx       string
	pages                  [unicode.MaxRune>>8 + 1]*[256]uint16 // rune>>8, rune&255 → glyph
}

// u8, u16, u32 and i16 read big-endian numbers and give 0 outside the data, so that a damaged font gives blank glyphs
// instead of a panic.
func u8(s string, o int) int {
	if o < 0 || o >= len(s) {
		return 0
	}
	return int(s[o])
}

func u16(s string, o int) int {
	if o < 0 || o+2 > len(s) {
		return 0
	}
	return int(s[o])<<8 | int(s[o+1])
}

func u32(s string, o int) int { return u16(s, o)<<16 | u16(s, o+2) }

func i16(s string, o int) int { return int(int16(u16(s, o))) }

// cut gives s[o:o+n], shortened to what there is.
func cut(s string, o, n int) string {
	if o < 0 || n < 0 || o > len(s) {
		return ""
	}
	return s[o:min(o+n, len(s))]
}

// parseFace reads a .ttf, or the first face of a .ttc, that has glyf outlines and a Unicode character map.
func parseFace(name, data string) (*face, error) {
	o := 0
	if cut(data, 0, 4) == "ttcf" {
		o = u32(data, 12)
	}
	f := &face{name: name, data: data, tables: map[string]string{}}
	for i := range u16(data, o+4) {
		r := o + 12 + i*16
		tag := cut(data, r, 4)
		if len(tag) < 4 {
			break
		}
		f.tables[tag] = cut(data, u32(data, r+8), u32(data, r+12))
	}
	f.glyf, f.loca, f.hmtx = f.tables["glyf"], f.tables["loca"], f.tables["hmtx"]
	if f.glyf == "" || f.loca == "" {
		return nil, errors.New("font has no glyf outlines")
	}
	head, hhea := f.tables["head"], f.tables["hhea"]
	f.upem, f.longLoca = u16(head, 18), u16(head, 50) == 1
	f.xMin, f.yMin, f.xMax, f.yMax = i16(head, 36), i16(head, 38), i16(head, 40), i16(head, 42)
	f.ascent, f.descent, f.hmetrics = i16(hhea, 4), i16(hhea, 6), u16(hhea, 34)
	f.glyphs = u16(f.tables["maxp"], 4)
	if f.upem == 0 || f.glyphs == 0 || f.hmetrics == 0 {
		return nil, errors.New("font has no usable head, hhea or maxp table")
	}
	if !f.parseCmap(f.tables["cmap"]) {
		return nil, errors.New("font has no unicode character map")
	}
	return f, nil
}

// parseCmap chooses the widest Unicode subtable (format 12 before 4) and fills the page table.
func (f *face) parseCmap(cm string) bool {
	best, score := 0, 0
	for i := range u16(cm, 2) {
		platform, enc, off := u16(cm, 4+i*8), u16(cm, 6+i*8), u32(cm, 8+i*8)
		format := u16(cm, off)
		s := 0
		switch {
		case platform == 3 && enc == 10 && format == 12:
			s = 4
		case platform == 0 && format == 12:
			s = 3
		case platform == 3 && enc == 1 && format == 4:
			s = 2
		case platform == 0 && format == 4:
			s = 1
		}
		if s > score {
			best, score = off, s
		}
	}
	if score == 0 {
		return false
	}
	sub := cm[best:]
	if u16(sub, 0) == 12 {
		f.mapFormat12(sub)
	} else {
		f.mapFormat4(sub)
	}
	return true
}

func (f *face) mapFormat12(s string) {
	groups := min(u32(s, 12), (len(s)-16)/12)
	for i := range groups {
		a, z, g := u32(s, 16+i*12), u32(s, 20+i*12), u32(s, 24+i*12)
		if a > unicode.MaxRune || z-a > 0xFFFF {
			continue
		}
		for r := a; r <= min(z, unicode.MaxRune); r++ {
			f.setGlyph(r, g+r-a)
		}
	}
}

func (f *face) mapFormat4(s string) {
	n := u16(s, 6) / 2
	for i := range n {
		end, start := u16(s, 14+2*i), u16(s, 16+2*n+2*i)
		delta, rangeAt := u16(s, 16+4*n+2*i), 16+6*n+2*i
		ro := u16(s, rangeAt)
		for r := start; r <= end && r != 0xFFFF; r++ {
			g := (r + delta) & 0xFFFF
			if ro != 0 {
				if g = u16(s, rangeAt+ro+2*(r-start)); g != 0 {
					g = (g + delta) & 0xFFFF
				}
			}
			f.setGlyph(r, g)
		}
	}
}

func (f *face) setGlyph(r, g int) {
	if g <= 0 || g >= f.glyphs || g > 0xFFFF {
		return
	}
	p := f.pages[r>>8]
	if p == nil {
		p = new([256]uint16)
		f.pages[r>>8] = p
	}
	p[r&255] = uint16(g)
}

// glyphID is the glyph of r, 0 when the face has none.
func (f *face) glyphID(r rune) uint16 {
	if r < 0 || r > unicode.MaxRune {
		return 0
	}
	if p := f.pages[r>>8]; p != nil {
		return p[r&255]
	}
	return 0
}

// advance is the glyph's width in 1/1000 em, the unit PDF widths are written in; measuring and drawing use the same
// rounded number, so measured text is as wide as drawn text.
func (f *face) advance(g uint16) int {
	i := min(int(g), f.hmetrics-1)
	return (u16(f.hmtx, i*4)*1000 + f.upem/2) / f.upem
}

// outline is the glyph's entry of the glyf table; empty means that the glyph has no ink.
func (f *face) outline(g uint16) string {
	i := int(g)
	var a, z int
	if f.longLoca {
		a, z = u32(f.loca, i*4), u32(f.loca, i*4+4)
	} else {
		a, z = u16(f.loca, i*2)*2, u16(f.loca, i*2+2)*2
	}
	return cut(f.glyf, a, z-a)
}

// hasInk reports whether r draws something. A character map alone is no proof: real fonts map ℃ to an empty outline.
func (f *face) hasInk(r rune) bool {
	g := f.glyphID(r)
	return g != 0 && len(f.outline(g)) > 10
}
