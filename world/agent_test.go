package world

import (
	"context"
	"slices"
	"strconv"

	"pickstation/order"
	"pickstation/sync/agent"
	"pickstation/sync/wire"
)

// local is what the agent is told of the database.
func (b *bench) local() agent.Local {
	if b.known != nil {
		return *b.known
	}
	st, err := b.db.SyncState(context.Background())
	b.w.must(err)
	l := agent.Local{Timeline: st.Timeline, Cursor: st.Cursor, Unsent: st.Unsent, Held: st.Held, Used: st.Used}
	for _, g := range st.Logs {
		l.Logs = append(l.Logs, agent.Log{ID: g.ID, Base: g.Base, Last: g.Last, Acked: g.Acked, Stable: g.Stable, Closed: g.Closed, Follows: g.Follows})
	}
	b.known = &l
	b.sane(&l)
	return l
}

// step runs the agent's real step and does what it asks for.
func (b *bench) step(in agent.Input) {
	for range 50 {
		in.Now, in.Rand, in.ID, in.Local = b.w.time(), b.w.r.Float64(), strconv.Itoa(b.w.next()), b.local()
		b.mislead(&in)
		var acts []agent.Action
		b.state, acts = agent.Step(b.config(), b.state, in)
		var writes []agent.Action
		for _, a := range acts {
			if b.silent(a) {
				continue
			}
			switch a := a.(type) {
			case agent.SendPush:
				b.push(a)
			case agent.SendFeed:
				b.exchange("", func(answer func(agent.Input)) {
					b.w.centre.poll(b.id, a, func(r wire.FeedReply) { answer(agent.Input{Kind: agent.Fed, Req: a.Req, Feed: r}) })
				})
			case agent.SendSums:
				b.askSums(a)
			case agent.AddUp:
				b.addUp(a)
			case agent.SendBeat:
				b.beat(a, in.Local)
			default:
				writes = append(writes, a)
			}
		}
		if len(writes) == 0 {
			return
		}
		b.write(func(tx transaction) error { return b.store(tx, writes) })
		if slices.ContainsFunc(writes, func(a agent.Action) bool { _, fork := a.(agent.StartLog); return fork }) {
			b.inOrder()
		}
		if b.toldOfLeases(writes) {
			b.w.leases(b)
		}
		in = agent.Input{Kind: agent.Tick}
	}
	b.w.fail("%s: the agent never comes to rest", b.id)
}

func (b *bench) push(a agent.SendPush) {
	b.asked = a
	bodies, base, end, ok, err := b.db.Events(context.Background(), a.Log, a.After, a.Max, a.MaxBytes)
	b.w.must(err)
	if !ok {
		b.w.fail("%s: asked to push what is not here: %+v", b.id, a)
		return
	}
	h := wire.PushHeader{Proto: wire.Proto, Req: a.Req, Timeline: a.Timeline, Schema: wire.Schema + max(b.age, 0), Log: a.Log, Base: a.After,
		BaseHash: base, N: len(bodies), EndHash: end, App: "world"}
	if b.age > 0 {
		h = sent(b.w, h)
	}
	b.exchange(a.Log, func(answer func(agent.Input)) {
		answer(agent.Input{Kind: agent.Pushed, Req: a.Req, Push: b.w.centre.push(b.id, h, bodies)})
	})
}

func (b *bench) beat(a agent.SendBeat, local agent.Local) {
	l := local.Logs[len(local.Logs)-1]
	h := wire.Heartbeat{Proto: wire.Proto, Req: a.Req, Log: l.ID, Seq: l.Last, Acked: l.Acked, Want: b.w.pace.step.Want, Held: local.Held,
		Backlog: wire.Backlog{N: local.Unsent}, App: "world"}
	switch {
	case b.age > 0:
		h.Used = local.Used
		h = sent(b.w, h)
	case b.age == 0:
		h.Used = local.Used
	}
	b.exchange("", func(answer func(agent.Input)) {
		r, err := b.w.centre.svc.Heartbeat(context.Background(), b.id, h)
		b.w.must(err)
		b.w.centre.noticed = b.w.centre.skew
		answer(agent.Input{Kind: agent.Beaten, Req: a.Req, Beat: r})
	})
}

// exchange takes a request to the centre and its answer back; log is the one it is about.
func (b *bench) exchange(log order.LogID, ask func(answer func(agent.Input))) {
	gen := b.gen
	b.w.net(b, func() {
		if !b.w.centre.up {
			return
		}
		ask(func(in agent.Input) {
			if in.Kind == agent.Fed {
				in.Feed = b.read(in.Feed)
			} else if b.w.centre.age > 0 {
				in.Push, in.Beat = sent(b.w, in.Push), sent(b.w, in.Beat)
			}
			b.w.net(b, func() {
				if b.up && b.gen == gen {
					b.hear(log, in)
				}
			})
		})
	})
}

// hear takes an answer in.
func (b *bench) hear(log order.LogID, in agent.Input) {
	if in.Kind == agent.Pushed {
		var err error
		in.HashAtHWM, in.HashKnown, err = b.db.HashAt(log, in.Push.HWM)
		b.w.must(err)
	}
	b.step(in)
}

// store does the writes of one step in one transaction.
func (b *bench) store(tx transaction, acts []agent.Action) error {
	for _, a := range acts {
		if b.forgotten(a) {
			continue
		}
		var err error
		switch a := a.(type) {
		case agent.SetAcked:
			if b.w.broken.ackAll {
				a.Acked = 1 << 40
			}
			if b.w.broken.pruneAcked {
				a.Stable = a.Acked
			}
			b.marked(a, acts)
			err = tx.Acked(a.Log, a.Acked, a.Stable)
		case agent.StartLog:
			b.w.happens("new log, "+a.Why, b.no)
			if b.w.counts["restored"]+b.w.counts["cloned"]+b.w.counts["cloned unnoticed"]+b.w.counts["centre restored"] == 0 {
				b.w.fail("%s leaves log %s, though there was never a second one of anything", b.id, a.Log) // I3
			}
			for done := false; !done && err == nil; {
				done, err = tx.NewLog(a.Log, a.At, a.Why)
			}
		case agent.Rewind:
			b.w.happens("rewind", b.no)
			if b.w.broken.noRewind {
				err = tx.Repull(a.Timeline)
				break
			}
			err = tx.Rewind(a.Timeline)
		case agent.Repull:
			err = tx.Repull(a.Timeline)
		case agent.ApplyFeed:
			b.cursor(a, acts)
			_, err = tx.ApplyFeed(a.Rows, a.Next, a.Timeline)
		case agent.FeedRead:
			_, err = tx.FeedRead()
		case agent.Renew:
			err = tx.Renew(a.Leases)
		case agent.Heard:
			err = tx.Heard(a.ServerAt)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// inOrder checks that a disk holds its facts in the order in which they happened (C7).
func (b *bench) inOrder() {
	last := 0
	for _, l := range b.local().Logs {
		bodies, _, _, _, err := b.db.Events(context.Background(), l.ID, l.Base, 1<<20, 1<<30)
		b.w.must(err)
		for _, body := range bodies {
			e, err := order.ParseEvent(body)
			b.w.must(err)
			if n := b.w.made[e.Code].n; n <= last {
				b.w.fail("%s: log %s has %s behind what happened after it", b.id, l.ID, e.Code)
			} else {
				last = n
			}
		}
	}
}

// sane checks what the database says of its logs: marks are in order (I4).
func (b *bench) sane(l *agent.Local) {
	for _, g := range l.Logs {
		if g.Stable > g.Acked || g.Acked > g.Last || g.Base > g.Acked {
			b.w.fail("%s: log %s: %d pruned, %d stable, %d acknowledged, %d written", b.id, g.ID, g.Base, g.Stable, g.Acked, g.Last)
		}
	}
}

// marked checks a mark that is about to move; a rewind among the same writes came first.
func (b *bench) marked(a agent.SetAcked, acts []agent.Action) {
	l := b.local()
	timeline, again := l.Timeline, false
	for _, other := range acts {
		if r, ok := other.(agent.Rewind); ok {
			timeline, again = r.Timeline, true
		}
	}
	for _, log := range l.Logs {
		if log.ID != a.Log {
			continue
		}
		from := log.Acked
		if again {
			from = log.Base
		}
		b.w.centre.ledger.told(b, a.Log, from, a.Acked, a.Stable, timeline)
	}
}

// cursor checks that the feed is read forward (I6), unless it is read again on purpose.
func (b *bench) cursor(a agent.ApplyFeed, acts []agent.Action) {
	for _, other := range acts {
		switch other.(type) {
		case agent.Rewind, agent.Repull:
			return
		}
	}
	if was := b.local().Cursor; a.Next < was {
		b.w.fail("%s: the cursor goes back from %d to %d", b.id, was, a.Next)
	}
}

func (b *bench) toldOfLeases(acts []agent.Action) bool {
	for _, a := range acts {
		switch a := a.(type) {
		case agent.ApplyFeed:
			if len(a.Rows) > 0 {
				return true
			}
		case agent.Renew:
			return true
		}
	}
	return false
}
