package agent

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/google/uuid"

	"pickstation/order"
	"pickstation/sync/wire"
)

// Centre is the other end. Every call has a deadline of its own and may be called
// from any goroutine. An error that has the methods Class, Code and RetryAfter (see
// [Failure]) is met accordingly; any other counts as no answer.
type Centre interface {
	Push(ctx context.Context, h wire.PushHeader, bodies [][]byte) (wire.PushReply, error)
	Feed(ctx context.Context, cursor int64, max int, wait time.Duration) (wire.FeedReply, error)
	// Sums is Feed without a wait; a reply that ends the feed also says what the station
	// has to hold, where the centre knows how.
	Sums(ctx context.Context, cursor int64, max int) (wire.FeedReply, error)
	Beat(ctx context.Context, b wire.Heartbeat) (wire.HeartbeatReply, error)
}

// Source reads the station's database, beside the loop that writes it. It is called
// from several goroutines.
type Source interface {
	Local(ctx context.Context) (Local, error)
	// Events returns canonical bytes of events after a number, with the hash at that
	// number and of the last one returned; ok is false where they are not here.
	Events(ctx context.Context, log order.LogID, after uint64, limit, maxBytes int) (bodies [][]byte, base, end order.Hash, ok bool, err error)
	HashAt(log order.LogID, seq uint64) (order.Hash, bool, error)
	// Sums adds up what the feed has brought and is still here, with its cursor.
	Sums(ctx context.Context) (cursor int64, sums wire.Sums, err error)
}

// Tx is what the agent writes, within a transaction of the station's loop.
type Tx interface {
	ApplyFeed(rows []wire.FeedRow, next, timeline int64) ([]order.ShipmentID, error)
	Acked(log order.LogID, acked, stable uint64) error
	// NewLog is called again, each time in a transaction of its own, until it is done:
	// scans come in between.
	NewLog(log order.LogID, at uint64, why string) (done bool, err error)
	Rewind(timeline int64) error
	// Repull begins the feed again; FeedRead says that it was read to its end, so that
	// work which did not come with it is taken away.
	Repull(timeline int64) error
	FeedRead() ([]order.ShipmentID, error)
	Renew(leases []wire.Renewal) error
	Heard(serverAt time.Time) error
}

// Options say what an agent works with.
type Options struct {
	Config Config
	Centre Centre
	Source Source
	// Write runs a function in a transaction of the station's loop and returns when it
	// is durable. The function returns the shipments it touched.
	Write func(ctx context.Context, do func(tx Tx) ([]order.ShipmentID, error)) error
	// Notify tells of new events; nil: the agent looks when it wakes.
	Notify <-chan struct{}
	// Status is told of every change, from the agent's goroutine; it must not block.
	Status func(Status)
	// Health is what heartbeats tell of the station; nil: nothing.
	Health func() wire.Health
	Boot   string
	App    string
}

// linger is how long after a new event the agent waits for more of them.
const linger = 100 * time.Millisecond

// writePause is how long the agent waits after a write that failed.
const writePause = 5 * time.Second

// Agent is the loop around [Step].
type Agent struct {
	o     Options
	kick  chan struct{}
	inbox chan Input

	// Below belongs to the goroutine in Run or Drain.
	state  State
	shown  Status
	beaten bool // a heartbeat was answered
	fed    bool // the feed was read to its end
	failed int  // failures so far
}

// New returns an agent.
func New(o Options) *Agent {
	return &Agent{o: o, kick: make(chan struct{}, 1), inbox: make(chan Input, 4)}
}

// Kick makes the agent try now, whatever it was waiting for. It never blocks.
func (a *Agent) Kick() {
	select {
	case a.kick <- struct{}{}:
	default: // one is waiting already
	}
}

// Run keeps station and centre in step until the context ends. A fault of the database
// is shown, and tried again.
func (a *Agent) Run(ctx context.Context) error {
	for {
		err := a.run(ctx, func(Local) bool { return false })
		if ctx.Err() != nil {
			return nil //nolint:nilerr // the end was asked for
		}
		if err != nil {
			a.show(Status{LastWord: a.state.lastHeard, Problem: "sync_stopped", Detail: err.Error()})
		}
		select {
		case <-time.After(writePause):
		case <-ctx.Done():
			return nil
		}
	}
}

// Drain returns when all events are acknowledged, a heartbeat was answered and the
// feed read to its end. It gives up after a few failures with an *order.Error, and at
// the first one that only a person can end; that is [ErrStuck].
func (a *Agent) Drain(ctx context.Context) error {
	a.o.Config.FeedWait = 0 // the end of the feed is wanted, not news
	done := false
	err := a.run(ctx, func(l Local) bool {
		done = l.Unsent == 0 && a.beaten && a.fed
		return done || a.failed >= 4 || a.stuck()
	})
	switch {
	case err != nil:
		return err
	case done:
		return nil
	}
	st := a.state.Status()
	if a.stuck() {
		e := &order.Error{Code: st.Problem, Op: "sync", Msg: st.Detail, Hint: a.state.problem.Hint, Err: ErrStuck}
		if e.Hint == "" {
			e.Hint = "do what the centre asks for; nothing is lost, the events stay here"
		}
		return e
	}
	return order.Errorf(st.Problem, "the centre was not reached: %s", st.Detail).
		WithHint("check the network and the centre; nothing is lost, the events stay here")
}

// ErrStuck says that trying again does not help.
var ErrStuck = errors.New("trying again does not help")

func (a *Agent) stuck() bool {
	return a.state.Status().Problem != "" && a.state.problem.Class == ClassPark
}

func (a *Agent) run(ctx context.Context, done func(Local) bool) error {
	ctx, cancel := context.WithCancel(ctx)
	var requests sync.WaitGroup
	defer requests.Wait()
	defer cancel()
	timer := time.NewTimer(0)
	defer timer.Stop()
	in := Input{Kind: Tick}
	for {
		local, wait, err := a.turn(ctx, in, &requests)
		if err != nil {
			return err
		}
		if done(local) {
			return nil
		}
		timer.Reset(wait)
		if in, err = a.next(ctx, timer, wait); err != nil {
			return err
		}
	}
}

// next waits for something to happen.
func (a *Agent) next(ctx context.Context, timer *time.Timer, wait time.Duration) (Input, error) {
	notify := a.o.Notify
	for {
		select {
		case <-ctx.Done():
			return Input{}, ctx.Err()
		case in := <-a.inbox:
			return in, nil
		case <-a.kick:
			return Input{Kind: Kick}, nil
		case <-notify:
			notify = nil // one is enough; the timer fires soon now
			timer.Reset(min(linger, wait))
		case <-timer.C:
			return Input{Kind: Tick}, nil
		}
	}
}

// turn takes one input through Step and does what it asks for. It returns how long to
// wait for the next.
func (a *Agent) turn(ctx context.Context, in Input, requests *sync.WaitGroup) (Local, time.Duration, error) {
	for {
		local, err := a.o.Source.Local(ctx)
		if err != nil {
			return local, 0, fmt.Errorf("read the state of sync: %w", err)
		}
		in.Now, in.Local, in.Rand, in.ID = time.Now(), local, rand.Float64(), uuid.NewString()
		a.note(&in)
		var acts []Action
		a.state, acts = Step(a.o.Config, a.state, in)
		wrote, err := a.write(ctx, acts)
		if err != nil {
			if ctx.Err() != nil {
				return local, 0, ctx.Err()
			}
			// Nothing was changed; what the centre said will be said again.
			a.show(Status{LastWord: a.state.lastHeard, Problem: "not_saved", Detail: err.Error()})
			return local, writePause, nil
		}
		a.reads(acts)
		for _, act := range acts {
			a.request(ctx, act, local, requests)
		}
		a.show(a.state.Status())
		if !wrote {
			return local, max(time.Until(a.state.Wake(a.o.Config, time.Now())), time.Millisecond), nil
		}
		in = Input{Kind: Tick}
	}
}

// note keeps count for Drain.
func (a *Agent) note(in *Input) {
	switch in.Kind {
	case Beaten:
		a.beaten = true
	case Failed:
		a.failed++
	}
}

// reads keeps for Drain whether the feed was read to its end. An answer is not enough: one
// from before the feed was begun again is not taken.
func (a *Agent) reads(acts []Action) {
	for _, act := range acts {
		switch act.(type) {
		case Repull:
			a.fed = false
		case FeedRead:
			a.fed = true
		}
	}
}

func (a *Agent) show(s Status) {
	if a.o.Status != nil && s != a.shown {
		a.o.Status(s)
	}
	a.shown = s
}

// write does the writes of one step in one transaction; a long feed in several, each
// with the cursor that follows its rows.
func (a *Agent) write(ctx context.Context, acts []Action) (wrote bool, err error) {
	var list []Action
	for _, act := range acts {
		switch act.(type) {
		case SendPush, SendFeed, SendSums, SendBeat, AddUp:
			continue
		}
		f, ok := act.(ApplyFeed)
		for ok {
			part := portion(f.Rows, a.o.Config.FeedRows)
			if part == len(f.Rows) {
				act = f
				break
			}
			first := ApplyFeed{Rows: f.Rows[:part], Next: f.Rows[part-1].FS, Timeline: f.Timeline}
			if err := a.commit(ctx, append(list, first)); err != nil {
				return true, err
			}
			list, f.Rows = nil, f.Rows[part:]
		}
		list = append(list, act)
	}
	if len(list) == 0 {
		return false, nil
	}
	return true, a.commit(ctx, list)
}

// writeBytes is how much of the feed one write takes, for a scan may wait behind it:
// some 3 ms of work rows.
const writeBytes = 64 << 10

// portion returns how many rows one write takes, at least one of any.
func portion(rows []wire.FeedRow, limit int) int {
	size := 0
	for i := range rows {
		if size += len(rows[i].Body); i > 0 && size > writeBytes || i == limit {
			return i
		}
	}
	return len(rows)
}

func (a *Agent) commit(ctx context.Context, list []Action) error {
	for len(list) > 0 {
		var again []Action
		err := a.o.Write(ctx, func(tx Tx) (touched []order.ShipmentID, err error) {
			again = nil
			for _, act := range list {
				ids, done, err := store(tx, act)
				if err != nil {
					return nil, err
				}
				if touched = append(touched, ids...); !done {
					again = append(again, act)
				}
			}
			return touched, nil
		})
		if err != nil {
			return err
		}
		list = again
	}
	return nil
}

func store(tx Tx, act Action) (touched []order.ShipmentID, done bool, err error) {
	switch act := act.(type) {
	case SetAcked:
		return nil, true, tx.Acked(act.Log, act.Acked, act.Stable)
	case StartLog:
		done, err = tx.NewLog(act.Log, act.At, act.Why)
		return nil, done, err
	case Rewind:
		return nil, true, tx.Rewind(act.Timeline)
	case Repull:
		return nil, true, tx.Repull(act.Timeline)
	case FeedRead:
		touched, err = tx.FeedRead()
	case ApplyFeed:
		touched, err = tx.ApplyFeed(act.Rows, act.Next, act.Timeline)
	case Renew:
		ids := make([]order.ShipmentID, len(act.Leases))
		for i := range act.Leases {
			ids[i] = act.Leases[i].Shipment
		}
		return ids, true, tx.Renew(act.Leases)
	case Heard:
		return nil, true, tx.Heard(act.ServerAt)
	default:
		err = fmt.Errorf("store: unknown action %T", act)
	}
	return touched, true, err
}
