package tui

import (
	"strings"

	"pickstation/order"
	"pickstation/tui/text"
)

// tasks lists returns and stock tasks, the most urgent first.
func (p *painter) tasks(a area) {
	head, a := a.top(1)
	more := ""
	if n := p.v.TasksAll - min(a.h, len(p.v.Tasks)); n > 0 {
		more = sprintf(p.t.More, n)
	}
	head.line(0, 2, seg{st: title, s: sprintf(p.t.TasksTitle, p.v.TasksAll)}, seg{st: muted, s: more, right: true})
	if len(p.v.Tasks) == 0 {
		a.text(0, 1, plain, p.t.TasksEmpty)
		return
	}
	for i := range p.v.Tasks {
		if a.h == 0 {
			return
		}
		p.taskRow(a, &p.v.Tasks[i])
		_, a = a.top(1)
	}
}

func (p *painter) taskRow(a area, k *order.Task) {
	qty, n := k.Units()
	count := seg{st: plain, s: fixed(sprintf("%d/%d", n, qty), 8)}
	if k.Kind == order.TaskCount { // what stock says is not shown before the count
		count = seg{s: fixed("", 8), rank: 1}
	}
	owner := seg{st: muted, s: "-", rank: 2}
	if k.Owner != "" {
		owner = seg{st: warn, s: string(k.Owner), rank: 2}
	}
	if k.Owner == p.v.Bench.Operator {
		owner = seg{st: ok, s: p.t.Mine, rank: 2}
	}
	where := ""
	if len(k.Lines) > 0 {
		where = p.name(k.Lines[0].Name, k.Lines[0].SKU)
		if at := k.Lines[0].From; at != "" {
			where = string(at) + " " + where
		}
	}
	ref, place := seg{st: strong, s: fixed(tail(k.Ref, 14), 14)}, seg{st: plain, s: where}
	if k.Kind != order.TaskReturn { // nobody at a shelf knows a task by its number
		ref.rank = 1
	}
	a.line(0, 1, seg{st: infoBar, s: fixed(text.Word(p.lang, string(k.Kind)), 10)}, ref, count, place, owner, p.askedBy(k))
}

// askedBy says who asked for a task, where it was not the centre itself.
func (p *painter) askedBy(k *order.Task) seg {
	if k.By == "" {
		return seg{}
	}
	return seg{st: muted, s: sprintf(p.t.AskedBy, clipTo(k.By, 20)), rank: 3}
}

// taskHead says which task is on the bench.
func (p *painter) taskHead(a area, k *order.Task) area {
	head, rest := a.top(1)
	segs := []seg{{st: title, s: text.Word(p.lang, string(k.Kind)) + " " + tail(k.Ref, max(12, a.w/3))}}
	if k.State != "" {
		s, _ := order.ReturnsFlow().State(k.State)
		segs = append(segs, seg{st: info, s: s.Name.In(p.lang), rank: 1})
	}
	if k.Order != "" && k.Order != k.Ref {
		segs = append(segs, seg{st: plain, s: p.t.ColOrder + " " + tail(k.Order, 18), rank: 2})
	}
	head.line(0, 2, append(segs, p.askedBy(k))...)
	return rest
}

// returning shows the goods that come back: how many of how many sent, and what was said
// of them.
func (p *painter) returning(a area) {
	k := p.v.Task
	if k == nil {
		p.tasks(a)
		return
	}
	a = p.taskHead(a, k)
	if l := k.Line(p.v.Bench.Task.Line); l != nil {
		title, where, rest1 := p.t.Judge, "OK", ""
		if n := l.Ungraded(); n > 0 {
			where, rest1 = p.grades(), sprintf(p.t.ToJudge, n)
		} else if n := p.v.Returns.PhotosOf(l); n > len(l.Photos) {
			title, where = p.t.PhotosDue, sprintf("%d/%d", len(l.Photos), n)
		}
		a = p.bigPair(a, title, where, p.t.CameBack, sprintf("%d/%d", l.N, l.Qty), rest1)
		a.text(0, 0, strong, p.name(l.Name, l.SKU))
		_, a = a.top(1)
	}
	for i := range k.Lines {
		if a.h == 0 {
			return
		}
		p.returnRow(a, &k.Lines[i], k.Lines[i].No == p.v.Bench.Task.Line)
		_, a = a.top(1)
	}
}

// grades are the letters that the warehouse uses, big.
func (p *painter) grades() string {
	var all []string
	for _, g := range p.v.Returns.Letters() {
		all = append(all, string(g))
	}
	return strings.Join(all, " ")
}

func (p *painter) returnRow(a area, l *order.TaskLine, here bool) {
	st, mark := plain, "  "
	if here {
		st, mark = strong, "> "
	}
	var said []string
	for _, j := range l.Goods {
		s := sprintf("%d ?", j.Qty)
		if j.Grade != "" {
			s = sprintf("%d %s %s", j.Qty, j.Grade, text.Word(p.lang, string(j.Fate)))
		}
		said = append(said, s)
	}
	if n := len(l.Photos); n > 0 {
		said = append(said, text.Count(p.t.Photos, n))
	}
	a.line(0, 1, seg{st: st, s: mark + fixed(sprintf("%d/%d", l.N, l.Qty), 7)}, seg{st: st, s: p.name(l.Name, l.SKU)},
		seg{st: info, s: strings.Join(said, ", "), right: true})
}

// stocking shows where goods are taken, brought or counted.
func (p *painter) stocking(a area) {
	k, b := p.v.Task, &p.v.Bench.Task
	if k == nil {
		p.tasks(a)
		return
	}
	a = p.taskHead(a, k)
	l := order.TaskLineNow(k, b)
	if l == nil {
		a.text(0, 1, strong, p.t.NoLine)
		return
	}
	switch {
	case k.Kind == order.TaskCount:
		a = p.bigPair(a, p.t.CountAt, clipTo(string(l.From), 20), p.t.CountedNow, sprintf("%d", b.Units), "")
	case b.Units > 0:
		a = p.bigPair(a, p.t.BringTo, clipTo(string(l.To), 20), p.t.InHand, sprintf("%d/%d", b.Units, l.Open()), "")
	default:
		a = p.bigPair(a, p.t.TakeFrom, clipTo(string(l.From), 20), p.t.InHand, sprintf("0/%d", l.Open()), "")
	}
	a.text(0, 0, strong, p.name(l.Name, l.SKU))
	_, a = a.top(1)
	facts := []seg{p.tempSeg(l.Temp, 1), p.outSeg(""), {st: plain, s: p.t.SKU + " " + tail(string(l.SKU), 18), rank: 2}}
	if l.Lot != "" {
		facts = append(facts, seg{st: strong, s: p.t.Lot + " " + l.Lot})
	}
	a.line(0, 2, facts...)
	_, a = a.top(1)
	if len(b.Lots) > 0 && a.h > 0 {
		a.text(0, 0, strong, p.lots(b.Lots))
	}
	_, a = a.top(1)
	for i := range k.Lines {
		if a.h == 0 {
			return
		}
		o := &k.Lines[i]
		if o.No == l.No {
			continue
		}
		p.stockRow(a, k, o)
		_, a = a.top(1)
	}
}

// lots says how many units of each lot were counted.
func (p *painter) lots(list []order.LotQty) string {
	var all []string
	for _, x := range list {
		all = append(all, sprintf("%s %s x%d", p.t.Lot, x.Lot, x.Qty))
	}
	return strings.Join(all, "  ")
}

func (p *painter) stockRow(a area, k *order.Task, l *order.TaskLine) {
	st, word, count := plain, p.t.Next, sprintf("%d/%d", l.N, l.Qty)
	if k.Kind == order.TaskCount {
		if count = "-"; l.Counted {
			st, word, count = muted, p.t.Done, sprintf("%d", l.N)
		}
	} else if l.Open() <= 0 {
		st, word = muted, p.t.Done
	}
	a.line(0, 1, seg{st: muted, s: word}, seg{st: st, s: fixed(string(l.From), 10)}, seg{st: st, s: fixed(count, 7)},
		seg{st: st, s: p.name(l.Name, l.SKU)})
}
