package labels

// captioned draws a field of a form: a thin frame, a small caption on top and the value below it.
func (p *Page) captioned(field string, b box, caption, value string, st style) {
	p.captionedAt(captionSize, field, b, caption, value, st)
}

// captionedAt is captioned with a caption of another size.
func (p *Page) captionedAt(size int, field string, b box, caption, value string, st style) {
	p.cell(b)
	in := box{b.x + 10, b.y + 8, b.w - 20, b.h - 14}
	high := 0
	if caption != "" {
		// Forms with long captions in three languages give the caption up to two lines.
		lines := 1
		if !p.fits(box{in.x, in.y, in.w, lineHeight(size)}, caption, style{size: size, min: size}) {
			lines = 2
		}
		high = lineHeight(size)*lines + 2
		p.text(field+" caption", box{in.x, in.y, in.w, high}, caption, style{size: size, min: captionLeast})
	}
	p.text(field, box{in.x, in.y + high, in.w, in.h - high}, value, st)
}

// cell draws the frame of a field of a form. Its right and lower line lie where those of the next field begin, so that
// neighbours share them.
func (p *Page) cell(b box) {
	r, d := p.printer.rect(b), max(p.printer.dots(2), 1)
	p.rects = append(p.rects, rect{r.x, r.y, r.w + d, d}, rect{r.x, r.y + r.h, r.w + d, d}, rect{r.x, r.y + d, d, r.h - d}, rect{r.x + r.w, r.y + d, d, r.h - d})
}

// The type sizes of captions in tenths of a point.
const (
	captionSize  = 52
	captionLeast = 38
)

// tick draws a box of a form with its caption behind it, crossed by a solid square when on.
func (p *Page) tick(field string, b box, on bool, caption string) {
	const side = 26
	y := b.y + (b.h-side)/2
	p.frame(box{b.x, y, side, side}, 2)
	if on {
		p.rule(box{b.x + 6, y + 6, side - 12, side - 12})
	}
	p.text(field, box{b.x + side + 10, b.y, b.w - side - 14, b.h}, caption, style{size: 60, min: captionLeast, lines: 2, middle: true})
}

// tickGrid draws the six categories of a postal item in rows of three.
func (p *Page) tickGrid(b box, category string) {
	titles := []struct{ category, title string }{
		{CategoryGift, "Gift / Cadeau 礼品"}, {CategoryDocuments, "Documents 文件"}, {CategorySale, "Sale of goods / Vente 销售"},
		{CategorySample, "Sample / Échantillon 货样"}, {CategoryReturned, "Returned / Retour 退货"}, {CategoryOther, "Other / Autre 其他"},
	}
	w, h := b.w/3, b.h/2
	for i, t := range titles {
		p.tick("category "+t.category, box{b.x + i%3*w, b.y + i/3*h, w, h}, t.category == category, t.title)
	}
}
