package tui

import (
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// A keyboard-wedge scanner types its codes into the terminal, suffix and all. The
// reader below the program takes such bursts out of the key stream; burst is the
// second line, for what reaches the screen as keys all the same: no burst may press a
// hot key, and what it typed is handed on as a scan.
//
// A key that could be a command waits burstGap before it counts. What arrives within
// burstGap of the key before it was typed by a machine: fast typists need 120 ms a
// key, scanners 1 to 20 ms.

const (
	burstGap = 30 * time.Millisecond
	// burstMin is the shortest scan; less than that with an Enter is a person.
	burstMin = 4
	// burstMax bounds what a stuck key can pile up.
	burstMax = 8 << 10
)

// burst collects keys that arrive faster than a person types.
type burst struct {
	buf  []byte
	last time.Time   // of the latest key
	held *tea.KeyMsg // a single key that waits to be acted on
	seq  int         // names the wait for held
}

// keyResult is what became of a key.
type keyResult struct {
	scan []byte // a finished scan
	wait int    // not 0: call expire with it after burstGap
}

// controls are the characters that scanners send inside of codes, by the names that
// the key stream gives them.
var controls = map[string]byte{
	"ctrl+]": 0x1d, "ctrl+^": 0x1e, "ctrl+d": 0x04, "ctrl+b": 0x02, "ctrl+c": 0x03, "ctrl+\\": 0x1c, "ctrl+_": 0x1f,
	"f8": 0x1d, // how some scanners type GS
}

// key takes the next key at its time of arrival.
func (b *burst) key(k tea.KeyMsg, at time.Time) keyResult {
	fast := !b.last.IsZero() && at.Sub(b.last) < burstGap
	b.last = at
	if k.Paste {
		b.reset()
		return keyResult{scan: frame([]byte(string(k.Runes)))}
	}
	if !fast {
		b.reset()
	}
	name := strings.ToLower(k.String())
	switch {
	case ends(name) && (fast || len(b.buf) > 0 || b.held != nil):
		return b.finish()
	case k.Type == tea.KeyRunes || k.Type == tea.KeySpace:
		return b.typed(k)
	case fast && (len(b.buf) > 0 || b.held != nil):
		b.flushHeld()
		if c, known := controls[name]; known {
			b.add([]byte{c})
		}
		return keyResult{}
	}
	return b.hold(k)
}

// ends says whether a key is a scanner's suffix.
func ends(name string) bool { return name == "enter" || name == "tab" || name == "ctrl+j" }

// typed takes letters: one at rest may be a demo key, more are a scan's.
func (b *burst) typed(k tea.KeyMsg) keyResult {
	if len(b.buf) == 0 && b.held == nil && len(k.Runes) == 1 {
		return b.hold(k)
	}
	b.flushHeld()
	b.add([]byte(string(k.Runes)))
	return keyResult{}
}

func (b *burst) hold(k tea.KeyMsg) keyResult {
	b.seq++
	b.held = &k
	return keyResult{wait: b.seq}
}

// flushHeld makes a key that turned out to begin a burst a part of it. A function key
// or Esc before letters was a sequence cut in two, or a scanner's own: it acts on
// nothing.
func (b *burst) flushHeld() {
	k := b.held
	b.held = nil
	if k == nil {
		return
	}
	if k.Type == tea.KeyRunes || k.Type == tea.KeySpace {
		b.add([]byte(string(k.Runes)))
	} else if c, known := controls[strings.ToLower(k.String())]; known {
		b.add([]byte{c})
	}
}

func (b *burst) add(p []byte) {
	if len(b.buf)+len(p) <= burstMax {
		b.buf = append(b.buf, p...)
	}
}

func (b *burst) finish() keyResult {
	b.flushHeld()
	p := b.buf
	b.reset()
	if len(p) < burstMin {
		return keyResult{}
	}
	return keyResult{scan: frame(p)}
}

// expire returns the held key when nothing followed it.
func (b *burst) expire(seq int) *tea.KeyMsg {
	if b.held == nil || seq != b.seq {
		return nil
	}
	k := b.held
	b.held = nil
	return k
}

func (b *burst) reset() { b.buf, b.held = nil, nil }

// frame takes STX, ETX and line ends off a scan.
func frame(p []byte) []byte {
	return []byte(strings.Trim(string(p), "\r\n\t\x02\x03"))
}
