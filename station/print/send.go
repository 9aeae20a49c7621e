package print

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"

	"pickstation/labels"
	"pickstation/order"
)

// print hands one job to the printer, unless the printer has it already.
func (w *Worker) print(ctx context.Context, job *Job) error {
	r := *job
	r.At, r.Code, r.Err = order.PrintResult{}.At, "", ""
	paper, err := w.Ledger.Paper(ctx, *job)
	if err = unopened(err); err != nil {
		var u *unread
		if errors.As(err, &u) {
			return err
		}
		return w.failed(ctx, r, job.Attempts, err)
	}
	if job.Attempts > 0 {
		if dealt, err := w.again(ctx, &paper, job, r); dealt || err != nil {
			return err
		}
	}
	page, err := w.render(&paper, job)
	if err != nil {
		return w.failed(ctx, r, job.Attempts, err)
	}
	r.Version, r.Contents, r.State = page.version, page.contents, order.PrintSending
	if wanted, err := w.sending(ctx, r); !wanted {
		return err
	}
	ref, err := w.Printer.Submit(ctx, page.Document)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return w.failed(ctx, r, job.Attempts+1, err)
	}
	r.Ref = ref
	return w.handed(ctx, r)
}

// sending notes that a job may be leaving from now on, and says whether somebody still wants it.
func (w *Worker) sending(ctx context.Context, r Job) (wanted bool, err error) {
	err = w.Report.Printed(ctx, r)
	var e *order.Error
	if errors.As(err, &e) && e.Code == order.PrintNotWanted {
		return false, nil
	}
	return err == nil, err
}

// again looks for an earlier try of a job at the printer, and reports whether nothing is
// left to be done. Its paper says what the ledger says that was sent.
func (w *Worker) again(ctx context.Context, paper *Paper, job *Job, r Job) (dealt bool, err error) {
	ref, found, err := w.Printer.Find(ctx, nameOf(paper, job), w.Profile.contentType(), w.Now().Sub(job.At))
	switch {
	case err != nil && (ctx.Err() != nil || job.State == order.PrintSending):
		return false, err // it may be out: the job stays what it is until the printer answers
	case err != nil:
		r.State = order.PrintSending
		if wanted, err := w.sending(ctx, r); !wanted {
			return true, err
		}
		return true, w.failed(ctx, r, job.Attempts+1, err)
	case found == There:
		r.Ref = ref
		return true, w.handed(ctx, r)
	case found == CannotTell && job.State == order.PrintSending:
		return true, w.failed(ctx, r, job.Attempts, errUncertain)
	}
	return false, nil
}

// errUncertain is a try of which nobody knows whether it came out.
var errUncertain = permanent(order.Errorf(order.PrintUncertain, "the station stopped while it was printing").
	WithHint("look whether the paper came out: scan it, or print it again"))

// handed reports a job that the printer took: out, or to be followed.
func (w *Worker) handed(ctx context.Context, r Job) error {
	r.State, r.Code, r.Err = order.PrintTaken, "", ""
	if p, err := w.Printer.Job(ctx, r.Ref); err == nil && p == Out {
		r.State = order.PrintDone
		w.run++
	}
	return w.Report.Printed(ctx, r)
}

// follow asks for the jobs at the printer and reports those that are over; out is how
// many of them came out. A printer that does not answer changes nothing.
func (w *Worker) follow(ctx context.Context, jobs []Job) (out int, err error) {
	held := map[int64]bool{}
	for i := range jobs {
		job := jobs[i]
		p, err := w.Printer.Job(ctx, job.Ref)
		if ctx.Err() != nil {
			return out, ctx.Err()
		}
		if err != nil {
			w.Log.Warn("print_follow", "job", job.JobID, "err", err)
			continue
		}
		job.At = order.PrintResult{}.At
		switch p {
		case Out:
			out++
			job.State, job.Code, job.Err = order.PrintDone, "", ""
		case Aborted:
			job.State, job.Code, job.Err = order.PrintParked, order.PrintAborted, "the printer gave the job up; look whether the paper came out: scan it, or print it again"
		case Canceled:
			job.State, job.Code, job.Err = order.PrintParked, order.PrintCanceled, "somebody cancelled the job at the printer; look whether the paper came out: scan it, or print it again"
		case Forgotten:
			job.State, job.Code, job.Err = order.PrintParked, order.PrintUncertain, "the printer forgot the job; look whether the paper came out: scan it, or print it again"
		case Held:
			held[job.JobID] = true
			continue
		default:
			continue
		}
		if err := w.Report.Printed(ctx, job); err != nil {
			return out, err
		}
	}
	w.held = held
	return out, nil
}

// mendable are failures that a person mends at the printer. Nothing came out, so such a job
// waits for as long as that takes and comes out by itself.
var mendable = map[string]bool{"print_unreachable": true, "print_denied": true, "print_no_space": true}

// failed reports a job that could not be printed: to be tried again, or parked.
// attempts is how often it was sent to the printer.
func (w *Worker) failed(ctx context.Context, r Job, attempts int, err error) error {
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
	lasting := errors.As(err, &again) && !again.Retryable() || attempts >= order.PrintTries
	if lasting && !mendable[r.Code] {
		r.State = order.PrintParked
	}
	if r.Code == order.PrintNotWanted {
		r.State = order.PrintDropped
	}
	w.Log.Warn("print_job", "job", r.JobID, "kind", r.Kind.Word(), "shipment", r.Shipment, "state", r.State, "code", r.Code)
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
const nameRoom = 90

// Name returns the name under which a paper of a parcel is handed to the printer: unique
// for parcel, waybill, kind and print number, of letters, digits, '.', '_' and '-'.
func Name(p *order.Parcel, kind order.PaperKind, no int) string {
	name := plainName(string(p.ID) + "-" + p.Waybill.Number)
	if kind != order.PaperWaybill {
		name += "-" + string(kind)
	}
	return numberedName(name, no)
}

// keyName is the name of a paper that is of no parcel.
func keyName(kind order.PaperKind, key string, no int) string {
	return numberedName(plainName(string(kind)+"-"+key), no)
}

func numberedName(name string, no int) string {
	if no > 1 {
		name += fmt.Sprintf("-reprint-%d", no)
	}
	return name
}

// plainName keeps a name that printers and folders take; another gets a fingerprint.
func plainName(whole string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_', r == '-', r == '.':
			return r
		}
		return '_'
	}, whole)
	if name != whole || len(name) > nameRoom || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "-") {
		sum := sha256.Sum256([]byte(whole))
		name = fmt.Sprintf("P%.*s-%x", nameRoom-20, name, sum[:8])
	}
	return name
}
