package order

import (
	"slices"
	"testing"
	"time"
)

func TestScenario8ABatchIsHandedOverByTheSameBadgeAgain(t *testing.T) {
	w := batching(t)
	times(3, func() { w.scan("MANGO") })
	w.scan("SLOT-1")
	w.scan("MANGO") // stays in the hand
	orders := len(w.bench.Batch.Members)
	if d := w.want(w.scan("B-MEI"), ConfirmAgain, MsgAskBatchOver); d.What.Args.N != orders || d.What.Args.Who != "韩梅梅" {
		t.Fatalf("asks %+v", d.What.Args)
	}
	w.want(w.card(CmdYes), ConfirmAgain, MsgAskBatchOver) // only the same badge
	w.wait(time.Second)
	d := w.wantDo(w.want(w.scan("B-MEI"), OK, MsgSignedIn), DoPutInto)
	var over int
	for _, e := range d.Events {
		if e.Type == EventTakenOver && e.Batch == w.bench.Batch.ID && e.By == "mei" {
			over++
		}
	}
	if over != orders || w.ship("S-A").Owner != "mei" || w.ship("S-B").Owner != "mei" {
		t.Fatalf("%d of %d orders were taken over: %+v", over, orders, d.Events)
	}
	w.restart()
	w.want(w.scan("SLOT-1"), OK, MsgPut)
	w.wantPicked("S-A", 4, 0)
	w.card(CmdSignOut)
	w.card(CmdKeep)
	w.scan("B-MEI") // it is hers: it comes back
	w.wantScreen(ScreenBatch)
}

func TestABatchIsNotHandedToABadgeThatEnded(t *testing.T) {
	w := batching(t)
	w.want(w.scan("B-GONE"), Blocked, MsgBadgeInvalid)
}

func TestALeadsBadgeAnswersACallInABatch(t *testing.T) {
	w := batching(t)
	w.card(CmdCall)
	w.want(w.scan("B-BOSS"), OK, MsgLeadCame)
	w.wantScreen(ScreenBatch)
}

func TestAWallIsHandedOverWhileOneOfItsOrdersIsPacked(t *testing.T) {
	w := sowing(t)
	w.scan("MANGO")
	w.scan("SLOT-1")
	w.want(w.scan("SLOT-1"), OK, MsgResumed)
	w.scan("B-MEI")
	w.wait(time.Second)
	w.want(w.scan("B-MEI"), OK, MsgSignedIn)
	w.wantScreen(ScreenLabel)
	w.want(w.scan("SF-ONE-1"), OK, MsgPackedAll)
	w.wantScreen(ScreenWall)
	if w.ship("S-BIG").Owner != "mei" {
		t.Fatal("the wave stayed behind")
	}
}

// left has Li's batch kept, and Mei at the bench.
func left(t *testing.T) *world {
	w := batching(t)
	w.scan("MANGO")
	w.scan("SLOT-1")
	w.card(CmdSignOut)
	w.card(CmdKeep)
	w.scan("B-MEI")
	return w
}

func TestScenario7SomebodyElsesBatchIsRefusedUntilTheSameCodeComesAgain(t *testing.T) {
	w := left(t)
	d := w.want(w.scan("SLOT-1"), Taken, MsgBatchTaken)
	if d.What.Args.Who != "李雷" || d.What.Args.N != 2 {
		t.Fatalf("says %+v", d.What.Args)
	}
	w.wantScreen(ScreenQueue)
	w.wait(time.Second)
	w.want(w.scan("B"), Taken, MsgBatchTaken) // another code asks anew
	w.wait(time.Second)
	w.want(w.scan("B"), OK, MsgBatch)
	w.wantScreen(ScreenBatch)
	if w.ship("S-A").Owner != "mei" || w.ship("S-B").Owner != "mei" || w.ship("S-A").Batch == "" {
		t.Fatal("half a batch was taken over")
	}
	times(9, func() { w.scan("MANGO") })
	w.want(w.scan("SLOT-1"), LineDone, MsgPut) // its tote is known
	w.wantPicked("S-A", 10, 0)
}

func TestScenario7ABatchThatWasDeletedMeanwhileIsRefused(t *testing.T) {
	w := left(t)
	w.scan("A")
	w.wait(time.Second)
	w.gone("S-A", "S-B")
	w.wantDo(w.want(w.scan("A"), Blocked, MsgWorkGone), DoScanWork)
	w.wantScreen(ScreenQueue)
	w.wantPicked("S-A", 1, 0)
	if w.ship("S-A").Owner != "li" {
		t.Fatal("it was taken over")
	}
}

func TestScenario7AnOrderTheCentreTookOutOfABatchIsPassedOver(t *testing.T) {
	w := batching(t)
	times(10, func() { w.scan("MANGO") })
	w.gone("S-B")
	w.scan("SLOT-1")
	if w.bench.Shipment != "S-A" || !w.bench.Batch.member("S-B").Out {
		t.Fatalf("goes on with %s", w.bench.Shipment)
	}
}

// gone has the centre take shipments away.
func (w *world) gone(ids ...ShipmentID) { w.away = append(w.away, ids...) }

func (b *shelf) isAway(id ShipmentID) bool { return slices.Contains(b.away, id) }
