package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"pickstation/devices/printer"
	"pickstation/localdb"
	"pickstation/order"
	"pickstation/station"
	"pickstation/station/print"
)

// replayPrinter is the real print worker with a folder as its printer.
type replayPrinter struct {
	dir    string
	worker *print.Worker
}

// printInto makes the replay print for real, into a folder; away takes the folder away
// and brings it back.
func (r *replay) printInto(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	r.paperIn = &replayPrinter{dir: dir}
	r.startPrinter()
	return nil
}

// startPrinter gives the print worker to the loop that runs now.
func (r *replay) startPrinter() {
	if r.paperIn != nil {
		r.paperIn.worker = print.NewWorker(print.Worker{Ledger: replayLedger{r.db, r.loop}, Report: r.loop, Station: "replay", Now: r.clock.Now,
			Printer: labelPrinter{printer.NewSpool(r.paperIn.dir)}, Profile: print.Profile{DPI: 203}})
	}
}

// printAll lets the worker do what it can now.
func (p *replayPrinter) printAll(ctx context.Context) error {
	for range 10_000 {
		did, err := p.worker.Step(ctx)
		if err != nil || !did {
			return err
		}
	}
	return errors.New("the print worker never comes to an end")
}

// turn takes the printer away, or gives it back.
func (p *replayPrinter) turn(condition string) error {
	switch condition {
	case "away":
		return os.Rename(p.dir, p.dir+".away")
	case "back":
		return os.Rename(p.dir+".away", p.dir)
	}
	return errors.New("a printer that prints is away or back")
}

// papers are the files that came out.
func (p *replayPrinter) papers() ([]string, error) {
	list, err := filepath.Glob(filepath.Join(p.dir, "*.pdf"))
	for i := range list {
		list[i] = filepath.Base(list[i])
	}
	return list, err
}

// replayLedger is the print queue of a replay.
type replayLedger struct {
	db   *localdb.DB
	loop *station.Loop
}

// PrintQueue implements print.Ledger.
func (l replayLedger) PrintQueue(ctx context.Context, limit int) (jobs []print.Job, err error) {
	err = l.loop.Read(ctx, func(station.Store) (err error) {
		jobs, err = l.db.PrintQueue(limit)
		return err
	})
	return jobs, err
}

// Paper implements print.Ledger.
func (l replayLedger) Paper(ctx context.Context, job order.PrintResult) (p print.Paper, err error) {
	err = l.loop.Read(ctx, func(station.Store) (err error) {
		p, err = paperOf(l.db, job)
		return err
	})
	return p, err
}
