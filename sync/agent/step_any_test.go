package agent

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"pickstation/sync/wire"
)

// TestNoAnswerBreaksTheRules gives Step any answers: it may not panic, acknowledge
// what is not there, or ask for what is not there.
func TestNoAnswerBreaksTheRules(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		base := rapid.Uint64Range(0, 50).Draw(rt, "base")
		acked := base + rapid.Uint64Range(0, 50).Draw(rt, "acked")
		l := Log{ID: "L", Base: base, Acked: acked, Stable: base, Last: acked + rapid.Uint64Range(0, 200).Draw(rt, "more"), Closed: rapid.Bool().Draw(rt, "closed")}
		local := Local{Timeline: 3, Cursor: 7, Logs: []Log{l}}
		var s State
		now := t0
		seq := rapid.OneOf(rapid.Uint64Range(0, 400), rapid.Uint64())
		for range rapid.IntRange(1, 30).Draw(rt, "steps") {
			now = now.Add(time.Duration(rapid.Int64Range(0, 90_000).Draw(rt, "ms")) * time.Millisecond)
			in := Input{Kind: InputKind(rapid.IntRange(0, 5).Draw(rt, "kind")), Now: now, Rand: rapid.Float64Range(0, 0.999).Draw(rt, "rand"),
				ID: rapid.StringN(1, 4, -1).Draw(rt, "id"), Local: local, Req: rapid.SampledFrom([]string{s.out.req, s.feed.req, "?"}).Draw(rt, "req"),
				HashKnown: rapid.Bool().Draw(rt, "known"),
				Failure:   Failure{Class: rapid.SampledFrom([]Class{ClassNetwork, ClassRetry, ClassClock, ClassPark, ClassSplit, ClassSnapshot, "?"}).Draw(rt, "class")}}
			in.Push = wire.PushReply{Timeline: rapid.Int64Range(2, 4).Draw(rt, "tl"), HWM: seq.Draw(rt, "hwm"), End: seq.Draw(rt, "end"), At: seq.Draw(rt, "at"),
				Stable: seq.Draw(rt, "stable"), Code: rapid.SampledFrom([]wire.Code{"ok", "gap", "fork", "fenced", "split", "bad", "upgrade", "busy", "?"}).Draw(rt, "code"),
				Next: wire.Next{AfterMS: rapid.Int().Draw(rt, "after"), MaxEvents: rapid.Int().Draw(rt, "maxe"), MaxBytes: rapid.Int().Draw(rt, "maxb")}}
			in.Feed = wire.FeedReply{Timeline: in.Push.Timeline, Next: rapid.Int64().Draw(rt, "next"), Snapshot: rapid.Bool().Draw(rt, "snap")}
			in.Beat = wire.HeartbeatReply{Timeline: in.Push.Timeline}
			in.HashKnown = in.HashKnown && in.Push.HWM <= l.Last
			var acts []Action
			s, acts = Step(simConfig, s, in)
			for _, a := range acts {
				switch a := a.(type) {
				case SetAcked:
					if a.Log != "L" || a.Acked > l.Last || a.Acked < l.Base || a.Stable > a.Acked {
						rt.Fatalf("%+v of a log %+v", a, l)
					}
				case SendPush:
					if a.After != l.Acked || a.Max < 0 || a.Max > wire.MaxPushEvents || a.MaxBytes > wire.MaxPushBytes || a.MaxBytes < 0 {
						rt.Fatalf("%+v of a log %+v", a, l)
					}
				case StartLog:
					if a.At <= l.Base || a.At > l.Last+1 {
						rt.Fatalf("%+v of a log %+v", a, l)
					}
				}
			}
			if w := s.Wake(simConfig, now); w.After(now.Add(simConfig.BeatEvery)) {
				rt.Fatalf("sleeps until %s at %s", w, now)
			}
		}
	})
}
