package devices

import (
	"bytes"
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// event is one input_event.
func event(code uint16, value int32) []byte {
	b := make([]byte, 16, keyEvent)
	b = binary.NativeEndian.AppendUint16(b, evKey)
	b = binary.NativeEndian.AppendUint16(b, code)
	b = binary.NativeEndian.AppendUint32(b, uint32(value))
	return append(b, make([]byte, keyEvent)...)[:2*keyEvent] // and an EV_SYN
}

// typing presses and releases keys; a negative code holds the key for the next one.
func typing(codes ...int) []byte {
	var b []byte
	var held []uint16
	for _, c := range codes {
		if c < 0 {
			held = append(held, uint16(-c))
			b = append(b, event(uint16(-c), 1)...)
			continue
		}
		b = append(append(b, event(uint16(c), 1)...), event(uint16(c), 0)...)
		for _, h := range held {
			b = append(b, event(h, 0)...)
		}
		held = nil
	}
	return b
}

func TestKeysBecomeTheBytesThatTheScannerMeant(t *testing.T) {
	for _, c := range []struct {
		name  string
		codes []int
		want  string
	}{
		{"digits and Enter", []int{11, 2, 11, 10, keyEnter}, "0109\r"},
		{"letters and shift", []int{30, -keyLeftShift, 30, -keyRightShift, 5, keyTab}, "aA$\t"},
		{"an AIM identifier", []int{27, -keyLeftShift, 46, 2}, "]C1"},
		{"caps lock", []int{keyCapsLock, 30, 2, -keyLeftShift, 30, keyCapsLock, 30}, "A1aa"},
		{"GS as ctrl+]", []int{-keyLeftCtrl, 27}, "\x1d"},
		{"GS as F8", []int{keyF8}, "\x1d"},
		{"RS as ctrl+^", []int{-keyLeftCtrl, -keyLeftShift, 7}, "\x1e"},
		{"keypad", []int{82, 79, keyKPDot, keyKPEnter}, "01.\r"},
		{"keys that type nothing", []int{59, 103, 200, 65535}, ""},
	} {
		var k keyboard
		if got := k.push(typing(c.codes...)); string(got) != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestAltAndANumberTypeTheByte(t *testing.T) {
	alt := func(digits ...uint16) []byte {
		b := event(keyLeftAlt, 1)
		for _, d := range digits {
			b = append(append(b, event(d, 1)...), event(d, 0)...)
		}
		return append(b, event(keyLeftAlt, 0)...)
	}
	var k keyboard
	if got := k.push(alt(82, 80, 73)); string(got) != "\x1d" { // Alt+029
		t.Errorf("%q", got)
	}
	for _, wrong := range [][]uint16{nil, {73, 73, 73}, {73, 73, 73, 73, 73, 73, 73, 73, 73, 73, 73, 73, 73, 73, 73, 73, 73, 73, 73, 73, 73}} {
		if got := k.push(alt(wrong...)); len(got) != 0 {
			t.Errorf("%v: %q", wrong, got)
		}
	}
}

func TestKeyEventsInPieces(t *testing.T) {
	b := typing(11, 2, -keyLeftShift, 46, keyEnter)
	for size := 1; size <= len(b); size++ {
		var k keyboard
		var got []byte
		for rest := b; len(rest) > 0; rest = rest[min(size, len(rest)):] {
			got = append(got, k.push(rest[:min(size, len(rest))])...)
		}
		if string(got) != "01C\r" {
			t.Errorf("pieces of %d: %q", size, got)
		}
	}
}

func TestAKeyboardPortReadsScansAndObeysItsDeadline(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	p := &keyboardPort{f: r}
	defer p.Close()
	if _, err := w.Write(append(event(keyLeftShift, 1), typing(46, 2, keyEnter)...)); err != nil {
		t.Fatal(err)
	}
	var got []byte
	buf := make([]byte, 2) // smaller than what was typed
	for !bytes.HasSuffix(got, []byte("\r")) {
		n, err := p.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, buf[:n]...)
	}
	if string(got) != "C!\r" {
		t.Errorf("%q", got)
	}
	if err := p.SetReadDeadline(time.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Read(buf); !isQuiet(err) {
		t.Errorf("%v", err)
	}
	if _, err := p.Write([]byte{ack}); err == nil {
		t.Error("a keyboard took an answer")
	}
}

func TestAScanOfWhichKeysWereLostIsNoScan(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	p := &keyboardPort{f: r}
	defer p.Close()
	lost := event(synDropped, 0)
	binary.NativeEndian.PutUint16(lost[16:], evSyn)
	if _, err := w.Write(slices.Concat(typing(2, 3), lost, typing(5, keyEnter))); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 16)
	if n, err := p.Read(buf); err != nil || string(buf[:n]) != "12" {
		t.Errorf("what came before: %q %v", buf[:n], err)
	}
	if n, err := p.Read(buf); err == nil || isQuiet(err) {
		t.Errorf("read on: %q %v", buf[:n], err)
	}
}

func TestWhatIsNoKeyboardIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, "/dev/null", file + "-gone"} {
		p, err := OpenKeyboard(context.Background(), evdevPrefix+path, Line{})
		if err == nil {
			p.Close()
			t.Errorf("%s was grabbed", path)
		}
	}
	ack, err := ProfileNamed("generic-acknak")
	if err != nil {
		t.Fatal(err)
	}
	b, err := Start(Config{Scanners: []ScannerConfig{{Name: "g", Port: "evdev:/dev/input/x", Profile: ack}}}, &collect{})
	if err == nil {
		b.Close()
		t.Error("a keyboard that waits for answers was accepted")
	}
}

func FuzzKeyboard(f *testing.F) {
	f.Add(typing(11, -keyLeftAlt, 82, keyEnter), uint8(5))
	f.Fuzz(func(t *testing.T, b []byte, cut uint8) {
		var whole, two keyboard
		n := min(int(cut), len(b))
		w := whole.push(b)
		if p := append(two.push(b[:n]), two.push(b[n:])...); !bytes.Equal(w, p) {
			t.Fatalf("whole %q, cut at %d %q", w, n, p)
		}
	})
}
