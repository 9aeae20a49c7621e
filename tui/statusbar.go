package tui

import (
	"fmt"

	"pickstation/tui/text"
)

func sprintf(format string, args ...any) string { return fmt.Sprintf(format, args...) }

// who is the person at the bench.
func (p *painter) who() string {
	b := &p.v.Bench
	switch name := p.person(b.OperatorName); {
	case b.Operator == "":
		return p.t.Nobody
	case name != "":
		return name
	}
	return string(b.Operator)
}

// statusBar paints the two rows that are on every screen and returns what is below:
// who works where and when, and how things stand with centre, devices and printer.
func (p *painter) statusBar(a area) area {
	head, rest := a.top(2)
	bar, link := area{a.c, head.x, head.y, head.w, 1}, area{a.c, head.x, head.y + 1, head.w, 1}
	bar.fill(status)
	b := &p.v.Bench
	who := p.who()
	narrow := a.w < 60
	if b.Lead && !narrow {
		who += " (" + p.t.Lead + ")"
	}
	today := ""
	if n := p.v.Today.Scans; n > 0 {
		today = text.Count(p.t.Today, n, p.v.Today.Wrong)
	}
	clock := seg{st: status, s: p.clock(p.now, "15:04"), right: true}
	if narrow {
		device, printer := p.deviceSeg(), p.printerSeg(true)
		device.st, printer.st = status, status
		bar.line(0, 1, seg{st: status, s: clipTo(who, 10)}, seg{st: status, s: clipTo(string(p.v.Station), 8), rank: 4},
			device, printer, clock)
		link.line(0, 1, p.linkSegs()...)
		return rest
	}
	bar.inset(1).line(0, 2, seg{st: status, s: clipTo(who, a.w/4)},
		seg{st: status, s: clipTo(string(p.v.Station), a.w/4), rank: 1},
		seg{st: status, s: today, rank: 3}, clock)
	segs := append(p.linkSegs(), p.deviceSeg(), p.printerSeg(false))
	if len(fit(a.c, a.w, 2, segs)) < len(segs) { // the counts before the state
		segs[len(segs)-1] = p.printerSeg(true)
	}
	link.line(0, 2, segs...)
	return rest
}

// linkSegs say what the station knows of the world outside.
func (p *painter) linkSegs() []seg {
	s := &p.v.Sync
	on := seg{st: ok, s: p.t.Online}
	if !s.Online {
		on = seg{st: warnBar, s: " " + p.t.Offline + " "}
	}
	unsent := seg{st: muted, s: sprintf(p.t.Unsent, s.Unsent)}
	if s.Unsent > 0 {
		unsent.st = plain
		unsent.s += " " + p.age(s.Oldest)
	}
	segs := []seg{on, unsent}
	if t := p.trialSeg(); t.s != "" {
		segs = append(segs, t)
	}
	return append(segs, seg{st: plain, s: p.t.Centre + " " + p.age(s.LastWord), rank: 1})
}

// deviceSeg counts the devices that answer; alerts name those that do not.
func (p *painter) deviceSeg() seg {
	up := 0
	for i := range p.v.Devices {
		if p.v.Devices[i].Status == "online" {
			up++
		}
	}
	all := len(p.v.Devices)
	s := seg{st: muted, s: sprintf(p.t.Devices, up, all), rank: 2}
	if up < all {
		s.st, s.rank = warn, 1
	}
	if all == 0 {
		s.s = ""
	}
	return s
}

// printerSeg says how the printer is and, unless short, what waits for it.
func (p *painter) printerSeg(short bool) seg {
	pr := &p.v.Printer
	if pr.Status == "" && pr.Name == "" {
		return seg{}
	}
	s := seg{st: muted, s: p.t.Printer + " " + text.Word(p.lang, pr.Status), rank: 3}
	if short {
		s.s = p.t.PrinterShort + " " + text.Word(p.lang, pr.Status)
		s.rank = 1
		return s
	}
	switch {
	case pr.Status == "printing" && pr.Queued > 0:
		s.s += sprintf(" %d/%d", min(pr.Done+1, pr.Done+pr.Queued), pr.Done+pr.Queued)
		s.st = plain
	case pr.Queued > 0:
		s.s += " " + sprintf(p.t.Queued, pr.Queued)
		s.st = plain
	}
	if pr.Parked > 0 {
		s.s += " " + sprintf(p.t.Parked, pr.Parked)
	}
	if pr.Status != "ready" && pr.Status != "printing" || pr.Parked > 0 {
		s.st, s.rank = warn, 1
	}
	return s
}

// printerAlert says what is wrong with the printer, and how many prints wait for a person.
func (p *painter) printerAlert(bar style) alert {
	pr := &p.v.Printer
	cause, do := p.cause(pr.Status, pr.Detail), text.PrinterDo(p.lang, pr.Status)
	whole, parked := cause, ""
	if do != "" {
		whole += ": " + do
	}
	if pr.Parked > 0 {
		parked = "  " + sprintf(p.t.Parked, pr.Parked)
	}
	return alert{bar: bar, what: sprintf(p.t.AlertPrinter, cause) + parked, do: do, subject: p.t.PrinterShort,
		whole: sprintf(p.t.AlertPrinter, whole) + parked}
}

// cause is the word for a code. What the system says of it is for the log, and shown
// only where there is no word.
func (p *painter) cause(code, more string) string {
	what := text.Word(p.lang, code)
	if more == "" || text.Known(code) {
		return what
	}
	return what + " (" + more + ")"
}

// clipTo shortens s to w cells.
func clipTo(s string, w int) string {
	s = text.Clean(s)
	if cells(s) <= w {
		return s
	}
	n := 0
	for i, r := range s {
		if n += runeWidth(r); n > w-1 {
			return s[:i] + "~"
		}
	}
	return s
}

// tail keeps the last w cells of s, where codes differ.
func tail(s string, w int) string {
	s = text.Clean(s)
	for cells(s) > w {
		r := []rune(s)
		drop := cells(s) - w + 1
		i := 0
		for n := 0; i < len(r) && n < max(drop, 1); i++ {
			n += runeWidth(r[i])
		}
		s = "~" + string(r[i:])
		if len(r) <= i+1 {
			break
		}
	}
	return s
}
