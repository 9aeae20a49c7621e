package agent

import (
	"fmt"
	"slices"
)

func (w *world) sendPush(b *bench, a SendPush) {
	l := b.d.log(a.Log)
	hash, ok := l.hashAt(a.After)
	if !ok || a.After > l.last() {
		panic(fmt.Sprintf("asked to push after %d of log %d…%d", a.After, l.base, l.last()))
	}
	rest := l.evs[a.After-l.base:]
	p := simPush{req: a.Req, log: a.Log, base: a.After, timeline: a.Timeline, baseHash: hash, evs: slices.Clone(rest[:min(len(rest), a.Max)])}
	w.exchange(b, func() (Input, bool) {
		if !w.centre.up {
			return Input{}, false
		}
		return Input{Kind: Pushed, Req: a.Req, Push: w.centre.push(p)}, true
	})
}

// exchange takes a request to the centre and the answer back.
func (w *world) exchange(b *bench, ask func() (Input, bool)) {
	gen := b.gen
	w.net(b, func() {
		in, ok := ask()
		if !ok {
			return
		}
		w.net(b, func() {
			if b.up && b.gen == gen {
				w.step(b, in)
			}
		})
	})
}

// net loses, doubles and delays messages.
func (w *world) net(b *bench, arrive func()) {
	if w.faults {
		if b.cut || w.r.Intn(100) < 10 {
			w.counts["lost"]++
			return
		}
		if w.r.Intn(100) < 10 {
			w.counts["doubled"]++
			w.after(int64(1+w.r.Intn(4000)), arrive)
		}
	}
	w.after(int64(1+w.r.Intn(200)), arrive)
}
