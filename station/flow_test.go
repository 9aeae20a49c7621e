package station_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pickstation/order"
	"pickstation/station"
)

func TestFiftyScansInFiveSecondsCountFifty(t *testing.T) {
	b := newBench(t, goods("1", 2, 50))
	b.want(order.OK, badgeLi, "X1")
	for n := 1; n <= 50; n++ {
		b.clock.advance(100 * time.Millisecond)
		o := b.scan(item(1))
		if want := verdictAt(n, 50); o.Decision.Verdict != want {
			t.Fatalf("scan %d: %s", n, o.Decision.Verdict)
		}
	}
	w := b.settle().Work
	if w.Picked != 50 || len(w.Done) != 1 || w.Done[0].Picked != 50 {
		t.Errorf("%d picked", w.Picked)
	}
	b.want(order.OverQty, item(1))
	if w := b.settle().Work; w.Picked != 50 {
		t.Errorf("%d picked after one too many", w.Picked)
	}
}

func verdictAt(n, need int) order.Verdict {
	if n == need {
		return order.LineDone
	}
	return order.OK
}

func TestTenScansInASecondOnTwoGunsCountTen(t *testing.T) {
	b := newBench(t, goods("1", 1, 20))
	b.want(order.OK, badgeLi, "X1")
	for n := range 10 {
		b.clock.advance(100 * time.Millisecond)
		b.post(order.DeviceID(fmt.Sprintf("gun%d", n%2+1)), item(1))
	}
	if w := b.settle().Work; w.Picked != 10 {
		t.Errorf("%d picked", w.Picked)
	}
	byGun := map[order.DeviceID]int{}
	for _, e := range b.log() {
		if e.Type == order.EventPicked {
			byGun[e.Device]++
		}
	}
	if byGun["gun1"] != 5 || byGun["gun2"] != 5 {
		t.Errorf("picks by gun: %v", byGun)
	}
}

// randomTexts are what a careless picker scans: work, goods, commands and rubbish.
func randomTexts(rng *rand.Rand) string {
	commands := []order.Command{order.CmdUndo, order.CmdSkip, order.CmdNo, order.CmdQueue, order.CmdLang, order.CmdShort,
		order.CmdYes, order.CmdRelease, order.CmdCall, order.CmdKeep}
	switch k := rng.IntN(100); {
	case k < 60:
		return item(1 + rng.IntN(6))
	case k < 63:
		return fmt.Sprintf("CASE-%d", 1+rng.IntN(6))
	case k < 75:
		return fmt.Sprintf("X%d", 1+rng.IntN(8))
	case k < 78:
		return badgeLi
	case k < 92:
		return order.CommandPrefix + string(commands[rng.IntN(len(commands))])
	case k < 94:
		return "SF10001"
	case k < 96:
		return "A-02"
	}
	raw := make([]byte, rng.IntN(40))
	for i := range raw {
		raw[i] = byte(rng.IntN(256))
	}
	return string(raw)
}

func TestTenThousandRandomScansAreEachOneEventAndTheGoodsAddUp(t *testing.T) {
	var list []order.Shipment
	for n := 1; n <= 8; n++ {
		list = append(list, goods(fmt.Sprint(n), 6, 40))
	}
	b := newBench(t, list...)
	rng := rand.New(rand.NewPCG(7, 7))
	const scans = 10_000
	good := 0
	for sent := 0; sent < scans; {
		burst := min(1+rng.IntN(100), scans-sent)
		for range burst {
			b.clock.advance(time.Duration(rng.IntN(900)) * time.Millisecond)
			b.post("gun1", randomTexts(rng))
		}
		for range burst {
			o := b.next()
			if o.Err != nil {
				t.Fatal(o.Err)
			}
			if o.Decision.Verdict.Good() {
				good++
			}
		}
		if sent/2500 != (sent+burst)/2500 {
			b.restart()
		}
		sent += burst
	}
	b.settle()
	verdicts, picked := tally(b.log())
	if verdicts != scans {
		t.Errorf("%d scans left %d verdicts in the log", scans, verdicts)
	}
	if good < scans/10 || good > scans*9/10 {
		t.Errorf("%d of %d scans were good: the mix says nothing", good, scans)
	}
	b.stop()
	for _, s := range list {
		got, err := b.db.Shipment(s.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range got.Lines {
			if n := picked[fmt.Sprint(s.ID, "/", l.No)]; n != l.Picked || l.Picked+l.Short > l.Qty {
				t.Errorf("shipment %s line %d: %d picked and %d short of %d, the events say %d", s.ID, l.No, l.Picked, l.Short, l.Qty, n)
			}
		}
	}
}

// tally counts the verdicts of a log and the units picked of each line.
func tally(log []order.Event) (verdicts int, picked map[string]int) {
	picked = map[string]int{}
	for _, e := range log {
		if e.Verdict != "" {
			verdicts++
		}
		line := fmt.Sprint(e.Shipment, "/", e.Line)
		switch {
		case e.Type == order.EventPicked:
			picked[line] += e.Qty
		case e.Type == order.EventUndone && e.Reason != string(order.EventShorted):
			picked[line] -= e.Qty
		}
	}
	return verdicts, picked
}

// still is the part of a view that a restart must not change.
type still struct {
	Bench        order.Bench
	Work         *station.WorkView
	Queue        []station.QueueRow
	QueueTotal   int
	Outbound     []station.OutboundRow
	Instructions []order.Instruction
	Sync         station.SyncView
}

func stillOf(v *station.View) still {
	s := still{v.Bench, v.Work, v.Queue, v.QueueTotal, v.Outbound, v.Instructions, v.Sync}
	if v.Work != nil { // lists are not shown, and not kept fresh, while work is open
		s.Queue, s.QueueTotal, s.Outbound, s.Instructions = nil, 0, nil, nil
	}
	return s
}

func TestARestartAfterAnyScanShowsTheSameScreen(t *testing.T) {
	tracked := goods("2", 2, 3)
	tracked.Lines[0].Track = order.Tracking{Lot: true, Expiry: true}
	tracked.PackCheck = order.PackEach
	b := newBench(t, goods("1", 3, 2), tracked)
	steps := []string{badgeLi, "X1", item(2), item(2), "PS:SKIP", item(1), "PS:UNDO", "PS:SHORT", "PS:YES", item(3), item(3), "PS:QUEUE",
		"X2", item(1), "LOT7", item(1), "PS:NO", item(2), item(2), "PS:LANG", item(2), "PS:SIGNOUT", "PS:KEEP", badgeLi, badgeMei, "PS:NO"}
	for _, text := range steps {
		if o := b.scan(text); o.Err != nil {
			t.Fatal(o.Err)
		}
		before := stillOf(b.settle())
		b.restart()
		after := stillOf(b.settle())
		if d := cmp.Diff(before, after); d != "" {
			t.Fatalf("after %q and a restart (-before +after):\n%s", text, d)
		}
	}
}

func TestUndoReachesBackBeforeARestart(t *testing.T) {
	b := newBench(t, goods("1", 3, 2))
	b.want(order.OK, badgeLi, "X1", item(1))
	b.want(order.LineDone, item(1))
	b.want(order.OK, item(2))
	b.restart()
	for n, want := range []struct{ line, picked int }{{2, 2}, {1, 1}, {1, 0}} {
		o := b.say(order.CmdUndo)
		if o.Decision.Verdict != order.OK || o.Decision.Events[0].Line != want.line {
			t.Fatalf("undo %d: %+v", n+1, o.Decision)
		}
		if w := b.settle().Work; w.Picked != want.picked {
			t.Errorf("undo %d leaves %d picked", n+1, w.Picked)
		}
	}
	if o := b.say(order.CmdUndo); o.Decision.What.Code != order.MsgNothingToUndo {
		t.Errorf("a fourth undo of three picks: %+v", o.Decision)
	}
}

func TestWorkCancelledWhileItIsOpenIsRefused(t *testing.T) {
	s := goods("1", 2, 5)
	b := newBench(t, s)
	b.want(order.OK, badgeLi, "X1", item(1))
	s.Version, s.Cancelled = 2, true
	if err := b.pull(s, 0); err != nil {
		t.Fatal(err)
	}
	v := b.loop.View()
	if v.Verdict == nil || v.Verdict.Verdict != order.Blocked || v.Verdict.What.Code != order.MsgCancelled || !v.Verdict.Async {
		t.Errorf("the screen says %+v", v.Verdict)
	}
	if v.Work == nil || !v.Work.Cancelled || v.Work.Picked != 1 {
		t.Errorf("work %+v", v.Work)
	}
	b.want(order.Blocked, item(1), item(2))
	if w := b.settle().Work; w.Picked != 1 {
		t.Errorf("%d picked of cancelled work", w.Picked)
	}
}

func TestWorkThatIsHeldWhileItIsOpenSaysWhy(t *testing.T) {
	s := goods("1", 1, 2)
	b := newBench(t, s)
	b.want(order.OK, badgeLi, "X1", item(1))
	s.Version, s.Holds = 2, []order.Hold{{Code: order.AddressChanged, Stops: true}}
	if err := b.pull(s, 0); err != nil {
		t.Fatal(err)
	}
	v := b.loop.View().Verdict
	if v == nil || v.Verdict != order.Blocked || v.What.Code != order.MsgHeld || v.What.Args.Reason != string(order.AddressChanged) {
		t.Errorf("the screen says %+v", v)
	}
}

func TestWorkChangedWhileItIsOpenKeepsItsCounts(t *testing.T) {
	s := goods("1", 2, 5)
	b := newBench(t, s)
	b.want(order.OK, badgeLi, "X1", item(1), item(1))
	s.Version = 2
	s.Lines = append([]order.Line(nil), s.Lines...)
	s.Lines[1].Qty = 9
	if err := b.pull(s, 0); err != nil {
		t.Fatal(err)
	}
	v := b.loop.View()
	if v.Verdict.What.Code != order.MsgWorkChanged || v.Work.Units != 14 || v.Work.Picked != 2 {
		t.Errorf("verdict %+v, %d of %d", v.Verdict, v.Work.Picked, v.Work.Units)
	}
	b.want(order.OK, item(2))
	if o := b.say(order.CmdUndo); o.Decision.Verdict != order.OK || o.Decision.Events[0].Line != 2 {
		t.Errorf("undo after the change: %+v", o.Decision)
	}
}

func TestAPullShowsNewWorkInTheQueue(t *testing.T) {
	b := newBench(t, goods("1", 1, 1))
	b.want(order.OK, badgeLi)
	if v := b.settle(); v.QueueTotal != 1 {
		t.Fatalf("queue of %d", v.QueueTotal)
	}
	urgent := goods("2", 1, 1)
	urgent.Priority = 9
	if err := b.pull(urgent, 0); err != nil {
		t.Fatal(err)
	}
	v := b.loop.View()
	if v.QueueTotal != 2 || len(v.Queue) != 2 || v.Queue[0].ID != "2" {
		t.Errorf("queue %+v of %d", v.Queue, v.QueueTotal)
	}
	b.want(order.OK, "X1") // while work is open too
	if err := b.pull(goods("3", 1, 1), 0); err != nil {
		t.Fatal(err)
	}
	if v := b.loop.View(); v.QueueTotal != 3 {
		t.Errorf("queue of %d", v.QueueTotal)
	}
}

func TestHostileScansEachGetAVerdictAndChangeNothing(t *testing.T) {
	b := newBench(t, goods("1", 2, 5))
	b.want(order.OK, badgeLi, "X1", item(1))
	before := b.settle()
	hostile := []string{"", " ", "\x00", "\x1b[2J\x1b]0;x\x07", "\xff\xfe\xc0\x80", "\xe4\xbd", strings.Repeat("A", 8<<10), strings.Repeat("\x1d", 8<<10),
		"]C1" + strings.Repeat("10", 4000), "]Q1\x1d\x1d\x1d", "PS:", "PS:NOPE", "ps:\x00", "https://id.gs1.org/01/" + strings.Repeat("9", 8000), "]", "]C", "]C1",
		"'; DROP TABLE events; --", "\u202e54321", strings.Repeat("芒", 2700), "]d2" + strings.Repeat("(", 4000), "\n\r\t"}
	for _, raw := range hostile {
		o := b.scan(raw)
		if v := o.Decision.Verdict; o.Err != nil || v == "" || v.Good() || v == order.NotSaved {
			t.Errorf("%.40q: %s %v", raw, v, o.Err)
		}
		if len(o.Decision.Events) != 1 || len(o.Decision.Events[0].Code) > 48 {
			t.Errorf("%.40q: events %+v", raw, o.Decision.Events)
		}
	}
	if err := b.loop.Scan(context.Background(), station.Scan{Device: "gun1", Noise: 9000}); err != nil {
		t.Fatal(err)
	}
	if o := b.next(); o.Decision.What.Code != order.MsgNoise || o.Decision.What.Args.N != 9000 {
		t.Errorf("noise: %+v", o.Decision)
	}
	after := b.settle()
	if d := cmp.Diff(before.Work, after.Work); d != "" {
		t.Error(d)
	}
	verdicts := 0
	for _, e := range b.log() {
		if e.Verdict != "" {
			verdicts++
		}
	}
	if want := 3 + len(hostile) + 1; verdicts != want || len(b.heard()) != want {
		t.Errorf("%d scans left %d verdicts and %d answers", want, verdicts, len(b.heard()))
	}
	b.want(order.OK, item(1))
}

func FuzzAnyBytesGetAVerdict(f *testing.F) {
	for _, seed := range []string{"ITEM-1", "]C10109506000134352", "\x1d\x1d", "PS:UNDO", "]d201095060001343521727053110LOT7", "\xff\x00", "X1", badgeLi} {
		f.Add([]byte(seed))
	}
	b := newBench(f, goods("1", 2, 1_000_000))
	b.want(order.OK, badgeLi, "X1")
	f.Fuzz(func(t *testing.T, raw []byte) {
		if err := b.loop.Scan(context.Background(), station.Scan{Device: "gun1", Frame: 1, Text: string(raw)}); err != nil {
			t.Fatal(err)
		}
		if o := <-b.outcomes; o.Err != nil || o.Decision.Verdict == "" || len(o.Decision.Events) == 0 {
			t.Errorf("%q: %s %v", raw, o.Decision.Verdict, o.Err)
		}
	})
}
