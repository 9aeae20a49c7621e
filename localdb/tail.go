package localdb

import (
	"context"

	"pickstation/order"
)

// Tail returns the last back events that count, oldest first.
func (r *Reader) Tail(ctx context.Context, back int) (list []order.Event, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	err = r.inRead(func() error {
		b, err := readLogs(r.c)
		if err != nil {
			return err
		}
		list, err = b.tail(r.c, back)
		return err
	})
	return list, err
}

// Policy returns the warehouse's policy, or the default before the first pull.
func (r *Reader) Policy() (order.Policy, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, _, err := policyIn(r.c)
	return p, err
}
