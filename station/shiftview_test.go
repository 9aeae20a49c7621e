package station_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pickstation/order"
	"pickstation/station"
)

// shifts are what the loop counted of this shift and the last one.
func (b *bench) shifts() (now, last station.ShiftView) {
	b.Helper()
	now, last, err := b.loop.Shift(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	return now, last
}

func TestAShiftCountsWhatIsStored(t *testing.T) {
	b := newBench(t, goods("1", 1, 3), goods("2", 1, 2))
	b.want(order.OK, badgeLi, "X1", item(1), item(1))
	b.want(order.Unknown, "NONSENSE")
	b.say(order.CmdUndo)
	b.say(order.CmdShort)
	b.want(order.OrderDone, order.CommandPrefix+string(order.CmdYes))
	b.clock.advance(time.Minute)
	now, last := b.shifts()
	if now.Scans != 8 || now.Wrong != 1 || now.Units != 1 || now.Undone != 1 || now.Short != 2 || !last.Start.IsZero() {
		t.Errorf("%+v", now)
	}
	if len(now.People) != 1 || now.People[0].Name != "李雷" || now.People[0].Units != 1 || now.People[0].Wrong != 1 {
		t.Errorf("people %+v", now.People)
	}
	if len(now.Exceptions) != 1 || now.Exceptions[0].Kind != "shorted" || now.Exceptions[0].Ref != "X1" || now.Exceptions[0].Qty != 2 {
		t.Errorf("exceptions %+v", now.Exceptions)
	}
	if now.Signed.IsZero() || now.Work != "1" || now.Opened.Before(now.Signed) {
		t.Errorf("who works since when: %v %v %v", now.Signed, now.Work, now.Opened)
	}
	if now.Speed.Timed != 8 || now.Speed.P99 < now.Speed.P50 || now.Speed.P50 <= 0 || now.Speed.Since.Before(now.Start) {
		t.Errorf("speed %+v", now.Speed)
	}
	b.restart()
	b.settle()
	again, _ := b.shifts()
	if again.Speed.Timed != 0 {
		t.Errorf("nobody scanned since the restart: %+v", again.Speed)
	}
	now.Speed, again.Speed = station.Speed{}, station.Speed{}
	if diff := cmp.Diff(now, again); diff != "" {
		t.Errorf("after a restart the shift is another one:\n%s", diff)
	}
	// Without a loop, from the events alone.
	events, err := b.db.Tail(1000)
	if err != nil {
		t.Fatal(err)
	}
	counted := station.Count(nil, events, order.DefaultPolicy(), time.UTC, b.clock.Now()).Now
	if counted.Scans != now.Scans || counted.Units != now.Units || counted.Short != now.Short {
		t.Errorf("counted from the events: %+v", counted)
	}
}

func TestTheNextShiftBeginsAtItsTimeAndTheLastOneIsKept(t *testing.T) {
	b := newBench(t, goods("1", 1, 30))
	b.want(order.OK, badgeLi, "X1", item(1))
	b.say(order.CmdInfo)
	b.clock.advance(24 * time.Hour) // midnight lies between: no policy names another time
	if err := b.loop.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	began := order.DateOf(b.clock.Now()) // the page and the report say so before anything is done
	if s := b.settle().Panel.Shift; s.Scans != 0 || s.Units != 0 || s.Speed.Timed != 0 || order.DateOf(s.Began) != began || s.Work != "1" {
		t.Errorf("the page after midnight: %+v", s)
	}
	if now, last := b.shifts(); now.Scans != 0 || order.DateOf(now.Began) != began || last.Units != 1 || last.Speed.Timed != 4 {
		t.Errorf("after midnight %+v, the shift before %+v", now, last)
	}
	b.want(order.OK, item(1), item(1))
	now, last := b.shifts()
	if now.Speed.Timed != 2 || last.Speed.Timed != 4 || now.Speed.Since.Before(now.Began) {
		t.Errorf("speed of this shift %+v, of the last %+v", now.Speed, last.Speed)
	}
	if now.Units != 2 || last.Units != 1 || last.Scans != 4 {
		t.Errorf("this shift %+v, the last %+v", now, last)
	}
	if now.Signed.IsZero() || now.Work != "1" {
		t.Error("who works over midnight is forgotten")
	}
}

func TestThePanelCarriesTheShiftOnlyWhileItIsOpen(t *testing.T) {
	b := newBench(t, goods("1", 1, 3))
	b.want(order.OK, badgeLi, "X1", item(1))
	if b.settle().Panel != nil {
		t.Error("a panel that nobody asked for")
	}
	b.say(order.CmdInfo)
	if v := b.settle(); v.Panel == nil || v.Panel.Shift.Units != 1 || v.Panel.Shift.Speed.Timed == 0 || v.Bench.Panel != order.PanelBench {
		t.Errorf("panel %+v", v.Panel)
	}
	b.want(order.OK, item(1))
	if v := b.settle(); v.Panel != nil || v.Work.Picked != 2 {
		t.Error("a scan does not go on with the work")
	}
}

func TestOnlyTheLeadsViewCarriesWhatOthersDid(t *testing.T) {
	b := newBench(t, goods("1", 1, 3))
	b.want(order.OK, badgeMei, "X1", item(1))
	b.say(order.CmdShort)
	b.want(order.OrderDone, order.CommandPrefix+string(order.CmdYes))
	b.say(order.CmdSignOut)
	b.say(order.CmdKeep)
	b.want(order.OK, badgeLi)
	for range 2 {
		b.say(order.CmdInfo)
	}
	if s := b.settle().Panel.Shift; len(s.People) != 1 || s.People[0].ID != "li" || len(s.Exceptions) != 0 || s.Short != 2 {
		t.Errorf("the shift's page carries %+v", s)
	}
	b.say(order.CmdInfo)
	if s := b.settle().Panel.Shift; len(s.People) != 1 || len(s.Exceptions) != 0 {
		t.Errorf("the refusal carries %+v", s)
	}
	b.want(order.OK, badgeMei)
	if s := b.settle().Panel.Shift; len(s.People) != 2 || len(s.Exceptions) != 1 || len(s.Overrides) != 0 {
		t.Errorf("the lead's page carries %+v", s)
	}
}

func TestAnOverrideNamesWhoLetItPass(t *testing.T) {
	var v station.ShiftView
	now := station.Count(nil, []order.Event{
		{Type: order.EventSignedIn, At: 1000, By: "li"},
		{Type: order.EventPrintRequested, At: 2000, By: "li", Auth: "boss", Reason: "print", Shipment: "S1"},
	}, order.DefaultPolicy(), time.UTC, time.UnixMilli(2000)).Now
	if v = now; len(v.Overrides) != 1 || v.Overrides[0].Auth != "boss" || v.Overrides[0].By != "li" || v.Overrides[0].Shipment != "S1" {
		t.Errorf("%+v", v.Overrides)
	}
}
