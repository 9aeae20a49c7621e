package station_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pickstation/order"
	"pickstation/station"
)

func TestNobodyHasToFetchViews(t *testing.T) {
	b := newBench(t, goods("1", 1, 500))
	b.want(order.OK, badgeLi, "X1")
	for range 300 { // more than the mailbox and the views hold
		b.post("gun1", item(1))
	}
	newest := b.settle()
	if newest.Work.Picked != 300 {
		t.Errorf("%d picked", newest.Work.Picked)
	}
	select {
	case v := <-b.loop.Views():
		if v.N != newest.N {
			t.Errorf("the mailbox holds view %d, the newest is %d", v.N, newest.N)
		}
	default:
		t.Error("the mailbox is empty")
	}
	select {
	case v := <-b.loop.Views():
		t.Errorf("the mailbox holds view %d too", v.N)
	default:
	}
}

func TestAViewNeverChanges(t *testing.T) {
	s := goods("1", 3, 3)
	b := newBench(t, s)
	b.want(order.OK, badgeLi, "X1")
	for _, d := range []string{"gun1", "gun2"} {
		if err := b.loop.SetDevice(context.Background(), station.DeviceView{Name: d, Status: "online"}); err != nil {
			t.Fatal(err)
		}
	}
	v := b.settle()
	before := string(mustJSON(t, v))
	b.want(order.OK, item(1), item(2))
	if err := b.loop.SetDevice(context.Background(), station.DeviceView{Name: "gun1", Status: "absent"}); err != nil {
		t.Fatal(err)
	}
	s.Version, s.Holds = 2, []order.Hold{{Code: order.ToVerify, Stops: true}}
	if err := b.pull(s, 0); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(before, string(mustJSON(t, v))); d != "" {
		t.Error(d)
	}
	now := b.loop.View()
	if len(now.Devices) != 2 || now.Devices[0].Status != "absent" || now.Devices[1].Status != "online" || len(now.Work.Holds) != 1 {
		t.Errorf("devices %+v, holds %+v", now.Devices, now.Work.Holds)
	}
}

func TestWorkIsShownAlongTheWalkAndFinishedLinesLatestFirst(t *testing.T) {
	s := goods("1", 60, 2)
	for i := range s.Lines { // the walk is not the order of the lines
		s.Lines[i].Walk = (i*37 + 11) % 60
	}
	s.Lines[4].Temp, s.Lines[9].Temp = order.Frozen, order.Chilled
	b := newBench(t, s)
	b.want(order.OK, badgeLi, "X1", "PS:SKIP", "PS:SKIP", item(7), "PS:SKIP")
	for _, n := range []int{3, 30, 12} {
		b.want(order.OK, item(n))
		b.want(order.LineDone, item(n))
	}
	check := func() {
		t.Helper()
		v := b.settle()
		skipped := v.Bench.Skipped
		var todo []*order.Line
		for i := range s.Lines {
			l := &s.Lines[i]
			if l.No != v.Work.Current.No && !slices.Contains([]int{3, 30, 12}, l.No) {
				todo = append(todo, l)
			}
		}
		slices.SortFunc(todo, func(a, b *order.Line) int { return order.CompareWalk(a, b, skipped) })
		var want, got, done []int
		for _, l := range todo[:20] {
			want = append(want, l.No)
		}
		for _, l := range v.Work.Next {
			got = append(got, l.No)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("what follows: %s", d)
		}
		for _, l := range v.Work.Done {
			done = append(done, l.No)
		}
		if d := cmp.Diff([]int{12, 30, 3}, done); d != "" {
			t.Errorf("finished lines: %s", d)
		}
		if w := v.Work; w.Lines != 60 || w.LinesDone != 3 || w.CurrentPos != 4 || w.Temp != order.Frozen || w.Units != 120 || w.Picked != 7 {
			t.Errorf("work %+v", w)
		}
	}
	check()
	b.restart()
	check()
}

func TestTheQueueAndTheOutboundListFollowTheWork(t *testing.T) {
	b := newBench(t, goods("1", 1, 1), goods("2", 1, 1))
	b.want(order.OK, badgeLi)
	if v := b.settle(); v.QueueTotal != 2 || len(v.Outbound) != 0 {
		t.Fatalf("queue of %d, %d outbound", v.QueueTotal, len(v.Outbound))
	}
	b.ship("1")
	v := b.settle()
	if v.QueueTotal != 1 || v.Queue[0].ID != "2" || len(v.Outbound) != 1 || v.Outbound[0].Waybill != "SF10001" || v.OutboundAll != 1 {
		t.Errorf("queue %+v, outbound %+v of %d", v.Queue, v.Outbound, v.OutboundAll)
	}
	b.want(order.OK, "PS:SHIP", "SF10001")
	if v := b.settle(); len(v.Outbound) != 0 || v.Today.Shipped != 1 || v.Today.Units != 1 {
		t.Errorf("outbound %+v, today %+v", v.Outbound, v.Today)
	}
}

func TestWaitsAreCountedFromTheLastByteToTheCommit(t *testing.T) {
	b := newBench(t, goods("1", 1, 100))
	b.want(order.OK, badgeLi, "X1")
	b.stop()
	st := &failingStore{dbStore: dbStore{b.db}, begun: make(chan struct{}, 10), gate: make(chan struct{})}
	b.start(func(o *station.Options) { o.Store = st })
	if p50, p99, n := b.loop.Latency(); p50 != 0 || p99 != 0 || n != 0 {
		t.Errorf("before the first scan: %v %v %d", p50, p99, n)
	}
	came := time.Now()
	if err := b.loop.Scan(context.Background(), station.Scan{Device: "gun1", Frame: 9, Text: item(1), LastByte: came}); err != nil {
		t.Fatal(err)
	}
	<-st.begun
	st.gate <- struct{}{}
	o := b.next()
	if least := st.done.Sub(came); o.Waited < least {
		t.Errorf("the scan waited %v, its commit was over after %v", o.Waited, least)
	}
	if p50, _, n := b.loop.Latency(); p50 != o.Waited || n != 1 {
		t.Errorf("p50 %v of %d scans, the only one waited %v", p50, n, o.Waited)
	}
	if err := b.loop.Key(context.Background(), "F2"); err != nil {
		t.Fatal(err)
	}
	<-st.begun
	st.gate <- struct{}{}
	b.next()
	if _, _, n := b.loop.Latency(); n != 1 {
		t.Errorf("a key counts as a scan: %d", n)
	}
	st.fails = func() bool { return true }
	b.post("gun1", item(1))
	<-st.begun
	close(st.gate)
	_ = b.wait() // a failed commit
	if _, _, n := b.loop.Latency(); n != 1 {
		t.Errorf("a scan that was not saved counts: %d", n)
	}
}

func TestStatusReachesTheScreenWithoutAnEvent(t *testing.T) {
	b := newBench(t)
	ctx := context.Background()
	heard := b.clock.Now().Add(-time.Minute)
	for _, err := range []error{
		b.loop.SetSync(ctx, station.SyncView{Online: true, LastWord: heard}),
		b.loop.SetPrinter(ctx, station.PrinterView{Name: "p", Status: "media_empty", Parked: 2}),
		b.loop.SetDisk(ctx, 1234, 1<<20),
		b.loop.SetDamaged(ctx, "page 7"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	v := b.settle()
	if !v.Sync.Online || v.Printer.Parked != 2 || v.Health.DiskFree != 1234 || !v.Health.DiskLow || v.Health.Damaged != "page 7" {
		t.Errorf("%+v %+v %+v", v.Sync, v.Printer, v.Health)
	}
	if n := len(b.log()); n != 0 {
		t.Errorf("%d events", n)
	}
}

func TestADifferenceFromTheCentreLastsFromItsFirstWord(t *testing.T) {
	b := newBench(t)
	since := func(differs string) time.Time {
		if err := b.loop.SetSync(context.Background(), station.SyncView{Online: true, Differs: differs, Rereads: 1}); err != nil {
			t.Fatal(err)
		}
		return b.settle().Sync.DiffersSince
	}
	first := since("work")
	if again := since("work catalogue"); first.IsZero() || !again.Equal(first) {
		t.Errorf("since %v, then %v", first, again)
	}
	since("")
	if len(b.settle().Alerts(time.Now().Add(time.Hour))) > 0 {
		t.Error("it is still told when all is equal")
	}
	if later := since("work"); !later.After(first) {
		t.Errorf("the next one is since %v, the first was since %v", later, first)
	}
	told := func(after time.Duration) bool {
		v := b.settle()
		return slices.ContainsFunc(v.Alerts(v.Sync.DiffersSince.Add(after)), func(a station.Alert) bool { return a.Code == station.AlertDiffers })
	}
	if told(30*time.Second) || !told(2*time.Minute) {
		t.Error("it is told at once, or never")
	}
}

func TestUnsentEventsAreCountedWithTheirAge(t *testing.T) {
	b := newBench(t, goods("1", 1, 5))
	b.want(order.OK, badgeLi)
	first := b.clock.Now()
	b.clock.advance(time.Minute)
	b.want(order.OK, "X1")
	v := b.settle()
	if v.Sync.Unsent != len(b.log()) || !v.Sync.Oldest.Equal(first) {
		t.Errorf("%d unsent since %v", v.Sync.Unsent, v.Sync.Oldest)
	}
}

func TestAnEndedLoopSaysSo(t *testing.T) {
	b := newBench(t)
	b.stop()
	ctx := context.Background()
	for name, err := range map[string]error{
		"scan":  b.loop.Scan(ctx, station.Scan{Text: "x"}),
		"key":   b.loop.Key(ctx, "F2"),
		"weigh": b.loop.Weigh(ctx, station.Weight{}),
		"write": b.loop.Write(ctx, func(station.Tx) ([]order.ShipmentID, error) { return nil, nil }),
		"read":  b.loop.Read(ctx, func(station.Store) error { return nil }),
	} {
		if codeOf(err) != "station_stopped" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBusinessTimeNeverRunsBackwards(t *testing.T) {
	b := newBench(t, goods("1", 1, 9))
	b.want(order.OK, badgeLi, "X1")
	b.clock.advance(-48 * time.Hour)
	b.want(order.OK, item(1))
	b.restart()
	b.want(order.OK, item(1))
	last := int64(0)
	for _, e := range b.log() {
		if e.At < last {
			t.Errorf("event %d is %d ms before the one before it", e.Seq, last-e.At)
		}
		last = max(last, e.At)
	}
	list := b.log()
	if e := list[len(list)-1]; e.Wall == 0 || e.Wall >= e.At {
		t.Errorf("the raw wall clock is not kept: at %d, wall %d", e.At, e.Wall)
	}
}

func TestFunctionKeysAreCommandsAndOthersNothing(t *testing.T) {
	b := newBench(t, goods("1", 2, 5))
	b.want(order.OK, badgeLi, "X1", item(1))
	for _, key := range []string{"enter", "a", "F13", "space", ""} {
		if err := b.loop.Key(context.Background(), key); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.loop.Key(context.Background(), "F6"); err != nil {
		t.Fatal(err)
	}
	o := b.next()
	if o.Decision.What.Code != order.MsgUndone || o.Input.Source != order.Keyed || o.Waited != 0 {
		t.Errorf("%+v", o)
	}
	if n := len(b.heard()); n != 3 {
		t.Errorf("a key was answered at a gun: %v", b.heard())
	}
}

// forgetful is a database whose shipments were purged.
type forgetful struct{ dbStore }

func (forgetful) Shipment(order.ShipmentID) (*order.Shipment, error) { return nil, nil }

func TestABenchWhoseWorkIsGoneStartsAtTheQueue(t *testing.T) {
	b := newBench(t, goods("1", 1, 2))
	b.want(order.OK, badgeLi, "X1", item(1))
	b.stop()
	b.start(func(o *station.Options) { o.Store = forgetful{dbStore{b.db}} })
	v := <-b.loop.Views()
	if v.Work != nil || v.Bench.Shipment != "" || v.Bench.Screen != order.ScreenQueue || v.Bench.Operator != "li" {
		t.Errorf("%+v", v.Bench)
	}
}
