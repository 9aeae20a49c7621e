package agent

import (
	"maps"
	"slices"

	"pickstation/order"
	"pickstation/sync/wire"
)

// fact is something that happened at a bench; the simulation numbers them.
type fact uint64

// simEvent is an event reduced to what the protocol sees.
type simEvent struct {
	seq  uint64
	fact fact
	orig bool // issued before in another log
	hash order.Hash
}

func (e simEvent) sealed(log order.LogID, seq uint64, prev order.Hash) simEvent {
	body := []byte(string(log) + " ")
	for _, v := range []uint64{seq, uint64(e.fact)} {
		for range 8 {
			body, v = append(body, byte(v)), v>>8
		}
	}
	e.seq, e.hash = seq, order.Chain(prev, body)
	return e
}

// centreLog is a log at the model centre.
type centreLog struct {
	evs    []simEvent
	closed bool
	stable uint64
}

func (l *centreLog) clone() *centreLog {
	c := *l
	c.evs = slices.Clone(l.evs)
	return &c
}

// centre is a model of the other end, as small as its rules allow.
type centre struct {
	logs     map[order.LogID]*centreLog
	facts    map[fact]int // how often each was applied
	feed     []int        // feed[i] is the value of row i+1
	up       bool
	timeline int64
	backup   *centre
	broken   broken
	came     func(fact) // hears of every fact that is applied
}

func newCentre(b broken) *centre {
	return &centre{logs: map[order.LogID]*centreLog{}, facts: map[fact]int{}, up: true, timeline: 1, broken: b, came: func(fact) {}}
}

// save takes a backup: what it holds is stable.
func (c *centre) save() {
	for _, l := range c.logs {
		l.stable = uint64(len(l.evs))
	}
	c.backup = c.copied()
}

func (c *centre) copied() *centre {
	n := &centre{logs: map[order.LogID]*centreLog{}, facts: maps.Clone(c.facts), feed: slices.Clone(c.feed)}
	for id, l := range c.logs {
		n.logs[id] = l.clone()
	}
	return n
}

// restore goes back to the backup, on a new timeline.
func (c *centre) restore() {
	b := c.backup.copied()
	c.logs, c.facts, c.feed = b.logs, b.facts, b.feed
	c.timeline++
}

// simPush is a push on its way.
type simPush struct {
	req      string
	log      order.LogID
	base     uint64
	baseHash order.Hash
	evs      []simEvent
}

func (c *centre) push(p simPush) wire.PushReply {
	l := c.logs[p.log]
	if l == nil {
		l = &centreLog{}
		c.logs[p.log] = l
	}
	r := wire.PushReply{Req: p.req, Timeline: c.timeline, Code: wire.CodeOK, Stable: l.stable, End: p.base}
	done := func(code wire.Code, at uint64) wire.PushReply {
		r.Code, r.At, r.HWM, r.HWMHash = code, at, uint64(len(l.evs)), l.hashAt(p.log, uint64(len(l.evs)))
		return r
	}
	if p.base > uint64(len(l.evs)) {
		return done(wire.CodeGap, 0)
	}
	if !c.broken.seqOnly && l.hashAt(p.log, p.base) != p.baseHash {
		return done(wire.CodeFork, 0)
	}
	for _, e := range p.evs {
		if e.seq <= uint64(len(l.evs)) && !c.broken.noDedup {
			if !c.broken.seqOnly && l.evs[e.seq-1].hash != e.hash {
				l.closed = true
				return done(wire.CodeFork, e.seq)
			}
			r.End = e.seq
			continue
		}
		if l.closed {
			return done(wire.CodeFenced, e.seq)
		}
		l.evs = append(l.evs, e)
		if c.facts[e.fact] == 0 || c.broken.noFactDedup {
			c.facts[e.fact]++
			c.came(e.fact)
		}
		r.End = e.seq
	}
	return done(wire.CodeOK, 0)
}

func (l *centreLog) hashAt(id order.LogID, seq uint64) order.Hash {
	if seq == 0 {
		return order.LogStart(id)
	}
	return l.evs[seq-1].hash
}

func (c *centre) pull(cursor int64, max int) wire.FeedReply {
	r := wire.FeedReply{Timeline: c.timeline, Next: cursor}
	for i := cursor; i < int64(len(c.feed)) && len(r.Rows) < max; i++ {
		r.Rows = append(r.Rows, wire.FeedRow{FS: i + 1})
		r.Next = i + 1
	}
	r.UpToDate = r.Next >= int64(len(c.feed))
	return r
}
