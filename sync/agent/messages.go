package agent

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"pickstation/sync/wire"
)

// request sends what Step asked for; the answer comes back through the inbox.
func (a *Agent) request(ctx context.Context, act Action, local Local, requests *sync.WaitGroup) {
	var do func() Input
	switch act := act.(type) {
	case SendPush:
		do = func() Input { return a.push(ctx, act, local) }
	case SendFeed:
		do = func() Input {
			r, err := a.o.Centre.Feed(ctx, act.Cursor, act.Max, act.Wait)
			return answer(Input{Kind: Fed, Req: act.Req, Feed: r}, err)
		}
	case SendSums:
		do = func() Input {
			r, err := a.o.Centre.Sums(ctx, act.Cursor, act.Max)
			return answer(Input{Kind: Fed, Req: act.Req, Feed: r}, err)
		}
	case AddUp:
		do = func() Input { return a.addUp(ctx, act) }
	case SendBeat:
		do = func() Input { return a.beat(ctx, act, local) }
	default:
		return
	}
	requests.Go(func() {
		in := do()
		select {
		case a.inbox <- in:
		case <-ctx.Done():
		}
	})
}

// message makes a push of what is in the database.
func (a *Agent) message(ctx context.Context, p SendPush, local Local) (h wire.PushHeader, bodies [][]byte, err error) {
	bodies, base, end, ok, err := a.o.Source.Events(ctx, p.Log, p.After, p.Max, p.MaxBytes)
	if err == nil && (!ok || len(bodies) == 0 && p.Max > 0) {
		err = fmt.Errorf("log %s has no events after %d any more", p.Log, p.After)
	}
	if err != nil {
		return h, nil, err
	}
	h = wire.PushHeader{Proto: wire.Proto, Req: p.Req, Timeline: p.Timeline, Schema: wire.Schema, Log: p.Log,
		Base: p.After, BaseHash: base, N: len(bodies), EndHash: end, Boot: a.o.Boot, SentAt: time.Now().UTC(),
		Backlog: wire.Backlog{N: local.Unsent, OldestAt: local.OldestAt}, App: a.o.App}
	if l := local.log(p.Log); l != nil {
		h.Epoch = l.Follows
	}
	return h, bodies, nil
}

func (a *Agent) push(ctx context.Context, p SendPush, local Local) Input {
	in := Input{Kind: Pushed, Req: p.Req}
	h, bodies, err := a.message(ctx, p, local)
	if err != nil {
		return Input{Kind: Failed, Req: p.Req, Failure: Failure{Class: ClassRetry, Code: "read_events", Detail: err.Error()}}
	}
	in.Push, err = a.o.Centre.Push(ctx, h, bodies)
	if err == nil && in.Push.Req != p.Req {
		err = errors.New("the answer is for another request")
	}
	if err == nil {
		in.HashAtHWM, in.HashKnown, err = a.o.Source.HashAt(p.Log, in.Push.HWM)
	}
	return answer(in, err)
}

// heartbeat makes a heartbeat of what is in the database.
func (a *Agent) heartbeat(req string, local Local) wire.Heartbeat {
	h := wire.Heartbeat{Proto: wire.Proto, Req: req, Want: a.o.Config.Want, Held: local.Held,
		Backlog: wire.Backlog{N: local.Unsent, OldestAt: local.OldestAt}, App: a.o.App, SentAt: time.Now().UTC()}
	if n := len(local.Logs); n > 0 {
		l := &local.Logs[n-1]
		h.Log, h.Seq, h.Acked, h.Used = l.ID, l.Last, l.Acked, local.Used
	}
	if a.o.Health != nil {
		h.Health = a.o.Health()
	}
	return h
}

// addUp adds up what is held; what cannot be read is compared another time.
func (a *Agent) addUp(ctx context.Context, act AddUp) Input {
	cursor, held, err := a.o.Source.Sums(ctx)
	if err != nil {
		cursor = -1
	}
	return Input{Kind: Summed, Req: act.Req, Held: Held{Cursor: cursor, Sums: held}}
}

func (a *Agent) beat(ctx context.Context, b SendBeat, local Local) Input {
	r, err := a.o.Centre.Beat(ctx, a.heartbeat(b.Req, local))
	if err == nil && r.Req != b.Req {
		err = errors.New("the answer is for another request")
	}
	return answer(Input{Kind: Beaten, Req: b.Req, Beat: r}, err)
}

// classified is how an error says how it is to be met.
type classified interface {
	error
	Class() string
	Code() string
	Hint() string
	RetryAfter() time.Duration
}

// answer turns an error into a failure of the request.
func answer(in Input, err error) Input {
	if err == nil {
		return in
	}
	f := Failure{Class: ClassNetwork, Code: "no_answer", Detail: err.Error()}
	var c classified
	if errors.As(err, &c) {
		f = Failure{Class: Class(c.Class()), Code: c.Code(), Detail: err.Error(), Hint: c.Hint(), RetryAfter: c.RetryAfter()}
	}
	return Input{Kind: Failed, Req: in.Req, Failure: f}
}
