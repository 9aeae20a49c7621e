package main

import (
	"strings"
	"testing"
)

func TestColoursWidthsAndTextReachThePicture(t *testing.T) {
	svg := draw(parse("\x1b[1;97;41m XXX <错货> \x1b[0m\x1b[7m \x1b[0mok\n\x1b[38;5;2mgreen\x1b[39m", 80, 2), "a & b")
	for _, want := range []string{
		"<title>a &amp; b</title>",
		`<rect x="10" y="10" width="108" height="19" fill="#cd3131"/>`, // 12 cells
		`>&lt;</text>`,
		`textLength="36" lengthAdjust="spacingAndGlyphs" font-weight="bold">错货</text>`, // 4 cells
		`<rect x="118" y="10" width="9" height="19" fill="#d5d5d5"/>`,                  // reverse space
		`fill="#0dbc79" textLength="45" lengthAdjust="spacingAndGlyphs">green</text>`,
	} {
		if !strings.Contains(svg, want) {
			t.Errorf("picture lacks %s\n%s", want, svg)
		}
	}
}

func TestTheSameCaptureGivesTheSamePicture(t *testing.T) {
	in := "\x1b[31ma\x1b[0m b 中文\n"
	first := draw(parse(in, 80, 24), "t")
	if again := draw(parse(in, 80, 24), "t"); again != first {
		t.Error("two pictures of one capture differ")
	}
}

func FuzzAnyCaptureIsAPicture(f *testing.F) {
	f.Add("\x1b[")
	f.Add("\x1b]0;x\x07\x1b[38;5")
	f.Add("\xff\xfe\x1b[1;;m\t\u0301")
	f.Fuzz(func(t *testing.T, s string) {
		grid := parse(s, 20, 5)
		for _, row := range grid {
			n := 0
			for _, c := range row {
				n += c.w
			}
			if n > 20 {
				t.Fatalf("row of %d cells", n)
			}
		}
		if svg := draw(grid, s); strings.ContainsRune(svg, 0x1b) {
			t.Fatal("escape in picture")
		}
	})
}
