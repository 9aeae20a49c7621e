package labels

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"
)

// Every kind by itself, every form by itself in the long version, and all of them in one file.
func TestPDFsAreWellFormed(t *testing.T) {
	check := func(pages []*Page) {
		t.Helper()
		run(t, "qpdf", "--check", tempFile(t, "paper.pdf", renderPDF(t, pages))) // exits 3 on warnings
	}
	for _, kind := range Kinds() {
		check(layoutExample(t, kind, Printer{DPI: 203}))
	}
	pages, _ := sheaf(t, 300)
	check(pages)
	if soaking() {
		for _, v := range variants(t) {
			check(layout(t, v.doc, Printer{DPI: 203}))
		}
	}
}

// withoutSpaces compares texts where readers put their own blanks.
func withoutSpaces(s string) string {
	return strings.Join(strings.Fields(norm.NFKC.String(s)), "")
}

func TestTextCanBeReadBackFromThePDF(t *testing.T) {
	for _, kind := range Kinds() {
		pages := layoutExample(t, kind, Printer{DPI: 300})
		name := tempFile(t, kind+".pdf", renderPDF(t, pages))
		got := withoutSpaces(string(run(t, "pdftotext", "-layout", name, "-")))
		for _, p := range pages {
			for _, line := range linesOf(p) {
				for _, word := range strings.Fields(line) {
					if !strings.Contains(got, withoutSpaces(word)) {
						t.Errorf("%s: %q is not in the PDF's text", kind, word)
					}
				}
			}
		}
	}
}

func TestIdeographsBeyondTheBasicPlaneAreReadBack(t *testing.T) {
	w := exampleWaybill().(Waybill)
	w.Unmasked, w.Receiver.Name = true, "𠮷野𬭼"
	name := tempFile(t, "w.pdf", renderPDF(t, layout(t, w, Printer{DPI: 203})))
	if got := string(run(t, "pdftotext", name, "-")); !strings.Contains(got, "𠮷野𬭼") {
		t.Errorf("name is not in %q", got)
	}
}

func TestPagesOfSeveralSizesShareOneFile(t *testing.T) {
	pages := append(layoutExample(t, KindWaybill, Printer{DPI: 203}), layoutExample(t, KindCN23, Printer{DPI: 203})...)
	name := tempFile(t, "pack.pdf", renderPDF(t, pages))
	run(t, "qpdf", "--check", name)
	got := string(run(t, "pdfinfo", "-l", "9", name))
	for _, want := range []string{"283.389 x 425.261 pts", "595.153 x 419.586 pts"} {
		if !strings.Contains(got, want) {
			t.Errorf("no page of %s in %s", want, got)
		}
	}
	wave := renderPDF(t, layoutExample(t, KindWaybill, Printer{DPI: 203}))
	if both := renderPDF(t, append(layoutExample(t, KindWaybill, Printer{DPI: 203}), layoutExample(t, KindWaybill, Printer{DPI: 203})...)); len(both) > len(wave)*3/2 {
		t.Errorf("two waybills take %d bytes, one %d: fonts are not shared", len(both), len(wave))
	}
}

func TestPDFAsksToBePrintedWithoutScaling(t *testing.T) {
	b := renderPDF(t, layoutExample(t, KindWaybill, Printer{DPI: 203}))
	if !bytes.Contains(b, []byte("/ViewerPreferences <</PrintScaling /None>>")) {
		t.Error("no PrintScaling preference")
	}
}

func TestPDFCarriesTitleAndTime(t *testing.T) {
	at := time.Date(2026, 3, 14, 9, 26, 53, 0, time.FixedZone("CST", 8*3600))
	b, _, err := RenderPDF(layoutExample(t, KindWaybill, Printer{DPI: 203}), Meta{Title: "SF1234567890123", Created: at})
	if err != nil {
		t.Fatal(err)
	}
	got := string(run(t, "pdfinfo", "-isodates", tempFile(t, "w.pdf", b)))
	if !strings.Contains(got, "SF1234567890123") || !strings.Contains(got, "2026-03-14T01:26:53") {
		t.Errorf("pdfinfo says %s", got)
	}
}

func TestShiftMovesThePageByWholeDots(t *testing.T) {
	plain := layoutExample(t, KindWaybill, Printer{DPI: 203})
	moved := layoutExample(t, KindWaybill, Printer{DPI: 203, ShiftX: 7, ShiftY: -5})
	a, b := plain[0].raster(), moved[0].raster()
	c := rasterise(t, "pdftoppm", renderPDF(t, moved), 203)[0]
	for _, s := range plain[0].Barcodes() {
		for y := s.Y; y < s.Y+s.H; y++ {
			for x := s.X; x < s.X+s.W; x++ {
				if a.at(x, y) != b.at(x+7, y-5) || a.at(x, y) != c.at(x+7, y-5) {
					t.Fatalf("%s: dot %d,%d did not move by 7,-5", s.Field, x, y)
				}
			}
		}
	}
}

func TestJobsThatNoPrinterCanTakeAreRefused(t *testing.T) {
	if _, _, err := RenderPDF(nil, Meta{}); err == nil {
		t.Error("a job without pages was rendered")
	}
	mixed := append(layoutExample(t, KindWaybill, Printer{DPI: 203}), layoutExample(t, KindWaybill, Printer{DPI: 300})...)
	for name, render := range map[string]func() error{
		"PDF": func() error { _, _, err := RenderPDF(mixed, Meta{}); return err },
		"PNG": func() error { _, _, err := RenderPNG(mixed); return err },
		"ZPL": func() error { _, _, err := RenderZPL(mixed); return err },
	} {
		if err := render(); err == nil {
			t.Errorf("%s: pages for two resolutions went into one job", name)
		}
	}
	for _, p := range []Printer{{DPI: 0}, {DPI: 204}, {DPI: -300}, {DPI: 203, ShiftX: 1 << 40}} {
		if _, err := exampleWaybill().Layout(p); err == nil {
			t.Errorf("%+v was accepted", p)
		}
	}
}

// What the PDF's fonts draw must be what the raster draws: the two back ends agree on every glyph's place.
func TestPDFAndRasterAgreeOnText(t *testing.T) {
	for _, kind := range []string{KindWaybill, KindCN23, KindPackingList} {
		pages := layoutExample(t, kind, Printer{DPI: 300})
		for by := range rasterisers {
			t.Run(fmt.Sprintf("%s/%s", kind, by), func(t *testing.T) {
				got, want := rasterise(t, by, renderPDF(t, pages), 300)[0], pages[0].raster()
				ink, off := 0, 0
				for y := range want.h {
					for x := range want.w {
						if want.at(x, y) {
							ink++
						}
						if got.at(x, y) && !near(want, x, y) || want.at(x, y) && !near(got, x, y) {
							off++
						}
					}
				}
				if off*200 > ink {
					t.Errorf("%d of %d dots are more than a dot away from where they belong", off, ink)
				}
			})
		}
	}
}

// near reports whether a black dot lies within one dot of x, y.
func near(m *bitmap, x, y int) bool {
	for dy := -1; dy <= 1; dy++ {
		for dx := -1; dx <= 1; dx++ {
			if m.at(x+dx, y+dy) {
				return true
			}
		}
	}
	return false
}

func FuzzExactPDFTakesAnyBytes(f *testing.F) {
	p := newPage("test", Printer{DPI: 203}, 100, 100)
	p.text("t", box{0, 0, 100, 100}, "x", style{size: 60})
	b, _, err := RenderPDF([]*Page{p}, Meta{})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte("xref\n0 99999999999\nstartxref\n0\n"))
	f.Add([]byte("startxref\n-5\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		exactPDF(b, []*Page{p}) // an error is fine, a panic is not
	})
}
