package tui

import (
	"time"

	"pickstation/order"
	"pickstation/station"
)

// outSeg says how long the cold goods on the bench have been out of the cold, of the
// class that has the least time left; no id is those in the hand of a task.
func (p *painter) outSeg(id order.ShipmentID) seg {
	best, least := seg{}, time.Duration(1<<62)
	now := p.v.Business(p.now)
	for i := range p.v.Out {
		o := &p.v.Out[i]
		out := o.OutFor(now)
		if o.Shipment != id || o.Since.IsZero() {
			continue
		}
		left, limited := o.Left(now)
		if !limited {
			left = time.Duration(1<<61) - out // the longest out first
		}
		if left >= least {
			continue
		}
		least = left
		minutes := int(out / time.Minute)
		switch {
		case !limited:
			best = seg{st: info, s: sprintf(p.t.OutFor, minutes), rank: 2}
		case left <= 0:
			best = seg{st: stopBar, s: " X " + sprintf(p.t.OutOf, minutes, o.HoldS/60) + " "}
		case o.WarnS > 0 && out >= time.Duration(o.WarnS)*time.Second:
			best = seg{st: warnBar, s: " ! " + sprintf(p.t.OutOf, minutes, o.HoldS/60) + " "}
		default:
			best = seg{st: info, s: sprintf(p.t.OutOf, minutes, o.HoldS/60), rank: 1}
		}
	}
	return best
}

// coolantLine says what is packed with the cold goods of a parcel.
func (p *painter) coolantLine(a area, pv *station.ParcelView) area {
	r := pv.Coolant
	if r == nil || a.h == 0 || pv.Labelled {
		return a
	}
	row, rest := a.top(1)
	st := infoBar
	if r.Code != "" && !pv.Cooled {
		st = warnBar
	}
	mark := ""
	if pv.Cooled {
		mark = " OK"
	}
	segs := []seg{{st: st, s: " " + sprintf(p.t.Coolant, r.Packs, p.name(r.Name, "")) + mark + " "}}
	if r.Box != "" {
		segs = append(segs, seg{st: strong, s: sprintf(p.t.CoolantBox, r.Box), rank: 1})
	}
	row.line(0, 2, segs...)
	return rest
}
