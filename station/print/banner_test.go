package print

import (
	"strings"
	"testing"

	"pickstation/labels"
)

func TestPaperThatIsNotRealSaysSo(t *testing.T) {
	for _, kind := range labels.Kinds() {
		doc, err := labels.Example(kind)
		if err != nil {
			t.Fatal(err)
		}
		for _, banner := range []string{"", "培训 TRAINING"} {
			pages, err := doc.Layout(labels.Printer{DPI: 203})
			if err != nil {
				t.Fatal(err)
			}
			p := Profile{DPI: 203, Banner: banner}
			p.mark(pages)
			for i, page := range pages {
				said := false
				for _, l := range page.Lines() {
					said = said || strings.Contains(l.Text, "TRAINING")
				}
				if said != (banner != "") {
					t.Errorf("%s page %d with banner %q: said %v", kind, i+1, banner, said)
				}
			}
		}
	}
}
