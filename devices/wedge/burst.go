// Package wedge lifts the scans of keyboard-wedge scanners out of what is typed at a terminal, before the screen's
// program sees them: there a GS would be ctrl+], an ETX ctrl+c, and single letters hot keys.
//
// A scanner is told from a person by its speed alone: it types a whole code with less than a gap between two characters,
// and ends it with CR. What a person types passes untouched, at most one gap late.
package wedge

import (
	"bytes"
	"slices"
	"time"
	"unicode/utf8"

	"pickstation/devices"
)

const (
	// DefaultGap is the longest pause inside a scan: scanners type a character in 1 to 20 ms, fast typists in 120 ms.
	DefaultGap = 30 * time.Millisecond
	// DefaultMin is the shortest scan in bytes.
	DefaultMin = 4
	// maxScan is the longest scan in bytes; a longer burst is noise.
	maxScan = 8 << 10
	// maxTyped is the longest burst without an end that passes as typing, in bytes: an input method can commit a phrase at
	// once, but not this much. It stays below what terminal programs read at a time.
	maxTyped = 128
)

const (
	stx = 0x02
	etx = 0x03
	tab = 0x09
	lf  = 0x0a
	cr  = 0x0d
	esc = 0x1b
	gs  = 0x1d
)

// Options tune a Burst. Zero values mean the defaults.
type Options struct {
	Gap time.Duration // longest pause inside a scan
	Min int           // shortest scan, in bytes
	Tab bool          // TAB ends a scan, too
	// NoSuffix: the scanner types no CR; a pause ends the scan.
	NoSuffix bool
}

// Scan is one lifted scan.
type Scan struct {
	Raw         []byte // without its end, and without STX and ETX around it
	First, Last time.Time
	Slowest     time.Duration // the longest pause inside it, for calibration
}

// Frame is the scan as a device's frame: seq counts the scans of the terminal from 1.
func (s Scan) Frame(device string, seq uint64) devices.Frame {
	return devices.Frame{Device: device, Seq: seq, Raw: s.Raw, Data: s.Raw, FirstByte: s.First, LastByte: s.Last, Via: "wedge"}
}

// Burst separates scans from typing. It holds no clock; not safe for concurrent use.
type Burst struct {
	o    Options
	scan func(Scan)
	lost func(n int) // a burst too long to be a scan was dropped

	keys        []byte // an escape sequence that is not whole, or an F8 that may be a scan's first separator
	hold        []byte
	first, last time.Time
	slowest     time.Duration
	over        int
	swallow     bool // the rest of the suffix of the scan just lifted
	seq         sequence
}

// NewBurst makes a Burst that calls scan for every scan, and lost for every burst that was too long.
func NewBurst(o Options, scan func(Scan), lost func(n int)) *Burst {
	if o.Gap <= 0 {
		o.Gap = DefaultGap
	}
	if o.Min <= 0 {
		o.Min = DefaultMin
	}
	return &Burst{o: o, scan: scan, lost: lost}
}

// Push takes bytes typed at now and returns those that are typing, ready to pass on.
func (b *Burst) Push(in []byte, now time.Time) (pass []byte) {
	pass = b.Idle(now)
	for _, c := range in {
		pass = append(pass, b.push(c, now)...)
	}
	return pass
}

// Waiting says that bytes are held back; Idle must be called at the time it returns.
func (b *Burst) Waiting() (due time.Time, ok bool) {
	return b.last.Add(b.o.Gap), len(b.keys) > 0 || len(b.hold) > 0 || b.over > 0
}

// Idle decides what is held when a gap has passed at now, and returns what is typing.
func (b *Burst) Idle(now time.Time) (pass []byte) {
	if now.Sub(b.last) < b.o.Gap {
		return nil
	}
	b.swallow = false
	b.seq.pause()
	if b.over > 0 {
		b.lost(b.over)
		b.over = 0
		return nil
	}
	if len(b.hold) > 0 && b.unsuffixed() {
		b.lift()
		return nil
	}
	return b.release()
}

func (b *Burst) push(c byte, now time.Time) (pass []byte) {
	gap := now.Sub(b.last)
	b.last = now
	if b.swallow {
		b.swallow = c == cr
		if c == cr || c == lf || c == etx {
			return nil
		}
	}
	if len(b.hold) == 0 && b.over == 0 && b.seq.take(c) {
		return b.key(c)
	}
	switch {
	case b.over > 0:
		if b.over++; c == cr || c == lf {
			b.lost(b.over)
			b.over = 0
		}
		return nil
	case len(b.hold) == 0 && passesAtOnce(c):
		return append(b.release(), c)
	case b.ends(c):
		if len(b.hold) < b.o.Min {
			return append(b.release(), c)
		}
		b.lift()
		b.swallow = c != tab
		return nil
	}
	if len(b.hold) == 0 {
		b.first, b.slowest = now, 0
	} else {
		b.slowest = max(b.slowest, gap)
	}
	if b.hold = append(b.hold, c); len(b.hold) > maxScan {
		b.over, b.hold, b.keys = len(b.keys)+len(b.hold), b.hold[:0], nil
	}
	return nil
}

// f8 is what a terminal sends for the F8 key (xterm, ECMA-48), which scanners may be set to type for the separator GS.
const f8 = "\x1b[19~"

// maxKey is more than any escape sequence of a key or a mouse report, in bytes.
const maxKey = 32

// key takes a byte of an escape sequence. The sequence passes when it is whole, but for an F8: a gap decides whether it is a
// key or opens a scan.
func (b *Burst) key(c byte) (pass []byte) {
	if c == esc && string(b.keys) == f8 {
		pass, b.keys = b.keys, nil
	}
	b.keys = append(b.keys, c)
	if b.seq.open() && len(b.keys) < maxKey || string(b.keys) == f8 {
		return pass
	}
	return append(pass, b.release()...)
}

// ends says whether c ends the burst in hand.
func (b *Burst) ends(c byte) bool {
	return c == cr || c == lf || (c == tab && b.o.Tab) || (c == etx && len(b.hold) > 0 && b.hold[0] == stx)
}

// passesAtOnce says that c cannot begin a scan: a person's Enter, Tab, Backspace or control key. STX and GS can.
func passesAtOnce(c byte) bool { return (c < 0x20 && c != stx && c != gs) || c == 0x7f }

// unsuffixed judges a burst that a pause has ended: control bytes among several characters were typed by no person, nor
// was a long run; an input method commits letters beyond ASCII in one go.
func (b *Burst) unsuffixed() bool {
	if len(b.hold) < b.o.Min {
		return false
	}
	if len(b.hold) > maxTyped || slices.ContainsFunc(b.hold, func(c byte) bool { return c < 0x20 }) || !utf8.Valid(b.hold) {
		return true
	}
	return b.o.NoSuffix && !slices.ContainsFunc(b.hold, func(c byte) bool { return c >= 0x80 })
}

func (b *Burst) lift() {
	raw := bytes.ReplaceAll(append(b.keys, b.hold...), []byte(f8), []byte{gs})
	b.keys, b.hold = nil, b.hold[:0]
	if raw[0] == stx {
		raw = bytes.TrimSuffix(raw[1:], []byte{etx})
	}
	if len(raw) > 0 {
		b.scan(Scan{Raw: raw, First: b.first, Last: b.last, Slowest: b.slowest})
	}
}

func (b *Burst) release() []byte {
	out := append(b.keys, b.hold...)
	b.keys, b.hold = nil, b.hold[:0]
	return out
}

// Calibrate proposes a gap from a few test scans: twice the longest pause seen, between 15 and 100 ms.
func Calibrate(scans []Scan) time.Duration {
	var worst time.Duration
	for _, s := range scans {
		worst = max(worst, s.Slowest)
	}
	return min(max(2*worst, 15*time.Millisecond), 100*time.Millisecond)
}

// sequence follows the escape sequences of a terminal (ECMA-48): arrow and function keys, mouse reports, bracketed paste.
// They pass at once.
type sequence struct {
	state   byte // 0 outside, 'e' after ESC, '[' inside CSI, 'O' after SS3
	args    []byte
	pasting bool
}

// take says that c belongs to a sequence or to a paste.
func (s *sequence) take(c byte) bool {
	switch s.state {
	case 0:
		if c == esc {
			s.state = 'e'
			return true
		}
		return s.pasting
	case 'e':
		switch c {
		case '[':
			s.state, s.args = '[', s.args[:0]
		case 'O':
			s.state = 'O'
		case esc:
		default: // Alt and a key
			s.state = 0
		}
	case 'O':
		s.state = 0
	case '[':
		if c < 0x40 || c > 0x7e {
			if len(s.args) < 32 {
				s.args = append(s.args, c)
			}
			return true
		}
		s.state = 0
		if c == '~' && string(s.args) == "200" {
			s.pasting = true
		}
		if c == '~' && string(s.args) == "201" {
			s.pasting = false
		}
	}
	return true
}

// open says that a sequence has begun and not ended.
func (s *sequence) open() bool { return s.state != 0 }

// pause ends a sequence that is not one: a lone Esc key.
func (s *sequence) pause() { s.state = 0 }
