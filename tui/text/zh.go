package text

var zh = Texts{
	Now: "刚刚", Never: "从未", Minutes: "%d分", Hours: "%d时%02d分", Days: "%d天",

	Nobody: "无人", Lead: "组长", Online: "在线", Offline: "离线", Centre: "中心",
	Unsent: "未传%d", Devices: "设备%d/%d", Printer: "打印机", PrinterShort: "打印", Queued: "排队%d", Parked: "停下%d",
	Today: "今日扫%d 错%d",

	AlertPrinter: "打印机 %s",
	AlertTodo:    "任务列表（F3）里有 %d 条指令",

	Starting: "正在启动", ScanBadge: "请扫工牌", ScanBadgeHint: "没做完的任务会自动打开。",

	PanelHint: "F1 下一页，扫码就继续作业", PanelWell: "一切正常", PanelScans: "扫 %d 次，错 %d（%s%%）", PanelUnits: "拣 %d 件，发 %d 箱",
	PanelSpeed: "应答 p50 %s 毫秒，p99 %s 毫秒", PanelOf: "%d 次，自 %s", PanelReads: "扫不出 %s%%，乱码 %s%%（最近 %d 次）",
	PanelCert: "证书到 %s", PanelDisk: "磁盘还剩 %d MB",
	ShiftSince: "本班 %s 起", ShiftUnits: "拣 %d 件，缺 %d 件", ShiftParcels: "打包 %d 箱，交接 %d 箱", ShiftUndone: "撤销 %d 次", ShiftPicked: "拣 %d 件",
	ShadowWould: "试行会拦：",
	LeadSince:   "%s 起（%s）", LeadExceptions: "异常：%d", LeadOverrides: "组长放行：%d", LeadBy: "由 %s 放行",

	TooLight:  "称不出差一件：%s",
	AnswerPIN: "输入密码", AnswerQty: "扫数量码，或按数字再回车；「是」= 全部：", AlertCalled: "已呼叫组长 %s %s：组长到了请扫工牌",
	BoxNow: "装第%d箱", BoxKind: "%s 箱", BoxOpen: "还在装", BoxUnits: "%d件",

	BatchHead: "批量 %d 单，还差%d件", WallHead: "播种墙 %d 单，还差%d件", DropHead: "送走周转箱，共 %d 单", PutInto: "放入", FreeSlot: "空位，放入即绑定",
	InHand: "手中 / 应放", BringTote: "拿周转箱", BringTo: "送到", SlotFull: "齐", WallScan: "扫货，看放哪一格", PackSlot: "打包格口",

	QueueTitle: "任务列表：%d", ToHandOver: "待交接 %d 件（F4）", WaveScan: "扫「%s」（%d 单）", QueueEmpty: "还没有任务，中心会自动下发。",
	Late: "迟%s", Due: "剩%s", Mine: "我", ShortFrozen: "冷冻", ShortChilled: "冷藏", More: "还有%d",
	ColPromise: "时限", ColTemp: "温层", ColOrder: "订单", ColCarrier: "承运商",
	ColUnits: "件数", ColOwner: "谁在做", ColTote: "周转箱", ColState: "状态", ColLines: "行数",

	Location: "货位", Quantity: "已拣 / 应拣", Checked: "已复核 / 已拣", Left: "还差%d件",
	LineOf: "第%d/%d行", UnitsOf: "共%d/%d件", UnitsShort: "%d/%d件，缺%d件",
	Check: "复核", PackCheck: "打包复核", OrderShort: "订单缺件", NotHere: "此处无效", RestShort: "其余缺货",
	Tote: "箱%s", SKU: "货号", Barcode: "条码", Case: "一扫%d件", Lot: "批号", Serial: "序列号", Expiry: "有效期", Pack: "整件",
	Track: "须扫", Next: "接着", Done: "已完成", NoLine: "这里没有要拣的了。", Cancelled: "已取消",
	NoLocation: "无货位",
	Alike:      "别拿错：%s，弄混过%d次",

	Waybill: "面单", Routing: "三段码", ParcelOf: "第%d/%d箱", PrintNo: "第%d次打印",
	Sheets: "单据 %d / %d 张", PaperVoid: "作废",
	PrintWait: "正在打印，请稍等", PrintRetry: "看一下打印机：%s，会自动重试",
	PrintMend: "%s：处理打印机，再按 F5", PrintLead: "%s：请叫组长",
	NotPrinted: "还没打印", Labelled: "已贴好", StickOn: "贴上箱子，再扫它",

	Scale: "秤", Grams: "%d 克", GoodsWeigh: "货品 %d 克", EmptyPan: "先拿空秤盘",

	DispatchTitle: "发货交接：台上还有 %d 件", DispatchEmpty: "没有等待交接的包裹。",
	CarrierCount: "%d件", OnBench: "已等", Loading: "正在装 %s",

	TasksTitle: "任务：%d", AskedBy: "%s 提出", TasksEmpty: "没有任务。可以扫退回的面单。",
	Judge: "评级", CameBack: "退回 / 发出", ToJudge: "待评 %d", Photos: "照片 %d", PhotosDue: "拍照",
	CountAt: "盘点货位", CountedNow: "数到", TakeFrom: "取自",

	OutOf: "离冷 %d/%d 分", OutFor: "离冷 %d 分", Coolant: "冷媒：%d 个 %s", CoolantBox: "用 %s 箱",

	HandTo: "交给顾客", GivenOut: "已交 / 包裹",

	Question: "请回答：", AnswerRepeat: "同一把枪，同一个码 = 是", AnswerYes: "扫指令卡「是」 = 是",
	AnswerLead: "组长扫工牌 = 是", AnswerSignOut: "F11 保留  F8 释放", AnswerNo: "Esc = 否",

	AnswerReason: "指令卡「原因 1」到「%d」，或数字键", AnswerSubst: "扫代替的货品", Instead: "代替", NextZone: "周转箱送到", Wave: "波次 %s", Singles: "一单一货", SinglesLeft: "剩 %d / %d 单", SinglesWant: "剩下几单", Gift: "赠品", PutIn: "放入", CancelCheck: "核对取消：%s",

	TodoTitle: "待办：%d", TodoHow: "先扫订单，做完扫「是」", TodoGoods: "%d 件 %s 放到 %s",

	Menu: "没有按键的指令", MenuHint: "数字或上下键选，回车执行，Esc 返回",
	CardOnly: "指令卡：", Quit: "ctrl+c 两次退出", QuitShort: "^C 退出", QuitAgain: "再按 ctrl+c 退出",
	TooSmall: "窗口太小：%dx%d，需要 %dx%d", ScreenError: "显示出错，扫描照常。请叫组长。",
	Step: "下一步",

	CrashWhat: "pickstation：%s 出错：%v", CrashDo: "请重新启动本台；已应答的扫描都已保存",

	Trial: "试行到%s", TrialOf: "%s试行到%s", TrialShort: "试行到%s",
	Training: "培训：这里的一切都不是真的", TrainingShort: "培训",

	Demo: "演示", DemoRight: "扫对", DemoWrong: "扫错", DemoLocation: "货位", DemoBadge: "工牌",
	DemoYes: "「是」码", DemoNetwork: "断网", DemoPrinter: "打印机", DemoGun: "插拔枪",
	DemoBatch: "批量", DemoWall: "播种", DemoBox: "换箱", DemoEmpty: "倒箱", DemoList: "交接单", DemoSubst: "换货", DemoTasks: "理货", DemoOther: "另一工牌",
}
