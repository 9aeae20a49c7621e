package devices

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// cut frames the chunks and returns the frames and pieces of noise as text.
func cut(t testing.TB, f Framing, chunks ...[]byte) []string {
	t.Helper()
	var out []string
	r, err := NewFramer(f,
		func(raw []byte, _, _ time.Time) { out = append(out, fmt.Sprintf("%q", raw)) },
		func(n Noise) { out = append(out, fmt.Sprintf("noise %s %d", n.Reason, n.Bytes)) })
	if err != nil {
		t.Fatal(err)
	}
	now := time.Unix(1_700_000_000, 0)
	for _, c := range chunks {
		r.Push(c, now)
		now = now.Add(time.Millisecond)
	}
	return out
}

func TestFramesEndWhereTheProfileSays(t *testing.T) {
	long := bytes.Repeat([]byte{'x'}, 20)
	for _, c := range []struct {
		name   string
		suffix Suffix
		in     string
		want   []string
	}{
		{"CR", SuffixCR, "A\rB\r", []string{`"A"`, `"B"`}},
		{"LF after CR is swallowed", SuffixCR, "A\r\nB\r\n", []string{`"A"`, `"B"`}},
		{"LF is data when CR ends", SuffixCR, "A\nB\r", []string{`"A\nB"`}},
		{"LF", SuffixLF, "A\nB\r\n", []string{`"A"`, `"B"`}},
		{"lone CR is data when CR LF ends", SuffixCRLF, "A\rB\nC\r\nD\r\n", []string{`"A\rB\nC"`, `"D"`}},
		{"TAB", SuffixTab, "A\tB\t", []string{`"A"`, `"B"`}},
		{"STX ETX", SuffixSTXETX, "\x02A\x03\r\n\x02B\rC\x03", []string{`"A"`, `"B\rC"`}},
		{"bytes outside STX ETX are noise", SuffixSTXETX, "zz\x02A\x03", []string{"noise outside a frame 2", `"A"`}},
		{"a lost ETX does not join two scans", SuffixSTXETX, "\x02A\x02B\x03", []string{"noise cut off 1", `"B"`}},
		{"auto takes CR and LF", SuffixAuto, "A\rB\nC\r\n", []string{`"A"`, `"B"`, `"C"`}},
		{"auto takes STX and ETX off", SuffixAuto, "\x02A\x03\rB\r", []string{`"A"`, `"B"`}},
		{"auto keeps an ETX that no STX opened", SuffixAuto, "A\x03\r", []string{`"A\x03"`}},
		{"GS and control bytes are data", SuffixAuto, "]C101\x1d10\x00\x7f\xff\r", []string{`"]C101\x1d10\x00\x7f\xff"`}},
		{"TAB is data unless the profile says so", SuffixAuto, "A\tB\r", []string{`"A\tB"`}},
		{"empty frames are nothing", SuffixAuto, "\r\r\n\n\rA\r", []string{`"A"`}},
		{"too long is noise, then in step again", SuffixCR, string(long) + "\rA\r", []string{"noise too long 17", "noise too long 3", `"A"`}},
		{"too long with CR LF", SuffixCRLF, string(long) + "\r\nA\r\n", []string{"noise too long 17", "noise too long 4", `"A"`}},
		{"exactly the longest", SuffixCRLF, string(long[:16]) + "\r\n", []string{`"xxxxxxxxxxxxxxxx"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := Framing{Suffix: c.suffix, Max: 16}
			if got := cut(t, f, []byte(c.in)); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestAPauseEndsAFrameWithoutSuffix(t *testing.T) {
	var got []string
	r, err := NewFramer(Framing{Suffix: SuffixNone, Idle: 50 * time.Millisecond},
		func(raw []byte, _, _ time.Time) { got = append(got, string(raw)) }, func(Noise) {})
	if err != nil {
		t.Fatal(err)
	}
	t0 := time.Unix(0, 0)
	at := func(ms int) time.Time { return t0.Add(time.Duration(ms) * time.Millisecond) }
	r.Push([]byte("AB"), at(0))
	r.Push([]byte("C\r"), at(49))
	if want := at(99); !r.Due().Equal(want) {
		t.Errorf("due %v, want %v", r.Due(), want)
	}
	r.Idle(at(98))
	if len(got) != 0 {
		t.Fatalf("a frame before the pause: %q", got)
	}
	r.Idle(at(99))
	r.Push([]byte("D"), at(200))
	r.Push([]byte("E"), at(260)) // the timer was late; the pause counts all the same
	r.Idle(at(400))
	if want := []string{"ABC\r", "D", "E"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if !r.Due().IsZero() {
		t.Error("an empty frame is due")
	}
}

func TestHalfAFrameIsReportedWhenTheDeviceGoes(t *testing.T) {
	var noise []Noise
	r, err := NewFramer(Framing{}, func([]byte, time.Time, time.Time) { t.Error("half a frame came as a whole one") },
		func(n Noise) { noise = append(noise, n) })
	if err != nil {
		t.Fatal(err)
	}
	r.Push([]byte("0109504"), time.Now())
	r.Cut()
	if len(noise) != 1 || noise[0].Bytes != 7 || noise[0].Reason != "cut off" || string(noise[0].Head) != "0109504" {
		t.Errorf("noise %v", noise)
	}
	r.Cut()
	if len(noise) != 1 {
		t.Error("reported twice")
	}
}

func TestFrameTimesAreThoseOfItsOwnBytes(t *testing.T) {
	var first, last time.Time
	r, _ := NewFramer(Framing{}, func(_ []byte, a, b time.Time) { first, last = a, b }, func(Noise) {})
	t0 := time.Unix(100, 0)
	r.Push([]byte("old\r"), t0)
	r.Push([]byte("ne"), t0.Add(time.Second))
	r.Push([]byte("w\r"), t0.Add(2*time.Second))
	if !first.Equal(t0.Add(time.Second)) || !last.Equal(t0.Add(2*time.Second)) {
		t.Errorf("first %v, last %v", first, last)
	}
}

func TestFramingRefusesWhatItCannotDo(t *testing.T) {
	for _, f := range []Framing{{Suffix: "semicolon"}, {Suffix: SuffixNone}} {
		if _, err := NewFramer(f, nil, nil); err == nil {
			t.Errorf("%+v was accepted", f)
		}
	}
}

var allSuffixes = []Suffix{SuffixAuto, SuffixCR, SuffixLF, SuffixCRLF, SuffixTab, SuffixSTXETX}

func TestAnyChunkingGivesTheSameFrames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := Framing{Suffix: rapid.SampledFrom(allSuffixes).Draw(t, "suffix"), Max: rapid.IntRange(1, 40).Draw(t, "max")}
		b := rapid.SliceOf(rapid.SampledFrom([]byte("A1\r\n\r\n\t\x02\x03\x1d\xff"))).Draw(t, "bytes")
		var chunks [][]byte
		for rest := b; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "n")
			chunks = append(chunks, rest[:n])
			rest = rest[n:]
		}
		whole, pieces := cutAny(t, f, b), cutAny(t, f, chunks...)
		if !slices.Equal(whole, pieces) {
			t.Fatalf("whole %v, in pieces %v", whole, pieces)
		}
	})
}

// cutAny is cut for rapid's own T.
func cutAny(t *rapid.T, f Framing, chunks ...[]byte) []string {
	var out []string
	r, err := NewFramer(f,
		func(raw []byte, _, _ time.Time) { out = append(out, fmt.Sprintf("%q", raw)) },
		func(n Noise) { out = append(out, fmt.Sprintf("noise %s %d %q", n.Reason, n.Bytes, n.Head)) })
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range chunks {
		r.Push(c, time.Unix(0, 0))
	}
	return out
}

func TestTenThousandFramesInAnyChunksAreTheSameFrames(t *testing.T) {
	var stream []byte
	var want []string
	for i := range 10_000 {
		raw := fmt.Sprintf("]C10109504000059101\x1d21%d", i)
		want = append(want, fmt.Sprintf("%q", raw))
		stream = append(append(stream, raw...), "\r\n"...)
	}
	for _, size := range []int{1, 2, 3, 7, 23, 64, 4096} {
		var chunks [][]byte
		for c := range slices.Chunk(stream, size) {
			chunks = append(chunks, c)
		}
		if got := cut(t, Framing{}, chunks...); !slices.Equal(got, want) {
			t.Errorf("chunks of %d bytes: %d frames", size, len(got))
		}
	}
}

func TestEightKilobytesOfNoiseAreReportedAndTheNextScanComes(t *testing.T) {
	noise := bytes.Repeat([]byte{0x00, 0xff, 0x80, 0x1b}, 4096) // 16 KiB without an end
	got := cut(t, Framing{}, noise, []byte("\r0109504000059101\r"))
	want := []string{"noise too long 8193", "noise too long 8191", `"0109504000059101"`}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func FuzzFramer(f *testing.F) {
	f.Add([]byte("A\r\nB\x02C\x03\r"), uint8(0), uint8(3))
	f.Add(bytes.Repeat([]byte{2}, 100), uint8(5), uint8(1))
	f.Fuzz(func(t *testing.T, b []byte, suffix, at uint8) {
		fr := Framing{Suffix: allSuffixes[int(suffix)%len(allSuffixes)], Max: 64}
		n := min(int(at), len(b))
		if whole, two := cut(t, fr, b), cut(t, fr, b[:n], b[n:]); !slices.Equal(whole, two) {
			t.Fatalf("whole %v, cut at %d %v", whole, n, two)
		}
	})
}
