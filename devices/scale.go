package devices

import (
	"bytes"
	"fmt"
	"math/big"
	"sync"
	"time"
)

// WeightState says what a reading is worth.
type WeightState string

// The states of a scale. Only Stable carries a weight that may be used; the others are states, never a weight of zero.
const (
	Stable     WeightState = "stable"
	Motion     WeightState = "motion"
	Over       WeightState = "over"       // more than the scale can weigh
	Under      WeightState = "under"      // below zero: the pan is off, or it was zeroed with something on it
	Stale      WeightState = "stale"      // no reading for a second
	Unreadable WeightState = "unreadable" // the scale says something else; Note has it
)

// Weight is one reading of a scale: Mantissa × 10^Exp Unit. It is never a float.
type Weight struct {
	Device   string
	Seq      uint64 // counts the changes of this scale since the program started, from 1
	State    WeightState
	Mantissa int64 // valid with Stable and Motion
	Exp      int
	Unit     string // "kg", "g", "lb", "oz" as the scale names it
	Net      bool   // a tare is taken off
	// Counts: stable, above zero, and the pan was seen empty since the start and since the last Bench.TakeWeight. Only such a
	// weight belongs to the parcel that is on the pan now: what lay there at the start may be the one before.
	Counts bool
	Note   string
	At     time.Time
	Raw    []byte
}

// unitMicrograms are the units in micrograms: the pound is 0.45359237 kg exactly (international yard and pound agreement
// of 1959), the ounce a sixteenth of it.
var unitMicrograms = map[string]*big.Rat{
	"kg": big.NewRat(1_000_000_000, 1), "g": big.NewRat(1_000_000, 1), "t": big.NewRat(1_000_000_000_000, 1),
	"lb": big.NewRat(453_592_370, 1), "oz": big.NewRat(453_592_370, 16),
}

// Milligrams gives the weight in milligrams, rounded to the nearest; ok false when there is none or its unit is unknown.
func (w Weight) Milligrams() (mg int64, ok bool) {
	unit, known := unitMicrograms[w.Unit]
	if !known || (w.State != Stable && w.State != Motion) || w.Exp < -12 || w.Exp > 6 {
		return 0, false
	}
	r := new(big.Rat).Mul(new(big.Rat).SetInt64(w.Mantissa), unit)
	ten := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(w.Exp, -w.Exp))), nil))
	if w.Exp < 0 {
		ten.Inv(ten)
	}
	r.Mul(r, ten).Mul(r, big.NewRat(1, 1000))
	half := big.NewRat(1, 2)
	if r.Sign() < 0 {
		half.Neg(half)
	}
	r.Add(r, half)
	n := new(big.Int).Quo(r.Num(), r.Denom())
	return n.Int64(), n.IsInt64()
}

// WeightSink is a Sink that also takes weights. Weight is called like the other methods, once for every change.
type WeightSink interface{ Weight(Weight) }

// staleAfter is how long a scale may be silent before its last weight is worth nothing.
const staleAfter = time.Second

// reading is what a protocol makes of one message; an empty state means: no reading in it.
type reading struct {
	state    WeightState
	mantissa int64
	exp      int
	unit     string
	net      bool
	note     string
}

// scaleProtocol cuts a byte stream into readings. Not safe for concurrent use.
type scaleProtocol interface {
	// push takes bytes, calls got for every reading, and returns bytes to send at once.
	push(b []byte, now time.Time, got func(reading, []byte)) []byte
	// ask gives the bytes that ask for a reading; nil when the scale sends by itself.
	ask() []byte
	// cut forgets half a message and returns its length.
	cut() int
}

// scale is the engine of one scale.
type scale struct {
	name    string
	profile Profile
	sink    WeightSink
	link    *link
	proto   scaleProtocol
	every   time.Duration

	next  time.Time // when to ask again
	heard time.Time // when the last reading came, or the port opened

	mu       sync.Mutex // guards below
	last     Weight
	emptied  bool
	counters Health
}

func newScale(name string, p Profile, sink WeightSink) (*scale, error) {
	proto, err := newScaleProtocol(p.Driver)
	if err != nil {
		return nil, err
	}
	s := &scale{name: name, profile: p, sink: sink, proto: proto, every: time.Duration(p.PollMS) * time.Millisecond}
	if s.proto.ask() != nil && s.every <= 0 {
		return nil, fmt.Errorf("scale driver %s is asked for its weight: poll_ms must be above zero", p.Driver)
	}
	return s, nil
}

func (s *scale) opened(now time.Time) []byte {
	s.next, s.heard = now, now
	return nil
}

func (s *scale) receive(b []byte, now time.Time) []byte {
	s.mu.Lock()
	s.counters.Bytes += uint64(len(b))
	s.counters.LastByte = now
	s.mu.Unlock()
	return s.proto.push(b, now, func(r reading, raw []byte) { s.got(r, raw, now) })
}

func (s *scale) wake(now time.Time) ([]byte, time.Time) {
	due := s.heard.Add(max(staleAfter, 3*s.every))
	if !now.Before(due) {
		s.heard = now
		s.got(reading{state: Stale, note: "the scale is silent"}, nil, now)
		s.heard = now
		due = now.Add(staleAfter)
	}
	if s.every <= 0 || s.proto.ask() == nil {
		return nil, due
	}
	if now.Before(s.next) {
		return nil, earlier(due, s.next)
	}
	s.next = now.Add(s.every)
	return s.proto.ask(), earlier(due, s.next)
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func (s *scale) lost(now time.Time) {
	if n := s.proto.cut(); n > 0 {
		s.link.noisy(Noise{Reason: "cut off", Bytes: n})
	}
	s.got(reading{state: Stale, note: "the scale is not connected"}, nil, now)
}

// got judges a reading and tells the sink when it differs from the last.
func (s *scale) got(r reading, raw []byte, now time.Time) {
	if r.state != Stale {
		s.heard = now
	}
	weighed := r.state == Stable || r.state == Motion && r.unit != "" // a scale in motion may give no number
	if weighed && s.profile.Unit != "" && r.unit != s.profile.Unit {
		r = reading{state: Unreadable, note: fmt.Sprintf("the scale weighs in %q, the profile says %q", r.unit, s.profile.Unit)}
	}
	w := Weight{Device: s.name, State: r.state, Mantissa: r.mantissa, Exp: r.exp, Unit: r.unit, Net: r.net, Note: r.note, At: now, Raw: bytes.Clone(raw)}
	s.mu.Lock()
	if r.state != Stale {
		s.counters.Frames++
	}
	if r.state == Unreadable {
		s.counters.BadFrames++
	}
	if (r.state == Stable && r.mantissa <= 0) || r.state == Under {
		s.emptied = true
	}
	w.Counts = r.state == Stable && r.mantissa > 0 && s.emptied
	same := w.State == s.last.State && w.Mantissa == s.last.Mantissa && w.Exp == s.last.Exp && w.Unit == s.last.Unit &&
		w.Net == s.last.Net && w.Counts == s.last.Counts && w.Note == s.last.Note
	w.Seq = s.last.Seq
	if !same {
		w.Seq++
	}
	s.last = w
	s.mu.Unlock()
	if !same {
		s.sink.Weight(w)
	}
}

// take ends the parcel on the pan: the next weight counts only after the pan was empty.
func (s *scale) take() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.emptied = false
}

func (s *scale) health() Health {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counters
}

// parseDecimal reads digits with at most one point, an optional sign and spaces around, as mantissa and exponent.
func parseDecimal(s []byte) (mantissa int64, exp int, ok bool) {
	s = bytes.TrimSpace(s)
	negative := false
	if len(s) > 0 && (s[0] == '-' || s[0] == '+') {
		negative = s[0] == '-'
		s = bytes.TrimLeft(s[1:], " ")
	}
	digits, point := 0, false
	for _, c := range s {
		switch {
		case c == '.' && !point:
			point = true
		case c >= '0' && c <= '9':
			if digits++; digits > 15 {
				return 0, 0, false
			}
			mantissa = mantissa*10 + int64(c-'0')
			if point {
				exp--
			}
		default:
			return 0, 0, false
		}
	}
	if negative {
		mantissa = -mantissa
	}
	return mantissa, exp, digits > 0
}
