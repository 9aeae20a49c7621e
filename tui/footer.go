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
func validNow(b *order.Bench) map[order.Command]bool {
	set := map[order.Command]bool{order.CmdLang: true, order.CmdInfo: true}
	add := func(cs ...order.Command) {
		for _, c := range cs {
			set[c] = true
		}
	}
	if b.Operator != "" {
		add(order.CmdSignOut, order.CmdCall)
	}
	switch b.Screen {
	case order.ScreenQueue:
		add(order.CmdTasks, order.CmdBatch, order.CmdWall, order.CmdDispatch, order.CmdCold)
	case order.ScreenTasks:
		add(order.CmdQueue)
	case order.ScreenReturn:
		add(order.CmdGradeA, order.CmdGradeB, order.CmdGradeC, order.CmdRestock, order.CmdHold, order.CmdScrap,
			order.CmdYes, order.CmdUndo, order.CmdRelease, order.CmdQueue, order.CmdTasks)
	case order.ScreenStock:
		add(order.CmdTasks, order.CmdUndo, order.CmdRelease, order.CmdQueue)
		if b.Task.Kind == order.TaskCount {
			add(order.CmdYes)
		} else {
			add(order.CmdShort, order.CmdDamaged)
		}
	case order.ScreenDispatch:
		add(order.CmdManifest, order.CmdQueue, order.CmdTasks, order.CmdCold)
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
	if q := b.Question; q != nil {
		add(order.CmdNo)
		switch {
		case q.Kind == order.AskSignOut:
			add(order.CmdKeep, order.CmdRelease)
		case q.Kind != order.AskPIN && q.Kind != order.AskOverride && q.Kind != order.AskHandOver && q.Kind != order.AskReason && q.Kind != order.AskSubst:
			add(order.CmdYes)
		}
	} else if b.Pending != nil {
		add(order.CmdNo)
	}
	return set
}

// footer paints the valid commands with their keys, below them in larger windows
// those that only the bench card has, and the demo's keys; it returns what is above.
func (p *painter) footer(a area) area {
	if p.o.Demo {
		a = p.demoStrip(a)
	}
	n := 1
	if p.h >= 24 {
		n = 2
	}
	foot, rest := a.bottom(n)
	valid := validNow(&p.v.Bench)
	if w := p.v.Work; w != nil && slices.ContainsFunc(p.v.Out, func(o station.OutView) bool { return o.Shipment == w.ID && !o.Since.IsZero() }) {
		valid[order.CmdCold] = true
	}
	quit := seg{st: muted, s: p.t.Quit, right: true, rank: 99}
	if n == 1 {
		quit.s, quit.rank = p.t.QuitShort, quitRank
	}
	if p.o.Quit {
		quit = seg{st: warnBar, s: " " + p.t.QuitAgain + " ", right: true}
	}
	keyed, card := p.commandSegs(valid, quit, n == 1)
	gap := 2
	if a.w < 60 {
		gap = 1
	}
	foot.line(0, gap, keyed...)
	if n == 2 {
		foot.line(1, 1, card...)
	}
	return rest
}

// needed are the commands with keys as the footer shows them: what a picker needs most
// stands first, and stays longest where the window is narrow.
var needed = []order.Command{order.CmdNo, order.CmdKeep, order.CmdPrint, order.CmdUndo, order.CmdShort, order.CmdSignOut,
	order.CmdRelease, order.CmdSkip, order.CmdNextBox, order.CmdQueue, order.CmdDispatch, order.CmdLang, order.CmdInfo}

// quitRank lets how to quit go before no key but the language's.
var quitRank = keyRank(order.CmdLang) - 1

// keyRank is when a command's key is dropped from a narrow line.
func keyRank(c order.Command) int { return 2 + 2*slices.Index(needed, c) }

// commandSegs splits the commands by whether a key gives them.
func (p *painter) commandSegs(valid map[order.Command]bool, quit seg, oneRow bool) (keyed, card []seg) {
	var onCard []string
	for _, c := range order.Commands() {
		if !valid[c.Command] {
			continue
		}
		name := text.Clean(text.CommandName(p.lang, c))
		if c.Key == "" {
			onCard = append(onCard, name)
			continue
		}
		s := seg{st: keys, s: keyName(c.Key) + " " + name, rank: keyRank(c.Command)}
		switch {
		case answers(p.v.Bench.Question, c.Command):
			s.rank = 0
		case c.Command == order.CmdPrint && p.v.Bench.Screen != order.ScreenLabel:
			s.rank = keyRank(order.CmdDispatch) // it prints, but nobody waits for it here
		}
		keyed = append(keyed, s)
	}
	slices.SortStableFunc(keyed, func(a, b seg) int { return a.rank - b.rank })
	if oneRow {
		return append(keyed, quit), nil
	}
	if len(onCard) > 0 {
		card = append(card, seg{st: muted, s: p.t.CardOnly}, seg{st: plain, s: strings.Join(onCard, "  ")})
	}
	return keyed, append(card, quit)
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

// demoKeys are the keys of the virtual scanner. Only in the demo do letters act.
var demoKeys = []struct {
	key  rune
	name string
	text func(*text.Texts) string
}{
	{'n', "space", func(t *text.Texts) string { return t.DemoRight }},
	{'w', "w", func(t *text.Texts) string { return t.DemoWrong }},
	{'l', "l", func(t *text.Texts) string { return t.DemoLocation }},
	{'b', "b", func(t *text.Texts) string { return t.DemoBadge }},
	{'y', "y", func(t *text.Texts) string { return t.DemoYes }},
	{'a', "a", func(t *text.Texts) string { return t.DemoBatch }},
	{'s', "s", func(t *text.Texts) string { return t.DemoWall }},
	{'x', "x", func(t *text.Texts) string { return t.DemoBox }},
	{'e', "e", func(t *text.Texts) string { return t.DemoEmpty }},
	{'i', "i", func(t *text.Texts) string { return t.DemoList }},
	{'g', "g", func(t *text.Texts) string { return t.DemoSubst }},
	{'t', "t", func(t *text.Texts) string { return t.DemoTasks }},
	{'c', "c", func(t *text.Texts) string { return t.DemoOther }},
	{'o', "o", func(t *text.Texts) string { return t.DemoNetwork }},
	{'p', "p", func(t *text.Texts) string { return t.DemoPrinter }},
	{'u', "u", func(t *text.Texts) string { return t.DemoGun }},
}

// trained are the keys of the virtual scanner that training has: there is no network to
// cut, and the printer is a folder.
var trained = map[rune]bool{'n': true, 'w': true, 'l': true, 'b': true, 'y': true,
	'a': true, 's': true, 'x': true, 'e': true, 'i': true, 'g': true, 'c': true, 't': true}

// demoStrip paints the virtual scanner's keys below everything, in as many rows as
// they need but not more than three.
func (p *painter) demoStrip(a area) area {
	title := p.t.Demo
	if p.o.Training {
		title = p.t.TrainingShort
	}
	rows := [][]seg{{{st: infoBar, s: " " + title + " "}}}
	used := cells(rows[0][0].s)
	for _, k := range demoKeys {
		if p.o.Training && !trained[k.key] {
			continue
		}
		name, what := seg{st: keys, s: k.name}, seg{st: plain, s: k.text(p.t)}
		w := cells(name.s) + cells(what.s) + 2
		if used+w > a.w {
			if len(rows) == 3 {
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
