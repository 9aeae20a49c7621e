package labels

// bannerHeight is the strip that a banner adds to a page, in tenths of a millimetre.
const bannerHeight = 120

// Banner makes the page longer by a black strip that says text in large letters: paper
// that must not be taken for real. The page's own layout is not touched.
func (p *Page) Banner(text string) {
	r := rect{0, p.h, p.w, p.printer.dots(bannerHeight)}
	p.h += r.h
	p.textIn("banner", r, text, style{size: 260, min: 80, lines: 1, bold: true, align: center, middle: true, black: true})
}
