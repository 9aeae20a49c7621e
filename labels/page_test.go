package labels

import (
	"strings"
	"testing"
)

func TestFieldsOnEachOtherOrOffTheSheetAreAnError(t *testing.T) {
	st := style{size: 100}
	for name, draw := range map[string]func(p *Page){
		"text on text": func(p *Page) {
			p.text("a", box{0, 0, 300, 60}, "海口海口", st)
			p.text("b", box{50, 10, 300, 60}, "海口", st)
		},
		"text on quiet zone": func(p *Page) {
			p.code128("a", box{0, 0, 500, 100}, "SF1")
			p.text("b", box{0, 20, 480, 60}, strings.Repeat("海", 12), st)
		},
		"text on black": func(p *Page) {
			p.text("a", box{0, 0, 300, 60}, "x", style{size: 100, black: true})
			p.text("b", box{150, 0, 300, 60}, "海口", st)
		},
		"off the right edge": func(p *Page) { p.text("a", box{900, 0, 300, 60}, "海口市龙华区", st) },
		"off the bottom":     func(p *Page) { p.qr("a", box{0, 850, 300, 300}, "x") },
		"off the top":        func(p *Page) { p.text("a", box{0, -30, 300, 60}, "海口", st) },
	} {
		p := newPage("test", Printer{DPI: 203}, 1000, 1000)
		draw(p)
		if err := p.done(); codeOf(t, err) != ErrorOverlap {
			t.Errorf("%s: %v", name, err)
		}
	}
	p := newPage("test", Printer{DPI: 203}, 1000, 1000)
	p.text("a", box{0, 0, 300, 60}, "海口", st)
	p.text("b", box{0, 60, 300, 60}, "海口", st)
	p.code128("c", box{300, 0, 500, 100}, "SF1")
	if err := p.done(); err != nil {
		t.Errorf("fields side by side: %v", err)
	}
}

func TestANarrowLogisticLabelHoldsItsBarcodeUpright(t *testing.T) {
	l := exampleLogisticLabel().(LogisticLabel)
	l.Form = narrowLogistic
	for _, dpi := range []int{203, 300} {
		pages := layout(t, l, Printer{DPI: dpi})
		if r := pages[0].Report(); len(r.Overflow) > 0 {
			t.Errorf("%+v", r)
		}
		if s := pages[0].Barcodes()[1]; !s.ladder() || s.Symbology != "gs1-128" {
			t.Errorf("barcode %+v lies the other way", s)
		}
		for by := range rasterisers {
			checkSymbols(t, pages, []string{"upright"}, rasterise(t, by, renderPDF(t, pages), dpi))
		}
		pngs, _, err := RenderPNG(pages)
		if err != nil {
			t.Fatal(err)
		}
		readBack(t, pages[0], tempFile(t, "upright.png", pngs[0]))
	}
	l.DataMatrix = false
	if _, err := l.Layout(Printer{DPI: 203}); codeOf(t, err) != ErrorBadInput {
		t.Errorf("elements without a symbol to hold them: %v", err)
	}
}

func TestReportsOfAJobNumberItsPages(t *testing.T) {
	a, b := newPage("test", Printer{DPI: 203}, 500, 500), newPage("test", Printer{DPI: 203}, 500, 500)
	a.text("x", box{0, 0, 300, 60}, "🍎", style{size: 100})
	b.text("y", box{0, 0, 300, 60}, strings.Repeat("海", 50)+"🥭", style{size: 100})
	_, rep, err := RenderPDF([]*Page{a, b}, Meta{})
	if err != nil {
		t.Fatal(err)
	}
	if len(rep.Missing) != 2 || len(rep.Overflow) != 1 || rep.Overflow[0].Page != 2 {
		t.Errorf("%+v", rep)
	}
	if w := rep.Warnings(); len(w) != 3 || !strings.Contains(w[2], "page 2: y") {
		t.Errorf("%q", w)
	}
}
