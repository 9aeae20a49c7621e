package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pickstation/localdb"
)

type scenarioOptions struct {
	from, dir, config, out, title string
	last                          time.Duration
	example                       bool
}

// newScenarioCommand runs scenarios, and makes them of what happened at a bench.
func newScenarioCommand() *cobra.Command {
	var o scenarioOptions
	cmd := &cobra.Command{
		Use:   "scenario [FILE.txtar…]",
		Short: "Run scenario files, or make one of what happened at a bench",
		Long: "Without --from and --last: run scenario files on the station's own loop and database, and say which step\n" +
			"went otherwise.\n\n" +
			"With --last or --from: make such a file of what the flight recorder of a data folder holds. The file holds the\n" +
			"orders that were touched, without receivers, and people only by their ids; badges, PINs and texts that nobody\n" +
			"knows are left out. It says what the station answers to each step now, with a remark where the bench had said\n" +
			"something else, so that it runs as a test as it is. Add the file to cmd/pickstation/testdata/scenario.",
		Example: "  pickstation scenario --last 5m --config /etc/pickstation/pickstation.toml --out incident.txtar\n" +
			"  pickstation scenario --from flight.jsonl --dir /var/lib/pickstation --out incident.txtar\n" +
			"  pickstation scenario incident.txtar\n  pickstation scenario --example > mine.txtar",
		RunE: func(cmd *cobra.Command, args []string) error {
			making := o.from != "" || o.last != 0
			switch {
			case o.example:
				_, err := io.WriteString(cmd.OutOrStdout(), exampleScenario)
				return err
			case making && len(args) > 0 || !making && len(args) == 0:
				return usage("scenario", "name scenario files to run, or give --last or --from to make one")
			case !making:
				return runScenarios(cmd.Context(), args, cmd.OutOrStdout())
			case o.last < 0:
				return usage("scenario", "--last is a time such as 5m")
			}
			return o.make(cmd.Context(), cmd.OutOrStdout())
		},
	}
	f := cmd.Flags()
	f.DurationVar(&o.last, "last", 0, "make a scenario of what happened so long before now")
	f.StringVar(&o.from, "from", "", "make a scenario of this recording")
	f.StringVar(&o.dir, "dir", "", "data folder of the bench")
	f.StringVar(&o.config, "config", "", "configuration of the bench, instead of --dir")
	f.StringVar(&o.out, "out", "-", "file to write, - for standard output")
	f.BoolVar(&o.example, "example", false, "print a scenario that works, and what it may hold, and stop")
	f.StringVar(&o.title, "title", "What happened at a bench", "first line of the scenario")
	return cmd
}

// exampleScenario shows what a scenario may hold.
const exampleScenario = `Two units are picked, a wrong one changes nothing
network: up, down
-- world --
# people li (badge B-LI), mei and boss are always there; MANGO is the code of mango, MANGO-12 a case of twelve;
# the first parcel of order A has waybill SF-A-1. Or a section world.json: what replay --work takes.
order A pack=each
  2 mango @L1 lot=L7 code=09521234000013
product durian @D-1
-- changed --
# what the centre sends on the way
order A hold=intercepted
  2 mango @L1
-- steps --
# what is done => verdict, message, do:message, @screen, picked/wanted of the line, "words"
scan B-LI                            => OK signed_in @queue
scan A                               => OK opened do:do_go_to @pick
scan DURIAN                          => WRONG_ITEM not_in_order "Put it back to D-1"
gs1 (01)09521234000013(10)L7         => OK unit_picked 1/2
gun2: hex 4d414e474f                 => NEEDS need_lot
# also: card UNDO, key F6, pin 1234, weigh 1200 [moving], scale stable 1200, net down, printer out-of-paper, wait 5m,
# at 2026-01-02T08:00:00Z, clock 2027-01-02T08:00:00Z (set, no time passes), restart, 10x scan MANGO,
# unsaved scan MANGO (the disk takes nothing; the station starts again); looking: picked, packed, short, state, owner, slot, holds, prints,
# screen, shows "text", open, question, events TYPE N, hand N, inputs N
restart
feed changed
scan A                               => BLOCKED held
picked A 1
state A awaiting_pick
`

// runScenarios runs each file in each state of the network that it names.
func runScenarios(ctx context.Context, files []string, out io.Writer) error {
	bad := 0
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			return &failure{exitMissing, "scenario: " + err.Error(), "check the name of the file", err}
		}
		sc, err := parseScenario(data)
		if err != nil {
			return &failure{exitNo, "scenario: " + name + ": " + err.Error(), "see: pickstation scenario --help", err}
		}
		for _, net := range sc.nets {
			if err := sc.run(ctx, net); err != nil {
				bad++
				fmt.Fprintf(out, "FAIL %s (network %s): %v\n", name, net, err)
				continue
			}
			fmt.Fprintf(out, "ok   %s (network %s): %s\n", name, net, sc.title)
		}
	}
	if bad > 0 {
		return &failure{code: exitNo, what: fmt.Sprintf("scenario: %d went otherwise", bad), do: "look at the step that is named"}
	}
	return nil
}

// make makes a scenario of a recording.
func (o *scenarioOptions) make(ctx context.Context, out io.Writer) error {
	if err := o.folder(); err != nil {
		return err
	}
	file := o.from
	if file == "" {
		file = filepath.Join(o.dir, flightFile)
	}
	lines, err := readFlight(file)
	if err != nil {
		return err
	}
	if o.last > 0 {
		lines = since(lines, time.Now().Add(-o.last))
	}
	if len(lines) == 0 {
		return &failure{code: exitNo, what: "scenario: nothing was recorded then", do: "give a longer time with --last"}
	}
	text, err := o.makeOf(ctx, lines)
	if err != nil {
		return err
	}
	if o.out == "-" {
		_, err = out.Write(text)
		return err
	}
	if err := os.WriteFile(o.out, text, 0o600); err != nil {
		return fail(exitMissing, err, "name a file that can be written with --out")
	}
	return nil
}

// folder finds the data folder.
func (o *scenarioOptions) folder() error {
	if o.dir == "" && o.config != "" {
		cfg, err := loadConfig(o.config)
		if err != nil {
			return err
		}
		o.dir = cfg.DataDir
	}
	if o.dir == "" {
		return usage("scenario", "name the data folder of the bench with --dir, or its configuration with --config")
	}
	return nil
}

// makeOf makes a scenario on a copy of the bench's database.
func (o *scenarioOptions) makeOf(ctx context.Context, lines []recordLine) (text []byte, err error) {
	err = withMaker(ctx, o.dir, lines, func(m *scenarioMaker) error {
		if text, err = m.make(ctx, strings.ReplaceAll(o.title, "\n", " ")); err != nil {
			return &failure{exitNo, "scenario: " + err.Error(), "replay the recording: pickstation replay --db", err}
		}
		return nil
	})
	return text, err
}

// withMaker does something with a recording and a copy of the bench's database.
func withMaker(ctx context.Context, db string, lines []recordLine, do func(*scenarioMaker) error) (err error) {
	tmp, err := os.MkdirTemp("", "pickstation-scenario-")
	if err != nil {
		return fail(exitMissing, err, "make room in the temporary folder")
	}
	defer os.RemoveAll(tmp)
	if err := copyStation(db, tmp, false); err != nil {
		return err
	}
	from, err := localdb.Open(ctx, localdb.Options{Dir: tmp})
	if err != nil {
		return fail(exitNo, err, "run 'pickstation db check' on the database")
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	reader, err := from.NewReader()
	if err != nil {
		return err
	}
	defer reader.Close()
	return do(&scenarioMaker{db: from, reader: reader, lines: lines, start: startOf(lines)})
}

// startOf is the time of the first line that has one.
func startOf(lines []recordLine) time.Time {
	for i := range lines {
		if t := lines[i].time(); !t.IsZero() {
			return t.UTC().Truncate(time.Millisecond) // as events count time
		}
	}
	return replayStart
}
