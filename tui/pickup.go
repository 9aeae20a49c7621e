package tui

// fetching shows which parcels the buyer at the counter gets, above what waits for carriers.
func (p *painter) fetching(a area) area {
	f := p.v.Fetch
	if f == nil {
		return a
	}
	where := f.Ref
	if len(f.Waybills) > 0 {
		where = f.Waybills[0]
	}
	where = where[max(len(where)-4, 0):] // the end of a number tells parcels apart
	a = p.bigPair(a, p.t.HandTo, where, p.t.GivenOut, sprintf("%d/%d", f.Given, f.Parcels), "")
	for _, n := range f.Waybills {
		if a.h < 4 {
			return a
		}
		a.line(0, 2, seg{st: strong, s: "> " + tail(n, 20)}, seg{st: plain, s: p.t.ColOrder + " " + tail(f.Ref, 18), rank: 1})
		_, a = a.top(1)
	}
	return a
}
