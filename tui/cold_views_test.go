package tui

import (
	"time"

	"pickstation/order"
	"pickstation/station"
)

func init() { moreViews = append(moreViews, outViews) }

// outFor has the goods on the bench out of the cold for so long.
func outFor(v *station.View, d time.Duration) *station.View {
	v.Out = []station.OutView{{Shipment: "sh-1042", Ref: "HN20261121-1042", OutClock: order.OutClock{Temp: order.Frozen, Since: noon.Add(-d)}, WarnS: 600, HoldS: 1200},
		{Shipment: "sh-1044", Ref: "HN20261121-1044", OutClock: order.OutClock{Temp: order.Frozen, Since: noon.Add(-d / 2)}, WarnS: 600, HoldS: 1200}}
	return v
}

func outViews() map[string]*station.View {
	blocked := outFor(picking(), 21*time.Minute)
	q := order.Question{Kind: order.AskOverride, Gate: order.GateCold, Shipment: "sh-1042", ShownAt: noon,
		What: m(order.MsgTooWarm, order.Args{Ref: "HN20261121-1042", Reason: string(order.Frozen), AgeS: 21 * 60}), Do: m(order.DoScanLead, order.Args{})}
	blocked.Bench.Question = &q
	blocked.Verdict = shown(order.Blocked, q.What, q.Do)
	cooled := outFor(labelling(), 12*time.Minute)
	cooled.Work.Parcels[1].Coolant = &order.CoolantRule{Temp: order.Frozen, Packs: 5, Name: order.Names{ZH: "干冰 1kg", EN: "dry ice 1 kg"}, Code: "DRYICE-1", Box: "EPS-L"}
	cooled.Verdict = shown(order.Needs, m(order.MsgNoCoolant, order.Args{Name: order.Names{ZH: "干冰 1kg", EN: "dry ice 1 kg"}, N: 5, Need: 2}),
		m(order.DoCoolant, order.Args{Name: order.Names{ZH: "干冰 1kg", EN: "dry ice 1 kg"}, N: 5, Need: 2, Code: "EPS-L"}))
	cooled.Work.Parcels[1].First = &cooled.Verdict.Do
	into := dispatching()
	into.Bench.Chill = true
	into.Verdict = shown(order.OK, m(order.MsgIntoCold, order.Args{}), m(order.DoScanChill, order.Args{}))
	return map[string]*station.View{"pick_out": outFor(picking(), 4*time.Minute), "pick_warming": outFor(picking(), 12*time.Minute),
		"pick_too_warm": blocked, "label_coolant": cooled, "dispatch_chill": into}
}
