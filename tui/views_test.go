package tui

import (
	"maps"
	"strings"
	"time"

	"pickstation/order"
	"pickstation/station"
)

var (
	haikou = time.FixedZone("CST", 8*3600)
	noon   = time.Date(2026, 11, 21, 12, 4, 30, 0, haikou)
)

// nasty are texts that must not break a screen: escape sequences, control bytes,
// direction marks, joined emoji, marks without end, broken UTF-8.
var nasty = []string{
	"\x1b[2J\x1b[31mRED\x1b]0;title\x07",
	"line\r\nbreak\ttab\x00\x7f\u009b31m",
	"\u202eevil\u2066\u200b\ufeff",
	"👩‍👩‍👧‍👦👍🏽🇨🇳❤️",
	"Z" + strings.Repeat("\u0335\u0301", 40) + "algo",
	"\xff\xfe broken \xc3",
	"ＦＵＬＬ　ＷＩＤＴＨ ｶﾀｶﾅ 한국어 हिन्दी ไทย",
	strings.Repeat("海南三亚金煌芒果特级礼盒装", 12),
}

func mango() order.Names {
	return order.Names{ZH: "海南金煌芒果 5kg 礼盒", EN: "Hainan mango gift box 5 kg"}
}

func sf() order.Carrier {
	return order.Carrier{ID: "SF", Name: order.Names{ZH: "顺丰", EN: "SF Express"}, Service: "air"}
}

func zto() order.Carrier {
	return order.Carrier{ID: "ZTO", Name: order.Names{ZH: "中通", EN: "ZTO"}}
}

// base is a bench at work with everything well.
func base(screen order.Screen) *station.View {
	return &station.View{
		N: 7, Station: "BENCH-1",
		Bench: order.Bench{Screen: screen, Operator: "op7", OperatorName: "李小花", Lead: true},
		Sync:  station.SyncView{Online: true, LastWord: noon.Add(-20 * time.Second)},
		Devices: []station.DeviceView{{Name: "gun1", Status: "online"},
			{Name: "scale", Status: "online"}},
		Printer: station.PrinterView{Name: "zebra", Status: "ready"},
		Today:   station.TodayView{Scans: 412, Wrong: 3, Units: 380, Shipped: 41},
	}
}

func shown(v order.Verdict, what, do order.Message) *station.Shown {
	return &station.Shown{Verdict: v, What: what, Do: do, Device: "gun1", At: noon.Add(-2 * time.Second),
		Shown: noon.Add(-2 * time.Second)}
}

func m(code order.MsgCode, a order.Args) order.Message { return order.Message{Code: code, Args: a} }

func work() *station.WorkView {
	cur := station.LineView{No: 2, SKU: "HN-MANGO-5KG", Name: mango(), Location: "A-03-2", Qty: 5, Picked: 3,
		Lot: "L2611", Track: order.Tracking{Lot: true, Expiry: true},
		Codes: []order.ItemCode{{Key: "06901234567892"}, {Key: "16901234567899", Mult: 12}}}
	next := []station.LineView{
		{No: 3, SKU: "HN-COCO", Name: order.Names{ZH: "椰子糖", EN: "Coconut candy"}, Location: "B-01-1", Qty: 12},
		{No: 4, SKU: "FZ-DURIAN", Name: order.Names{ZH: "冷冻榴莲肉 400g", EN: "Frozen durian 400 g"},
			Location: "F-02-3", Qty: 2, Temp: order.Frozen},
	}
	done := []station.LineView{{No: 1, SKU: "HN-PEPPER", Name: order.Names{ZH: "黄灯笼辣椒酱", EN: "Lantern pepper sauce"},
		Location: "A-01-4", Qty: 3, Picked: 3}}
	return &station.WorkView{ID: "sh-1042", Ref: "HN20261121-1042", State: "awaiting_pick",
		Stage: order.StageAwaitingPick, StateName: order.Names{ZH: "待分拣", EN: "Awaiting pick"}, Carrier: sf(),
		Promise: noon.Add(-12 * time.Minute), Temp: order.Frozen, Tote: "T-07", Lines: 4, LinesDone: 1, Units: 22,
		Picked: 6, Current: &cur, CurrentPos: 2, Next: next, Done: done, Started: true}
}

func picking() *station.View {
	v := base(order.ScreenPick)
	v.Bench.Shipment, v.Bench.Focus, v.Bench.Located = "sh-1042", 2, "A-03-2"
	v.Work = work()
	v.Verdict = shown(order.OK, m(order.MsgUnitPicked, order.Args{Name: mango(), N: 3, Need: 5}),
		m(order.DoPickMore, order.Args{Name: mango(), N: 2, Location: "A-03-2"}))
	return v
}

func wrongItem() *station.View {
	v := picking()
	v.Verdict = shown(order.WrongItem,
		m(order.MsgNotInOrder, order.Args{Name: order.Names{ZH: "台农芒果 2.5kg", EN: "Tainong mango 2.5 kg"}, SKU: "HN-TN-25"}),
		m(order.DoPutBack, order.Args{Location: "A-03-4"}))
	return v
}

func offline(v *station.View) *station.View {
	v.Sync = station.SyncView{Unsent: 128, Oldest: noon.Add(-185 * time.Second), LastWord: noon.Add(-190 * time.Second),
		Problem: "network"}
	return v
}

func askingShort() *station.View {
	v := picking()
	a := order.Args{Name: mango(), N: 3, Need: 5, Reason: "out_of_stock"}
	q := order.Question{Kind: order.AskShort, Line: 2, Qty: 2, Reason: "out_of_stock", ShownAt: noon,
		What: m(order.MsgAskShort, a), Do: m(order.DoScanYes, a)}
	v.Bench.Question = &q
	v.Verdict = shown(order.ConfirmAgain, q.What, q.Do)
	v.Verdict.Device = ""
	return v
}

func askingTakeOver() *station.View {
	v := queueing()
	q := order.Question{Kind: order.AskTakeOver, Repeatable: true, ShownAt: noon,
		What: m(order.MsgBelongsTo, order.Args{Ref: "HN20261121-1042", Who: "王强"}), Do: m(order.DoScanAgain, order.Args{})}
	v.Bench.Question = &q
	v.Verdict = shown(order.Taken, q.What, q.Do)
	return v
}

func packing() *station.View {
	v := base(order.ScreenPack)
	v.Work = work()
	v.Work.PackCheck = order.PackEach
	v.Work.Current.Picked, v.Work.Current.Packed = 5, 1
	v.Work.Picked, v.Work.Verified = 22, 9
	v.Verdict = shown(order.OverQty, m(order.MsgTooMany, order.Args{Name: mango(), N: 12, Need: 4}),
		m(order.DoPackMore, order.Args{N: 13}))
	return v
}

func labelling() *station.View {
	v := base(order.ScreenLabel)
	v.Work = work()
	v.Work.Current, v.Work.Next, v.Work.LinesDone, v.Work.Picked = nil, nil, 4, 22
	v.Work.Parcels = []station.ParcelView{
		{No: 1, ID: "p1", Waybill: "SF1390012345671", Routing: "755W-021-07A", Print: order.PrintDone, Prints: 1, Labelled: true},
		{No: 2, ID: "p2", Waybill: "SF1390012345688", Routing: "755W-021-07A", Print: order.PrintParked,
			PrintErr: "media_empty", Prints: 2}}
	v.Printer = station.PrinterView{Name: "zebra", Status: "media_empty", Parked: 1, Queued: 2}
	v.Verdict = shown(order.OtherOrder, m(order.MsgWrongLabel, order.Args{Waybill: "SF1390012349999", Ref: "HN-1077"}),
		m(order.DoWaitLabel, order.Args{Waybill: "SF1390012345688"}))
	return v
}

func dispatching() *station.View {
	v := base(order.ScreenDispatch)
	for i := range 9 {
		c := sf()
		if i%3 == 2 {
			c = zto()
		}
		v.Outbound = append(v.Outbound, station.OutboundRow{Shipment: order.ShipmentID(sprintf("s%d", i)),
			Ref: sprintf("HN20261121-10%02d", i), Parcel: 1, Waybill: sprintf("%s13900123456%02d", c.ID, i), Carrier: c,
			Since: noon.Add(-time.Duration(9-i) * 17 * time.Minute)})
	}
	v.OutboundAll = 14
	v.Verdict = shown(order.DoneAlready, m(order.MsgDispatchedYet, order.Args{Waybill: "SF1390012345600"}),
		m(order.DoScanParcel, order.Args{}))
	return v
}

func queueing() *station.View {
	v := base(order.ScreenQueue)
	add := func(r station.QueueRow) { v.Queue = append(v.Queue, r) }
	add(station.QueueRow{ID: "1", Ref: "HN20261121-1042", Priority: 2, Promise: noon.Add(-12 * time.Minute),
		Temp: order.Frozen, Lines: 4, Units: 22, Picked: 6, Stage: order.StageAwaitingPick, Owner: "op7", Tote: "T-07", Carrier: sf()})
	add(station.QueueRow{ID: "2", Ref: "HN20261121-1043", Priority: 1, Promise: noon.Add(20 * time.Minute),
		Temp: order.Chilled, Lines: 2, Units: 3, Stage: order.StageAwaitingPick, Owner: "op9", Carrier: zto()})
	add(station.QueueRow{ID: "3", Ref: "DF-88123", Promise: noon.Add(95 * time.Minute), Lines: 1, Units: 1,
		Stage: order.StagePicked, Picked: 1, Carrier: sf(), Hold: order.AddressChanged})
	add(station.QueueRow{ID: "4", Ref: "XB-90017", Promise: noon.Add(26 * time.Hour), Lines: 120, Units: 1440,
		Stage: order.StageAwaitingPick, Carrier: zto(), Gone: true})
	for i := range 30 {
		add(station.QueueRow{ID: order.ShipmentID(sprintf("x%d", i)), Ref: sprintf("536%03d", i), Lines: i + 1, Units: 3 * (i + 1),
			Promise: noon.Add(time.Duration(i+3) * time.Hour), Stage: order.StageAwaitingPick, Carrier: sf()})
	}
	v.QueueTotal = 136
	v.Instructions = []order.Instruction{{ID: "i1", Kind: order.InstructPutBack, Shipment: "sh-1007", Ref: "HN20261121-1007",
		Goods: []order.PutBack{{SKU: "HN-MANGO-5KG", Name: mango(), Qty: 2, Location: "A-03-2"},
			{SKU: "HN-COCO", Name: order.Names{ZH: "椰子糖", EN: "Coconut candy"}, Qty: 1, Location: "B-01-1"}}}}
	v.Verdict = shown(order.OK, m(order.MsgSignedIn, order.Args{Who: "李小花"}), m(order.DoScanWork, order.Args{}))
	return v
}

func signingIn() *station.View {
	v := base(order.ScreenSignIn)
	v.Bench = order.Bench{Screen: order.ScreenSignIn}
	v.Today = station.TodayView{}
	v.Verdict = shown(order.Unknown, m(order.MsgUnknownBadge, order.Args{}), m(order.DoScanBadge, order.Args{}))
	return v
}

func notSaved() *station.View {
	v := picking()
	v.Health = station.HealthView{NotSaved: true, DiskLow: true, DiskFull: true, DiskFree: 12 << 20}
	v.Devices[0].Status = "absent"
	v.Verdict = shown(order.NotSaved, m(order.MsgNotSaved, order.Args{}), m(order.DoRestart, order.Args{}))
	return v
}

// askingPIN waits for the PIN of a lead whose badge was scanned, while a call stands.
func askingPIN() *station.View {
	v := signingIn()
	v.Bench.Called = &order.Call{At: noon.Add(-4 * time.Minute), Name: "李小花", Ref: "HN20261121-1042"}
	a := order.Args{Who: "王组长"}
	q := order.Question{Kind: order.AskPIN, Who: "boss", Digits: 6, ShownAt: noon, What: m(order.MsgAskPIN, a), Do: m(order.DoPIN, a)}
	v.Bench.Question = &q
	v.Verdict = shown(order.Blocked, m(order.MsgWrongPIN, order.Args{Who: "王组长", N: 3}), q.Do)
	return v
}

// weightOff has a box on the scale that is one mango short.
func weightOff() *station.View {
	v := weighing(station.ScaleView{Name: "scale1", State: "stable", Grams: 5692, Expected: 10692,
		Blind: []order.Names{{ZH: "贴纸", EN: "Sticker"}, {ZH: "贺卡", EN: "Card"}}})
	a := order.Args{Name: mango(), N: -5000, Need: 1, Reason: string(order.UnitMissing)}
	q := order.Question{Kind: order.AskOverride, Gate: order.GateWeight, Parcel: 1, ShownAt: noon,
		What: m(order.MsgWeightOff, a), Do: m(order.DoRecheck, order.Args{Name: mango(), N: 5})}
	v.Bench.Question = &q
	v.Verdict = shown(order.Needs, q.What, q.Do)
	v.Verdict.Device = "scale1"
	return v
}

func orderDone() *station.View {
	v := labelling()
	v.Work.Parcels = v.Work.Parcels[1:]
	v.Work.Parcels[0].No = 1
	v.Work.Parcels[0].Print, v.Work.Parcels[0].PrintErr, v.Work.Parcels[0].Prints = order.PrintSending, "", 0
	v.Printer = station.PrinterView{Name: "zebra", Status: "ready", Queued: 1}
	v.Verdict = shown(order.OrderDone, m(order.MsgOrderPicked, order.Args{Ref: "HN20261121-1042", N: 22}),
		m(order.DoWaitLabel, order.Args{Waybill: "SF1390012345688"}))
	return v
}

// shortDone is an order of three of which one could be picked; its paper is printed.
func shortDone() *station.View {
	v := orderDone()
	v.Work.Units, v.Work.Picked, v.Work.Short = 3, 1, 2
	v.Work.Parcels[0].Print, v.Work.Parcels[0].Prints = order.PrintDone, 1
	v.Verdict.What.Args.N, v.Verdict.What.Args.Need = 1, 3
	return v
}

// badLabel is a waybill that cannot be made from the order's data.
func badLabel() *station.View {
	v := orderDone()
	v.Work.Parcels[0].Print, v.Work.Parcels[0].PrintErr = order.PrintParked, "label_text_does_not_fit"
	v.Printer = station.PrinterView{Name: "zebra", Status: "ready", Parked: 1}
	v.Verdict = shown(order.Blocked, m(order.MsgPrintTrouble,
		order.Args{Waybill: "SF1390012345688", Reason: "label_text_does_not_fit"}), m(order.DoCheckPrinter, order.Args{}))
	v.Verdict.Device, v.Verdict.Async = "", true
	return v
}

// weighing is a label step with a scale that says this.
func weighing(s station.ScaleView) *station.View {
	v := orderDone()
	v.Work.Parcels[0].Print, v.Work.Parcels[0].Prints = order.PrintDone, 1
	v.Scale = &s
	return v
}

// unsaved is the bench right after its database was opened again.
func unsaved() *station.View {
	v := picking()
	v.Health.Unsaved = station.Unsaved{Scans: 3, At: noon.Add(-time.Minute)}
	v.Verdict = shown(order.NotSaved, m(order.MsgNotSaved, order.Args{N: 3}), m(order.DoScanOnce, order.Args{}))
	v.Verdict.Device, v.Verdict.Async = "", true
	return v
}

// idleKey is a key that has no meaning on the screen.
func idleKey() *station.View {
	v := queueing()
	v.Verdict = shown(order.WrongKind, m(order.MsgNotNow, order.Args{Code: string(order.CmdShort)}), m(order.DoScanWork, order.Args{}))
	v.Verdict.Device = ""
	return v
}

// nastyView is a pick whose every text is hostile.
func nastyView() *station.View {
	v := wrongItem()
	pick := func(i int) string { return nasty[i%len(nasty)] }
	v.Bench.OperatorName, v.Station = pick(0), order.StationID(pick(1))
	v.Work.Ref, v.Work.Tote = pick(2), pick(3)
	c := v.Work.Current
	c.Name, c.SKU, c.Location, c.Lot = order.Names{ZH: pick(7), EN: pick(4)}, order.SKU(pick(5)), order.LocationID(pick(1)), pick(6)
	c.Codes = []order.ItemCode{{Key: pick(0)}, {Key: pick(3), Mult: 1 << 40}}
	for i := range v.Work.Next {
		v.Work.Next[i].Name = order.Names{ZH: pick(i + 3), EN: pick(i + 6)}
	}
	v.Verdict.What.Args.Name, v.Verdict.Device = order.Names{ZH: pick(3), EN: pick(0)}, order.DeviceID(pick(2))
	v.Devices[0] = station.DeviceView{Name: pick(0), Status: pick(1), Detail: pick(4)}
	return v
}

// views are the hand-made screens of the golden files.
func views() map[string]*station.View {
	faded := picking()
	faded.Verdict.At, faded.Verdict.Shown = noon.Add(-time.Minute), noon.Add(-time.Minute)
	weighed := weighing(station.ScaleView{Name: "scale1", State: "stable", Grams: 1250, Expected: 1240})
	weighed.Work.Parcels[0].WeightG = 1250
	packed := packing()
	packed.Verdict = shown(order.OK, m(order.MsgUnitPacked, order.Args{Name: mango(), N: 1, Need: 5}), m(order.DoPackMore, order.Args{N: 13}))
	packed.Scale = &station.ScaleView{Name: "scale1", State: "motion", Grams: 12, Expected: 1240}
	all := map[string]*station.View{
		"label_weighed": weighed, "pack_scale": packed, "pick_unsaved": unsaved(),
		"label_moving": weighing(station.ScaleView{Name: "scale1", State: "motion", Grams: 870, Expected: 1240}),
		"label_pan":    weighing(station.ScaleView{Name: "scale1", State: "stable", Grams: 1110, Expected: 1240, EmptyFirst: true}),
		"label_over":   weighing(station.ScaleView{Name: "scale1", State: "over", Expected: 1240}),
		"label_under":  weighing(station.ScaleView{Name: "scale1", State: "under"}),
		"label_stale":  weighing(station.ScaleView{Name: "scale1", State: "stale", Expected: 1240}),
		"sign_in":      signingIn(), "queue": queueing(), "pick": picking(), "pick_wrong": wrongItem(),
		"pick_offline": offline(picking()), "pick_faded": faded, "pick_nasty": nastyView(), "pick_not_saved": notSaved(),
		"question_short": askingShort(), "question_take_over": askingTakeOver(), "pack": packing(),
		"batch": batching(order.BatchCluster), "batch_put": putting(order.BatchCluster), "wall": sowing(), "wall_put": putting(order.BatchWall),
		"drop_tote": bringing(false), "drop_place": bringing(true),
		"sign_in_pin": askingPIN(), "label_weight_off": weightOff(), "pack_boxes": packingBoxes(), "label_boxes": labellingBoxes(), "label": labelling(), "label_done": orderDone(), "label_short": shortDone(), "label_bad": badLabel(), "key_idle": idleKey(), "dispatch": dispatching(), "starting": nil,
	}
	for _, more := range moreViews {
		maps.Copy(all, more())
	}
	return all
}

// moreViews are the views of other files; each registers its own there.
var moreViews []func() map[string]*station.View
