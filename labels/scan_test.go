package labels

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// rasterisers turn a PDF into one PBM a page at a resolution, as the drivers of label printers do.
var rasterisers = map[string]func(t *testing.T, pdf, dir string, dpi int){
	"pdftoppm": func(t *testing.T, pdf, dir string, dpi int) {
		run(t, "pdftoppm", "-mono", "-r", fmt.Sprint(dpi), pdf, filepath.Join(dir, "p"))
	},
	"gs": func(t *testing.T, pdf, dir string, dpi int) {
		run(t, "gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=pbmraw", fmt.Sprintf("-r%d", dpi), "-o", filepath.Join(dir, "p-%03d.pbm"), pdf)
	},
	"mutool": func(t *testing.T, pdf, dir string, dpi int) {
		run(t, "mutool", "draw", "-q", "-F", "pbm", "-r", fmt.Sprint(dpi), "-o", filepath.Join(dir, "p-%03d.pbm"), pdf)
	},
}

// rasterise gives the pages of a PDF as bitmaps.
func rasterise(t *testing.T, by string, pdf []byte, dpi int) []*bitmap {
	t.Helper()
	tool(t, by)
	dir := t.TempDir()
	name := filepath.Join(dir, "in.pdf")
	if err := os.WriteFile(name, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	rasterisers[by](t, name, dir, dpi)
	files, err := filepath.Glob(filepath.Join(dir, "*.pbm"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s drew no page (%v)", by, err)
	}
	var out []*bitmap
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, parsePBM(t, b))
	}
	return out
}

// parsePBM reads a raw portable bitmap.
func parsePBM(t *testing.T, b []byte) *bitmap {
	t.Helper()
	if !bytes.HasPrefix(b, []byte("P4")) {
		t.Fatalf("no raw portable bitmap: %.10q", b)
	}
	var fields []int
	i := 2
	for len(fields) < 2 {
		for b[i] == ' ' || b[i] == '\n' || b[i] == '\t' {
			i++
		}
		if b[i] == '#' {
			i += bytes.IndexByte(b[i:], '\n')
			continue
		}
		n := 0
		for ; b[i] >= '0' && b[i] <= '9'; i++ {
			n = n*10 + int(b[i]-'0')
		}
		fields = append(fields, n)
	}
	m := newBitmap(fields[0], fields[1])
	copy(m.bits, b[i+1:])
	return m
}

func (m *bitmap) at(x, y int) bool {
	return x >= 0 && y >= 0 && x < m.w && y < m.h && m.dark(x, y)
}

// differs counts the dots of an area in which two pages differ.
func differs(a, b *bitmap, r rect) int {
	n := 0
	for y := r.y; y < r.y+r.h; y++ {
		for x := r.x; x < r.x+r.w; x++ {
			if a.at(x, y) != b.at(x, y) {
				n++
			}
		}
	}
	return n
}

// quietRect is a symbol with its quiet zone.
func quietRect(s Printed) rect {
	q := map[string]int{"qr": qrQuiet, "datamatrix": dataMatrixQuiet, "gs1-datamatrix": dataMatrixQuiet}[s.Symbology] * s.Module
	if s.Runs == nil {
		return rect{s.X - q, s.Y - q, s.W + 2*q, s.H + 2*q}
	}
	q = linearQuiet * s.Module
	if s.Symbology == "ean-13" {
		q = eanQuiet * s.Module
	}
	if s.ladder() {
		return rect{s.X, s.Y - q, s.W, s.H + 2*q}
	}
	return rect{s.X - q, s.Y, s.W + 2*q, s.H}
}

// ladder reports whether the bars of a linear symbol lie across.
func (s Printed) ladder() bool {
	n := 0
	for _, r := range s.Runs {
		n += r
	}
	return n*s.Module != s.W
}

// runsIn measures bars and spaces along the middle of a linear symbol, in dots.
func runsIn(m *bitmap, s Printed) []int {
	length, dark := s.W, func(i int) bool { return m.at(s.X+i, s.Y+s.H/2) }
	if s.ladder() {
		length, dark = s.H, func(i int) bool { return m.at(s.X+s.W/2, s.Y+i) }
	}
	var runs []int
	for i := 0; i < length; {
		j := i
		for j < length && dark(j) == dark(i) {
			j++
		}
		runs = append(runs, j-i)
		i = j
	}
	return runs
}

// decodability is the measure of ISO/IEC 15416:2016 5.4.12 for Code 128 (ISO/IEC 15417:2007 annex C), at least 0.62 for
// grade A; 0 when a character would be read wrong.
func decodability(runs, want []int) float64 {
	if len(runs) != len(want) {
		return 0
	}
	v := 1.0
	for c := 0; c+6 < len(runs); c += 6 {
		e, w := runs[c:c+6], want[c:c+6]
		p := 0
		for _, x := range e {
			p += x
		}
		total := float64(p)
		for i := range 4 {
			m := float64(e[i] + e[i+1])
			for j := 1.5; j <= 8.5; j++ {
				v = min(v, math.Abs(j/11*total-m)/(total/22))
			}
			if math.Abs(m*11/total-float64(w[i]+w[i+1])) > 0.5 {
				return 0
			}
		}
		bars, wantBars := float64(e[0]+e[2]+e[4]), float64(w[0]+w[2]+w[4])
		v = min(v, (1.75-math.Abs(bars*11/total-wantBars))/1.75)
	}
	return max(v, 0)
}

const gradeA = 0.62

// TestEverySymbolIsDotExactInEveryRasteriser is the promise of the package: what poppler, ghostscript and mupdf make of
// the PDF at the printer's resolution equals the symbol dot by dot, quiet zone included.
func TestEverySymbolIsDotExactInEveryRasteriser(t *testing.T) {
	for _, kind := range Kinds() {
		for _, dpi := range []int{203, 300} {
			pages := layoutExample(t, kind, Printer{DPI: dpi})
			pdf := renderPDF(t, pages)
			for by := range rasterisers {
				t.Run(fmt.Sprintf("%s/%d/%s", kind, dpi, by), func(t *testing.T) {
					checkSymbols(t, pages, rasterise(t, by, pdf, dpi))
				})
			}
		}
	}
}

func checkSymbols(t *testing.T, pages []*Page, drawn []*bitmap) {
	t.Helper()
	if len(drawn) != len(pages) {
		t.Fatalf("%d pages drawn, want %d", len(drawn), len(pages))
	}
	for i, p := range pages {
		want, got := p.raster(), drawn[i]
		if got.w != want.w || got.h != want.h {
			t.Errorf("page %d is %d×%d dots, want %d×%d", i+1, got.w, got.h, want.w, want.h)
		}
		for _, s := range p.Barcodes() {
			if n := differs(got, want, quietRect(s)); n != 0 {
				t.Errorf("page %d: %s %q differs in %d dots", i+1, s.Symbology, s.Field, n)
			}
			if s.Symbology == "code128" || s.Symbology == "gs1-128" {
				if v := decodability(runsIn(got, s), s.Runs); v < gradeA {
					t.Errorf("page %d: %s decodability %.2f is below grade A", i+1, s.Field, v)
				}
			}
		}
	}
}

// TestEverySymbolIsReadBack scans the poppler raster and our own PNG with zbar, an independent reader.
func TestEverySymbolIsReadBack(t *testing.T) {
	for _, kind := range Kinds() {
		for _, dpi := range []int{203, 300} {
			t.Run(fmt.Sprintf("%s/%d", kind, dpi), func(t *testing.T) {
				pages := layoutExample(t, kind, Printer{DPI: dpi})
				poppler := rasterise(t, "pdftoppm", renderPDF(t, pages), dpi)
				pngs, _, err := RenderPNG(pages)
				if err != nil {
					t.Fatal(err)
				}
				for i, p := range pages {
					readBack(t, p, tempFile(t, "own.png", pngs[i]))
					readBack(t, p, tempFile(t, "poppler.pbm", pbm(poppler[i])))
				}
			})
		}
	}
}

func pbm(m *bitmap) []byte {
	return append(fmt.Appendf(nil, "P4\n%d %d\n", m.w, m.h), m.bits...)
}

// readBack checks that zbar finds every symbol of the page that it knows.
func readBack(t *testing.T, p *Page, picture string) {
	t.Helper()
	var want []string
	for _, s := range p.Barcodes() {
		if !strings.Contains(s.Symbology, "datamatrix") {
			want = append(want, s.Text)
		}
	}
	if len(want) == 0 {
		return
	}
	out := string(run(t, "zbarimg", "-q", "--raw", "-Sx-density=1", "-Sy-density=1", picture))
	for _, w := range want {
		if !strings.Contains(out, w) {
			t.Errorf("%s: %q was not read; read %q", filepath.Base(picture), w, out)
		}
	}
}
