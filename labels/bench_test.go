package labels

import (
	"bytes"
	"image"
	"image/draw"
	"image/png"
	"testing"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/code128"
	"github.com/boombuler/barcode/qr"
	"github.com/jung-kurt/gofpdf"
)

// benchWaybill is a waybill that differs with i in every field that differs in life.
func benchWaybill(i int) Waybill {
	w := exampleWaybill().(Waybill)
	w.Number = "SF12345678" + itoa(10000+i%90000)
	w.Receiver.Name = string([]rune("王李张刘陈杨赵黄周吴")[i%10]) + string([]rune("海文国美婷")[i%5]) + string([]rune("涛静强玲辉")[i/5%5])
	w.QR = "https://t.example.com/w/" + w.Number + "?o=WDT20260314000127"
	return w
}

// BenchmarkWaybill renders one waybill as a PDF; limit 1 ms. Its peer is plain gofpdf.
func BenchmarkWaybill(b *testing.B) {
	b.Run("own", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			renderPDF(b, layout(b, benchWaybill(i), Printer{DPI: 203}))
		}
	})
	b.Run("plain_gofpdf", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			p := layout(b, benchWaybill(i), Printer{DPI: 203})[0]
			if plainGofpdf(b, p) == 0 {
				b.Fatal("no PDF")
			}
		}
	})
}

// plainGofpdf draws the same page as one would at first: the font through AddUTF8FontFromBytes, barcodes as PNG pictures.
func plainGofpdf(b *testing.B, p *Page) int {
	f := gofpdf.NewCustom(&gofpdf.InitType{UnitStr: "pt", OrientationStr: "P", Size: gofpdf.SizeType{Wd: 283.39, Ht: 425.26}})
	f.SetMargins(0, 0, 0)
	f.SetAutoPageBreak(false, 0)
	f.AddUTF8FontFromBytes("r", "", []byte(notoRegular))
	f.AddUTF8FontFromBytes("b", "", []byte(notoBold))
	f.AddPage()
	dot := 72 / float64(p.printer.DPI)
	for _, lines := range [2][]drawn{p.texts, p.white} {
		for _, d := range lines {
			var s []rune
			font := "r"
			for _, g := range p.glyphs[d.from:d.to] {
				s = append(s, g.r)
				if g.face == faceBold {
					font = "b"
				}
			}
			f.SetFont(font, "", float64(d.size)/10)
			f.Text(float64(d.x)*dot, float64(d.y)*dot, string(s))
		}
	}
	for _, s := range p.symbols {
		var code barcode.Barcode
		var err error
		if s.Symbology == "qr" {
			code, err = qr.Encode(s.Text, qr.M, qr.Auto)
		} else {
			code, err = code128.Encode(s.Text)
		}
		if err == nil {
			code, err = barcode.Scale(code, max(s.W, code.Bounds().Dx()), max(s.H, 1))
		}
		if err != nil {
			b.Fatal(err)
		}
		gray := image.NewGray(code.Bounds())
		draw.Draw(gray, gray.Bounds(), code, image.Point{}, draw.Src)
		var pic bytes.Buffer
		if err := png.Encode(&pic, gray); err != nil {
			b.Fatal(err)
		}
		f.RegisterImageOptionsReader(s.Field, gofpdf.ImageOptions{ImageType: "PNG"}, &pic)
		f.ImageOptions(s.Field, float64(s.X)*dot, float64(s.Y)*dot, float64(s.W)*dot, float64(s.H)*dot, false, gofpdf.ImageOptions{ImageType: "PNG"}, 0, "")
	}
	var out bytes.Buffer
	if err := f.Output(&out); err != nil {
		b.Fatal(err)
	}
	return out.Len()
}

// BenchmarkWaybillWave renders fifty waybills into one PDF; limit 0.4 ms a page, reported as ns/page.
func BenchmarkWaybillWave(b *testing.B) {
	const n = 50
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		pages := make([]*Page, 0, n)
		for k := range n {
			pages = append(pages, layout(b, benchWaybill(i*n+k), Printer{DPI: 203})...)
		}
		renderPDF(b, pages)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/page")
}

// BenchmarkCN23 renders one customs form; limit 1.3 ms.
func BenchmarkCN23(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		renderPDF(b, layout(b, exampleCN23(), Printer{DPI: 203}))
	}
}

// BenchmarkWaybillZPL renders one waybill for a label printer; limit 4 ms.
func BenchmarkWaybillZPL(b *testing.B) {
	for name, z64 := range map[string]bool{"GFA": false, "Z64": true} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, _, err := RenderZPL(layout(b, benchWaybill(i), Printer{DPI: 203, Z64: z64})); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkFirstLabel parses the fonts anew before each waybill, as after a start; limit 50 ms.
func BenchmarkFirstLabel(b *testing.B) {
	for b.Loop() {
		for i := range faces {
			l := &faces[i]
			data, err := l.program()
			if err != nil {
				b.Fatal(err)
			}
			if _, err := parseFace(l.name, data); err != nil {
				b.Fatal(err)
			}
		}
		renderPDF(b, layout(b, benchWaybill(1), Printer{DPI: 203}))
	}
}
