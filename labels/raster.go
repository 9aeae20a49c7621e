package labels

import (
	"image"
	"image/draw"
	"sync"

	"golang.org/x/image/vector"
)

// bitmap is a page in dots, one bit each, rows padded to bytes, 1 is black.
type bitmap struct {
	w, h, stride int
	bits         []byte
}

func newBitmap(w, h int) *bitmap {
	stride := (w + 7) / 8
	return &bitmap{w, h, stride, make([]byte, stride*h)}
}

// fill paints r, cut to the page, black.
func (b *bitmap) fill(r rect) {
	x0, x1 := max(r.x, 0), min(r.x+r.w, b.w)
	if x0 >= x1 {
		return
	}
	first, last := x0>>3, (x1-1)>>3
	head, tail := byte(0xFF)>>uint(x0&7), byte(0xFF)<<uint(7-(x1-1)&7)
	for y := max(r.y, 0); y < min(r.y+r.h, b.h); y++ {
		row := b.bits[y*b.stride : (y+1)*b.stride]
		if first == last {
			row[first] |= head & tail
			continue
		}
		row[first] |= head
		for i := first + 1; i < last; i++ {
			row[i] = 0xFF
		}
		row[last] |= tail
	}
}

// stamp paints a glyph image with its top left corner at x, y; white takes black away.
func (b *bitmap) stamp(g *glyphImage, x, y int, white bool) {
	for j := range g.h {
		if y+j < 0 || y+j >= b.h {
			continue
		}
		row := b.bits[(y+j)*b.stride : (y+j+1)*b.stride]
		for i, ink := range g.ink[j*g.w : (j+1)*g.w] {
			k := x + i
			switch {
			case !ink || k < 0 || k >= b.w:
			case white:
				row[k>>3] &^= 0x80 >> uint(k&7)
			default:
				row[k>>3] |= 0x80 >> uint(k&7)
			}
		}
	}
}

// glyphImage is a glyph at one size, one bool a dot; x and y lead from the pen to its top left corner.
type glyphImage struct {
	x, y, w, h int
	ink        []bool
}

// imageKey names a glyph image.
type imageKey struct {
	r    rune
	face uint8
	size int // tenths of a point
	dpi  int
}

// maxImageBytes bounds the cache of glyph images; a bench prints the same few hundred characters all day.
const maxImageBytes = 2 << 20

// glyphImages is the cache shared by all renderings.
var glyphImages struct {
	mu    sync.Mutex // guards below
	m     map[imageKey]*glyphImage
	bytes int
}

// inkThreshold is the coverage, of 255, from which a dot is printed: a little below half, since thin strokes of small
// Chinese text vanish at half.
const inkThreshold = 112

// glyphImageOf draws a glyph at a size, or takes it from the cache.
func glyphImageOf(g glyph, size, dpi int) *glyphImage {
	k := imageKey{g.r, g.face, size, dpi}
	glyphImages.mu.Lock()
	img := glyphImages.m[k]
	glyphImages.mu.Unlock()
	if img != nil {
		return img
	}
	img = drawGlyph(g, float64(g.scaled(size))*float64(dpi)/72000)
	glyphImages.mu.Lock()
	defer glyphImages.mu.Unlock()
	if glyphImages.m == nil || glyphImages.bytes > maxImageBytes {
		glyphImages.m, glyphImages.bytes = map[imageKey]*glyphImage{}, 0
	}
	glyphImages.m[k] = img
	glyphImages.bytes += len(img.ink) + 96
	return img
}

// drawGlyph rasterises an outline at em dots to the em.
func drawGlyph(g glyph, em float64) *glyphImage {
	f := fontFace(g.face)
	var o outlinePath
	f.path(&o, f.glyphID(g.r), identity, 0)
	if len(o.points) == 0 {
		return &glyphImage{}
	}
	scale := em / float64(f.upem)
	x0, y0, x1, y1 := o.bounds(scale)
	w, h := x1-x0, y1-y0
	z := vector.NewRasterizer(w, h)
	z.DrawOp = draw.Src
	at := func(p point) (float32, float32) {
		return float32(p.x*scale) - float32(x0), -float32(p.y*scale) - float32(y0)
	}
	o.each(func(op pathOp, a, b point) {
		ax, ay := at(a)
		switch op {
		case moveTo:
			z.MoveTo(ax, ay)
		case lineTo:
			z.LineTo(ax, ay)
		case quadTo:
			bx, by := at(b)
			z.QuadTo(ax, ay, bx, by)
		}
	})
	alpha := image.NewAlpha(image.Rect(0, 0, w, h))
	z.Draw(alpha, alpha.Bounds(), image.Opaque, image.Point{})
	img := &glyphImage{x: x0, y: y0, w: w, h: h, ink: make([]bool, w*h)}
	for y := range h {
		for x := range w {
			img.ink[y*w+x] = alpha.Pix[y*alpha.Stride+x] >= inkThreshold
		}
	}
	return img
}

// raster draws the page in dots.
func (p *Page) raster() *bitmap {
	b := newBitmap(p.w, p.h)
	dx, dy := p.printer.ShiftX, p.printer.ShiftY
	for _, r := range p.rects {
		b.fill(rect{r.x + dx, r.y + dy, r.w, r.h})
	}
	for _, d := range p.texts {
		p.stampLine(b, d, dx, dy, false)
	}
	for _, d := range p.white {
		p.stampLine(b, d, dx, dy, true)
	}
	return b
}

func (p *Page) stampLine(b *bitmap, d drawn, dx, dy int, white bool) {
	ems := 0
	for _, g := range p.glyphs[d.from:d.to] {
		if g.r != ' ' {
			img := glyphImageOf(g, d.size, p.printer.DPI)
			x := d.x + (ems*d.size*p.printer.DPI+360000)/720000
			mx, my := g.move(d.size, p.printer.DPI)
			b.stamp(img, x+img.x+dx+mx, d.y+img.y+dy+my, white)
		}
		ems += int(g.adv)
	}
}
