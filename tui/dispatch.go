package tui

import (
	"cmp"
	"slices"
	"sort"
	"time"

	"pickstation/order"
	"pickstation/station"
	"pickstation/tui/text"
)

// cage is what waits for one carrier.
type cage struct {
	carrier order.Carrier
	rows    []station.OutboundRow
	oldest  time.Time
}

// cages groups the parcels by carrier, the one that waits longest first.
func cages(rows []station.OutboundRow) []cage {
	at := map[order.CarrierID]int{}
	var list []cage
	for _, r := range rows {
		i, found := at[r.Carrier.ID]
		if !found {
			i = len(list)
			at[r.Carrier.ID] = i
			list = append(list, cage{carrier: r.Carrier, oldest: r.Since})
		}
		c := &list[i]
		c.rows = append(c.rows, r)
		if r.Since.Before(c.oldest) {
			c.oldest = r.Since
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].oldest.Before(list[j].oldest) })
	return list
}

// behind puts the carrier that is being loaded before all others.
func (p *painter) behind(c cage) int {
	if c.carrier.ID == p.v.Bench.Load.ID {
		return 0
	}
	return 1
}

// loaded says whether every parcel that waited for the carrier at the door is gone.
func (p *painter) loaded(c order.Carrier) bool {
	return c.ID != "" && len(p.v.Outbound) == p.v.OutboundAll &&
		!slices.ContainsFunc(p.v.Outbound, func(r station.OutboundRow) bool { return r.Carrier.ID == c.ID })
}

// dispatch lists, per carrier, what still stands on the bench.
func (p *painter) dispatch(a area) {
	a = p.fetching(a)
	head, a := a.top(1)
	check := seg{st: plain, s: sprintf(p.t.CancelCheck, p.age(p.v.Sync.LastWord)), rank: 1}
	if !p.v.Sync.Online {
		check.st = warn
	}
	on := seg{}
	if c := p.v.Bench.Load; c.ID != "" {
		on = seg{st: warn, s: " " + sprintf(p.t.Loading, p.carrier(c)) + " "}
	}
	head.line(0, 2, seg{st: title, s: sprintf(p.t.DispatchTitle, p.v.OutboundAll)}, on, check)
	list := cages(p.v.Outbound)
	slices.SortStableFunc(list, func(a, b cage) int { return cmp.Compare(p.behind(a), p.behind(b)) })
	if len(list) == 0 {
		a.text(0, 1, plain, p.t.DispatchEmpty)
		return
	}
	more := p.v.OutboundAll - len(p.v.Outbound)
	hidden := 0
	for i, c := range list {
		if a.h == 0 {
			hidden += len(c.rows)
			continue
		}
		a.line(0, 2, seg{st: big, s: " " + clipTo(p.carrier(c.carrier), a.w/3) + " "},
			seg{st: strong, s: text.Count(p.t.CarrierCount, len(c.rows))},
			seg{st: plain, s: p.t.OnBench + " " + p.age(c.oldest), rank: 1})
		_, a = a.top(1)
		// Every carrier gets its line before one carrier's parcels fill the window.
		room := max(0, (a.h-(len(list)-i-1))/(len(list)-i))
		n := min(room, len(c.rows))
		for _, r := range c.rows[:n] {
			a.inset(1).line(0, 2, seg{st: plain, s: fixed(tail(r.Waybill, 20), 20)},
				seg{st: plain, s: tail(r.Ref, 20), rank: 1},
				p.stopSeg(r.Hold), seg{st: muted, s: p.age(r.Since), right: true, rank: 2})
			_, a = a.top(1)
		}
		hidden += len(c.rows) - n
	}
	if more += hidden; more > 0 {
		head.line(0, 2, seg{st: title, s: sprintf(p.t.DispatchTitle, p.v.OutboundAll)}, on, check,
			seg{st: muted, s: sprintf(p.t.More, more), right: true, rank: 2})
	}
}

// stopSeg says what keeps a parcel here.
func (p *painter) stopSeg(h order.HoldCode) seg {
	if h == "" {
		return seg{}
	}
	return seg{st: stopBar, s: " X " + text.Word(p.lang, string(h)) + " "}
}
