package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pickstation/localdb"
	"pickstation/order"
	"pickstation/sync/wire"
)

// A recording of the flight recorder says what the bench answered, and the database that lies
// beside it is that of after all this. So its replay begins where a scenario of it would: with
// the orders, tasks and people that it touches as they stood when it begins.

// flightLines returns the lines of a recording of the flight recorder, those of the part that
// was put aside before it first; nil where it is another one: standard input, or a file that
// tells of no answers.
func flightLines(recording string) []recordLine {
	if recording == "-" {
		return nil
	}
	lines, err := readFlight(recording)
	if err != nil || !slices.ContainsFunc(lines, func(l recordLine) bool { return l.Was != "" }) {
		return nil // play names the file or the line that is none
	}
	return lines
}

// replayFlight plays a recording of the flight recorder on the database's past.
func (o *replayOptions) replayFlight(ctx context.Context, lines []recordLine, out io.Writer) error {
	dir, err := os.MkdirTemp("", "pickstation-replay-")
	if err != nil {
		return fail(exitMissing, err, "make room in the temporary folder")
	}
	defer os.RemoveAll(dir)
	var p past
	err = withMaker(ctx, o.db, lines, func(m *scenarioMaker) (err error) {
		p, err = m.past(ctx)
		return err
	})
	if err != nil {
		return err
	}
	r, err := p.open(ctx, filepath.Join(dir, "station"), o.lang)
	if err != nil {
		return fail(exitNo, err, "run 'pickstation db check' on the database")
	}
	defer r.close()
	r.window = o.window
	enc := newEncoder(out)
	for i := range lines {
		if err := r.playLine(ctx, i+1, &lines[i], enc); err != nil {
			return err
		}
	}
	for _, n := range p.notes {
		fmt.Fprintln(o.say, "replay:", n)
	}
	fmt.Fprintf(o.say, "replay: %d of %d verdicts as recorded\n", r.told-r.otherwise, r.told)
	return nil
}

// past is how a bench stood when a recording begins.
type past struct {
	maker   *scenarioMaker
	rows    workSnapshot
	prelude []recordLine // the person signs in and opens the work, where it begins in the middle
	notes   []string
}

// past makes it of the database.
func (m *scenarioMaker) past(ctx context.Context) (p past, err error) {
	if err := m.readEvents(ctx); err != nil {
		return p, err
	}
	rows, err := m.rows()
	if err != nil {
		return p, err
	}
	for _, r := range rows {
		body, err := json.Marshal(r.Body)
		if err != nil {
			return p, err
		}
		p.rows.Rows = append(p.rows.Rows, wire.FeedRow{Kind: r.Kind, ID: r.ID, Body: body})
	}
	for _, s := range m.prelude() {
		word, rest, _ := strings.Cut(strings.TrimSpace(s), " ")
		if word == "#" {
			continue
		}
		var l recordLine
		if err := l.fromWords(word, rest); err != nil {
			return p, err
		}
		p.prelude = append(p.prelude, l)
	}
	p.maker, p.notes = m, m.notes
	return p, nil
}

// open starts a station in that past.
func (p *past) open(ctx context.Context, dir, lang string) (*replay, error) {
	if _, err := localdb.EnsureBoxKey(dir); err != nil {
		return nil, err
	}
	r, err := newReplay(ctx, dir, lang, p.maker.start)
	if err != nil {
		return nil, err
	}
	r.adopted = map[order.OperatorID]bool{}
	for i := range p.rows.Rows {
		if row := &p.rows.Rows[i]; row.Kind == wire.RowOperator { // they have the badges of a replay
			r.adopted[order.OperatorID(row.ID)] = true
		}
	}
	err = r.feed(ctx, &p.rows)
	for i := range p.prelude {
		if err == nil {
			_, err = r.step(ctx, &p.prelude[i])
		}
	}
	if err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

// compare says on an answer what the bench had said, where it was something else. A replay asks
// nobody for a PIN.
func (r *replay) compare(l *recordLine, a *replayOut) {
	if l.Was == "" || l.PINned || strings.HasSuffix(l.Was, " "+string(order.MsgAskPIN)) {
		return
	}
	r.told++
	if is := string(a.Verdict) + " " + string(a.code); is != l.Was {
		r.otherwise++
		a.Was = l.Was
	}
}
