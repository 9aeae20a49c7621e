package station_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/crypto/nacl/box"
	"golang.org/x/sys/unix"

	"pickstation/devices/printer"
	"pickstation/order"
	"pickstation/station"
	"pickstation/station/print"
)

func TestAPrintTheStationDidNotReportIsNotPrintedTwice(t *testing.T) {
	b := packed(t, "1")
	dir := t.TempDir()
	w, _ := b.worker(dir)
	stop := errors.New("the station stops here")
	w.Report = stopAt{b.loop, order.PrintDone, stop}
	if _, err := w.Step(context.Background()); !errors.Is(err, stop) {
		t.Fatal(err)
	}
	name := "P-1-SF10001.pdf"
	if d := cmp.Diff([]string{name}, files(t, dir)); d != "" {
		t.Fatal(d)
	}
	first, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	b.clock.advance(3 * time.Hour)
	b.restart()
	if jobs := b.jobs(); len(jobs) != 1 || jobs[0].State != order.PrintSending {
		t.Fatalf("ledger after the stop: %+v", jobs)
	}
	w, _ = b.worker(dir)
	steps(t, w)
	second, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil || !bytes.Equal(first, second) || len(files(t, dir)) != 1 {
		t.Errorf("the folder holds %v, %v", files(t, dir), err)
	}
	if v := b.settle(); v.Work.Parcels[0].Print != order.PrintDone || len(b.jobs()) != 0 {
		t.Errorf("parcel %+v, ledger %+v", v.Work.Parcels[0], b.jobs())
	}
}

// stopAt is a loop that a station stops before it has heard of a state.
type stopAt struct {
	loop  *station.Loop
	state order.PrintState
	err   error
}

func (s stopAt) Printed(ctx context.Context, r order.PrintResult) error {
	if r.State == s.state {
		return s.err
	}
	return s.loop.Printed(ctx, r)
}

func TestAReprintHasANameAndAMarkOfItsOwn(t *testing.T) {
	b := packed(t, "1")
	dir := t.TempDir()
	w, _ := b.worker(dir)
	steps(t, w)
	b.next()
	b.want(order.ConfirmAgain, "PS:PRINT")
	b.want(order.OK, "PS:YES")
	steps(t, w)
	if d := cmp.Diff([]string{"P-1-SF10001-reprint-2.pdf", "P-1-SF10001.pdf"}, files(t, dir)); d != "" {
		t.Error(d)
	}
	if p := b.settle().Work.Parcels[0]; p.Prints != 2 || p.Print != order.PrintDone {
		t.Errorf("%+v", p)
	}
}

func TestLabelsComeInTheOrderOfTheBoxes(t *testing.T) {
	s := goods("1", 1, 1)
	for no := 2; no <= 5; no++ {
		s.Parcels = append(s.Parcels, order.Parcel{No: no, ID: order.ParcelID(fmt.Sprint("P-1-", no)),
			Waybill: order.Waybill{Number: fmt.Sprint("SF10001-", no)}})
	}
	b := newBench(t, s)
	b.want(order.OK, badgeLi, "X1")
	b.want(order.OrderDone, item(1))
	dir := filepath.Join(t.TempDir(), "later")
	w, _ := b.worker(dir)
	steps(t, w)
	if jobs := b.jobs(); len(jobs) != 5 || jobs[0].State != order.PrintFailed || jobs[1].State != order.PrintQueued {
		t.Fatalf("a failed job does not hold up those behind it: %+v", jobs)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	b.clock.advance(print.Backoff(1))
	steps(t, w)
	var parcels []int
	for _, e := range b.log() {
		if e.Type == order.EventPrinted {
			parcels = append(parcels, e.Parcel)
		}
	}
	if d := cmp.Diff([]int{1, 2, 3, 4, 5}, parcels); d != "" {
		t.Error(d)
	}
}

func TestAFolderWithoutPermissionIsWaitedFor(t *testing.T) {
	b := packed(t, "1")
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(dir, 0o700)
	w, s := b.worker(dir)
	restore := withoutPower(t)
	for range 2 * order.PrintTries {
		steps(t, w)
		jobs := b.jobs()
		if len(jobs) != 1 || jobs[0].State != order.PrintFailed || jobs[0].Code != printer.CodeDenied || !strings.Contains(jobs[0].Err, "let this user write to") || s.tries != 1 {
			t.Fatalf("after %d tries: %+v", s.tries, jobs)
		}
		if p := b.settle().Work.Parcels[0]; p.Print != order.PrintFailed || p.PrintErr != printer.CodeDenied {
			t.Errorf("the screen shows %+v", p)
		}
		b.clock.advance(time.Minute)
	}
	restore()
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	steps(t, w)
	if p := b.settle().Work.Parcels[0]; p.Print != order.PrintDone {
		t.Errorf("once the folder is open: %+v", p)
	}
}

// full is a folder that looks well, and has no room.
type full struct{ printer.Printer }

func (full) Submit(context.Context, printer.Job) (printer.JobRef, error) {
	return "", &printer.Error{Code: printer.CodeNoSpace, Op: "print", Err: syscall.ENOSPC, Hint: "make room", Retryable: true}
}

func TestAJobThatOnlyLacksRoomIsTriedForEverAndRecordedAFewTimes(t *testing.T) {
	b := packed(t, "1")
	w, s := b.workerFor(full{printer.NewSpool(t.TempDir())})
	for range 2 * order.PrintTries {
		steps(t, w)
		if j := b.onlyJob(); j.State != order.PrintFailed || j.Code != printer.CodeNoSpace {
			t.Fatalf("%+v", j)
		}
		b.clock.advance(time.Minute)
	}
	recorded := 0
	for _, e := range b.log() {
		if e.Type == order.EventPrintFailed {
			recorded++
		}
	}
	if s.tries != 2*order.PrintTries || recorded != order.PrintTries {
		t.Errorf("tried %d times, recorded %d times", s.tries, recorded)
	}
}

// withoutPower makes this test's goroutine touch files as nobody, where it is root,
// until restore is called.
func withoutPower(t *testing.T) (restore func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		return func() {}
	}
	runtime.LockOSThread()
	root, err := unix.SetfsuidRetUid(65534)
	if err != nil {
		t.Fatal(err)
	}
	restore = sync.OnceFunc(func() {
		if _, err := unix.SetfsuidRetUid(root); err != nil {
			t.Error(err)
		}
		runtime.UnlockOSThread()
	})
	t.Cleanup(restore)
	return restore
}

// drain forgets outcomes that the test does not look at.
func (b *bench) drain() {
	for {
		select {
		case <-b.outcomes:
		default:
			return
		}
	}
}

func TestPapersOfStoppedShipmentsAreParkedAndTheOthersGoOn(t *testing.T) {
	b := packed(t, "1", "2", "3")
	cancelled, held := goods("1", 1, 1), goods("2", 1, 1)
	cancelled.Version, cancelled.Cancelled = 2, true
	held.Version, held.Holds = 2, []order.Hold{{Code: order.Intercepted, Stops: true}}
	for _, s := range []order.Shipment{cancelled, held} {
		if err := b.pull(s, 0); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	w, _ := b.worker(dir)
	var last print.Status
	w.Notify = func(st print.Status) { last = st }
	steps(t, w)
	jobs := b.jobs()
	if len(jobs) != 2 || jobs[0].State != order.PrintParked || jobs[0].Code != "cancelled" || jobs[1].State != order.PrintParked || jobs[1].Code != "held" {
		t.Errorf("ledger %+v", jobs)
	}
	for _, j := range jobs {
		if !strings.Contains(j.Err, ";") {
			t.Errorf("job %d says no next step: %s", j.JobID, j.Err)
		}
	}
	if d := cmp.Diff([]string{"P-3-SF10003.pdf"}, files(t, dir)); d != "" {
		t.Error(d)
	}
	if last.Code != "ready" || last.Parked != 2 || last.Queued != 0 {
		t.Errorf("status %+v", last)
	}
}

func TestAReceiverThatCannotBeOpenedIsParkedWithAHint(t *testing.T) {
	pub, _, err := box.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := box.SealAnonymous(nil, mustJSON(t, order.Receiver{Name: "张三"}), pub, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b := packed(t, "1")
	row := b.workRow(goods("1", 1, 1), sealed)
	row.FS = 99
	if err := b.apply(row); err != nil {
		t.Fatal(err)
	}
	w, s := b.worker(t.TempDir())
	steps(t, w)
	jobs := b.jobs()
	if len(jobs) != 1 || jobs[0].State != order.PrintParked || jobs[0].Code != "not_for_this_station" || !strings.Contains(jobs[0].Err, "connect the station") {
		t.Errorf("ledger %+v", jobs)
	}
	if s.tries != 0 {
		t.Error("something was printed")
	}
}

func TestAWaybillOfSixHundredLinesPrints(t *testing.T) {
	s := goods("1", 600, 1)
	for i := range s.Lines {
		s.Lines[i].Name.ZH = strings.Repeat("海南贵妃芒果特级大果", 12)
	}
	b := newBench(t, s)
	b.want(order.OK, badgeLi, "X1")
	for i := range s.Lines {
		b.post("gun1", item(i+1))
	}
	for range s.Lines {
		if o := b.next(); !o.Decision.Verdict.Good() {
			t.Fatalf("%+v", o.Decision)
		}
	}
	dir := t.TempDir()
	w, _ := b.worker(dir)
	steps(t, w)
	if d := cmp.Diff([]string{"P-1-SF10001.pdf"}, files(t, dir)); d != "" {
		t.Errorf("%s; ledger %+v", d, b.jobs())
	}
}

func TestParkedJobsDoNotHideTheJobsBehindThem(t *testing.T) {
	s := goods("1", 1, 1)
	for no := 2; no <= 260; no++ {
		s.Parcels = append(s.Parcels, order.Parcel{No: no, ID: order.ParcelID(fmt.Sprint("P-1-", no)),
			Waybill: order.Waybill{Number: fmt.Sprint("SF10001-", no)}})
	}
	b := newBench(t, s, goods("2", 1, 1))
	b.want(order.OK, badgeLi, "X1")
	b.want(order.OrderDone, item(1))
	b.want(order.OK, "PS:QUEUE", "X2")
	b.want(order.OrderDone, item(1))
	s.Version, s.Cancelled = 2, true
	if err := b.pull(s, 0); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	w, _ := b.worker(dir)
	steps(t, w)
	if names := files(t, dir); !slices.Contains(names, "P-2-SF10002.pdf") || len(names) != 1 {
		t.Errorf("the folder holds %v", names)
	}
}

func TestTheWorkerRunsUntilItIsStoppedAndWakesForAJob(t *testing.T) {
	b := newBench(t, goods("1", 1, 1))
	b.stop()
	dir := t.TempDir()
	var w *print.Worker
	b.start(func(o *station.Options) { o.OnPrint = func() { w.Wake() } })
	w, _ = b.worker(dir)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	b.want(order.OK, badgeLi, "X1")
	b.want(order.OrderDone, item(1))
	if o := b.next(); !o.Async || o.Decision.Events[0].Type != order.EventPrinted {
		t.Errorf("%+v", o)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
