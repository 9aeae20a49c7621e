package tui

import (
	"pickstation/order"
	"pickstation/tui/text"
)

// demoKeys are the keys of the virtual scanner. Only in the demo do letters act; a key
// that scans a command is named where the command has a use.
var demoKeys = []struct {
	key     rune
	name    string
	command order.Command
	text    func(*text.Texts) string
}{
	{'n', "space", "", func(t *text.Texts) string { return t.DemoRight }},
	{'w', "w", "", func(t *text.Texts) string { return t.DemoWrong }},
	{'l', "l", "", func(t *text.Texts) string { return t.DemoLocation }},
	{'b', "b", "", func(t *text.Texts) string { return t.DemoBadge }},
	{'y', "y", order.CmdYes, func(t *text.Texts) string { return t.DemoYes }},
	{'a', "a", order.CmdBatch, func(t *text.Texts) string { return t.DemoBatch }},
	{'s', "s", order.CmdWall, func(t *text.Texts) string { return t.DemoWall }},
	{'x', "x", order.CmdNextBox, func(t *text.Texts) string { return t.DemoBox }},
	{'e', "e", order.CmdUnbox, func(t *text.Texts) string { return t.DemoEmpty }},
	{'i', "i", order.CmdManifest, func(t *text.Texts) string { return t.DemoList }},
	{'g', "g", order.CmdSubst, func(t *text.Texts) string { return t.DemoSubst }},
	{'t', "t", order.CmdTasks, func(t *text.Texts) string { return t.DemoTasks }},
	{'c', "c", "", func(t *text.Texts) string { return t.DemoOther }},
	{'o', "o", "", func(t *text.Texts) string { return t.DemoNetwork }},
	{'p', "p", "", func(t *text.Texts) string { return t.DemoPrinter }},
	{'u', "u", "", func(t *text.Texts) string { return t.DemoGun }},
}

// trained are the keys of the virtual scanner that training has: there is no network to
// cut, and the printer is a folder.
var trained = map[rune]bool{'n': true, 'w': true, 'l': true, 'b': true, 'y': true,
	'a': true, 's': true, 'x': true, 'e': true, 'i': true, 'g': true, 'c': true, 't': true}

// demoRows is how many rows the virtual scanner's keys take at most.
const demoRows = 3

// demoStrip paints the virtual scanner's keys below everything, in as many rows as they
// need but not more than [demoRows].
func (p *painter) demoStrip(a area, valid map[order.Command]bool) area {
	title := p.t.Demo
	if p.o.Training {
		title = p.t.TrainingShort
	}
	rows := [][]seg{{{st: infoBar, s: " " + title + " "}}}
	used := cells(rows[0][0].s)
	for _, k := range demoKeys {
		if p.o.Training && !trained[k.key] || k.command != "" && !valid[k.command] {
			continue
		}
		name, what := seg{st: keys, s: k.name}, seg{st: plain, s: k.text(p.t)}
		w := cells(name.s) + cells(what.s) + 2
		if used+w > a.w {
			if len(rows) == demoRows {
				break
			}
			rows, used = append(rows, nil), -1
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], name, what)
		used += w
	}
	strip, rest := a.bottom(len(rows))
	for y, r := range rows {
		strip.line(y, 1, r...)
	}
	return rest
}
