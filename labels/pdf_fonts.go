package labels

import (
	"strconv"

	"github.com/jung-kurt/gofpdf"
)

// Codes 32 to 255 of an 8-bit PDF font carry one glyph each.
const (
	firstCode    = 32
	glyphsPerPDF = 224
)

// pdfFont is one 8-bit font: up to 224 runes of one face.
type pdfFont struct {
	name  string
	face  uint8
	runes []rune
}

// place is where a glyph went.
type place struct {
	font uint16
	code byte
}

// fontCoder numbers the glyphs of a document.
type fontCoder struct {
	fonts []pdfFont
	open  [faceCount]int // 1 + index of the font of each face that still has room
	slots map[uint32]place
	bytes int // of all font programs, once added
}

func slotKey(g glyph) uint32 { return uint32(g.face)<<21 | uint32(g.r) }

// codeFonts gives every glyph of the pages a font and a code, in the order in which they are first drawn.
func codeFonts(pages []*Page) *fontCoder {
	c := &fontCoder{slots: make(map[uint32]place, 256)}
	for _, p := range pages {
		for _, lines := range [2][]drawn{p.texts, p.white} {
			for _, d := range lines {
				for _, g := range p.glyphs[d.from:d.to] {
					c.number(g)
				}
			}
		}
	}
	return c
}

func (c *fontCoder) number(g glyph) {
	k := slotKey(g)
	if _, ok := c.slots[k]; ok {
		return
	}
	i := c.open[g.face] - 1
	if i < 0 || len(c.fonts[i].runes) == glyphsPerPDF {
		i = len(c.fonts)
		c.fonts = append(c.fonts, pdfFont{name: "f" + strconv.Itoa(i), face: g.face, runes: make([]rune, 0, glyphsPerPDF)})
		c.open[g.face] = i + 1
	}
	f := &c.fonts[i]
	c.slots[k] = place{uint16(i), byte(firstCode + len(f.runes))}
	f.runes = append(f.runes, g.r)
}

// slot is the font's name and the code of a glyph that codeFonts has seen.
func (c *fontCoder) slot(g glyph) (font string, code byte) {
	s := c.slots[slotKey(g)]
	return c.fonts[s.font].name, s.code
}

// add registers the fonts with f.
func (c *fontCoder) add(f *gofpdf.Fpdf) {
	for i := range c.fonts {
		pf := &c.fonts[i]
		program := fontFace(pf.face).subset(pf.runes)
		c.bytes += len(program)
		// A file name that does not end in .z makes gofpdf store the program as it is: deflating it costs more than the
		// rest of the page.
		f.AddFontFromBytes(pf.name, "", pf.definition(i, len(program)), program)
	}
}

// definition is the JSON font description that gofpdf asks for.
func (pf *pdfFont) definition(i, size int) []byte {
	face := fontFace(pf.face)
	em := func(v int) int64 { return int64(v * 1000 / face.upem) }
	j := make([]byte, 0, 4096)
	j = append(j, `{"Tp":"TrueType","Name":"`...)
	j = append(append(append(j, subsetTag(i)...), '+'), face.name...)
	j = append(j, `","Desc":{"Ascent":`...)
	j = strconv.AppendInt(j, em(face.ascent), 10)
	j = append(j, `,"Descent":`...)
	j = strconv.AppendInt(j, em(face.descent), 10)
	j = append(j, `,"CapHeight":733,"Flags":32,"FontBBox":{"Xmin":`...)
	j = strconv.AppendInt(j, em(face.xMin), 10)
	j = append(j, `,"Ymin":`...)
	j = strconv.AppendInt(j, em(face.yMin), 10)
	j = append(j, `,"Xmax":`...)
	j = strconv.AppendInt(j, em(face.xMax), 10)
	j = append(j, `,"Ymax":`...)
	j = strconv.AppendInt(j, em(face.yMax), 10)
	j = append(j, `},"ItalicAngle":0,"StemV":80,"MissingWidth":0},"Up":-100,"Ut":50,"Cw":[0`...)
	for n := 1; n < 256; n++ {
		w := 0
		if k := n - firstCode; k >= 0 && k < len(pf.runes) {
			w = face.advance(face.glyphID(pf.runes[k]))
		}
		j = strconv.AppendInt(append(j, ','), int64(w), 10)
	}
	j = append(j, `],"Enc":"","Diff":"32`...)
	for _, r := range pf.runes {
		j = append(append(j, " /"...), glyphName(r)...)
	}
	j = append(append(append(j, `","File":"`...), pf.name...), `.ttf","OriginalSize":`...)
	return append(strconv.AppendInt(j, int64(size), 10), '}')
}

// subsetTag is the six-letter prefix that marks a subset (ISO 32000-1 9.6.4).
func subsetTag(i int) string {
	return string([]byte{'P', 'S', 'A' + byte(i/676%26), 'A' + byte(i/26%26), 'A' + byte(i%26), 'A'})
}
