package tui

import (
	"pickstation/order"
	"pickstation/station"
)

func init() { moreViews = append(moreViews, flowViews) }

// flowViews are the screens of work that changes hands, and of what a lead decides.
func flowViews() map[string]*station.View {
	return map[string]*station.View{"queue_singles": singleWave(),
		"reason": askingReason(), "reason_short": askingShortReason(), "label_swapped": askingSwapped(), "substitute": askingSubst(), "substituted": substituted(), "wall_many": manySlots(),
		"question_batch": askingBatch(), "question_short_all": askingShortAll(), "dispatch_closed": closedLoad(), "dispatch_loading": loading(), "dispatch_loaded": loaded(), "queue_packed": packedAll(), "zone_done": zoneDone(), "wall_wave": waveAtWall(), "pack_gift": packingGift(), "label_inserts": labelInserts(), "label_enclosing": labelEnclosing(),
	}
}

// askingReason has a lead choose why a parcel may leave.
func askingReason() *station.View {
	v := dispatching()
	q := order.Question{Kind: order.AskReason, Gate: order.GateDispatch, ShownAt: noon, Choices: []order.ReasonRule{
		{Code: "called", Name: order.Names{ZH: "电话核对过", EN: "asked the centre by phone"}},
		{Code: "customer", Name: order.Names{ZH: "客户急用，由组长负责", EN: "customer cannot wait, the lead answers for it"}},
		{Code: "other", Name: order.Names{ZH: "其他", EN: "other"}}},
		What: m(order.MsgAskReason, order.Args{N: 3}), Do: m(order.DoReason, order.Args{N: 3})}
	v.Bench.Question = &q
	v.Verdict = shown(order.Needs, q.What, q.Do)
	return v
}

// askingShortReason has a picker choose why a line is closed with fewer units.
func askingShortReason() *station.View {
	a := order.Args{Name: mango(), SKU: "HN-MANGO-5KG", N: 3, Need: 5, Reason: "out_of_stock"}
	return asking(picking(), order.ConfirmAgain, order.Question{Kind: order.AskReason, Then: order.AskShort, Gate: order.GateShort, Line: 2, Choices: []order.ReasonRule{
		{Code: "not-there", Name: order.Names{ZH: "货位上没有", EN: "not at its place"}},
		{Code: "crushed", Name: order.Names{ZH: "压坏了，不能发", EN: "crushed, cannot be sent"}}}},
		m(order.MsgAskShort, a), m(order.DoReason, order.Args{N: 2}))
}

// askingSwapped has a box that weighs as if other goods lay in it that look alike.
func askingSwapped() *station.View {
	v := weightOff()
	v.Bench.Question.What = m(order.MsgWeightOff, order.Args{N: -70, Need: 1, Reason: string(order.UnitSwapped), Name: mango(), SKU: "HN-MANGO-5KG",
		Other: order.Names{ZH: "海南木瓜 5kg 礼盒", EN: "Hainan papaya gift box 5 kg"}})
	v.Verdict = shown(order.Needs, v.Bench.Question.What, v.Bench.Question.Do)
	return v
}

// loading refuses a parcel of another carrier than the load's.
func loading() *station.View {
	v := dispatching()
	v.Bench.Load = zto()
	v.Verdict = shown(order.OtherOrder, m(order.MsgOtherLoad, order.Args{Waybill: "SF1390012345600", Name: sf().Name}),
		m(order.DoEndLoad, order.Args{Name: zto().Name}))
	return v
}

// loaded has handed over the last parcel of the load's carrier.
func loaded() *station.View {
	v := dispatching()
	v.Bench.Load = order.Carrier{ID: "YTO", Name: order.Names{ZH: "圆通速递", EN: "YTO Express"}}
	v.OutboundAll = len(v.Outbound)
	v.Verdict = shown(order.OK, m(order.MsgDispatched, order.Args{Waybill: "YT7400000000001"}), m(order.DoCloseLoad, order.Args{Name: v.Bench.Load.Name}))
	return v
}

// packedAll has no work left, and parcels that wait for their carriers.
func packedAll() *station.View {
	v := queueing()
	v.Queue, v.QueueTotal, v.Outbound, v.OutboundAll = nil, 0, dispatching().Outbound, 14
	v.Verdict = shown(order.OK, m(order.MsgPackedAll, order.Args{Ref: "HN20261121-1042"}), m(order.DoNextOrder, order.Args{}))
	return v
}

func askingSubst() *station.View {
	v := picking()
	a := order.Args{Name: mango(), N: 2}
	q := order.Question{Kind: order.AskSubst, Gate: order.GateSubstitute, Line: 2, ShownAt: noon, What: m(order.MsgScanSubst, a), Do: m(order.DoScanSubst, a)}
	v.Bench.Question = &q
	v.Verdict = shown(order.Needs, q.What, q.Do)
	return v
}

// substituted is at the line that goes out instead of another.
func substituted() *station.View {
	v := picking()
	papaya := order.Names{ZH: "木瓜 2kg", EN: "Papaya 2 kg"}
	l := station.LineView{No: 5, SKU: "HN-PAPAYA", Name: papaya, Location: "A-05-1", Qty: 2, Instead: mango(), Codes: []order.ItemCode{{Key: "06901234567999"}}}
	v.Work.Current = &l
	v.Bench.Located, v.Bench.Focus = "", 5
	v.Verdict = shown(order.OK, m(order.MsgSubstituted, order.Args{Name: papaya, N: 2}), m(order.DoGoTo, order.Args{Name: papaya, N: 2, Location: "A-05-1"}))
	return v
}

// manySlots is a put wall with more slots than a small window has room for.
func manySlots() *station.View {
	v := putting(order.BatchWall)
	for len(v.Slots) < 18 {
		s := v.Slots[1+len(v.Slots)%4]
		s.Slot, s.Out, s.Here = sprintf("SLOT-%d", len(v.Slots)+1), false, false
		v.Slots = append(v.Slots, s)
	}
	v.Slots[0].Here, v.Slots[7].Here = false, true
	return v
}

func askingBatch() *station.View {
	v := queueing()
	q := order.Question{Kind: order.AskTakeOver, Repeatable: true, ShownAt: noon,
		What: m(order.MsgBatchTaken, order.Args{Ref: "HN20261121-1042", Who: "王强", N: 8}), Do: m(order.DoScanAgain, order.Args{})}
	v.Bench.Question = &q
	v.Verdict = shown(order.Taken, q.What, q.Do)
	return v
}

func askingShortAll() *station.View {
	v := picking()
	a := order.Args{Name: mango(), N: 3, Need: 6, Location: "A-03-2", Reason: "out_of_stock"}
	q := order.Question{Kind: order.AskShort, Line: 2, ShownAt: noon, What: m(order.MsgAskShortAll, a), Do: m(order.DoScanYes, a)}
	v.Bench.Question = &q
	v.Verdict = shown(order.ConfirmAgain, q.What, q.Do)
	return v
}

func closedLoad() *station.View {
	v := offline(dispatching())
	v.Outbound = append([]station.OutboundRow{}, v.Outbound...)
	v.Outbound[1].Hold = order.ToVerify
	v.Verdict = shown(order.OK, m(order.MsgLoadClosed, order.Args{N: 31, Need: 14, Ref: "HN20261121-1042", AgeS: 2}), m(order.DoSignList, order.Args{}))
	return v
}

// zoneDone has picked all of an order that stands in this zone.
func zoneDone() *station.View {
	v := picking()
	v.Work.Current, v.Work.NextZone, v.Work.Next = nil, "冷冻 B", nil
	v.Verdict = shown(order.LineDone, m(order.MsgZoneDone, order.Args{Ref: "HN20261121-1042", N: 18, Need: 22, Location: "B"}),
		m(order.DoPassOn, order.Args{Code: "T-07", Location: "B"}))
	return v
}

// singleWave is a bench whose next work is a wave of single items.
func singleWave() *station.View {
	v := queueing()
	v.Singles = &station.SinglesView{Wave: "W000000012", Orders: 60, Left: 41,
		Line: station.LineView{No: 1, SKU: "HN-MANGO-5KG", Name: mango(), Location: "A-03-2", Qty: 1, Temp: order.Chilled, Track: order.Tracking{Expiry: true}}}
	return v
}

func waveAtWall() *station.View {
	v := sowing()
	v.Bench.Batch.Wave = "W000000012"
	return v
}

func packingGift() *station.View {
	v := packing()
	l := *v.Work.Current
	l.Gift = true
	v.Work.Current = &l
	return v
}

// labelEnclosing wants a gift scanned into the box before its label.
func labelEnclosing() *station.View {
	v := orderDone()
	gift := order.Args{Name: order.Names{ZH: "椰子糖小样", EN: "coconut candy sample"}, Need: 1}
	v.Work.Inserts = []order.Insert{{Name: order.Names{ZH: "感谢卡", EN: "thank-you card"}, Code: "CARD-1"}, {Name: gift.Name, Code: "GIFT-1"}}
	do := m(order.DoEnclose, gift)
	v.Work.Parcels = append([]station.ParcelView{}, v.Work.Parcels...)
	v.Work.Parcels[0].Inserts, v.Work.Parcels[0].First, v.Work.Parcels[0].Print = []string{"CARD-1"}, &do, order.PrintDone
	v.Verdict = shown(order.Needs, m(order.MsgNotEnclosed, gift), do)
	return v
}

// labelInserts puts a card and a leaflet into the box.
func labelInserts() *station.View {
	v := labelling()
	v.Work.Inserts = []order.Insert{{Name: order.Names{ZH: "感谢卡", EN: "thank-you card"}}, {Name: order.Names{ZH: "新品册", EN: "leaflet"}}}
	return v
}
