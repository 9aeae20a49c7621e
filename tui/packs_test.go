package tui

import (
	"pickstation/order"
	"pickstation/station"
)

func init() {
	moreViews = append(moreViews, func() map[string]*station.View {
		return map[string]*station.View{"pick_packs": askingPack()}
	})
}

// askingPack has goods at hand that lie in two packs: which one?
func askingPack() *station.View {
	v := picking()
	l := *v.Work.Current
	l.Packs = []order.Stock{{Pack: "340123450000000017", Qty: 4}, {Pack: "340123450000000024", Qty: 4}}
	v.Work.Current = &l
	a := order.Args{Name: mango(), Location: l.Location, N: 2, Code: l.Packs[0].Pack}
	return asking(v, order.Needs, order.Question{Kind: order.AskPack, Repeatable: true, Line: l.No}, m(order.MsgNeedPack, a), m(order.DoScanPack, a))
}
