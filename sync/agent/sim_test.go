package agent

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"pickstation/world/farm"
)

// simSpan is how long things go wrong in one world, virtual milliseconds.
const simSpan = 60_000

func newWorld(seed int64, b broken) *world {
	w := &world{r: rand.New(rand.NewSource(seed)), broken: b, facts: map[fact]bool{}, faults: true, counts: map[string]int{},
		centre: newCentre(b), maker: map[fact]string{}, arrived: map[fact]bool{}, newest: map[string]fact{}}
	w.centre.came = w.came
	for range 3 {
		w.add(disk{rows: map[int64]simRow{}})
	}
	w.after(300, w.mishap)
	w.after(100, w.publish)
	return w
}

func (w *world) add(d disk) {
	b := &bench{no: len(w.benches), d: d, up: true}
	if len(d.logs) == 0 {
		w.startLog(&b.d)
	}
	w.benches = append(w.benches, b)
	w.after(int64(w.r.Intn(200)), func() { w.scan(b) })
	w.after(int64(w.r.Intn(400)), func() { w.tick(b) })
}

// publish adds rows to the feed.
func (w *world) publish() {
	if w.stop {
		return
	}
	w.centre.feed = append(w.centre.feed, w.r.Int())
	w.after(int64(100+w.r.Intn(1000)), w.publish)
}

// mishap lets something go wrong now and then.
func (w *world) mishap() {
	defer func() { w.after(int64(300+w.r.Intn(1500)), w.mishap) }()
	if !w.faults {
		return
	}
	b, c := w.benches[w.r.Intn(len(w.benches))], w.centre
	switch w.r.Intn(9) {
	case 0, 1:
		if b.up {
			w.crash(b)
		}
	case 2:
		b.cut = true
		w.after(int64(2000+w.r.Intn(20000)), func() { b.cut = false })
	case 3:
		d := b.d.clone()
		b.backup = &d
	case 4: // the disk dies and is restored from the backup
		if b.backup != nil && w.r.Intn(2) == 0 {
			w.forgive(b)
			b.d, b.state, b.up = b.backup.clone(), State{}, true
			b.gen++
			w.happens("restored", b.no)
			if w.r.Intn(2) == 0 { // it noticed, and starts a log of its own before it hears of anybody
				b.d.cur().closed = true
				w.startLog(&b.d)
				b.d.cursor = 0
				b.d.reading++
			}
		}
	case 5: // a second station starts from a copy of the disk
		if len(w.benches) < 8 && w.r.Intn(3) == 0 {
			w.add(b.d.clone())
			w.happens("cloned", b.no)
		}
	case 6:
		c.up = false
		w.after(int64(500+w.r.Intn(3000)), func() { c.up = true })
	case 7:
		c.save()
	case 8:
		if c.backup != nil && w.r.Intn(3) == 0 {
			c.restore()
			w.happens("centre restored", -1)
		}
	}
}

// forgive marks what was only on the disk that died: nobody can bring it back.
func (w *world) forgive(dead *bench) {
	safe := map[fact]bool{}
	keep := func(d *disk) {
		for _, l := range d.logs {
			for _, e := range l.evs {
				safe[e.fact] = true
			}
		}
	}
	keep(dead.backup)
	for _, b := range w.benches {
		if b != dead {
			keep(&b.d)
		}
	}
	if w.centre.backup != nil { // what the centre cannot lose
		for f := range w.centre.backup.facts {
			safe[f] = true
		}
	}
	for _, l := range dead.d.logs {
		for _, e := range l.evs {
			if !safe[e.fact] {
				w.facts[e.fact] = false
			}
		}
	}
}

// run lets the world go wrong, heal and settle, and returns what is not as it must be.
func (w *world) run() string {
	w.after(simSpan, func() {
		w.faults, w.stop, w.centre.up = false, true, true
		for _, b := range w.benches {
			b.up, b.cut, b.state = true, false, State{} // everybody is started once more
		}
	})
	settled := int64(-1)
	for at, do := range w.todo.Each() {
		if w.now >= simSpan+600_000 {
			break
		}
		w.now = at
		do()
		if w.why != "" {
			return w.why
		}
		// Quiet for long enough that heartbeats and feed requests went round once more.
		switch quiet := w.stop && w.quiet(); {
		case !quiet:
			settled = -1
		case settled < 0:
			settled = w.now
		case w.now-settled > 30_000:
			return w.check()
		}
	}
	return "does not settle"
}

func (w *world) quiet() bool {
	for _, b := range w.benches {
		for i := range b.d.logs {
			if b.d.logs[i].acked < b.d.logs[i].last() {
				return false
			}
		}
	}
	return true
}

// check compares three records: what operators were told, the disks, the centre.
func (w *world) check() string {
	c := w.centre
	lost, doubled := 0, 0
	for f, must := range w.facts {
		if must && c.facts[f] == 0 {
			lost++
		}
	}
	for _, n := range c.facts {
		if n > 1 {
			doubled++
		}
	}
	if lost+doubled > 0 {
		return fmt.Sprintf("%d facts lost, %d doubled", lost, doubled)
	}
	for id, l := range c.logs {
		for i, e := range l.evs {
			if e.seq != uint64(i+1) {
				return fmt.Sprintf("log %s has %d at place %d", id, e.seq, i+1)
			}
		}
	}
	for _, b := range w.benches {
		if why := w.checkBench(b); why != "" {
			return fmt.Sprintf("station %d: %s", b.no, why)
		}
	}
	return ""
}

func (w *world) checkBench(b *bench) string {
	c := w.centre
	l := b.d.cur()
	if at := c.logs[l.id]; at != nil && uint64(len(at.evs)) > l.last() {
		return fmt.Sprintf("goes on in a log of which the centre has %d events, it has %d", len(at.evs), l.last())
	}
	for i := range b.d.logs {
		l := &b.d.logs[i]
		at := c.logs[l.id]
		if at == nil {
			if l.acked > l.base || l.base > 0 {
				return "the centre lost a log and was not told again"
			}
			continue
		}
		if l.acked > uint64(len(at.evs)) {
			return fmt.Sprintf("%d acknowledged, the centre has %d", l.acked, len(at.evs))
		}
	}
	if b.d.timeline != c.timeline && len(c.feed) > 0 {
		return "an old timeline"
	}
	for i, v := range c.feed {
		if b.d.rows[int64(i+1)].value != v {
			return fmt.Sprintf("feed row %d is not the centre's", i+1)
		}
	}
	if len(b.d.rows) != len(c.feed) {
		return fmt.Sprintf("has %d rows, the centre %d", len(b.d.rows), len(c.feed))
	}
	return ""
}

// protocolWorlds have logs and a feed of numbers, and milliseconds between two things; worlds
// with work in them are in package world.
var protocolWorlds = farm.Size{Name: "worlds of the protocol", Env: "PICKSTATION_PROTOCOL_WORLDS", CI: 500, Short: 100, Soak: 100_000}

func TestNothingIsLostOrDoubledInABadWorld(t *testing.T) {
	total := farm.Run(t, protocolWorlds, func(seed int64, tally *farm.Tally) string {
		w := newWorld(seed, broken{})
		why := w.run()
		if why != "" {
			why += "\n" + strings.Join(w.trace, "\n")
		}
		for k, v := range w.counts {
			tally.Add(k, v)
		}
		tally.Add("facts", len(w.facts))
		return why
	})
	for _, k := range []string{"crash", "lost", "doubled", "restored", "cloned", "centre restored", "fork", "fenced", "amnesia", "rewind"} {
		if total.Of(k) == 0 && protocolWorlds.Whole() {
			t.Errorf("no world had any %s: the test tests nothing", k)
		}
	}
}

func TestEveryRuleRemovedIsNoticed(t *testing.T) {
	for name, b := range map[string]broken{
		"C1 trust the mark without its hash":    {trustHWM: true},
		"C2 drop what comes after a fork":       {noReissue: true},
		"C3 go on in a log the centre has more": {noAmnesia: true},
		"C4 no timeline":                        {noTimeline: true},
		"C4 silent while idle":                  {noHeartbeat: true},
		"C4 feed is not read again":             {keepCursor: true},
		"C4 rows of a lost time stay":           {noSweep: true},
		"C5 prune what is acknowledged":         {pruneAcked: true},
		"C6 take any answer":                    {anyReply: true},
		"C7 push the newest log first":          {anyOrder: true},
		"C7 later logs stay behind a fork":      {forkOne: true},
		"tell before it is stored":              {ackEarly: true},
		"centre takes events twice":             {noDedup: true},
		"centre compares numbers only":          {seqOnly: true},
		"centre does not know facts again":      {noFactDedup: true},
		"centre knows only re-issued facts":     {origDedup: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for seed := range int64(protocolWorlds.CI) {
				w := newWorld(seed, b)
				if why := w.run(); why != "" {
					t.Logf("seed %d: %s", seed, why)
					return
				}
			}
			t.Error("the worlds did not notice")
		})
	}
}
