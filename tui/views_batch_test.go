package tui

import (
	"pickstation/order"
	"pickstation/station"
)

// packingBoxes has one box on its way and the next one being filled.
func packingBoxes() *station.View {
	v := packing()
	v.Work.Box = 2
	v.Work.Parcels = []station.ParcelView{{No: 1, ID: "p1", Waybill: "SF1390012345671", Print: order.PrintDone, Prints: 1, Labelled: true,
		Box: "M", Units: 9}, {No: 2, Later: true, Units: 1}}
	v.Verdict = shown(order.OK, m(order.MsgBoxTurned, order.Args{Need: 2, N: 1}), m(order.DoPackMore, order.Args{N: 13}))
	return v
}

// labellingBoxes waits for the label of a full box while another has no number.
func labellingBoxes() *station.View {
	v := labelling()
	v.Work.Parcels = []station.ParcelView{
		{No: 1, ID: "p1", Waybill: "SF1390012345671", Routing: "755W-021-07A", Print: order.PrintDone, Prints: 1, Box: "M", Units: 9},
		{No: 2, Print: order.PrintParked, PrintErr: order.NoNumber, Box: "L", Units: 12}, {No: 3, Later: true, Units: 1}}
	v.Printer = station.PrinterView{Name: "zebra", Status: "ready"}
	v.Verdict = shown(order.OK, m(order.MsgBoxClosed, order.Args{Need: 1, N: 9, Code: "M"}),
		m(order.DoWaitLabel, order.Args{Waybill: "SF1390012345671"}))
	return v
}

// batching is a batch of five orders, at the mangos of the first.
func batching(mode order.BatchMode) *station.View {
	v := base(order.ScreenBatch)
	if mode == order.BatchWall {
		v.Bench.Screen = order.ScreenWall
	}
	v.Work = work()
	v.Bench.Shipment, v.Bench.Focus = "sh-1042", 2
	v.Bench.Batch = &order.Batch{ID: "x", Mode: mode, Members: []order.Member{
		{Shipment: "sh-1042", Ref: "HN20261121-1042", Slot: "SLOT-1", Units: 22, Picked: 6, Open: 16},
		{Shipment: "2", Ref: "HN20261121-1043", Slot: "SLOT-2", Units: 3, Picked: 3},
		{Shipment: "3", Ref: "DF-88123", Units: 1, Open: 1, Offer: "SLOT-3"},
		{Shipment: "4", Ref: "XB-90017", Slot: "TOTE-0098", Units: 7, Picked: 2, Open: 5, Out: true},
		{Shipment: "5", Ref: "XB-90018", Units: 4, Open: 4}}}
	for _, m := range v.Bench.Batch.Members {
		v.Slots = append(v.Slots, station.SlotView{Member: m, Here: m.Shipment == v.Bench.Shipment})
	}
	v.Verdict = shown(order.LineDone, m(order.MsgPut, order.Args{Name: mango(), N: 3, Need: 3, Code: "SLOT-2"}),
		m(order.DoGoTo, order.Args{Name: mango(), N: 2, Location: "A-03-2"}))
	return v
}

// putting has two units in the hand for the order at hand.
func putting(mode order.BatchMode) *station.View {
	v := batching(mode)
	v.Bench.Hand = []order.Pending{{Line: 2, Units: 1, Times: 2}}
	v.Verdict = shown(order.OK, m(order.MsgInHand, order.Args{Name: mango(), N: 2, Need: 2}), v.Bench.PutStep())
	return v
}

// sowing waits for goods at the put wall.
func sowing() *station.View {
	v := batching(order.BatchWall)
	v.Work, v.Bench.Shipment, v.Bench.Focus = nil, "", 0
	for i := range v.Slots {
		v.Slots[i].Here = false
	}
	v.Verdict = shown(order.OrderDone, m(order.MsgSlotDone, order.Args{Ref: "HN20261121-1043", Code: "SLOT-2"}), v.Bench.Batch.WallStep())
	return v
}

// bringing has a tote in the hands that goes to its place.
func bringing(held bool) *station.View {
	v := sowing()
	v.Bench.Screen, v.Bench.Batch.Mode = order.ScreenDrop, order.BatchCluster
	v.Bench.Batch.Drop = &order.Drop{Slot: "SLOT-2", Place: "DOCK-7", Shown: held}
	v.Verdict = shown(order.WrongItem, m(order.MsgToteOther, order.Args{Code: "SLOT-1"}), m(order.DoScanTote, order.Args{Code: "SLOT-2"}))
	return v
}
