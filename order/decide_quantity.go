package order

import (
	"slices"
	"strconv"
	"strings"
)

// quantityPrefix starts the codes that say how many: PS:QTY-6.
const quantityPrefix = "QTY-"

// maxQuantity is the greatest number a quantity code may say.
const maxQuantity = 9999

// Quantity is the command that says n times what was scanned.
func Quantity(n int) Command { return Command(quantityPrefix + strconv.Itoa(n)) }

// quantityOf returns the number that a command says; false where it is no quantity.
func quantityOf(c Command) (int, bool) {
	digits, ok := strings.CutPrefix(string(c), quantityPrefix)
	if !ok || digits == "" || len(digits) > 9 || strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(digits)
	return n, err == nil
}

// askQty asks how many of ONCE goods were taken, and proposes all that are wanted. Goods
// with a serial number, and the last ones wanted, need no number.
func (t *turn) askQty(l *Line, p Pending, open int) bool {
	if l.Scan != ScanOnce || l.Track.Serial || l.Track.Weight || p.Told || p.Units >= open {
		return false
	}
	a := Args{Name: l.Name, SKU: l.SKU, N: p.Units, Need: open}
	t.b.Focus = l.No
	t.ask(Needs, Question{Kind: AskQty, Shipment: t.s.ID, Line: l.No, Qty: open, Counts: &p}, msg(MsgAskQty, a), msg(DoQty, a))
	return true
}

// quantity answers how many: n times what was scanned. A number that cannot be leaves
// the question as it was.
func (t *turn) quantity(n int) {
	q := t.b.Question
	if q == nil || q.Kind != AskQty || q.Counts == nil {
		t.say(WrongKind, msg(MsgNoQty, Args{}), t.nextHere())
		return
	}
	l := t.asksOf(q)
	if l == nil {
		return
	}
	open, a := t.wants(l), q.What.Args
	a.N, a.Need = min(n, maxQuantity)*q.Counts.Units, open
	switch {
	case n < 1 || n > maxQuantity:
		t.say(WrongKind, msg(MsgBadQty, a), q.Do)
	case a.N > open && q.Counts.Units == 1:
		t.say(OverQty, msg(MsgBadQty, a), q.Do)
	case a.N > open: // so many cases
		t.say(OverQty, msg(MsgTooMany, a), q.Do)
	default:
		t.told(l, q, a.N)
	}
}

// countsNothing refuses a code of goods that itself says 0 units: it is no single unit.
func (t *turn) countsNothing() bool {
	if t.b.Screen == ScreenSignIn || !slices.ContainsFunc(t.in.Readings, func(r Reading) bool { return r.Zero && r.Key != "" }) {
		return false
	}
	a := Args{Need: maxQuantity}
	if t.s != nil {
		if m := t.matchLine(); m.line != nil && t.wants(m.line) > 0 {
			a.Need = t.wants(m.line)
		}
	}
	t.say(WrongKind, msg(MsgBadQty, a), t.nextHere())
	return true
}

// asksOf returns the line that a question of the shipment on the bench is about, if
// that still makes sense; else it says so.
func (t *turn) asksOf(q *Question) *Line {
	if t.s == nil || t.s.ID != q.Shipment || t.s.Line(q.Line) == nil {
		t.b.Question = nil
		t.say(WrongKind, msg(MsgNoQuestion, Args{}), t.nextHere())
		return nil
	}
	if t.barred() {
		return nil
	}
	return t.s.Line(q.Line)
}

// wants is how many units of the line the screen still counts.
func (t *turn) wants(l *Line) int {
	if t.b.Screen == ScreenPack {
		return l.Unverified()
	}
	return l.Open()
}

// told counts the units of an answered question.
func (t *turn) told(l *Line, q *Question, units int) {
	p := *q.Counts
	p.Units, p.Told = units, true
	t.b.Question, t.b.Pending = nil, nil
	if t.b.Screen == ScreenPack {
		t.packUnits(match{line: l, units: units, r: Reading{Lot: p.Lot, Serial: p.Serial, Expiry: p.Expiry}}, true)
		return
	}
	t.count(l, p)
}
