package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"pickstation/order"
	"pickstation/station"
	"pickstation/tui/text"
)

// The menu is for a bench whose card is lost or whose gun is dead: what only the card gives can
// be chosen by keys. YES is left out: it is the one answer that a hand on the keys cannot give.

// menuKey opens the menu, and closes it again. It is no key of a command and of no PIN; a scanner
// that types is faster than a person and is told apart before this.
const menuKey = "/"

// Menu is what the menu looks like.
type Menu struct {
	Open bool
	At   int // number of the command that Enter gives, 0 none
}

// menuOf lists the commands with a use now that have no key.
func menuOf(v *station.View) (list []order.CommandText) {
	if v == nil || v.Bench.Question != nil && v.Bench.Question.Kind == order.AskPIN {
		return nil
	}
	valid := validNow(v)
	for _, c := range order.Commands() {
		if valid[c.Command] && c.Key == "" && c.Command != order.CmdYes {
			list = append(list, c)
		}
	}
	return list
}

// menuHead is how many rows the head of the menu takes.
const menuHead = 1

// menu lists the commands over the work, each with its number, in as many columns as they need.
func (p *painter) menu(a area) {
	list := menuOf(p.v)
	hint := seg{st: muted, s: p.t.MenuHint}
	if cells(hint.s) > a.w-2-cells(p.t.Menu) {
		var foot area
		foot, a = a.bottom(1)
		foot.line(0, 0, hint)
		hint.s = ""
	}
	hint.right = true
	head, a := a.top(menuHead)
	head.line(0, 2, seg{st: title, s: p.t.Menu}, hint)
	if a.h == 0 {
		return
	}
	columns := (len(list) + a.h - 1) / a.h
	for i, c := range list {
		number, st := big, strong
		if p.o.Menu.At == i+1 {
			st = infoBar
		}
		name := text.Clean(text.CommandName(p.lang, c))
		if p.o.Menu.At == i+1 {
			name = " " + name + " <"
		}
		col := a.right(i / a.h * (a.w / columns))
		col.line(i%a.h, 1, seg{st: number, s: sprintf(" %d ", i+1)}, seg{st: st, s: name})
	}
}

// menuKey takes a key while the menu is open, and the one that opens it. It reports whether the
// key was for that; any other closes the menu and does what it always does.
func (mo *model) menuKey(k tea.KeyMsg) bool {
	name, list := k.String(), menuOf(mo.view)
	m := &mo.menu
	if !m.Open {
		m.Open = name == menuKey && mo.cfg.OnKey != nil && len(list) > 0 && mo.size.W >= MinW && mo.size.H >= MinH
		m.At = 0
		return m.Open
	}
	digit := strings.Index("123456789", name) + 1
	switch {
	case name == "down":
		m.At = m.At%len(list) + 1
	case name == "up":
		m.At = (m.At+len(list)-2+len(list))%len(list) + 1
	case len(name) == 1 && digit > 0 && digit <= len(list):
		m.At = digit
	case name == "enter":
		if m.At > 0 {
			mo.cfg.OnKey(string(list[m.At-1].Command))
		}
		m.Open = m.At == 0
	default:
		m.Open = false
		return name == "esc" || name == menuKey
	}
	return true
}

// closeMenu closes the menu where the station has answered something since, or nothing is left
// to choose.
func (mo *model) closeMenu(was, is *station.View) {
	if len(menuOf(is)) == 0 || len(menuOf(is)) < mo.menu.At || was == nil || was.Bench.Screen != is.Bench.Screen ||
		(was.Verdict == nil) != (is.Verdict == nil) || was.Verdict != nil && !was.Verdict.Shown.Equal(is.Verdict.Shown) {
		mo.menu = Menu{}
	}
}
