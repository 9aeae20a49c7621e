package labels

import "sync"

// The QR Code versions drawn by the own encoder: 1 to 10 at error correction level M (ISO/IEC 18004:2015 table 9).
const maxFastVersion = 10

var (
	qrEccPerBlock = [maxFastVersion + 1]int{0, 10, 16, 26, 18, 24, 16, 18, 22, 22, 26}
	qrBlocks      = [maxFastVersion + 1]int{0, 1, 1, 1, 2, 2, 4, 4, 4, 5, 5}
	qrCodewords   = [maxFastVersion + 1]int{0, 26, 44, 70, 100, 134, 172, 196, 242, 292, 346}
	qrAlignment   = [maxFastVersion + 1][]int{7: {6, 22, 38}, 8: {6, 24, 42}, 9: {6, 26, 46}, 10: {6, 28, 50},
		2: {6, 18}, 3: {6, 22}, 4: {6, 26}, 5: {6, 30}, 6: {6, 34}}
)

// qrRows are the modules of a symbol: bit x of row y.
type qrRows [57]uint64

func (q *qrRows) set(x, y int, dark bool) {
	q[y] &^= 1 << uint(x)
	if dark {
		q[y] |= 1 << uint(x)
	}
}

// qrFrame is what all symbols of one version share.
type qrFrame struct {
	function qrRows    // 1 where data may not go
	base     qrRows    // values of the function modules
	order    []uint16  // y<<6|x of data modules in placement order (ISO/IEC 18004:2015 7.7.3)
	mask     [8]qrRows // mask patterns outside the function modules (7.8.2)
}

var qrFrames [maxFastVersion + 1]struct {
	once sync.Once
	f    *qrFrame
}

// frameOf builds a version's frame when it is first needed.
func frameOf(v int) *qrFrame {
	l := &qrFrames[v]
	l.once.Do(func() {
		f := &qrFrame{}
		n := 17 + 4*v
		f.finders(n)
		f.alignment(v, n)
		f.formatAreas(n)
		if v >= 7 {
			f.versionAreas(v, n)
		}
		f.placement(n)
		f.masks(n)
		l.f = f
	})
	return l.f
}

func (f *qrFrame) put(x, y, n int, dark bool) {
	if x < 0 || y < 0 || x >= n || y >= n {
		return
	}
	f.function[y] |= 1 << uint(x)
	f.base.set(x, y, dark)
}

func (f *qrFrame) finders(n int) {
	for i := range n {
		f.put(6, i, n, i%2 == 0)
		f.put(i, 6, n, i%2 == 0)
	}
	for _, c := range [][2]int{{3, 3}, {n - 4, 3}, {3, n - 4}} {
		for dy := -4; dy <= 4; dy++ {
			for dx := -4; dx <= 4; dx++ {
				d := max(dx, -dx, dy, -dy)
				f.put(c[0]+dx, c[1]+dy, n, d != 2 && d != 4)
			}
		}
	}
}

func (f *qrFrame) alignment(v, n int) {
	al := qrAlignment[v]
	last := len(al) - 1
	for i, ax := range al {
		for j, ay := range al {
			if i == 0 && j == 0 || i == 0 && j == last || j == 0 && i == last {
				continue // finder patterns stand there
			}
			for dy := -2; dy <= 2; dy++ {
				for dx := -2; dx <= 2; dx++ {
					f.put(ax+dx, ay+dy, n, max(dx, -dx, dy, -dy) != 1)
				}
			}
		}
	}
}

func (f *qrFrame) formatAreas(n int) {
	for i := range 9 {
		if i != 6 {
			f.put(8, i, n, false)
			f.put(i, 8, n, false)
		}
	}
	for i := range 8 {
		f.put(n-1-i, 8, n, false)
		f.put(8, n-1-i, n, false)
	}
	f.put(8, n-8, n, true)
}

// versionAreas writes the version number with its (18,6) BCH code (7.10).
func (f *qrFrame) versionAreas(v, n int) {
	rem := v
	for range 12 {
		rem = rem<<1 ^ (rem>>11)*0x1F25
	}
	bits := v<<12 | rem
	for i := range 18 {
		dark := bits>>uint(i)&1 == 1
		a, c := n-11+i%3, i/3
		f.put(a, c, n, dark)
		f.put(c, a, n, dark)
	}
}

func (f *qrFrame) placement(n int) {
	for r := n - 1; r >= 1; r -= 2 {
		if r == 6 {
			r = 5
		}
		for k := range n {
			for j := range 2 {
				x, y := r-j, k
				if (r+1)&2 == 0 {
					y = n - 1 - k
				}
				if f.function[y]>>uint(x)&1 == 0 {
					f.order = append(f.order, uint16(y<<6|x))
				}
			}
		}
	}
}

func (f *qrFrame) masks(n int) {
	for m := range f.mask {
		for y := range n {
			for x := range n {
				if masked(m, x, y) && f.function[y]>>uint(x)&1 == 0 {
					f.mask[m][y] |= 1 << uint(x)
				}
			}
		}
	}
}

// masked reports whether mask pattern m inverts the module (ISO/IEC 18004:2015 table 10).
func masked(m, x, y int) bool {
	switch m {
	case 0:
		return (x+y)%2 == 0
	case 1:
		return y%2 == 0
	case 2:
		return x%3 == 0
	case 3:
		return (x+y)%3 == 0
	case 4:
		return (x/3+y/2)%2 == 0
	case 5:
		return x*y%2+x*y%3 == 0
	case 6:
		return (x*y%2+x*y%3)%2 == 0
	}
	return ((x+y)%2+x*y%3)%2 == 0
}
