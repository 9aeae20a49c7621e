package devices

import (
	"bytes"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"
)

// collect is a sink that keeps the frames.
type collect struct {
	frames []Frame
	noise  int
}

func (c *collect) Scan(f Frame) { c.frames = append(c.frames, f) }

func (c *collect) State(s State) {
	if s.Noise != nil {
		c.noise++
	}
}

// engineOf makes the engine of a scanner without a port.
func engineOf(t testing.TB, p Profile, sink Sink) *scanner {
	t.Helper()
	s, err := newScanner("gun", p, sink)
	if err != nil {
		t.Fatal(err)
	}
	s.link = &link{name: "gun", engine: s, report: sink.State, log: slog.New(slog.DiscardHandler), out: make(chan message, sendQueue)}
	return s
}

// hearSSI runs chunks through an SSI engine; it answers every frame OK at once. It returns what came and what was said.
func hearSSI(t testing.TB, chunks ...[]byte) (got []string, said []byte) {
	var c collect
	s := engineOf(t, Profile{Driver: "zebra-ssi"}, &c)
	s.link.connected()
	now := time.Unix(0, 0)
	for _, b := range chunks {
		said = append(said, s.receive(b, now)...)
		for _, f := range c.frames[len(got):] {
			got = append(got, fmt.Sprintf("%q %v %v", f.Raw, f.Retransmit, f.Unsure))
		}
		now = now.Add(time.Millisecond)
	}
	return got, said
}

func decodeData(status byte, data string) []byte {
	return SSIPacket{Op: SSIDecodeData, Source: SSIFromDecoder, Status: status, Data: []byte(data)}.Encode()
}

func TestSSIPacketsInAnyPiecesAreTheSame(t *testing.T) {
	stream := slices.Concat([]byte{0, 0}, decodeData(0, "\x0fA"), decodeData(SSIContinuation, "\x1c"+"first "), decodeData(0, "\x1c"+"second"),
		[]byte{3, 2}, decodeData(0, "\x03B\r\n"), decodeData(0, "\x03"), SSIPacket{Op: SSINak, Data: []byte{1}}.Encode())
	whole, said := hearSSI(t, stream)
	want := []string{`"A" false false`, `"first second" false false`, `"B" false false`}
	if !slices.Equal(whole, want) {
		t.Fatalf("got %v, want %v", whole, want)
	}
	for size := 1; size < len(stream); size++ {
		pieces, saidToo := hearSSI(t, slices.Collect(slices.Chunk(stream, size))...)
		if !slices.Equal(pieces, whole) || !bytes.Equal(said, saidToo) {
			t.Errorf("pieces of %d: %v, said %x; whole said %x", size, pieces, saidToo, said)
		}
	}
}

func TestARetransmissionWhileTheFirstIsBeingStoredIsAnsweredOnce(t *testing.T) {
	var c collect
	s := engineOf(t, Profile{Driver: "zebra-ssi"}, &c)
	s.link.connected()
	now := time.Unix(0, 0)
	said := s.receive(decodeData(0, "\x0fA"), now)
	said = append(said, s.receive(decodeData(SSIRetransmit, "\x0fA"), now.Add(3*time.Second))...)
	if len(c.frames) != 1 || len(said) != 0 || s.health().Repeats != 1 {
		t.Fatalf("%d frames, said %x, %+v", len(c.frames), said, s.health())
	}
	s.answer(1, ToneOK)
	if m := <-s.link.out; !bytes.HasPrefix(m.bytes, hostPacket(SSIAck)) {
		t.Errorf("%x", m.bytes)
	}
	// The decoder did not hear it, and sends once more: answered again, counted no more.
	said = s.receive(decodeData(SSIRetransmit, "\x0fA"), now.Add(6*time.Second))
	if len(c.frames) != 1 || !bytes.Equal(said, hostPacket(SSIAck)) {
		t.Errorf("%d frames, said %x", len(c.frames), said)
	}
}

func TestHalfAnSSIPacketIsAskedForAgain(t *testing.T) {
	var c collect
	s := engineOf(t, Profile{Driver: "zebra-ssi"}, &c)
	now := time.Unix(0, 0)
	p := decodeData(0, "\x0fA")
	if said := s.receive(p[:4], now); len(said) != 0 {
		t.Errorf("said %x", said)
	}
	if _, due := s.wake(now.Add(time.Millisecond)); !due.Equal(now.Add(ssiGap)) {
		t.Errorf("due %v", due)
	}
	said, _ := s.wake(now.Add(ssiGap))
	if want := hostPacket(SSINak, SSINakResend); !bytes.Equal(said, want) || c.noise != 1 {
		t.Errorf("said %x, want %x; %d pieces of noise", said, want, c.noise)
	}
	s.receive(decodeData(SSIRetransmit, "\x0fA"), now.Add(time.Second))
	if len(c.frames) != 1 || string(c.frames[0].Raw) != "A" {
		t.Errorf("%+v", c.frames)
	}
}

func TestAnSSIMessageBeyondTheLimitIsNoise(t *testing.T) {
	var c collect
	s := engineOf(t, Profile{Driver: "zebra-ssi"}, &c)
	part := "\x1c" + string(bytes.Repeat([]byte{'x'}, SSIMaxData-1))
	for i := range 100 {
		s.receive(decodeData(SSIContinuation, part[:len(part)-1]+string(rune('a'+i%2))), time.Unix(int64(i), 0))
	}
	s.receive(decodeData(0, "\x1cend"), time.Unix(1000, 0))
	if len(c.frames) != 0 || c.noise != 1 {
		t.Errorf("%d frames, %d pieces of noise", len(c.frames), c.noise)
	}
	s.receive(decodeData(0, "\x0fA"), time.Unix(1001, 0))
	if len(c.frames) != 1 {
		t.Error("the next scan does not come")
	}
}

func TestNoReadIsCountedAndReleasesTheScanner(t *testing.T) {
	var c collect
	s := engineOf(t, Profile{Driver: "acknak", NoRead: "NR"}, &c)
	if said := s.receive([]byte("NR\r"), time.Unix(0, 0)); string(said) != "\x06" || len(c.frames) != 0 || s.health().NoReads != 1 {
		t.Errorf("said %q, %d frames, %+v", said, len(c.frames), s.health())
	}
}

func TestLatencyQuantiles(t *testing.T) {
	var l latency
	for us := 1; us <= 1000; us++ {
		l.add(time.Duration(us) * time.Microsecond)
	}
	for q, want := range map[float64]time.Duration{0.5: 500 * time.Microsecond, 0.99: 990 * time.Microsecond} {
		if got := l.quantile(q); got < want || got > want*125/100 {
			t.Errorf("quantile %v: %v, want %v to a quarter more", q, got, want)
		}
	}
	l.add(time.Hour * 1000)
	if l.quantile(1) < time.Minute {
		t.Error("a long time is forgotten")
	}
}

func FuzzSSI(f *testing.F) {
	f.Add(slices.Concat(decodeData(0, "\x0fA"), decodeData(SSIContinuation, "\x1cA"), decodeData(1, "\x1cB")), uint16(3))
	f.Add([]byte{0xff, 0xf3, 0, 0}, uint16(1))
	f.Fuzz(func(t *testing.T, b []byte, cut uint16) {
		n := min(int(cut), len(b))
		whole, said := hearSSI(t, b)
		two, saidToo := hearSSI(t, b[:n], b[n:])
		if !slices.Equal(whole, two) || !bytes.Equal(said, saidToo) {
			t.Fatalf("whole %v %x, cut at %d %v %x", whole, said, n, two, saidToo)
		}
	})
}
