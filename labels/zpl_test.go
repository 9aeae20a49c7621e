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

// zplGraphic takes the numbers and the data of the one ^GFA field of a format apart.
func zplGraphic(t *testing.T, zpl string) (w, h, bytesTotal, stride int, data string) {
	t.Helper()
	var total2 int
	n, err := fmt.Sscanf(zpl, "^XA^PW%d^LL%d^LH0,0^LS0^PON^FO0,0^GFA,%d,%d,%d,", &w, &h, &bytesTotal, &total2, &stride)
	if err != nil || n != 5 || bytesTotal != total2 {
		t.Fatalf("format begins wrong (%v): %.80q", err, zpl)
	}
	k := strings.Index(zpl, "^GFA")
	data = zpl[k:]
	for range 4 {
		data = data[strings.IndexByte(data, ',')+1:]
	}
	data, ok := strings.CutSuffix(data, "^FS^PQ1^XZ\n")
	if !ok {
		t.Fatal("format does not end with ^FS^PQ1^XZ")
	}
	return w, h, bytesTotal, stride, data
}

func TestZPLGraphicsCarryTheRasterInBothCompressions(t *testing.T) {
	for _, z64 := range []bool{false, true} {
		pages := layoutExample(t, KindWaybill, Printer{DPI: 203, Z64: z64})
		out, _, err := RenderZPL(pages)
		if err != nil {
			t.Fatal(err)
		}
		want := pages[0].raster()
		w, h, total, stride, data := zplGraphic(t, string(out))
		if w != want.w || h != want.h || stride != want.stride || total != len(want.bits) {
			t.Fatalf("z64=%v: header says %d×%d, %d bytes, %d a row; raster is %d×%d, %d, %d", z64, w, h, total, stride, want.w, want.h, len(want.bits), want.stride)
		}
		var got []byte
		if z64 {
			got = decodeZ64(t, data)
		} else {
			m, err := decodeRunLength(data, w, h)
			if err != nil {
				t.Fatal(err)
			}
			got = m.bits
		}
		if !bytes.Equal(got, want.bits) {
			t.Errorf("z64=%v: graphic differs from the raster", z64)
		}
	}
}

func decodeZ64(t *testing.T, data string) []byte {
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
