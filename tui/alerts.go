package tui

import (
	"slices"
	"strconv"

	"pickstation/order"
	"pickstation/station"
	"pickstation/tui/text"
)

// alert is something that somebody has to do something about.
type alert struct {
	bar      style
	what, do string
	subject  string // what it is about, in a word; "" the bench itself
	whole    string // what and do in one row
}

// alerts paints the gravest alert above the work, where there is any; a number says how
// many more INFO shows.
func (p *painter) alerts(a area) area {
	list := p.alertList()
	if len(list) == 0 {
		return a
	}
	first, more := &list[0], ""
	if len(list) > 1 {
		more = "F1 +" + strconv.Itoa(len(list)-1)
	}
	mark := alertMark(first.bar) + " "
	room := a.inset(1).w - cells(mark)
	lines := first.rows(room, room-cells(more)-1, p.h < lowH)
	head, rest := a.top(len(lines))
	head.fill(first.bar)
	in := head.inset(1)
	in.text(0, 0, first.bar, mark)
	for y, s := range lines {
		in.text(cells(mark), y, first.bar, s)
	}
	in.line(len(lines)-1, 1, seg{st: first.bar, s: more, right: true})
	return rest
}

// rows are the alert in rows of w cells, the last of them of no more than last. Its step is
// always there whole; what is wrong gives way.
func (a *alert) rows(w, last int, low bool) []string {
	switch {
	case cells(a.whole) <= last || a.do == "":
		return []string{clipTo(a.whole, last)}
	case low && a.subject != "":
		return wrap(tail(a.subject, 12)+": "+a.do, last, alertRows)
	}
	return append([]string{clipTo(a.what, w)}, wrap(a.do, last, alertRows)...)
}

// alertRows is how many rows the step of an alert takes at most.
const alertRows = 3

// alertMark tells how grave an alert is without colour.
func alertMark(bar style) string {
	switch bar {
	case stopBar:
		return "XXX"
	case infoBar:
		return "i"
	}
	return "!"
}

// severityBars is how alerts of each severity are painted.
var severityBars = map[station.Severity]style{station.SeverityStop: stopBar, station.SeverityWarn: warnBar, station.SeverityInfo: infoBar}

// alertList returns what is wrong with the bench and with the work on it, the gravest
// first.
func (p *painter) alertList() []alert {
	var list []alert
	for _, a := range p.v.Alerts(p.now) {
		// In a low window the badge says OFFLINE, count and age, and the row is the work's.
		if a.Code == station.AlertCentre && !p.v.Sync.Online && p.h < lowH {
			continue
		}
		list = append(list, p.alertOf(&a))
	}
	if w := p.v.Work; w != nil {
		list = append(list, p.workAlerts(w)...)
	}
	if c := p.v.Bench.Called; c != nil {
		list = append(list, alert{bar: warnBar, whole: sprintf(p.t.AlertCalled, p.age(c.At), tail(c.Ref, 18))})
	}
	if n := len(p.v.Instructions); n > 0 && p.v.Bench.Screen != order.ScreenQueue {
		list = append(list, alert{bar: infoBar, whole: text.Count(p.t.AlertTodo, n)})
	}
	slices.SortStableFunc(list, func(a, b alert) int { return grave(a.bar) - grave(b.bar) })
	return list
}

// grave is the rank of an alert by its bar.
func grave(bar style) int { return slices.Index([]style{stopBar, warnBar, infoBar}, bar) }

// alertOf is an alert of the bench.
func (p *painter) alertOf(a *station.Alert) alert {
	bar := severityBars[a.Severity]
	if a.Code == station.AlertPrinter {
		return p.printerAlert(bar)
	}
	return p.alert(bar, a.Subject, p.line(a.What), p.line(a.Do))
}

func (p *painter) alert(bar style, subject, what, do string) alert {
	if do == "" {
		return alert{bar: bar, whole: what}
	}
	return alert{bar: bar, what: what, do: do, subject: subject, whole: p.sentences(what, do)}
}

// sentences are two lines in one row.
func (p *painter) sentences(what, do string) string {
	if p.lang == text.ZH {
		return what + "。" + do
	}
	return what + ". " + do
}

// workAlerts say that the work on the bench must stop.
func (p *painter) workAlerts(w *station.WorkView) []alert {
	what, do, stopped := order.WhyStopped(w.Ref, w.Cancelled, w.Holds)
	if !stopped {
		return nil
	}
	return []alert{p.alert(stopBar, "", p.line(what), p.line(do))}
}
