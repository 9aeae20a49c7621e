package sim

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"pickstation/devices"
)

// Scale is a simulated scale that speaks like the profile says. Safe for concurrent use.
type Scale struct {
	Profile devices.Profile
	Settle  int           // readings in motion after every change of the weight
	Every   time.Duration // scales that send by themselves: how often; 0: ten times a second

	cable Cable
	work  sync.WaitGroup
	stop  context.CancelFunc

	mu     sync.Mutex // guards below
	weight string     // as on the display: "1.250", "-0.020"
	unit   string
	state  devices.WeightState
	net    bool
	moving int
	mute   bool
}

// NewScale makes an unplugged scale with an empty pan, weighing in kg.
func NewScale(p devices.Profile) *Scale {
	return &Scale{Profile: p, weight: "0.000", unit: "kg", state: devices.Stable}
}

// Put lays a weight on the pan: what the display shows, its unit, and whether a tare is taken off.
func (s *Scale) Put(display, unit string, net bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.weight, s.unit, s.net, s.state, s.moving = display, unit, net, devices.Stable, s.Settle
}

// SetState makes the scale report over, under or motion, whatever lies on it; Stable ends that. A scale whose protocol has no
// word for under shows a weight below zero, and Ohaus, which has none for over, one that never settles.
func (s *Scale) SetState(st devices.WeightState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state = st
}

// Mute makes the scale say nothing.
func (s *Scale) Mute(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mute = on
}

// Link is the path of the published link, empty while unplugged.
func (s *Scale) Link() string { return s.cable.Link() }

// Plug publishes the scale as dir/name and starts it.
func (s *Scale) Plug(dir, name string) error {
	if err := s.cable.Plug(dir, name); err != nil {
		return err
	}
	f, err := s.cable.end()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.stop = cancel
	s.work.Go(func() { s.listen(f) })
	if s.Profile.Driver == "cas22" || s.Profile.Driver == "and18" {
		s.work.Go(func() { s.stream(ctx, f) })
	}
	return nil
}

// Unplug pulls the cable and waits until the scale has stopped.
func (s *Scale) Unplug() error {
	err := s.cable.Unplug()
	if s.stop != nil {
		s.stop()
	}
	s.work.Wait()
	return err
}

func (s *Scale) stream(ctx context.Context, f *os.File) {
	every := s.Every
	if every <= 0 {
		every = 100 * time.Millisecond
	}
	for pause(ctx, every) == nil {
		if err := s.say(f); errors.Is(err, ErrUnplugged) {
			return
		}
	}
}

// listen answers what the station asks.
func (s *Scale) listen(f *os.File) {
	buf := make([]byte, 64)
	line := ""
	for {
		n, err := f.Read(buf)
		if err != nil {
			return
		}
		for _, c := range string(buf[:n]) {
			if line += string(c); len(line) > 64 {
				line = ""
			}
			if !s.command(f, line) {
				continue
			}
			line = ""
		}
	}
}

// command handles one command once it is whole.
func (s *Scale) command(f *os.File, line string) bool {
	switch s.Profile.Driver {
	case "toledo8217":
		if strings.HasSuffix(line, "W") {
			_ = s.say(f)
		}
		return true
	case "mt-sics", "ohaus":
		if !strings.HasSuffix(line, "\n") {
			return false
		}
		switch strings.TrimSpace(line) {
		case "SI", "S", "IP", "P":
			_ = s.say(f)
		default:
			_ = write(f, []byte("ES\r\n"))
		}
		return true
	case "cas-swii":
		switch line {
		case "\x05":
			_ = write(f, []byte{0x06})
		case "\x11":
			_ = s.say(f)
		}
	}
	return true
}

// say sends one reading.
func (s *Scale) say(f *os.File) error {
	s.mu.Lock()
	st, mute := s.state, s.mute
	if st == devices.Stable && s.moving > 0 {
		s.moving--
		st = devices.Motion
	}
	b := encodeWeight(s.Profile.Driver, s.weight, s.unit, st, s.net)
	s.mu.Unlock()
	if mute {
		return nil
	}
	return write(f, b)
}

// encodeWeight gives one reading in a protocol.
func encodeWeight(driver, weight, unit string, st devices.WeightState, net bool) []byte {
	if st == devices.Under && driver != "toledo8217" && driver != "mt-sics" {
		weight, st = belowZero, devices.Stable
	}
	stable := map[bool]string{true: "ST", false: "US"}[st == devices.Stable]
	gross := map[bool]string{true: "NT", false: "GS"}[net]
	if st == devices.Over {
		stable = "OL"
	}
	switch driver {
	case "toledo8217":
		return encodeToledo(weight, unit, st, net)
	case "mt-sics":
		switch st {
		case devices.Over:
			return []byte("S +\r\n")
		case devices.Under:
			return []byte("S -\r\n")
		}
		return fmt.Appendf(nil, "S %s %10s %s\r\n", map[bool]string{true: "S", false: "D"}[st == devices.Stable], weight, unit)
	case "cas22":
		return fmt.Appendf(nil, "%s,%s,1\xc0,%8s %-2s\r\n", stable, gross, weight, unit)
	case "and18":
		sign := "+"
		if strings.HasPrefix(weight, "-") {
			sign, weight = "-", weight[1:]
		}
		return fmt.Appendf(nil, "%s,%s,%s%07s%2s\r\n", stable, gross, sign, strings.Repeat("0", max(0, 7-len(weight)))+weight, unit)
	case "ohaus":
		sign := " "
		if strings.HasPrefix(weight, "-") {
			sign, weight = "-", weight[1:]
		}
		return fmt.Appendf(nil, "%s %7s %-5s%s%-3s\r\n", sign, weight, unit, map[bool]string{true: " ", false: "?"}[st == devices.Stable], map[bool]string{true: "NET", false: ""}[net])
	case "cas-swii":
		return encodeSWII(weight, unit, st)
	}
	return nil
}

// belowZero is what a scale shows while its pan is lifted.
const belowZero = "-0.020"

func encodeToledo(weight, unit string, st devices.WeightState, net bool) []byte {
	status := map[devices.WeightState]byte{devices.Motion: 'A', devices.Over: 'B', devices.Under: 'D'}[st]
	if status == 0 && strings.HasPrefix(weight, "-") {
		status = 'D'
	}
	if status != 0 {
		return []byte{0x02, '?', status, '\r'}
	}
	decimals := 3 // WW.WWW kilograms, WW.WW pounds: the decimals are all that tells the unit
	if unit == "lb" {
		decimals = 2
	}
	whole, part, _ := strings.Cut(weight, ".")
	part = (part + "000")[:decimals]
	tail := map[bool]string{true: "N", false: ""}[net]
	return []byte("\x02" + strings.Repeat("0", max(0, 2-len(whole))) + whole + "." + part + tail + "\r")
}

func encodeSWII(weight, unit string, st devices.WeightState) []byte {
	sign := byte(' ')
	if strings.HasPrefix(weight, "-") {
		sign, weight = '-', weight[1:]
	}
	if st == devices.Over {
		sign = 'F'
	}
	body := []byte{'S', sign}
	if st != devices.Stable {
		body[0] = 'U'
	}
	body = fmt.Appendf(body, "%s%-2s", strings.Repeat("0", max(0, 6-len(weight)))+weight, unit)
	var check byte
	for _, c := range body {
		check ^= c
	}
	return append(append([]byte{0x01, 0x02}, body...), check, 0x03, 0x04)
}
