package station_test

import (
	"context"
	"errors"
	"os"
	"testing"

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
		if p.Shipment, err = st.Shipment(job.Shipment); err != nil {
			return err
		}
		if p.Receiver, err = s.b.db.Unseal(job.Shipment); err != nil {
			return err
		}
		p.Operator = st.OperatorName(job.By)
		p.Policy, err = st.Policy()
		return err
	})
	return p, err
}

// spool is a printer that is a folder.
type spool struct {
	p     printer.Printer
	tries int
}

// spoolError says of itself whether trying again helps without hands.
type spoolError struct {
	err   *order.Error
	again bool
}

func (e spoolError) Error() string   { return e.err.Error() }
func (e spoolError) Unwrap() error   { return e.err }
func (e spoolError) Retryable() bool { return e.again }

func (s *spool) Submit(ctx context.Context, name string, doc []byte) (string, error) {
	s.tries++
	ref, err := s.p.Submit(ctx, printer.Job{Name: name, Document: doc, ContentType: "application/pdf"})
	var pe *printer.Error
	if errors.As(err, &pe) {
		return "", spoolError{&order.Error{Code: pe.Code, Op: pe.Op, Msg: "not printed", Hint: pe.Hint, Err: pe}, pe.Retryable}
	}
	return string(ref), err
}

func (s *spool) Status(ctx context.Context) (code, detail string) {
	st, err := s.p.Status(ctx)
	if err != nil {
		return "unknown", err.Error()
	}
	return string(st.Condition), st.Hint
}

// worker prints into a folder.
func (b *bench) worker(dir string) (*print.Worker, *spool) {
	b.Helper()
	s := &spool{p: printer.NewSpool(dir)}
	return print.NewWorker(print.Worker{Ledger: shelf{b}, Printer: s, Report: b.loop, DPI: 203, Station: "st1", Now: b.clock.Now}), s
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
