package labels

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the golden pages anew; look at every one of them before committing")

// Each document has its golden page: the example, drawn for 203 dpi. A page that changes is looked at as a picture before
// the golden one is replaced.
func TestEveryDocumentLooksLikeItsGoldenPage(t *testing.T) {
	for _, kind := range Kinds() {
		pngs, _, err := RenderPNG(layoutExample(t, kind, Printer{DPI: 203}))
		if err != nil {
			t.Fatal(err)
		}
		for i, b := range pngs {
			name := filepath.Join("testdata", "golden", fmt.Sprintf("%s-%d.png", kind, i+1))
			if *update {
				writeGolden(t, name, b)
				continue
			}
			want, err := os.ReadFile(name)
			if err != nil {
				t.Errorf("%v; write it with: go test ./labels -run Golden -update", err)
				continue
			}
			if n := differingDots(t, b, want); n != 0 {
				t.Errorf("%s page %d differs in %d dots from %s", kind, i+1, n, name)
			}
		}
	}
}

func writeGolden(t *testing.T, name string, b []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	var small bytes.Buffer
	enc := png.Encoder{CompressionLevel: png.BestCompression}
	if err := enc.Encode(&small, img); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, small.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// differingDots compares two pictures; pictures of different size differ everywhere.
func differingDots(t *testing.T, a, b []byte) int {
	t.Helper()
	x, err := png.Decode(bytes.NewReader(a))
	if err != nil {
		t.Fatal(err)
	}
	y, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	p, ok1 := x.(*image.Paletted)
	q, ok2 := y.(*image.Paletted)
	if !ok1 || !ok2 || p.Rect != q.Rect {
		return x.Bounds().Dx() * x.Bounds().Dy()
	}
	n := 0
	for i := range p.Pix {
		if p.Pix[i] != q.Pix[i] {
			n++
		}
	}
	return n
}
