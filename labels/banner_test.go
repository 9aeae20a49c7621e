package labels

import (
	"strings"
	"testing"
)

func TestABannerStandsUnderEveryKindOfPaperAndChangesNothingElse(t *testing.T) {
	for _, kind := range Kinds() {
		doc, err := Example(kind)
		if err != nil {
			t.Fatal(err)
		}
		pages, err := doc.Layout(Printer{DPI: 203})
		if err != nil {
			t.Fatal(err)
		}
		before := pages[0].Lines()
		w, h := pages[0].Size()
		pages[0].Banner("培训 TRAINING")
		after := pages[0].Lines()
		if w2, h2 := pages[0].Size(); w2 != w || h2 <= h {
			t.Errorf("%s: %dx%d became %dx%d", kind, w, h, w2, h2)
		}
		var said []string
		for _, l := range after {
			if l.Y > h {
				said = append(said, l.Text)
			}
		}
		if len(after) != len(before)+1 || strings.Join(said, "") != "培训 TRAINING" {
			t.Errorf("%s: below the page stands %q", kind, said)
		}
		if err := pages[0].done(); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}
