package central_test

import (
	"slices"
	"testing"

	"pickstation/central/centraltest"
	"pickstation/order"
)

// takes picks units of the first line: of a lot, out of a whole pack where one is named.
func (h *hand) takes(qty int, lot, pack string) order.Event {
	return h.add(order.Event{Type: order.EventPicked, Line: 1, Qty: qty, Lot: lot, Pack: pack, Over: pack != ""})
}

// holds wants the first line to have these lots, and packs that were taken whole.
func (w *contest) holds(when string, lots, packs []string) {
	w.t.Helper()
	if l := w.now().Lines[0]; !slices.Equal(l.Lots, lots) || !slices.Equal(l.Packs, packs) {
		w.t.Errorf("%s: lots %q and packs %q, wanted %q and %q", when, l.Lots, l.Packs, lots, packs)
	}
}

// A pack that stands at its place again may be taken again, and the goods that go out are not
// of its lot.
func TestLotsAndPacksOfACancelledOrderGoBack(t *testing.T) {
	w := contested(t)
	w.own.takes(2, "L7", "P1")
	w.own.takes(1, "L8", "")
	w.own.push()
	w.holds("picked", []string{"L7", "L8"}, []string{"P1"})
	if _, err := w.Cancel(t.Context(), centraltest.By(), w.id, "buyer"); err != nil {
		t.Fatal(err)
	}
	w.own.confirm()
	w.own.push()
	w.holds("put back", nil, nil)
}

func TestLotsAndPacksGoBackWithTheUnitsOfTheirBench(t *testing.T) {
	w := contested(t)
	w.own.takes(1, "L7", "P1")
	w.own.push()
	w.far.takes(1, "L7", "")
	w.far.takes(2, "L8", "P2")
	w.far.push()
	w.holds("at two benches", []string{"L7", "L8"}, []string{"P1", "P2"})
	undone := w.far.takes(1, "L9", "P3")
	undone.Type = order.EventPicked
	w.far.add(order.Event{Type: order.EventUndone, Line: 1, Qty: 1, Of: undone.Seq, Reason: string(order.EventPicked), Lot: "L9", Pack: "P3"})
	w.far.push()
	w.far.confirm()
	w.far.push()
	w.holds("after the second bench put back", []string{"L7"}, []string{"P1"})
}

// Of a part of what a bench has nobody knows which units it is, but by what was scanned of them.
func TestAPartThatGoesBackTakesAlongWhatIsNamedOfIt(t *testing.T) {
	w := contested(t)
	w.own.takes(1, "L7", "P1")
	w.own.takes(2, "L8", "P2")
	w.own.push()
	w.own.carriedOut("I-LOST", w.back(1))
	w.own.push()
	if n := w.counted(1); n != 2 {
		t.Fatalf("%d units", n)
	}
	w.holds("a part went back", []string{"L7", "L8"}, []string{"P1", "P2"})
	pack := w.back(1)
	pack.Packs = []string{"P1", "P9"}
	w.own.carriedOut("I-LOST-2", pack)
	w.own.push()
	w.holds("a pack went back", []string{"L7", "L8"}, []string{"P2"})
}

func TestASerialThatWasScannedBackIsFree(t *testing.T) {
	w := contested(t)
	for _, serial := range []string{"SN-1", "SN-2", "SN-3"} {
		w.own.add(order.Event{Type: order.EventPicked, Line: 1, Qty: 1, Serial: serial})
	}
	w.own.push()
	one := w.back(1)
	one.Serials = []string{"SN-2"}
	w.own.carriedOut("I-LOST", one)
	w.own.push()
	if l := w.now().Lines[0]; !slices.Equal(l.Serials, []string{"SN-1", "SN-3"}) || l.Picked != 2 {
		t.Errorf("serials %q of %d units", l.Serials, l.Picked)
	}
}
