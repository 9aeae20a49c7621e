package sqlite

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"

	"pickstation/central"
	"pickstation/order"
)

type job struct {
	ctx  context.Context
	fn   func(tx central.Tx) error
	done chan<- error
}

// Write queues fn for the writer and waits until its commit is durable.
func (s *Store) Write(ctx context.Context, fn func(tx central.Tx) error) error {
	done := make(chan error, 1) // buffered: the writer never waits for a caller that left
	closed := order.Errorf("store_closed", "the store is closing").WithHint("send it again")
	select {
	case s.jobs <- job{ctx, fn, done}:
	case <-ctx.Done():
		return ctx.Err()
	case <-s.ended:
		return closed
	}
	select {
	case err := <-done:
		return err
	case <-s.ended:
		select {
		case err := <-done:
			return err
		default:
			return closed
		}
	}
}

// writer owns the only connection that writes. It takes what is waiting, up to
// maxBatch, each in a savepoint of its own, commits once and then answers all.
func (s *Store) writer(ctx context.Context, h *handle) {
	defer s.done.Done()
	defer close(s.ended)
	defer h.close()
	batch := make([]job, 0, maxBatch)
	for {
		batch = batch[:0]
		select {
		case <-ctx.Done():
			return
		case j := <-s.jobs:
			batch = append(batch, j)
		}
	more:
		for len(batch) < maxBatch {
			select {
			case j := <-s.jobs:
				batch = append(batch, j)
			default:
				break more
			}
		}
		s.commit(h, batch)
	}
}

func (s *Store) commit(h *handle, batch []job) {
	results := make([]error, len(batch))
	err := h.exec("BEGIN IMMEDIATE")
	if err == nil {
		for i, j := range batch {
			results[i] = h.savepoint(j)
		}
		if err = h.exec("COMMIT"); err != nil {
			_ = h.exec("ROLLBACK") // fails when the engine has rolled back already
		}
	}
	if err != nil {
		err = (&order.Error{Code: "store_write", Op: "commit", Msg: "the change was not stored", Err: err}).
			WithHint("send it again; if it stays, check the disk of the store")
	} else {
		s.announce()
	}
	for i, j := range batch {
		if err != nil {
			j.done <- err
			continue
		}
		j.done <- results[i]
	}
}

// savepoint runs one caller's transaction inside the shared one.
func (c *handle) savepoint(j job) (err error) {
	if err := j.ctx.Err(); err != nil {
		return err
	}
	if err := c.exec("SAVEPOINT one"); err != nil {
		return err
	}
	defer func() {
		if p := recover(); p != nil {
			err = order.Errorf("internal", "a rule failed: %v", p).WithHint("report it with the log")
			slog.Error("transaction panicked", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		}
		if err != nil {
			if e := c.exec("ROLLBACK TO one"); e != nil {
				err = fmt.Errorf("%w (roll back: %w)", err, e)
			}
		}
		if e := c.exec("RELEASE one"); e != nil && err == nil {
			err = e
		}
	}()
	return j.fn(c)
}
