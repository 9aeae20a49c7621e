package labels

import (
	"strings"
	"testing"
)

// benchCards lays the example out on every sheet.
func benchCards(t *testing.T) map[string]*Page {
	t.Helper()
	out := map[string]*Page{}
	for form := range benchCardForms {
		for _, dpi := range []int{203, 300, 600} {
			b := exampleBenchCard().(BenchCard)
			b.Form = form
			out[form+" at "+itoa(dpi)+" dpi"] = layout(t, b, Printer{DPI: dpi})[0]
		}
	}
	return out
}

func TestNeighbouringBarcodesOfTheBenchCardShareNoLine(t *testing.T) {
	for name, p := range benchCards(t) {
		apart := p.printer.dots(20) // 2 mm, so that a beam held a little askew meets one only
		symbols := p.Barcodes()
		for i, a := range symbols {
			for _, b := range symbols[i+1:] {
				if a.Y < b.Y+b.H+apart && b.Y < a.Y+a.H+apart {
					t.Errorf("%s: %s and %s stand side by side", name, a.Text, b.Text)
				}
			}
		}
	}
}

// Whoever means NO must not scan HOLD: text is above the bars of its own command and nowhere else, and a frame goes round
// both.
func TestTheTextOfACommandStandsAboveItsBarsInOneFrame(t *testing.T) {
	for name, p := range benchCards(t) {
		g := benchCardForms[strings.Fields(name)[0]]
		for i, s := range p.Barcodes() {
			frame := p.printer.rect(g.cell(i))
			if !(rect{s.X, s.Y, s.W, s.H}).inside(frame) {
				t.Errorf("%s: the bars of %s leave their frame", name, s.Text)
			}
			texts := 0
			for _, b := range p.blocks {
				if !strings.HasPrefix(b.field, s.Text+" ") {
					continue
				}
				texts++
				if b.y+b.h > s.Y || !b.inside(frame) {
					t.Errorf("%s: %s is not above its bars inside its frame", name, b.field)
				}
			}
			if texts < 3 {
				t.Errorf("%s: %s has %d texts, want its code and two names", name, s.Text, texts)
			}
			for j := range i {
				if frame.overlaps(p.printer.rect(g.cell(j))) {
					t.Errorf("%s: the frames of commands %d and %d touch", name, j, i)
				}
			}
		}
	}
}

func TestAFullBenchCardStaysOnItsSheet(t *testing.T) {
	for form, g := range benchCardForms {
		b := BenchCard{Form: form}
		for range g.columns*g.rows + 1 {
			b.Commands = append(b.Commands, Command{"PS:SIGNOUT", "F10", "签退", "SIGN OUT"})
		}
		pages := layout(t, b, Printer{DPI: 203})
		if len(pages) != 2 || len(pages[0].Barcodes()) != g.columns*g.rows {
			t.Fatalf("%s: %d pages", form, len(pages))
		}
		if last := g.cell(g.columns*g.rows - 1); last.x+last.w > g.w-g.margin || last.y+last.h > g.h-g.margin {
			t.Errorf("%s: the last frame %+v leaves the margin", form, last)
		}
		if r := pages[0].Report(); len(r.Fine)+len(r.Overflow) > 0 {
			t.Errorf("%s: %+v", form, r)
		}
	}
}
