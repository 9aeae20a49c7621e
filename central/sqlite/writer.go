package sqlite

import (
	"context"
	"fmt"

	"pickstation/central"
	"pickstation/central/records"
)

// Write queues fn for the writer and waits until its commit is durable.
func (s *Store) Write(ctx context.Context, fn func(tx central.Tx) error) error {
	return s.queue.Write(ctx, fn)
}

// Ready says whether a transaction can begin.
func (s *Store) Ready(ctx context.Context) error {
	return s.queue.Probe(ctx, func(central.Tx) error { return nil })
}

// commit runs what is waiting, each in a savepoint of its own, commits once and then
// answers all. The writer owns the only connection that writes.
func (s *Store) commit(h *handle, batch []records.Job) {
	results := make([]error, len(batch))
	h.news = nil
	err := h.Exec("BEGIN IMMEDIATE")
	if err == nil {
		for i, j := range batch {
			results[i] = h.savepoint(j)
		}
		if err = h.Exec("COMMIT"); err != nil {
			_ = h.Exec("ROLLBACK") // fails when the engine has rolled back already
		}
	}
	if err != nil {
		err = records.CommitError(err)
	} else {
		s.Announce(h.news...)
	}
	for i, j := range batch {
		if err != nil {
			j.Done(err)
			continue
		}
		j.Done(results[i])
	}
}

// savepoint runs one caller's transaction inside the shared one.
func (h *handle) savepoint(j records.Job) error {
	if err := h.Exec("SAVEPOINT one"); err != nil {
		return err
	}
	news := len(h.news)
	err := j.Run(h)
	if err != nil {
		h.news = h.news[:news]
		if e := h.Exec("ROLLBACK TO one"); e != nil {
			err = fmt.Errorf("%w (roll back: %w)", err, e)
		}
	}
	if e := h.Exec("RELEASE one"); e != nil && err == nil {
		err = e
	}
	return err
}
