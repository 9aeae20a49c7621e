package labels

import (
	"bytes"
	"fmt"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/boombuler/barcode/qr"
)

func itoa(n int) string { return strconv.Itoa(n) }

// sampleTexts gives texts of every length class: alphanumeric and bytes, Chinese included.
func sampleTexts() []string {
	r := rand.New(rand.NewPCG(1, 2))
	var out []string
	for n := 1; n <= 210; n += 3 {
		var a, b strings.Builder
		for range n {
			a.WriteByte(qrAlphanumerics[r.IntN(len(qrAlphanumerics))])
			b.WriteByte(byte('!' + r.IntN(94)))
		}
		out = append(out, a.String(), b.String(), strings.Repeat("海", n/3)+itoa(n))
	}
	return out
}

// TestQRCodesAreReadByAnIndependentReader draws codes of all versions and lets zbar read them.
func TestQRCodesAreReadByAnIndependentReader(t *testing.T) {
	tool(t, "zbarimg")
	dir := t.TempDir()
	var files []string
	texts := sampleTexts()
	versions := map[int]bool{}
	for i, s := range texts {
		p := newPage("test", Printer{DPI: 203}, 600, 600)
		p.qr("qr", box{0, 0, 600, 600}, s)
		if err := p.done(); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		versions[p.symbols[0].W/p.symbols[0].Module] = true
		pngs, _, err := RenderPNG([]*Page{p})
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(dir, fmt.Sprintf("%03d.png", i))
		if err := os.WriteFile(name, pngs[0], 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, name)
	}
	out := run(t, "zbarimg", append([]string{"-q", "--raw", "-Sdisable", "-Sqrcode.enable"}, files...)...)
	got := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(got) != len(texts) {
		t.Fatalf("%d of %d codes were read", len(got), len(texts))
	}
	for i := range texts {
		if got[i] != texts[i] {
			t.Errorf("read %q, want %q", got[i], texts[i])
		}
	}
	for v := 1; v <= maxFastVersion; v++ {
		if !versions[17+4*v] {
			t.Errorf("no sample reached version %d", v)
		}
	}
}

// The general encoder is the oracle: the same version for the same text, and the same function patterns.
func TestFastQRChoosesTheVersionOfTheGeneralEncoder(t *testing.T) {
	for _, s := range sampleTexts() {
		if strings.ContainsFunc(s, func(r rune) bool { return r > 127 }) {
			continue
		}
		fast, err := encodeQR(s)
		if err != nil {
			t.Fatal(err)
		}
		mode := qr.Unicode
		if strings.Trim(s, qrAlphanumerics) == "" {
			mode = qr.AlphaNumeric
		}
		general, err := qr.Encode(s, qr.M, mode)
		if err != nil {
			t.Fatal(err)
		}
		n, _ := fast.size()
		if n != general.Bounds().Dx() {
			t.Errorf("%q: %d modules a side, the general encoder has %d", s, n, general.Bounds().Dx())
		}
	}
}

func TestTextTooLongForTheFastVersionsStillBecomesAQRCode(t *testing.T) {
	m, err := encodeQR(strings.Repeat("x", 400))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := m.(scanned); !ok {
		t.Error("400 bytes do not fit version 10, yet the fast encoder took them")
	}
	if _, err := encodeQR(strings.Repeat("x", 5000)); err == nil {
		t.Error("5000 bytes fit no QR code of level M")
	}
	if _, err := encodeQR(strings.Repeat("海", 69)); err != nil {
		t.Errorf("207 bytes of Chinese fit version 10: %v", err)
	}
	if _, err := encodeQR(strings.Repeat("海", 80)); err == nil {
		t.Error("long Chinese text was encoded without an ECI header; readers would guess its alphabet")
	}
}

func FuzzQRTakesAnyBytes(f *testing.F) {
	f.Add("https://t.example.com/w/SF1234567890123")
	f.Add("\x00\xff")
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		m, err := encodeQR(s)
		if err != nil {
			return
		}
		n, h := m.size()
		if n != h || n < 21 || (n-17)%4 != 0 {
			t.Errorf("%d×%d modules is no QR code", n, h)
		}
	})
}

// A PNG must say its resolution, or programs print it at 72 or 96 dpi.
func TestPNGCarriesItsResolution(t *testing.T) {
	pngs, _, err := RenderPNG(layoutExample(t, KindWaybill, Printer{DPI: 203}))
	if err != nil {
		t.Fatal(err)
	}
	i := bytes.Index(pngs[0], []byte("pHYs"))
	if i < 0 || !bytes.Equal(pngs[0][i+4:i+13], []byte{0, 0, 0x1F, 0x38, 0, 0, 0x1F, 0x38, 1}) { // 7992 dots a metre
		t.Errorf("no pHYs chunk with 7992 dots a metre: % x", pngs[0][:64])
	}
	if _, err := png.Decode(bytes.NewReader(pngs[0])); err != nil {
		t.Errorf("chunk checksum or order is wrong: %v", err)
	}
}
