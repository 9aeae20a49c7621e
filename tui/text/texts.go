package text

// Texts are the labels of the screens. Every field must be filled in both
// languages; formats name their arguments in the order of the comment.
type Texts struct {
	// Ages: minutes; hours and minutes; days.
	Now, Never, Minutes, Hours, Days string

	// Status bar. Unsent: count. Devices: online, all. Queued, Parked: count.
	// Today: scans, wrong.
	Nobody, Lead, Online, Offline, Centre, Unsent         string
	Devices, Printer, PrinterShort, Queued, Parked, Today string

	// Alerts. AlertPrinter: what. AlertTodo: count.
	AlertPrinter, AlertTodo string

	// Panels. PanelScans: scans, wrong, percent. PanelUnits: units, shipped. PanelSpeed: p50, p99.
	// PanelOf: scans of the shift, time of the first. PanelReads: percent not read, percent noise, triggers. PanelCert: day. PanelDisk:
	// megabytes.
	PanelHint, PanelWell, PanelScans, PanelUnits, PanelSpeed, PanelOf, PanelReads, PanelCert, PanelDisk string

	// The shift. ShiftSince: time. ShiftUnits: units, short. ShiftParcels: packed, handed over.
	// ShiftUndone, ShiftPicked: count. LeadSince: time, age. LeadExceptions, LeadOverrides: count. LeadBy: who.
	ShiftSince, ShiftUnits, ShiftParcels, ShiftUndone, ShiftPicked, ShadowWould string
	LeadSince, LeadExceptions, LeadOverrides, LeadBy                            string

	TooLight string // goods of which the scale cannot tell one more or less

	AnswerPIN, AnswerQty, AlertCalled string // AlertCalled: age, order

	// Boxes. BoxNow: number. BoxKind: kind. BoxUnits: units.
	BoxNow, BoxKind, BoxOpen, BoxUnits string

	// Several orders at once. BatchHead: orders, units. SlotOf: picked, wanted.
	BatchHead, WallHead, DropHead, PutInto, FreeSlot, InHand, BringTote, BringTo, SlotFull, WallScan, PackSlot string

	// Sign-in.
	Starting, ScanBadge, ScanBadgeHint string

	// Queue. Title: count. Late, Due: age. More: count.
	QueueTitle, ToHandOver, WaveScan, QueueEmpty, Late, Due, Mine, More string
	ShortFrozen, ShortChilled                                           string
	ColPromise, ColTemp, ColOrder, ColCarrier                           string
	ColUnits, ColOwner, ColTote, ColState, ColLines                     string

	// Verdicts' words for an order that lacks units, and for a key pressed in vain;
	// the end of a line that says so.
	OrderShort, NotHere, RestShort string

	// Work. LineOf, UnitsOf, ParcelOf: numbers. UnitsShort: picked, ordered, short.
	// Check is drawn big where its letters can be.
	Location, Quantity, Checked, Left, LineOf, UnitsOf, UnitsShort string
	Check, PackCheck                                               string
	Tote, SKU, Barcode, Case, Lot, Serial, Expiry, Track, Pack     string
	Next, Done, NoLine, Cancelled, NoLocation                      string

	// Alike: goods that look like those at hand, how often both were mixed up.
	Alike string

	// Label. PrintNo: number. PrintRetry, PrintMend, PrintLead: what is wrong.
	PrintWait, PrintRetry, PrintMend, PrintLead string
	// Sheets: out, all.
	Waybill, Routing, ParcelOf, PrintNo, NotPrinted, Labelled, StickOn string
	Sheets, PaperVoid                                                  string

	// Scale. Grams, GoodsWeigh: grams.
	Scale, Grams, GoodsWeigh, EmptyPan string

	// Dispatch. DispatchTitle, CarrierCount: count. Loading: carrier.
	DispatchTitle, DispatchEmpty, CarrierCount, OnBench, Loading string

	// Tasks. TasksTitle, ToJudge, Photos: count.
	TasksTitle, AskedBy, TasksEmpty, Judge, CameBack, ToJudge, Photos, PhotosDue, CountAt, CountedNow, TakeFrom string

	// Cold goods. OutOf: minutes out, allowed. OutFor: minutes. Coolant: packs, name.
	OutOf, OutFor, Coolant, CoolantBox string

	// A buyer at the counter.
	HandTo, GivenOut string

	// Questions.
	Question, AnswerRepeat, AnswerYes, AnswerLead, AnswerSignOut, AnswerNo string

	// AnswerReason: how many there are. Instead: the goods that are missing. CancelCheck:
	// age of the centre's last word.
	AnswerReason, AnswerSubst, Instead, CancelCheck, NextZone, Wave, Singles, SinglesLeft, SinglesWant, Gift, PutIn string

	// Instructions. TodoTitle: count.
	TodoTitle, TodoHow, TodoGoods string

	// Footer.
	Menu, MenuHint                                                    string
	CardOnly, Quit, QuitShort, QuitAgain, TooSmall, ScreenError, Step string

	// Crash: what, name of the part; do.
	CrashWhat, CrashDo string

	// Trial: last day. TrialOf: class, last day.
	Trial, TrialOf, TrialShort string

	// Training: long and short.
	Training, TrainingShort string

	// Demo strip.
	Demo, DemoRight, DemoWrong, DemoLocation, DemoBadge string
	DemoYes, DemoNetwork, DemoPrinter, DemoGun          string
	DemoBatch, DemoWall, DemoBox, DemoEmpty, DemoList   string
	DemoTasks, DemoSubst, DemoOther                     string
}

// For returns the texts of a language; what is neither "zh" nor known by [Use] is English.
func For(lang string) *Texts {
	if lang == ZH {
		return &zh
	}
	if c := catalogue(lang); c != nil {
		return &c.texts
	}
	return &en
}
