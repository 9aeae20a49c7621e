package agent

import (
	"fmt"
	"math/rand"
	"slices"
	"strconv"
	"time"

	"pickstation/order"
	"pickstation/sync/wire"
	"pickstation/world/farm"
)

// broken removes one rule each. The simulation must notice every one of them.
type broken struct {
	trustHWM    bool // C1: the mark counts without its hash
	noReissue   bool // C2: what comes after a fork is dropped
	noAmnesia   bool // C3: a log of which the centre has more goes on
	noTimeline  bool // C4: a restored centre is not noticed
	noHeartbeat bool // C4: nothing is sent while there is nothing to say
	pruneAcked  bool // C5: what was acknowledged is deleted
	ackEarly    bool // the operator is told before it is on disk
	noDedup     bool // the centre takes an event again
	seqOnly     bool // the centre compares numbers, not hashes
	noFactDedup bool // the centre takes a fact again under another number
	origDedup   bool // the centre looks for known facts among re-issued events only
	keepCursor  bool // the feed is not read again after the centre was restored
	noSweep     bool // what does not come with a feed read again stays
	anyReply    bool // C6: any answer is taken for the one that is waited for
	anyOrder    bool // C7: the newest log is pushed first
	forkOne     bool // C7: what stands in later logs stays there when an older log forks
}

// simLog is a log on a station's disk.
type simLog struct {
	id       order.LogID
	evs      []simEvent // seq base+1 and up
	base     uint64
	baseHash order.Hash
	acked    uint64
	stable   uint64
	closed   bool
}

func (l *simLog) last() uint64 { return l.base + uint64(len(l.evs)) }

func (l *simLog) hashAt(seq uint64) (order.Hash, bool) {
	switch {
	case seq == l.base:
		return l.baseHash, true
	case seq < l.base || seq > l.last():
		return order.Hash{}, false
	}
	return l.evs[seq-l.base-1].hash, true
}

// disk is what survives a crash of a station.
type disk struct {
	logs     []simLog
	timeline int64
	cursor   int64
	reading  int
	rows     map[int64]simRow
}

// simRow is a row of the feed with the reading that brought it.
type simRow struct{ value, reading int }

func (d disk) clone() disk {
	n := disk{timeline: d.timeline, cursor: d.cursor, reading: d.reading, rows: map[int64]simRow{}}
	for k, v := range d.rows {
		n.rows[k] = v
	}
	for _, l := range d.logs {
		l.evs = slices.Clip(l.evs) // events are never changed: shared until either of the two appends
		n.logs = append(n.logs, l)
	}
	return n
}

func (d *disk) cur() *simLog { return &d.logs[len(d.logs)-1] }

func (d *disk) log(id order.LogID) *simLog {
	for i := range d.logs {
		if d.logs[i].id == id {
			return &d.logs[i]
		}
	}
	return nil
}

// bench is one station of the world.
type bench struct {
	no     int
	d      disk
	state  State
	up     bool
	gen    int // grows when the disk is replaced: answers to the old one are void
	backup *disk
	cut    bool
}

// world is stations, a centre, a bad network and bad luck, all from one seed.
type world struct {
	r       *rand.Rand
	now     int64
	todo    farm.Agenda
	n       int
	benches []*bench
	logs    []Log // place for what Step is told
	centre  *centre
	broken  broken
	facts   map[fact]bool // true: must be at the centre in the end
	next    fact
	faults  bool
	stop    bool
	counts  map[string]int
	trace   []string        // the last things that went wrong
	maker   map[fact]string // bench and disk on which a fact was written
	arrived map[fact]bool
	newest  map[string]fact // newest fact of each that has come to the centre
	why     string          // what was not as it must be, "" nothing
}

// traceMax is how many mishaps a failing seed prints.
const traceMax = 25

var simConfig = Config{Want: 10, BeatEvery: 5 * time.Second, FeedRows: 7, Timeout: 3 * time.Second,
	BackoffFirst: 50 * time.Millisecond, BackoffMax: 2 * time.Second}

func (w *world) after(ms int64, do func()) { w.todo.Plan(w.now+ms, do) }

// happens counts a mishap and keeps it for the trace; no is the station's number, -1 the centre.
func (w *world) happens(what string, no int) {
	w.counts[what]++
	who := "centre"
	if no >= 0 {
		who = fmt.Sprint("station ", no)
	}
	w.trace = append(w.trace, fmt.Sprintf("%7.3f s %s: %s", float64(w.now)/1000, who, what))
	w.trace = w.trace[max(len(w.trace)-traceMax, 0):]
}

func (w *world) time() time.Time { return time.UnixMilli(1_700_000_000_000 + w.now) }

func (w *world) startLog(d *disk) {
	id := order.LogID(fmt.Sprintf("%016x%016x", w.r.Uint64(), w.r.Uint64()))
	d.logs = append(d.logs, simLog{id: id, baseHash: order.LogStart(id)})
}

func (w *world) scan(b *bench) {
	if w.stop {
		return
	}
	if b.up {
		w.next++
		f := w.next
		w.facts[f], w.maker[f] = true, fmt.Sprint(b.no, " ", b.gen)
		if w.broken.ackEarly && w.faults && w.r.Intn(50) == 0 {
			w.crash(b)
		} else {
			b.d.append(simEvent{fact: f})
		}
	}
	w.after(int64(50+w.r.Intn(200)), func() { w.scan(b) })
}

func (d *disk) append(e simEvent) {
	l := d.cur()
	prev, _ := l.hashAt(l.last())
	l.evs = append(l.evs, e.sealed(l.id, l.last()+1, prev))
}

func (w *world) crash(b *bench) {
	b.up, b.state = false, State{}
	w.happens("crash", b.no)
	w.after(int64(100+w.r.Intn(3000)), func() { b.up = true })
}

func (w *world) tick(b *bench) {
	if b.up {
		w.step(b, Input{Kind: Tick})
	}
	w.after(int64(20+w.r.Intn(200)), func() { w.tick(b) })
}

// step runs the real Step on the model disk and does what it asks for.
func (w *world) step(b *bench, in Input) {
	for {
		w.n++
		in.Now, in.Rand, in.ID, in.Local = w.time(), w.r.Float64(), strconv.Itoa(w.n), b.d.local(w.logs[:0])
		w.logs = in.Local.Logs
		if w.broken.noTimeline {
			in.Push.Timeline, in.Feed.Timeline, in.Beat.Timeline = in.Local.Timeline, in.Local.Timeline, in.Local.Timeline
		}
		if w.broken.anyReply && in.Kind == Pushed {
			in.Req = b.state.out.req
		}
		if w.broken.anyOrder {
			slices.Reverse(in.Local.Logs)
		}
		if l := b.d.log(b.state.out.log); l != nil && in.Kind == Pushed {
			in.HashAtHWM, in.HashKnown = l.hashAt(in.Push.HWM)
			if w.broken.trustHWM && in.Push.Code == wire.CodeOK {
				in.Push.HWM = min(in.Push.HWM, l.last())
				in.HashAtHWM, in.HashKnown = in.Push.HWMHash, true
			}
		}
		var acts []Action
		b.state, acts = Step(simConfig, b.state, in)
		wrote := false
		for _, a := range acts {
			wrote = w.do(b, a) || wrote
		}
		if !wrote {
			return
		}
		in = Input{Kind: Tick}
	}
}

// local is what Step is told of the disk; it copies the logs, so their place is used again.
func (d *disk) local(logs []Log) Local {
	l := Local{Timeline: d.timeline, Cursor: d.cursor, Logs: logs}
	for i := range d.logs {
		x := &d.logs[i]
		l.Logs = append(l.Logs, Log{ID: x.id, Base: x.base, Last: x.last(), Acked: x.acked, Stable: x.stable, Closed: x.closed})
		l.Unsent += int(x.last() - min(x.acked, x.last()))
	}
	return l
}

// do carries one action out and says whether it was a write.
func (w *world) do(b *bench, a Action) bool {
	d := &b.d
	switch a := a.(type) {
	case SendPush:
		w.sendPush(b, a)
		return false
	case SendFeed:
		if !w.broken.noHeartbeat {
			w.exchange(b, func() (Input, bool) {
				return Input{Kind: Fed, Req: a.Req, Feed: w.centre.pull(a.Cursor, a.Max)}, w.centre.up
			})
		}
		return false
	case SendBeat:
		if !w.broken.noHeartbeat {
			w.exchange(b, func() (Input, bool) {
				return Input{Kind: Beaten, Req: a.Req, Beat: wire.HeartbeatReply{Timeline: w.centre.timeline}}, w.centre.up
			})
		}
		return false
	case SetAcked:
		l := d.log(a.Log)
		w.told(b, l, a)
		l.acked, l.stable = min(max(a.Acked, l.base), l.last()), a.Stable
		w.prune(l)
	case StartLog:
		w.happens(a.Why, b.no)
		w.fork(d, a)
		w.inOrder(b)
	case Rewind:
		d.timeline = a.Timeline
		if !w.broken.keepCursor {
			d.cursor = 0
			d.reading++
		}
		for i := range d.logs {
			d.logs[i].acked, d.logs[i].stable = d.logs[i].base, d.logs[i].base
		}
		w.happens("rewind", b.no)
	case Repull:
		d.cursor = 0
		d.reading++
	case FeedRead:
		for fs, r := range d.rows {
			if r.reading < d.reading && !w.broken.noSweep {
				delete(d.rows, fs)
			}
		}
	case ApplyFeed:
		if a.Next < d.cursor {
			w.fail("station %d: the cursor goes back from %d to %d", b.no, d.cursor, a.Next)
		}
		for _, r := range a.Rows {
			d.rows[r.FS] = simRow{w.centre.valueOf(r.FS), d.reading}
		}
		d.cursor = a.Next
	}
	return true
}

// valueOf stands for the row's body. It is read when the row is applied, which is
// harmless: a row never changes within a timeline.
func (c *centre) valueOf(fs int64) int {
	if fs <= int64(len(c.feed)) {
		return c.feed[fs-1]
	}
	return 0
}

func (w *world) prune(l *simLog) {
	limit := l.stable
	if w.broken.pruneAcked {
		limit = l.acked
	}
	if limit > l.base {
		k := limit - l.base
		l.baseHash = l.evs[k-1].hash
		l.evs, l.base = slices.Clone(l.evs[k:]), limit
	}
}

// fork ends a log before an event and issues the rest again in a new one, with what stands
// in later logs, so that the order in which it happened is kept.
func (w *world) fork(d *disk, a StartLog) {
	if a.Why == "amnesia" && w.broken.noAmnesia {
		return
	}
	first := slices.IndexFunc(d.logs, func(l simLog) bool { return l.id == a.Log })
	moved := d.logs[first].cutOff(max(a.At, d.logs[first].base+1))
	for i := first + 1; i < len(d.logs) && !w.broken.forkOne; i++ {
		moved = append(moved, d.logs[i].cutOff(d.logs[i].base+1)...)
	}
	d.cur().closed = true
	w.startLog(d)
	if a.Why == "amnesia" {
		d.cursor = 0
		d.reading++
	}
	if w.broken.noReissue {
		return
	}
	for _, e := range moved {
		d.append(e)
	}
}

// cutOff closes the log before an event and returns the rest, each with its first identity.
func (l *simLog) cutOff(at uint64) []simEvent {
	rest := slices.Clone(l.evs[min(at-l.base-1, uint64(len(l.evs))):])
	l.evs = l.evs[:len(l.evs)-len(rest)]
	l.closed, l.acked = true, l.last()
	l.stable = min(l.stable, l.acked)
	for i := range rest {
		if e := &rest[i]; e.orig == nil {
			e.orig = &order.FactID{Log: l.id, Seq: e.seq, Hash: e.hash}
		}
	}
	return rest
}
