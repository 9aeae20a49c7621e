package labels

import (
	"compress/gzip"
	_ "embed" // the font programs below
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode"
)

// The font programs stay in the program file's read-only pages: the system maps in only those that a label touches, and
// nothing is unpacked at start. Only the last resort for rare ideographs is packed, half its size in the program, and takes
// memory when a name first needs it. Licences: fonts/README.md. Rebuilt by scripts/fonts/build.sh.
var (
	//go:embed fonts/NotoCJKsc-Regular-B.ttf
	notoRegular string
	//go:embed fonts/NotoCJKsc-Bold-B.ttf
	notoBold string
	//go:embed fonts/chain_cjk_rest.ttf
	cjkRest string
	//go:embed fonts/chain_notosans_rest.ttf
	notoRest string
	//go:embed fonts/chain_thai.ttf
	notoThai string
	//go:embed fonts/chain_arabic.ttf
	notoArabic string
	//go:embed fonts/chain_droid_rest.ttf.gz
	droidRest string // packed
)

// The faces by number; a glyph stores its face as one byte.
const (
	faceRegular = iota
	faceBold
	faceCJK
	faceRest
	faceThai
	faceArabic
	faceDroid
	faceCount
)

var regularChain = []uint8{faceRegular, faceCJK, faceRest, faceThai, faceArabic, faceDroid}
var boldChain = []uint8{faceBold, faceRegular, faceCJK, faceRest, faceThai, faceArabic, faceDroid}

type lazyFace struct {
	once sync.Once
	name string
	data *string
	gzip bool // data is packed
	face *face
}

var faces = [faceCount]lazyFace{
	faceRegular: {name: "NotoSansCJKsc-Regular", data: &notoRegular},
	faceBold:    {name: "NotoSansCJKsc-Bold", data: &notoBold},
	faceCJK:     {name: "NotoSansCJKsc-Rest", data: &cjkRest},
	faceRest:    {name: "NotoSans-Regular", data: &notoRest},
	faceThai:    {name: "NotoSansThai-Regular", data: &notoThai},
	faceArabic:  {name: "NotoSansArabic-Regular", data: &notoArabic},
	faceDroid:   {name: "DroidSansFallback", data: &droidRest, gzip: true},
}

// fontFace parses an embedded face when it is first needed. The files are part of the program, so a file that cannot be
// parsed is a broken build and stops it.
func fontFace(i uint8) *face {
	l := &faces[i]
	l.once.Do(func() {
		data, err := l.program()
		var f *face
		if err == nil {
			f, err = parseFace(l.name, data)
		}
		if err != nil {
			panic(fmt.Sprintf("embedded font %s: %v", l.name, err))
		}
		l.face = f
	})
	return l.face
}

// program is the font file itself.
func (l *lazyFace) program() (string, error) {
	if !l.gzip {
		return *l.data, nil
	}
	z, err := gzip.NewReader(strings.NewReader(*l.data))
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.Grow(3 << 20)
	if _, err := io.Copy(&b, z); err != nil {
		return "", err
	}
	return b.String(), nil
}

// missingMark is drawn in place of a rune that no face can draw: a visible empty box, never a blank.
const missingMark = '□'

// glyph is one rune as it will be drawn.
type glyph struct {
	r    rune   // the rune drawn
	adv  uint16 // width in 1/1000 em of the text
	face uint8
	mark uint8 // markRaised and the like
}

// lookup finds the first face of the chain that draws r with ink. ok is false when none does.
func lookup(r rune, bold bool) (g glyph, ok bool) {
	chain := regularChain
	if bold {
		chain = boldChain
	}
	if unicode.IsSpace(r) {
		f := fontFace(chain[0])
		return glyph{r: ' ', adv: uint16(f.advance(f.glyphID(' '))), face: chain[0]}, true
	}
	for _, i := range chain {
		f := fontFace(i)
		if f.hasInk(r) {
			g := glyph{r: r, adv: uint16(f.advance(f.glyphID(r)) * faceScale[i] / 100), face: i}
			if top, bottom := g.reach(); top > plainTop || bottom > plainBottom {
				g.mark = tall
			}
			return g, true
		}
	}
	f := fontFace(chain[0])
	return glyph{r: missingMark, adv: uint16(f.advance(f.glyphID(missingMark))), face: chain[0]}, false
}
