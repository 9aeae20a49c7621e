package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"pickstation/order"
	"pickstation/sync/wire"
)

// openTasks is how many returns a bench knows while it takes one in.
const openTasks = 2_000

// returnCommit is a unit that comes back, from the loop to its commit, with thousands of
// open returns in the database; in turn with the disk's own limit.
func returnCommit(e *env) (_ []result, err error) {
	dir := filepath.Join(e.tmp, "returns")
	rows, err := stocked(dir)
	if err != nil {
		return nil, err
	}
	for n := range openTasks {
		t := order.Task{ID: order.TaskID(fmt.Sprintf("R%05d", n)), Kind: order.TaskReturn, Ref: fmt.Sprintf("RET-%05d", n), State: "awaiting_return", At: time.Unix(int64(n), 0)}
		for i := range 5 {
			t.Add(order.TaskLine{SKU: order.SKU(fmt.Sprintf("SKU-%d", n*5+i)), Codes: []order.ItemCode{{Key: fmt.Sprintf("GOODS-%d", n*5+i)}}, Qty: 900_000})
		}
		rows = append(rows, row(wire.RowTask, string(t.ID), wire.Task{Task: t}))
	}
	if err := apply(dir, rows); err != nil {
		return nil, err
	}
	d, err := openDesk(dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	for _, code := range []string{"PS:QUEUE", "PS:TASKS", "RET-01000"} {
		o, err := d.scan(code)
		if err == nil && !o.Decision.Verdict.Good() {
			err = fmt.Errorf("scan %s: %s %s", code, o.Decision.Verdict, o.Decision.What.Code)
		}
		if err != nil {
			return nil, err
		}
	}
	bare, err := newDisk(e.tmp)
	if err != nil {
		return nil, err
	}
	defer bare.close()
	var r rival
	for range e.rounds(20) {
		limit, err := bare.block(scanBlock)
		if err != nil {
			return nil, err
		}
		var waits []time.Duration
		for i := range scanBlock {
			o, err := d.scan(fmt.Sprintf("GOODS-%d", 5000+i%5))
			if err == nil && o.Decision.What.Code != order.MsgReturnedUnit {
				err = fmt.Errorf("scan a returned unit: %s %s", o.Decision.Verdict, o.Decision.What.Code)
			}
			if err != nil {
				return nil, err
			}
			waits = append(waits, o.Waited)
		}
		r.add(waits, limit)
	}
	return []result{r.p50("return_commit_p50"), r.p99("return_commit_p99")}, nil
}
