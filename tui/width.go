package tui

import (
	"github.com/mattn/go-runewidth"

	"pickstation/tui/text"
)

// widths measures runes as terminals outside of East Asian legacy modes do; it does
// not depend on the environment, so that a screen is the same everywhere.
var widths = &runewidth.Condition{StrictEmojiNeutral: true}

// runeWidth returns how many cells a cleaned rune takes: 0, 1 or 2.
func runeWidth(r rune) int {
	switch {
	case r < 0x7f:
		return 1
	case r >= 0x4e00 && r <= 0x9fff, r >= 0xff01 && r <= 0xff60:
		return 2
	}
	return widths.RuneWidth(r)
}

// cells returns how many cells a text takes on a canvas.
func cells(s string) int {
	n, marks := 0, 0
	for _, r := range s {
		if r, marks = text.Rune(r, marks); r >= 0 {
			n += runeWidth(r)
		}
	}
	return n
}

// wrap breaks a text into at most rows lines of at most w cells: at spaces, and
// before and after Han. What does not fit ends the last line and is clipped when drawn.
func wrap(s string, w, rows int) []string {
	var lines []string
	for len(lines) < rows-1 && cells(s) > w {
		i := breakAt(s, w)
		if i <= 0 || i >= len(s) {
			break
		}
		lines = append(lines, trimRight(s[:i]))
		s = trimLeft(s[i:])
	}
	return append(lines, s)
}

// breakAt returns where to break a text that is wider than w cells.
func breakAt(s string, w int) int {
	n, best := 0, 0
	var prev rune
	for i, r := range s {
		cw := runeWidth(r)
		if i > 0 && (prev == ' ' || (cw == 2 || runeWidth(prev) == 2) && !closing(r) && !opening(prev)) {
			best = i
		}
		if n += cw; n > w {
			if best == 0 {
				return i
			}
			return best
		}
		prev = r
	}
	return len(s)
}

// closing says whether a rune may not begin a line.
func closing(r rune) bool {
	switch r {
	case '，', '。', '：', '）', '」', '？', '！', '、', ',', '.', ':', ';', ')', '?', '!', ' ':
		return true
	}
	return false
}

// opening says whether a rune may not end a line.
func opening(r rune) bool { return r == '（' || r == '「' || r == '(' }

func trimLeft(s string) string {
	for len(s) > 0 && s[0] == ' ' {
		s = s[1:]
	}
	return s
}

func trimRight(s string) string {
	for len(s) > 0 && s[len(s)-1] == ' ' {
		s = s[:len(s)-1]
	}
	return s
}
