package central

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"pickstation/order"
	"pickstation/sync/wire"
)

// CodeStoreAway is the code of a store that cannot answer or keep something now; sending
// it again may succeed.
const CodeStoreAway = wire.CodeStoreAway

const (
	// calmAfter is how long nothing may fail until an outage counts as over: a database
	// that can only be read answers every other call.
	calmAfter = 10 * time.Second
	// tellEvery is how often an outage is told of while it lasts.
	tellEvery = time.Minute
	// tryBytes is how much is written to see whether the disk has room again: a full one
	// often has for less than an order takes.
	tryBytes = 256 << 10
)

// outage is a store that tells the log when it stops to answer and when it answers again,
// with the number of calls that failed: a line for each of them, of which a hall of benches
// makes thousands a minute, would hide the rest.
type outage struct {
	Store
	mono  func() time.Duration
	count func(name, label string, n int)

	unkept atomic.Bool   // the last change was not kept
	trying chan struct{} // holds one while somebody tries whether changes are kept again
	on     atomic.Bool   // something failed since the store was calm
	mu     sync.Mutex    // guards below
	since  time.Duration // the first failure
	last   time.Duration // the newest one
	told   time.Duration
	failed int
}

// Write implements [Store].
func (o *outage) Write(ctx context.Context, fn func(tx Tx) error) error {
	err := o.heard(o.Store.Write(ctx, fn))
	if away := isAway(err); away || err == nil {
		o.unkept.Store(away)
	}
	return err
}

// Read implements [Store].
func (o *outage) Read(ctx context.Context, fn func(r Reader) error) error {
	return o.heard(o.Store.Read(ctx, fn))
}

// Ready implements [Store]. Where the last change was not kept it makes one, for a full disk
// shows at a commit only.
func (o *outage) Ready(ctx context.Context) error {
	if err := o.heard(o.Store.Ready(ctx)); err != nil || !o.unkept.Load() {
		return err
	}
	select { // everybody may ask
	case o.trying <- struct{}{}:
		defer func() { <-o.trying }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if !o.unkept.Load() {
		return nil
	}
	if err := o.try(ctx, secret(tryBytes)); err != nil {
		return err
	}
	return o.try(ctx, "")
}

func (o *outage) try(ctx context.Context, value string) error {
	return o.Write(ctx, func(tx Tx) error { return tx.SetMeta(metaTried, value) })
}

func isAway(err error) bool {
	var known *order.Error
	return errors.As(err, &known) && known.Code == CodeStoreAway
}

func (o *outage) heard(err error) error {
	switch {
	case isAway(err):
		o.count("store_failures", "", 1)
		o.fails(err)
	case err == nil && o.on.Load():
		o.answers()
	}
	return err
}

func (o *outage) fails(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := o.mono()
	o.failed++
	o.last = now
	switch {
	case o.on.CompareAndSwap(false, true):
		o.since, o.told = now, now
		slog.Error("the store does not answer; calls are told to come again", "error", err.Error())
	case now-o.told >= tellEvery:
		o.told = now
		slog.Error("the store still does not answer", "failed", o.failed, "seconds", int((now - o.since).Seconds()), "error", err.Error())
	}
}

func (o *outage) answers() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.on.Load() || o.mono()-o.last < calmAfter {
		return
	}
	slog.Info("the store answers again", "failed", o.failed, "seconds", int((o.last - o.since).Seconds()))
	o.failed = 0
	o.on.Store(false)
}
