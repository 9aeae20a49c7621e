package sim

import (
	"bytes"
	"context"
	"os"
	"sync"
	"time"

	"pickstation/devices"
)

// Probe is a simulated Modbus temperature probe. Safe for concurrent use.
type Probe struct {
	Profile devices.Profile

	cable Cable
	work  sync.WaitGroup
	stop  context.CancelFunc

	mu     sync.Mutex // guards below
	milliC int64
	fault  ProbeFault
	times  int
}

// ProbeFault is one thing that a probe does wrong.
type ProbeFault string

// The faults of a probe.
const (
	ProbeSilent    ProbeFault = "silent"    // no answer
	ProbeException ProbeFault = "exception" // exception 2, illegal data address
	ProbeBadCRC    ProbeFault = "bad-crc"   // one bit of the answer is flipped
	ProbeHalf      ProbeFault = "half"      // half an answer
	ProbeStranger  ProbeFault = "stranger"  // the answer of another slave
	ProbeLate      ProbeFault = "late"      // the right answer, after the station has given it up
)

// lateBy is how long a late answer takes; the station waits for a second.
const lateBy = 1200 * time.Millisecond

// NewProbe makes an unplugged probe in a cold room of −18 °C.
func NewProbe(p devices.Profile) *Probe { return &Probe{Profile: p, milliC: -18_000} }

// Set sets the temperature in thousandths of a degree Celsius.
func (p *Probe) Set(milliC int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.milliC = milliC
}

// Fail makes the probe do something wrong with the next n requests.
func (p *Probe) Fail(f ProbeFault, n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault, p.times = f, n
}

// Link is the path of the published link, empty while unplugged.
func (p *Probe) Link() string { return p.cable.Link() }

// Plug publishes the probe as dir/name and starts it.
func (p *Probe) Plug(dir, name string) error {
	if err := p.cable.Plug(dir, name); err != nil {
		return err
	}
	f, err := p.cable.end()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	p.stop = cancel
	p.work.Go(func() { p.listen(ctx, f) })
	return nil
}

// Unplug pulls the cable and waits until the probe has stopped.
func (p *Probe) Unplug() error {
	err := p.cable.Unplug()
	if p.stop != nil {
		p.stop()
	}
	p.work.Wait()
	return err
}

func (p *Probe) listen(ctx context.Context, f *os.File) {
	want := p.Profile.Probe.Request()
	var in []byte
	buf := make([]byte, 64)
	for {
		n, err := f.Read(buf)
		if err != nil {
			return
		}
		in = append(in, buf[:n]...)
		for {
			i := bytes.Index(in, want)
			if i < 0 {
				in = in[max(0, len(in)-len(want)):]
				break
			}
			in = in[i+len(want):]
			b, after := p.answer()
			if pause(ctx, after) != nil {
				return
			}
			_ = write(f, b)
		}
	}
}

// answer is what the probe says to one request, and how long it takes over it.
func (p *Probe) answer() (b []byte, after time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	m := p.Profile.Probe
	b = m.Reply(m.Registers(p.milliC))
	if p.times == 0 {
		return b, 0
	}
	p.times--
	switch p.fault {
	case ProbeSilent:
		return nil, 0
	case ProbeException:
		return m.Exception(2), 0
	case ProbeBadCRC:
		b[len(b)-1] ^= 0x10
	case ProbeHalf:
		b = b[:len(b)/2]
	case ProbeStranger:
		m.Slave++
		b = m.Reply(m.Registers(p.milliC))
	case ProbeLate:
		return b, lateBy
	}
	return b, 0
}
