package labels

import (
	"slices"
	"unicode"
)

// Arabic script is written joined and from right to left. The fonts are used without layout features, so letters are
// replaced by the presentation forms that Unicode has for them, and every line is put into visual order.

// arabicForms gives, by letter, its isolated presentation form; final, initial and medial forms follow it where there are
// four, the final form alone where there are two (Unicode blocks FB50 and FE70).
type arabicForms struct {
	isolated rune
	forms    int
}

var arabicLetters = map[rune]arabicForms{
	0x0621: {0xFE80, 1}, 0x0622: {0xFE81, 2}, 0x0623: {0xFE83, 2}, 0x0624: {0xFE85, 2}, 0x0625: {0xFE87, 2}, 0x0626: {0xFE89, 4},
	0x0627: {0xFE8D, 2}, 0x0628: {0xFE8F, 4}, 0x0629: {0xFE93, 2}, 0x062A: {0xFE95, 4}, 0x062B: {0xFE99, 4}, 0x062C: {0xFE9D, 4},
	0x062D: {0xFEA1, 4}, 0x062E: {0xFEA5, 4}, 0x062F: {0xFEA9, 2}, 0x0630: {0xFEAB, 2}, 0x0631: {0xFEAD, 2}, 0x0632: {0xFEAF, 2},
	0x0633: {0xFEB1, 4}, 0x0634: {0xFEB5, 4}, 0x0635: {0xFEB9, 4}, 0x0636: {0xFEBD, 4}, 0x0637: {0xFEC1, 4}, 0x0638: {0xFEC5, 4},
	0x0639: {0xFEC9, 4}, 0x063A: {0xFECD, 4}, 0x0641: {0xFED1, 4}, 0x0642: {0xFED5, 4}, 0x0643: {0xFED9, 4}, 0x0644: {0xFEDD, 4},
	0x0645: {0xFEE1, 4}, 0x0646: {0xFEE5, 4}, 0x0647: {0xFEE9, 4}, 0x0648: {0xFEED, 2}, 0x0649: {0xFEEF, 2}, 0x064A: {0xFEF1, 4},
	// Persian and Urdu
	0x0679: {0xFB66, 4}, 0x067E: {0xFB56, 4}, 0x0686: {0xFB7A, 4}, 0x0688: {0xFB88, 2}, 0x0691: {0xFB8C, 2}, 0x0698: {0xFB8A, 2},
	0x06A9: {0xFB8E, 4}, 0x06AF: {0xFB92, 4}, 0x06BA: {0xFB9E, 2}, 0x06BE: {0xFBAA, 4}, 0x06C1: {0xFBA6, 4}, 0x06CC: {0xFBFC, 4},
	0x06D2: {0xFBAE, 2},
	// Uyghur and Kazakh
	0x06AD: {0xFBD3, 4}, 0x06C6: {0xFBD9, 2}, 0x06C7: {0xFBD7, 2}, 0x06C8: {0xFBDB, 2}, 0x06CB: {0xFBDE, 2}, 0x06D0: {0xFBE4, 4},
}

// lamAlef are the obligatory ligatures of lam with an alef; the final form follows the isolated one.
var lamAlef = map[rune]rune{0x0622: 0xFEF5, 0x0623: 0xFEF7, 0x0625: 0xFEF9, 0x0627: 0xFEFB}

const (
	lam          = 0x0644
	alefMaksura  = 0x0649 // its initial and medial forms stand apart, for Uyghur
	uyghurYeh    = 0xFBE8
	uyghurAe     = 0x06D5 // joins like a letter of two forms, drawn as heh
	tatweel      = 0x0640
	finalForm    = 1
	initialForm  = 2
	medialForm   = 3
	isolatedForm = 0
)

func formsOf(r rune) (arabicForms, bool) {
	if r == uyghurAe {
		return arabicForms{0xFEE9, 2}, true
	}
	f, ok := arabicLetters[r]
	return f, ok
}

// joinsNext and joinsPrevious report whether a letter connects to the one after and before it.
func joinsNext(r rune) bool {
	f, ok := formsOf(r)
	return ok && f.forms == 4 || r == tatweel || r == alefMaksura
}

func joinsPrevious(r rune) bool {
	f, ok := formsOf(r)
	return ok && f.forms >= 2 || r == tatweel
}

// rightToLeft reports whether s holds letters of a script written from right to left.
func rightToLeft(s string) bool {
	for _, r := range s {
		if r >= 0x590 && (r <= 0x8FF || r >= 0xFB1D && r <= 0xFDFF || r >= 0xFE70 && r <= 0xFEFC || r >= 0x10800 && r <= 0x10FFF || r >= 0x1E800 && r <= 0x1EFFF) {
			return true
		}
	}
	return false
}

// shapeArabic replaces letters by the forms their neighbours ask for, in reading order. Vowel marks, which addresses do
// without and the fonts cannot place, are left out.
func shapeArabic(s string) string {
	var in []rune
	for _, r := range s {
		if !(r >= 0x064B && r <= 0x065F || r == 0x0670) {
			in = append(in, r)
		}
	}
	out := make([]rune, 0, len(in))
	for i := 0; i < len(in); i++ {
		r := in[i]
		before := i > 0 && joinsNext(in[i-1]) && joinsPrevious(r)
		if r == lam && i+1 < len(in) && lamAlef[in[i+1]] != 0 {
			lig := lamAlef[in[i+1]]
			if before {
				lig++
			}
			out = append(out, lig)
			i++
			continue
		}
		after := i+1 < len(in) && joinsNext(r) && joinsPrevious(in[i+1])
		out = append(out, arabicForm(r, before, after))
	}
	return string(out)
}

// arabicForm is the presentation form of r between neighbours that it joins or not.
func arabicForm(r rune, before, after bool) rune {
	f, ok := formsOf(r)
	if !ok {
		return r
	}
	form := isolatedForm
	switch {
	case before && after:
		form = medialForm
	case after:
		form = initialForm
	case before:
		form = finalForm
	}
	if r == alefMaksura && form >= initialForm {
		return uyghurYeh + rune(form-initialForm)
	}
	if form >= f.forms {
		return f.isolated
	}
	return f.isolated + rune(form)
}

// Kinds of glyphs for the order of a line.
const (
	ltr     = 'L' // letters written from left to right
	rtl     = 'R' // letters written from right to left
	number  = 'N' // digits
	neutral = ' ' // blanks and signs
)

// visual puts a line into the order in which it is drawn from left to right: Unicode Standard Annex 9 without explicit
// marks, with one deviation. Digits with signs and blanks between them stay one number, since a telephone number in
// groups must not come out backwards.
func visual(line []glyph) []glyph {
	levels := bidiLevels(bidiKinds(line))
	out := slices.Clone(line)
	for i, l := range levels {
		if l == 1 {
			out[i] = mirrored(out[i])
		}
	}
	// Rule L2. Reversing a run of level 2 leaves the levels of its places as they are, so they serve for level 1 too.
	for level := byte(2); level >= 1; level-- {
		for i := 0; i < len(out); i++ {
			j := i
			for j < len(out) && levels[j] >= level {
				j++
			}
			slices.Reverse(out[i:j])
			i = j
		}
	}
	return out
}

// bidiKinds classifies the glyphs of a line.
func bidiKinds(line []glyph) []byte {
	kinds := make([]byte, len(line))
	for i, g := range line {
		switch {
		case unicode.IsDigit(g.r):
			kinds[i] = number
		case rightToLeft(string(g.r)):
			kinds[i] = rtl
		case unicode.IsLetter(g.r) || unicode.Is(unicode.M, g.r):
			kinds[i] = ltr
		default:
			kinds[i] = neutral
		}
	}
	for i := range kinds { // digits, signs and blanks, digits
		if kinds[i] != number {
			continue
		}
		j := i + 1
		for j < len(kinds) && kinds[j] == neutral && slices.Contains([]rune(" +-–/.,:()"), line[j].r) {
			j++
		}
		if j < len(kinds) && kinds[j] == number {
			for k := i; k < j; k++ {
				kinds[k] = number
			}
		}
		if i > 0 && line[i-1].r == '+' {
			kinds[i-1] = number
		}
	}
	return kinds
}

// bidiLevels are the embedding levels: 0 as it stands, 1 turned round, 2 turned round twice.
func bidiLevels(kinds []byte) []byte {
	base := byte(0)
	if i := slices.IndexFunc(kinds, func(k byte) bool { return k == ltr || k == rtl }); i >= 0 && kinds[i] == rtl {
		base = 1
	}
	levels := make([]byte, len(kinds))
	strong := base // direction of the last letter
	for i, k := range kinds {
		switch k {
		case ltr:
			strong, levels[i] = 0, 2*base
		case rtl:
			strong, levels[i] = 1, 1
		case number:
			levels[i] = 2 * max(strong, base)
		}
	}
	for i := 0; i < len(kinds); { // neutrals take the direction of both sides, or the line's
		j := i
		for j < len(kinds) && kinds[j] == neutral {
			j++
		}
		before, after := base, base
		if i > 0 {
			before = min(levels[i-1], 1)
		}
		if j < len(kinds) {
			after = min(levels[j], 1)
		}
		if i > 0 && kinds[i-1] == ltr && base == 1 {
			before = 0
		}
		if j < len(kinds) && kinds[j] == ltr && base == 1 {
			after = 0
		}
		for k := i; k < j; k++ {
			switch {
			case before == after && before == 1:
				levels[k] = 1
			case before == after:
				levels[k] = 2 * base
			default:
				levels[k] = base
			}
		}
		i = j + 1
	}
	return levels
}

// mirrored turns a bracket round (Unicode Standard Annex 9, rule L4).
func mirrored(g glyph) glyph {
	pairs := []rune("()[]{}<>«»")
	if i := slices.Index(pairs, g.r); i >= 0 {
		if m, ok := lookup(pairs[i^1], g.face == faceBold); ok {
			return m
		}
	}
	return g
}

// needsOrder reports whether a line holds glyphs that must be put into visual order.
func needsOrder(line []glyph) bool {
	return slices.ContainsFunc(line, func(g glyph) bool {
		return g.face == faceArabic || g.r >= 0x590 && g.r <= 0x8FF && unicode.IsLetter(g.r)
	})
}
