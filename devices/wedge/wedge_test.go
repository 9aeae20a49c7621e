//go:build unix

package wedge_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/term"

	"pickstation/devices/wedge"
)

// typed is what came at one moment, in milliseconds.
type typed struct {
	at   int
	text string
}

// run feeds a Burst and returns what passed and what was lifted.
func run(o wedge.Options, in ...typed) (passed string, scans []string, lost int) {
	b := wedge.NewBurst(o, func(s wedge.Scan) { scans = append(scans, string(s.Raw)) }, func(n int) { lost += n })
	t0 := time.Unix(1000, 0)
	for _, k := range in {
		passed += string(b.Push([]byte(k.text), t0.Add(time.Duration(k.at)*time.Millisecond)))
	}
	passed += string(b.Idle(t0.Add(time.Hour)))
	return passed, scans, lost
}

// slowly types text with a pause between characters.
func slowly(from, pause int, text string) []typed {
	var out []typed
	for i := range len(text) {
		out = append(out, typed{from + i*pause, text[i : i+1]})
	}
	return out
}

func TestScansAreLiftedAndTypingPasses(t *testing.T) {
	code := "]C10109504000059101\x1d10AB"
	for _, c := range []struct {
		name   string
		o      wedge.Options
		in     []typed
		passed string
		scans  []string
	}{
		{"a burst in one piece", wedge.Options{}, []typed{{0, code + "\r"}}, "", []string{code}},
		{"a burst at 5 ms a character", wedge.Options{}, slowly(0, 5, code+"\r"), "", []string{code}},
		{"CR LF is one end", wedge.Options{}, []typed{{0, "0109504000059101\r\n"}}, "", []string{"0109504000059101"}},
		{"the LF may come later", wedge.Options{}, []typed{{0, "12345\r"}, {2, "\n"}, {500, "\r"}}, "\r", []string{"12345"}},
		{"STX and ETX around it", wedge.Options{}, []typed{{0, "\x02ABC\x1dDE\x03\r"}}, "", []string{"ABC\x1dDE"}},
		{"two scans that only STX and ETX divide", wedge.Options{}, []typed{{0, "\x02AAAA\x03\x02BBBB\x03"}}, "", []string{"AAAA", "BBBB"}},
		{"an ETX inside is no ctrl+c", wedge.Options{}, []typed{{0, "ABC\x03DE\r"}}, "", []string{"ABC\x03DE"}},
		{"an ETX at a pause is no ctrl+c", wedge.Options{}, []typed{{0, "ABCD\x03"}}, "", []string{"ABCD\x03"}},
		{"a leading GS", wedge.Options{}, []typed{{0, "\x1d01095\r"}}, "", []string{"\x1d01095"}},
		{"broken UTF-8", wedge.Options{}, []typed{{0, "AB\xff\xfeC\r"}}, "", []string{"AB\xff\xfeC"}},
		{"Chinese text from a QR code", wedge.Options{}, []typed{{0, "订单12\r"}}, "", []string{"订单12"}},
		{"two scans at once", wedge.Options{}, []typed{{0, "AAAA\rBBBB\r"}}, "", []string{"AAAA", "BBBB"}},
		{"a person", wedge.Options{}, slowly(0, 90, "hello\r"), "hello\r", nil},
		{"a fast typist", wedge.Options{}, slowly(0, 40, "hello\r"), "hello\r", nil},
		{"too short to be a scan", wedge.Options{}, []typed{{0, "abc\r"}}, "abc\r", nil},
		{"ctrl+c alone", wedge.Options{}, []typed{{0, "\x03"}}, "\x03", nil},
		{"Enter alone", wedge.Options{}, []typed{{0, "\r"}}, "\r", nil},
		{"F8 for the separator", wedge.Options{}, []typed{{0, "]C10109504000059101\x1b[19~10AB\r"}}, "", []string{"]C10109504000059101\x1d10AB"}},
		{"F8 for a leading separator", wedge.Options{}, slowly(0, 5, "\x1b[19~0109504000059101\r"), "", []string{"\x1d0109504000059101"}},
		{"F8 for a separator without suffix", wedge.Options{NoSuffix: true}, []typed{{0, "\x1b[19~12345"}}, "", []string{"\x1d12345"}},
		{"the F8 key", wedge.Options{}, []typed{{0, "\x1b[19~"}, {90, "\x1b[19~\x1b[19~"}, {180, "a"}}, "\x1b[19~\x1b[19~\x1b[19~a", nil},
		{"the F8 key and Enter", wedge.Options{}, []typed{{0, "\x1b[19~\r"}}, "\x1b[19~\r", nil},
		{"the F8 key in fast typing", wedge.Options{}, []typed{{0, "\x1b[19~ab"}}, "\x1b[19~ab", nil},
		{"a sequence without end", wedge.Options{}, []typed{{0, "\x1b[" + strings.Repeat("1", 100)}}, "\x1b[" + strings.Repeat("1", 100), nil},
		{"arrow and function keys", wedge.Options{}, []typed{{0, "\x1b[A\x1b[15~\x1bOP\x1bx"}}, "\x1b[A\x1b[15~\x1bOP\x1bx", nil},
		{"Esc alone", wedge.Options{}, []typed{{0, "\x1b"}, {100, "1234\r"}}, "\x1b", []string{"1234"}},
		{"a scan right after an arrow", wedge.Options{}, []typed{{0, "\x1b[A1234567\r"}}, "\x1b[A", []string{"1234567"}},
		{"a paste", wedge.Options{}, []typed{{0, "\x1b[200~12345678\r90\x1b[201~"}}, "\x1b[200~12345678\r90\x1b[201~", nil},
		{"an input method commits a phrase", wedge.Options{}, []typed{{0, "订单号码"}, {200, "\r"}}, "订单号码\r", nil},
		{"a burst without an end is typing", wedge.Options{}, []typed{{0, "12345678"}}, "12345678", nil},
		{"… unless the scanner has none", wedge.Options{NoSuffix: true}, []typed{{0, "12345678"}}, "", []string{"12345678"}},
		{"a long burst was typed by nobody", wedge.Options{}, []typed{{0, strings.Repeat("x", 200)}}, "", []string{strings.Repeat("x", 200)}},
		{"TAB is a key", wedge.Options{}, []typed{{0, "\t"}, {50, "12345\r"}}, "\t", []string{"12345"}},
		{"TAB as the end", wedge.Options{Tab: true}, []typed{{0, "12345\t"}}, "", []string{"12345"}},
		{"a wider gap for radio", wedge.Options{Gap: 60 * time.Millisecond}, slowly(0, 50, "12345\r"), "", []string{"12345"}},
		{"typing, then a scan in the middle of it", wedge.Options{}, []typed{{0, "a"}, {120, "b"}, {200, "12345\r"}, {300, "c"}}, "abc", []string{"12345"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			passed, scans, _ := run(c.o, c.in...)
			if passed != c.passed || !slices.Equal(scans, c.scans) {
				t.Errorf("passed %q, scans %q; want %q, %q", passed, scans, c.passed, c.scans)
			}
		})
	}
}

func TestALiftedScanIsAFrameLikeAnyOther(t *testing.T) {
	first := time.Unix(5, 0)
	s := wedge.Scan{Raw: []byte("]C0A"), First: first, Last: first.Add(time.Second)}
	f := s.Frame("keys", 7)
	if f.Device != "keys" || f.Seq != 7 || f.Via != "wedge" || string(f.Text()) != "]C0A" || !f.FirstByte.Equal(first) || !f.LastByte.Equal(s.Last) {
		t.Errorf("%+v", f)
	}
}

func TestAnEndlessBurstIsReported(t *testing.T) {
	passed, scans, lost := run(wedge.Options{}, typed{0, strings.Repeat("n", 20_000) + "\r"}, typed{5, "12345\r"})
	if passed != "" || lost != 20_001 || !slices.Equal(scans, []string{"12345"}) {
		t.Errorf("passed %d bytes, %d lost, scans %q", len(passed), lost, scans)
	}
}

func TestThreeTestScansGiveTheGap(t *testing.T) {
	var seen []wedge.Scan
	b := wedge.NewBurst(wedge.Options{Gap: 100 * time.Millisecond}, func(s wedge.Scan) { seen = append(seen, s) }, nil)
	now := time.Unix(0, 0)
	for _, pause := range []int{10, 22, 14} {
		for _, c := range "12345\r" {
			now = now.Add(time.Duration(pause) * time.Millisecond)
			b.Push([]byte(string(c)), now)
		}
		now = now.Add(time.Second)
	}
	if got := wedge.Calibrate(seen); len(seen) != 3 || got != 44*time.Millisecond {
		t.Errorf("%d scans, gap %v", len(seen), got)
	}
	if got := wedge.Calibrate(nil); got != 15*time.Millisecond {
		t.Errorf("without scans %v", got)
	}
}

func FuzzBurst(f *testing.F) {
	f.Add([]byte("]C10109504000059101\x1d10AB\r"), uint8(3))
	f.Add([]byte("\x1b[200~\x1b\x1bO\x02\x03"), uint8(0))
	f.Fuzz(func(t *testing.T, b []byte, cut uint8) {
		n := min(int(cut), len(b))
		whole, scans, lost := run(wedge.Options{}, typed{0, string(b)})
		two, scans2, lost2 := run(wedge.Options{}, typed{0, string(b[:n])}, typed{1, string(b[n:])})
		if whole != two || !slices.Equal(scans, scans2) || lost != lost2 {
			t.Fatalf("%q: whole %q %q %d, cut at %d %q %q %d", b, whole, scans, lost, n, two, scans2, lost2)
		}
	})
}

func TestOnARealTerminal(t *testing.T) {
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	if _, err := term.MakeRaw(int(tty.Fd())); err != nil {
		t.Fatal(err)
	}
	scans, keys := make(chan string, 16), make(chan string, 64)
	r := wedge.NewReader(tty, wedge.Options{Gap: 100 * time.Millisecond}, func(s wedge.Scan) { scans <- string(s.Raw) }, nil)
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 256)
		for {
			n, err := r.Read(buf)
			if n > 0 {
				keys <- string(buf[:n])
			}
			if err != nil {
				return
			}
		}
	}()
	want := func(ch chan string, text string) {
		t.Helper()
		select {
		case got := <-ch:
			if got != text {
				t.Errorf("got %q, want %q", got, text)
			}
		case <-time.After(30 * time.Second):
			t.Fatalf("%q did not come", text)
		}
	}
	fmt.Fprint(master, "]C10109504000059101\x1d10AB\x02\x03C\r")
	want(scans, "]C10109504000059101\x1d10AB\x02\x03C")
	fmt.Fprint(master, "\x1b[A")
	want(keys, "\x1b[A")
	for range 3 {
		fmt.Fprint(master, "0109504000059101\r\n")
		want(scans, "0109504000059101")
	}
	fmt.Fprint(master, "x")
	want(keys, "x")
	master.Close()
	<-done
	if len(keys) != 0 || len(scans) != 0 {
		t.Errorf("%d keys and %d scans too many", len(keys), len(scans))
	}
}

func TestTheFileShowsThrough(t *testing.T) {
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := wedge.NewReader(f, wedge.Options{}, nil, nil)
	if r.Name() != os.DevNull || r.Fd() != f.Fd() {
		t.Error("the embedded file is hidden")
	}
	if n, err := r.Read(make([]byte, 10)); n != 0 || err == nil {
		t.Errorf("end of file: %d %v", n, err)
	}
}
