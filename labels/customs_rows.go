package labels

// split spreads the items over as many pages as they need and draws their rows into area. An item too long for a page of
// its own is shrunk, and reported when even that does not help. form is the size of a page in tenths of a millimetre.
func (c *Customs) split(kind string, pr Printer, form box, cols []column, row func(CustomsItem, string) []string, area box, st style) []*Page {
	var pages []*Page
	var f *flow
	open := func() {
		p := newPage(kind, pr, form.w, form.h)
		f = &flow{kind: kind, printer: pr, sheet: sheet{w: area.w + 2*area.x, margin: area.x, body: st.size}, page: p, y: area.y}
		pages = append(pages, p)
	}
	open()
	for _, it := range c.Items {
		cells := row(it, c.Currency)
		h := f.rowHeight(cols, cells, st.size)
		if f.y+h > area.y+area.h && f.y > area.y {
			open()
		}
		h = min(h, area.y+area.h-f.y)
		f.cells("item", cols, cells, h, st.size, false)
		f.y += h
	}
	return pages
}
