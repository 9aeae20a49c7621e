package station_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pickstation/order"
	"pickstation/station"
)

func TestAScanIsOnDiskBeforeItsAnswer(t *testing.T) {
	b := stock(t, t.TempDir(), goods("1", 1, 100))
	r := b.reader()
	defer r.Close()
	early := make(chan answer, 100)
	b.onAnswer = func(a answer) {
		list, err := readLog(r)
		if err != nil {
			t.Error(err)
		}
		for i := range list {
			if list[i].Device == a.device && list[i].Frame == a.frame {
				return
			}
		}
		early <- a
	}
	b.start(nil)
	b.want(order.OK, badgeLi, "X1", item(1), item(1))
	b.want(order.Unknown, "NO-SUCH-CODE")
	b.settle()
	select {
	case a := <-early:
		t.Errorf("scan %d was answered %s before it was stored", a.frame, a.tone)
	default:
	}
	want := []answer{{"gun1", 1, order.ToneOK}, {"gun1", 2, order.ToneOK}, {"gun1", 3, order.ToneOK}, {"gun1", 4, order.ToneOK},
		{"gun1", 5, order.ToneStop}}
	if d := cmp.Diff(want, b.heard(), cmp.AllowUnexported(answer{})); d != "" {
		t.Error(d)
	}
}

// failingStore is the real database, except that its commits fail while the test says so.
type failingStore struct {
	dbStore
	gate  chan struct{} // a commit waits for it where it is not nil
	fails func() bool
	begun chan struct{} // told of every transaction; may be nil
	done  time.Time     // when the last commit was over
}

type failingTx struct {
	station.Tx
	s *failingStore
}

var errDisk = errors.New("input/output error")

func (s *failingStore) Begin() (station.Tx, error) {
	if s.begun != nil {
		s.begun <- struct{}{}
	}
	if s.gate != nil {
		<-s.gate
	}
	tx, err := s.dbStore.Begin()
	if err != nil {
		return nil, err
	}
	return &failingTx{tx, s}, nil
}

func (tx *failingTx) Commit() error {
	if tx.s.fails != nil && tx.s.fails() {
		return errors.Join(errDisk, tx.Tx.Rollback())
	}
	defer func() { tx.s.done = time.Now() }()
	return tx.Tx.Commit()
}

func TestAFailedCommitTellsEveryScanAndChangesNothing(t *testing.T) {
	b := newBench(t, goods("1", 2, 10))
	b.want(order.OK, badgeLi, "X1", item(1), item(1))
	before := b.settle()
	b.stop()
	failing := false
	st := &failingStore{dbStore: dbStore{b.db}, begun: make(chan struct{}, 10), gate: make(chan struct{})}
	st.fails = func() bool { return failing }
	b.start(func(o *station.Options) { o.Store = st })
	failing = true
	for range 5 {
		b.post("gun1", item(1)) // the first opens the transaction and waits at the gate
	}
	<-st.begun
	last := b.post("gun2", item(2))
	close(st.gate)
	err := b.wait()
	if codeOf(err) != "not_saved" || !errors.Is(err, errDisk) {
		t.Errorf("the loop ended with %v", err)
	}
	told := b.heard()[4:]
	if len(told) != 6 {
		t.Fatalf("six scans got %d answers: %v", len(told), told)
	}
	for _, a := range told {
		if a.tone != order.ToneNotSaved {
			t.Errorf("scan %d of %s was answered %s", a.frame, a.device, a.tone)
		}
	}
	v := b.loop.View()
	if v.Verdict.Verdict != order.NotSaved || !v.Health.NotSaved {
		t.Errorf("the screen shows %+v, health %+v", v.Verdict, v.Health)
	}
	if v.Work == nil || v.Work.Picked != 2 || v.Today != before.Today {
		t.Errorf("counts after the failed commit: %+v, today %+v", v.Work, v.Today)
	}
	if d := cmp.Diff(before.Bench, v.Bench); d != "" {
		t.Errorf("bench after the failed commit (-before +after):\n%s", d)
	}
	if err := b.loop.Scan(context.Background(), station.Scan{Device: "gun2", Frame: last + 1, Text: item(2)}); codeOf(err) != "not_saved" {
		t.Errorf("an ended loop takes a scan: %v", err)
	}
	if err := b.db.Close(); err != nil {
		t.Fatal(err)
	}
	b.open()
	b.start(nil)
	after := b.settle()
	if d := cmp.Diff(before.Work, after.Work); d != "" {
		t.Errorf("work after the restart (-before +after):\n%s", d)
	}
	if d := cmp.Diff(before.Bench, after.Bench); d != "" {
		t.Errorf("bench after the restart (-before +after):\n%s", d)
	}
	b.want(order.OK, item(1))
	if w := b.loop.View().Work; w.Picked != 3 {
		t.Errorf("%d picked after the restart", w.Picked)
	}
}

func TestScansLeftBehindByAFailureAreToldToo(t *testing.T) {
	b := newBench(t, goods("1", 1, 1000))
	b.want(order.OK, badgeLi, "X1")
	b.stop()
	st := &failingStore{dbStore: dbStore{b.db}, begun: make(chan struct{}, 1), gate: make(chan struct{}), fails: func() bool { return true }}
	b.start(func(o *station.Options) { o.Store = st })
	const scans = 100 // more than one batch takes
	for range scans {
		b.post("gun1", item(1))
	}
	<-st.begun
	close(st.gate)
	if err := b.wait(); codeOf(err) != "not_saved" {
		t.Fatal(err)
	}
	frames := map[uint64]bool{}
	for _, a := range b.heard()[2:] {
		if a.tone != order.ToneNotSaved || frames[a.frame] {
			t.Errorf("answer %+v", a)
		}
		frames[a.frame] = true
	}
	if len(frames) != scans {
		t.Errorf("%d of %d scans were answered", len(frames), scans)
	}
	if n := b.loop.Unsaved().Scans; n != scans { // this scanner does not wait for its answer
		t.Errorf("%d scans are to be shown as not saved", n)
	}
	for range scans {
		if o := b.next(); codeOf(o.Err) != "not_saved" {
			t.Fatalf("outcome %+v", o)
		}
	}
}

func TestSixtyFourScansShareACommit(t *testing.T) {
	b := newBench(t, goods("1", 1, 1000))
	b.want(order.OK, badgeLi, "X1")
	b.stop()
	st := &failingStore{dbStore: dbStore{b.db}, begun: make(chan struct{}, 100), gate: make(chan struct{})}
	b.start(func(o *station.Options) { o.Store = st })
	const scans = 200
	for range scans {
		b.post("gun1", item(1))
	}
	close(st.gate)
	for range scans {
		if o := b.next(); o.Decision.Verdict != order.OK || o.Err != nil {
			t.Fatalf("%s %v", o.Decision.Verdict, o.Err)
		}
	}
	if n := len(st.begun); n != 4 {
		t.Errorf("%d scans took %d commits, not 4", scans, n)
	}
	if w := b.settle().Work; w.Picked != scans {
		t.Errorf("%d picked", w.Picked)
	}
}

func TestAWriteFromOutsideTakesNoScanAlong(t *testing.T) {
	b := newBench(t, goods("1", 1, 100))
	b.want(order.OK, badgeLi, "X1")
	b.stop()
	st := &failingStore{dbStore: dbStore{b.db}, begun: make(chan struct{}, 100), gate: make(chan struct{})}
	b.start(func(o *station.Options) { o.Store = st })
	b.post("gun1", item(1))
	<-st.begun
	refused := errors.New("the row makes no sense")
	wrote := make(chan error, 1)
	inWrite := make(chan struct{})
	go func() {
		wrote <- b.loop.Write(context.Background(), func(tx station.Tx) ([]order.ShipmentID, error) {
			close(inWrite)
			e := order.Event{Type: order.EventNoted, V: 1, At: b.clock.Now().UnixMilli(), Reason: "from outside"}
			if err := tx.Append(&e); err != nil {
				return nil, err
			}
			return []order.ShipmentID{"1"}, refused
		})
	}()
	b.post("gun1", item(1))
	close(st.gate)
	if err := <-wrote; !errors.Is(err, refused) {
		t.Errorf("the writer was told %v", err)
	}
	<-inWrite
	for range 2 {
		if o := b.next(); o.Err != nil || o.Decision.Verdict != order.OK {
			t.Errorf("%s %v", o.Decision.Verdict, o.Err)
		}
	}
	if w := b.settle().Work; w.Picked != 2 {
		t.Errorf("%d picked", w.Picked)
	}
	for _, e := range b.log() {
		if e.Reason == "from outside" {
			t.Error("a write that was refused is in the log")
		}
	}
}

func TestReadsFromOutsideSeeOnlyWhatIsDurable(t *testing.T) {
	b := newBench(t, goods("1", 1, 100))
	b.want(order.OK, badgeLi, "X1")
	b.stop()
	st := &failingStore{dbStore: dbStore{b.db}, begun: make(chan struct{}, 100), gate: make(chan struct{})}
	b.start(func(o *station.Options) { o.Store = st })
	r := b.reader()
	defer r.Close()
	b.post("gun1", item(1))
	<-st.begun
	read := make(chan int, 1)
	readErr := make(chan error, 1)
	go func() {
		readErr <- b.loop.Read(context.Background(), func(s station.Store) error {
			list, err := readLog(r) // what another connection sees at this moment
			n, _, _ := s.Unsent()
			read <- n - len(list)
			return err
		})
	}()
	b.post("gun1", item(1))
	close(st.gate)
	if err := <-readErr; err != nil {
		t.Error(err)
	}
	if n := <-read; n != 0 {
		t.Errorf("a read saw %d events that are not durable", n)
	}
	b.next()
	b.next()
}

func TestScansWaitForTheCheckOfTheLogAndKeepTheirOrder(t *testing.T) {
	b := newBench(t, goods("1", 3, 2))
	b.want(order.OK, badgeLi, "X1")
	b.stop()
	checked := make(chan error)
	b.start(func(o *station.Options) {
		o.Verify = func(ctx context.Context) error {
			select {
			case err := <-checked:
				return err
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	})
	v := <-b.loop.Views()
	if !v.Health.Checking || v.Work == nil {
		t.Errorf("first view %+v", v.Health)
	}
	for _, n := range []int{3, 3, 1, 2} {
		b.post("gun1", item(n))
	}
	if err := b.loop.Key(context.Background(), "F6"); err != nil { // UNDO takes back the last of them
		t.Fatal(err)
	}
	b.settle() // what entered after the scans is done, they are not
	if w := b.loop.View(); w.Work.Picked != 0 || !w.Health.Checking {
		t.Errorf("%d picked before the log was verified", w.Work.Picked)
	}
	checked <- errors.New("event 2 does not follow event 1")
	var lines []int
	for range 5 {
		o := b.next()
		for _, e := range o.Decision.Events {
			if e.Type == order.EventPicked || e.Type == order.EventUndone {
				lines = append(lines, e.Line)
			}
		}
	}
	if d := cmp.Diff([]int{3, 3, 1, 2, 2}, lines); d != "" {
		t.Errorf("lines in the order of the scans: %s", d)
	}
	v = b.settle()
	if v.Health.Checking || v.Health.Damaged == "" || v.Work.Picked != 3 {
		t.Errorf("health %+v, %d picked", v.Health, v.Work.Picked)
	}
}

func TestAWeightDoesNotOvertakeTheScanBeforeIt(t *testing.T) {
	b := packed(t, "1")
	w, _ := b.worker(t.TempDir())
	steps(t, w)
	b.next()
	b.stop()
	checked := make(chan error)
	b.start(func(o *station.Options) { o.Verify = func(context.Context) error { return <-checked } })
	b.post("gun1", "SF10001") // the label is on: no parcel waits for a weight any more
	if err := b.loop.Weigh(context.Background(), station.Weight{Device: "scale", Grams: 1234, Stable: true}); err != nil {
		t.Fatal(err)
	}
	close(checked)
	if o := b.next(); o.Decision.What.Code != order.MsgPackedAll {
		t.Errorf("%+v", o.Decision.What)
	}
	if o := b.next(); o.Decision.What.Code != order.MsgNoParcelToWeigh {
		t.Errorf("%+v", o.Decision.What)
	}
}

func TestAStopWhileTheLogIsCheckedTellsTheWaitingScans(t *testing.T) {
	b := stock(t, t.TempDir(), goods("1", 1, 1))
	b.start(func(o *station.Options) {
		o.Verify = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	})
	b.post("gun1", badgeLi)
	b.settle()
	b.stop()
	if d := cmp.Diff([]answer{{"gun1", 1, order.ToneNotSaved}}, b.heard(), cmp.AllowUnexported(answer{})); d != "" {
		t.Error(d)
	}
	if n := len(b.log()); n != 0 {
		t.Errorf("%d events of a scan that was told NOT SAVED", n)
	}
}

func TestScansTakenBeforeARegularEndAreDecided(t *testing.T) {
	b := newBench(t, goods("1", 1, 1000))
	b.want(order.OK, badgeLi, "X1")
	b.stop()
	st := &failingStore{dbStore: dbStore{b.db}, begun: make(chan struct{}, 100), gate: make(chan struct{})}
	b.start(func(o *station.Options) { o.Store = st })
	const scans = 150
	for range scans {
		b.post("gun1", item(1))
	}
	<-st.begun
	b.cancel()
	close(st.gate)
	b.stop()
	if n := len(b.heard()); n != scans+2 {
		t.Errorf("%d answers", n)
	}
	s, err := b.db.Shipment("1")
	if err != nil || s.Lines[0].Picked != scans {
		t.Errorf("%d picked, %v", s.Lines[0].Picked, err)
	}
}
