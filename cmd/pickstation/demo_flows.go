package main

import (
	"cmp"
	"fmt"
	"slices"
	"time"

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

// sow is a scan at the put wall: a full slot to be packed, else goods of the wave. Whoever
// takes goods from the pile does not know which order wants them, and neither does this.
func (p *puppet) sow(v *station.View) (string, bool) {
	var wanted []order.SKU
	for _, m := range v.Slots {
		if m.Out {
			continue
		}
		if m.Open == 0 && m.Slot != "" {
			return "]C0" + m.Slot, true
		}
		wanted = append(wanted, p.goodsOf(m.Ref)...)
	}
	if s := v.Verdict; s != nil && !s.Verdict.Good() {
		p.pile++ // of that there is enough, or none is wanted
	}
	all, err := sampleProducts()
	if err != nil {
		return "", false
	}
	if len(wanted) == 0 { // orders of somebody else's making
		for i := range all {
			wanted = append(wanted, all[i].SKU)
		}
	}
	sku := wanted[p.pile%len(wanted)]
	i := slices.IndexFunc(all, func(x sampleProduct) bool { return x.SKU == sku })
	if i < 0 {
		return "", false
	}
	return symbol(&station.LineView{Codes: all[i].Codes, Track: all[i].Track}, p.rng.IntN(1e6)), true
}

// goodsOf returns what a sample order wants.
func (p *puppet) goodsOf(ref string) (list []order.SKU) {
	if p.samples == nil {
		n, seed := trainingOrders, uint64(1)
		if p.stage != nil {
			n, seed = p.stage.o.orders, p.stage.o.seed
		}
		p.samples, _ = sampleOrders(n, seed, time.Now()) // without them there is nothing to sow
	}
	for _, o := range p.samples {
		if o.External == ref {
			for _, l := range o.Lines {
				list = append(list, l.SKU)
			}
		}
	}
	return list
}
