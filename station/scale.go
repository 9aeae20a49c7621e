package station

import (
	"context"
	"slices"
	"time"

	"pickstation/order"
)

// Scale is what a scale says.
type Scale struct {
	Name  string
	State string // "stable", "motion", "over", "under", "stale", "unreadable"
	Grams int    // rounded; with stable and motion only
	// Counts: it stands still, is above zero, and the pan was empty since a weight of
	// this scale was used last. Only such a weight belongs to the parcel at hand.
	Counts bool
}

// ScaleView is the bench's scale on the screen.
type ScaleView struct {
	Name     string
	State    string
	Grams    int
	Since    time.Time     // of the state, by this computer's clock
	Blind    []order.Names // goods of which one more or less would not be seen
	Expected int           // what the goods of the parcel weigh together, grams; 0 not known
	// EmptyFirst: a parcel or a unit waits for its weight, but what lies on the pan may be the
	// one before. The pan must be seen empty.
	EmptyFirst bool
}

// tells says whether a scale tells weights in that state.
func tells(state string) bool { return state != "stale" && state != "unreadable" }

// pan is a scale as the loop knows it.
type pan struct {
	Scale
	since time.Time // of the state
	used  bool      // its weight was used; the next one counts when it has shown another
	old   bool      // what lies on it lay there before the work on the bench came
}

// newWork says that other work came to the bench: what lies on the scales is not its.
func (st *status) newWork() {
	for i := range st.pans {
		st.pans[i].old = st.pans[i].Grams > 0
	}
}

// SetScale tells the loop what a scale says. At the label step a weight that counts is
// booked on the parcel at once, once per parcel.
func (l *Loop) SetScale(ctx context.Context, s Scale) error {
	return l.send(ctx, statusMsg{func(st *status) {
		i := slices.IndexFunc(st.pans, func(p pan) bool { return p.Name == s.Name })
		if i < 0 {
			i, st.pans = len(st.pans), append(st.pans, pan{})
		}
		p := &st.pans[i]
		if p.State != s.State {
			p.since = time.Now()
		}
		p.Scale, p.used, p.old = s, p.used && s.Counts, p.old && (s.Grams > 0 || s.State == "over" || !tells(s.State))
	}})
}

// weighParcel books the weight on the pan on the parcel that waits for its label, or on the
// unit at hand where each is weighed.
func (b *batch) weighParcel() error {
	l := b.l
	if l.checking || l.ship == nil || !l.ship.WantsWeight(&l.bench) && l.boxToWeigh() == nil {
		return nil
	}
	for i := range l.seen.pans {
		p := &l.seen.pans[i]
		if !p.Counts || p.used || p.old || p.Grams <= 0 {
			continue
		}
		p.used = true // whatever comes of it: one pan, one parcel
		_, err := b.input(order.Input{At: l.now(), Device: order.DeviceID(p.Name), Source: order.Weighed,
			WeightG: p.Grams, Stable: true}, time.Time{})
		return err
	}
	return nil
}

// boxToWeigh is the parcel on which a weight is booked now, or nil.
func (l *Loop) boxToWeigh() *order.Parcel {
	if q := l.bench.Question; l.bench.Screen != order.ScreenLabel || q != nil && q.Gate != order.GateWeight {
		return nil
	}
	return l.ship.ToWeigh(&l.policy)
}

// scaleView shows the scale with something on it, else the first; nil where the bench
// has none.
func (l *Loop) scaleView() *ScaleView {
	if len(l.seen.pans) == 0 {
		return nil
	}
	p := &l.seen.pans[0]
	for i := range l.seen.pans {
		if q := &l.seen.pans[i]; p.Grams <= 0 && q.Grams > 0 {
			p = q
		}
	}
	v := &ScaleView{Name: p.Name, State: p.State, Grams: p.Grams, Since: p.since}
	if l.ship != nil {
		l.expect(v)
		v.EmptyFirst = p.State == "stable" && p.Grams > 0 && (!p.Counts || p.used || p.old) && (l.boxToWeigh() != nil || l.ship.WantsWeight(&l.bench))
	}
	return v
}

// expect fills in what the box that waits for its label should weigh, and which goods
// are too light for the scale to tell one more or less; before that, what all goods weigh.
func (l *Loop) expect(v *ScaleView) {
	p := l.ship.ToWeigh(&l.policy)
	if l.bench.Screen != order.ScreenLabel || p == nil {
		v.Expected, _ = l.ship.ExpectedWeight()
		return
	}
	x, ok := l.ship.ExpectWeight(p, &l.policy)
	if !ok {
		return
	}
	v.Expected = x.Grams
	in := l.ship.Contents(p.No)
	for i := range l.ship.Lines {
		if line := &l.ship.Lines[i]; in[line.No] > 0 && !x.Noticeable(line) && l.policy.Weigh.Check {
			v.Blind = append(v.Blind, line.Name)
		}
	}
}
