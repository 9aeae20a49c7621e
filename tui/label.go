package tui

import (
	"slices"
	"strings"

	"pickstation/order"
	"pickstation/station"
	"pickstation/tui/text"
)

// label shows the waybill that is to be stuck on: its number and route big, where its
// print job stands, and the other parcels.
func (p *painter) label(a area) {
	w := p.v.Work
	if w == nil {
		return
	}
	a = p.workHead(a, w)
	pv := openParcel(w)
	if pv == nil && len(w.Parcels) > 0 {
		pv = &w.Parcels[len(w.Parcels)-1]
	}
	if pv == nil {
		return
	}
	a = p.waybill(a, pv)
	row, a := a.top(1)
	row.line(0, 2, p.parcelSegs(w, pv)...)
	a = p.sheets(a, w)
	a = p.inserts(a, w, pv)
	a = p.coolantLine(a, pv)
	a = p.scaleLine(a)
	if a.h >= 2+len(w.Parcels) {
		_, a = a.top(1)
	}
	if p.h >= lowH && a.h >= len(w.Parcels) { // in a low window the next step says it
		if pv.Print == order.PrintDone && !pv.Labelled && pv.Void == "" && pv.First == nil {
			a.text(0, 0, strong, ">> "+p.t.StickOn)
		}
		_, a = a.top(1)
	}
	for i := range w.Parcels {
		if x := &w.Parcels[i]; x != pv {
			a.line(0, 2, p.parcelSegs(w, x)...)
			_, a = a.top(1)
		}
	}
}

// waybill paints the number in full and, big, what tells one label from another: the
// route and the number's last digits.
func (p *painter) waybill(a area, pv *station.ParcelView) area {
	last := tailRaw(pv.Waybill, 4)
	rw, route := bigWidth(pv.Routing, 1)
	scale := 2
	lw, drawable := bigWidth(last, scale)
	if lw > a.w/2 || route && lw+4+rw > a.w {
		scale = 1
		lw, drawable = bigWidth(last, scale)
	}
	if a.h < bigRows+3 || !drawable {
		row, rest := a.top(1)
		row.line(0, 1, seg{st: big, s: " " + tail(pv.Waybill, 20) + " "}, seg{st: strong, s: pv.Routing, rank: 1})
		return rest
	}
	caption, a := a.top(1)
	box, rest := a.top(bigRows)
	box.drawBig(0, 0, scale, big, last)
	segs := []seg{{st: muted, s: p.t.Waybill}, {st: strong, s: tail(pv.Waybill, 24)}}
	if pv.Routing != "" {
		segs = append(segs, seg{st: muted, s: p.t.Routing, rank: 2}, seg{st: strong, s: clipTo(pv.Routing, 16), rank: 1})
	}
	caption.line(0, 1, segs...)
	switch {
	case route && lw+4+rw <= a.w:
		box.drawBig(lw+4, 0, 1, bigQty, pv.Routing)
	case pv.Routing != "":
		box.right(lw+2).text(0, bigRows/2, bigQty, " "+clipTo(pv.Routing, 20)+" ")
	}
	return rest
}

// tailRaw is the last n characters of a code as they are.
func tailRaw(s string, n int) string {
	s = text.Clean(s)
	if r := []rune(s); len(r) > n {
		return string(r[len(r)-n:])
	}
	return s
}

// boxed is what lies in a box, where the goods are in several, and of what kind it is.
func (p *painter) boxed(x *station.ParcelView) string {
	s := ""
	if x.Units > 0 {
		s = text.Count(p.t.BoxUnits, x.Units)
	}
	if x.Box != "" {
		s = strings.TrimSpace(s + " " + sprintf(p.t.BoxKind, x.Box))
	}
	return s
}

// sheets counts the papers that are out where there are more than the waybills, and
// names the ones that are not.
func (p *painter) sheets(a area, w *station.WorkView) area {
	if w.Sheets <= len(w.Parcels) || a.h < 2 {
		return a
	}
	row, rest := a.top(1)
	segs := []seg{{st: strong, s: sprintf(p.t.Sheets, w.SheetsOut, w.Sheets)}}
	for i := range w.Parcels {
		for j := range w.Parcels[i].Papers {
			x := &w.Parcels[i].Papers[j]
			st, state := info, string(x.Print)
			switch {
			case x.Print == order.PrintDone && x.Void == "":
				continue
			case x.Print == order.PrintDone:
				st, state = warn, x.Void
			case x.Print == order.PrintFailed || x.Print == order.PrintParked:
				st, state = warn, x.PrintErr
			}
			s := text.Word(p.lang, x.Kind.Word())
			if state != "" {
				s += ": " + text.Word(p.lang, state)
			}
			segs = append(segs, seg{st: st, s: s, rank: 1 + len(segs)})
		}
	}
	row.line(0, 2, segs...)
	return rest
}

// parcelSegs say where a parcel stands.
func (p *painter) parcelSegs(w *station.WorkView, x *station.ParcelView) []seg {
	state := seg{st: muted, s: p.t.NotPrinted}
	if x.Later {
		state.s = p.t.BoxOpen
	}
	switch x.Print {
	case order.PrintQueued, order.PrintSending, order.PrintTaken:
		state = seg{st: info, s: text.Word(p.lang, string(x.Print))}
	case order.PrintDone:
		state = seg{st: ok, s: text.Word(p.lang, string(x.Print))}
	case order.PrintFailed:
		state = seg{st: warnBar, s: " ! " + text.Word(p.lang, string(x.Print)) + " "}
	case order.PrintParked:
		state = seg{st: stopBar, s: " XXX " + text.Word(p.lang, string(x.Print)) + " "}
	}
	why := ""
	switch {
	case x.Labelled:
		state = seg{st: ok, s: "+ " + p.t.Labelled}
	case x.PrintErr != "":
		why = text.Word(p.lang, x.PrintErr)
	case x.Void != "" && x.Print == order.PrintDone:
		state = seg{st: stopBar, s: " XXX " + p.t.PaperVoid + " "}
		why = text.Word(p.lang, x.Void)
	}
	again := ""
	if x.Prints > 1 {
		again = sprintf(p.t.PrintNo, x.Prints)
	}
	weight := ""
	if x.WeightG > 0 {
		weight = sprintf(p.t.Grams, x.WeightG)
	}
	return []seg{{st: strong, s: sprintf(p.t.ParcelOf, x.No, len(w.Parcels)), rank: 1}, state, {st: plain, s: weight, rank: 2},
		{st: warn, s: why, rank: 1}, {st: plain, s: p.boxed(x), rank: 2}, {st: plain, s: again, rank: 2},
		{st: muted, s: tail(x.Waybill, 16), rank: 3}}
}

// inserts reminds of what goes into the box beside the goods, and says what of it was
// scanned.
func (p *painter) inserts(a area, w *station.WorkView, pv *station.ParcelView) area {
	if len(w.Inserts) == 0 || a.h < 2 {
		return a
	}
	row, rest := a.top(1)
	segs := []seg{{st: infoBar, s: " " + p.t.PutIn + " "}}
	for i, in := range w.Inserts {
		s := seg{st: strong, s: p.name(in.Name, ""), rank: 1 + i}
		switch {
		case in.Code == "":
		case slices.Contains(pv.Inserts, in.Code):
			s.st, s.s = ok, s.s+" OK"
		default:
			s.st = warn
		}
		segs = append(segs, s)
	}
	row.line(0, 1, segs...)
	return rest
}
