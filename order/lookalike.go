package order

import "slices"

// Twin is goods that were scanned where others were wanted, or the other way round:
// they look alike, or stand side by side.
type Twin struct {
	SKU  SKU
	Name Names // where the catalogue knows it
	N    int   // wrong scans of the pair, both ways together
}

// Lookalike is goods that may lie in a box in place of others, with what a unit weighs, grams.
type Lookalike struct {
	SKU     SKU
	Name    Names
	WeightG int
}

// named is the name to show, the SKU where the catalogue has none.
func (l *Lookalike) named() Names {
	if l.Name == (Names{}) {
		return Names{ZH: string(l.SKU), EN: string(l.SKU)}
	}
	return l.Name
}

// A box that weighs something else than it should is explained by the goods that were mixed
// up most often: so many of each of so many lines.
const (
	alikeLines = 50
	alikeEach  = 3
)

// lookalikes returns the goods that those of a parcel were mixed up with, where their
// weights are known.
func (t *turn) lookalikes(p *Parcel) map[SKU][]Lookalike {
	all := map[SKU][]Lookalike{}
	for i := range t.s.Lines {
		l := &t.s.Lines[i]
		if _, done := all[l.SKU]; done || len(all) >= alikeLines || l.WeightG <= 0 || t.s.inBox(l, p.No) == 0 {
			continue
		}
		twins, err := t.env.Book.Twins(l.SKU, alikeEach)
		t.keep(err)
		all[l.SKU] = nil
		for _, w := range twins {
			o, err := t.env.Book.Product(w.SKU)
			t.keep(err)
			if o != nil && o.WeightG > 0 {
				all[l.SKU] = append(all[l.SKU], Lookalike{o.SKU, o.Name, o.WeightG})
			}
		}
	}
	return all
}

// Mixup returns the pair that a refused scan mixed up: what was wanted and what was
// scanned; ok is false where the event is no such scan.
func (e *Event) Mixup() (want, saw SKU, ok bool) {
	return e.Want, e.Saw, e.Want != "" && e.Saw != "" && e.Want != e.Saw
}

// mixed notes which goods were scanned, so that the event can say what they were taken
// for. It is called while the bench still shows what was wanted.
func (t *turn) mixed(saw SKU) {
	if t.in.Source == Scanned {
		t.want, t.saw = t.wantedSKU(), saw
	}
}

// wantedSKU is the one SKU that the bench asks for now, "" where it takes several: at
// the pack check any unit of the order is right, at a put wall with empty hands any of the
// wave.
func (t *turn) wantedSKU() SKU {
	if t.b.Screen == ScreenWall && len(t.b.Hand) == 0 {
		return t.lastOfWave()
	}
	if t.s == nil {
		return ""
	}
	switch t.b.Screen {
	case ScreenPick:
		return t.wanted().SKU
	case ScreenBatch:
		if l := t.s.Line(t.b.Focus); l != nil {
			return l.SKU
		}
	case ScreenWall:
		if l := t.s.Line(t.b.Hand[0].Line); l != nil {
			return l.SKU
		}
	case ScreenLabel:
		if r := t.b.Recheck; r != nil && t.s.Line(r.Line) != nil {
			return t.s.Line(r.Line).SKU
		}
	case ScreenPack:
		return alone(skusLeft(nil, t.s, (*Line).Unverified))
	}
	return ""
}

// lastOfWave is the one SKU that the orders at a put wall still lack, "" for several.
func (t *turn) lastOfWave() SKU {
	var skus []SKU
	for i := range t.b.Batch.Members {
		m := &t.b.Batch.Members[i]
		if s := t.shipment(m.Shipment); s != nil && !m.Out {
			skus = skusLeft(skus, s, (*Line).Open)
		}
	}
	return alone(skus)
}

// skusLeft adds the SKUs of lines of which units are left, by what left says.
func skusLeft(skus []SKU, s *Shipment, left func(*Line) int) []SKU {
	for i := range s.Lines {
		if l := &s.Lines[i]; left(l) > 0 {
			skus = append(skus, l.SKU)
		}
	}
	return skus
}

// alone is the one SKU that a list names, "" for none or several.
func alone(skus []SKU) SKU {
	if len(skus) == 0 || slices.ContainsFunc(skus, func(s SKU) bool { return s != skus[0] }) {
		return ""
	}
	return skus[0]
}

// stampMixup puts the pair on the event of a refused scan.
func (t *turn) stampMixup(e *Event) {
	if t.saw != "" && t.want != "" && t.saw != t.want && (t.verdict == WrongItem || t.verdict == OtherOrder) {
		e.Want, e.Saw = t.want, t.saw
	}
}
