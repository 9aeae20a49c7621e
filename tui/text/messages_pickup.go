package text

import "pickstation/order"

// pickupMessages holds the templates of parcels that buyers fetch.
var pickupMessages = map[order.MsgCode]Pair{
	order.MsgPickupAsked:  {"提货码正确：订单 {ref}，{n} 个包裹[，已向 {code} 调单]", "Pickup code of order {ref}: {n} parcel(s)[, asked of {code}]"},
	order.MsgPickupComing: {"调来的订单还没到本台", "The order that was asked for is not here yet"},
	order.MsgPickupThere:  {"订单 {ref} 的 {n} 个包裹在 {code}，中心不通", "{n} parcel(s) of order {ref} are at {code}; no centre"},
	order.MsgPickupOther:  {"这是订单 {ref} 的提货码", "This is the pickup code of order {ref}"},
	order.DoPackThere:     {"还没打包好，请顾客稍等[；{code} 在做]", "The buyer has to wait till it is packed[ at {code}]"},
	order.DoFetchThere:    {"请顾客到那个工位取[：{code}]；或等网络恢复再扫", "Have it given out there[: {code}], or scan again when the network is back"},
	order.MsgPickupCode:   {"提货码正确：订单 {ref}，{n} 个包裹", "Pickup code of order {ref}: {n} parcel(s)"},
	order.MsgPickupFirst:  {"订单 {ref} 是自提：要先扫提货码", "The buyer fetches order {ref}: the pickup code comes first"},
	order.MsgFetched:      {"订单 {ref} 已交给顾客，提货码已用", "Order {ref} is with its buyer; the code is used up"},
	order.MsgFetchedOne:   {"{waybill} 已交给顾客，还有 {n} 个", "{waybill} is with the buyer, {n} more"},
	order.MsgFetchedYet:   {"订单 {ref} 的提货码已用过[：{date} {at}][，{who} 交出][，在 {code}]", "The code of order {ref} was used before[: {date} {at}][, given out by {who}][ at {code}]"},
	order.DoFetchParcel:   {"拿包裹[ {waybill}]，扫面单交给顾客", "Fetch the parcel[ {waybill}], scan its label, hand it to the buyer"},
	order.DoScanPickup:    {"扫顾客的提货码；没有就请组长扫工牌", "Scan the buyer's code; without one a lead's badge"},
}
