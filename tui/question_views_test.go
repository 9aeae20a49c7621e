package tui

import (
	"pickstation/order"
	"pickstation/station"
)

func init() { moreViews = append(moreViews, questionViews) }

// asking puts a question on a screen, as its verdict shows it.
func asking(v *station.View, verdict order.Verdict, q order.Question, what, do order.Message) *station.View {
	q.What, q.Do, q.ShownAt = what, do, noon
	v.Bench.Question = &q
	v.Verdict = shown(verdict, what, do)
	return v
}

// questionViews are the questions that no other view asks, each on its screen.
func questionViews() map[string]*station.View {
	ref, what := order.Args{Ref: "HN20261121-1042"}, order.Args{Name: mango(), SKU: "HN-MANGO-5KG", Location: "A-03-2", N: 3, Need: 5, Lot: "L2610", Date: "2026-12-01"}
	yes, again := m(order.DoScanYes, order.Args{}), m(order.DoScanAgain, order.Args{})
	paper := order.Args{Waybill: "SF1390012345688", N: 2, Code: "cn23", Reason: "media_empty"}
	stock := func(kind order.TaskKind) *station.View {
		v := base(order.ScreenStock)
		v.Task, v.Bench.Task = aMove(kind), order.TaskBench{ID: "T9", Line: 1, Units: 2, Place: "R-01-1"}
		return v
	}
	several := queueing()
	several.Verdict = shown(order.Ambiguous, m(order.MsgSeveral, order.Args{N: 3}), m(order.DoNarrower, order.Args{}))
	list := base(order.ScreenTasks)
	list.Tasks = []order.Task{*aMove(order.TaskMove)}
	return map[string]*station.View{
		"question_hand_over": asking(picking(), order.ConfirmAgain, order.Question{Kind: order.AskHandOver, Repeatable: true},
			m(order.MsgAskHandOver, order.Args{Who: "王强"}), again),
		"question_lot": asking(picking(), order.ConfirmAgain, order.Question{Kind: order.AskLot, Repeatable: true, Line: 2}, m(order.MsgOtherLot, what), again),
		"question_older": asking(picking(), order.ConfirmAgain, order.Question{Kind: order.AskOlder, Repeatable: true, Line: 2},
			m(order.MsgOlder, what), m(order.DoTakeOlder, what)),
		"question_sign_out": asking(picking(), order.Needs, order.Question{Kind: order.AskSignOut}, m(order.MsgAskSignOut, ref), m(order.DoKeepRelease, order.Args{})),
		"question_reprint":  asking(orderDone(), order.ConfirmAgain, order.Question{Kind: order.AskReprint, Parcel: 1}, m(order.MsgAskReprint, paper), yes),
		"question_resend": asking(picking(), order.ConfirmAgain, order.Question{Kind: order.AskResend, Repeatable: true},
			m(order.MsgMaybeTwice, order.Args{Code: "06901234567892"}), again),
		"question_unhold": asking(queueing(), order.ConfirmAgain, order.Question{Kind: order.AskUnhold},
			m(order.MsgAskUnhold, order.Args{Ref: "HN20261121-1042", Reason: string(order.ToVerify)}), yes),
		"question_unbox": asking(packingBoxes(), order.ConfirmAgain, order.Question{Kind: order.AskUnbox, Parcel: 2},
			m(order.MsgAskUnbox, order.Args{N: 4, Need: 2}), m(order.DoScanBox, order.Args{Need: 2})),
		"question_drop": asking(bringing(true), order.ConfirmAgain, order.Question{Kind: order.AskDrop, Repeatable: true},
			m(order.MsgOtherPlace, order.Args{Location: "DOCK-9", Code: "SLOT-2"}), again),
		"question_zero": asking(picking(), order.LineDone, order.Question{Kind: order.AskZero, Line: 2}, m(order.MsgAskZero, what), yes),
		"question_put_back": asking(queueing(), order.Needs, order.Question{Kind: order.AskPutBack, Shipment: "sh-1007"},
			m(order.MsgInstruction, order.Args{Ref: "HN20261121-1007", N: 2, Reason: string(order.InstructPutBack)}), m(order.DoConfirmDone, order.Args{})),
		"question_lists": asking(dispatching(), order.ConfirmAgain, order.Question{Kind: order.AskLists},
			m(order.MsgAskLists, order.Args{Code: "MF-BENCH-1-20261121-SF-01", N: 2, Need: 1}), yes),
		"question_papers":    asking(dispatching(), order.Blocked, order.Question{Kind: order.AskPapers, Parcel: 1}, m(order.MsgPaperMissing, paper), yes),
		"question_take_task": asking(list, order.Taken, order.Question{Kind: order.AskTakeTask, Repeatable: true}, m(order.MsgTaskTaken, order.Args{Ref: "T-9", Who: "王强"}), again),
		"question_task_place": asking(stock(order.TaskMove), order.ConfirmAgain, order.Question{Kind: order.AskTaskPlace, Repeatable: true},
			m(order.MsgPutElsewhere, what), again),
		"question_task_short": asking(stock(order.TaskMove), order.ConfirmAgain, order.Question{Kind: order.AskTaskShort, Line: 1}, m(order.MsgAskShort, what), yes),
		"queue_several":       several,
	}
}
