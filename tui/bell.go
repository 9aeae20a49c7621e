package tui

import (
	"os"
	"sync"
	"time"
)

// Sound is what a person hears of a verdict: three sounds that differ in rhythm, so that
// they are told apart on a speaker of one pitch.
type Sound string

// Sounds.
const (
	SoundRight Sound = "right" // one: the scan counts
	SoundAsk   Sound = "ask"   // two: something is asked for
	SoundWrong Sound = "wrong" // three, quicker: refused, or not saved
)

// bellPattern is how often the bell of a terminal rings for a sound, and how long it rests
// between. A console's beep lasts about an eighth of a second (console_codes(4)).
var bellPattern = map[Sound]struct {
	times int
	rest  time.Duration
}{SoundRight: {1, 0}, SoundAsk: {2, 400 * time.Millisecond}, SoundWrong: {3, 150 * time.Millisecond}}

// BellTerminal is a terminal whose bell can be rung while a program paints on it: a bell
// never falls into the middle of a frame.
type BellTerminal struct {
	*os.File
	mu sync.Mutex // one writer at a time
}

// NewBellTerminal returns the terminal for both.
func NewBellTerminal(f *os.File) *BellTerminal { return &BellTerminal{File: f} }

// Write implements io.Writer.
func (b *BellTerminal) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.File.Write(p)
}

// Ring rings the pattern of a sound. It returns when the pattern is over, or at once where
// stop is closed.
func (b *BellTerminal) Ring(s Sound, stop <-chan struct{}) {
	p := bellPattern[s]
	for i := range p.times {
		if i > 0 {
			t := time.NewTimer(p.rest)
			select {
			case <-t.C:
			case <-stop:
				t.Stop()
				return
			}
		}
		if _, err := b.Write([]byte{'\a'}); err != nil {
			return // the screen has the same terminal and reports it
		}
	}
}
