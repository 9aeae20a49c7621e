package tui

import (
	"pickstation/station"
	"pickstation/tui/text"
)

// scaleLine paints what the scale shows in a row of its own, where the bench has one
// and the area a row to spare. Its state is a word, not a colour alone.
func (p *painter) scaleLine(a area) area {
	s := p.v.Scale
	if s == nil || a.h < 1 {
		return a
	}
	row, rest := a.top(1)
	row.line(0, 2, p.scaleSegs(s)...)
	return rest
}

func (p *painter) scaleSegs(s *station.ScaleView) []seg {
	segs := []seg{{st: muted, s: p.t.Scale}}
	state := seg{st: warn, s: "~ " + text.Word(p.lang, s.State)}
	switch s.State {
	case "stable":
		state = seg{st: ok, s: "= " + text.Word(p.lang, s.State)}
		segs = append(segs, seg{st: strong, s: sprintf(p.t.Grams, s.Grams)})
	case "motion":
		segs = append(segs, seg{st: plain, s: sprintf(p.t.Grams, s.Grams)})
	case "over", "under":
		state = seg{st: stopBar, s: " X " + text.Word(p.lang, s.State) + " "}
	case "stale", "unreadable":
		state = seg{st: warnBar, s: " ! " + text.Word(p.lang, s.State) + " "}
	}
	if s.EmptyFirst {
		state.rank = 1
	}
	segs = append(segs, state)
	if s.EmptyFirst {
		return append(segs, seg{st: warnBar, s: " " + p.t.EmptyPan + " "})
	}
	if s.Expected > 0 {
		segs = append(segs, seg{st: muted, s: sprintf(p.t.GoodsWeigh, s.Expected), rank: 1})
	}
	if len(s.Blind) > 0 {
		segs = append(segs, seg{st: warn, s: sprintf(p.t.TooLight, p.name(s.Blind[0], "")), rank: 2})
		if n := len(s.Blind) - 1; n > 0 {
			segs = append(segs, seg{st: warn, s: sprintf(p.t.More, n), rank: 3})
		}
	}
	return segs
}
