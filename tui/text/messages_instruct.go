package text

import "pickstation/order"

// instructMessages say what hands do to carry out what the centre asks for.
var instructMessages = map[order.MsgCode]Pair{
	order.DoInstruction: {"停下：再扫本单，看要做什么", "Stop: scan the order again"},
	order.DoPutBackAll:  {"把 {n} 件 {name} 放回[ {location}][，另有 {units} 种]，再扫「是」", "Put {n} x {name} back[ at {location}][, and {units} more kind(s)], then scan YES"},
	order.DoStop:        {"不要发出：放到异常货架，再扫「是」", "Do not hand it over: put it on the exception shelf, then scan YES"},
	order.DoTakeOut:     {"从承运商[ {name} ]的笼里取出包裹[ {waybill}]，放异常货架，再扫「是」", "Take[ {waybill}] out of the cage[ of {name}], onto the exception shelf, then scan YES"},
	order.DoTearOff:     {"撕掉旧面单[ {waybill}]，扫「是」打新单", "Tear the old label[ {waybill}] off; YES prints a new one"},
}
