package tui

import (
	"slices"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"pickstation/order"
	"pickstation/tui/text"
)

// Every command that has a use on a screen has a key there or a place in its menu, and the
// station takes what the menu gives. YES alone is for the bench card.
func TestEveryCommandButYESHasAKeyOrAPlaceInTheMenu(t *testing.T) {
	for _, c := range order.Commands() {
		if got := order.KeyCommand(c.Command.KeyName()); (got == c.Command) == (c.Command == order.CmdYes) {
			t.Errorf("the keys of %s give %q", c.Command, got)
		}
	}
	reached := map[order.Command]bool{}
	for name, v := range views() {
		if v == nil || v.Bench.Question != nil && v.Bench.Question.Kind == order.AskPIN {
			continue
		}
		be := newBench(false)
		be.view = v
		for c := range validNow(v) {
			i := slices.IndexFunc(order.Commands(), func(o order.CommandText) bool { return o.Command == c })
			if c == order.CmdYes || order.Commands()[i].Key != "" {
				continue
			}
			at := slices.IndexFunc(menuOf(v), func(o order.CommandText) bool { return o.Command == c })
			if be.keys = nil; at < 0 {
				t.Errorf("%s: %s is not in the menu", name, c)
				continue
			}
			be.press(letters(menuKey))
			for range at + 1 {
				be.press(special(tea.KeyDown))
			}
			be.press(special(tea.KeyEnter))
			if len(be.keys) != 1 || order.KeyCommand(be.keys[0]) != c || be.menu.Open {
				t.Errorf("%s: the menu gives %q for %s", name, be.keys, c)
			}
			reached[c] = true
		}
	}
	for _, c := range order.Commands() {
		if c.Key == "" && c.Command != order.CmdYes && !reached[c.Command] {
			t.Errorf("%s has a use on no screen", c.Command)
		}
	}
}

// A digit chooses, Enter does it; Esc leaves, and so does whatever the station says meanwhile.
func TestTheMenuIsLeftWithoutDoingAnything(t *testing.T) {
	be := newBench(false)
	menu := func() string { return text.For(text.EN).Menu }
	open := func() {
		be.press(letters("/"))
		if !strings.Contains(be.View(), menu()) {
			t.Fatalf("the menu is not open:\n%s", words(be.View()))
		}
	}
	open()
	be.press(special(tea.KeyEnter)) // nothing is chosen yet
	be.press(special(tea.KeyEsc))
	open()
	be.press(letters("2"))
	be.press(letters("/"))
	open()
	be.press(letters("2"))
	next := picking()
	next.N++
	be.Update(viewMsg{next})
	if be.menu.At != 2 {
		t.Error("a view without news closes the menu")
	}
	next = picking()
	next.N += 2
	next.Verdict = shown(order.WrongItem, m(order.MsgUnknownCode, order.Args{Code: "1"}), m(order.DoCallLead, order.Args{}))
	next.Verdict.Shown = noon
	be.Update(viewMsg{next})
	if be.menu.Open || len(be.keys) > 0 {
		t.Errorf("open %v, keys %q", be.menu.Open, be.keys)
	}
	open()
	be.press(letters("2"))
	be.press(special(tea.KeyEnter))
	open()
	be.press(special(tea.KeyF7)) // any other key does what it always does
	if want := []string{string(menuOf(next)[1].Command), "F7"}; !slices.Equal(be.keys, want) || be.menu.Open {
		t.Errorf("keys %q, want %q", be.keys, want)
	}
}

// In every window and language each command of the menu stands there whole, with its number
// and how to choose it.
func TestTheMenuIsReadInEveryWindow(t *testing.T) {
	for name, v := range views() {
		if v == nil || len(menuOf(v)) == 0 {
			continue
		}
		for _, size := range sizes {
			for _, lang := range whole(t) {
				o := options(lang, Mono)
				o.Menu = Menu{Open: true, At: 1}
				s := Render(v, size, o)
				checkBounds(t, s, size)
				for i, c := range menuOf(v) {
					if row := sprintf(" %d ", i+1); !strings.Contains(words(s), row) || !strings.Contains(words(s), text.Clean(text.CommandName(lang, c))) {
						t.Errorf("%s at %v in %s lacks %s:\n%s", name, size, lang, c.Command, words(s))
					}
				}
				if !strings.Contains(words(s), text.For(lang).MenuHint) {
					t.Errorf("%s at %v in %s does not say how:\n%s", name, size, lang, words(s))
				}
			}
		}
	}
}

// Every look of the open menu, in every window and language, on the screens with the most and
// with the fewest commands.
func TestTheOpenMenuLooksAsItDid(t *testing.T) {
	var b strings.Builder
	langs := whole(t)
	if len(langs) != 3 {
		t.Fatalf("languages %v", langs)
	}
	for _, name := range []string{"queue", "pick", "pick_wrong", "label", "wall_put", "dispatch"} {
		for _, size := range sizes {
			for _, lang := range langs {
				v := views()[name]
				v.Bench.Lang = lang
				o := options(lang, Mono)
				o.Menu = Menu{Open: true, At: 1}
				b.WriteString(sprintf("===== %s %dx%d %s\n%s\n", name, size.W, size.H, lang, strings.ReplaceAll(Render(v, size, o), "\x1b", "^[")))
			}
		}
	}
	looksAsItDid(t, "menu.txt", b.String())
}
