package tui

import (
	"pickstation/order"
	"pickstation/station"
)

func init() { moreViews = append(moreViews, pickupViews) }

func pickupViews() map[string]*station.View {
	v := dispatching()
	v.Fetch = &station.FetchView{Ref: "HN20261121-1042", Parcels: 2, Given: 1, Waybills: []string{"SF1390012345688"}}
	v.Bench.Fetch = "sh-1042"
	v.Verdict = shown(order.OK, m(order.MsgFetchedOne, order.Args{Waybill: "SF1390012345671", N: 1}),
		m(order.DoFetchParcel, order.Args{Waybill: "SF1390012345688", N: 1}))
	used := dispatching()
	used.Verdict = shown(order.Blocked, m(order.MsgFetchedYet, order.Args{Ref: "HN20261121-1042", Date: "2026-11-20", At: noon, Who: "王强"}),
		m(order.DoCallLead, order.Args{}))
	asked := dispatching()
	asked.Bench.Fetch = "sh-1042"
	asked.Verdict = shown(order.OK, m(order.MsgPickupAsked, order.Args{Ref: "HN20261121-1042", N: 2, Code: "bench-2"}),
		m(order.DoFetchParcel, order.Args{Waybill: "SF1390012345688", N: 2}))
	there := dispatching()
	there.Sync.Online = false
	there.Verdict = shown(order.Blocked, m(order.MsgPickupThere, order.Args{Ref: "HN20261121-1042", N: 2, Code: "bench-2"}),
		m(order.DoFetchThere, order.Args{Code: "bench-2"}))
	return map[string]*station.View{"dispatch_fetch": v, "dispatch_fetched": used, "dispatch_asked": asked, "dispatch_there": there}
}
