package tui

import "strings"

// bigRows is the height of big characters. Five rows at 80×24 on a 21.5" screen are
// read from 11 m.
const bigRows = 5

// glyphs are drawn with reverse-video spaces, so they need no font. Letters are for
// location codes and verdict words.
var glyphs = map[rune][bigRows]string{
	'0': {"###", "#.#", "#.#", "#.#", "###"},
	'1': {".#.", "##.", ".#.", ".#.", "###"},
	'2': {"###", "..#", "###", "#..", "###"},
	'3': {"###", "..#", ".##", "..#", "###"},
	'4': {"#.#", "#.#", "###", "..#", "..#"},
	'5': {"###", "#..", "###", "..#", "###"},
	'6': {"###", "#..", "###", "#.#", "###"},
	'7': {"###", "..#", "..#", ".#.", ".#."},
	'8': {"###", "#.#", "###", "#.#", "###"},
	'9': {"###", "#.#", "###", "..#", "###"},
	'A': {".##.", "#..#", "####", "#..#", "#..#"},
	'B': {"###.", "#..#", "###.", "#..#", "###."},
	'C': {".###", "#...", "#...", "#...", ".###"},
	'D': {"###.", "#..#", "#..#", "#..#", "###."},
	'E': {"####", "#...", "###.", "#...", "####"},
	'F': {"####", "#...", "###.", "#...", "#..."},
	'G': {".###", "#...", "#.##", "#..#", ".###"},
	'H': {"#..#", "#..#", "####", "#..#", "#..#"},
	'I': {"###", ".#.", ".#.", ".#.", "###"},
	'J': {"..##", "...#", "...#", "#..#", ".##."},
	'K': {"#..#", "#.#.", "##..", "#.#.", "#..#"},
	'L': {"#...", "#...", "#...", "#...", "####"},
	'M': {"#...#", "##.##", "#.#.#", "#...#", "#...#"},
	'N': {"#...#", "##..#", "#.#.#", "#..##", "#...#"},
	'O': {".##.", "#..#", "#..#", "#..#", ".##."},
	'P': {"###.", "#..#", "###.", "#...", "#..."},
	'Q': {".##.", "#..#", "#..#", "#.##", ".###"},
	'R': {"###.", "#..#", "###.", "#.#.", "#..#"},
	'S': {".###", "#...", ".##.", "...#", "###."},
	'T': {"#####", "..#..", "..#..", "..#..", "..#.."},
	'U': {"#..#", "#..#", "#..#", "#..#", ".##."},
	'V': {"#...#", "#...#", "#...#", ".#.#.", "..#.."},
	'W': {"#...#", "#...#", "#.#.#", "##.##", "#...#"},
	'X': {"#...#", ".#.#.", "..#..", ".#.#.", "#...#"},
	'Y': {"#...#", ".#.#.", "..#..", "..#..", "..#.."},
	'Z': {"####", "...#", ".##.", "#...", "####"},
	'-': {"...", "...", "###", "...", "..."},
	'/': {"...#", "..#.", "..#.", ".#..", ".#.."},
	'.': {".", ".", ".", ".", "#"},
	':': {".", "#", ".", "#", "."},
	'_': {"...", "...", "...", "...", "###"},
	'+': {"...", ".#.", "###", ".#.", "..."},
	' ': {"..", "..", "..", "..", ".."},
	'!': {".##..", ".##..", ".##..", ".....", ".##.."},
	'?': {".###.", "#...#", "..##.", ".....", "..#.."},
	'*': {"....#", "...##", "#..#.", "###..", ".#..."}, // a tick: right
}

// bigWidth returns the cells a text takes in big characters with pixels of scale
// cells' width, and whether all of it can be drawn.
func bigWidth(s string, scale int) (w int, drawable bool) {
	for i, r := range strings.ToUpper(s) {
		g, found := glyphs[r]
		if !found {
			return 0, false
		}
		if i > 0 {
			w += scale
		}
		w += len(g[0]) * scale
	}
	return w, s != ""
}

// drawBig draws s from column x and row y on; st is the style of the pixels. The
// caller has measured it; pixels outside of the area are left out.
func (a area) drawBig(x, y, scale int, st style, s string) { a.drawBigger(x, y, scale, 1, st, s) }

// drawBigger is drawBig with pixels of sx by sy cells.
func (a area) drawBigger(x, y, sx, sy int, st style, s string) {
	for _, r := range strings.ToUpper(s) {
		g := glyphs[r]
		for j := range bigRows {
			for i := range len(g[j]) {
				if g[j][i] != '#' {
					continue
				}
				for k := range sx * sy {
					a.pixel(x+i*sx+k%sx, y+j*sy+k/sx, st)
				}
			}
		}
		x += (len(g[0]) + 1) * sx
	}
}

func (a area) pixel(x, y int, st style) {
	if x >= 0 && x < a.w && y >= 0 && y < a.h {
		a.c.set(a.x+x, a.y+y, ' ', 1, st)
	}
}
