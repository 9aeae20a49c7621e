package labels

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
)

// A character map promises, ink proves: no face may map a visible character to an empty outline, as some fonts do with ℃.
func TestEveryMappedCharacterHasInk(t *testing.T) {
	for i := range faces {
		f := fontFace(uint8(i))
		blank := 0
		for page, glyphs := range f.pages {
			if glyphs == nil {
				continue
			}
			for low := range glyphs {
				r := rune(page<<8 | low)
				if glyphs[low] != 0 && !f.hasInk(r) && !unicode.IsSpace(r) && !ignorable(r) && unicode.IsGraphic(r) {
					blank++
					if blank < 5 {
						t.Logf("%s: %U %c is blank", f.name, r, r)
					}
				}
			}
		}
		if blank > 0 && i <= faceCJK {
			t.Errorf("%s maps %d characters to nothing", f.name, blank)
		}
	}
}

// Rasterisers move a glyph by xMin minus its left side bearing; where the two differ, text drawn from the PDF has other
// gaps than text measured here.
func TestSubsetsKeepOutlinesAdvancesAndAlignedSideBearings(t *testing.T) {
	for i := range faces {
		f := fontFace(uint8(i))
		var runes []rune
		for page, glyphs := range f.pages {
			if glyphs != nil && len(runes) < 200 {
				for low, g := range glyphs {
					if g != 0 && len(runes) < 200 {
						runes = append(runes, rune(page<<8|low))
					}
				}
			}
		}
		sub, err := parseFace("sub", string(f.subset(runes)))
		if err != nil {
			t.Errorf("%s: %v", f.name, err)
			continue
		}
		for _, r := range runes {
			g, s := f.glyphID(r), sub.glyphID(r)
			if r <= 0xFFFE && (s == 0 || f.advance(g) != sub.advance(s) || f.hasInk(r) != sub.hasInk(r)) {
				t.Errorf("%s: %U differs in the subset", f.name, r)
			}
			if o := sub.outline(s); len(o) > 10 && i16(sub.hmtx, int(s)*4+2) != i16(o, 2) {
				t.Errorf("%s: %U has a side bearing of its own", f.name, r)
			}
		}
	}
}

func TestEveryTextOfTheDocumentsCanBeDrawn(t *testing.T) {
	for _, kind := range Kinds() {
		for i, p := range layoutExample(t, kind, Printer{DPI: 203}) {
			if r := p.Report(); len(r.Missing) > 0 || len(r.Overflow) > 0 {
				t.Errorf("%s page %d: %+v", kind, i+1, r)
			}
		}
	}
}

func TestChineseNamesOfTheStandardTableAndBeyondAreCovered(t *testing.T) {
	for _, s := range []string{"𠮷𬭼𬱖𬟁㑇䶮堃喆祎赟", "海口龘鱻麤", "㐀䶵", "김뷁", "ㄅㄆあいアイ", "ĀāǍǎĒēÑñßøŁłŽž", "ЁёЩщЯя", "ΑΩαω", "กขฃ", "¥€£℃℉№×°±²³", "①②③→←↑↓✓□■"} {
		for _, r := range s {
			if r == '뷁' { // not in KS X 1001; reported as missing
				continue
			}
			if g, ok := lookup(r, true); !ok || g.r != r {
				t.Errorf("no face draws %U %c", r, r)
			}
		}
	}
}

// The counties, cities and streets of China are what addresses are made of.
func TestEveryPlaceNameOfChinaCanBeDrawn(t *testing.T) {
	dir := os.Getenv("PICKSTATION_TESTDATA")
	if dir == "" {
		t.Skip("PICKSTATION_TESTDATA is unset: the place names are in its cn-divisions folder")
	}
	files, err := filepath.Glob(filepath.Join(dir, "cn-divisions", "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in cn-divisions (%v)", err)
	}
	missing := map[rune]bool{}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range string(b) {
			if unicode.Is(unicode.Han, r) {
				if _, ok := lookup(r, false); !ok {
					missing[r] = true
				}
			}
		}
	}
	for r := range missing {
		t.Errorf("no face draws %U %c", r, r)
	}
}

func TestDamagedFontsGiveErrorsOrBlanks(t *testing.T) {
	if _, err := parseFace("x", ""); err == nil {
		t.Error("an empty font was parsed")
	}
	if _, err := parseFace("x", strings.Repeat("\xff", 4096)); err == nil {
		t.Error("a font of 0xFF was parsed")
	}
}

func FuzzFontParserTakesAnyBytes(f *testing.F) {
	small := notoThai
	f.Add([]byte(small))
	f.Add([]byte("ttcf\x00\x01\x00\x00"))
	f.Add([]byte(small[:2000]))
	f.Fuzz(func(t *testing.T, data []byte) {
		face, err := parseFace("fuzz", string(data))
		if err != nil {
			return
		}
		var o outlinePath
		for g := range min(face.glyphs, 64) {
			face.advance(uint16(g))
			o = outlinePath{}
			face.path(&o, uint16(g), identity, 0)
			o.each(func(pathOp, point, point) {})
		}
	})
}
