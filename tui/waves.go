package tui

import (
	"pickstation/order"
	"pickstation/tui/text"
)

// waves names above the queue the waves that wait, and the command that begins each.
func (p *painter) waves(a area) area {
	for _, w := range p.v.Waves {
		if a.h < 4 { // the queue itself
			return a
		}
		cmd := order.CmdBatch
		if w.Mode == order.BatchWall {
			cmd = order.CmdWall
		}
		var row area
		row, a = a.top(1)
		row.line(0, 1, seg{st: infoBar, s: " " + sprintf(p.t.Wave, tail(w.ID, 10)) + " "},
			seg{st: strong, s: sprintf(p.t.WaveScan, commandName(p.lang, cmd), w.Orders)})
	}
	return a
}

func commandName(lang string, c order.Command) string {
	for _, t := range order.Commands() {
		if t.Command == c {
			return text.Clean(text.CommandName(lang, t))
		}
	}
	return string(c)
}
