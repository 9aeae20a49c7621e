package world

import (
	"maps"
)

// clone lets a second machine run from a copy of the bench's disk, under the same name
// and certificate, at the same time. Where the copy cannot know that it is one, as with
// the image of a virtual machine, both go on in the same log until the centre notices.
// Some minutes later a person finds it: it says what it has to say, and is switched off.
func (b *bench) clone() {
	w := b.w
	b.close()
	no := len(w.benches)
	k := &bench{w: w, id: b.id, no: no, facts: maps.Clone(b.facts), age: b.age, skew: b.skew, booted: w.now, copyOf: b}
	var err error
	k.at, err = b.at.clone(no)
	w.must(err)
	b.open()
	what := "cloned"
	if w.r.Intn(2) == 0 {
		what = "cloned unnoticed"
		w.must(k.at.forget())
	}
	w.happens(what, b.no)
	k.open()
	w.benches = append(w.benches, k)
	w.after(w.r.Int63n(8000), func() { w.life(k) })
	w.after(w.r.Int63n(8000), func() { w.tick(k) })
	if w.r.Intn(2) == 0 { // both see the same last step
		for _, m := range []*bench{b, k} {
			w.after(w.r.Int63n(60_000), func() {
				if m.up && !m.retired {
					m.undo("")
				}
			})
		}
	}
	w.after(60_000+w.r.Int63n(8*60_000), k.retire)
}

// retire ends the work of a copy, and the copy once the centre cannot lose what it said.
func (b *bench) retire() {
	b.retired = true
	if b.up && b.settled() {
		b.close()
		b.off = true
		return
	}
	b.w.after(5000, b.retire)
}

// settled says whether the disk may be thrown away: all is at the centre, and in a backup
// of it where it may still be lost.
func (b *bench) settled() bool {
	if b.local().Timeline != b.w.centre.timeline() {
		return false // it has not heard that the centre lost something
	}
	for _, l := range b.local().Logs {
		if l.Acked < l.Last || l.Stable < l.Last && !b.w.stop {
			return false
		}
	}
	return true
}
