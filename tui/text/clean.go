package text

import (
	"strings"
	"unicode"
)

// maxMarks is how many combining marks a letter keeps; the longest orthographies
// need two, more are an attack on the line above.
const maxMarks = 2

// Clean makes foreign text safe to show on one line of a terminal: control bytes
// become "?", a line break or tab a space; marks that change direction or join
// runes, and bytes that are no UTF-8, cannot disturb the cells beside them.
func Clean(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	marks := 0
	for _, r := range s {
		r, marks = Rune(r, marks)
		if r >= 0 {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Rune is [Clean] for one rune after a letter that carries marks marks so far. It
// returns what to show, -1 for nothing, and how many marks the letter carries now.
func Rune(r rune, marks int) (rune, int) {
	switch {
	case r >= 0x20 && r < 0x7f:
		return r, 0
	case r == '\t' || r == '\n' || r == '\r' || r == 0x85 || r == 0x2028 || r == 0x2029:
		return ' ', 0
	case r < 0x20 || r >= 0x7f && r < 0xa0 || r == unicode.ReplacementChar:
		return '?', 0
	case r >= 0x1f1e6 && r <= 0x1f1ff: // regional indicators, flags on some terminals only
		return 'A' + r - 0x1f1e6, 0
	case r >= 0x1f3fb && r <= 0x1f3ff, // skin tones join the rune before on some terminals only
		unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r),
		unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r), r >= 0xe0000:
		return -1, marks
	case mark(r):
		if marks >= maxMarks {
			return -1, marks
		}
		return r, marks + 1
	case widthless(r):
		return -1, marks
	}
	return r, 0
}

// mark says whether a rune joins the one before it and takes no cell on any terminal:
// the nonspacing marks of living scripts, and the vowels and finals of Korean
// syllables that are written in parts.
func mark(r rune) bool {
	return r <= 0xffff && unicode.Is(unicode.Mn, r) || r >= 0x1160 && r <= 0x11ff || r >= 0xd7b0 && r <= 0xd7ff
}

// widthless says whether terminals differ on a rune's width or draw it over its
// neighbour: marks that enclose (a keycap is two cells on some), marks of notations.
func widthless(r rune) bool {
	return unicode.In(r, unicode.Me, unicode.Mn) || r > 0xffff && unicode.Is(unicode.Mc, r)
}

// plain says whether s is printable ASCII.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}
