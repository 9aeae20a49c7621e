package labels

import (
	"fmt"
	"math/bits"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
)

// fastQR is a QR code of version 1 to 10, one machine word a row.
type fastQR struct {
	n    int
	rows qrRows
}

func (q *fastQR) size() (int, int)   { return q.n, q.n }
func (q *fastQR) dark(x, y int) bool { return q.rows[y]>>uint(x)&1 == 1 }

// scanned is a symbol drawn by the barcode library.
type scanned struct{ b barcode.Barcode }

func (s scanned) size() (int, int) { r := s.b.Bounds(); return r.Dx(), r.Dy() }
func (s scanned) dark(x, y int) bool {
	r, _, _, _ := s.b.At(x, y).RGBA()
	return r < 0x8000
}

const qrAlphanumerics = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

// encodeQR makes a QR code of level M. Text beyond ASCII is UTF-8 and says so with an ECI header, without which readers
// guess (zbar takes Chinese for Shift JIS or Big5). Longer ASCII text than version 10 holds goes to the general encoder,
// which has no ECI header and so gets no other text.
func encodeQR(s string) (matrix, error) {
	alnum := !strings.ContainsFunc(s, func(r rune) bool { return !strings.ContainsRune(qrAlphanumerics, r) })
	for v := 1; v <= maxFastVersion; v++ {
		if capacity := (qrCodewords[v] - qrEccPerBlock[v]*qrBlocks[v]) * 8; qrBitsNeeded(s, v, alnum) <= capacity {
			return fastEncode(s, v, alnum), nil
		}
	}
	if !ascii(s) {
		return nil, fmt.Errorf("%d bytes of text beyond ASCII are more than the 212 of a version 10 QR code", len(s))
	}
	b, err := qr.Encode(s, qr.M, qr.Unicode)
	if err != nil {
		return nil, err
	}
	return scanned{b}, nil
}

// qrCountBits is the length of the character count (ISO/IEC 18004:2015 table 3).
func qrCountBits(v int, alnum bool) int {
	switch {
	case alnum && v >= 10:
		return 11
	case alnum:
		return 9
	case v >= 10:
		return 16
	}
	return 8
}

func qrBitsNeeded(s string, v int, alnum bool) int {
	if alnum {
		return 4 + qrCountBits(v, alnum) + len(s)/2*11 + len(s)%2*6
	}
	n := 4 + qrCountBits(v, alnum) + 8*len(s)
	if !ascii(s) {
		n += qrECIBits
	}
	return n
}

// The ECI header (ISO/IEC 18004:2015 7.4.2): mode 0111 and assignment 26, UTF-8 (AIM ITS/04-023).
const (
	qrECIMode = 7
	qrUTF8    = 26
	qrECIBits = 12
)

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// qrBits is a bit stream written from the high bit down.
type qrBits struct {
	data [400]byte
	n    int
}

func (b *qrBits) put(val, width int) {
	for i := width - 1; i >= 0; i-- {
		if val>>uint(i)&1 == 1 {
			b.data[b.n>>3] |= 0x80 >> uint(b.n&7)
		}
		b.n++
	}
}

// fastEncode encodes s, which must fit version v.
func fastEncode(s string, v int, alnum bool) *fastQR {
	var b qrBits
	if alnum {
		b.put(2, 4)
		b.put(len(s), qrCountBits(v, alnum))
		for i := 0; i+1 < len(s); i += 2 {
			b.put(strings.IndexByte(qrAlphanumerics, s[i])*45+strings.IndexByte(qrAlphanumerics, s[i+1]), 11)
		}
		if len(s)%2 == 1 {
			b.put(strings.IndexByte(qrAlphanumerics, s[len(s)-1]), 6)
		}
	} else {
		if !ascii(s) {
			b.put(qrECIMode, 4)
			b.put(qrUTF8, 8)
		}
		b.put(4, 4)
		b.put(len(s), qrCountBits(v, alnum))
		for i := range len(s) {
			b.put(int(s[i]), 8)
		}
	}
	n := qrCodewords[v] - qrEccPerBlock[v]*qrBlocks[v]
	b.n += min(4, n*8-b.n) // terminator
	for i, pad := (b.n+7)/8, byte(0xEC); i < n; i, pad = i+1, pad^0xEC^0x11 {
		b.data[i] = pad
	}
	words := qrInterleave(&b.data, v)
	f := frameOf(v)
	base := f.base
	for i, at := range f.order {
		if i>>3 >= qrCodewords[v] {
			break
		}
		base[at>>6] |= uint64(words[i>>3]>>uint(7-i&7)&1) << (at & 63)
	}
	q := &fastQR{n: 17 + 4*v}
	q.rows = bestMask(&base, f, q.n)
	return q
}

// qrInterleave adds Reed–Solomon codewords to each block and interleaves the blocks (ISO/IEC 18004:2015 7.6).
func qrInterleave(data *[400]byte, v int) (out [400]byte) {
	nb, el := qrBlocks[v], qrEccPerBlock[v]
	short := qrCodewords[v]/nb - el
	long := qrCodewords[v] % nb // blocks with one more data codeword stand last
	var ecc [8][30]byte
	var starts [9]int
	for b := range nb {
		n := short
		if b >= nb-long {
			n++
		}
		starts[b+1] = starts[b] + n
		reedSolomon(ecc[b][:el], data[starts[b]:starts[b+1]])
	}
	o := 0
	for i := 0; i <= short; i++ {
		for b := range nb {
			if i < starts[b+1]-starts[b] {
				out[o] = data[starts[b]+i]
				o++
			}
		}
	}
	for i := range el {
		for b := range nb {
			out[o] = ecc[b][i]
			o++
		}
	}
	return out
}

// bestMask applies the mask with the lowest penalty (ISO/IEC 18004:2015 7.8.3).
func bestMask(base *qrRows, f *qrFrame, n int) (best qrRows) {
	least := int(^uint(0) >> 1)
	for m := range f.mask {
		var rows, columns qrRows
		for y := range n {
			rows[y] = base[y] ^ f.mask[m][y]
		}
		writeFormat(&rows, n, m)
		var t [64]uint64
		copy(t[:], rows[:n])
		transpose(&t)
		copy(columns[:], t[:n])
		p := linePenalty(&rows, n) + linePenalty(&columns, n) + areaPenalty(&rows, n)
		if p < least {
			least, best = p, rows
		}
	}
	return best
}

// linePenalty is rule N1 (runs of five and more) and N3 (patterns like a finder) along the rows, on whole words.
func linePenalty(r *qrRows, n int) (p int) {
	full := uint64(1)<<uint(n) - 1
	for y := range n {
		a := r[y]
		same := ^(a ^ a>>1) & (full >> 1)
		five := same & (same >> 1) & (same >> 2) & (same >> 3)
		p += bits.OnesCount64(five) + 2*bits.OnesCount64(five&^(five<<1))
		z := ^a
		core := a & (z >> 1) & (a >> 2) & (a >> 3) & (a >> 4) & (z >> 5) & (a >> 6)
		light := z & (z >> 1) & (z >> 2) & (z >> 3)
		window := full >> 10
		p += 40 * (bits.OnesCount64(core&(light>>7)&window) + bits.OnesCount64((core>>4)&light&window))
	}
	return p
}

// areaPenalty is rule N2 (blocks of two by two) and N4 (share of dark modules).
func areaPenalty(r *qrRows, n int) (p int) {
	inside := uint64(1)<<uint(n-1) - 1
	dark := 0
	for y := range n {
		dark += bits.OnesCount64(r[y])
		if y+1 < n {
			a, b := r[y], r[y+1]
			p += 3 * bits.OnesCount64(^(a^a>>1)&^(a^b)&^(a^b>>1)&inside)
		}
	}
	total := n * n
	off := max(dark*20-total*10, total*10-dark*20)
	return p + max((off+total-1)/total-1, 0)*10
}

// writeFormat writes level M and the mask number with their (15,5) BCH code (ISO/IEC 18004:2015 7.9).
func writeFormat(r *qrRows, n, mask int) {
	rem := mask // level M is 00
	for range 10 {
		rem = rem<<1 ^ (rem>>9)*0x537
	}
	b := (mask<<10 | rem) ^ 0x5412
	bit := func(i int) bool { return b>>uint(i)&1 == 1 }
	for i := range 6 {
		r.set(8, i, bit(i))
	}
	r.set(8, 7, bit(6))
	r.set(8, 8, bit(7))
	r.set(7, 8, bit(8))
	for i := 9; i < 15; i++ {
		r.set(14-i, 8, bit(i))
	}
	for i := range 8 {
		r.set(n-1-i, 8, bit(i))
	}
	for i := 8; i < 15; i++ {
		r.set(8, n-15+i, bit(i))
	}
}

// transpose turns bit x of word y into bit y of word x.
func transpose(a *[64]uint64) {
	m := uint64(0x00000000FFFFFFFF)
	for j := 32; j != 0; j, m = j>>1, m^(m<<uint(j>>1)) {
		for k := 0; k < 64; k = (k + j + 1) &^ j {
			t := (a[k]>>uint(j) ^ a[k+j]) & m
			a[k] ^= t << uint(j)
			a[k+j] ^= t
		}
	}
}
