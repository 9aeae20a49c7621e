package agent

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pickstation/order"
	"pickstation/sync/wire"
)

var t0 = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

// driver runs Step by hand.
type driver struct {
	t     *testing.T
	c     Config
	s     State
	now   time.Time
	local Local
	n     int
}

func newDriver(t *testing.T, logs ...Log) *driver {
	d := &driver{t: t, c: DefaultConfig(), now: t0, local: Local{Timeline: 1, Cursor: 10, Logs: logs}}
	for _, l := range logs {
		d.local.Unsent += int(l.Last - l.Acked)
	}
	return d
}

// in gives one input and returns what Step wants; writes are not carried out.
func (d *driver) in(in Input) []Action {
	d.n++
	in.Now, in.Rand, in.Local, in.ID = d.now, 0.5, d.local, string(rune('a'+d.n))
	var acts []Action
	d.s, acts = Step(d.c, d.s, in)
	return acts
}

func pick[T Action](acts []Action) (a T, ok bool) {
	for _, x := range acts {
		if a, ok = x.(T); ok {
			return a, true
		}
	}
	return a, false
}

func must[T Action](t *testing.T, acts []Action) T {
	t.Helper()
	a, ok := pick[T](acts)
	if !ok {
		t.Fatalf("no %T among %+v", a, acts)
	}
	return a
}

func none[T Action](t *testing.T, acts []Action) {
	t.Helper()
	if a, ok := pick[T](acts); ok {
		t.Errorf("unwanted %T %+v", a, a)
	}
}

// settled answers the first heartbeat and feed request, and returns the push that follows.
func (d *driver) settled() SendPush {
	d.t.Helper()
	acts := d.in(Input{Kind: Tick})
	beat := must[SendBeat](d.t, acts)
	d.in(Input{Kind: Beaten, Req: beat.Req, Beat: wire.HeartbeatReply{Timeline: d.local.Timeline}})
	return must[SendPush](d.t, d.in(Input{Kind: Tick}))
}

func (d *driver) reply(p SendPush, r wire.PushReply) []Action {
	if r.Timeline == 0 {
		r.Timeline = d.local.Timeline
	}
	r.Req = p.Req
	return d.in(Input{Kind: Pushed, Req: p.Req, Push: r, HashKnown: r.HWM <= d.local.Logs[0].Last})
}

func TestOneRequestIsInFlight(t *testing.T) {
	d := newDriver(t, Log{ID: "L", Last: 500})
	p := d.settled()
	if p.After != 0 || p.Max != firstPush || p.Log != "L" || p.Timeline != 1 {
		t.Errorf("%+v", p)
	}
	for range 5 {
		d.now = d.now.Add(time.Second)
		none[SendPush](t, d.in(Input{Kind: Tick}))
	}
	d.now = d.now.Add(d.c.Timeout)
	none[SendPush](t, d.in(Input{Kind: Tick})) // given up, and backing off
	d.now = d.now.Add(time.Second)
	beat := must[SendBeat](t, d.in(Input{Kind: Tick})) // due by now, and first
	d.in(Input{Kind: Beaten, Req: beat.Req, Beat: wire.HeartbeatReply{Timeline: 1}})
	if again := must[SendPush](t, d.in(Input{Kind: Tick})); again.After != 0 || again.Req == p.Req {
		t.Errorf("%+v", again)
	}
}

func TestAnswerThatIsNotWaitedForIsIgnored(t *testing.T) {
	d := newDriver(t, Log{ID: "L", Last: 500})
	p := d.settled()
	before := d.s
	for _, in := range []Input{
		{Kind: Pushed, Req: "another", Push: wire.PushReply{Timeline: 1, Code: wire.CodeFork, At: 1}},
		{Kind: Beaten, Req: p.Req, Beat: wire.HeartbeatReply{Timeline: 9}},
		{Kind: Fed, Req: p.Req, Feed: wire.FeedReply{Timeline: 9}},
		{Kind: Failed, Req: "another", Failure: Failure{Class: ClassRetry}},
	} {
		if acts := d.in(in); len(acts) != 0 || d.s != before {
			t.Errorf("%+v caused %+v", in, acts)
		}
	}
}

func TestLogsArePushedInOrder(t *testing.T) {
	d := newDriver(t, Log{ID: "A", Last: 5, Acked: 5, Closed: true}, Log{ID: "B", Last: 7, Acked: 6, Closed: true}, Log{ID: "C", Last: 9})
	if p := d.settled(); p.Log != "B" || p.After != 6 || p.Max != 1 {
		t.Errorf("%+v", p)
	}
}

func TestMarkCountsOnlyWithItsHash(t *testing.T) {
	h := order.Hash{1}
	for _, c := range []struct {
		name  string
		r     wire.PushReply
		known bool
		want  uint64
	}{
		{"hash agrees: the whole prefix", wire.PushReply{End: 30, HWM: 90, HWMHash: h}, true, 90},
		{"hash differs: only this push", wire.PushReply{End: 30, HWM: 90, HWMHash: order.Hash{2}}, true, 30},
		{"not ours: only this push", wire.PushReply{End: 30, HWM: 900, HWMHash: h}, false, 30},
		{"it claims more than was sent", wire.PushReply{End: 5000, HWM: 900, HWMHash: h}, false, firstPush},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDriver(t, Log{ID: "L", Last: 500})
			p := d.settled()
			c.r.Timeline, c.r.Code = 1, wire.CodeOK
			acts := d.in(Input{Kind: Pushed, Req: p.Req, Push: c.r, HashAtHWM: h, HashKnown: c.known})
			if a := must[SetAcked](t, acts); a.Acked != c.want {
				t.Errorf("acknowledged %d, want %d", a.Acked, c.want)
			}
			none[SendPush](t, acts) // not before that is stored
		})
	}
}

func TestStableIsNeverPastAcked(t *testing.T) {
	d := newDriver(t, Log{ID: "L", Last: 500, Acked: 10, Stable: 4})
	a := must[SetAcked](t, d.reply(d.settled(), wire.PushReply{Code: wire.CodeOK, End: 20, HWM: 20, Stable: 999}))
	if a.Acked != 20 || a.Stable != 20 {
		t.Errorf("%+v", a)
	}
}

func TestLostEventsStartANewLog(t *testing.T) {
	d := newDriver(t, Log{ID: "L", Last: 40, Acked: 30})
	acts := d.reply(d.settled(), wire.PushReply{Code: wire.CodeOK, End: 40, HWM: 55})
	if a := must[StartLog](t, acts); a.Log != "L" || a.At != 41 || a.Why != "amnesia" {
		t.Errorf("%+v", a)
	}
	d = newDriver(t, Log{ID: "L", Last: 40, Acked: 30, Closed: true}, Log{ID: "M"})
	none[StartLog](t, d.reply(d.settled(), wire.PushReply{Code: wire.CodeOK, End: 40, HWM: 55}))
}

func TestIdleStationAsksWhetherTheCentreHasTheSameLog(t *testing.T) {
	d := newDriver(t, Log{ID: "L", Last: 40, Acked: 40})
	p := d.settled()
	if p.Max != 0 || p.After != 40 {
		t.Fatalf("%+v", p)
	}
	if a := must[StartLog](t, d.reply(p, wire.PushReply{Code: wire.CodeOK, End: 40, HWM: 41})); a.At != 41 {
		t.Errorf("%+v", a)
	}
	d = newDriver(t, Log{ID: "L", Last: 40, Acked: 40})
	if a := must[SetAcked](t, d.reply(d.settled(), wire.PushReply{Code: wire.CodeGap, HWM: 12})); a.Acked != 12 {
		t.Errorf("%+v", a)
	}
}

func TestFeedIsAppliedWithItsCursor(t *testing.T) {
	d := newDriver(t, Log{ID: "L"})
	f := must[SendFeed](t, d.in(Input{Kind: Tick}))
	if f.Cursor != 10 || f.Max != 200 || f.Wait != 25*time.Second {
		t.Errorf("%+v", f)
	}
	rows := []wire.FeedRow{{FS: 11}, {FS: 13}}
	a := must[ApplyFeed](t, d.in(Input{Kind: Fed, Req: f.Req, Feed: wire.FeedReply{Timeline: 1, Rows: rows, Next: 13}}))
	if !cmp.Equal(a, ApplyFeed{Rows: rows, Next: 13, Timeline: 1}) {
		t.Errorf("%+v", a)
	}
	// The cursor was moved meanwhile: those rows follow another one.
	d.local.Cursor = 13
	f = must[SendFeed](t, d.in(Input{Kind: Tick}))
	d.local.Cursor = 0
	none[ApplyFeed](t, d.in(Input{Kind: Fed, Req: f.Req, Feed: wire.FeedReply{Timeline: 1, Rows: rows, Next: 13}}))
	// It may not go back without saying so.
	d.local.Cursor = 13
	f = must[SendFeed](t, d.in(Input{Kind: Tick}))
	none[ApplyFeed](t, d.in(Input{Kind: Fed, Req: f.Req, Feed: wire.FeedReply{Timeline: 1, Rows: rows, Next: 5}}))
	d.now = d.now.Add(time.Minute)
	f = must[SendFeed](t, d.in(Input{Kind: Tick}))
	a = must[ApplyFeed](t, d.in(Input{Kind: Fed, Req: f.Req, Feed: wire.FeedReply{Timeline: 1, Rows: rows[:1], Next: 5, Snapshot: true}}))
	if a.Next != 5 {
		t.Errorf("%+v", a)
	}
	f = must[SendFeed](t, d.in(Input{Kind: Tick}))
	if r := must[Repull](t, d.in(Input{Kind: Failed, Req: f.Req, Failure: Failure{Class: ClassSnapshot, Code: "snapshot"}})); r.Timeline != 1 {
		t.Errorf("%+v", r)
	}
}

func TestFailuresBackOffWithJitterAndAShowOfOffline(t *testing.T) {
	d := newDriver(t, Log{ID: "L", Last: 9})
	d.settled()
	fail := func(f Failure) time.Duration {
		t.Helper()
		if d.s.out.req == "" {
			t.Fatal("nothing is in flight")
		}
		d.in(Input{Kind: Failed, Req: d.s.out.req, Failure: f})
		wait := d.s.out.nextAt.Sub(d.now)
		d.now = d.s.out.nextAt
		d.in(Input{Kind: Tick})
		return wait
	}
	net := Failure{Class: ClassNetwork, Code: "no_answer", Detail: "gone"}
	if w := fail(net); w != 500*time.Millisecond {
		t.Errorf("first wait %s; half of a second at a random number of 0.5", w)
	}
	if st := d.s.Status(); !st.Online || st.Problem != "no_answer" {
		t.Errorf("after one failure: %+v", st)
	}
	if w := fail(net); w != time.Second {
		t.Errorf("second wait %s", w)
	}
	if st := d.s.Status(); st.Online || st.Detail != "gone" || st.LastWord != t0 {
		t.Errorf("after two failures: %+v", st)
	}
	var longest time.Duration
	for range 20 {
		longest = max(longest, fail(net))
	}
	if longest != 150*time.Second {
		t.Errorf("longest wait %s; half of five minutes", longest)
	}
	if w := fail(Failure{Class: ClassRetry, RetryAfter: 20 * time.Minute}); w != 20*time.Minute {
		t.Errorf("asked for 20 minutes, waits %s", w)
	}
	if w := fail(Failure{Class: ClassClock, Code: "clock"}); w != 225*time.Second {
		t.Errorf("wrong clock waits %s", w)
	}
	// Somebody says: now. One good answer and all is well.
	d.in(Input{Kind: Failed, Req: d.s.out.req, Failure: net})
	acts := d.in(Input{Kind: Kick})
	beat := must[SendBeat](t, acts)
	d.in(Input{Kind: Beaten, Req: beat.Req, Beat: wire.HeartbeatReply{Timeline: 1}})
	if st := d.s.Status(); !st.Online || st.Problem != "" || !st.LastWord.Equal(d.now) {
		t.Errorf("after an answer: %+v", st)
	}
}

func TestPushSizeFollowsTheCentre(t *testing.T) {
	d := newDriver(t, Log{ID: "L", Last: 100_000})
	p := d.settled()
	next := func(r wire.PushReply) SendPush {
		t.Helper()
		if q, ok := pick[SendPush](d.reply(p, r)); ok {
			p = q
			return p
		}
		d.local.Logs[0].Acked = max(d.local.Logs[0].Acked, r.HWM)
		d.now = d.now.Add(2 * time.Second)
		acts := d.in(Input{Kind: Tick})
		if b, ok := pick[SendBeat](acts); ok {
			d.in(Input{Kind: Beaten, Req: b.Req, Beat: wire.HeartbeatReply{Timeline: 1}})
			acts = d.in(Input{Kind: Tick})
		}
		p = must[SendPush](t, acts)
		return p
	}
	ok := func() wire.PushReply {
		return wire.PushReply{Code: wire.CodeOK, End: p.After + uint64(p.Max), HWM: p.After + uint64(p.Max)}
	}
	for _, want := range []int{128, 256, 512, 1024, 2000, 2000} {
		if next(ok()); p.Max != want {
			t.Errorf("%d events, want %d", p.Max, want)
		}
	}
	r := ok()
	r.Next = wire.Next{MaxEvents: 300, MaxBytes: 1000}
	if next(r); p.Max != 300 || p.MaxBytes != 1000 {
		t.Errorf("%+v", p)
	}
	if next(wire.PushReply{Code: wire.CodeSplit}); p.Max != 150 {
		t.Errorf("%+v after split", p)
	}
	if acts := d.in(Input{Kind: Failed, Req: p.Req, Failure: Failure{Class: ClassSplit, Code: "too_large"}}); must[SendPush](t, acts).Max != 75 {
		t.Errorf("%+v after 413", acts)
	}
}

func TestHeartbeatComesWhileIdleAndWhenWorkRunsDown(t *testing.T) {
	d := newDriver(t, Log{ID: "L", Last: 5, Acked: 5})
	d.local.Held = 30
	d.reply(d.settled(), wire.PushReply{Code: wire.CodeOK, End: 5, HWM: 5})
	d.now = d.now.Add(3 * time.Second)
	none[SendBeat](t, d.in(Input{Kind: Tick}))
	d.local.Held = 29
	b := must[SendBeat](t, d.in(Input{Kind: Tick}))
	d.in(Input{Kind: Beaten, Req: b.Req, Beat: wire.HeartbeatReply{Timeline: 1, Renewed: []wire.Renewal{{Shipment: "S"}}}})
	none[SendBeat](t, d.in(Input{Kind: Tick}))
	if w := d.s.Wake(d.c, d.now); w.After(d.now.Add(d.c.BeatEvery)) {
		t.Errorf("sleeps until %s", w)
	}
	d.now = d.now.Add(d.c.BeatEvery)
	must[SendBeat](t, d.in(Input{Kind: Tick}))
	if DefaultConfig().BeatEvery > 5*time.Minute {
		t.Error("a restored centre is to be noticed within five minutes")
	}
}

// A heartbeat that fails brought no work: it does not wait for its next time.
func TestAHeartbeatThatFailedIsSentAgain(t *testing.T) {
	network := Failure{Class: ClassNetwork, Code: "no_answer"}
	d := newDriver(t, Log{ID: "L", Last: 5, Acked: 5})
	d.reply(d.settled(), wire.PushReply{Code: wire.CodeOK, End: 5, HWM: 5})
	d.now = d.now.Add(d.c.BeatEvery)
	b := must[SendBeat](t, d.in(Input{Kind: Tick}))
	d.in(Input{Kind: Failed, Req: b.Req, Failure: network})
	if w := d.s.Wake(d.c, d.now); w.After(d.now.Add(beatSoon)) {
		t.Errorf("sleeps until %s", w)
	}
	d.now = d.now.Add(beatSoon)
	b = must[SendBeat](t, d.in(Input{Kind: Tick}))
	d.local.Logs[0].Last, d.local.Unsent = 6, 1
	d.in(Input{Kind: Failed, Req: b.Req, Failure: network})
	d.now = d.s.out.nextAt.Add(beatSoon)
	p := must[SendPush](t, d.in(Input{Kind: Tick})) // what waits goes first
	d.local.Logs[0].Acked, d.local.Unsent = 6, 0
	d.reply(p, wire.PushReply{Code: wire.CodeOK, End: 6, HWM: 6})
	b = must[SendBeat](t, d.in(Input{Kind: Tick}))
	d.in(Input{Kind: Beaten, Req: b.Req, Beat: wire.HeartbeatReply{Timeline: 1}})
	d.now = d.now.Add(beatSoon)
	none[SendBeat](t, d.in(Input{Kind: Tick}))
}

// The centre gives waybill numbers to a log that it knows, with a heartbeat.
func TestAHeartbeatComesSoonAfterTheCentreGotToKnowALog(t *testing.T) {
	d := newDriver(t, Log{ID: "L", Last: 5})
	d.reply(d.settled(), wire.PushReply{Code: wire.CodeOK, End: 5, HWM: 5})
	d.local.Logs[0].Acked = 5
	none[SendBeat](t, d.in(Input{Kind: Tick}))
	if w := d.s.Wake(d.c, d.now); w.After(d.now.Add(beatSoon)) {
		t.Errorf("sleeps until %s", w)
	}
	d.now = d.now.Add(beatSoon)
	b := must[SendBeat](t, d.in(Input{Kind: Tick}))
	d.in(Input{Kind: Beaten, Req: b.Req, Beat: wire.HeartbeatReply{Timeline: 1}})
	d.now = d.now.Add(beatSoon)
	none[SendBeat](t, d.in(Input{Kind: Tick}))
	if w := d.s.Wake(d.c, d.now); !w.After(d.now.Add(beatSoon)) {
		t.Errorf("sleeps until %s", w)
	}
}

// Scenario 55, the bench's half: three events wait, the network comes back and nobody
// scans. All of them leave at the end of the wait that is under way.
func TestScenario55ABacklogLeavesWithinOneWaitWithoutAScan(t *testing.T) {
	for failures := range 15 {
		d := newDriver(t, Log{ID: "L", Last: 3})
		push := d.settled()
		var acts []Action
		for range failures {
			d.in(Input{Kind: Failed, Req: d.s.out.req, Failure: Failure{Class: ClassNetwork, Code: "no_answer"}})
			if wait := d.s.out.nextAt.Sub(d.now); wait > d.c.BackoffMax {
				t.Fatalf("after %d failures it waits %s", failures, wait)
			}
			d.now = d.s.out.nextAt
			acts = d.in(Input{Kind: Tick}) // the clock alone
		}
		if failures > 0 { // the network is back: what is on its way now is answered
			if beat, ok := pick[SendBeat](acts); ok {
				d.in(Input{Kind: Beaten, Req: beat.Req, Beat: wire.HeartbeatReply{Timeline: 1}})
				acts = d.in(Input{Kind: Tick})
			}
			push = must[SendPush](t, acts)
		}
		if push.After != 0 || push.Max < 3 {
			t.Fatalf("after %d failures it sends %+v", failures, push)
		}
		acts = d.in(Input{Kind: Pushed, Req: push.Req, HashKnown: true, Push: wire.PushReply{Req: push.Req, Timeline: 1, Code: wire.CodeOK, End: 3, HWM: 3}})
		if a := must[SetAcked](t, acts); a.Acked != 3 {
			t.Fatalf("acknowledged up to %d", a.Acked)
		}
	}
}
