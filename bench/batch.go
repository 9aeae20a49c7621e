package main

import (
	"errors"
	"fmt"
	"slices"
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
	var all rival
	var by [len(batchKinds)]rival
	for range e.rounds(20) {
		limit, err := d.block(scanBlock)
		if err != nil {
			return nil, err
		}
		own, err := k.batchBlock(scanBlock / len(batchKinds))
		if err != nil {
			return nil, err
		}
		all.add(slices.Concat(own[:]...), limit)
		for i := range own {
			by[i].add(own[i], limit)
		}
	}
	out := []result{all.p50("batch_scan_p50"), all.p99("batch_scan_p99")}
	for i, kind := range batchKinds {
		out = append(out, by[i].p50("batch_"+kind+"_p50"))
	}
	return out, nil
}

// batchKinds are the scans of a batch: goods into the hand (bench and event are written),
// the put (its line, too), and its undo.
var batchKinds = [...]string{"take", "put", "undo"}

// batchBlock returns how long n scans of each kind waited for their commits, all of the
// line at hand, so that the work never ends.
func (d *desk) batchBlock(n int) (by [len(batchKinds)][]time.Duration, err error) {
	for range n {
		v := d.loop.View()
		if v.Work == nil || v.Work.Current == nil || len(v.Slots) == 0 {
			return by, fmt.Errorf("no batch on the bench: screen %s", v.Bench.Screen)
		}
		slot := "SLOT-1"
		for _, s := range v.Slots {
			if s.Here && s.Slot != "" {
				slot = s.Slot
			}
		}
		for i, text := range [...]string{v.Work.Current.Codes[0].Key, slot, order.CommandPrefix + string(order.CmdUndo)} {
			o, err := d.scan(text)
			if err != nil {
				return by, err
			}
			if !o.Decision.Verdict.Good() {
				return by, fmt.Errorf("scan of %s: %s %s", text, o.Decision.Verdict, o.Decision.What.Code)
			}
			by[i] = append(by[i], o.Waited)
		}
	}
	return by, nil
}
