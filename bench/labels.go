package main

import (
	"bytes"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/code128"
	"github.com/boombuler/barcode/qr"
	"github.com/jung-kurt/gofpdf"

	"pickstation/labels"
)

// Bounds of what a bench prints, in milliseconds.
const (
	waybillMS    = 1.0
	wavePageMS   = 0.4 // a page of a wave in one file
	cn23MS       = 1.3
	zplMS        = 4.0
	firstLabelMS = 50.0 // from the start of the program to the file
	timesFaster  = 25   // than the PDF library used as its manual says
	wavePages    = 50
	labelDPI     = 203
)

// waybill is a waybill that differs with i where waybills differ.
func waybill(i int) (labels.Waybill, error) {
	d, err := labels.Example(labels.KindWaybill)
	if err != nil {
		return labels.Waybill{}, err
	}
	w := d.(labels.Waybill)
	w.Number = fmt.Sprintf("SF12345678%05d", 10_000+i%90_000)
	w.Receiver.Name = string([]rune("王李张刘陈杨赵黄周吴")[i%10]) + string([]rune("海文国美婷")[i%5]) + string([]rune("涛静强玲辉")[i/5%5])
	w.QR = "https://t.example.com/w/" + w.Number
	return w, nil
}

// pdf lays a document out and renders it.
func pdf(d labels.Document) ([]*labels.Page, error) {
	pages, err := d.Layout(labels.Printer{DPI: labelDPI})
	if err != nil {
		return nil, err
	}
	_, _, err = labels.RenderPDF(pages, labels.Meta{Title: "bench"})
	return pages, err
}

// timed is how long f takes.
func timed(f func() error) (time.Duration, error) {
	began := time.Now()
	err := f()
	return time.Since(began), err
}

// label measures waybills in turn with the same words and barcodes through the PDF library alone, then what else a bench
// prints, and the first label of a program that has just started.
func label(e *env) ([]result, error) {
	fonts, err := plainFonts()
	if err != nil {
		return nil, err
	}
	one, peer, n := []time.Duration{}, []time.Duration{}, 0
	for range e.rounds(40) {
		var pages []*labels.Page
		for range 20 {
			w, err := waybill(n)
			if err != nil {
				return nil, err
			}
			n++
			d, err := timed(func() (err error) { pages, err = pdf(w); return err })
			if err != nil {
				return nil, err
			}
			one = append(one, d)
		}
		d, err := timed(func() error { return fonts.draw(pages[0]) })
		if err != nil {
			return nil, err
		}
		peer = append(peer, d)
	}
	out := []result{of("waybill_p50", millis(percentile(one, 50)), "ms", waybillMS), of("waybill_p99", millis(percentile(one, 99)), "ms", waybillMS),
		of("waybill_to_plain_gofpdf", millis(percentile(one, 50)), "ms", millis(percentile(peer, 50))/timesFaster)}
	for _, more := range []func(*env) ([]result, error){wave, forms, firstLabel} {
		results, err := more(e)
		if err != nil {
			return out, err
		}
		out = append(out, results...)
	}
	return out, nil
}

// wave is fifty waybills in one file.
func wave(e *env) ([]result, error) {
	var list []time.Duration
	for i := range e.rounds(20) {
		d, err := timed(func() error {
			var pages []*labels.Page
			for k := range wavePages {
				w, err := waybill(i*wavePages + k)
				if err != nil {
					return err
				}
				p, err := w.Layout(labels.Printer{DPI: labelDPI})
				if err != nil {
					return err
				}
				pages = append(pages, p...)
			}
			_, _, err := labels.RenderPDF(pages, labels.Meta{Title: "bench"})
			return err
		})
		if err != nil {
			return nil, err
		}
		list = append(list, d/wavePages)
	}
	return []result{of("waybill_wave_page", millis(percentile(list, 50)), "ms", wavePageMS)}, nil
}

// forms are the CN 23 and the waybill in a label printer's language, packed in both ways.
func forms(e *env) ([]result, error) {
	customs, err := labels.Example(labels.KindCN23)
	if err != nil {
		return nil, err
	}
	var cn23, runs, z64 []time.Duration
	for i := range e.rounds(200) {
		w, err := waybill(i)
		if err != nil {
			return nil, err
		}
		for _, m := range []struct {
			list *[]time.Duration
			run  func() error
		}{
			{&cn23, func() error { _, err := pdf(customs); return err }},
			{&runs, func() error { return zpl(w, false) }},
			{&z64, func() error { return zpl(w, true) }},
		} {
			d, err := timed(m.run)
			if err != nil {
				return nil, err
			}
			*m.list = append(*m.list, d)
		}
	}
	return []result{of("cn23_p50", millis(percentile(cn23, 50)), "ms", cn23MS), of("waybill_zpl_p50", millis(percentile(runs, 50)), "ms", zplMS),
		of("waybill_zpl_z64_p50", millis(percentile(z64, 50)), "ms", zplMS)}, nil
}

func zpl(d labels.Document, z64 bool) error {
	pages, err := d.Layout(labels.Printer{DPI: labelDPI, Z64: z64})
	if err != nil {
		return err
	}
	_, _, err = labels.RenderZPL(pages)
	return err
}

// firstLabel starts the program for one label: its fonts are read anew each time.
func firstLabel(e *env) ([]result, error) {
	program := filepath.Join(e.bin, "pickstation")
	example, err := exec.Command(program, "label", "--kind", labels.KindWaybill, "--example").Output()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	in := filepath.Join(e.tmp, "waybill.json")
	if err := os.WriteFile(in, example, 0o600); err != nil {
		return nil, err
	}
	var list []time.Duration
	for range e.rounds(20) {
		d, err := timed(exec.Command(program, "label", "--kind", labels.KindWaybill, "--in", in, "--out", filepath.Join(e.tmp, "waybill.pdf")).Run)
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return []result{of("first_label_after_start", millis(percentile(list, 50)), "ms", firstLabelMS)}, nil
}

// plain draws pages as the PDF library's manual says: fonts through AddUTF8FontFromBytes, barcodes as PNG pictures.
type plain struct{ regular, bold []byte }

func plainFonts() (plain, error) {
	var p plain
	for name, b := range map[string]*[]byte{"Regular": &p.regular, "Bold": &p.bold} {
		font, err := os.ReadFile(filepath.Join("labels", "fonts", "NotoCJKsc-"+name+"-B.ttf"))
		if err != nil {
			return p, fmt.Errorf("run this in the project's folder: %w", err)
		}
		*b = font
	}
	return p, nil
}

func (p plain) draw(page *labels.Page) error {
	dot := 72.0 / labelDPI
	w, h := page.Size()
	f := gofpdf.NewCustom(&gofpdf.InitType{UnitStr: "pt", OrientationStr: "P", Size: gofpdf.SizeType{Wd: float64(w) * dot, Ht: float64(h) * dot}})
	f.SetMargins(0, 0, 0)
	f.SetAutoPageBreak(false, 0)
	f.AddUTF8FontFromBytes("r", "", p.regular)
	f.AddUTF8FontFromBytes("b", "", p.bold)
	f.AddPage()
	for _, l := range page.Lines() {
		font := "r"
		if l.Bold {
			font = "b"
		}
		f.SetFont(font, "", l.Points)
		f.Text(float64(l.X)*dot, float64(l.Y)*dot, l.Text)
	}
	for _, s := range page.Barcodes() {
		picture, err := barcodePicture(s)
		if err != nil {
			return err
		}
		options := gofpdf.ImageOptions{ImageType: "PNG"}
		f.RegisterImageOptionsReader(s.Field, options, picture)
		f.ImageOptions(s.Field, float64(s.X)*dot, float64(s.Y)*dot, float64(s.W)*dot, float64(s.H)*dot, false, options, 0, "")
	}
	return f.Output(discard{})
}

// barcodePicture is a symbol as the barcode library draws it.
func barcodePicture(s labels.Printed) (*bytes.Buffer, error) {
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
		return nil, err
	}
	gray := image.NewGray(code.Bounds())
	draw.Draw(gray, gray.Bounds(), code, image.Point{}, draw.Src)
	var b bytes.Buffer
	return &b, png.Encode(&b, gray)
}

// discard is a writer that keeps nothing.
type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
