package main

import (
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"pickstation/devices"
	"pickstation/devices/sim"
)

// demoOptions are the flags of the demo.
type demoOptions struct {
	auto      bool
	orders    int
	from      string
	seed      uint64
	offlineAt int
	onlineAt  int
	dir       string
	out       string
	lang      string
	color     string
}

// newDemoCommand shows the whole system in one terminal.
func newDemoCommand() *cobra.Command {
	o := demoOptions{orders: 20, seed: 1, lang: "zh", color: "auto"}
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "The whole system in one terminal, no configuration",
		Long: "The whole system in one terminal: a central order API as a child process, reached through a loopback\n" +
			"line that can be cut; simulated scanners on pseudo-terminals; the real station in between. Labels go to\n" +
			"--out, other papers (of cross-border and duty-free orders, hand-over lists) to the folder papers of --dir.\n\n" +
			"With --auto it runs unattended: orders go in at the centre, a simulated scanner picks and packs them\n" +
			"with wrong scans mixed in, labels are printed to --out, the network is cut after order --offline-at and\n" +
			"restored after order --online-at, everything is synced, and three independent records are compared: the\n" +
			"simulator's journal, the station's database, the centre read back over HTTP. The last line is a JSON\n" +
			"object; exit code 1 unless nothing was lost and nothing doubled. With --dir the same command can be\n" +
			"started again after a kill at any moment and goes on where it was.",
		Example: "  pickstation demo\n" +
			"  pickstation demo --auto --orders 20 --offline-at 5 --online-at 12 --out /tmp/labels",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.from != "" && !cmd.Flags().Changed("orders") {
				o.orders = 0
			}
			if err := o.check(); err != nil {
				return err
			}
			return o.run(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.BoolVar(&o.auto, "auto", false, "run unattended")
	f.IntVar(&o.orders, "orders", o.orders, "how many sample orders, or the first so many of --from, which gives all by default")
	f.StringVar(&o.from, "from", "", "orders from a CSV of the UCI Online Retail data set")
	f.Uint64Var(&o.seed, "seed", o.seed, "seed of sample orders and wrong scans")
	f.IntVar(&o.offlineAt, "offline-at", 0, "cut the network after this many orders (0: never)")
	f.IntVar(&o.onlineAt, "online-at", 0, "restore it after this many orders (0: when all are packed)")
	f.StringVar(&o.dir, "dir", "", "folder that keeps everything, to go on after a stop (default: a new one, deleted at the end)")
	f.StringVar(&o.out, "out", "", "folder for the labels (default: labels in --dir)")
	f.StringVar(&o.lang, "lang", o.lang, "language of the screen: zh or en")
	f.StringVar(&o.color, "color", o.color, "colours of the screen: auto, 16 or mono")
	return cmd
}

func (o *demoOptions) check() error {
	switch {
	case o.orders < 0 || o.orders == 0 && o.from == "":
		return usage("demo", "--orders must be at least 1")
	case o.offlineAt < 0 || o.onlineAt < 0:
		return usage("demo", "--offline-at and --online-at count orders")
	case o.onlineAt > 0 && o.onlineAt < o.offlineAt:
		return usage("demo", "--online-at comes before --offline-at")
	case o.lang != "zh" && o.lang != "en":
		return usage("demo", "--lang is zh or en")
	}
	return nil
}

// stage is the demo's world: a folder, a centre, a line to it, simulated guns.
type stage struct {
	o       demoOptions
	dir     string
	centre  *centre
	line    *relay
	guns    []*sim.Scanner
	cfg     *Config
	journal *journal
	reader  *centreReader
	total   int // shipments there are
	log     *slog.Logger
	closers []func()
}

// run sets the stage and plays on it.
func (o *demoOptions) run(ctx context.Context, stdout, stderr io.Writer) error {
	st := &stage{o: *o}
	defer st.close()
	if err := st.folder(); err != nil {
		return err
	}
	if err := st.build(ctx); err != nil {
		return err
	}
	if o.auto {
		return st.auto(ctx, stdout, stderr)
	}
	return st.interactive(ctx)
}

// close takes everything down, last thing first.
func (st *stage) close() {
	for i := len(st.closers) - 1; i >= 0; i-- {
		st.closers[i]()
	}
}

func (st *stage) later(f func()) { st.closers = append(st.closers, f) }

// folder makes or finds the demo's folder and locks the journal's place in it.
func (st *stage) folder() error {
	dir := st.o.dir
	if dir == "" {
		tmp, err := os.MkdirTemp("", "pickstation-demo-")
		if err != nil {
			return fail(exitMissing, err, "make room in the temporary folder")
		}
		dir = tmp
		st.later(func() { os.RemoveAll(tmp) })
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	for _, d := range []string{dir, filepath.Join(dir, "dev")} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return fail(exitMissing, err, "name a folder you may write to with --dir")
		}
	}
	st.dir = dir
	if st.o.out == "" {
		st.o.out = filepath.Join(dir, "labels")
	}
	for _, d := range []string{st.o.out, st.papers()} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			return fail(exitMissing, err, "name a folder you may write to with --out")
		}
	}
	logFile, err := os.OpenFile(filepath.Join(dir, "station.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fail(exitMissing, err, "make room in "+dir)
	}
	st.later(func() { logFile.Close() })
	st.log = slog.New(slog.NewTextHandler(logFile, nil))
	return nil
}

// stationDir is the bench's data folder: the demo's own, but for folders that an older
// program made.
func (st *stage) stationDir() string {
	older := filepath.Join(st.dir, "station")
	if _, err := os.Stat(older); err == nil {
		return older
	}
	return st.dir
}

// papers is where the bench's second printer puts what is no label: --out holds labels only.
func (st *stage) papers() string { return filepath.Join(st.dir, "papers") }

// demoDone marks a folder whose centre has all its data.
const demoDone = "prepared.json"

// build prepares the centre, starts it, draws the line to it and plugs in the guns.
func (st *stage) build(ctx context.Context) error {
	var err error
	if st.centre, err = newCentre(st.dir); err != nil {
		return err
	}
	if err := st.prepare(ctx); err != nil {
		return err
	}
	if err := st.centre.start(ctx, st.dir); err != nil {
		return fail(exitMissing, err, "see central.log in "+st.dir)
	}
	st.later(st.centre.stop)
	if st.line, err = newRelay(ctx, "127.0.0.1:0", st.centre.addr); err != nil {
		return fail(exitMissing, err, "the demo needs a free loopback port")
	}
	st.later(st.line.Close)
	st.cfg = &Config{Station: "bench-1", DataDir: st.stationDir(), Lang: st.o.lang,
		DevDir: filepath.Join(st.dir, "dev"), Central: CentralConfig{URL: "https://" + st.line.Addr()},
		UI: UIConfig{Color: st.o.color}, Work: WorkConfig{Want: max(st.o.orders, 1000)},
		Printer: PrinterEntry{URI: "spool:" + st.o.out}, Paper: &PrinterEntry{URI: "spool:" + st.papers()},
		Scanner: []ScannerEntry{{demoGun, demoGun, "generic-acknak"}, {"gun2", "gun2", "generic"}}}
	if err := st.cfg.check(); err != nil {
		return err
	}
	if err := st.enrol(ctx); err != nil {
		return err
	}
	for _, g := range st.cfg.Scanner {
		if err := st.plug(g); err != nil {
			return err
		}
	}
	if err := st.count(ctx); err != nil {
		return fail(exitMissing, err, "see central.log in "+st.dir)
	}
	st.journal, err = openJournal(filepath.Join(st.dir, "simulator.jsonl"))
	if err != nil {
		return fail(exitMissing, err, "make room in "+st.dir)
	}
	st.later(func() { st.journal.Close() })
	return nil
}

func (st *stage) plug(g ScannerEntry) error {
	profile, err := devices.ProfileNamed(g.Profile)
	if err != nil {
		return err
	}
	gun := sim.NewScanner(profile, sim.Options{AckTimeout: 5 * time.Second})
	if err := gun.Plug(st.cfg.DevDir, g.Port); err != nil {
		return fail(exitMissing, err, "the demo needs pseudo-terminals (/dev/ptmx)")
	}
	st.guns = append(st.guns, gun)
	st.later(func() { _ = gun.Unplug() }) // the process ends anyway
	return nil
}

// screenOut is where the interactive demo draws.
var screenOut = os.Stdout

// togglePaper takes the label folder away and gives it back, as an empty roll would.
func (st *stage) togglePaper() {
	away := st.o.out + ".away"
	if _, err := os.Stat(away); err == nil {
		_ = os.Rename(away, st.o.out) // shown by the printer's state either way
		return
	}
	_ = os.Rename(st.o.out, away)
}
