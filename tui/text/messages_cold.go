package text

import "pickstation/order"

// coldMessages holds the templates of the cold chain.
var coldMessages = map[order.MsgCode]Pair{
	order.MsgTooWarm:      {"订单 {ref} 的{reason}货离开冷库 {lasted}，超时", "Order {ref}: {reason} goods out of the cold for {lasted}, too long"},
	order.MsgStockTooWarm: {"{name}（{reason}）离开冷库 {lasted}，超时", "{name} ({reason}): out of the cold for {lasted}, too long"},
	order.MsgWarmPlace:    {"{location} 不够冷：{name} 要{reason}", "{location} is too warm for {name} ({reason})"},
	order.MsgChilled:      {"{ref}[ {waybill}] 已回冷库", "{ref}[ {waybill}] is in the cold"},
	order.MsgNothingCold:  {"{ref}[ {waybill}] 没有离开冷库的货", "Nothing of {ref}[ {waybill}] is out of the cold"},
	order.MsgIntoCold:     {"包裹入冷库", "Parcels go into the cold"},
	order.MsgCooled:       {"箱 {need}：{name} {n} 个已放", "Box {need}: {n} x {name} are in"},
	order.MsgNoCoolant:    {"箱 {need}：还缺 {name} {n} 个", "Box {need}: {n} x {name} are missing"},
	order.DoScanChill:     {"扫入冷的包裹；完了再扫「入冷」", "Scan each parcel that goes in; INTO COLD again when done"},
	order.DoCoolant:       {"箱 {need} 放 {name} {n} 个[，用 {code} 箱]，扫它的码", "Put {n} x {name} into box {need}[, kind {code}], scan its code"},
	order.MsgAlertWarming: {"{ref} 的{reason}货已离开冷库 {lasted}，还剩 {n} 分钟", "{ref}: {reason} goods out of the cold for {lasted}, {n} min left"},
	order.MsgAlertTooWarm: {"{ref} 的{reason}货离开冷库 {lasted}，超时", "{ref}: {reason} goods out of the cold for {lasted}, TOO LONG"},
	order.DoAlertWarming:  {"先做完它，或放回冷库并扫「入冷」", "Finish it, or cool it and scan INTO COLD"},
	order.DoAlertTooWarm:  {"不要发出；叫组长决定", "Do not send it; the lead decides"},
	order.DoAlertWarmBox:  {"已打包：马上交货，或入冷库：扫「入冷」再扫面单", "It is packed: hand it over, or scan INTO COLD, then its label"},
	order.DoAlertHotBox:   {"先入冷库：扫「入冷」再扫面单；不要发出，叫组长决定", "Scan INTO COLD, then its label; the lead decides before it leaves"},
	order.DoAlertWarmPut:  {"已取消：马上放回货位，或入冷库", "Cancelled: put it back to its place now, or into the cold"},
}
