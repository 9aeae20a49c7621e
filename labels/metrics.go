package labels

// metrics are the distances of a line of text, in 1/1000 em: from the top of its box to the baseline, from there to the
// bottom, and from one baseline to the next.
type metrics struct{ ascent, depth, pitch int }

// plain is a line of Han, kana, Hangul and most Latin: full-width glyphs reach 880 above the baseline and 120 below it.
var plain = metrics{ascent: 880, depth: 120, pitch: leading * 10}

// How far glyphs of a plain line may reach above and below the baseline, in 1/1000 em: two such lines do not meet, and
// the white that forms leave round a box takes what is beyond it. Capitals with two accents, as in Vietnamese, and deep
// Arabic letters reach farther; their lines get more room.
const (
	plainTop    = 900
	plainBottom = 252
)

// reach is how far the ink of a glyph goes above and below the baseline, in 1/1000 em.
func (g glyph) reach() (top, bottom int) {
	f := fontFace(g.face)
	o := f.outline(f.glyphID(g.r))
	k := 10 * faceScale[g.face]
	top, bottom = i16(o, 8)*k/f.upem, -i16(o, 4)*k/f.upem
	if g.mark&markRaised != 0 {
		top += raisedBy * faceScale[g.face] / 100
	}
	return top, bottom
}

// largeType is the size, in tenths of a point, from which descenders are longer than the white round a box.
const largeType = 250

// metricsOf are the distances that lines of these glyphs need at a size.
func metricsOf(gs []glyph, size int) metrics {
	special := size >= largeType
	for _, g := range gs {
		if special = special || g.mark&tall != 0; special {
			break
		}
	}
	if !special {
		return plain
	}
	top, bottom := 0, 0
	for _, g := range gs {
		if g.r != lineBreak && g.r != ' ' {
			t, b := g.reach()
			top, bottom = max(top, t), max(bottom, b)
		}
	}
	return metrics{ascent: max(plain.ascent, top), depth: max(plain.depth, bottom), pitch: max(plain.pitch, top+bottom)}
}

// dots is the pitch at a size of em dots. Ink is rounded to dots above and below, so lines that would else meet get a dot
// more.
func (m metrics) dots(em int) int {
	if m != plain {
		return (em*m.pitch+999)/1000 + 1
	}
	return em * m.pitch / 1000
}

// box is the height of a line's box in 1/1000 em.
func (m metrics) box() int { return m.ascent + m.depth }
