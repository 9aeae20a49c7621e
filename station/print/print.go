// Package print is the worker of the print queue. The queue itself, a ledger of
// every original and reprint, lives in the station's database; a scan only adds a
// job to it and never waits. The worker renders a job when its turn has come,
// hands the page to the printer under a name that is unique for paper and print
// number, follows it until it is out, and reports to the loop what became of it.
//
// Nothing is printed twice: before a job is sent, the ledger says that it may be
// leaving; a job that was found so is looked for at the printer under its name. Where
// the printer cannot say, a person looks.
package print

import (
	"context"
	"log/slog"
	"time"

	"pickstation/order"
)

// Job is a line of the print ledger.
type Job = order.PrintResult

// Ledger is the reading side of the print queue.
type Ledger interface {
	// PrintQueue returns jobs that are not dealt with, parked ones included, oldest first.
	PrintQueue(ctx context.Context, limit int) ([]Job, error)
	// Paper returns what is to be printed for a job.
	Paper(ctx context.Context, job Job) (Paper, error)
}

// Paper is what a job's document is made of; the receiver is opened for this one page.
type Paper struct {
	Shipment    *order.Shipment // nil for a hand-over list, and for a slip whose shipment is gone
	Receiver    order.Receiver
	Policy      order.Policy // its sender block is printed
	Operator    string       // who asked for it
	Instruction *order.Instruction
	Handed      []order.HandedParcel
	NumberOf    string // what else has the parcel's waybill number, "" nothing
}

// Document is a finished paper on its way to a printer.
type Document struct {
	Name          string // unique for paper and print number
	Type          string // "application/pdf", "application/vnd.zebra-zpl", …
	Body          []byte
	Width, Height int // of the first page in hundredths of a millimetre
}

// Found is what a printer says of an earlier try.
type Found int

// Answers to the question whether the printer has a document of a name.
const (
	NotThere Found = iota
	There
	CannotTell // it keeps no list: nobody but a person who looks can say
)

// Progress is how far a printer is with a document.
type Progress string

// Stages of a document at the printer.
const (
	Waiting   Progress = "waiting" // it has it, and has not said that it is out
	Held      Progress = "held"    // the same, until somebody releases it there
	Out       Progress = "out"
	Aborted   Progress = "aborted"
	Canceled  Progress = "canceled"
	Forgotten Progress = "forgotten" // it knows nothing of it any more
)

// Printer takes finished documents.
type Printer interface {
	// Submit hands over a document. Submitting the same name and content again must not
	// print twice. ref is the printer's own name of the job.
	Submit(ctx context.Context, d Document) (ref string, err error)
	// Find looks for a document of that name and type that was handed over so long ago.
	Find(ctx context.Context, name, contentType string, ago time.Duration) (ref string, f Found, err error)
	// Job says how far a document is.
	Job(ctx context.Context, ref string) (Progress, error)
	// Status says how the printer is: "ready" or a stable code, with a detail.
	Status(ctx context.Context) (code, detail string)
}

// Reporter is the loop. It returns when a report is durable; a job to be sent that nobody
// waits for any more has the error code [order.PrintNotWanted].
type Reporter interface {
	Printed(ctx context.Context, r order.PrintResult) error
}

// Retryable is what an error of a printer may say of itself; errors that say
// nothing are tried again.
type Retryable interface{ Retryable() bool }

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
	Profile Profile
	Kinds   func(order.PaperKind) bool // which papers this printer prints, nil all
	Station order.StationID
	Now     func() time.Time
	Log     *slog.Logger
	Notify  func(status Status) // for the screen, nil none

	wake chan struct{}

	// Owned by Run.
	waiting bool // something is not finished: look again soon
	told    bool // last was told
	last    Status
	run     int // jobs that came out since the queue was last empty
	held    map[int64]bool
}

// Status is the printer and its queue.
type Status struct {
	Code   string // "ready" or what keeps the printer from printing
	Detail string
	Queued int // jobs that are not out yet
	Parked int
	Since  time.Time // when the oldest of them was parked
	Done   int       // jobs that came out since the queue was last empty
}

// NewWorker returns w ready to run.
func NewWorker(w Worker) *Worker {
	w.wake = make(chan struct{}, 1)
	w.held = map[int64]bool{}
	if w.Log == nil {
		w.Log = slog.New(slog.DiscardHandler)
	}
	return &w
}

// Wake tells the worker that there may be a job, or that somebody wants to know how
// the printer is. It never blocks.
func (w *Worker) Wake() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// The worker looks again after busy while jobs wait to become due or to come out, and
// after calm to see how the printer is.
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
// are all parked, more are. atPrinter is how many the printer may have at a time, so
// that a cancelled order still finds its paper here.
const (
	queueLook = 200
	atPrinter = 4
)

// queue is what is open, as far as looked at.
type queue struct {
	next    *Job  // oldest that is neither parked nor at the printer, nil none
	taken   []Job // at the printer
	waiting int   // all that are not parked
	parked  int
	since   time.Time // of the oldest parked job
	trouble string    // code of the newest parked job that may be out, "" none
}

// Step deals with the jobs at the printer, then prints the job whose turn it is, and
// reports whether there was one. A failed job holds up those behind it until it is due
// again or parked, so that labels come out in the order of the boxes.
func (w *Worker) Step(ctx context.Context) (bool, error) {
	q, err := w.look(ctx)
	if err != nil {
		return false, err
	}
	out, err := w.follow(ctx, q.taken)
	if err != nil {
		return false, err
	}
	w.run += out
	if q.waiting -= out; q.waiting == 0 {
		defer func() { w.run = 0 }()
	}
	code, detail := w.Printer.Status(ctx)
	w.status(&q, code, detail)
	job := q.next
	w.waiting = q.waiting > 0
	if job == nil || hands[code] || away[code] && job.Attempts > 0 || len(q.taken)-out >= atPrinter || job.State == order.PrintFailed && w.early(job) {
		return out > 0, nil
	}
	return true, w.print(ctx, job)
}

// hands are states in which a printer waits for a person: what is sent to it then comes
// out much later, perhaps for an order that is cancelled by then, or is lost when it is
// switched off. Jobs wait in the queue instead.
var hands = map[string]bool{"paused": true, "media_empty": true, "ribbon_empty": true, "cover_open": true, "head_hot": true, "head_cold": true,
	"jam": true, "buffer_full": true, "attention": true, "rejecting": true, "stopped": true}

// away are states that the first try of a job tells as well, with what is in its way; then
// it waits, and comes out by itself once the printer is there.
var away = map[string]bool{"unreachable": true, "denied": true}

// early says whether a failed job is not due again yet. One whose report lies in the
// future, by a clock that was wrong, is due.
func (w *Worker) early(job *Job) bool {
	since := w.Now().Sub(job.At)
	return since >= 0 && since < Backoff(job.Attempts)
}

// look reads the queue as far as the next job of this printer.
func (w *Worker) look(ctx context.Context) (q queue, err error) {
	for limit := queueLook; ; limit *= 4 {
		jobs, err := w.Ledger.PrintQueue(ctx, limit)
		if err != nil {
			return q, err
		}
		q = queue{}
		for i := range jobs {
			if w.Kinds == nil || w.Kinds(jobs[i].Kind) {
				q.add(&jobs[i])
			}
		}
		if q.next != nil || len(jobs) < limit {
			return q, nil
		}
	}
}

func (q *queue) add(job *Job) {
	if job.State == order.PrintParked {
		if q.parked++; q.parked == 1 || job.At.Before(q.since) {
			q.since = job.At
		}
		if job.MayBeOut() {
			q.trouble = job.Code
		}
		return
	}
	q.waiting++
	switch {
	case job.State == order.PrintTaken:
		q.taken = append(q.taken, *job)
	case q.next == nil:
		q.next = job
	}
}

// status tells the screen, when anybody listens, how the printer is, if that changed.
// What is known of jobs stands behind what the printer says of itself.
func (w *Worker) status(q *queue, code, detail string) {
	if w.Notify == nil {
		return
	}
	if code == "ready" || code == "printing" || code == "unknown" {
		switch {
		case len(w.held) > 0:
			code = "job_held"
		case q.trouble != "":
			code = q.trouble
		case q.waiting > 0 && code == "ready":
			code = "printing"
		}
	}
	st := Status{Code: code, Detail: detail, Queued: q.waiting, Parked: q.parked, Since: q.since, Done: w.run}
	if !w.told || st != w.last {
		w.told, w.last = true, st
		w.Notify(st)
	}
}
