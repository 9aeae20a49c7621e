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
		return r.c.query("SELECT body, hash, lsn FROM events WHERE lsn >= ? AND lsn < ? ORDER BY lsn", func(v row) error {
			l := b.at(v.int(2))
			if l == nil || v.int(2) > l.lsn(l.Last) {
				return nil // issued again in a later log
			}
			e, err := storedEvent(v.blob(0), v.blob(1))
			list = append(list, e)
			return err
		}, b.back(int64(back)), b.end())
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
