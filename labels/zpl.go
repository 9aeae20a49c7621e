package labels

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"fmt"
	"io"
	"sync"
)

// RenderZPL writes each page as one ZPL II format with the whole label as a graphic field. The label is drawn here and not
// by the printer's own fonts and barcodes, so it looks the same on every make and holds Chinese.
func RenderZPL(pages []*Page) ([]byte, Report, error) {
	if err := checkPages("render ZPL", pages); err != nil {
		return nil, Report{}, err
	}
	var b bytes.Buffer
	for _, p := range pages {
		m := p.raster()
		fmt.Fprintf(&b, "^XA^PW%d^LL%d^LH0,0^LS0^PON^FO0,0^GFA,%d,%d,%d,", m.w, m.h, len(m.bits), len(m.bits), m.stride)
		if p.printer.Z64 {
			if err := m.z64(&b); err != nil {
				return nil, Report{}, &Error{ErrorRenderer, "render ZPL", "report this page; the scan is stored", err}
			}
		} else {
			m.runLength(&b)
		}
		b.WriteString("^FS^PQ1^XZ\n")
	}
	return b.Bytes(), reportOf(pages), nil
}

// z64 writes the bitmap as :Z64: — deflate, base64 and a CRC-16 of the base64 text (ZPL II Programming Guide, "Alternative
// data compression scheme for ~DG and ~DB").
func (m *bitmap) z64(b *bytes.Buffer) error {
	var z bytes.Buffer
	w := deflaters.Get().(*zlib.Writer)
	defer deflaters.Put(w)
	w.Reset(&z)
	if _, err := w.Write(m.bits); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	text := base64.StdEncoding.EncodeToString(z.Bytes())
	fmt.Fprintf(b, ":Z64:%s:%04x", text, crc16(text))
	return nil
}

// deflaters keeps zlib writers, whose tables are larger than a label.
var deflaters = sync.Pool{New: func() any {
	w, err := zlib.NewWriterLevel(io.Discard, zlib.BestSpeed)
	if err != nil {
		panic(err) // BestSpeed is a valid level
	}
	return w
}}

// crc16 is CRC-16/XMODEM: polynomial 0x1021, start 0.
func crc16(s string) uint16 {
	crc := uint16(0)
	for i := range len(s) {
		crc ^= uint16(s[i]) << 8
		for range 8 {
			if crc&0x8000 != 0 {
				crc = crc<<1 ^ 0x1021
			} else {
				crc <<= 1
			}
		}
	}
	return crc
}

// runLength writes hexadecimal digits with repeat counts: G–Y are 1 to 19, g–z are 20 to 400; a comma fills a row with
// white, an exclamation mark with black, a colon repeats the row above (same guide).
func (m *bitmap) runLength(b *bytes.Buffer) {
	const hex = "0123456789ABCDEF"
	n := 2 * m.stride
	var above []byte
	for y := range m.h {
		row := m.bits[y*m.stride : (y+1)*m.stride]
		if y > 0 && bytes.Equal(row, above) {
			b.WriteByte(':')
			continue
		}
		above = row
		nibble := func(i int) byte { return row[i>>1] >> uint(4-i&1*4) & 15 }
		for i := 0; i < n; {
			v := nibble(i)
			j := i + 1
			for j < n && nibble(j) == v {
				j++
			}
			if j == n && (v == 0 || v == 15) {
				b.WriteByte(map[byte]byte{0: ',', 15: '!'}[v])
				break
			}
			writeCount(b, j-i)
			b.WriteByte(hex[v])
			i = j
		}
	}
}

// writeCount writes the repeat count of a digit; one needs none.
func writeCount(b *bytes.Buffer, n int) {
	for n > 419 {
		b.WriteByte('z')
		n -= 400
	}
	if n >= 20 {
		b.WriteByte('g' + byte(n/20) - 1)
		n %= 20
		if n == 0 {
			return
		}
		b.WriteByte('G' + byte(n) - 1)
		return
	}
	if n > 1 {
		b.WriteByte('G' + byte(n) - 1)
	}
}
