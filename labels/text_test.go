package labels

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// set lays text into a box of a test page at 203 dpi and gives the lines.
func set(t testing.TB, b box, s string, st style) ([]string, Report) {
	t.Helper()
	p := newPage("test", Printer{DPI: 203}, 1000, 1500)
	p.text("field", b, s, st)
	if err := p.done(); err != nil {
		t.Fatal(err)
	}
	return linesOf(p), p.rep
}

// linesOf gives the page's text line by line, in drawing order.
func linesOf(p *Page) (out []string) {
	for _, l := range p.Lines() {
		out = append(out, l.Text)
	}
	return out
}

func TestLinesBreakAroundIdeographsAndBetweenWords(t *testing.T) {
	for s, want := range map[string][]string{
		"海口市龙华区金盘工业区":             {"海口市龙华区", "金盘工业区"},
		"Ripe figs, coffee beans": {"Ripe figs,", "coffee beans"},
		"甲乙丙丁戊己，庚辛":               {"甲乙丙丁戊", "己，庚辛"},
		"甲乙丙丁戊（己庚）":               {"甲乙丙丁戊", "（己庚）"},
		"one\ntwo\n\nfour":        {"one", "two", "", "four"},
		"trailing   ":             {"trailing"},
		"":                        nil,
	} {
		got, rep := set(t, box{100, 100, 260, 400}, s, style{size: 120})
		got = slices.DeleteFunc(got, func(l string) bool { return l == "" })
		want = slices.DeleteFunc(slices.Clone(want), func(l string) bool { return l == "" })
		if !slices.Equal(got, want) || len(rep.Overflow) != 0 {
			t.Errorf("%q is set as %q (%+v), want %q", s, got, rep, want)
		}
	}
}

func TestAPhoneNumberStaysOnOneLine(t *testing.T) {
	for form := range waybillForms {
		w := exportWaybill(form)
		w.Receiver.Phone = "+81 3 1234 5678 ext. 9"
		lines := linesOf(layout(t, w, Printer{DPI: 203})[0])
		if !slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, w.Receiver.Phone) }) {
			t.Errorf("%s: the number is broken: %q", form, lines)
		}
	}
}

func TestAWordIsShrunkRatherThanBroken(t *testing.T) {
	got, rep := set(t, box{0, 0, 300, 200}, "WDT20260314000", style{size: 120, min: 60})
	if len(got) != 1 || len(rep.Shrunk) != 1 {
		t.Errorf("%q, %+v: want the number whole on one line, smaller", got, rep)
	}
	got, rep = set(t, box{0, 0, 300, 600}, strings.Repeat("W", 60), style{size: 120, min: 60})
	if len(got) < 2 || len(rep.Overflow) != 0 {
		t.Errorf("%q, %+v: a word wider than the field at any size must be broken", got, rep)
	}
}

func TestTextThatDoesNotFitIsMarkedAndReported(t *testing.T) {
	got, rep := set(t, box{0, 0, 300, 100}, strings.Repeat("很长的地址", 40), style{size: 100, min: 70})
	if len(rep.Overflow) != 1 || rep.Overflow[0].Field != "field" || rep.Err() == nil {
		t.Fatalf("overflow is not reported: %+v", rep)
	}
	if last := got[len(got)-1]; !strings.HasSuffix(last, "…") {
		t.Errorf("last line %q does not end with …", last)
	}
	if rep.Overflow[0].To != 7 {
		t.Errorf("cut at %.1f pt; the field allows 7", rep.Overflow[0].To)
	}
}

func TestDrawnTextStaysInItsBox(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOfN(rapid.RuneFrom([]rune("海口A1 -，。（）/W…\n김é"), unicode.Han, unicode.Cyrillic), 0, 120, -1).Draw(t, "text")
		b := box{rapid.IntRange(0, 300).Draw(t, "x"), rapid.IntRange(0, 300).Draw(t, "y"), rapid.IntRange(60, 600).Draw(t, "w"), rapid.IntRange(40, 400).Draw(t, "h")}
		st := style{size: rapid.IntRange(50, 110).Draw(t, "size"), min: rapid.IntRange(0, 50).Draw(t, "min"), bold: rapid.Bool().Draw(t, "bold"),
			align: align(rapid.IntRange(0, 2).Draw(t, "align")), middle: rapid.Bool().Draw(t, "middle")}
		p := newPage("test", Printer{DPI: 203}, 1000, 1500)
		p.text("field", b, s, st)
		r := p.printer.rect(b)
		for _, d := range p.texts {
			w := p.dotsOf(width(p.glyphs[d.from:d.to]), d.size)
			em := p.dotsOf(1000, d.size)
			top := em * plain.ascent / 1000
			cut := len(p.rep.Overflow) > 0
			if d.x < r.x-1 || d.x+w > r.x+r.w+1 || d.y-top < r.y || !cut && d.y-top+em > r.y+r.h+1 {
				t.Fatalf("%q at %d,%d, %d wide, em %d lies outside %+v", s, d.x, d.y, w, em, r)
			}
		}
	})
}

func TestMissingCharactersAreVisibleAndNamed(t *testing.T) {
	got, rep := set(t, box{0, 0, 900, 100}, "a🍎b\x00c\xffd", style{size: 100})
	if got[0] != "a□b□c□d" {
		t.Errorf("drawn as %q", got[0])
	}
	if !slices.Equal(rep.Missing, []rune{0, 0xFFFD, 0x1F34E}) {
		t.Errorf("missing %U, want U+0000, U+FFFD, U+1F34E", rep.Missing)
	}
}

func TestInvisibleCharactersAreNotMissing(t *testing.T) {
	got, rep := set(t, box{0, 0, 900, 100}, "A\u200bB\ufe0fC\u202eD\u00adE\U000e0100F\r", style{size: 100})
	if got[0] != "ABCDEF" || len(rep.Missing) != 0 {
		t.Errorf("drawn as %q, missing %U", got[0], rep.Missing)
	}
}

func TestCombiningMarksAreComposed(t *testing.T) {
	for in, want := range map[string]string{"Nguye\u0302\u0303n": "Nguyễn", "\u1100\u1161": "가", "\u304b\u3099": "が", "e\u0301": "é"} {
		if got, rep := set(t, box{0, 0, 900, 100}, in, style{size: 100}); got[0] != want || len(rep.Missing) != 0 {
			t.Errorf("%q drawn as %q, missing %U; want %q", in, got[0], rep.Missing, want)
		}
	}
	// A compatibility ideograph in a name stays what it is: normal form C would replace it.
	if got := composed("\ufa11"); got != "\ufa11" {
		t.Errorf("compatibility ideograph became %q", got)
	}
}

// Every presentation form in the table must be a form of its letter, says Unicode's own decomposition.
func TestArabicFormsBelongToTheirLetters(t *testing.T) {
	for letter, f := range arabicLetters {
		for i := range f.forms {
			form := f.isolated + rune(i)
			if got := norm.NFKC.String(string(form)); got != string(letter) {
				t.Errorf("form %U decomposes to %U, want %U", form, []rune(got), letter)
			}
			if g, ok := lookup(form, false); !ok || g.r != form {
				t.Errorf("no face draws %U", form)
			}
		}
	}
	for alef, lig := range lamAlef {
		for i := range rune(2) {
			if got := norm.NFKC.String(string(lig + i)); got != string([]rune{lam, alef}) {
				t.Errorf("ligature %U decomposes to %U", lig+i, []rune(got))
			}
		}
	}
}

func TestArabicIsJoinedAndReadsFromRightToLeft(t *testing.T) {
	for in, want := range map[string]string{
		"سلام":             "ﻡﻼﺳ",
		"محمد":             "ﺪﻤﺤﻣ",
		"12 شارع":          "ﻉﺭﺎﺷ 12",
		"شارع 12 فهد":      "ﺪﻬﻓ 12 ﻉﺭﺎﺷ",
		"Riyadh محمد":      "Riyadh ﺪﻤﺤﻣ",
		"محمد (3)":         "(3) ﺪﻤﺤﻣ",
		"محمد +966 50 123": "+966 50 123 ﺪﻤﺤﻣ",
		"مُحَمَّد":         "ﺪﻤﺤﻣ",
	} {
		got, rep := set(t, box{0, 0, 900, 100}, in, style{size: 100})
		if got[0] != want || len(rep.Missing) != 0 {
			t.Errorf("%q drawn as %q (%U), missing %U; want %q", in, got[0], []rune(got[0]), rep.Missing, want)
		}
	}
}

func TestVisualOrderLosesNoGlyph(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.RuneFrom([]rune("abc 123+-()،/شارعמحמ海"))).Draw(t, "text")
		var rep Report
		line := glyphsOf(nil, s, false, &rep)
		got := visual(line)
		count := func(gs []glyph) map[rune]int {
			m := map[rune]int{}
			for _, g := range gs {
				switch g.r {
				case ')':
					m['(']++
				default:
					m[g.r]++
				}
			}
			return m
		}
		a, b := count(line), count(got)
		if len(a) != len(b) {
			t.Fatalf("%q: glyphs differ after ordering", s)
		}
		for r, n := range a {
			if b[r] != n {
				t.Fatalf("%q: %U is there %d times, want %d", s, r, b[r], n)
			}
		}
	})
}

func FuzzTextTakesAnyBytes(f *testing.F) {
	for _, s := range []string{"", "海口", "\xff\xfe", "a\u0301\u0301\u0301", "شارع12(", strings.Repeat("W", 500), "\n\n\n", "🍎"} {
		f.Add(s, 100, 100)
	}
	f.Fuzz(func(t *testing.T, s string, w, h int) {
		p := newPage("test", Printer{DPI: 203}, 1000, 1500)
		b := box{10, 10, 1 + max(w, -w)%900, 1 + max(h, -h)%900}
		p.text("field", b, s, style{size: 100, min: 50})
		p.raster()
	})
}
