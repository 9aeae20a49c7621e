package labels

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
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
