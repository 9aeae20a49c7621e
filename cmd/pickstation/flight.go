package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"pickstation/order"
	"pickstation/station"
)

// The flight recorder: what came in at the bench, byte by byte with its time, in the
// lines that replay reads. Nothing of a person stands in it: a badge is its operator's
// id, a buyer's pickup code its shipment's, a PIN is only that there was one, and a text that may not stand in an event, or
// that nobody knows, is left out but for its fingerprint.

// flightFile is the recording in a data folder; the one before it ends in ".1.jsonl".
const flightFile = "flight.jsonl"

// flightMax is when a recording is put aside and a new one begun, bytes: with some 150 a
// line two of them hold more than a day of a busy bench.
const flightMax = 4 << 20

// flightQueue is how many lines may wait for the disk; more are counted and left out, for
// the recorder must never hold a scan back.
const flightQueue = 4096

// flightLine is one line of a recording; its fields are those of recordLine, and what was
// answered.
type flightLine struct {
	At      time.Time      `json:"at"`
	Scan    *string        `json:"scan,omitempty"`
	RawHex  string         `json:"raw_hex,omitempty"`
	Device  order.DeviceID `json:"device,omitempty"`
	Badge   string         `json:"badge,omitempty"`
	Pickup  string         `json:"pickup,omitempty"`   // shipment whose buyer's code was scanned
	Left    int            `json:"left_out,omitempty"` // bytes of a text that stands here as its fingerprint
	Noise   int            `json:"noise,omitempty"`
	Key     string         `json:"key,omitempty"`
	PINned  bool           `json:"pin_given,omitempty"`
	WeighG  *int           `json:"weigh_g,omitempty"`
	Stable  *bool          `json:"stable,omitempty"`
	Net     string         `json:"net,omitempty"`
	Printer string         `json:"printer,omitempty"`
	Restart bool           `json:"restart,omitempty"`
	Missing int            `json:"missing,omitempty"` // lines that are not here, because the disk was too slow
	Was     string         `json:"was,omitempty"`     // verdict and message
}

// flight writes the recording of a session.
type flight struct {
	lines chan flightLine
	done  chan struct{}
	log   *slog.Logger

	// Of the loop's goroutine.
	net     string
	printer string
	missing int
}

// startFlight begins to write in dir.
func startFlight(dir string, log *slog.Logger) *flight {
	f := &flight{lines: make(chan flightLine, flightQueue), done: make(chan struct{}), log: log}
	f.put(flightLine{At: time.Now().UTC(), Restart: true})
	go f.write(filepath.Join(dir, flightFile))
	return f
}

// close writes what still waits.
func (f *flight) close() {
	close(f.lines)
	<-f.done
}

// note records an outcome; the loop's goroutine calls it after the commit.
func (f *flight) note(o *station.Outcome, v *station.View) {
	if o.Async && o.Input.Source == "" {
		return // not of the bench
	}
	at := o.Input.At.UTC()
	if v != nil {
		if net := netWord(v.Sync.Online); net != f.net {
			f.net = net
			f.put(flightLine{At: at, Net: net})
		}
		if v.Printer.Status != f.printer {
			f.printer = v.Printer.Status
			f.put(flightLine{At: at, Printer: f.printer})
		}
	}
	if l, ok := lineOf(o); ok {
		f.put(l)
	}
}

func netWord(online bool) string {
	if online {
		return "up"
	}
	return "down"
}

func (f *flight) put(l flightLine) {
	l.Missing = f.missing
	select {
	case f.lines <- l:
		f.missing = 0
	default:
		f.missing++
	}
}

// wasNotSaved is the answer to what a failed commit took along.
const wasNotSaved = string(order.NotSaved) + " " + string(order.MsgNotSaved)

// lineOf is what may be written of an outcome.
func lineOf(o *station.Outcome) (flightLine, bool) {
	in := &o.Input
	l := flightLine{At: in.At.UTC(), Device: in.Device, Was: wasNotSaved}
	if o.Err == nil {
		l.Was = string(o.Decision.Verdict) + " " + string(o.Decision.What.Code)
	}
	e := &order.Event{Code: order.Fingerprint(in.Text)} // nobody has decided it
	if len(o.Decision.Events) > 0 {
		e = &o.Decision.Events[0] // perhaps not stored; it says what may be kept all the same
	}
	switch {
	case in.Source == order.Weighed:
		l.WeighG, l.Stable = &in.WeightG, &in.Stable
	case in.Noise > 0:
		l.Noise = in.Noise
	case in.Source == order.Keyed && in.Command != "":
		l.Key = in.Command.KeyName()
	case in.Source == order.Keyed:
		l.PINned = true
	case e.Code == "" && e.Reason == order.ReasonPickup && e.Shipment != "":
		l.Pickup = string(e.Shipment)
	case e.Code == "":
		l.Badge = badgeOf(&o.Decision, e)
	case strings.HasPrefix(e.Code, "#"):
		l.Scan, l.Left = &e.Code, len(in.Text)
	default:
		l.setText(o.Raw)
	}
	return l, true
}

// badgeOf is whose badge it was, "?" where that is not known: of whom the bench asks for
// more now, of whoever signed in by it, or of the lead who let something pass.
func badgeOf(d *order.Decision, e *order.Event) string {
	if q := d.Bench.Question; q != nil {
		if id, ok := strings.CutPrefix(q.Key, badgeKey); ok && q.Kind == order.AskHandOver {
			return id
		}
		if q.Who != "" && (q.Kind == order.AskPIN || q.Kind == order.AskReason || q.Kind == order.AskSubst) {
			return string(q.Who)
		}
	}
	for i := range d.Events {
		if in := &d.Events[i]; in.Type == order.EventSignedIn && in.By != "" {
			return string(in.By)
		}
	}
	switch {
	case e.Auth != "":
		return e.Auth
	case e.By != "" && e.Verdict.Good():
		return string(e.By)
	}
	return "?"
}

// badgeKey begins the key of a question that a badge has raised.
const badgeKey = "badge "

func (l *flightLine) setText(raw string) {
	if utf8.ValidString(raw) {
		l.Scan = &raw
		return
	}
	l.RawHex = hex.EncodeToString([]byte(raw))
}

// write is the recorder's goroutine. A recording that cannot be written is said once in
// the log; the bench works on.
func (f *flight) write(path string) {
	defer close(f.done)
	file, size, err := openFlight(path)
	var w *bufio.Writer
	if err == nil {
		w = bufio.NewWriter(file)
	}
	for l := range f.lines {
		if err != nil {
			continue
		}
		var b []byte
		if b, err = json.Marshal(&l); err == nil {
			_, err = w.Write(append(b, '\n'))
			size += len(b) + 1
		}
		if err == nil && len(f.lines) == 0 {
			err = w.Flush()
		}
		if err == nil && size > flightMax {
			if err = errors.Join(w.Flush(), file.Close()); err == nil {
				file, size, err = turnFlight(path)
			}
			if err == nil {
				w.Reset(file)
			}
		}
		if err != nil {
			f.log.Warn("flight_recorder", "err", err)
			file.Close() // of no file, it is no more than another error
		}
	}
	if err == nil && errors.Join(w.Flush(), file.Close()) != nil {
		f.log.Warn("flight_recorder", "err", "the last lines are missing")
	}
}

func openFlight(path string) (*os.File, int, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, 0, err
	}
	st, err := file.Stat()
	if err != nil {
		return nil, 0, errors.Join(err, file.Close())
	}
	return file, int(st.Size()), nil
}

// turnFlight puts the recording aside and begins a new one.
func turnFlight(path string) (*os.File, int, error) {
	if err := os.Rename(path, flightBefore(path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, 0, err
	}
	return openFlight(path)
}

func flightBefore(path string) string { return strings.TrimSuffix(path, ".jsonl") + ".1.jsonl" }
