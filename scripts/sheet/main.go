// Command sheet draws the contact sheets of the README: every document, in every form of the waybill, as the printer of a
// bench puts it on paper, made smaller.
//
//	go run ./scripts/sheet -out docs/pictures
package main

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"

	"pickstation/labels"
)

func main() {
	out := flag.String("out", filepath.Join("docs", "pictures"), "`folder` for the pictures")
	dpi := flag.Int("dpi", 203, "dots per inch of the printer: 203 or 300")
	shrink := flag.Int("shrink", 3, "dots of the printer to a pixel of the sheet")
	flag.Parse()
	for name, sheet := range sheets() {
		if err := write(filepath.Join(*out, name+".png"), sheet, *dpi, *shrink); err != nil {
			fmt.Fprintln(os.Stderr, "sheet:", err)
			os.Exit(1)
		}
	}
}

// sheets are the documents by picture, row by row.
func sheets() map[string][][]labels.Document {
	example := func(kind string) labels.Document {
		d, err := labels.Example(kind)
		if err != nil {
			panic(err) // the kinds are the package's own
		}
		return d
	}
	waybill := func(form string) labels.Document {
		w := example(labels.KindWaybill).(labels.Waybill)
		w.Form, w.PrintNo = form, 1
		if form == "4x6in" {
			w.PrintNo = 2
		}
		return w
	}
	return map[string][][]labels.Document{
		"labels": {
			{waybill("100x150"), waybill("100x180"), waybill("4x6in"), waybill("76x130")},
			{example(labels.KindSSCC), example(labels.KindCN22), example(labels.KindSlip), example(labels.KindPlace)},
			{example(labels.KindItem), example(labels.KindBadge)},
		},
		"papers": {
			{example(labels.KindCN23), example(labels.KindCustomsList)},
			{example(labels.KindInvoice), example(labels.KindPackingList), example(labels.KindPickList)},
			{example(labels.KindManifest), example(labels.KindBenchCard)},
		},
	}
}

// gap is the grey between papers in pixels.
const gap = 24

var table = color.Gray{0xC8}

// write lays the papers of a sheet out and writes the picture.
func write(name string, rows [][]labels.Document, dpi, shrink int) error {
	var drawn [][]*image.Gray
	width, height := 0, gap
	for _, row := range rows {
		var papers []*image.Gray
		w, h := gap, 0
		for _, d := range row {
			pages, err := d.Layout(labels.Printer{DPI: dpi})
			if err != nil {
				return err
			}
			list, _, err := labels.RenderPNG(pages)
			if err != nil {
				return err
			}
			for _, b := range list {
				paper, err := smaller(b, shrink)
				if err != nil {
					return err
				}
				papers = append(papers, paper)
				w, h = w+paper.Rect.Dx()+gap, max(h, paper.Rect.Dy())
			}
		}
		drawn = append(drawn, papers)
		width, height = max(width, w), height+h+gap
	}
	sheet := image.NewGray(image.Rect(0, 0, width, height))
	draw.Draw(sheet, sheet.Rect, image.NewUniform(table), image.Point{}, draw.Src)
	y := gap
	for _, papers := range drawn {
		x, h := gap, 0
		for _, p := range papers {
			draw.Draw(sheet, p.Rect.Add(image.Pt(x, y)), p, image.Point{}, draw.Src)
			x, h = x+p.Rect.Dx()+gap, max(h, p.Rect.Dy())
		}
		y += h + gap
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, few(sheet)); err != nil {
		return err
	}
	return os.WriteFile(name, b.Bytes(), 0o644)
}

// smaller averages squares of n dots.
func smaller(b []byte, n int) (*image.Gray, error) {
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	size := img.Bounds().Size()
	out := image.NewGray(image.Rect(0, 0, size.X/n, size.Y/n))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			sum := 0
			for dy := range n {
				for dx := range n {
					sum += int(color.GrayModel.Convert(img.At(x*n+dx, y*n+dy)).(color.Gray).Y)
				}
			}
			out.SetGray(x, y, color.Gray{uint8(sum / (n * n))})
		}
	}
	return out, nil
}

// few keeps sixteen greys, which halves the file.
func few(img *image.Gray) *image.Paletted {
	palette := make(color.Palette, 16)
	for i := range palette {
		palette[i] = color.Gray{uint8(i * 17)}
	}
	out := image.NewPaletted(img.Rect, palette)
	for i, v := range img.Pix {
		out.Pix[i] = uint8((int(v) + 8) / 17)
	}
	return out
}
