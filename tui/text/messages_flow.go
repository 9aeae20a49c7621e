package text

import (
	"maps"

	"pickstation/order"
)

// together joins the parts of the catalogue.
func together(parts ...map[order.MsgCode]Pair) map[order.MsgCode]Pair {
	all := map[order.MsgCode]Pair{}
	for _, p := range parts {
		maps.Copy(all, p)
	}
	return all
}

// flowMessages holds the templates of order/messages_flow.go.
var flowMessages = map[order.MsgCode]Pair{
	order.MsgBatchTaken:   {"{ref} 在 {who} 的批次里，共 {n} 单", "{ref} is one of {n} orders that {who} works on together"},
	order.MsgAskBatchOver: {"把这 {n} 单交给 {who}？", "Shall {who} take over these {n} orders?"},
	order.MsgLotPicked:    {"{name}：批号 {lot} 是订单 {ref} 的，已经拣走", "{name}: lot {lot} was picked for order {ref}"},
	order.DoTakeLot:       {"放回去，拿批号 {lot}", "Put it back, take lot {lot}"},
	order.MsgLoadClosed:   {"交接单在打：交出 {n} 件，留下 {need} 件[，{ref} 等订单只走了一半]", "List is printing: {n} parcel(s) left, {need} stay[; {ref} only half gone]"},
	order.DoCloseLoad:     {"{name} 的都交了：扫下一个包裹，或打交接单", "All for {name} are gone: next parcel, or HAND-OVER LIST"},
	order.MsgWorkGone:     {"中心已收回 {ref}", "The centre has taken {ref} away"},
}
