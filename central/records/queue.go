package records

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"

	"pickstation/central"
	"pickstation/order"
)

// maxBatch is how many transactions share a commit at most.
const maxBatch = 64

// Job is a caller's transaction on its way through a [Queue].
type Job struct {
	ctx  context.Context
	fn   func(tx central.Tx) error
	done chan<- error
}

// Done answers the caller, once.
func (j Job) Done(err error) { j.done <- err }

// Run runs the transaction's function. A panic becomes an error of this job alone,
// and a job whose caller has left does nothing.
func (j Job) Run(tx central.Tx) (err error) {
	if err := j.ctx.Err(); err != nil {
		return err
	}
	defer func() {
		if p := recover(); p != nil {
			err = order.Errorf("internal", "a rule failed: %v", p).WithHint("report it with the log")
			slog.Error("transaction panicked", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		}
	}()
	return j.fn(tx)
}

// Queue hands transactions to the writers of a process.
type Queue struct {
	jobs  chan Job
	ended chan struct{} // closed when no writer is left
}

// NewQueue makes an empty queue.
func NewQueue() *Queue { return &Queue{jobs: make(chan Job), ended: make(chan struct{})} }

// Write queues fn for the writer and waits for its answer.
func (q *Queue) Write(ctx context.Context, fn func(tx central.Tx) error) error {
	done := make(chan error, 1) // buffered: the writer never waits for a caller that left
	closed := order.Errorf("store_closed", "the store is closing").WithHint("send it again")
	select {
	case q.jobs <- Job{ctx, fn, done}:
	case <-ctx.Done():
		return ctx.Err()
	case <-q.ended:
		return closed
	}
	select {
	case err := <-done:
		return err
	case <-q.ended:
		select {
		case err := <-done:
			return err
		default:
			return closed
		}
	}
}

// Close tells callers that wait that nobody serves them any more. It is called once,
// when no Serve runs.
func (q *Queue) Close() { close(q.ended) }

// Serve takes what is waiting, up to 64 at a time, and lets commit run and answer
// them, until ctx ends. Several may serve a queue at once.
func (q *Queue) Serve(ctx context.Context, commit func(batch []Job)) {
	batch := make([]Job, 0, maxBatch)
	for {
		batch = batch[:0]
		select {
		case <-ctx.Done():
			return
		case j := <-q.jobs:
			batch = append(batch, j)
		}
	more:
		for len(batch) < maxBatch {
			select {
			case j := <-q.jobs:
				batch = append(batch, j)
			default:
				break more
			}
		}
		commit(batch)
	}
}

// CommitError tells that a commit did not come about.
func CommitError(err error) error {
	return (&order.Error{Code: central.CodeStoreAway, Op: "commit", Msg: "the change was not stored", Err: err}).
		WithHint("send it again; if it stays, check the disk of the store")
}

// errProbe undoes a transaction that only tries whether there can be one.
var errProbe = errors.New("only a probe")

// Probe says whether a transaction gets as far as its commit; try may look at more.
func (q *Queue) Probe(ctx context.Context, try func(tx central.Tx) error) error {
	err := q.Write(ctx, func(tx central.Tx) error {
		if err := try(tx); err != nil {
			return err
		}
		return errProbe
	})
	if errors.Is(err, errProbe) {
		return nil
	}
	return err
}
