package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"pickstation/devices/wedge"
	"pickstation/gs1"
	"pickstation/station"
	"pickstation/tui"
)

// newRunCommand runs a bench.
func newRunCommand() *cobra.Command {
	path, training := "/etc/pickstation/pickstation.toml", false
	cmd := &cobra.Command{
		Use:   "run",
		Short: "The terminal of a bench",
		Long: "The terminal of a bench. It holds the lock of its data folder and serves a local socket there, through which\n" +
			"status, sync and db backup talk to it. Keys: the last line of the screen says which mean something now;\n" +
			"ctrl+c twice ends the program, nothing is lost.\n\n" +
			"--training is the same bench with sample orders, in a folder of its own that is deleted at the end: no centre, no\n" +
			"printer, nothing of the real bench is touched, and every screen and paper says so. The bench's scanners work, and\n" +
			"so do the letters of a virtual one: space what is wanted, w something wrong, l the location, b a badge, y YES.",
		Example: "  pickstation run --config /etc/pickstation/pickstation.toml\n" +
			"  pickstation run --training --config /etc/pickstation/pickstation.toml",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(path)
			if err != nil {
				return err
			}
			if training {
				return runTraining(cmd.Context(), cfg)
			}
			return runBench(cmd.Context(), cfg)
		},
	}
	cmd.Flags().StringVar(&path, "config", path, "configuration file")
	cmd.Flags().BoolVar(&training, "training", false, "sample orders in a folder of its own; nothing real is touched")
	return cmd
}

// runBench opens the log file and shows the bench until the operator quits.
func runBench(ctx context.Context, cfg *Config) error {
	if !isTerminal(os.Stdout) {
		return &failure{code: exitMissing, what: "run: standard output is no terminal", do: "start it on the bench's console, or in tmux"}
	}
	if err := os.MkdirAll(cfg.DataDir, 0o700); err != nil {
		return fail(exitMissing, err, "let this user write to "+cfg.DataDir)
	}
	if own := filepath.Join(cfg.DataDir, "spool"); cfg.Printer.URI == "spool:"+own {
		if err := os.MkdirAll(own, 0o700); err != nil {
			return fail(exitMissing, err, "let this user write to "+cfg.DataDir)
		}
	}
	log, closeLog, err := openLog(cfg.DataDir)
	if err != nil {
		return err
	}
	defer closeLog()
	return newTerminal(cfg, log).run(ctx, nil)
}

// openLog opens the program's log in the data folder.
func openLog(dir string) (*slog.Logger, func(), error) {
	f, err := os.OpenFile(filepath.Join(dir, "station.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, fail(exitMissing, err, "let this user write to "+dir)
	}
	return slog.New(slog.NewTextHandler(f, nil)), func() { f.Close() }, nil
}

// terminal is the screen of a bench with the session behind it. The screen outlives
// a session that ended because a commit failed.
type terminal struct {
	cfg     *Config
	log     *slog.Logger
	guard   *tui.Guard
	views   *latest
	session atomic.Pointer[session]
	inputs  chan input
	undone  chan input    // the one that a session ended under; for pump alone
	frames  atomic.Uint64 // scans that were typed
	out     *tui.BellTerminal
	sounds  *sounder
}

// input is what was typed, as a session takes it. An error means that it was not taken:
// the loop has ended.
type input func(context.Context, *session) error

// inputsMax is how many key presses may wait for the loop.
const inputsMax = 256

func newTerminal(cfg *Config, log *slog.Logger) *terminal {
	t := &terminal{cfg: cfg, log: log, views: newLatest(), inputs: make(chan input, inputsMax), undone: make(chan input, 1)}
	t.out = tui.NewBellTerminal(os.Stdout)
	t.sounds = newSounder(&cfg.Sound, t.out, log)
	t.guard = &tui.Guard{Lang: cfg.Lang, Log: func(name string, value any, stack []byte) {
		log.Error("panic", "goroutine", name, "value", value, "stack", string(stack))
	}}
	return t
}

// run shows the screen until the operator quits or the station cannot go on. setup
// may change what the screen is given; nil for none.
func (t *terminal) run(ctx context.Context, setup func(*tui.Config)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		err := runStation(ctx, t.cfg, t.log, hooks{onView: t.views.put, onVerdict: t.sounds.heard, extra: t.pump, guard: t.guard})
		cancel()
		ended <- err
	}()
	t.guard.Go("sound", func() { t.sounds.run(ctx) })
	cfg := tui.Config{Views: t.views.c, Output: t.out, Lang: t.cfg.Lang, Color: t.cfg.UI.Color, Cold: t.cfg.UI.Cold, Training: t.cfg.training, Guard: t.guard,
		OnKey: func(key string) {
			t.input(ctx, func(ctx context.Context, s *session) error { return s.loop.Key(ctx, key) })
		},
		OnPIN: func(digits string) {
			t.input(ctx, func(ctx context.Context, s *session) error { return s.loop.PIN(ctx, digits) })
		},
		OnWedge: func(raw []byte) { t.typed(ctx, raw, time.Now()) }}
	cfg.Input = wedge.NewReader(os.Stdin, t.cfg.Wedge.options(),
		func(sc wedge.Scan) { t.typed(ctx, sc.Raw, sc.Last) },
		func(n int) { t.noise(ctx, n) })
	if setup != nil {
		setup(&cfg)
	}
	screenErr := tui.Run(ctx, cfg)
	cancel()
	if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
		return fail(exitNo, err, "see station.log in "+t.cfg.DataDir)
	}
	if screenErr != nil {
		return fail(exitMissing, screenErr, "start it on a terminal")
	}
	return nil
}

// keyboard is the device under which scans that were typed are recorded.
const keyboard = "keyboard"

// typed takes a scan of a scanner that types like a keyboard.
func (t *terminal) typed(ctx context.Context, raw []byte, last time.Time) {
	n := t.frames.Add(1)
	if s := t.cfg.Wedge.GS; s != "" {
		raw = bytes.ReplaceAll(raw, []byte(s), []byte{gs1.GS})
	}
	t.input(ctx, func(ctx context.Context, s *session) error {
		return s.loop.Scan(ctx, station.Scan{Device: keyboard, Frame: n, Text: string(raw), LastByte: last})
	})
}

// noise takes a burst that was typed like a scan and is too long for one.
func (t *terminal) noise(ctx context.Context, bytes int) {
	t.input(ctx, func(ctx context.Context, s *session) error {
		return s.loop.Scan(ctx, station.Scan{Device: keyboard, Noise: bytes})
	})
}

// input queues what a key means; it waits only when hundreds are waiting already.
func (t *terminal) input(ctx context.Context, do input) {
	select {
	case t.inputs <- do:
	case <-ctx.Done():
	}
}

// pump carries what was typed to the session's loop. What a session did not take any
// more is the next one's first.
func (t *terminal) pump(ctx context.Context, s *session) error {
	t.session.Store(s)
	for {
		var do input
		select {
		case do = <-t.undone:
		default:
			select {
			case do = <-t.inputs:
			case <-ctx.Done():
				return nil
			}
		}
		if taken := do(ctx, s) == nil; !taken {
			t.undone <- do
			<-ctx.Done()
			return nil
		}
	}
}

// latest is a mailbox of one slot in which the newest view takes the old one's
// place: a slow reader sees the latest state, and nobody waits for it.
type latest struct {
	mu sync.Mutex // one writer at a time
	c  chan *station.View
}

func newLatest() *latest { return &latest{c: make(chan *station.View, 1)} }

func (l *latest) put(v *station.View) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-l.c:
	default:
	}
	l.c <- v
}

// isTerminal says whether w is a terminal.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
