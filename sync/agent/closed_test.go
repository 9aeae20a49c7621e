package agent

import (
	"testing"

	"pickstation/order"
	"pickstation/sync/wire"
)

// A backup of the centre covers a log that was closed meanwhile, too: the station has to hear of it, or
// it would keep all its events for ever.
func TestAClosedLogIsAskedForUntilTheCentreCannotLoseIt(t *testing.T) {
	d := newDriver(t, Log{ID: "A", Last: 5, Acked: 5, Stable: 5, Closed: true}, Log{ID: "B", Last: 7, Acked: 7, Stable: 3, Closed: true},
		Log{ID: "C", Last: 9, Acked: 9})
	asked := func() order.LogID {
		t.Helper()
		d.now = d.now.Add(6 * d.c.BeatEvery)
		beat := must[SendBeat](t, d.in(Input{Kind: Tick}))
		d.in(Input{Kind: Beaten, Req: beat.Req, Beat: wire.HeartbeatReply{Timeline: 1}})
		p := must[SendPush](t, d.in(Input{Kind: Tick}))
		l := d.local.log(p.Log)
		if p.Max != 0 || p.After != l.Acked {
			t.Errorf("%+v", p)
		}
		acts := d.in(Input{Kind: Pushed, Req: p.Req, HashKnown: true, Push: wire.PushReply{Req: p.Req, Timeline: 1, Code: wire.CodeOK, End: l.Last, HWM: l.Last, Stable: l.Last}})
		if a := must[SetAcked](t, acts); a.Log != p.Log || a.Stable != l.Last {
			t.Errorf("%+v", a)
		}
		return p.Log
	}
	if p := d.settled(); p.Log != "C" {
		t.Errorf("at first it asks for %s", p.Log)
	} else {
		d.reply(p, wire.PushReply{Code: wire.CodeOK, End: 9, HWM: 9})
	}
	if a, b, c := asked(), asked(), asked(); a != "B" || b != "C" || c != "B" {
		t.Errorf("it asks for %s, %s and %s", a, b, c)
	}
	d.local.Logs[1].Stable = 7
	d.local.Logs[2].Stable = 4
	if a, b := asked(), asked(); a != "C" || b != "C" {
		t.Errorf("it asks for %s and %s once the centre cannot lose B", a, b)
	}
}

// A new timeline makes everything that is here unsent, and one push is enough to prove that
// the centre has all of it: a failover that lost nothing costs no more.
func TestATimelineThatLostNothingCostsOnePushOfALog(t *testing.T) {
	d := newDriver(t, Log{ID: "A", Last: 90_000, Acked: 90_000, Stable: 50_000})
	must[Rewind](t, d.reply(d.settled(), wire.PushReply{Timeline: 2, Code: wire.CodeOK, End: 90_000, HWM: 90_000}))
	d.local.Timeline, d.local.Logs[0].Acked, d.local.Logs[0].Stable = 2, 0, 0
	p := must[SendPush](t, d.in(Input{Kind: Tick}))
	if p.After != 0 || p.Max > wire.MaxPushEvents {
		t.Errorf("%+v", p)
	}
	acts := d.reply(p, wire.PushReply{Code: wire.CodeOK, End: uint64(p.Max), HWM: 90_000, Stable: 50_000})
	if a := must[SetAcked](t, acts); a.Acked != 90_000 || a.Stable != 50_000 {
		t.Errorf("%+v", a)
	}
}
