package labels

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// codeFields are the fields that hold codes of a fixed form; every other text field takes what people write.
var codeFields = []string{"Form", "Number", "SSCC", "AI", "Value", "Code", "Symbology", "Currency", "HS", "Origin", "Category", "Slip", "Incoterm", "QR", "Temperature",
	"Regime", "Buyer", "Consignee", "Province", "Key"}

// copied is a deep copy through the document's JSON.
func copied(t testing.TB, kind string, d Document) Document {
	t.Helper()
	again, err := Decode(kind, marshal(t, d))
	if err != nil {
		t.Fatal(err)
	}
	return again
}

// filled is a document whose texts are those of gen, and the ones that the paper must show.
func filled(t testing.TB, kind string, d Document, gen func(name string) string) (Document, []string) {
	t.Helper()
	v := reflect.New(reflect.TypeOf(d))
	v.Elem().Set(reflect.ValueOf(copied(t, kind, d)))
	var texts []string
	for _, f := range fieldsOf(v.Elem(), "") {
		switch {
		case f.name() == "Unmasked":
			f.value.SetBool(true)
		case f.value.Kind() == reflect.String && f.value.String() != "" && !slices.Contains(codeFields, f.name()):
			f.value.SetString(gen(f.name()))
			if printed(kind, f) {
				texts = append(texts, f.value.String())
			}
		}
	}
	return v.Elem().Interface().(Document), texts
}

// TestEveryDocumentTakesNamesOfEveryScript fills every text field of every kind: no panic, no blank glyph, no two texts on
// the same dots, no text on a rule, and every text is on the paper whole unless the report says otherwise. 10,000 texts a
// kind (a fifth under the race detector), a hundred thousand in the long version.
func TestEveryDocumentTakesNamesOfEveryScript(t *testing.T) {
	most := 10_000
	if raced {
		most = 2000
	}
	if soaking() {
		most = 100_000
	}
	for _, kind := range Kinds() {
		if kind == KindReadyMade {
			continue // holds no text
		}
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(15, 924))
			all := scripts()
			d, err := Example(kind)
			if err != nil {
				t.Fatal(err)
			}
			set := 0
			for i := 0; set < most && !t.Failed(); i++ {
				s := all[i%len(all)]
				doc, texts := filled(t, kind, d, func(field string) string {
					text := s.word(r, 2+r.IntN(18))
					if field == "Description" {
						text = "Dried fruit " + text
					}
					return text
				})
				if len(texts) == 0 {
					t.Fatal("no text field")
				}
				set += len(texts)
				pages, err := doc.Layout(Printer{DPI: []int{203, 300}[i%2]})
				if err != nil {
					t.Fatalf("%s: %v: %+v", s.name, err, doc)
				}
				var rep Report
				for _, p := range pages {
					checkGlyphs(t, s.name, p)
					if i%16 == 0 {
						checkInk(t, s.name, p)
					}
					rep.merge(1, p.Report())
				}
				if len(rep.Missing)+len(rep.Overflow) == 0 && !s.reordered {
					checkTexts(t, s.name, pages, texts)
				}
			}
		})
	}
}

// checkTexts looks for each text on the pages.
func checkTexts(t *testing.T, name string, pages []*Page, texts []string) {
	t.Helper()
	paper := allText(pages)
	for _, text := range texts {
		if want := withoutSpaces(text); !strings.Contains(paper, want) {
			t.Errorf("%s: %q is not on the paper", name, text)
		}
	}
}

// checkInk draws every line of text by itself: no dot may belong to two lines, or to a line and to a rule or bar.
func checkInk(t *testing.T, name string, p *Page) {
	t.Helper()
	owner := make([]int16, p.w*p.h)
	solid := newBitmap(p.w, p.h)
	for _, r := range p.rects {
		solid.fill(r)
	}
	lines := 0
	inkOf(p, func(g glyph, line int, dots func(func(x, y int) bool)) {
		lines++
		for x, y := range dots {
			if x < 0 || y < 0 || x >= p.w || y >= p.h {
				t.Errorf("%s: %q leaves the sheet with its ink", name, string(g.r))
				return
			}
			at := &owner[y*p.w+x]
			if *at != 0 && int(*at) != line+1 {
				t.Errorf("%s: %q at %d lies on the line %q at %d, %.1f pt", name, linesOf(p)[line], p.texts[line].y, linesOf(p)[*at-1], p.texts[*at-1].y, float64(p.texts[line].size)/10)
				return
			}
			*at = int16(line + 1)
			if solid.at(x, y) {
				t.Errorf("%s: %q of %q, %.1f pt at %d,%d, touches a rule", name, string(g.r), linesOf(p)[line], float64(p.texts[line].size)/10, p.texts[line].x, p.texts[line].y)
				return
			}
		}
	})
	if lines == 0 && len(p.symbols) == 0 {
		t.Errorf("%s: nothing is drawn", name)
	}
}
