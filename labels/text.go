package labels

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// noBreak is the blank that holds two words together.
const noBreak = '\u00a0'

// lineBreak is the glyph that ends a line; it has no width and is never drawn.
const lineBreak = '\n'

// maxFieldRunes bounds the work one hostile field can cause; what lies behind is overflow by any measure.
const maxFieldRunes = 4096

// glyphsOf turns any bytes into glyphs that can be drawn, and enters what cannot be drawn in rep.
//
// Line feeds become line breaks; tabs and other white space one space each; code points that Unicode calls default
// ignorable (joiners, variation selectors, direction marks) have no ink of their own and go. Letters followed by
// combining marks are composed (Unicode normal form C), since the fonts have no mark positioning; Arabic letters take the
// form their neighbours ask for, Thai marks the place that theirs leave; some scripts that no font holds are written in
// Latin letters. Control characters and broken UTF-8 are drawn as missing.
func glyphsOf(dst []glyph, s string, bold bool, rep *Report) []glyph {
	whole := len(s)
	s = bounded(s)
	overlong := len(s) < whole
	s = romanised(composed(s), rep)
	if rightToLeft(s) {
		s = shapeArabic(s)
	}
	n, from, thai := 0, len(dst), false
	var unknown undrawn
	for i := 0; i < len(s); n++ {
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		if n == maxFieldRunes {
			overlong = true
			break
		}
		switch {
		case r == '\n':
			dst = append(dst, glyph{r: lineBreak})
			continue
		case r == '\r' || ignorable(r):
			continue
		case r == utf8.RuneError:
			r = 0xFFFD
		}
		g, ok := lookup(r, bold)
		if !ok {
			rep.missing(r)
			unknown.letter(r, rep)
		} else if unknown.n > 0 {
			unknown = undrawn{}
		}
		if r == noBreak {
			g.mark |= sticky
		}
		thai = thai || g.face == faceThai
		dst = append(dst, g)
	}
	if thai {
		placeThai(dst[from:])
	}
	if overlong {
		return append(dst, overlongMark)
	}
	return dst
}

// bounded cuts what lies behind the rune that marks a field as overlong.
func bounded(s string) string {
	if len(s) <= maxFieldRunes {
		return s
	}
	n := 0
	for i := range s {
		if n++; n > maxFieldRunes+1 {
			return s[:i]
		}
	}
	return s
}

// overlongMark ends a field that was longer than maxFieldRunes; no box is wide enough for it, so it is always reported.
var overlongMark = glyph{r: '…', adv: 65535, face: faceRegular}

// composed gives normal form C when s has something to compose: combining marks, kana voicing marks, Hangul jamo. Other
// text is left alone, because normal form C replaces compatibility ideographs that people do use in names.
func composed(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool {
		return r >= 0x300 && r <= 0x36F || r >= 0x1100 && r <= 0x11FF || r == 0x3099 || r == 0x309A
	}) {
		return s
	}
	return norm.NFC.String(s)
}

// ignorable reports the Default_Ignorable_Code_Point property (Unicode Standard 5.21).
func ignorable(r rune) bool {
	switch {
	case r < 0xAD:
		return false
	case r == 0xAD, r == 0x34F, r == 0x61C, r == 0x115F, r == 0x1160, r == 0x17B4, r == 0x17B5, r == 0x3164, r == 0xFEFF, r == 0xFFA0:
		return true
	case r >= 0x180B && r <= 0x180F, r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F:
		return true
	case r >= 0xFE00 && r <= 0xFE0F, r >= 0xFFF0 && r <= 0xFFF8, r >= 0x1BCA0 && r <= 0x1BCA3, r >= 0x1D173 && r <= 0x1D17A, r >= 0xE0000 && r <= 0xE0FFF:
		return true
	}
	return false
}

// span is a half-open range of glyphs: one line.
type span struct{ from, to int }

// width is the sum of the advances in 1/1000 em.
func width(gs []glyph) int {
	w := 0
	for _, g := range gs {
		w += int(g.adv)
	}
	return w
}

// wrap breaks glyphs into lines no wider than limit (1/1000 em). It breaks at white space, after hyphens and slashes and
// around ideographs, keeps closing punctuation off the start of a line and opening punctuation off its end (GB/T
// 15834-2011 5.1.10), and breaks a word only when the word alone is wider than a line; broken tells so.
func wrap(dst []span, gs []glyph, limit int) (lines []span, broken bool) {
	start, w, canBreak := 0, 0, -1
	for i := 0; i < len(gs); i++ {
		g := gs[i]
		if g.r == lineBreak {
			dst = append(dst, trimmed(gs, start, i))
			start, w, canBreak = i+1, 0, -1
			continue
		}
		if i > start && (gs[i-1].mark|g.mark)&sticky == 0 && mayBreak(gs[i-1].r, g.r) {
			canBreak = i
		}
		if w += int(g.adv); w <= limit || i == start || g.r == ' ' && g.mark == 0 {
			continue
		}
		at := canBreak
		if at <= start {
			at, broken = i, true
			for at > start+1 && (clings(gs[at].r) || thaiLeads(gs[at-1].r)) {
				at--
			}
		}
		dst = append(dst, trimmed(gs, start, at))
		start, canBreak = at, -1
		for start < i && gs[start].r == ' ' {
			start++
		}
		w = width(gs[start : i+1])
	}
	if start < len(gs) {
		dst = append(dst, trimmed(gs, start, len(gs)))
	}
	return dst, broken
}

// trimmed cuts spaces off the end of a line.
func trimmed(gs []glyph, from, to int) span {
	for to > from && gs[to-1].r == ' ' {
		to--
	}
	return span{from, to}
}

func mayBreak(before, after rune) bool {
	if after == ' ' || clings(after) || strings.ContainsRune("（《「『【〔“‘([{¥￥$№#", before) {
		return false
	}
	switch before {
	case ' ', '-', '/', ',', ';', '–', '—':
		return true
	}
	return ideographic(before) || ideographic(after)
}

// clings reports runes that may not begin a line: closing punctuation and marks that sit on the letter before.
func clings(r rune) bool {
	if r < 0x80 {
		return strings.ContainsRune(",.;:!?)]}%", r)
	}
	return strings.ContainsRune("，。、；：！？）》」』】〕”’…‥％℃°·ー々", r) || unicode.Is(unicode.M, r) || thaiFollows(r)
}

func ideographic(r rune) bool {
	return r >= 0x2E80 && r <= 0xD7FF || r >= 0xF900 && r <= 0xFAFF || r >= 0xFF00 && r <= 0xFFEF || r >= 0x1F000 && r <= 0x3FFFF
}
