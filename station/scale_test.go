package station_test

import (
	"context"
	"testing"

	"pickstation/order"
	"pickstation/station"
)

func (b *bench) show(s station.Scale) *station.View {
	b.Helper()
	s.Name = "scale1"
	if err := b.loop.SetScale(context.Background(), s); err != nil {
		b.Fatal(err)
	}
	return b.settle()
}

// weights are the weighings in the log, by parcel.
func (b *bench) weights() map[int][]int {
	w := map[int][]int{}
	for _, e := range b.log() {
		if e.Type == order.EventWeighed {
			w[e.Parcel] = append(w[e.Parcel], e.WeightG)
			if e.Source != order.Weighed || e.Device != "scale1" {
				b.Errorf("weighed by %s, source %s", e.Device, e.Source)
			}
		}
	}
	return w
}

func heavy(id string, parcels int) order.Shipment {
	s := goods(id, 1, 2)
	s.Lines[0].WeightG = 250
	for n := 2; n <= parcels; n++ {
		s.Parcels = append(s.Parcels, order.Parcel{No: n, ID: "P", Waybill: order.Waybill{Number: "SF200" + id}})
	}
	return s
}

func TestAParcelIsWeighedOnceAtTheLabelStep(t *testing.T) {
	b := newBench(t, heavy("1", 1))
	counts := station.Scale{State: "stable", Grams: 530, Counts: true}
	b.want(order.OK, badgeLi, "X1", item(1))
	if b.show(counts); len(b.weights()) != 0 {
		t.Error("weighed while goods are picked")
	}
	b.want(order.OrderDone, item(1))
	if o := b.next(); o.Decision.Verdict != order.OK || o.Input.Source != order.Weighed || o.Input.WeightG != 530 || o.Input.Device != "scale1" {
		t.Errorf("what lay on the pan when the label step came: %+v", o.Input)
	}
	v := b.show(station.Scale{State: "motion", Grams: 540})
	if v.Scale == nil || v.Scale.State != "motion" || v.Scale.Grams != 540 || v.Scale.Expected != 500 {
		t.Errorf("the screen shows %+v", v.Scale)
	}
	b.show(station.Scale{State: "stable", Grams: 545, Counts: true})
	if w := b.weights(); len(w) != 1 || len(w[1]) != 1 || w[1][0] != 530 {
		t.Errorf("weighings: %v", w)
	}
}

func TestAWeightThatDoesNotCountIsNeverBooked(t *testing.T) {
	b := newBench(t, heavy("1", 1))
	b.want(order.OK, badgeLi, "X1", item(1))
	b.want(order.OrderDone, item(1))
	for _, s := range []station.Scale{{State: "motion", Grams: 530}, {State: "stable", Grams: 530}, {State: "stable", Counts: true},
		{State: "over"}, {State: "under"}, {State: "stale"}} {
		lies := s.State == "stable" && s.Grams > 0
		if v := b.show(s); v.Scale.EmptyFirst != lies {
			t.Errorf("%+v: the screen asks for an empty pan: %v", s, v.Scale.EmptyFirst)
		}
	}
	if w := b.weights(); len(w) != 0 {
		t.Errorf("weighings: %v", w)
	}
	b.show(station.Scale{State: "stable", Grams: 530, Counts: true})
	if w := b.weights(); len(w[1]) != 1 {
		t.Errorf("weighings: %v", w)
	}
	if v := b.settle(); v.Scale.EmptyFirst || v.Work.Parcels[0].WeightG != 530 {
		t.Errorf("after the weighing the screen shows %+v, parcel %+v", v.Scale, v.Work.Parcels[0])
	}
}

func TestOnePanIsOneParcel(t *testing.T) {
	b := newBench(t, heavy("1", 2))
	b.want(order.OK, badgeLi, "X1", item(1))
	b.want(order.OrderDone, item(1))
	counts := station.Scale{State: "stable", Grams: 530, Counts: true}
	b.show(counts)
	b.next()
	printed := order.PrintResult{JobID: b.job().JobID, Shipment: "1", Parcel: 1, No: 1, State: order.PrintDone, Version: 1}
	if err := b.loop.Printed(context.Background(), printed); err != nil {
		t.Fatal(err)
	}
	b.settle()
	for len(b.outcomes) > 0 {
		b.next()
	}
	b.post("gun1", "SF10001")
	if o := b.next(); o.Decision.Verdict != order.OK {
		t.Fatalf("label: %s %s", o.Decision.Verdict, o.Decision.What.Code)
	}
	if v := b.show(counts); len(b.weights()[2]) != 0 {
		t.Errorf("the first parcel's weight is booked on the second: %v, screen %s", b.weights(), v.Bench.Screen)
	}
	b.show(station.Scale{State: "stable"})
	b.show(station.Scale{State: "stable", Grams: 610, Counts: true})
	if w := b.weights(); len(w[1]) != 1 || len(w[2]) != 1 || w[2][0] != 610 {
		t.Errorf("weighings: %v", w)
	}
}

func TestNothingIsWeighedWhileAQuestionStands(t *testing.T) {
	b := newBench(t, heavy("1", 1))
	b.want(order.OK, badgeLi, "X1", item(1))
	b.want(order.OrderDone, item(1))
	b.want(order.ConfirmAgain, badgeMei)
	b.show(station.Scale{State: "stable", Grams: 530, Counts: true})
	if w := b.weights(); len(w) != 0 {
		t.Errorf("weighings: %v", w)
	}
	b.say(order.CmdNo)
	if b.settle(); len(b.weights()[1]) != 1 {
		t.Errorf("after the question: %v", b.weights())
	}
}
