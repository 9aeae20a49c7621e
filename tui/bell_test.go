package tui

import (
	"bytes"
	"io"
	"os"
	"testing"
)

func TestTheThreeSoundsDifferInRhythmAndNoBellFallsIntoAFrame(t *testing.T) {
	seen := map[any]Sound{}
	for s, p := range bellPattern {
		if was, ok := seen[p]; ok {
			t.Errorf("%s sounds like %s", s, was)
		}
		seen[p] = s
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	b := NewBellTerminal(w)
	frame := append(bytes.Repeat([]byte("海"), 1000), '\n')
	read := make(chan []byte)
	go func() {
		all, _ := io.ReadAll(r)
		read <- all
	}()
	rung, stop := make(chan struct{}), make(chan struct{})
	go func() {
		for range 50 {
			b.Ring(SoundRight, stop)
		}
		close(rung)
	}()
	for range 50 {
		if _, err := b.Write(frame); err != nil {
			t.Fatal(err)
		}
	}
	<-rung
	close(stop)
	b.Ring(SoundWrong, stop) // ends at once, after its first bell
	w.Close()
	all := <-read
	if n := bytes.Count(all, []byte{'\a'}); n != 51 {
		t.Errorf("%d bells", n)
	}
	if n := bytes.Count(bytes.ReplaceAll(all, []byte{'\a'}, nil), frame); n != 50 {
		t.Errorf("%d whole frames", n)
	}
	for _, piece := range bytes.Split(all, []byte{'\a'}) {
		if len(piece)%len(frame) != 0 {
			t.Fatal("a bell falls into a frame")
		}
	}
}
