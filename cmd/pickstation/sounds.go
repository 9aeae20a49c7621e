package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"pickstation/tui"
)

// beep is a run of equal tones.
type beep struct {
	hertz      float64
	times      int
	tone, rest time.Duration
}

// beeps are the three sounds: different in pitch, count and rhythm.
var beeps = map[tui.Sound]beep{
	tui.SoundRight: {1760, 1, 90 * time.Millisecond, 0},
	tui.SoundAsk:   {880, 2, 140 * time.Millisecond, 120 * time.Millisecond},
	tui.SoundWrong: {220, 3, 180 * time.Millisecond, 60 * time.Millisecond},
}

// newSoundsCommand writes the sounds as files.
func newSoundsCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "sounds",
		Short: "Write the three sounds of verdicts as files, for sound.command",
		Long: "Write right.wav, ask.wav and wrong.wav. The station plays them with the program of its configuration:\n\n" +
			"  [sound]\n  command = [\"aplay\", \"-q\", \"/var/lib/pickstation/sounds/{sound}.wav\"]",
		Example: "  pickstation sounds --out /var/lib/pickstation/sounds",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "" {
				return usage("sounds", "--out names the folder")
			}
			if err := os.MkdirAll(out, 0o755); err != nil {
				return fail(exitMissing, err, "name a folder you may write to with --out")
			}
			for _, s := range []tui.Sound{tui.SoundRight, tui.SoundAsk, tui.SoundWrong} {
				path := filepath.Join(out, string(s)+".wav")
				if err := os.WriteFile(path, wave(beeps[s]), 0o644); err != nil {
					return fail(exitMissing, err, "name a folder you may write to with --out")
				}
				fmt.Fprintln(cmd.OutOrStdout(), path)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "folder for the files")
	return cmd
}

// sampleRate is samples a second, of 16 bits, one channel.
const sampleRate = 22050

// wave is a run of tones as a WAVE file (Microsoft RIFF specification, PCM format).
func wave(b beep) []byte {
	var pcm bytes.Buffer
	silence := make([]byte, 2*int(b.rest.Seconds()*sampleRate))
	for i := range b.times {
		if i > 0 {
			pcm.Write(silence)
		}
		n := int(b.tone.Seconds() * sampleRate)
		for k := range n {
			edge := math.Min(1, math.Min(float64(k), float64(n-k))/(0.005*sampleRate)) // 5 ms in and out: no click
			v := int16(20000 * edge * math.Sin(2*math.Pi*b.hertz*float64(k)/sampleRate))
			_ = binary.Write(&pcm, binary.LittleEndian, v) // to memory
		}
	}
	var w bytes.Buffer
	put := func(v any) { _ = binary.Write(&w, binary.LittleEndian, v) }
	w.WriteString("RIFF")
	put(uint32(36 + pcm.Len()))
	w.WriteString("WAVEfmt ")
	put(uint32(16))
	put([]uint16{1, 1})                       // PCM, one channel
	put([]uint32{sampleRate, sampleRate * 2}) // samples and bytes a second
	put([]uint16{2, 16})                      // bytes a sample, bits
	w.WriteString("data")
	put(uint32(pcm.Len()))
	w.Write(pcm.Bytes())
	return w.Bytes()
}
