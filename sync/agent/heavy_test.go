package agent

import (
	"testing"
	"time"

	"pickstation/sync/wire"
)

// A centre that does not manage a push in its time fails at the same one for ever.
func TestAPushThatIsTooHeavyForTheCentreIsHalvedUntilItIsNot(t *testing.T) {
	for name, fail := range map[string]struct {
		after time.Duration
		f     Failure
		sizes []int
	}{
		"no answer":        {DefaultConfig().Timeout, Failure{Class: ClassNetwork, Code: "no_answer"}, []int{64, 64, 32, 16}},
		"given up":         {40 * time.Second, Failure{Class: ClassRetry, Code: "bad_reply"}, []int{64, 64, 32, 16}},
		"not stored":       {time.Millisecond, Failure{Class: ClassRetry, Code: wire.CodeStoreAway}, []int{64, 64, 32, 16}},
		"no way there":     {time.Millisecond, Failure{Class: ClassNetwork, Code: "no_answer"}, []int{64, 64, 64, 64}},
		"a wait as wanted": {time.Millisecond, Failure{Class: ClassRetry, Code: "busy"}, []int{64, 64, 64, 64}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDriver(t, Log{ID: "L", Last: 1000})
			p := d.settled()
			for i, want := range fail.sizes {
				if p.Max != want {
					t.Errorf("push %d has %d events, want %d", i+1, p.Max, want)
				}
				d.now = d.now.Add(fail.after)
				d.in(Input{Kind: Failed, Req: p.Req, Failure: fail.f})
				p = d.pushAgain()
			}
		})
	}
}

func TestAPushGrowsAgainOnceTheCentreTakesThem(t *testing.T) {
	d := newDriver(t, Log{ID: "L", Last: 1000})
	p := d.settled()
	for range 3 {
		d.now = d.now.Add(time.Second)
		d.in(Input{Kind: Failed, Req: p.Req, Failure: Failure{Class: ClassRetry, Code: wire.CodeStoreAway}})
		p = d.pushAgain()
	}
	for _, want := range []int{16, 32, 64} {
		if p.Max != want {
			t.Errorf("%d events, want %d", p.Max, want)
		}
		d.reply(p, wire.PushReply{Code: wire.CodeOK, End: p.After + uint64(p.Max), HWM: p.After + uint64(p.Max)})
		d.local.Logs[0].Acked = p.After + uint64(p.Max)
		p = d.pushAgain()
	}
	d.now = d.now.Add(time.Second)
	d.in(Input{Kind: Failed, Req: p.Req, Failure: Failure{Class: ClassRetry, Code: wire.CodeStoreAway}})
	if p = d.pushAgain(); p.Max != 128 {
		t.Errorf("one failure alone makes it %d events", p.Max)
	}
}

// pushAgain lets the pause go by and returns the push that follows, past a heartbeat.
func (d *driver) pushAgain() SendPush {
	d.t.Helper()
	for range 3 {
		if d.now.Before(d.s.out.nextAt) {
			d.now = d.s.out.nextAt
		}
		acts := d.in(Input{Kind: Tick})
		if p, ok := pick[SendPush](acts); ok {
			return p
		}
		if b, ok := pick[SendBeat](acts); ok {
			d.in(Input{Kind: Beaten, Req: b.Req, Beat: wire.HeartbeatReply{Timeline: d.local.Timeline}})
		}
	}
	d.t.Fatal("no push follows")
	return SendPush{}
}
