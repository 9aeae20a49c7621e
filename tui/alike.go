package tui

import "pickstation/station"

// alike warns of the goods that were mixed up with those at hand most often, before they
// are picked; where there is room, of the others too.
func (p *painter) alike(a area, l *station.LineView) area {
	for i := range l.Twins {
		if a.h < 2 || i > 0 && a.h < 6 {
			break
		}
		t := &l.Twins[i]
		row, rest := a.top(1)
		mark := row.text(0, 0, warnBar, " != ")
		n := sprintf(p.t.Alike, "", t.N)
		name := clipTo(p.name(t.Name, t.SKU), max(row.w-mark-1-cells(n), 8))
		row.text(mark+1, 0, warn, sprintf(p.t.Alike, name, t.N))
		a = rest
	}
	return a
}

// alikeSeg is the warning in w cells, beside other facts where there is no row for it.
func (p *painter) alikeSeg(l *station.LineView, w int) seg {
	t := &l.Twins[0]
	times := sprintf(" %dx ", t.N)
	return seg{st: warnBar, s: " != " + clipTo(p.name(t.Name, t.SKU), max(w-cells(times)-4, 6)) + times}
}
