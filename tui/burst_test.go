package tui

import (
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"pgregory.net/rapid"
)

func letters(s string) tea.KeyMsg { return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(s)} }

func special(t tea.KeyType) tea.KeyMsg { return tea.KeyMsg{Type: t} }

// typist feeds keys to a burst with a gap before each.
type typist struct {
	b    burst
	at   time.Time
	scan []string
	acts []string
}

func (ty *typist) press(gap time.Duration, k tea.KeyMsg) {
	if ty.b.held != nil && gap >= burstGap {
		if h := ty.b.expire(ty.b.seq); h != nil {
			ty.acts = append(ty.acts, h.String())
		}
	}
	ty.at = ty.at.Add(gap)
	if r := ty.b.key(k, ty.at); r.scan != nil {
		ty.scan = append(ty.scan, string(r.scan))
	}
}

func (ty *typist) rest() {
	if h := ty.b.expire(ty.b.seq); h != nil {
		ty.acts = append(ty.acts, h.String())
	}
}

func TestABurstOfKeysIsAScanWithItsControlBytes(t *testing.T) {
	for _, per := range []time.Duration{0, time.Millisecond, 20 * time.Millisecond} {
		ty := &typist{at: noon}
		ty.press(time.Second, special(tea.KeyCtrlB)) // STX
		for _, k := range []tea.KeyMsg{letters("]"), letters("d20109504000059101"), special(tea.KeyCtrlCloseBracket),
			letters("10AB"), special(tea.KeyCtrlC), special(tea.KeyEnter)} { // ETX
			ty.press(per, k)
		}
		ty.rest()
		if len(ty.scan) != 1 || ty.scan[0] != "]d20109504000059101\x1d10AB" || len(ty.acts) != 0 {
			t.Errorf("%v a key: scans %q, acts %q", per, ty.scan, ty.acts)
		}
	}
}

func TestAFunctionKeyInsideOfABurstPressesNothing(t *testing.T) {
	ty := &typist{at: noon}
	ty.press(time.Second, letters("0109504000059101"))
	ty.press(time.Millisecond, special(tea.KeyF8)) // as some scanners type GS
	ty.press(time.Millisecond, letters("21X"))
	ty.press(time.Millisecond, special(tea.KeyEnter))
	ty.rest()
	if len(ty.acts) != 0 || len(ty.scan) != 1 || ty.scan[0] != "0109504000059101\x1d21X" {
		t.Errorf("scans %q, acts %q", ty.scan, ty.acts)
	}
}

func TestAFunctionKeyAtTheEndOfABurstPressesNothing(t *testing.T) {
	ty := &typist{at: noon}
	ty.press(time.Second, letters("0109504000059101"))
	ty.press(time.Millisecond, special(tea.KeyF6)) // and no suffix
	ty.rest()
	if len(ty.acts) != 0 {
		t.Errorf("acts %q", ty.acts)
	}
}

func TestControlBytesInARowAreAllKept(t *testing.T) {
	ty := &typist{at: noon}
	for _, k := range []tea.KeyMsg{letters("[)>"), special(tea.KeyCtrlCaret), letters("06"), special(tea.KeyCtrlCloseBracket),
		letters("P1"), special(tea.KeyCtrlCaret), special(tea.KeyCtrlD), special(tea.KeyEnter)} {
		ty.press(time.Millisecond, k)
	}
	if len(ty.scan) != 1 || ty.scan[0] != "[)>\x1e06\x1dP1\x1e\x04" { // ISO/IEC 15434 envelope
		t.Errorf("%q", ty.scan)
	}
}

func TestAFunctionKeyAtTheHeadOfABurstPressesNothing(t *testing.T) {
	ty := &typist{at: noon}
	ty.press(time.Second, special(tea.KeyF8))
	ty.press(time.Millisecond, letters("0109504000059101"))
	ty.press(time.Millisecond, special(tea.KeyEnter))
	ty.rest()
	if len(ty.acts) != 0 || len(ty.scan) != 1 || ty.scan[0] != "\x1d0109504000059101" {
		t.Errorf("scans %q, acts %q", ty.scan, ty.acts)
	}
}

func TestASplitEscapeSequenceIsNoEsc(t *testing.T) {
	ty := &typist{at: noon}
	ty.press(time.Second, special(tea.KeyEsc)) // the rest of F6 follows
	ty.press(time.Millisecond, letters("[17~"))
	ty.rest()
	if len(ty.acts) != 0 || len(ty.scan) != 0 {
		t.Errorf("scans %q, acts %q", ty.scan, ty.acts)
	}
}

func TestKeysOfAPersonPass(t *testing.T) {
	ty := &typist{at: noon}
	for _, k := range []tea.KeyMsg{special(tea.KeyF6), letters("n"), special(tea.KeyEsc), special(tea.KeyEnter)} {
		ty.press(120*time.Millisecond, k)
	}
	ty.rest()
	if got := strings.Join(ty.acts, " "); got != "f6 n esc enter" || len(ty.scan) != 0 {
		t.Errorf("acts %q, scans %q", got, ty.scan)
	}
}

func TestAPersonsLettersAndEnterAreNoScan(t *testing.T) {
	ty := &typist{at: noon}
	for _, r := range "hello" {
		ty.press(90*time.Millisecond, letters(string(r)))
	}
	ty.press(90*time.Millisecond, special(tea.KeyEnter))
	if len(ty.scan) != 0 {
		t.Errorf("scans %q", ty.scan)
	}
}

func TestAPasteIsAScan(t *testing.T) {
	ty := &typist{at: noon}
	ty.press(time.Second, tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("]C10109504000059101\x1d10AB\r"), Paste: true})
	if len(ty.scan) != 1 || ty.scan[0] != "]C10109504000059101\x1d10AB" {
		t.Errorf("%q", ty.scan)
	}
}

func TestAStuckKeyPilesUpNoMemory(t *testing.T) {
	ty := &typist{at: noon}
	for range 3 * burstMax {
		ty.press(time.Millisecond, letters("a"))
	}
	if len(ty.b.buf) > burstMax {
		t.Errorf("%d bytes kept", len(ty.b.buf))
	}
}

func TestHoweverAScanIsCutIntoKeysItIsTheSame(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		code := rapid.StringMatching(`[A-Za-z0-9]{4,40}`).Draw(rt, "code")
		ty := &typist{at: noon}
		gap := time.Second
		for rest := code; rest != ""; {
			n := rapid.IntRange(1, len(rest)).Draw(rt, "chunk")
			ty.press(gap, letters(rest[:n]))
			rest, gap = rest[n:], time.Duration(rapid.IntRange(0, 29).Draw(rt, "gap"))*time.Millisecond
		}
		ty.press(gap%burstGap, special(tea.KeyEnter))
		if len(ty.scan) != 1 || ty.scan[0] != code || len(ty.acts) != 0 {
			rt.Fatalf("%q: scans %q, acts %q", code, ty.scan, ty.acts)
		}
	})
}
