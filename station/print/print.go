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

// Job is a line of the print ledger whose turn it is.
type Job struct {
	ID       int64
	Shipment order.ShipmentID
	Parcel   int
	No       int // 1 is the original, 2 and up are reprints
	Version  int // order version that was asked for
	Attempts int // earlier tries that failed
	State    order.PrintState
	By       order.OperatorID
	Asked    time.Time
}

// Ledger is the reading side of the print queue.
type Ledger interface {
	// NextPrint returns the oldest job that is queued, or was being sent when the
	// station stopped, or failed and is due again at now; nil when there is none.
	NextPrint(now time.Time) (*Job, error)
	// Paper returns what is to be printed: the shipment as it stands and the opened
	// receiver.
	Paper(id order.ShipmentID) (*order.Shipment, order.Receiver, error)
	// Policy returns the warehouse's policy, whose sender block is printed.
	Policy() (order.Policy, error)
	// OperatorName returns the name to print, or the id.
	OperatorName(id order.OperatorID) string
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
	Zone    func() *time.Location
	Log     *slog.Logger
	Notify  func(code, detail string) // printer status for the screen, nil none

	wake chan struct{}
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
	w.status(ctx)
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

// Step prints the job whose turn it is and reports whether there was one.
func (w *Worker) Step(ctx context.Context) (bool, error) {
	job, err := w.Ledger.NextPrint(w.Now())
	if err != nil || job == nil {
		return false, err
	}
	r := order.PrintResult{JobID: job.ID, Shipment: job.Shipment, Parcel: job.Parcel, No: job.No, Version: job.Version}
	name, doc, version, err := w.render(job)
	if err != nil {
		return true, w.failed(ctx, r, job, err)
	}
	r.Version = version
	if job.State != order.PrintSending {
		r.State = order.PrintSending
		if err := w.Report.Printed(ctx, r); err != nil {
			return true, err
		}
	}
	ref, err := w.Printer.Submit(ctx, name, doc)
	if err != nil {
		if ctx.Err() != nil {
			return true, ctx.Err()
		}
		w.status(ctx)
		return true, w.failed(ctx, r, job, err)
	}
	w.status(ctx)
	r.State, r.Ref = order.PrintDone, ref
	return true, w.Report.Printed(ctx, r)
}

func (w *Worker) status(ctx context.Context) {
	if w.Notify != nil {
		w.Notify(w.Printer.Status(ctx))
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
	if errors.As(err, &again) && !again.Retryable() || job.Attempts+1 >= maxAttempts {
		r.State = order.PrintParked
	}
	w.Log.Warn("print_job", "job", job.ID, "shipment", job.Shipment, "state", r.State, "code", r.Code)
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
