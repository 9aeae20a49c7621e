package central_test

import (
	"testing"

	"pickstation/central/centraltest"
	"pickstation/order"
)

func TestWhatWentBackIsNotTakenOffAgainByUndo(t *testing.T) {
	for name, cut := range map[string]bool{"in one push": false, "in two": true} {
		t.Run(name, func(t *testing.T) {
			w := pickedAtBoth(t)
			e := w.far.pick(1, 2)
			w.far.push()
			w.far.confirm()
			if cut {
				w.far.push()
			}
			w.far.undo(e)
			w.far.push()
			equal(t, "counted", w.counted(1), 1)
			equal(t, "raised", raised(t, w.Centre, string(order.AnomalyUnderPick)), 0)
			equal(t, "asked", w.far.asked(), [2]int{})
		})
	}
}

// The bench goes by its own log until the centre says what it makes of it.
func TestABenchIsToldWhatItsUndoOfGoodsThatWentBackCameTo(t *testing.T) {
	w := contested(t)
	first, second := w.own.pick(1, 1), w.own.pick(1, 1)
	w.own.push()
	if _, err := w.Cancel(t.Context(), centraltest.By(), w.id, ""); err != nil {
		t.Fatal(err)
	}
	w.own.undo(second)
	w.own.push()
	w.own.confirm()
	w.own.push()
	w.own.undo(first)
	equal(t, "told", w.told(w.own, w.own.push), 0)
	equal(t, "counted", w.counted(1), 0)
}

func TestTheHolderIsToldOfAnUndoAtAnotherBench(t *testing.T) {
	w := contested(t)
	e := w.far.pick(1, 1)
	w.far.push()
	w.far.undo(e)
	equal(t, "told", w.told(w.own, w.far.push), 0)
}

// told is how many units of the first line a bench counts by what a push caused, -1 where it
// is told nothing.
func (w *contest) told(h *hand, push func()) int {
	w.t.Helper()
	_, cursor := w.FeedAll(w.t, h.Bench, 0)
	push()
	rows, _ := w.FeedAll(w.t, h.Bench, cursor)
	work, ok := centraltest.Work(w.t, rows)[w.sh.ID]
	if !ok {
		return -1
	}
	return work.Shipment.Lines[0].Picked
}

// Two machines with copies of one disk may each take the same unit back.
func TestAnUndoOfWhatABenchHasNotGotIsToldToAPerson(t *testing.T) {
	w := contested(t)
	e := w.own.pick(1, 1)
	w.own.undo(e)
	w.own.undo(e)
	w.own.pick(1, 1)
	w.own.push()
	equal(t, "raised", raised(t, w.Centre, string(order.AnomalyUnderPick)), 1)
	equal(t, "counted", w.counted(1), 1)
}

// A restored centre that lost the picks gives work out that has left another bench.
func TestAnUndoOfWorkThatLeftAnotherBenchIsTakenOff(t *testing.T) {
	w := givenOutAgain(t)
	e := w.far.pick(1, 1)
	w.far.undo(e)
	w.far.push()
	equal(t, "counted", w.counted(1), 0)
}

// A box of a cancelled order that was put back and given up leaves all the same; what the bench
// does after that to the next box is its own.
func TestAnUndoAfterABoxOfACancelledOrderLeftIsTakenOff(t *testing.T) {
	w := contested(t)
	w.own.add(order.Event{Type: order.EventBoxed, Parcel: 1, Over: true})
	w.own.add(order.Event{Type: order.EventPicked, Line: 1, Qty: 1, Parcel: 2})
	w.own.push()
	if _, err := w.Cancel(t.Context(), centraltest.By(), w.id, ""); err != nil {
		t.Fatal(err)
	}
	w.own.confirm()
	w.own.push()
	w.Lease(t, w.own.Bench, 0)
	equal(t, "who has the work", w.View(t, w.id).Shipments[0].LeaseStation, order.StationID(""))
	w.own.dispatch()
	e := w.own.add(order.Event{Type: order.EventPicked, Line: 1, Qty: 1, Parcel: 2})
	w.own.undo(e)
	w.own.push()
	equal(t, "counted", w.counted(1), 0)
}
