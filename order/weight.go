package order

import (
	"cmp"
	"math"
	"slices"
)

// WeighPolicy says how a box is judged by its weight.
type WeighPolicy struct {
	Check    bool `json:"check,omitempty"`    // a weight that does not fit is asked about
	TolG     int  `json:"tol_g,omitempty"`    // least difference that counts, grams; 0 is 20
	Required bool `json:"required,omitempty"` // at a bench with a scale no label counts before its box was weighed
}

// defaultTolG is what paper, tape and a bench scale's own error come to, grams.
const defaultTolG = 20

// sigmas is how many standard deviations a sum of goods may be off: three leave one
// right box in 370 to a second look.
const sigmas = 3

// Expectation is what a box should weigh.
type Expectation struct {
	Grams int // goods and empty box
	TolG  int // further off than that is not by chance
}

// ExpectWeight returns what a parcel should weigh with its packaging and coolant; ok is false
// where the weight of some of the goods or of the coolant is not known, or nothing is in it.
func (s *Shipment) ExpectWeight(p *Parcel, pol *Policy) (x Expectation, ok bool) {
	k, _ := pol.Packaging(cmp.Or(p.Box, p.Packaging))
	return s.expectIn(p, pol, k)
}

// expectations is what a parcel may weigh when it is right. A box of which nobody told the
// kind may be any that the carrier takes, or none that the policy names.
func (s *Shipment) expectations(p *Parcel, pol *Policy) (list []Expectation) {
	x, ok := s.ExpectWeight(p, pol)
	if !ok {
		return nil
	}
	list = append(list, x)
	if cmp.Or(p.Box, p.Packaging) != "" {
		return list
	}
	for _, k := range pol.Packagings {
		if takes(k.Carriers, s.Carrier.ID) {
			x, _ = s.expectIn(p, pol, k)
			list = append(list, x)
		}
	}
	return list
}

func (s *Shipment) expectIn(p *Parcel, pol *Policy, k Packaging) (x Expectation, ok bool) {
	coolant, known := pol.coolantG(s, p)
	if x.Grams, ok = s.WeightIn(p.No); !ok || !known {
		return Expectation{}, false
	}
	variance := 0.0
	for i := range s.Lines {
		l := &s.Lines[i]
		variance += float64(s.inBox(l, p.No)) * float64(l.SpreadG) * float64(l.SpreadG)
	}
	x.Grams += k.TareG + coolant
	variance += math.Pow(float64(coolant)*0.02, 2) // dry ice goes away
	for _, in := range pol.Enclosed(p) {
		x.Grams += in.WeightG
	}
	variance += math.Pow(float64(k.TareG)*0.05, 2) // cartons take up moisture
	x.TolG = max(cmp.Or(pol.Weigh.TolG, defaultTolG), int(math.Ceil(sigmas*math.Sqrt(variance))))
	return x, true
}

// Noticeable says whether one unit more or less of the line would be seen on the scale.
func (x Expectation) Noticeable(l *Line) bool { return l.WeightG > x.TolG }

// Mistake is what may have happened to a box that weighs something else than expected.
type Mistake struct {
	Kind  MistakeKind
	Line  int       // of it one unit is missing, or there is one too many
	Other int       // of swapped goods: the line of which there is one too many, 0 none: they are of no line
	Saw   Lookalike // of swapped goods: what was put in instead
	Units int       // how many
	OffG  int       // how far the weight is from this explanation, grams
}

// MistakeKind says what happened.
type MistakeKind string

// Mistakes, the most usual first.
const (
	UnitMissing MistakeKind = "unit_missing"
	UnitExtra   MistakeKind = "unit_extra"
	UnitSwapped MistakeKind = "unit_swapped" // one of the other goods in place of one of these
	Unexplained MistakeKind = "unexplained"
)

// Explain returns the most likely single mistake behind a weight that does not fit: the
// simplest one that the difference fits, and among those the one that fits best. alike are
// the goods that each SKU was mixed up with.
func (s *Shipment) Explain(p *Parcel, x Expectation, grams int, alike map[SKU][]Lookalike) Mistake {
	diff := grams - x.Grams
	best := Mistake{Kind: Unexplained, OffG: abs(diff)}
	cost := math.Inf(1)
	try := func(m Mistake, delta, effort int) {
		if m.OffG = abs(diff - delta); m.OffG > x.TolG {
			return
		}
		if c := float64(effort) + float64(m.OffG)/float64(x.TolG); c < cost {
			best, cost = m, c
		}
	}
	for i := range s.Lines {
		l := &s.Lines[i]
		n := s.inBox(l, p.No)
		if n == 0 || !x.Noticeable(l) {
			continue
		}
		for k := 1; k <= min(n, 3); k++ {
			try(Mistake{Kind: UnitMissing, Line: l.No, Units: k}, -k*l.WeightG, 2*(k-1))
			try(Mistake{Kind: UnitExtra, Line: l.No, Units: k}, k*l.WeightG, 2*(k-1)+1)
		}
		for j := range s.Lines {
			o := &s.Lines[j]
			if o.SKU != l.SKU && o.WeightG > 0 && s.inBox(o, p.No) > 0 && abs(o.WeightG-l.WeightG) > x.TolG {
				try(Mistake{Kind: UnitSwapped, Line: l.No, Other: o.No, Units: 1, Saw: Lookalike{o.SKU, o.Name, o.WeightG}}, o.WeightG-l.WeightG, 3)
			}
		}
		for _, o := range alike[l.SKU] {
			if abs(o.WeightG-l.WeightG) > x.TolG {
				try(Mistake{Kind: UnitSwapped, Line: l.No, Units: 1, Saw: o}, o.WeightG-l.WeightG, 2)
			}
		}
	}
	return best
}

// likeliest returns the expectation under which a single mistake explains the weight best;
// where none does, the nearest.
func (s *Shipment) likeliest(p *Parcel, may []Expectation, grams int, alike map[SKU][]Lookalike) (best Expectation, m Mistake) {
	for i, x := range may {
		y := s.Explain(p, x, grams, alike)
		if better := cmp.Compare(rank(y), rank(m)); i == 0 || better < 0 || better == 0 && y.OffG < m.OffG {
			best, m = x, y
		}
	}
	return best, m
}

func rank(m Mistake) int {
	if m.Kind == Unexplained {
		return 1
	}
	return 0
}

func abs(n int) int { return max(n, -n) }

// Recheck is a box whose weight does not fit: the goods of one line are scanned again
// before its label counts.
type Recheck struct {
	Parcel int `json:"parcel"`
	Line   int `json:"line,omitempty"` // 0: no single line explains it, the whole box is looked through
	Need   int `json:"need,omitempty"` // units of it in the box
	Count  int `json:"count,omitempty"`
	GramsG int `json:"grams"`
	OffG   int `json:"off"` // weight less expectation

	Kind  MistakeKind `json:"kind,omitempty"`  // what most likely happened
	Units int         `json:"units,omitempty"` // to how many units of the line
	Saw   Names       `json:"saw,omitzero"`    // of swapped goods: what was put in instead
}

// judgeWeight books a weight that fits the box at the label step. One that does not is
// explained, and the goods that explain it are asked for again.
func (t *turn) judgeWeight(p *Parcel) {
	grams := t.in.WeightG
	may := t.s.expectations(p, &t.env.Policy)
	fits := func(x Expectation) bool { return abs(grams-x.Grams) <= x.TolG }
	if !t.env.Policy.Weigh.Check || len(may) == 0 || slices.ContainsFunc(may, fits) || t.lenient(nil, MsgWeightOff) {
		t.bookWeight(p, grams, "")
		return
	}
	x, m := t.s.likeliest(p, may, grams, t.lookalikes(p))
	r := &Recheck{Parcel: p.No, Line: m.Line, GramsG: grams, OffG: grams - x.Grams, Kind: m.Kind, Units: m.Units, Saw: m.Saw.named()}
	if l := t.s.Line(m.Line); l != nil {
		r.Need = t.s.inBox(l, p.No)
	}
	e := t.event(EventWeightOff)
	e.Parcel, e.WeightG, e.Qty, e.Line, e.Reason = p.No, grams, r.OffG, m.Line, string(m.Kind)
	e.Saw = m.Saw.SKU
	t.b.Recheck = r
	t.askWeight(Needs, r)
}

// bookWeight records what a parcel weighs; lead is who let a weight pass that does not
// fit, "" nobody. The papers that name it come out now.
func (t *turn) bookWeight(p *Parcel, grams int, lead OperatorID) {
	e := t.event(EventWeighed)
	e.Parcel, e.WeightG, e.Auth = p.No, grams, string(lead)
	t.b.Recheck = nil
	if q := t.b.Question; q != nil && q.Gate == GateWeight {
		t.b.Question = nil
	}
	t.settled = p.No
	t.say(OK, msg(MsgWeighed, Args{N: grams}), t.next(t.s.now()))
	t.latePapers()
}

// askWeight says what is most likely wrong; a lead may let the weight pass.
func (t *turn) askWeight(v Verdict, r *Recheck) {
	a := Args{N: r.OffG, Need: r.Units, Reason: string(cmp.Or(r.Kind, Unexplained)), Other: r.Saw}
	if l := t.s.Line(r.Line); l != nil {
		a.Name, a.SKU = l.Name, l.SKU
	}
	t.ask(v, Question{Kind: AskOverride, Gate: GateWeight, Shipment: t.s.ID, Parcel: r.Parcel}, msg(MsgWeightOff, a), r.step(t.s))
}

func (r *Recheck) step(s *Shipment) Message {
	l := s.Line(r.Line)
	switch {
	case l == nil:
		return msg(DoLookThrough, Args{Need: r.Parcel})
	case r.Count >= r.Need:
		return msg(DoWeighAgain, Args{Need: r.Parcel})
	}
	return msg(DoRecheck, Args{Name: l.Name, SKU: l.SKU, N: r.Need - r.Count})
}

// recheck counts goods of the line that is looked through again. It reports false for
// anything else, and where nothing is looked through.
func (t *turn) recheck() bool {
	r := t.b.Recheck
	if r == nil {
		return false
	}
	l := t.s.Line(r.Line)
	if l == nil {
		return false
	}
	i := slices.IndexFunc(t.in.Readings, func(x Reading) bool { return unitsOn(l, x) > 0 })
	if i < 0 {
		return false
	}
	n := unitsOn(l, t.in.Readings[i])
	a := Args{Name: l.Name, SKU: l.SKU, N: r.Count + n, Need: r.Need}
	if r.Count+n > r.Need {
		a.N = n
		t.say(OverQty, msg(MsgOneTooMany, a), msg(DoPutBackHere, Args{}))
		return true
	}
	next := *r
	next.Count += n
	t.b.Recheck = &next
	t.event(EventNoted).Reason = "recheck"
	t.events[len(t.events)-1].Line = l.No
	t.say(OK, msg(MsgRechecked, a), next.step(t.s))
	return true
}

// refuseWeight keeps the label off a box whose weight does not fit.
func (t *turn) refuseWeight(p *Parcel) bool {
	r := t.b.Recheck
	if r == nil || r.Parcel != p.No || p.WeightG > 0 {
		return false
	}
	t.askWeight(Blocked, r)
	return true
}

// refuseUnweighed keeps the label off a box that nobody weighed, where the warehouse wants
// each weighed and the bench has a scale, be it one that does not answer: a lead may let it pass.
func (t *turn) refuseUnweighed(p *Parcel) bool {
	if !t.env.Policy.Weigh.Required || !t.env.HasScale || p.WeightG > 0 || t.lenient(nil, MsgWeighFirst) {
		return false
	}
	a := Args{Need: p.No, Waybill: p.Waybill.Number}
	t.ask(Needs, Question{Kind: AskOverride, Gate: GateWeight, Shipment: t.s.ID, Parcel: p.No}, msg(MsgWeighFirst, a), msg(DoWeighFirst, a))
	return true
}
