package text

import (
	"fmt"
	"strings"
	"time"

	"pickstation/order"
)

// verdicts names the closed set.
var verdicts = map[order.Verdict]Pair{
	order.OK:           {"正确", "OK"},
	order.LineDone:     {"本行完成", "LINE DONE"},
	order.OrderDone:    {"订单完成", "ORDER DONE"},
	order.DoneAlready:  {"已经做过", "DONE ALREADY"},
	order.Unknown:      {"未知条码", "UNKNOWN CODE"},
	order.WrongKind:    {"扫错种类", "WRONG KIND"},
	order.WrongItem:    {"拿错货了", "WRONG ITEM"},
	order.OtherOrder:   {"别的订单", "OTHER ORDER"},
	order.Ambiguous:    {"不够明确", "NOT CLEAR"},
	order.Needs:        {"还缺信息", "MORE NEEDED"},
	order.OverQty:      {"数量超了", "TOO MANY"},
	order.Blocked:      {"不能继续", "BLOCKED"},
	order.Taken:        {"别人在做", "TAKEN"},
	order.ConfirmAgain: {"需要确认", "CONFIRM"},
	order.NotSaved:     {"没有保存", "NOT SAVED"},
}

// Verdict returns the big word of a verdict.
func Verdict(lang string, v order.Verdict) string {
	return in(lang, "verdicts", string(v), verdicts[v])
}

// words are the stable codes that the screen can meet: holds, reasons, instructions,
// temperature classes, stages, print states, devices, printers, the link to the
// centre.
var words = map[string]Pair{
	"over_pick":        {"拣多了", "more picked than ordered"},
	"under_pick":       {"撤销多了", "more taken back than picked"},
	"no_such_line":     {"没有这一行", "no such line"},
	"no_such_parcel":   {"没有这个包裹", "no such parcel"},
	"not_in_flow":      {"中心没能入账：流程不允许", "the centre cannot book it: not in its flow"},
	"two_stations":     {"两台都动过货", "two benches moved it"},
	"serial_twice":     {"序列号重复", "serial in two orders"},
	"dispatched_twice": {"交接了两次", "handed over twice"},
	// Holds and marks.
	string(order.Backordered):    {"缺货待补", "backordered"},
	string(order.AddressChanged): {"改了地址", "address changed"},
	string(order.AddressUnclear): {"地址模糊", "address unclear"},
	string(order.Urgent):         {"紧急处理", "urgent"},
	string(order.ToVerify):       {"需核实", "to verify"},
	string(order.Intercepted):    {"截停", "intercepted"},
	string(order.Incomplete):     {"信息缺失", "incomplete"},
	string(order.CustomsRefused): {"海关规则不符", "customs rules"},
	string(order.CustomsStopped): {"海关未放行", "stopped by customs"},

	// Reasons.
	"out_of_stock": {"缺货", "out of stock"},
	"damaged":      {"破损", "damaged"},

	// Reasons of a lead ([order.StandardReasons]).
	"goods_checked":   {"货已核对", "goods checked by hand"},
	"agreed_by_phone": {"电话里同意了", "agreed by phone"},
	"carrier_waits":   {"承运商在等", "the carrier waits"},
	"scale_wrong":     {"秤不准", "the scale is wrong"},
	"other_reason":    {"其他", "another reason"},

	string(order.TooWarm):   {"温度过高", "too warm"},
	string(order.TooCold):   {"温度过低", "too cold"},
	string(order.NoSamples): {"没有温度读数", "no temperature readings"},
	"hand_over":             {"换人", "hand-over"},
	"keep":                  {"保留", "keep"},
	"release":               {"释放", "release"},
	"call":                  {"呼叫组长", "call"},

	// Instructions.
	string(order.InstructPutBack):   {"放回货位", "put back"},
	string(order.InstructStop):      {"不要发出", "do not hand over"},
	string(order.InstructReprint):   {"重打面单", "print again"},
	string(order.InstructIntercept): {"从笼里取回", "take out of the cage"},

	// Tasks, and what becomes of goods that came back.
	string(order.TaskReturn):    {"退货", "return"},
	string(order.TaskMove):      {"移库", "move"},
	string(order.TaskReplenish): {"补货", "replenish"},
	string(order.TaskCount):     {"盘点", "count"},
	string(order.RoleReturns):   {"退货", "returns"},
	string(order.FateRestock):   {"上架", "restock"},
	string(order.FateHold):      {"待定", "on hold"},
	string(order.FateScrap):     {"报废", "scrap"},

	// Temperature classes.
	string(order.Chilled): {"冷藏", "chilled"},
	string(order.Frozen):  {"冷冻", "frozen"},

	// Stages.
	string(order.StageAwaitingPayment):  {"待付款", "awaiting payment"},
	string(order.StagePaid):             {"已付款", "paid"},
	string(order.StageAwaitingPick):     {"待分拣", "awaiting pick"},
	string(order.StagePicked):           {"已分拣", "picked"},
	string(order.StageAwaitingDispatch): {"待发货", "awaiting dispatch"},
	string(order.StageDispatched):       {"已发货", "dispatched"},
	string(order.StageInTransit):        {"运输中", "in transit"},
	string(order.StageOutForDelivery):   {"派送中", "out for delivery"},
	string(order.StageDelivered):        {"已签收", "delivered"},
	string(order.StageReturnRequested):  {"退货申请", "return requested"},
	string(order.StageAwaitingReturn):   {"待收货", "awaiting return"},
	string(order.StageInspecting):       {"质检中", "inspecting"},
	string(order.StageRefunded):         {"已退款", "refunded"},
	string(order.StageCancelled):        {"已取消", "cancelled"},

	// Customs modes.
	string(order.CustomsExport):   {"直邮出口 9610", "export 9610"},
	string(order.CustomsBonded):   {"保税 1210", "bonded 1210"},
	string(order.CustomsDutyFree): {"离岛免税", "duty-free"},

	// Print states.
	string(order.PrintQueued):  {"排队中", "queued"},
	string(order.PrintSending): {"打印中", "printing"},
	string(order.PrintTaken):   {"打印机已接", "at the printer"},
	string(order.PrintDone):    {"已打印", "printed"},
	string(order.PrintDropped): {"不用了", "not wanted"},
	string(order.PrintFailed):  {"失败，会重试", "failed, will retry"},
	string(order.PrintParked):  {"停下，等人处理", "parked, needs a person"},

	"panel_bench":              {"本台情况", "the bench"},
	"panel_shift":              {"本班小结", "the shift"},
	"panel_lead":               {"组长一览", "the lead's view"},
	"panel_lead_asked":         {"组长一览", "the lead's view"},
	string(order.GateLeadView): {"看组长一览", "looked at the lead's view"},

	// What a lead wants to know of a shift: kinds of events, and rules on trial.
	string(order.EventShorted):        {"缺货结束", "closed short"},
	string(order.EventCalled):         {"呼叫组长", "lead called"},
	string(order.EventWeightOff):      {"重量不符", "weight does not fit"},
	string(order.EventPaperVoided):    {"单据作废", "paper void"},
	string(order.EventTemperature):    {"温度", "temperature"},
	string(order.EventWeighed):        {"重量放行", "weight let pass"},
	string(order.EventPrintRequested): {"打印放行", "print let pass"},
	string(order.EventUnheld):         {"解除挂起", "hold lifted"},
	string(order.EventCallEnded):      {"组长到了", "lead came"},
	string(order.EventSignedIn):       {"登录", "signed in"},
	string(order.GatePrint):           {"打印", "printing"},
	string(order.GateDispatch):        {"交接", "hand-over"},
	string(order.GateWeight):          {"重量", "weight"},
	string(order.MsgShortLife):        {"剩余效期不足", "too little shelf life"},
	string(order.MsgNeedLocation):     {"没扫货位", "location not scanned"},
	string(order.MsgOtherLot):         {"不是预留批号", "another lot"},
	string(order.MsgKitFirst):         {"套装顺序", "order of kits"},

	// Devices.
	"absent":  {"未插", "absent"},
	"opening": {"连接中", "opening"},
	"online":  {"正常", "ok"},
	"busy":    {"被占用", "busy"},
	"error":   {"故障", "error"},
	"closed":  {"已关", "closed"},

	// What a scale says.
	"stable":     {"稳定", "stable"},
	"motion":     {"还在动", "moving"},
	"over":       {"超出量程", "overload"},
	"under":      {"低于零点", "below zero"},
	"stale":      {"没有读数", "no reading"},
	"unreadable": {"读数不明", "unreadable"},

	// Printers; their states stand in printer.go.
	"out_of_paper":      {"缺纸", "out of paper"},
	"pending":           {"等待中", "pending"},
	"interrupted":       {"打印中断", "interrupted"},
	"print_failed":      {"打印失败", "failed"},
	"print_name_taken":  {"文件名已被占用", "name is taken"},
	"print_bad_job":     {"任务有误", "bad job"},
	"print_unreachable": {"连不上", "unreachable"},
	"print_denied":      {"无权限", "no permission"},
	"print_busy":        {"打印机忙", "busy"},
	"print_refused":     {"打印机拒绝", "refused"},
	"print_no_space":    {"磁盘满", "disk full"},
	"print_bad_answer":  {"答复有误", "bad answer"},
	"print_bad_address": {"地址有误", "bad address"},
	"none":              {"没有打印机", "no printer"},
	"no_printer":        {"没有打印机", "no printer"},
	"not_configured":    {"没有设置", "not set up"},
	"folder_missing":    {"文件夹不在", "folder missing"},
	"permission_denied": {"无权限", "no permission"},
	"disk_full":         {"磁盘满", "disk full"},

	// Papers, and why one does not count any more.
	"waybill":          {"面单", "waybill"},
	"packing_list":     {"出库单", "packing list"},
	"customs_form":     {"报关签条", "customs form"},
	"invoice":          {"商业发票", "invoice"},
	"customs_list":     {"报关清单", "customs list"},
	"slip":             {"作业单", "slip"},
	"manifest":         {"交接单", "hand-over list"},
	order.VoidOrder:    {"打印后订单改过", "the order changed after printing"},
	order.VoidContents: {"打印后箱里的货换了", "the goods changed after printing"},

	// Labels that could not be made, and prints that the shipment forbids.
	"label_bad_input":         {"面单资料不全", "label data is wrong"},
	"label_bad_printer":       {"打印机设置不对", "printer settings are wrong"},
	"label_bad_symbol":        {"单号做不成条码", "number makes no barcode"},
	"label_barcode_too_fine":  {"条码太密", "barcode is too fine"},
	"label_text_does_not_fit": {"文字太长", "text does not fit"},
	"label_script_not_drawn":  {"文字打不出，请用拉丁字母", "letters cannot be printed; use Latin ones"},
	"label_unknown_kind":      {"没有这种单据", "no such document"},
	"label_unknown_form":      {"没有这种面单尺寸", "no such label size"},
	"label_renderer":          {"面单生成失败", "label cannot be made"},
	"label_overlap":           {"面单版式有误", "label form is faulty"},
	"label_not_allowed":       {"规定不许打印", "paper is not allowed"},
	"label_too_large":         {"面单太大", "label is too large"},
	"picker":                  {"拣货", "picker"},
	"packer":                  {"打包", "packer"},
	"unit_missing":            {"可能少装", "probably missing"},
	"unit_extra":              {"可能多装", "probably too many"},
	"unit_swapped":            {"可能装错", "probably swapped"},
	"unexplained":             {"原因不明", "no single mistake explains it"},
	"no_number":               {"没有面单号", "no waybill number"},
	"waybill_used":            {"单号已作废或已用", "number is void or used"},
	"waybill_cancelled":       {"承运商已取消此单号", "carrier cancelled the number"},
	"held":                    {"订单已截停", "order is on hold"},
	"no_parcel":               {"没有这个包裹", "no such parcel"},
	"no_shipment":             {"没有这个订单", "no such order"},
	"no_receiver":             {"没有收件人", "no receiver"},
	"bad_receiver":            {"收件人读不出", "receiver is unreadable"},
	"no_box_key":              {"本台没有密钥", "station has no key"},
	"not_for_this_station":    {"不是给本台的", "not for this station"},

	// The link to the centre.
	"unauthorized":        {"证书无效", "certificate refused"},
	"certificate_expired": {"证书过期", "certificate expired"},
	"clock":               {"时钟不准", "clock is off"},
	"clock_skew":          {"时钟不准", "clock is off"},
	"server_error":        {"中心出错", "centre has an error"},
	"bad_answer":          {"中心答复有误", "centre answers nonsense"},
	"version":             {"版本不合", "versions differ"},
	"not_enrolled":        {"本台未登记", "not enrolled"},
	"refused":             {"中心拒绝", "centre refuses"},
	"no_answer":           {"中心不答复", "no answer"},
	"bad_reply":           {"中心答复有误", "bad reply"},
	"old_timeline":        {"中心答的是旧状态", "an older state answered"},
	"read_events":         {"读不出本机记录", "own records unreadable"},
	"not_saved":           {"没有保存", "not saved"},
	"gap":                 {"中心缺记录", "the centre has a gap"},
	"fork":                {"日志分叉", "the log forked"},
	"fenced":              {"日志已封", "the log is fenced"},
	"split":               {"一次发太多", "too much at once"},
	"bad":                 {"中心看不懂", "the centre cannot read it"},
	"upgrade":             {"本台程序太旧", "this program is too old"},
	"bad_identity":        {"证书用不了", "certificate unusable"},
	"timeout":             {"中心不答复", "centre does not answer"},
	"network":             {"网络不通", "no network"},

	// The copy on another disk.
	"copy_denied":    {"不许写", "not writable"},
	"copy_full":      {"盘满", "its disk is full"},
	"copy_hangs":     {"盘不答复", "its disk does not answer"},
	"copy_same_disk": {"和本台在同一块盘上", "on the bench's own disk"},
	"copy_earlier":   {"有旧盘的记录", "holds records of a lost disk"},
}

// Known says whether a stable code has a word of its own.
func Known(code string) bool {
	_, isPrinter := printerState(code)
	return isPrinter || hasWord(underscored(code))
}

func hasWord(code string) bool {
	_, ok := words[code]
	return ok
}

func underscored(code string) string { return strings.ReplaceAll(code, "-", "_") }

// Word returns the word for a stable code; a code that has none is shown as it
// stands, with spaces for its underscores. Hyphens and underscores are the same.
func Word(lang, code string) string {
	if c := underscored(code); hasWord(c) {
		return in(lang, "words", c, words[c])
	}
	if s, ok := printerState(code); ok {
		return in(lang, "printer", s.Code, s.Name)
	}
	return strings.ReplaceAll(Clean(code), "_", " ")
}

// AgeSeconds returns an age in words; negative is never.
func AgeSeconds(lang string, s int) string {
	if s < 0 {
		return For(lang).Never
	}
	return Age(lang, time.Duration(s)*time.Second)
}

// Age returns how long ago something was, in at most three units of width. Below a
// minute it is "now", so that a screen at rest does not change each second.
func Age(lang string, d time.Duration) string {
	t := For(lang)
	switch {
	case d < time.Minute:
		return t.Now
	case d < time.Hour:
		return fmt.Sprintf(t.Minutes, int(d/time.Minute))
	case d < 24*time.Hour:
		return fmt.Sprintf(t.Hours, int(d/time.Hour), int(d%time.Hour/time.Minute))
	}
	return fmt.Sprintf(t.Days, min(int(d/(24*time.Hour)), 9999))
}
