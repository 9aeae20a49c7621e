// Package print is the worker of the print queue. The queue itself, a ledger of
// every original and reprint, lives in the station's database; a scan only adds a
// job to it and never waits. The worker renders a job when its turn has come,
// hands the page to the printer under a name that is unique for parcel and print
// number, and reports to the loop what became of it.
package print

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"strings"
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
	// Paper returns what is to be printed for a job.
	Paper(ctx context.Context, job Job) (Paper, error)
}

// Paper is what a waybill is made of; the receiver is opened for this one page.
type Paper struct {
	Shipment *order.Shipment
	Receiver order.Receiver
	Policy   order.Policy // its sender block is printed
	Operator string       // who asked for it
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

	// Owned by Run.
	waiting bool // a job failed and is not due yet
	told    bool // last was told
	last    Status
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

// The worker looks again after busy while jobs wait to become due, and after calm to
// see how the printer is.
const (
	busy = time.Second
	calm = 5 * time.Second
)

// Run prints until ctx ends.
func (w *Worker) Run(ctx context.Context) error {
	again := time.NewTimer(busy)
	defer again.Stop()
	for {
		pause := calm
		for did := true; did; {
			var err error
			if did, err = w.Step(ctx); err != nil {
				if ctx.Err() != nil {
					return nil
				}
				w.Log.Error("print_queue", "err", err)
				pause = busy
				break
			}
		}
		if w.waiting {
			pause = busy
		}
		again.Reset(pause)
		select {
		case <-ctx.Done():
			return nil
		case <-w.wake:
		case <-again.C:
		}
	}
}

// queueLook is how many open jobs are looked at first for the next one; where they
// are all parked, more are.
const queueLook = 200

// Step prints the job whose turn it is and reports whether there was one. A failed
// job holds up those behind it until it is due again or parked, so that labels come
// out in the order of the boxes.
func (w *Worker) Step(ctx context.Context) (bool, error) {
	job, waiting, parked, err := w.next(ctx)
	if err != nil {
		return false, err
	}
	w.status(ctx, waiting, parked)
	w.waiting = job != nil
	if job == nil || job.State == order.PrintFailed && w.early(job) {
		return false, nil
	}
	return true, w.print(ctx, job)
}

// early says whether a failed job is not due again yet. One whose report lies in the
// future, by a clock that was wrong, is due.
func (w *Worker) early(job *Job) bool {
	since := w.Now().Sub(job.At)
	return since >= 0 && since < Backoff(job.Attempts)
}

// next returns the oldest job that is not parked, nil for none, and how many wait
// and are parked among those looked at.
func (w *Worker) next(ctx context.Context) (job *Job, waiting, parked int, err error) {
	for limit := queueLook; ; limit *= 4 {
		jobs, err := w.Ledger.PrintQueue(ctx, limit)
		if err != nil {
			return nil, 0, 0, err
		}
		parked = 0
		for i := range jobs {
			if jobs[i].State == order.PrintParked {
				parked++
			} else if job == nil {
				job = &jobs[i]
			}
		}
		if job != nil || len(jobs) < limit {
			return job, len(jobs) - parked, parked, nil
		}
	}
}

// print renders one job and hands it over.
func (w *Worker) print(ctx context.Context, job *Job) error {
	r := order.PrintResult{JobID: job.JobID, Shipment: job.Shipment, Parcel: job.Parcel, No: job.No, Version: job.Version}
	name, doc, version, err := w.render(ctx, job)
	var u *unread
	if errors.As(err, &u) {
		return err
	}
	if err != nil {
		return w.failed(ctx, r, job.Attempts, err)
	}
	r.Version, r.State = version, order.PrintSending
	if err := w.Report.Printed(ctx, r); err != nil {
		return err
	}
	ref, err := w.Printer.Submit(ctx, name, doc)
	if job.State == order.PrintSending && nameTaken(err) {
		err, ref = nil, name // the try that a stop interrupted did reach the printer
	}
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return w.failed(ctx, r, job.Attempts+1, err)
	}
	r.State, r.Ref = order.PrintDone, ref
	return w.Report.Printed(ctx, r)
}

// status tells the screen, when anybody listens, how the printer is, if that changed.
func (w *Worker) status(ctx context.Context, queued, parked int) {
	if w.Notify == nil {
		return
	}
	code, detail := w.Printer.Status(ctx)
	st := Status{Code: code, Detail: detail, Queued: queued, Parked: parked}
	if !w.told || st != w.last {
		w.told, w.last = true, st
		w.Notify(st)
	}
}

// mendable are failures that a person mends at the printer; trying again helps then.
var mendable = map[string]bool{"print_unreachable": true, "print_denied": true, "print_no_space": true}

// nameTaken says whether the printer has a document of that name already. The name
// is unique for parcel and print number, so it is an earlier try of the same job.
func nameTaken(err error) bool {
	var e *order.Error
	return errors.As(err, &e) && e.Code == "print_name_taken"
}

// failed reports a job that could not be printed: to be tried again, or parked.
// attempts is how often it was sent to the printer.
func (w *Worker) failed(ctx context.Context, r order.PrintResult, attempts int, err error) error {
	r.State, r.Code, r.Err = order.PrintFailed, "print_failed", err.Error()
	var oe *order.Error
	var le *labels.Error
	switch {
	case errors.As(err, &oe):
		r.Code, r.Err = oe.Code, withHint(r.Err, oe.Hint)
	case errors.As(err, &le):
		r.Code, r.State, r.Err = string(le.Code), order.PrintParked, withHint(r.Err, le.Hint)
	}
	var again Retryable
	lasting := errors.As(err, &again) && !again.Retryable() && !mendable[r.Code]
	if lasting || attempts >= maxAttempts {
		r.State = order.PrintParked
	}
	w.Log.Warn("print_job", "job", r.JobID, "shipment", r.Shipment, "state", r.State, "code", r.Code)
	return w.Report.Printed(ctx, r)
}

// withHint adds the next step to what went wrong.
func withHint(what, hint string) string {
	if hint == "" {
		return what
	}
	return what + "; " + hint
}

// nameRoom is how long the parts of a name may be, so that printers take it.
const nameRoom = 100

// Name returns the name under which a print is handed to the printer: unique for
// parcel, waybill and print number, of letters, digits, '.', '_' and '-'.
func Name(p *order.Parcel, no int) string {
	whole := string(p.ID) + "-" + p.Waybill.Number
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_', r == '-', r == '.':
			return r
		}
		return '_'
	}, whole)
	if name != whole || len(name) > nameRoom || strings.HasPrefix(name, ".") {
		sum := sha256.Sum256([]byte(whole))
		name = fmt.Sprintf("P%.*s-%x", nameRoom-20, name, sum[:8])
	}
	if no > 1 {
		name += fmt.Sprintf("-reprint-%d", no)
	}
	return name
}
