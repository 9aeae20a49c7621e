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
	shrink := flag.Int("shrink", 2, "dots of the printer to a pixel of the sheet")
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
		if form == "4x6in" { // for abroad, printed again
			c := example(labels.KindCN23).(labels.CN23)
			w.PrintNo, w.Unmasked, w.COD, w.Sender, w.Receiver = 2, true, nil, c.Sender, c.Receiver
			w.Number, w.QR, w.Carrier, w.Service, w.RoutingCode, w.SortingMark = "EE471108151CN", "", "China Post EMS", "ePacket", "JP-TYO", "TYO 153"
			w.Items, w.Merchant = []labels.WaybillItem{{Name: "Dried mango slices", Qty: 6}, {Name: "Roasted coffee beans", Qty: 2}}, "Thank you for your order."
		}
		return w
	}
	items := example(labels.KindItem).(labels.ItemLabels)
	for i := range items.Labels {
		items.Labels[i].Copies = 1
	}
	exception := labels.Slip{Slip: labels.SlipException, Number: "EX-20260314-0007", Reason: "条码无法识读，请交组长。\nBarcode unreadable: hand it to the lead.",
		Shipment: "SH2026031400127", Where: "E-02", Station: "PACK-07", Operator: "A012"}
	return map[string][][]labels.Document{
		"labels": {
			{waybill("100x180"), waybill("100x150"), waybill("4x6in"), waybill("76x130"), example(labels.KindSlip), exception},
			{example(labels.KindSSCC), example(labels.KindCN22), example(labels.KindPlace), example(labels.KindBadge), items},
		},
		"papers": {
			{example(labels.KindInvoice), example(labels.KindPackingList), example(labels.KindPickList), example(labels.KindManifest)},
			{example(labels.KindBenchCard), example(labels.KindCN23), example(labels.KindCustomsList)},
		},
	}
}

// gap is the grey between papers in pixels.
const gap = 24

var table = color.Gray{0xC8}

// write lays the papers of a sheet out and writes the picture.
func write(name string, rows [][]labels.Document, dpi, shrink int) error {
	var places []place
	width, y := 0, gap
	for _, row := range rows {
		var papers []*image.Gray
		for _, d := range row {
			drawn, err := papersOf(d, dpi, shrink)
			if err != nil {
				return err
			}
			papers = append(papers, drawn...)
		}
		put, w, h := arranged(papers, y)
		places = append(places, put...)
		width, y = max(width, w), y+h+gap
	}
	sheet := image.NewGray(image.Rect(0, 0, width, y))
	draw.Draw(sheet, sheet.Rect, image.NewUniform(table), image.Point{}, draw.Src)
	for _, p := range places {
		draw.Draw(sheet, p.paper.Rect.Add(p.at), p.paper, image.Point{}, draw.Src)
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, few(sheet)); err != nil {
		return err
	}
	return os.WriteFile(name, b.Bytes(), 0o644)
}

// place is where a paper lies.
type place struct {
	paper *image.Gray
	at    image.Point
}

// arranged lays papers side by side from y down, and below each other where the highest leaves room.
func arranged(papers []*image.Gray, y int) (out []place, w, h int) {
	for _, p := range papers {
		h = max(h, p.Rect.Dy())
	}
	x, column, down := gap, 0, 0
	for _, p := range papers {
		if down > 0 && down+p.Rect.Dy() > h {
			x, column, down = x+column+gap, 0, 0
		}
		out = append(out, place{p, image.Pt(x, y+down)})
		column, down = max(column, p.Rect.Dx()), down+p.Rect.Dy()+gap
	}
	return out, x + column + gap, h
}

// papersOf draws the pages of a document.
func papersOf(d labels.Document, dpi, shrink int) ([]*image.Gray, error) {
	pages, err := d.Layout(labels.Printer{DPI: dpi})
	if err != nil {
		return nil, err
	}
	list, _, err := labels.RenderPNG(pages)
	if err != nil {
		return nil, err
	}
	var out []*image.Gray
	for _, b := range list {
		paper, err := smaller(b, shrink)
		if err != nil {
			return nil, err
		}
		out = append(out, paper)
	}
	return out, nil
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
