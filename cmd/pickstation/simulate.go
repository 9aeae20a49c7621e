package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"pickstation/devices"
	"pickstation/devices/sim"
	"pickstation/gs1"
)

// newSimulateCommand offers the simulated devices: pickstation simulate scanner|scale|probe|printer.
func newSimulateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "simulate",
		Short: "Simulate a device that any program can open",
		Long: "Simulate a device that any program can open. Serial devices are pseudo-terminals, published as links in a folder that\n" +
			"stands for /dev/serial/by-id. Every command prints one JSON object per line and ends with its input or with Ctrl+C.",
		Example: "  pickstation simulate scanner --dev-dir /tmp/bench --name gun --profile zebra-ssi",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return usage("simulate", "name a device: scanner, scale, probe or printer")
		},
	}
	cmd.AddCommand(newSimulateScanner(), newSimulateScale(), newSimulateProbe(), newSimulatePrinter())
	return cmd
}

// plugFlags say where a simulated device is published.
type plugFlags struct{ dir, name, profile string }

func (p *plugFlags) register(cmd *cobra.Command, name, profile string) {
	f := cmd.Flags()
	f.StringVar(&p.dir, "dev-dir", "", "folder to publish the device in (needed)")
	f.StringVar(&p.name, "name", name, "name of the link in the folder")
	f.StringVar(&p.profile, "profile", profile, "how the device talks; see: pickstation devices list --profiles")
}

// load checks the flags and finds the profile.
func (p *plugFlags) load(command, kind string) (devices.Profile, error) {
	switch {
	case p.dir == "":
		return devices.Profile{}, usage(command, "--dev-dir is missing")
	case p.name != filepath.Base(p.name) || strings.HasPrefix(p.name, "."):
		return devices.Profile{}, usage(command, "--name %q is no file name", p.name)
	}
	prof, err := devices.ProfileNamed(p.profile)
	if err != nil {
		return prof, usage(command, "%v", err)
	}
	if prof.Kind != kind {
		return prof, usage(command, "profile %s is a %s", prof.Name, prof.Kind)
	}
	return prof, nil
}

// jsonLines prints one object per line. Safe for concurrent use.
type jsonLines struct {
	mu  sync.Mutex
	enc *json.Encoder // guarded by mu
}

func newJSONLines(w io.Writer) *jsonLines {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return &jsonLines{enc: enc}
}

func (j *jsonLines) print(v any) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.enc.Encode(v)
}

// simAnswer is what the station said to a simulated scanner.
type simAnswer struct {
	Heard string `json:"heard"`
	Code  string `json:"code"`
	At    string `json:"at"`
}

// simScan is how one simulated scan went.
type simScan struct {
	N       int     `json:"n"`
	Sent    string  `json:"sent"`
	Outcome string  `json:"outcome"`
	Tries   int     `json:"tries"`
	MS      float64 `json:"ms"` // last byte out → answer in; 0 without an answer
	Error   string  `json:"error,omitempty"`
}

// scannerFlags are the flags of simulate scanner.
type scannerFlags struct {
	plug     plugFlags
	scans    []string
	every    time.Duration
	repeat   int
	pace     time.Duration
	piece    int
	timeout  time.Duration
	deaf     int
	corrupt  int
	noise    string
	dropGS   bool
	twice    bool
	linger   time.Duration
	keepOpen bool
}

func newSimulateScanner() *cobra.Command {
	var o scannerFlags
	cmd := &cobra.Command{
		Use:   "scanner --dev-dir DIR [--name NAME] [--profile P]",
		Short: "Simulate a barcode scanner",
		Long: "Simulate a barcode scanner: every line of the input (or every --scan) is one scan, framed and sent as the profile says.\n" +
			`\x1d and other Go escapes stand for control bytes. The line "!unplug" pulls the cable, "!plug" puts it back.`,
		Example: "  printf '0109504000059101\\n' | pickstation simulate scanner --dev-dir /tmp/bench --name gun --profile generic-acknak",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return simulateScanner(cmd, o) },
	}
	o.plug.register(cmd, "gun", "generic")
	f := cmd.Flags()
	f.StringArrayVar(&o.scans, "scan", nil, "scan this instead of reading the input; repeatable")
	f.DurationVar(&o.every, "every", 0, "pause between scans")
	f.IntVar(&o.repeat, "repeat", 1, "do all scans this often")
	f.DurationVar(&o.pace, "pace", 0, "pause between two pieces of a frame")
	f.IntVar(&o.piece, "piece", 0, "bytes in a piece; 0: the whole frame")
	f.DurationVar(&o.timeout, "ack-timeout", 0, "how long to wait for an answer; 0: as the profile says")
	f.IntVar(&o.deaf, "deaf", 0, "do not hear the answer to the first N sendings of every scan")
	f.IntVar(&o.corrupt, "corrupt", 0, "flip a bit in the first N sendings of every scan")
	f.StringVar(&o.noise, "noise", "", "send these bytes before every scan")
	f.BoolVar(&o.dropGS, "drop-gs", false, "leave the GS1 separators out, as a scanner that is set up wrongly does")
	f.BoolVar(&o.twice, "twice", false, "read every code twice, as a scanner that hangs over it does")
	f.DurationVar(&o.linger, "linger", 0, "stay plugged in so long after the last scan")
	f.BoolVar(&o.keepOpen, "stay", false, "stay plugged in after the last scan until Ctrl+C")
	return cmd
}

func simulateScanner(cmd *cobra.Command, o scannerFlags) error {
	const name = "simulate scanner"
	prof, err := o.plug.load(name, "scanner")
	if err != nil {
		return err
	}
	noise, err := o.check()
	if err != nil {
		return err
	}
	out := newJSONLines(cmd.OutOrStdout())
	gun := sim.NewScanner(prof, sim.Options{
		Pace: o.pace, Piece: o.piece, AckTimeout: o.timeout,
		OnAnswer: func(a sim.Answer) {
			_ = out.print(simAnswer{a.Kind, fmt.Sprintf("%02x", a.Code), a.At.UTC().Format(time.RFC3339Nano)})
		},
		Faults: func(try int) sim.Fault {
			return sim.Fault{Noise: noise, Corrupt: try <= o.corrupt, Deaf: try <= o.deaf}
		},
	})
	if err := plugIn(gun, o.plug, out); err != nil {
		return err
	}
	defer func() { _ = gun.Unplug() }()
	ctx := cmd.Context()
	n := 0
	for range o.repeat {
		for line, err := range untilDone(ctx, scanLines(o.scans, cmd.InOrStdin())) {
			if err != nil {
				return usage(name, "%v", err)
			}
			if done, err := cable(ctx, gun, line, o.plug, out); done || err != nil {
				if err != nil {
					return err
				}
				continue
			}
			for range o.readings() {
				n++
				if err := simulateScan(ctx, gun, n, line, o.dropGS, out); err != nil || ctx.Err() != nil {
					return err
				}
			}
			rest(ctx, o.every)
		}
	}
	if o.keepOpen {
		<-ctx.Done()
	}
	rest(ctx, o.linger)
	return nil
}

// check finds flags that mean nothing and gives the bytes of --noise.
func (o *scannerFlags) check() (noise []byte, err error) {
	const name = "simulate scanner"
	switch {
	case o.repeat < 1:
		return nil, usage(name, "--repeat %d: do all scans once or more often", o.repeat)
	case o.piece < 0 || o.deaf < 0 || o.corrupt < 0:
		return nil, usage(name, "--piece, --deaf and --corrupt are counts: zero or more")
	case min(o.every, o.pace, o.timeout, o.linger) < 0:
		return nil, usage(name, "--every, --pace, --ack-timeout and --linger are times: zero or more")
	}
	if noise, err = unescape(o.noise); err != nil {
		return nil, usage(name, "--noise: %v", err)
	}
	return noise, nil
}

// readings is how often each code is read.
func (o *scannerFlags) readings() int {
	if o.twice {
		return 2
	}
	return 1
}

// plugIn publishes a simulated device and says where.
func plugIn(d interface {
	Plug(dir, name string) error
	Link() string
}, p plugFlags, out *jsonLines) error {
	if err := d.Plug(p.dir, p.name); err != nil {
		return fail(exitMissing, err, "name a folder you may write to with --dev-dir")
	}
	return out.print(map[string]string{"plugged": d.Link()})
}

// cable handles the lines that plug and unplug.
func cable(ctx context.Context, gun *sim.Scanner, line string, p plugFlags, out *jsonLines) (done bool, err error) {
	switch line {
	case "!unplug":
		soon, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		_ = gun.Drain(soon) // a station that reads nothing loses what the cable holds
		if err := gun.Unplug(); err != nil {
			return true, fail(exitMissing, err, "look at the folder "+p.dir)
		}
		return true, out.print(map[string]string{"unplugged": p.name})
	case "!plug":
		return true, plugIn(gun, p, out)
	}
	return false, nil
}

// simulateScan sends one scan and prints how it went.
func simulateScan(ctx context.Context, gun *sim.Scanner, n int, line string, dropGS bool, out *jsonLines) error {
	raw, err := unescape(line)
	if err != nil {
		return usage("simulate scanner", "scan %d: %v", n, err)
	}
	if dropGS {
		raw = bytes.ReplaceAll(raw, []byte{gs1.GS}, nil)
	}
	res, err := gun.Send(ctx, raw)
	s := simScan{N: n, Sent: line, Outcome: string(res.Outcome), Tries: res.Tries}
	if !res.Answered.IsZero() {
		s.MS = float64(res.Answered.Sub(res.LastByte).Microseconds()) / 1000
	}
	if err != nil {
		s.Outcome, s.Error = "failed", err.Error()
	}
	return out.print(s)
}

// scanLines gives the scans of the flags, or else the lines of the input.
func scanLines(scans []string, in io.Reader) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for _, s := range scans {
			if !yield(s, nil) {
				return
			}
		}
		if len(scans) > 0 {
			return
		}
		lines := bufio.NewScanner(in)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			if lines.Text() != "" && !yield(lines.Text(), nil) {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield("", err)
		}
	}
}

// untilDone gives what lines gives until ctx ends, also while lines waits for its input.
func untilDone(ctx context.Context, lines iter.Seq2[string, error]) iter.Seq2[string, error] {
	type entry struct {
		line string
		err  error
	}
	return func(yield func(string, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		read := make(chan entry)
		go func() { // a read that waits for ever ends with the program
			defer close(read)
			for line, err := range lines {
				select {
				case read <- entry{line, err}:
				case <-ctx.Done():
					return
				}
			}
		}()
		for {
			select {
			case <-ctx.Done():
				return
			case e, ok := <-read:
				if !ok || !yield(e.line, e.err) {
					return
				}
			}
		}
	}
}

// unescape reads Go escapes such as \x1d; a quotation mark stands for itself.
func unescape(s string) ([]byte, error) {
	if !strings.Contains(s, `\`) {
		return []byte(s), nil
	}
	out, err := strconv.Unquote(`"` + strings.ReplaceAll(s, `"`, `\"`) + `"`)
	if err != nil {
		return nil, fmt.Errorf("%q has an escape that is none: write \\x1d for a control byte and \\\\ for a backslash", s)
	}
	return []byte(out), nil
}

// rest pauses unless ctx ends.
func rest(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
