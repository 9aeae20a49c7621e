package labels

import (
	"strings"
	"testing"
)

// inkOf gives, for every glyph of a page, the dots it blackens.
func inkOf(p *Page, each func(g glyph, line int, dots func(yield func(x, y int) bool))) {
	for line, d := range p.texts {
		ems := 0
		for _, g := range p.glyphs[d.from:d.to] {
			img := glyphImageOf(g, d.size, p.printer.DPI)
			mx, my := g.move(d.size, p.printer.DPI)
			x0 := d.x + (ems*d.size*p.printer.DPI+360000)/720000 + img.x + mx
			y0 := d.y + img.y + my
			each(g, line, func(yield func(x, y int) bool) {
				for i, ink := range img.ink {
					if ink && !yield(x0+i%img.w, y0+i/img.w) {
						return
					}
				}
			})
			ems += int(g.adv)
		}
	}
}

// Every consonant with every vowel above it and every tone mark: no mark lies on another, nor on the stem of its letter.
func TestThaiMarksStandClearOfEachOther(t *testing.T) {
	vowels := []string{"", "\u0e31", "\u0e34", "\u0e35", "\u0e36", "\u0e37"}
	tones := []string{"\u0e48", "\u0e49", "\u0e4a", "\u0e4b", "\u0e4c", ""}
	for _, base := range "กขชดทนบปผฝพฟมยรลวสหฬอ" {
		for _, vowel := range vowels {
			for _, tone := range tones {
				for _, after := range []string{"", "ำ", "า"} {
					if vowel != "" && after != "" {
						continue
					}
					s := string(base) + vowel + tone + after
					p := newPage("test", Printer{DPI: 600}, 600, 600)
					p.text("t", box{200, 200, 300, 300}, s, style{size: 300})
					taken := map[[2]int]rune{}
					hit := 0
					inkOf(p, func(g glyph, _ int, dots func(func(x, y int) bool)) {
						for x, y := range dots {
							if other, ok := taken[[2]int{x, y}]; ok && other != g.r && (thaiMark(g.r) || thaiMark(other)) {
								hit++
							}
							taken[[2]int{x, y}] = g.r
						}
					})
					// A vowel above touches the rounded top of its letter in this typeface.
					if hit > 40 {
						t.Errorf("%s (%+q): marks lie on %d dots of others", s, s, hit)
					}
				}
			}
		}
	}
}

func TestThaiLinesBeginAndEndWhereWordsMay(t *testing.T) {
	lines, _ := set(t, box{0, 0, 160, 900}, strings.Repeat("เชียงใหม่น้ำทิพย์โพธิ์แก้วไทยาะๆ", 3), style{size: 120})
	for i, l := range lines {
		r := []rune(l)
		if first := r[0]; thaiMark(first) || thaiFollows(first) {
			t.Errorf("line %d begins with %U", i+1, first)
		}
		if last := r[len(r)-1]; i+1 < len(lines) && thaiLeads(last) {
			t.Errorf("line %d ends with %U", i+1, last)
		}
	}
}

func TestThaiIsReadBackFromThePDFAsItWasWritten(t *testing.T) {
	w := exampleWaybill().(Waybill)
	w.Unmasked, w.Receiver = true, Party{Name: "น้ำทิพย์ ปิ่นเกล้า", Street: "99/1 หมู่ที่ 5 ตำบลบ้านใหม่ ฝั่งธนบุรี", Country: "TH"}
	pages := layout(t, w, Printer{DPI: 300})
	name := tempFile(t, "thai.pdf", renderPDF(t, pages))
	run(t, "qpdf", "--check", name)
	got := withoutSpaces(string(run(t, "pdftotext", "-raw", name, "-")))
	for _, want := range []string{w.Receiver.Name, w.Receiver.Street} {
		if !strings.Contains(got, withoutSpaces(want)) {
			t.Errorf("%q is not in %q", want, got)
		}
	}
}

// The paper and the raster move marks alike.
func TestThaiIsDrawnAlikeByPDFAndRaster(t *testing.T) {
	w := exampleWaybill().(Waybill)
	w.Unmasked, w.Receiver = true, Party{Name: "น้ำทิพย์ ปิ่นเกล้า", Street: "99/1 หมู่ที่ 5 ตำบลบ้านใหม่ ฝั่งธนบุรี", Country: "TH"}
	pages := layout(t, w, Printer{DPI: 300})
	for by := range rasterisers {
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
		if off*500 > ink {
			t.Errorf("%s: %d of %d dots are more than a dot away from where they belong", by, off, ink)
		}
	}
}
