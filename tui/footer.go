package tui

import (
	"slices"
	"strings"

	"pickstation/order"
	"pickstation/station"
	"pickstation/tui/text"
)

// boxes are the commands about boxes: the next one, its kind, everything out of one.
var boxes = []order.Command{order.CmdNextBox, order.CmdBoxS, order.CmdBoxM, order.CmdBoxL, order.CmdUnbox}

// validNow lists the commands that have a use on the screen as it stands, in the
// order of the bench card.
func validNow(v *station.View) map[order.Command]bool {
	b := &v.Bench
	set := map[order.Command]bool{order.CmdLang: true, order.CmdInfo: true}
	add := func(cs ...order.Command) {
		for _, c := range cs {
			set[c] = true
		}
	}
	if b.Operator != "" {
		add(order.CmdSignOut, order.CmdCall)
	}
	add(ofScreen(v)...)
	if q := b.Question; q != nil {
		add(order.CmdNo)
		switch q.Kind {
		case order.AskSignOut:
			add(order.CmdKeep, order.CmdRelease)
		case order.AskPIN, order.AskOverride, order.AskHandOver, order.AskReason, order.AskSubst: // something else is scanned
		default:
			add(order.CmdYes)
		}
	} else if b.Pending != nil {
		add(order.CmdNo)
	}
	if b.Screen == order.ScreenStock && !b.Task.Out.Since.IsZero() {
		add(order.CmdCold)
	}
	if w := v.Work; w != nil && slices.ContainsFunc(v.Out, func(o station.OutView) bool { return o.Shipment == w.ID && !o.Since.IsZero() }) {
		add(order.CmdCold)
	}
	return set
}

// ofScreen are the commands that have a use on a screen whatever is asked there.
func ofScreen(v *station.View) (cs []order.Command) {
	b := &v.Bench
	add := func(more ...order.Command) { cs = append(cs, more...) }
	switch b.Screen {
	case order.ScreenQueue:
		add(order.CmdTasks, order.CmdBatch, order.CmdWall, order.CmdDispatch, order.CmdCold)
	case order.ScreenTasks:
		add(order.CmdQueue)
	case order.ScreenReturn:
		for _, g := range v.Returns.Letters() {
			add(g.Command())
		}
		add(order.CmdRestock, order.CmdHold, order.CmdScrap, order.CmdYes, order.CmdUndo, order.CmdRelease, order.CmdQueue, order.CmdTasks)
	case order.ScreenStock:
		add(order.CmdTasks, order.CmdUndo, order.CmdRelease, order.CmdQueue)
		if b.Task.Kind == order.TaskCount {
			add(order.CmdYes)
		} else {
			add(order.CmdShort, order.CmdDamaged)
		}
	case order.ScreenDispatch:
		add(order.CmdManifest, order.CmdQueue, order.CmdTasks, order.CmdCold)
		if b.Load.ID != "" { // ends it
			add(order.CmdDispatch)
		}
	case order.ScreenBatch, order.ScreenWall:
		add(order.CmdUndo, order.CmdRelease, order.CmdQueue)
		if b.Screen == order.ScreenBatch {
			add(order.CmdShort, order.CmdDamaged, order.CmdSkip)
			if len(b.Hand) == 0 {
				add(order.CmdSubst)
			}
		}
	case order.ScreenDrop:
		add(order.CmdRelease, order.CmdQueue)
		if b.Batch != nil && !b.Batch.Bringing() {
			add(order.CmdUndo)
		}
	case order.ScreenPick:
		add(boxes...)
		add(order.CmdUndo, order.CmdShort, order.CmdDamaged, order.CmdSkip, order.CmdSubst, order.CmdHold, order.CmdRelease, order.CmdQueue, order.CmdPrint)
	case order.ScreenPack:
		add(boxes...)
		add(order.CmdPrint, order.CmdUndo, order.CmdHold, order.CmdRelease, order.CmdQueue)
	case order.ScreenLabel:
		add(boxes[1:]...)
		add(order.CmdPrint, order.CmdUndo, order.CmdHold, order.CmdRelease, order.CmdQueue)
	}
	return cs
}

// cardH is the height from which on the footer names the commands of the bench card: a
// window of 24 rows, also where one of them says that it is training.
const cardH = 23

// footer paints the valid commands with their keys, below them in larger windows
// those that only the bench card has, and the demo's keys; it returns what is above.
func (p *painter) footer(a area) area {
	valid := validNow(p.v)
	if p.o.Demo {
		a = p.demoStrip(a, valid)
	}
	n := 1
	if p.h >= cardH {
		n = 2
	}
	foot, rest := a.bottom(n)
	quit := seg{st: muted, s: p.t.Quit, right: true, rank: 99}
	if n == 1 {
		quit.s, quit.rank = p.t.QuitShort, quitRank
	}
	if p.o.Quit {
		quit = seg{st: warnBar, s: " " + p.t.QuitAgain + " ", right: true}
	}
	keyed := p.commandSegs(valid)
	if n == 1 {
		keyed = append(p.withMenu(keyed), quit)
	}
	gap := 2
	if len(fit(a.c, a.w, gap, keyed)) < len(keyed) {
		gap = 1
	}
	foot.line(0, gap, keyed...)
	if n == 2 {
		foot.line(1, 1, append(p.cardSegs(valid, a.w), quit)...)
	}
	return rest
}

// needed are the commands with keys as the footer shows them: what a picker needs most
// stands first, and stays longest where the window is narrow.
var needed = []order.Command{order.CmdNo, order.CmdKeep, order.CmdPrint, order.CmdUndo, order.CmdShort, order.CmdSignOut,
	order.CmdRelease, order.CmdSkip, order.CmdNextBox, order.CmdQueue, order.CmdDispatch, order.CmdInfo, order.CmdLang}

// quitRank lets how to quit go before no key but the language's.
var quitRank = keyRank(order.CmdLang) - 1

// keyRank is when a command's key is dropped from a narrow line.
func keyRank(c order.Command) int { return 2 + 2*slices.Index(needed, c) }

// commandSegs are the commands that have a key of their own.
func (p *painter) commandSegs(valid map[order.Command]bool) (keyed []seg) {
	for _, c := range order.Commands() {
		if !valid[c.Command] || c.Key == "" {
			continue
		}
		name := text.Clean(text.CommandName(p.lang, c))
		s := seg{st: keys, s: keyName(c.Key) + " " + name, rank: keyRank(c.Command)}
		switch {
		case answers(p.v.Bench.Question, c.Command):
			s.rank = 0
		case c.Command == order.CmdPrint && p.v.Bench.Screen != order.ScreenLabel:
			s.rank = keyRank(order.CmdInfo) + 1 // it prints, but nobody waits for it here
		case c.Command == order.CmdInfo && (p.h < cardH || p.v.Bench.Pending != nil):
			s.rank = keyRank(order.CmdSignOut) - 1 // it tells what the window has no room for; NO is one key more
		}
		keyed = append(keyed, s)
	}
	slices.SortStableFunc(keyed, func(a, b seg) int { return a.rank - b.rank })
	return keyed
}

// withMenu adds the menu's key to a line that has no room for what it holds.
func (p *painter) withMenu(keyed []seg) []seg {
	if len(menuOf(p.v)) == 0 {
		return keyed
	}
	return append(keyed, seg{st: keys, s: menuKey})
}

// cardSegs name the commands of the menu behind its key, in w cells where that is possible:
// BOX S, BOX M and BOX L are BOX S/M/L then. YES, which only the bench card has, comes first.
func (p *painter) cardSegs(valid map[order.Command]bool, w int) (segs []seg) {
	var names []string
	for _, c := range menuOf(p.v) {
		names = append(names, text.Clean(text.CommandName(p.lang, c)))
	}
	card := ""
	if valid[order.CmdYes] {
		i := slices.IndexFunc(order.Commands(), func(c order.CommandText) bool { return c.Command == order.CmdYes })
		card = p.t.CardOnly + " " + text.Clean(text.CommandName(p.lang, order.Commands()[i]))
	}
	if len(names) > 0 {
		const gap = "  "
		all := strings.Join(names, gap)
		if cells(menuKey)+cells(all)+cells(card)+3 > w {
			all = strings.Join(shared(names), gap)
		}
		segs = append(segs, seg{st: keys, s: menuKey}, seg{st: plain, s: all})
	}
	if card != "" {
		segs = append([]seg{{st: plain, s: card}}, segs...)
	}
	return segs
}

// shared joins neighbours that differ in their last word only.
func shared(names []string) (out []string) {
	last := ""
	for _, s := range names {
		head, tail := "", s
		if i := strings.LastIndexByte(s, ' '); i >= 0 {
			head, tail = s[:i], s[i+1:]
		}
		if head != "" && head == last {
			out[len(out)-1] += "/" + tail
			continue
		}
		out, last = append(out, s), head
	}
	return out
}

// answers says whether a command answers the question; its key stands first then.
func answers(q *order.Question, c order.Command) bool {
	return q != nil && (c == order.CmdNo || q.Kind == order.AskSignOut && (c == order.CmdKeep || c == order.CmdRelease))
}

func keyName(key string) string {
	if key == "esc" {
		return "Esc"
	}
	return key
}
