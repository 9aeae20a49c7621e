package text

import (
	"strings"

	"pickstation/order"
)

// PrinterState is a state of the bench's printer, or of a job at it, as the operator
// meets it: one word for what it is, and one thing to do.
type PrinterState struct {
	Code  string // stable, as the print queue says it
	Name  Pair
	Do    Pair
	Works bool // labels come out without anybody's help
}

// printerStates is the whole table. What a printer says beyond it is shown as it stands,
// with the action of "unknown".
var printerStates = []PrinterState{
	{"ready", Pair{"正常", "ready"}, Pair{"继续", "go on"}, true},
	{"printing", Pair{"打印中", "printing"}, Pair{"等一下", "wait a moment"}, true},
	{"media_low", Pair{"快没纸了", "labels low"}, Pair{"备好下一卷", "have the next roll ready"}, true},
	{"unknown", Pair{"情况不明", "unknown"}, Pair{"看一下打印机", "look at the printer"}, true},
	{"paused", Pair{"暂停", "paused"}, Pair{"按打印机上的「继续」", "press RESUME on it"}, false},
	{"media_empty", Pair{"缺纸", "out of labels"}, Pair{"装纸，合上盖子", "put labels in, close it"}, false},
	{"ribbon_empty", Pair{"缺碳带", "ribbon empty"}, Pair{"换碳带", "put a new ribbon in"}, false},
	{"cover_open", Pair{"打印头开着", "head open"}, Pair{"合上打印头", "close the head"}, false},
	{"head_hot", Pair{"打印头过热", "head too hot"}, Pair{"等打印头降温", "let it cool down"}, false},
	{"head_cold", Pair{"打印头过冷", "head too cold"}, Pair{"等打印头变暖", "let it warm up"}, false},
	{"jam", Pair{"卡纸", "jam"}, Pair{"取出卡住的纸", "take the stuck label out"}, false},
	{"buffer_full", Pair{"缓存满", "buffer full"}, Pair{"等一下；还满就重开机", "wait, then power-cycle it"}, false},
	{"attention", Pair{"不应答", "silent"}, Pair{"看纸、碳带和盖子", "check labels, ribbon, head"}, false},
	{"rejecting", Pair{"拒收任务", "rejects jobs"}, Pair{"在打印机设置里启用", "enable it in its settings"}, false},
	{"stopped", Pair{"停机", "stopped"}, Pair{"看打印机屏幕", "read its display"}, false},
	{"unreachable", Pair{"连不上", "unreachable"}, Pair{"看电源和网线", "check power and cable"}, false},
	{"denied", Pair{"无权限", "no permission"}, Pair{"请叫组长", "call the lead"}, false},
	{"job_held", Pair{"任务挂起", "job held"}, Pair{"在打印机上放行任务", "release the job on it"}, false},
	{order.PrintAborted, Pair{"任务中断", "job aborted"}, Pair{"纸出来就扫它，没出来按 F5", "paper out? scan it. Else F5"}, false},
	{order.PrintCanceled, Pair{"任务取消", "job cancelled"}, Pair{"纸出来就扫它，没出来按 F5", "paper out? scan it. Else F5"}, false},
	{order.PrintUncertain, Pair{"不知是否打出", "reply lost"}, Pair{"纸出来就扫它，没出来按 F5", "paper out? scan it. Else F5"}, false},
}

// PrinterStates lists the table.
func PrinterStates() []PrinterState { return printerStates }

// printerState returns the row of a code; codes of errors of the transport say the same
// as the state that they come from.
func printerState(code string) (PrinterState, bool) {
	code = strings.ReplaceAll(code, "-", "_")
	switch code {
	case "print_unreachable":
		code = "unreachable"
	case "print_denied":
		code = "denied"
	case "print_busy":
		code = "buffer_full"
	}
	for _, s := range printerStates {
		if s.Code == code {
			return s, true
		}
	}
	return PrinterState{}, false
}

// PrinterDo is the one thing to do about a state of the printer, "" where it is none.
func PrinterDo(lang, code string) string {
	if s, ok := printerState(code); ok {
		return in(lang, "printer_do", s.Code, s.Do)
	}
	return ""
}
