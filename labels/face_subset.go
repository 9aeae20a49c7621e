package labels

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
)

var be16 = binary.BigEndian.AppendUint16
var be32 = binary.BigEndian.AppendUint32

// coded is one rune of a subset and its glyph number inside the subset.
type coded struct {
	r rune
	g uint16
}

// subsetGlyphs is what a subset keeps: glyph numbers of the full font in subset order, .notdef first.
type subsetGlyphs struct {
	full  []uint16
	index map[uint16]uint16
}

func (s *subsetGlyphs) add(g uint16) uint16 {
	if n, ok := s.index[g]; ok {
		return n
	}
	n := uint16(len(s.full))
	s.index[g] = n
	s.full = append(s.full, g)
	return n
}

// subset writes a small TrueType font program that holds .notdef and the glyphs of runes, with a (3,1) character map and
// glyph names uniXXXX, by which PDF readers give the text back. At most 224 runes are ever asked for.
func (f *face) subset(runes []rune) []byte {
	keep := &subsetGlyphs{full: make([]uint16, 1, 2*len(runes)+1), index: make(map[uint16]uint16, 2*len(runes))}
	keep.index[0] = 0
	codes := make([]coded, 0, len(runes))
	for _, r := range runes {
		codes = append(codes, coded{r, keep.add(f.glyphID(r))})
	}
	glyf, loca := f.subsetOutlines(keep)
	n := len(keep.full)
	head, hhea, maxp := []byte(f.tables["head"]), []byte(f.tables["hhea"]), []byte(f.tables["maxp"])
	binary.BigEndian.PutUint32(head[8:], 0)
	binary.BigEndian.PutUint16(head[50:], 1) // long loca
	binary.BigEndian.PutUint16(hhea[34:], uint16(n))
	binary.BigEndian.PutUint16(maxp[4:], uint16(n))
	tables := []fontTable{ // in the order of the tags, as the directory must be
		{"OS/2", []byte(f.tables["OS/2"])},
		{"cmap", subsetCmap(codes)},
		{"cvt ", []byte(f.tables["cvt "])},
		{"fpgm", []byte(f.tables["fpgm"])},
		{"glyf", glyf},
		{"head", head},
		{"hhea", hhea},
		{"hmtx", f.subsetMetrics(keep)},
		{"loca", loca},
		{"maxp", maxp},
		{"name", []byte{0, 0, 0, 0, 0, 6}},
		{"post", subsetPost(codes, n)},
		{"prep", []byte(f.tables["prep"])},
	}
	return assembleFont(slices.DeleteFunc(tables, func(t fontTable) bool { return len(t.body) == 0 }))
}

// subsetOutlines copies the outlines; parts of composite glyphs join keep as they are met.
func (f *face) subsetOutlines(keep *subsetGlyphs) (glyf, loca []byte) {
	size := 0
	for _, g := range keep.full {
		size += len(f.outline(g)) + 4
	}
	glyf = make([]byte, 0, size+size/8)
	for i := 0; i < len(keep.full); i++ {
		loca = be32(loca, uint32(len(glyf)))
		g := f.outline(keep.full[i])
		start := len(glyf)
		glyf = append(glyf, g...)
		if len(g) > 10 && i16(g, 0) < 0 {
			eachComponent(g, func(at, part int) {
				if at+4 <= len(g) {
					binary.BigEndian.PutUint16(glyf[start+at+2:], keep.add(uint16(part)))
				}
			})
		}
		for len(glyf)&3 != 0 {
			glyf = append(glyf, 0)
		}
	}
	return glyf, be32(loca, uint32(len(glyf)))
}

// eachComponent calls visit with the offset and the glyph number of every part of a composite outline (OpenType glyf,
// composite glyph description).
func eachComponent(g string, visit func(at, part int)) {
	for p := 10; p+4 <= len(g); {
		flags := u16(g, p)
		visit(p, u16(g, p+2))
		p += 6
		if flags&1 != 0 { // arguments are words
			p += 2
		}
		switch {
		case flags&8 != 0:
			p += 2
		case flags&0x40 != 0:
			p += 4
		case flags&0x80 != 0:
			p += 8
		}
		if flags&0x20 == 0 { // no more components
			return
		}
	}
}

// subsetMetrics writes advances and left side bearings. The bearing is the outline's xMin, whatever the font says:
// rasterisers move a glyph by the difference, and text would have other gaps than it was measured with.
func (f *face) subsetMetrics(keep *subsetGlyphs) []byte {
	hm := make([]byte, 0, 4*len(keep.full))
	for _, g := range keep.full {
		hm = be16(hm, uint16(u16(f.hmtx, min(int(g), f.hmetrics-1)*4)))
		hm = be16(hm, uint16(u16(f.outline(g), 2)))
	}
	return hm
}

// subsetCmap writes a format 4 map with one segment per run of consecutive (rune, glyph).
func subsetCmap(codes []coded) []byte {
	sorted := slices.Clone(codes)
	slices.SortFunc(sorted, func(a, b coded) int { return int(a.r - b.r) })
	type segment struct{ first, last, delta int }
	var segs []segment
	for _, c := range sorted {
		if c.r > 0xFFFE || c.g == 0 {
			continue
		}
		r, d := int(c.r), (int(c.g)-int(c.r))&0xFFFF
		if k := len(segs) - 1; k >= 0 && segs[k].last+1 == r && segs[k].delta == d {
			segs[k].last = r
		} else {
			segs = append(segs, segment{r, r, d})
		}
	}
	segs = append(segs, segment{0xFFFF, 0xFFFF, 1})
	sr, es := 2, 0
	for sr*2 <= len(segs)*2 {
		sr, es = sr*2, es+1
	}
	cm := make([]byte, 0, 28+8*len(segs))
	cm = be32(be16(be16(be16(be16(cm, 0), 1), 3), 1), 12)
	for _, v := range []int{4, 16 + 8*len(segs), 0, 2 * len(segs), sr, es, 2*len(segs) - sr} {
		cm = be16(cm, uint16(v))
	}
	for _, s := range segs {
		cm = be16(cm, uint16(s.last))
	}
	cm = be16(cm, 0)
	for _, s := range segs {
		cm = be16(cm, uint16(s.first))
	}
	for _, s := range segs {
		cm = be16(cm, uint16(s.delta))
	}
	for range segs {
		cm = be16(cm, 0)
	}
	return cm
}

// subsetPost writes glyph names (post table version 2.0), without which readers cannot give back runes beyond U+FFFF.
func subsetPost(codes []coded, n int) []byte {
	names := make([]string, n)
	for _, c := range codes {
		if c.g != 0 {
			names[c.g] = glyphName(c.r)
		}
	}
	ps := make([]byte, 32, 34+10*n)
	binary.BigEndian.PutUint32(ps, 0x00020000)
	ps = be16(ps, uint16(n))
	k := uint16(258) // the first name after the standard Macintosh set
	for _, s := range names {
		if s == "" {
			ps = be16(ps, 0)
			continue
		}
		ps = be16(ps, k)
		k++
	}
	for _, s := range names {
		if s != "" {
			ps = append(append(ps, byte(len(s))), s...)
		}
	}
	return ps
}

// fontTable is one table of a font file.
type fontTable struct {
	tag  string
	body []byte
}

// assembleFont writes directory and tables and sets the checksum adjustment (OpenType, "Organization of an OpenType
// font").
func assembleFont(tables []fontTable) []byte {
	n := len(tables)
	size := 12 + 16*n
	for _, t := range tables {
		size += (len(t.body) + 3) &^ 3
	}
	sr, es := 1, 0
	for sr*2 <= n {
		sr, es = sr*2, es+1
	}
	dst := be32(make([]byte, 0, size), 0x00010000)
	dst = be16(be16(be16(be16(dst, uint16(n)), uint16(sr*16)), uint16(es)), uint16(n*16-sr*16))
	off, headAt, total := 12+n*16, 0, uint32(0)
	for _, t := range tables {
		if t.tag == "head" {
			headAt = off
		}
		sum := tableChecksum(t.body)
		total += sum
		dst = append(dst, t.tag...)
		dst = be32(be32(be32(dst, sum), uint32(off)), uint32(len(t.body)))
		off += (len(t.body) + 3) &^ 3
	}
	total += tableChecksum(dst)
	for _, t := range tables {
		dst = append(dst, t.body...)
		for len(dst)&3 != 0 {
			dst = append(dst, 0)
		}
	}
	binary.BigEndian.PutUint32(dst[headAt+8:], 0xB1B0AFBA-total)
	return dst
}

func tableChecksum(b []byte) (sum uint32) {
	for len(b) >= 4 {
		sum += binary.BigEndian.Uint32(b)
		b = b[4:]
	}
	if len(b) > 0 {
		var last [4]byte
		copy(last[:], b)
		sum += binary.BigEndian.Uint32(last[:])
	}
	return sum
}

// glyphName is the name that the Adobe Glyph List specification gives a code point: uniXXXX, or uXXXXX beyond U+FFFF.
func glyphName(r rune) string {
	const hex = "0123456789ABCDEF"
	if r <= 0xFFFF {
		return string([]byte{'u', 'n', 'i', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15]})
	}
	return "u" + strings.ToUpper(strconv.FormatInt(int64(r), 16))
}
