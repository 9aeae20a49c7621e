package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"pickstation/order"
	"pickstation/station"
	"pickstation/tui"
)

// soundOf gives the sounder one verdict and returns the bells of it.
func soundOf(t *testing.T, cfg SoundConfig, list ...station.Outcome) (bells []tui.Sound) {
	t.Helper()
	if err := cfg.check(); err != nil {
		t.Fatal(err)
	}
	s := newSounder(&cfg, tui.NewBellTerminal(os.Stdout), slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(t.Context())
	s.bell = func(x tui.Sound, _ <-chan struct{}) { bells = append(bells, x); cancel() }
	for _, o := range list {
		s.heard(o)
	}
	if s.next == "" || cfg.Bell == bellOff || cfg.Bell == bellErrors && s.next == tui.SoundRight {
		s.play(ctx, s.next)
		return nil
	}
	s.run(ctx)
	return bells
}

func verdictOf(v order.Verdict) station.Outcome {
	return station.Outcome{Decision: order.Decision{Verdict: v}}
}

func TestEachKindOfVerdictHasItsSound(t *testing.T) {
	for v, want := range map[order.Verdict]tui.Sound{order.OK: tui.SoundRight, order.OrderDone: tui.SoundRight, order.Needs: tui.SoundAsk,
		order.ConfirmAgain: tui.SoundAsk, order.WrongItem: tui.SoundWrong, order.NotSaved: tui.SoundWrong} {
		if got := soundOf(t, SoundConfig{Bell: bellAll}, verdictOf(v)); len(got) != 1 || got[0] != want {
			t.Errorf("%s sounds %v, want %s", v, got, want)
		}
	}
	if got := soundOf(t, SoundConfig{}, verdictOf(order.OK)); len(got) != 0 {
		t.Errorf("by itself the bell rings for what is right: %v", got)
	}
	if got := soundOf(t, SoundConfig{}, verdictOf(order.Unknown)); len(got) != 1 {
		t.Errorf("by itself the bell does not ring for what is wrong: %v", got)
	}
	if got := soundOf(t, SoundConfig{Bell: bellOff}, verdictOf(order.Unknown)); len(got) != 0 {
		t.Errorf("a bell that is off rings: %v", got)
	}
	async := verdictOf(order.Blocked)
	async.Async = true
	if got := soundOf(t, SoundConfig{Bell: bellAll}, async); len(got) != 0 {
		t.Errorf("nobody scanned, and it sounds: %v", got)
	}
}

func TestARefusalIsHeardBeforeGoodNewsThatFollowAtOnce(t *testing.T) {
	if got := soundOf(t, SoundConfig{Bell: bellAll}, verdictOf(order.WrongItem), verdictOf(order.OK)); len(got) != 1 || got[0] != tui.SoundWrong {
		t.Errorf("heard %v", got)
	}
}

func TestACommandPlaysTheSound(t *testing.T) {
	dir := t.TempDir()
	soundOf(t, SoundConfig{Bell: bellOff, Command: []string{"touch", filepath.Join(dir, "{sound}")}}, verdictOf(order.Unknown))
	if _, err := os.Stat(filepath.Join(dir, "wrong")); err != nil {
		t.Error(err)
	}
	soundOf(t, SoundConfig{Bell: bellOff, Command: []string{"/no/such/player"}}, verdictOf(order.Unknown)) // only logged
}

func TestTheSoundsAreThreeFilesThatDiffer(t *testing.T) {
	dir := t.TempDir()
	if _, code, _ := cli(t, "sounds", "--out", dir); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	seen := map[string]bool{}
	for _, name := range []string{"right", "ask", "wrong"} {
		b, err := os.ReadFile(filepath.Join(dir, name+".wav"))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(b, []byte("RIFF")) || binary.LittleEndian.Uint32(b[4:]) != uint32(len(b)-8) || binary.LittleEndian.Uint32(b[40:]) != uint32(len(b)-44) {
			t.Errorf("%s is no WAVE file", name)
		}
		seen[string(b)] = true
	}
	if len(seen) != 3 {
		t.Error("two sounds are the same")
	}
}
