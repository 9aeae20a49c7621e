package agent

import (
	"testing"
	"time"

	"pickstation/order"
	"pickstation/sync/wire"
)

func TestForkAndFencedEndTheLogThere(t *testing.T) {
	for _, code := range []wire.Code{wire.CodeFork, wire.CodeFenced} {
		d := newDriver(t, Log{ID: "L", Last: 40, Acked: 30, Base: 20})
		acts := d.reply(d.settled(), wire.PushReply{Code: code, At: 33})
		if a := must[StartLog](t, acts); a.At != 33 || a.Why != string(code) {
			t.Errorf("%+v", a)
		}
		must[Repull](t, acts) // what came before it was known where to part was put together by guess
		d = newDriver(t, Log{ID: "L", Last: 40, Acked: 30, Base: 20, Stable: 28})
		if a := must[SetAcked](t, d.reply(d.settled(), wire.PushReply{Code: code, At: 0})); a.Acked != 25 || a.Stable > 25 {
			t.Errorf("before the push: %+v", a)
		}
		d = newDriver(t, Log{ID: "L", Last: 40, Acked: 20, Base: 20})
		if a := must[StartLog](t, d.reply(d.settled(), wire.PushReply{Code: code, At: 0})); a.At != 21 {
			t.Errorf("before the base: %+v", a)
		}
		for _, at := range []uint64{30, 41, 1 << 60} {
			d = newDriver(t, Log{ID: "L", Last: 40, Acked: 30})
			acts := d.reply(d.settled(), wire.PushReply{Code: code, At: at})
			none[StartLog](t, acts)
			none[SetAcked](t, acts)
			if st := d.s.Status(); st.Problem != "bad_reply" {
				t.Errorf("a fork at %d: %+v", at, st)
			}
		}
	}
}

func TestGapGoesBackAndWhatIsPrunedGoesOnInANewLog(t *testing.T) {
	d := newDriver(t, Log{ID: "L", Last: 40, Acked: 30, Base: 20, Stable: 25})
	if a := must[SetAcked](t, d.reply(d.settled(), wire.PushReply{Code: wire.CodeGap, HWM: 22})); a.Acked != 22 || a.Stable != 22 {
		t.Errorf("%+v", a)
	}
	d = newDriver(t, Log{ID: "L", Last: 40, Acked: 30, Base: 20})
	if a := must[StartLog](t, d.reply(d.settled(), wire.PushReply{Code: wire.CodeGap, HWM: 5})); a.At != 21 {
		t.Errorf("%+v", a)
	}
	d = newDriver(t, Log{ID: "L", Last: 40, Acked: 30})
	acts := d.reply(d.settled(), wire.PushReply{Code: wire.CodeGap, HWM: 35})
	none[SetAcked](t, acts)
	none[StartLog](t, acts)
	if d.s.Status().Problem != "bad_reply" {
		t.Errorf("a gap where there is none: %+v", d.s.Status())
	}
}

// A restored centre may have been filled again by another copy of this station.
func TestAGapProvesNothingWithoutEqualHashes(t *testing.T) {
	mine, theirs := order.Chain(order.Hash{}, []byte("mine")), order.Chain(order.Hash{}, []byte("theirs"))
	for name, c := range map[string]struct {
		hash order.Hash
		want uint64
		hwm  uint64
	}{"equal hashes": {mine, 35, 35}, "other hashes": {theirs, 20, 35}, "more than was sent": {mine, 45, 45}} {
		d := newDriver(t, Log{ID: "L", Last: 50, Acked: 40, Base: 20})
		p := d.settled()
		acts := d.in(Input{Kind: Pushed, Req: p.Req, HashKnown: true, HashAtHWM: mine,
			Push: wire.PushReply{Req: p.Req, Timeline: 2, Code: wire.CodeGap, HWM: c.hwm, HWMHash: c.hash}})
		must[Rewind](t, acts)
		if d.s.Status().Problem != "" {
			t.Errorf("%s: a restored centre may refuse what it would take else: %+v", name, d.s.Status())
		}
		if a := must[SetAcked](t, acts); a.Acked != c.want {
			t.Errorf("%s: %+v, want %d acknowledged", name, a, c.want)
		}
	}
	d := newDriver(t, Log{ID: "L", Last: 50, Acked: 40, Base: 20})
	p := d.settled()
	acts := d.in(Input{Kind: Pushed, Req: p.Req, Push: wire.PushReply{Req: p.Req, Timeline: 2, Code: wire.CodeFork}})
	if a := must[SetAcked](t, acts); a.Acked != 20 {
		t.Errorf("the way back to where both agree proves nothing: %+v", a)
	}
}

func TestEndlessDetoursSlowDown(t *testing.T) {
	d := newDriver(t, Log{ID: "L", Last: 40, Acked: 30})
	var pauses []time.Duration
	p := d.settled()
	for range 8 {
		d.reply(p, wire.PushReply{Code: wire.CodeFork, At: 31})
		start := d.now
		for {
			if q, ok := pick[SendPush](d.in(Input{Kind: Tick})); ok {
				p = q
				break
			}
			// Heartbeats take their turn.
			if d.s.out.req != "" {
				d.in(Input{Kind: Beaten, Req: d.s.out.req, Beat: wire.HeartbeatReply{Timeline: 1}})
				continue
			}
			d.now = d.now.Add(500 * time.Millisecond)
		}
		pauses = append(pauses, d.now.Sub(start))
	}
	if pauses[0] != 0 || pauses[7] < 30*time.Second {
		t.Errorf("pauses %v", pauses)
	}
}

func TestNewTimelineSendsEverythingAgain(t *testing.T) {
	d := newDriver(t, Log{ID: "L", Last: 40, Acked: 30, Base: 10, Stable: 20})
	acts := d.reply(d.settled(), wire.PushReply{Timeline: 2, Code: wire.CodeOK, End: 40, HWM: 40, HWMHash: order.Hash{7}})
	if r := must[Rewind](t, acts); r.Timeline != 2 {
		t.Errorf("%+v", r)
	}
	if a := must[SetAcked](t, acts); a.Acked != 40 {
		t.Errorf("what this push proved counts: %+v", a)
	}
	d = newDriver(t, Log{ID: "L", Last: 40, Acked: 30})
	d.local.Timeline = 5
	p := d.settled()
	if acts := d.reply(p, wire.PushReply{Timeline: 4, Code: wire.CodeOK, End: 40, HWM: 40}); len(acts) != 0 || d.s.Status().Problem != "old_timeline" {
		t.Errorf("an older state of the centre was heard: %+v", acts)
	}
}
