package agent

import (
	"time"

	"pickstation/order"
	"pickstation/sync/wire"
)

// firstPush is how many events the first push carries; each success doubles it.
const firstPush = 64

// beatSoon is the least time between heartbeats that are sent because open work ran down,
// a new log needs waybill numbers, or the last one was not answered.
const beatSoon = 2 * time.Second

// Step decides what to do about an input. It has no effect of its own.
func Step(c Config, s State, in Input) (State, []Action) {
	t := &turn{c: c, s: s, in: in, local: in.Local}
	t.local.Logs = append([]Log(nil), in.Local.Logs...)
	if t.s.max == 0 {
		t.s.max = firstPush
	}
	switch in.Kind {
	case Kick:
		t.kick()
	case Pushed:
		t.pushed()
	case Fed:
		t.fed()
	case Beaten:
		t.beaten()
	case Summed:
		t.summed()
	case Failed:
		t.failed()
	}
	t.expire()
	t.send()
	t.s.beatWanted = t.beatWanted()
	return t.s, t.acts
}

type turn struct {
	c     Config
	s     State
	in    Input
	local Local
	acts  []Action
	wrote bool // a write is asked for: requests wait until the database has it
}

func (t *turn) write(a Action) {
	t.acts, t.wrote = append(t.acts, a), true
}

// send starts the requests that are due.
func (t *turn) send() {
	if t.wrote {
		return // the next input brings what the database says then
	}
	now := t.in.Now
	if o := &t.s.out; o.req == "" && !now.Before(o.nextAt) {
		switch l := t.backlog(); {
		case t.beatDue():
			*o = slot{req: t.in.ID + "-o", kind: Beaten, fails: o.fails, sentAt: now, until: now.Add(t.c.Timeout)}
			t.s.beatLost, t.s.lastBeat, t.s.beatHeld, t.s.beatLog = true, now, t.local.Held, t.knownLog()
			t.acts = append(t.acts, SendBeat{Req: o.req})
		case l != nil:
			n := int(min(uint64(t.s.max), l.Last-min(l.Acked, l.Last)))
			if n == 0 {
				t.s.asks++
			}
			*o = slot{req: t.in.ID + "-o", kind: Pushed, log: l.ID, after: l.Acked, n: n, fails: o.fails, sentAt: now, until: now.Add(t.c.Timeout)}
			t.acts = append(t.acts, SendPush{Req: o.req, Timeline: t.local.Timeline, Log: l.ID, After: l.Acked, Max: n, MaxBytes: t.maxBytes()})
		}
	}
	if f := &t.s.feed; f.req == "" && !now.Before(f.nextAt) {
		*f = slot{req: t.in.ID + "-f", kind: Fed, cursor: t.local.Cursor, fails: f.fails, sentAt: now, until: now.Add(t.c.Timeout + t.c.FeedWait)}
		if f.sums = t.sumsDue(); f.sums {
			t.acts = append(t.acts, SendSums{Req: f.req, Cursor: t.local.Cursor, Max: t.c.FeedRows})
		} else {
			t.acts = append(t.acts, SendFeed{Req: f.req, Cursor: t.local.Cursor, Max: t.c.FeedRows, Wait: t.c.FeedWait})
		}
	}
	t.addUp()
}

func (t *turn) maxBytes() int {
	limit := wire.MaxPushBytes - 64<<10 // room for the header
	if t.s.bytes > 0 {
		limit = min(limit, t.s.bytes)
	}
	return limit
}

// backlog returns the first log with unsent events (C7). Without any it is the open
// log, once after the start and then from time to time: a push of nothing shows
// whether the centre still has the same log, and what of it it cannot lose. Of a closed
// log nothing else tells the latter, so they take turns.
func (t *turn) backlog() *Log {
	for i := range t.local.Logs {
		if l := &t.local.Logs[i]; l.Acked < l.Last {
			return l
		}
	}
	if n := len(t.local.Logs); n > 0 && (t.s.lastPush.IsZero() || t.in.Now.Sub(t.s.lastPush) >= 5*t.c.BeatEvery) {
		for i := range t.local.Logs[:n-1] {
			if l := &t.local.Logs[i]; t.s.asks%2 == 1 && l.Stable < l.Last {
				return l
			}
		}
		return &t.local.Logs[n-1]
	}
	return nil
}

func (t *turn) beatDue() bool {
	since := t.in.Now.Sub(t.s.lastBeat)
	return t.s.lastBeat.IsZero() || since >= t.c.BeatEvery || since >= beatSoon &&
		(t.local.Held < t.c.Want && t.local.Held < t.s.beatHeld || t.beatWanted())
}

// beatWanted says whether a heartbeat is to follow the last one soon. One that failed brought
// neither work nor leases: it is sent again, but not before a push that waits, for a centre
// that fails at it may take events.
func (t *turn) beatWanted() bool {
	return t.knownLog() != t.s.beatLog || t.s.beatLost && (t.s.out.fails == 0 || t.backlog() == nil)
}

// knownLog is the open log once the centre has events of it, else "".
func (t *turn) knownLog() order.LogID {
	if n := len(t.local.Logs); n > 0 && t.local.Logs[n-1].Acked > 0 {
		return t.local.Logs[n-1].ID
	}
	return ""
}

// expire gives requests up that were not answered in time.
func (t *turn) expire() {
	for _, sl := range []*slot{&t.s.out, &t.s.feed} {
		if sl.req != "" && !t.in.Now.Before(sl.until) {
			sl.req = ""
			f := Failure{Class: ClassNetwork, Code: "no_answer", Detail: "the centre does not answer"}
			t.backOff(sl, f)
			t.lighten(sl, f)
		}
	}
}

// mine returns the slot that waits for this answer, freed, or nil (C6).
func (t *turn) mine(kind InputKind) *slot {
	for _, sl := range []*slot{&t.s.out, &t.s.feed} {
		if sl.req != "" && sl.req == t.in.Req && (kind == Failed || sl.kind == kind) {
			sl.req = ""
			return sl
		}
	}
	return nil
}

// timeline judges an answer's timeline (C4): false means that it is not to be used.
func (t *turn) timeline(sl *slot, tl int64) bool {
	switch {
	case tl < t.local.Timeline:
		t.backOff(sl, Failure{Class: ClassRetry, Code: "old_timeline", Detail: "an older state of the centre answered"})
		return false
	case tl > t.local.Timeline:
		t.write(Rewind{Timeline: tl})
		t.local.Timeline, t.local.Cursor = tl, 0
		for i := range t.local.Logs {
			t.local.Logs[i].Acked, t.local.Logs[i].Stable = t.local.Logs[i].Base, t.local.Logs[i].Base
		}
	}
	return true
}

// heard notes a good answer. serverAt is the centre's time at the answer; zero where
// the answer may have waited for news, as a feed's does.
func (t *turn) heard(sl *slot, serverAt time.Time) {
	network := t.s.problem.Class == ClassNetwork
	sl.fails, sl.nextAt = 0, time.Time{}
	if network { // the way is open again, for the other line too
		for _, o := range []*slot{&t.s.out, &t.s.feed} {
			o.fails, o.nextAt = 0, time.Time{}
		}
	}
	if t.s.out.fails == 0 && t.s.feed.fails == 0 {
		t.s.problem = Failure{}
	}
	t.s.lastHeard = t.in.Now
	t.write(Heard{ServerAt: serverAt})
}

// backOff waits before the next request: full jitter below a doubling limit, at least
// as long as the centre asked for.
func (t *turn) backOff(sl *slot, f Failure) {
	limit := t.c.BackoffMax
	switch {
	case f.Class == ClassPark || f.Class == ClassClock:
	case sl.fails < 16:
		limit = min(limit, t.c.BackoffFirst<<sl.fails)
	}
	sl.fails++
	wait := time.Duration(t.in.Rand * float64(limit))
	switch f.Class {
	case ClassClock, ClassPark:
		wait = limit/2 + wait/2 // nothing is won by hurry
	}
	wait = max(wait, f.RetryAfter, t.c.BackoffFirst/10)
	sl.nextAt = t.in.Now.Add(wait)
	t.s.problem = f
}

func (t *turn) kick() {
	for _, sl := range []*slot{&t.s.out, &t.s.feed} {
		sl.nextAt = time.Time{}
	}
	t.s.lastBeat = time.Time{}
	t.s.sums.at = t.in.Now
}

func (t *turn) failed() {
	sl := t.mine(Failed)
	if sl == nil {
		return
	}
	f := t.in.Failure
	switch {
	case f.Class == ClassSplit && sl.kind == Pushed:
		t.split(sl, f)
	case f.Class == ClassSnapshot && sl.kind == Fed:
		t.s.problem = f
		t.write(Repull{Timeline: t.local.Timeline})
		sl.nextAt = t.in.Now.Add(t.c.BackoffFirst)
	default:
		t.backOff(sl, f)
		t.lighten(sl, f)
	}
}

// lighten halves the next push where the second in a row took too long or was not stored:
// a push that the centre does not manage in its time fails whenever it is sent again.
func (t *turn) lighten(sl *slot, f Failure) {
	long := t.in.Now.Sub(sl.sentAt) >= t.c.Timeout/2
	if sl.kind != Pushed || sl.n == 0 || !long && f.Code != wire.CodeStoreAway {
		return
	}
	if t.s.heavy++; t.s.heavy > 1 {
		t.s.max = max(1, sl.n/2)
	}
}

// split halves the next push. A single event that is still too large waits for a person.
func (t *turn) split(sl *slot, f Failure) {
	if sl.n <= 1 {
		f.Class = ClassPark
		t.backOff(sl, f)
		return
	}
	t.s.max = max(1, sl.n/2)
}

// beaten takes the answer to a heartbeat.
func (t *turn) beaten() {
	sl := t.mine(Beaten)
	if sl == nil || !t.timeline(sl, t.in.Beat.Timeline) {
		return
	}
	t.s.beatLost = false
	t.heard(sl, t.in.Beat.ServerAt)
	if len(t.in.Beat.Renewed) > 0 {
		t.write(Renew{Leases: t.in.Beat.Renewed})
	}
}

// fed takes rows of the feed.
func (t *turn) fed() {
	sl := t.mine(Fed)
	if sl == nil {
		return
	}
	r := &t.in.Feed
	if !t.timeline(sl, r.Timeline) {
		return
	}
	cursor := t.local.Cursor
	if sl.cursor != cursor || t.wrote {
		t.heard(sl, time.Time{}) // the feed was started again meanwhile: these rows follow another cursor
		return
	}
	if r.Next < cursor && !r.Snapshot {
		t.backOff(sl, Failure{Class: ClassRetry, Code: "bad_reply", Detail: "the feed went back without saying so"})
		return
	}
	t.heard(sl, time.Time{})
	if r.Snapshot {
		t.write(Repull{Timeline: r.Timeline})
	}
	if len(r.Rows) > 0 || r.Next != cursor {
		t.write(ApplyFeed{Rows: r.Rows, Next: r.Next, Timeline: r.Timeline})
	}
	if r.UpToDate {
		t.write(FeedRead{})
	}
	if sl.sums && r.UpToDate {
		t.toldSums(r)
		return // it was not to wait for news
	}
	if len(r.Rows) > 0 {
		return
	}
	if t.in.Now.Sub(sl.sentAt) <= max(t.c.FeedWait/4, t.c.BackoffFirst) {
		sl.nextAt = t.in.Now.Add(max(t.c.FeedWait/10, t.c.BackoffFirst)) // this centre does not wait for news
	}
}
