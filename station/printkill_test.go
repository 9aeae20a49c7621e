package station_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"pickstation/devices/printer"
	"pickstation/order"
	"pickstation/station"
	"pickstation/station/print"
)

// Environment of the child process that prints until it is killed.
const (
	printChildDir = "PICKSTATION_TEST_PRINT_CHILD"
	printChildURI = "PICKSTATION_TEST_PRINT_URI"
	printChildAt  = "PICKSTATION_TEST_PRINT_AT" // step at which it kills itself
)

// The steps of a print at which a station is killed.
const (
	killRendered = "rendered"  // nothing is noted yet
	killNoted    = "noted"     // the ledger says that it may be leaving
	killHanded   = "handed"    // the printer has it, nobody noted that
	killReported = "reported"  // the loop noted that it is out
	killFollowed = "following" // the printer has it and prints, which is noted
)

// dieIn kills this process as a power cut would, when its step has come.
func dieIn(step string) {
	if os.Getenv(printChildAt) == step {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // until the signal arrives
	}
}

// doomedPrinter is a printer whose station dies around it.
type doomedPrinter struct{ *spool }

func (d doomedPrinter) Submit(ctx context.Context, doc print.Document) (string, error) {
	dieIn(killNoted)
	ref, err := d.spool.Submit(ctx, doc)
	dieIn(killHanded)
	return ref, err
}

// doomedReport is a loop that dies around a report.
type doomedReport struct{ loop *station.Loop }

func (d doomedReport) Printed(ctx context.Context, r order.PrintResult) error {
	if r.State == order.PrintSending {
		dieIn(killRendered)
	}
	if err := d.loop.Printed(ctx, r); err != nil {
		return err
	}
	if err := d.loop.Read(ctx, func(station.Store) error { return nil }); err != nil { // the report is durable then
		return err
	}
	switch r.State {
	case order.PrintDone:
		dieIn(killReported)
	case order.PrintTaken:
		dieIn(killFollowed)
	}
	return nil
}

// runPrintChild prints the queue of a folder in a process of its own.
func runPrintChild(dir string) {
	fail := func(err error) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	b := &bench{TB: &testing.T{}, dir: dir, clock: newHandClock()}
	db, err := openFor(dir, b.clock)
	if err != nil {
		fail(err)
	}
	b.db = db
	b.loop = station.New(station.Options{Station: "st1", Store: dbStore{db}, Clock: b.clock})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.loop.Run(ctx) }()
	p, err := printer.Open(os.Getenv(printChildURI))
	if err != nil {
		fail(err)
	}
	w, s := b.workerFor(p)
	w.Printer, w.Report = doomedPrinter{s}, doomedReport{b.loop}
	for did := true; did; {
		if did, err = w.Step(ctx); err != nil {
			fail(err)
		}
	}
	cancel()
	if err := errors.Join(<-ended, db.Close()); err != nil {
		fail(err)
	}
}

func TestAStationKilledAtAnyStepOfAPrintNeverPrintsTwice(t *testing.T) {
	for _, kind := range []string{"folder", "ipp", "raw"} {
		for _, step := range []string{killRendered, killNoted, killHanded, killFollowed, killReported} {
			if step == killFollowed && kind != "ipp" {
				continue // what is handed over there is out
			}
			t.Run(kind+" "+step, func(t *testing.T) {
				b := packed(t, "1")
				p, uri, hold, count := targetURI(t, kind)
				hold(step == killFollowed)
				b.stop()
				if err := b.db.Close(); err != nil {
					t.Fatal(err)
				}
				cmd := exec.Command(os.Args[0], "-test.run=^$")
				cmd.Env = append(os.Environ(), printChildDir+"="+b.dir, printChildURI+"="+uri, printChildAt+"="+step)
				cmd.Stderr = os.Stderr
				var dead *exec.ExitError
				if err := cmd.Run(); !errors.As(err, &dead) || dead.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
					t.Fatalf("the station ended with %v", err)
				}
				b.open()
				b.start(nil)
				w, _ := b.workerFor(p)
				hold(false)
				steps(t, w)
				uncertain := kind == "raw" && (step == killNoted || step == killHanded)
				switch jobs := b.jobs(); {
				case uncertain:
					if j := b.onlyJob(); j.State != order.PrintParked || j.Code != order.PrintUncertain || count() > 1 {
						t.Errorf("printed %d times, ledger %+v", count(), j)
					}
				case count() != 1 || len(jobs) != 0:
					t.Errorf("printed %d times, ledger %+v", count(), jobs)
				}
			})
		}
	}
}
