package labels

import (
	"fmt"
	"unicode/utf16"
)

// Thai writes vowels above and below a consonant and a tone mark above those. The font places each mark for a consonant of
// normal height; where another mark or a tall stem is in the way, the layout features of the font would move it. They are
// not used here, so marks carry their move themselves.

// What is special about a glyph: the moves of a mark, and two for text of any script.
const (
	markRaised = 1 << iota // above another mark
	markLeft               // beside the stem of a tall consonant
	tall                   // reaches beyond what a line of plain text leaves it
	sticky                 // a blank at which no line ends
)

// How far marks move, in 1/1000 em of Noto Sans Thai: a tone mark clears the tallest vowel (its top is at 800, the tone
// mark begins at 635), and a mark ends before the stem of ฝ, which begins 174 before the next letter.
const (
	raisedBy  = 180
	stemBegin = 190
)

// leftBy is how far a mark moves to clear a stem, in 1/1000 em.
func leftBy(r rune) int {
	f := fontFace(faceThai)
	return max(0, i16(f.outline(f.glyphID(r)), 6)+stemBegin)
}

// faceScale is the size of a face in percent of the text's. Thai stacks two marks on a consonant, and Arabic letters reach
// far below the line; a little smaller they stay clear of the lines above and below.
var faceScale = [faceCount]int{faceRegular: 100, faceBold: 100, faceCJK: 100, faceRest: 100, faceThai: 90, faceArabic: 85, faceDroid: 100}

// scaled is the glyph's face size for text of a size in tenths of a point, in thousandths of a point.
func (g glyph) scaled(size int) int { return size * faceScale[g.face] }

// move is how far a mark moves on paper, in dots.
func (g glyph) move(size, dpi int) (x, y int) {
	if g.mark&markLeft != 0 {
		x = -(leftBy(g.r)*g.scaled(size)*dpi + 36_000_000) / 72_000_000
	}
	if g.mark&markRaised != 0 {
		y = -(raisedBy*g.scaled(size)*dpi + 36_000_000) / 72_000_000
	}
	return x, y
}

// placeThai gives the marks among the glyphs their moves.
func placeThai(gs []glyph) {
	for i := range gs {
		if !thaiAbove(gs[i].r) {
			continue
		}
		base := i - 1
		for base >= 0 && thaiMark(gs[base].r) {
			base--
		}
		if base >= 0 && thaiTall(gs[base].r) {
			gs[i].mark |= markLeft
		}
		if thaiTone(gs[i].r) && (stacked(gs, base, i) || i+1 < len(gs) && gs[i+1].r == 'ำ') {
			gs[i].mark |= markRaised
		}
	}
}

// stacked reports whether a vowel stands above between a consonant and the mark i.
func stacked(gs []glyph, base, i int) bool {
	for _, g := range gs[base+1 : i] {
		if thaiAbove(g.r) {
			return true
		}
	}
	return false
}

// thaiTone reports the tone marks and the signs that go on top: mai ek to yamakkan.
func thaiTone(r rune) bool { return r >= 0x0E48 && r <= 0x0E4E && r != 0x0E4D }

// thaiAbove reports marks above the consonant; sara am holds one and is a letter.
func thaiAbove(r rune) bool {
	return r == 0x0E31 || r >= 0x0E34 && r <= 0x0E37 || r >= 0x0E47 && r <= 0x0E4E
}

func thaiMark(r rune) bool { return thaiAbove(r) || r >= 0x0E38 && r <= 0x0E3A }

// thaiTall reports consonants whose stem reaches into the marks: ป ฝ ฟ ฬ.
func thaiTall(r rune) bool { return r == 'ป' || r == 'ฝ' || r == 'ฟ' || r == 'ฬ' }

// thaiLeads reports vowels that are written before their consonant and may not end a line; thaiFollows those that may
// not begin one.
func thaiLeads(r rune) bool { return r >= 0x0E40 && r <= 0x0E44 }

func thaiFollows(r rune) bool {
	return r >= 0x0E2F && r <= 0x0E33 && r != 0x0E31 || r == 0x0E45 || r == 0x0E46
}

// cluster is how many glyphs a letter takes together with the marks behind it, where at least one of them moves; else 1.
func cluster(gs []glyph) int {
	moves, n := false, 1
	for n < len(gs) && gs[n].face == gs[0].face && thaiMark(gs[n].r) {
		moves = moves || gs[n].mark&(markRaised|markLeft) != 0
		n++
	}
	if !moves {
		return 1
	}
	return n
}

// markedCluster ends the string, writes a letter with its marks in their places and begins a new string; it returns the
// width in 1/1000 em. Readers sort moved marks by where they stand, so the text is said besides (ISO 32000-1 14.9.4).
func (w *pdfWriter) markedCluster(gs []glyph) (ems int) {
	w.buf = append(w.buf, ") Tj /Span <</ActualText <FEFF"...)
	for _, g := range gs {
		for _, u := range utf16.Encode([]rune{g.r}) {
			w.buf = fmt.Appendf(w.buf, "%04X", u)
		}
	}
	w.buf = append(w.buf, ">>> BDC "...)
	for _, g := range gs {
		rise, back := 0, 0
		if g.mark&markRaised != 0 {
			rise = raisedBy
		}
		if g.mark&markLeft != 0 {
			back = leftBy(g.r)
		}
		_, code := w.fonts.slot(g)
		w.buf = append(decimal(w.buf, float64(w.size*rise)/1e6), " Ts ["...)
		w.buf = append(decimal(w.buf, float64(back)), '(')
		w.code(code)
		w.buf = append(w.buf, ')')
		w.buf = append(decimal(w.buf, float64(-back)), "] TJ "...)
		ems += int(g.adv)
	}
	w.buf = append(w.buf, "0 Ts EMC ("...)
	return ems
}
