package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"pickstation/devices/printer"
	"pickstation/localdb"
	"pickstation/order"
	"pickstation/station"
	"pickstation/station/print"
)

// ledger is the print queue, read through the loop.
type ledger struct{ s *session }

// PrintQueue implements print.Ledger.
func (l ledger) PrintQueue(ctx context.Context, limit int) (jobs []print.Job, err error) {
	err = l.s.loop.Read(ctx, func(station.Store) error {
		jobs, err = l.s.db.PrintQueue(limit)
		return err
	})
	return jobs, err
}

// Paper implements print.Ledger.
func (l ledger) Paper(ctx context.Context, job print.Job) (p print.Paper, err error) {
	err = l.s.loop.Read(ctx, func(station.Store) error {
		p, err = paperOf(l.s.db, job)
		return err
	})
	return p, err
}

// paperOf reads what a job's paper is made of. A shipment that is not here is the
// worker's to judge: not every paper needs one.
func paperOf(db *localdb.DB, job print.Job) (p print.Paper, err error) {
	if p.Policy, err = db.Policy(); err != nil {
		return p, err
	}
	p.Operator = db.OperatorName(job.By)
	switch job.Kind {
	case order.PaperManifest:
		p.Handed, err = db.ManifestRows(job.Key)
		return p, err
	case order.PaperSlip:
		p.Instruction, err = db.InstructionNamed(job.Key)
		return p, err
	}
	if p.Shipment, err = db.Shipment(job.Shipment); err != nil || p.Shipment == nil {
		return p, err
	}
	if x := p.Shipment.Parcel(job.Parcel); x != nil && x.Waybill.Number != "" {
		if p.NumberOf, err = db.NumberOf(x.Waybill.Number, job.Shipment, job.Parcel); err != nil {
			return p, err
		}
	}
	p.Receiver, err = db.Unseal(job.Shipment)
	return p, err
}

// labelPrinter hands documents to a printer of package printer.
type labelPrinter struct{ p printer.Printer }

// printPatience bounds one call to a printer.
const printPatience = 20 * time.Second

// Submit implements print.Printer.
func (l labelPrinter) Submit(ctx context.Context, d print.Document) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, printPatience)
	defer cancel()
	ref, err := l.p.Submit(ctx, printer.Job{Name: d.Name, Document: d.Body, ContentType: d.Type, Width: d.Width, Height: d.Height})
	return string(ref), printFault(err)
}

// Find implements print.Printer.
func (l labelPrinter) Find(ctx context.Context, name, contentType string, ago time.Duration) (string, print.Found, error) {
	ctx, cancel := context.WithTimeout(ctx, printPatience)
	defer cancel()
	ref, known, err := l.p.Find(ctx, name, contentType, ago)
	var pe *printer.Error
	switch {
	case errors.As(err, &pe) && pe.Code == printer.CodeUncertain:
		return "", print.CannotTell, nil
	case err != nil:
		return "", print.NotThere, printFault(err)
	case known:
		return string(ref), print.There, nil
	}
	return "", print.NotThere, nil
}

// stages is how the queue calls the stages of a job at a printer.
var stages = map[printer.Progress]print.Progress{printer.Pending: print.Waiting, printer.InProgress: print.Waiting, printer.Interrupted: print.Waiting,
	printer.Held: print.Held, printer.Done: print.Out, printer.Sent: print.Out, printer.Canceled: print.Canceled, printer.Aborted: print.Aborted,
	printer.Forgotten: print.Forgotten}

// Job implements print.Printer.
func (l labelPrinter) Job(ctx context.Context, ref string) (print.Progress, error) {
	ctx, cancel := context.WithTimeout(ctx, printPatience)
	defer cancel()
	st, err := l.p.Job(ctx, printer.JobRef(ref))
	if err != nil {
		var pe *printer.Error
		if errors.As(err, &pe) && pe.Code == printer.CodeBadJob { // of another printer: this one knows nothing of it
			return print.Forgotten, nil
		}
		return "", printFault(err)
	}
	return stages[st.Progress], nil
}

// Status implements print.Printer.
func (l labelPrinter) Status(ctx context.Context) (code, detail string) {
	ctx, cancel := context.WithTimeout(ctx, printPatience)
	defer cancel()
	st, err := l.p.Status(ctx)
	if err != nil {
		return "unknown", err.Error()
	}
	detail = st.Hint
	if detail == "" {
		detail = strings.Join(st.Reasons, ", ")
	}
	return strings.ReplaceAll(string(st.Condition), "-", "_"), detail
}

// printFault is a printer's error as the queue understands it.
func printFault(err error) error {
	var pe *printer.Error
	if !errors.As(err, &pe) {
		return err
	}
	return &printFailure{&order.Error{Code: pe.Code, Op: pe.Op, Msg: "the printer did not take the paper", Hint: pe.Hint, Err: pe},
		pe.Retryable && !pe.MayHavePrinted}
}

// printFailure says whether trying again may help without anybody's hands.
type printFailure struct {
	err   *order.Error
	again bool
}

func (f *printFailure) Error() string   { return f.err.Error() }
func (f *printFailure) Unwrap() error   { return f.err }
func (f *printFailure) Retryable() bool { return f.again }

// openPrinter makes the printer of a configuration.
func openPrinter(e PrinterEntry) (print.Printer, error) {
	p, err := printer.Open(e.URI)
	if err != nil {
		return nil, err
	}
	return labelPrinter{p}, nil
}

// profile is how papers are made for the printer of a configuration.
func (e PrinterEntry) profile() print.Profile {
	return print.Profile{DPI: e.DPI, ShiftX: e.OffsetX, ShiftY: e.OffsetY, Language: e.Language, Form: e.Form, List: e.List, WidthMM: e.WidthMM, Banner: e.banner}
}

// printers are the workers of a bench's printers: one for labels, and one for papers on
// office sheets where the bench has a second printer.
type printers struct {
	loop    *station.Loop
	workers []*print.Worker

	folders []*printer.Spool // printers that are folders

	mu    sync.Mutex // guards below
	names []string
	last  []print.Status
}

// newPrinters opens the printers of the configuration.
func newPrinters(ctx context.Context, s *session, clock station.Clock) (*printers, error) {
	p := &printers{loop: s.loop}
	entries := []PrinterEntry{s.cfg.Printer}
	if s.cfg.Paper != nil {
		entries = append(entries, *s.cfg.Paper)
	}
	for i, e := range entries {
		pr, err := openPrinter(e)
		if err != nil {
			return nil, err
		}
		if dir, ok := pr.(labelPrinter).p.(*printer.Spool); ok {
			p.folders = append(p.folders, dir)
		}
		p.names, p.last = append(p.names, e.URI), append(p.last, print.Status{})
		p.workers = append(p.workers, print.NewWorker(print.Worker{Ledger: ledger{s}, Printer: pr, Report: s.loop, Profile: e.profile(),
			Kinds: kindsOf(i, len(entries)), Station: order.StationID(s.cfg.Station), Now: clock.Now, Log: s.log,
			Notify: func(st print.Status) { p.notify(ctx, i, st) }}))
	}
	return p, nil
}

// kindsOf says which papers the i-th of n printers prints.
func kindsOf(i, n int) func(order.PaperKind) bool {
	label := func(k order.PaperKind) bool { return k == order.PaperWaybill || k == order.PaperSlip }
	switch {
	case n == 1:
		return nil
	case i == 0:
		return label
	}
	return func(k order.PaperKind) bool { return !label(k) }
}

// notify shows the printers as one: the first that needs somebody, else the first.
func (p *printers) notify(ctx context.Context, i int, st print.Status) {
	p.mu.Lock()
	p.last[i] = st
	v := station.PrinterView{}
	for j := range p.last {
		x := station.PrinterView{Name: p.names[j], Status: p.last[j].Code, Detail: p.last[j].Detail}
		if j == 0 || v.Prints() && !x.Prints() {
			v.Name, v.Status, v.Detail = x.Name, x.Status, x.Detail
		}
		v.Queued += p.last[j].Queued
		if n := p.last[j].Parked; n > 0 {
			if v.Parked == 0 || p.last[j].Since.Before(v.ParkedSince) {
				v.ParkedSince = p.last[j].Since
			}
			v.Parked += n
		}
		v.Done += p.last[j].Done
	}
	p.mu.Unlock()
	_ = p.loop.SetPrinter(ctx, v) // fails only when the loop has ended
}

// purge deletes old documents from folders that stand for printers, as receivers are
// deleted from the database.
func (p *printers) purge(before time.Time, log *slog.Logger) {
	for _, dir := range p.folders {
		if n, err := dir.Purge(before); err != nil {
			log.Warn("purge_spool", "err", err)
		} else if n > 0 {
			log.Info("purge_spool", "documents", n)
		}
	}
}

// wake tells every worker that there may be a job.
func (p *printers) wake() {
	for _, w := range p.workers {
		w.Wake()
	}
}

// run prints until ctx ends.
func (p *printers) run(ctx context.Context, start func(name string, f func())) {
	for _, w := range p.workers {
		start("print", func() { _ = w.Run(ctx) }) // ends with ctx only
	}
}
