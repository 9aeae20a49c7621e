package main

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// look is how a cell is painted. Colours are 0 to 15, none is the terminal's own.
type look struct {
	fg, bg                   int
	bold, reverse, underline bool
}

const none = -1

// cell is one character with its width in cells.
type cell struct {
	text string
	w    int
	look look
}

// parse reads lines with SGR sequences (ECMA-48 8.3.117) into a grid. Other control
// sequences are skipped; what is outside of the grid is cut off.
func parse(s string, cols, rows int) [][]cell {
	width := runewidth.Condition{}
	grid := make([][]cell, rows)
	cur := look{fg: none, bg: none}
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	for y := range grid {
		if y >= len(lines) {
			break
		}
		row := make([]cell, 0, cols)
		used := 0
		for line := strings.TrimRight(lines[y], "\r"); line != ""; {
			if line[0] == 0x1b {
				line = escape(line, &cur)
				continue
			}
			r, n := utf8.DecodeRuneInString(line)
			line = line[n:]
			w := width.RuneWidth(r)
			switch {
			case r < 0x20 || r == 0x7f:
			case w == 0 && len(row) > 0:
				row[len(row)-1].text += string(r)
			case used+w <= cols:
				row = append(row, cell{string(r), w, cur})
				used += w
			}
		}
		grid[y] = row
	}
	return grid
}

// escape takes one sequence off the front of s and applies it if it is an SGR.
func escape(s string, cur *look) string {
	if len(s) < 2 || s[1] != '[' {
		return s[min(len(s), 2):]
	}
	end := strings.IndexFunc(s[2:], func(r rune) bool { return r >= 0x40 && r <= 0x7e })
	if end < 0 {
		return ""
	}
	params, final := s[2:2+end], s[2+end]
	if final == 'm' {
		apply(params, cur)
	}
	return s[2+end+1:]
}

func apply(params string, cur *look) {
	list := strings.Split(params, ";")
	for i := 0; i < len(list); i++ {
		n, _ := strconv.Atoi(list[i]) // an empty parameter is 0
		switch {
		case n == 0:
			*cur = look{fg: none, bg: none}
		case n == 1:
			cur.bold = true
		case n == 22:
			cur.bold = false
		case n == 4:
			cur.underline = true
		case n == 24:
			cur.underline = false
		case n == 7:
			cur.reverse = true
		case n == 27:
			cur.reverse = false
		case n >= 30 && n <= 37:
			cur.fg = n - 30
		case n >= 40 && n <= 47:
			cur.bg = n - 40
		case n >= 90 && n <= 97:
			cur.fg = n - 90 + 8
		case n >= 100 && n <= 107:
			cur.bg = n - 100 + 8
		case n == 39:
			cur.fg = none
		case n == 49:
			cur.bg = none
		case (n == 38 || n == 48) && i+2 < len(list) && list[i+1] == "5":
			if c, _ := strconv.Atoi(list[i+2]); c < 16 && n == 38 {
				cur.fg = c
			} else if c < 16 {
				cur.bg = c
			}
			i += 2
		}
	}
}
