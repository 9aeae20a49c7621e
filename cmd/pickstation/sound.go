package main

import (
	"context"
	"log/slog"
	"os/exec"
	"strings"
	"sync"
	"time"

	"pickstation/order"
	"pickstation/station"
	"pickstation/tui"
)

// What the terminal's bell rings for.
const (
	bellOff    = "off"
	bellErrors = "errors"
	bellAll    = "all"
)

// tones as they sound beside the scanner.
var sounds = map[order.Tone]tui.Sound{
	order.ToneOK: tui.SoundRight, order.ToneLineDone: tui.SoundRight, order.ToneOrderDone: tui.SoundRight,
	order.ToneWarn: tui.SoundAsk, order.ToneStop: tui.SoundWrong, order.ToneNotSaved: tui.SoundWrong,
}

// sounder rings the bell and plays the sounds of verdicts. It never holds the bench up:
// what is not played when the next verdict comes gives way to it, but not a refusal to
// good news.
type sounder struct {
	cfg  *SoundConfig
	bell func(s tui.Sound, stop <-chan struct{})
	log  *slog.Logger

	mu   sync.Mutex // guards below
	next tui.Sound  // waits to be heard, "" nothing
	wake chan struct{}
	told bool // that the command fails
}

func newSounder(cfg *SoundConfig, term *tui.BellTerminal, log *slog.Logger) *sounder {
	return &sounder{cfg: cfg, bell: term.Ring, log: log, wake: make(chan struct{}, 1)}
}

// heard takes the verdict of a scan or key; what nobody at the bench caused makes no sound.
func (s *sounder) heard(o station.Outcome) {
	v := o.Decision.Verdict
	if o.Err != nil {
		v = order.NotSaved
	}
	if v == "" || o.Async {
		return
	}
	sound := sounds[v.Tone()]
	s.mu.Lock()
	if s.next == "" || sound != tui.SoundRight {
		s.next = sound
	}
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// run plays until ctx ends.
func (s *sounder) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		}
		s.mu.Lock()
		sound := s.next
		s.next = ""
		s.mu.Unlock()
		if sound == "" {
			continue
		}
		if s.cfg.Bell == bellAll || s.cfg.Bell == bellErrors && sound != tui.SoundRight {
			s.bell(sound, ctx.Done())
		}
		s.play(ctx, sound)
	}
}

// soundPatience is how long a sound may last.
const soundPatience = 2 * time.Second

// play runs the command of the configuration. One that fails is logged once: sound is
// never all that tells a verdict.
func (s *sounder) play(ctx context.Context, sound tui.Sound) {
	if len(s.cfg.Command) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, soundPatience)
	defer cancel()
	args := make([]string, len(s.cfg.Command))
	for i, a := range s.cfg.Command {
		args[i] = strings.ReplaceAll(a, "{sound}", string(sound))
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.WaitDelay = time.Second
	if err := cmd.Run(); err != nil && !s.told && ctx.Err() == nil {
		s.told = true
		s.log.Warn("sound_command", "command", s.cfg.Command[0], "err", err)
	}
}
