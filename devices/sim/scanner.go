package sim

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"pickstation/devices"
)

// Scanner is a simulated barcode scanner that speaks like the profile says. Its methods may be called from several
// goroutines, Send from one at a time.
type Scanner struct {
	Profile devices.Profile
	Options Options

	cable   Cable
	mu      sync.Mutex // guards below
	reader  sync.WaitGroup
	answers chan Answer
	sending sync.Mutex
	off     bool // SSI: scanning is disabled by the host
}

// Options are the scanner's manners and its faults. The zero value is a scanner that behaves.
type Options struct {
	Pace       time.Duration // pause between two pieces, as on a slow line; 0: none
	Piece      int           // bytes in a piece; 0: the whole frame at once
	AckTimeout time.Duration // how long an answer is awaited; 0: the profile's
	Tries      int           // how often a frame is sent before it is given up; 0: three times
	OnAnswer   func(Answer)  // told of everything the station says, on the reader's goroutine; may be nil

	// Faults is asked before each sending of a frame, with the number of the try from 1; nil: no fault.
	Faults func(try int) Fault
}

// Fault is one thing that goes wrong with one sending.
type Fault struct {
	Noise   []byte // sent before the frame
	Corrupt bool   // one byte of the frame is flipped
	Lose    bool   // the frame does not reach the line
	Deaf    bool   // the answer does not reach the scanner
	Hasty   bool   // the scanner does not wait for the answer
}

// Answer is something that the station said.
type Answer struct {
	Kind string // "ack", "nak", "bell", "beep", "led", "command", "noise"
	Code byte   // SSI beep code, LED bits or op code; Host ACK command letter; the byte itself for noise
	At   time.Time
}

// Outcome is how a sending ended.
type Outcome string

// The outcomes of Send.
const (
	Sent     Outcome = "sent"     // the profile does not wait for answers
	Acked    Outcome = "acked"    // the station has the scan
	GivenUp  Outcome = "given-up" // no answer or only NAK, after all tries
	Disabled Outcome = "disabled" // the station has switched the scanner off
)

// Result tells how one scan was taken.
type Result struct {
	Outcome Outcome
	Tries   int
	// LastByte is when the last byte of the first sending left, Answered when the answer that ended it came.
	LastByte, Answered time.Time
}

// NewScanner makes an unplugged scanner.
func NewScanner(p devices.Profile, o Options) *Scanner {
	return &Scanner{Profile: p, Options: o, answers: make(chan Answer, 64)}
}

// Plug publishes the scanner as dir/name and starts listening to the station.
func (s *Scanner) Plug(dir, name string) error {
	if err := s.cable.Plug(dir, name); err != nil {
		return err
	}
	f, err := s.cable.end()
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.off = false
	s.mu.Unlock()
	s.reader.Go(func() { s.listen(f) })
	return nil
}

// Unplug pulls the cable and waits until the scanner has stopped listening.
func (s *Scanner) Unplug() error {
	err := s.cable.Unplug()
	s.reader.Wait()
	return err
}

// Link is the path of the published link, empty while unplugged.
func (s *Scanner) Link() string { return s.cable.Link() }

// listen decodes what the station says until the cable is pulled.
func (s *Scanner) listen(f *os.File) {
	var in []byte
	buf := make([]byte, 512)
	for {
		n, err := f.Read(buf)
		if err != nil {
			return
		}
		in = append(in, buf[:n]...)
		var got []Answer
		got, in = hear(s.Profile.Driver, in)
		for _, a := range got {
			a.At = time.Now()
			s.heard(f, a)
		}
	}
}

// heard passes an answer on, and acknowledges SSI commands as a decoder does.
func (s *Scanner) heard(f *os.File, a Answer) {
	if s.Profile.Driver == "zebra-ssi" && (a.Kind == "beep" || a.Kind == "led" || a.Kind == "command") {
		s.mu.Lock()
		switch a.Code {
		case devices.SSIScanDisable:
			s.off = a.Kind == "command"
		case devices.SSIScanEnable:
			s.off = false
		}
		s.mu.Unlock()
		_ = write(f, devices.SSIPacket{Op: devices.SSIAck}.Encode())
	}
	if s.Options.OnAnswer != nil {
		s.Options.OnAnswer(a)
	}
	select {
	case s.answers <- a:
	default: // nobody is sending; OnAnswer has told whoever listens
	}
}

// Send scans raw: it is framed as the profile says, sent, and sent again as the protocol demands until it is answered.
func (s *Scanner) Send(ctx context.Context, raw []byte) (Result, error) {
	s.sending.Lock()
	defer s.sending.Unlock()
	s.mu.Lock()
	off := s.off
	s.mu.Unlock()
	if off {
		return Result{Outcome: Disabled}, nil
	}
	tries := s.Options.Tries
	if tries == 0 {
		tries = 3
	}
	var res Result
	for res.Tries < tries {
		res.Tries++
		fault := Fault{}
		if s.Options.Faults != nil {
			fault = s.Options.Faults(res.Tries)
		}
		s.forget()
		if err := s.sendOnce(ctx, raw, res.Tries, fault); err != nil {
			return res, err
		}
		if res.Tries == 1 {
			res.LastByte = time.Now()
		}
		if !waits(s.Profile.Driver) {
			res.Outcome = Sent
			return res, nil
		}
		ok := false
		if !fault.Hasty {
			var err error
			if ok, err = s.await(ctx, fault.Deaf); err != nil {
				return res, err
			}
		}
		if ok {
			res.Outcome, res.Answered = Acked, time.Now()
			return res, nil
		}
		if s.Profile.Driver == "honeywell-hostack" {
			break // Host ACK gives up with an error tone; it does not send again
		}
	}
	res.Outcome = GivenUp
	return res, nil
}

// waits says whether a scanner with this driver waits for the host.
func waits(driver string) bool { return driver != "" && driver != "none" }

// forget drops answers that came while nobody waited.
func (s *Scanner) forget() {
	for {
		select {
		case <-s.answers:
		default:
			return
		}
	}
}

// await waits for the answer to one sending; false means: send again.
func (s *Scanner) await(ctx context.Context, deaf bool) (bool, error) {
	d := s.Options.AckTimeout
	if d == 0 {
		d = s.Profile.AckTimeout()
	}
	if d == 0 {
		d = 2 * time.Second
	}
	t := time.NewTimer(d)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-t.C:
			return false, nil
		case a := <-s.answers:
			switch {
			case deaf:
			case a.Kind == "ack", s.Profile.Driver == "honeywell-hostack" && a.Kind == "command":
				return true, nil
			case a.Kind == "nak":
				return false, nil
			}
		}
	}
}

// sendOnce puts one sending on the line.
func (s *Scanner) sendOnce(ctx context.Context, raw []byte, try int, fault Fault) error {
	f, err := s.cable.end()
	if err != nil {
		return err
	}
	frames, err := s.encode(raw, try > 1)
	if err != nil {
		return err
	}
	if err := write(f, fault.Noise); err != nil {
		return err
	}
	if fault.Lose {
		return nil
	}
	for i, frame := range frames {
		if i > 0 {
			if ok, err := s.await(ctx, false); err != nil || !ok {
				return err
			}
		}
		if fault.Corrupt {
			frame = bytes.Clone(frame)
			frame[len(frame)/2] ^= 0x01
		}
		if err := s.pieces(ctx, f, frame); err != nil {
			return err
		}
	}
	return nil
}

// pieces writes a frame as the options cut it.
func (s *Scanner) pieces(ctx context.Context, f *os.File, frame []byte) error {
	size := s.Options.Piece
	if size <= 0 {
		size = len(frame)
	}
	for len(frame) > 0 {
		n := min(size, len(frame))
		if err := write(f, frame[:n]); err != nil {
			return err
		}
		frame = frame[n:]
		if s.Options.Pace > 0 && len(frame) > 0 {
			if err := pause(ctx, s.Options.Pace); err != nil {
				return err
			}
		}
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// write puts bytes on the line; a station that does not read for 10 s counts as gone.
func write(f *os.File, b []byte) error {
	if len(b) == 0 {
		return nil
	}
	if err := f.SetWriteDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return ErrUnplugged
	}
	if _, err := f.Write(b); err != nil {
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return fmt.Errorf("the station does not read: %w", err)
		}
		return fmt.Errorf("%w: %w", ErrUnplugged, err)
	}
	return nil
}

// Drain waits until the station has read everything that was sent, at most until ctx ends.
func (s *Scanner) Drain(ctx context.Context) error { return s.cable.Drain(ctx) }
