package agent

import "fmt"

// fail keeps the first thing that is not as it must be.
func (w *world) fail(format string, args ...any) {
	if w.why == "" {
		w.why = fmt.Sprintf("at %.3f s: ", float64(w.now)/1000) + fmt.Sprintf(format, args...)
	}
}

// came checks that no fact counts twice (I2), and that the facts of a station come in the order in which they happened (C7),
// unless copies of stations send them too.
func (w *world) came(f fact) {
	if n := w.centre.facts[f]; n > 1 {
		w.fail("fact %d counts %d times", f, n)
	}
	m := w.maker[f]
	switch {
	case w.arrived[f] || w.counts["cloned"] > 0:
	case f < w.newest[m]:
		w.fail("fact %d came before an older one of its station", f)
	default:
		w.newest[m] = f
	}
	w.arrived[f] = true
}

// inOrder checks that a disk holds its facts in the order in which they happened (C7).
func (w *world) inOrder(b *bench) {
	last := fact(0)
	for i := range b.d.logs {
		for _, e := range b.d.logs[i].evs {
			if e.fact <= last {
				w.fail("station %d: log %d has fact %d after fact %d", b.no, i+1, e.fact, last)
				return
			}
			last = e.fact
		}
	}
}

// told checks what a station believes of its log at the centre the moment it begins to:
// the facts are there (I1), under the same hashes (I3), and marks are in order (I4). What
// was said before the centre went back in time is settled by the next answer.
func (w *world) told(b *bench, l *simLog, a SetAcked) {
	at := w.centre.logs[a.Log]
	switch {
	case a.Stable > a.Acked || a.Acked > l.last():
		w.fail("station %d: log %d…%d, acknowledged %d, stable %d", b.no, l.base, l.last(), a.Acked, a.Stable)
	case b.d.timeline != w.centre.timeline || a.Acked <= l.acked:
	case at == nil || a.Acked > uint64(len(at.evs)):
		w.fail("station %d: %d acknowledged, the centre does not have them", b.no, a.Acked)
	default:
		for seq := l.acked + 1; seq <= a.Acked; seq++ {
			if e := l.evs[seq-l.base-1]; at.evs[seq-1].hash != e.hash || w.centre.facts[e.fact] == 0 {
				w.fail("station %d: %d acknowledged, the centre has another event", b.no, seq)
				return
			}
		}
	}
}
