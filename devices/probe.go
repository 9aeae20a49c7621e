package devices

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
	"time"
)

// TemperatureState says what a reading of a probe is worth.
type TemperatureState string

// The states of a probe.
const (
	Measured TemperatureState = "measured"
	Silent   TemperatureState = "silent"  // no answer in time
	Refused  TemperatureState = "refused" // the probe answered with an exception
	Garbled  TemperatureState = "garbled" // wrong checksum, wrong slave, or no temperature
)

// Temperature is one sample of a probe. Every sample is told, not only changes: a cold chain's record needs them all.
type Temperature struct {
	Device string
	Seq    uint64 // counts the samples of this probe since the program started, from 1
	State  TemperatureState
	MilliC int64 // thousandths of a degree Celsius, valid when Measured
	Note   string
	At     time.Time
	Raw    []byte
}

// TemperatureSink is a Sink that also takes temperatures. Temperature is called like the other methods.
type TemperatureSink interface{ Temperature(Temperature) }

const (
	probeWait = time.Second            // how long a probe may take to answer
	probeGap  = 100 * time.Millisecond // silence before a frame; far more than the 3.5 characters of Modbus RTU at any speed
)

// probe is the engine of one Modbus probe: a master that only reads.
type probe struct {
	name    string
	profile Profile
	sink    TemperatureSink
	link    *link
	every   time.Duration

	waiting bool      // a request is under way
	until   time.Time // when it is given up, or when the next one goes out
	in      []byte
	last    time.Time // when the last byte came

	mu       sync.Mutex // guards below
	seq      uint64
	counters Health
}

func newProbe(name string, p Profile, sink TemperatureSink) (*probe, error) {
	if p.Driver != "modbus-rtu" {
		return nil, fmt.Errorf("unknown probe driver %q: use modbus-rtu", p.Driver)
	}
	if err := p.Probe.check(); err != nil {
		return nil, err
	}
	every := time.Duration(p.PollMS) * time.Millisecond
	if every <= 0 {
		return nil, errors.New("a probe is asked for its temperature: poll_ms must be above zero")
	}
	return &probe{name: name, profile: p, sink: sink, every: every}, nil
}

func (p *probe) opened(now time.Time) []byte {
	p.waiting, p.until, p.in = false, now, nil
	return nil
}

// wake sends the next request when its time has come and the line has been quiet, and gives up on an answer that is late.
func (p *probe) wake(now time.Time) ([]byte, time.Time) {
	if now.Before(p.until) {
		return nil, p.until
	}
	if p.waiting {
		if len(p.in) > 0 {
			p.sample(Temperature{State: Garbled, Note: "half an answer"}, now)
		} else {
			p.sample(Temperature{State: Silent, Note: "no answer"}, now)
		}
		p.rest(now)
		return nil, p.until
	}
	if quiet := p.last.Add(probeGap); now.Before(quiet) {
		return nil, quiet
	}
	p.in = nil // what came unasked is a late answer, and must not pass for this one
	p.waiting, p.until = true, now.Add(probeWait)
	return p.profile.Probe.Request(), p.until
}

// rest waits for the time of the next request. A new one goes out one period after the last.
func (p *probe) rest(now time.Time) {
	p.waiting, p.in = false, nil
	p.until = now.Add(p.every)
}

func (p *probe) receive(b []byte, now time.Time) []byte {
	p.last = now
	p.mu.Lock()
	p.counters.Bytes += uint64(len(b))
	p.counters.LastByte = now
	p.mu.Unlock()
	if !p.waiting {
		p.mu.Lock()
		p.counters.BadFrames++
		p.mu.Unlock()
		p.link.noisy(Noise{Reason: "outside a frame", Bytes: len(b), Head: head(b)})
		return nil
	}
	p.in = append(p.in, b...)
	v, err := p.profile.Probe.Parse(p.in)
	raw := bytes.Clone(p.in)
	var ex exceptionError
	switch {
	case errors.Is(err, errShort):
		return nil
	case errors.As(err, &ex):
		p.sample(Temperature{State: Refused, Note: ex.Error(), Raw: raw}, now)
	case err != nil:
		p.sample(Temperature{State: Garbled, Note: err.Error(), Raw: raw}, now)
	default:
		p.sample(Temperature{State: Measured, MilliC: v, Raw: raw}, now)
	}
	p.rest(now)
	return nil
}

func (p *probe) lost(now time.Time) {
	p.sample(Temperature{State: Silent, Note: "the probe is not connected"}, now)
}

func (p *probe) sample(t Temperature, now time.Time) {
	t.Device, t.At = p.name, now
	p.mu.Lock()
	p.seq++
	t.Seq = p.seq
	if t.State == Measured {
		p.counters.Frames++
	} else {
		p.counters.BadFrames++
	}
	p.mu.Unlock()
	p.sink.Temperature(t)
}

func (p *probe) health() Health {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.counters
}
