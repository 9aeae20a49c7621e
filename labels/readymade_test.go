package labels

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"testing"
)

// platformLabel is a label as a platform would send it.
func platformLabel(t testing.TB, dpi int) ([]byte, *Page) {
	t.Helper()
	p := newPage("platform", Printer{DPI: dpi}, 760, 500)
	p.text("title", box{30, 30, 700, 90}, "平台面单 PLATFORM", style{size: 180, min: 90, lines: 1, bold: true})
	p.code128("barcode", box{10, 150, 740, 180}, "JDVA01234567890")
	if err := p.done(); err != nil {
		t.Fatal(err)
	}
	pngs, _, err := RenderPNG([]*Page{p})
	if err != nil {
		t.Fatal(err)
	}
	return pngs[0], p
}

func TestReadyMadeLabelsArePrintedDotByDot(t *testing.T) {
	for _, dpi := range []int{203, 300} {
		picture, source := platformLabel(t, dpi)
		pages := layout(t, ReadyMade{[]Picture{{600, nil}, {dpi, picture}}, 1}, Printer{DPI: dpi})
		want, got := source.raster(), pages[0].raster()
		if !bytes.Equal(want.bits, got.bits) {
			t.Errorf("%d dpi: the raster differs from the picture", dpi)
		}
		for by := range rasterisers {
			drawn := rasterise(t, by, renderPDF(t, pages), dpi)[0]
			if n := differs(drawn, want, rect{0, 0, want.w, want.h}); n != 0 {
				t.Errorf("%d dpi, %s: %d dots differ", dpi, by, n)
			}
		}
	}
}

func TestAReprintOfAReadyMadeLabelIsMarkedOnWhite(t *testing.T) {
	picture, source := platformLabel(t, 203)
	p := layout(t, ReadyMade{[]Picture{{203, picture}}, 3}, Printer{DPI: 203})[0]
	if got := textOf(p); got != "补打#3/REPRINT#3" {
		t.Errorf("mark says %q", got)
	}
	got := p.raster()
	s := source.Barcodes()[0]
	if n := differs(got, source.raster(), quietRect(s)); n != 0 {
		t.Errorf("the mark covers %d dots of the barcode", n)
	}
	full := image.NewGray(image.Rect(0, 0, 600, 400)) // all black
	var b bytes.Buffer
	if err := png.Encode(&b, full); err != nil {
		t.Fatal(err)
	}
	if _, err := (ReadyMade{[]Picture{{203, b.Bytes()}}, 2}).Layout(Printer{DPI: 203}); codeOf(t, err) != ErrorOverlap {
		t.Errorf("no white corner: %v", err)
	}
}

func TestReadyMadeLabelsThatWouldNotScanAreRefused(t *testing.T) {
	picture, _ := platformLabel(t, 203)
	noise := image.NewGray(image.Rect(0, 0, 1200, 1800))
	r := rand.New(rand.NewPCG(1, 1))
	for i := range noise.Pix {
		noise.Pix[i] = byte(r.IntN(256))
	}
	var b bytes.Buffer
	if err := png.Encode(&b, noise); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		label ReadyMade
		want  ErrorCode
	}{
		"other resolution": {ReadyMade{Pictures: []Picture{{300, picture}}}, ErrorBadPrinter},
		"no picture":       {ReadyMade{}, ErrorBadPrinter},
		"cut picture":      {ReadyMade{Pictures: []Picture{{203, picture[:len(picture)/2]}}}, ErrorBadInput},
		"photograph":       {ReadyMade{Pictures: []Picture{{203, b.Bytes()}}}, ErrorBadInput},
	} {
		if _, err := c.label.Layout(Printer{DPI: 203}); codeOf(t, err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	clear := image.NewNRGBA(image.Rect(0, 0, 100, 100)) // transparent: white paper
	clear.Set(50, 50, color.Black)
	b.Reset()
	if err := png.Encode(&b, clear); err != nil {
		t.Fatal(err)
	}
	if p := layout(t, ReadyMade{Pictures: []Picture{{203, b.Bytes()}}}, Printer{DPI: 203})[0]; len(p.rects) != 1 {
		t.Errorf("%d black areas, want the one pixel", len(p.rects))
	}
}

func FuzzReadyMadeTakesAnyPicture(f *testing.F) {
	picture, _ := platformLabel(f, 203)
	f.Add(picture, 2)
	f.Add([]byte("\x89PNG\r\n\x1a\n"), 1)
	f.Fuzz(func(t *testing.T, b []byte, n int) {
		pages, err := ReadyMade{[]Picture{{203, b}}, n}.Layout(Printer{DPI: 203})
		if codeOf(t, err) == "" && len(pages) != 1 {
			t.Errorf("%d pages", len(pages))
		}
	})
}
