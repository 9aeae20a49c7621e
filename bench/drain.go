package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pickstation/localdb"
	"pickstation/order"
	"pickstation/station"
	"pickstation/sync/agent"
	"pickstation/sync/wire"
)

// drain sends a backlog through the real agent while the loop is at work, to a
// centre in this process that checks the chain of hashes and acknowledges. The limit
// is what the same station's log gives when it is only read and checked.
func drain(e *env) (_ []result, err error) {
	d, err := e.readDesk(backlogEvents)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	st, err := d.reader.SyncState(context.Background())
	if err != nil {
		return nil, err
	}
	unsent, log := st.Unsent, st.Logs[0].ID
	began := time.Now()
	if err := readThrough(d.reader, log); err != nil {
		return nil, err
	}
	limit := float64(unsent) / time.Since(began).Seconds()
	c := &acknowledging{at: map[order.LogID]mark{}, log: log, want: backlogEvents, done: make(chan struct{})}
	a := agent.New(agent.Options{Config: agent.DefaultConfig(), Centre: c, Source: source{d.reader}, App: "bench",
		Write: func(ctx context.Context, do func(agent.Tx) ([]order.ShipmentID, error)) error {
			return d.loop.Write(ctx, func(tx station.Tx) ([]order.ShipmentID, error) { return do(agentTx{tx.(*localdb.Tx)}) })
		}})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	began = time.Now()
	go func() { ended <- a.Run(ctx) }()
	select {
	case <-c.done:
	case <-time.After(time.Minute):
		err = errors.New("the backlog does not drain")
	}
	rate := float64(unsent) / time.Since(began).Seconds()
	cancel()
	if rerr := <-ended; err == nil && rerr != nil && !errors.Is(rerr, context.Canceled) {
		err = rerr
	}
	if err != nil {
		return nil, err
	}
	return []result{of("sync_drain", rate, "events/s", limit)}, nil
}

// readThrough reads a log and checks its chain.
func readThrough(r *localdb.Reader, log order.LogID) error {
	for after := uint64(0); ; {
		bodies, base, end, ok, err := r.Events(context.Background(), log, after, 500, 1<<20)
		if err != nil || len(bodies) == 0 {
			return err
		}
		if !ok || chain(base, bodies) != end {
			return fmt.Errorf("the log is broken after event %d", after)
		}
		after += uint64(len(bodies))
	}
}

func chain(h order.Hash, bodies [][]byte) order.Hash {
	for _, b := range bodies {
		h = order.Chain(h, b)
	}
	return h
}

// mark is up to where a centre has a log.
type mark struct {
	seq  uint64
	hash order.Hash
}

// acknowledging is a centre that checks and counts.
type acknowledging struct {
	at   map[order.LogID]mark
	log  order.LogID
	want uint64
	done chan struct{} // closed when the log is here up to want
}

// Push implements agent.Centre.
func (c *acknowledging) Push(_ context.Context, h wire.PushHeader, bodies [][]byte) (wire.PushReply, error) {
	m, known := c.at[h.Log]
	if !known {
		m.hash = order.LogStart(h.Log)
	}
	reply := wire.PushReply{Req: h.Req, Timeline: 1, Code: wire.CodeOK, HWM: m.seq, HWMHash: m.hash, ServerAt: time.Now()}
	if h.Base != m.seq {
		reply.Code = wire.CodeGap
		return reply, nil
	}
	m = mark{m.seq + uint64(len(bodies)), chain(m.hash, bodies)}
	if m.hash != h.EndHash {
		reply.Code = wire.CodeFork
		return reply, nil
	}
	c.at[h.Log] = m
	if h.Log == c.log && m.seq >= c.want && m.seq-uint64(len(bodies)) < c.want {
		close(c.done)
	}
	reply.End, reply.HWM, reply.HWMHash = m.seq, m.seq, m.hash
	return reply, nil
}

// Feed implements agent.Centre.
func (c *acknowledging) Feed(ctx context.Context, cursor int64, _ int, wait time.Duration) (wire.FeedReply, error) {
	select {
	case <-ctx.Done():
		return wire.FeedReply{}, ctx.Err()
	case <-time.After(wait):
	}
	return wire.FeedReply{Timeline: 1, Next: cursor, UpToDate: true, ServerAt: time.Now()}, nil
}

// Sums implements agent.Centre.
func (c *acknowledging) Sums(ctx context.Context, cursor int64, limit int) (wire.FeedReply, error) {
	return c.Feed(ctx, cursor, limit, 0)
}

// Beat implements agent.Centre.
func (c *acknowledging) Beat(_ context.Context, b wire.Heartbeat) (wire.HeartbeatReply, error) {
	return wire.HeartbeatReply{Req: b.Req, Timeline: 1, ServerAt: time.Now()}, nil
}

// source is the station's database as the agent sees it.
type source struct{ *localdb.Reader }

// Local implements agent.Source.
func (s source) Local(ctx context.Context) (agent.Local, error) {
	st, err := s.SyncState(ctx)
	if err != nil {
		return agent.Local{}, err
	}
	l := agent.Local{Timeline: st.Timeline, Cursor: st.Cursor, Unsent: st.Unsent, Held: st.Held, OldestAt: time.UnixMilli(st.OldestAt)}
	for _, g := range st.Logs {
		l.Logs = append(l.Logs, agent.Log{ID: g.ID, Base: g.Base, Last: g.Last, Acked: g.Acked, Stable: g.Stable, Closed: g.Closed, Follows: g.Follows})
	}
	return l, nil
}

// agentTx is the loop's transaction as the agent sees it.
type agentTx struct{ *localdb.Tx }

// NewLog implements agent.Tx.
func (t agentTx) NewLog(log order.LogID, at uint64, why string) (bool, error) {
	return t.Tx.NewLog(log, at, why)
}
