package order

import (
	"cmp"
	"slices"
	"strings"
)

// goodsOn returns how many units of the line a reading counts, 0 for other goods, and the
// reading with the pack of the line that it names, none where there is no such.
func goodsOn(l *Line, r Reading) (int, Reading) {
	if len(l.Stock) > 0 {
		for _, key := range []string{CodeKey(r.Pack), r.Key} {
			if st := l.pack(key); st != nil {
				r.Pack = st.Pack
				return st.Qty, r
			}
		}
	}
	r.Pack = "" // of goods whose stock nobody keeps by packs
	return unitsOn(l, r), r
}

// fromStock adds to a unit what stock says of it: all that is known of the pack that was
// scanned or is open, of the one unit with its serial, or the lot where there is only one.
func (p *Pending) fromStock(l *Line, scanned, open string, loose bool) {
	st := l.pack(CodeKey(scanned))
	p.Pack, p.Whole = scanned, st != nil
	if st == nil && p.Serial != "" {
		if i := slices.IndexFunc(l.Stock, func(s Stock) bool { return slices.Contains(s.Serials, p.Serial) }); i >= 0 {
			st = &l.Stock[i]
		}
	}
	if st == nil {
		st = l.pack(CodeKey(open))
	}
	if st != nil && (p.Lot == "" || st.Lot == "" || p.Lot == st.Lot) {
		p.Pack, p.Lot, p.Expiry = st.Pack, cmp.Or(p.Lot, st.Lot), cmp.Or(p.Expiry, st.Expiry)
		return
	}
	lot, expiry := l.oneLot(loose)
	if p.wantsLot(l) {
		p.Lot = lot
	}
	if p.wantsExpiry(l) && p.Lot == lot {
		p.Expiry = expiry
	}
}

// refusePackTwice says that a pack is counted already: like a serial it is one thing.
func (t *turn) refusePackTwice(l *Line, pack string) bool {
	if pack == "" || !slices.ContainsFunc(t.s.Lines, func(o Line) bool { return slices.Contains(o.Packs, pack) }) {
		return false
	}
	t.say(DoneAlready, msg(MsgPackTwice, Args{Name: l.Name, SKU: l.SKU, Code: pack}), t.nextHere())
	return true
}

// refusePackElsewhere says that a pack went out whole in another order.
func (t *turn) refusePackElsewhere(l *Line, p Pending) bool {
	if p.Pack == "" {
		return false
	}
	ids, err := t.env.Book.WithGoods(CodeKey(p.Pack), findLimit)
	t.keep(err)
	for _, id := range ids {
		if id == t.s.ID {
			continue
		}
		o := t.after(id)
		if o != nil && !o.Cancelled && slices.ContainsFunc(o.Lines, func(x Line) bool { return slices.Contains(x.Packs, p.Pack) }) {
			a := Args{Name: l.Name, SKU: l.SKU, Code: p.Pack, Ref: o.Ref()}
			t.say(OtherOrder, msg(MsgOtherPack, a), msg(DoSetAside, a))
			t.spent = true
			return true
		}
	}
	return false
}

// askPack asks for the pack where goods lie in several, or in one and loose: their own
// code does not say which. The same scan again says that the unit lies loose, whatever
// stock knows of packs there; the line is not asked about any more until one is opened.
func (t *turn) askPack(l *Line, r Reading) bool {
	if r.Pack != "" || l.Track.Serial || !l.severalPacks(r.Lot) || l.standsThere(t.b.Opened) || t.loose(l) {
		return false
	}
	a := Args{Name: l.Name, SKU: l.SKU, Location: l.Location}
	packs := l.PacksThere()
	a.N, a.Code = len(packs), packs[0].Pack
	t.b.Focus = l.No
	t.ask(Needs, Question{Kind: AskPack, Repeatable: true, Shipment: t.s.ID, Line: l.No}, msg(MsgNeedPack, a), msg(DoScanPack, a))
	return true
}

// loose says whether the operator has said that the line's goods lie loose.
func (t *turn) loose(l *Line) bool { return t.b.Loose != nil && *t.b.Loose == LineRef{t.s.ID, l.No} }

// standsThere says whether the pack is one at the line's place that was not taken.
func (l *Line) standsThere(pack string) bool {
	return pack != "" && slices.ContainsFunc(l.there(), func(st *Stock) bool { return st.Pack == pack })
}

// openPack takes units one by one out of a pack that holds more than the line wants, or
// whose units have marks of their own.
func (t *turn) openPack(m match) bool {
	l := m.line
	if m.r.Pack == "" || m.units <= l.Open() && (m.units == 1 || !l.Track.Serial && !l.Track.Weight) {
		return false
	}
	t.b.Opened, t.b.Loose = m.r.Pack, nil
	e := t.event(EventLocated)
	e.Line, e.Pack = l.No, m.r.Pack
	a := Args{Name: l.Name, SKU: l.SKU, Code: m.r.Pack, N: l.Open(), Need: m.units}
	t.say(OK, msg(MsgPackOpened, a), t.goTo(l, l.Open()))
	return true
}

// otherPack says that a pack is reserved for other work.
func (t *turn) otherPack(r Ref, a Args) bool {
	s := t.shipment(r.Shipment)
	if s == nil || s.ID == t.s.ID {
		return false
	}
	l := s.Line(r.Line)
	if l == nil {
		return false
	}
	for _, rd := range t.in.Readings {
		if st := l.pack(rd.Key); st != nil {
			a.Code = st.Pack
			t.say(OtherOrder, msg(MsgOtherPack, a), msg(putBackTo(cmp.Or(st.Location, l.Location)), Args{Location: cmp.Or(st.Location, l.Location)}))
			return true
		}
	}
	return false
}

// markAlone takes a lot or serial without its goods as those that the plan knows it of:
// the expected line's before others. One that several open goods have asks for the goods.
func (t *turn) markAlone() bool {
	cur := t.current(t.s)
	if cur != nil && t.marks(cur).Serial != "" {
		return t.markOf(cur)
	}
	var found *Line
	for i := range t.s.Lines {
		l := &t.s.Lines[i]
		if l.Open() <= 0 || !InZone(l, t.b.Zones) || t.marks(l) == (Reading{}) {
			continue
		}
		if found != nil && found.SKU != l.SKU {
			if t.namesElse() {
				return false
			}
			r := t.marks(l)
			t.say(Ambiguous, msg(MsgLotOfSeveral, Args{Lot: cmp.Or(r.Lot, r.Serial)}), msg(DoWanted, t.wanted()))
			return true
		}
		if found == nil || l == cur {
			found = l
		}
	}
	return found != nil && t.markOf(found)
}

// markOf counts a unit of the line by its lot or serial alone; false where the scan is
// neither, or names anything else.
func (t *turn) markOf(l *Line) bool {
	r := t.marks(l)
	if r == (Reading{}) || t.namesElse() {
		return false
	}
	if t.item(match{line: l, units: 1, r: r}); t.verdict == OverQty && t.b.Batch != nil {
		t.do = t.batchStep()
	}
	return true
}

// namesElse says whether the scan names work, goods, a place or a person.
func (t *turn) namesElse() bool { return len(t.findWork()) > 0 || t.badge() != nil || t.err != nil }

// marks is what a scan without goods says of the line's: a serial, or a lot, that the plan
// knows them by.
func (t *turn) marks(l *Line) Reading {
	text := strings.TrimSpace(t.in.Text)
	if serial := t.mark(text, func(r Reading) string { return r.Serial }); l.hasSerial(serial) {
		return Reading{Serial: serial}
	}
	if lot := t.mark(text, func(r Reading) string { return r.Lot }); l.hasLot(lot) {
		return Reading{Lot: lot}
	}
	return Reading{}
}

// mark is what element strings without goods say, else the plain text.
func (t *turn) mark(text string, of func(Reading) string) string {
	for _, r := range t.in.Readings {
		if r.Key == "" {
			return of(r)
		}
	}
	return text
}

// placeConfirms says whether the scan of the line's place stands for its goods: the
// warehouse wants that there, and stock says that nothing else lies there.
func (t *turn) placeConfirms(l *Line) bool {
	zones := t.env.Policy.PlaceConfirms
	return l.Alone && l.Open() > 0 && !l.Track.Serial && !l.Track.Weight && (slices.Contains(zones, "*") || l.Zone != "" && slices.Contains(zones, l.Zone)) &&
		(t.b.Screen == ScreenPick || t.b.Screen == ScreenBatch) && len(t.b.Hand) == 0 && t.kindsAt(l.Location) == 1
}

// placeUnits is how many units the scan of a place stands for: all that are to be taken
// now, of ONCE goods one, so that their number is asked for.
func (t *turn) placeUnits(l *Line) int {
	if l.Scan == ScanOnce {
		return 1
	}
	return max(t.s.now().takeNow(l), 1)
}
