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
	order.MsgBatchTaken:      {"{ref} 在 {who} 的批次里，共 {n} 单", "{ref} is one of {n} orders that {who} works on together"},
	order.MsgAskBatchOver:    {"把这 {n} 单交给 {who}？", "Shall {who} take over these {n} orders?"},
	order.MsgAskReason:       {"为什么放行？选一个原因", "Why? Choose one of {n} reason(s)"},
	order.MsgAskSkip:         {"{name}[（{location}）]为什么先跳过？", "Why is {name}[ at {location}] left for later?"},
	order.DoReason:           {"扫「原因 1」到「原因 {n}」，或按数字键", "Scan REASON 1 to {n}, or press the digit"},
	order.MsgAskSubst:        {"{name} 缺 {n} 件：换别的货？", "{name}: {n} missing; may other goods go out?"},
	order.MsgSubstCustoms:    {"订单 {ref} 已向海关申报，不能换货", "Order {ref} is declared to customs: nothing can be substituted"},
	order.MsgScanSubst:       {"用什么代替 {n} 件 {name}？", "What goes out instead of {n} x {name}?"},
	order.DoScanSubst:        {"扫代替的货品", "Scan the goods that go out instead"},
	order.MsgSubstSame:       {"这就是缺的 {name}", "This is {name}, which is missing"},
	order.MsgSubstCold:       {"{name} 的温层不同[（{reason}）]", "{name} is of another temperature class[: {reason}]"},
	order.MsgSubstituted:     {"{n} 件改发 {name}", "Going out as {name}: {n} unit(s)"},
	order.MsgZoneDone:        {"订单 {ref} 本区拣完：{n} / {need}，其余在 {location} 区", "Order {ref}: this zone is done, {n} of {need}; the rest is in zone {location}"},
	order.DoPassOn:           {"扫周转箱[ {code}]，送 {location} 区", "Scan the tote[ {code}]: it goes to zone {location}"},
	order.MsgPassed:          {"订单 {ref}（{code}）转 {location} 区，已拣 {n} / {need}", "Order {ref} in {code} goes on to zone {location}, {n} of {need} picked"},
	order.DoBringZone:        {"把周转箱[ {code} ]送到 {location} 区", "Bring the tote[ {code}] to zone {location}"},
	order.MsgOtherZone:       {"订单 {ref} 接着在 {location} 区拣", "Order {ref} goes on in zone {location}"},
	order.MsgZoneLater:       {"{name} 由 {ref} 区拣[（{location}）]", "{name} is picked in zone {ref}[, at {location}]"},
	order.MsgBoxEmptiedPaper: {"第 {need} 箱已倒空，{n} 件不算了；面单 {waybill} 留着，货变了会叫你重打", "Box {need} is empty, {n} unit(s) taken back; keep waybill {waybill}, other goods will void it"},
	order.MsgLotPicked:       {"{name}：批号 {lot} 是订单 {ref} 的，已经拣走", "{name}: lot {lot} was picked for order {ref}"},
	order.DoTakeLot:          {"放回去，拿批号 {lot}", "Put it back, take lot {lot}"},
	order.MsgSerialElsewhere: {"{name}：序列号 {serial} 已在订单 {ref}", "{name}: serial {serial} is in order {ref} already"},
	order.MsgLoadClosed:      {"交接单在打：交出 {n} 件，留下 {need} 件[，{ref} 等订单只走了一半]", "List is printing: {n} parcel(s) handed over, {need} stay[; {ref} only half gone]"},
	order.DoCloseLoad:        {"{name} 的都交了：打「交接单」，或扫「发货交接」(F4) 装下一家", "All for {name} are gone: HAND-OVER LIST, or SHIP (F4) for the next carrier"},
	order.MsgOtherLoad:       {"{waybill} 是 {name} 的，不上这车", "{waybill} is for {name}, not for this load"},
	order.DoEndLoad:          {"放一边；{name} 装完后扫「发货交接」(F4) 或「交接单」再扫它", "Set it aside; when {name} is done, SHIP (F4) or HAND-OVER LIST, then scan it"},
	order.MsgMustNotStand:    {"{location} 不收 {code}（{name}[，{reason}]）", "{location} does not take {code} of {name}[, {reason}]"},
	order.MsgWeighFirst:      {"第 {need} 箱还没称重", "Box {need} was not weighed"},
	order.MsgEnclosed:        {"箱 {need}：{name} 已放", "Box {need}: {name} is in"},
	order.MsgNotEnclosed:     {"箱 {need}：还没放 {name}", "Box {need}: {name} is not in yet"},
	order.DoEnclose:          {"箱 {need} 放入 {name}，扫它的码", "Put {name} into box {need}, scan its code"},
	order.DoLeadHeld:         {"放一边；挂起的是中心，在中心的异常里解除 {ref}", "Set it aside; the centre holds {ref} and lifts it: see its exceptions"},
	order.DoWeighFirst:       {"先上秤，再扫面单；放行请组长扫工牌", "Put it on the scale, then scan the label; a lead's badge lets it pass"},
	order.MsgBackPiece:       {"{name}：放回 {n} / {need}", "{name}: {n} of {need} go back"},
	order.MsgBackThere:       {"{name}：{n} / {need} 已放回 {location}", "{name}: {n} of {need} back at {location}"},
	order.MsgBackScan:        {"放回 {location} 的货先扫（{n} 件没扫）", "First scan what goes back to {location}: {n} unit(s) to go"},
	order.MsgBackTooMany:     {"多了：订单 {ref} 不用放回这么多", "One too many: order {ref} does not give that many back"},
	order.MsgBackUnseen:      {"订单 {ref} 已放回，其中 {n} 件没扫：{name}", "Order {ref} is put back; {n} unit(s) were not scanned: {name}"},
	order.MsgSeveralHere:     {"{location} 放 {n} 种货：扫其中一件", "{n} kinds of goods at {location}: scan one"},
	order.MsgLoading:         {"现在装 {name}，{n} 件待交", "Loading {name}: {n} parcel(s) wait"},
	order.MsgNotOfBench:      {"包裹 {waybill} 不是本台的", "Parcel {waybill} is not of this bench"},
	order.DoScanSoon:         {"已问中心，过一会儿再扫一次", "The centre is asked: scan it again in a moment"},
	order.DoOtherBench:       {"中心不通：送到发它的工位，或放异常货架，通了再扫", "No centre: to the bench that sent it, or aside till it is back"},
	order.DoHandOverThere:    {"到打包它的工位交接", "Hand it over at the bench that packed it"},
	order.MsgTaskReleased:    {"{reason} {ref} 已放回任务列表", "{reason} {ref} is free for others again"},
	order.DoFinishAll:        {"先做完这 {n} 单，或扫「释放」(F8)", "Finish the {n} orders first, or RELEASE (F8) them"},
	order.DoFinishTask:       {"先做完{reason} {ref}，或扫「释放」(F8)", "Finish {reason} {ref} first, or RELEASE (F8) it"},
	order.DoQueueFirst:       {"先回任务列表（F3）", "QUEUE (F3) first"},
	order.DoScanSingle:       {"扫 {name}[（{location}）]，一件一单", "Scan {name}[ from {location}], one for each order"},
	order.MsgToteReserved:    {"{code} 已给{reason} {ref} 用", "{code} is reserved for {reason} {ref}"},
	order.DoToTasks:          {"先扫「任务」，再扫它；或换一个箱", "TASKS first, then scan it; or take another tote"},
	order.DoRolesBadge:       {"交给有{reason}权限的人或组长：他的工牌扫两次", "For somebody with the role {reason}, or a lead: their badge, twice"},
	order.MsgUndoGoneBack:    {"之前拣的已经放回货位，撤销到此为止", "What was picked before went back to its place: UNDO ends here"},
	order.MsgNeedPack:        {"{name} 在 {location} 不止一处，哪一件还不清楚", "{name} lies at {location} in more than one pack"},
	order.DoScanPack:         {"扫整件码 {code}；散件就再扫一次", "Scan the pack, such as {code}; a loose unit: again"},
	order.MsgPackTwice:       {"整件 {code} 已经算过", "Pack {code} was counted before"},
	order.MsgOtherPack:       {"整件 {code}（{name}）是订单 {ref} 的", "Pack {code} of {name} is for order {ref}"},
	order.MsgPackOpened:      {"整件 {code} 有 {need} 件，只取 {n} 件", "Pack {code} holds {need}: take {n} out of it"},
	order.MsgLotOfSeveral:    {"本单有几种货都带 {lot}", "Several goods of this order carry {lot}"},
	order.MsgWorkGone:        {"中心已收回 {ref}", "The centre has taken {ref} away"},
}
