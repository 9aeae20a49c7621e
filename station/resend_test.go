package station_test

import (
	"context"
	"testing"
	"time"

	"pickstation/order"
	"pickstation/station"
)

// sendAgain hands the loop a scan of a scanner that waits for its answers.
func (b *bench) sendAgain(text string, resent bool, packet string) {
	b.Helper()
	b.frames["gun1"]++
	s := station.Scan{Device: "gun1", Frame: b.frames["gun1"], Text: text, Waits: true, Resent: resent, LastByte: time.Now()}
	if packet != "" {
		s.Packet = []byte(packet)
	}
	if err := b.loop.Scan(context.Background(), s); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) wantSent(v order.Verdict, text string, resent bool, packet string) {
	b.Helper()
	b.sendAgain(text, resent, packet)
	if o := b.next(); o.Err != nil || o.Decision.Verdict != v {
		b.Fatalf("scan %q: %s (%s) %v, want %s", text, o.Decision.Verdict, o.Decision.What.Code, o.Err, v)
	}
}

func TestAPacketThatIsStoredIsAnsweredAgainAfterAStartAndCountsOnce(t *testing.T) {
	b := newBench(t, goods("1", 1, 2))
	b.want(order.OK, badgeLi, "X1")
	b.wantSent(order.OK, item(1), false, "P1")
	b.wantSent(order.OrderDone, item(1), false, "P1")
	b.restart()
	before, events := len(b.heard()), len(b.log())
	b.sendAgain(item(1), true, "P1")
	v := b.settle()
	if told := b.heard()[before:]; len(told) != 1 || told[0] != (answer{"gun1", b.frames["gun1"], order.ToneOrderDone}) {
		t.Errorf("the repetition was answered %v, want the tone of the first sending", told)
	}
	if n := len(b.log()); n != events || v.Work.Picked != 2 {
		t.Errorf("%d new events, %d picked", n-events, v.Work.Picked)
	}
	b.wantSent(order.DoneAlready, item(1), true, "P1") // once: from now on the device itself tells repetitions
}

func TestAnotherPacketThanTheStoredOneIsANewScan(t *testing.T) {
	b := newBench(t, goods("1", 2, 5))
	b.want(order.OK, badgeLi, "X1")
	b.wantSent(order.OK, item(1), false, "P1")
	b.restart()
	b.wantSent(order.OK, item(2), true, "P2")
	if v := b.settle(); v.Work.Picked != 2 {
		t.Errorf("%d picked", v.Work.Picked)
	}
}

func TestTheFirstIdenticalScanAfterAStartIsAskedOnce(t *testing.T) {
	b := newBench(t, goods("1", 2, 5))
	b.want(order.OK, badgeLi, "X1")
	b.wantSent(order.OK, item(1), false, "")
	b.restart()
	b.wantSent(order.OK, item(2), false, "") // the scanner went on; what became of the one before is still open
	b.wantSent(order.ConfirmAgain, item(1), false, "")
	b.clock.advance(order.RepeatAfter)
	b.wantSent(order.OK, item(1), false, "")
	b.wantSent(order.OK, item(1), false, "")
	if v := b.settle(); v.Work.Picked != 4 {
		t.Errorf("%d picked", v.Work.Picked)
	}
}

func TestAScanWhoseAnswerHasLeftIsNotAskedAboutAfterAStart(t *testing.T) {
	b := newBench(t, goods("1", 1, 5))
	b.want(order.OK, badgeLi, "X1")
	b.wantSent(order.OK, item(1), false, "")
	b.stop()
	last, err := b.db.LastScans()
	if err != nil || len(last) != 1 {
		t.Fatal(last, err)
	}
	if err := b.db.Receipts().Note("gun1", last[0].Event, order.AnswerLeft); err != nil {
		t.Fatal(err)
	}
	b.restart()
	b.wantSent(order.OK, item(1), false, "")
}

func TestAScannerThatDoesNotWaitIsNeverAskedAboutAStart(t *testing.T) {
	b := newBench(t, goods("1", 1, 5))
	b.want(order.OK, badgeLi, "X1", item(1))
	b.restart()
	b.want(order.OK, item(1))
}
