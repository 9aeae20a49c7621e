package labels

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// parseTSPL runs a job as a printer does and gives what comes out of each PRINT (TSPL/TSPL2 Programming Language Manual:
// SIZE, DIRECTION, REFERENCE, CLS, BITMAP, PRINT). A label begins white; BITMAP in mode 0 overwrites it, and its zeros are
// the black dots.
func parseTSPL(t testing.TB, job []byte, dpi int) []*bitmap {
	t.Helper()
	var out []*bitmap
	var m *bitmap
	var w, h float64
	for len(job) > 0 {
		if rest, ok := bytes.CutPrefix(job, []byte("BITMAP ")); ok {
			m, job = tsplBitmap(t, rest)
			for name, side := range map[string][2]float64{"width": {w, float64(m.w)}, "height": {h, float64(m.h)}} {
				// The last byte of a row may reach over the edge by seven dots.
				if off := side[1] - side[0]/25.4*float64(dpi); off < -1 || off > 8 || name == "height" && off > 1 {
					t.Errorf("SIZE %.1f mm for a %s of %.0f dots", side[0], name, side[1])
				}
			}
			continue
		}
		line, rest, ok := bytes.Cut(job, []byte("\r\n"))
		if !ok {
			t.Fatalf("line without an end: %.40q", job)
		}
		job = rest
		switch name, args, _ := strings.Cut(string(line), " "); name {
		case "SIZE":
			if n, err := fmt.Sscanf(args, "%f mm,%f mm", &w, &h); n != 2 || err != nil {
				t.Fatalf("SIZE %s", args)
			}
		case "DIRECTION", "REFERENCE":
			if want := map[string]string{"DIRECTION": "0", "REFERENCE": "0,0"}[name]; args != want {
				t.Fatalf("%s %s", name, args)
			}
		case "CLS":
			m = nil
		case "":
		case "PRINT":
			if args != "1,1" || m == nil {
				t.Fatalf("PRINT %s", args)
			}
			out = append(out, m)
		default:
			t.Fatalf("command %q", line)
		}
	}
	return out
}

// tsplBitmap reads x, y, bytes a row, rows, mode and the data behind the last comma.
func tsplBitmap(t testing.TB, b []byte) (m *bitmap, rest []byte) {
	t.Helper()
	var n [5]int
	for i := range n {
		arg, after, ok := bytes.Cut(b, []byte(","))
		v, err := strconv.Atoi(string(arg))
		if !ok || err != nil {
			t.Fatalf("BITMAP argument %q", arg)
		}
		n[i], b = v, after
	}
	stride, h := n[2], n[3]
	if n[0] != 0 || n[1] != 0 || n[4] != 0 || stride*h > len(b) {
		t.Fatalf("BITMAP %v with %d bytes", n, len(b))
	}
	m = newBitmap(stride*8, h)
	for i, v := range b[:stride*h] {
		m.bits[i] = ^v
	}
	return m, b[stride*h:]
}

func TestTSPLBitmapsCarryTheRaster(t *testing.T) {
	for _, dpi := range []int{203, 300} {
		if raced && dpi == 300 {
			continue
		}
		pages, names := sheaf(t, dpi)
		job, _, err := RenderTSPL(pages)
		if err != nil {
			t.Fatal(err)
		}
		got := parseTSPL(t, job, dpi)
		if len(got) != len(pages) {
			t.Fatalf("%d labels, want %d", len(got), len(pages))
		}
		for i, p := range pages {
			if want := p.raster(); got[i].h != want.h || !bytes.Equal(got[i].bits, want.bits) {
				t.Errorf("%s: the bitmap differs from the raster", names[i])
			}
		}
	}
}
