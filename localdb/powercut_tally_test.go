package localdb

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// worlds runs worlds on all processors until so many cuts were made. Most of them begin
// with their tables made and keep the database in memory; one in twelve makes them
// itself, and one works on real files.
func worlds(cuts, each int, seed uint64, kinds []trouble, tell func(tally)) (n tally, findings []error) {
	var mu sync.Mutex // guards n, findings
	var wg sync.WaitGroup
	var next atomic.Uint64
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // little lives long here
	start := time.Now()
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for {
				i := next.Add(1) - 1
				if i*uint64(each) >= uint64(cuts) {
					return
				}
				kind := kinds[i%uint64(len(kinds))]
				kind.made, kind.inMemory = i%12 > 0, i%12 != 1
				w, err := newCutWorld(seed+i, kind)
				if err == nil {
					err = w.run(each)
				}
				mu.Lock()
				if w != nil {
					n.add(w)
				}
				if err != nil {
					findings = append(findings, err)
				}
				n.took = time.Since(start)
				if tell != nil {
					tell(n)
				}
				mu.Unlock()
				if w != nil {
					w.end()
				}
			}
		})
	}
	wg.Wait()
	return n, findings
}

// tally counts what happened in worlds.
type tally struct {
	cuts, commits, unsaid, ops, syncs, failed int
	took                                      time.Duration
}

func (n *tally) add(w *cutWorld) {
	ops, syncs, failed := w.disk.Count()
	n.cuts, n.commits, n.unsaid = n.cuts+w.cuts, n.commits+w.commits, n.unsaid+w.unsaid
	n.ops, n.syncs, n.failed = n.ops+ops, n.syncs+syncs, n.failed+failed
}

func (n tally) String() string {
	return fmt.Sprintf("%d power cuts, %.0f a second; %d commits acknowledged, %d said NOT SAVED and taken back; %d changes and syncs of the disk, %d syncs, %d failed",
		n.cuts, float64(n.cuts)/n.took.Seconds(), n.commits, n.unsaid, n.ops, n.syncs, n.failed)
}
