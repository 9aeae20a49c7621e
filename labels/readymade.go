package labels

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
)

// ReadyMade is a label that a carrier or platform has drawn itself, because it does not hand out the receiver's data. It
// is printed dot by dot as it is; only a reprint gets its mark, on a white corner.
type ReadyMade struct {
	Pictures []Picture `json:"pictures"` // one for each resolution that the platform draws for
	PrintNo  int       `json:"print_no,omitempty"`
}

// Picture is a label drawn for one resolution.
type Picture struct {
	DPI int    `json:"dpi"`
	PNG []byte `json:"png"` // one pixel a dot; base64 in JSON
}

// Bounds of a ready-made label.
const (
	maxPictureSide = 5000   // pixels: a foot and a half at 300 dpi
	maxPictureRuns = 200000 // black runs; a photograph or a dithered picture has more
	pictureBlack   = 0x8000 // luminance below which a pixel is printed
	markW, markH   = 300, 50
)

// Layout makes the one page. The picture must have been drawn for the printer's resolution: scaling would ruin its
// barcodes.
func (r ReadyMade) Layout(pr Printer) ([]*Page, error) {
	if err := pr.check(); err != nil {
		return nil, err
	}
	fail := func(code ErrorCode, hint string, err error) ([]*Page, error) {
		return nil, &Error{code, "lay out ready-made label", hint, err}
	}
	picture := r.picture(pr.DPI)
	if picture == nil {
		return fail(ErrorBadPrinter, fmt.Sprintf("ask the platform for a label of %d dpi", pr.DPI), fmt.Errorf("no picture of %d is for %d dpi", len(r.Pictures), pr.DPI))
	}
	cfg, err := png.DecodeConfig(bytes.NewReader(picture))
	if err == nil && (max(cfg.Width, cfg.Height) > maxPictureSide || min(cfg.Width, cfg.Height) < 1) {
		err = fmt.Errorf("picture has %d×%d pixels", cfg.Width, cfg.Height)
	}
	var img image.Image
	if err == nil {
		img, err = png.Decode(bytes.NewReader(picture))
	}
	if err != nil {
		return fail(ErrorBadInput, "ask the platform for the label as PNG", err)
	}
	p := &Page{kind: KindReadyMade, printer: pr, w: cfg.Width, h: cfg.Height}
	black := bitmapOf(img)
	if p.rects = black.rects(maxPictureRuns); p.rects == nil && !black.white(rect{0, 0, black.w, black.h}) {
		return fail(ErrorBadInput, "ask the platform for a black and white label", errors.New("picture is too rich for a label printer"))
	}
	if mark := reprintMark(r.PrintNo); mark != "" {
		corner, ok := black.whiteCorner(pr.dots(markW), pr.dots(markH), pr.dots(10))
		if !ok {
			return fail(ErrorOverlap, "ask the platform for a new label", errors.New("no white corner is left for the reprint mark"))
		}
		p.textIn("reprint", corner, mark, style{size: 85, min: 55, lines: 1, bold: true, align: center, middle: true, black: true})
	}
	if err := p.done(); err != nil {
		return nil, err
	}
	return []*Page{p}, nil
}

// picture is the one for a resolution, nil when there is none.
func (r ReadyMade) picture(dpi int) []byte {
	for _, p := range r.Pictures {
		if p.DPI == dpi {
			return p.PNG
		}
	}
	return nil
}

// bitmapOf turns a picture into dots; what is transparent stays white.
func bitmapOf(img image.Image) *bitmap {
	b := img.Bounds()
	m := newBitmap(b.Dx(), b.Dy())
	for y := range m.h {
		for x := range m.w {
			r, g, bl, a := img.At(b.Min.X+x, b.Min.Y+y).RGBA()
			// ITU-R BT.601 luma over white paper
			if luma := (299*r+587*g+114*bl)/1000 + (0xFFFF - a); luma < pictureBlack {
				m.bits[y*m.stride+x>>3] |= 0x80 >> uint(x&7)
			}
		}
	}
	return m
}

// dark reports a black dot.
func (m *bitmap) dark(x, y int) bool { return m.bits[y*m.stride+x>>3]>>uint(7-x&7)&1 == 1 }

// rects covers the black dots with rectangles: runs of a row, joined with the same run of the row above. It is nil when
// there are more than most, or none.
func (m *bitmap) rects(most int) []rect {
	var out []rect
	above, current := map[[2]int]int{}, map[[2]int]int{} // run → index of its rectangle
	for y := range m.h {
		for x := 0; x < m.w; x++ {
			from := x
			for x < m.w && m.dark(x, y) {
				x++
			}
			if x == from {
				continue
			}
			k := [2]int{from, x}
			if i, ok := above[k]; ok {
				out[i].h++
				current[k] = i
				continue
			}
			if len(out) == most {
				return nil
			}
			current[k] = len(out)
			out = append(out, rect{from, y, x - from, 1})
		}
		above, current = current, above
		clear(current)
	}
	return out
}

// white reports whether no dot of r is black; r must lie on the bitmap.
func (m *bitmap) white(r rect) bool {
	for y := r.y; y < r.y+r.h; y++ {
		for x := r.x; x < r.x+r.w; x++ {
			if m.dark(x, y) {
				return false
			}
		}
	}
	return true
}

// whiteCorner finds a white area of w × h dots in a corner, a margin away from the edges.
func (m *bitmap) whiteCorner(w, h, margin int) (rect, bool) {
	right, bottom := m.w-w-margin, m.h-h-margin
	if right < margin || bottom < margin {
		return rect{}, false
	}
	for _, at := range [][2]int{{right, bottom}, {margin, bottom}, {right, margin}, {margin, margin}} {
		if r := (rect{at[0], at[1], w, h}); m.white(r) {
			return r, true
		}
	}
	return rect{}, false
}

// exampleReadyMade is a label as a platform might draw it, for the resolutions of label printers.
func exampleReadyMade() Document {
	var r ReadyMade
	for _, dpi := range []int{203, 300, 600} {
		p := newPage(KindReadyMade, Printer{DPI: dpi}, 760, 500)
		p.frame(box{15, 15, 730, 470}, 4)
		p.text("title", box{40, 35, 680, 90}, "平台面单 PLATFORM LABEL", style{size: 180, min: 90, lines: 1, bold: true})
		p.text("receiver", box{40, 130, 680, 60}, "王** 138******78 浙江省杭州市", style{size: 120, min: 80, lines: 1})
		p.code128("barcode", box{20, 210, 720, 150}, "JDVA01234567890")
		p.text("number", box{40, 365, 680, 50}, "JDVA01234567890", style{size: 120, min: 80, lines: 1, align: center})
		pngs, _, err := RenderPNG([]*Page{p})
		if err != nil {
			continue // a page of this package's own
		}
		r.Pictures = append(r.Pictures, Picture{dpi, pngs[0]})
	}
	return r
}
