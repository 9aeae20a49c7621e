package labels

import "math"

// point is a place in font units, y upwards.
type point struct {
	x, y float64
	on   bool // on the curve
}

// outlinePath is a glyph's contours: points and the end of each contour.
type outlinePath struct {
	points []point
	ends   []int
}

// transform is the affine map of a composite glyph's part.
type transform struct{ a, b, c, d, dx, dy float64 }

var identity = transform{a: 1, d: 1}

func (t transform) apply(p point) point {
	return point{t.a*p.x + t.c*p.y + t.dx, t.b*p.x + t.d*p.y + t.dy, p.on}
}

// after is t applied to what u gives.
func (t transform) after(u transform) transform {
	o := t.apply(point{x: u.dx, y: u.dy})
	return transform{t.a*u.a + t.c*u.b, t.b*u.a + t.d*u.b, t.a*u.c + t.c*u.d, t.b*u.c + t.d*u.d, o.x, o.y}
}

// maxDepth bounds composite glyphs that name themselves; maxPoints bounds glyphs that fan out.
const (
	maxDepth  = 6
	maxPoints = 1 << 14
)

// path adds the outline of glyph g to o (OpenType glyf table). Damaged outlines give what could be read.
func (f *face) path(o *outlinePath, g uint16, t transform, depth int) {
	s := f.outline(g)
	if len(s) <= 10 || depth > maxDepth || len(o.points) > maxPoints {
		return
	}
	if n := i16(s, 0); n >= 0 {
		simplePath(o, s, n, t)
		return
	}
	eachComponent(s, func(at, part int) {
		f.path(o, uint16(part), t.after(componentTransform(s, at)), depth+1)
	})
}

// componentTransform reads offset and scale of the part at offset at.
func componentTransform(s string, at int) transform {
	flags := u16(s, at)
	t, p := identity, at+4
	if flags&1 != 0 {
		t.dx, t.dy = float64(i16(s, p)), float64(i16(s, p+2))
		p += 4
	} else {
		t.dx, t.dy = float64(int8(u8(s, p))), float64(int8(u8(s, p+1)))
		p += 2
	}
	if flags&2 == 0 { // arguments are point numbers, which the embedded fonts do not use
		t.dx, t.dy = 0, 0
	}
	f2 := func(o int) float64 { return float64(i16(s, o)) / 16384 }
	switch {
	case flags&8 != 0:
		t.a = f2(p)
		t.d = t.a
	case flags&0x40 != 0:
		t.a, t.d = f2(p), f2(p+2)
	case flags&0x80 != 0:
		t.a, t.b, t.c, t.d = f2(p), f2(p+2), f2(p+4), f2(p+6)
	}
	return t
}

// simplePath reads the n contours of a simple glyph.
func simplePath(o *outlinePath, s string, n int, t transform) {
	if n == 0 {
		return
	}
	count := u16(s, 10+2*(n-1)) + 1
	base := len(o.points)
	if base+count > maxPoints {
		return
	}
	at := 10 + 2*n
	at += 2 + u16(s, at) // instructions
	flags := make([]int, 0, count)
	for len(flags) < count && at < len(s) {
		fl := u8(s, at)
		at++
		flags = append(flags, fl)
		if fl&8 != 0 {
			for range u8(s, at) {
				if len(flags) < count {
					flags = append(flags, fl)
				}
			}
			at++
		}
	}
	xs, at := coordinates(s, at, flags, 0x02, 0x10)
	ys, _ := coordinates(s, at, flags, 0x04, 0x20)
	for i, fl := range flags {
		o.points = append(o.points, t.apply(point{float64(xs[i]), float64(ys[i]), fl&1 != 0}))
	}
	for c := range n {
		o.ends = append(o.ends, min(base+u16(s, 10+2*c)+1, len(o.points)))
	}
}

// coordinates reads one axis; short and same are the flag bits of that axis.
func coordinates(s string, at int, flags []int, short, same int) ([]int, int) {
	out := make([]int, len(flags))
	v := 0
	for i, fl := range flags {
		switch {
		case fl&short != 0 && fl&same != 0:
			v += u8(s, at)
			at++
		case fl&short != 0:
			v -= u8(s, at)
			at++
		case fl&same == 0:
			v += i16(s, at)
			at += 2
		}
		out[i] = v
	}
	return out, at
}

// bounds is the path's box in dots, y downwards, with a dot to spare on each side.
func (o *outlinePath) bounds(scale float64) (x0, y0, x1, y1 int) {
	lx, ly, hx, hy := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, p := range o.points {
		lx, hx = min(lx, p.x), max(hx, p.x)
		ly, hy = min(ly, p.y), max(hy, p.y)
	}
	return int(math.Floor(lx*scale)) - 1, int(math.Floor(-hy*scale)) - 1, int(math.Ceil(hx*scale)) + 1, int(math.Ceil(-ly*scale)) + 1
}

type pathOp uint8

const (
	moveTo pathOp = iota
	lineTo
	quadTo
)

// each walks the contours as lines and quadratic curves; between two points off the curve lies one on it.
func (o *outlinePath) each(visit func(op pathOp, a, b point)) {
	from := 0
	for _, end := range o.ends {
		if end-from >= 2 {
			eachOf(o.points[from:end], visit)
		}
		from = max(from, end)
	}
}

func eachOf(c []point, visit func(op pathOp, a, b point)) {
	mid := func(a, b point) point { return point{(a.x + b.x) / 2, (a.y + b.y) / 2, true} }
	start := c[0]
	if !start.on {
		if last := c[len(c)-1]; last.on {
			start = last
		} else {
			start = mid(start, last)
		}
	}
	visit(moveTo, start, point{})
	var control point
	pending := false
	step := func(p point) {
		switch {
		case p.on && pending:
			visit(quadTo, control, p)
			pending = false
		case p.on:
			visit(lineTo, p, point{})
		case pending:
			visit(quadTo, control, mid(control, p))
			control = p
		default:
			control, pending = p, true
		}
	}
	for _, p := range c {
		step(p)
	}
	start.on = true
	step(start)
}
