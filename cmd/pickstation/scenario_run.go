package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"pickstation/localdb"
	"pickstation/order"
	"pickstation/station"
	"pickstation/sync/wire"
	"pickstation/tui"
	"pickstation/tui/text"
)

// fromWords reads a step in words into the line of a recording.
func (l *recordLine) fromWords(word, rest string) error {
	arg, more, _ := strings.Cut(rest, " ")
	switch word {
	case "scan":
		s, err := unquoted(rest)
		l.Scan = &s
		return err
	case "card":
		s := order.CommandPrefix + rest
		l.Scan = &s
	case "gs1":
		s := symbolOf(rest)
		l.Scan = &s
	case "hex":
		l.RawHex = &arg
		_, err := hex.DecodeString(arg)
		return err
	case "key":
		l.Key = arg
	case "pin":
		l.PIN = arg
	case "weigh":
		g, err := strconv.Atoi(arg)
		stable := more != "moving"
		l.WeighG, l.Stable = &g, &stable
		return err
	case "scale":
		g, _ := strconv.Atoi(more) // a scale without a weight shows none
		l.Scale, l.WeighG = arg, &g
	case "net":
		l.Net = arg
	case "printer":
		l.Printer = arg
	case "wait":
		l.Advance = arg
	case "at":
		l.At = arg
	case "clock":
		l.Clock = arg
	case "restart":
		l.Restart = true
	case "noise":
		n, err := strconv.Atoi(arg)
		l.Noise = max(n, 1)
		return err
	case "feed":
		l.FeedName = arg
	default:
		return fmt.Errorf("%q is no step", word)
	}
	return nil
}

func unquoted(s string) (string, error) {
	if strings.HasPrefix(s, `"`) {
		return strconv.Unquote(s)
	}
	return s, nil
}

var elementAI = regexp.MustCompile(`\((\d{2,4})\)`)

// symbolOf is what a scanner sends for a GS1 DataMatrix that is written with brackets,
// "(01)09521234000013(10)L7"; after each element but the last comes a separator.
func symbolOf(s string) string {
	s = strings.TrimPrefix(elementAI.ReplaceAllString(s, "\x1d$1"), "\x1d")
	return "]d2" + s
}

// scenarioRun is a scenario on its way.
type scenarioRun struct {
	*replay
	sc      *scenario
	inputs  int // that must each have left one verdict
	counted int // of them before the last step that counted
}

// run plays the scenario on a station of its own with the network in that state; the
// error names the step that went otherwise.
func (sc *scenario) run(ctx context.Context, net string) error {
	dir, err := os.MkdirTemp("", "pickstation-scenario-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	return sc.runIn(ctx, dir, net, nil)
}

// runIn is run in a folder that stays; after each step it tells what was answered.
func (sc *scenario) runIn(ctx context.Context, dir, net string, tell func(*scenarioStep, []heard, *replay)) error {
	if _, err := localdb.EnsureBoxKey(dir); err != nil {
		return err
	}
	r, err := newReplay(ctx, dir, text.EN, sc.start)
	if err != nil {
		return err
	}
	defer r.close()
	if sc.real {
		if err := r.printInto(filepath.Join(dir, "printer")); err != nil {
			return err
		}
	}
	run := &scenarioRun{replay: r, sc: sc}
	if err := r.feed(ctx, &workSnapshot{Rows: sc.feeds[firstFeed]}); err != nil {
		return err
	}
	if err := run.noneParked(); err != nil {
		return err
	}
	if err := r.setNet(ctx, net); err != nil {
		return err
	}
	for i := range sc.steps {
		st := &sc.steps[i]
		for n := range st.times {
			if err := run.do(ctx, st, tell); err != nil {
				if st.times > 1 {
					return fmt.Errorf("steps line %d: %s (time %d): %w", st.no, st.text, n+1, err)
				}
				return fmt.Errorf("steps line %d: %s: %w", st.no, st.text, err)
			}
		}
	}
	return run.addsUp(ctx)
}

// noneParked fails where the station did not take a row of the world.
func (r *scenarioRun) noneParked() error {
	rd, err := r.db.NewReader()
	if err != nil {
		return err
	}
	defer rd.Close()
	parked, err := rd.Parked(1)
	if err == nil && len(parked) > 0 {
		err = fmt.Errorf("the station does not take row %s %s: %s", parked[0].Row.Kind, parked[0].Row.ID, parked[0].Why)
	}
	return err
}

// do carries out one step and compares.
func (r *scenarioRun) do(ctx context.Context, st *scenarioStep, tell func(*scenarioStep, []heard, *replay)) error {
	if st.check != nil {
		return checks[st.check[0]](r, ctx, st.check[1:])
	}
	line := st.line
	if line.FeedName != "" {
		line.Feed = &workSnapshot{Rows: r.sc.feeds[line.FeedName]}
	}
	before, err := r.progress(ctx)
	if err != nil {
		return err
	}
	r.clock.touch()
	if err := r.enter(ctx, &line); err != nil {
		return err
	}
	if err := r.settle(ctx); err != nil {
		return err
	}
	r.frame++
	all := r.take()
	if tell != nil {
		tell(st, all, r.replay)
	}
	var own []heard
	for _, h := range all {
		if h.Err != nil && !line.lost() {
			return h.Err
		}
		if !h.Async {
			own = append(own, h)
		}
		if !h.Async && h.Err == nil {
			r.inputs++
		}
	}
	after, err := r.progress(ctx)
	if err != nil {
		return err
	}
	if len(own) == 1 && !own[0].said.Verdict.Good() && before != after {
		return fmt.Errorf("%s changed the work:\n%s\n%s", own[0].said.Verdict, before, after)
	}
	return st.want.compare(own)
}

// take returns what was answered since the last step.
func (r *replay) take() []heard {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := r.outcomes
	r.outcomes = nil
	return out
}

// compare says in what an answer is not what was wanted.
func (w *wanted) compare(own []heard) error {
	switch {
	case w == nil:
		return nil
	case len(own) == 0 && w.nothingElse:
		return nil
	case len(own) != 1:
		return fmt.Errorf("%d answers", len(own))
	}
	h := &own[0]
	d := &h.said
	what, do := text.Line(text.EN, d.What), text.Line(text.EN, d.Do)
	got := ""
	if h.line != nil {
		got = fmt.Sprintf("%d/%d", h.line.Picked, h.line.Qty)
	}
	bad := w.verdict != "" && w.verdict != d.Verdict || w.what != "" && w.what != d.What.Code || w.do != "" && w.do != d.Do.Code ||
		w.screen != "" && w.screen != d.Bench.Screen || w.picked != "" && w.picked != got || w.nothingElse
	for _, s := range w.says {
		bad = bad || !strings.Contains(what+" | "+do, s)
	}
	if bad {
		return fmt.Errorf("got %s %s do:%s %s @%s %q", d.Verdict, d.What.Code, d.Do.Code, got, d.Bench.Screen, what+" | "+do)
	}
	return nil
}

// shipments returns all work of the scenario's feeds that the station holds.
func (r *scenarioRun) shipments() (out []*order.Shipment, err error) {
	seen := map[string]bool{}
	for _, rows := range r.sc.feeds {
		for _, row := range rows {
			if row.Kind != wire.RowWork || seen[row.ID] {
				continue
			}
			seen[row.ID] = true
			s, err := r.db.Shipment(order.ShipmentID(row.ID))
			if err != nil {
				return nil, err
			}
			if s != nil {
				out = append(out, s)
			}
		}
	}
	slices.SortFunc(out, func(a, b *order.Shipment) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return out, nil
}

// progress is what has been done to all work, in one text.
func (r *scenarioRun) progress(ctx context.Context) (string, error) {
	var b strings.Builder
	err := r.loop.Read(ctx, func(station.Store) error {
		list, err := r.shipments()
		for _, s := range list {
			fmt.Fprintf(&b, "%s %s:", s.ID, s.State)
			for _, l := range s.Lines {
				fmt.Fprintf(&b, " %d+%d-%d%v%v", l.Picked, l.Packed, l.Short, l.Serials, l.Lots)
			}
			for _, p := range s.Parcels {
				fmt.Fprintf(&b, " %v%v%d", p.Labelled, p.Dispatched, p.WeightG)
			}
			b.WriteByte('\n')
		}
		return err
	})
	return b.String(), err
}

// addsUp checks what holds whatever was scanned: each input left one verdict, no line
// holds more than ordered, and the counts are those of the events.
func (r *scenarioRun) addsUp(ctx context.Context) error {
	rec, err := readStationRecord(ctx, r.dir)
	if err != nil {
		return err
	}
	if rec.verdicts != r.inputs {
		return fmt.Errorf("%d inputs left %d verdicts in the log", r.inputs, rec.verdicts)
	}
	list, err := r.shipments()
	if err != nil {
		return err
	}
	given := r.sc.given()
	var bad error
	for _, s := range list {
		for _, l := range s.Lines {
			k := lineKey{s.ID, l.No}
			if n := given[k] + rec.picked[k]; n != l.Picked || l.Picked+l.Short > l.Qty {
				bad = errors.Join(bad, fmt.Errorf("%s line %d: %d picked and %d short of %d, the events say %d", s.ID, l.No, l.Picked, l.Short, l.Qty, n))
			}
		}
	}
	return bad
}

// given is what was picked before the scenario began.
func (sc *scenario) given() map[lineKey]int {
	given := map[lineKey]int{}
	for _, row := range sc.feeds[firstFeed] {
		var w wire.Work
		if row.Kind == wire.RowWork && json.Unmarshal(row.Body, &w) == nil {
			for _, l := range w.Shipment.Lines {
				given[lineKey{w.Shipment.ID, l.No}] = l.Picked
			}
		}
	}
	return given
}

// screenSize is the window in which a scenario looks at the screen.
var screenSize = tui.Size{W: 80, H: 24}

var escapes = regexp.MustCompile("\x1b\\[[0-9;]*m")

// screen is what the operator sees.
func (r *replay) screen(size tui.Size, lang string) string {
	v := r.loop.View()
	o := tui.Options{Lang: lang, Profile: tui.Mono, Now: r.clock.Now()}
	return escapes.ReplaceAllString(tui.Render(v, size, o), "")
}
