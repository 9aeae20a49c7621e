package order

import (
	"cmp"
	"fmt"
	"slices"
)

// Returned is what was scanned of one kind of goods that go back to their place.
type Returned struct {
	Units int  `json:"units,omitempty"`
	There bool `json:"there,omitempty"` // its place was scanned: they lie there
}

// puttingBack takes the scan of goods or of a place that the instruction names, while it
// is asked whether it was carried out. It reports false for anything else.
func (t *turn) puttingBack(q *Question) bool {
	i, err := t.env.Book.Instruction(q.Shipment)
	t.keep(err)
	if err != nil || i == nil || i.ID != q.Reason || i.Kind != InstructPutBack {
		return false
	}
	next := *q
	next.Back = make([]Returned, len(i.Goods))
	copy(next.Back, q.Back)
	return t.backPiece(i, &next) || t.backPlace(i, &next)
}

// backPiece confirms a piece of the goods, one too many is refused.
func (t *turn) backPiece(i *Instruction, q *Question) bool {
	known := false
	for k := range i.Goods {
		g, b := &i.Goods[k], &q.Back[k]
		n := t.unitsOf(q.Shipment, g.SKU)
		if n == 0 {
			continue
		}
		known = true
		if b.There || b.Units+n > g.Qty {
			continue
		}
		b.Units += n
		q.Do = msg(DoScanLocation, Args{Location: g.Location})
		if g.Location == "" {
			b.There = b.Units == g.Qty
			q.Do = i.Do()
		}
		t.wentBack(i, q, "put_back", msg(MsgBackPiece, Args{Name: g.Name, SKU: g.SKU, N: b.Units, Need: g.Qty}))
		return true
	}
	if known {
		t.say(OverQty, msg(MsgBackTooMany, Args{Ref: i.Ref}), q.Do)
	}
	return known
}

// backPlace ends what goes back to the scanned place: what was scanned of it, or the only
// kind that belongs there.
func (t *turn) backPlace(i *Instruction, q *Question) bool {
	var here, seen []int
	for k, g := range i.Goods {
		if g.Location != "" && t.scannedPlace(g.Location) {
			if here = append(here, k); q.Back[k].Units > 0 && !q.Back[k].There {
				seen = append(seen, k)
			}
		}
	}
	switch {
	case len(here) == 0:
		return false
	case len(seen) == 0 && len(here) == 1:
		seen = here
	case len(seen) == 0:
		t.say(Ambiguous, msg(MsgSeveralHere, Args{N: len(here), Location: i.Goods[here[0]].Location}), msg(DoNarrower, Args{}))
		return true
	}
	for _, k := range seen {
		q.Back[k].There = true
	}
	q.Do = i.Do()
	g := &i.Goods[seen[0]]
	t.wentBack(i, q, "put_back_place", msg(MsgBackThere, Args{Name: g.Name, SKU: g.SKU, N: g.Qty, Location: g.Location}))
	return true
}

// wentBack records a confirmed piece or place; the last one ends the instruction.
func (t *turn) wentBack(i *Instruction, q *Question, why string, what Message) {
	if !slices.ContainsFunc(q.Back, func(b Returned) bool { return !b.There }) {
		t.b.Question = nil
		t.instructed(q)
		return
	}
	e := t.event(EventNoted)
	e.Shipment, e.Reason = i.Shipment, why
	t.b.Question = q
	t.say(OK, what, q.Do)
}

// unitsOf is how many units of a SKU the scan counts, by the lines of a shipment and the
// catalogue.
func (t *turn) unitsOf(id ShipmentID, sku SKU) int {
	var as []Line
	if s := t.shipment(id); s != nil {
		as = s.Lines
	}
	p, err := t.env.Book.Product(sku)
	t.keep(err)
	if p != nil {
		as = append(slices.Clone(as), Line{SKU: sku, Codes: p.Codes})
	}
	for k := range as {
		for _, r := range t.in.Readings {
			if n := unitsOn(&as[k], r); n > 0 && as[k].SKU == sku {
				return n
			}
		}
	}
	return 0
}

// unseen is the message of a put-back that YES ended while goods were not scanned; it
// reports false where all were.
func (t *turn) unseen(q *Question) (m Message, units int) {
	i, err := t.env.Book.Instruction(q.Shipment)
	t.keep(err)
	if err != nil || i == nil || i.ID != q.Reason || i.Kind != InstructPutBack {
		return Message{}, 0
	}
	a := Args{Ref: i.Ref}
	for k, g := range i.Goods {
		left := g.Qty
		if k < len(q.Back) {
			if left -= q.Back[k].Units; q.Back[k].There {
				left = 0
			}
		}
		if left > 0 && a.N == 0 {
			a.Name, a.SKU = g.Name, g.SKU
		}
		a.N += left
	}
	return msg(MsgBackUnseen, a), a.N
}

// putBackArgs name the first two kinds of goods and how many more there are.
func (i *Instruction) putBackArgs(a Args) Args {
	g := i.Goods[0]
	a.Name, a.SKU, a.N, a.Location, a.Need = g.Name, g.SKU, g.Qty, g.Location, len(i.Goods)-1
	if len(i.Goods) == 1 {
		return a
	}
	o := i.Goods[1]
	both := func(lang string) string {
		return fmt.Sprintf("%s (%s), %d x %s", cmp.Or(g.Name.In(lang), string(g.SKU)), g.Location, o.Qty, cmp.Or(o.Name.In(lang), string(o.SKU)))
	}
	a.Name, a.Location, a.Need = Names{ZH: both("zh"), EN: both("en")}, o.Location, len(i.Goods)-2
	return a
}
