package labels

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
)

// script is a stock of characters to make names of.
type script struct {
	name    string
	letters []rune
	blank   bool // words are set apart by blanks
	// drawn in another order than written, or with other letters
	reordered bool
	syllables []string // instead of letters
}

func runesOf(from, to rune) (out []rune) {
	for r := from; r <= to; r++ {
		if unicode.IsGraphic(r) {
			out = append(out, r)
		}
	}
	return out
}

// syllables are all bases with all endings.
func syllables(bases []rune, endings ...string) (out []string) {
	for _, b := range bases {
		for _, e := range endings {
			out = append(out, string(b)+e)
		}
	}
	return out
}

// scripts are those of the receivers a warehouse in China sends to.
func scripts() []script {
	return []script{
		{"Chinese", runesOf(0x4E00, 0x9FA5), false, false, nil},
		{"Extension A", runesOf(0x3400, 0x4DB5), false, false, nil},
		{"beyond U+FFFF", []rune("𠮷𬭼𬱖𬟁𬶍𬒈𪩘𫖯𫍯𬴂"), false, false, nil},
		{"Japanese", append(runesOf(0x3041, 0x3096), runesOf(0x30A1, 0x30FA)...), false, false, nil},
		{"Korean", []rune("김이박최정강조윤장임서울특별시강남구부산"), true, false, nil},
		{"Thai", []rune("กขคงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ"), true, false, nil},
		{"Thai with marks", nil, true, false, syllables([]rune("กขชนปฝฟมรสหอทผญ"), "", "ะ", "า", "ำ", "\u0e31", "\u0e34", "\u0e35", "\u0e36", "\u0e37", "\u0e38", "\u0e39", "\u0e48", "\u0e49",
			"\u0e35\u0e48", "\u0e37\u0e49", "\u0e31\u0e48", "\u0e38\u0e48", "\u0e49ำ", "\u0e48า", "\u0e4c")},
		{"Vietnamese, decomposed", nil, true, true, syllables([]rune("aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"), "", "n", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323", "ng", "\u0323ch")},
		{"Cyrillic", runesOf(0x0410, 0x044F), true, false, nil},
		{"Vietnamese", []rune("ăâđêôơưĂÂĐÊÔƠƯáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệnghtr"), true, false, nil},
		{"Greek", runesOf(0x0391, 0x03A1), true, false, nil},
		{"Latin", []rune("abcdefghijklmnopqrstuvwxyzéèüöäñçøåßłžŞğı'-"), true, false, nil},
		{"Arabic", []rune("ابتثجحخدذرزسشصضطظعغفقكلمنهوي"), true, true, nil},
		{"Devanagari", runesOf(0x0915, 0x0939), true, true, nil},
		{"Khmer", runesOf(0x1780, 0x17A2), true, true, nil},
		{"emoji", []rune("🍎🥭🍍☺👍🏽"), false, false, nil},
	}
}

func (s script) word(r *rand.Rand, n int) string {
	var b strings.Builder
	for i := range n {
		if s.blank && i%7 == 6 {
			b.WriteByte(' ')
		}
		if s.syllables != nil {
			b.WriteString(s.syllables[r.IntN(len(s.syllables))])
		} else {
			b.WriteRune(s.letters[r.IntN(len(s.letters))])
		}
	}
	return b.String()
}

// TestTenThousandNamesAndAddressesComeOutRight: no panic, no blank glyph, nothing outside its field or on another, and
// every character that is not on the paper is in the report. A quarter of them under the race detector.
func TestTenThousandNamesAndAddressesComeOutRight(t *testing.T) {
	r := rand.New(rand.NewPCG(41833, 2022))
	all := scripts()
	forms := []string{"100x150", "76x130", "100x180", "4x6in"}
	most := 10_000
	if raced {
		most = 2500
	}
	for i := range most {
		s := all[i%len(all)]
		w := exampleWaybill().(Waybill)
		w.Form, w.Unmasked = forms[i/len(all)%len(forms)], true
		w.Receiver = Party{Name: s.word(r, 2+r.IntN(14)), Phone: "13812345678", Street: s.word(r, 10+r.IntN(50)), City: s.word(r, 4), Unit: fmt.Sprint(r.IntN(3000))}
		w.Items = []WaybillItem{{s.word(r, 6+r.IntN(20)), 1 + r.IntN(9)}, {s.word(r, 10), 2}}
		pages, err := w.Layout(Printer{DPI: []int{203, 300}[i%2]}) // overlaps and text outside the sheet are errors
		if err != nil {
			t.Fatalf("%s, %+v: %v", s.name, w.Receiver, err)
		}
		p := pages[0]
		checkGlyphs(t, s.name, p)
		if i%97 == 0 {
			renderPDF(t, pages)
		}
		if t.Failed() {
			t.Fatalf("receiver %+v", w.Receiver)
		}
	}
}

// checkGlyphs holds the drawn glyphs against the fonts and the report.
func checkGlyphs(t *testing.T, name string, p *Page) {
	t.Helper()
	marks := 0
	for _, d := range p.texts {
		for _, g := range p.glyphs[d.from:d.to] {
			f := fontFace(g.face)
			if g.r != ' ' && !f.hasInk(g.r) {
				t.Errorf("%s: %U is drawn blank by %s", name, g.r, f.name)
			}
			if g.r == missingMark {
				marks++
			}
		}
		if d.x < 0 || d.x+p.dotsOf(width(p.glyphs[d.from:d.to]), d.size) > p.w+1 {
			t.Errorf("%s: text leaves the sheet", name)
		}
	}
	r := p.Report()
	if (marks > 0) != (len(r.Missing) > 0) && len(r.Overflow) == 0 {
		t.Errorf("%s: %d boxes drawn, %U reported", name, marks, r.Missing)
	}
	if len(r.Missing) > 0 && name != "emoji" && name != "Khmer" && name != "Chinese" && name != "Extension A" {
		t.Errorf("%s: %U missing", name, r.Missing)
	}
}

// Real places: every province, city, district and street of the statistics bureau's list, on the narrowest form.
func TestRealChineseAddressesFitTheNarrowestForm(t *testing.T) {
	dir := os.Getenv("PICKSTATION_TESTDATA")
	if dir == "" {
		t.Skip("PICKSTATION_TESTDATA is unset: the streets are in its cn-divisions folder")
	}
	b, err := os.ReadFile(filepath.Join(dir, "cn-divisions", "streets.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(b), "\n")[1:]
	for i := 0; i < len(lines); i += 23 {
		fields := strings.Split(strings.ReplaceAll(lines[i], `"`, ""), ",")
		if len(fields) < 2 {
			continue
		}
		w := exampleWaybill().(Waybill)
		w.Form = "76x130"
		w.Receiver = Party{Name: "买买提江·阿不都热合曼", Phone: "13812345678", Province: "新疆维吾尔自治区", City: "克孜勒苏柯尔克孜自治州", District: "阿克陶县", Street: fields[1] + "幸福路128号阳光花园12栋3单元1502室 请放门口快递柜"}
		p := layout(t, w, Printer{DPI: 203})[0]
		if rep := p.Report(); len(rep.Overflow) > 0 || len(rep.Missing) > 0 {
			t.Errorf("%s: %+v", fields[1], rep)
		}
	}
}
