package labels

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"
)

// parseZPL runs formats as a printer does: command by command, into one bitmap a label. It knows what a label of graphics
// may hold and refuses everything else.
func parseZPL(t testing.TB, zpl string) []*bitmap {
	t.Helper()
	var out []*bitmap
	var m *bitmap
	w, h := 0, 0
	for command := range strings.SplitSeq(strings.ReplaceAll(zpl, "\n", ""), "^") {
		switch name, args := command[:min(2, len(command))], command[min(2, len(command)):]; name {
		case "", "FS":
		case "XA":
			if m != nil {
				t.Fatal("^XA inside a format")
			}
			m, w, h = &bitmap{}, 0, 0
		case "PW":
			w, _ = strconv.Atoi(args)
		case "LL":
			h, _ = strconv.Atoi(args)
		case "LH", "FO":
			if args != "0,0" {
				t.Fatalf("^%s%s moves the graphic", name, args)
			}
		case "LS", "PQ", "PO":
			if want := map[string]string{"LS": "0", "PQ": "1", "PO": "N"}[name]; args != want {
				t.Fatalf("^%s%s, want %s", name, args, want)
			}
		case "GF":
			m = zplGraphic(t, args, w, h)
		case "XZ":
			out, m = append(out, m), nil
		default:
			t.Fatalf("command ^%s", name)
		}
	}
	if m != nil {
		t.Fatal("the last format has no ^XZ")
	}
	return out
}

// zplGraphic reads the arguments of ^GF: compression, bytes sent, bytes in all, bytes a row, data.
func zplGraphic(t testing.TB, args string, w, h int) *bitmap {
	t.Helper()
	a := strings.SplitN(args, ",", 5)
	if len(a) != 5 || a[0] != "A" || a[1] != a[2] {
		t.Fatalf("^GF%.40s", args)
	}
	total, err1 := strconv.Atoi(a[2])
	stride, err2 := strconv.Atoi(a[3])
	if err1 != nil || err2 != nil || stride != (w+7)/8 || total != stride*h {
		t.Fatalf("^GFA,%d,%d for a label of %d×%d dots", total, stride, w, h)
	}
	if strings.HasPrefix(a[4], ":") {
		return &bitmap{w, h, stride, decodeZ64(t, a[4])}
	}
	m, err := decodeRunLength(a[4], w, h)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Every label of every document, read back from the printer's language into dots, is the raster.
func TestZPLGraphicsCarryTheRasterInBothCompressions(t *testing.T) {
	for _, dpi := range []int{203, 300} {
		for _, z64 := range []bool{false, true} {
			if raced && z64 == (dpi == 203) {
				continue // each resolution and each compression once
			}
			pages, names := sheaf(t, dpi)
			for _, p := range pages {
				p.printer.Z64 = z64
			}
			out, _, err := RenderZPL(pages)
			if err != nil {
				t.Fatal(err)
			}
			got := parseZPL(t, string(out))
			if len(got) != len(pages) {
				t.Fatalf("%d labels, want %d", len(got), len(pages))
			}
			for i, p := range pages {
				want := p.raster()
				if got[i].w != want.w || got[i].h != want.h || !bytes.Equal(got[i].bits, want.bits) {
					t.Errorf("%s, z64 %v: the graphic differs from the raster", names[i], z64)
				}
			}
		}
	}
}

func decodeZ64(t testing.TB, data string) []byte {
	t.Helper()
	body, ok := strings.CutPrefix(data, ":Z64:")
	if !ok || len(body) < 5 {
		t.Fatalf("no :Z64: header: %.20q", data)
	}
	text, sum := body[:len(body)-5], body[len(body)-4:]
	if want := fmt.Sprintf("%04x", crc16(text)); sum != want {
		t.Errorf("CRC is %s, want %s", sum, want)
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	r, err := zlib.NewReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// CRC-16/XMODEM check value of the catalogue of parametrised CRC algorithms.
func TestCRC16MatchesTheCatalogue(t *testing.T) {
	if got := crc16("123456789"); got != 0x31C3 {
		t.Errorf("crc16 = %04x, want 31c3", got)
	}
}

func TestRepeatCountsUseTheLettersOfTheGuide(t *testing.T) {
	// ZPL II Programming Guide: "M" is 7, "B" stands for itself; "g" 20, "h" 40, "vMB" 327 times B.
	for n, want := range map[int]string{1: "", 2: "H", 7: "M", 19: "Y", 20: "g", 26: "gL", 40: "h", 327: "vM", 400: "z", 419: "zY", 420: "zg"} {
		var b bytes.Buffer
		writeCount(&b, n)
		if b.String() != want {
			t.Errorf("count %d is %q, want %q", n, b.String(), want)
		}
	}
}

// decodeRunLength reads what runLength writes into a bitmap of w × h dots.
func decodeRunLength(s string, w, h int) (*bitmap, error) {
	m := newBitmap(w, h)
	n := 2 * m.stride
	y, x, count := 0, 0, 0
	put := func(v byte, times int) {
		for ; times > 0 && x < n; times-- {
			m.bits[y*m.stride+x>>1] |= v << uint(4-x&1*4)
			x++
		}
	}
	for i := range len(s) {
		if y >= h {
			return nil, fmt.Errorf("graphic has more rows than %d", h)
		}
		switch c := s[i]; {
		case c >= 'G' && c <= 'Y':
			count += int(c-'G') + 1
			continue
		case c >= 'g' && c <= 'z':
			count += (int(c-'g') + 1) * 20
			continue
		case c == ',':
			x = n
		case c == '!':
			put(15, n-x)
		case c == ':' && y > 0:
			copy(m.bits[y*m.stride:(y+1)*m.stride], m.bits[(y-1)*m.stride:y*m.stride])
			x = n
		default:
			v, err := strconv.ParseUint(string(c), 16, 4)
			if err != nil {
				return nil, fmt.Errorf("graphic has %q at %d", c, i)
			}
			put(byte(v), max(count, 1))
		}
		count = 0
		if x >= n {
			x, y = 0, y+1
		}
	}
	return m, nil
}
