package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"pickstation/localdb"
	"pickstation/order"
	"pickstation/station"
	"pickstation/sync/agent"
	"pickstation/sync/wire"
)

// run lets time go on by seconds; nobody does anything but the agent.
func (c *benchCentre) run(ctx context.Context, d time.Duration) error {
	for end := c.r.clock.Now().Add(d); c.r.clock.Now().Before(end); c.r.clock.advance(time.Second) {
		if err := c.news(ctx); err != nil {
			return err
		}
		if err := c.step(ctx, agent.Input{Kind: agent.Tick}); err != nil {
			return err
		}
	}
	return c.r.settle(ctx)
}

// news answers the feed request that waits, once there are rows or it has waited long enough.
func (c *benchCentre) news(ctx context.Context) error {
	if c.asked == nil {
		return nil
	}
	a := *c.asked
	if c.r.net == "down" {
		c.asked = nil
		return c.step(ctx, noAnswer(a.Req))
	}
	f, err := c.svc.Feed(ctx, centreBench, a.Cursor, a.Max, 0)
	if err != nil {
		return err
	}
	if len(f.Rows) == 0 && f.Next == a.Cursor && !f.Snapshot && c.r.clock.Now().Sub(c.since) < a.Wait {
		return nil
	}
	c.asked = nil
	return c.step(ctx, agent.Input{Kind: agent.Fed, Req: a.Req, Feed: f})
}

func noAnswer(req string) agent.Input {
	return agent.Input{Kind: agent.Failed, Req: req, Failure: agent.Failure{Class: agent.ClassNetwork, Code: "network"}}
}

// step runs the agent's step and everything it asks for, answers included.
func (c *benchCentre) step(ctx context.Context, first agent.Input) error {
	rd, err := c.r.db.NewReader()
	if err != nil {
		return err
	}
	defer rd.Close()
	queue := []agent.Input{first}
	for n := 0; len(queue) > 0; n++ {
		if n > 500 {
			return errors.New("the agent never comes to rest")
		}
		in := queue[0]
		queue = queue[1:]
		c.n++
		if in.Local, err = (source{rd}).Local(ctx); err != nil {
			return err
		}
		in.Now, in.Rand, in.ID = c.r.clock.Now(), 0.5, strconv.Itoa(c.n)
		var acts, writes []agent.Action
		c.state, acts = agent.Step(centreAgent, c.state, in)
		for _, a := range acts {
			if answer, ok, err := c.carry(ctx, rd, a, &in.Local); err != nil {
				return err
			} else if answer != nil {
				queue = append(queue, *answer)
			} else if !ok {
				writes = append(writes, a)
			}
		}
		if len(writes) > 0 {
			if err := c.write(ctx, writes); err != nil {
				return err
			}
			queue = append(queue, agent.Input{Kind: agent.Tick})
		}
	}
	return nil
}

// carry takes a request to the centre and brings its answer; ok is false for writes.
func (c *benchCentre) carry(ctx context.Context, rd *localdb.Reader, a agent.Action, l *agent.Local) (answer *agent.Input, ok bool, err error) {
	down := c.r.net == "down"
	switch a := a.(type) {
	case agent.SendPush:
		if down {
			in := noAnswer(a.Req)
			return &in, true, nil
		}
		bodies, base, end, found, err := rd.Events(ctx, a.Log, a.After, a.Max, a.MaxBytes)
		if err != nil || !found {
			return nil, true, errors.Join(err, fmt.Errorf("asked to push %+v", a))
		}
		reply, err := c.svc.Push(ctx, centreBench, wire.PushHeader{Proto: wire.Proto, Req: a.Req, Timeline: a.Timeline, Schema: wire.Schema, Log: a.Log,
			Base: a.After, BaseHash: base, N: len(bodies), EndHash: end, App: "scenario"}, bodies)
		if err != nil {
			return nil, true, err
		}
		in := agent.Input{Kind: agent.Pushed, Req: a.Req, Push: reply}
		in.HashAtHWM, in.HashKnown, err = rd.HashAt(a.Log, reply.HWM)
		return &in, true, err
	case agent.SendFeed:
		if down {
			in := noAnswer(a.Req)
			return &in, true, nil
		}
		c.asked, c.since = &a, c.r.clock.Now()
		return nil, true, nil
	case agent.SendBeat:
		if down {
			in := noAnswer(a.Req)
			return &in, true, nil
		}
		last := l.Logs[len(l.Logs)-1]
		reply, err := c.svc.Heartbeat(ctx, centreBench, wire.Heartbeat{Proto: wire.Proto, Req: a.Req, Log: last.ID, Seq: last.Last, Acked: last.Acked,
			Want: centreAgent.Want, Held: l.Held, Used: l.Used, Backlog: wire.Backlog{N: l.Unsent}, App: "scenario"})
		return &agent.Input{Kind: agent.Beaten, Req: a.Req, Beat: reply}, true, err
	}
	return nil, false, nil
}

// write does the writes of a step through the bench's loop, as the station does.
func (c *benchCentre) write(ctx context.Context, acts []agent.Action) error {
	return c.r.loop.Write(ctx, func(stx station.Tx) (ids []order.ShipmentID, err error) {
		tx := localTx(stx)
		for _, a := range acts {
			var more []order.ShipmentID
			switch a := a.(type) {
			case agent.SetAcked:
				err = tx.Acked(a.Log, a.Acked, a.Stable)
			case agent.ApplyFeed:
				more, err = tx.ApplyFeed(a.Rows, a.Next, a.Timeline)
			case agent.FeedRead:
				more, err = tx.FeedRead()
			case agent.Renew:
				err = tx.Renew(a.Leases)
			case agent.Heard:
				err = tx.Heard(a.ServerAt)
			case agent.Repull:
				err = tx.Repull(a.Timeline)
			case agent.Rewind:
				err = tx.Rewind(a.Timeline)
			}
			if ids = append(ids, more...); err != nil {
				return ids, err
			}
		}
		return ids, nil
	})
}
