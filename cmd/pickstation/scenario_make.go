package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"pickstation/localdb"
	"pickstation/order"
	"pickstation/sync/wire"
)

// scenarioMaker makes a scenario of what happened at a bench.
type scenarioMaker struct {
	db     *localdb.DB // a copy
	reader *localdb.Reader
	lines  []recordLine
	start  time.Time
	events []order.Event // of all logs, oldest first
	notes  []string      // what the scenario cannot show
}

// readFlight reads a recording, the part before it first.
func readFlight(path string) ([]recordLine, error) {
	var out []recordLine
	for _, name := range []string{flightBefore(path), path} {
		f, err := os.Open(name)
		if errors.Is(err, fs.ErrNotExist) && name != path {
			continue
		}
		if err != nil {
			return nil, &failure{exitMissing, "scenario: " + err.Error(), "name a recording, or the data folder of a bench that has run", err}
		}
		lines, err := readRecording(f)
		if err = errors.Join(err, f.Close()); err != nil {
			return nil, &failure{exitNo, "scenario: " + name + ": " + err.Error(), "see: pickstation replay --help", err}
		}
		out = append(out, lines...)
	}
	return out, nil
}

// readRecording reads the lines of a recording; a torn last line, as a kill leaves it, is
// left out.
func readRecording(r io.Reader) (out []recordLine, err error) {
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 64<<10), maxRecordingLine)
	var torn error
	for n := 1; sc.Scan(); n++ {
		if torn != nil {
			return nil, torn
		}
		var l recordLine
		if err := json.Unmarshal(sc.Bytes(), &l); err != nil {
			torn = fmt.Errorf("line %d is no recording line: %w", n, err)
			continue
		}
		out = append(out, l)
	}
	return out, sc.Err()
}

// since keeps the lines from a time on, and those back to the sign-in before it, so that
// the scenario begins with a person at an empty bench.
func since(lines []recordLine, from time.Time) []recordLine {
	first := slices.IndexFunc(lines, func(l recordLine) bool { return !l.time().Before(from) })
	if first < 0 {
		return nil
	}
	for i := first; i >= 0 && first-i < signInBack; i-- {
		if strings.HasSuffix(lines[i].Was, " "+string(order.MsgSignedIn)) {
			for i > 0 && lines[i].Badge == "" {
				i-- // the badge before its PIN
			}
			return lines[i:]
		}
	}
	return lines[first:]
}

// signInBack is how many lines before the wanted ones are searched for the sign-in.
const signInBack = 2000

func (l *recordLine) time() time.Time {
	t, _ := time.Parse(time.RFC3339, l.At) // a line without a time is of no time
	return t
}

// make writes the scenario.
func (m *scenarioMaker) make(ctx context.Context, title string) ([]byte, error) {
	if err := m.readEvents(ctx); err != nil {
		return nil, err
	}
	rows, err := m.rows()
	if err != nil {
		return nil, err
	}
	snap, err := indented(struct {
		Rows []exampleRow `json:"rows"`
	}{rows})
	if err != nil {
		return nil, err
	}
	steps := m.steps()
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\nstart: %s\n", title, m.start.Format(time.RFC3339Nano))
	fmt.Fprintf(&b, "-- world.json --\n%s-- steps --\n%s", snap, strings.Join(steps, ""))
	return m.answered(ctx, b.Bytes())
}

func indented(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	err := enc.Encode(v)
	return b.Bytes(), err
}

// readEvents reads the station's own log.
func (m *scenarioMaker) readEvents(ctx context.Context) error {
	return eachEvent(ctx, m.reader, func(e *order.Event) { m.events = append(m.events, *e) })
}

// rows are what the station held when the recording begins, as far as it was touched.
func (m *scenarioMaker) rows() (rows []exampleRow, err error) {
	p, err := m.db.Policy()
	if err != nil {
		return nil, err
	}
	p.PINRoles, p.Shipper = nil, order.Sender{}
	rows = append(rows, exampleRow{wire.RowPolicy, "policy", p})
	all := m.touched()
	for _, id := range all.people {
		op, err := m.db.Operator(id)
		if err != nil {
			return nil, err
		}
		if op == nil {
			op = &order.Operator{ID: id, Roles: []order.Role{order.RolePicker, order.RolePacker}}
		}
		op.Name = string(id) // the person's name stays here
		rows = append(rows, exampleRow{wire.RowOperator, string(id), personRow(op)})
	}
	for _, sku := range all.goods {
		p, err := m.db.Product(sku)
		if err != nil {
			return nil, err
		}
		rows = append(rows, exampleRow{wire.RowProduct, string(sku), p})
	}
	for _, id := range all.places {
		rows = append(rows, exampleRow{wire.RowLocation, string(id), order.Location{ID: id}})
	}
	for _, id := range all.work {
		s, err := m.before(id)
		if err != nil {
			return nil, err
		}
		if s == nil {
			m.notes = append(m.notes, fmt.Sprintf("shipment %s is not here any more", id))
			continue
		}
		if err := m.flow(s, &rows); err != nil {
			return nil, err
		}
		repick(s)
		rows = append(rows, exampleRow{wire.RowWork, string(id), struct {
			Shipment *order.Shipment `json:"shipment"`
		}{s}})
	}
	for _, id := range all.tasks {
		t, err := m.taskBefore(id)
		if err != nil {
			return nil, err
		}
		if t != nil {
			rows = append(rows, exampleRow{wire.RowTask, string(id), wire.Task{Task: *t}})
		}
	}
	return rows, nil
}

// flow adds the flow of a shipment where it is the merchant's own.
func (m *scenarioMaker) flow(s *order.Shipment, rows *[]exampleRow) error {
	f, err := m.db.Flow(s.Flow, s.FlowVersion)
	if err != nil {
		return err
	}
	id := fmt.Sprintf("%s/%d", s.Flow, s.FlowVersion)
	for _, r := range *rows {
		if r.ID == id {
			return nil
		}
	}
	if s.Flow != order.StandardFlow().ID && s.Flow != order.ReturnsFlow().ID {
		*rows = append(*rows, exampleRow{wire.RowFlow, id, f})
	}
	return nil
}

// steps writes the recording's lines as steps. Where it begins in the middle of the work,
// the person signs in and opens it first.
func (m *scenarioMaker) steps() []string {
	out := m.prelude()
	last := m.start
	for i := range m.lines {
		l := &m.lines[i]
		if t := l.time(); t.Sub(last) >= waitFrom {
			out = append(out, fmt.Sprintf("wait %s\n", t.Sub(last).Round(time.Millisecond)))
		}
		if t := l.time(); !t.IsZero() {
			last = t
		}
		if s := l.words(); s != "" {
			out = append(out, s+"\n")
		}
	}
	return out
}

// waitFrom is the shortest pause that a scenario repeats: shorter ones mean nothing.
const waitFrom = 300 * time.Millisecond

func (m *scenarioMaker) prelude() (out []string) {
	for i := range m.lines {
		if l := &m.lines[i]; l.Badge != "" {
			return nil
		} else if l.words() != "" && !l.Restart && l.Net == "" && l.Printer == "" {
			break
		}
	}
	at := m.standing()
	if at.who == "" {
		return nil
	}
	out = append(out, "# the recording begins later\n", "scan "+badgeFor(at.who)+"\n")
	if s, err := m.db.Shipment(at.work); err == nil && s != nil && len(s.Orders) > 0 {
		out = append(out, "scan "+s.Orders[0].External+"\n")
	}
	if t, err := m.db.Task(at.task); err == nil && t != nil {
		out = append(out, "card "+string(order.CmdTasks)+"\n", "scan "+t.Ref+"\n")
	}
	return out
}

// words is a recording's line as a step, "" where it is none.
func (l *recordLine) words() string {
	dev := ""
	if l.Device != "" && l.Device != "gun1" {
		dev = l.Device + ": "
	}
	if l.lost() {
		dev = unsavedWord + " " + dev
	}
	switch {
	case l.Badge != "":
		return dev + "scan " + badgeFor(order.OperatorID(l.Badge))
	case l.Pickup != "":
		return dev + "scan " + pickupFor(order.ShipmentID(l.Pickup))
	case l.Scan != nil && (strconv.Quote(*l.Scan) != `"`+*l.Scan+`"` || strings.TrimSpace(*l.Scan) != *l.Scan || strings.Contains(*l.Scan, "=>")):
		return dev + "scan " + strconv.Quote(*l.Scan)
	case l.Scan != nil:
		return dev + "scan " + *l.Scan
	case l.RawHex != nil:
		return dev + "hex " + *l.RawHex
	case l.Noise > 0:
		return fmt.Sprintf("%snoise %d", dev, l.Noise)
	case l.Key != "":
		return dev + "key " + l.Key
	case l.WeighG != nil && l.Stable != nil && !*l.Stable:
		return fmt.Sprintf("%sweigh %d moving", dev, *l.WeighG)
	case l.WeighG != nil:
		return fmt.Sprintf("%sweigh %d", dev, *l.WeighG)
	case l.Net != "":
		return "net " + l.Net
	case l.Printer != "":
		return "printer " + l.Printer
	case l.Restart:
		return "restart"
	}
	return ""
}

// answered plays the scenario and writes down what must come of each step; where the
// bench had said something else, a remark says what.
func (m *scenarioMaker) answered(ctx context.Context, raw []byte) ([]byte, error) {
	sc, err := parseScenario(raw)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "pickstation-scenario-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	got := map[int]string{}
	err = sc.runIn(ctx, filepath.Join(dir, "station"), "up", func(st *scenarioStep, all []heard, r *replay) {
		for _, h := range all {
			if d := &h.said; !h.Async {
				got[st.no] = fmt.Sprintf("%s %s do:%s @%s", d.Verdict, d.What.Code, d.Do.Code, d.Bench.Screen)
				if h.line != nil {
					got[st.no] += fmt.Sprintf(" %d/%d", h.line.Picked, h.line.Qty)
				}
			}
		}
	})
	if err != nil {
		return nil, err
	}
	head, tail, _ := strings.Cut(string(raw), "-- steps --\n")
	was := m.recorded()
	var b strings.Builder
	for _, n := range m.notes {
		head = strings.Replace(head, "\nstart:", "\n# "+n+"\nstart:", 1)
	}
	b.WriteString(head + "-- steps --\n")
	for i, l := range strings.Split(strings.TrimSuffix(tail, "\n"), "\n") {
		w := got[i+1]
		if then, ok := was[i]; ok && !strings.HasPrefix(w, then+" ") {
			fmt.Fprintf(&b, "# the bench said: %s\n", then)
		}
		if w != "" {
			l += " => " + w
		}
		b.WriteString(l + "\n")
	}
	return []byte(b.String()), nil
}

// recorded is what the bench answered to each step, by its place.
func (m *scenarioMaker) recorded() map[int]string {
	out := map[int]string{}
	at := len(m.prelude())
	last := m.start
	for i := range m.lines {
		l := &m.lines[i]
		if t := l.time(); t.Sub(last) >= waitFrom {
			at++
		}
		if t := l.time(); !t.IsZero() {
			last = t
		}
		if l.words() != "" {
			if l.Was != "" {
				out[at] = l.Was
			}
			at++
		}
	}
	return out
}
