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
	order.MsgWorkGone:     {"中心已收回 {ref}", "The centre has taken {ref} away"},
}
