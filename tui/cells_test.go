package tui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"pickstation/order"
	"pickstation/tui/text"
)

func TestEveryRuneTakesTheCellsThatTerminalsGiveIt(t *testing.T) {
	bad := 0
	for r := rune(0); r <= 0x2ffff; r++ {
		for _, base := range []string{"a", "1", "\u263a", "\u4f60", "\u1100"} {
			c := newCanvas(12, 1, false)
			n := c.write(0, 0, 12, plain, base+string(r)+"b")
			s := c.string(theme(Mono, false))
			if w := ansi.StringWidth(s); w > n && bad < 20 {
				t.Errorf("%U after %q: %d cells drawn, %d by graphemes", r, base, n, w)
				bad++
			}
			if w := runesWidth(s); w > n && bad < 20 {
				t.Errorf("%U after %q: %d cells drawn, %d by runes", r, base, n, w)
				bad++
			}
		}
	}
}

func TestBigCharactersAreAsWideAsTheySay(t *testing.T) {
	for r, g := range glyphs {
		for _, row := range g {
			if len(row) != len(g[0]) || strings.Trim(row, "#.") != "" {
				t.Errorf("glyph %q is crooked: %q", r, row)
			}
		}
	}
	for _, v := range order.Verdicts() {
		if w, ok := bigWidth(text.Verdict(text.EN, v), 1); !ok || w > 66 {
			t.Errorf("%q takes %d cells, drawable %v", text.Verdict(text.EN, v), w, ok)
		}
	}
	if _, ok := bigWidth("货位", 1); ok {
		t.Error("Han is said to be drawable")
	}
}

func TestHalvesOfWideRunesNeverRemain(t *testing.T) {
	for x := range 4 {
		c := newCanvas(4, 1, false)
		c.write(0, 0, 4, plain, "货位")
		c.write(x, 0, 1, plain, "x")
		if s := c.string(theme(Mono, false)); runesWidth(s) > 4 || !strings.HasPrefix(s[strings.Index(s, "x"):], "x") ||
			runesWidth(s[:strings.Index(s, "x")]) != x {
			t.Errorf("x over cell %d gives %q", x, s)
		}
	}
}

func TestTheQuantityIsBigWhereverThereIsRoom(t *testing.T) {
	for _, c := range []struct {
		where, qty string
		w, h       int
		want       targetPlan
		ok         bool
	}{
		{"A-03-2", "3/5", 132, 30, targetPlan{3, 3, 2, 82}, true},
		{"A-03-2", "3/5", 132, 14, targetPlan{2, 2, 1, 82}, true},
		{"A-03-2", "3/5", 80, 14, targetPlan{2, 2, 1, 54}, true},
		{"A-03-2", "120/144", 80, 14, targetPlan{2, 1, 1, 52}, true},
		{"A-03-2", "3/5", 40, 9, targetPlan{1, 1, 1, 28}, true},
		{"货位三排", "3/5", 40, 9, targetPlan{0, 2, 1, 16}, true},
		{"A-03-2", "1000000000000/1000000000000", 40, 9, targetPlan{}, false},
	} {
		if got, ok := planTarget(c.where, c.qty, c.w, c.h); got != c.want || ok != c.ok {
			t.Errorf("%s %s in %dx%d: %+v %v, want %+v", c.where, c.qty, c.w, c.h, got, ok, c.want)
		}
	}
}

func TestWrapBreaksBetweenWordsAndHan(t *testing.T) {
	for _, c := range []struct {
		s    string
		w    int
		want []string
	}{
		{"put it back to A-03-4", 12, []string{"put it back", "to A-03-4"}},
		{"放回货位，再扫", 8, []string{"放回货", "位，再扫"}},
		{"面单（HN-1077）", 6, []string{"面单", "（HN-1077）"}},
		{"short", 20, []string{"short"}},
		{"unbreakable", 4, []string{"unbr", "eakable"}},
	} {
		if diff := cmp.Diff(c.want, wrap(c.s, c.w, 2)); diff != "" {
			t.Errorf("%q at %d: %s", c.s, c.w, diff)
		}
	}
}
