package devices_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pickstation/devices"
	"pickstation/devices/sim"
)

// heard collects what the station says to the scanner.
type heard struct {
	mu  sync.Mutex
	all []string
}

func (h *heard) add(a sim.Answer) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch a.Kind {
	case "ack", "bell":
		h.all = append(h.all, a.Kind)
	default:
		h.all = append(h.all, a.Kind+" "+hex.EncodeToString([]byte{a.Code}))
	}
}

func (h *heard) has(want ...string) func() bool {
	return func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		return slices.Equal(h.all, want)
	}
}

// say answers every scan with one tone.
func say(tone devices.Tone) func(*desk, devices.Frame) {
	return func(d *desk, f devices.Frame) { d.bench.Answer(f.Device, f.Seq, tone) }
}

func TestEveryToneSoundsDifferentOnEveryKindOfScanner(t *testing.T) {
	tones := []devices.Tone{devices.ToneOK, devices.ToneLineDone, devices.ToneOrderDone, devices.ToneWarn, devices.ToneStop, devices.ToneNotSaved}
	for _, name := range []string{"zebra", "zebra-acknak", "honeywell-hostack", "zebra-ssi"} {
		seen := map[string]devices.Tone{}
		for _, tone := range tones {
			var b []byte
			p := profile(t, name, "")
			p.Wake = false
			b = exchange(t, p, tone)
			if other, ok := seen[string(b)]; ok {
				t.Errorf("%s: %v and %v are both %q", name, other, tone, b)
			}
			seen[string(b)] = tone
		}
	}
}

// exchange returns the bytes that leave for a scanner after one scan.
func exchange(t *testing.T, p devices.Profile, tone devices.Tone) []byte {
	t.Helper()
	line := newWire()
	r := newRecord()
	b, err := devices.Start(devices.Config{DevDir: t.TempDir(), Open: line.open,
		Scanners: []devices.ScannerConfig{{Name: "g", Port: "p", Profile: p}}}, r)
	if err != nil {
		t.Fatal(err)
	}
	in := []byte("0109504000059101\r")
	if p.Driver == "zebra-ssi" {
		in = devices.SSIPacket{Op: devices.SSIDecodeData, Data: []byte("\x0f0109504000059101")}.Encode()
	}
	line.in <- in
	f := r.awaitFrames(t, 1)[0]
	b.Answer("g", f.Seq, tone)
	b.Answer("g", f.Seq, tone) // a second answer to one scan says nothing
	if p.Driver == "none" && tone == devices.ToneOK {
		b.Close()
		return line.written() // the scanner has beeped by itself
	}
	r.await(t, "an answer", func() bool { return len(line.written()) > 0 })
	b.Close()
	return line.written()
}

// wire is a port in memory.
type wire struct {
	in  chan []byte
	mu  sync.Mutex
	out []byte
	by  time.Time
}

func newWire() *wire { return &wire{in: make(chan []byte, 16)} }

func (w *wire) open(context.Context, string, devices.Line) (devices.Port, error) { return w, nil }

func (w *wire) Read(p []byte) (int, error) {
	t := time.NewTimer(time.Until(w.by))
	defer t.Stop()
	select {
	case b := <-w.in:
		return copy(p, b), nil
	case <-t.C:
		return 0, os.ErrDeadlineExceeded
	}
}

func (w *wire) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.out = append(w.out, p...)
	return len(p), nil
}

func (w *wire) written() []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	return bytes.Clone(w.out)
}

func (w *wire) SetReadDeadline(t time.Time) error { w.by = t; return nil }
func (w *wire) SetWriteDeadline(time.Time) error  { return nil }
func (w *wire) Close() error                      { return nil }

func TestNoAcknowledgementBeforeTheScanIsStored(t *testing.T) {
	for _, name := range []string{"generic-acknak", "honeywell-hostack", "zebra-ssi"} {
		t.Run(name, func(t *testing.T) {
			var h heard
			p := profile(t, name, "")
			p.Wake = false
			stored := make(chan struct{})
			d := newDesk(t, p, sim.Options{OnAnswer: h.add}, func(d *desk, f devices.Frame) {
				<-stored
				d.bench.Answer(f.Device, f.Seq, devices.ToneOK)
			})
			done := make(chan sim.Result, 1)
			go func() { res, _ := d.gun.Send(context.Background(), []byte("0109504000059101")); done <- res }()
			d.awaitFrames(t, 1)
			if !h.has()() {
				t.Errorf("the scanner heard %v before the scan was stored", h.all)
			}
			close(stored)
			if res := <-done; res.Outcome != sim.Acked || res.Tries != 1 {
				t.Errorf("result %+v", res)
			}
		})
	}
}

func TestAnswersInEachLanguage(t *testing.T) {
	for _, c := range []struct {
		profile string
		tone    devices.Tone
		outcome sim.Outcome
		want    []string
	}{
		{"generic-acknak", devices.ToneStop, sim.Acked, []string{"ack"}},
		{"zebra-acknak", devices.ToneLineDone, sim.Acked, []string{"ack", "bell"}},
		{"generic-acknak", devices.ToneNotSaved, sim.GivenUp, []string{"nak 15", "nak 15", "nak 15"}},
		{"honeywell-hostack", devices.ToneOK, sim.Acked, []string{"command 37", "command 31"}},
		{"honeywell-hostack", devices.ToneStop, sim.Acked, []string{"command 38", "command 38"}},
		{"zebra-ssi", devices.ToneOK, sim.Acked, []string{"ack", "beep 00", "led 01"}},
		{"zebra-ssi", devices.ToneStop, sim.Acked, []string{"ack", "beep 11"}},
		{"zebra-ssi", devices.ToneNotSaved, sim.GivenUp, []string{"nak 01", "nak 01", "nak 01"}},
	} {
		t.Run(c.profile+" "+c.tone.String(), func(t *testing.T) {
			var h heard
			p := profile(t, c.profile, "")
			p.Wake = false
			d := newDesk(t, p, sim.Options{OnAnswer: h.add}, say(c.tone))
			if res := d.send(t, "0109504000059101"); res.Outcome != c.outcome {
				t.Errorf("result %+v", res)
			}
			d.await(t, "the answer "+strings.Join(c.want, ", "), h.has(c.want...))
			for _, f := range d.frames {
				if f.Unsure || f.Retransmit {
					t.Errorf("a scan refused before is marked as a repeat: %+v", f)
				}
			}
		})
	}
}

func TestARepeatThatNobodyAnsweredIsMarkedUnsure(t *testing.T) {
	for _, name := range []string{"generic-acknak", "honeywell-hostack"} {
		t.Run(name, func(t *testing.T) {
			p := profile(t, name, "")
			d := newDesk(t, p, sim.Options{AckTimeout: time.Millisecond, Tries: 1}, nil)
			for _, raw := range []string{"A", "A", "B"} {
				if res := d.send(t, raw); res.Outcome != sim.GivenUp {
					t.Fatalf("result %+v", res)
				}
			}
			f := d.awaitFrames(t, 3)
			if f[0].Unsure || !f[1].Unsure || f[2].Unsure {
				t.Errorf("unsure: %v %v %v, want false true false", f[0].Unsure, f[1].Unsure, f[2].Unsure)
			}
		})
	}
}

func TestARepeatThatMayHaveCrossedALateAnswerIsMarkedUnsure(t *testing.T) {
	p := profile(t, "generic-acknak", "")
	p.AckMS = 1
	first := true
	d := newDesk(t, p, sim.Options{AckTimeout: patience}, func(d *desk, f devices.Frame) {
		if first {
			for time.Since(f.LastByte) < 2*p.AckTimeout() { // a slow disk: later than the scanner waits
				runtime.Gosched()
			}
		}
		first = false
		d.bench.Answer(f.Device, f.Seq, devices.ToneOK)
	})
	d.send(t, "A")
	d.send(t, "A")
	if f := d.awaitFrames(t, 2)[1]; !f.Unsure {
		t.Errorf("%+v", f)
	}
}

func TestTheSameCodeAfterAnAnswerIsANewScan(t *testing.T) {
	for _, name := range []string{"generic-acknak", "honeywell-hostack", "zebra-ssi"} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, profile(t, name, ""), sim.Options{}, say(devices.ToneOK))
			for range 10 {
				d.send(t, "0109504000059101")
			}
			for i, f := range d.awaitFrames(t, 10) {
				if f.Unsure || f.Retransmit || f.Seq != uint64(i+1) {
					t.Errorf("%+v", f)
				}
			}
		})
	}
}

func TestALateAnswerDoesNotAcknowledgeANewerScan(t *testing.T) {
	var h heard
	d := newDesk(t, profile(t, "generic-acknak", ""), sim.Options{AckTimeout: time.Millisecond, Tries: 1, OnAnswer: h.add}, nil)
	d.send(t, "A")
	d.send(t, "B")
	f := d.awaitFrames(t, 2)
	d.bench.Answer("gun1", f[0].Seq, devices.ToneOK)
	if h := d.bench.States()[0].Health; h.LateDrops != 1 || h.Answers != 0 {
		t.Fatalf("health %+v", h)
	}
	d.bench.Answer("gun1", f[1].Seq, devices.ToneOK)
	d.await(t, "one ACK", h.has("ack"))
}

func TestAnAnswerForAGoneConnectionStaysUnsent(t *testing.T) {
	var h heard
	d := newDesk(t, profile(t, "generic-acknak", ""), sim.Options{AckTimeout: time.Millisecond, Tries: 1, OnAnswer: h.add}, nil)
	d.send(t, "A")
	first := d.awaitFrames(t, 1)[0]
	if err := d.gun.Unplug(); err != nil {
		t.Fatal(err)
	}
	d.awaitStatus(t, "gun1", devices.Absent)
	d.bench.Answer("gun1", first.Seq, devices.ToneOK)
	if h := d.bench.States()[0].Health; h.LateDrops != 1 || h.Answers != 0 {
		t.Errorf("an answer waits for a scanner that is gone: %+v", h)
	}
	if err := d.gun.Plug(d.dir, "gun"); err != nil {
		t.Fatal(err)
	}
	d.awaitStatus(t, "gun1", devices.Online)
	d.send(t, "A")
	if f := d.awaitFrames(t, 2)[1]; !f.Unsure {
		t.Errorf("the answer never left, so the same code may be a repeat: %+v", f)
	}
	if !h.has()() {
		t.Errorf("heard %v", h.all)
	}
}

func TestAScanThatWasNotSavedIsNoRepeatWhenItComesAgain(t *testing.T) {
	for _, name := range []string{"generic-acknak", "zebra-ssi"} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, profile(t, name, ""), sim.Options{AckTimeout: time.Millisecond, Tries: 1}, nil)
			d.send(t, "A")
			first := d.awaitFrames(t, 1)[0]
			if err := d.gun.Unplug(); err != nil {
				t.Fatal(err)
			}
			d.awaitStatus(t, "gun1", devices.Absent)
			d.bench.Answer("gun1", first.Seq, devices.ToneNotSaved) // the disk was full, and the NAK finds no scanner
			if err := d.gun.Plug(d.dir, "gun"); err != nil {
				t.Fatal(err)
			}
			d.awaitStatus(t, "gun1", devices.Online)
			d.send(t, "A")
			if f := d.awaitFrames(t, 2)[1]; f.Unsure || f.Retransmit {
				t.Errorf("the operator would be asked about a scan that was never stored: %+v", f)
			}
		})
	}
}

func TestSSICountsEveryScanOnceThroughLostAnswersAndBadPackets(t *testing.T) {
	faults := map[int][]sim.Fault{ // scan → fault of each try
		1: {{Deaf: true}, {}},
		2: {{Corrupt: true}, {}},
		3: {{Deaf: true}, {Deaf: true}, {}},
		4: {{Noise: []byte{0x00, 0x00}}},
		5: {{Lose: true}, {}},
	}
	scan := 0
	d := newDesk(t, profile(t, "zebra-ssi", ""), sim.Options{AckTimeout: 300 * time.Millisecond, Faults: func(try int) sim.Fault {
		if f := faults[scan]; try <= len(f) {
			return f[try-1]
		}
		return sim.Fault{}
	}}, say(devices.ToneOK))
	codes := []string{"A", "B", "C", "D", "E", "F"}
	for i, c := range codes {
		scan = i
		if res := d.send(t, c); res.Outcome != sim.Acked {
			t.Fatalf("scan %s: %+v", c, res)
		}
	}
	var got []string
	for _, f := range d.awaitFrames(t, len(codes)) {
		got = append(got, string(f.Raw))
		if f.Unsure || f.Retransmit || len(f.Packet) == 0 {
			t.Errorf("%+v", f)
		}
	}
	if !slices.Equal(got, codes) {
		t.Errorf("got %v, want %v", got, codes)
	}
	if h := d.bench.States()[0].Health; h.Repeats != 3 || h.BadFrames != 1 {
		t.Errorf("health %+v", h)
	}
}

func TestADamagedSecondScanOfTheSameCodeIsNotSwallowed(t *testing.T) {
	second := false
	d := newDesk(t, profile(t, "zebra-ssi", ""), sim.Options{Faults: func(try int) sim.Fault {
		return sim.Fault{Corrupt: second && try == 1}
	}}, say(devices.ToneOK))
	d.send(t, "A")
	d.awaitFrames(t, 1)
	second = true
	d.send(t, "A") // its first sending is damaged, so only a retransmission of it arrives
	if f := d.awaitFrames(t, 2)[1]; !f.Unsure {
		t.Errorf("%+v", f)
	}
}

func TestARetransmissionBeforeAnyScanLeavesItToTheDatabase(t *testing.T) {
	d := newDesk(t, profile(t, "zebra-ssi", ""), sim.Options{AckTimeout: 50 * time.Millisecond, Faults: func(try int) sim.Fault {
		return sim.Fault{Lose: try == 1} // sent to an earlier run of the program
	}}, say(devices.ToneOK))
	d.send(t, "0109504000059101")
	f := d.awaitFrames(t, 1)[0]
	if !f.Retransmit || string(f.Packet) != "\x030109504000059101" {
		t.Errorf("%+v", f)
	}
}

func TestLongSSIMessagesAreJoined(t *testing.T) {
	d := newDesk(t, profile(t, "zebra-ssi", ""), sim.Options{Piece: 50}, say(devices.ToneOK))
	raw := strings.Repeat("0123456789", 70)
	d.send(t, raw)
	if f := d.awaitFrames(t, 1)[0]; string(f.Raw) != raw {
		t.Errorf("%d bytes, want %d", len(f.Raw), len(raw))
	}
}
