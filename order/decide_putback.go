package order

import (
	"cmp"
	"fmt"
	"slices"
)

// Returned is what was scanned of one kind of goods that go back to their place.
type Returned struct {
	Units int `json:"units,omitempty"`
	Laid  int `json:"laid,omitempty"` // of them: their place was scanned after them

	Serials []string `json:"serials,omitempty"` // of them, as they were scanned
	Packs   []string `json:"packs,omitempty"`   // that were picked whole and go back whole
}

// PutBackQty is how many units of a line went back to their place.
type PutBackQty struct {
	Line   int `json:"l"` // 0: of goods that are on no line any more
	SKU    SKU `json:"sku"`
	Qty    int `json:"q"`
	Unseen int `json:"un,omitempty"` // of them: nobody scanned them, YES says so

	Serials []string `json:"sn,omitempty"` // that are known of them
	Packs   []string `json:"pa,omitempty"` // whole packs among them
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
		n, r := t.unitsOf(q.Shipment, g.SKU)
		if n == 0 {
			continue
		}
		known = true
		if slices.Contains(b.Serials, r.Serial) || slices.Contains(b.Packs, r.Pack) {
			t.say(DoneAlready, msg(MsgBackPiece, Args{Name: g.Name, SKU: g.SKU, N: b.Units, Need: g.Qty}), q.Do)
			return true
		}
		if b.Units+n > g.Qty {
			continue
		}
		b.add(n, r)
		do := msg(DoScanLocation, Args{Location: g.Location})
		if g.Location == "" {
			b.Laid = b.Units
			do = i.left(q).Do()
		}
		t.wentBack(i, q, "put_back", msg(MsgBackPiece, Args{Name: g.Name, SKU: g.SKU, N: b.Units, Need: g.Qty}), do)
		return true
	}
	if known {
		t.say(OverQty, msg(MsgBackTooMany, Args{Ref: i.Ref}), q.Do)
	}
	return known
}

// add counts a scan of units; what it names of them is noted, for nobody knows it otherwise
// where not all units of a line go back.
func (b *Returned) add(units int, r Reading) {
	b.Units += units
	if r.Serial != "" {
		b.Serials = append(slices.Clip(b.Serials), r.Serial)
	}
	if r.Pack != "" {
		b.Packs = append(slices.Clip(b.Packs), r.Pack)
	}
}

// backPlace lays what was scanned since the last place at the scanned one. A place alone
// stands for no goods: what nobody scans, YES ends and records.
func (t *turn) backPlace(i *Instruction, q *Question) bool {
	var here *PutBack
	laid, open := Message{}, 0
	for k := range i.Goods {
		g, b := &i.Goods[k], &q.Back[k]
		if g.Location == "" || !t.scannedPlace(g.Location) {
			continue
		}
		if here == nil {
			here = g
		}
		open += g.Qty - b.Units
		if b.Units > b.Laid {
			b.Laid = b.Units
			laid = msg(MsgBackThere, Args{Name: g.Name, SKU: g.SKU, N: b.Laid, Need: g.Qty, Location: g.Location})
		}
	}
	switch {
	case here == nil:
		return false
	case laid.Code != "":
		t.wentBack(i, q, "put_back_place", laid, i.left(q).Do())
	case open == 0:
		t.say(DoneAlready, msg(MsgBackThere, Args{Name: here.Name, SKU: here.SKU, N: here.Qty, Need: here.Qty, Location: here.Location}), q.Do)
	default:
		t.say(Needs, msg(MsgBackScan, Args{N: open, Location: here.Location}), q.Do)
	}
	return true
}

// left is the instruction without what lies at its place again.
func (i *Instruction) left(q *Question) *Instruction {
	rest := *i
	rest.Goods = nil
	for k, g := range i.Goods {
		if g.Qty -= q.Back[k].Laid; g.Qty > 0 {
			rest.Goods = append(rest.Goods, g)
		}
	}
	return &rest
}

// wentBack records a confirmed piece or place; the last one ends the instruction.
func (t *turn) wentBack(i *Instruction, q *Question, why string, what, do Message) {
	if len(i.left(q).Goods) == 0 {
		t.b.Question = nil
		t.instructed(q)
		return
	}
	e := t.event(EventNoted)
	e.Shipment, e.Reason = i.Shipment, why
	q.Do = do
	t.b.Question = q
	t.say(OK, what, do)
}

// unitsOf is how many units of a SKU the scan counts, by the lines of a shipment and the
// catalogue, and which reading says so. A pack is one where it was picked whole; it is named
// then, as serials are that are on the line.
func (t *turn) unitsOf(id ShipmentID, sku SKU) (int, Reading) {
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
		l := &as[k]
		for _, scanned := range t.in.Readings {
			n, r := goodsOn(l, scanned)
			if n == 0 || l.SKU != sku || r.Pack != "" && !slices.Contains(l.Packs, r.Pack) {
				continue
			}
			if !slices.Contains(l.Serials, r.Serial) {
				r.Serial = ""
			}
			return n, r
		}
	}
	return 0, Reading{}
}

// wentBackQty is how many units the end of a put-back says went back, by line, and the message
// of one that YES ended while goods were not scanned; unseen is how many.
func (t *turn) wentBackQty(q *Question) (went []PutBackQty, m Message, unseen int) {
	i, err := t.env.Book.Instruction(q.Shipment)
	t.keep(err)
	if err != nil || i == nil || i.ID != q.Reason || i.Kind != InstructPutBack {
		return nil, Message{}, 0
	}
	s, a := t.shipment(q.Shipment), Args{Ref: i.Ref}
	for k, g := range i.Goods {
		b := PutBackQty{Line: g.line(s), SKU: g.SKU, Qty: g.Qty, Unseen: g.Qty}
		if k < len(q.Back) {
			b.Unseen -= q.Back[k].Units
			b.Serials, b.Packs = q.Back[k].Serials, q.Back[k].Packs
		}
		if b.Unseen > 0 && a.N == 0 {
			a.Name, a.SKU = g.Name, g.SKU
		}
		a.N += b.Unseen
		went = append(went, b)
	}
	return went, msg(MsgBackUnseen, a), a.N
}

// line is the line of a shipment that the goods were picked for, 0 where none is.
func (g *PutBack) line(s *Shipment) int {
	if g.Line > 0 || s == nil {
		return g.Line
	}
	no := 0
	for i := range s.Lines { // of a centre that does not name it
		if l := &s.Lines[i]; l.SKU == g.SKU && (no == 0 || l.Location == g.Location && l.Picked >= g.Qty) {
			no = l.No
		}
	}
	return no
}

// putBackArgs name the first two kinds of goods and how many more there are.
func (i *Instruction) putBackArgs(a Args) Args {
	g := i.Goods[0]
	a.Name, a.SKU, a.N, a.Location, a.Need = g.Name, g.SKU, g.Qty, g.Location, len(i.Goods)-1
	if len(i.Goods) == 1 {
		return a
	}
	o := i.Goods[1]
	both := func(lang, form string) string {
		return fmt.Sprintf(form, cmp.Or(g.Name.In(lang), string(g.SKU)), g.Location, o.Qty, cmp.Or(o.Name.In(lang), string(o.SKU)))
	}
	a.Name, a.Location, a.Need = Names{ZH: both("zh", "%s（到 %s）、%d 件 %s"), EN: both("en", "%s (%s), %d x %s")}, o.Location, len(i.Goods)-2
	return a
}
