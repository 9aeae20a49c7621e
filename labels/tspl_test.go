package labels

import (
	"bytes"
	"fmt"
	"testing"
)

func TestTSPLBitmapsCarryTheRasterInverted(t *testing.T) {
	pages := append(layoutExample(t, KindWaybill, Printer{DPI: 203}), layoutExample(t, KindPlace, Printer{DPI: 203})...)
	out, _, err := RenderTSPL(pages)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range pages {
		m := p.raster()
		size := []string{"SIZE 100.0 mm,150.0 mm", "SIZE 100.0 mm,60.1 mm", "SIZE 100.0 mm,60.1 mm"}[i]
		head := fmt.Sprintf("%s\r\nDIRECTION 0\r\nREFERENCE 0,0\r\nCLS\r\nBITMAP 0,0,%d,%d,0,", size, m.stride, m.h)
		rest, ok := bytes.CutPrefix(out, []byte(head))
		if !ok {
			t.Fatalf("page %d begins %.90q, want %q", i+1, out, head)
		}
		for k, b := range m.bits {
			if rest[k] != ^b {
				t.Fatalf("page %d: byte %d is %02x, want %02x", i+1, k, rest[k], ^b)
			}
		}
		if out, ok = bytes.CutPrefix(rest[len(m.bits):], []byte("\r\nPRINT 1,1\r\n")); !ok {
			t.Fatalf("page %d does not end with PRINT", i+1)
		}
	}
	if len(out) != 0 {
		t.Errorf("%d bytes behind the last label", len(out))
	}
}
