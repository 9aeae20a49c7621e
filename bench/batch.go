package main

import (
	"errors"
	"fmt"
	"time"

	"pickstation/order"
)

// batchScan is a scan while several orders are worked on: goods into the hand, the put
// that books them, and its undo, in turn with the disk's own limit.
func batchScan(e *env) (_ []result, err error) {
	k, err := e.desk(batchEvents)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, k.close()) }()
	for _, c := range []order.Command{order.CmdQueue, order.CmdBatch} {
		if o, err := k.scan(order.CommandPrefix + string(c)); err != nil || !o.Decision.Verdict.Good() {
			return nil, fmt.Errorf("%s: %s %w", c, o.Decision.Verdict, err)
		}
	}
	d, err := newDisk(e.tmp)
	if err != nil {
		return nil, err
	}
	defer d.close()
	var r rival
	for range e.rounds(20) {
		limit, err := d.block(scanBlock)
		if err != nil {
			return nil, err
		}
		own, err := k.batchBlock(scanBlock)
		if err != nil {
			return nil, err
		}
		r.add(own, limit)
	}
	return []result{r.p50("batch_scan_p50"), r.p99("batch_scan_p99")}, nil
}

// batchBlock returns how long n scans of a batch waited for their commits: take, put and
// undo of the line at hand, so that the work never ends.
func (d *desk) batchBlock(n int) ([]time.Duration, error) {
	var list []time.Duration
	for len(list) < n {
		v := d.loop.View()
		if v.Work == nil || v.Work.Current == nil || len(v.Slots) == 0 {
			return nil, fmt.Errorf("no batch on the bench: screen %s", v.Bench.Screen)
		}
		slot := "SLOT-1"
		for _, s := range v.Slots {
			if s.Here && s.Slot != "" {
				slot = s.Slot
			}
		}
		for _, text := range []string{v.Work.Current.Codes[0].Key, slot, order.CommandPrefix + string(order.CmdUndo)} {
			o, err := d.scan(text)
			if err != nil {
				return nil, err
			}
			if !o.Decision.Verdict.Good() {
				return nil, fmt.Errorf("scan of %s: %s %s", text, o.Decision.Verdict, o.Decision.What.Code)
			}
			list = append(list, o.Waited)
		}
	}
	return list, nil
}
