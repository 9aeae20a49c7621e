package order

// Twin is goods that were scanned where others were wanted, or the other way round:
// they look alike, or stand side by side.
type Twin struct {
	SKU  SKU
	Name Names // where the catalogue knows it
	N    int   // wrong scans of the pair, both ways together
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
// the pack check any unit of the order is right, at a put wall any of the wave.
func (t *turn) wantedSKU() SKU {
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
	case ScreenPack:
		var sku SKU
		for i := range t.s.Lines {
			if l := &t.s.Lines[i]; l.Unverified() > 0 {
				if sku != "" && sku != l.SKU {
					return ""
				}
				sku = l.SKU
			}
		}
		return sku
	}
	return ""
}

// stampMixup puts the pair on the event of a refused scan.
func (t *turn) stampMixup(e *Event) {
	if t.saw != "" && t.want != "" && t.saw != t.want && (t.verdict == WrongItem || t.verdict == OtherOrder) {
		e.Want, e.Saw = t.want, t.saw
	}
}
