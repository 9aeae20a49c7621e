package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"pickstation/order"
	"pickstation/tui/text"
)

// reasons lists what a lead chooses from, each with its digit; it reports false where
// nothing is chosen now.
func (p *painter) reasons(a area) bool {
	q := p.v.Bench.Question
	if q == nil || q.Kind != order.AskReason {
		return false
	}
	for i, r := range q.Choices {
		if i >= a.h {
			break
		}
		name := text.Word(p.lang, r.Code)
		if r.Name != (order.Names{}) {
			name = p.name(r.Name, order.SKU(r.Code))
		}
		a.line(i, 1, seg{st: big, s: sprintf(" %d ", i+1)}, seg{st: strong, s: name})
	}
	return true
}

// choiceKey takes the digit of a reason while one is chosen; it reports whether the key
// was one.
func (mo *model) choiceKey(k tea.KeyMsg) bool {
	if mo.view == nil || mo.cfg.OnKey == nil || len(k.Runes) != 1 {
		return false
	}
	q := mo.view.Bench.Question
	n := int(k.Runes[0] - '0')
	if q == nil || q.Kind != order.AskReason || n < 1 || n > len(q.Choices) {
		return false
	}
	mo.cfg.OnKey(string(order.Choice(n)))
	return true
}
