package order

import (
	"cmp"
	"slices"
	"strings"
)

// Limits of lots and serials: AI 10 and AI 21 hold at most 20 characters of
// character set 82 (GS1 General Specifications 3.4.2, 3.5.2, 7.11); codes of other
// standards may be longer, but nothing longer than a code may enter an event.
const (
	maxTracked = 20
	maxCode    = 48
	maxNetG    = 1_000_000 // of one unit
)

// cleanReadings drops from readings what no code may hold, so that nothing but a
// lot, a serial and a day can reach an event. It never changes its argument.
func cleanReadings(in []Reading) []Reading {
	if !slices.ContainsFunc(in, func(r Reading) bool { return r != r.clean() }) {
		return in
	}
	var out []Reading
	for _, r := range in {
		if r = r.clean(); r != (Reading{}) {
			out = append(out, r)
		}
	}
	return out
}

func (r Reading) clean() Reading {
	if r.Units < 0 {
		return Reading{}
	}
	if !trackable(r.Lot, maxCode) {
		r.Lot = ""
	}
	if !trackable(r.Serial, maxCode) {
		r.Serial = ""
	}
	if r.Expiry != "" && r.Expiry.AddDays(0) != r.Expiry {
		r.Expiry = ""
	}
	if r.NetG < 0 || r.NetG > maxNetG {
		r.NetG = 0
	}
	if r == (Reading{Mended: true}) {
		return Reading{}
	}
	return r
}

// trackable says whether a text of at most limit characters is of character set 82
// (GS1 General Specifications 7.11).
func trackable(s string, limit int) bool {
	for i := range len(s) {
		if c := s[i]; !isLetterOrDigit(c) && strings.IndexByte(`!"%&'()*+,-./:;<=>?_`, c) < 0 {
			return false
		}
	}
	return len(s) <= limit
}

// wantsLot and its sisters say what the line tracks and the unit still lacks.
func (p *Pending) wantsLot(l *Line) bool    { return (l.Track.Lot || l.Lot != "") && p.Lot == "" }
func (p *Pending) wantsExpiry(l *Line) bool { return l.Track.Expiry && p.Expiry == "" }
func (p *Pending) wantsSerial(l *Line) bool { return l.Track.Serial && p.Serial == "" }
func (p *Pending) wantsWeight(l *Line) bool { return l.Track.Weight && p.NetG == 0 }

// net is a scanned weight, where the line's units are weighed one by one.
func (l *Line) net(grams int) int {
	if !l.Track.Weight {
		return 0
	}
	return grams
}

// WantsWeight says whether a unit at hand is to be put on the scale.
func (s *Shipment) WantsWeight(b *Bench) bool {
	if b.Pending == nil || b.Question != nil || b.Screen != ScreenPick && b.Screen != ScreenBatch && b.Screen != ScreenWall {
		return false
	}
	l, p := s.Line(b.Pending.Line), b.Pending
	return l != nil && p.wantsWeight(l) && !p.wantsLot(l) && !p.wantsExpiry(l) && !p.wantsSerial(l)
}

// Lacks is the step that completes a unit, "" where nothing is missing.
func (p *Pending) Lacks(track Tracking, lot string) MsgCode {
	switch l := (&Line{Track: track, Lot: lot}); {
	case p.wantsLot(l):
		return DoScanLot
	case p.wantsExpiry(l):
		return DoScanExpiry
	case p.wantsSerial(l):
		return DoScanSerial
	case p.wantsWeight(l):
		return DoWeighUnit
	}
	return ""
}

// atPlaceOf says whether the scan was that of the place of the unit.
func (t *turn) atPlaceOf(p *Pending) bool {
	n := len(t.events)
	return n > 0 && t.events[n-1].Type == EventLocated && t.events[n-1].Line == p.Line
}

// askOn asks again for what a unit lacks, where the step would be to take the next one.
func (t *turn) askOn() {
	switch t.do.Code {
	case DoWanted, DoGoTo, DoPickMore:
	default:
		return
	}
	if l := t.atHand(); l != nil && l.No == t.b.Pending.Line {
		if do := t.b.Pending.Lacks(l.Track, l.Lot); do != "" {
			t.do = msg(do, Args{Name: l.Name, SKU: l.SKU})
		}
	}
}

// weighUnit takes a weight as that of the unit at hand.
func (t *turn) weighUnit() {
	p := *t.b.Pending
	t.b.Pending = nil
	if t.barred() {
		return
	}
	p.NetG = t.in.WeightG
	t.count(t.s.Line(p.Line), p)
}

// filled returns the unit with what the reading tells of it, and whether that was
// something it lacked.
func (p *Pending) filled(l *Line, r Reading) (Pending, bool) {
	news := p.wantsLot(l) && r.Lot != "" || p.wantsExpiry(l) && r.Expiry != "" || p.wantsSerial(l) && r.Serial != "" || p.wantsWeight(l) && r.NetG > 0
	q := *p
	q.NetG = cmp.Or(q.NetG, l.net(r.NetG))
	q.Lot, q.Serial = cmp.Or(q.Lot, r.Lot), cmp.Or(q.Serial, r.Serial)
	q.Expiry = cmp.Or(q.Expiry, r.Expiry)
	return q, news
}

// agrees says whether the reading contradicts nothing that is known of the unit.
func (p *Pending) agrees(r Reading) bool {
	same := func(a, b string) bool { return a == "" || b == "" || a == b }
	return same(p.Lot, r.Lot) && same(p.Serial, r.Serial) && same(string(p.Expiry), string(r.Expiry)) && (p.NetG == 0 || r.NetG == 0 || p.NetG == r.NetG)
}

// reservedLine returns the line of the same goods whose reserved lot the unit is
// of, where it is not the given line's.
func (t *turn) reservedLine(l *Line, p Pending) *Line {
	if otherLot(l, p.Lot) == 0 {
		return l
	}
	for i := range t.s.Lines {
		if o := &t.s.Lines[i]; o.SKU == l.SKU && o.Lot == p.Lot && o.Open() >= p.Units {
			return o
		}
	}
	return l
}

// refuseTwice says that a serial is counted already: it names one unit, and the
// same serial of other goods is another unit.
func (t *turn) refuseTwice(l *Line, serial string) bool {
	if !l.Track.Serial || serial == "" {
		return false
	}
	for i := range t.s.Lines {
		if o := &t.s.Lines[i]; o.SKU == l.SKU && slices.Contains(o.Serials, serial) {
			t.say(DoneAlready, msg(MsgSerialTwice, Args{Name: l.Name, SKU: l.SKU, Serial: serial}), t.next(t.s.now()))
			return true
		}
	}
	return false
}

// maxHolders is of how many orders one unit is looked for: each but one of them has given
// it back.
const maxHolders = 8

// refuseElsewhere says that a unit is in another order, or has left with it and did not come
// back: whatever carries its serial now is not what it says.
func (t *turn) refuseElsewhere(l *Line, serial string) bool {
	if !l.Track.Serial || serial == "" {
		return false
	}
	ids, err := t.env.Book.Holders(l.SKU, serial, maxHolders)
	t.keep(err)
	for _, id := range ids {
		if id == t.s.ID {
			continue // its own lines are asked first
		}
		if o := t.shipment(id); o != nil && !t.cameBack(o, l.SKU, serial) {
			t.say(OtherOrder, msg(MsgSerialElsewhere, Args{Name: l.Name, SKU: l.SKU, Serial: serial, Ref: o.Ref()}), msg(DoSetAside, Args{}))
			t.spent = true
			return true
		}
	}
	return false
}

// cameBack says whether a return of the shipment's order took the unit in.
func (t *turn) cameBack(s *Shipment, sku SKU, serial string) bool {
	refs, err := t.env.Book.Tasks(CodeKey(s.Ref()), maxHolders)
	t.keep(err)
	for _, r := range refs {
		k := t.taskOf(r.ID)
		if k != nil && k.Kind == TaskReturn && k.TookIn(sku, serial) {
			return true
		}
	}
	return false
}

// refuseLife refuses expired goods and goods with too little life left; neither
// can be confirmed. AI 17 names the last day of use (GS1 General Specifications 3.4.7).
func (t *turn) refuseLife(l *Line, p Pending) bool {
	if p.Expiry == "" {
		return false
	}
	life := max(t.env.Policy.MinLifeDays, l.MinLife)
	a := Args{Name: l.Name, SKU: l.SKU, Date: p.Expiry, N: life, Lot: p.Lot}
	switch today := t.today(); {
	case p.Expiry < today:
		t.say(Blocked, msg(MsgExpired, a), msg(DoOtherStock, a))
	case p.Expiry >= today.AddDays(l.MinLife) && p.Expiry < today.AddDays(life) && t.lenient(l, MsgShortLife):
		return false // what the order itself asks for is kept
	case p.Expiry < today.AddDays(life):
		t.say(Blocked, msg(MsgShortLife, a), msg(DoOtherStock, a))
	default:
		return false
	}
	t.spent = true
	return true
}

// askMissing asks for what the line tracks and the scan lacks, or for a second
// scan where the lot is not the reserved one.
func (t *turn) askMissing(l *Line, p Pending) bool {
	a := Args{Name: l.Name, SKU: l.SKU, Lot: p.Lot}
	switch {
	case l.Track.Serial && p.Units > 1:
		a.N, a.Need = p.Units, 1
		t.say(OverQty, msg(MsgTooMany, a), msg(DoScanSerial, a))
		return true
	case p.wantsLot(l):
		t.say(Needs, msg(MsgNeedLot, a), msg(DoScanLot, a))
	case p.wantsExpiry(l):
		t.say(Needs, msg(MsgNeedExpiry, a), msg(DoScanExpiry, a))
	case p.wantsSerial(l):
		t.say(Needs, msg(MsgNeedSerial, a), msg(DoScanSerial, a))
	case p.wantsWeight(l) && p.Units > 1:
		a.N, a.Need = p.Units, 1
		t.say(OverQty, msg(MsgTooMany, a), msg(DoWeighUnit, a))
		return true
	case p.wantsWeight(l):
		t.say(Needs, msg(MsgNeedWeight, a), msg(DoWeighUnit, a))
	case otherLot(l, p.Lot) == 1 && !slices.Contains(l.Lots, p.Lot) && !p.Confirmed && !t.lenient(l, MsgOtherLot):
		t.askLot(l, p, a)
		return true
	default:
		return t.askOlder(l, p, a)
	}
	t.b.Pending = &p
	return true
}

// askOlder asks for the oldest stock first (FEFO, first expired, first out) where the plan
// knows of older stock at the place than was scanned. Once nothing older is left there, as
// the operator says by the same scan again, the line is not asked about any more.
func (t *turn) askOlder(l *Line, p Pending, a Args) bool {
	here := LineRef{t.s.ID, l.No}
	if l.Oldest == "" || p.Expiry <= l.Oldest || t.b.OldGone != nil && *t.b.OldGone == here || t.lenient(l, MsgOlder) {
		return false
	}
	a.Date, a.Location = l.Oldest, l.Location
	t.ask(ConfirmAgain, Question{Kind: AskOlder, Repeatable: true, Shipment: t.s.ID, Line: l.No, Counts: &p}, msg(MsgOlder, a), msg(DoTakeOlder, a))
	return true
}

// askLot asks whether another lot than the reserved one is meant. What was known
// of the unit before that lot stays, so that the right lot can follow.
func (t *turn) askLot(l *Line, p Pending, a Args) {
	if t.half != nil && t.half.Line == l.No && t.half.Lot == "" {
		t.b.Pending = t.half
	}
	t.ask(ConfirmAgain, Question{Kind: AskLot, Repeatable: true, Shipment: t.s.ID, Line: l.No, Reason: p.Lot, Counts: &p},
		msg(MsgOtherLot, a), msg(DoScanAgain, a))
}

// fill completes a half-known unit with the lot, expiry or serial just scanned. A
// code that names something the station knows is none of these, nor is what a code
// of other goods says of those.
func (t *turn) fill(p *Pending) bool {
	l := t.s.Line(p.Line)
	if l == nil || l.Open() < p.Units || t.namesElse() {
		return false
	}
	for _, r := range t.in.Readings {
		if q, ok := p.filled(l, r); ok && r.Key == "" {
			t.count(l, q)
			return true
		}
	}
	if q, ok := t.fillPlain(l, *p); ok {
		t.count(l, q)
		return true
	}
	return false
}

// tells says whether a symbol names goods and says something of them.
func (r Reading) tells() bool {
	return r.Key != "" && (r.Lot != "" || r.Serial != "" || r.Expiry != "" || r.Units > 0 || r.NetG > 0 || r.Pack != "")
}

// fillPlain takes a code without identifiers as the one value that is missing. A symbol that
// names goods and says their lot, or the like, is none, also where nobody knows the goods.
func (t *turn) fillPlain(l *Line, p Pending) (Pending, bool) {
	text := strings.TrimSpace(t.in.Text)
	if text == "" || !trackable(text, maxTracked) || slices.ContainsFunc(t.in.Readings, Reading.tells) {
		return p, false
	}
	switch {
	case p.wantsLot(l):
		p.Lot = text
	case p.wantsExpiry(l):
		p.Expiry = Date(text)
		return p, p.Expiry.AddDays(0) == p.Expiry
	case p.wantsSerial(l):
		p.Serial = text
	default:
		return p, false
	}
	return p, true
}
