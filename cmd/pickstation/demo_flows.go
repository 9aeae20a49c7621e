package main

import (
	"cmp"
	"fmt"
	"slices"

	"pickstation/order"
	"pickstation/station"
)

// demoCommands are the keys of the demo that scan a code of the bench card.
var demoCommands = map[rune]order.Command{
	'y': order.CmdYes, 'a': order.CmdBatch, 's': order.CmdWall, 'x': order.CmdNextBox, 'e': order.CmdUnbox,
	'i': order.CmdManifest, 'g': order.CmdSubst, 't': order.CmdTasks,
}

// otherBadge is a second picker's, to hand work over and take it over.
const otherBadge = "BADGE-1002"

// severalOrders is what a picker would scan next while several orders are worked on.
func (p *puppet) severalOrders(v *station.View) (string, bool) {
	b := v.Bench.Batch
	switch {
	case b == nil || v.Bench.Screen != order.ScreenBatch && v.Bench.Screen != order.ScreenWall && v.Bench.Screen != order.ScreenDrop:
		return "", false
	case b.Drop != nil && b.Drop.Shown:
		return "]C0" + string(b.Drop.Place), true
	case b.Drop != nil:
		return "]C0" + b.Drop.Slot, true
	case len(v.Bench.Hand) > 0:
		return "]C0" + p.slot(v), true
	case v.Bench.Screen == order.ScreenBatch:
		if v.Work == nil || v.Work.Current == nil || len(v.Work.Current.Codes) == 0 {
			return "", false
		}
		return symbol(v.Work.Current, p.rng.IntN(1e6)), true
	}
	return p.sow(v)
}

// slot is where the goods in the hand go: the proposed slot, else one that is free.
func (p *puppet) slot(v *station.View) string {
	taken := map[string]bool{}
	for _, m := range v.Slots {
		taken[m.Slot] = true
		if m.Here && cmp.Or(m.Slot, m.Offer) != "" {
			return cmp.Or(m.Slot, m.Offer)
		}
	}
	for n := 1; ; n++ {
		if code := fmt.Sprintf("SLOT-%d", n); !taken[code] {
			return code
		}
	}
}

// sow is a scan at the put wall: a full slot to be packed, else goods that an order of the
// wave lacks.
func (p *puppet) sow(v *station.View) (string, bool) {
	for _, m := range v.Slots {
		if !m.Out && m.Open == 0 && m.Slot != "" {
			return "]C0" + m.Slot, true
		}
	}
	for _, m := range v.Slots {
		if m.Out || m.Open == 0 {
			continue
		}
		if l := p.lacks(m.Shipment); l != nil && len(l.Codes) > 0 {
			return symbol(l, p.rng.IntN(1e6)), true
		}
	}
	return "", false
}

// lacks returns a line of an order that is still to be picked, or nil.
func (p *puppet) lacks(id order.ShipmentID) *station.LineView {
	var line *station.LineView
	err := p.read(func(db station.Store) error {
		s, err := db.Shipment(id)
		if err != nil || s == nil {
			return err
		}
		if l := s.NextLine(nil); l != nil {
			line = &station.LineView{Codes: slices.Clone(l.Codes), Track: l.Track, Lot: l.Lot}
		}
		return nil
	})
	if err != nil {
		return nil // the station ends
	}
	return line
}
