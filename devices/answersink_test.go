package devices_test

import (
	"fmt"
	"testing"
	"time"

	"pickstation/devices"
)

// noted is a sink that keeps which answers leave.
type noted struct {
	*record
	steps []string // guarded by record.mu
}

func (n *noted) Answering(_ string, seq uint64) { n.step("answering", seq) }
func (n *noted) Answered(_ string, seq uint64)  { n.step("answered", seq) }

func (n *noted) step(what string, seq uint64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.steps = append(n.steps, fmt.Sprintf("%s %d", what, seq))
	n.cond.Broadcast()
}

func TestWhenAnAnswerLeavesForAScannerThatWaitsIsTold(t *testing.T) {
	for name, want := range map[string]int{"generic-acknak": 2, "zebra-ssi": 2, "honeywell-hostack": 2, "zebra": 0} {
		t.Run(name, func(t *testing.T) {
			n := &noted{record: newRecord()}
			p := profile(t, name, "")
			p.Wake = false
			line := newWire()
			b, err := devices.Start(devices.Config{DevDir: t.TempDir(), Open: line.open,
				Scanners: []devices.ScannerConfig{{Name: "g", Port: "p", Profile: p}}}, n)
			if err != nil {
				t.Fatal(err)
			}
			defer b.Close()
			in := func(text string) []byte {
				if name == "zebra-ssi" {
					return devices.SSIPacket{Op: devices.SSIDecodeData, Data: []byte("\x03" + text)}.Encode()
				}
				return []byte(text + "\r")
			}
			line.in <- in("A")
			n.awaitFrames(t, 1)
			b.Answer("g", 1, devices.ToneNotSaved) // of a scan that is not stored nothing is noted
			line.in <- in("B")
			n.awaitFrames(t, 2)
			b.Answer("g", 2, devices.ToneOK)
			n.await(t, "the answers and their notes", func() bool { return len(line.written()) > 1 && len(n.steps) >= want })
			b.Close() // nothing is noted after this
			if len(n.steps) != want || want > 0 && (n.steps[0] != "answering 2" || n.steps[1] != "answered 2") {
				t.Errorf("noted %v", n.steps)
			}
		})
	}
}

func TestAnAnswerThatLeavesTooLateIsNotToldAsAnswered(t *testing.T) {
	n := &noted{record: newRecord()}
	p := profile(t, "generic-acknak", "")
	p.AckMS = 1
	line := newWire()
	b, err := devices.Start(devices.Config{DevDir: t.TempDir(), Open: line.open,
		Scanners: []devices.ScannerConfig{{Name: "g", Port: "p", Profile: p}}}, n)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	line.in <- []byte("A\r")
	f := n.awaitFrames(t, 1)[0]
	<-time.After(time.Until(f.LastByte.Add(p.AckTimeout()))) // by now the scanner may have sent it again
	b.Answer("g", 1, devices.ToneOK)
	n.await(t, "the answer", func() bool { return len(line.written()) > 0 })
	b.Close()
	if len(n.steps) != 1 || n.steps[0] != "answering 1" {
		t.Errorf("noted %v", n.steps)
	}
}
