package world

import (
	"strings"
	"time"

	"pickstation/central/ingest"
	"pickstation/order"
)

// year is by how much clocks are set wrong.
const year = 365 * 24 * time.Hour

// mishaps are what goes wrong; some do more often.
var mishaps = []func(w *world, b *bench){
	(*world).crash, (*world).crash, (*world).cutOff, (*world).cutOff, (*world).keepCopy, (*world).keepCopy, (*world).restoreBench,
	(*world).setClock, (*world).down, (*world).crashCentre, (*world).backUpCentre, (*world).restoreCentre, (*world).cloneBench,
	(*world).setCentreClock, (*world).loseRow,
}

// mishap lets something go wrong now and then.
func (w *world) mishap() {
	defer func() { w.after(w.pace.mishap.by(w.r), w.mishap) }()
	if !w.faults {
		return
	}
	if b := w.benches[w.r.Intn(len(w.benches))]; !b.off {
		mishaps[w.r.Intn(len(mishaps))](w, b)
	}
}

func (w *world) crash(b *bench) {
	if b.up {
		w.happens("crash", b.no)
		b.crash()
	}
}

func (w *world) cutOff(b *bench) {
	w.happens("cut off", b.no)
	b.cut = true
	long := w.pace.cut.by(w.r)
	if long > 2*day {
		w.happens("days apart", b.no)
	}
	w.after(long, func() { b.cut = false })
}

func (w *world) keepCopy(b *bench) {
	if b.up {
		b.backup()
	}
}

func (w *world) restoreBench(b *bench) {
	if b.inCopy != nil {
		w.happens("restored", b.no)
		b.restore()
	}
}

func (w *world) cloneBench(b *bench) {
	if b.up && b.copyOf == nil && len(w.benches) < 5 {
		b.clone()
	}
}

// wrong is by how much a clock is off once somebody has set it.
func (w *world) wrong(skew time.Duration) time.Duration {
	return max(min(skew+time.Duration(w.r.Intn(3)-1)*year, year), -year)
}

func (w *world) setClock(b *bench) {
	b.skew = w.wrong(b.skew)
	w.happens("clock set", b.no)
}

// setCentreClock happens in one world of three: what a wrong clock excuses is looked for in
// the others.
func (w *world) setCentreClock(*bench) {
	if !w.strange {
		return
	}
	w.centre.setClock(w.wrong(w.centre.skew))
	w.happens("centre's clock set", -1)
	w.after(w.r.Int63n(10*60_000), func() { w.centre.setClock(0) })
}

func (w *world) down(*bench) {
	w.happens("down", -1)
	w.centre.up = false
	w.after(w.pace.downFor.by(w.r), func() { w.centre.up = true })
}

func (w *world) crashCentre(*bench) {
	what := "centre crash"
	machine := w.r.Intn(3) == 0
	if machine {
		what = "centre's machine started anew"
	}
	w.happens(what, -1)
	w.centre.crash(machine)
}

func (w *world) backUpCentre(*bench) { w.centre.backup() }

func (w *world) restoreCentre(*bench) {
	if w.centre.copied != "" {
		w.happens("centre restored", -1)
		w.centre.restore()
	}
}

// net loses, doubles and delays messages.
func (w *world) net(b *bench, arrive func()) {
	if w.faults {
		if b.cut || w.r.Intn(100) < 8 {
			w.counts["lost"]++
			return
		}
		if w.r.Intn(100) < 8 {
			w.counts["doubled"]++
			w.after(1+w.r.Int63n(20_000), arrive)
		}
	}
	w.after(1+w.r.Int63n(1000), arrive)
}

// trade is the shop: orders, cancellations, new addresses.
func (w *world) trade() {
	if w.stop {
		return
	}
	if w.centre.up {
		switch w.r.Intn(6) {
		case 0, 1, 2:
			w.centre.put()
		case 3:
			w.centre.cancel()
		case 4:
			w.centre.readdress()
		}
	}
	w.after(w.pace.shut(w)+w.pace.trade.by(w.r), w.trade)
}

// poison writes an event that the centre cannot use, and must neither refuse nor lose; a
// newer program writes what is not known yet.
func (b *bench) poison() {
	e := order.Event{Type: order.EventNoted, V: order.EventVersion}
	switch n := b.w.r.Intn(5); {
	case n == 0:
		e.Type = "" // no event at all
	case n == 1:
		e.WeightG = 2 * ingest.MaxCount
	case n == 2:
		e.Lot = strings.Repeat("9", ingest.MaxTracked+1)
	case b.age <= 0:
		return
	default:
		e.Type, e.V = "of_the_future", order.EventVersion+n-3
	}
	b.w.happens("poison", b.no)
	b.write(func(tx transaction) error {
		e.At, e.Station, e.Boot, e.Code = b.stamp(), b.id, "b", b.w.fact(b)
		return tx.Append(&e)
	})
}

// prune deletes what the centre cannot lose.
func (b *bench) prune() {
	tx, err := b.db.begin()
	b.w.must(err)
	n, err := tx.Prune(b.clock().Wall().Add(-b.w.pace.keep), 500)
	b.w.counts["events deleted"] += n
	b.w.must(err)
	b.w.must(tx.Commit())
	b.known = nil
}
