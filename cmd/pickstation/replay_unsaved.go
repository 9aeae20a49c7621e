package main

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"

	"pickstation/order"
	"pickstation/station"
)

// What a failed commit took along is replayed as it went: the rules decide it, the disk does
// not take it, and the station starts again.

// replayStore is the database of a replay, whose commits fail while fails is set.
type replayStore struct {
	store
	fails *atomic.Bool
}

func (s replayStore) Begin() (station.Tx, error) {
	tx, err := s.store.Begin()
	if err == nil && s.fails.Load() {
		tx = failingTx{tx}
	}
	return tx, err
}

type failingTx struct{ station.Tx }

func (t failingTx) Unwrap() station.Tx { return t.Tx }

func (t failingTx) Commit() error {
	return errors.Join(errors.New("the recording says that the disk did not take it"), t.Rollback())
}

// lost says whether the disk does not take what comes of a line.
func (l *recordLine) lost() bool {
	return l.Unsaved || strings.HasPrefix(l.Was, string(order.NotSaved)+" ")
}

// actUnsaved does what a line says while the disk takes nothing.
func (r *replay) actUnsaved(ctx context.Context, l *recordLine, device order.DeviceID) error {
	r.fails.Store(true)
	err := r.act(ctx, l, device)
	if err == nil {
		_ = r.loop.Read(ctx, func(station.Store) error { return nil }) // it has decided by then, and most likely ended
	}
	r.fails.Store(false)
	return errors.Join(err, r.restart(ctx))
}
