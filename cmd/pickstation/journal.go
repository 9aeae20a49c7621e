package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"io/fs"
	"os"

	"pickstation/order"
)

// scanKind is what the simulated operator means a scan to be.
type scanKind string

const (
	scanBadge   scanKind = "badge"
	scanOpen    scanKind = "open"
	scanUnit    scanKind = "unit"  // goods, counts
	scanCheck   scanKind = "check" // goods, pack check
	scanWrong   scanKind = "wrong" // on purpose
	scanLabel   scanKind = "label"
	scanHand    scanKind = "hand_over"
	scanCommand scanKind = "command"
)

// journalLine is what the simulator writes down: an intention, synced to disk
// before the scan is sent, and later its outcome.
type journalLine struct {
	N        int              `json:"n"`
	Kind     scanKind         `json:"kind,omitempty"`
	Code     string           `json:"code,omitempty"`
	Shipment order.ShipmentID `json:"shipment,omitempty"`
	Line     int              `json:"line,omitempty"`
	Units    int              `json:"units,omitempty"`
	Waybill  string           `json:"waybill,omitempty"`
	Verdict  order.Verdict    `json:"verdict,omitempty"`
}

// journal is the simulator's own record, independent of the station's database.
type journal struct {
	f     *os.File
	lines []journalLine // intentions, by N-1, with their verdict once known
}

// openJournal reads what an earlier run wrote and goes on after it. A torn last
// line, as a kill leaves it, was never sent.
func openJournal(path string) (*journal, error) {
	j := &journal{}
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	good := 0
	for i, b := range data {
		if b != '\n' {
			continue
		}
		j.take(data[good:i])
		good = i + 1
	}
	j.f, err = os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	if err := j.f.Truncate(int64(good)); err != nil {
		return nil, err
	}
	_, err = j.f.Seek(int64(good), 0)
	return j, err
}

func (j *journal) take(b []byte) {
	var l journalLine
	if json.Unmarshal(b, &l) != nil {
		return
	}
	switch {
	case l.Verdict == "" && l.N == len(j.lines)+1:
		j.lines = append(j.lines, l)
	case l.Verdict != "" && l.N >= 1 && l.N <= len(j.lines):
		j.lines[l.N-1].Verdict = l.Verdict
	}
}

// intend writes down what will be scanned and returns once that is on disk.
func (j *journal) intend(l journalLine) (int, error) {
	l.N, l.Verdict = len(j.lines)+1, ""
	if err := j.write(l); err != nil {
		return 0, err
	}
	j.lines = append(j.lines, l)
	return l.N, datasync(j.f)
}

// outcome writes down the verdict of scan n.
func (j *journal) outcome(n int, v order.Verdict) error {
	j.lines[n-1].Verdict = v
	return j.write(journalLine{N: n, Verdict: v})
}

func (j *journal) write(l journalLine) error {
	w := bufio.NewWriter(j.f)
	if err := json.NewEncoder(w).Encode(l); err != nil {
		return err
	}
	return w.Flush()
}

// Close closes the file.
func (j *journal) Close() error { return j.f.Close() }
