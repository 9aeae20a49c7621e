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
