package text

var en = Texts{
	Now: "now", Never: "never", Minutes: "%d min", Hours: "%d h %02d", Days: "%d d",

	Nobody: "nobody", Lead: "lead", Online: "ONLINE", Offline: "OFFLINE", Centre: "centre",
	Unsent: "%d unsent", Devices: "dev %d/%d", Printer: "printer", PrinterShort: "prn", Queued: "%d queued", Parked: "%d parked",
	Today: "today %d scan(s), %d wrong",

	AlertPrinter: "Printer %s",
	AlertTodo:    "%d instruction(s) in the queue (F3)",

	Starting: "Starting ...", ScanBadge: "Scan your badge", ScanBadgeHint: "Your open work comes back with you.",

	PanelHint: "F1: next page. Any scan: go on", PanelWell: "ALL IS WELL", PanelScans: "%d scan(s), %d wrong (%s%%)", PanelUnits: "%d unit(s), %d shipped",
	PanelSpeed: "answer p50 %s ms, p99 %s ms", PanelOf: "of %d since %s", PanelReads: "%s%% not read, %s%% noise (last %d)",
	PanelCert: "certificate until %s", PanelDisk: "disk: %d MB left",
	ShiftSince: "since %s", ShiftUnits: "%d unit(s), %d short", ShiftParcels: "%d parcel(s) packed, %d handed over", ShiftUndone: "%d undone", ShiftPicked: "%d unit(s)",
	ShadowWould: "on trial, would refuse:",
	LeadSince:   "since %s (%s)", LeadExceptions: "Exceptions: %d", LeadOverrides: "Let pass by a lead: %d", LeadBy: "by %s",

	TooLight:  "+-1 not seen: %s",
	AnswerPIN: "PIN:", AnswerQty: "QTY code, or digits and Enter; YES = all:", AlertCalled: "LEAD CALLED %s %s: the lead's badge ends it",
	BoxNow: "BOX %d", BoxKind: "box %s", BoxOpen: "being filled", BoxUnits: "%d unit(s)",

	BatchHead: "Batch of %d, %d to go", WallHead: "Put wall of %d, %d to go", DropHead: "Totes of %d orders go away", PutInto: "PUT INTO", FreeSlot: "free; yours by the put",
	InHand: "IN HAND / WANTED", BringTote: "TAKE TOTE", BringTo: "BRING IT TO", SlotFull: "FULL", WallScan: "Scan goods to see their slot", PackSlot: "PACK SLOT",

	QueueTitle: "Work queue: %d", ToHandOver: "%d parcel(s) to hand over (F4)", WaveScan: "scan %s (%d)", QueueEmpty: "No work here yet. It comes from the centre by itself.",
	Late: "%s late", Due: "in %s", Mine: "me", ShortFrozen: "FRZN", ShortChilled: "CHIL", More: "+%d more",
	ColPromise: "by", ColTemp: "cold", ColOrder: "order", ColCarrier: "carrier",
	ColUnits: "units", ColOwner: "who", ColTote: "tote", ColState: "state", ColLines: "lines",

	Location: "LOCATION", Quantity: "PICKED / WANTED", Checked: "CHECKED / PICKED", Left: "%d to go",
	LineOf: "line %d/%d", UnitsOf: "units %d/%d", UnitsShort: "%d of %d, %d short",
	Check: "CHECK", PackCheck: "PACK CHECK", OrderShort: "ORDER SHORT", NotHere: "NOT HERE", RestShort: "the rest is short",
	Tote: "tote %s", SKU: "SKU", Barcode: "code", Case: "x%d", Lot: "lot", Serial: "serial", Expiry: "expiry", Pack: "pack",
	Track: "scan", Next: "then", Done: "done", NoLine: "Nothing left to pick here.", Cancelled: "CANCELLED",
	NoLocation: "no place",
	Alike:      "looks like %s: mixed up %dx",

	Waybill: "WAYBILL", Routing: "ROUTE", ParcelOf: "parcel %d/%d", PrintNo: "print %d",
	Sheets: "sheets %d of %d", PaperVoid: "VOID",
	PrintWait: "Printing, please wait", PrintRetry: "Check the printer: %s; it tries again",
	PrintMend: "%s: see to the printer, then F5", PrintLead: "%s: call the lead",
	NotPrinted: "not printed yet", Labelled: "on its box", StickOn: "Stick it on, scan it",

	Scale: "SCALE", Grams: "%d g", GoodsWeigh: "goods %d g", EmptyPan: "empty the pan",

	DispatchTitle: "Hand-over: %d on the bench", DispatchEmpty: "No parcel waits for a carrier.",
	CarrierCount: "%d parcel(s)", OnBench: "since", Loading: "loading %s",

	TasksTitle: "Tasks: %d", AskedBy: "asked by %s", TasksEmpty: "No task is open. Scan a waybill that came back.",
	Judge: "JUDGE", CameBack: "CAME BACK / SENT", ToJudge: "%d to judge", Photos: "%d photo(s)", PhotosDue: "PHOTOS",
	CountAt: "COUNT AT", CountedNow: "COUNTED", TakeFrom: "TAKE FROM",

	OutOf: "out %d of %d min", OutFor: "out %d min", Coolant: "COOLANT: %d x %s", CoolantBox: "box %s",

	HandTo: "HAND TO THE BUYER", GivenOut: "GIVEN OUT / PARCELS",

	Question: "QUESTION:", AnswerRepeat: "same scanner, same scan = YES", AnswerYes: "YES on the bench card = yes",
	AnswerLead: "a lead's badge = yes", AnswerSignOut: "F11 KEEP  F8 RELEASE", AnswerNo: "Esc = NO",

	AnswerReason: "REASON 1-%d on the bench card, or the digit", AnswerSubst: "the goods' code", Instead: "instead of", NextZone: "TOTE GOES TO ZONE", Wave: "wave %s", Singles: "ONE ITEM, ONE ORDER", SinglesLeft: "%d of %d left", SinglesWant: "ORDERS LEFT", Gift: "GIFT", PutIn: "PUT IN", CancelCheck: "cancel check: %s",

	TodoTitle: "TO DO: %d", TodoHow: "scan the order, then YES when done", TodoGoods: "%d x %s to %s",

	Menu: "COMMANDS WITHOUT A KEY", MenuHint: "digit or arrows, then Enter; Esc: back",
	CardOnly: "card:", Quit: "ctrl+c twice: quit", QuitShort: "^C: quit", QuitAgain: "ctrl+c again: quit",
	TooSmall: "Window too small: %dx%d, needs %dx%d", ScreenError: "Display error; scanning goes on. Call the lead.",
	Step: "NEXT",

	CrashWhat: "pickstation: %s failed: %v", CrashDo: "start the station again; every answered scan is stored",

	Trial: "TRIAL to %s", TrialOf: "TRIAL %s to %s", TrialShort: "TRIAL %s",
	Training: "TRAINING: nothing here is real", TrainingShort: "TRAINING",

	Demo: "DEMO", DemoRight: "right", DemoWrong: "wrong", DemoLocation: "location", DemoBadge: "badge",
	DemoYes: "YES", DemoNetwork: "network", DemoPrinter: "printer", DemoGun: "gun",
	DemoBatch: "batch", DemoWall: "wall", DemoBox: "next box", DemoEmpty: "empty", DemoList: "list", DemoSubst: "subst", DemoTasks: "tasks", DemoOther: "2nd badge",
}
