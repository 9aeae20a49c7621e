package agent

import (
	"time"

	"pickstation/sync/wire"
)

// pushed takes the answer to a push.
func (t *turn) pushed() {
	sl := t.mine(Pushed)
	if sl == nil {
		return
	}
	r := &t.in.Push
	restored := r.Timeline > t.local.Timeline
	if !t.timeline(sl, r.Timeline) {
		return
	}
	l := t.local.log(sl.log)
	if l == nil {
		return
	}
	t.s.lastPush, t.s.heavy = t.in.Now, 0
	switch r.Code {
	case wire.CodeOK:
		t.heard(sl, r.ServerAt)
		t.s.detours = 0
		t.acknowledged(sl, l)
		t.pace(sl, r.Next)
	case wire.CodeGap:
		t.heard(sl, r.ServerAt)
		t.gap(sl, l, restored)
	case wire.CodeFork, wire.CodeFenced:
		t.heard(sl, r.ServerAt)
		t.forked(sl, l)
	case wire.CodeSplit:
		t.split(sl, Failure{Class: ClassSplit, Code: string(r.Code), Detail: r.Message})
	case wire.CodeBad: // damaged on its way, or one event the centre cannot take in a message
		t.backOff(sl, Failure{Class: ClassRetry, Code: string(r.Code), Detail: r.Message})
		t.s.max = max(1, sl.n/2)
	case wire.CodeUpgrade:
		t.backOff(sl, Failure{Class: ClassPark, Code: string(r.Code), Detail: r.Message})
	default:
		t.backOff(sl, Failure{Class: ClassRetry, Code: string(wire.CodeBusy), Detail: r.Message,
			RetryAfter: time.Duration(min(max(r.Next.AfterMS, 0), 3_600_000)) * time.Millisecond})
	}
}

// acknowledged moves the mark of a log (C1), and notices that events were lost here (C3).
func (t *turn) acknowledged(sl *slot, l *Log) {
	r := &t.in.Push
	if r.HWM <= l.Last && r.HWM >= l.Base && t.in.HashKnown && t.in.HashAtHWM == r.HWMHash {
		t.ack(l, max(l.Acked, r.HWM)) // the chain proves the whole prefix
		return
	}
	end := min(r.End, sl.after+uint64(sl.n), l.Last)
	t.ack(l, max(l.Acked, end)) // only this push is proven
	if end == l.Last && r.HWM > l.Last && !l.Closed {
		t.write(StartLog{Log: l.ID, At: l.Last + 1, Why: "amnesia"})
	}
}

func (t *turn) ack(l *Log, acked uint64) {
	stable := max(l.Stable, min(t.in.Push.Stable, acked))
	if acked != l.Acked || stable != l.Stable {
		t.write(SetAcked{Log: l.ID, Acked: acked, Stable: stable})
	}
}

// pace adapts the size of pushes to what the centre takes.
func (t *turn) pace(sl *slot, n wire.Next) {
	if sl.n >= t.s.max {
		t.s.max *= 2
	}
	limit := wire.MaxPushEvents
	if n.MaxEvents > 0 {
		limit = min(limit, n.MaxEvents)
	}
	t.s.max = min(t.s.max, limit)
	t.s.bytes = max(n.MaxBytes, 0)
	if n.AfterMS > 0 {
		sl.nextAt = t.in.Now.Add(time.Duration(min(n.AfterMS, 3_600_000)) * time.Millisecond)
	}
}

// gap goes back to where the centre is. Its mark counts as acknowledged only where the
// hashes are equal: another copy of this station may have brought it there. What the
// centre lacks and we pruned is lost to it: the rest goes into a new log. A centre that was
// restored refuses what was sent before, wherever its mark is.
func (t *turn) gap(sl *slot, l *Log, restored bool) {
	r := &t.in.Push
	if r.HWM >= sl.after && !restored {
		t.backOff(sl, Failure{Class: ClassRetry, Code: "bad_reply", Detail: "the centre names a gap where there is none"})
		return
	}
	t.detour(sl)
	if r.HWM < l.Base {
		t.fork(l, l.Base+1, string(wire.CodeFork))
		return
	}
	acked := min(l.Acked, r.HWM)
	if t.in.HashKnown && t.in.HashAtHWM == r.HWMHash {
		acked = min(r.HWM, l.Last)
	}
	t.write(SetAcked{Log: l.ID, Acked: acked, Stable: min(l.Stable, acked)})
}

// forked ends a log where the centre has other events, or none to follow (C2).
func (t *turn) forked(sl *slot, l *Log) {
	r := &t.in.Push
	why := string(r.Code)
	if r.At != 0 && (r.At <= sl.after || r.At > sl.after+uint64(sl.n)) {
		t.backOff(sl, Failure{Class: ClassRetry, Code: "bad_reply", Detail: "the centre names a fork outside of what was sent"})
		return
	}
	t.detour(sl)
	switch {
	case r.At > l.Last:
		// The log was closed here meanwhile, before that event.
	case r.At > 0:
		t.fork(l, max(r.At, l.Base+1), why)
	case sl.after > l.Base: // before this push: halve the way back to where both agree
		acked := min(l.Acked, l.Base+(sl.after-l.Base)/2)
		t.write(SetAcked{Log: l.ID, Acked: acked, Stable: min(l.Stable, acked)})
	default:
		t.fork(l, l.Base+1, why)
	}
}

// fork starts a new log. Work that came before it was known where the two histories part
// was put together by guess, so the feed is read again.
func (t *turn) fork(l *Log, at uint64, why string) {
	t.write(StartLog{Log: l.ID, At: at, Why: why})
	t.write(Repull{Timeline: t.local.Timeline})
}

// detour slows down a station and a centre that cannot agree: each detour without a
// push that was taken between them doubles the pause.
func (t *turn) detour(sl *slot) {
	if t.s.detours > 2 {
		sl.nextAt = t.in.Now.Add(min(t.c.BackoffMax, t.c.BackoffFirst<<min(t.s.detours, 16)))
	}
	t.s.detours++
}
