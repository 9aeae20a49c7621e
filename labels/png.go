package labels

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
)

// RenderPNG draws each page as a PNG of one bit a dot that carries its resolution, so that programs print it at its size.
func RenderPNG(pages []*Page) ([][]byte, Report, error) {
	if err := checkPages("render PNG", pages); err != nil {
		return nil, Report{}, err
	}
	out := make([][]byte, 0, len(pages))
	enc := png.Encoder{CompressionLevel: png.BestSpeed}
	for _, p := range pages {
		m := p.raster()
		img := image.NewPaletted(image.Rect(0, 0, m.w, m.h), color.Palette{color.White, color.Black})
		for y := range m.h {
			row := m.bits[y*m.stride : (y+1)*m.stride]
			for x := range m.w {
				img.Pix[y*img.Stride+x] = row[x>>3] >> uint(7-x&7) & 1
			}
		}
		var b bytes.Buffer
		if err := enc.Encode(&b, img); err != nil {
			return nil, Report{}, &Error{ErrorRenderer, "render PNG", "report this page; the scan is stored", err}
		}
		out = append(out, withResolution(b.Bytes(), p.printer.DPI))
	}
	return out, reportOf(pages), nil
}

// withResolution inserts a pHYs chunk behind IHDR (PNG specification 11.3.5.3).
func withResolution(b []byte, dpi int) []byte {
	const ihdrEnd = 8 + 25
	perMetre := uint32((dpi*10000 + 127) / 254)
	chunk := append([]byte{0, 0, 0, 9}, "pHYs"...)
	chunk = be32(be32(chunk, perMetre), perMetre)
	chunk = append(chunk, 1)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	out := make([]byte, 0, len(b)+len(chunk))
	return append(append(append(out, b[:ihdrEnd]...), chunk...), b[ihdrEnd:]...)
}
