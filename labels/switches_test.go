package labels

import (
	"strings"
	"testing"
)

// What is no text but a choice shows on the paper, too: the box that is ticked, the title, the arrow, the copies.

func TestTheCategoryOfAPostalItemIsTheOneBoxTicked(t *testing.T) {
	all := []string{CategoryGift, CategoryDocuments, CategorySample, CategoryReturned, CategorySale, CategoryOther}
	for _, chosen := range all {
		c := exampleCustoms()
		c.Category = chosen
		for _, d := range []Document{CN22{c}, CN23{c}} {
			pages := layout(t, d, Printer{DPI: 300})
			drawn := rasterise(t, "pdftoppm", renderPDF(t, pages), 300)[0]
			for _, category := range all {
				for _, b := range pages[0].blocks {
					if b.field != "category "+category {
						continue
					}
					x, y := b.x-pages[0].printer.dots(23), b.y+b.h/2 // the middle of the box before the words
					if got := drawn.at(x, y); got != (category == chosen) {
						t.Errorf("%T, %s: the box of %s is ticked: %v", d, chosen, category, got)
					}
				}
			}
		}
	}
}

func TestTitlesSayWhichPaperItIs(t *testing.T) {
	list, slip := exampleCustomsList().(CustomsList), exampleSlip().(Slip)
	for i := range list.Lines {
		g := &list.Lines[i]
		g.Province, g.Buyer, g.Consignee, g.Departed, g.Complete = "浙江省", "王海涛", "王海涛", true, true
	}
	titles := map[string]bool{}
	for _, regime := range []string{Regime9610, Regime1210, RegimeHainan} {
		list.Regime = regime
		titles[linesOf(layout(t, list, Printer{DPI: 203})[0])[0]] = true
	}
	for _, kind := range []string{SlipPutBack, SlipException} {
		slip.Slip = kind
		lines := linesOf(layout(t, slip, Printer{DPI: 203})[0])
		titles[lines[len(lines)-1]] = true // white on black is drawn last
	}
	if len(titles) != 5 {
		t.Errorf("%d titles for five papers: %v", len(titles), titles)
	}
}

func TestArrowsAndCopiesAreAsAsked(t *testing.T) {
	for want, l := range map[string]PlaceLabel{"↑": {Up: true}, "↓": {Down: true}, "↑↓": {Up: true, Down: true}, "": {}} {
		l.Code = "LOC:A"
		text := textOf(layout(t, TotesAndLocations{Labels: []PlaceLabel{l}}, Printer{DPI: 203})[0])
		if got := strings.Map(func(r rune) rune {
			if r == '↑' || r == '↓' {
				return r
			}
			return -1
		}, text); got != want {
			t.Errorf("%+v shows %q, want %q", l, got, want)
		}
	}
	if n := len(layout(t, ItemLabels{[]ItemLabel{{Code: "A", Copies: 3}, {Code: "B"}}}, Printer{DPI: 203})); n != 4 {
		t.Errorf("%d labels, want three copies and one", n)
	}
}
