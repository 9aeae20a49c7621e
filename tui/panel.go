package tui

import (
	"time"

	"pickstation/order"
	"pickstation/station"
	"pickstation/tui/text"
)

// panel shows over the work how the bench is; the work goes on with any scan.
func (p *painter) panel(a area) {
	name, hint := seg{st: title, s: text.Word(p.lang, "panel_"+string(p.v.Bench.Panel))}, seg{st: muted, s: p.t.PanelHint}
	rest := a
	if cells(name.s)+cells(hint.s)+2 > a.w {
		var foot area
		foot, rest = a.bottom(1)
		foot.line(0, 0, hint)
		hint.s = ""
	}
	hint.right = true
	head, rest := rest.top(1)
	head.line(0, 2, name, hint)
	rows := p.panelRows(a.w)
	for y, segs := range rows {
		if y == rest.h-1 && len(rows) > rest.h {
			rest.text(0, y, muted, sprintf(p.t.More, len(rows)-y))
			return
		}
		rest.line(y, 2, segs...)
	}
}

func (p *painter) panelRows(w int) [][]seg {
	switch p.v.Bench.Panel {
	case order.PanelShift:
		return p.shiftRows()
	case order.PanelLead:
		return p.leadRows()
	case order.PanelLeadOnly:
		return p.leadOnlyRows(w)
	}
	return p.benchRows(w)
}

// benchRows are what is wrong, each with its next step, then how fast and how well the
// bench scans.
func (p *painter) benchRows(w int) (rows [][]seg) {
	for _, a := range p.v.Alerts(p.now) {
		bar := severityBars[a.Severity]
		what := seg{st: bar, s: " " + alertMark(bar) + " " + p.line(a.What) + " "}
		since := seg{}
		if !a.Since.IsZero() {
			since = seg{st: muted, s: p.age(a.Since), right: true, rank: 1}
		}
		rows = append(rows, []seg{what, since})
		for _, s := range wrap(">> "+p.line(a.Do), w-3, 3) {
			rows = append(rows, []seg{{s: " "}, {st: strong, s: s}})
		}
	}
	if len(rows) == 0 {
		rows = append(rows, []seg{{st: okBar, s: " +++ " + p.t.PanelWell + " "}})
	}
	v, t := &p.v.Panel.Shift.Speed, &p.v.Today
	rows = append(rows, nil,
		[]seg{{st: strong, s: text.Count(p.t.PanelScans, t.Scans, t.Wrong, percent(t.Wrong, t.Scans))}, {s: text.Count(p.t.PanelUnits, t.Units, t.Shipped), rank: 1}})
	if v.Timed > 0 {
		rows = append(rows, []seg{{st: strong, s: sprintf(p.t.PanelSpeed, milliseconds(v.P50), milliseconds(v.P99))},
			{st: muted, s: sprintf(p.t.PanelOf, v.Timed, p.clock(v.Since, "15:04")), rank: 1}})
	}
	for i := range p.v.Devices {
		d := &p.v.Devices[i]
		segs := []seg{{st: strong, s: d.Name}, {s: text.Word(p.lang, d.Status)}}
		if r := d.Reads; r.Triggers > 0 {
			segs = append(segs, seg{s: sprintf(p.t.PanelReads, percent(r.NoReads, r.Triggers), percent(r.Bad, r.Triggers), r.Triggers)})
		}
		rows = append(rows, segs)
	}
	if !p.v.Health.CertUntil.IsZero() {
		rows = append(rows, []seg{{st: muted, s: sprintf(p.t.PanelCert, p.clock(p.v.Health.CertUntil, time.DateOnly))}})
	}
	if f := p.v.Health.DiskFree; f > 0 {
		rows = append(rows, []seg{{st: muted, s: sprintf(p.t.PanelDisk, f>>20)}})
	}
	return rows
}

// percent is part of all in tenths of a percent, as text without a sign.
func percent(part, all int) string {
	if all <= 0 {
		return "0.0"
	}
	n := part * 1000 / all
	return sprintf("%d.%d", n/10, n%10)
}

// milliseconds is a wait as it is shown: to the tenth below ten.
func milliseconds(d time.Duration) string {
	if ms := float64(d) / float64(time.Millisecond); ms < 10 {
		return sprintf("%.1f", ms)
	}
	return sprintf("%d", d.Milliseconds())
}

// shiftRows are what was done since the shift began.
func (p *painter) shiftRows() (rows [][]seg) {
	s := &p.v.Panel.Shift
	rows = append(rows,
		[]seg{{st: muted, s: sprintf(p.t.ShiftSince, p.clock(s.Began, "01-02 15:04"))}},
		[]seg{{st: strong, s: text.Count(p.t.PanelScans, s.Scans, s.Wrong, percent(s.Wrong, s.Scans))}, {s: text.Count(p.t.ShiftUnits, s.Units, s.Short), rank: 1}},
		[]seg{{s: text.Count(p.t.ShiftParcels, s.Packed, s.Shipped)}, {s: text.Count(p.t.ShiftUndone, s.Undone), rank: 1}})
	rows = append(rows, p.peopleRows(s.People)...)
	for i := range s.Mixups {
		x := &s.Mixups[i]
		rows = append(rows, []seg{{st: warn, s: "!= "}, {s: tail(string(x.Want), 18) + " / " + tail(string(x.Saw), 18)}, {st: strong, s: sprintf("%dx", x.N)}})
	}
	for _, c := range s.Shadowed {
		rows = append(rows, []seg{{st: info, s: p.t.ShadowWould}, {s: text.Word(p.lang, c.Code)}, {st: strong, s: sprintf("%dx", c.N)}})
	}
	return rows
}

// peopleRows are what each person did in the shift.
func (p *painter) peopleRows(people []station.ShiftPerson) (rows [][]seg) {
	for i := range people {
		w := &people[i]
		name := p.person(w.Name)
		if name == "" || p.o.ASCII {
			name = string(w.ID)
		}
		rows = append(rows, []seg{{st: strong, s: fixed(name, 10)}, {s: p.clock(w.First, "15:04") + "-" + p.clock(w.Last, "15:04"), rank: 1},
			{s: text.Count(p.t.PanelScans, w.Scans, w.Wrong, percent(w.Wrong, w.Scans))}, {s: text.Count(p.t.ShiftPicked, w.Units), rank: 2}})
	}
	return rows
}

// leadOnlyRows say whose the lead's view is, and how to see it.
func (p *painter) leadOnlyRows(w int) [][]seg {
	rows := [][]seg{{{st: stopBar, s: " " + alertMark(stopBar) + " " + p.line(order.Message{Code: order.MsgLeadOnly}) + " "}}}
	for _, s := range wrap(">> "+p.line(order.Message{Code: order.DoLeadOnly}), w-3, 3) {
		rows = append(rows, []seg{{s: " "}, {st: strong, s: s}})
	}
	return rows
}

// leadRows are who works on what since when, what went wrong and what was let pass.
func (p *painter) leadRows() (rows [][]seg) {
	b, s := &p.v.Bench, &p.v.Panel.Shift
	first := []seg{{st: strong, s: p.who()}}
	if !s.Signed.IsZero() && b.Operator != "" {
		first = append(first, seg{s: sprintf(p.t.LeadSince, p.clock(s.Signed, "15:04"), p.age(s.Signed))})
	}
	rows = append(rows, first)
	if w := p.v.Work; w != nil {
		segs := []seg{{st: strong, s: tail(w.Ref, 18)}, {s: sprintf(p.t.UnitsOf, w.Picked, w.Units)}}
		if !s.Opened.IsZero() && s.Work == w.ID {
			segs = append(segs, seg{s: sprintf(p.t.LeadSince, p.clock(s.Opened, "15:04"), p.age(s.Opened)), rank: 1})
		}
		rows = append(rows, segs)
	}
	if c := b.Called; c != nil {
		rows = append(rows, []seg{{st: warnBar, s: " ! " + sprintf(p.t.AlertCalled, p.age(c.At), tail(c.Ref, 18)) + " "}})
	}
	rows = append(rows, p.peopleRows(s.People)...)
	rows = append(rows, []seg{{st: title, s: sprintf(p.t.LeadExceptions, len(s.Exceptions))}})
	for i := range s.Exceptions {
		rows = append(rows, p.happened(&s.Exceptions[i], ""))
	}
	rows = append(rows, []seg{{st: title, s: sprintf(p.t.LeadOverrides, len(s.Overrides))}})
	for i := range s.Overrides {
		rows = append(rows, p.happened(&s.Overrides[i], string(s.Overrides[i].Auth)))
	}
	return rows
}

// happened is one row of what happened; auth is who let it pass.
func (p *painter) happened(r *station.ShiftRow, auth string) []seg {
	segs := []seg{{st: muted, s: p.clock(r.At, "15:04")}, {st: strong, s: text.Word(p.lang, r.Kind)}}
	if r.Reason != "" {
		segs = append(segs, seg{s: text.Word(p.lang, r.Reason), rank: 1})
	}
	if r.Qty > 0 {
		segs = append(segs, seg{s: sprintf("%d", r.Qty), rank: 3})
	}
	if r.Ref != "" {
		segs = append(segs, seg{s: tail(r.Ref, 14), rank: 2})
	}
	if auth != "" {
		segs = append(segs, seg{st: warn, s: sprintf(p.t.LeadBy, auth)})
	}
	return segs
}
