// Package print is the worker of the print queue. The queue itself, a ledger of
// every original and reprint, lives in the station's database; a scan only adds a
// job to it and never waits. The worker renders a job when its turn has come,
// hands the page to the printer under a name that is unique for parcel and print
// number, and reports to the loop what became of it.
package print

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"pickstation/labels"
	"pickstation/order"
)

// Job is a line of the print ledger.
type Job = order.PrintResult

// Ledger is the reading side of the print queue.
type Ledger interface {
	// PrintQueue returns jobs that are not done, parked ones included, oldest first.
	PrintQueue(ctx context.Context, limit int) ([]Job, error)
	// Paper returns what is to be printed of a shipment.
	Paper(ctx context.Context, id order.ShipmentID) (Paper, error)
}

// Paper is what a waybill is made of; the receiver is opened for this one page.
type Paper struct {
	Shipment *order.Shipment
	Receiver order.Receiver
	Policy   order.Policy // its sender block is printed
	Operator string       // who is at the bench
}

// Printer takes finished documents.
type Printer interface {
	// Submit hands over a document under a name. Submitting the same name and
	// content again must not print twice. ref is the printer's own name of the job.
	Submit(ctx context.Context, name string, doc []byte) (ref string, err error)
	// Status says how the printer is: "ready" or a stable code, with a detail.
	Status(ctx context.Context) (code, detail string)
}

// Reporter is the loop.
type Reporter interface {
	Printed(ctx context.Context, r order.PrintResult) error
}

// Retryable is what an error of a printer may say of itself; errors that say
// nothing are tried again.
type Retryable interface{ Retryable() bool }

// Tries before a failing job is parked for a person, and the waits between them.
const maxAttempts = 6

// Backoff returns how long a job waits after its n-th failed try: 1 s, 2 s, 4 s …
// at most a minute.
func Backoff(n int) time.Duration {
	return min(time.Second<<min(max(n-1, 0), 6), time.Minute)
}

// Worker prints one job at a time, oldest first.
type Worker struct {
	Ledger  Ledger
	Printer Printer
	Report  Reporter
	DPI     int
	Form    string // size of the waybill, as labels.Waybill.Form
	Station order.StationID
	Now     func() time.Time
	Log     *slog.Logger
	Notify  func(status Status) // for the screen, nil none

	wake chan struct{}
}

// Status is the printer and its queue.
type Status struct {
	Code   string // "ready" or what the printer reports
	Detail string
	Queued int
	Parked int
}

// NewWorker returns w ready to run.
func NewWorker(w Worker) *Worker {
	w.wake = make(chan struct{}, 1)
	if w.Log == nil {
		w.Log = slog.New(slog.DiscardHandler)
	}
	return &w
}

// Wake tells the worker that there may be a job. It never blocks.
func (w *Worker) Wake() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// poll is how often the worker looks for jobs that have become due again.
const poll = time.Second

// Run prints until ctx ends.
func (w *Worker) Run(ctx context.Context) error {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		for {
			did, err := w.Step(ctx)
			if err != nil {
				if ctx.Err() != nil {
					return nil
				}
				w.Log.Error("print_queue", "err", err)
				break
			}
			if !did {
				break
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-w.wake:
		case <-tick.C:
		}
	}
}

// queueLook is how many open jobs are looked at for the next one.
const queueLook = 200

// Step prints the job whose turn it is and reports whether there was one. A failed
// job holds up those behind it until it is due again or parked, so that labels come
// out in the order of the boxes.
func (w *Worker) Step(ctx context.Context) (bool, error) {
	jobs, err := w.Ledger.PrintQueue(ctx, queueLook)
	if err != nil {
		return false, err
	}
	var job *Job
	parked := 0
	for i := range jobs {
		if jobs[i].State == order.PrintParked {
			parked++
		} else if job == nil {
			job = &jobs[i]
		}
	}
	w.status(ctx, len(jobs)-parked, parked)
	if job == nil || job.State == order.PrintFailed && w.Now().Before(job.At.Add(Backoff(job.Attempts))) {
		return false, nil
	}
	return true, w.print(ctx, job)
}

// print renders one job and hands it over.
func (w *Worker) print(ctx context.Context, job *Job) error {
	r := order.PrintResult{JobID: job.JobID, Shipment: job.Shipment, Parcel: job.Parcel, No: job.No, Version: job.Version}
	name, doc, version, err := w.render(ctx, job)
	if err != nil {
		return w.failed(ctx, r, job, err)
	}
	r.Version, r.State = version, order.PrintSending
	if err := w.Report.Printed(ctx, r); err != nil {
		return err
	}
	ref, err := w.Printer.Submit(ctx, name, doc)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return w.failed(ctx, r, job, err)
	}
	r.State, r.Ref = order.PrintDone, ref
	return w.Report.Printed(ctx, r)
}

// status tells the screen, when anybody listens, how the printer is.
func (w *Worker) status(ctx context.Context, queued, parked int) {
	if w.Notify != nil {
		code, detail := w.Printer.Status(ctx)
		w.Notify(Status{Code: code, Detail: detail, Queued: queued, Parked: parked})
	}
}

// failed reports a job that could not be printed: to be tried again, or parked.
func (w *Worker) failed(ctx context.Context, r order.PrintResult, job *Job, err error) error {
	r.State, r.Code, r.Err = order.PrintFailed, "print_failed", err.Error()
	var oe *order.Error
	var le *labels.Error
	switch {
	case errors.As(err, &oe):
		r.Code = oe.Code
	case errors.As(err, &le):
		r.Code, r.State = string(le.Code), order.PrintParked
	}
	var again Retryable
	if errors.As(err, &again) && !again.Retryable() || job.Attempts >= maxAttempts {
		r.State = order.PrintParked
	}
	w.Log.Warn("print_job", "job", job.JobID, "shipment", job.Shipment, "state", r.State, "code", r.Code)
	return w.Report.Printed(ctx, r)
}

// Name returns the name under which a print is handed to the printer: unique for
// parcel, waybill and print number.
func Name(p *order.Parcel, no int) string {
	name := fmt.Sprintf("%s-%s", p.ID, p.Waybill.Number)
	if no > 1 {
		name += fmt.Sprintf("-reprint-%d", no)
	}
	return name
}
