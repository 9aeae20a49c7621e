package station_test

import (
	"context"
	"io"
	"net"
	"path/filepath"
	"testing"
	"time"

	"pickstation/devices/printer"
	"pickstation/localdb"
	"pickstation/order"
	"pickstation/station"
)

// rawPrinter is one that takes what is sent to it, and cannot tell what it had.
func rawPrinter(t *testing.T) printer.Printer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = io.Copy(io.Discard, c)
			c.Close()
		}
	}()
	p, err := printer.Open("socket://" + l.Addr().String() + "?lang=none")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestALabelLeavesOnlyOnceTheLedgerSaysSo lets the commit fail that says that a label may be
// leaving: were it out by then, it would come out again.
func TestALabelLeavesOnlyOnceTheLedgerSaysSo(t *testing.T) {
	b, p := packed(t, "1"), rawPrinter(t)
	b.stop()
	b.db.Close()
	b.open()
	b.start(func(o *station.Options) {
		o.Store = &failingStore{dbStore: dbStore{b.db}, fails: func() bool { return true }}
	})
	w, s := b.workerFor(p)
	if _, err := w.Step(context.Background()); codeOf(err) != "not_saved" {
		t.Errorf("the worker: %v", err)
	}
	if len(s.docs) != 0 {
		t.Errorf("%d labels left", len(s.docs))
	}
	_ = b.wait()
	b.db.Close()
	b.open()
	b.start(nil)
	w, s = b.workerFor(p)
	steps(t, w)
	b.settle()
	if jobs := b.jobs(); len(s.docs) != 1 || len(jobs) != 0 {
		t.Errorf("%d labels, ledger %+v", len(s.docs), jobs)
	}
}

// TestAJobThatSomebodyEndedIsNotSent ends it while the worker draws it.
func TestAJobThatSomebodyEndedIsNotSent(t *testing.T) {
	b := packed(t, "1")
	job := b.job()
	done := job
	done.State = order.PrintDone
	if err := b.loop.Printed(context.Background(), done); err != nil {
		t.Fatal(err)
	}
	job.State = order.PrintSending
	if err := b.loop.Printed(context.Background(), job); codeOf(err) != order.PrintNotWanted {
		t.Errorf("to be sent: %v", err)
	}
	job.State = order.PrintDone
	if err := b.loop.Printed(context.Background(), job); err != nil {
		t.Errorf("done: %v", err)
	}
	w, s := b.worker(t.TempDir())
	w.Report = ended{b.loop}
	b.next()
	b.want(order.ConfirmAgain, "PS:PRINT")
	b.want(order.OK, "PS:YES")
	if _, err := w.Step(context.Background()); err != nil || len(s.docs) != 0 {
		t.Errorf("%d labels left, %v", len(s.docs), err)
	}
}

// ended is a loop at which somebody ends each job before it is sent.
type ended struct{ loop *station.Loop }

func (e ended) Printed(ctx context.Context, r order.PrintResult) error {
	if r.State == order.PrintSending {
		gone := r
		gone.State = order.PrintDropped
		if err := e.loop.Printed(ctx, gone); err != nil {
			return err
		}
	}
	return e.loop.Printed(ctx, r)
}

// TestARestoredBackupPrintsNothingTwice puts a backup back in which labels wait that came out
// after it was taken.
func TestARestoredBackupPrintsNothingTwice(t *testing.T) {
	b, p := packed(t, "1", "2", "3"), rawPrinter(t)
	b.settle()
	r := b.reader()
	file := filepath.Join(t.TempDir(), "night.db")
	if err := r.Backup(context.Background(), file); err != nil {
		t.Fatal(err)
	}
	r.Close()
	w, s := b.workerFor(p)
	steps(t, w)
	b.settle()
	b.stop()
	b.db.Close()
	if len(s.docs) != 3 {
		t.Fatalf("%d labels", len(s.docs))
	}
	if _, err := localdb.Restore(b.dir, file, true, time.Now()); err != nil {
		t.Fatal(err)
	}
	b.open()
	b.start(nil)
	w, s = b.workerFor(p)
	steps(t, w)
	b.settle()
	if len(s.docs) != 0 {
		t.Errorf("%d labels came out again", len(s.docs))
	}
	for _, j := range b.jobs() {
		if j.State != order.PrintParked || j.Code != order.PrintUncertain {
			t.Errorf("%+v", j)
		}
	}
}
