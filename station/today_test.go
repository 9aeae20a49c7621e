package station_test

import (
	"testing"
	"time"

	"pickstation/order"
	"pickstation/station"
)

func TestTheDaysFiguresSurviveARestartAndEndWithTheDay(t *testing.T) {
	b := newBench(t, goods("1", 3, 2))
	b.want(order.OK, badgeLi, "X1", item(1))
	b.want(order.LineDone, item(1))
	b.want(order.Unknown, "NO-SUCH-CODE")
	b.want(order.WrongKind, order.CommandPrefix+string(order.CmdYes)) // nothing was asked: no wrong scan
	b.say(order.CmdUndo)
	before := b.settle().Today
	if before.Scans != 7 || before.Wrong != 1 || before.Units != 1 {
		t.Fatalf("after seven scans, one wrong, one unit undone: %+v", before)
	}
	b.restart()
	if after := b.settle().Today; after != before {
		t.Errorf("after a restart %+v, before %+v", after, before)
	}
	b.clock.advance(24 * time.Hour)
	if err := b.loop.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	if next := b.settle().Today; next != (station.TodayView{Day: before.Day.AddDays(1)}) {
		t.Errorf("on the next day, before anything was done: %+v", next)
	}
	b.want(order.LineDone, item(1))
	if next := b.settle().Today; next.Scans != 1 || next.Wrong != 0 || next.Units != 1 {
		t.Errorf("on the next day: %+v", next)
	}
}
