package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"pickstation/localdb"
	"pickstation/order"
	"pickstation/station"
	"pickstation/sync/agent"
)

// Scans, and bare writes, in one turn beside other work: short turns, so that both meet
// the same moments of it.
const besideBlock = 20

// besideWindow is how long scans are measured beside other work.
const besideWindow = 10 * time.Second

// scanBeside is a scan's commit while something else works the same disk, in turn with
// the disk's own limit under the same work. What work does is repeated until its context
// ends; done is how often that was.
func scanBeside(d *desk, dir, name string, window time.Duration, work func(context.Context) (done int, err error)) (_ []result, err error) {
	limit, err := newDisk(dir)
	if err != nil {
		return nil, err
	}
	defer limit.close()
	ctx, cancel := context.WithTimeout(context.Background(), window)
	defer cancel()
	var wg sync.WaitGroup
	var times int
	var werr error
	wg.Go(func() {
		defer cancel() // a scan beside work that is through would flatter it
		times, werr = work(ctx)
	})
	var r rival
	for ctx.Err() == nil {
		bare, err := limit.block(besideBlock)
		if err != nil {
			return nil, err
		}
		scans, err := d.block(besideBlock)
		if err != nil {
			return nil, err
		}
		r.add(scans, bare)
	}
	wg.Wait()
	if werr != nil && !errors.Is(werr, context.DeadlineExceeded) {
		return nil, fmt.Errorf("%s: %w", name, werr)
	}
	if times == 0 {
		return nil, fmt.Errorf("%s: not done once in %s", name, window)
	}
	return []result{r.p50("scan_beside_" + name + "_p50"), r.p99("scan_beside_" + name + "_p99"),
		of(name+"_times", float64(times), "", 1)}, nil
}

// window is how long a measurement beside other work takes.
func (e *env) window() time.Duration {
	if e.short {
		return besideWindow / 5
	}
	return besideWindow
}

// besideBackup scans while a database of a million events is backed up to the same disk,
// again and again.
func besideBackup(e *env) (_ []result, err error) {
	d, err := e.readDesk(manyEvents)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	return scanBeside(d, e.tmp, "backup", e.window(), func(ctx context.Context) (n int, err error) {
		file := filepath.Join(e.tmp, "backup.db")
		for ; ctx.Err() == nil; n++ {
			if err := errors.Join(d.reader.Backup(context.WithoutCancel(ctx), file), os.Remove(file)); err != nil {
				return n, err
			}
		}
		return n, nil
	})
}

// besideDrain scans while the agent sends a backlog to a centre in this process, again
// and again: each time it is through, the centre forgets everything.
func besideDrain(e *env) (_ []result, err error) {
	d, err := e.readDesk(backlogEvents)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	log := d.db.Log()
	write := func(ctx context.Context, do func(agent.Tx) ([]order.ShipmentID, error)) error {
		return d.loop.WriteChange(ctx, func(tx station.Tx) (station.Change, error) { // a drain moves marks only
			_, err := do(agentTx{tx.(*localdb.Tx)})
			return station.Change{LogOnly: true}, err
		})
	}
	return scanBeside(d, e.tmp, "drain", e.window(), func(ctx context.Context) (n int, err error) {
		for ; ctx.Err() == nil; n++ {
			err := write(ctx, func(tx agent.Tx) ([]order.ShipmentID, error) { return nil, tx.Acked(log, 0, 0) })
			if err != nil {
				return n, err
			}
			if err := drainOnce(ctx, d.reader, log, write); err != nil {
				return n, err
			}
		}
		return n, nil
	})
}

// besidePrune scans while events that the centre cannot lose are deleted, as housekeeping
// does it, back to back.
func besidePrune(e *env) (_ []result, err error) {
	d, err := e.desk(manyEvents)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	log, to := d.db.Log(), d.db.LastSeq()
	err = d.loop.Write(context.Background(), func(tx station.Tx) ([]order.ShipmentID, error) {
		return nil, tx.(*localdb.Tx).Acked(log, to, to)
	})
	if err != nil {
		return nil, err
	}
	return scanBeside(d, e.tmp, "prune", e.window(), func(ctx context.Context) (n int, err error) {
		for k := pruneBatch; ctx.Err() == nil && k == pruneBatch; n++ {
			err := d.loop.WriteChange(ctx, func(tx station.Tx) (station.Change, error) {
				var err error
				k, err = tx.(*localdb.Tx).Prune(time.Now(), pruneBatch)
				return station.Change{LogOnly: true}, err
			})
			if err != nil {
				return n, err
			}
		}
		return n, nil
	})
}

// besideReissue scans while 200,000 events are issued again in a new log, part after part,
// as after a fork; when it is through, once more.
func besideReissue(e *env) (_ []result, err error) {
	d, err := e.desk(reissueEvents)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	return scanBeside(d, e.tmp, "reissue", 3*e.window(), func(ctx context.Context) (parts int, err error) {
		for log := d.db.Log(); ctx.Err() == nil; parts++ {
			err := d.loop.WriteChange(ctx, func(tx station.Tx) (station.Change, error) {
				done, err := tx.(*localdb.Tx).NewLog(log, 1, localdb.StartedFork)
				if done {
					log = d.db.Log()
				}
				return station.Change{LogOnly: !done}, err
			})
			if err != nil {
				return parts, err
			}
		}
		return parts, nil
	})
}

// pruneBatch is how much housekeeping deletes in one write.
const pruneBatch = 500

// drainOnce sends the backlog once, through the real agent.
func drainOnce(ctx context.Context, r *localdb.Reader, log order.LogID,
	write func(context.Context, func(agent.Tx) ([]order.ShipmentID, error)) error) error {
	c := &acknowledging{at: map[order.LogID]mark{}, log: log, want: backlogEvents, done: make(chan struct{})}
	a := agent.New(agent.Options{Config: agent.DefaultConfig(), Centre: c, Source: source{r}, App: "bench", Write: write})
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	select {
	case <-c.done:
	case <-ctx.Done():
	}
	err := ctx.Err()
	cancel()
	if rerr := <-ended; rerr != nil && !errors.Is(rerr, context.Canceled) {
		err = errors.Join(err, rerr)
	}
	return err
}

// pace is how long a person takes from one scan to the next, at their fastest.
const pace = 50 * time.Millisecond

// scanPaced is a scan's commit at a person's pace, in turn with a bare write at the same
// pace: after each pause the file system has its own notes to write, too.
func scanPaced(e *env) (_ []result, err error) {
	d, err := e.desk(fewEvents)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	limit, err := newDisk(e.tmp)
	if err != nil {
		return nil, err
	}
	defer limit.close()
	var r rival
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for range e.rounds(20) {
		var bare, scans []time.Duration
		for n := range 10 {
			<-tick.C
			b, err := limit.write()
			if err != nil {
				return nil, err
			}
			<-tick.C
			waited, err := d.count(item(n / unitsPerLine))
			if err != nil {
				return nil, err
			}
			bare, scans = append(bare, b), append(scans, waited)
		}
		r.add(scans, bare)
	}
	return []result{r.p50("scan_paced_p50"), r.p99("scan_paced_p99")}, nil
}
