package station_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"pickstation/devices/printer"
	"pickstation/order"
	"pickstation/station"
	"pickstation/station/print"
)

// shelf is the print queue of a bench, read through its loop.
type shelf struct{ b *bench }

func (s shelf) PrintQueue(ctx context.Context, limit int) (jobs []print.Job, err error) {
	err = s.b.loop.Read(ctx, func(station.Store) error {
		jobs, err = s.b.db.PrintQueue(limit)
		return err
	})
	return jobs, err
}

func (s shelf) Paper(ctx context.Context, job print.Job) (p print.Paper, err error) {
	err = s.b.loop.Read(ctx, func(st station.Store) error {
		p.Operator = st.OperatorName(job.By)
		if p.Policy, err = st.Policy(); err != nil {
			return err
		}
		if p.Handed, err = s.b.db.ManifestRows(job.Key); err != nil {
			return err
		}
		if p.Instruction, err = s.b.db.InstructionNamed(job.Key); err != nil || job.Shipment == "" || job.Kind == order.PaperSlip {
			return err
		}
		if p.Shipment, err = st.Shipment(job.Shipment); err != nil || p.Shipment == nil {
			return err
		}
		if x := p.Shipment.Parcel(job.Parcel); x != nil {
			if p.NumberOf, err = s.b.db.NumberOf(x.Waybill.Number, job.Shipment, job.Parcel); err != nil {
				return err
			}
		}
		p.Receiver, err = s.b.db.Unseal(job.Shipment)
		return err
	})
	return p, err
}

// spool is a printer of package printer, a folder in most tests.
type spool struct {
	p     printer.Printer
	tries int // documents handed over, and folders that could not be looked at
	docs  []print.Document
}

// spoolError says of itself whether trying again helps without hands.
type spoolError struct {
	err   *order.Error
	again bool
}

func (e spoolError) Error() string   { return e.err.Error() }
func (e spoolError) Unwrap() error   { return e.err }
func (e spoolError) Retryable() bool { return e.again }

func (s *spool) Submit(ctx context.Context, d print.Document) (string, error) {
	s.tries++
	s.docs = append(s.docs, d)
	ref, err := s.p.Submit(ctx, printer.Job{Name: d.Name, Document: d.Body, ContentType: d.Type, Width: d.Width, Height: d.Height})
	return string(ref), fault(err)
}

func fault(err error) error {
	var pe *printer.Error
	if errors.As(err, &pe) {
		return spoolError{&order.Error{Code: pe.Code, Op: pe.Op, Msg: "not printed", Hint: pe.Hint, Err: pe}, pe.Retryable && !pe.MayHavePrinted}
	}
	return err
}

func (s *spool) Find(ctx context.Context, name, contentType string, ago time.Duration) (string, print.Found, error) {
	ref, known, err := s.p.Find(ctx, name, contentType, ago)
	var pe *printer.Error
	switch {
	case known:
		return string(ref), print.There, nil
	case errors.As(err, &pe) && pe.Code == printer.CodeUncertain:
		return "", print.CannotTell, nil
	case err != nil:
		s.tries++
	}
	return "", print.NotThere, fault(err)
}

func (s *spool) Job(ctx context.Context, ref string) (print.Progress, error) {
	st, err := s.p.Job(ctx, printer.JobRef(ref))
	return map[printer.Progress]print.Progress{printer.Done: print.Out, printer.Sent: print.Out, printer.Held: print.Held, printer.Aborted: print.Aborted,
		printer.Canceled: print.Canceled, printer.Forgotten: print.Forgotten, printer.InProgress: print.Waiting, printer.Pending: print.Waiting,
		printer.Interrupted: print.Waiting}[st.Progress], fault(err)
}

func (s *spool) Status(ctx context.Context) (code, detail string) {
	st, err := s.p.Status(ctx)
	if err != nil {
		return "unknown", err.Error()
	}
	return strings.ReplaceAll(string(st.Condition), "-", "_"), st.Hint
}

// worker prints into a folder.
func (b *bench) worker(dir string) (*print.Worker, *spool) {
	b.Helper()
	return b.workerFor(printer.NewSpool(dir))
}

// workerFor prints at a printer.
func (b *bench) workerFor(p printer.Printer) (*print.Worker, *spool) {
	s := &spool{p: p}
	return print.NewWorker(print.Worker{Ledger: shelf{b}, Printer: s, Report: b.loop, Profile: print.Profile{DPI: 203}, Station: "st1", Now: b.clock.Now}), s
}

// steps lets a worker work until it has nothing to do now.
func steps(t *testing.T, w *print.Worker) (n int) {
	t.Helper()
	for {
		did, err := w.Step(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if !did {
			return n
		}
		if n++; n > 1000 {
			t.Fatal("the worker never comes to an end")
		}
	}
}

func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

// packed has picked shipments of one unit whose waybills are asked for.
func packed(t *testing.T, ids ...string) *bench {
	t.Helper()
	var list []order.Shipment
	for _, id := range ids {
		list = append(list, goods(id, 1, 1))
	}
	b := newBench(t, list...)
	b.want(order.OK, badgeLi)
	for _, id := range ids {
		b.want(order.OK, "X"+id)
		b.want(order.OrderDone, item(1))
		if id != ids[len(ids)-1] {
			b.want(order.OK, "PS:QUEUE")
		}
	}
	return b
}

// jobs returns the ledger's jobs that are not done.
func (b *bench) jobs() (list []print.Job) {
	b.Helper()
	list, err := shelf{b}.PrintQueue(context.Background(), 1000)
	if err != nil {
		b.Fatal(err)
	}
	return list
}
