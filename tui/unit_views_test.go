package tui

import (
	"pickstation/order"
	"pickstation/station"
)

func init() {
	moreViews = append(moreViews, func() map[string]*station.View { return map[string]*station.View{"pick_unit_weight": weighingUnit()} })
}

// weighingUnit has a unit at hand that is to be weighed, and the one before still on the pan.
func weighingUnit() *station.View {
	v := picking()
	l := *v.Work.Current
	l.Track, l.Lot = order.Tracking{Weight: true}, ""
	v.Work.Current = &l
	v.Bench.Pending = &order.Pending{Line: l.No, Units: 1}
	v.Scale = &station.ScaleView{Name: "scale1", State: "stable", Grams: 4890, EmptyFirst: true}
	v.Verdict = shown(order.Needs, m(order.MsgNeedWeight, order.Args{Name: l.Name}), m(order.DoWeighUnit, order.Args{Name: l.Name}))
	return v
}
