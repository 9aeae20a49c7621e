package world

import (
	"fmt"
	"math/rand"
	"os"
	"strings"
	"time"

	"pickstation/sync/agent"
	"pickstation/world/farm"
)

// traceMax is how much of what went wrong is kept.
const traceMax = 40

// world is benches, a centre, a network and bad luck, all from one seed.
type world struct {
	r       *rand.Rand
	chance  *rand.Rand // the centre's own
	now     int64      // virtual ms
	todo    farm.Agenda
	n       int
	centre  *centre
	benches []*bench
	parts   parts
	broken  broken
	pace    pace
	facts   map[string]bool // true: must be at the centre in the end
	made    map[string]made
	heard   map[string]bool // facts that have come to the centre
	newest  map[string]int  // of each disk: its newest fact that has
	faults  bool
	strange bool // the centre's clock is set, too
	stop    bool // operators go home
	why     string
	counts  map[string]int
	trace   []string // what went wrong, the last of it
	diary   []string // all that happened

	shutFrom, shutUntil int64 // virtual ms: nobody works for months
}

var start = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

func newWorld(seed int64, b broken, p pace) *world {
	return &world{r: rand.New(rand.NewSource(seed)), chance: rand.New(rand.NewSource(^seed)), broken: b, pace: p, facts: map[string]bool{}, made: map[string]made{}, heard: map[string]bool{},
		newest: map[string]int{}, faults: true, counts: map[string]int{}}
}

// people makes the centre and its benches.
func (w *world) people(dir string) {
	w.strange = w.r.Intn(3) == 0
	w.centre = newCentre(w, dir)
	w.centre.age = []int{0, 0, 1, -1}[w.r.Intn(4)]
	for i := range 3 {
		w.benches = append(w.benches, newBench(w, i))
		w.enrol(w.benches[i])
	}
	for range 6 {
		w.centre.put()
	}
	for _, b := range w.benches {
		w.after(w.r.Int63n(8000), func() { w.life(b) })
		w.after(w.r.Int63n(8000), func() { w.tick(b) })
	}
	w.after(20_000, w.mishap)
	w.after(15_000, w.trade)
	w.shutDown()
}

// memoryFolder is one whose files need no disk, where there is one: what a disk loses is
// tried elsewhere.
func memoryFolder() string {
	if st, err := os.Stat("/dev/shm"); err == nil && st.IsDir() {
		return "/dev/shm"
	}
	return os.TempDir()
}

// broke is an error of a part that must have none; live makes a reason of it.
type broke struct{ err error }

func (w *world) must(err error) {
	if err != nil {
		panic(broke{err})
	}
}

// live runs the world of a seed from its beginning to its end, and returns what was not
// as it must be, with the last things that went wrong, "" nothing.
func live(seed int64, of func(dir string, b *broken) parts, b broken) (w *world, why string) {
	return liveAt(quick, seed, of, b)
}

// liveAt does so at a pace.
func liveAt(p pace, seed int64, of func(dir string, b *broken) parts, b broken) (w *world, why string) {
	w = newWorld(seed, b, p)
	dir, err := os.MkdirTemp(memoryFolder(), "world-")
	if err != nil {
		return w, err.Error()
	}
	defer os.RemoveAll(dir)
	w.parts = of(dir, &w.broken)
	defer w.close()
	defer func() {
		if p := recover(); p != nil {
			e, ok := p.(broke)
			if !ok {
				panic(p)
			}
			w.fail("%v", e.err)
		}
		if why = w.why; why != "" {
			why += "\n" + w.versions() + "\n" + strings.Join(w.trace, "\n")
		}
	}()
	w.people(dir)
	w.run()
	return w, ""
}

func (w *world) fail(format string, args ...any) {
	if w.why == "" {
		w.why = fmt.Sprintf("at %.0f s: ", float64(w.now)/1000) + fmt.Sprintf(format, args...)
	}
}

func (w *world) after(ms int64, do func()) {
	w.n++
	w.todo.Plan(w.now+ms, do)
}

func (w *world) next() int { w.n++; return w.n }

func (w *world) time() time.Time { return start.Add(time.Duration(w.now) * time.Millisecond) }

// happens counts a thing and keeps it for the trace; no is the bench's number, -1 the centre.
func (w *world) happens(what string, no int) {
	w.counts[what]++
	who := "centre"
	if no >= 0 {
		who = fmt.Sprint("bench ", no)
	}
	line := fmt.Sprintf("%6.0f s %s: %s", float64(w.now)/1000, who, what)
	w.trace = append(w.trace[max(len(w.trace)-traceMax+1, 0):], line)
	w.diary = append(w.diary, line)
}

// fact names a new event of a bench.
func (w *world) fact(b *bench) string {
	n := w.next()
	f := fmt.Sprintf("F%d", n)
	w.facts[f], b.facts[f] = true, true
	w.made[f] = made{fmt.Sprint(b.no, " ", b.gen), n}
	return f
}

// life is an operator at work.
func (w *world) life(b *bench) {
	if w.stop {
		return
	}
	if b.up && !b.retired {
		b.operate()
	}
	w.after(w.pace.shut(w)+w.pace.life.by(w.r), func() { w.life(b) })
}

func (w *world) tick(b *bench) {
	if closed := w.pace.shut(w); closed > 0 {
		b.home(closed)
		w.after(closed+1, func() { w.tick(b) })
		return
	}
	if b.up {
		b.step(agent.Input{Kind: agent.Tick})
		if w.r.Intn(10) == 0 {
			b.prune()
		}
	}
	w.after(w.pace.tick.by(w.r), func() { w.tick(b) })
}

// run lets the world go wrong, heal and settle, until something is not as it must be.
func (w *world) run() {
	w.after(w.pace.span, func() {
		w.faults, w.stop, w.centre.up = false, true, true
		w.centre.setClock(0)
		for _, b := range w.benches {
			if b.cut, b.skew = false, 0; !b.up && !b.off {
				b.open()
			}
		}
	})
	settled := int64(-1)
	for at, do := range w.todo.Each() {
		if w.why != "" || w.now >= w.pace.span+w.pace.settleIn {
			break
		}
		w.now = at
		do()
		switch quiet := w.stop && w.quiet(); {
		case !quiet:
			settled = -1
		case settled < 0:
			settled = w.now
		case w.now-settled > w.pace.rest:
			w.check()
			return
		}
	}
	w.fail("does not settle") // I10
}

func (w *world) quiet() bool {
	for _, b := range w.benches {
		if b.off {
			continue
		}
		if !b.up || b.copyOf != nil {
			return false
		}
		if b.local().Unsent > 0 {
			return false
		}
	}
	return true
}

// close ends the world; one that broke is left by the way it broke.
func (w *world) close() {
	for _, b := range w.benches {
		if b.up {
			_ = b.db.close()
		}
	}
	if w.centre != nil && w.centre.store != nil {
		_ = w.centre.store.Close()
	}
}
