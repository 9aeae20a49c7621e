package labels

import "testing"

// benchWaybill is a waybill that differs with i in every field that differs in life.
func benchWaybill(i int) Waybill {
	w := exampleWaybill().(Waybill)
	w.Number = "SF12345678" + itoa(10000+i%90000)
	w.Receiver.Name = string([]rune("王李张刘陈杨赵黄周吴")[i%10]) + string([]rune("海文国美婷")[i%5]) + string([]rune("涛静强玲辉")[i/5%5])
	w.QR = "https://t.example.com/w/" + w.Number + "?o=WDT20260314000127"
	return w
}

// BenchmarkWaybill renders one waybill as a PDF; limit 1 ms. Its peer is measured in bench/labels.go.
func BenchmarkWaybill(b *testing.B) {
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		renderPDF(b, layout(b, benchWaybill(i), Printer{DPI: 203}))
	}
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
