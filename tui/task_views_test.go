package tui

import (
	"strings"
	"testing"
	"time"

	"pickstation/order"
	"pickstation/station"
)

func init() { moreViews = append(moreViews, taskViews) }

func aReturn() *order.Task {
	return &order.Task{ID: "R17", Kind: order.TaskReturn, Ref: "RET-20261121-17", Order: "HN20261101-0042", State: "inspecting", Owner: "op7",
		Lines: []order.TaskLine{
			{No: 1, SKU: "HN-MANGO-5KG", Name: mango(), Qty: 20, Announced: 12, To: "A-03-2", N: 11, Photos: []string{"IMG1"},
				Goods: []order.Judged{{Qty: 9, Grade: "A", Fate: order.FateRestock}, {Qty: 1, Grade: "C", Fate: order.FateScrap}, {Qty: 1}}},
			{No: 2, SKU: "HN-COCO", Name: order.Names{ZH: "椰子糖", EN: "Coconut candy"}, Qty: 2, To: "B-01-1"}}}
}

func aMove(kind order.TaskKind) *order.Task {
	return &order.Task{ID: "T9", Kind: kind, Ref: "T-9", Owner: "op7", By: "Zhang, stock", Lines: []order.TaskLine{
		{No: 1, SKU: "HN-MANGO-5KG", Name: mango(), Qty: 14, N: 2, From: "R-01-1", To: "A-03-2", Lot: "L2611"},
		{No: 2, SKU: "FZ-DURIAN", Name: order.Names{ZH: "冷冻榴莲肉 400g", EN: "Frozen durian 400 g"}, Qty: 3, From: "F-02-3", To: "F-01-1", Temp: order.Frozen}}}
}

func taskViews() map[string]*station.View {
	list := base(order.ScreenTasks)
	for _, k := range []*order.Task{aReturn(), aMove(order.TaskReplenish), aMove(order.TaskCount), aMove(order.TaskMove)} {
		list.Tasks = append(list.Tasks, *k)
	}
	list.Tasks[2].Owner, list.TasksAll = "op9", 31
	list.Verdict = shown(order.Blocked, m(order.MsgNeverShipped, order.Args{Ref: "HN-1077"}), m(order.DoSetAside, order.Args{}))
	empty := base(order.ScreenTasks)

	back := base(order.ScreenReturn)
	back.Task = aReturn()
	back.Bench.Task = order.TaskBench{ID: "R17", Line: 1}
	back.Verdict = shown(order.OverQty, m(order.MsgReturnTooMany, order.Args{Name: mango(), N: 10, Need: 9}), m(order.DoScanSingly, order.Args{Need: 9}))
	opened := base(order.ScreenReturn)
	opened.Task, opened.Bench.Task.ID = aReturn(), "R17"

	photo := base(order.ScreenReturn)
	photo.Task, photo.Bench.Task = aReturn(), order.TaskBench{ID: "R17", Line: 1}
	photo.Returns.Grades = []order.GradeRule{{Grade: "A", Fate: order.FateRestock}, {Grade: "C", Fate: order.FateScrap, Photo: true}}
	photo.Task.Lines[0].Goods = []order.Judged{{Qty: 9, Grade: "A", Fate: order.FateRestock}, {Qty: 2, Grade: "C", Fate: order.FateScrap}}

	take, bring := base(order.ScreenStock), base(order.ScreenStock)
	take.Task, take.Bench.Task = aMove(order.TaskMove), order.TaskBench{ID: "T9"}
	bring.Task, bring.Bench.Task = aMove(order.TaskReplenish), order.TaskBench{ID: "T9", Line: 1, Units: 12, Place: "R-01-1"}
	bring.Verdict = shown(order.OK, m(order.MsgInHand, order.Args{Name: mango(), N: 12, Need: 12}),
		m(order.DoBringUnits, order.Args{Name: mango(), N: 12, Location: "A-03-2"}))
	warming := *bring
	warming.Verdict = shown(order.Blocked, m(order.MsgStockTooWarm, order.Args{Name: mango(), Reason: string(order.Frozen), AgeS: 1260}), m(order.DoScanLead, order.Args{}))
	out := order.OutClock{Temp: order.Frozen, Since: noon.Add(-21 * time.Minute)}
	warming.Bench.Task.Out, warming.Out = out, []station.OutView{{Ref: "T-9", OutClock: out, WarnS: 600, HoldS: 1200}}
	warming.Bench.Question = &order.Question{Kind: order.AskOverride, Gate: order.GateCold, Task: "T9", ShownAt: noon, What: warming.Verdict.What, Do: warming.Verdict.Do}
	count := base(order.ScreenStock)
	count.Task, count.Bench.Task = aMove(order.TaskCount), order.TaskBench{ID: "T9", Kind: order.TaskCount, Line: 1, Units: 13, Place: "R-01-1"}
	byLot := *count
	milk := *count.Task
	milk.Lines = append([]order.TaskLine{}, milk.Lines...)
	milk.Lines[0].Track.Lot, milk.Lines[0].Lot = true, ""
	byLot.Task, byLot.Bench.Task.Lots = &milk, []order.LotQty{{Lot: "L2610", Qty: 12}, {Lot: "L2611", Qty: 1}}
	byLot.Bench.Pending = &order.Pending{Line: 1, Units: 1}
	byLot.Verdict = shown(order.Needs, m(order.MsgNeedLot, order.Args{Name: mango()}), m(order.DoScanLot, order.Args{}))
	q := order.Question{Kind: order.AskCount, Task: "T9", Line: 1, Qty: 13, ShownAt: noon,
		What: m(order.MsgCountDiffers, order.Args{Name: mango(), N: 13, Location: "R-01-1"}), Do: m(order.DoCountAgain, order.Args{})}
	count.Bench.Question = &q
	count.Verdict = shown(order.ConfirmAgain, q.What, q.Do)
	ask := func(v *station.View, kind order.QuestionKind, verdict order.Verdict, repeat bool, what, do order.Message) *station.View {
		c := *v
		c.Bench.Question = &order.Question{Kind: kind, Repeatable: repeat, Task: "T9", ShownAt: noon, What: what, Do: do}
		c.Verdict = shown(verdict, what, do)
		return &c
	}
	taken := ask(list, order.AskTakeTask, order.Taken, true, m(order.MsgTaskTaken, order.Args{Ref: "RET-20261121-17", Who: "王强"}), m(order.DoScanAgain, order.Args{}))
	elsewhere := ask(bring, order.AskTaskPlace, order.ConfirmAgain, true, m(order.MsgPutElsewhere, order.Args{Name: mango(), N: 12, Location: "A-07-1"}), m(order.DoScanAgain, order.Args{}))
	short := ask(take, order.AskTaskShort, order.ConfirmAgain, false, m(order.MsgAskShort, order.Args{Name: mango(), N: 2, Need: 14, Reason: "out_of_stock"}), m(order.DoScanYes, order.Args{}))
	several := *list
	several.Verdict = shown(order.Ambiguous, m(order.MsgSeveralTasks, order.Args{N: 2}), m(order.DoNarrowTask, order.Args{}))
	todo := queueing()
	todo.Instructions = []order.Instruction{
		{ID: "I1", Kind: order.InstructStop, Ref: "HN20261121-1050", Waybills: []string{"SF1390012345671"}, Carrier: sf().Name},
		{ID: "I2", Kind: order.InstructIntercept, Ref: "HN20261121-1051", Waybills: []string{"SF1390012345688", "SF1390012345689"}, Carrier: sf().Name},
		{ID: "I3", Kind: order.InstructPutBack, Ref: "HN20261121-1052", Goods: []order.PutBack{{SKU: "HN-MANGO-5KG", Name: mango(), Qty: 2, Location: "A-03-2"}}},
		{ID: "I4", Kind: order.InstructReprint, Ref: "HN20261121-1053", Waybills: []string{"SF1390012345555"}}}
	todo.Verdict = shown(order.Needs, m(order.MsgInstruction, order.Args{Ref: "HN20261121-1051", Reason: string(order.InstructIntercept)}), todo.Instructions[1].Do())
	return map[string]*station.View{"queue_instructions": todo, "question_take_task": taken, "question_task_place": elsewhere, "question_task_short": short, "tasks_several": &several, "tasks": list, "tasks_empty": empty, "return": back, "return_opened": opened, "return_photo": photo,
		"stock_take": take, "stock_bring": bring, "stock_count": count, "stock_count_lots": &byLot, "stock_too_warm": &warming}
}

func TestALongNameIsCutAndNotLeftOut(t *testing.T) {
	v := base(order.ScreenReturn)
	v.Task, v.Bench.Task.ID = aReturn(), "R17"
	v.Task.Lines[1].Name = order.Names{ZH: "茶礼盒 五指山红茶特级 2026 春季限量版 250 克装", EN: "Gift box of Wuzhishan black tea, spring 2026 limited edition, 250 g tin"}
	list := base(order.ScreenTasks)
	list.Tasks = []order.Task{*v.Task}
	list.Tasks[0].Lines = v.Task.Lines[1:]
	for _, size := range sizes {
		for _, view := range []*station.View{v, list} {
			if s := words(Render(view, size, options("en", Mono))); !strings.Contains(s, "Gif") {
				t.Errorf("at %v:\n%s", size, s)
			}
		}
	}
}
