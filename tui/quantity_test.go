package tui

import (
	"pickstation/order"
	"pickstation/station"
)

func init() {
	moreViews = append(moreViews, func() map[string]*station.View {
		return map[string]*station.View{"pick_qty": askingQty()}
	})
}

// askingQty has goods that are scanned once at hand: how many were taken?
func askingQty() *station.View {
	v := picking()
	a := order.Args{Name: mango(), N: 1, Need: 3}
	q := order.Question{Kind: order.AskQty, Line: 1, Qty: 3, ShownAt: noon, What: m(order.MsgAskQty, a), Do: m(order.DoQty, a)}
	v.Bench.Question = &q
	v.Verdict = shown(order.Needs, q.What, q.Do)
	return v
}
