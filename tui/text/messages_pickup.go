package text

import "pickstation/order"

// pickupMessages holds the templates of parcels that buyers fetch.
var pickupMessages = map[order.MsgCode]Pair{
	order.MsgPickupCode:  {"提货码正确：订单 {ref}，{n} 个包裹", "Pickup code of order {ref}: {n} parcel(s)"},
	order.MsgPickupFirst: {"订单 {ref} 是自提：要先扫提货码", "The buyer fetches order {ref}: the pickup code comes first"},
	order.MsgFetched:     {"订单 {ref} 已交给顾客，提货码已用", "Order {ref} is with its buyer; the code is used up"},
	order.MsgFetchedOne:  {"{waybill} 已交给顾客，还有 {n} 个", "{waybill} is with the buyer, {n} more"},
	order.MsgFetchedYet:  {"订单 {ref} 的提货码已用过[：{date} {at}][，{who} 交出]", "The code of order {ref} was used before[: {date} {at}][, given out by {who}]"},
	order.DoFetchParcel:  {"拿包裹[ {waybill}]，扫面单交给顾客", "Fetch the parcel[ {waybill}], scan its label, hand it to the buyer"},
	order.DoScanPickup:   {"扫顾客的提货码；没有就请组长扫工牌", "Scan the buyer's code; without one a lead's badge"},
}
