package tui

import (
	"slices"
	"strconv"

	"pickstation/order"
	"pickstation/station"
	"pickstation/tui/text"
)

// alert is a row that somebody has to do something about.
type alert struct {
	bar style
	s   string
}

// alerts paints the gravest alert in a row of its own, where there is any; a number
// says how many more there are.
func (p *painter) alerts(a area) area {
	list := p.alertList()
	if len(list) == 0 {
		return a
	}
	head, rest := a.top(1)
	head.fill(list[0].bar)
	more := ""
	if len(list) > 1 {
		more = "+" + strconv.Itoa(len(list)-1)
	}
	head.inset(1).line(0, 1, seg{st: list[0].bar, s: alertMark(list[0].bar) + " " + list[0].s},
		seg{st: list[0].bar, s: more, right: true})
	return rest
}

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
		list = append(list, alert{severityBars[a.Severity], p.alertText(&a)})
	}
	if w := p.v.Work; w != nil {
		list = append(list, p.workAlerts(w)...)
	}
	if c := p.v.Bench.Called; c != nil {
		list = append(list, alert{warnBar, sprintf(p.t.AlertCalled, p.age(c.At), tail(c.Ref, 18))})
	}
	if n := len(p.v.Instructions); n > 0 && p.v.Bench.Screen != order.ScreenQueue {
		list = append(list, alert{infoBar, text.Count(p.t.AlertTodo, n)})
	}
	slices.SortStableFunc(list, func(a, b alert) int { return grave(a.bar) - grave(b.bar) })
	return list
}

// grave is the rank of an alert by its bar.
func grave(bar style) int { return slices.Index([]style{stopBar, warnBar, infoBar}, bar) }

// alertText is an alert in one row: what it is and what to do.
func (p *painter) alertText(a *station.Alert) string {
	if a.Code == station.AlertPrinter {
		return p.printerAlert()
	}
	what, do := p.line(a.What), p.line(a.Do)
	switch {
	case do == "":
		return what
	case !p.wide && a.Subject != "": // a row of 40 cells has no room for a sentence
		return a.Subject + ": " + do
	}
	return p.sentences(what, do)
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
	a := order.Args{Ref: w.Ref}
	if w.Cancelled {
		return []alert{{stopBar, p.both(order.Message{Code: order.MsgCancelled, Args: a}, order.DoSetAside)}}
	}
	for _, h := range w.Holds {
		if h.Stops {
			a.Reason = string(h.Code)
			return []alert{{stopBar, p.both(order.Message{Code: order.MsgHeld, Args: a}, order.DoCallLead)}}
		}
	}
	return nil
}

// both is a what line with its do line.
func (p *painter) both(what order.Message, do order.MsgCode) string {
	return p.sentences(p.line(what), p.line(order.Message{Code: do}))
}
