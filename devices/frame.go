package devices

import (
	"bytes"
	"errors"
	"fmt"
	"time"
)

// MaxFrame is the largest frame accepted, in bytes. The largest QR code holds 7,089 digits (ISO/IEC 18004).
const MaxFrame = 8 << 10

// The control bytes that frame scanner data (ISO/IEC 646).
const (
	stx = 0x02
	etx = 0x03
	ack = 0x06
	bel = 0x07
	tab = 0x09
	lf  = 0x0a
	cr  = 0x0d
	nak = 0x15
	esc = 0x1b
	gs  = 0x1d
)

// Suffix says what ends a frame.
type Suffix string

// The suffixes a profile can name.
const (
	SuffixAuto   Suffix = "auto"    // CR or LF; an STX at the front and an ETX at the end are taken off, and ETX ends what STX began
	SuffixCR     Suffix = "cr"      // CR; an LF right after it is swallowed
	SuffixLF     Suffix = "lf"      // LF; a CR right before it is taken off
	SuffixCRLF   Suffix = "crlf"    // only CR LF together; a lone CR or LF is data
	SuffixTab    Suffix = "tab"     // TAB
	SuffixSTXETX Suffix = "stx-etx" // STX … ETX; CR and LF between frames are swallowed
	SuffixNone   Suffix = "none"    // no suffix: a pause of Framing.Idle ends the frame
)

// Framing describes how a device marks the end of one message.
type Framing struct {
	Suffix Suffix
	Idle   time.Duration // the pause that ends a frame; only SuffixNone looks at it
	Max    int           // longest frame in bytes; 0 means MaxFrame
}

// Noise reports bytes that were received and are no frame.
type Noise struct {
	Reason string // "too long", "cut off", "outside a frame", "bad packet"
	Bytes  int    // how many bytes were dropped
	Head   []byte // the first of them, at most 32, for the health page
}

// String tells the noise in one line.
func (n Noise) String() string { return fmt.Sprintf("%s: %d bytes, %q", n.Reason, n.Bytes, n.Head) }

// Framer cuts a byte stream into frames. It holds no clock and starts no goroutine; the zero value is not usable,
// NewFramer makes one. Not safe for concurrent use.
type Framer struct {
	f     Framing
	emit  func(raw []byte, first, last time.Time)
	noise func(Noise)

	buf         []byte
	first, last time.Time
	afterCR     bool // the next LF belongs to the CR that ended a frame
	open        bool // STX seen, ETX not yet
	prev        byte // the byte before this one, of the same frame
	over        int  // bytes dropped since the frame grew too long; > 0 means: wait for the next end
	stray       []byte
	strays      int
}

// NewFramer makes a framer that calls emit for every frame (raw is the callee's to keep) and noise for everything else.
func NewFramer(f Framing, emit func(raw []byte, first, last time.Time), noise func(Noise)) (*Framer, error) {
	switch f.Suffix {
	case "":
		f.Suffix = SuffixAuto
	case SuffixAuto, SuffixCR, SuffixLF, SuffixCRLF, SuffixTab, SuffixSTXETX:
	case SuffixNone:
		if f.Idle <= 0 {
			return nil, errors.New("framing without a suffix needs an idle time above zero")
		}
	default:
		return nil, fmt.Errorf("unknown suffix %q", f.Suffix)
	}
	if f.Max <= 0 || f.Max > MaxFrame {
		f.Max = MaxFrame
	}
	return &Framer{f: f, emit: emit, noise: noise}, nil
}

// Push takes the next bytes, received at now. The frames it emits depend on the bytes alone, not on how they were cut.
func (r *Framer) Push(b []byte, now time.Time) {
	r.Idle(now)
	for _, c := range b {
		r.push(c, now)
	}
}

func (r *Framer) push(c byte, now time.Time) {
	if c == lf && r.afterCR {
		r.afterCR = false
		return
	}
	r.afterCR = false
	if r.f.Suffix == SuffixSTXETX && !r.open {
		r.outside(c)
		return
	}
	if r.ends(c) {
		r.end(c, now)
		return
	}
	r.prev = c
	if r.f.Suffix == SuffixSTXETX && c == stx {
		r.lostEnd()
		return
	}
	if r.over > 0 {
		r.over++
		return
	}
	if r.f.Suffix == SuffixAuto && c == stx && len(r.buf) == 0 {
		r.open, r.first = true, now
		return
	}
	if len(r.buf) == 0 && (!r.open || r.first.IsZero()) {
		r.first = now
	}
	r.last = now
	if len(r.buf) >= r.limit(c) {
		r.noise(Noise{Reason: "too long", Bytes: len(r.buf) + 1, Head: head(r.buf)})
		r.buf, r.over = r.buf[:0], 1
		return
	}
	r.buf = append(r.buf, c)
}

// ends says whether c is the end of the frame in hand.
func (r *Framer) ends(c byte) bool {
	switch r.f.Suffix {
	case SuffixAuto:
		return c == cr || c == lf || (c == etx && r.open)
	case SuffixCR:
		return c == cr
	case SuffixLF:
		return c == lf
	case SuffixCRLF:
		return c == lf && r.prev == cr
	case SuffixTab:
		return c == tab
	case SuffixSTXETX:
		return c == etx
	}
	return false
}

// end closes the frame in hand.
func (r *Framer) end(c byte, now time.Time) {
	r.afterCR = c == cr
	raw := r.buf
	if r.f.Suffix == SuffixLF || r.f.Suffix == SuffixCRLF {
		raw = bytes.TrimSuffix(raw, []byte{cr})
	}
	r.close(raw, now)
}

// limit is how many bytes may be held when c comes: a CR that is part of the suffix does not count.
func (r *Framer) limit(c byte) int {
	if c == cr && (r.f.Suffix == SuffixLF || r.f.Suffix == SuffixCRLF) {
		return r.f.Max + 1
	}
	return r.f.Max
}

// lostEnd handles an STX inside a frame: the ETX before it was lost, so what was held is no frame.
func (r *Framer) lostEnd() {
	r.Cut()
	r.open = true
}

// close emits raw, or what is left of an overlong frame as noise, and makes ready for the next frame.
func (r *Framer) close(raw []byte, now time.Time) {
	over, first := r.over, r.first
	out := bytes.Clone(raw)
	r.buf, r.over, r.open, r.prev, r.first = r.buf[:0], 0, false, 0, time.Time{}
	switch {
	case over > 1:
		r.noise(Noise{Reason: "too long", Bytes: over - 1})
	case over == 0 && len(out) > 0:
		r.emit(out, first, now)
	}
}

// outside handles a byte between ETX and the next STX.
func (r *Framer) outside(c byte) {
	switch c {
	case stx:
		r.flushStray()
		r.open = true
	case cr, lf:
		r.flushStray()
	default:
		r.strays++
		if len(r.stray) < 32 {
			r.stray = append(r.stray, c)
		}
		if r.strays >= r.f.Max {
			r.flushStray()
		}
	}
}

func (r *Framer) flushStray() {
	if r.strays > 0 {
		r.noise(Noise{Reason: "outside a frame", Bytes: r.strays, Head: bytes.Clone(r.stray)})
	}
	r.stray, r.strays = r.stray[:0], 0
}

// Due says when Idle must be called next; zero means not at all.
func (r *Framer) Due() time.Time {
	if r.f.Suffix != SuffixNone || (len(r.buf) == 0 && r.over == 0) {
		return time.Time{}
	}
	return r.last.Add(r.f.Idle)
}

// Idle ends the frame in hand when the profile has no suffix and its pause has passed at now.
func (r *Framer) Idle(now time.Time) {
	if due := r.Due(); !due.IsZero() && !now.Before(due) {
		r.close(r.buf, r.last)
	}
}

// Cut reports a half frame as noise (the device went away in the middle of it) and makes ready for a new stream.
func (r *Framer) Cut() {
	r.flushStray()
	if n := len(r.buf); n > 0 {
		r.noise(Noise{Reason: "cut off", Bytes: n, Head: head(r.buf)})
	} else if r.over > 1 {
		r.noise(Noise{Reason: "too long", Bytes: r.over - 1})
	}
	r.buf, r.over, r.open, r.afterCR, r.prev, r.first = r.buf[:0], 0, false, false, 0, time.Time{}
}

func head(b []byte) []byte { return bytes.Clone(b[:min(len(b), 32)]) }
