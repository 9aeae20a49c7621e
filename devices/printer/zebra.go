package printer

import (
	"bytes"
	"strconv"
	"strings"
)

// ParseHostStatus reads a Zebra printer's answer to ~HS: three strings, each STX … ETX CR LF (ZPL II Programming Guide,
// "~HS Host Status Return"). ok false: the answer is not whole.
func ParseHostStatus(b []byte) (s State, ok bool) {
	var fields [3][]string
	for i := range fields {
		start := bytes.IndexByte(b, 0x02)
		if start < 0 {
			return s, false
		}
		end := bytes.IndexByte(b[start:], 0x03)
		if end < 0 {
			return s, false
		}
		fields[i] = strings.Split(string(b[start+1:start+end]), ",")
		b = b[start+end+1:]
	}
	if len(fields[0]) < 12 || len(fields[1]) < 9 {
		return s, false
	}
	one, two := fields[0], fields[1]
	on := func(f string) bool { return strings.TrimSpace(f) == "1" }
	var found []Condition
	for _, c := range []struct {
		set bool
		c   Condition
	}{
		{on(two[2]), CoverOpen},   // o: head up
		{on(one[1]), MediaEmpty},  // b: paper out
		{on(two[3]), RibbonEmpty}, // p: ribbon out
		{on(one[11]), HeadHot},    // l: over temperature
		{on(one[10]), HeadCold},   // k: under temperature
		{on(one[5]), BufferFull},  // f: buffer full
		{on(one[2]), Paused},      // c: pause
	} {
		if c.set {
			found = append(found, c.c)
		}
	}
	queued, err := strconv.Atoi(strings.TrimSpace(one[4])) // e: formats in the receive buffer
	if err != nil || queued < 0 {
		queued = -1
	}
	left, _ := strconv.Atoi(strings.TrimSpace(two[8])) // u: labels remaining in the batch
	switch {
	case len(found) > 0:
		s = state(found[0])
		for _, c := range found {
			s.Reasons = append(s.Reasons, string(c))
		}
	case left > 0 || queued > 0:
		s = state(Printing)
	default:
		s = state(Ready)
	}
	s.Queued = queued
	return s, true
}
