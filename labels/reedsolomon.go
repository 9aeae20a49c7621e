package labels

import "sync"

// gf holds logarithms of GF(256) with the polynomial of ISO/IEC 18004 (0x11D), and the generator polynomials.
type gf struct {
	exp  [512]byte
	log  [256]byte
	gens [31][]byte // generator polynomial by degree, without its leading 1
}

var field256 = sync.OnceValue(func() *gf {
	g := &gf{}
	v := 1
	for i := range 255 {
		g.exp[i], g.exp[i+255] = byte(v), byte(v)
		g.log[v] = byte(i)
		if v <<= 1; v > 255 {
			v ^= 0x11D
		}
	}
	for d := 1; d < len(g.gens); d++ {
		p := make([]byte, d)
		p[d-1] = 1
		for root := range d {
			for j := range d {
				if p[j] != 0 {
					p[j] = g.exp[int(g.log[p[j]])+root]
				}
				if j+1 < d {
					p[j] ^= p[j+1]
				}
			}
		}
		g.gens[d] = p
	}
	return g
})

// reedSolomon fills ecc with the error correction codewords of data.
func reedSolomon(ecc, data []byte) {
	g := field256()
	gen := g.gens[len(ecc)]
	clear(ecc)
	for _, d := range data {
		f := d ^ ecc[0]
		copy(ecc, ecc[1:])
		ecc[len(ecc)-1] = 0
		if f == 0 {
			continue
		}
		lf := int(g.log[f])
		for i, c := range gen {
			if c != 0 {
				ecc[i] ^= g.exp[int(g.log[c])+lf]
			}
		}
	}
}
