package agent

import (
	"maps"
	"slices"

	"pickstation/central/ingest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// fact is something that happened at a bench; the simulation numbers them.
type fact uint64

// simEvent is an event reduced to what the protocol sees.
type simEvent struct {
	seq  uint64
	fact fact
	orig *order.FactID // of its first issue in another log, nil here
	hash order.Hash
}

func (e simEvent) sealed(log order.LogID, seq uint64, prev order.Hash) simEvent {
	var body [32 + 16]byte
	copy(body[:], log)
	for i, v := range []uint64{seq, uint64(e.fact)} {
		for k := range 8 {
			body[32+8*i+k] = byte(v >> (8 * k))
		}
	}
	e.seq, e.hash = seq, order.Chain(prev, body[:])
	return e
}

// centreLog is a log at the model centre.
type centreLog struct {
	evs    []simEvent
	facts  []order.FactID // of each event
	closed bool
	stable uint64
}

// centre is the other end: the real rules of ingest over a model of what is stored. The
// bodies of events are left out: ingest.Read has tests of its own, and world runs both.
type centre struct {
	logs     map[order.LogID]*centreLog
	known    map[order.FactID]bool
	facts    map[fact]int // how often each was applied
	feed     []int        // feed[i] is the value of row i+1
	up       bool
	timeline int64
	backup   *centre
	broken   broken
	came     func(fact) // hears of every fact that is applied
}

func newCentre(b broken) *centre {
	return &centre{logs: map[order.LogID]*centreLog{}, known: map[order.FactID]bool{}, facts: map[fact]int{}, up: true, timeline: 1,
		broken: b, came: func(fact) {}}
}

// save takes a backup: what it holds is stable.
func (c *centre) save() {
	for _, l := range c.logs {
		l.stable = uint64(len(l.evs))
	}
	c.backup = c.copied()
}

// copied is a copy of what is stored. Events are never changed, so the copy and its
// original share them, and neither can write behind the other's end.
func (c *centre) copied() *centre {
	n := &centre{logs: map[order.LogID]*centreLog{}, known: maps.Clone(c.known), facts: maps.Clone(c.facts), feed: slices.Clip(c.feed)}
	for id, l := range c.logs {
		k := *l
		k.evs, k.facts = slices.Clip(l.evs), slices.Clip(l.facts)
		n.logs[id] = &k
	}
	return n
}

// restore goes back to the backup, on a new timeline.
func (c *centre) restore() {
	b := c.backup.copied()
	c.logs, c.known, c.facts, c.feed = b.logs, b.known, b.facts, b.feed
	c.timeline++
}

// simPush is a push on its way.
type simPush struct {
	req      string
	log      order.LogID
	base     uint64
	timeline int64
	baseHash order.Hash
	evs      []simEvent
}

// batch is the push as ingest.Read would give it.
func (p *simPush) batch() *ingest.Batch {
	b := &ingest.Batch{Header: wire.PushHeader{Timeline: p.timeline, Log: p.log, Base: p.base, BaseHash: p.baseHash, N: len(p.evs)}, Items: make([]ingest.Item, len(p.evs))}
	for i, e := range p.evs {
		b.Items[i] = ingest.Item{Seq: e.seq, Hash: e.hash, Event: order.Event{Orig: e.orig}}
	}
	return b
}

func (c *centre) push(p simPush) wire.PushReply {
	l := c.logs[p.log]
	if l == nil {
		l = &centreLog{}
		c.logs[p.log] = l
	}
	b := p.batch()
	res := ingest.Step(c.state(l, p.log, b), b)
	for _, row := range res.Append {
		e := p.evs[row.Seq-p.base-1]
		l.evs, l.facts = append(l.evs, e), append(l.facts, row.Fact)
		c.known[row.Fact] = true
		if !row.Duplicate {
			c.facts[e.fact]++
			c.came(e.fact)
		}
	}
	l.closed = l.closed || res.Close
	hwm := uint64(len(l.evs))
	return wire.PushReply{Req: p.req, Timeline: c.timeline, Code: res.Code, At: res.At, End: res.End, HWM: hwm, HWMHash: l.hashAt(p.log, hwm), Stable: l.stable}
}

// state is what ingest must know of a log; the broken rules of a centre lie in it.
func (c *centre) state(l *centreLog, id order.LogID, b *ingest.Batch) ingest.State {
	hwm := uint64(len(l.evs))
	st := ingest.State{Timeline: c.timeline, HWM: hwm, Hash: l.hashAt(id, hwm), Closed: l.closed, Stored: map[uint64]order.Hash{}, Known: map[order.FactID]bool{}}
	if c.broken.noDedup {
		st.HWM = min(hwm, b.Header.Base)
	}
	for seq := max(b.Header.Base, 1); seq <= min(b.End(), hwm); seq++ {
		st.Stored[seq] = l.evs[seq-1].hash
	}
	if c.broken.seqOnly {
		st.Stored[b.Header.Base] = b.Header.BaseHash
		for i := range b.Items {
			st.Stored[b.Items[i].Seq] = b.Items[i].Hash
		}
	}
	for i := range b.Items {
		it := &b.Items[i]
		if it.Seq <= hwm || c.broken.noFactDedup || c.broken.origDedup && it.Event.Orig == nil {
			continue
		}
		if f := it.Fact(id); c.known[f] {
			st.Known[f] = true
		}
	}
	return st
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
