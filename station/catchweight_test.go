package station_test

import (
	"testing"

	"pickstation/order"
	"pickstation/station"
)

func TestGoodsOfCatchWeightAreWeighedOneByOne(t *testing.T) {
	const ham = "99506000134355" // indicator 9: of variable measure (GS1 General Specifications 3.3.2)
	s := goods("1", 1, 4)
	s.Lines[0].Codes, s.Lines[0].Track.Weight, s.Lines[0].WeightG = []order.ItemCode{{Key: ham}}, true, 5000
	b := newBench(t, s)
	b.want(order.OK, badgeLi, "X1")
	b.show(station.Scale{State: "stable", Grams: 777, Counts: true}) // nothing waits for it
	b.show(station.Scale{State: "stable"})
	b.want(order.OK, "]C101"+ham+"3103005120")
	b.want(order.OK, "]C101"+ham+"3201000110") // 11.0 lb
	b.want(order.Needs, "]C101"+ham)
	b.show(station.Scale{State: "motion", Grams: 4000})
	b.show(station.Scale{State: "stable", Grams: 4890, Counts: true})
	if o := b.next(); o.Decision.Verdict != order.OK || o.Input.Source != order.Weighed {
		t.Fatalf("the scale's word: %s", o.Decision.Verdict)
	}
	b.want(order.Needs, "]C101"+ham)
	if v := b.show(station.Scale{State: "stable", Grams: 4890}); !v.Scale.EmptyFirst { // the same ham still lies there
		t.Error("the screen does not ask for an empty pan")
	}
	b.restart()
	b.want(order.OrderDone, "]C1"+"3103005001")
	var grams []int
	for _, e := range b.picked() {
		grams = append(grams, e.WeightG)
	}
	if want := []int{5120, 4990, 4890, 5001}; len(grams) != 4 || [4]int(grams) != [4]int(want) {
		t.Errorf("weights %v, want %v", grams, want)
	}
}
