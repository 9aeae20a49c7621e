package station_test

import (
	"context"
	"errors"
	"net"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pickstation/devices/printer"
	"pickstation/devices/sim"
	"pickstation/order"
	"pickstation/station/print"
)

// unreachable is a printer that is switched off.
func unreachable(t *testing.T) printer.Printer {
	t.Helper()
	srv := httptest.NewServer(nil)
	srv.Close()
	return openPrinter(t, "ipp://"+srv.Listener.Addr().String()+"/ipp/print")
}

func openPrinter(t *testing.T, uri string) printer.Printer {
	t.Helper()
	p, err := printer.Open(uri)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// office is a simulated IPP printer on a socket.
func office(t *testing.T) (*sim.Printer, printer.Printer) {
	t.Helper()
	s := &sim.Printer{}
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	return s, openPrinter(t, "ipp://"+srv.Listener.Addr().String()+"/ipp/print")
}

func (b *bench) onlyJob() print.Job {
	b.Helper()
	jobs := b.jobs()
	if len(jobs) != 1 {
		b.Fatalf("%d open jobs: %+v", len(jobs), jobs)
	}
	return jobs[0]
}

func TestAJobIsFollowedUntilThePrinterSaysThatItIsOut(t *testing.T) {
	b := packed(t, "1")
	s, p := office(t)
	s.Hold(true)
	w, _ := b.workerFor(p)
	var last print.Status
	w.Notify = func(st print.Status) { last = st }
	steps(t, w)
	if j := b.onlyJob(); j.State != order.PrintTaken || j.Ref != "1:P-1-SF10001" || b.settle().Work.Parcels[0].Print != order.PrintTaken {
		t.Fatalf("%+v", j)
	}
	s.SetReasons("media-empty-error")
	steps(t, w)
	if last.Code != "media_empty" || last.Queued != 1 {
		t.Errorf("status %+v", last)
	}
	b.restart() // the ledger knows what to follow
	w, _ = b.workerFor(p)
	s.SetReasons()
	s.Finish(9)
	steps(t, w)
	if v := b.settle().Work.Parcels[0]; v.Print != order.PrintDone || v.Prints != 1 || len(s.Jobs()) != 1 {
		t.Errorf("%+v, the printer got %d", v, len(s.Jobs()))
	}
}

func TestWhatThePrinterGivesUpIsLookedAtAndNeverSentAgainByItself(t *testing.T) {
	for code, end := range map[string]func(*sim.Printer){
		order.PrintAborted:   func(s *sim.Printer) { s.Finish(8) },
		order.PrintCanceled:  func(s *sim.Printer) { s.Finish(7) },
		order.PrintUncertain: func(s *sim.Printer) { s.Forget() }, // its power failed
	} {
		b := packed(t, "1")
		s, p := office(t)
		s.Hold(true)
		w, sent := b.workerFor(p)
		steps(t, w)
		end(s)
		var last print.Status
		w.Notify = func(st print.Status) { last = st }
		steps(t, w)
		if j := b.onlyJob(); j.State != order.PrintParked || j.Code != code || !strings.Contains(j.Err, "look whether") {
			t.Fatalf("%s: %+v", code, j)
		}
		if steps(t, w); last.Code != code || sent.tries != 1 {
			t.Errorf("%s: status %+v, sent %d times", code, last, sent.tries)
		}
		b.quiet()
		s.Hold(false)
		b.want(order.ConfirmAgain, "PS:PRINT")
		b.want(order.OK, "PS:YES")
		steps(t, w)
		jobs := s.Jobs()
		if len(b.jobs()) != 0 || jobs[len(jobs)-1].Name != "P-1-SF10001-reprint-2" {
			t.Errorf("%s: the second paper must say that it is one: %v, ledger %+v", code, jobs[len(jobs)-1].Name, b.jobs())
		}
	}
}

func TestPaperInHandEndsTheDoubt(t *testing.T) {
	b := packed(t, "1")
	s, p := office(t)
	s.Hold(true)
	w, _ := b.workerFor(p)
	steps(t, w)
	s.Forget()
	steps(t, w)
	b.quiet()
	b.want(order.OK, "SF10001")
	if jobs := b.jobs(); len(jobs) != 0 {
		t.Errorf("ledger %+v", jobs)
	}
	steps(t, w)
	n := 0
	for _, e := range b.log() {
		if e.Type == order.EventPrinted {
			n++
		}
	}
	if n != 1 {
		t.Errorf("printed %d times in the log", n)
	}
}

func TestPaperThatWasInThePrinterWhenTheAddressChangedIsVoidAtOnce(t *testing.T) {
	b := packed(t, "1")
	s, p := office(t)
	s.Hold(true)
	w, _ := b.workerFor(p)
	steps(t, w)
	moved := goods("1", 1, 1)
	moved.Version = 2
	if err := b.pull(moved, 0); err != nil {
		t.Fatal(err)
	}
	s.Finish(9)
	steps(t, w)
	b.quiet()
	if l := b.ledger("1"); len(l) != 1 || l[0].VoidWhy != order.VoidOrder || l[0].Version != 1 {
		t.Errorf("ledger %+v", l)
	}
	if o := b.scan("SF10001"); o.Decision.What.Code != order.MsgPaperVoid || o.Decision.Do.Code != order.DoReprint {
		t.Errorf("%+v", o.Decision)
	}
}

func TestAHeldJobSaysSo(t *testing.T) {
	b := packed(t, "1")
	s, p := office(t)
	s.Hold(true)
	w, _ := b.workerFor(p)
	steps(t, w)
	s.Finish(4)
	var last print.Status
	w.Notify = func(st print.Status) { last = st }
	steps(t, w)
	if steps(t, w); last.Code != "job_held" {
		t.Errorf("status %+v", last)
	}
	s.Finish(9)
	steps(t, w)
	if steps(t, w); last.Code != "ready" || len(b.jobs()) != 0 {
		t.Errorf("status %+v", last)
	}
}

func TestABusyPrinterIsTriedAgainAndALostAnswerIsNot(t *testing.T) {
	b := packed(t, "1")
	s, p := office(t)
	s.Busy(1)
	s.LoseAnswers(1)
	w, _ := b.workerFor(p)
	steps(t, w)
	if j := b.onlyJob(); j.State != order.PrintFailed || j.Code != printer.CodeBusy || len(s.Jobs()) != 0 {
		t.Fatalf("%+v", j)
	}
	b.clock.advance(print.Backoff(1))
	steps(t, w)
	if len(b.jobs()) != 0 || len(s.Jobs()) != 1 {
		t.Errorf("ledger %+v, the printer got %d", b.jobs(), len(s.Jobs()))
	}
}

// stopBefore is a printer before which the power fails, or right behind it.
type stopAround struct {
	*spool
	before, after bool
}

var errPower = errors.New("the power fails")

func (s stopAround) Submit(ctx context.Context, d print.Document) (string, error) {
	if s.before {
		return "", errPower
	}
	ref, err := s.spool.Submit(ctx, d)
	if s.after && err == nil {
		err = errPower
	}
	return ref, err
}

// deaf is a loop that the power cuts off from what the worker reports.
type deaf struct{ print.Reporter }

func (deaf) Printed(context.Context, order.PrintResult) error { return errPower }

// TestAStopAtAnyStepOfAPrintNeverPrintsTwice stops the station before and after every
// step of a job, at every kind of printer, starts it again and lets it finish. A printer
// that can say what it has gets the paper exactly once; at one that cannot, a person is
// asked where the bytes may have left.
func TestAStopAtAnyStepOfAPrintNeverPrintsTwice(t *testing.T) {
	for _, kind := range []string{"folder", "ipp", "raw"} {
		for _, stop := range []string{"before sending", "sending is noted", "at the printer", "out is not noted"} {
			t.Run(kind+" "+stop, func(t *testing.T) {
				b := packed(t, "1")
				p, count := target(t, kind)
				w, sent := b.workerFor(p)
				ctx := context.Background()
				switch stop {
				case "before sending":
					w.Report = deaf{}
				case "sending is noted":
					w.Printer = stopAround{spool: sent, before: true}
					w.Report = stopAt{b.loop, order.PrintFailed, errPower}
				case "at the printer":
					w.Printer = stopAround{spool: sent, after: true}
					w.Report = stopAt{b.loop, order.PrintFailed, errPower}
				default:
					w.Report = stopAt{b.loop, order.PrintDone, errPower}
				}
				if _, err := w.Step(ctx); !errors.Is(err, errPower) {
					t.Fatalf("the station did not stop: %v", err)
				}
				b.restart()
				w, _ = b.workerFor(p)
				steps(t, w)
				left := stop != "before sending"
				switch got := count(); {
				case kind == "raw" && left:
					if j := b.onlyJob(); j.State != order.PrintParked || j.Code != order.PrintUncertain || got > 1 {
						t.Errorf("printed %d times, ledger %+v", got, j)
					}
				case got != 1 || len(b.jobs()) != 0:
					t.Errorf("printed %d times, ledger %+v", got, b.jobs())
				}
			})
		}
	}
}

// zebra is a simulated ZPL printer on a raw socket, and how many labels it got.
func zebra(t *testing.T) (z *sim.Zebra, uri string, count func() int) {
	t.Helper()
	var mu sync.Mutex
	n := 0
	z = &sim.Zebra{OnDocument: func([]byte) { mu.Lock(); n++; mu.Unlock() }}
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- z.Serve(l) }()
	t.Cleanup(func() {
		l.Close()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return z, "socket://" + l.Addr().String(), func() int { mu.Lock(); defer mu.Unlock(); return n }
}

func TestALabelPrinterThatFallsSilentGetsNothingUntilItAnswers(t *testing.T) {
	b := packed(t, "1")
	z, uri, count := zebra(t)
	p := openPrinter(t, uri)
	z.SetFlags(sim.ZebraFlags{PaperOut: true}, true)
	w, sent := b.workerFor(p)
	w.Profile.Language = print.ZPL
	var last print.Status
	w.Notify = func(st print.Status) { last = st }
	steps(t, w)
	if j := b.onlyJob(); j.State != order.PrintQueued || last.Code != "attention" || sent.tries != 0 {
		t.Fatalf("%+v, status %+v, sent %d", j, last, sent.tries)
	}
	z.SetFlags(sim.ZebraFlags{}, false)
	if _, err := w.Step(context.Background()); err != nil {
		t.Fatal(err)
	}
	if j := b.onlyJob(); j.State != order.PrintTaken {
		t.Fatalf("%+v", j)
	}
	z.SetFlags(sim.ZebraFlags{HeadUp: true}, true) // in the middle of the label
	steps(t, w)
	if j := b.onlyJob(); j.State != order.PrintTaken {
		t.Fatalf("%+v", j)
	}
	z.SetFlags(sim.ZebraFlags{}, false)
	deadline := time.After(patience)
	for len(b.jobs()) > 0 {
		steps(t, w)
		select {
		case <-deadline:
			t.Fatalf("the label is never out: %+v", b.jobs())
		case <-time.After(50 * time.Millisecond):
		}
	}
	if count() != 1 || sent.tries != 1 {
		t.Errorf("the printer got %d labels of %d sent", count(), sent.tries)
	}
}

// target is a printer of a kind, and how many papers it has got.
func target(t *testing.T, kind string) (printer.Printer, func() int) {
	t.Helper()
	p, _, _, count := targetURI(t, kind)
	return p, count
}

// targetURI is target with its address. A printer that is told to hold does not say that
// a job is out until it is told otherwise.
func targetURI(t *testing.T, kind string) (p printer.Printer, uri string, hold func(bool), count func() int) {
	t.Helper()
	hold = func(bool) {}
	switch kind {
	case "ipp":
		s := &sim.Printer{}
		srv := httptest.NewServer(s)
		t.Cleanup(srv.Close)
		uri, count = "ipp://"+srv.Listener.Addr().String()+"/ipp/print", func() int { return len(s.Jobs()) }
		hold = func(on bool) {
			if s.Hold(on); !on {
				s.Finish(9)
			}
		}
	case "raw":
		_, uri, count = zebra(t)
		uri += "?lang=none"
	default:
		dir := t.TempDir()
		uri, count = "spool:"+dir, func() int {
			return len(slices.DeleteFunc(files(t, dir), func(n string) bool { return strings.HasPrefix(n, ".") }))
		}
	}
	return openPrinter(t, uri), uri, hold, count
}

func TestAPrinterThatMayHaveForgottenTheJobIsNotBelieved(t *testing.T) {
	b := packed(t, "1")
	s, p := office(t)
	w, _ := b.workerFor(p)
	w.Report = stopAt{b.loop, order.PrintDone, errPower}
	if _, err := w.Step(context.Background()); !errors.Is(err, errPower) {
		t.Fatal(err)
	}
	s.Forget()
	b.clock.advance(time.Hour)
	b.restart()
	w, _ = b.workerFor(p)
	steps(t, w)
	if j := b.onlyJob(); j.State != order.PrintParked || j.Code != order.PrintUncertain || len(s.Jobs()) != 0 {
		t.Errorf("%+v", j)
	}
}
