package labels

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pickstation/gs1"
)

// TestEverySymbolIsDotExactInEveryRasteriser is the promise of the package: what poppler, ghostscript and mupdf make of
// the PDF of any document in any form, at the printer's resolution, equals the symbol dot by dot, quiet zone included.
// Bars and spaces are measured as well: their lengths are those of the standard times the module, and the decodability is
// grade A.
func TestEverySymbolIsDotExactInEveryRasteriser(t *testing.T) {
	for _, dpi := range []int{203, 300} {
		pages, names := sheaf(t, dpi)
		pdf := renderPDF(t, pages)
		for by := range rasterisers {
			t.Run(fmt.Sprintf("%d/%s", dpi, by), func(t *testing.T) {
				t.Parallel()
				checkSymbols(t, pages, names, rasterise(t, by, pdf, dpi))
			})
		}
	}
}

func checkSymbols(t *testing.T, pages []*Page, names []string, drawn []*bitmap) {
	t.Helper()
	if len(drawn) != len(pages) {
		t.Fatalf("%d pages drawn, want %d", len(drawn), len(pages))
	}
	symbols := 0
	for i, p := range pages {
		want, got := p.raster(), drawn[i]
		if got.w != want.w || got.h != want.h {
			t.Errorf("%s is %d×%d dots, want %d×%d", names[i], got.w, got.h, want.w, want.h)
		}
		for _, s := range p.Barcodes() {
			symbols++
			if n := differs(got, want, quietRect(s)); n != 0 {
				t.Errorf("%s: %s %q differs in %d dots", names[i], s.Symbology, s.Field, n)
			}
			if s.Runs != nil {
				checkRuns(t, names[i], got, s)
			}
		}
	}
	if symbols < len(pages) {
		t.Errorf("%d symbols on %d pages: a page has none", symbols, len(pages))
	}
}

// checkRuns measures a linear symbol along its middle.
func checkRuns(t *testing.T, name string, got *bitmap, s Printed) {
	t.Helper()
	runs := runsIn(got, s)
	for k := range runs {
		if k < len(s.Runs) && runs[k] != s.Runs[k]*s.Module {
			t.Errorf("%s: element %d of %s has %d dots, want %d of %d", name, k+1, s.Field, runs[k], s.Runs[k], s.Module)
			break
		}
	}
	if v := decodability(s.Symbology, runs, s.Runs); v < gradeA {
		t.Errorf("%s: %s decodability %.2f is below grade A", name, s.Field, v)
	}
}

// TestEverySymbolIsReadBack gives every symbol, cut out with its quiet zone and nothing more, to an independent reader:
// zbar, and libdmtx for DataMatrix. The long version gives zbar every whole page of every rasteriser.
func TestEverySymbolIsReadBack(t *testing.T) {
	for _, dpi := range []int{203, 300} {
		pages, names := sheaf(t, dpi)
		pdf := renderPDF(t, pages)
		for by := range rasterisers {
			if by != "pdftoppm" && !soaking() {
				continue
			}
			t.Run(fmt.Sprintf("%d/%s", dpi, by), func(t *testing.T) {
				t.Parallel()
				drawn := rasterise(t, by, pdf, dpi)
				readSymbols(t, pages, names, drawn)
				if soaking() {
					for i, p := range pages {
						readBack(t, p, tempFile(t, "page.pbm", pbm(drawn[i])))
					}
				}
			})
		}
		t.Run(fmt.Sprintf("%d/raster", dpi), func(t *testing.T) {
			t.Parallel()
			var drawn []*bitmap
			for _, p := range pages {
				drawn = append(drawn, p.raster())
			}
			readSymbols(t, pages, names, drawn)
		})
	}
}

// readSymbols reads each symbol of each page from a picture of its own.
func readSymbols(t *testing.T, pages []*Page, names []string, drawn []*bitmap) {
	t.Helper()
	dir := t.TempDir()
	var files []string
	var want []string
	for i, p := range pages {
		for k, s := range p.Barcodes() {
			name := filepath.Join(dir, fmt.Sprintf("%04d-%d.pbm", i, k))
			if err := os.WriteFile(name, pbm(drawn[i].cut(quietRect(s))), 0o600); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(s.Symbology, "datamatrix") {
				got := string(run(t, "dmtxread", "-N1", "-G29", "-m5000", name))
				if got = strings.TrimPrefix(got, string(rune(gs1.GS))); got != s.Text {
					t.Errorf("%s: %s: read %q, want %q", names[i], s.Field, got, s.Text)
				}
				continue
			}
			files = append(files, name)
			want = append(want, s.Text)
		}
	}
	got := zbar(t, files)
	for i, name := range files {
		if got[name] != want[i] {
			var page, k int
			fmt.Sscanf(filepath.Base(name), "%d-%d", &page, &k)
			t.Errorf("%s: %s: read %q, want %q", names[page], pages[page].Barcodes()[k].Field, got[name], want[i])
		}
	}
}

// zbar reads one symbol from each picture.
func zbar(t *testing.T, files []string) map[string]string {
	t.Helper()
	args := append([]string{"-q", "--xml", "-Sx-density=1", "-Sy-density=1"}, files...)
	out, err := exec.CommandContext(t.Context(), tool(t, "zbarimg"), args...).Output()
	if err != nil && len(out) == 0 {
		t.Fatalf("zbarimg: %v", err)
	}
	got := map[string]string{}
	for source := range strings.SplitSeq(string(out), "<source href='") {
		name, rest, ok := strings.Cut(source, "'")
		_, data, found := strings.Cut(rest, "<![CDATA[")
		if text, _, end := strings.Cut(data, "]]>"); ok && found && end {
			got[name] = text
		}
	}
	return got
}

// cut is a part of the page on white.
func (m *bitmap) cut(r rect) *bitmap {
	out := newBitmap(r.w, r.h)
	for y := range r.h {
		for x := range r.w {
			if m.at(r.x+x, r.y+y) {
				out.bits[y*out.stride+x>>3] |= 0x80 >> uint(x&7)
			}
		}
	}
	return out
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
